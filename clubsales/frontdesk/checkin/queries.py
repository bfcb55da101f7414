"""Reading scans: what one scan needs to know, in one statement, and the last ones for the screen."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.actor import Club
from clubsales.clock import Instant, day_span, local_day
from clubsales.frontdesk.checkin.models import CheckInRow
from clubsales.frontdesk.checkin.rules import WIDEST_WINDOW, CodeUse
from clubsales.ids import CardID, CheckInID
from clubsales.membership.cards import family
from clubsales.membership.cards.queries import CardView, cards_select, door_select, to_card
from clubsales.membership.cards.tokens import Code, MovingCode, PrintedCode
from clubsales.prepared import Prepared

CHECK_IN = cast("sa.Table", CheckInRow.__table__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Twin:
    """A scan written before under the same nonce: the same press, sent again."""

    card_id: CardID | None
    code_key: str | None
    admitted: bool
    code: str
    visit: bool
    repeated: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """Everything a scan needs to know of a code whose card exists. `code_key` names it among the card's codes."""

    card: CardView
    code_key: str
    code_live: bool
    used: CodeUse | None
    last_visit_at: Instant | None
    twin: Twin | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanLine:
    """A scan as the screen lists it."""

    at: Instant
    admitted: bool
    repeated: bool
    visit: bool
    code: str
    card_public_id: str | None
    holder: str
    card_name: str
    card_name_en: str

    def card_name_in(self, language: str) -> str:
        """The card's name in a language of ours."""
        return self.card_name_en if language.startswith("en") and self.card_name_en else self.card_name


def _sight_statement(*, of_sharer: bool = False) -> sa.Select[Any]:
    """`of_sharer`: of somebody who shares the card, whose visits count apart from its holder's."""
    door = door_select()
    card_id = door.selected_columns["id"]
    used, twin, visit, earlier = (CHECK_IN.alias(name) for name in ("used", "twin", "visit", "earlier"))
    # A moving code has one first use at most; of a printed code the latest matters.
    latest_use = (
        sa.select(earlier.c.id)
        .where(
            earlier.c.card_id == card_id,
            earlier.c.code_key == sa.bindparam("code_key"),
            earlier.c.admitted,
            sa.not_(earlier.c.repeated),
        )
        .order_by(earlier.c.at.desc())
        .limit(1)
        .correlate_except(earlier)
        .scalar_subquery()
    )
    last_visit = (
        sa.select(sa.func.max(visit.c.at))
        .where(
            visit.c.card_id == card_id,
            visit.c.club_id == sa.bindparam("club_id"),
            visit.c.visit,
            visit.c.at >= sa.bindparam("since"),
            visit.c.code_key.like(sa.bindparam("whose")) if of_sharer else visit.c.code_key.not_like("m:%:%"),
        )
        .correlate_except(visit)
        .scalar_subquery()
    )
    return (
        door.add_columns(
            used.c.at.label("used_at"),
            used.c.door.label("used_door"),
            last_visit.label("last_visit_at"),
            *_twin_columns(twin),
        )
        .outerjoin(used, used.c.id == latest_use)
        .outerjoin(
            twin, sa.and_(twin.c.club_id == sa.bindparam("club_id"), twin.c.nonce == sa.bindparam("nonce"))
        )
    )


def _twin_columns(twin: sa.FromClause) -> tuple[sa.Label[Any], ...]:
    return (
        twin.c.id.label("twin_id"),
        twin.c.card_id.label("twin_card_id"),
        twin.c.code_key.label("twin_code_key"),
        twin.c.admitted.label("twin_admitted"),
        twin.c.code.label("twin_code"),
        twin.c.visit.label("twin_visit"),
        twin.c.repeated.label("twin_repeated"),
    )


# Built once: putting such a statement together costs more than running it.
SIGHT = Prepared(_sight_statement())
SIGHT_OF_SHARER = Prepared(_sight_statement(of_sharer=True))
TWIN = sa.select(*_twin_columns(CHECK_IN)).where(
    CHECK_IN.c.club_id == sa.bindparam("club_id"), CHECK_IN.c.nonce == sa.bindparam("nonce")
)


def sight(session: Session, *, reading: Code, club: Club, nonce: str, at: Instant) -> Sight | None:
    """What is known about a code that verifies; None when there is no such card.

    A moving code names a card, or somebody who shares one.
    """
    asked = {
        "card": reading.card,
        "serial": reading.serial if isinstance(reading, PrintedCode) else "",
        "code_key": reading.key,
        "club_id": club.id,
        "since": at - WIDEST_WINDOW,
        "nonce": nonce,
    }
    found = SIGHT.one_or_none(session, asked)
    if found is None:
        return _sight_of_sharer(session, reading, asked)
    return _to_sight(found._asdict(), reading, reading.key)


def _sight_of_sharer(session: Session, reading: Code, asked: dict[str, Any]) -> Sight | None:
    sharer = family.by_code_name(session, reading.card) if isinstance(reading, MovingCode) else None
    if sharer is None:
        return None
    key = f"{reading.key}:{sharer.code_name}"
    asked |= {"card": sharer.card, "code_key": key, "whose": f"m:%:{sharer.code_name}"}
    seen = _to_sight(SIGHT_OF_SHARER.one(session, asked)._asdict(), reading, key)
    return replace(seen, card=replace(seen.card, holder=sharer.name, person_id=sharer.person_id))


def _to_sight(row: Mapping[Any, Any], reading: Code, key: str) -> Sight:
    return Sight(
        card=to_card(row),
        code_key=key,
        code_live=row["code_live"] or not isinstance(reading, PrintedCode),
        used=None if row["used_at"] is None else CodeUse(door=row["used_door"], at=row["used_at"]),
        last_visit_at=row["last_visit_at"],
        twin=_to_twin(row),
    )


def twin(session: Session, *, club: Club, nonce: str) -> Twin | None:
    """The scan written before under this nonce, if any."""
    row = session.execute(TWIN, {"club_id": club.id, "nonce": nonce}).mappings().one_or_none()
    return None if row is None else _to_twin(row)


def _to_twin(row: Mapping[Any, Any]) -> Twin | None:
    if row["twin_id"] is None:
        return None
    return Twin(
        card_id=row["twin_card_id"],
        code_key=row["twin_code_key"],
        admitted=row["twin_admitted"],
        code=row["twin_code"],
        visit=row["twin_visit"],
        repeated=row["twin_repeated"],
    )


def last_scans(session: Session, club: Club, *, limit: int = 20) -> list[ScanLine]:
    """The club's last scans, admitted and refused, the newest first."""
    latest = (
        sa.select(CHECK_IN)
        .where(CHECK_IN.c.club_id == club.id)
        .order_by(CHECK_IN.c.at.desc(), CHECK_IN.c.id.desc())
        .limit(limit)
        .subquery()
    )
    card = cards_select().subquery()
    sharer = family.names()
    rows = session.execute(
        sa.select(
            latest.c.at,
            latest.c.admitted,
            latest.c.repeated,
            latest.c.visit,
            latest.c.code,
            card.c.public_id,
            sa.func.coalesce(sharer.c.name, card.c.holder).label("holder"),
            card.c.name,
            card.c.name_en,
        )
        .select_from(latest)
        .outerjoin(card, card.c.id == latest.c.card_id)
        .outerjoin(
            sharer,
            sa.and_(
                sharer.c.card_id == latest.c.card_id,
                latest.c.code_key.like(sa.literal("m:%:").concat(sharer.c.code_name)),
            ),
        )
        .order_by(latest.c.at.desc(), latest.c.id.desc())
    )
    return [
        ScanLine(
            at=row.at,
            admitted=row.admitted,
            repeated=row.repeated,
            visit=row.visit,
            code=row.code,
            card_public_id=row.public_id,
            holder=row.holder or "",
            card_name=row.name or "",
            card_name_en=row.name_en or "",
        )
        for row in rows
    ]


def last_scan_id(session: Session, club: Club) -> CheckInID | None:
    """The club's newest scan: which version of the list of scans this is."""
    newest: int | None = session.execute(
        sa.select(CHECK_IN.c.id)
        .where(CHECK_IN.c.club_id == club.id)
        .order_by(CHECK_IN.c.at.desc(), CHECK_IN.c.id.desc())
        .limit(1)
    ).scalar_one_or_none()
    return None if newest is None else CheckInID(newest)


def visits_on(session: Session, club: Club, day: date) -> int:
    """How many visits the club had on a local day."""
    start, end = day_span(day, club.zone)
    return session.execute(
        sa.select(sa.func.count()).where(
            CHECK_IN.c.club_id == club.id, CHECK_IN.c.at >= start, CHECK_IN.c.at < end, CHECK_IN.c.visit
        )
    ).scalar_one()


def visits_today(session: Session, club: Club, *, at: Instant) -> int:
    """How many visits the club has had since local midnight."""
    return visits_on(session, club, local_day(at, club.zone))
