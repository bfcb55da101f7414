"""Everything that happened with a guest and his sale, in time order, read in pages: however much there is, a page
costs the same (DSP-10). What both sides see."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from clubsales.consultants.profiles import queries as profiles
from clubsales.errors import NotFound
from clubsales.ids import ConsultantID
from clubsales.leads.disputes import gathering
from clubsales.leads.disputes.gathering import Reading
from clubsales.leads.disputes.lines import (
    BY_RECEIPT,
    BY_RECORD,
    ContactLine,
    Line,
    Mark,
    Matter,
    decides_visit,
    marks_of_contact,
    turn_of,
)
from clubsales.leads.disputes.queries import restored_shares
from clubsales.leads.disputes.rules import holders
from clubsales.leads.intake.timeline import EPOCH, TICK, Place
from clubsales.leads.touches.queries import SignalView, restored_signals
from clubsales.leads.touches.rules import Signal, TouchKind
from clubsales.money import Currency, Money

LINES = 40
PLACE = re.compile(r"(\d{1,17})-(\d{1,2})-(\d{1,18})")
RESTS = frozenset({Mark.RESTS})
NOTHING: frozenset[Mark] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidencePage:
    """Some lines, the first of them first. `before` is what the page before it is asked for by; None: nothing earlier."""

    lines: tuple[Line, ...]
    before: str | None


def place_of(text: str) -> Place:
    """A place as it stands in an address; raises NotFound for anything else."""
    found = PLACE.fullmatch(text)
    if found is None:
        raise NotFound
    ticks, rank, number = (int(part) for part in found.groups())
    return Place(EPOCH + ticks * TICK, rank, number)


def page_of(
    session: Session,
    matter: Matter,
    *,
    dispute_id: int,
    before: str = "",
    side: ConsultantID | None = None,
    lines: int = LINES,
) -> EvidencePage:
    """The lines before a place, up to the present without one; of one side and the guest himself where asked.

    Raises NotFound.
    """
    place = place_of(before) if before else None
    reading = Reading(session, matter, before=place, side=side, limit=lines + 1)
    touches, contacts = reading.touches(), reading.contacts()
    claims, issued, shown = reading.ended_claims(), reading.passes_issued(), reading.passes_shown()
    appointments, receipts = reading.appointments(), reading.receipts()
    disputes = reading.other_disputes(dispute_id)
    names = profiles.names(
        session,
        _named(touches, contacts, claims, issued, shown, appointments)
        | {ConsultantID(row.taken_by) for row in receipts if row.taken_by is not None}
        | {ConsultantID(row.opened_by) for row in disputes},
    )
    writer = _Writer(matter, names, *reading.counting())
    found = [
        *(writer.touch(row) for row in touches),
        *(writer.contact(row) for row in contacts),
        *(writer.ended_claim(row) for row in claims),
        *(writer.passed(row, row.issued_at, "pass_issued", gathering.OF_PASS) for row in issued),
        *(writer.passed(row, row.at, "pass_shown", gathering.OF_SHOWING) for row in shown),
        *(writer.appointment(row) for row in appointments),
        *(writer.receipt(row) for row in receipts),
        *(writer.refund(row) for row in reading.refunds()),
        *(writer.dispute(row) for row in disputes),
        *(_other(row, row.captured_at, "referral", gathering.OF_REFERRAL) for row in reading.referral()),
        *(_other(row, row.merged_at, "merged", gathering.OF_MERGE) for row in reading.merges()),
    ]
    found.sort(key=lambda line: line.place, reverse=True)
    page = found[:lines]
    earlier = str(page[-1].place) if len(found) > lines else None
    return EvidencePage(lines=tuple(reversed(page)), before=earlier)


@dataclass(frozen=True, slots=True)
class _Writer:
    """Makes lines of rows: it knows the case, the names, and which contact and receipt count."""

    matter: Matter
    names: Mapping[ConsultantID, str]
    record: int | None
    first_receipt: int | None

    def touch(self, row: Any) -> Line:
        is_visit = row.kind == TouchKind.VISIT.value
        rests = is_visit and decides_visit(self.matter, row.reception_id, row.local_day)
        return Line(
            place=Place(row.at, gathering.OF_TOUCH, row.id),
            kind=row.kind,
            consultant_id=row.consultant_id,
            name=self._name(row.consultant_id),
            signals=tuple(self._signal(one) for one in restored_signals(row.signals)),
            turn=turn_of(row.turn, self.names),
            marks=RESTS if rests or self._is_holders_claim(row) else NOTHING,
        )

    def contact(self, row: Any) -> Line:
        contact = ContactLine(
            channel=row.channel,
            outcome=row.outcome,
            note=row.note,
            said_at=row.contacted_at,
            written_at=row.at,
            corrected_at=row.corrected_at,
            stands_for=(row.former_channel, row.former_outcome) if row.former_channel else None,
            is_inside=row.consultant_kind == "inside",
        )
        rests = self.matter.rule in BY_RECORD and row.id == self.record
        return Line(
            place=Place(row.at, gathering.OF_CONTACT, row.id),
            kind=TouchKind.CONTACT.value,
            consultant_id=row.consultant_id,
            name=self._name(row.consultant_id),
            contact=contact,
            marks=marks_of_contact(contact, self.matter, rests=rests),
        )

    def ended_claim(self, row: Any) -> Line:
        return Line(
            place=Place(row.ended_at, gathering.OF_CLAIM, row.id),
            kind="claim_ended",
            consultant_id=row.consultant_id,
            name=self._name(row.consultant_id),
            words=row.end_reason,
        )

    def passed(self, row: Any, at: Any, kind: str, rank: int) -> Line:
        answer = "" if kind == "pass_issued" else f"-{row.answer}"
        return Line(
            place=Place(at, rank, row.id),
            kind=kind,
            consultant_id=row.consultant_id,
            name=self._name(row.consultant_id),
            words=f"{row.kind}{answer}",
        )

    def appointment(self, row: Any) -> Line:
        return Line(
            place=Place(row.ended_at, gathering.OF_APPOINTMENT, row.id),
            kind="appointment_ended",
            consultant_id=row.consultant_id,
            name=self._name(row.consultant_id),
            words=row.status,
            due_at=row.due_at,
        )

    def receipt(self, row: Any) -> Line:
        rests = self.matter.rule in BY_RECEIPT and row.id == self.first_receipt
        return Line(
            place=Place(row.paid_at, gathering.OF_RECEIPT, row.id),
            kind="receipt",
            consultant_id=row.taken_by,
            name=self._name(row.taken_by),
            words=row.method,
            amount=Money(row.amount_minor, Currency(row.currency)),
            marks=RESTS if rests else NOTHING,
        )

    def refund(self, row: Any) -> Line:
        return Line(
            place=Place(row.settled_at, gathering.OF_REFUND, row.id),
            kind="refund",
            amount=Money(row.amount_minor, Currency(row.currency)),
        )

    def dispute(self, row: Any) -> Line:
        return Line(
            place=Place(row.opened_at, gathering.OF_DISPUTE, row.id),
            kind="dispute",
            consultant_id=row.opened_by,
            name=self._name(row.opened_by),
            words=row.status,
            address=row.public_id,
            parties=frozenset({ConsultantID(row.opened_by)})
            | holders(restored_shares(row.proposal["shares"]), restored_shares(row.shares or ())),
        )

    def _name(self, consultant_id: int | None) -> str:
        return "" if consultant_id is None else self.names.get(ConsultantID(consultant_id), "")

    def _signal(self, signal: Signal) -> SignalView:
        return SignalView(kind=signal.kind, name=self._name(signal.consultant_id))

    def _is_holders_claim(self, row: Any) -> bool:
        """Whoever held the lead has the purchase on the website (RCV-08)."""
        paid = self.matter.first_receipt_at
        return (
            self.matter.rule == "RCV-08"
            and row.kind == TouchKind.CLAIMED.value
            and row.consultant_id in self.matter.holders
            and paid is not None
            and row.at <= paid
        )


def _other(row: Any, at: Any, kind: str, rank: int) -> Line:
    return Line(place=Place(at, rank, row.id), kind=kind, words=row.name)


def _named(touches: Iterable[Any], *others: Iterable[Any]) -> set[ConsultantID]:
    """Everybody whose name a page needs."""
    ids: set[int | None] = {row.consultant_id for rows in others for row in rows}
    for row in touches:
        ids.add(row.consultant_id)
        ids.update(_in_touch(row))
    return {ConsultantID(each) for each in ids if each is not None}


def _in_touch(row: Any) -> Iterator[int | None]:
    for signal in row.signals:
        yield signal["consultant"]
    for skipped in (row.turn or {}).get("skipped", ()):
        yield skipped["consultant"]
