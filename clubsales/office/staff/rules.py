"""Who may give which role, and whose rights he may touch (ROL-14: nobody acts beyond his authority)."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from clubsales.actor import Role
from clubsales.consultants.profiles.rules import Kind
from clubsales.errors import Decision, allow, refuse
from clubsales.ids import ClubID

SELLING_ROLES = frozenset({Role.CONSULTANT, Role.TRAINEE})
MAY_SELL = SELLING_ROLES | {Role.SUPERVISOR}

# From the bottom up; whoever stands on a step gives the roles of his own step and below.
STEPS: tuple[frozenset[Role], ...] = (
    frozenset(
        {
            Role.CONSULTANT,
            Role.TRAINEE,
            Role.RECEPTIONIST,
            Role.SUPERVISOR,
            Role.FINANCE_CLERK,
            Role.SALES_ADMIN,
        }
    ),
    frozenset({Role.CLUB_MANAGER}),
    frozenset({Role.SALES_DIRECTOR}),
    frozenset({Role.DEPUTY_GM}),
    frozenset({Role.GENERAL_MANAGER}),
    frozenset({Role.OWNER}),
)


class StaffRefused(StrEnum):
    ROLE_ABOVE = "staff.role_above"
    PERSON_ABOVE = "staff.person_above"
    OTHER_CLUB = "staff.other_club"
    ONESELF = "staff.oneself"
    ON_SHIFT = "staff.on_shift"
    LAST_ROLE = "staff.last_role"
    PAY_REASON = "staff.pay_reason"
    PAY_CLOSED = "staff.pay_closed"
    PAY_LATER = "staff.pay_later"


@dataclass(frozen=True, slots=True)
class Grant:
    """A live role, in one club or with None in all of the organisation's."""

    role: Role
    club_id: ClubID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Colleague:
    """Somebody whose rights are about to change, and what the actor is to him."""

    name: str
    grants: frozenset[Grant]
    actor_roles: frozenset[Role]  # in the club where he acts
    managed: frozenset[ClubID | None]  # clubs whose staff the actor manages; None when all
    is_oneself: bool


def step_of(roles: Iterable[Role]) -> int:
    """How high the highest of these roles stands; -1 for none of staff."""
    held = frozenset(roles)
    return max((index for index, step in enumerate(STEPS) if held & step), default=-1)


def may_give(role: Role, *, actor_roles: frozenset[Role]) -> Decision:
    """Nobody gives a role above his own, and nobody hires a member."""
    if 0 <= step_of([role]) <= step_of(actor_roles):
        return allow()
    return refuse(StaffRefused.ROLE_ABOVE)


def roles_to_give(actor_roles: frozenset[Role]) -> tuple[Role, ...]:
    """The roles one may give, lowest first."""
    top = step_of(actor_roles)
    return tuple(role for index, step in enumerate(STEPS) if index <= top for role in Role if role in step)


def may_change_rights(facts: Colleague) -> Decision:
    """Rights in this club: of somebody else, who stands no higher."""
    if facts.is_oneself:
        return refuse(StaffRefused.ONESELF)
    if step_of(grant.role for grant in facts.grants) > step_of(facts.actor_roles):
        return refuse(StaffRefused.PERSON_ABOVE, name=facts.name)
    return allow()


def may_set_secrets(facts: Colleague) -> Decision:
    """A password or PIN opens every club its owner works in: all of them must be the actor's to manage."""
    refusal = may_change_rights(facts)
    if refusal != allow():
        return refusal
    if None not in facts.managed and any(grant.club_id not in facts.managed for grant in facts.grants):
        return refuse(StaffRefused.OTHER_CLUB, name=facts.name)
    return allow()


def may_end_employment(facts: Colleague, *, on_shift: bool) -> Decision:
    """Somebody else, off shift, whose roles here are not roles everywhere."""
    refusal = may_change_rights(facts)
    if refusal != allow():
        return refusal
    if None not in facts.managed and any(grant.club_id is None for grant in facts.grants):
        return refuse(StaffRefused.OTHER_CLUB, name=facts.name)
    if on_shift:
        return refuse(StaffRefused.ON_SHIFT, name=facts.name)
    return allow()


def kind_for(role: Role, chosen: Kind | None) -> Kind | None:
    """Consultants and trainees sell, inside when nothing was said; supervisors may; nobody else does."""
    if role in SELLING_ROLES:
        return chosen or Kind.INSIDE
    return chosen if role in MAY_SELL else None
