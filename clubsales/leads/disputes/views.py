"""Disputes: the list, the case that both sides see, and what the parties do in it."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any
from urllib.parse import quote
from uuid import uuid4

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from clubsales.actor import Actor
from clubsales.answers import answer_refusal, wants_json
from clubsales.auth.guard import current_actor, requires
from clubsales.auth.permissions import Permission, may
from clubsales.auth.rules import may_be_public_id
from clubsales.clock import Instant, local_day, now
from clubsales.consultants.profiles import queries as profiles
from clubsales.db import db, transact
from clubsales.errors import NotFound, Refused
from clubsales.i18n import gettext as _
from clubsales.i18n import refusal_text
from clubsales.ids import ConsultantID
from clubsales.leads.disputes import (
    attachments,
    beside,
    casefile,
    deciding_views,
    docket_views,
    evidence,
    news,
    operations,
    precedents,
)
from clubsales.leads.disputes.argued import sale_by_public_id
from clubsales.leads.disputes.blueprint import bp, once
from clubsales.leads.disputes.casefile import CaseFile
from clubsales.leads.disputes.forms import StatementForm, WordsForm
from clubsales.leads.disputes.opening import may_open_now
from clubsales.leads.disputes.pages import WORDS, mask
from clubsales.leads.disputes.papers import ACCEPTED, EXTENSIONS, LARGEST_PAPER, PICTURES, PaperRefused
from clubsales.leads.disputes.rules import DisputeRefused
from clubsales.web import render

__all__ = ["bp"]
MORE_DOORS = (beside, deciding_views, docket_views)  # on the same blueprint
SAID_WRONGLY = frozenset({*PaperRefused, DisputeRefused.NO_WORDS, DisputeRefused.WORDS_LONG})
OPENING = frozenset({"disputes.open", "disputes.open_page"})  # the address names a sale
# A paper is somebody else's file: it may show itself and nothing else.
PAPER_POLICY = "default-src 'none'; sandbox"


@bp.get("/sales/<public_id>/dispute")
@requires(Permission.DISPUTE_SEE)
def open_page(public_id: str) -> ResponseReturnValue:
    """What is argued about and what follows; who may not hears why. A case that there is opens itself."""
    return _open_page(public_id, WordsForm(), current_actor(), now())


@bp.post("/sales/<public_id>/dispute", endpoint="open")
@requires(Permission.DISPUTE_OPEN)
def open_case(public_id: str) -> ResponseReturnValue:
    """Open a case: the sale's credit is held."""
    actor, at, form = current_actor(), now(), WordsForm()
    if not form.is_valid():
        return _open_page(public_id, form, actor, at), HTTPStatus.UNPROCESSABLE_ENTITY
    sale = sale_by_public_id(db.session, actor.club, public_id)
    consultant_id = actor.consultant_id
    if consultant_id is None:
        raise NotFound
    words = form.words.data or ""

    def work(session: Session) -> str:
        return operations.open_dispute(
            session, sale_id=sale.id, consultant_id=consultant_id, words=words, actor=actor, at=at
        )

    inputs = {"open": public_id, "words": words}
    case = once(form.submission_key.data, inputs, actor, at, work)
    flash(_("The case is open, and everybody concerned is told. Say below how it was."), "success")
    return redirect(url_for(".show", public_id=case), HTTPStatus.SEE_OTHER)


@bp.get("/disputes/<public_id>")
@requires(Permission.DISPUTE_SEE)
def show(public_id: str) -> ResponseReturnValue:
    """The case. Whoever reads it has read what was new in it."""
    actor, at = current_actor(), now()
    page = _case_page(public_id, StatementForm(formdata=None), actor, at)
    if any(each.dispute_public_id == public_id for each in news.unread(db.session, actor)):
        transact(lambda s: news.mark_read(s, public_id=public_id, actor=actor, at=at))
    return page


@bp.get("/disputes/<public_id>/evidence")
@requires(Permission.DISPUTE_SEE)
def earlier(public_id: str) -> ResponseReturnValue:
    """The lines of evidence before those shown, to be put above them."""
    actor, at = current_actor(), now()
    case = casefile.read(db.session, actor, public_id, at)
    return render("leads/disputes/_evidence.html", case=case, **_evidence(case, actor), **WORDS)


@bp.get("/disputes/<public_id>/papers/<attachment_id>")
@requires(Permission.DISPUTE_SEE)
def paper(public_id: str, attachment_id: str) -> ResponseReturnValue:
    """A picture or a PDF of the case, for who may see the case."""
    view = casefile.seen_by(db.session, current_actor(), public_id)
    if not may_be_public_id(attachment_id):
        raise NotFound
    found, content = attachments.paper_content(db.session, view, attachment_id)
    answer = Response(content, mimetype=found.media_type)
    shown = found.media_type in PICTURES and "download" not in request.args
    # Headers are ASCII: a name in Chinese goes the way of RFC 6266, and an old browser takes the plain one.
    plain = f"paper{EXTENSIONS.get(found.media_type, '')}"
    names = {"filename": plain, "filename*": f"UTF-8''{quote(found.name, safe='')}"}
    answer.headers.set("Content-Disposition", "inline" if shown else "attachment", **names)
    answer.headers["Content-Security-Policy"] = PAPER_POLICY
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@bp.post("/disputes/<public_id>/statement")
@requires(Permission.DISPUTE_SEE)
def state(public_id: str) -> ResponseReturnValue:
    """A party says how it was; what could not be kept stays in the form."""
    actor, at, form = current_actor(), now(), StatementForm()
    casefile.seen_by(db.session, actor, public_id)
    if not form.is_valid():
        return _case_page(public_id, form, actor, at), HTTPStatus.UNPROCESSABLE_ENTITY
    words, papers = form.words.data or "", form.attached
    inputs = {"statement": public_id, "words": words, "papers": [each.digest for each in papers]}
    try:
        once(
            form.submission_key.data,
            inputs,
            actor,
            at,
            lambda s: operations.state(
                s, public_id=public_id, words=words, papers=papers, actor=actor, at=at
            ),
        )
    except Refused as refused:
        if refused.refusal.code not in SAID_WRONGLY:
            raise
        field = form.papers if refused.refusal.code in frozenset(PaperRefused) else form.words
        field.errors = (refusal_text(refused.refusal),)
        return _case_page(public_id, form, actor, at), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(_("Your statement is in the case. Everybody concerned can read it."), "success")
    return _back(public_id)


@bp.post("/disputes/<public_id>/withdraw")
@requires(Permission.DISPUTE_OPEN)
def withdraw(public_id: str) -> ResponseReturnValue:
    """Whoever opened it lets it be."""
    return _act(public_id, "withdraw", operations.withdraw, _("Withdrawn. The credit stands as before."))


@bp.post("/disputes/<public_id>/object", endpoint="object")
@requires(Permission.DISPUTE_SEE)
def object_to(public_id: str) -> ResponseReturnValue:
    """A party does not agree with the settlement."""
    return _act(public_id, "object", operations.object_to, _("Noted. Now it takes a ruling."))


@bp.post("/disputes/<public_id>/appeal")
@requires(Permission.DISPUTE_SEE)
def appeal(public_id: str) -> ResponseReturnValue:
    """A party does not agree with the ruling."""
    said = _("The appeal is noted. The credit is held until it is decided.")
    return _act(public_id, "appeal", operations.appeal, said)


def _act(public_id: str, step: str, operation: Callable[..., None], done: str) -> ResponseReturnValue:
    """A party's move, with some words or none; pressed twice it is done once."""
    actor, at, form = current_actor(), now(), WordsForm()
    casefile.seen_by(db.session, actor, public_id)
    if not form.is_valid():
        flash(str(next(iter(form.errors.values()))[0]), "error")
        return _back(public_id)
    words = form.words.data or ""

    def work(session: Session) -> str:
        operation(session, public_id=public_id, words=words, actor=actor, at=at)
        return public_id

    once(form.submission_key.data, {step: public_id, "words": words}, actor, at, work)
    flash(done, "success")
    return _back(public_id)


@bp.errorhandler(Refused)
def answer_refused(refused: Refused) -> ResponseReturnValue:
    """Somebody was faster, or it is not his to do: he comes back to the case as it stands now, and hears why."""
    case = (request.view_args or {}).get("public_id")
    about_case = isinstance(refused.refusal.code, DisputeRefused) and request.endpoint not in OPENING
    if case is None or not about_case or wants_json():
        return answer_refusal(refused)
    flash(refusal_text(refused.refusal), "refusal")
    if request.method == "GET":
        return _case_page(case, StatementForm(formdata=None), current_actor(), now()), HTTPStatus.CONFLICT
    return _back(case)


def _back(public_id: str) -> ResponseReturnValue:
    return redirect(url_for("disputes.show", public_id=public_id), HTTPStatus.SEE_OTHER)


def _open_page(public_id: str, form: WordsForm, actor: Actor, at: Instant) -> str:
    sale = sale_by_public_id(db.session, actor.club, public_id)
    asked = may_open_now(db.session, actor, sale.id, at)
    return render(
        "leads/disputes/open.html",
        sale=sale,
        form=form,
        asked=asked,
        refusal=refusal_text(asked.refusal) if asked.refusal else "",
        sees_case=asked.case is not None and _sees(asked.case.public_id, actor),
        **WORDS,
    )


def _sees(public_id: str, actor: Actor) -> bool:
    try:
        casefile.seen_by(db.session, actor, public_id)
    except NotFound:
        return False
    return True


def _case_page(public_id: str, form: StatementForm, actor: Actor, at: Instant) -> str:
    case = casefile.read(db.session, actor, public_id, at)
    return render(
        "leads/disputes/show.html",
        case=case,
        form=form,
        keys={step: str(uuid4()) for step in ("withdraw", "object", "appeal")},
        accepted=",".join(ACCEPTED),
        largest=LARGEST_PAPER // (1024 * 1024),
        precedents=precedents.similar(db.session, actor.club.id, case.view),
        may_open_sale=may(actor, Permission.SALE_SEE),
        judges=may(actor, Permission.DISPUTE_RULE),
        mask=mask(actor, at),
        today=local_day(at, actor.club.zone),
        now=at,
        **_evidence(case, actor),
        **WORDS,
    )


def _evidence(case: CaseFile, actor: Actor) -> dict[str, Any]:
    """A page of evidence, of one side where that is asked, and which other cases the reader may open."""
    wanted = request.args.get("side", "")
    side: ConsultantID | None = None
    if wanted:
        side = profiles.by_public_id(db.session, actor.club.id, wanted).id
    found = evidence.page_of(
        db.session,
        case.matter,
        dispute_id=case.view.id,
        before=request.args.get("before", ""),
        side=side,
    )
    sees_all = may(actor, Permission.CREDIT_SEE_ALL)
    return {"found": found, "side": wanted, "sees_all": sees_all, "me": actor.consultant_id}
