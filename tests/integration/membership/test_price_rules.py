"""Who may sell at which price, rule by rule and setting by setting: through the sale itself (PRC-01 to PRC-08, EX-02)."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales import policies
from clubsales.actor import Actor, Role
from clubsales.errors import Refused
from clubsales.membership.catalogue.models import CardTypeRow
from clubsales.membership.discounts import operations as discounts
from clubsales.membership.discounts import queries as requests
from clubsales.membership.discounts.rules import Standing
from clubsales.membership.sales import operations as sales
from clubsales.membership.sales.rules import SaleKind
from tests.builders import MORNING, Cast, local, yuan
from tests.cards import a_person

AT = local(14)
TODAY = date(2026, 3, 9)


def who(cast: Cast, name: str) -> Actor:
    if name == "general":
        return replace(cast.manager, roles=frozenset({Role.GENERAL_MANAGER}))
    found: Actor = getattr(cast, name)
    return found


def sells(
    session: Session, cast: Cast, actor: Actor, price: str | None, kind: SaleKind = SaleKind.NEW
) -> str:
    """At which price, or why not."""
    try:
        sale_id = sales.open_sale(
            session,
            card_type_id=cast.annual.id,
            price=None if price is None else yuan(price),
            kind=kind,
            person_id=a_person(session, cast, e164="+8613800138000"),
            consultant_id=None,
            actor=actor,
            at=AT,
        )
    except Refused as refused:
        return refused.code
    minor: int = session.execute(
        sa.text("SELECT price_minor FROM sale WHERE id = :id"), {"id": sale_id}
    ).scalar_one()
    return f"{minor // 100}.{minor % 100:02}"


def price_list(session: Session, cast: Cast, **changes: object) -> None:
    session.execute(sa.update(CardTypeRow).where(CardTypeRow.id == cast.annual.id).values(**changes))


NO, ABOVE = "sale.discount", "sale.above_list"


@pytest.mark.parametrize(
    ("rule", "seller", "price", "told"),
    [
        ("PRC-01 the price list is the price", "lin", None, "3980.00"),
        ("PRC-01 nothing is sold above it", "general", "3980.01", ABOVE),
        ("PRC-02 nobody takes something off by himself", "lin", "3979.99", NO),
        ("PRC-04 a supervisor's standard", "supervisor", "3781.00", "3781.00"),
        ("PRC-04 beyond a supervisor's standard", "supervisor", "3780.99", NO),
        ("PRC-04 a manager's standard", "manager", "3582.00", "3582.00"),
        ("PRC-04 beyond a manager's standard", "manager", "3581.99", NO),
        ("PRC-05 who does not sell gives nothing", "desk", "3979.99", NO),
        ("PRC-05 nor does finance", "finance", "3979.99", NO),
        ("PRC-06 special prices are given by those above", "director", "3400.00", "3400.00"),
        ("PRC-06 and not below the floor", "general", "3399.99", NO),
    ],
)
def test_who_may_sell_at_which_price(
    session: Session, cast: Cast, rule: str, seller: str, price: str | None, told: str
) -> None:
    price_list(session, cast, floor_price_minor=340_000)
    assert sells(session, cast, who(cast, seller), price) == told, rule


@pytest.mark.parametrize(("seller", "told"), [("manager", NO), ("director", NO), ("general", "3400.00")])
def test_prc_07_what_takes_no_discount_is_the_general_managers(
    session: Session, cast: Cast, seller: str, told: str
) -> None:
    price_list(session, cast, floor_price_minor=340_000, no_discount=True)
    assert sells(session, cast, who(cast, seller), "3400.00") == told


@pytest.mark.parametrize(
    ("kind", "price", "told"),
    [
        (SaleKind.RENEWAL, None, "3700.00"),
        (SaleKind.RENEWAL, "3699.99", NO),
        (SaleKind.NEW, "3700.00", NO),
    ],
)
def test_prc_08_members_have_their_price_and_beyond_it_somebody_is_asked(
    session: Session, cast: Cast, kind: SaleKind, price: str | None, told: str
) -> None:
    price_list(session, cast, renewal_price_minor=370_000)
    assert sells(session, cast, cast.lin, price, kind) == told


@pytest.mark.parametrize(
    ("changes", "seller", "price", "told"),
    [
        ({"limit_bp": {"consultant": 100}}, "lin", "3940.20", "3940.20"),
        ({"limit_bp": {"consultant": 100}}, "lin", "3940.19", NO),
        ({"limit_bp": {"club_manager": 0}}, "manager", "3979.99", NO),
        ({"above": ["supervisor"]}, "supervisor", "3400.00", "3400.00"),
        ({"above": ["supervisor"]}, "director", "3400.00", NO),
    ],
)
def test_the_limits_are_settings(
    session: Session, cast: Cast, changes: dict[str, object], seller: str, price: str, told: str
) -> None:
    price_list(session, cast, floor_price_minor=340_000)
    publish(session, cast, changes)
    assert sells(session, cast, who(cast, seller), price) == told


def test_the_minutes_of_a_silent_request_are_a_setting(session: Session, cast: Cast) -> None:
    publish(session, cast, {"request_minutes": 3})
    request = discounts.ask(
        session,
        card_type=cast.annual,
        price=yuan("3600.00"),
        reason="老会员",
        sale_kind="new",
        actor=cast.lin,
        at=AT,
    )
    found = requests.by_public_id(session, cast.lin, request)
    assert found.standing(AT + timedelta(minutes=2, seconds=59)) is Standing.WAITING
    assert found.standing(AT + timedelta(minutes=3)) is Standing.LAPSED


def publish(session: Session, cast: Cast, changes: dict[str, object]) -> None:
    policies.publish(session, changes={"discount": changes}, valid_from=TODAY, actor=cast.manager, at=MORNING)
