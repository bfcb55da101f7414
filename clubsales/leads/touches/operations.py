"""The one place where evidence is written. A touch is its own trace: append-only, by trigger."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.actor import Actor
from clubsales.clock import Instant, local_day
from clubsales.db import table_of
from clubsales.ids import ConsultantID, PersonID, ReceptionID
from clubsales.leads.touches.models import TouchRow
from clubsales.leads.touches.rules import Signal, TouchKind, TurnTaken
from clubsales.prepared import Prepared

INSERT = Prepared(sa.insert(table_of(TouchRow)))


def record(
    session: Session,
    *,
    kind: TouchKind,
    person_id: PersonID | None,
    consultant_id: ConsultantID | None,
    reception_id: ReceptionID | None = None,
    signals: Sequence[Signal] = (),
    turn: TurnTaken | None = None,
    actor: Actor,
    at: Instant,
) -> None:
    """Somebody did something with a person; a visit says what the guest showed and how he came to him."""
    INSERT.run(
        session,
        {
            "club_id": actor.club.id,
            "kind": kind.value,
            "person_id": person_id,
            "consultant_id": consultant_id,
            "reception_id": reception_id,
            "at": at,
            "local_day": local_day(at, actor.club.zone),
            "signals": [
                {"kind": signal.kind.value, "consultant": signal.consultant_id} for signal in signals
            ],
            "turn": None if turn is None else turn.stored(),
        },
    )
