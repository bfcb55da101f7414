"""The text that is signed says what was sold: which halls it opens, at which hours, to how many."""

from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from clubsales.clock import local_day
from clubsales.membership.catalogue import facilities
from clubsales.membership.catalogue.models import CardTypeRow, PromotionRow
from clubsales.membership.contracts import operations, queries, wording
from clubsales.membership.receivables import operations as receivables
from clubsales.membership.receivables.rules import Part
from clubsales.policies import policy_on
from tests.builders import Cast, a_card_type, local, yuan
from tests.integration.membership.contracting import a_sale, filled

EVENINGS = {"days": [1, 2, 3, 4, 5], "from": "18:00", "to": "22:00"}
SUNDAY = {"days": [7], "from": "09:00", "to": "12:00"}


@pytest.fixture(autouse=True)
def halls(session: Session, cast: Cast) -> None:
    facilities.begin(session, actor=cast.system, at=local(8))
    session.flush()


def sentences(session: Session, cast: Cast, language: str, **limits: Any) -> list[str]:
    """What the contract on a card with these limits says of it."""
    card_type = a_card_type(session, cast.club, "limited", name="限时卡", price=yuan("1000.00"))
    changed = sa.update(CardTypeRow).where(CardTypeRow.id == card_type.id)
    session.execute(changed.values(name_en="Limited card", **limits))
    public_id = operations.fill(
        session,
        sale_id=a_sale(session, cast, card_type_id=card_type.id),
        filled=filled(language=language),
        actor=cast.lin,
        at=local(10),
    )
    session.commit()
    return said(session, cast, public_id)


def said(session: Session, cast: Cast, public_id: str) -> list[str]:
    policy = policy_on(session, cast.club, local_day(local(11), cast.club.zone))
    view = queries.by_public_id(session, cast.club.id, public_id)
    text = wording.text_of(session, view, club=cast.club, policy=policy)
    (terms,) = (part for part in text["parts"] if "限时卡" in part["title"] or "Limited" in part["title"])
    return [sentence for sentence, _rule in terms["clauses"]]


LIMITS = {"facilities": ["pool", "spa"], "windows": [EVENINGS, SUNDAY], "people_max": 3, "all_clubs": True}


def test_halls_hours_people_and_clubs_stand_in_the_contract(session: Session, cast: Cast) -> None:
    assert sentences(session, cast, "en", **LIMITS)[:4] == [
        "It opens these halls: Heated pool, Heated spa.",
        "It opens at these hours only: Mon–Fri 18:00–22:00; Sun 09:00–12:00.",
        "Up to 3 people share it, each with a link of their own.",
        "It opens every club of the brand.",
    ]


def test_they_stand_there_in_the_buyers_language_whoever_reads(
    app: Flask, session: Session, cast: Cast
) -> None:
    with app.test_request_context(headers={"Accept-Language": "en"}):
        halls, hours, *_more = sentences(session, cast, "zh_Hans", **LIMITS)
    assert "恒温游泳馆、" in halls
    assert "周一–周五 18:00–22:00；周日 09:00–12:00" in hours


def test_what_has_no_limits_says_so(session: Session, cast: Cast) -> None:
    assert sentences(session, cast, "en")[:2] == [
        "It opens every hall of the club.",
        "It opens at any hour the club is open.",
    ]


def test_what_was_sold_stays_when_the_card_type_changes(session: Session, cast: Cast) -> None:
    before = sentences(session, cast, "en", facilities=["pool"])
    session.execute(sa.update(CardTypeRow).values(facilities=["spa"], windows=[SUNDAY]))
    public_id = queries.open_forms(session, cast.club.id)[0].public_id
    assert said(session, cast, public_id) == before


def test_what_opens_no_door_says_nothing_of_doors(session: Session, cast: Cast) -> None:
    told = sentences(session, cast, "en", kind="stored_value", value_minor=100000, days=None)
    assert not [each for each in told if each.startswith("It opens")]


def test_the_days_of_payment_that_were_agreed_stand_in_the_contract(session: Session, cast: Cast) -> None:
    """RCV-06: method and days are agreed in the contract; another plan is another text, which nobody has read."""
    sale_id = a_sale(session, cast)
    parts = [Part(date(2026, 3, 20), yuan("1980.00")), Part(date(2026, 4, 20), yuan("2000.00"))]
    receivables.agree(session, sale_id=sale_id, parts=parts, actor=cast.lin, at=local(10))
    public_id = operations.fill(
        session, sale_id=sale_id, filled=filled(language="en"), actor=cast.lin, at=local(10)
    )
    session.commit()
    policy = policy_on(session, cast.club, local_day(local(11), cast.club.zone))
    view = queries.by_public_id(session, cast.club.id, public_id)
    (payment,) = (
        part
        for part in wording.text_of(session, view, club=cast.club, policy=policy)["parts"]
        if part["title"] == "Payment"
    )
    assert payment["rows"] == [["Mar 20, 2026", "¥1,980.00"], ["Apr 20, 2026", "¥2,000.00"]]


def test_what_an_offer_adds_stands_in_the_contract(session: Session, cast: Cast) -> None:
    """PRC-10: what was given beside is part of what was bought."""
    session.add(
        PromotionRow(
            club_id=cast.club.id,
            name="春季优惠",
            card_type_id=cast.annual.id,
            sale_kinds=[],
            extra_days=30,
            gift_card_type_id=cast.towel.id,
            first_day=local_day(local(8), cast.club.zone),
            last_day=local_day(local(8), cast.club.zone),
            written_at=local(8),
            written_by=None,
        )
    )
    session.flush()
    public_id = operations.fill(
        session,
        sale_id=a_sale(session, cast),
        filled=filled(language="en"),
        actor=cast.lin,
        at=local(10),
    )
    policy = policy_on(session, cast.club, local_day(local(11), cast.club.zone))
    view = queries.by_public_id(session, cast.club.id, public_id)
    text = wording.text_of(session, view, club=cast.club, policy=policy)
    bought = next(part for part in text["parts"] if part["title"] == "What is bought")
    assert [row[1] for row in bought["rows"]] == ["365 days · 30 days more by an offer", "/"]
