"""Who swaps with whom: asked, agreed, and approved by a supervisor, who then moves the shifts (SHF-02)."""

from collections.abc import Mapping
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales import audit
from clubsales.actor import Actor
from clubsales.clock import Instant
from clubsales.consultants.profiles import queries as profiles
from clubsales.consultants.roster import queries, swaps
from clubsales.consultants.roster.events import SwapAsked, SwapChanged
from clubsales.consultants.roster.exchange import (
    Handing,
    Receiver,
    SwapStatus,
    may_answer,
    may_ask,
    may_decide,
    may_hand_over,
    may_withdraw,
)
from clubsales.consultants.roster.models import SwapRow
from clubsales.consultants.roster.planning import DAY, SUPERVISORS_RULE, Trace, insert, withdraw
from clubsales.consultants.roster.rules import Entry, Withdrawn
from clubsales.consultants.roster.swaps import SwapView
from clubsales.db import insert_row
from clubsales.errors import NotFound
from clubsales.ids import ConsultantID, SwapID


def ask_swap(
    session: Session,
    *,
    entry: str,
    with_consultant: ConsultantID,
    for_entry: str | None = None,
    note: str = "",
    actor: Actor,
    at: Instant,
) -> SwapID:
    """Ask a colleague to take one's own shift, or to swap it `for_entry`, one of his; both by public id (SHF-02).

    Raises NotFound for another club's and for somebody else's shift, Refused(SwapRefused).
    """
    mine = swaps.entry_of(session, actor.club.id, entry)
    theirs = swaps.entry_of(session, actor.club.id, for_entry) if for_entry else None
    colleague = profiles.get(session, actor.club.id, with_consultant)
    if mine.consultant_id != actor.consultant_id or (theirs and theirs.consultant_id != colleague.id):
        raise NotFound
    asked = any(swaps.is_asked(session, each.entry.id) for each in (mine, theirs) if each)
    may_ask(mine.consultant_id, colleague.id, is_asked=asked, day=mine.entry.day).or_raise()
    other_entry = theirs.entry if theirs else None
    handings = _handings(session, mine.consultant_id, mine.entry, colleague.id, other_entry, actor)
    may_hand_over(handings, at).or_raise()
    row = SwapRow(
        club_id=actor.club.id,
        entry_id=mine.entry.id,
        asked_by=mine.consultant_id,
        with_consultant_id=colleague.id,
        other_entry_id=other_entry.id if other_entry else None,
        note=note.strip(),
        asked_at=at,
    )
    insert_row(session, row)
    event = SwapAsked(row.id, row.entry_id, row.other_entry_id, row.asked_by, row.with_consultant_id)
    audit.record(session, event, actor=actor, at=at)
    return SwapID(row.id)


def answer_swap(session: Session, *, public_id: str, agrees: bool, actor: Actor, at: Instant) -> None:
    """Say yes or no to a colleague's question; the same answer again changes nothing.

    Raises NotFound for whoever was not asked, Refused(SwapRefused).
    """
    swap = swaps.by_public_id(session, actor.club.id, public_id)
    if swap.with_consultant_id != actor.consultant_id:
        raise NotFound
    status = SwapStatus.AGREED if agrees else SwapStatus.DECLINED
    if swap.status is status:
        return
    may_answer(swap.status).or_raise()
    if agrees:
        may_hand_over(_handings_of(session, swap, actor), at).or_raise()
    _change_swap(session, swap, status, {"answered_at": at}, actor, at)


def decide_swap(
    session: Session, *, public_id: str, approve: bool, note: str = "", actor: Actor, at: Instant
) -> None:
    """Approve a swap that the colleague agreed to, and move the shifts; or refuse it, with a note (SHF-02).

    Said twice it is decided once. Raises NotFound, Refused(SwapRefused).
    """
    swap = swaps.by_public_id(session, actor.club.id, public_id)
    status = SwapStatus.APPROVED if approve else SwapStatus.REFUSED
    if swap.status is status:
        return
    is_party = actor.consultant_id is not None and swap.concerns(actor.consultant_id)
    may_decide(swap.status, approve=approve, note=note, is_party=is_party).or_raise()
    handings = _handings_of(session, swap, actor)
    if approve:
        may_hand_over(handings, at).or_raise()
    decided = {"decided_at": at, "decided_by": actor.account_id, "decision_note": note.strip()}
    _change_swap(session, swap, status, decided, actor, at)
    if approve:
        _hand_over(session, swap, Trace(actor, at))


def withdraw_swap(session: Session, *, public_id: str, actor: Actor, at: Instant) -> None:
    """Take one's own question back. Raises NotFound for somebody else's, Refused(SwapRefused.ENDED)."""
    swap = swaps.by_public_id(session, actor.club.id, public_id)
    if swap.asked_by != actor.consultant_id:
        raise NotFound
    if swap.status is SwapStatus.WITHDRAWN:
        return
    may_withdraw(swap.status).or_raise()
    _change_swap(session, swap, SwapStatus.WITHDRAWN, {"decided_at": at}, actor, at)


def _hand_over(session: Session, swap: SwapView, trace: Trace) -> None:
    """Both shifts change hands at once."""
    moves = [(swap.entry, swap.asked_by, swap.with_consultant_id)]
    if swap.other_entry is not None:
        moves.append((swap.other_entry, swap.with_consultant_id, swap.asked_by))
    for entry, giver, _receiver in moves:
        withdraw(session, giver, entry, Withdrawn.SWAPPED, trace)
    for entry, _giver, receiver in moves:
        insert(session, receiver, entry.day, entry.shift, entry.span, entry.id, trace)


def _change_swap(
    session: Session,
    swap: SwapView,
    status: SwapStatus,
    values: Mapping[str, object],
    actor: Actor,
    at: Instant,
) -> None:
    session.execute(sa.update(SwapRow).where(SwapRow.id == swap.id).values(status=status.value, **values))
    audit.record(session, SwapChanged(swap.id, status.value, SUPERVISORS_RULE), actor=actor, at=at)


def _handings_of(session: Session, swap: SwapView, actor: Actor) -> list[Handing]:
    return _handings(session, swap.asked_by, swap.entry, swap.with_consultant_id, swap.other_entry, actor)


def _handings(
    session: Session,
    asker: ConsultantID,
    entry: Entry,
    colleague: ConsultantID,
    other_entry: Entry | None,
    actor: Actor,
) -> list[Handing]:
    """Each shift with whoever would work it, and what he has around it without the one he gives away."""
    given = {entry.id} | ({other_entry.id} if other_entry else set())

    def receiver(consultant_id: ConsultantID, day: date) -> Receiver:
        around = queries.entries_of(session, [consultant_id], day - DAY, day + DAY)[consultant_id]
        active = profiles.all_in_club(session, actor.club.id, on_day=day)
        return Receiver(
            name=profiles.get(session, actor.club.id, consultant_id).name,
            is_active=any(each.id == consultant_id for each in active),
            off=queries.days_off(session, actor.club.id, day, day).get((consultant_id, day)),
            others=[each for each in around if each.id not in given],
        )

    handings = [Handing(entry, receiver(colleague, entry.day))]
    if other_entry is not None:
        handings.append(Handing(other_entry, receiver(asker, other_entry.day)))
    return handings
