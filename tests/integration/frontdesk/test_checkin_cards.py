"""What the door knows of a card beside its days: hours, its first use, a planned freeze, who shares it (EX-14)."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from clubsales.actor import Actor
from clubsales.errors import Refusal
from clubsales.frontdesk.checkin import queries as checkin
from clubsales.frontdesk.checkin.texts import WORDS
from clubsales.membership.cards import checks, family, operations, queries
from clubsales.membership.cards.queries import CardView
from clubsales.membership.cards.rules import CardRefused, CardStatus, CodeRefused
from clubsales.membership.catalogue.terms import CardTerms, StartRule
from tests.builders import Cast, local
from tests.cards import a_card, a_door, a_line, a_person, a_sale, moving_code, printed_code, scan_at

AT = local(14, 20)
TODAY = date(2026, 3, 9)  # a Monday
MORNINGS = {"days": [1, 2, 3, 4, 5], "from": "06:00", "to": "14:00"}


@pytest.fixture
def door(cast: Cast) -> Actor:
    return a_door(cast.club, 1)


def made(session: Session, cast: Cast, *, name: str = "陈晨", **line: object) -> CardView:
    person_id = a_person(session, cast, name=name)
    sale_id = a_sale(session, cast, cast.annual, at=AT, person_id=person_id)
    operations.prepare(
        session,
        sale_id=sale_id,
        line=a_line(cast.annual, **line),
        person_id=person_id,
        is_paid=True,
        actor=cast.desk,
        at=AT,
    )
    card = queries.of_sale(session, sale_id)
    assert card is not None
    return card


def test_a_card_of_some_hours_opens_in_them_by_the_clubs_clock(
    session: Session, cast: Cast, door: Actor
) -> None:
    card = made(session, cast, windows=(MORNINGS,))
    inside = local(13, 59)
    assert scan_at(session, door, moving_code(card, inside), inside).admitted
    later = local(19, 30)
    answer = scan_at(session, door, moving_code(card, later), later, nonce="evening-1")
    assert answer.code == CardRefused.OUTSIDE_HOURS
    assert answer.refusal is not None
    assert answer.refusal.facts["opens_on"] == TODAY + timedelta(1)
    again = scan_at(session, door, moving_code(card, later), later, nonce="evening-1")
    assert (again.code, again.refusal) == (answer.code, answer.refusal)


def test_whoever_is_inside_is_not_refused_when_the_hours_end(
    session: Session, cast: Cast, door: Actor
) -> None:
    card = made(session, cast, windows=(MORNINGS,))
    before, after = local(13, 59), local(14, 0)
    assert scan_at(session, door, moving_code(card, before), before).visit
    answer = scan_at(session, door, moving_code(card, after, step=1), after)
    assert (answer.admitted, answer.visit) == (True, False)


def test_a_card_that_begins_with_its_first_use_begins_at_the_door(
    session: Session, cast: Cast, door: Actor
) -> None:
    card = made(session, cast, start_rule=StartRule.FIRST_USE.value, windows=(MORNINGS,))
    evening, morning = AT + timedelta(days=3), local(9, 0) + timedelta(days=4)
    assert not scan_at(session, door, moving_code(card, evening), evening).admitted
    waits = queries.by_id(session, card.id)
    assert waits is not None
    assert waits.waits_for_use  # a no does not begin it
    answer = scan_at(session, door, moving_code(card, morning), morning)
    assert answer.admitted
    assert answer.card is not None
    assert (answer.card.valid_from, answer.card.valid_until) == (
        TODAY + timedelta(4),
        TODAY + timedelta(368),
    )
    assert list(checks.cards_are_what_they_were_given(session)) == []


def test_a_card_nobody_used_in_time_counts_from_its_latest_start(
    session: Session, cast: Cast, door: Actor
) -> None:
    terms = CardTerms(start_rule=StartRule.FIRST_USE, start_within_days=10).to_json()
    card = made(session, cast, days=30, start_rule=StartRule.FIRST_USE.value, terms=terms)
    late = AT + timedelta(days=60)
    answer = scan_at(session, door, moving_code(card, late), late)
    assert answer.code == CardRefused.EXPIRED
    assert answer.card is not None
    assert answer.card.valid_until == TODAY + timedelta(39)


def test_a_planned_freeze_ends_at_the_door(session: Session, cast: Cast, door: Actor) -> None:
    card = made(session, cast)
    operations.freeze(session, card=card.public_id, last_day=TODAY + timedelta(6), actor=cast.desk, at=AT)
    session.flush()
    for days, admitted in ((6, False), (7, True)):
        at = AT + timedelta(days=days)
        answer = scan_at(session, door, moving_code(card, at), at)
        assert answer.admitted is admitted
    assert answer.card is not None
    assert (answer.card.status, answer.card.valid_until) == (
        CardStatus.ACTIVE,
        date(2027, 3, 8) + timedelta(7),
    )
    assert list(checks.cards_are_what_they_were_given(session)) == []


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ({"kind": "stored_value", "days": None, "value_minor": 10_000}, CardRefused.VALUE_ONLY),
        ({"kind": "visits", "days": None, "visits": 10, "are_sessions": True}, CardRefused.BY_HAND),
    ],
)
def test_what_is_taken_by_hand_opens_no_door(
    session: Session, cast: Cast, door: Actor, line: dict[str, object], code: CardRefused
) -> None:
    card = made(session, cast, **line)
    assert scan_at(session, door, moving_code(card, AT), AT).code == code
    assert code.value in WORDS


def test_each_of_a_family_comes_in_with_a_code_of_his_own_and_each_visit_counts(
    session: Session, cast: Cast, door: Actor
) -> None:
    card = made(session, cast, visits=10, people_max=2)
    other = a_person(session, cast, name="李雷")
    operations.add_person(session, card=card.public_id, person_id=other, actor=cast.desk, at=AT)
    session.flush()
    (sharer,) = family.sharers(session, card.id)
    his = replace(card, public_id=sharer.code_name)
    assert scan_at(session, door, moving_code(card, AT), AT).visit
    answer = scan_at(session, door, moving_code(his, AT), AT)  # at the same moment
    assert (answer.admitted, answer.visit) == (True, True)
    assert answer.card is not None
    assert (answer.card.holder, answer.card.visits_left) == ("李雷", 8)
    again = scan_at(session, door, moving_code(his, AT), AT)
    assert (again.admitted, again.repeated, again.visit) == (True, True, False)
    elsewhere = scan_at(session, a_door(cast.club, 2), moving_code(his, AT), AT)
    assert elsewhere.code == CodeRefused.REUSED
    assert {line.holder for line in checkin.last_scans(session, cast.club)} == {"陈晨", "李雷"}
    operations.remove_person(session, card=card.public_id, sharer_id=sharer.id, actor=cast.desk, at=AT)
    session.flush()
    assert scan_at(session, door, moving_code(his, AT), AT).code == CardRefused.UNKNOWN
    assert list(checks.cards_are_what_they_were_given(session)) == []


def test_a_reissued_card_refuses_its_old_paper_and_its_old_link(
    session: Session, cast: Cast, door: Actor
) -> None:
    card = a_card(session, cast, cast.annual, at=AT)
    serial = operations.issue_printed_code(session, card=card.public_id, actor=cast.desk, at=AT)
    token = operations.reissue(session, card=card.public_id, actor=cast.desk, at=AT)
    session.flush()
    answer = scan_at(session, door, printed_code(card, serial), AT)
    assert answer.code == CodeRefused.REVOKED
    assert queries.by_link_token(session, token).id == card.id


def test_a_card_handed_on_opens_for_its_new_holder_only(session: Session, cast: Cast, door: Actor) -> None:
    card = made(session, cast)
    to = a_person(session, cast, name="李雷")
    new_id = operations.transfer(session, card_id=card.id, person_id=to, actor=cast.desk, at=AT)
    session.flush()
    new = queries.by_id(session, new_id)
    assert new is not None
    old = scan_at(session, door, moving_code(card, AT), AT)
    assert isinstance(old.refusal, Refusal)
    assert old.code == CardRefused.CANCELLED
    answer = scan_at(session, door, moving_code(new, AT), AT)
    assert answer.admitted
    assert answer.card is not None
    assert answer.card.holder == "李雷"
