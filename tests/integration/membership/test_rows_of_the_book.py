"""Rows of the rule book about cards and money that lie across subjects (CRD-02, CRD-05 to CRD-08, RFD-03, RCV-03)."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from clubsales.actor import Actor
from clubsales.clock import Instant
from clubsales.consultants.credits.models import PostingRow
from clubsales.consultants.targets import figures
from clubsales.consultants.targets.rules import GoalKind
from clubsales.ids import PersonID, SaleID
from clubsales.leads.intake.models import LeadRow
from clubsales.leads.people import operations as people
from clubsales.membership.cards import operations as cards
from clubsales.membership.cards import queries
from clubsales.membership.cards.queries import CardView
from clubsales.membership.catalogue.models import CardTypeRow
from clubsales.membership.catalogue.queries import CardTypeView
from clubsales.membership.catalogue.rules import CardKind
from clubsales.membership.catalogue.starter_halls import STARTERS
from clubsales.membership.payments.rules import Method
from clubsales.membership.returns import operations as returns
from clubsales.membership.sales import operations as sales
from clubsales.membership.sales import queries as sale_queries
from clubsales.membership.sales.rules import SaleKind
from tests.builders import Cast, a_card_type, consultant_of, local, yuan
from tests.cards import a_door, printed_code, scan_at
from tests.integration.auth.support import Browser, let_in
from tests.integration.leads.support import a_lead, log

AT = local(14)
LATER = local(15)
PHONE = "+8613800138000"


@pytest.fixture(autouse=True)
def afternoon() -> Iterator[None]:
    with time_machine.travel(LATER, tick=True):
        yield


def sold(
    session: Session,
    cast: Cast,
    buyer: PersonID,
    card_type: CardTypeView,
    *,
    pays: str | None = None,
    kind: SaleKind = SaleKind.NEW,
    seller: Actor | None = None,
    at: Instant = AT,
) -> SaleID:
    """A sale of Lin's, paid in cash, whole or in part."""
    seller = seller or cast.lin
    sale_id = sales.open_sale(
        session,
        card_type_id=card_type.id,
        price=None,
        kind=kind,
        person_id=buyer,
        consultant_id=consultant_of(seller),
        actor=seller,
        at=at,
    )
    price = sale_queries.get(session, cast.club.id, sale_id).balance.price
    sales.book_receipt(
        session,
        sale_id=sale_id,
        amount=price if pays is None else yuan(pays),
        method=Method.CASH,
        actor=cast.desk,
        at=at,
    )
    return sale_id


def card_of(session: Session, sale_id: SaleID) -> CardView:
    card = queries.of_sale(session, sale_id)
    assert card is not None
    return card


def window(client: FlaskClient, session: Session, who: Actor) -> Browser:
    """A browser somebody signed in on, in English."""
    let_in(session, who)
    session.commit()
    name = session.execute(sa.text("SELECT username FROM account WHERE id = :id"), {"id": who.account_id})
    browser = Browser(client, {"Accept-Language": "en"})
    browser.sign_in(name.scalar_one())
    return browser


def test_a_project_card_opens_its_hall_and_no_other(session: Session, cast: Cast) -> None:
    """CRD-02: each of the six halls may have a card of its own, from the price list to the door."""
    halls = [code for code, _name, _english in STARTERS]
    for place, hall in enumerate(halls):
        project = a_card_type(
            session,
            cast.club,
            f"only-{hall}",
            kind=CardKind.ACTIVITY,
            price=yuan("880.00"),
            facilities=(hall,),
        )
        buyer = people.find_or_add(session, e164=None, name="陈晨", actor=cast.desk, at=AT)
        card = card_of(session, sold(session, cast, buyer, project))
        serial = cards.issue_printed_code(session, card=card.public_id, actor=cast.manager, at=AT)
        session.flush()
        answers = {
            each: scan_at(
                session,
                replace(a_door(cast.club, 10 * place + number), hall=each),
                printed_code(card, serial),
                AT + timedelta(hours=number),
            ).code
            for number, each in enumerate(halls)
        }
        assert answers == {**dict.fromkeys(halls, "card.other_hall"), hall: "check_in.admitted"}


def test_each_brand_of_card_has_its_members_price(session: Session, cast: Cast) -> None:
    """CRD-06: members of one brand pay its price, those of another brand theirs."""
    buyer = people.find_or_add(session, e164=PHONE, name="陈晨", actor=cast.desk, at=AT)
    prices = {}
    for code, members in (("fitness", 358_200), ("prestige", 318_400)):
        brand = a_card_type(session, cast.club, code)
        session.execute(
            sa.update(CardTypeRow).where(CardTypeRow.id == brand.id).values(renewal_price_minor=members)
        )
        for kind in (SaleKind.NEW, SaleKind.RENEWAL):
            sale_id = sold(session, cast, buyer, brand, kind=kind)
            prices[code, kind] = str(sale_queries.get(session, cast.club.id, sale_id).balance.price)
    assert prices == {
        ("fitness", SaleKind.NEW): "3980.00",
        ("fitness", SaleKind.RENEWAL): "3582.00",
        ("prestige", SaleKind.NEW): "3980.00",
        ("prestige", SaleKind.RENEWAL): "3184.00",
    }


def test_whoever_bought_finds_on_his_page_what_is_done_for_him_afterwards(
    session: Session, cast: Cast, client: FlaskClient
) -> None:
    """CRD-05: with what it costs him; what the terms forbid is not offered."""
    terms = {"freeze_fee_minor": 5_000, "transfer_allowed": False}
    session.execute(sa.update(CardTypeRow).where(CardTypeRow.id == cast.annual.id).values(terms=terms))
    buyer = people.find_or_add(session, e164=PHONE, name="陈晨", actor=cast.desk, at=AT)
    card = card_of(session, sold(session, cast, buyer, cast.annual))
    session.commit()
    page = Browser(client, {"Accept-Language": "en"}).text(f"/card/{card.link_token}/services")
    assert "Freeze" in page
    assert "¥50.00" in page
    assert "Transfer" not in page


def test_the_guest_reads_price_and_terms_before_anything_is_signed(
    session: Session, cast: Cast, client: FlaskClient
) -> None:
    """CRD-07: what it costs, what it gives, and what goes back of it; nothing of margins and authority."""
    terms = {"refund_fee_minor": 10_000, "freeze_times_max": 2}
    columns = {"terms": terms, "floor_price_minor": 311_111}
    session.execute(sa.update(CardTypeRow).where(CardTypeRow.id == cast.annual.id).values(**columns))
    buyer = people.find_or_add(session, e164=PHONE, name="陈晨", actor=cast.desk, at=AT)
    sale_id = sold(session, cast, buyer, cast.annual, pays="100.00")
    sale = sale_queries.get(session, cast.club.id, sale_id)
    page = window(client, session, cast.lin).text(f"/sales/{sale.public_id}/guest")
    for told in ("¥3,980.00", "365 days", "2 times at most", "¥100.00"):
        assert told in page, told
    for kept in ("3,111.11", "Floor", "authority"):
        assert kept not in page, kept


def test_a_members_file_has_who_he_is_what_he_bought_and_what_he_says(
    session: Session, cast: Cast, client: FlaskClient
) -> None:
    """CRD-08."""
    buyer = a_lead(session, cast.lin, e164=PHONE, name="陈晨")
    people.set_birthday(session, person_id=buyer, birthday=date(1990, 5, 1), actor=cast.lin, at=AT)
    sold(session, cast, buyer, cast.annual)
    log(session, cast.lin, buyer, AT + timedelta(minutes=5), note="更衣室太冷", next_on=date(2026, 3, 20))
    lead = session.scalars(sa.select(LeadRow.public_id).where(LeadRow.person_id == buyer)).one()
    page = window(client, session, cast.manager).text(f"/leads/{lead}")
    for told in ("陈晨", "May 1, 1990", "Annual card", "¥3,980.00", "更衣室太冷"):
        assert told in page, told


def test_money_back_takes_the_credit_back_as_it_was_shared(session: Session, cast: Cast) -> None:
    """RFD-03, SC-28: in parts, by whoever had it, in the month of the refund; in the end nothing is left."""
    buyer = a_lead(session, cast.ma, e164=PHONE)
    log(session, cast.ma, buyer, local(10, day=6))
    sale_id = sold(session, cast, buyer, cast.annual)
    card = card_of(session, sale_id)
    outside, inside = consultant_of(cast.ma), consultant_of(cast.lin)

    def booked(month: date) -> dict[int | None, int]:
        statement = (
            sa.select(PostingRow.consultant_id, sa.func.sum(PostingRow.amount_minor))
            .where(PostingRow.sale_id == sale_id, PostingRow.month == month)
            .group_by(PostingRow.consultant_id)
        )
        return {who: int(minor) for who, minor in session.execute(statement)}

    march, april = date(2026, 3, 1), date(2026, 4, 1)
    assert booked(march) == {outside: 278_600, inside: 119_400}
    for amount, at, keeps in (
        ("1000.01", local(10, day=28), True),
        ("2979.99", local(10, day=12, month=4), False),
    ):
        request = returns.ask(
            session, card=card, amount=yuan(amount), keeps_card=keeps, reason="道歉", actor=cast.zhou, at=at
        )
        returns.answer(session, request=request, approved=True, actor=cast.manager, at=at)
        returns.pay_out(session, request=request, actor=cast.finance, at=at)
        session.flush()
    assert booked(march) == {outside: 278_600 - 70_001, inside: 119_400 - 30_000}
    assert booked(april) == {outside: -208_599, inside: -89_400}


def test_what_somebody_is_to_collect_is_held_against_money_that_came_less_what_went_back(
    session: Session, cast: Cast
) -> None:
    """RCV-03: by whose sale it is, on the day the money moved; fees are nobody's."""
    buyer = people.find_or_add(session, e164=PHONE, name="陈晨", actor=cast.desk, at=AT)
    march = sold(session, cast, buyer, cast.annual, pays="1000.00", at=local(23, 59, day=31))
    sold(session, cast, buyer, cast.visits, seller=cast.zhou, at=local(0, day=1))
    sold(session, cast, buyer, cast.visits, at=local(0, day=1, month=4))
    fee = sales.open_fee(
        session,
        card_id=card_of(session, march).id,
        what="补卡费",
        amount=yuan("20.00"),
        person_id=buyer,
        consultant_id=consultant_of(cast.lin),
        actor=cast.desk,
        at=AT,
    )
    sales.book_receipt(session, sale_id=fee, amount=yuan("20.00"), method=Method.CASH, actor=cast.desk, at=AT)
    sales.refund(
        session, sale_id=march, amount=yuan("200.00"), actor=cast.finance, at=local(0, day=1, month=4)
    )
    session.flush()

    def collected(first: date, last: date) -> figures.Figures | None:
        return figures.reached(session, cast.club, GoalKind.COLLECTIONS, first, last)

    lin, zhou = consultant_of(cast.lin), consultant_of(cast.zhou)
    assert collected(date(2026, 3, 1), date(2026, 3, 31)) == {lin: 100_000, zhou: 150_000}
    assert collected(date(2026, 4, 1), date(2026, 4, 30)) == {lin: 150_000 - 20_000}
