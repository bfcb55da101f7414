"""Swaps on both databases: nothing moves before the supervisor says so, then both at once."""

from datetime import date

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from clubsales.actor import Actor
from clubsales.audit import AuditEvent
from clubsales.clock import Instant
from clubsales.consultants.roster import operations, queries, swaps
from clubsales.consultants.roster.exchange import SwapStatus
from clubsales.consultants.roster.models import RosterEntryRow, SwapRow
from clubsales.errors import NotFound, Refused
from tests.builders import Cast, consultant_of, local
from tests.integration.consultants.test_roster import SUNDAY_NOON, an_approved_leave

MONDAY, TUESDAY = date(2026, 3, 9), date(2026, 3, 10)


def plan(session: Session, cast: Cast, who: Actor, day: date, shift: str) -> str:
    """Plan a shift; its public id."""
    entry_id = operations.plan(
        session,
        consultant_id=consultant_of(who),
        day=day,
        shift=shift,
        actor=cast.manager,
        at=SUNDAY_NOON,
    )
    return session.execute(
        sa.select(RosterEntryRow.public_id).where(RosterEntryRow.id == entry_id)
    ).scalar_one()


def ask(
    session: Session,
    cast: Cast,
    entry: str,
    for_entry: str | None = None,
    *,
    actor: Actor | None = None,
    with_whom: Actor | None = None,
    at: Instant = SUNDAY_NOON,
) -> str:
    """Lin asks Zhou; the swap's public id."""
    swap_id = operations.ask_swap(
        session,
        entry=entry,
        with_consultant=consultant_of(with_whom or cast.zhou),
        for_entry=for_entry,
        note="孩子生病",
        actor=actor or cast.lin,
        at=at,
    )
    return session.execute(sa.select(SwapRow.public_id).where(SwapRow.id == swap_id)).scalar_one()


def agree(session: Session, cast: Cast, swap: str, *, agrees: bool = True) -> None:
    operations.answer_swap(session, public_id=swap, agrees=agrees, actor=cast.zhou, at=SUNDAY_NOON)


def decide(
    session: Session,
    cast: Cast,
    swap: str,
    *,
    approve: bool = True,
    note: str = "",
    actor: Actor | None = None,
    at: Instant = SUNDAY_NOON,
) -> None:
    operations.decide_swap(
        session, public_id=swap, approve=approve, note=note, actor=actor or cast.supervisor, at=at
    )


def shifts(session: Session, who: Actor) -> list[tuple[date, str]]:
    person = consultant_of(who)
    return [(each.day, each.shift) for each in queries.entries_of(session, [person], MONDAY, TUESDAY)[person]]


def status(session: Session, cast: Cast, swap: str) -> SwapStatus:
    return swaps.by_public_id(session, cast.club.id, swap).status


def test_a_shift_goes_to_a_colleague_when_all_three_have_said_yes(session: Session, cast: Cast) -> None:
    entry = plan(session, cast, cast.lin, MONDAY, "early")
    swap = ask(session, cast, entry)
    assert shifts(session, cast.lin) == [(MONDAY, "early")]
    agree(session, cast, swap)
    assert shifts(session, cast.lin) == [(MONDAY, "early")]
    decide(session, cast, swap)
    assert (shifts(session, cast.lin), shifts(session, cast.zhou)) == ([], [(MONDAY, "early")])
    tags = session.scalars(
        sa.select(AuditEvent.tag).where(AuditEvent.tag.like("roster:swap%")).order_by(AuditEvent.id)
    ).all()
    assert tags == ["roster:swap_asked", "roster:swap_changed", "roster:swap_changed"]


def test_two_shifts_that_overlap_change_hands_at_once(session: Session, cast: Cast) -> None:
    early = plan(session, cast, cast.lin, MONDAY, "early")
    late = plan(session, cast, cast.zhou, MONDAY, "late")
    swap = ask(session, cast, early, late)
    agree(session, cast, swap)
    decide(session, cast, swap)
    assert (shifts(session, cast.lin), shifts(session, cast.zhou)) == (
        [(MONDAY, "late")],
        [(MONDAY, "early")],
    )


def test_said_twice_it_is_done_once(session: Session, cast: Cast) -> None:
    swap = ask(session, cast, plan(session, cast, cast.lin, MONDAY, "early"))
    for _twice in range(2):
        agree(session, cast, swap)
    for _twice in range(2):
        decide(session, cast, swap)
    assert session.scalar(sa.select(sa.func.count()).select_from(RosterEntryRow)) == 2


def test_one_shift_is_in_one_open_swap(session: Session, cast: Cast) -> None:
    entry = plan(session, cast, cast.lin, MONDAY, "early")
    first = ask(session, cast, entry)
    with pytest.raises(Refused) as refused:
        ask(session, cast, entry, with_whom=cast.ma)
    assert refused.value.code == "swap.already_asked"
    operations.withdraw_swap(session, public_id=first, actor=cast.lin, at=SUNDAY_NOON)
    operations.withdraw_swap(session, public_id=first, actor=cast.lin, at=SUNDAY_NOON)
    ask(session, cast, entry, with_whom=cast.ma)


def test_the_database_itself_keeps_one_open_swap_per_shift(session: Session, cast: Cast) -> None:
    entry = plan(session, cast, cast.lin, MONDAY, "early")
    ask(session, cast, entry)
    row = session.execute(sa.select(SwapRow)).scalar_one()
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(
            sa.insert(SwapRow).values(
                public_id="x" * 12,
                club_id=row.club_id,
                entry_id=row.entry_id,
                asked_by=row.asked_by,
                with_consultant_id=row.with_consultant_id,
                note="",
                status="agreed",
                asked_at=SUNDAY_NOON,
                decision_note="",
            )
        )


def test_a_declined_or_refused_swap_leaves_the_plan(session: Session, cast: Cast) -> None:
    entry = plan(session, cast, cast.lin, MONDAY, "early")
    declined = ask(session, cast, entry)
    agree(session, cast, declined, agrees=False)
    with pytest.raises(Refused) as ended:
        decide(session, cast, declined)
    assert ended.value.code == "swap.ended"
    refused = ask(session, cast, entry)
    agree(session, cast, refused)
    with pytest.raises(Refused) as without_note:
        decide(session, cast, refused, approve=False)
    assert without_note.value.code == "swap.note"
    decide(session, cast, refused, approve=False, note="人手不够")
    assert shifts(session, cast.lin) == [(MONDAY, "early")]
    assert swaps.by_public_id(session, cast.club.id, refused).decision_note == "人手不够"


def test_nothing_is_approved_without_the_colleague_or_after_the_shift_began(
    session: Session, cast: Cast
) -> None:
    swap = ask(session, cast, plan(session, cast, cast.lin, MONDAY, "early"))
    with pytest.raises(Refused) as refused:
        decide(session, cast, swap)
    assert refused.value.code == "swap.not_agreed"
    agree(session, cast, swap)
    with pytest.raises(Refused) as refused:
        decide(session, cast, swap, at=local(9))
    assert refused.value.code == "swap.begun"
    assert swaps.live_in_club(session, cast.club.id, local(8, 59))
    assert not swaps.live_in_club(session, cast.club.id, local(9))


def test_the_supervisor_does_not_decide_about_his_own_shift(session: Session, cast: Cast) -> None:
    swap = ask(session, cast, plan(session, cast, cast.lin, MONDAY, "early"), with_whom=cast.supervisor)
    operations.answer_swap(session, public_id=swap, agrees=True, actor=cast.supervisor, at=SUNDAY_NOON)
    with pytest.raises(Refused) as refused:
        decide(session, cast, swap)
    assert refused.value.code == "swap.own"
    decide(session, cast, swap, actor=cast.manager)


def test_leave_and_other_shifts_are_looked_at_again_at_the_approval(session: Session, cast: Cast) -> None:
    entry = plan(session, cast, cast.zhou, MONDAY, "early")
    swap = ask(session, cast, entry, actor=cast.zhou, with_whom=cast.lin)
    operations.answer_swap(session, public_id=swap, agrees=True, actor=cast.lin, at=SUNDAY_NOON)
    an_approved_leave(session, cast, MONDAY, MONDAY)
    with pytest.raises(Refused) as refused:
        decide(session, cast, swap)
    assert refused.value.code == "swap.on_leave"
    late = plan(session, cast, cast.lin, TUESDAY, "late")
    plan(session, cast, cast.zhou, TUESDAY, "early")
    with pytest.raises(Refused) as refused:
        ask(session, cast, late)
    assert refused.value.code == "swap.overlap"


def test_a_swap_falls_away_when_its_shift_is_planned_anew(session: Session, cast: Cast) -> None:
    swap = ask(session, cast, plan(session, cast, cast.lin, MONDAY, "early"))
    agree(session, cast, swap)
    plan(session, cast, cast.lin, MONDAY, "late")
    assert status(session, cast, swap) is SwapStatus.WITHDRAWN
    with pytest.raises(Refused):
        decide(session, cast, swap)
    assert shifts(session, cast.lin) == [(MONDAY, "late")]


def test_only_those_it_is_about_may_speak(session: Session, cast: Cast) -> None:
    entry = plan(session, cast, cast.lin, MONDAY, "early")
    theirs = plan(session, cast, cast.ma, MONDAY, "late")
    with pytest.raises(NotFound):
        ask(session, cast, entry, actor=cast.zhou, with_whom=cast.ma)
    with pytest.raises(NotFound):
        ask(session, cast, entry, theirs)  # not Zhou's
    with pytest.raises(NotFound):
        ask(session, cast, entry, with_whom=cast.other_manager)
    with pytest.raises(Refused) as refused:
        ask(session, cast, entry, with_whom=cast.lin)
    assert refused.value.code == "swap.self"
    swap = ask(session, cast, entry)
    with pytest.raises(NotFound):
        operations.answer_swap(session, public_id=swap, agrees=True, actor=cast.ma, at=SUNDAY_NOON)
    with pytest.raises(NotFound):
        operations.withdraw_swap(session, public_id=swap, actor=cast.zhou, at=SUNDAY_NOON)
    with pytest.raises(NotFound):
        decide(session, cast, swap, actor=cast.other_manager)
