"""The demo club as it stands after three days, and how its story is carried on."""

from collections.abc import Iterator
from datetime import time, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from clubsales import audit, clubs, policies
from clubsales.actor import system_actor
from clubsales.auth.passwords import matches
from clubsales.auth.rules import may_be_password, may_be_pin
from clubsales.clock import local_day
from clubsales.consultants.checklists import queries as checklists
from clubsales.consultants.checklists.rules import Occasion
from clubsales.consultants.notices import queries as notices
from clubsales.consultants.profiles import queries as profiles
from clubsales.consultants.profiles.rules import Kind
from clubsales.consultants.shifts import queries as shifts
from clubsales.consultants.shifts.rules import Status
from clubsales.db import db, transact
from clubsales.errors import Allowed
from clubsales.frontdesk.reception import operations as reception
from clubsales.frontdesk.reception import queries as guests
from clubsales.frontdesk.reception.rules import Status as GuestStatus
from clubsales.leads.people.rules import normalise_phone
from clubsales.membership.prepaid import queries as prepaid
from clubsales.office.demo import operations as demo
from clubsales.office.demo import past_sales, services, story
from clubsales.office.demo.provider import teach_peer
from clubsales.stripe_peer import PeerSettings, create_peer
from clubsales.stripe_peer.application import peer_of
from tests.conftest import BACKENDS, isolated
from tests.integration.office.demo_support import AFTERNOON, SHANGHAI, broken, demo_club, local, number


@pytest.fixture(scope="module", params=BACKENDS)
def played(request: pytest.FixtureRequest) -> Iterator[Flask]:
    """A demo of three days and this afternoon, made once for the tests of this file."""
    app: Flask = request.getfixturevalue(f"{request.param}_app")
    with isolated(app):
        with app.app_context():
            demo.make(until=AFTERNOON, days=3)
        yield app


@pytest.fixture
def three_days(played: Flask) -> Iterator[Session]:
    """The demo; what a test does to it is taken back."""
    with played.app_context():
        savepoint = db.sessionmaker.kw["bind"].begin_nested()
        yield db.session
        db.session.rollback()
        savepoint.rollback()


def test_the_floor_runs_at_the_present_moment(three_days: Session) -> None:
    for code in ("SZ01", "SZ02"):
        club = demo_club(three_days, code)
        open_shifts = shifts.open_shifts(three_days, club.id)
        inside = [shift for shift in open_shifts if shift.kind is Kind.INSIDE]
        assert len(inside) >= 4
        assert sum(shift.status is Status.ON_POST for shift in inside) >= 2
        present = guests.present(three_days, club.id)
        assert sum(guest.status is GuestStatus.OPEN for guest in present) >= 2
        assert all(guest.arrived_at <= AFTERNOON for guest in present)
    unpaid = number(
        three_days,
        "SELECT count(*) FROM payment JOIN sale ON sale.id = payment.sale_id"
        " WHERE payment.status = 'started' AND sale.received_minor = 0",
    )
    assert unpaid >= 1


def test_days_that_are_over_are_closed(three_days: Session) -> None:
    today = local_day(AFTERNOON, SHANGHAI)
    for club in clubs.all_clubs(three_days):
        assert {shift.local_day for shift in shifts.open_shifts(three_days, club.id)} == {today}
        for days_ago in (1, 2, 3):
            day = today - timedelta(days=days_ago)
            assert len(shifts.shifts_on(three_days, club.id, day)) >= 4
            assert 6 <= guests.guest_count_on(three_days, club.id, day) <= 20


def test_money_and_credit_were_made_by_the_operations(three_days: Session) -> None:
    assert number(three_days, "SELECT count(*) FROM sale WHERE paid_at IS NOT NULL") > 5
    assert number(three_days, "SELECT count(*) FROM posting") > 5
    assert number(three_days, "SELECT count(*) FROM check_in WHERE admitted") > 0
    assert number(three_days, "SELECT count(*) FROM audit_event") > 200
    assert broken(three_days) == []


def test_nothing_happened_after_the_present_moment(three_days: Session) -> None:
    latest = three_days.scalar(sa.select(sa.func.max(audit.AuditEvent.at)))
    assert latest == AFTERNOON


def test_everybody_signs_in_with_the_word_and_pin_that_are_printed(three_days: Session) -> None:
    assert isinstance(may_be_pin(story.PIN), Allowed)
    accounts = three_days.execute(
        sa.text("SELECT username, name, password, pin_hash FROM account ORDER BY id")
    ).all()
    by_name = {account.username: account for account in accounts}
    for username, who, _club in story.SIGN_INS:
        assert isinstance(may_be_password(story.PASSWORD, username=username), Allowed)
        assert who.startswith(by_name[username].name)
    assert matches(story.PASSWORD, by_name["linjing"].password)
    assert matches(story.PIN, by_name["fangming"].pin_hash)


def test_every_role_is_there(three_days: Session) -> None:
    roles = three_days.scalars(sa.text("SELECT DISTINCT role FROM role_grant"))
    assert set(roles) == {role.value for role in story.ROLE_TITLES}
    everywhere = number(three_days, "SELECT count(*) FROM role_grant WHERE club_id IS NULL")
    assert everywhere == len(story.HEADS)


def test_the_next_day_closes_yesterday_and_opens_today(three_days: Session) -> None:
    tomorrow = AFTERNOON + timedelta(days=1)
    steps: list[tuple[int, int]] = []
    demo.catch_up(until=tomorrow, progress=lambda done, total: steps.append((done, total)))
    assert steps == [(1, 2), (2, 2)]
    today = local_day(tomorrow, SHANGHAI)
    for club in clubs.all_clubs(three_days):
        assert {shift.local_day for shift in shifts.open_shifts(three_days, club.id)} == {today}
        assert {local_day(one.arrived_at, SHANGHAI) for one in guests.present(three_days, club.id)} == {today}
        assert guests.guest_count_on(three_days, club.id, today) >= 4
    assert broken(three_days) == []


def test_catching_up_twice_on_one_day_changes_nothing(three_days: Session) -> None:
    before = number(three_days, "SELECT count(*) FROM audit_event")
    demo.catch_up(until=AFTERNOON + timedelta(hours=3))
    assert number(three_days, "SELECT count(*) FROM audit_event") == before


def test_days_missed_are_played(three_days: Session) -> None:
    later = AFTERNOON + timedelta(days=3)
    demo.catch_up(until=later)
    club = demo_club(three_days)
    for days_ago in (1, 2):
        day = local_day(later, SHANGHAI) - timedelta(days=days_ago)
        assert guests.guest_count_on(three_days, club.id, day) >= 6


def test_whoever_tried_the_demo_is_no_hindrance(three_days: Session) -> None:
    """A guest received by hand late at night is seen out before the next day begins."""
    club = demo_club(three_days)
    midnight = local(13, 0, 30)
    transact(
        lambda s: reception.arrive(
            s, e164="+8613900001111", name="试用", actor=system_actor(club), at=midnight
        )
    )
    demo.catch_up(until=local(13, 10, 0))
    assert all(guest.name != "试用" for guest in guests.present(three_days, club.id))
    assert broken(three_days) == []


def test_a_day_that_cannot_be_told_is_left_out(three_days: Session) -> None:
    club = demo_club(three_days)
    transact(lambda s: s.execute(sa.text("UPDATE account SET active = false WHERE username = 'wujianguo'")))
    demo.catch_up(until=AFTERNOON + timedelta(days=1))
    other = demo_club(three_days, "SZ02")
    assert shifts.open_shifts(three_days, club.id) == []
    assert len(shifts.open_shifts(three_days, other.id)) >= 4
    before = number(three_days, "SELECT count(*) FROM audit_event")
    demo.catch_up(until=AFTERNOON + timedelta(days=1, hours=1))
    assert number(three_days, "SELECT count(*) FROM audit_event") == before


def test_the_demo_is_made_once(three_days: Session) -> None:
    assert demo.is_demo(three_days)
    with pytest.raises(demo.NotADemo):
        demo.make(until=AFTERNOON, days=1)


def test_online_payments_of_the_past_can_be_given_back(three_days: Session, tmp_path: Path) -> None:
    state = tmp_path / "peer.db"
    made = number(three_days, "SELECT count(*) FROM payment WHERE provider_payment_id LIKE 'pi_demo_%'")
    assert teach_peer(three_days, state) == made > 0
    assert teach_peer(three_days, state) == 0
    payment = past_sales.online_payments(three_days)[0]
    peer = create_peer(
        PeerSettings(api_key="sk_test_demo", webhook_secret="whsec_demo"),
        now=lambda: int(AFTERNOON.timestamp()),
        state_path=state,
    )
    answer = peer.test_client().post(
        "/v1/refunds",
        data={"payment_intent": payment.provider_payment_id, "amount": payment.amount.minor},
        headers={"Authorization": "Bearer sk_test_demo"},
    )
    assert answer.json is not None
    assert (answer.json["status"], answer.json["amount"]) == ("succeeded", payment.amount.minor)
    peer_of(peer).close()


def test_money_given_back_of_cards_arrives(three_days: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "RETURNS", 1.0)
    monkeypatch.setattr(past_sales, "SETTLED_AFTER", timedelta(0))
    demo.catch_up(until=AFTERNOON + timedelta(days=4))
    online = "SELECT count(*) FROM refund_request JOIN refund ON refund.sale_id = refund_request.sale_id"
    assert (
        number(three_days, f"{online} WHERE refund_request.state = 'paid' AND provider_refund_id <> ''") > 0
    )
    assert number(three_days, "SELECT count(*) FROM refund WHERE status = 'started'") == 0


def test_a_changed_club_is_still_told(three_days: Session) -> None:
    """More colleagues on post, longer hours, a shorter price list: the story goes on under them."""
    tomorrow = local(13, 0)
    for club in clubs.all_clubs(three_days):
        transact(
            lambda s, club=club: policies.publish(  # type: ignore[misc]
                s,
                changes={"shift": {"min_on_post": 2}},
                valid_from=local_day(tomorrow, SHANGHAI),
                actor=system_actor(club),
                at=AFTERNOON,
            )
        )
    transact(lambda s: s.execute(sa.text("UPDATE club SET closes = '23:45:00.000000'")))
    transact(lambda s: s.execute(sa.text("UPDATE card_type SET on_sale = false WHERE code = 'month'")))
    demo.catch_up(until=AFTERNOON + timedelta(days=2))
    for club in clubs.all_clubs(three_days):
        assert guests.guest_count_on(three_days, club.id, local_day(tomorrow, SHANGHAI)) >= 6
        assert len(shifts.open_shifts(three_days, club.id)) >= 4
    assert broken(three_days) == []


def test_where_a_law_lets_nobody_pay_ahead_the_story_goes_on_without_sales(
    three_days: Session, caplog: pytest.LogCaptureFixture
) -> None:
    tomorrow = local_day(AFTERNOON + timedelta(days=1), SHANGHAI)
    for club in clubs.all_clubs(three_days):
        transact(
            lambda s, club=club: policies.publish(  # type: ignore[misc]
                s,
                changes={"prepaid": {"enabled": True, "total_amount": "1.00"}},
                valid_from=tomorrow,
                actor=system_actor(club),
                at=AFTERNOON,
            )
        )
    sold = "SELECT count(*) FROM sale WHERE kind <> 'goods' AND opened_at >= :since"
    demo.catch_up(until=AFTERNOON + timedelta(days=2))
    assert "left out a day" not in caplog.text
    since = {"since": local(13, 0)}
    assert three_days.execute(sa.text(sold), since).scalar_one() == 0
    for club in clubs.all_clubs(three_days):
        assert guests.guest_count_on(three_days, club.id, tomorrow) >= 6


def test_the_clubs_limits_on_paying_ahead_stand_on_its_guests_pages(three_days: Session) -> None:
    """The legal guard is on in one club of the demo."""
    free, guarded = (
        prepaid.room(
            three_days, demo_club(three_days, code), person_id=None, day=local_day(AFTERNOON, SHANGHAI)
        )
        for code in ("SZ01", "SZ02")
    )
    assert not free
    assert guarded


def test_every_phone_is_one_the_desk_would_accept(three_days: Session) -> None:
    phones = list(three_days.scalars(sa.text("SELECT e164 FROM person_phone")))
    assert len(phones) > 30
    assert [normalise_phone(phone) for phone in phones] == phones


def test_clubs_keep_the_hours_of_the_story(three_days: Session) -> None:
    for club in clubs.all_clubs(three_days):
        assert (club.opens, club.closes, club.currency) == (time(9), time(22), "CNY")


def test_most_have_read_the_checklists(three_days: Session) -> None:
    club, today = demo_club(three_days, "SZ01"), local_day(AFTERNOON, SHANGHAI)
    starter = checklists.version(three_days, club.id, Occasion.OPENING, "early", 1).checklist
    assert all(one.number is not None for one in checklists.readers(three_days, club.id, starter, day=today))
    current = checklists.current(three_days, club.id, Occasion.OPENING, "early")
    assert current.number == 2
    readers = checklists.readers(three_days, club.id, current, day=today)
    assert 0 < sum(one.read_at is not None for one in readers) < len(readers)


def test_most_of_those_at_work_have_read_the_notice(three_days: Session) -> None:
    later = AFTERNOON + timedelta(days=3)  # a day with a notice
    demo.catch_up(until=later)
    club = demo_club(three_days)
    (people,) = notices.read_counts(three_days, club.id).values()
    everybody = profiles.all_in_club(three_days, club.id, on_day=local_day(later, SHANGHAI))
    assert 2 < people < len(everybody)
