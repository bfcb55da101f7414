"""Services on a card at the desk: what it costs, what is to be paid, what was done."""

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
from clubsales.membership.cards.rules import ServiceKind, ServiceState
from clubsales.membership.services import member_views, operations, queries, texts
from clubsales.membership.services.blueprint import WORDS, bp
from clubsales.membership.services.forms import RefuseForm, ServiceForm
from clubsales.membership.services.queries import ServiceView
from clubsales.membership.services.rules import offered
from clubsales.membership.services.wishes import Wish

__all__ = ["bp"]
MORE_DOORS = (member_views,)  # on the same blueprint
# Refusals stand at the field they are about, the others at what is chosen, or at the reason where nothing is.
FIELDS = {
    "service.missing": "phone",
    "service.one_of_two": "phone",
    "service.other_holder": "phone",
    "service.day": "last_day",
    "card.freeze_short": "last_day",
    "card.freeze_long": "last_day",
    "card.freeze_open_end": "last_day",
    "sale.discount": "price",
    "sale.above_list": "price",
    "card.nothing_given": "days",
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
    refund = queries.refund_waits(db.session, card.id)
    busy = waiting is not None or refund
    kinds = (
        ()
        if busy
        else offered(
            card.status, card.card_terms, valid_until=card.valid_until, today=local_day(at, actor.club.zone)
        )
    )
    return render_template(
        "membership/services/of_card.html",
        card=card,
        offered=[
            (kind, queries.fee_for(db.session, card, kind)) for kind in kinds if _may(actor, card, kind)
        ],
        waiting=waiting,
        receiver=queries.receiver_of(db.session, waiting) if waiting else "",
        refund_waits=refund,
        past=[each for each in queries.of_card(db.session, card.id) if each != waiting],
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
    if asked is not None and asked.kind.value == kind and not asked.is_stuck:
        form.asked.data, form.reason.data = asked.public_id, asked.reason
        form.last_day.data = member_views.asked_day(asked)
        form.phone.data, form.name.data = asked.facts.get("phone", ""), asked.facts.get("name", "")
    return _form_page(card, _kind(actor, card, kind), form, actor)


@bp.post("/cards/<public_id>/services/<kind>")
@requires(Permission.CARD_SERVICE)
def take_up(public_id: str, kind: str) -> ResponseReturnValue:
    """Do it, or open what is to be paid for it."""
    actor, at = current_actor(), now()
    card = _own_card(actor.club, public_id)
    chosen = _kind(actor, card, kind)
    form = ServiceForm(actor.club.currency)
    if not form.is_valid():
        return _form_page(card, chosen, form, actor), HTTPStatus.UNPROCESSABLE_ENTITY
    fee_title, fee_title_en = _fee_titles(chosen)

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
            request=form.discount_request.data or "",
            days=form.days.data or 0,
            visits=form.visits.data or 0,
            fee_title=fee_title,
            fee_title_en=fee_title_en,
        )
        return operations.take_up(
            session,
            card=public_id,
            wish=wish,
            asked=form.asked.data or "",
            consultant_id=actor.consultant_id,
            actor=actor,
            at=at,
        ).service

    inputs = {"card": public_id, "kind": kind, **form.inputs()}
    try:
        service = transact(
            lambda s: idempotency.once(
                s, key=form.submission_key.data or "", inputs=inputs, actor=actor, at=at, work=lambda: work(s)
            )
        )
    except Refused as refused:
        form.put_beside(getattr(form, _field_of(refused.code, chosen)), refused, {refused.refusal.code})
        return _form_page(card, chosen, form, actor), HTTPStatus.UNPROCESSABLE_ENTITY
    return _on(queries.by_public_id(db.session, actor.club.id, service), actor)


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


@bp.post("/services/<public_id>/again")
@requires(Permission.CARD_SERVICE)
def try_again(public_id: str) -> ResponseReturnValue:
    """Do what was paid for and could not be done then."""
    actor = current_actor()
    transact(lambda s: operations.try_again(s, service=public_id, actor=actor, at=now()))
    return _on(queries.by_public_id(db.session, actor.club.id, public_id), actor)


@bp.post("/services/<public_id>/withdraw")
@requires(Permission.CARD_SERVICE)
def withdraw(public_id: str) -> ResponseReturnValue:
    """Give up what nobody has paid for."""
    actor = current_actor()
    transact(lambda s: operations.withdraw(s, service=public_id, actor=actor, at=now()))
    flash(_("Given up; nothing is to be paid any more."), "success")
    return _on(queries.by_public_id(db.session, actor.club.id, public_id), actor)


def _on(service: ServiceView, actor: Actor) -> ResponseReturnValue:
    """On to what is to be paid; where it is done, back to the card, as far as it is still this club's."""
    to_pay = [
        sale
        for sale, is_open in ((service.sale, service.sale_open), (service.fee_sale, service.fee_open))
        if is_open
    ]
    if service.state is ServiceState.DONE:
        flash(_("Done."), "success")
    elif len(to_pay) == 1:
        flash(_("It is done as soon as this is paid."), "info")
        return redirect(url_for("sales.show", public_id=to_pay[0]))
    elif to_pay:
        flash(_("It is done as soon as both are paid."), "info")
    card = cards.by_id(db.session, service.card_id)
    if card is None or card.club_id != actor.club.id:
        return redirect(url_for(".index"))
    return redirect(url_for(".of_card", public_id=service.card))


def _field_of(code: str, kind: ServiceKind) -> str:
    if code.startswith("discount."):
        return "price"
    if kind is ServiceKind.TRANSFER and code.startswith("prepaid."):
        return "phone"  # of whom it would be too much for
    is_chosen = kind in (ServiceKind.RENEWAL, ServiceKind.UPGRADE)
    return FIELDS.get(code, "card_type" if is_chosen else "reason")


def _own_card(club: Club, public_id: str) -> CardView:
    card = cards.by_public_id(db.session, club, public_id)
    if card.club_id != club.id:
        raise NotFound
    return card


def _may(actor: Actor, card: CardView, kind: ServiceKind) -> bool:
    if kind is not ServiceKind.EXTENSION:
        return True
    return card.may_grow and may(actor, Permission.CARD_GRANT)


def _kind(actor: Actor, card: CardView, kind: str) -> ServiceKind:
    found = next((each for each in ServiceKind if each.value == kind), None)
    if found in (None, ServiceKind.REFUND) or not _may(actor, card, found):
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
    if card.are_sessions:
        form.visits.label.text = _("More sessions")
    return render_template(
        "membership/services/form.html",
        card=card,
        kind=kind,
        fee=queries.fee_for(db.session, card, kind),
        form=form,
        may_ask_price=may(actor, Permission.SALE_OPEN),
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
