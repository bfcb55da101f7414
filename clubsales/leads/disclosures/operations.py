"""Whoever learns something about a guest leaves a line; how often he may is counted (CFD-07). Append-only."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.actor import Actor
from clubsales.clock import Instant, local_day
from clubsales.ids import PersonID
from clubsales.leads.disclosures import queries
from clubsales.leads.disclosures.queries import DISCLOSURE
from clubsales.leads.disclosures.rules import (
    DisclosureKind,
    DisclosurePolicy,
    may_probe,
    may_reveal,
    phone_digest,
)
from clubsales.leads.people import queries as people
from clubsales.policies import policy_on

ACCOUNT = sa.table("account", sa.column("id", sa.BigInteger))
# What somebody looks at counts one after the other; rows that only refer to him need not wait.
LOCK_ACCOUNT = (
    sa.select(ACCOUNT.c.id).where(ACCOUNT.c.id == sa.bindparam("account_id")).with_for_update(key_share=True)
)
INSERT = sa.insert(DISCLOSURE)


def probe(
    session: Session, *, e164: str, secret: str, limited: bool = True, actor: Actor, at: Instant
) -> None:
    """Write down that somebody asked whose a phone is: the same one once a day, one's own leads without limit.

    A phone that nobody has is kept as a digest made with `secret`, and its last four digits. Not `limited` is who has
    the guest before him, at the desk. Nobody is written down where no account acts (a replay). Raises
    Refused(DisclosureRefused.PROBES).
    """
    if actor.account_id is None:
        return
    session.execute(LOCK_ACCOUNT, {"account_id": actor.account_id})
    person = people.by_phone(session, actor.club.organisation_id, e164)
    digest = phone_digest(actor.club.organisation_id, e164, secret=secret)
    person_id = person.id if person is not None else None
    asked = queries.asked_today(session, actor, person_id=person_id, digest=digest, at=at)
    if asked.this_one:
        return
    if limited and not asked.is_own:
        may_probe(_policy(session, actor, at), asked_today=asked.others).or_raise()
    if person_id is not None:
        _write(session, DisclosureKind.PROBE, actor=actor, at=at, person_id=person_id)
    else:
        _write(session, DisclosureKind.PROBE, actor=actor, at=at, phone_digest=digest, last_digits=e164[-4:])


def view(session: Session, *, person_id: PersonID, actor: Actor, at: Instant) -> None:
    """Write down that somebody opened a person's page: once a day."""
    if actor.account_id is None:
        return
    session.execute(LOCK_ACCOUNT, {"account_id": actor.account_id})
    if not queries.has_today(session, actor, DisclosureKind.VIEW, person_id, at=at):
        _write(session, DisclosureKind.VIEW, actor=actor, at=at, person_id=person_id)


def reveal(session: Session, *, person_id: PersonID, actor: Actor, at: Instant) -> None:
    """Show a person's whole phone and details to this account until the club's day ends; pressed twice it is once.

    Nothing for who sees them anyway. Raises Refused(DisclosureRefused.REVEALS).
    """
    if actor.account_id is None:
        return
    session.execute(LOCK_ACCOUNT, {"account_id": actor.account_id})
    if queries.sees_whole(session, actor, [person_id], at=at):
        return
    revealed = queries.revealed_today(session, actor, at=at)
    may_reveal(_policy(session, actor, at), revealed_today=revealed).or_raise()
    _write(session, DisclosureKind.REVEAL, actor=actor, at=at, person_id=person_id)


def export(session: Session, *, how_many: int, actor: Actor, at: Instant) -> None:
    """Write down that somebody took this many leads out of the house."""
    if actor.account_id is not None:
        _write(session, DisclosureKind.EXPORT, actor=actor, at=at, how_many=how_many)


def _policy(session: Session, actor: Actor, at: Instant) -> DisclosurePolicy:
    version = policy_on(session, actor.club, local_day(at, actor.club.zone))
    return version.read("claims", DisclosurePolicy)


def _write(session: Session, kind: DisclosureKind, *, actor: Actor, at: Instant, **what: object) -> None:
    row = {"person_id": None, "phone_digest": None, "last_digits": "", "how_many": None, **what}
    session.execute(
        INSERT,
        {
            "club_id": actor.club.id,
            "kind": kind.value,
            "account_id": actor.account_id,
            "at": at,
            "local_day": local_day(at, actor.club.zone),
            **row,
        },
    )
