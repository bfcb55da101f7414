"""All that is known of the guests of a few thousand sales, read set by set: a constant number of statements."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.actor import Club
from clubsales.clock import Instant
from clubsales.consultants.profiles import queries as profiles
from clubsales.ids import ConsultantID, PersonID, ReceptionID
from clubsales.leads.attribution.cases import Case, Records
from clubsales.leads.claims.looking_back import holders_at
from clubsales.leads.followups.looking_back import outside_records_of
from clubsales.leads.followups.rules import Record
from clubsales.leads.touches.queries import TOUCH, VISITS, visit_of
from clubsales.leads.touches.rules import Visit
from clubsales.office.backtest.rules import PastSale
from clubsales.office.backtest.tables import RECEPTION

HOST = RECEPTION.alias("host")
NOBODY = Records(written=())
AT_ONCE = 10_000  # receptions asked for by one statement


@dataclass(frozen=True, slots=True)
class Coming:
    """A reception: when its guest arrived, who received him in another's place, and with whom he came."""

    arrived_at: Instant
    arrived_on: date
    proxy: ConsultantID | None
    host: tuple[ReceptionID, PersonID] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known of these guests now. `at` answers what was known when a sale's first money came."""

    consultants: Mapping[ConsultantID, str]
    selling: frozenset[ConsultantID]
    visits_of_reception: Mapping[ReceptionID, Sequence[Visit]]
    visits_of_person: Mapping[PersonID, Sequence[Visit]]
    comings: Mapping[ReceptionID, Coming]
    friends: Mapping[ReceptionID, Instant]  # when the first of them arrived
    records: Mapping[PersonID, Sequence[Record]]
    holders: Mapping[tuple[PersonID, Instant], ConsultantID]

    def at(self, moment: Instant) -> "KnownThen":
        """What was known of one sale at a moment."""
        return KnownThen(self, moment)


@dataclass(slots=True)
class KnownThen:
    """The evidence of one sale as it stood at a moment: who came later had not come yet."""

    known: Known
    moment: Instant
    seen: Sequence[Visit] | None = None  # the same under any rules

    def sells(self, consultant_id: ConsultantID) -> bool:
        """Whether somebody sells at all."""
        return consultant_id in self.known.selling

    def visits(
        self, person_id: PersonID | None, reception_id: ReceptionID | None, day: date
    ) -> Sequence[Visit]:
        """The visits of a reception, and those of a person up to a club-local day, in the order of writing."""
        if self.seen is None:
            of_reception = self.known.visits_of_reception.get(reception_id, ()) if reception_id else ()
            of_person = self.known.visits_of_person.get(person_id, ()) if person_id else ()
            found = {
                visit.id: visit
                for visits in (of_reception, of_person)
                for visit in visits
                if visit.at <= self.moment and visit.day <= day
            }
            self.seen = [found[key] for key in sorted(found)]
        return self.seen

    def records(self, person_id: PersonID, reception_id: ReceptionID | None) -> Records:
        """What outside consultants wrote about a person, and when the guest of that reception arrived."""
        written = self.known.records.get(person_id)
        if written is None:
            return NOBODY
        coming = self.known.comings.get(reception_id) if reception_id else None
        if coming is None:
            return Records(written=written)
        return Records(written=written, arrived_at=coming.arrived_at, arrived_on=coming.arrived_on)

    def holder(self, person_id: PersonID, at: Instant) -> ConsultantID | None:
        """Who held a person's lead at a moment."""
        return self.known.holders.get((person_id, at))

    def proxy(self, reception_id: ReceptionID) -> ConsultantID | None:
        """Who received a guest in another's place (AMB-04)."""
        coming = self.known.comings.get(reception_id)
        return None if coming is None else coming.proxy

    def came_with(self, reception_id: ReceptionID) -> tuple[ReceptionID, PersonID] | None:
        """The guest a guest came with, if anybody knows who that is."""
        coming = self.known.comings.get(reception_id)
        return None if coming is None else coming.host

    def brought_a_friend(self, reception_id: ReceptionID) -> bool:
        """Whether somebody came with a guest."""
        first = self.known.friends.get(reception_id)
        return first is not None and first <= self.moment

    def names(self, _ids: Collection[ConsultantID]) -> Mapping[ConsultantID, str]:
        """What consultants are called: everybody's."""
        return self.known.consultants


def gather(session: Session, club: Club, sales: Sequence[PastSale]) -> Known:
    """Read all evidence of these sales."""
    cases = [sale.case for sale in sales]
    people = profiles.all_in_club(session, club.id)
    visits = _visits(session, club, cases)
    receptions = {case.reception_id for case in cases} | {visit.reception_id for _person, visit in visits}
    comings = _comings(session, [each for each in receptions if each is not None])
    persons = {case.person_id for case in cases if case.person_id is not None}
    hosts = {coming.host[1] for coming in comings.values() if coming.host is not None}
    days = [coming.arrived_on for coming in comings.values()] + [sale.day for sale in sales]
    by_reception: dict[ReceptionID, list[Visit]] = {}
    by_person: dict[PersonID, list[Visit]] = {}
    for person_id, visit in visits:
        if visit.reception_id is not None:
            by_reception.setdefault(visit.reception_id, []).append(visit)
        if person_id is not None:
            by_person.setdefault(person_id, []).append(visit)
    return Known(
        consultants={one.id: one.name for one in people},
        selling=frozenset(one.id for one in people if one.kind is not None),
        visits_of_reception=by_reception,
        visits_of_person=by_person,
        comings=comings,
        friends=_friends(session, club, min(days), max(days)) if comings else {},
        records=outside_records_of(session, club.id, persons | hosts),
        holders=holders_at(
            session,
            club,
            [
                (case.person_id, case.paid_at)
                for case in cases
                if case.self_purchase and case.person_id is not None
            ],
        ),
    )


def _visits(session: Session, club: Club, cases: Sequence[Case]) -> list[tuple[PersonID | None, Visit]]:
    """Whose visits, in the order of writing: those of the receptions, and of whoever bought."""
    found: dict[int, tuple[PersonID | None, Visit]] = {}
    for column, wanted in (
        (TOUCH.c.reception_id, {case.reception_id for case in cases}),
        (TOUCH.c.person_id, {case.person_id for case in cases}),
    ):
        ids = [each for each in wanted if each is not None]
        if not ids:
            continue
        statement = VISITS.where(column.in_(sa.bindparam("wanted", expanding=True)))
        for row in session.execute(statement, {"club_id": club.id, "wanted": ids}):
            found[row.id] = (None if row.person_id is None else PersonID(row.person_id), visit_of(row))
    return [found[key] for key in sorted(found)]


def _comings(session: Session, receptions: Collection[ReceptionID]) -> dict[ReceptionID, Coming]:
    statement = (
        sa.select(
            RECEPTION.c.id,
            RECEPTION.c.arrived_at,
            RECEPTION.c.local_day,
            RECEPTION.c.basis,
            RECEPTION.c.consultant_id,
            HOST.c.id.label("host_id"),
            HOST.c.person_id.label("host_person_id"),
            HOST.c.arrived_at.label("host_arrived_at"),
            HOST.c.local_day.label("host_day"),
        )
        .join_from(RECEPTION, HOST, HOST.c.id == RECEPTION.c.came_with_id, isouter=True)
        .where(RECEPTION.c.id.in_(sa.bindparam("wanted", expanding=True)))
    )
    found: dict[ReceptionID, Coming] = {}
    wanted = list(receptions)
    for start in range(0, len(wanted), AT_ONCE):
        for row in session.execute(statement, {"wanted": wanted[start : start + AT_ONCE]}):
            host = None
            if row.host_person_id is not None:
                host = (ReceptionID(row.host_id), PersonID(row.host_person_id))
                found.setdefault(host[0], Coming(row.host_arrived_at, row.host_day, None, None))
            proxy = ConsultantID(row.consultant_id) if row.basis == "proxy" else None
            found[ReceptionID(row.id)] = Coming(row.arrived_at, row.local_day, proxy, host)
    return found


def _friends(session: Session, club: Club, first: date, last: date) -> dict[ReceptionID, Instant]:
    """Who came with somebody on these days: found by the day, which has an index."""
    rows = session.execute(
        sa.select(RECEPTION.c.came_with_id, sa.func.min(RECEPTION.c.arrived_at).label("first"))
        .where(
            RECEPTION.c.club_id == club.id,
            RECEPTION.c.local_day.between(first, last),
            RECEPTION.c.came_with_id.is_not(None),
        )
        .group_by(RECEPTION.c.came_with_id)
    )
    return {ReceptionID(row.came_with_id): row.first for row in rows}
