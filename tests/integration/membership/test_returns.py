"""Money back for a card: reckoned, asked, answered, paid - with the card, the money and the credit in agreement."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales import policies
from clubsales.actor import Actor, Role
from clubsales.audit import AuditEvent
from clubsales.clock import Instant
from clubsales.consultants.credits.models import PostingRow
from clubsales.errors import NotFound, Refused
from clubsales.ids import SaleID
from clubsales.membership.cards import operations as cards
from clubsales.membership.cards import queries
from clubsales.membership.cards.checks import INVARIANTS
from clubsales.membership.cards.models import CardGrantRow
from clubsales.membership.cards.queries import CardView
from clubsales.membership.cards.rules import CardStatus
from clubsales.membership.catalogue.card_types import CardTypeView
from clubsales.membership.catalogue.models import CardTypeRow
from clubsales.membership.contracts.models import ContractRow
from clubsales.membership.payments.rules import Method
from clubsales.membership.returns import operations, quotes
from clubsales.membership.returns import queries as returns
from clubsales.membership.returns.rules import RefundBasis, ReturnState
from clubsales.membership.sales import operations as sales
from clubsales.membership.sales.baskets import LineWish
from clubsales.membership.sales.card_sales import open_service_sale
from clubsales.membership.sales.models import SaleRow
from clubsales.membership.sales.rules import SaleKind
from clubsales.money import Money
from tests.builders import Cast, a_colleague, consultant_of, local, yuan
from tests.cards import a_door, a_person, printed_code, scan_at

SOLD = local(10, day=2)


def sold(
    session: Session,
    cast: Cast,
    *,
    card_type: CardTypeView | None = None,
    quantity: int = 1,
    method: Method = Method.CASH,
) -> CardView:
    """A card sold by Lin and paid, the first of several of them."""
    sale_id = sales.open_deal(
        session,
        lines=[LineWish(card_type=(card_type or cast.annual).public_id, quantity=quantity)],
        kind=SaleKind.NEW,
        person_id=a_person(session, cast, e164="+8613800138000"),
        consultant_id=consultant_of(cast.lin),
        actor=cast.lin,
        at=SOLD,
    )
    sale = session.get_one(SaleRow, sale_id)
    sales.book_receipt(
        session,
        sale_id=sale_id,
        amount=Money(sale.price_minor, cast.club.currency),
        method=method,
        actor=cast.desk,
        at=SOLD,
    )
    card = queries.of_sale(session, sale_id)
    assert card is not None
    return card


def used(session: Session, cast: Cast, card: CardView, at: Instant) -> None:
    """Somebody goes in with it."""
    serial = cards.issue_printed_code(session, card=card.public_id, actor=cast.manager, at=at)
    session.flush()
    answer = scan_at(session, a_door(cast.club, 1), printed_code(card, serial), at)
    assert answer.admitted


def asked(session: Session, cast: Cast, card: CardView, at: Instant, **how: object) -> str:
    return operations.ask(session, card=card, reason="搬家了", actor=cast.lin, at=at, **how)  # type: ignore[arg-type]


def approved(session: Session, cast: Cast, request: str, at: Instant, by: Actor | None = None) -> ReturnState:
    return operations.answer(session, request=request, approved=True, actor=by or cast.manager, at=at)


def credit(session: Session) -> int:
    return session.execute(sa.select(sa.func.coalesce(sa.func.sum(PostingRow.amount_minor), 0))).scalar_one()


def test_an_unused_card_goes_back_whole_within_the_cooling_off_days(session: Session, cast: Cast) -> None:
    """RFD-03."""
    card = sold(session, cast)
    last_day = SOLD + timedelta(days=7)
    request = asked(session, cast, card, last_day)
    view = returns.by_public_id(session, cast.club.id, request)
    assert (view.basis, view.amount, view.state) == (
        RefundBasis.COOLING_OFF,
        yuan("3980.00"),
        ReturnState.ASKED,
    )
    assert approved(session, cast, request, last_day) is ReturnState.APPROVED
    operations.pay_out(session, request=request, actor=cast.finance, at=last_day)
    session.flush()
    after = queries.by_public_id(session, cast.club, card.public_id)
    assert after.status is CardStatus.CANCELLED
    assert credit(session) == 0
    assert returns.by_public_id(session, cast.club.id, request).state is ReturnState.PAID
    tags = session.scalars(sa.select(AuditEvent.tag).where(AuditEvent.tag.like("refund_request:%"))).all()
    assert sorted(tags) == ["refund_request:answered", "refund_request:asked", "refund_request:paid"]


def test_a_used_card_gives_back_its_unused_days_less_the_fees_of_its_terms(
    session: Session, cast: Cast
) -> None:
    """RFD-03."""
    session.execute(
        sa.update(CardTypeRow)
        .where(CardTypeRow.id == cast.annual.id)
        .values(terms={"refund_fee_minor": 10_000, "refund_fee_bp": 1_000})
    )
    card = sold(session, cast)
    used(session, cast, card, SOLD)
    at = SOLD + timedelta(days=73)  # a fifth of 365 days
    found = quotes.quote(session, cast.club, card, at)
    assert found.worth.used == 73
    assert found.reckoned.basis is RefundBasis.TERMS
    assert found.reckoned.amount.minor == 398_000 - 79_600 - 10_000 - 39_800
    request = asked(session, cast, card, at)
    approved(session, cast, request, at)
    operations.pay_out(session, request=request, actor=cast.manager, at=at)
    assert credit(session) == 398_000 - found.reckoned.amount.minor
    assert queries.by_public_id(session, cast.club, card.public_id).status is CardStatus.CANCELLED


def test_a_part_of_the_visits_goes_back_and_the_card_goes_on(session: Session, cast: Cast) -> None:
    card = sold(session, cast, card_type=cast.visits)
    used(session, cast, card, SOLD)
    at = SOLD + timedelta(days=10)
    request = asked(session, cast, card, at, units=9)
    view = returns.by_public_id(session, cast.club.id, request)
    assert (view.amount, view.ends_card, view.units) == (yuan("450.00"), False, 9)
    approved(session, cast, request, at)
    operations.pay_out(session, request=request, actor=cast.finance, at=at)
    session.flush()
    after = queries.by_public_id(session, cast.club, card.public_id)
    assert (after.status, after.visits_left) == (CardStatus.ACTIVE, 20)


def test_more_than_was_reckoned_is_goodwill_and_not_more_than_is_there(session: Session, cast: Cast) -> None:
    """RFD-02: what makes good what went wrong."""
    card = sold(session, cast)
    used(session, cast, card, SOLD)
    at = SOLD + timedelta(days=100)
    with pytest.raises(Refused) as no:
        asked(session, cast, card, at, amount=yuan("3980.01"))
    assert no.value.code == "return.above_kept"
    request = asked(session, cast, card, at, amount=yuan("3980.00"))
    assert returns.by_public_id(session, cast.club.id, request).basis is RefundBasis.GOODWILL


def test_nobody_answers_his_own_request_nor_out_of_turn_nor_twice(session: Session, cast: Cast) -> None:
    """RFD-01."""
    card = sold(session, cast)
    request = operations.ask(session, card=card, reason="搬家了", actor=cast.manager, at=SOLD)
    with pytest.raises(Refused) as own:
        approved(session, cast, request, SOLD)
    assert own.value.code == "approval.own"
    with pytest.raises(Refused) as clerk:
        approved(session, cast, request, SOLD, by=cast.finance)
    assert clerk.value.code == "approval.not_asked"
    approved(session, cast, request, SOLD, by=cast.director)  # stands in for the manager who asked
    with pytest.raises(Refused) as twice:
        approved(session, cast, request, SOLD, by=cast.director)
    assert twice.value.code == "return.answered"


def test_whoever_sold_it_does_not_answer(session: Session, cast: Cast) -> None:
    """RFD-01: nor does a manager whose own deal it is; the next above does."""
    card = sold(session, cast)
    own = sa.update(SaleRow).values(consultant_id=consultant_of(cast.manager))
    session.execute(own.where(SaleRow.id == card.sale_id))
    request = asked(session, cast, card, SOLD)
    with pytest.raises(Refused) as own_deal:
        approved(session, cast, request, SOLD)
    assert own_deal.value.code == "approval.own"
    assert approved(session, cast, request, SOLD, by=cast.director) is ReturnState.APPROVED


def test_nothing_is_paid_without_a_yes_nor_twice_nor_while_another_request_waits(
    session: Session, cast: Cast
) -> None:
    card = sold(session, cast)
    request = asked(session, cast, card, SOLD)
    with pytest.raises(Refused) as early:
        operations.pay_out(session, request=request, actor=cast.finance, at=SOLD)
    assert early.value.code == "return.not_approved"
    with pytest.raises(Refused) as again:
        asked(session, cast, card, SOLD)
    assert again.value.code == "return.open"
    approved(session, cast, request, SOLD)
    operations.pay_out(session, request=request, actor=cast.finance, at=SOLD)
    with pytest.raises(Refused):
        operations.pay_out(session, request=request, actor=cast.finance, at=SOLD)
    with pytest.raises(Refused) as gone:
        asked(session, cast, queries.by_public_id(session, cast.club, card.public_id), SOLD)
    assert gone.value.code == "return.nothing"


def test_a_refused_or_withdrawn_request_leaves_the_card_as_it_is(session: Session, cast: Cast) -> None:
    card = sold(session, cast)
    request = asked(session, cast, card, SOLD)
    state = operations.answer(
        session, request=request, approved=False, reason="合同已满", actor=cast.manager, at=SOLD
    )
    assert state is ReturnState.REFUSED
    another = asked(session, cast, card, SOLD)
    operations.withdraw(session, request=another, actor=cast.lin, at=SOLD)
    assert returns.by_public_id(session, cast.club.id, another).state is ReturnState.WITHDRAWN
    assert queries.by_public_id(session, cast.club, card.public_id).status is CardStatus.ACTIVE


def test_money_refunded_meanwhile_is_not_paid_a_second_time(session: Session, cast: Cast) -> None:
    card = sold(session, cast)
    request = asked(session, cast, card, SOLD)
    approved(session, cast, request, SOLD)
    sales.refund(session, sale_id=card.sale_id, amount=yuan("100.00"), actor=cast.manager, at=SOLD)
    with pytest.raises(Refused) as no:
        operations.pay_out(session, request=request, actor=cast.finance, at=SOLD)
    assert no.value.code == "return.changed"


def test_the_chain_and_the_cooling_off_days_are_the_policys(session: Session, cast: Cast) -> None:
    policies.publish(
        session,
        changes={"refund": {"cooling_off_days": 0, "approvals": ["finance_clerk", "general_manager"]}},
        valid_from=SOLD.date(),
        actor=cast.manager,
        at=SOLD - timedelta(days=1),
    )
    card = sold(session, cast)
    request = asked(session, cast, card, SOLD)
    assert returns.by_public_id(session, cast.club.id, request).basis is RefundBasis.TERMS
    with pytest.raises(Refused) as early:
        approved(session, cast, request, SOLD)
    assert early.value.code in ("approval.not_asked", "approval.not_your_turn")
    assert approved(session, cast, request, SOLD, by=cast.finance) is ReturnState.ASKED
    # No general manager in this club: the club manager answers for him (AMB-52).
    assert approved(session, cast, request, SOLD) is ReturnState.APPROVED


def test_another_clubs_card_and_request_are_not_found(session: Session, cast: Cast) -> None:
    card = sold(session, cast)
    request = asked(session, cast, card, SOLD)
    with pytest.raises(NotFound):
        operations.ask(session, card=card, reason="x", actor=cast.other_manager, at=SOLD)
    with pytest.raises(NotFound):
        returns.by_public_id(session, cast.foreign_club.id, request)
    with pytest.raises(NotFound):
        operations.withdraw(session, request=request, actor=cast.other_manager, at=SOLD)


def test_after_a_transfer_the_money_behind_the_card_is_still_found(session: Session, cast: Cast) -> None:
    card = sold(session, cast)
    friend = a_person(session, cast, name="李梅", e164="+8613900139000")
    new_id = cards.transfer(
        session, card_id=card.id, person_id=friend, actor=cast.manager, at=SOLD + timedelta(days=1)
    )
    new = queries.by_id(session, new_id)
    assert new is not None
    at = SOLD + timedelta(days=30)
    found = quotes.quote(session, cast.club, new, at)
    # What the first holder's day was worth stays with the club; the rest went along with the card.
    assert found.paid.minor == 398_000 * 364 // 365
    request = operations.ask(session, card=new, reason="搬家了", actor=cast.lin, at=at)
    approved(session, cast, request, at)
    operations.pay_out(session, request=request, actor=cast.finance, at=at)
    session.flush()
    assert queries.by_public_id(session, cast.club, new.public_id).status is CardStatus.CANCELLED
    assert credit(session) == 398_000 - found.reckoned.amount.minor


def renewed(session: Session, cast: Cast, card: CardView, at: Instant) -> SaleID:
    """A year more for a card, paid in cash."""
    sale_id = open_service_sale(
        session,
        kind=SaleKind.RENEWAL,
        card_id=card.id,
        card_type_id=cast.annual.id,
        person_id=card.person_id,
        consultant_id=consultant_of(cast.lin),
        actor=cast.lin,
        at=at,
    )
    sales.book_receipt(
        session, sale_id=sale_id, amount=yuan("3980.00"), method=Method.CASH, actor=cast.desk, at=at
    )
    line = cards.line_of(cast.annual, paid_minor=398_000)
    cards.renew(session, card_id=card.id, line=line, sale_id=sale_id, actor=cast.desk, at=at)
    session.flush()
    return sale_id


def test_a_renewal_given_back_takes_its_own_year_and_no_more(session: Session, cast: Cast) -> None:
    card = sold(session, cast)
    used(session, cast, card, SOLD)
    at = SOLD + timedelta(days=30)
    renewed(session, cast, card, at)
    request = asked(session, cast, card, at, units=365, amount=yuan("3980.00"))
    approved(session, cast, request, at)
    operations.pay_out(session, request=request, actor=cast.finance, at=at)
    session.flush()
    after = queries.by_public_id(session, cast.club, card.public_id)
    assert (after.status, after.valid_until) == (CardStatus.ACTIVE, card.valid_until)
    assert quotes.quote(session, cast.club, after, at).worth.paid == yuan("3980.00")
    assert credit(session) == 398_000
    assert [fault for check in INVARIANTS for fault in check(session)] == []


def test_the_money_kept_stands_behind_the_ended_card(session: Session, cast: Cast) -> None:
    card = sold(session, cast)
    used(session, cast, card, SOLD)
    at = SOLD + timedelta(days=73)
    renewed(session, cast, card, at)
    request = asked(session, cast, card, at)
    amount = returns.by_public_id(session, cast.club.id, request).amount
    assert amount == yuan("7164.00")
    approved(session, cast, request, at)
    operations.pay_out(session, request=request, actor=cast.finance, at=at)
    session.flush()
    kept = session.execute(
        sa.select(sa.func.sum(CardGrantRow.paid_minor)).where(CardGrantRow.card_id == card.id)
    ).scalar_one()
    assert kept == 2 * 398_000 - amount.minor == credit(session)


def test_waiting_for_the_club_costs_nothing_but_using_the_card_does(session: Session, cast: Cast) -> None:
    card = sold(session, cast)
    used(session, cast, card, SOLD)
    at = SOLD + timedelta(days=73)
    request = asked(session, cast, card, at)
    approved(session, cast, request, at)
    later = at + timedelta(days=5)
    with session.begin_nested() as world:
        operations.pay_out(session, request=request, actor=cast.finance, at=later)
        session.flush()
        assert credit(session) == 398_000 * 73 // 365
        world.rollback()
    session.expire_all()
    used(session, cast, card, later)
    with pytest.raises(Refused) as no:
        operations.pay_out(session, request=request, actor=cast.finance, at=later + timedelta(hours=1))
    assert no.value.code == "return.used_since"


def test_opened_after_it_was_asked_it_no_longer_goes_back_whole(session: Session, cast: Cast) -> None:
    card = sold(session, cast)
    request = asked(session, cast, card, SOLD)
    approved(session, cast, request, SOLD)
    at = SOLD + timedelta(days=2)
    used(session, cast, card, at)
    with pytest.raises(Refused) as no:
        operations.pay_out(session, request=request, actor=cast.finance, at=at)
    assert no.value.code == "return.used_since"


def test_all_of_the_money_takes_the_card_along(session: Session, cast: Cast) -> None:
    card = sold(session, cast)
    with pytest.raises(Refused) as no:
        asked(session, cast, card, SOLD, keeps_card=True)
    assert no.value.code == "return.keeps"
    request = asked(session, cast, card, SOLD, keeps_card=True, amount=yuan("500.00"))
    approved(session, cast, request, SOLD)
    operations.pay_out(session, request=request, actor=cast.finance, at=SOLD)
    session.flush()
    after = queries.by_public_id(session, cast.club, card.public_id)
    assert (after.status, after.valid_until) == (CardStatus.ACTIVE, card.valid_until)


def test_a_payout_is_paid_once_and_says_so(session: Session, cast: Cast) -> None:
    card = sold(session, cast)
    request = asked(session, cast, card, SOLD)
    approved(session, cast, request, SOLD)
    operations.pay_out(session, request=request, actor=cast.finance, at=SOLD)
    with pytest.raises(Refused) as twice:
        operations.pay_out(session, request=request, actor=cast.finance, at=SOLD)
    assert twice.value.code == "return.paid_already"
    view = returns.by_public_id(session, cast.club.id, request)
    (part,) = returns.gone_back(session, view, cast.club.id)
    assert (part.method, part.amount, part.is_here) == (Method.CASH, yuan("3980.00"), True)


def test_a_card_that_moved_gets_its_money_back_from_the_club_that_took_it(
    session: Session, cast: Cast
) -> None:
    card = sold(session, cast)
    sister = cast.other_club
    cards.move_to_club(session, card_id=card.id, club_id=sister.id, actor=cast.manager, at=SOLD)
    session.flush()
    moved = queries.by_id(session, card.id)
    assert moved is not None
    asker = a_colleague(session, sister, "fenduan", "分店前台", Role.RECEPTIONIST)
    boss = a_colleague(session, sister, "fenzhang", "分店经理", Role.CLUB_MANAGER)
    request = operations.ask(session, card=moved, reason="搬家了", actor=asker, at=SOLD)
    operations.answer(session, request=request, approved=True, actor=boss, at=SOLD)
    operations.pay_out(session, request=request, actor=boss, at=SOLD)
    session.flush()
    assert credit(session) == 0
    view = returns.by_public_id(session, sister.id, request)
    (part,) = returns.gone_back(session, view, sister.id)
    assert (view.state, part.is_here) == (ReturnState.PAID, False)


def test_one_card_of_several_on_a_sale_goes_back_alone(session: Session, cast: Cast) -> None:
    first = sold(session, cast, quantity=2)
    second = next(each for each in queries.all_of_sale(session, first.sale_id) if each.id != first.id)
    request = asked(session, cast, first, SOLD)
    assert returns.by_public_id(session, cast.club.id, request).amount == yuan("3980.00")
    approved(session, cast, request, SOLD)
    operations.pay_out(session, request=request, actor=cast.finance, at=SOLD)
    session.flush()
    states = [queries.by_public_id(session, cast.club, each.public_id).status for each in (first, second)]
    assert states == [CardStatus.CANCELLED, CardStatus.ACTIVE]
    assert quotes.quote(session, cast.club, second, SOLD).paid == yuan("3980.00")
    again = asked(session, cast, second, SOLD)
    approved(session, cast, again, SOLD)
    operations.pay_out(session, request=again, actor=cast.finance, at=SOLD)
    assert credit(session) == 0


def test_the_cooling_off_days_begin_anew_with_the_contracts_signature(session: Session, cast: Cast) -> None:
    """What was signed after it was paid can be thought over as long (CTR-04)."""
    card = sold(session, cast)
    signed = SOLD + timedelta(days=3)
    session.add(
        ContractRow(
            club_id=cast.club.id,
            sale_id=card.sale_id,
            consultant_id=None,
            state="signed",
            language="zh_Hans",
            form={},
            filled_at=SOLD,
            filled_by=cast.lin.account_id,
            signed_at=signed,
            signed_with=cast.lin.account_id,
            signature="M 1 1 L 2 2",
            digest="0" * 64,
            cooling_off_until=signed.date() + timedelta(days=7),
            number="SZ01-202603-00001",
            month="202603",
            sequence=1,
            policy_version_id=policies.policy_on(session, cast.club, SOLD.date()).version_id,
        )
    )
    session.flush()
    for days, basis in ((7, RefundBasis.COOLING_OFF), (8, RefundBasis.TERMS)):
        found = quotes.quote(session, cast.club, card, signed + timedelta(days=days))
        assert found.reckoned.basis is basis
