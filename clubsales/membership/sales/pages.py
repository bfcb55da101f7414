"""What the pages of a sale show: plain values, made once per request."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from flask import current_app, request, url_for
from markupsafe import Markup
from sqlalchemy.orm import Session

from clubsales import qr
from clubsales.actor import Actor, Club
from clubsales.auth.permissions import Permission, may
from clubsales.clock import Instant, local_day
from clubsales.consultants.credits import queries as credits_
from clubsales.consultants.credits.queries import SaleCredit
from clubsales.consultants.profiles import queries as profiles
from clubsales.errors import Reason, allow
from clubsales.ids import ConsultantID
from clubsales.leads.attribution.likely_rules import Outlook
from clubsales.membership.cards import queries as cards
from clubsales.membership.cards.queries import CardView
from clubsales.membership.catalogue.rules import CardKind
from clubsales.membership.catalogue.told import told
from clubsales.membership.payments import queries as payments
from clubsales.membership.payments.queries import PaymentView, RefundView
from clubsales.membership.payments.rules import Method, PaymentStatus, RefundStatus
from clubsales.membership.sales import rules, shares
from clubsales.membership.sales.lines import LineView, lines_of
from clubsales.membership.sales.queries import SaleView
from clubsales.membership.sales.rules import REFUND_ROLES, CoolingOffPolicy, GiveUpFacts, SaleState
from clubsales.money import Money
from clubsales.policies import policy_on


@dataclass(frozen=True, slots=True, kw_only=True)
class PayLink:
    """A link the guest can pay by now, as a QR for the phone."""

    amount: Money
    url: str
    svg: Markup
    until: Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class SaleSheet:
    """A sale for staff: its lines, money and cards, whose credit it is and what may be done next."""

    sale: SaleView
    lines: tuple[LineView, ...]
    state: SaleState
    payments: tuple[PaymentView, ...]
    refunds: tuple[RefundView, ...]
    kept_aside: tuple[PaymentView, ...]
    link: PayLink | None
    link_makers: Mapping[ConsultantID, str]  # who made the links that were paid by
    cards: tuple[CardView, ...]
    for_card: CardView | None  # which it renews, upgrades, transfers or serves
    credit: SaleCredit | None
    likely: Outlook | None  # of the first payment, until it has come
    version: str
    may_book: bool
    may_link: bool
    may_refund: bool
    may_give_up: bool
    may_send_refunds: bool

    @property
    def paid_as(self) -> LineView | None:
        """The line by which commission on all of them is paid; none where they are alike."""
        sold = [line for line in self.lines if not line.part_of and not line.is_gift]
        if len({line.card_type_id for line in sold}) <= 1:
            return None
        return next((line for line in sold if line.card_type_id == self.sale.card_type_id), None)

    @property
    def starts_nothing(self) -> bool:
        """Money went back before all was paid: even with the rest of it less than the price is here."""
        balance = self.sale.balance
        return bool(balance.refunded and balance.kept) and not (self.sale.paid_at or self.sale.closed_at)

    @property
    def contract_needed(self) -> bool:
        """Whether something of it is sold by a signed contract only."""
        return any(line.terms.contract_needed for line in self.lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class BoughtCard:
    """A card as its buyer keeps it: its page, that page as a QR, and where its moving code is drawn."""

    card: CardView
    url: str
    svg: Markup
    code_url: str  # empty while the card opens no door


@dataclass(frozen=True, slots=True, kw_only=True)
class GuestLine:
    """A line as the guest reads it, with its terms and what a refund would come to (CRD-07, RFD-03)."""

    line: LineView
    terms: tuple[Reason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GuestSheet:
    """A sale as the guest may see it: what, how much, by which terms, the QR, then the cards. Nothing internal."""

    club_name: str
    sale: SaleView
    lines: tuple[GuestLine, ...]
    link: PayLink | None
    cards: tuple[BoughtCard, ...]  # once all is paid
    is_paid: bool
    version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptSheet:
    """A receipt on paper or on the guest's phone."""

    club_name: str
    sale: SaleView
    lines: tuple[LineView, ...]
    payments: tuple[PaymentView, ...]
    refunds: tuple[RefundView, ...]
    day: date
    cards: tuple[BoughtCard, ...]


def sale_sheet(session: Session, sale: SaleView, actor: Actor, at: Instant) -> SaleSheet:
    """Everything the page of a sale shows."""
    all_payments = payments.of_sale(session, sale.id)
    refunds = payments.refunds_of_sale(session, sale.id)
    state = sale.balance.state
    owed = bool(sale.balance.asked_for) and sale.closed_at is None
    return SaleSheet(
        sale=sale,
        lines=lines_of(session, sale.id),
        state=state,
        payments=tuple(p for p in all_payments if p.status is PaymentStatus.SUCCEEDED),
        refunds=tuple(refunds),
        kept_aside=tuple(p for p in all_payments if is_kept_aside(p)),
        link=_link(all_payments, at),
        link_makers=_link_makers(session, all_payments),
        cards=tuple(cards.all_of_sale(session, sale.id)),
        for_card=None if sale.for_card_id is None else cards.by_id(session, sale.for_card_id),
        credit=credits_.credit_of_sale(session, actor.club.id, sale.id),
        likely=None if sale.is_fee else shares.likely(session, sale, club=actor.club, at=at),
        version=version_of(sale, all_payments, refunds),
        may_book=owed and may(actor, Permission.PAYMENT_BOOK),
        may_link=owed and may(actor, Permission.PAYMENT_LINK),
        may_refund=bool(sale.balance.kept)
        and may(actor, Permission.REFUND_MAKE)
        and actor.has_role(*REFUND_ROLES),
        may_give_up=may_give_up(sale, actor),
        may_send_refunds=may(actor, Permission.REFUND_MAKE)
        and any(refund.status is RefundStatus.STARTED for refund in refunds),
    )


def may_give_up(sale: SaleView, actor: Actor) -> bool:
    """Whether the page offers it; a reservation may still speak against it."""
    is_own = may(actor, Permission.CREDIT_SEE_ALL) or sale.consultant_id == actor.consultant_id
    facts = GiveUpFacts(
        balance=sale.balance, is_closed=sale.closed_at is not None, is_reserved=False, is_own=is_own
    )
    return may(actor, Permission.SALE_OPEN) and rules.may_give_up(facts) == allow()


def _link_makers(session: Session, all_payments: Sequence[PaymentView]) -> Mapping[ConsultantID, str]:
    by_link = (p for p in all_payments if p.method is Method.ONLINE and p.status is PaymentStatus.SUCCEEDED)
    makers = {payment.taken_by for payment in by_link if payment.taken_by is not None}
    return profiles.names(session, sorted(makers)) if makers else {}


def guest_sheet(session: Session, sale: SaleView, club: Club, at: Instant) -> GuestSheet:
    """Everything the guest's view of a sale shows."""
    all_payments = payments.of_sale(session, sale.id)
    return GuestSheet(
        club_name=club.name,
        sale=sale,
        lines=() if sale.paid_at else guest_lines(session, sale, club, at),
        link=None if sale.closed_at else _link(all_payments, at),
        cards=bought_cards(session, sale, club, at),
        is_paid=sale.paid_at is not None,
        version=version_of(sale, all_payments, payments.refunds_of_sale(session, sale.id)),
    )


def without_name(sale: SaleView) -> SaleView:
    """A purchase on the club's own page as its buyer sees it: whoever typed a phone does not learn whose it is."""
    return replace(sale, buyer="") if sale.is_self_purchase else sale


def guest_lines(session: Session, sale: SaleView, club: Club, at: Instant) -> tuple[GuestLine, ...]:
    """What is bought and by which terms; a package's terms stand with its parts."""
    cooling_off = policy_on(session, club, local_day(at, club.zone)).read("refund", CoolingOffPolicy)
    return tuple(
        GuestLine(
            line=line,
            terms=()
            if sale.is_fee or line.kind is CardKind.PACKAGE
            else told(
                line.terms,
                kind=line.kind,
                by_visits=line.visits is not None,
                currency=line.price.currency,
                cooling_off_days=cooling_off.cooling_off_days,
                by_contract=line.terms.contract_needed,
            ),
        )
        for line in lines_of(session, sale.id)
    )


def bought_cards(session: Session, sale: SaleView, club: Club, at: Instant) -> tuple[BoughtCard, ...]:
    """The cards a sale made, once it is paid."""
    if sale.paid_at is None:
        return ()
    return tuple(_bought(card, club, at) for card in cards.all_of_sale(session, sale.id))


def _bought(card: CardView, club: Club, at: Instant) -> BoughtCard:
    url = public_address(url_for("cards.my_card", link_token=card.link_token))
    opens = card.entry(club, local_day(at, club.zone)) == allow()
    code_url = url_for("cards.my_code", link_token=card.link_token) if opens else ""
    return BoughtCard(card=card, url=url, svg=qr.svg(url), code_url=code_url)


def receipt_sheet(session: Session, sale: SaleView, club: Club, at: Instant) -> ReceiptSheet:
    """Everything a receipt shows."""
    received = (p for p in payments.of_sale(session, sale.id) if p.status is PaymentStatus.SUCCEEDED)
    refunds = (r for r in payments.refunds_of_sale(session, sale.id) if r.status is RefundStatus.SUCCEEDED)
    return ReceiptSheet(
        club_name=club.name,
        sale=sale,
        lines=lines_of(session, sale.id),
        payments=tuple(received),
        refunds=tuple(refunds),
        day=local_day(sale.first_receipt_at or sale.opened_at, club.zone),
        cards=bought_cards(session, sale, club, at),
    )


def is_kept_aside(payment: PaymentView) -> bool:
    """The provider has money for it that was not booked: a person must look."""
    return payment.status is not PaymentStatus.SUCCEEDED and payment.provider_payment_id is not None


def version_of(sale: SaleView, all_payments: list[PaymentView], refunds: list[RefundView]) -> str:
    """Changes with everything a live page shows of a sale's money."""
    parts = [str(sale.balance.received.minor), str(sale.balance.refunded.minor)]
    parts += [sale.closed_as] if sale.closed_as else []
    parts += [f"{p.id}{p.status[0]}{'k' if is_kept_aside(p) else ''}" for p in all_payments]
    parts += [f"r{r.id}{r.status[0]}" for r in refunds]
    return "-".join(parts)


def current_version(session: Session, sale: SaleView) -> str:
    """The version a page of this sale would carry if it were drawn now."""
    return version_of(sale, payments.of_sale(session, sale.id), payments.refunds_of_sale(session, sale.id))


def public_address(path: str) -> str:
    """An address that works on somebody else's phone."""
    base: str = current_app.extensions["clubsales_settings"].public_url or request.host_url
    return base.rstrip("/") + path


def _link(all_payments: list[PaymentView], at: Instant) -> PayLink | None:
    live = [payment for payment in all_payments if payment.is_open(at) and not is_kept_aside(payment)]
    if not live:
        return None
    payment = live[-1]
    url = public_address(url_for("pay.page", link_token=payment.link_token))
    return PayLink(amount=payment.amount, url=url, svg=qr.svg(url), until=payment.link_until)
