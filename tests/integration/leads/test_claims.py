from datetime import date

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from clubsales.actor import Actor
from clubsales.audit import AuditEvent
from clubsales.clock import Instant
from clubsales.errors import NotFound, Refused
from clubsales.ids import PersonID
from clubsales.leads.claims import operations, queries
from clubsales.leads.claims.models import ClaimRow
from clubsales.leads.claims.rules import FOR_EVER, Basis, EndReason
from clubsales.leads.followups import operations as followups
from clubsales.leads.followups.rules import Channel, ContactOutcome
from clubsales.leads.intake import operations as intake
from clubsales.leads.intake.rules import Source
from clubsales.leads.people import operations as people
from clubsales.leads.people.rules import normalise_phone
from clubsales.leads.touches import queries as touches
from clubsales.leads.touches.rules import TouchKind
from tests.builders import Cast, consultant_of, local
from tests.integration.leads.support import MARCH, a_lead, off_shift, on_shift, set_policy


def claim(session: Session, actor: Actor, person_id: PersonID, at: Instant) -> None:
    operations.claim(session, person_id=person_id, consultant_id=consultant_of(actor), actor=actor, at=at)


def contact(
    session: Session,
    actor: Actor,
    person_id: PersonID,
    at: Instant,
    outcome: ContactOutcome = ContactOutcome.ANSWERED,
) -> None:
    followups.log_contact(
        session,
        person_id=person_id,
        consultant_id=consultant_of(actor),
        channel=Channel.CALL,
        outcome=outcome,
        actor=actor,
        at=at,
    )


def until(session: Session, cast: Cast, person_id: PersonID, at: Instant) -> tuple[str, date] | None:
    held = queries.holder_at(session, cast.club, person_id, at)
    return (held.name, held.until) if held else None


def refusal(session: Session, actor: Actor, person_id: PersonID, at: Instant) -> str | None:
    try:
        claim(session, actor, person_id, at)
    except Refused as refused:
        return refused.code
    return None


@pytest.fixture
def lin(session: Session, cast: Cast) -> Actor:
    """Lin, on shift since the 1st."""
    on_shift(session, cast.lin, local(8, day=1))
    return cast.lin


@pytest.fixture
def zhou(session: Session, cast: Cast) -> Actor:
    """Zhou, on shift since the 1st."""
    on_shift(session, cast.zhou, local(8, day=1))
    return cast.zhou


def test_a_claimed_lead_is_protected_and_leaves_its_traces(session: Session, cast: Cast, lin: Actor) -> None:
    person_id = a_lead(session, cast.desk)
    claim(session, lin, person_id, local(10, day=1))
    assert until(session, cast, person_id, local(10, day=1)) == ("林静", date(2026, 3, 16))
    (touch, _captured) = touches.timeline(session, cast.club.id, person_id)
    assert (touch.kind, touch.name) == (TouchKind.CLAIMED, "林静")
    event = session.scalars(sa.select(AuditEvent).where(AuditEvent.tag == "lead:claimed")).one()
    assert event.facts["until"] == "2026-03-16"
    (held,) = queries.live(session, cast.club.id)
    assert (held.person_id, held.consultant_id) == (person_id, consultant_of(lin))


def test_a_claimed_lead_is_nobody_elses(session: Session, cast: Cast, lin: Actor, zhou: Actor) -> None:
    person_id = a_lead(session, cast.desk)
    claim(session, lin, person_id, local(10, day=1))
    with pytest.raises(Refused) as refused:
        claim(session, zhou, person_id, local(10, day=1))
    assert refused.value.code == "lead.already_claimed"
    assert refused.value.refusal.facts["holder"] == "林静"
    assert refusal(session, lin, person_id, local(11, day=1)) == "lead.already_claimed"


def test_the_database_has_one_holder_whatever_the_code_does(session: Session, cast: Cast, lin: Actor) -> None:
    person_id = a_lead(session, cast.desk)
    claim(session, lin, person_id, local(10, day=1))
    row = session.scalars(sa.select(ClaimRow)).one()
    session.add(
        ClaimRow(
            club_id=row.club_id,
            person_id=row.person_id,
            consultant_id=consultant_of(cast.zhou),
            claimed_at=row.claimed_at,
            claimed_day=row.claimed_day,
            until=row.until,
            policy_version_id=row.policy_version_id,
        )
    )
    with pytest.raises(IntegrityError):
        session.flush()


def test_a_second_entry_of_the_phone_meets_the_claimed_lead(session: Session, cast: Cast, lin: Actor) -> None:
    """EX-03: +86 138-0013-8000 and 13800138000 are one lead."""
    first = a_lead(session, cast.desk, e164=normalise_phone("+86 138-0013-8000"))
    claim(session, lin, first, local(10, day=1))
    second = a_lead(session, cast.desk, e164=normalise_phone("13800138000"))
    assert second == first


def test_who_is_no_lead_of_the_club_cannot_be_claimed(session: Session, cast: Cast, lin: Actor) -> None:
    person_id = people.find_or_add(session, e164=None, name="过客", actor=cast.desk, at=local(9))
    assert refusal(session, lin, person_id, local(10)) == "lead.unknown"
    elsewhere = a_lead(session, cast.other_manager)
    assert refusal(session, lin, elsewhere, local(10)) == "lead.unknown"


def test_a_consultant_of_another_club_cannot_hold_it(session: Session, cast: Cast) -> None:
    person_id = a_lead(session, cast.desk)
    with pytest.raises(NotFound):
        operations.claim(
            session,
            person_id=person_id,
            consultant_id=consultant_of(cast.other_manager),
            actor=cast.lin,
            at=local(10),
        )


def test_inside_consultants_claim_on_shift_and_outside_ones_always(session: Session, cast: Cast) -> None:
    first, second = a_lead(session, cast.desk), a_lead(session, cast.desk)
    assert refusal(session, cast.lin, first, local(10)) == "lead.off_shift"
    assert refusal(session, cast.ma, second, local(10)) is None
    on_shift(session, cast.lin, local(9))
    assert refusal(session, cast.lin, first, local(10)) is None
    off_shift(session, cast.lin, local(17))
    third = a_lead(session, cast.desk)
    assert refusal(session, cast.lin, third, local(18)) == "lead.off_shift"


def test_protection_ends_at_midnight_after_its_last_day(session: Session, cast: Cast, zhou: Actor) -> None:
    """EX-03: last effective contact on the 1st, protected through the 16th."""
    person_id = a_lead(session, cast.desk)
    claim(session, cast.ma, person_id, local(9, day=1))
    contact(session, cast.ma, person_id, local(20, day=1))
    assert until(session, cast, person_id, local(23, 59, day=16)) == ("马超", date(2026, 3, 16))
    assert refusal(session, zhou, person_id, local(23, 59, day=16)) == "lead.already_claimed"
    assert until(session, cast, person_id, local(0, day=17)) is None
    assert refusal(session, zhou, person_id, local(0, day=17)) is None
    ended, running = sorted(queries.of_person(session, cast.club.id, person_id), key=lambda one: one.id)
    assert (ended.end_reason, ended.ended_at) == (EndReason.EXPIRED, local(0, day=17))
    assert running.name == "周倩"


def test_the_job_ends_what_is_over_and_only_once(session: Session, cast: Cast, lin: Actor) -> None:
    over, running = a_lead(session, cast.desk), a_lead(session, cast.desk)
    claim(session, lin, over, local(9, day=1))
    claim(session, lin, running, local(9, day=2))
    assert operations.expire_due(session, local(23, 59, day=16)) == 0
    assert operations.expire_due(session, local(0, day=17)) == 1
    assert operations.expire_due(session, local(0, day=17)) == 0
    assert [held.person_id for held in queries.live(session, cast.club.id)] == [running]
    event = session.scalars(sa.select(AuditEvent).where(AuditEvent.tag == "claim:ended")).one()
    assert event.facts["reason"] == "expired"
    assert event.facts["ended_on"] == "2026-03-17"


def test_the_job_serves_every_club(session: Session, cast: Cast) -> None:
    person_id = a_lead(session, cast.other_manager)
    claim(session, cast.other_manager, person_id, local(9, day=1))
    assert operations.expire_due(session, local(9, day=17)) == 1
    assert queries.live(session, cast.foreign_club.id) == []


def test_only_the_holders_own_effective_contact_extends(session: Session, cast: Cast, lin: Actor) -> None:
    person_id = a_lead(session, cast.desk)
    claim(session, lin, person_id, local(9, day=1))
    contact(session, cast.zhou, person_id, local(9, day=5))
    contact(session, lin, person_id, local(9, day=6), ContactOutcome.NO_ANSWER)
    assert until(session, cast, person_id, local(9, day=6)) == ("林静", date(2026, 3, 16))
    contact(session, lin, person_id, local(9, day=7), ContactOutcome.MET)
    assert until(session, cast, person_id, local(9, day=7)) == ("林静", date(2026, 3, 22))


def test_a_contact_after_the_end_brings_nothing_back(session: Session, cast: Cast, lin: Actor) -> None:
    person_id = a_lead(session, cast.desk)
    claim(session, lin, person_id, local(9, day=1))
    contact(session, lin, person_id, local(9, day=17))
    assert until(session, cast, person_id, local(9, day=17)) is None


def test_who_held_it_waits_and_others_need_not(session: Session, cast: Cast, lin: Actor, zhou: Actor) -> None:
    person_id = a_lead(session, cast.desk)
    claim(session, lin, person_id, local(9, day=1))  # ended on the 17th
    with pytest.raises(Refused) as refused:
        claim(session, lin, person_id, local(23, day=23))
    assert refused.value.code == "lead.cooldown"
    assert refused.value.refusal.facts["day"] == date(2026, 3, 24)
    assert refusal(session, lin, person_id, local(0, day=24)) is None
    operations.release(session, person_id=person_id, actor=lin, at=local(10, day=24))
    assert refusal(session, lin, person_id, local(11, day=24)) == "lead.cooldown"
    assert refusal(session, zhou, person_id, local(11, day=24)) is None


def test_release_is_for_the_holder_and_who_leads_the_floor(
    session: Session, cast: Cast, lin: Actor, zhou: Actor
) -> None:
    person_id = a_lead(session, cast.desk)
    operations.release(session, person_id=person_id, actor=lin, at=local(9))
    claim(session, lin, person_id, local(9))
    with pytest.raises(Refused) as refused:
        operations.release(session, person_id=person_id, actor=zhou, at=local(10))
    assert refused.value.code == "lead.not_his"
    operations.release(session, person_id=person_id, actor=cast.supervisor, at=local(10))
    operations.release(session, person_id=person_id, actor=cast.supervisor, at=local(10))
    assert until(session, cast, person_id, local(10)) is None
    (ended,) = queries.of_person(session, cast.club.id, person_id)
    assert ended.end_reason is EndReason.RELEASED


def test_how_many_one_may_hold_is_the_clubs(session: Session, cast: Cast, lin: Actor) -> None:
    set_policy(session, cast, {"claims": {"max_open": 1}})
    first, second = a_lead(session, cast.desk), a_lead(session, cast.desk)
    claim(session, lin, first, local(9, day=1))
    assert refusal(session, lin, second, local(9, day=16)) == "lead.limit"
    # The first is over, whether the job has been there or not.
    assert refusal(session, lin, second, local(9, day=17)) is None


def test_how_many_one_may_claim_in_a_day_is_the_clubs(session: Session, cast: Cast, lin: Actor) -> None:
    set_policy(session, cast, {"claims": {"max_per_day": 1}})
    first, second = a_lead(session, cast.desk), a_lead(session, cast.desk)
    claim(session, lin, first, local(9, day=1))
    operations.release(session, person_id=first, actor=lin, at=local(10, day=1))
    assert refusal(session, lin, second, local(23, 59, day=1)) == "lead.daily_limit"
    assert refusal(session, lin, second, local(0, day=2)) is None


@pytest.mark.parametrize(("days", "last"), [(3, date(2026, 3, 4)), (0, FOR_EVER)])
def test_how_long_a_claim_protects_is_the_clubs(
    session: Session, cast: Cast, lin: Actor, days: int, last: date
) -> None:
    set_policy(session, cast, {"claims": {"protection_days": days}})
    person_id = a_lead(session, cast.desk)
    claim(session, lin, person_id, local(9, day=1))
    assert until(session, cast, person_id, local(9, day=1)) == ("林静", last)
    assert operations.expire_due(session, local(9, day=5)) == (1 if days else 0)


def test_a_shorter_protection_takes_no_day_away(session: Session, cast: Cast, lin: Actor) -> None:
    person_id = a_lead(session, cast.desk)
    claim(session, lin, person_id, local(9, day=1))
    set_policy(session, cast, {"claims": {"protection_days": 2}}, on=date(2026, 3, 2))
    contact(session, lin, person_id, local(9, day=2))
    assert until(session, cast, person_id, local(9, day=2)) == ("林静", date(2026, 3, 16))


def test_the_cool_down_is_the_clubs(session: Session, cast: Cast, lin: Actor) -> None:
    set_policy(session, cast, {"claims": {"cooldown_days": 0}})
    person_id = a_lead(session, cast.desk)
    claim(session, lin, person_id, local(9, day=1))
    operations.release(session, person_id=person_id, actor=lin, at=local(10, day=1))
    assert refusal(session, lin, person_id, local(10, day=1)) is None


@pytest.mark.parametrize("setting", ["max_open", "max_per_day"])
def test_with_0_there_is_no_limit(session: Session, cast: Cast, lin: Actor, setting: str) -> None:
    set_policy(session, cast, {"claims": {setting: 1}})
    set_policy(session, cast, {"claims": {setting: 0}}, on=date(2026, 3, 2))
    claim(session, lin, a_lead(session, cast.desk), local(9, day=1))
    assert refusal(session, lin, a_lead(session, cast.desk), local(10, day=1)) in (
        *("lead.limit", "lead.daily_limit"),
    )
    for _more in range(2):
        assert refusal(session, lin, a_lead(session, cast.desk), local(9, day=2)) is None


def test_a_longer_cool_down_holds_from_its_day(session: Session, cast: Cast, lin: Actor) -> None:
    set_policy(session, cast, {"claims": {"cooldown_days": 2}})
    set_policy(session, cast, {"claims": {"cooldown_days": 10}}, on=date(2026, 3, 4))
    first, second = a_lead(session, cast.desk), a_lead(session, cast.desk)
    for person_id in (first, second):
        claim(session, lin, person_id, local(9, day=1))
        operations.release(session, person_id=person_id, actor=lin, at=local(10, day=1))
    assert refusal(session, lin, first, local(23, 59, day=2)) == "lead.cooldown"
    assert refusal(session, lin, first, local(0, day=3)) is None
    assert refusal(session, lin, second, local(0, day=4)) == "lead.cooldown"
    assert refusal(session, lin, second, local(0, day=11)) is None


@pytest.mark.parametrize(("basis", "ends"), [(Basis.POOL, 1), (Basis.CAPTURE, 1), (Basis.TURN, 0)])
def test_whoever_sits_with_the_guest_needs_not_answer_in_time(
    session: Session, cast: Cast, lin: Actor, basis: Basis, ends: int
) -> None:
    set_policy(session, cast, {"claims": {"response_minutes": 15}})
    operations.claim(
        session,
        person_id=a_lead(session, cast.desk),
        consultant_id=consultant_of(lin),
        basis=basis,
        actor=lin,
        at=local(9, day=1),
    )
    assert operations.expire_due(session, local(20, day=1)) == ends


def test_by_turn_the_reception_stands_for_the_shift(session: Session, cast: Cast) -> None:
    """Somebody off duty whom the manager lets receive a guest may keep him."""
    person_id = a_lead(session, cast.desk)
    assert refusal(session, cast.lin, person_id, local(9)) == "lead.off_shift"
    operations.claim(
        session,
        person_id=person_id,
        consultant_id=consultant_of(cast.lin),
        basis=Basis.TURN,
        actor=cast.lin,
        at=local(9),
    )
    assert until(session, cast, person_id, local(9)) == ("林静", date(2026, 3, 24))


@pytest.fixture
def clocked(session: Session, cast: Cast) -> PersonID:
    """A lead under a response clock of 15 minutes."""
    set_policy(session, cast, {"claims": {"response_minutes": 15}})
    return a_lead(session, cast.desk)


def test_a_claim_nobody_acts_on_goes_back(
    session: Session, cast: Cast, lin: Actor, zhou: Actor, clocked: PersonID
) -> None:
    claim(session, lin, clocked, local(10, day=1))
    assert operations.expire_due(session, local(10, 14, day=1)) == 0
    assert until(session, cast, clocked, local(10, 14, day=1)) is not None
    # At the limit exactly the claim has ended, also for whoever comes before the job does.
    assert until(session, cast, clocked, local(10, 15, day=1)) is None
    assert operations.expire_due(session, local(10, 20, day=1)) == 1
    (ended,) = queries.of_person(session, cast.club.id, clocked)
    assert (ended.end_reason, ended.ended_at) == (EndReason.NO_RESPONSE, local(10, 15, day=1))
    assert refusal(session, zhou, clocked, local(10, 20, day=1)) is None
    # Zhou's clock has run out too; Lin's cool-down began on the day of her claim's end.
    assert refusal(session, lin, clocked, local(23, 59, day=7)) == "lead.cooldown"
    assert refusal(session, lin, clocked, local(0, day=8)) is None


def test_any_contact_of_the_holder_answers_the_clock(
    session: Session, cast: Cast, lin: Actor, clocked: PersonID
) -> None:
    claim(session, lin, clocked, local(10, day=1))
    contact(session, lin, clocked, local(10, 14, day=1), ContactOutcome.NO_ANSWER)
    assert operations.expire_due(session, local(20, day=1)) == 0
    assert until(session, cast, clocked, local(20, day=1)) == ("林静", date(2026, 3, 16))


def test_a_colleagues_contact_does_not_answer_the_clock(
    session: Session, cast: Cast, lin: Actor, clocked: PersonID
) -> None:
    claim(session, lin, clocked, local(10, day=1))
    contact(session, cast.zhou, clocked, local(10, 5, day=1))
    assert operations.expire_due(session, local(10, 15, day=1)) == 1


def test_a_contact_at_the_limit_is_too_late(
    session: Session, cast: Cast, lin: Actor, clocked: PersonID
) -> None:
    claim(session, lin, clocked, local(10, day=1))
    contact(session, lin, clocked, local(10, 15, day=1))
    assert until(session, cast, clocked, local(10, 15, day=1)) is None


def test_the_clock_stands_while_the_holder_is_off_shift(
    session: Session, cast: Cast, lin: Actor, clocked: PersonID
) -> None:
    claim(session, lin, clocked, local(10, day=1))
    off_shift(session, lin, local(10, 10, day=1))
    assert operations.expire_due(session, local(9, day=2)) == 0
    on_shift(session, lin, local(9, day=2))
    assert operations.expire_due(session, local(9, 4, day=2)) == 0
    assert operations.expire_due(session, local(9, 5, day=2)) == 1


def test_a_claim_keeps_the_clock_it_was_made_under(session: Session, cast: Cast, lin: Actor) -> None:
    person_id = a_lead(session, cast.desk)
    claim(session, lin, person_id, local(10, day=1))
    set_policy(session, cast, {"claims": {"response_minutes": 15}}, on=date(2026, 3, 2))
    assert operations.expire_due(session, local(10, day=3)) == 0


def test_when_the_next_one_ends(session: Session, cast: Cast, lin: Actor) -> None:
    assert queries.next_end_in_club(session, cast.club) is None
    first, second = a_lead(session, cast.desk), a_lead(session, cast.desk)
    claim(session, lin, second, local(9, day=2))
    claim(session, lin, first, local(9, day=3))
    assert queries.next_end_in_club(session, cast.club) == local(0, day=18)
    set_policy(session, cast, {"claims": {"response_minutes": 15}}, on=date(2026, 3, 3))
    assert queries.next_end_in_club(session, cast.club) == local(9, 15, day=3)


def test_a_lead_is_claimed_in_one_club_only_for_itself(session: Session, cast: Cast, lin: Actor) -> None:
    person_id = a_lead(session, cast.desk)
    claim(session, lin, person_id, local(9))
    assert queries.holder(session, cast.other_club.id, person_id, MARCH) is None
    intake.capture(session, person_id=person_id, source=Source.PHONE, actor=cast.other_manager, at=local(9))
    assert refusal(session, cast.other_manager, person_id, local(10)) is None
