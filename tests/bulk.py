"""A club of some years: many leads with all that belongs to them, written straight into the tables."""

from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.clock import Instant, local_day
from clubsales.leads.claims.models import ClaimRow
from clubsales.leads.followups.models import ContactRow, FollowUpRow
from clubsales.leads.intake.models import LeadRow
from clubsales.leads.people.models import PersonPhoneRow, PersonRow
from clubsales.leads.people.rules import reversed_digits, search_keys
from clubsales.leads.sources.models import LeadSourceRow
from clubsales.leads.sources.rules import Source
from clubsales.leads.touches.models import TouchRow
from clubsales.policies import policy_on
from tests.builders import Cast, consultant_of

SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰涛明超秀霞平刚桂英华玉萍红玲"
BATCH = 2_000
HELD_OF_EACH = 150  # leads that a consultant holds
BUSY = 2_000  # touches and contacts of the first person


@dataclass(frozen=True, slots=True)
class Crowd:
    """What stands in many leads: public ids."""

    busy_lead: str  # Lin's, with BUSY touches
    own_source: str
    a_phone: str
    a_name: str


def crowd(session: Session, cast: Cast, count: int, *, at: Instant) -> Crowd:
    """`count` leads of the last years in the cast's club, the latest captured at `at`; committed."""
    random = Random(count)
    club, sellers = cast.club, [consultant_of(one) for one in (cast.lin, cast.zhou, cast.ma)]
    policy = policy_on(session, club, local_day(at, club.zone))
    own = LeadSourceRow(club_id=club.id, kind=Source.ONLINE.value, name="抖音", made_at=at)
    session.add(own)
    session.flush()
    first_id = (session.scalars(sa.select(sa.func.max(PersonRow.id))).one() or 0) + 1
    rows: dict[type, list[dict[str, Any]]] = {
        each: [] for each in (PersonRow, PersonPhoneRow, LeadRow, ClaimRow, ContactRow, FollowUpRow, TouchRow)
    }
    for number in range(count):
        person_id, captured_at = first_id + number, at - timedelta(minutes=97 * number)
        name = random.choice(SURNAMES) + "".join(random.choices(GIVEN, k=random.choice((1, 2, 2))))
        keys = search_keys(name)
        e164 = f"+86139{(number * 7_919) % 100_000_000:08d}"
        seller = sellers[number % 3]
        of_person = {"club_id": club.id, "person_id": person_id}
        is_held = number < HELD_OF_EACH * len(sellers)
        rows[PersonRow].append(
            {
                "id": person_id,
                "public_id": f"bp{number:010d}",
                "organisation_id": club.organisation_id,
                "name": name,
                "created_at": captured_at,
                "name_key": keys.name_key,
                "pinyin": keys.pinyin,
                "initials": keys.initials,
                "wechat_key": f"wx_{number:08d}" if number % 3 == 0 else "",
            }
        )
        rows[PersonPhoneRow].append(
            {
                "organisation_id": club.organisation_id,
                "person_id": person_id,
                "e164": e164,
                "reversed": reversed_digits(e164),
            }
        )
        source = random.choice(list(Source))
        bought, lost = number % 29 == 28, number % 101 == 100
        rows[LeadRow].append(
            {
                **of_person,
                "public_id": f"b2{number:010d}".replace("0", "a").replace("1", "b"),
                "source": source.value,
                "source_id": own.id if source is Source.ONLINE and number % 40 == 0 else None,
                "grade": random.choice(("A", "B", "B", "C", "C", "C", "D", None, None)),
                "interest": "",
                "note": "",
                "captured_by": seller if number % 2 else None,
                "captured_at": captured_at,
                "converted_at": captured_at if bought else None,
                "lost_at": captured_at if lost and not bought else None,
            }
        )
        if is_held or number % 4 == 0:
            claimed_day = local_day(captured_at, club.zone)
            ends = {"ended_at": captured_at, "ended_day": claimed_day, "end_reason": "expired"}
            rows[ClaimRow].append(
                {
                    **of_person,
                    "public_id": f"bc{number:010d}",
                    "consultant_id": seller,
                    "claimed_at": captured_at,
                    "claimed_day": claimed_day,
                    "until": local_day(at, club.zone) + timedelta(days=number % 10),
                    "policy_version_id": policy.version_id,
                    **(dict.fromkeys(ends) if is_held else ends),
                }
            )
        for again in range(BUSY if number == 0 else 1):
            then = captured_at - timedelta(minutes=again)
            what = {**of_person, "consultant_id": seller, "at": then, "local_day": local_day(then, club.zone)}
            rows[TouchRow].append({**what, "kind": "visit", "signals": []})
            rows[ContactRow].append(
                {
                    **what,
                    "public_id": f"bo{again:04d}{number:06d}",
                    "channel": "call",
                    "outcome": "answered",
                    "contacted_at": then,
                }
            )
            rows[FollowUpRow].append(
                {
                    **of_person,
                    "public_id": f"bf{again:04d}{number:06d}",
                    "consultant_id": seller,
                    "due_on": local_day(at, club.zone) + timedelta(days=number % 20 - 10),
                    "what": "回电",
                    "made_at": then,
                    "ended_at": None if is_held and again == 0 else then,
                    "end_reason": None if is_held and again == 0 else "done",
                }
            )
    for model, values in rows.items():
        for start in range(0, len(values), BATCH):
            session.execute(sa.insert(model), values[start : start + BATCH])
    session.commit()
    _count_persons_on(session)
    return Crowd(
        busy_lead=rows[LeadRow][0]["public_id"],
        own_source=own.public_id,
        a_phone=rows[PersonPhoneRow][5]["e164"],
        a_name=rows[PersonRow][5]["name"],
    )


def settle(session: Session, *, as_if_times: int = 1) -> None:
    """Statistics for the planner, as the database would make them by itself within minutes.

    PostgreSQL's planner can be made to believe in `as_if_times` as many rows: it then chooses as it would with them.
    """
    session.execute(sa.text("ANALYZE"))
    if session.get_bind().dialect.name == "postgresql":
        of_ours = "SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace"
        session.execute(
            sa.text(f"UPDATE pg_class SET reltuples = reltuples * :times WHERE oid IN ({of_ours})"),
            {"times": as_if_times},
        )
    session.commit()


def _count_persons_on(session: Session) -> None:
    """PostgreSQL numbers persons on behind those that brought their numbers."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(
            sa.text("SELECT setval(pg_get_serial_sequence('person', 'id'), (SELECT max(id) FROM person))")
        )
        session.commit()
