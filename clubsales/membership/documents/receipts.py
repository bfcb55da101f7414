"""What came in for a sale, as papers: its receipt, and the receipt of a deposit (RCV-01)."""

from collections.abc import Iterator, Sequence

from sqlalchemy.orm import Session

from clubsales.actor import Club
from clubsales.clock import Instant, local_day
from clubsales.errors import NotFound
from clubsales.i18n import format_local_date, format_money, language_tag
from clubsales.i18n import gettext as _
from clubsales.membership import texts
from clubsales.membership.amounts import in_words
from clubsales.membership.documents.paper import Column, Paper, Table
from clubsales.membership.payments import queries as payments
from clubsales.membership.payments.queries import PaymentView
from clubsales.membership.payments.rules import PaymentStatus, RefundStatus
from clubsales.membership.reservations import queries as reservations
from clubsales.membership.sales.lines import lines_of
from clubsales.membership.sales.queries import SaleView


def receipt_of(session: Session, sale: SaleView, club: Club) -> Paper:
    """A sale's receipt: what was bought, every sum that came and went, and what is kept, in figures and words."""
    received = _received(session, sale)
    return Paper(
        title=_("Receipt"),
        club=club.name,
        facts=[
            (_("Number"), sale.public_id),
            (_("Date"), format_local_date(local_day(sale.first_receipt_at or sale.opened_at, club.zone))),
            *([(_("Buyer"), sale.buyer)] if sale.buyer else []),
            *_paid(sale),
        ],
        tables=[_bought(session, sale), *([_money(session, sale, received, club)] if received else [])],
        signatures=[_("For the club, with its seal")],
    )


def _paid(sale: SaleView) -> Iterator[tuple[str, str]]:
    """What was paid, and what is due of a sale that is still open."""
    balance = sale.balance
    if balance.received or not balance.price:
        yield _("Total paid"), format_money(balance.kept)
        yield _("In words"), in_words(balance.kept, language_tag())
    else:
        yield _("Total paid"), _("Nothing was paid") if sale.closed_at else _("Nothing has been paid yet")
    if balance.asked_for and sale.closed_at is None:
        yield _("Still open"), format_money(balance.asked_for)


def has_deposit(session: Session, sale: SaleView) -> bool:
    """Whether the sale began with a deposit that keeps a place."""
    reservation = reservations.of_sale(session, sale.club_id, sale.id)
    return reservation is not None and reservation.number is not None


def deposit_receipt_of(session: Session, sale: SaleView, club: Club) -> Paper:
    """The receipt of the deposit that keeps a place. Raises NotFound where no deposit was taken."""
    reservation = reservations.of_sale(session, club.id, sale.id)
    received = _received(session, sale)
    if reservation is None or reservation.number is None or not received:
        raise NotFound
    deposit = received[0]
    language = language_tag()
    notes = [
        _(
            "The deposit counts towards the price. Bring this receipt when the contract is signed, or when the deposit is "
            "paid back."
        )
    ]
    if reservation.valid_until is not None:
        notes.insert(0, _("The place is kept until %(day)s.", day=format_local_date(reservation.valid_until)))
    return Paper(
        title=_("Deposit receipt"),
        club=club.name,
        facts=[
            (_("Number in the deposit ledger"), str(reservation.number)),
            (_("Date"), _day(deposit.paid_at, club)),
            *([(_("Received from"), reservation.buyer)] if reservation.buyer else []),
            (_("For what"), reservation.title_in(language)),
            (_("Deposit"), format_money(deposit.amount)),
            (_("In words"), in_words(deposit.amount, language)),
            (_("Paid by"), str(texts.METHODS[deposit.method.value])),
            (_("Price in all"), format_money(sale.balance.price)),
        ],
        notes=notes,
        signatures=[_("Customer"), _("For the club, with its seal")],
    )


def _received(session: Session, sale: SaleView) -> list[PaymentView]:
    """What came in, the first first."""
    found = [each for each in payments.of_sale(session, sale.id) if each.status is PaymentStatus.SUCCEEDED]
    return sorted(found, key=lambda each: (each.paid_at is None, each.paid_at, each.id))


def _bought(session: Session, sale: SaleView) -> Table:
    language = language_tag()
    lines = [each for each in lines_of(session, sale.id) if each.part_of is None]
    rows = [
        [
            line.title_in(language),
            str(line.quantity),
            _("Free gift") if line.is_gift else format_money(line.price),
        ]
        for line in lines
    ] or [[sale.title_in(language), "1", format_money(sale.balance.price)]]
    return Table(
        title=_("What is bought"),
        columns=[
            Column(_("Product"), wide=True),
            Column(_("Quantity"), end=True),
            Column(_("Price"), end=True),
        ],
        rows=rows,
        total=[_("Price in all"), "", format_money(sale.balance.price)],
    )


def _money(session: Session, sale: SaleView, received: Sequence[PaymentView], club: Club) -> Table:
    return Table(
        title=_("What was paid"),
        columns=[Column(_("Date")), Column(_("Paid by"), wide=True), Column(_("Amount"), end=True)],
        rows=[*_in(received, club), *_back(session, sale, club)],
        total=[_("Total paid"), "", format_money(sale.balance.kept)],
    )


def _in(received: Sequence[PaymentView], club: Club) -> Iterator[list[str]]:
    for each in received:
        how = str(texts.METHODS[each.method.value])
        if each.terminal_reference:
            how = f"{how} · {each.terminal_reference}"
        yield [_day(each.paid_at, club), how, format_money(each.amount)]


def _back(session: Session, sale: SaleView, club: Club) -> Iterator[list[str]]:
    for each in payments.refunds_of_sale(session, sale.id):
        if each.status is RefundStatus.SUCCEEDED:
            yield [_day(each.settled_at, club), _("Refund"), format_money(-each.amount)]


def _day(at: Instant | None, club: Club) -> str:
    return format_local_date(local_day(at, club.zone)) if at is not None else ""
