"""Dated club policies: whole documents, valid from a club-local midnight, never edited."""

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from clubsales.actor import Actor, Club
from clubsales.audit import Event, record
from clubsales.clock import Instant
from clubsales.db import Json, Model, table_of
from clubsales.errors import refuse
from clubsales.ids import ClubID, PolicyVersionID
from clubsales.policy_documents import BUILT, Document, changed_keys, completed, default_document, overlay
from clubsales.prepared import Answer, Prepared

S = TypeVar("S")


class PolicyRefused(StrEnum):
    NOT_BUILT = "policy.not_built"


class PolicyVersion(Model, kw_only=True):
    """One whole document from its day on. Append-only."""

    __tablename__ = "policy_version"
    __table_args__ = (sa.UniqueConstraint("club_id", "valid_from", "sequence"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    club_id: Mapped[int] = mapped_column(sa.ForeignKey("club.id"))
    valid_from: Mapped[date]
    sequence: Mapped[int]
    digest: Mapped[str] = mapped_column(sa.String(64))
    document: Mapped[Document] = mapped_column(Json)
    published_at: Mapped[Instant]
    published_by: Mapped[int | None]


@dataclass(frozen=True, slots=True)
class PolicyPublished(Event):
    tag = "policy:published"
    subject = "policy_version_id"
    policy_version_id: int
    valid_from: date


@dataclass(frozen=True, slots=True)
class Policy:
    """The document in force on a day, and which version it is."""

    version_id: PolicyVersionID
    document: Mapping[str, Any]

    def read(self, section: str, shape: type[S]) -> S:
        """A section as the frozen dataclass its rules take; fields carry the settings' names."""
        return _read(shape, self.document[section])


VERSION = table_of(PolicyVersion)
IN_FORCE = Prepared(
    sa.select(VERSION.c.id, VERSION.c.digest)
    .where(VERSION.c.club_id == sa.bindparam("club_id"), VERSION.c.valid_from <= sa.bindparam("day"))
    .order_by(VERSION.c.valid_from.desc(), VERSION.c.sequence.desc())
    .limit(1)
)
FIRST = Prepared(
    sa.select(VERSION.c.id, VERSION.c.digest)
    .where(VERSION.c.club_id == sa.bindparam("club_id"))
    .order_by(VERSION.c.valid_from, VERSION.c.sequence)
    .limit(1)
)


def policy_on(session: Session, club: Club, day: date) -> Policy:
    """The policy in force in a club on a club-local day; on a day before its first one (a month it was founded in), that."""
    answer = ask_policy_on(session, club, day)
    return policy_of(session, answer if answer.all() else FIRST.ask(session, {"club_id": club.id}))


def ask_policy_on(session: Session, club: Club, day: date) -> Answer:
    """Which policy is in force, for `policy_of`; it is asked together with what is asked next."""
    return IN_FORCE.ask(session, {"club_id": club.id, "day": day})


def policy_of(session: Session, answer: Answer) -> Policy:
    """The policy in an answer."""
    return _parsed(session, answer.one())


def policy_version(session: Session, version_id: PolicyVersionID) -> Policy:
    """A version by its id: what was asked for under it goes on under it."""
    return policy_versions(session, [version_id])[version_id]


def policy_versions(
    session: Session, version_ids: Collection[PolicyVersionID]
) -> dict[PolicyVersionID, Policy]:
    """Several versions by their ids."""
    if not version_ids:
        return {}
    rows = session.execute(
        sa.select(VERSION.c.id, VERSION.c.digest).where(VERSION.c.id.in_(set(version_ids)))
    ).all()
    return {PolicyVersionID(row.id): _parsed(session, row) for row in rows}


def _parsed(session: Session, found: Any) -> Policy:
    document = _documents.get(found.digest)
    if document is None:
        stored = session.execute(
            sa.select(PolicyVersion.document).where(PolicyVersion.id == found.id)
        ).scalar_one()
        document = _documents[found.digest] = completed(stored, default_document())
    return Policy(PolicyVersionID(found.id), document)


# A document never changes under its digest, so it is parsed once per process.
_documents: dict[str, Document] = {}


def publish(
    session: Session, *, changes: Mapping[str, Any], valid_from: date, actor: Actor, at: Instant
) -> PolicyVersionID:
    """Put a policy in force from a club-local day on.

    Raises PolicyError for a document of another shape, Refused(PolicyRefused.NOT_BUILT) for a setting this version
    does not decide by.
    """
    document = overlay(default_document(), changes)
    ahead = [key for key in changed_keys(document) if key not in BUILT]
    if ahead:
        refuse(PolicyRefused.NOT_BUILT, settings=ahead).or_raise()
    return install(session, document=document, valid_from=valid_from, actor=actor, at=at)


def install(
    session: Session, *, document: Document, valid_from: date, actor: Actor, at: Instant
) -> PolicyVersionID:
    """Write a whole, checked document as the next version."""
    text = json.dumps(document, sort_keys=True, ensure_ascii=False)
    sequence = session.execute(
        sa.select(sa.func.count()).where(
            PolicyVersion.club_id == actor.club.id, PolicyVersion.valid_from == valid_from
        )
    ).scalar_one()
    row = PolicyVersion(
        club_id=actor.club.id,
        valid_from=valid_from,
        sequence=sequence,
        digest=hashlib.sha256(text.encode()).hexdigest(),
        document=document,
        published_at=at,
        published_by=actor.account_id,
    )
    session.add(row)
    session.flush()
    record(session, PolicyPublished(row.id, valid_from), actor=actor, at=at)
    return PolicyVersionID(row.id)


def club_has_policy(session: Session, club_id: ClubID) -> bool:
    """Whether the club has any policy yet."""
    return session.execute(sa.select(sa.exists().where(PolicyVersion.club_id == club_id))).scalar_one()


def _read(shape: type[S], section: Mapping[str, Any]) -> S:
    if not is_dataclass(shape):
        raise TypeError(f"{shape} is no dataclass")
    values = {f.name: section[f.name] for f in fields(shape)}
    return shape(**{k: tuple(v) if isinstance(v, list) else v for k, v in values.items()})
