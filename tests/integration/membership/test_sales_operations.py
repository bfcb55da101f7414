"""Selling, taking money, giving it back: on both databases."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.actor import Actor
from clubsales.audit import AuditEvent
from clubsales.clock import Instant
from clubsales.consultants.credits import queries as credits_
from clubsales.errors import NotFound, Refused
from clubsales.ids import ConsultantID, PersonID, SaleID
from clubsales.leads.intake import operations as intake
from clubsales.leads.intake.rules import Source
from clubsales.leads.people import operations as people
from clubsales.leads.touches import operations as touches
from clubsales.leads.touches.rules import Signal, SignalKind, TouchKind
from clubsales.membership.cards import queries as cards
from clubsales.membership.cards.rules import CardStatus
from clubsales.membership.catalogue.queries import CardTypeView
from clubsales.membership.members import queries as members
from clubsales.membership.payments.rules import Method, RefundStatus
from clubsales.membership.sales import checks, queries
from clubsales.membership.sales import operations as sales
from clubsales.membership.sales.operations import Approver, Buyer, Seller
from clubsales.membership.sales.rules import SaleKind, SaleState
from clubsales.money import Money
from tests.builders import Cast, consultant_of, local, yuan

PHONE = "+8613800138000"


def a_buyer(session: Session, cast: Cast, phone: str = PHONE, name: str = "陈晨") -> PersonID:
    return people.find_or_add(session, e164=phone, name=name, actor=cast.desk, at=local(10))


def an_open_sale(
    session: Session,
    cast: Cast,
    *,
    buyer: PersonID | None = None,
    seller: Actor | None = None,
    card_type: CardTypeView | None = None,
    price: Money | None = None,
    kind: SaleKind = SaleKind.NEW,
    at: Instant | None = None,
) -> SaleID:
    return sales.open_sale(
        session,
        card_type_id=(card_type or cast.annual).id,
        price=price,
        kind=kind,
        person_id=buyer or a_buyer(session, cast),
        consultant_id=consultant_of(seller or cast.lin),
        actor=seller or cast.lin,
        at=at or local(10),
    )


def book(
    session: Session, cast: Cast, sale: SaleID, amount: str, *, at: Instant | None = None, **more: object
) -> None:
    sales.book_receipt(
        session,
        sale_id=sale,
        amount=yuan(amount),
        method=Method.CASH,
        actor=cast.desk,
        at=at or local(11),
        **more,  # type: ignore[arg-type]
    )


def booked(session: Session, cast: Cast, sale: SaleID) -> list[tuple[ConsultantID | None, str, str]]:
    return [
        (posting.consultant_id, str(posting.amount), posting.rule)
        for posting in credits_.postings_of_sale(session, cast.club.id, sale)
    ]


def visit(session: Session, cast: Cast, buyer: PersonID, signals: list[Signal], at: Instant) -> None:
    touches.record(
        session,
        kind=TouchKind.VISIT,
        person_id=buyer,
        consultant_id=None,
        signals=signals,
        actor=cast.desk,
        at=at,
    )


@contextmanager
def refused(code: str) -> Iterator[None]:
    with pytest.raises(Refused) as caught:
        yield
    assert caught.value.code == code


def test_a_paid_sale_activates_the_card_and_makes_a_member(session: Session, cast: Cast) -> None:
    buyer = a_buyer(session, cast)
    intake.capture(session, person_id=buyer, source=Source.WALK_IN, actor=cast.lin, at=local(10))
    sale = an_open_sale(session, cast, buyer=buyer)
    card = cards.of_sale(session, sale)
    assert card is not None
    assert card.status is CardStatus.PENDING
    book(session, cast, sale, "3980.00")
    view = queries.get(session, cast.club.id, sale)
    assert view.balance.state is SaleState.PAID
    assert (view.first_receipt_at, view.paid_at) == (local(11), local(11))
    card = cards.of_sale(session, sale)
    assert card is not None
    assert card.status is CardStatus.ACTIVE
    assert members.is_member(session, cast.club.organisation_id, buyer)
    assert booked(session, cast, sale) == [(cast.lin.consultant_id, "3980.00", "DSP-03")]
    tags = list(session.scalars(sa.select(AuditEvent.tag).where(AuditEvent.subject_id == sale)))
    assert {"sale:opened", "sale:receipt_booked", "credit:decided"} <= set(tags)


def test_a_deposit_leaves_the_card_pending_until_the_rest_is_here(session: Session, cast: Cast) -> None:
    sale = an_open_sale(session, cast)
    book(session, cast, sale, "200.00")
    card = cards.of_sale(session, sale)
    assert card is not None
    assert card.status is CardStatus.PENDING
    assert queries.get(session, cast.club.id, sale).balance.state is SaleState.PART_PAID
    book(session, cast, sale, "3780.00", at=local(12, day=12))
    card = cards.of_sale(session, sale)
    assert card is not None
    assert card.valid_from == local(12, day=12).date()


def test_member_business_follows_whoever_took_the_deposit(session: Session, cast: Cast) -> None:
    """SC-15: the first receipt decides, whoever collects the balance."""
    buyer = a_buyer(session, cast)
    first = an_open_sale(session, cast, buyer=buyer, seller=cast.lin)
    book(session, cast, first, "3980.00")
    sale = an_open_sale(session, cast, buyer=buyer, seller=cast.zhou, at=local(10, day=10))
    book(session, cast, sale, "200.00", taken_by=cast.zhou.consultant_id, at=local(10, day=10))
    book(session, cast, sale, "3780.00", taken_by=cast.lin.consultant_id, at=local(10, day=12))
    zhou = cast.zhou.consultant_id
    assert booked(session, cast, sale) == [(zhou, "200.00", "DSP-02"), (zhou, "3780.00", "DSP-02")]


@pytest.mark.parametrize("kind", [SaleKind.RENEWAL, SaleKind.TRANSFER, SaleKind.REOPEN, SaleKind.UPGRADE])
def test_some_kinds_say_that_the_buyer_is_a_member(session: Session, cast: Cast, kind: SaleKind) -> None:
    buyer = a_buyer(session, cast)
    visit(session, cast, buyer, [Signal(SignalKind.NAME, consultant_of(cast.zhou))], local(9))
    sale = an_open_sale(session, cast, buyer=buyer, kind=kind)
    book(session, cast, sale, "3980.00")
    assert booked(session, cast, sale) == [(cast.lin.consultant_id, "3980.00", "DSP-02")]


@pytest.mark.parametrize("amounts", [("3980.00",), ("200.00", "3780.00")])
def test_who_was_called_a_member_is_one_for_the_next_sale_too(
    session: Session, cast: Cast, amounts: tuple[str, ...]
) -> None:
    """A renewal of a card from before the books began, paid at once or in parts."""
    buyer = a_buyer(session, cast)
    renewal = an_open_sale(session, cast, buyer=buyer, kind=SaleKind.RENEWAL)
    for amount in amounts:
        book(session, cast, renewal, amount)
    visit(session, cast, buyer, [Signal(SignalKind.NAME, consultant_of(cast.zhou))], local(12))
    sale = an_open_sale(session, cast, buyer=buyer, at=local(13))
    book(session, cast, sale, "3980.00", at=local(13))
    assert booked(session, cast, sale) == [(cast.lin.consultant_id, "3980.00", "DSP-02")]


def test_a_new_guest_who_asked_for_somebody_today_is_his(session: Session, cast: Cast) -> None:
    buyer = a_buyer(session, cast)
    zhou = consultant_of(cast.zhou)
    visit(session, cast, buyer, [Signal(SignalKind.NAME, zhou)], local(9))
    sale = an_open_sale(session, cast, buyer=buyer, seller=cast.lin)
    book(session, cast, sale, "3980.00")
    assert booked(session, cast, sale) == [(zhou, "3980.00", "DSP-01")]


def test_designation_ends_with_the_day(session: Session, cast: Cast) -> None:
    buyer = a_buyer(session, cast)
    visit(session, cast, buyer, [Signal(SignalKind.NAME, consultant_of(cast.zhou))], local(9))
    sale = an_open_sale(session, cast, buyer=buyer, seller=cast.lin)
    book(session, cast, sale, "3980.00", at=local(9, day=10))
    assert booked(session, cast, sale) == [(cast.lin.consultant_id, "3980.00", "DSP-03")]


def test_the_receptionist_who_books_the_cash_gets_no_credit(session: Session, cast: Cast) -> None:
    sale = an_open_sale(session, cast)
    book(session, cast, sale, "3980.00", taken_by=cast.desk.consultant_id)
    assert booked(session, cast, sale) == [(cast.lin.consultant_id, "3980.00", "DSP-03")]


def test_nobody_on_the_sale_means_the_house(session: Session, cast: Cast) -> None:
    sale = sales.open_sale(
        session,
        card_type_id=cast.annual.id,
        price=None,
        kind=SaleKind.NEW,
        person_id=a_buyer(session, cast),
        consultant_id=None,
        actor=cast.system,
        at=local(10),
    )
    book(session, cast, sale, "3980.00")
    assert booked(session, cast, sale) == [(None, "3980.00", "RCV-08")]


def test_money_beyond_the_price_is_refused(session: Session, cast: Cast) -> None:
    sale = an_open_sale(session, cast)
    with refused("receipt.above_price"):
        book(session, cast, sale, "3980.01")
    book(session, cast, sale, "3979.99")
    with refused("receipt.above_price"):
        book(session, cast, sale, "0.02")
    for amount in ("0.00", "-1.00"):
        with refused("receipt.amount"):
            book(session, cast, sale, amount)


def test_the_event_of_a_receipt_counts_once(session: Session, cast: Cast) -> None:
    sale = an_open_sale(session, cast)
    book(session, cast, sale, "100.00", event_id="evt_1")
    book(session, cast, sale, "100.00", event_id="evt_1")
    assert queries.get(session, cast.club.id, sale).balance.received == yuan("100.00")


def test_a_discount_needs_its_authority(session: Session, cast: Cast) -> None:
    with refused("sale.discount"):
        an_open_sale(session, cast, price=yuan("3979.99"))
    with refused("sale.above_list"):
        an_open_sale(session, cast, price=yuan("3980.01"))
    sale = sales.open_sale(
        session,
        card_type_id=cast.annual.id,
        price=yuan("3582.00"),
        kind=SaleKind.NEW,
        person_id=a_buyer(session, cast),
        consultant_id=cast.lin.consultant_id,
        discount_approved_by=Approver(
            account_id=cast.manager.account_id or 0,  # type: ignore[arg-type]
            roles=cast.manager.roles,
        ),
        actor=cast.lin,
        at=local(10),
    )
    assert queries.get(session, cast.club.id, sale).balance.price == yuan("3582.00")


def test_goods_open_no_door_and_make_no_member(session: Session, cast: Cast) -> None:
    buyer = a_buyer(session, cast)
    sale = an_open_sale(session, cast, buyer=buyer, card_type=cast.towel, kind=SaleKind.GOODS)
    book(session, cast, sale, "60.00")
    assert cards.of_sale(session, sale) is None
    assert not members.is_member(session, cast.club.organisation_id, buyer)
    assert booked(session, cast, sale) == [(cast.lin.consultant_id, "60.00", "DSP-03")]


def test_another_clubs_sale_does_not_exist(session: Session, cast: Cast) -> None:
    sale = an_open_sale(session, cast)
    stranger = cast.other_manager
    with pytest.raises(NotFound):
        queries.get(session, cast.foreign_club.id, sale)
    with pytest.raises(NotFound):
        sales.book_receipt(
            session, sale_id=sale, amount=yuan("1.00"), method=Method.CASH, actor=stranger, at=local(11)
        )
    with pytest.raises(NotFound):
        sales.refund(session, sale_id=sale, amount=None, actor=stranger, at=local(11))
    with pytest.raises(NotFound):
        sales.open_sale(
            session,
            card_type_id=cast.annual.id,
            price=None,
            kind=SaleKind.NEW,
            consultant_id=None,
            actor=stranger,
            at=local(11),
        )


def test_a_full_refund_takes_credit_and_card_back(session: Session, cast: Cast) -> None:
    buyer = a_buyer(session, cast)
    sale = an_open_sale(session, cast, buyer=buyer)
    book(session, cast, sale, "3980.00")
    parts = sales.refund(
        session, sale_id=sale, amount=None, reason="搬家", actor=cast.manager, at=local(12, day=28)
    )
    assert [(part.amount, part.status) for part in parts] == [(yuan("3980.00"), RefundStatus.SUCCEEDED)]
    assert (
        sum(posting.amount.minor for posting in credits_.postings_of_sale(session, cast.club.id, sale)) == 0
    )
    card = cards.of_sale(session, sale)
    assert card is not None
    assert card.status is CardStatus.CANCELLED
    assert queries.get(session, cast.club.id, sale).balance.state is SaleState.REFUNDED
    assert members.is_member(session, cast.club.organisation_id, buyer)


def test_a_deposit_given_back_does_not_end_the_sale_and_the_rest_alone_starts_no_card(
    session: Session, cast: Cast
) -> None:
    """What went back before all was paid is not here: the card would be had for less than its price."""
    buyer = a_buyer(session, cast)
    sale = an_open_sale(session, cast, buyer=buyer)
    book(session, cast, sale, "200.00")
    sales.refund(session, sale_id=sale, amount=None, actor=cast.manager, at=local(12))

    def status() -> CardStatus:
        card = cards.of_sale(session, sale)
        assert card is not None
        return card.status

    assert status() is CardStatus.PENDING
    book(session, cast, sale, "3780.00", at=local(13))
    view = queries.get(session, cast.club.id, sale)
    assert (status(), view.paid_at, view.balance.kept) == (CardStatus.PENDING, None, yuan("3780.00"))
    assert view.balance.state is SaleState.PART_REFUNDED
    assert not members.is_member(session, cast.club.organisation_id, buyer)
    assert [fault for check in checks.INVARIANTS for fault in check(session)] == []
    sales.refund(session, sale_id=sale, amount=None, actor=cast.manager, at=local(14))
    assert status() is CardStatus.CANCELLED
    assert [fault for check in checks.INVARIANTS for fault in check(session)] == []


def test_what_goes_back_once_all_was_paid_leaves_the_card_running(session: Session, cast: Cast) -> None:
    sale = an_open_sale(session, cast)
    for paid in ("200.00", "3780.00"):
        book(session, cast, sale, paid)
    sales.refund(session, sale_id=sale, amount=yuan("200.00"), actor=cast.manager, at=local(12))
    card = cards.of_sale(session, sale)
    assert card is not None
    assert card.status is CardStatus.ACTIVE
    assert [fault for check in checks.INVARIANTS for fault in check(session)] == []


ANOTHER_LINE = (
    "INSERT INTO sale_line (sale_id, line, card_type_id, name, name_en, kind, quantity, price_minor, set_up_fee_minor, "
    "is_gift, gift_reason, terms) "
    "SELECT sale_id, 99, card_type_id, name, name_en, kind, 1, 1, 0, false, '', terms FROM sale_line"
)


def test_every_invariant_sees_what_it_is_for(session: Session, cast: Cast) -> None:
    sale = an_open_sale(session, cast)
    book(session, cast, sale, "3980.00")
    assert [fault for check in checks.INVARIANTS for fault in check(session)] == []
    breaks = {
        checks.sales_agree_with_their_payments: "UPDATE sale SET received_minor = received_minor - 1",
        checks.credit_agrees_with_the_money: "UPDATE credit_basis SET received_minor = received_minor - 1",
        checks.payments_agree_with_their_refunds: "UPDATE payment SET refunded_minor = 1",
        checks.cards_follow_the_money: "UPDATE card SET status = 'pending'",
        checks.paid_buyers_are_members: "DELETE FROM member",
        checks.lines_agree_with_their_sale: ANOTHER_LINE,
        checks.cards_come_from_lines: "UPDATE card SET line = 77",
        checks.closed_sales_take_no_money: "UPDATE sale SET closed_at = opened_at",
    }
    assert set(breaks) == set(checks.INVARIANTS)
    for check, statement in breaks.items():
        with session.begin_nested() as savepoint:
            session.execute(sa.text(statement))
            assert list(check(session)) != [], check.__name__
            savepoint.rollback()


def test_a_refund_in_part_keeps_the_card_and_comes_from_the_last_payment(
    session: Session, cast: Cast
) -> None:
    sale = an_open_sale(session, cast)
    book(session, cast, sale, "3000.00")
    book(session, cast, sale, "980.00", at=local(12))
    parts = sales.refund(session, sale_id=sale, amount=yuan("1000.01"), actor=cast.finance, at=local(13))
    assert [part.amount for part in parts] == [yuan("980.00"), yuan("20.01")]
    with refused("refund.above_paid"):
        sales.refund(session, sale_id=sale, amount=yuan("2980.00"), actor=cast.finance, at=local(13))
    sales.refund(session, sale_id=sale, amount=yuan("2979.99"), actor=cast.finance, at=local(14))
    with refused("refund.above_paid"):
        sales.refund(session, sale_id=sale, amount=None, actor=cast.finance, at=local(15))


def test_refunds_ask_for_the_role_before_anything_else(session: Session, cast: Cast) -> None:
    sale = an_open_sale(session, cast)
    for actor in (cast.lin, cast.desk, cast.supervisor):
        with refused("refund.role"):
            sales.refund(session, sale_id=sale, amount=None, actor=actor, at=local(11))
    with refused("refund.above_paid"):
        sales.refund(session, sale_id=sale, amount=None, actor=cast.director, at=local(11))


def test_the_event_of_a_refund_counts_once(session: Session, cast: Cast) -> None:
    sale = an_open_sale(session, cast)
    book(session, cast, sale, "3980.00")
    for _again in range(2):
        sales.refund(
            session, sale_id=sale, amount=yuan("80.00"), event_id="re_1", actor=cast.manager, at=local(12)
        )
    assert queries.get(session, cast.club.id, sale).balance.refunded == yuan("80.00")


def test_a_gift_is_paid_at_once(session: Session, cast: Cast) -> None:
    free = cast.towel
    sale = sales.open_sale(
        session,
        card_type_id=free.id,
        price=yuan("0.00"),
        kind=SaleKind.GOODS,
        consultant_id=None,
        actor=cast.director,
        at=local(10),
    )
    assert queries.get(session, cast.club.id, sale).paid_at == local(10)


def test_selling_for_cash_does_all_of_it_in_one_go(session: Session, cast: Cast) -> None:
    buyer = a_buyer(session, cast)
    sold = sales.sell_for_cash(
        session,
        card_type=cast.annual,
        price=None,
        kind=SaleKind.NEW,
        buyer=Buyer(person_id=buyer),
        seller=Seller(id=consultant_of(cast.lin), name=cast.lin.name),
        actor=cast.desk,
        at=local(10),
    )
    view = queries.by_public_id(session, cast.club.id, sold.sale)
    assert view.balance.state is SaleState.PAID
    card = cards.of_sale(session, view.id)
    assert card is not None
    assert card.status is CardStatus.ACTIVE
    assert booked(session, cast, view.id) == [(cast.lin.consultant_id, "3980.00", "DSP-03")]
    assert members.is_member(session, cast.club.organisation_id, buyer)


def test_the_days_sales_are_the_clubs_own(session: Session, cast: Cast) -> None:
    first = an_open_sale(session, cast)
    second = an_open_sale(session, cast, seller=cast.zhou, at=local(23, 59))
    an_open_sale(session, cast, at=local(0, 1, day=10))
    day = queries.sales_on(session, cast.club, local(10).date())
    assert [sale.id for sale in day.sales] == [second, first]
    assert day.contracts == yuan("7960.00")
    mine = queries.sales_on(session, cast.club, local(10).date(), consultant_id=cast.zhou.consultant_id)
    assert [sale.id for sale in mine.sales] == [second]
    assert not queries.sales_on(session, cast.other_club, local(10).date()).sales
