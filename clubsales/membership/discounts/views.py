"""Asking for a price on the tablet, answering it on a phone. No page of these is ever turned to a guest."""

from http import HTTPStatus

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from clubsales.actor import Actor
from clubsales.auth.guard import current_actor, requires
from clubsales.auth.permissions import Permission, may
from clubsales.auth.rules import may_be_public_id
from clubsales.clock import Instant, local_day, now
from clubsales.db import db, transact
from clubsales.errors import NotFound, Refused
from clubsales.i18n import format_money, language_tag, listed, refusal_text
from clubsales.i18n import gettext as _
from clubsales.ids import PersonID, ReceptionID
from clubsales.leads.people import operations as people
from clubsales.membership import texts as membership_texts
from clubsales.membership.cards import queries as cards
from clubsales.membership.catalogue import queries as catalogue
from clubsales.membership.catalogue.rules import DiscountPolicy, lowest_price
from clubsales.membership.discounts import operations, queries, texts
from clubsales.membership.discounts.forms import AnswerForm, AskForm, RefuseForm
from clubsales.membership.discounts.queries import RequestView
from clubsales.membership.discounts.rules import NEVER, Standing
from clubsales.policies import policy_on
from clubsales.web import not_modified, render, render_piece

bp = Blueprint("discounts", __name__)
NEW, RENEWAL = "new", "renewal"
WORDS = {"standings": texts.STANDINGS, "tones": texts.TONES, "never": NEVER}


@bp.get("/discounts")
@requires(Permission.SALE_SEE)
def index() -> ResponseReturnValue:
    """What one asked for lately; for whoever may answer, everything, and what waits for him."""
    actor, at = current_actor(), now()
    return render(
        "membership/discounts/index.html",
        waiting=queries.waiting_for(db.session, actor, at),
        asked=queries.recent(db.session, actor, at),
        decides=may(actor, Permission.DISCOUNT_DECIDE),
        now=at,
        language=language_tag(),
        **WORDS,
    )


@bp.get("/discounts/live")
@requires(Permission.SALE_SEE)
def live() -> ResponseReturnValue:
    """What waits for an answer, again; 304 while it is the same."""
    actor, at = current_actor(), now()
    waiting = queries.waiting_for(db.session, actor, at)
    etag = f"discounts-{'-'.join(each.public_id for each in waiting)}-{language_tag()}"
    unchanged = not_modified(etag)
    if unchanged is not None:
        return unchanged
    piece = render("membership/discounts/_waiting.html", waiting=waiting, language=language_tag(), **WORDS)
    answer = Response(piece)
    answer.set_etag(etag)
    return answer


@bp.post("/discounts")
@requires(Permission.SALE_OPEN)
def ask() -> ResponseReturnValue:
    """Ask for a price from the sell page; answers the piece that waits beside the price."""
    actor, at = current_actor(), now()
    form = AskForm(actor.club.currency)
    if not form.is_valid():
        return _piece_again(form.fault, form)
    try:
        public_id = transact(lambda session: _ask(session, form, actor, at))
    except Refused as refused:
        return _piece_again(refusal_text(refused.refusal), form)
    return _on_tablet(public_id, actor, at)


@bp.get("/discounts/<public_id>/tablet")
@requires(Permission.SALE_OPEN)
def on_tablet(public_id: str) -> ResponseReturnValue:
    """How a request stands, beside the price; 304 while nothing has changed."""
    return _on_tablet(public_id, current_actor(), now())


@bp.post("/discounts/<public_id>/withdraw")
@requires(Permission.SALE_OPEN)
def withdraw(public_id: str) -> ResponseReturnValue:
    """Ask no longer."""
    actor, at = current_actor(), now()
    transact(lambda s: operations.withdraw(s, request_public_id=public_id, actor=actor, at=at))
    if request.headers.get("HX-Request"):
        return _piece_again("", None)
    flash(_("Withdrawn. Nobody is asked any more."), "success")
    return redirect(url_for(".index"), HTTPStatus.SEE_OTHER)


@bp.get("/discounts/<public_id>")
@requires(Permission.SALE_SEE)
def show(public_id: str) -> ResponseReturnValue:
    """A request, and the doors to answer it: made for a phone."""
    actor, at = current_actor(), now()
    found = queries.by_public_id(db.session, actor, public_id)
    return _page(found, None, RefuseForm(formdata=None), actor, at)


@bp.post("/discounts/<public_id>/approve")
@requires(Permission.DISCOUNT_DECIDE)
def approve(public_id: str) -> ResponseReturnValue:
    """Allow a price within one's own authority."""
    actor, at = current_actor(), now()
    form = AnswerForm(actor.club.currency)
    if not form.is_valid():
        found = queries.by_public_id(db.session, actor, public_id)
        page = _page(found, form, RefuseForm(formdata=None), actor, at)
        return page, HTTPStatus.UNPROCESSABLE_ENTITY
    granted = form.granted.money
    assert granted is not None
    transact(
        lambda s: operations.approve(
            s,
            request_public_id=public_id,
            granted=granted,
            answer=form.answer.data or "",
            actor=actor,
            at=at,
        )
    )
    flash(
        _("%(price)s is allowed. The seller sees it on the tablet now.", price=format_money(granted)),
        "success",
    )
    return redirect(url_for(".index"), HTTPStatus.SEE_OTHER)


@bp.post("/discounts/<public_id>/refuse")
@requires(Permission.DISCOUNT_DECIDE)
def refuse(public_id: str) -> ResponseReturnValue:
    """Do not allow it, with a reason."""
    actor, at = current_actor(), now()
    form = RefuseForm()
    if not form.is_valid():
        found = queries.by_public_id(db.session, actor, public_id)
        return _page(found, None, form, actor, at), HTTPStatus.UNPROCESSABLE_ENTITY
    transact(
        lambda s: operations.turn_down(
            s, request_public_id=public_id, answer=form.answer.data or "", actor=actor, at=at
        )
    )
    flash(_("Not allowed. The seller reads your reason on the tablet."), "success")
    return redirect(url_for(".index"), HTTPStatus.SEE_OTHER)


def _ask(session: Session, form: AskForm, actor: Actor, at: Instant) -> str:
    if not all(
        may_be_public_id(each or form.wanted) for each in (form.wanted, form.guest.data, form.renews.data)
    ):
        raise NotFound
    day = local_day(at, actor.club.zone)
    card_type = catalogue.by_public_id(session, actor.club.id, form.wanted, day=day)
    assert form.discount_price.money is not None
    if form.renews.data:
        card = cards.by_public_id(session, actor.club, form.renews.data)
        cheap = card.card_terms.keeps_renewal_price(valid_until=card.valid_until, today=day)
        return operations.ask(
            session,
            card_type=card_type,
            price=form.discount_price.money,
            reason=form.discount_reason.data or "",
            sale_kind=RENEWAL,
            offered_as=RENEWAL if cheap else NEW,
            person_id=card.person_id,
            actor=actor,
            at=at,
        )
    reception_id, person_id = _buyer(session, form, actor, at)
    return operations.ask(
        session,
        card_type=card_type,
        price=form.discount_price.money,
        reason=form.discount_reason.data or "",
        sale_kind=form.kind.data if form.kind.data in membership_texts.SALE_KINDS else NEW,
        person_id=person_id,
        reception_id=reception_id,
        actor=actor,
        at=at,
    )


def _buyer(
    session: Session, form: AskForm, actor: Actor, at: Instant
) -> tuple[ReceptionID | None, PersonID | None]:
    """A phone that was typed says who buys, also beside a guest; as the sale that follows finds him."""
    reception_id, person_id = (
        queries.guest(session, actor.club.id, form.guest.data) if form.guest.data else (None, None)
    )
    if form.phone.e164 is None:
        return reception_id, person_id
    typed = people.find_or_add(session, e164=form.phone.e164, name=form.name.data or "", actor=actor, at=at)
    return (reception_id if person_id in (None, typed) else None), typed


def _on_tablet(public_id: str, actor: Actor, at: Instant) -> ResponseReturnValue:
    found = queries.by_public_id(db.session, actor, public_id)
    if found.asked_by != actor.account_id:
        raise NotFound
    standing = found.standing(at)
    etag = f"discount-{found.public_id}-{found.version}-{standing.value}-{language_tag()}"
    unchanged = not_modified(etag)
    if unchanged is not None:
        return unchanged
    piece = render_piece(
        "membership/discounts/_tablet.html",
        found=found,
        standing=standing.value,
        etag=etag,
        is_over=standing not in (Standing.WAITING, Standing.APPROVED),
        language=language_tag(),
        refused="",
        typed={},
        **WORDS,
    )
    answer = Response(piece)
    answer.set_etag(etag)
    return answer


def _piece_again(refused: str, form: AskForm | None) -> str:
    """The piece beside the price as at first, with what was typed and what was wrong."""
    typed = {} if form is None else {"price": form.discount_price.data, "reason": form.discount_reason.data}
    return render_piece("membership/discounts/_tablet.html", found=None, refused=refused, typed=typed)


def _page(
    found: RequestView, form: AnswerForm | None, refusing: RefuseForm, actor: Actor, at: Instant
) -> str:
    """A request. With no form yet, the price asked for stands in it, or the lowest that whoever looks may give."""
    day = local_day(at, actor.club.zone)
    policy = policy_on(db.session, actor.club, day).read("discount", DiscountPolicy)
    card_type = catalogue.get(db.session, actor.club.id, found.card_type_id, day=day)
    prices = found.prices(found.price, card_type.floor_price, approver_roles=actor.roles)
    able = queries.who_reaches(queries.deciders(db.session, actor.club), prices, policy, but=found.asked_by)
    decides = may(actor, Permission.DISCOUNT_DECIDE)
    lowest = lowest_price(prices, found.list_price, policy) if decides else None
    first = found.price if lowest is None else max(found.price, lowest, key=lambda each: each.minor)
    return render(
        "membership/discounts/show.html",
        found=found,
        standing=found.standing(at).value,
        form=form or AnswerForm(actor.club.currency, formdata=None, granted=str(first)),
        is_lowest=form is None and first != found.price,
        refusing=refusing,
        may_answer=decides and found.asked_by != actor.account_id,
        is_mine=found.asked_by == actor.account_id,
        lowest=lowest,
        reaches=any(each.account_id == actor.account_id for each in able),
        able=listed(each.name for each in able),
        sale_kinds=membership_texts.SALE_KINDS,
        language=language_tag(),
        **WORDS,
    )
