"""Reserving at the tablet: the form, its approvals, the deposit; withdrawals and the ledger."""

from collections.abc import Callable
from http import HTTPStatus

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from clubsales.actor import Actor
from clubsales.auth.guard import current_actor, requires
from clubsales.auth.permissions import Permission, may
from clubsales.auth.rules import may_be_public_id
from clubsales.clock import Instant, local_day, now
from clubsales.db import db, transact
from clubsales.errors import NotFound, Refused
from clubsales.i18n import gettext as _
from clubsales.i18n import language_tag, refusal_text
from clubsales.ids import ConsultantID, PersonID, ReceptionID
from clubsales.leads.people import operations as people
from clubsales.membership import texts as words
from clubsales.membership.catalogue import queries as catalogue
from clubsales.membership.catalogue.rules import CatalogueRefused
from clubsales.membership.payments.current import current_gateway
from clubsales.membership.payments.rules import Method, slip_of
from clubsales.membership.reservations import ending_views, ledger_views, operations, pages, queries
from clubsales.membership.reservations.blueprint import bp
from clubsales.membership.reservations.forms import AgainForm, DepositForm, ReservationForm
from clubsales.membership.reservations.rules import ReservationRefused
from clubsales.membership.reservations.words import shared_words
from clubsales.membership.sales import provider
from clubsales.membership.sales import queries as sales
from clubsales.membership.sales.blueprint import once
from clubsales.membership.sales.rules import SaleRefused
from clubsales.web import render

__all__ = ["bp"]
MORE_DOORS = (ending_views, ledger_views)  # on the same blueprint
PRICE = frozenset(
    {CatalogueRefused.DISCOUNT, CatalogueRefused.ABOVE_LIST, SaleRefused.PRICE_NEEDED, SaleRefused.CURRENCY}
)
DEPOSIT = frozenset(
    {
        ReservationRefused.DEPOSIT,
        ReservationRefused.DEPOSIT_ABOVE,
        SaleRefused.ABOVE_PRICE,
        SaleRefused.CURRENCY,
    }
)


@bp.get("/reservations")
@requires(Permission.SALE_SEE)
def index() -> ResponseReturnValue:
    """What is reserved: what waits for the reader first."""
    actor = current_actor()
    return render(
        "membership/reservations/index.html",
        page=pages.overview(db.session, actor),
        may_make=may(actor, Permission.RESERVATION_MAKE),
        may_see_ledger=may(actor, Permission.LEDGER_SEE),
        **shared_words(),
    )


@bp.get("/reservations/new")
@requires(Permission.RESERVATION_MAKE)
def new() -> ResponseReturnValue:
    """The form: what, for whom, at which price, for how much down."""
    actor = current_actor()
    form = ReservationForm(actor.club.currency)
    form.card_type.data = request.args.get("type", "")
    form.guest.data = request.args.get("guest", "")
    return _form_page(form, actor)


@bp.post("/reservations/new")
@requires(Permission.RESERVATION_MAKE)
def file() -> ResponseReturnValue:
    """File the form; of a limited offer a place is kept from now on."""
    actor, at = current_actor(), now()
    form = ReservationForm(actor.club.currency)
    if not form.is_valid():
        return _form_page(form, actor), HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        filed = once(form.submission_key.data, form.inputs(), actor, at, lambda s: _file(s, form, actor, at))
    except Refused as refused:
        if refused.refusal.code is ReservationRefused.CHARGES:
            form.put_beside(form.charges_shown, refused, {ReservationRefused.CHARGES})
        elif refused.refusal.code is ReservationRefused.BUYER:
            form.put_beside(form.name, refused, {ReservationRefused.BUYER})
        elif refused.refusal.code is CatalogueRefused.SOLD_OUT:
            form.card_type.errors = (_gone(form, refused, actor, at),)
        else:
            field = form.deposit if refused.refusal.code in DEPOSIT else form.price
            form.put_beside(field, refused, DEPOSIT | PRICE)
        return _form_page(form, actor), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(_("The form is filed. Everybody who has to agree finds it in the list."), "success")
    return redirect(url_for(".show", public_id=filed))


@bp.get("/reservations/<public_id>")
@requires(Permission.SALE_SEE)
def show(public_id: str) -> ResponseReturnValue:
    """A reservation: who agreed, its deposit, its copies, and what is next."""
    actor = current_actor()
    return _show(public_id, actor, DepositForm(actor.club.currency), AgainForm(actor.club.currency))


@bp.post("/reservations/<public_id>/answer")
@requires(Permission.FORM_APPROVE)
def answer(public_id: str) -> ResponseReturnValue:
    """Say yes or no at one's step."""
    actor, at = current_actor(), now()
    approved = request.form.get("answer") == "approve"
    reason = request.form.get("reason", "")
    transact(
        lambda s: operations.answer(
            s, public_id=public_id, approved=approved, reason=reason, actor=actor, at=at
        )
    )
    flash(_("Your answer is noted."), "success")
    return redirect(url_for(".show", public_id=public_id))


@bp.post("/reservations/<public_id>/again")
@requires(Permission.RESERVATION_MAKE)
def file_again(public_id: str) -> ResponseReturnValue:
    """Write the form anew after a no."""
    actor, at = current_actor(), now()
    form = AgainForm(actor.club.currency)
    deposit = form.deposit.money if form.is_valid() else None
    if deposit is None:
        return _show(
            public_id, actor, DepositForm(actor.club.currency, formdata=None), form
        ), HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        _keyed(
            form.submission_key.data,
            {"again": public_id, **form.inputs()},
            lambda s: operations.file_again(
                s, public_id=public_id, deposit=deposit, note=form.note.data or "", actor=actor, at=at
            ),
            public_id,
            at,
        )
    except Refused as refused:
        form.put_beside(form.deposit, refused, DEPOSIT)
        return _show(
            public_id, actor, DepositForm(actor.club.currency, formdata=None), form
        ), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(_("The form is filed again."), "success")
    return redirect(url_for(".show", public_id=public_id))


@bp.post("/reservations/<public_id>/deposit")
@requires(Permission.PAYMENT_BOOK)
def take_deposit(public_id: str) -> ResponseReturnValue:
    """Take the deposit by hand."""
    actor, at = current_actor(), now()
    form = DepositForm(actor.club.currency)
    amount = form.amount.money if form.is_valid() else None
    again = AgainForm(actor.club.currency, formdata=None)
    if amount is None:
        return _show(public_id, actor, form, again), HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        _keyed(
            form.submission_key.data,
            {"deposit": public_id, **form.inputs()},
            lambda s: operations.take_deposit(
                s,
                public_id=public_id,
                amount=amount,
                method=Method(form.method.data),
                terminal_reference=slip_of(form.method.data, form.terminal_reference.data),
                actor=actor,
                at=at,
            ),
            public_id,
            at,
        )
    except Refused as refused:
        form.put_beside(form.amount, refused, DEPOSIT)
        return _show(public_id, actor, form, again), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(_("The deposit is booked. Hand over the copies of the agreement and the receipt."), "success")
    return redirect(url_for(".show", public_id=public_id))


@bp.post("/reservations/<public_id>/link")
@requires(Permission.PAYMENT_LINK)
def link_deposit(public_id: str) -> ResponseReturnValue:
    """Make the QR that the guest pays the deposit by; it stands on the page of the sale."""
    actor, at = current_actor(), now()
    started = transact(lambda s: operations.link_deposit(s, public_id=public_id, actor=actor, at=at))
    provider.close_pages(current_gateway(), started.outdated)
    found = queries.by_public_id(db.session, actor.club.id, public_id)
    return redirect(url_for("sales.show", public_id=found.sale_public_id))


def _file(session: Session, form: ReservationForm, actor: Actor, at: Instant) -> str:
    wanted = form.card_type.data or ""
    if not may_be_public_id(wanted):
        raise NotFound
    card_type = catalogue.by_public_id(session, actor.club.id, wanted, day=local_day(at, actor.club.zone))
    person_id, reception_id, consultant_id = _buyer(session, form, actor, at)
    return operations.file(
        session,
        card_type_id=card_type.id,
        price=form.price.money,
        deposit=form.deposit.money,
        kind=form.chosen_kind,
        person_id=person_id,
        reception_id=reception_id,
        consultant_id=consultant_id,
        note=form.note.data or "",
        charges_shown=form.charges_shown.data,
        actor=actor,
        at=at,
    )


def _buyer(
    session: Session, form: ReservationForm, actor: Actor, at: Instant
) -> tuple[PersonID | None, ReceptionID | None, ConsultantID | None]:
    """Who reserves, and whose deal it is: whoever fills in the form, else the guest's consultant."""
    guest = sales.guest(session, actor.club.id, form.guest.data) if form.guest.data else None
    person_id, reception_id = (guest.person_id, guest.reception_id) if guest else (None, None)
    name = form.name.data or (guest.name if guest else "")
    if form.phone.e164 is not None:
        typed = people.find_or_add(session, e164=form.phone.e164, name=name, actor=actor, at=at)
        if guest is not None and person_id not in (None, typed):
            reception_id = None  # somebody else than the guest
        person_id = typed
    if person_id is not None and form.name.data:
        people.name_person(session, person_id=person_id, name=form.name.data, actor=actor, at=at)
    consultant_id = actor.consultant_id or (guest.consultant_id if guest else None)
    return person_id, reception_id, consultant_id


def _keyed(
    key: str | None, inputs: dict[str, object], work: Callable[[Session], object], public_id: str, at: Instant
) -> None:
    """Do it once for the form's key."""

    def done(session: Session) -> str:
        work(session)
        return public_id

    once(key, inputs, current_actor(), at, done)


def _gone(form: ReservationForm, refused: Refused, actor: Actor, at: Instant) -> str:
    """Somebody was faster: of what there is none left."""
    day = local_day(at, actor.club.zone)
    card_type = catalogue.by_public_id(db.session, actor.club.id, form.card_type.data or "", day=day)
    return _("%(name)s: %(what)s", name=card_type.name_in(language_tag()), what=refusal_text(refused.refusal))


def _form_page(form: ReservationForm, actor: Actor) -> str:
    at_desk = may(actor, Permission.PAYMENT_BOOK)
    return render(
        "membership/reservations/new.html",
        form=form,
        offers=pages.offered(db.session, actor.club, now()),
        guests=sales.guests_here(
            db.session, actor.club.id, consultant_id=None if at_desk else actor.consultant_id
        ),
        card_kinds=words.CARD_KINDS,
        **shared_words(),
    )


def _show(public_id: str, actor: Actor, form: DepositForm, again: AgainForm) -> str:
    page = pages.sheet(db.session, actor, public_id, now())
    if form.amount.data is None:
        form.amount.data = str(page.reservation.deposit)
    if again.deposit.data is None:
        again.deposit.data = str(page.reservation.deposit)
        again.note.data = page.reservation.note
    return render(
        "membership/reservations/show.html",
        page=page,
        club=actor.club,
        form=form,
        again=again,
        **shared_words(),
    )
