"""What stands beside a contact form: the scripts that fit, and whether the guest may be called now (TEL-02)."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.actor import Actor
from clubsales.clock import Instant, local_day
from clubsales.ids import PersonID
from clubsales.leads.followups.hours import ContactHoursPolicy, allowed_from
from clubsales.leads.followups.queries import CONTACT, IS_CORRECTED
from clubsales.leads.followups.rules import FollowUpPolicy
from clubsales.leads.people import do_not_call
from clubsales.leads.scripts import queries as scripts
from clubsales.leads.scripts.queries import ScriptView
from clubsales.leads.scripts.rules import Facts, Gap, Situation, situation_for
from clubsales.leads.touches.queries import TOUCH
from clubsales.leads.touches.rules import TouchKind
from clubsales.policies import policy_on

MEMBER = sa.table("member", sa.column("person_id"), sa.column("organisation_id"))
CARD = sa.table(
    "card",
    sa.column("person_id"),
    sa.column("club_id"),
    sa.column("status"),
    sa.column("valid_until", sa.Date),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """Whether somebody may be called and written to now.

    `do_not_call_at`: he asked not to be. `allowed_from`: the club leaves guests in peace until then. `e164` is there
    where the reader sees it.
    """

    e164: str | None
    do_not_call_at: Instant | None
    allowed_from: Instant | None

    @property
    def is_open(self) -> bool:
        """Whether there are links to call and to write."""
        return self.e164 is not None and self.do_not_call_at is None and self.allowed_from is None


@dataclass(frozen=True, slots=True)
class Group:
    """The scripts of a situation, names filled in."""

    situation: Situation
    scripts: tuple[ScriptView, ...]


@dataclass(frozen=True, slots=True)
class Beside:
    """The club's scripts beside a form, and the situation that is open."""

    groups: tuple[Group, ...]
    open_at: Situation


def reach_of(session: Session, actor: Actor, person_id: PersonID, e164: str | None, at: Instant) -> Reach:
    """Whether somebody may be called now; raises NotFound."""
    return Reach(
        e164=e164,
        do_not_call_at=do_not_call.since(session, actor.club.organisation_id, person_id),
        allowed_from=hours_end(session, actor, at),
    )


def hours_end(session: Session, actor: Actor, at: Instant) -> Instant | None:
    """When guests of the club may be called again; None: now."""
    policy = policy_on(session, actor.club, local_day(at, actor.club.zone))
    return allowed_from(at, policy.read("follow_up", ContactHoursPolicy), actor.club.zone)


def beside(
    session: Session, actor: Actor, person_id: PersonID, name: str, language: str, at: Instant
) -> Beside | None:
    """What to say to somebody, with his and one's own name; None where the club has no script."""
    names = {
        Gap.GUEST: name,
        Gap.CONSULTANT: actor.name if actor.consultant_id is not None else "",
        Gap.CLUB: actor.club.name,
    }
    found = scripts.for_names(session, actor.club.id, language, names)
    if not found:
        return None
    groups = tuple(Group(each, tuple(found[each])) for each in Situation if each in found)
    return Beside(groups, situation_for(_facts(session, actor, person_id, at)))


def _facts(session: Session, actor: Actor, person_id: PersonID, at: Instant) -> Facts:
    """Who somebody is to the club, in one look."""
    club, day = actor.club, local_day(at, actor.club.zone)
    effective = policy_on(session, club, day).read("follow_up", FollowUpPolicy).effective_outcomes
    mine = (CONTACT.c.club_id == club.id, CONTACT.c.person_id == person_id, ~IS_CORRECTED)
    row = session.execute(
        sa.select(
            sa.exists()
            .where(MEMBER.c.organisation_id == club.organisation_id, MEMBER.c.person_id == person_id)
            .label("is_member"),
            sa.exists()
            .where(
                CARD.c.person_id == person_id,
                CARD.c.status.in_(("active", "frozen")),
                sa.or_(CARD.c.valid_until.is_(None), CARD.c.valid_until >= day),
            )
            .label("has_card"),
            sa.exists()
            .where(
                TOUCH.c.club_id == club.id,
                TOUCH.c.person_id == person_id,
                TOUCH.c.kind == TouchKind.VISIT.value,
            )
            .label("has_visited"),
            sa.exists().where(*mine, CONTACT.c.outcome.in_(effective)).label("was_reached"),
            sa.exists().where(*mine).label("was_tried"),
        )
    ).one()
    return Facts(
        is_member=row.is_member,
        has_lapsed=row.is_member and not row.has_card,
        has_visited=row.has_visited,
        was_reached=row.was_reached,
        last_unanswered=row.was_tried and not row.was_reached,
    )
