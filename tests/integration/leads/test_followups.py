from datetime import date

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from clubsales.actor import Actor
from clubsales.audit import AuditEvent
from clubsales.clock import Instant
from clubsales.errors import NotFound, Refused
from clubsales.ids import ConsultantID, FollowUpID, PersonID
from clubsales.leads.followups import evidence, operations, passing_on, queries
from clubsales.leads.followups.models import ContactRow
from clubsales.leads.followups.rules import Channel, ContactOutcome, FollowUpPolicy
from clubsales.leads.touches import queries as touches
from clubsales.leads.touches.rules import TouchKind
from tests.builders import Cast, consultant_of, local
from tests.integration.leads.support import a_lead, log, set_policy

TODAY = date(2026, 3, 9)
DEFAULT = FollowUpPolicy(valid_days=15, effective_outcomes=("answered", "replied", "met"))


def plan(session: Session, actor: Actor, person_id: PersonID, due_on: date, what: str = "回电") -> None:
    operations.plan(
        session,
        person_id=person_id,
        consultant_id=consultant_of(actor),
        due_on=due_on,
        what=what,
        actor=actor,
        at=local(9, day=min(due_on.day, 9)),
    )


def test_a_contact_is_kept_with_what_was_said(session: Session, cast: Cast) -> None:
    person_id = a_lead(session, cast.desk)
    log(session, cast.lin, person_id, local(10), note=" 想游泳 ", contacted_at=local(9))
    (contact,) = queries.contacts_of(session, cast.club.id, person_id)
    assert (contact.name, contact.channel, contact.outcome) == (
        "林静",
        Channel.CALL,
        ContactOutcome.ANSWERED,
    )
    assert (contact.note, contact.contacted_at, contact.at) == ("想游泳", local(9), local(10))
    touch = touches.timeline(session, cast.club.id, person_id)[0]
    assert (touch.kind, touch.name, touch.at) == (TouchKind.CONTACT, "林静", local(10))
    event = session.scalars(sa.select(AuditEvent).where(AuditEvent.tag == "contact:logged")).one()
    assert event.facts["is_effective"] is True
    assert "想游泳" not in str(event.facts)


@pytest.mark.parametrize("change", [{"outcome": "met"}, {"at": local(9)}, None])
def test_a_contact_is_never_changed(session: Session, cast: Cast, change: dict[str, object] | None) -> None:
    log(session, cast.lin, a_lead(session, cast.desk), local(10))
    session.commit()
    statement = sa.delete(ContactRow) if change is None else sa.update(ContactRow).values(**change)
    with pytest.raises(DBAPIError, match="append-only"):
        session.execute(statement)
    session.rollback()


def test_nothing_is_written_before_it_happened(session: Session, cast: Cast) -> None:
    person_id = a_lead(session, cast.desk)
    with pytest.raises(Refused) as refused:
        log(session, cast.lin, person_id, local(10), contacted_at=local(10, 1))
    assert refused.value.code == "follow_up.in_future"
    assert queries.contacts_of(session, cast.club.id, person_id) == []


def test_strangers_and_foreigners_are_not_found(session: Session, cast: Cast) -> None:
    foreign = a_lead(session, cast.other_manager)
    with pytest.raises(NotFound):
        log(session, cast.lin, foreign, local(10))
    mine = a_lead(session, cast.desk)
    for who in (consultant_of(cast.other_manager),):
        with pytest.raises(NotFound):
            operations.plan(
                session, person_id=mine, consultant_id=who, due_on=TODAY, what="", actor=cast.lin, at=local(9)
            )
    with pytest.raises(NotFound):
        operations.finish(session, public_id="nothing", actor=cast.lin, at=local(9))


def test_the_next_step_comes_with_the_contact_and_the_old_one_is_done(session: Session, cast: Cast) -> None:
    person_id = a_lead(session, cast.desk)
    plan(session, cast.lin, person_id, date(2026, 3, 5))
    plan(session, cast.zhou, person_id, date(2026, 3, 5), "发课表")
    log(session, cast.lin, person_id, local(10), next_on=date(2026, 3, 12), next_what=" 邀请参观 ")
    steps = queries.open_of_person(session, cast.club.id, person_id)
    assert [(step.consultant, step.due_on, step.what) for step in steps] == [
        ("周倩", date(2026, 3, 5), "发课表"),
        ("林静", date(2026, 3, 12), "邀请参观"),
    ]


def test_what_is_due_stands_with_the_overdue_first(session: Session, cast: Cast) -> None:
    first, second = a_lead(session, cast.desk, name="甲"), a_lead(session, cast.desk, name="乙")
    third, fourth = a_lead(session, cast.desk, name="丙"), a_lead(session, cast.desk, name="丁")
    plan(session, cast.lin, first, TODAY)
    plan(session, cast.lin, second, date(2026, 3, 4))
    plan(session, cast.lin, third, date(2026, 3, 10))
    plan(session, cast.zhou, fourth, TODAY)
    lin = consultant_of(cast.lin)
    due = queries.due_of(session, cast.club.id, lin, TODAY)
    assert [(step.name, step.is_overdue(TODAY)) for step in due] == [("乙", True), ("甲", False)]
    assert all(step.lead_public_id for step in due)
    ahead = queries.ahead_of(session, cast.club.id, lin, TODAY)
    assert [step.name for step in ahead] == ["丙"]
    assert queries.due_of(session, cast.other_club.id, lin, TODAY) == []


def test_a_step_is_ticked_off_once_and_by_whose_it_is(session: Session, cast: Cast) -> None:
    person_id = a_lead(session, cast.desk)
    plan(session, cast.lin, person_id, TODAY)
    (step,) = queries.open_of_person(session, cast.club.id, person_id)
    with pytest.raises(Refused) as refused:
        operations.finish(session, public_id=step.public_id, actor=cast.zhou, at=local(10))
    assert refused.value.code == "follow_up.not_his"
    with pytest.raises(NotFound):
        operations.finish(session, public_id=step.public_id, actor=cast.other_manager, at=local(10))
    for _press in range(2):
        operations.finish(session, public_id=step.public_id, actor=cast.lin, at=local(10))
    assert queries.open_of_person(session, cast.club.id, person_id) == []
    ended = sa.select(sa.func.count()).where(AuditEvent.tag == "follow_up:ended")
    assert session.scalar(ended) == 1


def test_a_supervisor_may_tick_it_off(session: Session, cast: Cast) -> None:
    person_id = a_lead(session, cast.desk)
    plan(session, cast.lin, person_id, TODAY)
    (step,) = queries.open_of_person(session, cast.club.id, person_id)
    operations.finish(session, public_id=step.public_id, actor=cast.supervisor, at=local(10))
    assert queries.open_of_person(session, cast.club.id, person_id) == []


def test_the_same_step_planned_twice_is_one(session: Session, cast: Cast) -> None:
    person_id = a_lead(session, cast.desk)
    for _press in range(2):
        plan(session, cast.lin, person_id, TODAY)
    assert len(queries.open_of_person(session, cast.club.id, person_id)) == 1


def test_no_step_lies_behind(session: Session, cast: Cast) -> None:
    person_id = a_lead(session, cast.desk)
    with pytest.raises(Refused) as refused:
        log(session, cast.lin, person_id, local(0, day=10), next_on=TODAY)
    assert refused.value.code == "follow_up.past"


def test_contacts_are_counted_by_channel(session: Session, cast: Cast) -> None:
    person_id = a_lead(session, cast.desk)
    log(session, cast.lin, person_id, local(9))
    log(session, cast.lin, person_id, local(10), outcome=ContactOutcome.NO_ANSWER)
    log(session, cast.lin, person_id, local(11), channel=Channel.MEETING, outcome=ContactOutcome.MET)
    log(session, cast.lin, person_id, local(12))
    log(session, cast.zhou, person_id, local(10))
    counted = queries.contacts_between(session, cast.club.id, consultant_of(cast.lin), local(9), local(12))
    assert counted == {Channel.CALL: 2, Channel.MESSAGE: 0, Channel.MEETING: 1}


def valid(session: Session, cast: Cast, person_id: PersonID, at: Instant) -> str | None:
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


def test_only_outside_consultants_records_are_evidence(session: Session, cast: Cast) -> None:
    """AMB-09: the engine leaves inside consultants' records out."""
    person_id = a_lead(session, cast.desk)
    log(session, cast.lin, person_id, local(9, day=1))
    assert valid(session, cast, person_id, local(9)) is None
    log(session, cast.ma, person_id, local(10, day=2))
    assert valid(session, cast, person_id, local(9)) == "马超"
    assert valid(session, cast, a_lead(session, cast.desk), local(9)) is None


def test_evidence_counts_from_when_it_was_written(session: Session, cast: Cast) -> None:
    """A contact said to have been on the 1st and written on the 8th counts from the 8th."""
    person_id = a_lead(session, cast.desk)
    log(session, cast.ma, person_id, local(10, day=8), contacted_at=local(10, day=1))
    assert valid(session, cast, person_id, local(9, day=8)) is None
    assert valid(session, cast, person_id, local(9, day=23)) == "马超"
    assert valid(session, cast, person_id, local(9, day=24)) is None


def test_what_counts_as_reached_is_the_clubs(session: Session, cast: Cast) -> None:
    """The setting that decides what extends a claim is the one that decides what is evidence."""
    set_policy(session, cast, {"follow_up": {"effective_outcomes": ["met"]}})
    person_id = a_lead(session, cast.desk)
    log(session, cast.ma, person_id, local(10))
    event = session.scalars(sa.select(AuditEvent).where(AuditEvent.tag == "contact:logged")).one()
    assert event.facts["is_effective"] is False


def test_what_is_planned_goes_with_the_lead_and_back_again(session: Session, cast: Cast) -> None:
    """OWN-10: the days stay; going back takes what went, and nothing that was planned since."""
    person_id, other = a_lead(session, cast.desk), a_lead(session, cast.desk, name="乙")
    plan(session, cast.lin, person_id, date(2026, 3, 5))
    plan(session, cast.lin, other, date(2026, 3, 5))
    lin, zhou = consultant_of(cast.lin), consultant_of(cast.zhou)

    def reassign(from_: ConsultantID, to: ConsultantID, **more: object) -> list[FollowUpID]:
        return passing_on.reassign(
            session,
            person_id=person_id,
            from_consultant=from_,
            to_consultant=to,
            actor=cast.manager,
            at=local(10),
            **more,  # type: ignore[arg-type]
        )

    went = reassign(lin, zhou)
    plan(session, cast.zhou, person_id, date(2026, 3, 12), "发课表")

    def open_steps() -> list[tuple[str, date]]:
        steps = queries.open_of_person(session, cast.club.id, person_id)
        return [(step.consultant, step.due_on) for step in steps]

    assert open_steps() == [("周倩", date(2026, 3, 5)), ("周倩", date(2026, 3, 12))]
    assert reassign(lin, zhou) == []
    assert reassign(zhou, lin, only=went) == went
    assert open_steps() == [("林静", date(2026, 3, 5)), ("周倩", date(2026, 3, 12))]
    with pytest.raises(NotFound):
        reassign(lin, consultant_of(cast.other_manager))
