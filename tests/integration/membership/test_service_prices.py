"""What a renewal or an upgrade is sold at: with an offer's gifts, or at a price that was asked for silently (PRC-03, PRC-10)."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from clubsales import policies
from clubsales.clock import local_day
from clubsales.errors import Refused
from clubsales.ids import PersonID, SaleID
from clubsales.membership.cards import checks as card_checks
from clubsales.membership.cards import queries as cards
from clubsales.membership.cards.models import CardRow
from clubsales.membership.cards.queries import CardView
from clubsales.membership.cards.rules import CardStatus, ServiceKind
from clubsales.membership.catalogue import queries as catalogue
from clubsales.membership.catalogue.models import CardTypeRow, PromotionRow
from clubsales.membership.catalogue.queries import CardTypeView
from clubsales.membership.discounts import operations as discounts
from clubsales.membership.discounts.models import DiscountRequestRow
from clubsales.membership.sales import checks as sale_checks
from clubsales.membership.sales import operations as sales
from clubsales.membership.sales import queries as sale_queries
from clubsales.membership.sales.lines import LineView, lines_of
from clubsales.membership.sales.queries import SaleView
from clubsales.membership.services import operations, queries
from clubsales.membership.services.wishes import Wish
from tests.builders import Cast, a_card_type, yuan
from tests.cards import a_person
from tests.integration.auth.support import Browser, let_in
from tests.integration.membership.test_returns import SOLD, sold
from tests.integration.membership.test_services import LATER, pay, take_up, terms

SOON = LATER + timedelta(minutes=3)


def promote(session: Session, cast: Cast, **changes: object) -> None:
    values: dict[str, object] = {
        "club_id": cast.club.id,
        "name": "老会员回馈",
        "name_en": "Loyalty",
        "card_type_id": None,
        "sale_kinds": ["renewal", "upgrade"],
        "first_day": local_day(LATER, cast.club.zone),
        "last_day": local_day(LATER, cast.club.zone) + timedelta(days=9),
        "written_at": SOLD,
        "written_by": None,
        **changes,
    }
    session.add(PromotionRow(**values))
    session.flush()


def a_short_card(session: Session, cast: Cast, **changes: object) -> CardTypeView:
    return a_card_type(session, cast.club, "month", name="月卡", price=yuan("300.00"), days=30, **changes)


def the_sale(session: Session, cast: Cast, name: str) -> tuple[SaleView, tuple[LineView, ...]]:
    sale = sale_queries.by_public_id(session, cast.club.id, name)
    session.flush()
    return sale, lines_of(session, sale.id)


def given_card(session: Session, sale_id: SaleID, line: int = 2) -> CardRow:
    return session.scalars(
        sa.select(CardRow)
        .where(CardRow.sale_id == sale_id, CardRow.line == line)
        .execution_options(populate_existing=True)
    ).one()


def faults(session: Session) -> list[str]:
    session.flush()
    every = (*sale_checks.INVARIANTS, *card_checks.INVARIANTS)
    return [fault for check in every for fault in check(session)]


def places_left(session: Session, cast: Cast, card_type: CardTypeView) -> int | None:
    return catalogue.get(session, cast.club.id, card_type.id, day=local_day(LATER, cast.club.zone)).quota_left


@pytest.mark.parametrize("kind", [ServiceKind.RENEWAL, ServiceKind.UPGRADE])
def test_an_offers_gift_goes_with_a_renewal_and_an_upgrade_too(
    session: Session, cast: Cast, kind: ServiceKind
) -> None:
    month = a_short_card(session, cast, quota=5)
    better = a_card_type(session, cast.club, "three", name="三年卡", price=yuan("8880.00"), days=1095)
    promote(session, cast, gift_card_type_id=month.id)
    card = sold(session, cast)
    wanted = (better if kind is ServiceKind.UPGRADE else cast.annual).public_id
    taken = take_up(session, cast, card, kind, card_type=wanted)
    sale, (main, gift) = the_sale(session, cast, taken.sales[0])
    assert (main.promotion, gift.title, gift.is_gift, gift.promotion) == (
        "老会员回馈",
        "月卡",
        True,
        "老会员回馈",
    )
    assert gift.price == yuan("0.00")
    assert main.price == sale.balance.price
    assert given_card(session, sale.id).status == CardStatus.PENDING
    assert places_left(session, cast, month) == 4
    pay(session, cast, taken.sales[0])
    begun = given_card(session, sale.id)
    assert (begun.status, begun.person_id) == (CardStatus.ACTIVE, card.person_id)
    assert faults(session) == []
    sales.refund(session, sale_id=sale.id, amount=None, reason="退款", actor=cast.manager, at=SOON)
    assert given_card(session, sale.id).status == CardStatus.CANCELLED


def test_a_gift_of_goods_makes_no_card_and_what_nobody_paid_frees_its_place(
    session: Session, cast: Cast
) -> None:
    promote(session, cast, gift_card_type_id=cast.towel.id)
    card = sold(session, cast)
    taken = take_up(session, cast, card, ServiceKind.RENEWAL, card_type=cast.annual.public_id)
    sale, lines = the_sale(session, cast, taken.sales[0])
    assert [line.title for line in lines] == ["年卡", "毛巾"]
    assert cards.all_of_sale(session, sale.id) == []
    operations.withdraw(session, service=taken.service, actor=cast.desk, at=LATER)

    month = a_short_card(session, cast, quota=1)
    session.execute(sa.update(PromotionRow).values(gift_card_type_id=month.id))
    taken = take_up(session, cast, card, ServiceKind.RENEWAL, card_type=cast.annual.public_id)
    assert places_left(session, cast, month) == 0
    operations.withdraw(session, service=taken.service, actor=cast.desk, at=LATER)
    assert places_left(session, cast, month) == 1
    assert faults(session) == []


def test_whoever_is_given_a_lower_price_has_no_gift(session: Session, cast: Cast) -> None:
    promote(session, cast, gift_card_type_id=cast.towel.id)
    card = sold(session, cast)
    taken = operations.take_up(
        session,
        card=card.public_id,
        wish=Wish(kind=ServiceKind.RENEWAL, card_type=cast.annual.public_id, price=yuan("3900.00")),
        actor=cast.manager,
        at=LATER,
    )
    _sale, lines = the_sale(session, cast, taken.sales[0])
    assert [(line.title, line.promotion) for line in lines] == [("年卡", "")]


def test_an_upgrade_is_offered_at_the_price_it_is_sold_at(
    session: Session, cast: Cast, client: FlaskClient
) -> None:
    better = a_card_type(session, cast.club, "three", name="三年卡", price=yuan("8880.00"), days=1095)
    promote(session, cast, card_type_id=better.id, price_minor=800_000)
    card = sold(session, cast)
    (choice,) = [
        each for each in queries.upgrades(session, cast.club, card, LATER) if each.card_type.id == better.id
    ]
    assert choice.offer.price == yuan("8000.00")
    worth = queries.worth_of(session, cast.club, card, LATER).unused
    let_in(session, cast.manager)
    session.commit()
    with time_machine.travel(LATER):
        page = Browser(client, {"Accept-Language": "en"})
        page.sign_in("wujingli")
        text = page.text(f"/cards/{card.public_id}/services/upgrade")
    shown = yuan("8000.00") - worth
    assert f"{shown.minor // 100:,}.{shown.minor % 100:02}" in text
    assert "Loyalty" in text
    taken = take_up(session, cast, card, ServiceKind.UPGRADE, card_type=better.public_id)
    sale, _lines = the_sale(session, cast, taken.sales[0])
    assert sale.balance.price == shown


@pytest.mark.parametrize("kind", ["upgrade", "renewal"])
def test_what_the_law_refuses_stands_at_the_card_that_was_chosen(
    session: Session, cast: Cast, client: FlaskClient, kind: str
) -> None:
    card = sold(session, cast)
    chosen = a_card_type(session, cast.club, "three", price=yuan("8000.00"), days=1095)
    which = {"upgrade": chosen, "renewal": cast.annual}[kind].public_id
    law = {"enabled": True, "membership_amount": "5000.00"}
    policies.publish(
        session,
        changes={"prepaid": law},
        valid_from=local_day(LATER, cast.club.zone),
        actor=cast.manager,
        at=LATER,
    )
    let_in(session, cast.manager)
    session.commit()
    door = f"/cards/{card.public_id}/services/{kind}"
    with time_machine.travel(LATER, tick=False):
        tablet = Browser(client, {"Accept-Language": "en"})
        tablet.sign_in("wujingli")
        refused = tablet.post(door, page=door, card_type=which, submission_key="a" * 32)
    assert refused.status_code == 422
    choice = re.search(r"<fieldset.*?</fieldset>", refused.text, re.DOTALL)
    assert choice is not None
    assert "¥5,000.00" in choice[0]


def asked(
    session: Session, cast: Cast, card: CardView, price: str, *, person_id: PersonID | None = None
) -> str:
    return discounts.ask(
        session,
        card_type=cast.annual,
        price=yuan(price),
        reason="老会员",
        sale_kind="renewal",
        person_id=person_id or card.person_id,
        actor=cast.lin,
        at=LATER,
    )


def renew_at(session: Session, cast: Cast, card: CardView, price: str, request: str) -> SaleView:
    taken = take_up(
        session,
        cast,
        card,
        ServiceKind.RENEWAL,
        card_type=cast.annual.public_id,
        price=yuan(price),
        request=request,
    )
    return the_sale(session, cast, taken.sales[0])[0]


def test_a_renewal_is_sold_at_the_price_that_was_asked_for_and_allowed(session: Session, cast: Cast) -> None:
    card = sold(session, cast)
    with pytest.raises(Refused, match=r"sale\.discount"), session.begin_nested():
        renew_at(session, cast, card, "3600.00", "")
    request = asked(session, cast, card, "3600.00")
    with pytest.raises(Refused, match=r"discount\.not_approved"), session.begin_nested():
        renew_at(session, cast, card, "3600.00", request)
    discounts.approve(
        session, request_public_id=request, granted=yuan("3650.00"), actor=cast.manager, at=LATER
    )
    with pytest.raises(Refused, match=r"discount\.below_granted"), session.begin_nested():
        renew_at(session, cast, card, "3600.00", request)
    sale = renew_at(session, cast, card, "3650.00", request)
    assert sale.balance.price == yuan("3650.00")
    row = session.scalars(sa.select(DiscountRequestRow)).one()
    session.refresh(row)
    assert (row.state, row.sale_id) == ("used", sale.id)
    by = session.execute(
        sa.text("SELECT discount_approved_by FROM sale WHERE id = :id"), {"id": sale.id}
    ).scalar_one()
    assert by == cast.manager.account_id


def test_what_was_allowed_for_somebody_elses_card_does_not_count(session: Session, cast: Cast) -> None:
    card = sold(session, cast)
    stranger = a_person(session, cast, name="李雷", e164="+8613900139000")
    request = asked(session, cast, card, "3600.00", person_id=stranger)
    discounts.approve(
        session, request_public_id=request, granted=yuan("3600.00"), actor=cast.manager, at=LATER
    )
    with pytest.raises(Refused, match=r"discount\.other_guest"), session.begin_nested():
        renew_at(session, cast, card, "3600.00", request)


def test_asked_beside_the_renewals_price_and_sold_at_the_answer(
    session: Session, cast: Cast, client: FlaskClient
) -> None:
    session.execute(
        sa.update(CardTypeRow).where(CardTypeRow.id == cast.annual.id).values(renewal_price_minor=370_000)
    )
    card = sold(session, cast)
    let_in(session, cast.lin, cast.manager)
    session.commit()
    door = f"/cards/{card.public_id}/services/renewal"
    with time_machine.travel(LATER, tick=False):
        headers = {"Accept-Language": "en"}
        tablet, phone = Browser(client, headers), Browser(client.application.test_client(), headers)
        tablet.sign_in("linjing")
        phone.sign_in("wujingli")
        assert 'id="silent-discount"' in tablet.text(door)
        typed = {"card_type": cast.annual.public_id, "renews": card.public_id, "discount_reason": "老会员"}
        needless = tablet.post("/discounts", page=door, **typed, discount_price="3800")
        assert "You may sell at ¥3,800.00 yourself" in needless.text
        tablet.post("/discounts", page=door, **typed, discount_price="3600")
        row = session.scalars(sa.select(DiscountRequestRow)).one()
        assert (row.sale_kind, row.person_id) == ("renewal", card.person_id)
        request = row.public_id
        session.rollback()
        phone.post(f"/discounts/{request}/approve", page=f"/discounts/{request}", granted="3600")
        sent = {"card_type": cast.annual.public_id, "price": "3600", "submission_key": "a" * 32}
        refused = tablet.post(door, page=door, **sent)
        assert refused.status_code == 422
        done = tablet.post(door, page=door, **{**sent, "submission_key": "b" * 32}, discount_request=request)
        assert done.status_code in (302, 303)
        assert "¥3,600.00" in tablet.text(done.location)


def test_who_renews_too_late_asks_for_what_is_below_a_new_cards_price(
    session: Session, cast: Cast, client: FlaskClient
) -> None:
    session.execute(
        sa.update(CardTypeRow).where(CardTypeRow.id == cast.annual.id).values(renewal_price_minor=370_000)
    )
    terms(session, cast, renewal_within_days=5)
    card = sold(session, cast)
    let_in(session, cast.lin)
    session.commit()
    with time_machine.travel(SOLD + timedelta(days=400), tick=False):
        tablet = Browser(client, {"Accept-Language": "en"})
        tablet.sign_in("linjing")
        tablet.post(
            "/discounts",
            page=f"/cards/{card.public_id}/services/renewal",
            card_type=cast.annual.public_id,
            renews=card.public_id,
            discount_price="3800",
            discount_reason="老会员",
        )
    row = session.scalars(sa.select(DiscountRequestRow)).one()
    assert (row.price_minor, row.sale_kind) == (380_000, "renewal")
