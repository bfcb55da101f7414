"""What attribution reads: the club's settings, and the evidence as the database keeps it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.actor import Club
from clubsales.clock import Instant
from clubsales.consultants.credits.rules import Attribution
from clubsales.consultants.profiles import queries as profiles
from clubsales.ids import ConsultantID, PersonID, ReceptionID
from clubsales.leads.attribution.cases import Case, Records, Settings, decided
from clubsales.leads.attribution.rules import AttributionPolicy
from clubsales.leads.claims import queries as claims
from clubsales.leads.followups import evidence as followups
from clubsales.leads.followups.rules import FollowUpPolicy
from clubsales.leads.touches import queries as touches
from clubsales.leads.touches.rules import DesignationPolicy, Visit
from clubsales.policies import Policy
from clubsales.prepared import Answer

# Guests are known by table name, as the database knows them: the floor lies above this package.
RECEPTION = sa.table(
    "reception",
    *(sa.column(name) for name in ("id", "club_id", "person_id", "basis", "consultant_id", "came_with_id")),
    sa.column("local_day"),
)
HOST, FRIEND = RECEPTION.alias("host"), RECEPTION.alias("friend")
PROXY = sa.select(RECEPTION.c.consultant_id).where(
    RECEPTION.c.id == sa.bindparam("reception_id"), RECEPTION.c.basis == "proxy"
)
CAME_WITH = (
    sa.select(HOST.c.id, HOST.c.person_id)
    .join_from(RECEPTION, HOST, HOST.c.id == RECEPTION.c.came_with_id)
    .where(RECEPTION.c.id == sa.bindparam("reception_id"), HOST.c.person_id.is_not(None))
)
BROUGHT_A_FRIEND = sa.select(
    sa.exists().where(
        RECEPTION.c.id == sa.bindparam("reception_id"),
        FRIEND.c.came_with_id == RECEPTION.c.id,
        FRIEND.c.club_id == RECEPTION.c.club_id,
        FRIEND.c.local_day >= RECEPTION.c.local_day,
    )
)


@dataclass(frozen=True, slots=True)
class _ProxySection:
    """Section `proxy`, as far as shares go."""

    share_bp: int


@dataclass(frozen=True, slots=True)
class _CreditSection:
    """Section `credit`, as far as shares go. `outside_conflict` has one value so far (AMB-08)."""

    outside_share_bp: int
    tracked_friend: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class _CouponSection:
    """Section `gift_coupon`."""

    resets_tracking: bool


def shares_for(
    session: Session,
    case: Case,
    *,
    policy: Policy,
    names: Mapping[ConsultantID, str] | None = None,
    club: Club,
) -> Attribution:
    """Whose a sale's credit is, on the evidence there is. `names` are those the caller knows already."""
    return decided(case, Stored(session, club, names or {}), settings_of(policy), club.zone)


def settings_of(policy: Policy) -> Settings:
    """All the settings a sale's credit depends on, from the sections they stand in."""
    credit = policy.read("credit", _CreditSection)
    return Settings(
        shares=AttributionPolicy(
            proxy_share_bp=policy.read("proxy", _ProxySection).share_bp,
            outside_share_bp=credit.outside_share_bp,
            resets_tracking=policy.read("gift_coupon", _CouponSection).resets_tracking,
            tracked_guest=cast("str", credit.tracked_friend["tracked_guest"]),
            friend_tracker_bp=cast("int", credit.tracked_friend["friend_tracker_bp"]),
        ),
        precedence=policy.read("designation", DesignationPolicy).precedence,
        follow_up=policy.read("follow_up", FollowUpPolicy),
    )


@dataclass(frozen=True, slots=True)
class Stored:
    """The evidence of a club in the database: each question is one statement, asked when the rules come to it.

    Who looks at the visits mostly wants the records next: they are asked for together.
    """

    session: Session
    club: Club
    known: Mapping[ConsultantID, str] = field(default_factory=dict)
    asked: dict[tuple[PersonID, ReceptionID | None], Answer] = field(default_factory=dict)

    def sells(self, consultant_id: ConsultantID) -> bool:
        """Raises NotFound for another club's."""
        return profiles.get(self.session, self.club.id, consultant_id).kind is not None

    def visits(
        self, person_id: PersonID | None, reception_id: ReceptionID | None, day: date
    ) -> Sequence[Visit]:
        """The visits of a reception, and the latest ones of a person up to a club-local day."""
        if person_id is not None:
            self.asked[person_id, reception_id] = self._ask_records(person_id, reception_id)
        return touches.visits(
            self.session, club_id=self.club.id, person_id=person_id, reception_id=reception_id, day=day
        )

    def records(self, person_id: PersonID, reception_id: ReceptionID | None) -> Records:
        """What outside consultants wrote about a person, and when the guest of that reception arrived."""
        asked = self.asked.get((person_id, reception_id)) or self._ask_records(person_id, reception_id)
        written, arrived = followups.told_in(asked)
        if arrived is None:
            return Records(written=written)
        return Records(written=written, arrived_at=arrived[0], arrived_on=arrived[1])

    def holder(self, person_id: PersonID, at: Instant) -> ConsultantID | None:
        """Who held a person's lead at a moment."""
        held = claims.holder_at(self.session, self.club, person_id, at)
        return None if held is None else held.consultant_id

    def proxy(self, reception_id: ReceptionID) -> ConsultantID | None:
        """Who received a guest in another's place (AMB-04)."""
        asked = {"reception_id": reception_id}
        found = self.session.execute(PROXY, asked).scalar_one_or_none()
        return None if found is None else ConsultantID(found)

    def came_with(self, reception_id: ReceptionID) -> tuple[ReceptionID, PersonID] | None:
        """The guest a guest came with, if anybody knows who that is."""
        row = self.session.execute(CAME_WITH, {"reception_id": reception_id}).one_or_none()
        return None if row is None else (ReceptionID(row.id), PersonID(row.person_id))

    def brought_a_friend(self, reception_id: ReceptionID) -> bool:
        """Whether somebody came with a guest."""
        return bool(self.session.execute(BROUGHT_A_FRIEND, {"reception_id": reception_id}).scalar_one())

    def names(self, ids: Collection[ConsultantID]) -> Mapping[ConsultantID, str]:
        """What consultants are called; those the caller knows cost nothing."""
        if all(one in self.known for one in ids):
            return self.known
        return profiles.names(self.session, ids)

    def _ask_records(self, person_id: PersonID, reception_id: ReceptionID | None) -> Answer:
        return followups.ask_outside_records(
            self.session, club_id=self.club.id, person_id=person_id, reception_id=reception_id
        )
