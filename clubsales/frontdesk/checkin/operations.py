"""A card is scanned at a door: one answer, one row, and a visit where it counts.

The row is the trace - who, which door, when, what was answered - so no audit event is written beside it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales import policies
from clubsales.actor import Actor
from clubsales.clock import Instant, local_day
from clubsales.db import table_of
from clubsales.errors import Decision, Fact, Refusal, refuse
from clubsales.frontdesk.checkin import queries
from clubsales.frontdesk.checkin.models import CheckInRow
from clubsales.frontdesk.checkin.queries import Sight, Twin
from clubsales.frontdesk.checkin.rules import (
    ADMITTED,
    FIRST_OF_THE_DAY,
    CheckInPolicy,
    ScanFacts,
    ScanRefused,
    Standing,
    may_admit,
    nonce_is_well_formed,
    standing,
)
from clubsales.membership.cards import operations as cards
from clubsales.membership.cards import queries as card_queries
from clubsales.membership.cards.entry import next_opening, told_of
from clubsales.membership.cards.queries import CardView
from clubsales.membership.cards.rules import CardRefused, CardStatus, CodeRefused
from clubsales.membership.cards.tokens import CardKeys, Code, Misread, MovingCode, read_code
from clubsales.prepared import Prepared

CODES: Mapping[str, StrEnum] = {code.value: code for codes in (CardRefused, CodeRefused) for code in codes}
WRITE = Prepared(sa.insert(table_of(CheckInRow)))


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanAnswer:
    """What the door says. `card` is as it stands after the scan; None where the code named none."""

    admitted: bool
    refusal: Refusal | None
    card: CardView | None
    today: date
    visit: bool
    repeated: bool

    @property
    def code(self) -> str:
        """check_in.admitted, or the refusal's code."""
        return ADMITTED if self.refusal is None else self.refusal.code.value


def scan(session: Session, *, code: str, nonce: str, keys: CardKeys, actor: Actor, at: Instant) -> ScanAnswer:
    """Answer a scan at the actor's door and write it down; the same nonce gets the same answer again.

    Raises Refused(ScanRefused...) for a nonce that is malformed or belongs to another code; every other no is an
    answer, because it is kept.
    """
    if not nonce_is_well_formed(nonce):
        refuse(ScanRefused.NONCE_MALFORMED).or_raise()
    today = local_day(at, actor.club.zone)
    reading = read_code(code, keys.public(actor.club.organisation_id))
    if isinstance(reading, Misread):
        return _cardless(
            session, refuse(CodeRefused(reading)), None, nonce=nonce, actor=actor, at=at, today=today
        )
    seen = queries.sight(session, reading=reading, club=actor.club, nonce=nonce, at=at)
    if seen is None:
        unknown = CodeRefused.STALE if _has_run_out(reading, at) else CardRefused.UNKNOWN
        return _cardless(session, refuse(unknown), reading.key, nonce=nonce, actor=actor, at=at, today=today)
    if seen.twin is not None:
        return _same_again(seen.twin, seen, actor=actor, at=at, today=today)
    return _decide(session, reading, seen, nonce=nonce, actor=actor, at=at, today=today)


def _decide(
    session: Session,
    reading: Code,
    seen: Sight,
    *,
    nonce: str,
    actor: Actor,
    at: Instant,
    today: date,
) -> ScanAnswer:
    stands = _standing(session, reading, seen, actor=actor, at=at)
    card = seen.card
    if card.status is CardStatus.FROZEN and not stands.again:
        card = _woken(session, card, actor=actor, at=at)  # a planned freeze may be over since
    decision = _may_admit(reading, seen, card, stands, actor=actor, at=at, today=today)
    if not isinstance(decision, Refusal) and card.waits_for_use:
        card = _woken(session, card, actor=actor, at=at)  # its first use: its days count from here
        decision = _may_admit(reading, seen, card, stands, actor=actor, at=at, today=today)
    refusal = decision if isinstance(decision, Refusal) else None
    if refusal is None and stands.is_visit and card.visits_left is not None:
        if cards.use_visit(session, card_id=card.id):
            card = replace(card, visits_left=card.visits_left - 1)
        else:  # another door took the last one since we looked
            refusal = refuse(CardRefused.USED_UP)
            card = replace(card, visits_left=0)
    answer = ScanAnswer(
        admitted=refusal is None,
        refusal=refusal,
        card=card,
        today=today,
        visit=refusal is None and stands.is_visit,
        repeated=refusal is None and stands.again,
    )
    _write(session, answer, seen.code_key, nonce=nonce, actor=actor, at=at)
    return answer


def _may_admit(
    reading: Code, seen: Sight, card: CardView, stands: Standing, *, actor: Actor, at: Instant, today: date
) -> Decision:
    moment = at.astimezone(actor.club.zone) if card.windows else None
    return may_admit(
        ScanFacts(
            known=True,
            current=not _has_run_out(reading, at),
            live=seen.code_live,
            entry=card.entry(actor.club, today, moment=moment, hall=actor.hall, visit_needed=stands.is_visit),
            standing=stands,
            used_at=seen.used.at if seen.used else None,
        )
    )


def _woken(session: Session, card: CardView, *, actor: Actor, at: Instant) -> CardView:
    """The card as it stands once what was to happen by itself has happened; whoever shows it stays who he is."""
    if not cards.wake(session, card_id=card.id, actor=actor, at=at):
        return card
    now_stands = card_queries.by_id(session, card.id)
    assert now_stands is not None
    return replace(now_stands, holder=card.holder, person_id=card.person_id)


def _standing(session: Session, reading: Code, seen: Sight, *, actor: Actor, at: Instant) -> Standing:
    if seen.used is None and seen.last_visit_at is None:
        return FIRST_OF_THE_DAY  # no window to measure: the policy need not be read
    policy = policies.policy_on(session, actor.club, local_day(at, actor.club.zone))
    return standing(
        used=seen.used,
        last_visit_at=seen.last_visit_at,
        door=door_of(actor),
        single_use=isinstance(reading, MovingCode),
        policy=policy.read("check_in", CheckInPolicy),
        at=at,
    )


def _cardless(
    session: Session,
    refusal: Refusal,
    code_key: str | None,
    *,
    nonce: str,
    actor: Actor,
    at: Instant,
    today: date,
) -> ScanAnswer:
    """The answer to a code that names no card of ours."""
    twin = queries.twin(session, club=actor.club, nonce=nonce)
    answer = ScanAnswer(admitted=False, refusal=refusal, card=None, today=today, visit=False, repeated=False)
    if twin is None:
        _write(session, answer, code_key, nonce=nonce, actor=actor, at=at)
    elif (twin.card_id, twin.code_key) != (None, code_key):
        refuse(ScanRefused.NONCE_REUSED).or_raise()
    return answer


def _same_again(twin: Twin, seen: Sight, *, actor: Actor, at: Instant, today: date) -> ScanAnswer:
    """The answer given before under this nonce."""
    if (twin.card_id, twin.code_key) != (seen.card.id, seen.code_key):
        refuse(ScanRefused.NONCE_REUSED).or_raise()
    refusal = None
    if not twin.admitted:
        code = CODES[twin.code]
        refusal = refuse(code, **_facts(code, seen, at.astimezone(actor.club.zone)))
    return ScanAnswer(
        admitted=twin.admitted,
        refusal=refusal,
        card=seen.card,
        today=today,
        visit=twin.visit,
        repeated=twin.repeated,
    )


def _facts(code: StrEnum, seen: Sight, moment: Instant) -> dict[str, Fact]:
    """The facts of a refusal that was given before."""
    match code:
        case CardRefused.NOT_YET:
            return {"valid_from": seen.card.valid_from}
        case CardRefused.EXPIRED:
            return {"valid_until": seen.card.valid_until}
        case CardRefused.OUTSIDE_HOURS:
            return told_of(next_opening(seen.card.windows, moment))
        case CardRefused.OTHER_CLUB:
            return {"club": seen.card.club_name}
        case CodeRefused.REUSED:
            return {"used_at": seen.used.at if seen.used else None}
        case _:
            return {}


def door_of(actor: Actor) -> str:
    """The door is the device it stands at; where none is enrolled, the account."""
    return f"device:{actor.device_id}" if actor.device_id is not None else f"account:{actor.account_id}"


def _has_run_out(reading: Code, at: Instant) -> bool:
    return isinstance(reading, MovingCode) and not reading.is_current(at)


def _write(
    session: Session, answer: ScanAnswer, code_key: str | None, *, nonce: str, actor: Actor, at: Instant
) -> None:
    WRITE.run(
        session,
        {
            "club_id": actor.club.id,
            "card_id": answer.card.id if answer.card else None,
            "door": door_of(actor),
            "account_id": actor.account_id,
            "at": at,
            "admitted": answer.admitted,
            "visit": answer.visit,
            "repeated": answer.repeated,
            "code": answer.code,
            "code_key": code_key,
            "nonce": nonce,
        },
    )
