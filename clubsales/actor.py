"""Who acts, where, and on which device: an argument of every operation."""

from dataclasses import dataclass
from datetime import time
from enum import StrEnum
from zoneinfo import ZoneInfo

from clubsales.ids import AccountID, ClubID, ConsultantID, DeviceID, OrganisationID
from clubsales.money import Currency


class Role(StrEnum):
    """The roles of ROL-01 to ROL-08."""

    CONSULTANT = "consultant"
    TRAINEE = "trainee"
    SUPERVISOR = "supervisor"
    CLUB_MANAGER = "club_manager"
    SALES_DIRECTOR = "sales_director"
    GENERAL_MANAGER = "general_manager"
    DEPUTY_GM = "deputy_gm"
    FINANCE_CLERK = "finance_clerk"
    SALES_ADMIN = "sales_admin"
    RECEPTIONIST = "receptionist"
    OWNER = "owner"
    MEMBER = "member"


class ActorKind(StrEnum):
    """What stands behind an action."""

    STAFF = "staff"
    DEVICE = "device"
    GUEST = "guest"  # holds a link: a payer, a card's bearer
    PROVIDER = "provider"  # a payment provider's event
    SYSTEM = "system"  # a job or a command


@dataclass(frozen=True, slots=True, kw_only=True)
class Club:
    """Where something happens: the club as a value."""

    id: ClubID
    organisation_id: OrganisationID
    public_id: str
    code: str
    name: str
    zone: ZoneInfo
    currency: Currency
    opens: time
    closes: time

    def is_business_time(self, local: time) -> bool:
        """Within business hours: from opening, up to but not including closing (SHF-01, AMB-20)."""
        if self.opens <= self.closes:
            return self.opens <= local < self.closes
        return local >= self.opens or local < self.closes


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who does it. `club` is the club he is acting in; `consultant_id` his profile there, if any."""

    kind: ActorKind
    club: Club
    account_id: AccountID | None = None
    consultant_id: ConsultantID | None = None
    device_id: DeviceID | None = None
    device_purpose: str = ""  # of a device that acts by itself
    hall: str = ""  # where its device stands: a facility's code; empty: at the club's own door
    roles: frozenset[Role] = frozenset()
    name: str = ""

    def has_role(self, *roles: Role) -> bool:
        return not self.roles.isdisjoint(roles)


def system_actor(club: Club) -> Actor:
    """The actor of jobs and commands."""
    return Actor(kind=ActorKind.SYSTEM, club=club, name="system")
