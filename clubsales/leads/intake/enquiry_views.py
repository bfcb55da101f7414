"""The club's form on the web: whoever fills it in is called back (LED-10). It tells nobody who is known here."""

from http import HTTPStatus

from flask import g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from sqlalchemy.orm import Session

from clubsales import clubs, idempotency
from clubsales.actor import Actor, ActorKind, Club
from clubsales.auth.guard import public
from clubsales.auth.rules import may_be_public_id
from clubsales.clock import Instant, now
from clubsales.db import db, transact
from clubsales.errors import NotFound
from clubsales.i18n import STAFF_LOCALE, format_local_datetime
from clubsales.i18n import gettext as _
from clubsales.ids import LeadSourceID
from clubsales.leads.intake import enquiring
from clubsales.leads.intake.blueprint import ENQUIRIES, bp
from clubsales.leads.intake.forms import EnquiryForm
from clubsales.leads.intake.rules import Source
from clubsales.leads.sources import queries as sources
from clubsales.typed import one_line
from clubsales.web import limiter

FOR_EVERYBODY = "a form for everybody: it takes an enquiry, and answers the same whoever is known here"


@bp.get("/enquiry/<club_id>")
@public(FOR_EVERYBODY)
def enquiry(club_id: str) -> ResponseReturnValue:
    """The empty form. `?from=` is the club's own source this link belongs to."""
    return _page(_club(club_id), EnquiryForm())


@bp.post("/enquiry/<club_id>")
@public(FOR_EVERYBODY)
@limiter.limit(ENQUIRIES, methods=["POST"])
def enquire(club_id: str) -> ResponseReturnValue:
    """Take an enquiry. What a robot sent is thanked for, and forgotten."""
    club, at, form = _club(club_id), now(), EnquiryForm()
    if not form.is_valid():
        return _page(club, form), HTTPStatus.UNPROCESSABLE_ENTITY
    if not form.website.data:
        source_id = _source_of_link(club)
        transact(lambda session: _enquire_once(session, form, source_id, club, at))
    return redirect(url_for("intake.enquired", club_id=club_id), HTTPStatus.SEE_OTHER)


@bp.get("/enquiry/<club_id>/thanks")
@public(FOR_EVERYBODY)
def enquired(club_id: str) -> ResponseReturnValue:
    """It has come in."""
    return render_template("leads/intake/enquired.html", club=_club(club_id), **_language())


def _enquire_once(
    session: Session, form: EnquiryForm, source_id: LeadSourceID | None, club: Club, at: Instant
) -> str:
    actor = Actor(kind=ActorKind.GUEST, club=club, name="website")
    with force_locale(STAFF_LOCALE):  # the visitor's own words stay as they are
        line, next_step = _line(form, at), _("Call back: asked on the website")

    def work() -> str:
        enquiring.enquire(
            session,
            e164=form.e164,
            name=form.name.data or "",
            interest=form.interest.data or "",
            line=line,
            next_step=next_step,
            source_id=source_id,
            actor=actor,
            at=at,
        )
        return club.public_id

    key = f"enquiry:{form.submission_key.data}"[:80]
    return idempotency.once(session, key=key, inputs=form.inputs, actor=actor, at=at, work=work)


def _line(form: EnquiryForm, at: Instant) -> str:
    """What was typed, as it is kept with the lead: a known guest's name and interest are not overwritten."""
    return _(
        "Website, %(moment)s: %(name)s. Call: %(hours)s. %(interest)s",
        moment=format_local_datetime(at),
        name=one_line(form.name.data) or "-",
        hours=form.hours_text,
        interest=one_line(form.interest.data),
    ).strip()


def _source_of_link(club: Club) -> LeadSourceID | None:
    """The club's own online source the link was made for; an unknown one says nothing."""
    wanted = request.args.get("from", "")
    online = next(each for each in sources.of_club(db.session, club.id) if each.kind is Source.ONLINE)
    return next((each.id for each in online.offered() if each.public_id == wanted), None)


def _club(public_id: str) -> Club:
    if not may_be_public_id(public_id):
        raise NotFound
    club = clubs.by_public_id(db.session, public_id)
    g.zone = club.zone
    return club


def _page(club: Club, form: EnquiryForm) -> str:
    return render_template(
        "leads/intake/enquiry.html",
        club=club,
        form=form,
        link_source=request.args.get("from", "")[:12],
        **_language(),
    )


def _language() -> dict[str, str]:
    return {"language_url": url_for("auth.choose_locale")}
