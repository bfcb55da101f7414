"""Records are never changed: what was written wrongly is corrected by a record of its own (AMB-02, TEL-08)."""

from datetime import date

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from clubsales.actor import Actor
from clubsales.audit import AuditEvent
from clubsales.clock import Instant
from clubsales.errors import NotFound, Refused
from clubsales.ids import ContactID, PersonID
from clubsales.leads.claims import operations as claims
from clubsales.leads.claims import queries as claim_queries
from clubsales.leads.followups import evidence, operations, queries
from clubsales.leads.followups.models import ContactRow
from clubsales.leads.followups.rules import Channel, ContactOutcome, FollowUpPolicy
from clubsales.leads.people import do_not_call
from tests.builders import Cast, consultant_of, local
from tests.integration.leads.support import a_lead, log, on_shift, set_policy

DEFAULT = FollowUpPolicy(valid_days=15, effective_outcomes=("answered", "replied", "met"))


def correct(
    session: Session,
    actor: Actor,
    public_id: str,
    at: Instant,
    outcome: ContactOutcome = ContactOutcome.NO_ANSWER,
    **more: object,
) -> ContactID:
    return operations.correct(
        session,
        public_id=public_id,
        channel=Channel.CALL,
        outcome=outcome,
        actor=actor,
        at=at,
        **more,  # type: ignore[arg-type]
    )


def tracker(session: Session, cast: Cast, person_id: PersonID, at: Instant) -> str | None:
    found = evidence.valid_record(
        session,
        club_id=cast.club.id,
        person_id=person_id,
        reception_id=None,
        at=at,
        day=at.astimezone(cast.club.zone).date(),
        policy=DEFAULT,
    )
    return found.name if found else None


def test_both_records_stand_and_say_which_is_which(session: Session, cast: Cast) -> None:
    person_id = a_lead(session, cast.desk)
    old = log(session, cast.lin, person_id, local(10), note="想游泳", contacted_at=local(9), aim_met=True)
    correct(session, cast.lin, old, local(11), note="没人接", aim_met=False)
    new, kept = queries.contacts_of(session, cast.club.id, person_id)
    assert (new.corrects, new.is_corrected, new.note, new.aim_met) == (True, False, "没人接", False)
    assert (kept.corrects, kept.is_corrected, kept.note, kept.aim_met) == (False, True, "想游泳", True)
    assert (new.contacted_at, new.at) == (local(9), local(11))
    event = session.scalars(sa.select(AuditEvent).where(AuditEvent.tag == "contact:corrected")).one()
    assert event.facts["corrects_id"] == kept.id


def test_a_corrected_contact_counts_once(session: Session, cast: Cast) -> None:
    person_id = a_lead(session, cast.desk)
    old = log(
        session, cast.lin, person_id, local(10), channel=Channel.MESSAGE, outcome=ContactOutcome.REPLIED
    )
    correct(session, cast.lin, old, local(11), ContactOutcome.ANSWERED)
    counted = queries.contacts_between(session, cast.club.id, consultant_of(cast.lin), local(9), local(12))
    assert counted == {Channel.CALL: 1, Channel.MESSAGE: 0, Channel.MEETING: 0}


def test_evidence_that_was_wrong_counts_only_for_who_came_before(session: Session, cast: Cast) -> None:
    person_id = a_lead(session, cast.desk)
    old = log(session, cast.ma, person_id, local(10))
    correct(session, cast.ma, old, local(12))
    assert tracker(session, cast, person_id, local(11)) == "马超"
    assert tracker(session, cast, person_id, local(12)) == "马超"
    assert tracker(session, cast, person_id, local(12, 1)) is None


def test_a_correction_is_evidence_from_its_own_moment(session: Session, cast: Cast) -> None:
    person_id = a_lead(session, cast.desk)
    old = log(session, cast.ma, person_id, local(10), ContactOutcome.NO_ANSWER)
    correct(session, cast.ma, old, local(12), ContactOutcome.ANSWERED)
    assert tracker(session, cast, person_id, local(12)) is None
    assert tracker(session, cast, person_id, local(12, 1)) == "马超"


def until(session: Session, cast: Cast, person_id: PersonID) -> date:
    held = claim_queries.holder(session, cast.club.id, person_id, date(2026, 3, 9))
    assert held is not None
    return held.until


def test_a_protection_that_was_given_stays_and_one_that_is_due_is_given(session: Session, cast: Cast) -> None:
    first, second = a_lead(session, cast.desk, name="甲"), a_lead(session, cast.desk, name="乙")
    on_shift(session, cast.lin, local(8, day=1))
    for person_id in (first, second):
        claims.claim(
            session,
            person_id=person_id,
            consultant_id=consultant_of(cast.lin),
            actor=cast.lin,
            at=local(9, day=1),
        )
    correct(session, cast.lin, log(session, cast.lin, first, local(10)), local(11))
    assert until(session, cast, first) == date(2026, 3, 24)
    old = log(session, cast.lin, second, local(10), ContactOutcome.NO_ANSWER)
    assert until(session, cast, second) == date(2026, 3, 16)
    correct(session, cast.lin, old, local(11), ContactOutcome.ANSWERED)
    assert until(session, cast, second) == date(2026, 3, 24)


def test_only_the_author_corrects_on_the_same_day_and_once(session: Session, cast: Cast) -> None:
    person_id = a_lead(session, cast.desk)
    old = log(session, cast.lin, person_id, local(10))
    for who, at, code in (
        (cast.zhou, local(11), "follow_up.not_author"),
        (cast.manager, local(11), "follow_up.not_author"),
        (cast.lin, local(0, day=10), "follow_up.too_late"),
    ):
        with pytest.raises(Refused) as refused:
            correct(session, who, old, at)
        assert refused.value.code == code
    correct(session, cast.lin, old, local(23, 59))
    with pytest.raises(Refused) as refused:
        correct(session, cast.lin, old, local(23, 59))
    assert refused.value.code == "follow_up.corrected"
    newest = queries.contacts_of(session, cast.club.id, person_id)[0].public_id
    correct(session, cast.lin, newest, local(23, 59), ContactOutcome.SWITCHED_OFF)
    with pytest.raises(NotFound):
        correct(session, cast.other_manager, old, local(11))


def test_two_corrections_of_one_record_meet_at_the_index(session: Session, cast: Cast) -> None:
    person_id = a_lead(session, cast.desk)
    old = log(session, cast.lin, person_id, local(10))
    first = correct(session, cast.lin, old, local(11))
    row = session.execute(sa.select(ContactRow.__table__).where(ContactRow.id == first)).mappings().one()
    again = {key: value for key, value in row.items() if key not in ("id", "public_id")}
    with pytest.raises(IntegrityError):
        session.execute(sa.insert(ContactRow.__table__).values(**again, public_id="a2b3c4d5e6f7"))
    session.rollback()


def test_a_call_outside_the_hours_is_kept_and_marked(session: Session, cast: Cast) -> None:
    """`follow_up.contact_hours` of the day it was written on, measured to when the call is said to have been."""
    set_policy(session, cast, {"follow_up": {"contact_hours": ["10:00", "18:00"]}}, on=date(2026, 3, 10))
    person_id = a_lead(session, cast.desk)

    def outside(at: Instant, **more: object) -> bool:
        log(session, cast.lin, person_id, at, **more)  # type: ignore[arg-type]
        return queries.contacts_of(session, cast.club.id, person_id)[0].outside_hours

    assert not outside(local(9))
    assert outside(local(20))
    assert outside(local(10), contacted_at=local(8, 59))
    assert not outside(local(21), contacted_at=local(19))
    assert not outside(local(21), channel=Channel.MEETING, outcome=ContactOutcome.MET)
    assert outside(local(9, day=10))
    assert not outside(local(10, day=10))
    assert outside(local(18, day=10))


def test_a_call_is_not_planned_with_who_asked_to_be_left_in_peace(session: Session, cast: Cast) -> None:
    person_id = a_lead(session, cast.desk)
    do_not_call.forbid(session, person_id=person_id, why=do_not_call.Why.ASKED, actor=cast.lin, at=local(9))

    def plan(channel: Channel | None) -> None:
        operations.plan(
            session,
            person_id=person_id,
            consultant_id=consultant_of(cast.lin),
            due_on=date(2026, 3, 12),
            what="",
            channel=channel,
            actor=cast.lin,
            at=local(10),
        )

    for channel in (Channel.CALL, Channel.MESSAGE):
        with pytest.raises(Refused) as refused:
            plan(channel)
        assert refused.value.code == "follow_up.do_not_call"
    plan(Channel.MEETING)
    (step,) = queries.open_of_person(session, cast.club.id, person_id)
    assert step.channel is Channel.MEETING
    # He called us: what happened is written down, whoever asked for what.
    log(session, cast.lin, person_id, local(11))
