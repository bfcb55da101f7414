"""The funnel's facts, pages and costs."""

import csv
import io
import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from fractions import Fraction
from http import HTTPStatus

import pytest
import sqlalchemy as sa
import time_machine
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from clubsales import policies
from clubsales.actor import Actor, ActorKind
from clubsales.clock import Instant
from clubsales.consultants.profiles import queries as profiles
from clubsales.frontdesk.reception import operations as reception
from clubsales.ids import PersonID
from clubsales.leads.appointments import operations as appointments
from clubsales.leads.appointments.rates import show_rates
from clubsales.leads.claims import operations as claims
from clubsales.leads.followups import operations as followups
from clubsales.leads.followups.aims import aims_of
from clubsales.leads.followups.models import ContactRow
from clubsales.leads.followups.rules import Channel, ContactOutcome
from clubsales.leads.funnel import queries
from clubsales.leads.funnel.periods import By, Period, period
from clubsales.leads.funnel.queries import Lead
from clubsales.leads.funnel.rules import Stage, count
from clubsales.leads.intake import operations as intake
from clubsales.leads.intake.models import LeadRow
from clubsales.leads.intake.rules import Source
from clubsales.leads.people import operations as people
from clubsales.leads.people.models import PersonRow
from clubsales.leads.sources import operations as sources
from clubsales.leads.sources import queries as club_sources
from clubsales.membership.payments.rules import Method
from clubsales.membership.sales import operations as sales
from clubsales.membership.sales.operations import Buyer
from clubsales.membership.sales.rules import SaleKind
from tests.builders import Cast, consultant_of, local, yuan
from tests.integration.auth.support import Browser, account, let_in
from tests.integration.leads.support import on_shift
from tests.statements import statements

AT = local(14, 20)
TODAY = local(9).date()
MARCH = period(By.MONTH, TODAY, TODAY, TODAY)
Enter = Callable[[Actor], Browser]


@pytest.fixture(autouse=True)
def afternoon() -> Iterator[None]:
    with time_machine.travel(AT, tick=False):
        yield


@pytest.fixture
def enter(client: FlaskClient, session: Session) -> Enter:
    def enter(actor: Actor) -> Browser:
        let_in(session, actor)
        browser = Browser(client, {"Accept-Language": "en"})
        browser.sign_in(account(session, actor).username)
        return browser

    return enter


def number(place: int) -> str:
    return f"+861380013{place:04d}"


def captured(
    session: Session,
    cast: Cast,
    place: int,
    *,
    actor: Actor | None = None,
    source: Source = Source.PHONE,
    at: Instant | None = None,
    name: str = "",
) -> PersonID:
    actor, at = actor or cast.lin, at or local(9, day=2)
    person_id = people.find_or_add(
        session, e164=number(place), name=name or f"客人{place}", actor=actor, at=at
    )
    intake.capture(session, person_id=person_id, source=source, actor=actor, at=at)
    return person_id


def called(
    session: Session,
    cast: Cast,
    person_id: PersonID,
    outcome: ContactOutcome = ContactOutcome.ANSWERED,
    *,
    at: Instant | None = None,
) -> str:
    contact_id = followups.log_contact(
        session,
        person_id=person_id,
        consultant_id=consultant_of(cast.lin),
        channel=Channel.CALL,
        outcome=outcome,
        actor=cast.lin,
        at=at or local(10, day=3),
    )
    public_id: str = session.execute(
        sa.select(ContactRow.public_id).where(ContactRow.id == contact_id)
    ).scalar_one()
    return public_id


def booked(session: Session, cast: Cast, person_id: PersonID, *, due_at: Instant | None = None) -> None:
    appointments.make(
        session,
        consultant_id=consultant_of(cast.lin),
        person_id=person_id,
        due_at=due_at or local(15, day=5),
        whenever=True,
        actor=cast.lin,
        at=local(11, day=4),
    )


def came(session: Session, cast: Cast, place: int, *, at: Instant | None = None) -> None:
    reception.arrive(
        session,
        e164=number(place),
        name="",
        signals=(),
        came_with=None,
        actor=cast.desk,
        at=at or local(15, day=5),
    )


def offered(session: Session, cast: Cast, person_id: PersonID) -> None:
    sales.open_sale(
        session,
        card_type_id=cast.annual.id,
        price=None,
        kind=SaleKind.NEW,
        person_id=person_id,
        consultant_id=consultant_of(cast.lin),
        actor=cast.lin,
        at=local(16, day=5),
    )


def joined(session: Session, cast: Cast, person_id: PersonID, *, at: Instant | None = None) -> None:
    sales.sell_for_cash(
        session,
        card_type=cast.annual,
        price=yuan("3600.00"),
        kind=SaleKind.NEW,
        method=Method.CASH,
        buyer=Buyer(person_id=person_id),
        seller=None,
        actor=cast.manager,
        at=at or local(17, day=5),
    )


def leads(session: Session, cast: Cast, asked: Period = MARCH, *, mine: Actor | None = None) -> list[Lead]:
    session.flush()
    return queries.leads_of(
        session,
        cast.club,
        asked,
        today=TODAY,
        mine=consultant_of(mine) if mine is not None else None,
    )


def stages(session: Session, cast: Cast) -> list[Stage]:
    return [lead.journey.furthest for lead in sorted(leads(session, cast), key=lambda lead: lead.id)]


def test_each_stage_is_reached_by_its_own_fact(session: Session, cast: Cast) -> None:
    for place in range(6):
        captured(session, cast, place)
    guests = [lead_person(session, place) for place in range(6)]
    called(session, cast, guests[1])
    booked(session, cast, guests[2])
    came(session, cast, 3)
    offered(session, cast, guests[4])
    joined(session, cast, guests[5])
    assert stages(session, cast) == list(Stage)


def lead_person(session: Session, place: int) -> PersonID:
    return PersonID(
        session.execute(
            sa.select(PersonRow.id).where(PersonRow.name == f"客人{place}").order_by(PersonRow.id.desc())
        )
        .scalars()
        .first()
        or 0
    )


def test_a_walk_in_has_visited_at_the_very_moment_it_is_captured(session: Session, cast: Cast) -> None:
    came(session, cast, 1, at=local(12, day=5))
    (lead,) = leads(session, cast)
    assert lead.journey.furthest is Stage.VISITED
    assert lead.source is Source.WALK_IN
    assert lead.journey.since() == local(12, day=5)


def test_a_call_nobody_answers_reaches_nobody(session: Session, cast: Cast) -> None:
    called(session, cast, captured(session, cast, 1), ContactOutcome.NO_ANSWER)
    assert stages(session, cast) == [Stage.CAPTURED]


def test_what_reaches_a_guest_is_a_matter_of_the_policy_of_that_day(session: Session, cast: Cast) -> None:
    for outcomes, day in ((["met"], 4), (["answered", "no_answer"], 6)):
        policies.publish(
            session,
            changes={"follow_up": {"effective_outcomes": outcomes}},
            valid_from=local(9, day=day).date(),
            actor=cast.manager,
            at=local(9, day=1),
        )
    days = {place: local(10, day=day) for place, day in ((1, 3), (2, 4), (3, 5), (4, 6))}
    for place, at in days.items():
        called(session, cast, captured(session, cast, place), at=at)
    called(session, cast, captured(session, cast, 5), ContactOutcome.NO_ANSWER, at=local(10, day=6))
    assert stages(session, cast) == [
        Stage.REACHED,
        Stage.CAPTURED,
        Stage.CAPTURED,
        Stage.REACHED,
        Stage.REACHED,
    ]


def test_a_contact_that_was_corrected_counts_as_corrected(session: Session, cast: Cast) -> None:
    wrong = called(session, cast, captured(session, cast, 1))
    followups.correct(
        session,
        public_id=wrong,
        channel=Channel.CALL,
        outcome=ContactOutcome.NO_ANSWER,
        actor=cast.lin,
        at=local(10, 5, day=3),
    )
    assert stages(session, cast) == [Stage.CAPTURED]


def test_goods_are_no_offer(session: Session, cast: Cast) -> None:
    person_id = captured(session, cast, 1)
    sales.open_sale(
        session,
        card_type_id=cast.towel.id,
        price=None,
        kind=SaleKind.GOODS,
        person_id=person_id,
        consultant_id=consultant_of(cast.lin),
        actor=cast.lin,
        at=local(16, day=5),
    )
    assert stages(session, cast) == [Stage.CAPTURED]


def test_what_a_guest_chose_on_the_website_is_an_offer_once_he_pays(session: Session, cast: Cast) -> None:
    person_id = captured(session, cast, 1)
    sale_id = sales.open_sale(
        session,
        card_type_id=cast.annual.id,
        price=None,
        kind=SaleKind.NEW,
        person_id=person_id,
        consultant_id=None,
        actor=Actor(kind=ActorKind.GUEST, club=cast.club, name="website"),
        at=local(16, day=5),
    )
    assert stages(session, cast) == [Stage.CAPTURED]
    sales.book_receipt(
        session,
        sale_id=sale_id,
        amount=yuan("980.00"),
        method=Method.CASH,
        taken_by=None,
        actor=cast.desk,
        at=local(17, day=5),
    )
    assert stages(session, cast) == [Stage.OFFERED]


def test_an_appointment_made_before_the_capture_for_later_counts(session: Session, cast: Cast) -> None:
    person_id = people.find_or_add(session, e164=number(1), name="客人1", actor=cast.desk, at=local(9, day=1))
    booked(session, cast, person_id, due_at=local(15, day=5))
    intake.capture(session, person_id=person_id, source=Source.PHONE, actor=cast.lin, at=local(12, day=4))
    (lead,) = leads(session, cast)
    assert lead.journey.furthest is Stage.APPOINTED
    assert lead.journey.since() == local(12, day=4)


def test_a_member_captured_again_has_not_joined_by_it(session: Session, cast: Cast) -> None:
    person_id = people.find_or_add(session, e164=number(1), name="客人1", actor=cast.desk, at=local(9, day=1))
    joined(session, cast, person_id, at=local(10, day=1))
    intake.capture(session, person_id=person_id, source=Source.PHONE, actor=cast.lin, at=local(12, day=4))
    assert stages(session, cast) == [Stage.CAPTURED]


def test_a_period_has_the_leads_captured_on_its_local_days(session: Session, cast: Cast) -> None:
    for place, at in enumerate(
        (
            local(0, 0, day=1),
            local(23, 59, day=31),
            local(0, 0, day=1, month=4),
            local(23, 59, day=28, month=2),
        )
    ):
        captured(session, cast, place, at=at)
    april = local(9, day=20, month=4).date()
    march = period(By.MONTH, date(2026, 3, 9), date(2026, 3, 9), april)
    found = [lead.public_id for lead in leads(session, cast, march)]
    assert sorted(found) == sorted(public_id_of(session, place) for place in (0, 1))


def public_id_of(session: Session, place: int) -> str:
    return session.execute(
        sa.select(LeadRow.public_id).where(LeadRow.person_id == lead_person(session, place))
    ).scalar_one()


def test_ones_own_are_those_one_captured_or_holds(session: Session, cast: Cast) -> None:
    captured(session, cast, 1)
    held = captured(session, cast, 2, actor=cast.desk)
    captured(session, cast, 3, actor=cast.zhou)
    on_shift(session, cast.lin, local(9))
    claims.claim(session, person_id=held, consultant_id=consultant_of(cast.lin), actor=cast.lin, at=local(10))
    assert {lead.public_id for lead in leads(session, cast, mine=cast.lin)} == {
        public_id_of(session, place) for place in (1, 2)
    }
    assert len(leads(session, cast)) == 3


def test_whoever_was_merged_into_another_is_not_counted_twice(session: Session, cast: Cast) -> None:
    first, second = (captured(session, cast, place) for place in (1, 2))
    session.execute(sa.update(PersonRow).where(PersonRow.id == second).values(merged_into_id=first))
    assert len(leads(session, cast)) == 1


def test_another_clubs_leads_are_not_ours(session: Session, cast: Cast) -> None:
    captured(session, cast, 1)
    assert queries.leads_of(session, cast.other_club, MARCH, today=TODAY) == []
    assert queries.leads_of(session, cast.foreign_club, MARCH, today=TODAY) == []


def test_what_a_member_paid_goes_with_the_lead(session: Session, cast: Cast) -> None:
    joined(session, cast, captured(session, cast, 1))
    (lead,) = leads(session, cast)
    assert lead.paid == yuan("3600.00")


def test_the_past_counts_old_and_young_leads_apart(session: Session, cast: Cast) -> None:
    turn = AT - timedelta(days=90)
    for place in range(3):
        captured(session, cast, place, at=turn - timedelta(days=10))
    joined(session, cast, lead_person(session, 0), at=turn - timedelta(days=9))
    for place in range(3, 7):
        captured(session, cast, place, at=turn + timedelta(days=10))
    called(session, cast, lead_person(session, 3), at=turn + timedelta(days=11))
    captured(session, cast, 8, at=AT - timedelta(days=90 + 365 + 5))
    session.flush()
    past = queries.past_of(session, cast.club, today=TODAY)
    assert past.history.reached == (3, 1, 1, 1, 1, 1)
    assert past.turnover == yuan("3600.00")
    assert past.standing == (3, 1, 0, 0, 0, 0)


def test_a_rate_of_those_who_came(session: Session, cast: Cast) -> None:
    for place in range(4):
        booked(session, cast, captured(session, cast, place))
    came(session, cast, 0)
    appointments.mark_missed(session, local(9, day=6))
    session.flush()
    (rate,) = show_rates(session, cast.club.id, local(9, day=5).date(), local(9, day=5).date())
    assert (rate.kept, rate.missed, rate.rate) == (1, 3, Fraction(1, 4))
    assert show_rates(session, cast.club.id, TODAY, TODAY) == []
    zhou = consultant_of(cast.zhou)
    assert show_rates(session, cast.club.id, MARCH.first, TODAY, consultant_id=zhou) == []


def visited(
    session: Session,
    person_id: PersonID,
    actor: Actor,
    aim_met: bool | None,
    *,
    channel: Channel = Channel.MEETING,
    at: Instant | None = None,
) -> str:
    contact_id = followups.log_contact(
        session,
        person_id=person_id,
        consultant_id=consultant_of(actor),
        channel=channel,
        outcome=ContactOutcome.MET if channel is Channel.MEETING else ContactOutcome.ANSWERED,
        aim_met=aim_met,
        actor=actor,
        at=at or local(10, day=3),
    )
    found: str = session.scalars(sa.select(ContactRow.public_id).where(ContactRow.id == contact_id)).one()
    return found


def test_the_page_says_how_many_visits_met_their_aim(enter: Enter, session: Session, cast: Cast) -> None:
    person_id = captured(session, cast, 1)
    for aim_met in (True, True, False, None):
        visited(session, person_id, cast.lin, aim_met)
    wrong = visited(session, person_id, cast.zhou, True)
    followups.correct(
        session,
        public_id=wrong,
        channel=Channel.MEETING,
        outcome=ContactOutcome.MET,
        aim_met=False,
        actor=cast.zhou,
        at=local(11, day=3),
    )
    visited(session, person_id, cast.lin, True, channel=Channel.CALL)  # no visit
    visited(session, person_id, cast.lin, True, at=local(10, day=1) - timedelta(days=3))  # of February
    session.commit()
    people_ids = [consultant_of(cast.lin), consultant_of(cast.zhou)]
    assert [
        (each.consultant_id, each.met, each.missed, each.unsaid, each.rate)
        for each in aims_of(session, cast.club.id, people_ids, *MARCH.span(cast.club.zone))
    ] == [(people_ids[0], 2, 1, 1, Fraction(2, 3)), (people_ids[1], 0, 1, 0, Fraction(0))]
    page = enter(cast.manager).text("/leads/funnel")
    assert "2 of 4 visits met their aim." in page
    assert "FUN-03" in page
    table = page.partition('id="aims"')[2].partition("</section>")[0]
    assert ("林静" in table, "周倩" in table, "66.7%" in table) == (True, True, True)
    own = enter(cast.lin).text("/leads/funnel").partition('id="aims"')[2].partition("</section>")[0]
    assert ("林静" in own, "周倩" in own) == (True, False)
    assert 'id="aims"' not in enter(cast.ma).text("/leads/funnel")
    head, *rows = csv.reader(
        io.StringIO(enter(cast.manager).text("/leads/funnel.csv").removeprefix("\ufeff"))
    )
    assert {len(row) for row in rows} == {len(head)}
    assert head[-4:] == ["Aim met", "Aim not met", "Not said", "Met, of those said"]
    of_visits = [row for row in rows if row[2] == "Whether visits met their aim"]
    assert [(row[3], *row[-4:-1]) for row in of_visits] == [("林静", "2", "1", "1"), ("周倩", "0", "1", "0")]
    assert [float(row[-1]) for row in of_visits] == [0.6667, 0]


def a_month(session: Session, cast: Cast) -> None:
    """Leads in every stage, of two sources, of two people."""
    for place in range(8):
        captured(
            session,
            cast,
            place,
            actor=cast.zhou if place % 2 else cast.lin,
            source=Source.FLYER if place > 5 else Source.PHONE,
        )
    called(session, cast, lead_person(session, 1))
    booked(session, cast, lead_person(session, 2))
    came(session, cast, 3)
    joined(session, cast, lead_person(session, 4))
    session.commit()


def test_the_page_shows_stages_sources_and_people(enter: Enter, session: Session, cast: Cast) -> None:
    a_month(session, cast)
    page = enter(cast.manager).text("/leads/funnel")
    for word in ("March 2026", "8 · 100% of all", "1 · 12.5% of all", "Flyer", "林静", "周倩", "¥3,600"):
        assert word in page, word
    assert "style=" not in page
    assert number(1)[3:] not in page
    only = enter(cast.manager).text("/leads/funnel?source=flyer")
    assert "2 · 100% of all" in only
    assert "Source: Flyer" in only
    zhou = profiles.get(session, cast.club.id, consultant_of(cast.zhou)).public_id
    assert "4 · 100% of all" in enter(cast.manager).text(f"/leads/funnel?person={zhou}")


def test_a_source_of_the_clubs_own_stands_below_its_kind(enter: Enter, session: Session, cast: Cast) -> None:
    sources.add(session, kind=Source.FLYER, name="万象城", actor=cast.manager, at=local(9, day=1))
    captured(session, cast, 1, source=Source.FLYER)
    own = next(each for kind in club_sources.of_club(session, cast.club.id) for each in kind.every())
    session.execute(sa.update(LeadRow).values(source_id=own.id))
    session.commit()
    page = enter(cast.manager).text(f"/leads/funnel?source={own.public_id}")
    assert "Source: 万象城" in page
    assert "1 · 100% of all" in page


def test_a_consultant_sees_the_own_leads_and_nobody_elses(enter: Enter, session: Session, cast: Cast) -> None:
    a_month(session, cast)
    page = enter(cast.lin).text("/leads/funnel")
    assert "4 · 100% of all" in page
    assert "By person" not in page
    zhou = profiles.get(session, cast.club.id, consultant_of(cast.zhou)).public_id
    assert "4 · 100% of all" in enter(cast.lin).text(f"/leads/funnel?person={zhou}")
    assert enter(cast.lin).get("/leads/funnel.csv").status_code == HTTPStatus.FORBIDDEN


@pytest.mark.parametrize("who", ["desk", "finance"])
def test_who_may_not_see_it_does_not(enter: Enter, cast: Cast, who: str) -> None:
    browser = enter(getattr(cast, who))
    for address in ("/leads/funnel", "/leads/funnel/forecast", "/leads/funnel.csv"):
        assert browser.get(address).status_code == HTTPStatus.FORBIDDEN


@pytest.mark.parametrize(
    "asked",
    [
        "by=x",
        "on=x",
        "by=days&since=0001-01-01&on=9999-12-31",
        "by=days&since=2026-03-09&on=2026-03-01",
        "by=quarter&on=2026-02-30",
        "who=x&person=x&source=x",
        "source=%00",
    ],
)
def test_what_cannot_be_read_is_the_month(enter: Enter, cast: Cast, asked: str) -> None:
    assert enter(cast.manager).get(f"/leads/funnel?{asked}").status_code in (HTTPStatus.OK, 400)


def test_an_empty_club_is_told_what_will_stand_here(enter: Enter, cast: Cast) -> None:
    manager = enter(cast.manager)
    assert "No lead was captured in these days" in manager.text("/leads/funnel")
    assert "Too little history" in manager.text("/leads/funnel/forecast")


def test_a_forecast_is_reckoned_from_the_clubs_own_history(
    enter: Enter, session: Session, cast: Cast
) -> None:
    old = AT - timedelta(days=120)
    for place in range(30):
        captured(session, cast, place, at=old)
    for place in range(6):
        joined(session, cast, lead_person(session, place), at=old + timedelta(days=1))
    for place in range(40, 50):
        captured(session, cast, place)
    session.commit()
    page = enter(cast.manager).text("/leads/funnel/forecast")
    assert "Of the 30 leads captured" in page
    assert re.search(r"Will join.{0,80}>2<", page, re.DOTALL)
    assert "¥7,200" in page
    assert "Too little history" in enter(cast.zhou).text("/leads/funnel/forecast")


def test_people_stand_in_the_list_of_those_who_wait(enter: Enter, session: Session, cast: Cast) -> None:
    captured(session, cast, 1, at=local(9, day=1) - timedelta(days=20))
    session.commit()
    page = enter(cast.manager).text("/leads/funnel?on=2026-02-10")
    assert "Waiting longer than usual" in page
    assert f"/leads/{public_id_of(session, 1)}" in page


def test_the_file_adds_up_and_holds_no_guest(enter: Enter, session: Session, cast: Cast) -> None:
    a_month(session, cast)
    sources.add(session, kind=Source.FLYER, name="=HYPERLINK(1)", actor=cast.manager, at=local(9, day=1))
    own = next(each for kind in club_sources.of_club(session, cast.club.id) for each in kind.every())
    session.execute(sa.update(LeadRow).where(LeadRow.source == "flyer").values(source_id=own.id))
    session.commit()
    answer = enter(cast.manager).get("/leads/funnel.csv")
    assert answer.mimetype == "text/csv"
    text = answer.get_data(as_text=True)
    assert "客人" not in text
    assert "'=HYPERLINK(1)" in text
    head, *rows = csv.reader(io.StringIO(text.removeprefix("\ufeff")))
    first = head.index("Captured")
    whole = [int(figure) for figure in rows[0][first : first + 7]]
    for group in ("Captured by", "Held by"):
        of_group = [row for row in rows if row[2] == group]
        added = [sum(int(row[first + place]) for row in of_group) for place in range(7)]
        assert added == whole, group
    kinds = [row for row in rows if row[2] == "Source" and not row[3].startswith("'=")]
    assert [sum(int(row[first + place]) for row in kinds) for place in range(7)] == whole


def test_more_leads_cost_no_more_statements(enter: Enter, session: Session, cast: Cast) -> None:
    manager = enter(cast.manager)
    captured(session, cast, 90, at=local(9, day=1) - timedelta(days=40))

    def cost(address: str) -> int:
        with statements() as sent:
            assert manager.get(address).status_code == HTTPStatus.OK
        return len(sent)

    addresses = ("/leads/funnel?by=quarter", "/leads/funnel/forecast", "/leads/funnel.csv")
    few = [cost(address) for address in addresses]
    a_month(session, cast)
    for place in range(20, 40):
        captured(session, cast, place, at=local(9, day=1) - timedelta(days=60 + place))
    session.commit()
    assert [cost(address) for address in addresses] == few
    assert max(few) <= 10


def test_the_leads_of_a_period_are_found_by_an_index(session: Session, cast: Cast) -> None:
    two_years_of_leads(session, cast)
    plan = plan_of(session, lambda: queries.leads_of(session, cast.club, MARCH, today=TODAY))
    assert "ix_lead_club_captured" in plan, plan
    for index in ("ix_contact_person", "ix_touch_person", "ix_sale_person_id", "ix_appointment_person_day"):
        assert index in plan, plan


def two_years_of_leads(session: Session, cast: Cast) -> None:
    """Four a day, each by a person of its own."""
    start = AT - timedelta(days=730)
    session.execute(
        sa.insert(PersonRow),
        [
            {
                "organisation_id": cast.club.organisation_id,
                "public_id": f"funnel{place:06}",
                "name": "",
                "created_at": start,
            }
            for place in range(2_920)
        ],
    )
    people_made = session.scalars(
        sa.select(PersonRow.id).where(PersonRow.public_id.like("funnel%")).order_by(PersonRow.id)
    )
    session.execute(
        sa.insert(LeadRow),
        [
            {
                "club_id": cast.club.id,
                "public_id": f"funnel{place:06}",
                "person_id": person_id,
                "source": "phone",
                "captured_by": None,
                "captured_at": start + timedelta(hours=6 * place),
            }
            for place, person_id in enumerate(people_made)
        ],
    )
    session.connection().exec_driver_sql("ANALYZE lead")


def plan_of(session: Session, work: Callable[[], object]) -> str:
    """How the database goes about the statement that looks for leads."""
    asked: list[tuple[str, object]] = []
    connection = session.connection()

    def note(
        _connection: object, _cursor: object, statement: str, parameters: object, *_rest: object
    ) -> None:
        if "captured_at >=" in statement:
            asked.append((statement, parameters))

    sa.event.listen(sa.Engine, "before_cursor_execute", note)
    try:
        work()
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", note)
    ((statement, parameters),) = asked
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET LOCAL enable_seqscan = off")  # the other tables fit on a page
    word = "EXPLAIN" if connection.dialect.name == "postgresql" else "EXPLAIN QUERY PLAN"
    rows = connection.exec_driver_sql(f"{word} {statement}", parameters).all()  # type: ignore[arg-type]
    return "\n".join(str(row) for row in rows)


def test_counts_of_the_page_are_the_rules(session: Session, cast: Cast) -> None:
    a_month(session, cast)
    counts = count(lead.journey for lead in leads(session, cast))
    assert counts.reached == (8, 4, 3, 2, 1, 1)
    assert sum(counts.standing) + counts.lost == 8
