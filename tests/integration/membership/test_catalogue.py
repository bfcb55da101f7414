"""The price list as it is kept: dated prices, terms, packages, halls, promotions, limits: on both databases."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from clubsales.clock import local_day, now
from clubsales.errors import NotFound, Refused
from clubsales.membership.catalogue import editing, facilities, operations, prices, promotions, queries
from clubsales.membership.catalogue.editing import Grants, ItemWish
from clubsales.membership.catalogue.models import CardPriceRow, CardTypeRow
from clubsales.membership.catalogue.offers import NewPromotion, offer_for
from clubsales.membership.catalogue.queries import CardTypeView
from clubsales.membership.catalogue.rules import CardKind, CardTerms, Window
from clubsales.membership.sales import operations as sales
from clubsales.membership.sales.models import SaleLineRow, SaleRow
from clubsales.membership.sales.rules import SaleKind
from tests.builders import Cast, a_card_type, local, yuan
from tests.integration.auth.support import Browser, let_in
from tests.statements import statements

AT = local(10)
TODAY = date(2026, 3, 9)
NEXT_WEEK = TODAY + timedelta(days=7)


def annual(session: Session, cast: Cast, day: date = TODAY) -> CardTypeView:
    return queries.get(session, cast.club.id, cast.annual.id, day=day)


def reprice(session: Session, cast: Cast, price: str, **changes: Any) -> None:
    values: dict[str, Any] = {"floor_price": None, "actor": cast.manager, "at": AT, **changes}
    operations.reprice(session, card_type_id=cast.annual.id, price=yuan(price), **values)


def refused(work: Callable[..., object], *given: object, **named: Any) -> str:
    with pytest.raises(Refused) as raised:
        work(*given, **named)
    return raised.value.code


def test_a_price_counts_from_its_day_on(session: Session, cast: Cast) -> None:
    reprice(session, cast, "4280.00", valid_from=NEXT_WEEK)
    assert annual(session, cast).price == yuan("3980.00")
    assert annual(session, cast, NEXT_WEEK - timedelta(days=1)).price == yuan("3980.00")
    assert annual(session, cast, NEXT_WEEK).price == yuan("4280.00")


def test_a_change_for_the_same_day_replaces_the_one_before(session: Session, cast: Cast) -> None:
    reprice(session, cast, "4280.00", valid_from=NEXT_WEEK)
    reprice(session, cast, "4180.00", valid_from=NEXT_WEEK)
    assert annual(session, cast, NEXT_WEEK).price == yuan("4180.00")
    lines = prices.dated(session, cast.annual.id)
    assert [(each.valid_from, str(each.prices.price), each.counts) for each in lines] == [
        (NEXT_WEEK, "4180.00", True),
        (NEXT_WEEK, "4280.00", False),
        (None, "3980.00", True),
    ]


def test_a_change_that_is_to_come_is_taken_back(session: Session, cast: Cast) -> None:
    reprice(session, cast, "3880.00", renewal_price=yuan("3500.00"))
    reprice(session, cast, "4280.00", valid_from=NEXT_WEEK)
    for _ in range(2):
        prices.take_back(
            session, card_type_id=cast.annual.id, valid_from=NEXT_WEEK, actor=cast.manager, at=AT
        )
    found = annual(session, cast, NEXT_WEEK)
    assert (found.price, found.renewal_price) == (yuan("3880.00"), yuan("3500.00"))
    assert session.execute(sa.select(sa.func.count()).select_from(CardPriceRow)).scalar_one() == 3


def test_a_day_whose_change_was_taken_back_costs_what_it_costs_before_it_whatever_that_becomes(
    session: Session, cast: Cast
) -> None:
    later, last = NEXT_WEEK + timedelta(days=7), NEXT_WEEK + timedelta(days=14)
    for price, day in (("4080.00", NEXT_WEEK), ("4180.00", later), ("4280.00", last)):
        reprice(session, cast, price, valid_from=day)

    def take_back(day: date) -> None:
        prices.take_back(session, card_type_id=cast.annual.id, valid_from=day, actor=cast.manager, at=AT)

    def costs() -> list[str]:
        return [str(annual(session, cast, day).price) for day in (TODAY, NEXT_WEEK, later, last)]

    take_back(later)
    assert costs() == ["3980.00", "4080.00", "4080.00", "4280.00"]
    take_back(NEXT_WEEK)
    assert costs() == ["3980.00", "3980.00", "3980.00", "4280.00"]
    reprice(session, cast, "3880.00")
    assert costs() == ["3880.00", "3880.00", "3880.00", "4280.00"]
    shown = {
        each.valid_from: each.is_taken_back for each in prices.dated(session, cast.annual.id) if each.counts
    }
    assert shown == {last: False, later: True, NEXT_WEEK: True, TODAY: False, None: False}
    reprice(session, cast, "4000.00", valid_from=NEXT_WEEK)
    assert costs() == ["3880.00", "4000.00", "4000.00", "4280.00"]
    take_back(last)
    assert costs()[-1] == "4000.00"


def test_what_is_over_is_not_repriced(session: Session, cast: Cast) -> None:
    yesterday = {"valid_from": TODAY - timedelta(days=1)}
    assert refused(reprice, session, cast, "1.00", **yesterday) == "catalogue.price_in_past"
    today = {"valid_from": TODAY, "actor": cast.manager, "at": AT}
    assert (
        refused(prices.take_back, session, card_type_id=cast.annual.id, **today) == "catalogue.price_in_past"
    )


def test_a_set_up_fee_fits_into_every_price_to_come(session: Session, cast: Cast) -> None:
    reprice(session, cast, "500.00", valid_from=NEXT_WEEK)
    fee: dict[str, Any] = {"set_up_fee": yuan("600.00"), "referral": None, "actor": cast.manager, "at": AT}
    assert (
        refused(operations.set_pay, session, card_type_id=cast.annual.id, **fee)
        == "catalogue.fee_above_price"
    )


def test_stored_value_is_never_less_than_what_is_paid_for_it(session: Session, cast: Cast) -> None:
    """Beside the set-up fee, whoever changes what: the card, its prices, its fee."""
    more = {"actor": cast.manager, "at": AT}
    kind: dict[str, Any] = {"code": "SV", "name": "储值卡", "kind": CardKind.STORED_VALUE, **more}
    thousand = yuan("1000.00")
    given = refused(operations.add_card_type, session, price=thousand, value=yuan("999.99"), **kind)
    assert given == "catalogue.value_below_price"
    made = operations.add_card_type(
        session, price=thousand, set_up_fee=yuan("100.00"), value=yuan("900.00"), **kind
    )
    of_it = {"card_type_id": made, **more}
    assert refused(prices.reprice, session, price=yuan("1000.01"), floor_price=None, **of_it) == given
    assert refused(operations.set_pay, session, set_up_fee=yuan("99.99"), referral=None, **of_it) == given
    later = Grants(name="储值卡", value=yuan("1100.00"))
    editing.edit(session, grants=later, **of_it)
    prices.reprice(session, price=yuan("1200.00"), floor_price=None, valid_from=NEXT_WEEK, **of_it)
    assert refused(editing.edit, session, grants=replace(later, value=yuan("1099.99")), **of_it) == given
    editing.edit(session, grants=replace(later, value=None), **of_it)  # holds what is paid


def test_a_sale_keeps_the_price_terms_and_days_it_was_sold_with(session: Session, cast: Cast) -> None:
    sale_id = sales.open_sale(
        session,
        card_type_id=cast.annual.id,
        price=None,
        kind=SaleKind.NEW,
        consultant_id=None,
        actor=cast.manager,
        at=AT,
    )
    reprice(session, cast, "100.00")
    grants = Grants(name="新年卡", days=30)
    editing.edit(session, card_type_id=cast.annual.id, grants=grants, actor=cast.manager, at=AT)
    forbidding = CardTerms(freeze_allowed=False)
    editing.set_terms(session, card_type_id=cast.annual.id, terms=forbidding, actor=cast.manager, at=AT)
    sold = session.execute(sa.select(SaleRow).where(SaleRow.id == sale_id)).scalar_one()
    line = session.execute(sa.select(SaleLineRow).where(SaleLineRow.sale_id == sale_id)).scalar_one()
    assert (sold.price_minor, sold.card_type_name) == (398_000, "年卡")
    assert (line.days, line.name, line.terms["freeze_allowed"]) == (365, "年卡", True)
    found = annual(session, cast)
    assert (found.name, found.days, found.terms) == ("新年卡", 30, forbidding)


def test_a_card_is_read_in_one_statement_whatever_it_costs(session: Session, cast: Cast) -> None:
    reprice(session, cast, "4280.00", valid_from=NEXT_WEEK)
    session.flush()
    with statements() as made:
        annual(session, cast, NEXT_WEEK)
    assert len(made) == 1


def test_what_a_card_grants_comes_back_as_it_was_typed(session: Session, cast: Cast) -> None:
    grants = Grants(
        name="平日双人卡",
        days=180,
        people_max=2,
        facilities=("pool", "spa"),
        windows=(Window((1, 2, 3, 4, 5), time(9), time(17)),),
    )
    editing.edit(session, card_type_id=cast.annual.id, grants=grants, actor=cast.manager, at=AT)
    found = annual(session, cast)
    assert (found.people_max, found.facilities, found.windows) == (2, ("pool", "spa"), grants.windows)
    wrong = {"actor": cast.manager, "at": AT, "card_type_id": cast.annual.id}
    assert refused(editing.edit, session, grants=Grants(name="x"), **wrong) == "catalogue.days_needed"


def test_a_package_holds_cards_of_its_club_and_no_package(session: Session, cast: Cast) -> None:
    def a_package(code: str) -> CardTypeView:
        return a_card_type(session, cast.club, code, kind=CardKind.PACKAGE, days=None)

    package, other = a_package("bundle"), a_package("bundle-2")
    by_manager: dict[str, Any] = {"actor": cast.manager, "at": AT}

    def hold(*items: tuple[CardTypeView, int], of: CardTypeView = package) -> None:
        wishes = [ItemWish(card_type_id=each.id, quantity=quantity) for each, quantity in items]
        editing.set_items(session, card_type_id=of.id, items=wishes, **by_manager)

    hold((cast.visits, 2), (cast.annual, 1))
    hold((cast.annual, 1), (cast.towel, 3))
    found = queries.package_items(session, cast.club.id, package.id, day=TODAY)
    assert [(each.card_type.code, each.quantity) for each in found] == [("annual", 1), ("towel", 3)]
    assert refused(hold, (other, 1)) == "catalogue.not_in_package"
    assert refused(hold, (cast.annual, 1), (cast.annual, 2)) == "catalogue.in_package_twice"
    foreign = a_card_type(session, cast.foreign_club, "foreign")
    for work in (lambda: hold((foreign, 1)), lambda: hold((cast.towel, 1), of=cast.annual)):
        with pytest.raises(NotFound):
            work()


def test_a_limit_is_not_below_what_is_taken(session: Session, cast: Cast) -> None:
    limit: dict[str, Any] = {"card_type_id": cast.annual.id, "deposit": None, "actor": cast.manager, "at": AT}
    operations.take_place(session, card_type_id=cast.annual.id, actor=cast.lin)
    assert annual(session, cast).quota_taken == 0  # of what is not limited nothing is counted
    editing.set_places(session, quota=3, **limit)
    operations.take_place(session, card_type_id=cast.annual.id, quantity=2, actor=cast.lin)
    assert annual(session, cast).quota_left == 1
    take_two: dict[str, Any] = {"card_type_id": cast.annual.id, "quantity": 2, "actor": cast.lin}
    assert refused(operations.take_place, session, **take_two) == "catalogue.sold_out"
    assert refused(editing.set_places, session, quota=1, **limit) == "catalogue.quota_below_taken"
    operations.give_place_back(session, **take_two)
    operations.give_place_back(session, **take_two)
    assert annual(session, cast).quota_left == 3
    editing.set_places(session, quota=None, **limit)
    assert annual(session, cast).quota_left is None


def test_another_clubs_places_are_not_taken(session: Session, cast: Cast) -> None:
    foreign: dict[str, Any] = {"card_type_id": cast.annual.id, "actor": cast.other_manager}
    assert refused(operations.take_place, session, **foreign) == "catalogue.sold_out"


def test_the_database_itself_refuses_to_oversell(session: Session, cast: Cast) -> None:
    session.execute(sa.update(CardTypeRow).where(CardTypeRow.id == cast.annual.id).values(quota=1))
    too_many = sa.update(CardTypeRow).where(CardTypeRow.id == cast.annual.id).values(quota_taken=2)
    with pytest.raises(sa.exc.IntegrityError), session.begin_nested():
        session.execute(too_many)


def test_a_new_club_begins_with_the_six_halls(session: Session, cast: Cast) -> None:
    halls = facilities.of_club(session, cast.club.id)
    assert [hall.name_in("zh-Hans") for hall in halls] == [
        *("操房", "健身馆", "动感单车馆"),
        *("恒温游泳馆", "恒温水疗馆", "能量热瑜伽馆"),
    ]
    assert halls[3].name_in("en") == "Heated pool"
    facilities.begin(session, actor=cast.manager, at=AT)
    assert len(facilities.of_club(session, cast.club.id)) == 6


def test_halls_are_renamed_archived_and_put_back(session: Session, cast: Cast) -> None:
    by_manager: dict[str, Any] = {"actor": cast.manager, "at": AT}
    code = facilities.add(session, name="搏击馆", **by_manager)
    assert refused(facilities.add, session, name="搏击馆", **by_manager) == "catalogue.facility_taken"
    facilities.rename(session, code=code, name="拳击馆", name_en="Boxing", **by_manager)
    for _ in range(2):
        facilities.archive(session, code=code, **by_manager)
    assert code not in [hall.code for hall in facilities.of_club(session, cast.club.id)]
    assert facilities.of_club(session, cast.club.id, archived=True)[-1].is_archived
    facilities.put_back(session, code=code, **by_manager)
    assert facilities.of_club(session, cast.club.id)[-1].name == "拳击馆"
    with pytest.raises(NotFound):
        facilities.archive(session, code=code, actor=cast.other_manager, at=AT)


def a_promotion(cast: Cast, **changes: Any) -> NewPromotion:
    values: dict[str, Any] = {
        "name": "春季优惠",
        "name_en": "Spring",
        "card_type": cast.annual,
        "sale_kinds": (),
        "first_day": TODAY,
        "last_day": NEXT_WEEK,
        "price": yuan("3000.00"),
        "discount_bp": None,
        "extra_days": 30,
        "extra_visits": 0,
        "gift": cast.towel,
        **changes,
    }
    return NewPromotion(**values)


def test_a_promotion_runs_from_its_first_to_its_last_day(session: Session, cast: Cast) -> None:
    promotions.publish(session, new=a_promotion(cast), actor=cast.manager, at=AT)
    for day, price in (
        (TODAY - timedelta(days=1), "3980.00"),
        (TODAY, "3000.00"),
        (NEXT_WEEK, "3000.00"),
        (NEXT_WEEK + timedelta(days=1), "3980.00"),
    ):
        running = queries.promotions_on(session, cast.club.id, day)
        card = annual(session, cast, day)
        assert str(offer_for(card, "new", running).price) == price
        assert card.is_promoted is bool(running)
    assert not queries.get(session, cast.club.id, cast.visits.id, day=TODAY).is_promoted


def test_a_withdrawn_promotion_runs_no_more(session: Session, cast: Cast) -> None:
    public_id = promotions.publish(session, new=a_promotion(cast), actor=cast.manager, at=AT)
    for _ in range(2):
        promotions.withdraw(session, public_id=public_id, actor=cast.manager, at=AT)
    assert queries.promotions_on(session, cast.club.id, TODAY) == ()
    live, over = promotions.of_club(session, cast.club.id, today=TODAY)
    assert (live, [each.is_withdrawn for each in over]) == ([], [True])
    with pytest.raises(NotFound):
        promotions.withdraw(session, public_id=public_id, actor=cast.other_manager, at=AT)


def test_an_offer_gives_one_thing_and_no_package(session: Session, cast: Cast, app: Flask) -> None:
    package = a_card_type(
        session, cast.club, "pack", name="套餐", kind=CardKind.PACKAGE, price=yuan("5000.00"), days=None
    )
    let_in(session, cast.manager)
    session.commit()
    manager = Browser(app.test_client(), {"Accept-Language": "en"})
    manager.sign_in("wujingli")
    door = "/promotions/new"
    (gifts,) = re.findall(r'<select[^>]*name="gift".*?</select>', manager.text(door), re.DOTALL)
    assert cast.towel.public_id in gifts
    assert package.public_id not in gifts
    day = local_day(now(), cast.club.zone).isoformat()
    typed = {"name": "开业", "first_day": day, "last_day": day, "card_type": cast.annual.public_id}
    assert manager.post(door, page=door, **typed, gift=package.public_id).status_code == 404
    assert manager.post(door, page=door, **typed, gift=cast.towel.public_id).status_code == 303
