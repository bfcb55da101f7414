"""Finding a person: each way of looking is a range of an index, and brings so many at most."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.actor import Actor
from clubsales.clock import Instant, local_day
from clubsales.db import table_of
from clubsales.ids import LeadID
from clubsales.leads.claims.queries import CLAIM, RUNNING
from clubsales.leads.disclosures.rules import PrivacyPolicy, sees_everybody
from clubsales.leads.intake import queries as intake
from clubsales.leads.intake.models import LeadRow
from clubsales.leads.lists.queries import Line, Reader, lines_of
from clubsales.leads.lists.sought import FEWEST_DIGITS, Missing, Sought, following, sought
from clubsales.leads.people import queries as people
from clubsales.leads.people.models import PersonPhoneRow, PersonRow

SHOWN = 20
LOOKED_AT = 1_000  # persons that one way of looking brings at most
LEAD, PERSON, PHONE = table_of(LeadRow), table_of(PersonRow), table_of(PersonPhoneRow)
# Who was merged into another person is found as that one, or as whom that one was merged into.
KEPT = PERSON.alias("kept")
PERSON_ID = sa.func.coalesce(
    sa.select(KEPT.c.merged_into_id).where(KEPT.c.id == PERSON.c.merged_into_id).scalar_subquery(),
    PERSON.c.merged_into_id,
    PERSON.c.id,
).label("person_id")


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Leads of the reader's club, his own first, then the latest; `more`: there are others, so type more.

    `hidden_by`: whoever's phone he does not see is found by so many last digits of it, whatever else he types.
    """

    lines: tuple[Line, ...] = ()
    more: bool = False
    hidden_by: int = 0
    missing: Missing | None = None


def search(session: Session, reader: Reader, typed: str, *, may_ask: bool = True) -> Found:
    """Whom somebody means: leads by the last digits of a phone, or by how the name or the WeChat id begins.

    Digits of a phone that the reader does not see find nobody, else he would guess them one by one (CFD-07). The whole
    phone does: that is the question whose it is, which `may_ask` says he may ask.
    """
    asked = sought(typed)
    if asked.missing is not None:
        return Found(missing=asked.missing)
    found = _found(session, reader, asked)
    digits = max(FEWEST_DIGITS, reader.policy.read("privacy", PrivacyPolicy).mask["last"])
    less = None if sees_everybody(reader.actor.roles) else asked.seen_by_all(digits)
    if less is None:
        return found
    if asked.e164 is not None and may_ask:
        lead_id = _lead_of(session, reader.actor, asked.e164)
        return Found(lines=tuple(line for line in found.lines if line.phone_shown or line.id == lead_id))
    rest = _found(session, reader, less)
    shown = tuple(line for line in found.lines if line.phone_shown)
    lines = shown + tuple(line for line in rest.lines if not line.phone_shown)
    return Found(lines=lines[:SHOWN], more=rest.more or len(lines) > SHOWN, hidden_by=digits)


def _found(session: Session, reader: Reader, asked: Sought) -> Found:
    ids = [LeadID(each) for each in session.scalars(found_by(reader.actor, asked, at=reader.at))]
    lines = lines_of(session, reader, ids[:SHOWN])
    return Found(lines=tuple(lines), more=len(ids) > SHOWN)


def _lead_of(session: Session, actor: Actor, e164: str) -> LeadID | None:
    person = people.by_phone(session, actor.club.organisation_id, e164)
    return intake.of_person(session, actor.club.id, person.id) if person is not None else None


def found_by(actor: Actor, asked: Sought, *, at: Instant) -> sa.Select[Any]:
    """The ids of the leads that are meant, one more than are shown."""
    ways = [*_ways(actor, asked), *_own_ways(actor, asked, at=at)]
    persons = sa.union(*(sa.select(way.subquery().c.person_id) for way in ways)).subquery()
    own = LEAD.c.person_id.in_(_own(actor, at).with_only_columns(CLAIM.c.person_id))
    return (
        sa.select(LEAD.c.id)
        .join_from(
            persons, LEAD, sa.and_(LEAD.c.club_id == actor.club.id, LEAD.c.person_id == persons.c.person_id)
        )
        .order_by(own.desc(), LEAD.c.captured_at.desc(), LEAD.c.id.desc())
        .limit(SHOWN + 1)
    )


def _ways(actor: Actor, asked: Sought) -> Iterator[sa.Select[Any]]:
    """Each way of looking in the organisation, its persons in the order of the index."""
    organisation_id = actor.club.organisation_id
    for ending in asked.phones:
        yield (
            sa.select(PHONE.c.person_id)
            .where(PHONE.c.organisation_id == organisation_id, _begins(PHONE.c.reversed, ending))
            .order_by(PHONE.c.reversed)
            .limit(LOOKED_AT)
        )
    for column, beginning in _beginnings(asked):
        yield (
            sa.select(PERSON_ID)
            .where(PERSON.c.organisation_id == organisation_id, column != "", _begins(column, beginning))
            .order_by(column)
            .limit(LOOKED_AT)
        )


def _own_ways(actor: Actor, asked: Sought, *, at: Instant) -> Iterator[sa.Select[Any]]:
    """The reader's own leads are looked through too: where a name is frequent, they are found all the same.

    They are few, so they are read first and looked at then; an index of all persons would bring too many.
    """
    if actor.consultant_id is None or not _beginnings(asked):
        return
    keys = (PERSON.c.name_key, PERSON.c.pinyin, PERSON.c.initials, PERSON.c.wechat_key)
    own = (
        _own(actor, at)
        .with_only_columns(CLAIM.c.person_id, *keys)
        .join(PERSON, PERSON.c.id == CLAIM.c.person_id)
        .cte("own")
        .prefix_with("MATERIALIZED")
    )
    beginnings = [_begins(own.c[column.name], beginning) for column, beginning in _beginnings(asked)]
    yield sa.select(own.c.person_id).where(sa.or_(*beginnings)).limit(LOOKED_AT)


def _own(actor: Actor, at: Instant) -> sa.Select[Any]:
    return sa.select(CLAIM.c.id).where(
        CLAIM.c.consultant_id == actor.consultant_id,
        CLAIM.c.club_id == actor.club.id,
        RUNNING,
        CLAIM.c.until >= local_day(at, actor.club.zone),
    )


def _beginnings(asked: Sought) -> list[tuple[sa.Column[str], str]]:
    ways = (
        (PERSON.c.name_key, asked.name),
        (PERSON.c.pinyin, asked.sound),
        (PERSON.c.initials, asked.sound),
        (PERSON.c.wechat_key, asked.wechat),
    )
    return [(column, beginning) for column, beginning in ways if beginning]


def _begins(column: sa.ColumnElement[str], beginning: str) -> sa.ColumnElement[bool]:
    return sa.and_(column >= beginning, column < following(beginning))
