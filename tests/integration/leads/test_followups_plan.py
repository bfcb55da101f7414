"""The day beside what is due: files, members, indicators, days off (TEL-03, OWN-08, AMB-25, AMB-44)."""

from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.actor import Actor
from clubsales.clock import Instant
from clubsales.consultants.roster import operations as roster
from clubsales.ids import PersonID, SaleID
from clubsales.leads.followups import due, operations, plan, queries
from clubsales.leads.followups.indicators import Aim, Rhythm, Tone
from clubsales.leads.followups.plan import Missing
from clubsales.leads.followups.rules import Channel, ContactOutcome
from clubsales.leads.people import forgetting
from clubsales.leads.people import operations as people
from clubsales.membership.cards.models import CardRow
from clubsales.membership.catalogue.queries import CardTypeView
from clubsales.membership.payments.rules import Method
from clubsales.membership.sales import operations as sales
from clubsales.membership.sales.rules import SaleKind
from tests.builders import Cast, consultant_of, local
from tests.integration.consultants.test_roster import an_approved_leave
from tests.integration.leads.support import a_lead, log, set_policy

PHONE = "+8613800138000"


def sells(
    session: Session,
    cast: Cast,
    person_id: PersonID | None,
    at: Instant,
    *,
    card_type: CardTypeView | None = None,
    seller: Actor | None = None,
) -> SaleID:
    seller, card_type = seller or cast.lin, card_type or cast.annual
    sale = sales.open_sale(
        session,
        card_type_id=card_type.id,
        price=None,
        kind=SaleKind.GOODS if card_type == cast.towel else SaleKind.NEW,
        person_id=person_id,
        consultant_id=consultant_of(seller),
        actor=seller,
        at=at,
    )
    sales.book_receipt(
        session, sale_id=sale, amount=card_type.price, method=Method.CASH, actor=cast.desk, at=at
    )
    return sale


def rhythm(session: Session, cast: Cast, at: Instant, who: Actor | None = None) -> Rhythm:
    me = consultant_of(who or cast.lin)
    return plan.rhythms(session, cast.club, [me], at)[me]


def test_a_file_is_asked_for_until_nothing_is_missing(session: Session, cast: Cast) -> None:
    person_id = a_lead(session, cast.desk, name="", e164=PHONE)
    sells(session, cast, person_id, local(14, day=8))
    sells(session, cast, a_lead(session, cast.desk, name="甲"), local(9, day=9))
    first, second = plan.open_files(session, cast.club, consultant_of(cast.lin), local(10))
    assert (first.missing, first.complete_by) == ((Missing.NAME, Missing.BIRTHDAY), local(14, day=9))
    assert first.lead_public_id
    assert (second.name, second.missing) == ("甲", (Missing.PHONE, Missing.BIRTHDAY))
    assert plan.open_files(session, cast.club, consultant_of(cast.zhou), local(10)) == []
    assert plan.open_files(session, cast.other_club, consultant_of(cast.lin), local(10)) == []
    people.name_person(session, person_id=person_id, name="陈晨", actor=cast.lin, at=local(11))
    people.set_birthday(session, person_id=person_id, birthday=date(1990, 5, 1), actor=cast.lin, at=local(11))
    (left,) = plan.open_files(session, cast.club, consultant_of(cast.lin), local(12))
    assert left.name == "甲"


def test_of_an_anonymous_guest_nothing_is_asked(session: Session, cast: Cast) -> None:
    person_id = a_lead(session, cast.desk, name="陈晨")
    sells(session, cast, person_id, local(9))
    assert len(plan.open_files(session, cast.club, consultant_of(cast.lin), local(10))) == 1
    forgetting.forget(session, person_ids=[person_id], at=local(10))
    assert plan.open_files(session, cast.club, consultant_of(cast.lin), local(10)) == []


def test_a_towel_needs_no_file_and_an_old_sale_is_left_alone(session: Session, cast: Cast) -> None:
    person_id = a_lead(session, cast.desk, name="")
    sells(session, cast, person_id, local(9), card_type=cast.towel)
    assert plan.open_files(session, cast.club, consultant_of(cast.lin), local(10)) == []
    sells(session, cast, person_id, local(9))
    later = local(9) + timedelta(days=30)
    assert len(plan.open_files(session, cast.club, consultant_of(cast.lin), later)) == 1
    a_minute_later = later + timedelta(minutes=1)
    assert plan.open_files(session, cast.club, consultant_of(cast.lin), a_minute_later) == []


def members(session: Session, cast: Cast, at: Instant, who: Actor | None = None) -> list[str]:
    rows = plan.members_to_visit(session, cast.club, consultant_of(who or cast.lin), at, limit=9)
    return [row.name for row in rows]


def test_every_active_member_is_reached_once_a_month(session: Session, cast: Cast) -> None:
    """AMB-25, CAR-02: whoever of the club reaches him, by whatever way; an unanswered call is none."""
    first, second = a_lead(session, cast.desk, name="甲"), a_lead(session, cast.desk, name="乙")
    for person_id in (first, second):
        sells(session, cast, person_id, local(9, day=2))
    sells(session, cast, a_lead(session, cast.desk, name="周倩的"), local(9, day=2), seller=cast.zhou)
    log(session, cast.lin, first, local(10, day=3), ContactOutcome.NO_ANSWER)
    assert members(session, cast, local(10)) == ["乙", "甲"]
    assert rhythm(session, cast, local(10)).returns == Aim(0, 2)
    log(session, cast.zhou, first, local(10, day=4))
    assert members(session, cast, local(10)) == ["乙"]
    assert rhythm(session, cast, local(10)).returns == Aim(1, 2)
    assert members(session, cast, local(10, month=4, day=1)) == ["乙", "甲"]
    session.execute(sa.update(CardRow).where(CardRow.person_id == second).values(status="cancelled"))
    session.execute(
        sa.update(CardRow).where(CardRow.person_id == first).values(valid_until=date(2026, 3, 31))
    )
    assert members(session, cast, local(10, day=31)) == []
    assert members(session, cast, local(10, month=4, day=1)) == []
    assert rhythm(session, cast, local(10, month=4, day=1)).returns == Aim(0, 0)


def test_contacts_of_the_day_and_meetings_of_the_week_have_a_colour(session: Session, cast: Cast) -> None:
    person_id = a_lead(session, cast.desk)
    assert rhythm(session, cast, local(10)).contacts == Aim(0, 2)
    log(session, cast.lin, person_id, local(9, day=8), ContactOutcome.MET, Channel.MEETING)
    log(session, cast.lin, person_id, local(10))
    assert rhythm(session, cast, local(11)).contacts.tone is Tone.OPEN
    log(session, cast.lin, person_id, local(10), ContactOutcome.NO_ANSWER)
    log(session, cast.zhou, person_id, local(10))
    found = rhythm(session, cast, local(11))
    assert (found.contacts, found.contacts.tone) == (Aim(2, 2), Tone.DONE)
    assert (found.meetings, found.meetings.tone) == (Aim(0, 1), Tone.OPEN)
    log(session, cast.lin, person_id, local(10, day=10), ContactOutcome.MET, Channel.MEETING)
    found = rhythm(session, cast, local(11, day=15))
    assert (found.contacts, found.meetings) == (Aim(0, 2), Aim(1, 1))
    assert rhythm(session, cast, local(11, day=16)).meetings == Aim(0, 1)


def test_the_clubs_aims_decide_from_their_day_on_and_none_is_none(session: Session, cast: Cast) -> None:
    changed = {"follow_up": {"daily_contacts": 5, "weekly_meetings": 3}}
    set_policy(session, cast, changed, on=date(2026, 3, 10))
    off: dict[str, object] = {"follow_up": {"daily_contacts": 0, "weekly_meetings": 0}}
    set_policy(session, cast, off, on=date(2026, 3, 11))
    found = [rhythm(session, cast, local(10, day=day)) for day in (9, 10, 11)]
    assert [each.contacts.of for each in found] == [2, 5, 0]
    assert [each.meetings.of for each in found] == [1, 3, 0]
    assert found[2].contacts.tone is Tone.NONE


def test_a_corrected_contact_is_one_contact(session: Session, cast: Cast) -> None:
    person_id = a_lead(session, cast.desk)
    log(session, cast.lin, person_id, local(10))
    operations.correct(
        session,
        public_id=queries.contacts_of(session, cast.club.id, person_id)[0].public_id,
        channel=Channel.CALL,
        outcome=ContactOutcome.NO_ANSWER,
        actor=cast.lin,
        at=local(10, 5),
    )
    assert rhythm(session, cast, local(11)).contacts == Aim(1, 2)


def test_calls_outside_the_hours_are_counted_for_who_leads(session: Session, cast: Cast) -> None:
    person_id = a_lead(session, cast.desk)
    log(session, cast.lin, person_id, local(8, 59))
    log(session, cast.lin, person_id, local(9))
    log(session, cast.lin, person_id, local(20))
    assert rhythm(session, cast, local(21)).outside_hours == 2


def test_a_day_off_has_no_aim_and_no_cadence(session: Session, cast: Cast) -> None:
    """Leave of a whole day, and days without a shift of a week that is planned; half a day of leave is a day."""
    lin = consultant_of(cast.lin)
    for day in (9, 11):
        roster.plan(
            session,
            consultant_id=lin,
            day=date(2026, 3, day),
            shift="early",
            actor=cast.supervisor,
            at=local(12, day=8),
        )
    an_approved_leave(session, cast, date(2026, 3, 17), date(2026, 3, 18), until_noon=True)
    off = due.off_days(session, cast.club, [lin], date(2026, 3, 9))[lin]
    of_two_weeks = sorted(day.day for day in off if date(2026, 3, 9) <= day <= date(2026, 3, 22))
    assert of_two_weeks == [10, 12, 13, 14, 15, 17]
    assert rhythm(session, cast, local(10, day=9)).contacts.of == 2
    assert rhythm(session, cast, local(10, day=10)).contacts.of == 0
    assert rhythm(session, cast, local(10, day=10), cast.zhou).contacts.of == 2
    assert plan.rhythms(session, cast.club, [], local(10)) == {}
