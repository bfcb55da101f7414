"""Who is told on his phone that a form waits for him, once; what was done meanwhile rings no more."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales import outbox
from clubsales.actor import Actor
from clubsales.clock import Instant
from clubsales.ids import AccountID, ClubID
from clubsales.membership.approvals.queries import APPROVAL
from clubsales.membership.approvals.rules import Asked, Form, Step

WAITS = "approval:waits"
OLDEST = timedelta(hours=24)  # then it stands in everybody's list since yesterday


@dataclass(frozen=True, slots=True, kw_only=True)
class Untold:
    """A form, and whom it waits for."""

    club_id: ClubID
    form: Form
    public_id: str
    accounts: frozenset[AccountID]


def call_next(session: Session, asked: Asked, step: Step, *, actor: Actor, at: Instant) -> None:
    """Tell those whose turn it is."""
    turn = [asked.form_id, asked.round, step.position]
    _enqueue(session, asked.form, asked.public_id, step.may, turn, actor=actor, at=at)


def call(
    session: Session,
    *,
    form: Form,
    public_id: str,
    accounts: Collection[AccountID],
    actor: Actor,
    at: Instant,
) -> None:
    """Tell those who have to do something about a form beside its chain; never who asked for it himself."""
    others = [each for each in accounts if each != actor.account_id]
    if others:
        _enqueue(session, form, public_id, others, None, actor=actor, at=at)


def take_untold(session: Session, at: Instant) -> list[Untold]:
    """Forms that nobody's phone rang for yet; from now on they count as told."""
    found = []
    for message in outbox.due(session, names=[WAITS], at=at):
        message.done_at = at
        said = message.payload
        form, turn = Form(said["form"]), said["turn"]
        if message.created_at + OLDEST < at or (turn is not None and _is_answered(session, form, *turn)):
            continue
        found.append(
            Untold(
                club_id=ClubID(said["club"]),
                form=form,
                public_id=said["public_id"],
                accounts=frozenset(AccountID(each) for each in said["accounts"]),
            )
        )
    return found


def _enqueue(
    session: Session,
    form: Form,
    public_id: str,
    accounts: Collection[AccountID],
    turn: list[int] | None,
    *,
    actor: Actor,
    at: Instant,
) -> None:
    said = {"club": actor.club.id, "form": form.value, "public_id": public_id, "turn": turn}
    outbox.enqueue(session, WAITS, {**said, "accounts": sorted(accounts)}, at=at)


def _is_answered(session: Session, form: Form, form_id: int, round_: int, step: int) -> bool:
    """Whether this step was answered, or the form went round anew since."""
    later = sa.or_(APPROVAL.c.round > round_, sa.and_(APPROVAL.c.round == round_, APPROVAL.c.step >= step))
    answered = sa.exists().where(APPROVAL.c.form == form.value, APPROVAL.c.form_id == form_id, later)
    return session.execute(sa.select(answered)).scalar_one()
