"""OWN-10: leads of somebody who leaves or is away are dealt out with what is planned, and go back."""

from collections.abc import Sequence
from datetime import date

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.actor import Actor
from clubsales.audit import AuditEvent
from clubsales.clock import Instant
from clubsales.consultants.profiles import operations as profiles
from clubsales.consultants.profiles.models import ConsultantRow
from clubsales.errors import NotFound, Refused
from clubsales.ids import PersonID
from clubsales.leads.claims import history
from clubsales.leads.claims import operations as claims
from clubsales.leads.claims import queries as claim_queries
from clubsales.leads.claims.models import ClaimRow
from clubsales.leads.claims.rules import Basis
from clubsales.leads.followups import operations as followups
from clubsales.leads.followups import queries as steps
from clubsales.leads.handovers import operations, queries
from clubsales.leads.handovers.holders import works_on
from clubsales.leads.handovers.rules import Kept, State
from clubsales.leads.intake.models import LeadRow
from clubsales.leads.matches.merging import merge
from tests.builders import Cast, consultant_of, local
from tests.integration.leads.support import a_lead, on_shift, set_policy

MORNING, NOW = local(9), local(10)
TODAY = date(2026, 3, 9)


@pytest.fixture(autouse=True)
def everybody_on_shift(session: Session, cast: Cast) -> None:
    for actor in (cast.lin, cast.zhou):
        on_shift(session, actor, local(8))


def held(session: Session, holder: Actor, grades: str, at: Instant = MORNING) -> list[PersonID]:
    """Leads somebody holds, one for each letter; a dash has no grade."""
    made = []
    for grade in grades:
        person_id = a_lead(session, holder)
        session.execute(
            sa.update(LeadRow).where(LeadRow.person_id == person_id).values(grade=grade.strip("-") or None)
        )
        claims.claim(session, person_id=person_id, consultant_id=consultant_of(holder), actor=holder, at=at)
        made.append(person_id)
    return made


def hand_over(
    session: Session,
    cast: Cast,
    to: Sequence[Actor],
    *,
    giver: Actor | None = None,
    starts_on: date = TODAY,
    ends_on: date | None = None,
    reason: str = "离职",
    at: Instant = NOW,
) -> str:
    return operations.hand_over(
        session,
        from_consultant=consultant_of(giver or cast.lin),
        to_consultants=[consultant_of(each) for each in to],
        starts_on=starts_on,
        ends_on=ends_on,
        reason=reason,
        actor=cast.manager,
        at=at,
    )


def refused(session: Session, cast: Cast, to: Sequence[Actor], **values: object) -> str | None:
    try:
        hand_over(session, cast, to, **values)  # type: ignore[arg-type]
    except Refused as no:
        return no.code
    return None


def holder(session: Session, cast: Cast, person_id: PersonID, at: Instant = NOW) -> str | None:
    found = claim_queries.holder_at(session, cast.club, person_id, at)
    return found.name if found is not None else None


def holders(session: Session, cast: Cast, people: Sequence[PersonID], at: Instant = NOW) -> list[str | None]:
    return [holder(session, cast, each, at) for each in people]


def tags(session: Session, *wanted: str) -> list[str]:
    return list(
        session.scalars(sa.select(AuditEvent.tag).where(AuditEvent.tag.in_(wanted)).order_by(AuditEvent.id))
    )


def due_on_the_day(session: Session, cast: Cast, at: Instant) -> None:
    """What the job does."""
    for public_id in queries.due(session, cast.club, at):
        operations.carry_out(session, public_id=public_id, actor=cast.system, at=at)


def test_a_leavers_leads_are_dealt_by_turns_with_what_is_planned(session: Session, cast: Cast) -> None:
    people = held(session, cast.lin, "ABAB")
    held(session, cast.ma, "C")
    followups.plan(
        session,
        person_id=people[0],
        consultant_id=consultant_of(cast.lin),
        due_on=date(2026, 3, 12),
        what="回电话",
        actor=cast.lin,
        at=NOW,
    )
    public_id = hand_over(session, cast, [cast.ma, cast.zhou])
    assert holders(session, cast, people) == ["周倩", "周倩", "马超", "马超"]
    (step,) = steps.open_of_person(session, cast.club.id, people[0])
    assert (step.consultant, step.due_on) == ("周倩", date(2026, 3, 12))
    made = queries.by_public_id(session, cast.club.id, public_id)
    assert (made.state, made.count, made.made_by_name) == (State.DEALT, 4, "吴经理")
    assert tags(session, "hand_over:made", "hand_over:dealt", "lead:handed_over") == [
        "hand_over:made",
        *["lead:handed_over"] * 4,
        "hand_over:dealt",
    ]


def test_the_new_protection_runs_from_the_day_of_the_hand_over(session: Session, cast: Cast) -> None:
    (person_id,) = held(session, cast.lin, "A", at=local(9, day=9))
    hand_over(session, cast, [cast.zhou], at=local(10, day=11), starts_on=date(2026, 3, 11))
    found = claim_queries.holder_at(session, cast.club, person_id, local(11, day=11))
    assert found is not None
    assert (found.name, found.until, found.basis) == ("周倩", date(2026, 3, 26), Basis.HAND_OVER)


def test_the_page_of_the_person_says_who_gave_it_and_why(session: Session, cast: Cast) -> None:
    (person_id,) = held(session, cast.lin, "A")
    hand_over(session, cast, [cast.zhou], reason="产假")
    now_his, before = history.holders_of(session, cast.club.id, person_id)
    assert (now_his.name, now_his.basis, now_his.given_by, now_his.why) == (
        *("周倩", Basis.HAND_OVER, "吴经理", "产假"),
    )
    assert (before.name, before.basis, before.end_reason) == ("林静", Basis.POOL, "handed_over")


def test_one_dealt_ahead_waits_for_its_day(session: Session, cast: Cast) -> None:
    (person_id,) = held(session, cast.lin, "A")
    public_id = hand_over(session, cast, [cast.zhou], starts_on=date(2026, 3, 12))
    late = held(session, cast.lin, "B")[0]
    due_on_the_day(session, cast, local(23, 59, day=11))
    assert holder(session, cast, person_id) == "林静"
    due_on_the_day(session, cast, local(0, 0, day=12))
    assert holders(session, cast, [person_id, late], local(0, 1, day=12)) == ["周倩", "周倩"]
    due_on_the_day(session, cast, local(0, 5, day=12))  # the job runs again
    assert queries.by_public_id(session, cast.club.id, public_id).count == 2
    assert session.scalar(sa.select(sa.func.count()).where(ClaimRow.basis == "hand_over")) == 2


def test_on_the_day_it_ends_the_leads_come_back_by_themselves(session: Session, cast: Cast) -> None:
    (person_id,) = held(session, cast.lin, "A")
    public_id = hand_over(session, cast, [cast.zhou], ends_on=date(2026, 3, 13))
    due_on_the_day(session, cast, local(23, 59, day=12))
    assert holder(session, cast, person_id, local(23, 59, day=12)) == "周倩"
    due_on_the_day(session, cast, local(0, 0, day=13))
    at = local(0, 1, day=13)
    found = claim_queries.holder_at(session, cast.club, person_id, at)
    assert found is not None
    assert (found.name, found.until, found.basis) == ("林静", date(2026, 3, 28), Basis.RETURNED)
    assert queries.by_public_id(session, cast.club.id, public_id).state is State.RETURNED
    assert queries.due(session, cast.club, local(0, 0, day=14)) == []


def test_undone_the_leads_go_back_with_every_next_step(session: Session, cast: Cast) -> None:
    (person_id,) = held(session, cast.lin, "A")
    public_id = hand_over(session, cast, [cast.zhou])
    followups.plan(
        session,
        person_id=person_id,
        consultant_id=consultant_of(cast.zhou),
        due_on=date(2026, 3, 15),
        what="带看",
        actor=cast.zhou,
        at=local(11),
    )
    for _press in range(2):
        operations.undo(session, public_id=public_id, actor=cast.manager, at=local(12))
    assert holder(session, cast, person_id, local(12)) == "林静"
    (step,) = steps.open_of_person(session, cast.club.id, person_id)
    assert step.consultant == "林静"
    assert queries.by_public_id(session, cast.club.id, public_id).state is State.UNDONE
    assert tags(session, "hand_over:undone", "lead:returned") == ["lead:returned", "hand_over:undone"]
    now_his, between, before = history.holders_of(session, cast.club.id, person_id)
    assert [each.name for each in (now_his, between, before)] == ["林静", "周倩", "林静"]
    assert (now_his.basis, now_his.given_by) == (Basis.RETURNED, "吴经理")


def test_what_was_sold_to_meanwhile_or_let_go_stays(session: Session, cast: Cast) -> None:
    sold, free, taken, back = held(session, cast.lin, "ABCD")
    public_id = hand_over(session, cast, [cast.zhou])
    session.execute(sa.update(LeadRow).where(LeadRow.person_id == sold).values(converted_at=local(11)))
    claims.release(session, person_id=free, actor=cast.zhou, at=local(11))
    claims.release(session, person_id=taken, actor=cast.zhou, at=local(11))
    claims.claim(
        session, person_id=taken, consultant_id=consultant_of(cast.ma), actor=cast.ma, at=local(11, 30)
    )
    operations.undo(session, public_id=public_id, actor=cast.manager, at=local(12))
    people = [sold, free, taken, back]
    assert holders(session, cast, people, local(12)) == ["周倩", None, "马超", "林静"]
    found = queries.by_public_id(session, cast.club.id, public_id)
    kept = {each.person_id: each.kept_because for each in queries.handed(session, cast.club.id, found.id)}
    assert kept == {sold: Kept.SOLD, free: Kept.NOT_HELD, taken: Kept.NOT_HELD, back: None}


def test_what_was_sold_to_before_the_hand_over_goes_back(session: Session, cast: Cast) -> None:
    (person_id,) = held(session, cast.lin, "A")
    session.execute(
        sa.update(LeadRow).where(LeadRow.person_id == person_id).values(converted_at=local(9, 30))
    )
    public_id = hand_over(session, cast, [cast.zhou])
    operations.undo(session, public_id=public_id, actor=cast.manager, at=local(12))
    assert holder(session, cast, person_id, local(12)) == "林静"


def test_one_that_waits_is_cancelled_and_nothing_is_dealt(session: Session, cast: Cast) -> None:
    (person_id,) = held(session, cast.lin, "A")
    public_id = hand_over(session, cast, [cast.zhou], starts_on=date(2026, 3, 12))
    operations.undo(session, public_id=public_id, actor=cast.manager, at=local(12))
    due_on_the_day(session, cast, local(1, day=12))
    assert queries.by_public_id(session, cast.club.id, public_id).state is State.CANCELLED
    assert holder(session, cast, person_id, local(1, day=12)) == "林静"


def test_a_lead_whose_protection_is_over_goes_to_nobody(session: Session, cast: Cast) -> None:
    (over,) = held(session, cast.lin, "A", at=local(9))
    (fresh,) = held(session, cast.lin, "B", at=local(9, day=20))
    at = local(10, day=25)
    hand_over(session, cast, [cast.zhou], starts_on=date(2026, 3, 25), at=at)
    assert holders(session, cast, [over, fresh], at) == [None, "周倩"]


def test_without_room_for_all_nothing_happens(session: Session, cast: Cast) -> None:
    people = held(session, cast.lin, "ABC")
    held(session, cast.zhou, "A")
    set_policy(session, cast, {"claims": {"max_open": 2}})
    with pytest.raises(Refused) as no:
        hand_over(session, cast, [cast.zhou])
    assert no.value.code == "hand_over.full"
    assert dict(no.value.refusal.facts) == {"count": 3, "room": 1}
    assert holders(session, cast, people) == ["林静"] * 3


def test_a_colleague_at_his_limit_is_skipped(session: Session, cast: Cast) -> None:
    people = held(session, cast.lin, "AB")
    held(session, cast.zhou, "AA")
    set_policy(session, cast, {"claims": {"max_open": 2}})
    assert refused(session, cast, [cast.zhou]) == "hand_over.full"
    assert holders(session, cast, people) == ["林静", "林静"]
    hand_over(session, cast, [cast.zhou, cast.ma])
    assert holders(session, cast, people) == ["马超", "马超"]


def test_on_its_day_what_finds_no_place_stays_where_it_is(session: Session, cast: Cast) -> None:
    people = held(session, cast.lin, "DA")
    set_policy(session, cast, {"claims": {"max_open": 1}}, on=date(2026, 3, 12))
    public_id = hand_over(session, cast, [cast.zhou], starts_on=date(2026, 3, 12))
    at = local(0, 1, day=12)
    due_on_the_day(session, cast, at)
    assert holders(session, cast, people, at) == ["林静", "周倩"]
    assert queries.by_public_id(session, cast.club.id, public_id).count == 1


def test_what_is_given_counts_in_no_daily_cap_and_starts_no_cool_down(session: Session, cast: Cast) -> None:
    set_policy(session, cast, {"claims": {"max_per_day": 2, "cooldown_days": 7}})
    people = held(session, cast.lin, "AB")
    hand_over(session, cast, [cast.zhou])
    own = held(session, cast.zhou, "AB", at=local(11))
    assert holders(session, cast, own, local(11)) == ["周倩", "周倩"]
    claims.release(session, person_id=people[0], actor=cast.zhou, at=local(12))
    at = local(9, day=10)
    claims.claim(session, person_id=people[0], consultant_id=consultant_of(cast.lin), actor=cast.lin, at=at)
    assert holder(session, cast, people[0], at) == "林静"


def test_the_response_clock_does_not_take_what_was_handed_over(session: Session, cast: Cast) -> None:
    set_policy(session, cast, {"claims": {"response_minutes": 15}})
    (person_id,) = held(session, cast.lin, "A", at=local(9, 50))
    hand_over(session, cast, [cast.zhou], at=local(10))
    claims.expire_due(session, local(20))
    assert holder(session, cast, person_id, local(20)) == "周倩"


def test_refusals(session: Session, cast: Cast) -> None:
    assert refused(session, cast, [cast.zhou]) == "hand_over.no_leads"
    held(session, cast.lin, "A")
    assert refused(session, cast, [cast.zhou], reason="  ") == "hand_over.no_reason"
    assert refused(session, cast, [cast.zhou], starts_on=date(2026, 3, 8)) == "hand_over.past"
    assert refused(session, cast, [cast.zhou], ends_on=TODAY) == "hand_over.ends_first"
    assert refused(session, cast, []) == "hand_over.nobody"
    assert refused(session, cast, [cast.lin, cast.zhou]) == "hand_over.himself"
    profiles.end_profile(
        session, consultant_id=consultant_of(cast.ma), last_day=TODAY, actor=cast.manager, at=NOW
    )
    assert refused(session, cast, [cast.ma, cast.zhou]) == "hand_over.gone"
    assert refused(session, cast, [cast.zhou], starts_on=date(2026, 3, 12)) is None
    assert refused(session, cast, [cast.zhou], starts_on=date(2026, 3, 13)) == "hand_over.planned"


def test_nobody_of_another_club_gives_or_takes(session: Session, cast: Cast) -> None:
    held(session, cast.lin, "A")
    public_id = hand_over(session, cast, [cast.zhou])
    with pytest.raises(NotFound):
        operations.hand_over(
            session,
            from_consultant=consultant_of(cast.zhou),
            to_consultants=[consultant_of(cast.ma)],
            starts_on=TODAY,
            ends_on=None,
            reason="x",
            actor=cast.other_manager,
            at=NOW,
        )
    with pytest.raises(NotFound):
        operations.undo(session, public_id=public_id, actor=cast.other_manager, at=NOW)


def test_to_somebody_who_has_left_nothing_comes_back_by_itself(session: Session, cast: Cast) -> None:
    (person_id,) = held(session, cast.lin, "A")
    public_id = hand_over(session, cast, [cast.zhou], ends_on=date(2026, 3, 13))
    profiles.end_profile(
        session,
        consultant_id=consultant_of(cast.lin),
        last_day=date(2026, 3, 11),
        actor=cast.manager,
        at=local(18, day=11),
    )
    due_on_the_day(session, cast, local(0, 5, day=13))
    assert holder(session, cast, person_id, local(1, day=13)) == "周倩"
    found = queries.by_public_id(session, cast.club.id, public_id)
    (lead,) = queries.handed(session, cast.club.id, found.id)
    assert lead.kept_because is Kept.GONE


def test_of_two_who_were_one_person_the_lead_goes_back_whichever_claim_runs(
    session: Session, cast: Cast
) -> None:
    later = a_lead(session, cast.lin)
    first = a_lead(session, cast.lin)
    for person_id, at in ((first, local(9)), (later, local(9, 30))):
        claims.claim(
            session, person_id=person_id, consultant_id=consultant_of(cast.lin), actor=cast.lin, at=at
        )
    public_id = hand_over(session, cast, [cast.zhou, cast.ma])
    ran = claim_queries.holder_at(session, cast.club, first, NOW)
    assert ran is not None
    merge(session, kept_id=later, merged_id=first, actor=cast.manager, at=local(11))
    found = queries.by_public_id(session, cast.club.id, public_id)
    (line,) = queries.handed(session, cast.club.id, found.id)
    assert (line.person_id, line.claim_id) == (later, ran.id)
    operations.undo(session, public_id=public_id, actor=cast.manager, at=local(12))
    assert holder(session, cast, later, local(12)) == "林静"
    (line,) = queries.handed(session, cast.club.id, found.id)
    assert line.went_back


def test_who_sells_no_more_gets_nothing(session: Session, cast: Cast) -> None:
    held(session, cast.lin, "AB")
    zhou = consultant_of(cast.zhou)
    session.execute(sa.update(ConsultantRow).where(ConsultantRow.id == zhou).values(kind=None))
    assert works_on(session, [zhou, consultant_of(cast.ma)], TODAY) == {consultant_of(cast.ma)}
