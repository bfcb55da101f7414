"""CRD-10: how often a card and a person come, counted from the doors."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.clock import Instant
from clubsales.leads.touches import activity
from clubsales.leads.touches.activity import Activity
from clubsales.membership.cards import family
from clubsales.membership.cards.models import CardRow
from clubsales.membership.cards.queries import CardView
from clubsales.membership.cards.tokens import make_moving_code
from tests.builders import Cast, local
from tests.cards import KEYS, STEP, a_card, a_door, a_person, moving_code, scan_at


def comes(session: Session, cast: Cast, card: CardView, at: Instant) -> None:
    assert scan_at(session, a_door(cast.club, 1), moving_code(card, at), at).admitted


def test_visits_of_thirty_local_days_and_the_last_one_ever(session: Session, cast: Cast) -> None:
    """The first of the thirty days begins at the club's midnight; two scans within a minute are one visit."""
    person_id = a_person(session, cast)
    card = a_card(session, cast, cast.annual, at=local(9, day=1), person_id=person_id)
    assert activity.of_card(session, cast.club, card.id, local(10, day=10)) == Activity(0, None)
    assert activity.of_people(session, cast.club, [person_id], local(10, day=10)) == {
        person_id: Activity(0, None)
    }
    comes(session, cast, card, local(0, day=9))
    comes(session, cast, card, local(23, 59, day=9))
    at = local(18, day=10)
    comes(session, cast, card, at)
    scan_at(session, a_door(cast.club, 2), moving_code(card, at, step=1), local(18, 0, day=10))
    assert activity.of_card(session, cast.club, card.id, local(20, day=10)) == Activity(3, date(2026, 3, 10))
    on = local(8, day=7, month=4)  # the ninth of March is the first of thirty days
    assert activity.of_card(session, cast.club, card.id, on) == Activity(3, date(2026, 3, 10))
    day_after = local(8, day=8, month=4)
    assert activity.of_card(session, cast.club, card.id, day_after) == Activity(1, date(2026, 3, 10))
    later = local(8, day=1, month=6)
    assert activity.of_people(session, cast.club, [person_id], later) == {
        person_id: Activity(0, date(2026, 3, 10))
    }


def test_a_person_comes_with_his_own_cards_and_whoever_shares_them_is_somebody_else(
    session: Session, cast: Cast
) -> None:
    holder, friend = a_person(session, cast), a_person(session, cast, name="孙莉")
    card = a_card(session, cast, cast.annual, at=local(9, day=1), person_id=holder, people_max=2)
    second = a_card(session, cast, cast.annual, at=local(9, day=1), person_id=holder)
    family.add_person(session, card=card.public_id, person_id=friend, actor=cast.desk, at=local(9, day=1))
    (sharer,) = family.sharers(session, card.id)
    key = KEYS.private(card.organisation_id)
    code = make_moving_code(sharer.code_name, seconds=STEP, at=local(12, day=10), key=key)
    assert scan_at(session, a_door(cast.club, 1), code, local(12, day=10)).admitted
    comes(session, cast, second, local(13, day=10))
    assert activity.of_card(session, cast.club, card.id, local(14, day=10)) == Activity(1, date(2026, 3, 10))
    found = activity.of_people(session, cast.club, [holder, friend], local(14, day=10))
    assert found == {holder: Activity(1, date(2026, 3, 10))}


def test_nobody_is_said_to_stay_away_whose_card_opens_no_door(session: Session, cast: Cast) -> None:
    """Trainings are taken by hand, a frozen card opens nothing, one that is over neither; its visits count on."""
    trains, rests, is_over, renewed = people = [a_person(session, cast, name=each) for each in "甲乙丙丁"]
    opened = {"at": local(9, day=1)}
    a_card(session, cast, cast.annual, person_id=trains, are_sessions=True, **opened)
    a_card(session, cast, cast.annual, person_id=rests, status="frozen", **opened)
    a_card(session, cast, cast.annual, person_id=is_over, valid_until=date(2026, 3, 9), **opened)
    old = a_card(session, cast, cast.annual, person_id=renewed, **opened)
    comes(session, cast, old, local(9, day=2))
    session.execute(sa.update(CardRow).where(CardRow.id == old.id).values(valid_until=date(2026, 3, 9)))
    a_card(session, cast, cast.annual, person_id=renewed, **opened)
    found = activity.of_people(session, cast.club, people, local(10, day=10))
    assert found == {renewed: Activity(1, date(2026, 3, 2))}
    assert activity.of_people(session, cast.club, [], local(10, day=10)) == {}
