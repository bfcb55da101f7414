"""What is done with a card: freeze, transfer, renewal, upgrade, a new code - paid for, and carried out once (CRD-03 to CRD-05)."""

from datetime import time, timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from clubsales import policies
from clubsales.actor import Actor, ActorKind
from clubsales.clock import local_day, now
from clubsales.consultants.credits.models import PostingRow
from clubsales.errors import NotFound, Refused
from clubsales.ids import SaleID
from clubsales.membership.cards import queries as cards
from clubsales.membership.cards.models import CardRow
from clubsales.membership.cards.queries import CardView
from clubsales.membership.cards.rules import CardStatus, ServiceKind, ServiceState
from clubsales.membership.catalogue.models import CardTypeRow
from clubsales.membership.catalogue.rules import CardKind
from clubsales.membership.catalogue.terms import CardTerms, Window
from clubsales.membership.payments.rules import Method
from clubsales.membership.returns import operations as returns
from clubsales.membership.sales import online
from clubsales.membership.sales import operations as sales
from clubsales.membership.sales import queries as sale_queries
from clubsales.membership.sales.rules import SaleKind
from clubsales.membership.services import operations, queries
from clubsales.membership.services.operations import Taken
from clubsales.membership.services.rules import OVER, STANDING_STILL, offered
from clubsales.membership.services.wishes import Wish
from clubsales.money import Money
from tests.builders import Cast, a_card_type, consultant_of, yuan
from tests.cards import a_person
from tests.integration.membership.test_returns import SOLD, sold

LATER = SOLD + timedelta(days=10)


def terms(session: Session, cast: Cast, **said: object) -> None:
    session.execute(sa.update(CardTypeRow).where(CardTypeRow.id == cast.annual.id).values(terms=said))


def take_up(session: Session, cast: Cast, card: CardView, kind: ServiceKind, **how: object) -> Taken:
    return operations.take_up(
        session,
        card=card.public_id,
        wish=Wish(kind=kind, **how),  # type: ignore[arg-type]
        consultant_id=consultant_of(cast.lin),
        actor=cast.lin,
        at=LATER,
    )


def pay(session: Session, cast: Cast, sale: str) -> None:
    view = sale_queries.by_public_id(session, cast.club.id, sale)
    sales.book_receipt(
        session,
        sale_id=view.id,
        amount=view.balance.outstanding,
        method=Method.CASH,
        actor=cast.desk,
        at=LATER,
    )
    session.flush()


def again(session: Session, cast: Cast, card: CardView) -> CardView:
    return cards.by_public_id(session, cast.club, card.public_id)


def posted(session: Session, sale_id: SaleID) -> int:
    return session.execute(
        sa.select(sa.func.coalesce(sa.func.sum(PostingRow.amount_minor), 0)).where(
            PostingRow.sale_id == sale_id
        )
    ).scalar_one()


def test_what_costs_nothing_is_done_at_once(session: Session, cast: Cast) -> None:
    card = sold(session, cast)
    taken = take_up(
        session, cast, card, ServiceKind.FREEZE, last_day=local_day(LATER, cast.club.zone) + timedelta(20)
    )
    assert taken.sales == ()
    assert again(session, cast, card).status is CardStatus.FROZEN
    assert queries.by_public_id(session, cast.club.id, taken.service).state is ServiceState.DONE
    take_up(session, cast, card, ServiceKind.UNFREEZE)
    assert again(session, cast, card).status is CardStatus.ACTIVE


def test_a_fee_is_paid_first_and_is_nobodys_credit(session: Session, cast: Cast) -> None:
    terms(session, cast, freeze_fee_minor=5_000)
    card = sold(session, cast)
    taken = take_up(session, cast, card, ServiceKind.FREEZE, fee_title="停卡手续费")
    assert again(session, cast, card).status is CardStatus.ACTIVE
    fee = sale_queries.by_public_id(session, cast.club.id, taken.sales[0])
    assert fee.balance.price == yuan("50.00")
    pay(session, cast, taken.sales[0])
    assert again(session, cast, card).status is CardStatus.FROZEN
    assert posted(session, fee.id) == 0


def test_a_transfers_price_is_credit_and_its_fee_a_part_of_all_that_was_paid(
    session: Session, cast: Cast
) -> None:
    terms(session, cast, transfer_fee_bp=1_000)
    card = sold(session, cast)
    friend = a_person(session, cast, name="李梅", e164="+8613900139000")
    taken = take_up(
        session,
        cast,
        card,
        ServiceKind.TRANSFER,
        person_id=friend,
        price=yuan("300.00"),
        fee_title="转卡手续费",
    )
    amounts = [sale_queries.by_public_id(session, cast.club.id, each).balance.price for each in taken.sales]
    assert amounts == [yuan("300.00"), yuan("398.00")]
    pay(session, cast, taken.sales[0])
    assert again(session, cast, card).status is CardStatus.ACTIVE  # the fee is still open
    pay(session, cast, taken.sales[1])
    old = again(session, cast, card)
    assert (old.status, old.person_id) == (CardStatus.CANCELLED, card.person_id)
    new = cards.following(session, card.id)
    assert new is not None
    assert (new.person_id, new.status, new.valid_until) == (friend, CardStatus.ACTIVE, card.valid_until)
    price, fee = (sale_queries.by_public_id(session, cast.club.id, each) for each in taken.sales)
    assert (posted(session, price.id), posted(session, fee.id)) == (30_000, 0)
    # Along the chain now: 3,980.00 for the card and 300.00 for the transfer; the fee is no part of it.
    assert queries.paid_along_chain(session, new.id) == 398_000 + 30_000


def test_a_renewal_begins_where_the_card_ends_at_the_renewal_price(session: Session, cast: Cast) -> None:
    session.execute(
        sa.update(CardTypeRow).where(CardTypeRow.id == cast.annual.id).values(renewal_price_minor=350_000)
    )
    card = sold(session, cast)
    taken = take_up(session, cast, card, ServiceKind.RENEWAL, card_type=cast.annual.public_id)
    sale = sale_queries.by_public_id(session, cast.club.id, taken.sales[0])
    assert (sale.balance.price, sale.kind) == (yuan("3500.00"), SaleKind.RENEWAL)
    pay(session, cast, taken.sales[0])
    assert card.valid_until is not None
    assert again(session, cast, card).valid_until == card.valid_until + timedelta(days=365)


def test_the_renewal_price_ends_with_its_days(session: Session, cast: Cast) -> None:
    session.execute(
        sa.update(CardTypeRow)
        .where(CardTypeRow.id == cast.annual.id)
        .values(renewal_price_minor=350_000, terms={"renewal_within_days": 30})
    )
    card = sold(session, cast)
    assert card.valid_until is not None
    for days, price in ((30, yuan("3500.00")), (31, yuan("3980.00"))):
        at = SOLD + timedelta(days=364 + days)
        found = queries.renewals(session, cast.club, again(session, cast, card), at)
        assert (found[0].card_type.id, found[0].offer.price) == (cast.annual.id, price)


@pytest.mark.parametrize(
    "opens",
    [
        {"windows": (Window((1, 2, 3, 4, 5), time(9), time(17)),)},
        {"facilities": ("pool",)},
        {"all_clubs": True},
        {"people_max": 2},
        {"are_sessions": True, "kind": CardKind.VISITS, "visits": 10},
    ],
)
def test_a_card_is_renewed_only_with_what_opens_the_same(
    session: Session, cast: Cast, opens: dict[str, object]
) -> None:
    """It keeps its halls and hours: a cheaper card of fewer hours would buy it all of them."""
    like_it = a_card_type(session, cast.club, "two", name="两年卡", price=yuan("6000.00"), days=730)
    otherwise = a_card_type(
        session, cast.club, "other", name="工作日年卡", price=yuan("2380.00"), **{"days": 365, **opens}
    )
    card = sold(session, cast)
    found = {each.card_type.id for each in queries.renewals(session, cast.club, card, LATER)}
    assert found == {cast.annual.id, like_it.id}
    with pytest.raises(Refused) as refused:
        take_up(session, cast, card, ServiceKind.RENEWAL, card_type=otherwise.public_id)
    assert refused.value.code == "service.opens_otherwise"


def test_a_card_is_renewed_with_its_own_type_though_that_opens_otherwise_by_now(
    session: Session, cast: Cast
) -> None:
    card = sold(session, cast)
    session.execute(sa.update(CardTypeRow).where(CardTypeRow.id == cast.annual.id).values(facilities=["gym"]))
    assert take_up(session, cast, card, ServiceKind.RENEWAL, card_type=cast.annual.public_id).sales


def test_an_upgrade_counts_what_the_old_card_is_worth(session: Session, cast: Cast) -> None:
    better = a_card_type(session, cast.club, "gold", name="金卡", price=yuan("9000.00"), days=365)
    card = sold(session, cast)
    taken = take_up(session, cast, card, ServiceKind.UPGRADE, card_type=better.public_id)
    sale = sale_queries.by_public_id(session, cast.club.id, taken.sales[0])
    worth = 398_000 * 355 // 365  # ten days were used
    assert sale.balance.price.minor == 900_000 - worth
    pay(session, cast, taken.sales[0])
    assert again(session, cast, card).status is CardStatus.CANCELLED
    new = cards.following(session, card.id)
    assert new is not None
    assert (new.name, new.status) == ("金卡", CardStatus.ACTIVE)
    assert posted(session, sale.id) == sale.balance.price.minor


def test_down_is_no_upgrade(session: Session, cast: Cast) -> None:
    cheap = a_card_type(session, cast.club, "month", name="月卡", price=yuan("399.00"), days=30)
    card = sold(session, cast)
    with pytest.raises(Refused) as no:
        take_up(session, cast, card, ServiceKind.UPGRADE, card_type=cheap.public_id)
    assert no.value.code == "service.not_upgrade"


def test_a_transfer_the_terms_forbid_is_refused_before_anybody_pays(session: Session, cast: Cast) -> None:
    terms(session, cast, transfer_allowed=False)
    card = sold(session, cast)
    friend = a_person(session, cast, name="李梅", e164="+8613900139000")
    with pytest.raises(Refused) as transfer:
        take_up(session, cast, card, ServiceKind.TRANSFER, person_id=friend)
    assert transfer.value.code == "card.transfer_not_allowed"


def test_a_freeze_the_terms_forbid_is_refused_before_anybody_pays(session: Session, cast: Cast) -> None:
    terms(session, cast, freeze_allowed=False, freeze_fee_minor=100)
    card = sold(session, cast)
    with pytest.raises(Refused) as freeze:
        take_up(session, cast, card, ServiceKind.FREEZE)
    assert freeze.value.code.startswith("card.freeze")


def test_what_a_member_asks_is_taken_up_or_refused_with_a_reason(session: Session, cast: Cast) -> None:
    card = sold(session, cast)
    member = Actor(kind=ActorKind.GUEST, club=cast.club, name="card")
    asked = operations.ask(
        session, card=card, kind=ServiceKind.FREEZE, reason="出差", facts={}, actor=member, at=LATER
    )
    with pytest.raises(Refused) as open_:
        take_up(session, cast, card, ServiceKind.REISSUE)
    assert open_.value.code == "service.open"
    with pytest.raises(Refused) as why:
        operations.refuse_asked(session, service=asked, answer=" ", actor=cast.desk, at=LATER)
    assert why.value.code == "service.reason"
    operations.take_up(
        session,
        card=card.public_id,
        wish=Wish(kind=ServiceKind.FREEZE, reason="出差"),
        asked=asked,
        actor=cast.desk,
        at=LATER,
    )
    assert again(session, cast, card).status is CardStatus.FROZEN
    with pytest.raises(Refused) as late:
        operations.refuse_asked(session, service=asked, answer="不行", actor=cast.desk, at=LATER)
    assert late.value.code == "service.answered"


def test_what_nobody_paid_is_withdrawn_with_its_sales(session: Session, cast: Cast) -> None:
    terms(session, cast, freeze_fee_minor=5_000)
    card = sold(session, cast)
    taken = take_up(session, cast, card, ServiceKind.FREEZE)
    operations.withdraw(session, service=taken.service, actor=cast.lin, at=LATER)
    with pytest.raises(Refused):
        pay(session, cast, taken.sales[0])
    assert again(session, cast, card).status is CardStatus.ACTIVE
    taken = take_up(session, cast, card, ServiceKind.FREEZE)
    pay(session, cast, taken.sales[0])
    with pytest.raises(Refused) as done:
        operations.withdraw(session, service=taken.service, actor=cast.lin, at=LATER)
    assert done.value.code == "service.answered"


def test_another_clubs_card_is_not_found(session: Session, cast: Cast) -> None:
    card = sold(session, cast)
    with pytest.raises(NotFound):
        operations.take_up(
            session,
            card=card.public_id,
            wish=Wish(kind=ServiceKind.FREEZE),
            actor=cast.other_manager,
            at=LATER,
        )


def give_back(session: Session, cast: Cast, sale: str) -> None:
    view = sale_queries.by_public_id(session, cast.club.id, sale)
    sales.refund(session, sale_id=view.id, amount=None, reason="不办了", actor=cast.finance, at=LATER)
    session.flush()


def pay_part(session: Session, cast: Cast, sale: str, amount: Money) -> None:
    view = sale_queries.by_public_id(session, cast.club.id, sale)
    sales.book_receipt(session, sale_id=view.id, amount=amount, method=Method.CASH, actor=cast.desk, at=LATER)
    session.flush()


def test_a_part_payment_does_nothing_yet_and_goes_back_before_it_is_given_up(
    session: Session, cast: Cast
) -> None:
    terms(session, cast, freeze_fee_minor=5_000)
    card = sold(session, cast)
    taken = take_up(session, cast, card, ServiceKind.FREEZE)
    pay_part(session, cast, taken.sales[0], yuan("20.00"))
    assert again(session, cast, card).status is CardStatus.ACTIVE
    with pytest.raises(Refused) as early:
        operations.withdraw(session, service=taken.service, actor=cast.lin, at=LATER)
    assert early.value.code == "service.paid"
    give_back(session, cast, taken.sales[0])
    operations.withdraw(session, service=taken.service, actor=cast.lin, at=LATER)
    assert queries.waiting_of_card(session, card.id) is None


def test_a_fee_given_back_is_owed_again(session: Session, cast: Cast) -> None:
    terms(session, cast, transfer_fee_minor=10_000)
    card = sold(session, cast)
    friend = a_person(session, cast, name="李梅", e164="+8613900139000")
    taken = take_up(session, cast, card, ServiceKind.TRANSFER, person_id=friend, price=yuan("300.00"))
    price, fee = taken.sales
    pay(session, cast, fee)
    give_back(session, cast, fee)
    pay(session, cast, price)
    assert again(session, cast, card).status is CardStatus.ACTIVE
    give_back(session, cast, price)
    operations.withdraw(session, service=taken.service, actor=cast.lin, at=LATER)
    assert queries.by_public_id(session, cast.club.id, taken.service).state is ServiceState.WITHDRAWN


def test_money_for_what_the_card_no_longer_allows_is_kept_and_it_is_done_later(
    session: Session, cast: Cast
) -> None:
    terms(session, cast, freeze_fee_minor=5_000)
    card = sold(session, cast)
    taken = take_up(session, cast, card, ServiceKind.FREEZE)
    session.execute(sa.update(CardRow).where(CardRow.id == card.id).values(terms={"freeze_allowed": False}))
    pay(session, cast, taken.sales[0])
    stuck = queries.by_public_id(session, cast.club.id, taken.service)
    assert (stuck.is_stuck, again(session, cast, card).status) == (True, CardStatus.ACTIVE)
    with pytest.raises(Refused) as paid:
        operations.withdraw(session, service=taken.service, actor=cast.lin, at=LATER)
    assert paid.value.code == "service.paid"
    with pytest.raises(Refused) as anew:
        operations.take_up(
            session,
            card=card.public_id,
            wish=Wish(kind=ServiceKind.FREEZE),
            asked=taken.service,
            actor=cast.lin,
            at=LATER,
        )
    assert anew.value.code == "service.answered"
    session.execute(sa.update(CardRow).where(CardRow.id == card.id).values(terms={}))
    operations.try_again(session, service=taken.service, actor=cast.lin, at=LATER)
    assert again(session, cast, card).status is CardStatus.FROZEN
    with pytest.raises(Refused):
        operations.try_again(session, service=taken.service, actor=cast.lin, at=LATER)


def test_money_asked_back_and_a_service_wait_for_each_other(session: Session, cast: Cast) -> None:
    terms(session, cast, freeze_fee_minor=5_000)
    card = sold(session, cast)
    request = returns.ask(session, card=card, reason="搬家了", actor=cast.lin, at=LATER)
    with pytest.raises(Refused) as busy:
        take_up(session, cast, card, ServiceKind.FREEZE)
    assert busy.value.code == "service.open"
    returns.withdraw(session, request=request, actor=cast.lin, at=LATER)
    take_up(session, cast, card, ServiceKind.FREEZE)
    with pytest.raises(Refused) as waits:
        returns.ask(session, card=card, reason="搬家了", actor=cast.lin, at=LATER)
    assert waits.value.code == "return.service"


def test_a_frozen_card_is_renewed_and_stays_frozen(session: Session, cast: Cast) -> None:
    card = sold(session, cast)
    take_up(session, cast, card, ServiceKind.FREEZE)
    taken = take_up(session, cast, card, ServiceKind.RENEWAL, card_type=cast.annual.public_id)
    pay(session, cast, taken.sales[0])
    after = again(session, cast, card)
    assert card.valid_until is not None
    assert (after.status, after.days) == (CardStatus.FROZEN, 730)


def test_a_card_that_is_over_is_renewed_from_the_day_of_its_payment(session: Session, cast: Cast) -> None:
    card = sold(session, cast)
    at = SOLD + timedelta(days=400)
    today = local_day(at, cast.club.zone)
    assert offered(card.status, card.card_terms, valid_until=card.valid_until, today=today) == OVER
    taken = operations.take_up(
        session,
        card=card.public_id,
        wish=Wish(kind=ServiceKind.RENEWAL, card_type=cast.annual.public_id),
        actor=cast.lin,
        at=at,
    )
    view = sale_queries.by_public_id(session, cast.club.id, taken.sales[0])
    sales.book_receipt(
        session,
        sale_id=view.id,
        amount=view.balance.price,
        method=Method.CASH,
        actor=cast.desk,
        at=at,
    )
    after = again(session, cast, card)
    assert (after.valid_from, after.valid_until) == (today, today + timedelta(days=364))


def test_a_renewal_costs_less_only_as_far_as_authority_reaches(session: Session, cast: Cast) -> None:
    card = sold(session, cast)
    how = {"card_type": cast.annual.public_id, "price": yuan("3900.00")}
    with pytest.raises(Refused) as no, session.begin_nested():
        take_up(session, cast, card, ServiceKind.RENEWAL, **how)
    assert no.value.code == "sale.discount"
    taken = operations.take_up(
        session,
        card=card.public_id,
        wish=Wish(kind=ServiceKind.RENEWAL, **how),  # type: ignore[arg-type]
        consultant_id=consultant_of(cast.lin),
        actor=cast.manager,
        at=LATER,
    )
    sale = sale_queries.by_public_id(session, cast.club.id, taken.sales[0])
    assert sale.balance.price == yuan("3900.00")


def test_authority_is_reckoned_from_the_list_price_not_from_the_renewal_price(
    session: Session, cast: Cast
) -> None:
    session.execute(
        sa.update(CardTypeRow).where(CardTypeRow.id == cast.annual.id).values(renewal_price_minor=350_000)
    )
    card = sold(session, cast)
    with pytest.raises(Refused) as no:
        operations.take_up(
            session,
            card=card.public_id,
            wish=Wish(kind=ServiceKind.RENEWAL, card_type=cast.annual.public_id, price=yuan("3400.00")),
            actor=cast.manager,
            at=LATER,
        )
    assert (no.value.code, no.value.refusal.facts["lowest"]) == ("sale.discount", yuan("3500.00"))


def test_the_legal_guard_counts_what_remains_when_a_card_is_renewed(session: Session, cast: Cast) -> None:
    card = sold(session, cast)
    policies.publish(
        session,
        changes={"prepaid": {"enabled": True, "membership_months": 12}},
        valid_from=local_day(LATER, cast.club.zone),
        actor=cast.manager,
        at=SOLD,
    )
    with pytest.raises(Refused) as no:
        take_up(session, cast, card, ServiceKind.RENEWAL, card_type=cast.annual.public_id)
    assert no.value.code.startswith("prepaid.")


def test_a_card_goes_to_another_club_or_to_somebody_else_not_both(session: Session, cast: Cast) -> None:
    card = sold(session, cast)
    friend = a_person(session, cast, name="李梅", e164="+8613900139000")
    with pytest.raises(Refused) as both, session.begin_nested():
        take_up(session, cast, card, ServiceKind.TRANSFER, person_id=friend, club_id=cast.other_club.id)
    assert both.value.code == "service.one_of_two"
    take_up(session, cast, card, ServiceKind.TRANSFER, club_id=cast.other_club.id)
    moved = cards.by_id(session, card.id)
    assert moved is not None
    assert moved.club_id == cast.other_club.id


def test_the_credit_of_a_transfer_is_his_who_receives_the_deposit(session: Session, cast: Cast) -> None:
    card = sold(session, cast)
    friend = a_person(session, cast, name="李梅", e164="+8613900139000")
    taken = operations.take_up(
        session,
        card=card.public_id,
        wish=Wish(kind=ServiceKind.TRANSFER, person_id=friend, price=yuan("300.00")),
        actor=cast.desk,  # nobody's sale until somebody takes the deposit (OWN-04)
        at=LATER,
    )
    view = sale_queries.by_public_id(session, cast.club.id, taken.sales[0])
    for amount, who in ((yuan("100.00"), cast.zhou), (yuan("200.00"), cast.ma)):
        sales.book_receipt(
            session,
            sale_id=view.id,
            amount=amount,
            method=Method.CARD,
            terminal_reference="POS-1",
            taken_by=consultant_of(who),
            actor=who,
            at=LATER,
        )
    session.flush()
    of_zhou = sa.select(sa.func.sum(PostingRow.amount_minor)).where(
        PostingRow.sale_id == view.id, PostingRow.consultant_id == consultant_of(cast.zhou)
    )
    assert session.scalar(of_zhou) == posted(session, view.id) == 30_000


def test_days_for_nothing_say_why(session: Session, cast: Cast) -> None:
    card = sold(session, cast)
    with pytest.raises(Refused) as no:
        take_up(session, cast, card, ServiceKind.EXTENSION, days=7)
    assert no.value.code == "service.reason"


@pytest.mark.parametrize(
    ("status", "kinds"),
    [(CardStatus.PENDING, ()), (CardStatus.CANCELLED, ()), (CardStatus.FROZEN, STANDING_STILL[:3])],
)
def test_a_card_is_offered_what_its_state_and_terms_allow(
    status: CardStatus, kinds: tuple[ServiceKind, ...]
) -> None:
    terms = CardTerms(freeze_allowed=False, transfer_allowed=False)
    found = offered(status, terms, valid_until=None, today=SOLD.date())
    assert found[: len(kinds)] == kinds
    assert ServiceKind.TRANSFER not in found
    assert bool(found) == bool(kinds)


def test_a_member_pays_a_fee_from_his_own_page(session: Session, cast: Cast, client: FlaskClient) -> None:
    terms(session, cast, freeze_fee_minor=5_000)
    card = sold(session, cast)
    taken = take_up(session, cast, card, ServiceKind.FREEZE, fee_title="停卡手续费")
    fee = sale_queries.by_public_id(session, cast.club.id, taken.sales[0])
    started = sales.start_online_payment(session, sale_id=fee.id, actor=cast.lin, at=LATER)
    with time_machine.travel(LATER + timedelta(minutes=1), tick=False):
        page = client.get(f"/card/{card.link_token}/services").get_data(as_text=True)
    assert f'href="/pay/{started.link_token}"' in page


def test_a_member_pays_the_fee_by_the_link_on_his_own_page(
    session: Session, cast: Cast, client: FlaskClient
) -> None:
    terms(session, cast, freeze_fee_minor=5_000)
    card = sold(session, cast)
    taken = operations.take_up(
        session, card=card.public_id, wish=Wish(kind=ServiceKind.FREEZE), actor=cast.lin, at=now()
    )
    fee = sale_queries.by_public_id(session, cast.club.id, taken.sales[0])
    link = online.start_online_payment(session, sale_id=fee.id, actor=cast.lin, at=now())
    session.commit()
    page = client.get(f"/card/{card.link_token}/services").get_data(as_text=True)
    assert f"/pay/{link.link_token}" in page
    assert "50.00" in page
