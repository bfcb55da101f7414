"""Who sees a guest's phone, who had it shown, and the log of it."""

from collections.abc import Iterator
from datetime import date

import pytest
import sqlalchemy as sa
import time_machine
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from clubsales.actor import Actor, Role
from clubsales.clock import Instant
from clubsales.consultants.profiles import operations as profiles
from clubsales.errors import Refused
from clubsales.frontdesk.reception.models import ReceptionRow
from clubsales.ids import PersonID
from clubsales.leads.claims import operations as claims
from clubsales.leads.disclosures import looking, operations, queries, texts
from clubsales.leads.disclosures.looking import Wanted
from clubsales.leads.disclosures.models import DisclosureRow
from clubsales.leads.disclosures.rules import DisclosureKind
from clubsales.leads.intake.models import LeadRow
from tests.builders import Cast, a_colleague, consultant_of, local
from tests.integration.auth.support import Browser, let_in
from tests.integration.leads.support import a_lead, on_shift, set_policy

AT = local(14)
TODAY = date(2026, 3, 9)
PHONE = "+8613800138000"


@pytest.fixture(autouse=True)
def afternoon() -> Iterator[None]:
    with time_machine.travel(AT, tick=False):
        yield


@pytest.fixture
def lead(session: Session, cast: Cast) -> PersonID:
    """A lead that Lin captured and nobody holds."""
    on_shift(session, cast.lin, local(9, day=1))
    return a_lead(session, cast.lin, e164=PHONE, name="陈晨")


def sees(session: Session, actor: Actor, person_id: PersonID, at: Instant = AT) -> bool:
    return person_id in queries.sees_whole(session, actor, [person_id], at=at)


def claimed_by(session: Session, actor: Actor, person_id: PersonID) -> None:
    claims.claim(
        session, person_id=person_id, consultant_id=consultant_of(actor), actor=actor, at=local(9, day=2)
    )


def reveal(session: Session, actor: Actor, person_id: PersonID, at: Instant = AT) -> str | None:
    try:
        operations.reveal(session, person_id=person_id, actor=actor, at=at)
    except Refused as refused:
        return refused.code
    return None


def in_log(session: Session) -> list[str]:
    return list(session.scalars(sa.select(DisclosureRow.kind).order_by(DisclosureRow.id)))


def received_by(session: Session, actor: Actor, person_id: PersonID, status: str) -> None:
    session.execute(sa.delete(ReceptionRow))
    session.add(
        ReceptionRow(
            club_id=actor.club.id,
            local_day=TODAY,
            person_id=person_id,
            status=status,
            consultant_id=consultant_of(actor),
            is_member=False,
            signals=[],
            arrived_at=AT,
        )
    )
    session.flush()


def test_having_captured_a_lead_shows_nothing_and_holding_it_does(
    session: Session, cast: Cast, lead: PersonID
) -> None:
    assert not sees(session, cast.lin, lead)
    claimed_by(session, cast.lin, lead)
    assert sees(session, cast.lin, lead)
    assert not sees(session, cast.zhou, lead)
    assert not sees(session, cast.lin, lead, local(9, day=18))  # the protection is over


def test_the_supervisor_of_the_holders_team_sees_it_and_another_does_not(
    session: Session, cast: Cast, lead: PersonID
) -> None:
    claimed_by(session, cast.lin, lead)
    first = a_colleague(session, cast.club, "yizu", "一组主管", Role.SUPERVISOR, team="一组")
    second = a_colleague(session, cast.club, "erzu", "二组主管", Role.SUPERVISOR, team="二组")
    assert [sees(session, one, lead) for one in (first, second, cast.supervisor)] == [True, False, True]
    profiles.change_team(
        session, consultant_id=consultant_of(cast.lin), team="二组", actor=cast.manager, at=AT
    )
    assert [sees(session, one, lead) for one in (first, second)] == [False, True]


def test_whoever_receives_the_guest_sees_it_while_he_is_here(
    session: Session, cast: Cast, lead: PersonID
) -> None:
    received_by(session, cast.zhou, lead, "open")
    assert sees(session, cast.zhou, lead)
    assert not sees(session, cast.desk, lead)
    received_by(session, cast.zhou, lead, "ended")
    assert not sees(session, cast.zhou, lead)


def test_managers_of_the_house_see_everybody(session: Session, cast: Cast, lead: PersonID) -> None:
    seeing = {
        one.name for one in (cast.manager, cast.director, cast.finance, cast.desk) if sees(session, one, lead)
    }
    assert seeing == {"吴经理", "何总监"}


def test_a_number_is_shown_until_the_day_ends_and_written_down_once(
    session: Session, cast: Cast, lead: PersonID
) -> None:
    assert [reveal(session, cast.zhou, lead), reveal(session, cast.zhou, lead)] == [None, None]
    assert sees(session, cast.zhou, lead)
    assert sees(session, cast.zhou, lead, local(23, 59))
    assert not sees(session, cast.zhou, lead, local(0, day=10))
    assert not sees(session, cast.lin, lead)
    assert in_log(session) == ["reveal"]


def test_who_sees_it_anyway_leaves_no_such_line(session: Session, cast: Cast, lead: PersonID) -> None:
    claimed_by(session, cast.lin, lead)
    for actor in (cast.lin, cast.manager):
        reveal(session, actor, lead)
    assert in_log(session) == []


def test_numbers_shown_are_limited_by_the_policy_of_the_day(
    session: Session, cast: Cast, lead: PersonID
) -> None:
    set_policy(session, cast, {"claims": {"reveals_per_day": 1}})
    set_policy(session, cast, {"claims": {"reveals_per_day": 0}}, on=date(2026, 3, 11))
    others = [a_lead(session, cast.desk, e164=f"+861380013800{number}") for number in (1, 2)]
    assert [reveal(session, cast.zhou, one) for one in (lead, *others)] == [
        None,
        "disclosure.reveals",
        "disclosure.reveals",
    ]
    assert reveal(session, cast.zhou, lead) is None
    assert reveal(session, cast.ma, others[0]) is None
    assert [reveal(session, cast.zhou, one, local(9, day=11)) for one in (lead, *others)] == [None] * 3


def test_an_opened_page_is_written_down_once_a_day_and_person(
    session: Session, cast: Cast, lead: PersonID
) -> None:
    for actor, at in ((cast.zhou, AT), (cast.zhou, AT), (cast.lin, AT), (cast.zhou, local(9, day=10))):
        operations.view(session, person_id=lead, actor=actor, at=at)
    operations.view(session, person_id=lead, actor=cast.system, at=AT)
    assert in_log(session) == ["view"] * 3
    assert looking.people_who_looked(session, cast.club.id, lead, TODAY) == 2
    assert looking.people_who_looked(session, cast.club.id, lead, date(2026, 5, 9)) == 0


def test_the_log_is_read_by_person_account_kind_and_day(session: Session, cast: Cast, lead: PersonID) -> None:
    other = a_lead(session, cast.desk, e164="+8613800138001", name="韩梅")
    operations.view(session, person_id=lead, actor=cast.zhou, at=AT)
    operations.reveal(session, person_id=other, actor=cast.zhou, at=AT)
    operations.view(session, person_id=other, actor=cast.desk, at=local(9, day=10))
    operations.export(session, how_many=12, actor=cast.manager, at=local(9, day=10))

    def read(**wanted: object) -> list[tuple[str, str, str | None]]:
        found = looking.log(session, cast.club.id, Wanted(**wanted), limit=10)  # type: ignore[arg-type]
        return [(look.account, look.kind.value, look.person) for look in found]

    exported, by_desk = ("吴经理", "export", None), ("前台", "view", "韩梅")
    shown, seen = ("周倩", "reveal", "韩梅"), ("周倩", "view", "陈晨")
    assert read() == [exported, by_desk, shown, seen]
    assert read(person_id=other) == [by_desk, shown]
    assert read(account_id=cast.zhou.account_id) == [shown, seen]
    assert read(kind=DisclosureKind.VIEW) == [by_desk, seen]
    assert read(day=TODAY) == [shown, seen]
    assert looking.log(session, cast.other_club.id, Wanted(), limit=10) == []
    first, second, *_ = looking.log(session, cast.club.id, Wanted(), limit=10)
    assert looking.log(session, cast.club.id, Wanted(before=first.id), limit=1) == [second]


def test_who_looks_at_unusually_many_is_marked_and_own_leads_are_left_out(
    session: Session, cast: Cast, lead: PersonID
) -> None:
    leads = [a_lead(session, cast.desk, e164=f"+86138001382{number:02}") for number in range(12)]
    for person_id in leads:
        operations.view(session, person_id=person_id, actor=cast.zhou, at=AT)
    operations.view(session, person_id=leads[0], actor=cast.desk, at=AT)
    operations.probe(session, e164="+8613900000000", secret="s", actor=cast.desk, at=AT)
    claimed_by(session, cast.lin, lead)
    operations.view(session, person_id=lead, actor=cast.lin, at=AT)
    came = a_lead(session, cast.desk, e164="+8613800138300")
    received_by(session, cast.lin, came, "ended")
    operations.probe(session, e164="+8613800138300", secret="s", actor=cast.desk, at=AT)
    found = looking.lookers(session, cast.club.id, TODAY)
    assert [(one.name, one.looked_at, one.is_unusual) for one in found] == [
        ("周倩", 12, True),
        ("前台", 1, False),
    ]
    assert looking.lookers(session, cast.club.id, date(2026, 3, 16)) == []


@pytest.fixture
def tablet(client: FlaskClient) -> Browser:
    return Browser(client, {"Accept-Language": "en"})


def address(session: Session, person_id: PersonID) -> str:
    session.commit()
    found = session.execute(sa.select(LeadRow.public_id).where(LeadRow.person_id == person_id)).scalar_one()
    return f"/leads/{found}"


def enter(tablet: Browser, session: Session, actor: Actor, username: str) -> Browser:
    let_in(session, actor)
    tablet.sign_in(username)
    return tablet


def test_a_page_with_a_masked_number_holds_the_number_nowhere(
    tablet: Browser, session: Session, cast: Cast, lead: PersonID
) -> None:
    here = address(session, lead)
    zhou = enter(tablet, session, cast.zhou, "zhouqian")
    for page in (here, "/leads", "/leads?mine=1", "/leads/probe"):
        text = zhou.text(page).replace(" ", "")
        assert "13800138000" not in text
        assert "tel:" not in text


def test_the_number_is_shown_after_a_press_and_the_manager_reads_who_pressed(
    tablet: Browser, session: Session, cast: Cast, lead: PersonID
) -> None:
    here = address(session, lead)
    zhou = enter(tablet, session, cast.zhou, "zhouqian")
    assert "138 0013 8000" not in zhou.text(here)
    for _press in range(2):
        assert zhou.post(f"{here}/reveal", page=here).status_code == 302
    assert "138 0013 8000" in zhou.text(here)
    assert in_log(session) == ["view", "reveal"]
    assert zhou.get("/leads/who-looked").status_code == 403
    manager = enter(tablet, session, cast.manager, "wujingli")
    page = manager.text("/leads/who-looked")
    for shown in ("周倩", str(texts.KINDS["reveal"]), "陈晨"):
        assert shown in page
    assert "Seen by 1 person in the last 30 days" in manager.text(here)


def test_leads_of_another_club_and_guessed_ids_show_nothing(
    tablet: Browser, session: Session, cast: Cast, lead: PersonID
) -> None:
    here = address(session, lead)
    other = enter(tablet, session, cast.other_manager, "biejia")
    for page in (here, "/leads/a2b3c4d5e6f7", f"/leads/who-looked?person={here.rpartition('/')[2]}"):
        assert other.get(page).status_code == 404
    assert other.post(f"{here}/reveal", page="/leads").status_code == 404
    assert other.get("/leads/who-looked?account=a2b3c4d5e6f7").status_code == 404
    assert in_log(session) == []


def test_what_nobody_could_mean_in_the_address_is_left_aside(
    tablet: Browser, session: Session, cast: Cast, lead: PersonID
) -> None:
    address(session, lead)
    manager = enter(tablet, session, cast.manager, "wujingli")
    for odd in ("kind=x", "day=yesterday", "before=x", "before=99999999999999999999", "before=-1"):
        assert manager.get(f"/leads/who-looked?{odd}").status_code == 200


def test_what_the_desk_types_is_written_down_and_never_refused(
    tablet: Browser, session: Session, cast: Cast, lead: PersonID
) -> None:
    set_policy(session, cast, {"claims": {"probes_per_day": 1}})
    address(session, lead)
    desk = enter(tablet, session, cast.desk, "qiantai")
    for phone in ("138 0013", "13800138000", "13800138000", "13900139000"):
        assert desk.get(f"/desk/preview?phone={phone}").status_code == 200
    assert in_log(session) == ["probe", "probe"]
    assert desk.get("/cards?phone=13800138001").status_code == 200
    assert desk.get("/cards?phone=x").status_code == 422
    assert in_log(session) == ["probe"] * 3
