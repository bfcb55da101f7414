"""The likely credit of guests who have not paid yet, for those who work with them; never for the guest himself."""

from collections.abc import Sequence
from dataclasses import replace

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.actor import Actor, Club
from clubsales.auth.rules import may_be_public_id
from clubsales.clock import Instant, local_day
from clubsales.consultants.profiles import queries as profiles
from clubsales.errors import NotFound
from clubsales.ids import ConsultantID, PersonID, ReceptionID
from clubsales.leads.attribution.cases import Case
from clubsales.leads.attribution.likely_rules import Outlook, outlook
from clubsales.leads.attribution.queries import Stored, settings_of
from clubsales.leads.attribution.supposed import WHOEVER_TAKES_IT
from clubsales.leads.touches.rules import Signal
from clubsales.policies import Policy, policy_on

GUEST = sa.table(
    "reception",
    *(sa.column(name) for name in ("id", "public_id", "club_id", "person_id", "consultant_id", "status")),
)
MEMBER = sa.table("member", sa.column("organisation_id"), sa.column("person_id"))


def of_guest(
    session: Session,
    public_id: str,
    *,
    consultant: str = "",
    seller: ConsultantID | None = None,
    actor: Actor,
    at: Instant,
) -> Outlook | None:
    """If a guest in the house paid now; None once he has left.

    Whom he pays is a `consultant` of the club by what stands in an address, else the `seller`, else who receives him.

    Raises NotFound.
    """
    if not all(map(may_be_public_id, filter(None, (public_id, consultant)))):
        raise NotFound
    club = actor.club
    guest = session.execute(
        sa.select(
            *(GUEST.c.id, GUEST.c.person_id, GUEST.c.consultant_id, GUEST.c.status),
            sa.exists()
            .where(MEMBER.c.organisation_id == club.organisation_id, MEMBER.c.person_id == GUEST.c.person_id)
            .label("is_member"),
        ).where(GUEST.c.club_id == club.id, GUEST.c.public_id == public_id)
    ).one_or_none()
    if guest is None:
        raise NotFound
    if guest.status == "ended":
        return None
    if consultant:
        seller = profiles.by_public_id(session, club.id, consultant).id
    elif seller is None and guest.consultant_id is not None:
        seller = ConsultantID(guest.consultant_id)
    case = Case(
        person_id=None if guest.person_id is None else PersonID(guest.person_id),
        reception_id=ReceptionID(guest.id),
        seller=WHOEVER_TAKES_IT if seller is None else seller,
        taken_by=None,
        self_purchase=False,
        buyer_is_member=bool(guest.is_member),
        paid_at=at,
    )
    return of_case(session, case, club=club)


def of_case(session: Session, case: Case, *, club: Club, policy: Policy | None = None) -> Outlook:
    """If a sale that stands open were paid now."""
    if case.seller is None and not case.self_purchase:
        case = replace(case, seller=WHOEVER_TAKES_IT)
    return _told(session, case, policy, club, is_here=True)


def of_person(
    session: Session,
    person_id: PersonID,
    *,
    is_member: bool,
    seller: ConsultantID | None,
    expected: Sequence[Signal] = (),
    policy: Policy,
    club: Club,
    at: Instant,
) -> Outlook:
    """If somebody known came in today and paid; `expected` is what would make him somebody's at the door."""
    case = Case(
        person_id=person_id,
        reception_id=None,
        seller=seller or WHOEVER_TAKES_IT,
        taken_by=None,
        self_purchase=False,
        buyer_is_member=is_member,
        paid_at=at,
    )
    return _told(session, case, policy, club, is_here=False, expected=expected)


def _told(
    session: Session,
    case: Case,
    policy: Policy | None,
    club: Club,
    *,
    is_here: bool,
    expected: Sequence[Signal] = (),
) -> Outlook:
    in_force = policy or policy_on(session, club, local_day(case.paid_at, club.zone))
    return outlook(
        case,
        Stored(session, club),
        settings_of(in_force),
        club.zone,
        is_here=is_here,
        expected=expected,
    )
