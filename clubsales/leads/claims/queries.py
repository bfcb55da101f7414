"""Reads of claims. A claim past its last day is over for every reader, whether the job has written it or not."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.actor import Club
from clubsales.auth.rules import may_be_public_id
from clubsales.clock import Instant, local_day
from clubsales.consultants.profiles.rules import Kind
from clubsales.db import UtcDateTime, table_of
from clubsales.errors import NotFound
from clubsales.ids import ClaimID, ClubID, ConsultantID, PersonID
from clubsales.leads.claims.models import ClaimRow
from clubsales.leads.claims.rules import (
    CLOCKED,
    FOR_EVER,
    GIVEN,
    WITHOUT_COOLDOWN,
    Basis,
    ClaimPolicy,
    Clock,
    EndReason,
    Stretch,
    end_of,
    next_end,
)
from clubsales.policies import policy_on
from clubsales.prepared import Answer, Prepared

CLAIM = table_of(ClaimRow)
LEAD = sa.table("lead", *(sa.column(name) for name in ("id", "public_id", "club_id", "person_id")))
PERSON = sa.table("person", sa.column("id"), sa.column("anonymised_at"))
CONSULTANT = sa.table("consultant", *(sa.column(name) for name in ("id", "club_id", "name", "kind")))
SHIFT = sa.table(
    "shift",
    sa.column("consultant_id", sa.BigInteger),
    sa.column("opened_at", UtcDateTime()),
    sa.column("closed_at", UtcDateTime()),
)
RUNNING = CLAIM.c.ended_at.is_(None)
CLAIMS = sa.select(CLAIM, CONSULTANT.c.name, CONSULTANT.c.kind).join_from(
    CLAIM, CONSULTANT, CONSULTANT.c.id == CLAIM.c.consultant_id
)
HOLDER = CLAIMS.where(
    CLAIM.c.club_id == sa.bindparam("club_id"),
    CLAIM.c.person_id == sa.bindparam("person_id"),
    RUNNING,
    CLAIM.c.until >= sa.bindparam("day"),
)
# Who held it at a moment, looked at later.
HELD_AT = (
    CLAIMS.where(
        CLAIM.c.club_id == sa.bindparam("club_id"),
        CLAIM.c.person_id == sa.bindparam("person_id"),
        CLAIM.c.claimed_at <= sa.bindparam("moment", type_=UtcDateTime()),
        sa.or_(RUNNING, CLAIM.c.ended_at > sa.bindparam("moment", type_=UtcDateTime())),
        CLAIM.c.until >= sa.bindparam("day"),
    )
    .order_by(CLAIM.c.id.desc())
    .limit(1)
)
# The running one, over or not, locked: whoever decides about a claim decides alone.
RUNNING_CLAIM = Prepared(
    CLAIMS.where(
        CLAIM.c.club_id == sa.bindparam("club_id"), CLAIM.c.person_id == sa.bindparam("person_id"), RUNNING
    ).with_for_update(of=CLAIM)
)


def _words(of: Iterable[StrEnum]) -> list[sa.ColumnElement[str]]:
    """A fixed list, written into the statement: one prepared statement takes no list of values."""
    return [sa.literal_column(f"'{word.value}'", sa.String) for word in sorted(of)]


_MINE = CLAIM.c.consultant_id == sa.bindparam("consultant_id")
# All that a claim is decided on, in one look.
CLAIMANT = Prepared(
    sa.select(
        sa.select(LEAD.c.id)
        .where(LEAD.c.club_id == sa.bindparam("club_id"), LEAD.c.person_id == sa.bindparam("person_id"))
        .scalar_subquery()
        .label("lead_id"),
        sa.exists()
        .where(PERSON.c.id == sa.bindparam("person_id"), PERSON.c.anonymised_at.is_not(None))
        .label("is_anonymous"),
        sa.exists()
        .where(SHIFT.c.consultant_id == sa.bindparam("consultant_id"), SHIFT.c.closed_at.is_(None))
        .label("on_shift"),
        sa.select(sa.func.count())
        .select_from(CLAIM)
        .where(_MINE, RUNNING, CLAIM.c.until >= sa.bindparam("day"))
        .scalar_subquery()
        .label("open_claims"),
        sa.select(sa.func.count())
        .select_from(CLAIM)
        .where(_MINE, CLAIM.c.claimed_day == sa.bindparam("day"), CLAIM.c.basis.not_in(_words(GIVEN)))
        .scalar_subquery()
        .label("claims_today"),
        sa.select(sa.func.max(CLAIM.c.ended_day))
        .where(
            _MINE,
            CLAIM.c.club_id == sa.bindparam("club_id"),
            CLAIM.c.person_id == sa.bindparam("person_id"),
            CLAIM.c.end_reason.not_in(_words(WITHOUT_COOLDOWN)),
        )
        .scalar_subquery()
        .label("last_ended_on"),
    )
)
# Two claims of one consultant count one after the other; rows that only refer to him need not wait.
CONSULTANT_LOCKED = Prepared(
    sa.select(CONSULTANT.c.id, CONSULTANT.c.name, CONSULTANT.c.kind)
    .where(CONSULTANT.c.club_id == sa.bindparam("club_id"), CONSULTANT.c.id == sa.bindparam("consultant_id"))
    .with_for_update(key_share=True)
)
PERSON_OF_LEAD = Prepared(
    sa.select(LEAD.c.person_id).where(
        LEAD.c.club_id == sa.bindparam("club_id"), LEAD.c.public_id == sa.bindparam("lead")
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimView:
    """A claim with who holds or held it. `until` is the last protected day."""

    id: ClaimID
    public_id: str
    person_id: PersonID
    consultant_id: ConsultantID
    name: str
    kind: Kind | None
    claimed_at: Instant
    claimed_day: date
    until: date
    first_contact_at: Instant | None
    ended_at: Instant | None
    end_reason: EndReason | None
    basis: Basis

    @property
    def has_last_day(self) -> bool:
        """Whether a day ends the protection, and not only somebody."""
        return self.until != FOR_EVER


def holder(session: Session, club_id: ClubID, person_id: PersonID, day: date) -> ClaimView | None:
    """Who holds a person's lead on a club-local day."""
    row = session.execute(HOLDER, {"club_id": club_id, "person_id": person_id, "day": day}).one_or_none()
    return claim_of(row) if row is not None else None


def holder_at(session: Session, club: Club, person_id: PersonID, at: Instant) -> ClaimView | None:
    """Who held a person's lead at a moment, now or then, the response clock counted to it."""
    asked = {"club_id": club.id, "person_id": person_id, "moment": at, "day": local_day(at, club.zone)}
    row = session.execute(HELD_AT, asked).one_or_none()
    if row is None:
        return None
    claim = claim_of(row)
    clock = clocks_of(session, club, [claim])[claim.id]
    return claim if end_of(clock, at=at, zone=club.zone) is None else None


def ask_running(session: Session, club_id: ClubID, person_id: PersonID) -> Answer:
    """The claim on a person's lead that nobody has ended yet, for `running_of`; asked with what is asked next."""
    return RUNNING_CLAIM.ask(session, {"club_id": club_id, "person_id": person_id})


def running(session: Session, club_id: ClubID, person_id: PersonID) -> ClaimView | None:
    """The claim on a person's lead that nobody has ended yet, though it may be over; locked."""
    return running_of(ask_running(session, club_id, person_id))


def running_of(answer: Answer) -> ClaimView | None:
    """The claim in an answer; it may be over. Locked."""
    row = answer.one_or_none()
    return claim_of(row) if row is not None else None


def running_of_consultant(session: Session, club_id: ClubID, consultant_id: ConsultantID) -> list[ClaimView]:
    """The claims of a consultant that nobody has ended yet, though they may be over; locked."""
    mine = (CLAIM.c.club_id == club_id, CLAIM.c.consultant_id == consultant_id, RUNNING)
    statement = CLAIMS.where(*mine).order_by(CLAIM.c.claimed_at, CLAIM.c.id).with_for_update(of=CLAIM)
    return [claim_of(row) for row in session.execute(statement)]


def may_be_over(session: Session, club: Club, at: Instant) -> list[ClaimView]:
    """The running claims of a club that may be over at a moment, locked; what others hold now comes next time."""
    silent = CLAIM.c.first_contact_at.is_(None) & CLAIM.c.basis.in_(_words(CLOCKED))
    unanswered = sa.select(CLAIM.c.claimed_day).where(CLAIM.c.club_id == club.id, RUNNING, silent)
    clocked = [day for day in session.scalars(unanswered.distinct()) if _response_minutes(session, club, day)]
    over = CLAIM.c.until < local_day(at, club.zone)
    if clocked:
        over |= silent & CLAIM.c.claimed_day.in_(clocked)
    statement = CLAIMS.where(CLAIM.c.club_id == club.id, RUNNING, over).order_by(CLAIM.c.id)
    locked = statement.with_for_update(of=CLAIM, skip_locked=True)
    return [claim_of(row) for row in session.execute(locked)]


def live(session: Session, club_id: ClubID) -> list[ClaimView]:
    """The club's running claims, in the order of claiming."""
    statement = CLAIMS.where(CLAIM.c.club_id == club_id, RUNNING).order_by(CLAIM.c.claimed_at, CLAIM.c.id)
    return [claim_of(row) for row in session.execute(statement)]


def held_by(session: Session, club_id: ClubID, consultant_id: ConsultantID, day: date) -> list[ClaimView]:
    """What a consultant holds on a club-local day, in the order of claiming."""
    statement = CLAIMS.where(
        CLAIM.c.club_id == club_id, CLAIM.c.consultant_id == consultant_id, RUNNING, CLAIM.c.until >= day
    ).order_by(CLAIM.c.claimed_at, CLAIM.c.id)
    return [claim_of(row) for row in session.execute(statement)]


def of_person(session: Session, club_id: ClubID, person_id: PersonID) -> list[ClaimView]:
    """Everybody who holds or held a person's lead, the latest first."""
    statement = CLAIMS.where(CLAIM.c.club_id == club_id, CLAIM.c.person_id == person_id).order_by(
        CLAIM.c.claimed_at.desc(), CLAIM.c.id.desc()
    )
    return [claim_of(row) for row in session.execute(statement)]


def person_of_lead(session: Session, club_id: ClubID, public_id: str) -> PersonID:
    """Whose a lead of the club is, by what stands in its address; raises NotFound."""
    if not may_be_public_id(public_id):
        raise NotFound
    found = PERSON_OF_LEAD.one_or_none(session, {"club_id": club_id, "lead": public_id})
    if found is None:
        raise NotFound
    return PersonID(found.person_id)


def response_due(session: Session, club: Club, claim: ClaimView) -> Instant | None:
    """Until when the holder has to act, while his clock runs."""
    clock = clocks_of(session, club, [claim])[claim.id]
    if claim.first_contact_at is not None or not clock.response_minutes:
        return None
    return next_end(clock, club.zone)


def next_end_in_club(session: Session, club: Club) -> Instant | None:
    """When the first running claim of the club will be over if nothing happens; None while none will be."""
    clocks = clocks_of(session, club, live(session, club.id))
    ends = (next_end(clock, club.zone) for clock in clocks.values())
    return min((end for end in ends if end is not None), default=None)


def clocks_of(session: Session, club: Club, claims: Sequence[ClaimView]) -> Mapping[ClaimID, Clock]:
    """What the end of each claim depends on. The response clock is that of the policy of the day it was claimed."""
    unanswered = [claim for claim in claims if claim.first_contact_at is None and claim.basis in CLOCKED]
    minutes = {
        day: _response_minutes(session, club, day) for day in {claim.claimed_day for claim in unanswered}
    }
    clocked = [claim for claim in unanswered if minutes[claim.claimed_day]]
    shifts = _shifts_since(session, clocked)
    return {
        claim.id: Clock(
            claimed_at=claim.claimed_at,
            until=claim.until,
            first_contact_at=claim.first_contact_at,
            response_minutes=minutes.get(claim.claimed_day, 0) if claim.basis in CLOCKED else 0,
            shifts=shifts.get(claim.consultant_id, ()),
        )
        for claim in claims
    }


def _response_minutes(session: Session, club: Club, day: date) -> int:
    return policy_on(session, club, day).read("claims", ClaimPolicy).response_minutes


def _shifts_since(session: Session, claims: Sequence[ClaimView]) -> dict[ConsultantID, list[Stretch]]:
    """The holders' shifts since the first of these claims."""
    shifts: dict[ConsultantID, list[Stretch]] = {}
    if not claims:
        return shifts
    first = min(claim.claimed_at for claim in claims)
    rows = session.execute(
        sa.select(SHIFT.c.consultant_id, SHIFT.c.opened_at, SHIFT.c.closed_at).where(
            SHIFT.c.consultant_id.in_({claim.consultant_id for claim in claims}),
            sa.or_(SHIFT.c.closed_at.is_(None), SHIFT.c.closed_at > first),
        )
    )
    for row in rows:
        shifts.setdefault(ConsultantID(row.consultant_id), []).append(Stretch(row.opened_at, row.closed_at))
    return shifts


def claim_of(row: Any) -> ClaimView:
    """A row of CLAIMS as a value."""
    return ClaimView(
        id=ClaimID(row.id),
        public_id=row.public_id,
        person_id=PersonID(row.person_id),
        consultant_id=ConsultantID(row.consultant_id),
        name=row.name,
        kind=Kind(row.kind) if row.kind else None,
        claimed_at=row.claimed_at,
        claimed_day=row.claimed_day,
        until=row.until,
        first_contact_at=row.first_contact_at,
        ended_at=row.ended_at,
        end_reason=EndReason(row.end_reason) if row.end_reason else None,
        basis=Basis(row.basis),
    )
