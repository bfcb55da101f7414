"""A manager keeps the price list: adds, changes a price, withdraws and puts back."""

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from clubsales.audit import AuditEvent
from clubsales.clock import local_day, now
from clubsales.membership.catalogue import queries
from clubsales.membership.catalogue.queries import CardTypeView
from clubsales.membership.catalogue.rules import CardKind
from tests.builders import MORNING, Cast, a_card_type, yuan
from tests.integration.auth.support import Browser, let_in

NEW = {
    "kind": "term",
    "name": "季卡",
    "name_en": "Season card",
    "price": "1280.00",
    "floor_price": "1000",
    "days": "90",
    "code": "season",
}


@pytest.fixture
def window(client: FlaskClient, session: Session, cast: Cast) -> Browser:
    """The club manager's browser."""
    let_in(session, cast.manager, cast.lin)
    browser = Browser(client, {"Accept-Language": "en"})
    browser.sign_in("wujingli")
    return browser


def add(window: Browser, **changes: str) -> int:
    return window.post("/price-list/new", page="/price-list/new", **{**NEW, **changes}).status_code


def by_code(session: Session, cast: Cast, code: str = "season") -> CardTypeView:
    return queries.by_code(session, cast.club.id, code, day=local_day(now(), cast.club.zone))


def names(session: Session, cast: Cast) -> set[str]:
    return {
        card.name
        for card in queries.price_list(
            session, cast.club.id, day=local_day(now(), cast.club.zone), withdrawn=True
        )
    }


def test_new_card_is_sold_at_once(window: Browser, session: Session, cast: Cast) -> None:
    assert add(window, all_clubs="y", no_discount="y") == 303
    card = by_code(session, cast)
    assert (card.kind, card.name, card.name_en, card.days) == (CardKind.TERM, "季卡", "Season card", 90)
    assert (card.price, card.floor_price) == (yuan("1280.00"), yuan("1000.00"))
    assert card.all_clubs
    assert card.no_discount
    assert "Season card" in window.text("/price-list")
    assert "Season card" in window.text("/sell")


def test_kinds_keep_only_what_they_need(window: Browser, session: Session, cast: Cast) -> None:
    assert add(window, kind="visits", code="ten", visits="10", days="") == 303
    assert add(window, kind="goods", code="bottle", visits="10", days="90", all_clubs="y") == 303
    assert add(window, kind="term", code="term", visits="10") == 303
    ten, bottle, term = (by_code(session, cast, code) for code in ("ten", "bottle", "term"))
    assert (ten.days, ten.visits) == (None, 10)
    assert (bottle.days, bottle.visits, bottle.all_clubs) == (None, None, False)
    assert (term.days, term.visits) == (90, None)


def test_code_is_made_where_none_is_typed(window: Browser, session: Session, cast: Cast) -> None:
    assert add(window, code="") == 303
    assert add(window, code="", name="月卡") == 303
    assert {"季卡", "月卡"} <= names(session, cast)


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("kind", ""),
        ("kind", "spaceship"),
        ("name", ""),
        ("name", "季\x00卡"),
        ("name", "x" * 81),
        ("name_en", "x" * 81),
        ("price", "-1"),
        ("price", "0"),
        ("price", "0.00"),
        ("price", "12.345"),
        ("price", "abc"),
        ("price", "1e5"),
        ("price", "NaN"),
        ("price", "Infinity"),
        ("price", "99999999999"),
        ("price", "9" * 400),
        ("price", "12_80"),
        ("floor_price", "1280.01"),
        ("floor_price", "-5"),
        ("floor_price", "x"),
        ("days", ""),
        ("days", "0"),
        ("days", "-3"),
        ("days", "1.5"),
        ("days", "ninety"),
        ("days", "3661"),
        ("days", "9" * 50),
        ("set_up_fee", "1280.01"),
        ("set_up_fee", "-1"),
        ("set_up_fee", "some"),
        ("referral", "-1"),
        ("referral", "99999999999"),
        ("code", "with space"),
        ("code", "x" * 41),
        ("code", "annual"),
    ],
)
def test_wrong_entry_is_said_at_its_field_and_keeps_the_rest(
    window: Browser, session: Session, cast: Cast, field: str, typed: str
) -> None:
    before = names(session, cast)
    response = window.post("/price-list/new", page="/price-list/new", **{**NEW, field: typed})
    page = response.get_data(as_text=True)
    assert response.status_code == 422
    assert "Nothing was saved yet" in page
    assert 'class="error"' in page
    assert 'value="Season card"' in page or field == "name_en"
    assert names(session, cast) == before


def test_visit_card_without_visits_is_refused(window: Browser, session: Session, cast: Cast) -> None:
    response = window.post("/price-list/new", page="/price-list/new", **{**NEW, "kind": "visits"})
    assert response.status_code == 422
    assert "A visit card needs its number of visits." in response.get_data(as_text=True)


def test_lowest_price_needs_a_price(window: Browser, session: Session, cast: Cast) -> None:
    assert add(window, price="") == 422
    assert add(window, price="", floor_price="") == 303
    assert by_code(session, cast).price is None
    assert "Any price" in window.text("/price-list")


def test_amounts_are_read_as_people_type_them(window: Browser, session: Session, cast: Cast) -> None:
    assert add(window, price="¥1,280", floor_price="１０００．５", days="９０") == 303
    card = by_code(session, cast)
    assert (card.price, card.floor_price, card.days) == (yuan("1280.00"), yuan("1000.50"), 90)


def test_price_is_changed_with_a_trace(window: Browser, session: Session, cast: Cast) -> None:
    page = f"/price-list/{cast.annual.public_id}"
    assert 'value="3980.00"' in window.text(page)
    assert window.post(page, page=page, price="4280", floor_price="4000").status_code == 303
    changed = by_code(session, cast, "annual")
    assert (changed.price, changed.floor_price) == (yuan("4280.00"), yuan("4000.00"))
    event = session.scalars(sa.select(AuditEvent).where(AuditEvent.tag == "card_type:repriced")).one()
    assert event.facts["old_price"] == "3980.00 CNY"
    assert event.facts["price"] == "4280.00 CNY"
    assert window.post(page, page=page, price="4280", floor_price="4000").status_code == 303
    assert (
        len(session.scalars(sa.select(AuditEvent).where(AuditEvent.tag == "card_type:repriced")).all()) == 1
    )


@pytest.mark.parametrize(
    ("price", "floor"), [("-1", ""), ("x", ""), ("100", "101"), ("", "5"), ("1.234", "")]
)
def test_wrong_price_changes_nothing(
    window: Browser, session: Session, cast: Cast, price: str, floor: str
) -> None:
    page = f"/price-list/{cast.annual.public_id}"
    response = window.post(page, page=page, price=price, floor_price=floor)
    assert response.status_code == 422
    assert 'class="error"' in response.get_data(as_text=True)
    assert by_code(session, cast, "annual").price == yuan("3980.00")


def test_what_a_card_pays_is_set_with_a_trace(window: Browser, session: Session, cast: Cast) -> None:
    page = f"/price-list/{cast.annual.public_id}"
    assert window.post(page + "/pay", page=page, set_up_fee="200", referral="88").status_code == 303
    card = by_code(session, cast, "annual")
    assert (card.set_up_fee, card.referral) == (yuan("200.00"), yuan("88.00"))
    assert 'value="200.00"' in window.text(page)
    assert window.post(page + "/pay", page=page, set_up_fee="", referral="0").status_code == 303
    card = by_code(session, cast, "annual")
    assert (card.set_up_fee, card.referral) == (yuan("0.00"), yuan("0.00"))
    assert window.post(page + "/pay", page=page, set_up_fee="", referral="").status_code == 303
    assert by_code(session, cast, "annual").referral is None
    events = session.scalars(
        sa.select(AuditEvent).where(AuditEvent.tag == "card_type:pay_set").order_by(AuditEvent.id)
    ).all()
    assert [(event.facts["set_up_fee"], event.facts["referral"]) for event in events] == [
        ("200.00 CNY", "88.00 CNY"),
        ("0.00 CNY", "0.00 CNY"),
        ("0.00 CNY", ""),
    ]


def test_a_set_up_fee_is_never_more_than_the_price(window: Browser, session: Session, cast: Cast) -> None:
    page = f"/price-list/{cast.annual.public_id}"
    response = window.post(page + "/pay", page=page, set_up_fee="3980.01", referral="")
    assert response.status_code == 422
    assert "Lower the fee." in response.get_data(as_text=True)
    assert window.post(page + "/pay", page=page, set_up_fee="3000", referral="").status_code == 303
    lowered = window.post(page, page=page, price="2999.99", floor_price="")
    assert lowered.status_code == 422
    assert by_code(session, cast, "annual").price == yuan("3980.00")


def test_a_new_card_may_say_what_it_pays(window: Browser, session: Session, cast: Cast) -> None:
    assert add(window, set_up_fee="100", referral="50") == 303
    card = by_code(session, cast)
    assert (card.set_up_fee, card.referral) == (yuan("100.00"), yuan("50.00"))


def test_withdrawn_card_is_not_sold_until_it_is_put_back(
    window: Browser, session: Session, cast: Cast
) -> None:
    page = f"/price-list/{cast.annual.public_id}"
    assert window.post(page + "/withdraw", page="/price-list").status_code == 303
    assert window.post(page + "/withdraw", page="/price-list").status_code == 303
    assert not by_code(session, cast, "annual").on_sale
    assert "Not sold" in window.text("/price-list")
    assert "Annual card" not in window.text("/sell")
    assert window.post(page + "/put-back", page="/price-list").status_code == 303
    assert "Annual card" in window.text("/sell")
    tags = session.scalars(
        sa.select(AuditEvent.tag).where(AuditEvent.subject_kind == "card_type").order_by(AuditEvent.id)
    ).all()
    assert tags[-2:] == ["card_type:withdrawn", "card_type:put_back"]


def test_price_list_of_another_club_is_not_there(window: Browser, session: Session, cast: Cast) -> None:
    foreign = a_card_type(session, cast.foreign_club, "foreign", name="别家年卡")
    session.commit()
    page = f"/price-list/{foreign.public_id}"
    assert window.get(page).status_code == 404
    assert "别家年卡" not in window.text("/price-list")
    for then in ("", "/withdraw", "/put-back"):
        assert window.post(page + then, page="/price-list/new", price="1").status_code == 404
    assert window.get("/price-list/%00").status_code == 404
    assert (
        queries.get(session, cast.foreign_club.id, foreign.id, day=local_day(MORNING, cast.club.zone))
        == foreign
    )


def test_consultant_does_not_set_prices(window: Browser, session: Session, cast: Cast) -> None:
    window.sign_in("linjing")
    page = f"/price-list/{cast.annual.public_id}"
    assert window.get("/price-list").status_code == 403
    assert window.post("/price-list/new", page="/account", **NEW).status_code == 403
    assert window.post(page, page="/account", price="1").status_code == 403
    assert window.post(page + "/withdraw", page="/account").status_code == 403
    assert by_code(session, cast, "annual").price == yuan("3980.00")
