"""Every money door has a key: the same form sent twice gives the same result once."""

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any
from uuid import uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from clubsales.actor import Actor
from clubsales.clock import Instant
from clubsales.db import Model, table_of
from clubsales.errors import refuse
from clubsales.prepared import Prepared


class SubmissionRefused(StrEnum):
    KEY_REUSED = "submission.key_reused"


class Submission(Model, kw_only=True):
    """The outcome of a keyed form, by club and key."""

    __tablename__ = "submission"
    __table_args__ = (sa.UniqueConstraint("club_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    club_id: Mapped[int] = mapped_column(sa.ForeignKey("club.id"))
    key: Mapped[str] = mapped_column(sa.String(80))
    fingerprint: Mapped[str] = mapped_column(sa.String(64))
    reference: Mapped[str] = mapped_column(sa.String(80))
    account_id: Mapped[int | None]
    at: Mapped[Instant]


KEY = re.compile(r"[0-9A-Za-z-]{8,80}")
SUBMISSION = table_of(Submission)
FIND = Prepared(
    sa.select(SUBMISSION.c.fingerprint, SUBMISSION.c.reference).where(
        SUBMISSION.c.club_id == sa.bindparam("club_id"), SUBMISSION.c.key == sa.bindparam("key")
    )
)
INSERT = Prepared(sa.insert(SUBMISSION))


def key_of(typed: str | None) -> str:
    """The key that a form brought; a new one where it brings none of ours."""
    return typed if typed and KEY.fullmatch(typed) else str(uuid4())


def once(
    session: Session,
    *,
    key: str,
    inputs: Mapping[str, Any],
    actor: Actor,
    at: Instant,
    work: Callable[[], str],
) -> str:
    """Do the work once for this key and return its reference (a public id); later calls return the same.

    Raises Refused(SubmissionRefused.KEY_REUSED) when the same key comes with other inputs. A race for one key is
    lost at the unique constraint; `transact` runs the loser again, which then finds the winner's result.
    """
    fingerprint = hashlib.sha256(
        json.dumps([actor.account_id, dict(inputs)], sort_keys=True, default=str).encode()
    ).hexdigest()
    found = FIND.one_or_none(session, {"club_id": actor.club.id, "key": key})
    if found is not None:
        if found.fingerprint != fingerprint:
            refuse(SubmissionRefused.KEY_REUSED).or_raise()
        return str(found.reference)
    reference = work()
    INSERT.run(
        session,
        {
            "club_id": actor.club.id,
            "key": key,
            "fingerprint": fingerprint,
            "reference": reference,
            "account_id": actor.account_id,
            "at": at,
        },
    )
    return reference
