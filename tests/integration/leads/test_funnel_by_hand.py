"""The funnel against a second count of made-up histories, written without looking at how the first one counts."""

import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.clock import Instant
from clubsales.leads.appointments.models import AppointmentRow
from clubsales.leads.followups.models import ContactRow
from clubsales.leads.funnel import queries
from clubsales.leads.funnel.periods import By, period
from clubsales.leads.funnel.rules import STAGES, count, forecast, levers, stays
from clubsales.leads.intake.models import LeadRow
from clubsales.leads.intake.rules import Source
from clubsales.leads.people import operations as people
from clubsales.leads.touches.models import TouchRow
from clubsales.membership.sales.models import SaleRow
from clubsales.money import Money
from tests.builders import Cast, consultant_of, local
from tests.cards import a_sale

TODAY = local(9).date()
AT = local(14, 20)
NAMES = [stage.value for stage in STAGES]


def an_instant(chance: random.Random, after: datetime, days: int) -> datetime:
    return after + timedelta(minutes=chance.randrange(1, days * 1440))


def a_history(session: Session, cast: Cast, chance: random.Random, place: int) -> dict[str, Any]:
    """A lead, written row by row, and what a reader would say of it."""
    club, lin = cast.club, consultant_of(cast.lin)
    captured = datetime(2025, 10, 1, tzinfo=UTC) + timedelta(minutes=chance.randrange(0, 155 * 1440))
    person_id = people.find_or_add(
        session, e164=f"+861390000{place:04d}", name=f"{place}", actor=cast.desk, at=captured
    )
    story: dict[str, Any] = {"captured": captured, "lost": None, "paid": 0}
    lead = LeadRow(
        club_id=club.id,
        person_id=person_id,
        source=chance.choice(list(Source)).value,
        captured_by=lin,
        captured_at=captured,
    )
    session.add(lead)
    for _each in range(chance.randrange(0, 3)):
        reached = chance.random() < 0.5
        at = an_instant(chance, captured, 20)
        session.add(
            ContactRow(
                club_id=club.id,
                person_id=person_id,
                consultant_id=lin,
                channel="call",
                outcome="answered" if reached else "no_answer",
                note="",
                contacted_at=at,
                at=at,
                local_day=at.astimezone(club.zone).date(),
            )
        )
        if reached:
            story["reached"] = min(at, story.get("reached", at))
    if chance.random() < 0.4:
        at = an_instant(chance, captured, 20)
        session.add(
            AppointmentRow(
                club_id=club.id,
                consultant_id=lin,
                person_id=person_id,
                due_at=at + timedelta(days=1),
                local_day=(at + timedelta(days=1)).astimezone(club.zone).date(),
                status="no_show",
                made_at=at,
                made_by=None,
                ended_at=at + timedelta(days=2),
            )
        )
        story["appointed"] = at
    if chance.random() < 0.4:
        at = an_instant(chance, captured, 20)
        session.add(
            TouchRow(
                club_id=club.id,
                person_id=person_id,
                kind="visit",
                consultant_id=lin,
                reception_id=None,
                at=at,
                local_day=at.astimezone(club.zone).date(),
                signals=[],
            )
        )
        story["visited"] = at
    if chance.random() < 0.35:
        at = an_instant(chance, captured, 20)
        sale_id = a_sale(session, cast, cast.annual, at=AT, person_id=person_id)
        paid = chance.randrange(0, 390_000)
        session.execute(
            sa.update(SaleRow).where(SaleRow.id == sale_id).values(opened_at=at, received_minor=paid)
        )
        story["offered"] = at
        if chance.random() < 0.6:
            story["joined"], story["paid"] = at + timedelta(hours=2), paid
            lead.converted_sale_id, lead.converted_at = sale_id, story["joined"]
    if "joined" not in story and chance.random() < 0.3:
        story["lost"] = lead.lost_at = captured + timedelta(days=30)
        lead.lost_reason = "price"
    return story


def furthest(story: dict[str, Any]) -> int:
    return max(place for place, name in enumerate(NAMES) if story.get(name))


@pytest.mark.parametrize("seed", range(3))
def test_a_count_of_ones_own_comes_to_the_same(session: Session, cast: Cast, seed: int) -> None:
    chance = random.Random(seed)
    stories = [a_history(session, cast, chance, place) for place in range(90)]
    session.flush()
    asked = period(By.DAYS, TODAY - timedelta(days=160), TODAY, TODAY)
    leads = queries.leads_of(session, cast.club, asked, today=TODAY)
    counts = count(lead.journey for lead in leads)
    assert len(leads) == len(stories)
    for place in range(len(NAMES)):
        assert counts.reached[place] == sum(furthest(story) >= place for story in stories)
        assert counts.standing[place] == sum(
            furthest(story) == place and not story["lost"] for story in stories
        )
    assert counts.lost == sum(bool(story["lost"]) for story in stories)
    assert sum(lead.paid.minor for lead in leads) == sum(story["paid"] for story in stories)

    old = [story for story in stories if _day(story["captured"], cast) < TODAY - timedelta(days=90)]
    young = [story for story in stories if story not in old]
    past = queries.past_of(session, cast.club, today=TODAY)
    assert past.history.leads == len(old)
    joined = [story for story in old if "joined" in story]
    assert (past.history.joined, past.turnover.minor) == (len(joined), sum(each["paid"] for each in joined))
    standing = Counter(furthest(story) for story in young if not story["lost"])
    assert list(past.standing) == [standing[place] for place in range(len(NAMES))]

    found = forecast(past.history, past.standing, Money(100_000, "CNY"))
    assert found is not None
    expected, rate = Fraction(0), Fraction(0)
    for place in range(len(NAMES) - 1):
        so_far = [story for story in old if furthest(story) >= place]
        if len(so_far) >= 10:
            rate = Fraction(len(joined), len(so_far))
        expected += standing[place] * rate
    assert found.members == int(expected + Fraction(1, 2))
    assert found.low <= found.members <= found.high
    assert found.turnover.minor == found.members * 100_000


def _day(at: Instant, cast: Cast) -> Any:
    return at.astimezone(cast.club.zone).date()


def test_the_usual_stay_and_the_levers_come_out_as_by_hand(session: Session, cast: Cast) -> None:
    chance = random.Random(7)
    stories = [a_history(session, cast, chance, place) for place in range(60)]
    session.flush()
    asked = period(By.DAYS, TODAY - timedelta(days=160), TODAY, TODAY)
    leads = queries.leads_of(session, cast.club, asked, today=TODAY)
    usual = stays(lead.journey for lead in leads)
    for place, name in enumerate(NAMES[:-1]):
        lengths = []
        for story in stories:
            later = [story[other] for other in NAMES[place + 1 :] if story.get(other)]
            if story.get(name) and later and story[name] <= min(later):
                lengths.append((min(later) - story[name]).total_seconds())
        lengths.sort()
        half = len(lengths) // 2
        median = lengths[half] if len(lengths) % 2 else (lengths[half - 1] + lengths[half]) / 2
        assert abs(usual[STAGES[place]].total_seconds() - median) <= 1
    paid = sum(story["paid"] for story in stories)
    joined = sum("joined" in story for story in stories)
    lever = levers(count(lead.journey for lead in leads), Money(paid, "CNY"))
    assert lever is not None
    assert lever.ticket.minor == (2 * paid + joined) // (2 * joined)
    assert lever.gain.minor == (paid + 5) // 10
    assert lever.gain_of_all.minor == (331 * paid + 500) // 1000
