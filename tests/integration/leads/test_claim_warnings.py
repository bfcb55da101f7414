"""`claims.warn_days`: the holder is warned once per protection, and sees what is left of it."""

from datetime import date

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.audit import AuditEvent
from clubsales.clock import Instant
from clubsales.ids import PersonID
from clubsales.leads.claims import ending, history
from clubsales.leads.claims import operations as claims
from clubsales.leads.claims.rules import Left
from clubsales.leads.followups import operations as followups
from clubsales.leads.followups.rules import Channel, ContactOutcome
from tests.builders import Cast, consultant_of, local
from tests.integration.leads.support import a_lead, set_policy

CLAIMED = local(10, day=1)  # protected through the 16th


@pytest.fixture
def person_id(session: Session, cast: Cast) -> PersonID:
    """A lead of Ma's, who sells outside."""
    made = a_lead(session, cast.desk, name="王小明")
    claims.claim(session, person_id=made, consultant_id=consultant_of(cast.ma), actor=cast.ma, at=CLAIMED)
    return made


def reached(session: Session, cast: Cast, person_id: PersonID, at: Instant) -> None:
    followups.log_contact(
        session,
        person_id=person_id,
        consultant_id=consultant_of(cast.ma),
        channel=Channel.CALL,
        outcome=ContactOutcome.ANSWERED,
        actor=cast.ma,
        at=at,
    )


def warned_on(session: Session, at: Instant) -> int:
    return sum(each.count for each in ending.warn_due(session, at))


def warnings(session: Session) -> list[str]:
    events = sa.select(AuditEvent).where(AuditEvent.tag == "claim:ending").order_by(AuditEvent.id)
    return [str(event.facts["until"]) for event in session.scalars(events)]


def test_the_holder_is_warned_once_three_days_before_the_last(
    session: Session, cast: Cast, person_id: PersonID
) -> None:
    assert warned_on(session, local(12, day=12)) == 0
    (told,) = ending.warn_due(session, local(12, day=13))
    assert (told.consultant_id, told.count) == (consultant_of(cast.ma), 1)
    assert [warned_on(session, local(12, day=day)) for day in (13, 14, 15, 16)] == [0] * 4
    assert warnings(session) == ["2026-03-16"]


def test_whoever_is_extended_is_warned_anew(session: Session, cast: Cast, person_id: PersonID) -> None:
    assert warned_on(session, local(12, day=13)) == 1
    reached(session, cast, person_id, local(13, day=13))
    assert warned_on(session, local(12, day=24)) == 0
    assert warned_on(session, local(12, day=25)) == 1
    assert warnings(session) == ["2026-03-16", "2026-03-28"]


def test_a_contact_that_changes_no_day_warns_nobody_anew(
    session: Session, cast: Cast, person_id: PersonID
) -> None:
    reached(session, cast, person_id, local(9, day=1))
    assert warned_on(session, local(12, day=13)) == 1
    followups.log_contact(
        session,
        person_id=person_id,
        consultant_id=consultant_of(cast.ma),
        channel=Channel.CALL,
        outcome=ContactOutcome.NO_ANSWER,
        actor=cast.ma,
        at=local(13, day=13),
    )
    assert warned_on(session, local(14, day=13)) == 0


@pytest.mark.parametrize(("days", "first"), [(1, 15), (5, 11)])
def test_the_club_says_how_long_before(
    session: Session, cast: Cast, person_id: PersonID, days: int, first: int
) -> None:
    set_policy(session, cast, {"claims": {"warn_days": days}})
    assert warned_on(session, local(12, day=first - 1)) == 0
    assert warned_on(session, local(12, day=first)) == 1


def test_with_0_nobody_is_warned_and_nothing_is_listed(
    session: Session, cast: Cast, person_id: PersonID
) -> None:
    set_policy(session, cast, {"claims": {"warn_days": 0}})
    assert warned_on(session, local(12, day=16)) == 0
    page = ending.ending_of(session, cast.club, consultant_of(cast.ma), local(12, day=16), limit=5)
    assert page.count == 0


def test_another_number_of_days_holds_from_its_day(session: Session, cast: Cast, person_id: PersonID) -> None:
    set_policy(session, cast, {"claims": {"warn_days": 10}}, on=date(2026, 3, 9))
    assert warned_on(session, local(12, day=8)) == 0
    assert warned_on(session, local(12, day=9)) == 1


def test_nobody_is_warned_at_night(session: Session, cast: Cast, person_id: PersonID) -> None:
    assert warned_on(session, local(8, 59, day=13)) == 0
    assert warned_on(session, local(9, 0, day=13)) == 1


def test_a_claim_that_no_day_ends_is_never_about_to_end(session: Session, cast: Cast) -> None:
    set_policy(session, cast, {"claims": {"protection_days": 0}})
    made = a_lead(session, cast.desk)
    claims.claim(session, person_id=made, consultant_id=consultant_of(cast.ma), actor=cast.ma, at=CLAIMED)
    assert warned_on(session, local(12, day=13)) == 0
    assert history.whose(session, cast.ma, made, local(12, day=13)).left is None


def test_a_released_or_expired_lead_warns_nobody(session: Session, cast: Cast, person_id: PersonID) -> None:
    assert warned_on(session, local(12, day=17)) == 0
    claims.release(session, person_id=person_id, actor=cast.ma, at=local(13, day=12))
    assert warned_on(session, local(12, day=14)) == 0


def test_the_list_says_which_and_how_long_the_first_to_end_first(
    session: Session, cast: Cast, person_id: PersonID
) -> None:
    me = consultant_of(cast.ma)
    for day in (2, 3):
        made = a_lead(session, cast.desk, name=f"{day}日")
        claims.claim(session, person_id=made, consultant_id=me, actor=cast.ma, at=local(10, day=day))
    page = ending.ending_of(session, cast.club, me, local(22, 30, day=16), limit=2)
    assert [(each.name, each.left) for each in page.claims] == [
        ("王小明", Left(days=0, hours=2)),
        ("2日", Left(days=1, hours=26)),
    ]
    assert page.count == 3
    others = ending.ending_of(session, cast.club, consultant_of(cast.lin), local(12, day=16), limit=5)
    assert others.count == 0


@pytest.mark.parametrize(
    ("at", "left"),
    [
        (local(10, day=1), Left(days=15, hours=374)),
        (local(23, 59, day=15), Left(days=1, hours=25)),
        (local(0, 0, day=16), Left(days=0, hours=24)),
        (local(23, 59, day=16), Left(days=0, hours=1)),
    ],
)
def test_the_page_counts_the_days_and_on_the_last_one_the_hours(
    session: Session, cast: Cast, person_id: PersonID, at: Instant, left: Left
) -> None:
    assert history.whose(session, cast.ma, person_id, at).left == left
