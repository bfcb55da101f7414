"""A card that is handed on: its price in the club it moved to, the law for whoever gets it, persons who are merged meanwhile."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales import policies
from clubsales.actor import Actor, Role
from clubsales.clock import local_day
from clubsales.errors import Refused
from clubsales.ids import PersonID
from clubsales.leads.matches import merging, undoing
from clubsales.membership.cards import operations as card_operations
from clubsales.membership.cards import queries as cards
from clubsales.membership.cards.queries import CardView
from clubsales.membership.cards.rules import ServiceKind
from clubsales.membership.catalogue.models import CardTypeRow
from clubsales.membership.payments.rules import Method
from clubsales.membership.sales import operations as sales
from clubsales.membership.sales import queries as sale_queries
from clubsales.membership.services import operations
from clubsales.membership.services.operations import Taken
from clubsales.membership.services.wishes import Wish
from clubsales.money import Money
from tests.builders import Cast, a_colleague, yuan
from tests.cards import a_person
from tests.integration.membership.test_returns import SOLD, sold

LATER = SOLD + timedelta(days=10)


def handed_on(session: Session, card: CardView, *, to: PersonID, price: Money | None, actor: Actor) -> Taken:
    return operations.take_up(
        session,
        card=card.public_id,
        wish=Wish(kind=ServiceKind.TRANSFER, person_id=to, price=price),
        actor=actor,
        at=LATER,
    )


def pay(session: Session, sale: str, *, actor: Actor) -> None:
    view = sale_queries.by_public_id(session, actor.club.id, sale)
    sales.book_receipt(
        session,
        sale_id=view.id,
        amount=view.balance.outstanding,
        method=Method.CASH,
        actor=actor,
        at=LATER,
    )
    session.flush()


@pytest.fixture
def friend(session: Session, cast: Cast) -> PersonID:
    return a_person(session, cast, name="李梅", e164="+8613900139000")


def test_a_card_that_moved_is_sold_on_for_a_price_in_its_new_club(
    session: Session, cast: Cast, friend: PersonID
) -> None:
    card = sold(session, cast)
    card_operations.move_to_club(
        session, card_id=card.id, club_id=cast.other_club.id, actor=cast.manager, at=LATER
    )
    session.flush()
    there = a_colleague(session, cast.other_club, "fenzhang", "分店经理", Role.CLUB_MANAGER)
    taken = handed_on(session, card, to=friend, price=yuan("300.00"), actor=there)
    sale = sale_queries.by_public_id(session, cast.other_club.id, taken.sales[0])
    assert (sale.balance.price, sale.title) == (yuan("300.00"), card.name)
    pay(session, taken.sales[0], actor=there)
    new = cards.following(session, card.id)
    assert new is not None
    assert (new.person_id, new.club_id) == (friend, cast.other_club.id)


def law(session: Session, cast: Cast, **changes: object) -> None:
    policies.publish(
        session,
        changes={"prepaid": {"enabled": True, **changes}},
        valid_from=local_day(LATER, cast.club.zone),
        actor=cast.manager,
        at=SOLD,
    )


@pytest.mark.parametrize("price", [None, "300.00"])
def test_whoever_is_given_a_card_has_paid_ahead_what_is_left_of_it(
    session: Session, cast: Cast, friend: PersonID, price: str | None
) -> None:
    card = sold(session, cast)
    left = 398_000 * 355 // 365  # ten days were used
    wanted = None if price is None else yuan(price)
    law(session, cast, membership_amount="3870.00")
    with pytest.raises(Refused) as refused:
        handed_on(session, card, to=friend, price=wanted, actor=cast.lin)
    assert refused.value.code == "prepaid.membership_amount"
    assert refused.value.refusal.facts["asked"] == Money(left, cast.club.currency)
    session.rollback()


def test_the_law_lets_a_card_go_to_whoever_has_room_for_it(
    session: Session, cast: Cast, friend: PersonID
) -> None:
    card = sold(session, cast)
    law(session, cast, membership_amount="3871.00", membership_months=12)
    handed_on(session, card, to=friend, price=None, actor=cast.lin)
    new = cards.following(session, card.id)
    assert new is not None
    assert new.person_id == friend


def test_a_card_that_waits_for_its_money_goes_to_whoever_its_receiver_was_merged_into(
    session: Session, cast: Cast, friend: PersonID
) -> None:
    card = sold(session, cast)
    taken = handed_on(session, card, to=friend, price=yuan("300.00"), actor=cast.lin)
    kept = a_person(session, cast, name="李梅", e164="+8613900139001")
    merging.merge(session, kept_id=kept, merged_id=friend, actor=cast.manager, at=LATER)
    pay(session, taken.sales[0], actor=cast.desk)
    new = cards.following(session, card.id)
    assert new is not None
    assert new.person_id == kept


def test_a_merge_undone_before_the_money_came_leaves_the_card_to_its_receiver(
    session: Session, cast: Cast, friend: PersonID
) -> None:
    card = sold(session, cast)
    taken = handed_on(session, card, to=friend, price=yuan("300.00"), actor=cast.lin)
    kept = a_person(session, cast, name="李梅", e164="+8613900139001")
    merge_id = merging.merge(session, kept_id=kept, merged_id=friend, actor=cast.manager, at=LATER)
    undoing.undo(session, merge_id=merge_id, actor=cast.manager, at=LATER)
    pay(session, taken.sales[0], actor=cast.desk)
    new = cards.following(session, card.id)
    assert new is not None
    assert new.person_id == friend


def test_a_card_handed_on_for_a_part_of_its_chain_counts_what_its_transfers_cost(
    session: Session, cast: Cast, friend: PersonID
) -> None:
    session.execute(
        sa.update(CardTypeRow).where(CardTypeRow.id == cast.annual.id).values(terms={"transfer_fee_bp": 500})
    )
    card = sold(session, cast)
    taken = handed_on(session, card, to=friend, price=yuan("300.00"), actor=cast.lin)
    for each in taken.sales:
        pay(session, each, actor=cast.desk)
    second = cards.following(session, card.id)
    assert second is not None
    third = a_person(session, cast, name="王芳", e164="+8613700137000")
    taken = handed_on(session, second, to=third, price=None, actor=cast.lin)
    fee = sale_queries.by_public_id(session, cast.club.id, taken.sales[0])
    assert fee.balance.price.minor == (398_000 + 30_000) * 500 // 10_000
