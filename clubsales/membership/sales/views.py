"""Selling at the tablet: choose a card, take the money, hand over the card."""

from collections.abc import Callable
from datetime import date
from http import HTTPStatus

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from clubsales import idempotency
from clubsales.actor import Actor
from clubsales.auth.guard import current_actor, requires
from clubsales.auth.permissions import Permission, may
from clubsales.clock import Instant, local_day, now
from clubsales.db import db, transact
from clubsales.errors import Refused
from clubsales.i18n import format_money
from clubsales.i18n import gettext as _
from clubsales.membership.catalogue import queries as catalogue
from clubsales.membership.catalogue.rules import CatalogueRefused
from clubsales.membership.discounts.rules import DiscountRefused
from clubsales.membership.payments import queries as payments
from clubsales.membership.payments.current import current_gateway
from clubsales.membership.payments.rules import Method, slip_of
from clubsales.membership.prepaid.rules import PrepaidRefused
from clubsales.membership.sales import of_person, operations, prepaid_views, provider, queries, refund_views
from clubsales.membership.sales.basket_pages import change
from clubsales.membership.sales.blueprint import WORDS, bp, once
from clubsales.membership.sales.forms import ReceiptForm, SellForm, new_key
from clubsales.membership.sales.orders import (
    BuyerMissing,
    Order,
    ask_order,
    basket_piece,
    find_order,
    sell_page,
)
from clubsales.membership.sales.pages import current_version, guest_sheet, receipt_sheet, sale_sheet
from clubsales.membership.sales.rules import SaleRefused
from clubsales.web import not_modified

__all__ = ["bp"]
MORE_DOORS = (of_person, prepaid_views, refund_views)  # on the same blueprint
# Refusals that are about what was typed stand in its form, so that nothing typed is lost.
OF_THE_DEAL = frozenset({*SaleRefused, *CatalogueRefused, *DiscountRefused, *PrepaidRefused})
RECEIPT_AMOUNT = frozenset({SaleRefused.ABOVE_PRICE, SaleRefused.RECEIPT_AMOUNT, SaleRefused.CURRENCY})


@bp.get("/sell")
@requires(Permission.SALE_SEE)
def sell() -> ResponseReturnValue:
    """The price list, the guest, the price: three taps to a sale."""
    actor = current_actor()
    form = SellForm(actor.club.currency)
    form.card_type.data = request.args.get("type", "")
    form.guest.data = request.args.get("guest", "")
    form.phone.data = request.args.get("phone", "")
    return sell_page(form, actor)


@bp.get("/sell/basket")
@requires(Permission.SALE_SEE)
def basket() -> ResponseReturnValue:
    """The basket again: with the offers of what is chosen now, with a line more or less. Nothing is kept of it."""
    actor = current_actor()
    form = SellForm(actor.club.currency, formdata=request.args, meta={"csrf": False})
    form.is_valid()  # what was typed is read; whether all of it is there is asked when it is sent
    change(form, request.args.get("change", ""))
    return basket_piece(form, actor)


@bp.post("/sell")
@requires(Permission.SALE_OPEN)
def open_sale() -> ResponseReturnValue:
    """Open a sale; its money comes next."""
    return _sell(_open)


@bp.post("/sell/cash")
@requires(Permission.PAYMENT_BOOK)
def sell_for_cash() -> ResponseReturnValue:
    """Open a sale, book all its money and start the card in one go."""
    return _sell(_sell_for_cash)


@bp.get("/sales")
@requires(Permission.SALE_SEE)
def index() -> ResponseReturnValue:
    """A day's sales: all of them for those who oversee or take money, else one's own."""
    actor, at = current_actor(), now()
    today = local_day(at, actor.club.zone)
    day = _day(request.args.get("day", ""), today)
    sees_all = may(actor, Permission.CREDIT_SEE_ALL) or may(actor, Permission.PAYMENT_BOOK)
    mine = None if sees_all else actor.consultant_id
    return render_template(
        "membership/sales/index.html",
        day=day,
        today=today,
        of_all=sees_all,
        may_price=may(actor, Permission.CLUB_SETTINGS),
        page=queries.sales_on(db.session, actor.club, day, consultant_id=mine),
        **WORDS,
    )


@bp.get("/sales/<public_id>")
@requires(Permission.SALE_SEE)
def show(public_id: str) -> ResponseReturnValue:
    """A sale: its money, its card, whose credit it is and why."""
    actor = current_actor()
    return _sale_page(public_id, ReceiptForm(actor.club.currency), actor)


@bp.get("/sales/<public_id>/live")
@requires(Permission.SALE_SEE)
def live(public_id: str) -> ResponseReturnValue:
    """Whether anything has changed since the page was drawn; then it is drawn again."""
    return _reload_when_changed(public_id, url_for(".show", public_id=public_id))


@bp.get("/sales/<public_id>/guest")
@requires(Permission.SALE_SEE)
def guest(public_id: str) -> ResponseReturnValue:
    """What the guest across the desk may see: the offer, the QR to pay by, then the card."""
    actor, at = current_actor(), now()
    sale = queries.by_public_id(db.session, actor.club.id, public_id)
    page = guest_sheet(db.session, sale, actor.club, at)
    today = local_day(at, actor.club.zone)
    chosen = {one.line.card_type_id for one in page.lines}
    listed = (
        []
        if page.is_paid or page.link or page.sale.is_fee
        else catalogue.price_list(db.session, actor.club.id, day=today)
    )
    offers = [card_type for card_type in listed if card_type.id not in chosen]
    return render_template("membership/sales/guest.html", page=page, offers=offers)


@bp.get("/sales/<public_id>/guest/live")
@requires(Permission.SALE_SEE)
def guest_live(public_id: str) -> ResponseReturnValue:
    """Whether the guest's view has changed; then it is drawn again."""
    return _reload_when_changed(public_id, url_for(".guest", public_id=public_id))


@bp.get("/sales/<public_id>/receipt")
@requires(Permission.SALE_SEE)
def receipt(public_id: str) -> ResponseReturnValue:
    """The receipt, to be printed."""
    club = current_actor().club
    sale = queries.by_public_id(db.session, club.id, public_id)
    page = receipt_sheet(db.session, sale, club, now())
    return render_template("membership/sales/receipt.html", page=page, **WORDS)


@bp.post("/sales/<public_id>/receipts")
@requires(Permission.PAYMENT_BOOK)
def book_receipt(public_id: str) -> ResponseReturnValue:
    """Book money taken by hand."""
    actor, at = current_actor(), now()
    form = ReceiptForm(actor.club.currency)
    if not form.is_valid():
        return _sale_page(public_id, form, actor), HTTPStatus.UNPROCESSABLE_ENTITY
    amount = form.amount.money
    assert amount is not None

    def book(session: Session) -> str:
        sale = queries.by_public_id(session, actor.club.id, public_id)
        operations.book_receipt(
            session,
            sale_id=sale.id,
            amount=amount,
            method=Method(form.method.data),
            terminal_reference=slip_of(form.method.data, form.terminal_reference.data),
            actor=actor,
            at=at,
        )
        return sale.public_id

    try:
        once(form.submission_key.data, {"sale": public_id, **form.inputs()}, actor, at, book)
    except Refused as refused:
        if not queries.by_public_id(db.session, actor.club.id, public_id).balance.asked_for:
            raise  # paid in another tab: the form that would say it is not on the page any more
        form.put_beside(form.amount, refused, RECEIPT_AMOUNT)
        return _sale_page(public_id, form, actor), HTTPStatus.UNPROCESSABLE_ENTITY
    _close_pages(public_id, actor)
    flash(_("%(amount)s booked.", amount=format_money(amount)), "success")
    return redirect(url_for(".show", public_id=public_id))


@bp.post("/sales/<public_id>/link")
@requires(Permission.PAYMENT_LINK)
def make_link(public_id: str) -> ResponseReturnValue:
    """Make the QR that the guest pays by; pages it replaces are closed at the provider."""
    actor, at = current_actor(), now()
    sale = queries.by_public_id(db.session, actor.club.id, public_id)
    started = transact(lambda s: operations.start_online_payment(s, sale_id=sale.id, actor=actor, at=at))
    provider.close_pages(current_gateway(), started.outdated)
    return redirect(url_for(".show", public_id=public_id))


@bp.post("/sales/<public_id>/give-up")
@requires(Permission.SALE_OPEN)
def give_up(public_id: str) -> ResponseReturnValue:
    """Close a deal that nobody will pay; pages it could be paid by are closed at the provider."""
    actor, at = current_actor(), now()
    sale = queries.by_public_id(db.session, actor.club.id, public_id)
    open_pages = payments.open_pages(db.session, sale.id)
    transact(lambda s: operations.give_up(s, sale_id=sale.id, actor=actor, at=at))
    provider.close_pages(current_gateway(), open_pages)
    flash(_("Given up. No money comes in for this sale any more."), "success")
    return redirect(url_for(".show", public_id=public_id))


def _sell(work: Callable[[Session, SellForm, Order, Actor, Instant], str]) -> ResponseReturnValue:
    actor, at = current_actor(), now()
    form = SellForm(actor.club.currency)
    if not form.is_valid():
        return sell_page(form, actor), HTTPStatus.UNPROCESSABLE_ENTITY

    def selling(session: Session) -> str:
        asked = ask_order(session, form, actor, at)  # travels with the question whether this was sent before
        return idempotency.once(
            session,
            key=form.submission_key.data or new_key(),
            inputs=form.inputs(),
            actor=actor,
            at=at,
            work=lambda: work(session, form, find_order(session, form, asked, actor, at), actor, at),
        )

    try:
        sale = transact(selling)
    except BuyerMissing:
        form.phone.errors = (_("Choose a guest, or type the buyer's phone."),)
        return sell_page(form, actor), HTTPStatus.UNPROCESSABLE_ENTITY
    except Refused as refused:
        form.put_beside(form.price, refused, OF_THE_DEAL)
        return sell_page(form, actor), HTTPStatus.UNPROCESSABLE_ENTITY
    return redirect(url_for(".show", public_id=sale))


def _open(session: Session, form: SellForm, order: Order, actor: Actor, at: Instant) -> str:
    sale_id = operations.open_deal(
        session,
        lines=order.lines,
        kind=order.kind,
        person_id=order.buyer.person_id,
        reception_id=order.buyer.reception_id,
        consultant_id=order.seller.id if order.seller else None,
        known=order.known,
        policy=order.policy,
        actor=actor,
        at=at,
    )
    return queries.get(session, actor.club.id, sale_id).public_id


def _sell_for_cash(session: Session, form: SellForm, order: Order, actor: Actor, at: Instant) -> str:
    sold = operations.sell_deal(
        session,
        lines=order.lines,
        kind=order.kind,
        method=form.chosen_method,
        buyer=order.buyer,
        seller=order.seller,
        terminal_reference=slip_of(form.method.data, form.terminal_reference.data),
        known=order.known,
        policy=order.policy,
        actor=actor,
        at=at,
    )
    return sold.sale


def _sale_page(public_id: str, form: ReceiptForm, actor: Actor) -> str:
    sale = queries.by_public_id(db.session, actor.club.id, public_id)
    page = sale_sheet(db.session, sale, actor, now())
    if form.amount.data is None:
        form.amount.data = str(sale.balance.outstanding)
    return render_template("membership/sales/sale.html", page=page, form=form, **WORDS)


def _close_pages(public_id: str, actor: Actor) -> None:
    """Once all is paid by hand, the provider's open pages for this sale shall take no more money."""
    sale = queries.by_public_id(db.session, actor.club.id, public_id)
    if sale.balance.is_paid:
        provider.close_pages(current_gateway(), payments.open_pages(db.session, sale.id))


def _reload_when_changed(public_id: str, url: str) -> ResponseReturnValue:
    """304 while nothing has changed; then word to draw the page again."""
    sale = queries.by_public_id(db.session, current_actor().club.id, public_id)
    version = current_version(db.session, sale)
    unchanged = not_modified(version)
    if unchanged is not None:
        return unchanged
    answer = Response()
    answer.headers["HX-Redirect"] = url
    answer.set_etag(version)
    return answer


def _day(text: str, today: date) -> date:
    """The day asked for; today for anything that is no day, or has not come yet."""
    try:
        asked = date.fromisoformat(text)
    except ValueError:
        return today
    return min(asked, today)
