"""The statements of lists: each goes along an index in the list's order, from a place on.

Whatever the index does not know is looked for among the next LOOKED_THROUGH leads only, so that a page takes as long
with a million leads as with a thousand; where these are not enough, the list says so and goes on from there.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.clock import Instant
from clubsales.db import table_of
from clubsales.ids import ClubID, ConsultantID, LeadID, LeadSourceID
from clubsales.leads.claims.queries import CLAIM, RUNNING
from clubsales.leads.followups.models import ContactRow
from clubsales.leads.intake.models import LeadRow
from clubsales.leads.lists.rules import LOOKED_THROUGH, UNGRADED, WARMEST_FIRST, Place, State, View
from clubsales.leads.sources.rules import Source

LEAD, CONTACT = table_of(LeadRow), table_of(ContactRow)
# What a list is put in order by, and what may be looked at besides.
ORDER = (LEAD.c.id, LEAD.c.captured_at)
LOOKED_AT = (
    *ORDER,
    LEAD.c.club_id,
    LEAD.c.person_id,
    LEAD.c.grade,
    LEAD.c.source,
    LEAD.c.source_id,
    LEAD.c.captured_by,
    LEAD.c.converted_at,
    LEAD.c.lost_at,
)
Condition = sa.ColumnElement[bool]
Conditions = dict[str, Condition]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A filter with what its words stand for in the club. `day` is the reader's club-local day."""

    club_id: ClubID
    day: date
    view: View
    mine: ConsultantID | None = None  # whose list it is
    ends_by: date | None = None  # of the view ENDING
    grade: str = ""
    kind: Source | None = None
    source_ids: tuple[LeadSourceID, ...] = ()
    held_by: ConsultantID | None = None
    held_by_nobody: bool = False
    captured_by: ConsultantID | None = None
    captured_from: Instant | None = None
    captured_before: Instant | None = None
    quiet_since: Instant | None = None
    state: State | None = None

    @property
    def holder(self) -> ConsultantID | None:
        """Whose claims the list goes along, if anybody's."""
        return self.mine if self.view in (View.MINE, View.ENDING) else self.held_by


@dataclass(frozen=True, slots=True)
class Walk:
    """One way along an index: what it knows, how warm the leads on it are, and the names of what has to be looked for."""

    along: tuple[Condition, ...]
    warmth: int
    looking_for: frozenset[str]


@dataclass(frozen=True, slots=True)
class Stretch:
    """Leads in the list's order. `looked_until` is the last one looked at, where there may be more behind it."""

    ids: tuple[LeadID, ...]
    looked_until: LeadID | None = None


def stretch(
    session: Session,
    wanted: Wanted,
    *,
    after: LeadID | None,
    count: int,
    looked_through: int = LOOKED_THROUGH,
) -> Stretch:
    """The next `count` leads of a list, from its beginning or after a lead of it."""
    if wanted.holder is not None:
        return Stretch(_held(session, wanted, wanted.holder, after, count))
    walks = walks_of(wanted)
    start = _place_of(session, after, warm_first=walks[-1].warmth > 0) if after is not None else None
    ahead = [walk for walk in walks if start is None or walk.warmth >= start.warmth]
    if not ahead:  # the grade of the lead after which the list goes on was changed meanwhile
        return Stretch(())
    rows = session.execute(
        _union([found(wanted, walk, start, count, looked_through) for walk in ahead])
    ).all()
    places = sorted(Place.of(ahead[row.walk].warmth, row.captured_at, row.id) for row in rows)
    end = None
    unsure = [
        walk
        for number, walk in enumerate(ahead)
        if walk.looking_for and sum(row.walk == number for row in rows) < count
    ]
    if unsure and (len(places) < count or len(ahead) > 1):
        end = _end(session, unsure, start, looked_through)
        places = [place for place in places if end is None or place <= end]
    if len(places) >= count:
        end = None
    return Stretch(tuple(place.id for place in places[:count]), end.id if end is not None else None)


def walks_of(wanted: Wanted) -> tuple[Walk, ...]:
    """The ways along the index that knows most of what is wanted."""
    conditions = conditions_of(wanted, LEAD)
    every = tuple(conditions.pop(name) for name in ("club", "from", "before") if name in conditions)
    known = _known_by_index(wanted)
    along = (*every, *(conditions.pop(name) for name in known))
    rest = frozenset(conditions)
    if wanted.view is View.POOL and known == ("open", "free"):
        return tuple(
            Walk((*along, _grade_is(LEAD, grade)), warmth, rest - {"grade"})
            for warmth, grade in enumerate(WARMEST_FIRST)
            if not wanted.grade or (grade or UNGRADED) == wanted.grade
        )
    if known == ("source",):  # one index stretch for each source
        return tuple(
            Walk((*every, LEAD.c.source_id == source_id), 0, rest) for source_id in wanted.source_ids
        )
    return (Walk(along, 0, rest),)


def conditions_of(wanted: Wanted, lead: sa.FromClause) -> Conditions:
    """All that is wanted of leads, by name."""
    conditions = {"club": lead.c.club_id == wanted.club_id}
    if wanted.captured_from is not None:
        conditions["from"] = lead.c.captured_at >= wanted.captured_from
    if wanted.captured_before is not None:
        conditions["before"] = lead.c.captured_at < wanted.captured_before
    state = State.OPEN if wanted.view is View.POOL else wanted.state
    if state is State.OPEN:
        conditions["open"] = sa.and_(lead.c.converted_at.is_(None), lead.c.lost_at.is_(None))
    elif state is State.BOUGHT:
        conditions["bought"] = lead.c.converted_at.is_not(None)
    elif state is State.LOST:
        conditions["lost"] = lead.c.lost_at.is_not(None)
    if wanted.view is View.POOL or wanted.held_by_nobody:
        conditions["free"] = ~sa.exists().where(
            CLAIM.c.club_id == lead.c.club_id,
            CLAIM.c.person_id == lead.c.person_id,
            RUNNING,
            CLAIM.c.until >= wanted.day,
        )
    if wanted.grade:
        conditions["grade"] = _grade_is(lead, None if wanted.grade == UNGRADED else wanted.grade)
    if wanted.source_ids:
        conditions["source"] = lead.c.source_id.in_(wanted.source_ids)
    elif wanted.kind is not None:
        conditions["kind"] = lead.c.source == wanted.kind.value
    if wanted.captured_by is not None:
        conditions["captured_by"] = lead.c.captured_by == wanted.captured_by
    if wanted.quiet_since is not None:
        # Asked of each lead that is looked at: the contacts of these days are many more.
        last = (
            sa.select(CONTACT.c.at)
            .where(CONTACT.c.club_id == lead.c.club_id, CONTACT.c.person_id == lead.c.person_id)
            .order_by(CONTACT.c.at.desc())
            .limit(1)
            .scalar_subquery()
        )
        conditions["quiet"] = sa.func.coalesce(last, lead.c.captured_at) < wanted.quiet_since
    return conditions


def _known_by_index(wanted: Wanted) -> tuple[str, ...]:
    """The names of what the most exact index for a list in its order knows, beside the club and the time."""
    if wanted.state in (State.BOUGHT, State.LOST):
        return (wanted.state.value,)
    if wanted.captured_by is not None:
        return ("captured_by",)
    if wanted.source_ids:
        return ("source",)
    if wanted.kind is not None:
        return ("kind",)
    if wanted.view is View.POOL:
        return ("open", "free")
    return ("grade",) if wanted.grade else ()


def found(wanted: Wanted, walk: Walk, start: Place | None, count: int, looked_through: int) -> sa.Select[Any]:
    """The first `count` wanted leads of a walk."""
    if not walk.looking_for:
        return _steps(walk, start, count)
    steps = _steps(walk, start, looked_through).with_only_columns(*LOOKED_AT).subquery()
    wishes = conditions_of(wanted, steps)
    return (
        sa.select(steps.c.id, steps.c.captured_at)
        .where(*(wishes[name] for name in sorted(walk.looking_for)))
        .order_by(steps.c.captured_at.desc(), steps.c.id.desc())
        .limit(count)
    )


def _steps(walk: Walk, start: Place | None, count: int) -> sa.Select[Any]:
    """The next leads along the index."""
    steps = sa.select(*ORDER).where(*walk.along)
    if start is not None and start.warmth == walk.warmth:
        here = sa.tuple_(LEAD.c.captured_at, LEAD.c.id)
        last = sa.literal(start.captured_at, LEAD.c.captured_at.type), sa.literal(start.id, LEAD.c.id.type)
        steps = steps.where(here < sa.tuple_(*last))
    return steps.order_by(LEAD.c.captured_at.desc(), LEAD.c.id.desc()).limit(count)


def _end(session: Session, walks: Sequence[Walk], start: Place | None, looked_through: int) -> Place | None:
    """The first place behind which nobody has looked; None: everything was looked at."""
    ends = []
    for walk in walks:
        steps = _steps(walk, start, looked_through).subquery()
        ends.append(
            sa.select(steps.c.id, steps.c.captured_at, sa.func.count().over().label("steps"))
            .order_by(steps.c.captured_at, steps.c.id)
            .limit(1)
        )
    return min(
        (
            Place.of(walks[row.walk].warmth, row.captured_at, row.id)
            for row in session.execute(_union(ends))
            if row.steps >= looked_through
        ),
        default=None,
    )


def _union(selects: Sequence[sa.Select[Any]]) -> sa.Select[Any] | sa.CompoundSelect[Any]:
    """The rows of all, each with the number of its `walk`."""
    parts = []
    for number, select in enumerate(selects):
        rows = select.subquery()
        columns = [rows.c[name] for name in ("id", "captured_at", "steps") if name in rows.c]
        parts.append(sa.select(*columns, sa.literal_column(str(number), sa.Integer).label("walk")))
    return sa.union_all(*parts) if len(parts) > 1 else parts[0]


def _held(
    session: Session, wanted: Wanted, holder: ConsultantID, after: LeadID | None, count: int
) -> tuple[LeadID, ...]:
    """The same along somebody's claims, which are few: by when they end, or the lead captured last first.

    They are read before they are looked at and put in order: nobody goes through the club's leads to meet them.
    """
    held = (
        held_by(wanted, holder)
        .with_only_columns(*LOOKED_AT, CLAIM.c.until)
        .join(LEAD, sa.and_(LEAD.c.club_id == CLAIM.c.club_id, LEAD.c.person_id == CLAIM.c.person_id))
        .cte("held")
        .prefix_with("MATERIALIZED")
    )
    ending = wanted.view is View.ENDING
    order = (held.c.until, held.c.id) if ending else (held.c.captured_at, held.c.id)
    rows = sa.select(held.c.id).where(*conditions_of(wanted, held).values())
    rows = rows.order_by(*(each if ending else each.desc() for each in order))
    if after is not None:
        there = _place_of_held(wanted, holder, after, ending=ending).subquery()
        here, last = sa.tuple_(*order), sa.tuple_(*there.c)
        rows = rows.join(there, here > last if ending else here < last)
    return tuple(LeadID(each) for each in session.scalars(rows.limit(count)))


def _place_of_held(wanted: Wanted, holder: ConsultantID, lead_id: LeadID, *, ending: bool) -> sa.Select[Any]:
    """Where a lead stands in a holder's list, or stood while he held it."""
    if not ending:
        return sa.select(LEAD.c.captured_at, LEAD.c.id).where(LEAD.c.id == lead_id)
    return (
        sa.select(sa.func.max(CLAIM.c.until).label("until"), LEAD.c.id)
        .join_from(
            LEAD, CLAIM, sa.and_(CLAIM.c.club_id == LEAD.c.club_id, CLAIM.c.person_id == LEAD.c.person_id)
        )
        .where(LEAD.c.id == lead_id, LEAD.c.club_id == wanted.club_id, CLAIM.c.consultant_id == holder)
        .group_by(LEAD.c.id)
    )


def held_by(wanted: Wanted, holder: ConsultantID) -> sa.Select[Any]:
    """Somebody's claims that hold on the reader's day, those that end soon where only they are wanted."""
    claims = sa.select(CLAIM.c.id).where(
        CLAIM.c.consultant_id == holder,
        CLAIM.c.club_id == wanted.club_id,
        RUNNING,
        CLAIM.c.until >= wanted.day,
    )
    return claims.where(CLAIM.c.until <= wanted.ends_by) if wanted.ends_by is not None else claims


def counted(wanted: Wanted, *, at_most: int) -> sa.ScalarSelect[int]:
    """How many leads there are in a view without other wishes, counted up to `at_most`."""
    if wanted.holder is not None:
        some = held_by(wanted, wanted.holder).limit(at_most)
    else:
        some = sa.select(LEAD.c.id).where(*conditions_of(wanted, LEAD).values()).limit(at_most)
    return sa.select(sa.func.count()).select_from(some.subquery()).scalar_subquery()


def _place_of(session: Session, lead_id: LeadID, *, warm_first: bool) -> Place:
    row = session.execute(sa.select(LEAD.c.grade, LEAD.c.captured_at).where(LEAD.c.id == lead_id)).one()
    return Place.of(WARMEST_FIRST.index(row.grade) if warm_first else 0, row.captured_at, lead_id)


def _grade_is(lead: sa.FromClause, grade: str | None) -> Condition:
    return lead.c.grade.is_(None) if grade is None else lead.c.grade == grade
