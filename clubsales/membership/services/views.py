"""Services on a card at the desk: what it costs, what is to be paid, what was done."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from sqlalchemy.orm import Session

from clubsales import clubs, idempotency
from clubsales.actor import Actor, Club
from clubsales.auth.guard import current_actor, requires
from clubsales.auth.permissions import Permission, may
from clubsales.clock import Instant, local_day, now
from clubsales.db import db, transact
from clubsales.errors import NotFound, Refused
from clubsales.i18n import STAFF_LOCALE, language_tag
from clubsales.i18n import gettext as _
from clubsales.ids import PersonID
from clubsales.leads.people import operations as people
from clubsales.membership.cards import queries as cards
from clubsales.membership.cards.queries import CardView
from clubsales.membership.cards.rules import CardStatus, ServiceKind
from clubsales.membership.services import member_views, operations, queries, texts
from clubsales.membership.services.blueprint import WORDS, bp
from clubsales.membership.services.forms import RefuseForm, ServiceForm
from clubsales.membership.services.operations import Taken, Wish

__all__ = ["bp"]
MORE_DOORS = (member_views,)  # on the same blueprint
# What can be done with a card as it stands, in the order of the page.
OFFERED: Mapping[CardStatus, tuple[ServiceKind, ...]] = {
    CardStatus.ACTIVE: (
        ServiceKind.RENEWAL,
        ServiceKind.UPGRADE,
        ServiceKind.FREEZE,
        ServiceKind.TRANSFER,
        ServiceKind.REISSUE,
        ServiceKind.EXTENSION,
    ),
    CardStatus.FROZEN: (ServiceKind.UNFREEZE, ServiceKind.TRANSFER, ServiceKind.UPGRADE, ServiceKind.REISSUE),
    CardStatus.PENDING: (),
    CardStatus.CANCELLED: (),
}


@bp.get("/services")
@requires(Permission.CARD_SERVICE)
def index() -> ResponseReturnValue:
    """What members asked for and what waits for its money, the oldest first."""
    return render_template(
        "membership/services/index.html",
        waiting=queries.waiting_in_club(db.session, current_actor().club.id),
        form=RefuseForm(current_actor().club.currency),
        language=language_tag(),
        **WORDS,
    )


@bp.get("/cards/<public_id>/services")
@requires(Permission.CARD_SERVICE)
def of_card(public_id: str) -> ResponseReturnValue:
    """What can be done with a card, what each costs, and what was done with it."""
    actor, at = current_actor(), now()
    card = _own_card(actor.club, public_id)
    waiting = queries.waiting_of_card(db.session, card.id)
    offered = () if waiting else tuple(k for k in OFFERED[card.status] if _may(actor, k))
    return render_template(
        "membership/services/of_card.html",
        card=card,
        offered=[(kind, queries.fee_for(db.session, card, kind)) for kind in offered],
        waiting=waiting,
        past=[each for each in queries.of_card(db.session, card.id) if each != waiting],
        today=local_day(at, actor.club.zone),
        may_refund=may(actor, Permission.REFUND_ASK),
        form=RefuseForm(actor.club.currency),
        language=language_tag(),
        **WORDS,
    )


@bp.get("/cards/<public_id>/services/<kind>")
@requires(Permission.CARD_SERVICE)
def form_page(public_id: str, kind: str) -> ResponseReturnValue:
    """The form of one service; what a member asked for is filled in."""
    actor = current_actor()
    card = _own_card(actor.club, public_id)
    form = ServiceForm(actor.club.currency)
    asked = queries.waiting_of_card(db.session, card.id)
    if asked is not None and asked.kind.value == kind:
        form.asked.data, form.reason.data = asked.public_id, asked.reason
        form.last_day.data = member_views.asked_day(asked)
        form.phone.data, form.name.data = asked.facts.get("phone", ""), asked.facts.get("name", "")
    return _form_page(card, _kind(actor, kind), form, actor)


@bp.post("/cards/<public_id>/services/<kind>")
@requires(Permission.CARD_SERVICE)
def take_up(public_id: str, kind: str) -> ResponseReturnValue:
    """Do it, or open what is to be paid for it."""
    actor, at = current_actor(), now()
    card, chosen = _own_card(actor.club, public_id), _kind(actor, kind)
    form = ServiceForm(actor.club.currency)
    if not form.is_valid():
        return _form_page(card, chosen, form, actor), HTTPStatus.UNPROCESSABLE_ENTITY
    fee_title, fee_title_en = _fee_titles(chosen)
    taken: list[Taken] = []

    def work(session: Session) -> str:
        wish = Wish(
            kind=chosen,
            reason=form.reason.data or "",
            last_day=form.last_day.data,
            person_id=_receiver(session, form, actor, at) if chosen is ServiceKind.TRANSFER else None,
            club_id=_club_of(session, form, actor) if chosen is ServiceKind.TRANSFER else None,
            card_type=form.card_type.data or "",
            price=form.price.money,
            starts_on=form.starts_on.data,
            days=form.days.data or 0,
            visits=form.visits.data or 0,
            discount_request=form.discount.data or "",
            fee_title=fee_title,
            fee_title_en=fee_title_en,
        )
        taken[:] = [
            operations.take_up(
                session,
                card=public_id,
                wish=wish,
                asked=form.asked.data or "",
                consultant_id=actor.consultant_id,
                actor=actor,
                at=at,
            )
        ]
        return taken[0].service

    inputs = {"card": public_id, "kind": kind, **form.inputs()}
    try:
        transact(
            lambda s: idempotency.once(
                s, key=form.submission_key.data or "", inputs=inputs, actor=actor, at=at, work=lambda: work(s)
            )
        )
    except Refused as refused:
        form.put_beside(form.reason, refused, {refused.refusal.code})
        return _form_page(card, chosen, form, actor), HTTPStatus.UNPROCESSABLE_ENTITY
    if taken and len(taken[0].sales) == 1:
        flash(_("It is done as soon as this is paid."), "info")
        return redirect(url_for("sales.show", public_id=taken[0].sales[0]))
    flash(_("It is done as soon as both are paid.") if taken and taken[0].sales else _("Done."), "success")
    return redirect(url_for(".of_card", public_id=public_id))


@bp.post("/services/<public_id>/refuse")
@requires(Permission.CARD_SERVICE)
def refuse(public_id: str) -> ResponseReturnValue:
    """Say no to what a member asked."""
    actor, at = current_actor(), now()
    form = RefuseForm(actor.club.currency)
    transact(
        lambda s: operations.refuse_asked(
            s, service=public_id, answer=form.answer.data or "", actor=actor, at=at
        )
    )
    flash(_("Refused; the member reads why."), "success")
    return redirect(url_for(".index"))


@bp.post("/services/<public_id>/withdraw")
@requires(Permission.CARD_SERVICE)
def withdraw(public_id: str) -> ResponseReturnValue:
    """Give up what nobody has paid for."""
    actor = current_actor()
    view = queries.by_public_id(db.session, actor.club.id, public_id)
    transact(lambda s: operations.withdraw(s, service=public_id, actor=actor, at=now()))
    flash(_("Given up; nothing is to be paid any more."), "success")
    return redirect(url_for(".of_card", public_id=view.card))


def _own_card(club: Club, public_id: str) -> CardView:
    card = cards.by_public_id(db.session, club, public_id)
    if card.club_id != club.id:
        raise NotFound
    return card


def _may(actor: Actor, kind: ServiceKind) -> bool:
    return kind is not ServiceKind.EXTENSION or may(actor, Permission.CARD_GRANT)


def _kind(actor: Actor, kind: str) -> ServiceKind:
    found = next((each for each in ServiceKind if each.value == kind), None)
    if found in (None, ServiceKind.REFUND) or not _may(actor, found):
        raise NotFound
    return found


def _form_page(card: CardView, kind: ServiceKind, form: ServiceForm, actor: Actor) -> str:
    at = now()
    page: dict[str, Any] = {"renewals": [], "upgrades": [], "clubs": [], "worth": None}
    if kind is ServiceKind.RENEWAL:
        page["renewals"] = queries.renewals(db.session, actor.club, card, at)
    elif kind is ServiceKind.UPGRADE:
        page["upgrades"] = queries.upgrades(db.session, actor.club, card, at)
        page["worth"] = queries.worth_of(db.session, actor.club, card, at)
    elif kind is ServiceKind.TRANSFER:
        others = clubs.all_clubs(db.session, actor.club.organisation_id)
        page["clubs"] = [each for each in others if each.id != actor.club.id]
    return render_template(
        "membership/services/form.html",
        card=card,
        kind=kind,
        fee=queries.fee_for(db.session, card, kind),
        form=form,
        language=language_tag(),
        **page,
        **WORDS,
    )


def _receiver(session: Session, form: ServiceForm, actor: Actor, at: Instant) -> PersonID | None:
    if form.phone.e164 is None:
        return None
    return people.find_or_add(session, e164=form.phone.e164, name=form.name.data or "", actor=actor, at=at)


def _club_of(session: Session, form: ServiceForm, actor: Actor) -> Any:
    if not form.club.data or form.phone.e164 is not None:
        return None
    club = clubs.by_public_id(session, form.club.data)
    if club.organisation_id != actor.club.organisation_id:
        raise NotFound
    return club.id


def _fee_titles(kind: ServiceKind) -> tuple[str, str]:
    """What its fee is called on a receipt, in the club's first language and in English."""
    with force_locale(STAFF_LOCALE):
        first = _("Fee: %(what)s", what=texts.KINDS[kind.value])
    with force_locale("en"):
        return first, _("Fee: %(what)s", what=texts.KINDS[kind.value])
