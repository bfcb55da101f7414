"""Whoever is made anonymous is found nowhere any more, and what happened stays (CFD-01, CFD-02)."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask.testing import FlaskClient
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from clubsales.actor import Actor
from clubsales.audit import AuditEvent
from clubsales.clock import Instant
from clubsales.db import Base
from clubsales.errors import NotFound, Refused
from clubsales.frontdesk.posts.operations import open_shift
from clubsales.frontdesk.reception import by_hand
from clubsales.frontdesk.reception import operations as reception
from clubsales.frontdesk.rotation.models import AssignmentRow
from clubsales.ids import PersonID
from clubsales.leads.appointments import operations as appointments
from clubsales.leads.appointments.models import AppointmentRow
from clubsales.leads.claims import operations as claims
from clubsales.leads.claims import queries as claim_queries
from clubsales.leads.disclosures import operations as disclosures
from clubsales.leads.followups import operations as followups
from clubsales.leads.followups.models import ContactRow, FollowUpRow
from clubsales.leads.followups.rules import Channel, ContactOutcome
from clubsales.leads.intake import operations as intake
from clubsales.leads.intake.models import LeadRow
from clubsales.leads.intake.rules import Source
from clubsales.leads.matches import merging
from clubsales.leads.people import details, households
from clubsales.leads.people import operations as people
from clubsales.leads.people import queries as people_queries
from clubsales.leads.people.models import PersonRow
from clubsales.leads.people.rules import Details, PhoneLabel, Relation
from clubsales.leads.touches.models import TouchRow
from clubsales.membership.cards import operations as cards
from clubsales.membership.cards.models import CardRow, CardServiceRow
from clubsales.membership.contracts.models import ContractRow
from clubsales.membership.contracts.rules import Field, Filled
from clubsales.membership.discounts import operations as discounts
from clubsales.membership.documents.models import DocumentRow, MailRow
from clubsales.membership.returns.models import RefundRequestRow
from clubsales.membership.sales.models import SaleRow
from clubsales.office.privacy import operations, queries
from clubsales.office.privacy.rules import Because
from clubsales.policies import PolicyVersion
from tests.builders import Cast, consultant_of, local, yuan
from tests.cards import a_card, a_sale
from tests.integration.auth.support import Browser, let_in
from tests.integration.leads.support import a_lead, set_policy

AT = local(14)
PHONE = "+8613877776666"
# All of it says who she is; each is nowhere else.
MARKS = (
    *("欧阳雪梅", "欧阳小妹", "ouyang", "oyxm", "13877776666", "13855554444", "02155553333", "66667777831"),
    *(
        "wx_oyang",
        "oyang@example",
        "延安西路",
        "爱喝龙井",
        "预算三万",
        "先生说了算",
        "怕水",
        "约她先生",
        "开白色汽车",
        "老会员介绍",
    ),
)


@pytest.fixture(autouse=True)
def afternoon() -> Iterator[None]:
    with time_machine.travel(AT, tick=False):
        yield


def everything(session: Session) -> str:
    """All rows of all tables as one text."""
    return "\n".join(
        str(tuple(row)) for table in Base.metadata.sorted_tables for row in session.execute(sa.select(table))
    )


def marks_found(session: Session) -> list[str]:
    text = everything(session)
    return [mark for mark in MARKS if mark in text]


def anonymise(session: Session, actor: Actor, person_id: PersonID, at: Instant = AT) -> str | None:
    try:
        operations.anonymise(session, person_id=person_id, because=Because.ASKED, actor=actor, at=at)
    except Refused as refused:
        return refused.code
    return None


@pytest.fixture
def guest(session: Session, cast: Cast) -> PersonID:
    """Somebody of whom a lot was written down in two clubs."""
    for actor in (cast.lin, cast.zhou):
        open_shift(session, consultant_id=consultant_of(actor), checklist=None, actor=actor, at=local(9))
    arrived = reception.arrive(session, e164=PHONE, name="欧阳雪梅", actor=cast.desk, at=local(10))
    friend = reception.arrive(
        session, e164=None, name="友人", came_with=arrived.reception_id, actor=cast.desk, at=local(10, 1)
    )
    by_hand.contest(
        session,
        reception_id=arrived.reception_id,
        consultant_id=consultant_of(cast.zhou),
        note="欧阳雪梅开白色汽车",
        actor=cast.desk,
        at=local(10, 2),
    )
    for one in (friend, arrived):
        reception.see_out(
            session,
            reception_id=one.reception_id,
            outcome=reception.Outcome.BE_BACK,
            actor=cast.desk,
            at=local(11),
        )
    found = people_queries.by_phone(session, cast.club.organisation_id, PHONE)
    assert found is not None
    person_id = found.id
    details.change(
        session,
        person_id=person_id,
        details=Details(wechat="wx_oyang", email="oyang@example.com", address="延安西路 1 号"),
        actor=cast.lin,
        at=AT,
    )
    details.add_phone(
        session, person_id=person_id, e164="+8613855554444", label=PhoneLabel.WORK, actor=cast.lin, at=AT
    )
    people.set_birthday(session, person_id=person_id, birthday=date(1988, 5, 4), actor=cast.lin, at=AT)
    households.add_somebody(
        session,
        person_id=person_id,
        name="小宝",
        birthday=None,
        relation=Relation.CHILD,
        actor=cast.lin,
        at=AT,
    )
    beside = Actor(kind=cast.desk.kind, club=cast.other_club, account_id=cast.desk.account_id)
    for actor in (cast.lin, beside):
        intake.capture(
            session,
            person_id=person_id,
            source=Source.PHONE,
            interest="爱喝龙井",
            note="预算三万，先生说了算",
            consent=True,
            actor=actor,
            at=AT,
        )
    session.execute(sa.update(LeadRow).values(budget="预算三万", decides="先生说了算"))
    if claim_queries.holder_at(session, cast.club, person_id, AT) is None:
        claims.claim(
            session, person_id=person_id, consultant_id=consultant_of(cast.lin), actor=cast.lin, at=AT
        )
    followups.log_contact(
        session,
        person_id=person_id,
        consultant_id=consultant_of(cast.lin),
        channel=Channel.CALL,
        outcome=ContactOutcome.ANSWERED,
        note="怕水",
        next_on=date(2026, 3, 12),
        next_what="约她先生",
        actor=cast.lin,
        at=AT,
    )
    appointments.make(
        session,
        consultant_id=consultant_of(cast.lin),
        person_id=person_id,
        due_at=local(15, day=11),
        note="带欧阳小妹来",
        actor=cast.lin,
        at=AT,
    )
    double = a_lead(session, cast.zhou, e164="+862155553333", name="欧阳雪梅")
    merging.merge(
        session, kept_id=person_id, merged_id=double, reason="老会员介绍", actor=cast.manager, at=AT
    )
    disclosures.reveal(session, person_id=person_id, actor=cast.zhou, at=AT)
    session.flush()
    return person_id


def test_nothing_says_who_it_was_and_everything_that_happened_stays(
    session: Session, cast: Cast, guest: PersonID
) -> None:
    before = marks_found(session)
    assert {"欧阳雪梅", "13877776666", "怕水", "wx_oyang", "开白色汽车"} <= set(before)
    touches = session.execute(sa.select(sa.func.count()).select_from(TouchRow)).scalar_one()
    assert anonymise(session, cast.manager, guest) is None
    session.expire_all()
    assert marks_found(session) == []
    assert session.execute(sa.select(sa.func.count()).select_from(TouchRow)).scalar_one() == touches
    assert claim_queries.holder_at(session, cast.club, guest, AT) is None
    assert set(session.scalars(sa.select(FollowUpRow.end_reason))) == {"dropped"}
    assert list(session.scalars(sa.select(AppointmentRow.status))) == ["cancelled"]
    assert list(session.scalars(sa.select(ContactRow.outcome))) == ["answered"]
    assert all(lead.lost_at == AT and lead.consent_at is None for lead in session.scalars(sa.select(LeadRow)))
    told = session.execute(
        sa.select(AuditEvent.facts).where(AuditEvent.tag == "person:anonymised")
    ).scalar_one()
    assert told == {"person_id": guest, "because": "asked"}


def test_what_was_said_over_cards_prices_and_papers_goes_too(
    session: Session, cast: Cast, guest: PersonID
) -> None:
    at = local(9, day=2)
    card = a_card(session, cast, cast.annual, at=at, person_id=guest, valid_until=date(2026, 3, 3))
    policy = session.scalars(sa.select(PolicyVersion.id)).first()
    assert policy is not None
    shared = {"club_id": cast.club.id, "state": "refused", "asked_at": at, "asked_by": cast.lin.account_id}
    session.add(
        CardServiceRow(
            card_id=card.id,
            kind="transfer",
            facts={"phone": "+8613877776666", "name": "欧阳小妹"},
            reason="欧阳雪梅爱喝龙井",
            answer="怕水",
            **shared,
        )
    )
    discounts.ask(
        session,
        card_type=cast.annual,
        price=yuan("3600.00"),
        reason="预算三万",
        sale_kind="new",
        person_id=guest,
        actor=cast.lin,
        at=at,
    )
    session.add(
        RefundRequestRow(
            sale_id=card.sale_id,
            card_id=card.id,
            basis="goodwill",
            currency="CNY",
            amount_minor=0,
            reckoning={},
            ends_card=True,
            reason="约她先生",
            answer="怕水",
            due_on=date(2026, 3, 9),
            policy_version_id=policy,
            **shared,
        )
    )
    form = {**Filled(fields={Field.BUYER: "欧阳雪梅", Field.ADDRESS: "延安西路 1 号"}).document()}
    session.add(
        ContractRow(
            club_id=cast.club.id,
            sale_id=card.sale_id,
            consultant_id=consultant_of(cast.lin),
            state="void",
            language="zh_Hans",
            form=form,
            filled_at=at,
            filled_by=cast.lin.account_id,
            void_reason="先生说了算",
            policy_version_id=policy,
        )
    )
    paper = DocumentRow(
        club_id=cast.club.id,
        sale_id=card.sale_id,
        kind="contract",
        subject_id=1,
        language="zh_Hans",
        digest="0" * 64,
        content=b"",
        made_at=at,
    )
    session.add(paper)
    session.flush()
    session.add(
        MailRow(
            club_id=cast.club.id,
            document_id=paper.id,
            address="oyang@example.com",
            state="failed",
            asked_at=at,
        )
    )
    session.flush()
    assert anonymise(session, cast.manager, guest) is None
    session.expire_all()
    assert marks_found(session) == []
    assert session.scalars(sa.select(ContractRow.form)).one()["buyer"] == "/"


def test_the_child_stays_and_lives_with_nobody(session: Session, cast: Cast, guest: PersonID) -> None:
    anonymise(session, cast.manager, guest)
    names = set(session.scalars(sa.select(PersonRow.name)))
    assert "小宝" in names
    assert households.of_person(session, cast.club.id, guest) == []


def test_why_a_companion_went_where_he_went_is_told_without_the_name(
    session: Session, cast: Cast, guest: PersonID
) -> None:
    anonymise(session, cast.manager, guest)
    reasons = session.execute(sa.select(AssignmentRow.reason)).scalars()
    companions = [each["facts"] for each in reasons if each["code"] == "rotation.companion"]
    assert [facts["guest"] for facts in companions] == ["**"]


def test_a_decision_cannot_be_told_otherwise(session: Session, cast: Cast, guest: PersonID) -> None:
    with pytest.raises(DBAPIError), session.begin_nested():
        session.execute(sa.update(AssignmentRow).values(reason={"rule": "ROT-01", "code": "x", "facts": {}}))


def test_the_phone_comes_back_as_somebody_new(session: Session, cast: Cast, guest: PersonID) -> None:
    anonymise(session, cast.manager, guest)
    again = people.find_or_add(session, e164=PHONE, name="欧阳雪梅", actor=cast.desk, at=AT)
    assert again != guest
    assert anonymise(session, cast.manager, guest) == "anonymise.already"


def test_whoever_is_here_or_has_money_or_a_card_running_stays_known(
    session: Session, cast: Cast, guest: PersonID
) -> None:
    here = reception.arrive(session, e164=PHONE, actor=cast.desk, at=AT)
    assert anonymise(session, cast.manager, guest) == "anonymise.in_the_house"
    reception.see_out(
        session, reception_id=here.reception_id, outcome=reception.Outcome.BE_BACK, actor=cast.desk, at=AT
    )
    sale_id = a_sale(session, cast, cast.annual, person_id=guest, at=AT)
    money = sa.update(SaleRow).where(SaleRow.id == sale_id)
    session.execute(money.values(received_minor=10_000, version=2))
    assert anonymise(session, cast.manager, guest) == "anonymise.open_sale"
    session.execute(money.values(refunded_minor=10_000, version=3))
    card = a_card(session, cast, cast.annual, person_id=guest, at=AT, valid_until=date(2026, 3, 9))
    assert anonymise(session, cast.manager, guest) == "anonymise.running_card"
    assert anonymise(session, cast.manager, guest, at=AT + timedelta(days=1)) is None
    assert session.get(CardRow, card.id) is not None


def test_whoever_shares_a_card_that_runs_stays_known(session: Session, cast: Cast, guest: PersonID) -> None:
    card = a_card(session, cast, cast.annual, at=AT, people_max=2, valid_until=date(2026, 3, 9))
    cards.add_person(session, card=card.public_id, person_id=guest, actor=cast.desk, at=AT)
    session.flush()
    assert anonymise(session, cast.manager, guest) == "anonymise.running_card"
    assert anonymise(session, cast.manager, guest, at=AT + timedelta(days=1)) is None


def test_a_card_whose_value_is_used_up_keeps_nobody(session: Session, cast: Cast, guest: PersonID) -> None:
    value = {"valid_until": None, "value_total_minor": 100, "value_left_minor": 100}
    card = a_card(session, cast, cast.annual, person_id=guest, at=AT, **value)
    assert anonymise(session, cast.manager, guest) == "anonymise.running_card"
    session.execute(sa.update(CardRow).where(CardRow.id == card.id).values(value_left_minor=0))
    assert anonymise(session, cast.manager, guest) is None


def test_another_organisations_person_is_not_there(session: Session, cast: Cast, guest: PersonID) -> None:
    with pytest.raises(NotFound):
        anonymise(session, cast.other_manager, guest)


def kept(session: Session, *person_ids: PersonID) -> list[bool]:
    session.expire_all()
    return [
        session.execute(sa.select(PersonRow.anonymised_at).where(PersonRow.id == each)).scalar_one() is None
        for each in person_ids
    ]


def test_leads_with_whom_nothing_happens_are_forgotten_after_the_clubs_months(
    session: Session, cast: Cast
) -> None:
    old = a_lead(session, cast.desk, e164="+8613800138001", at=local(9, day=1))
    touched = a_lead(session, cast.desk, e164="+8613800138002", at=local(9, day=1))
    a_buyer = a_lead(session, cast.desk, e164="+8613800138003", at=local(9, day=1))
    a_sale(session, cast, cast.annual, person_id=a_buyer, at=local(9, day=1))
    intake.capture(session, person_id=touched, source=Source.PHONE, actor=cast.desk, at=local(9, month=5))
    assert operations.anonymise_old(session, local(9, month=12)) == 0  # 0 months is for ever
    set_policy(session, cast, {"privacy": {"retention_months": 6}})
    assert operations.anonymise_old(session, local(9, day=1, month=9)) == 0
    assert operations.anonymise_old(session, local(9, day=2, month=9)) == 1
    assert kept(session, old, touched, a_buyer) == [False, True, True]
    assert operations.anonymise_old(session, local(9, day=2, month=9)) == 0
    assert operations.anonymise_old(session, local(9, day=10, month=11)) == 1
    assert kept(session, old, touched, a_buyer) == [False, False, True]


def test_another_retention_counts_from_its_day_on(session: Session, cast: Cast) -> None:
    old = a_lead(session, cast.desk, at=local(9, day=1))
    set_policy(session, cast, {"privacy": {"retention_months": 1}}, on=date(2026, 9, 1))
    assert operations.anonymise_old(session, local(9, day=31, month=8)) == 0
    assert operations.anonymise_old(session, local(9, day=1, month=9)) == 1
    assert kept(session, old) == [False]


def test_whoever_is_a_lead_elsewhere_is_kept_as_long_as_that_club_keeps_him(
    session: Session, cast: Cast
) -> None:
    old = a_lead(session, cast.desk, e164="+8613800138001", at=local(9, day=1))
    beside = Actor(kind=cast.desk.kind, club=cast.other_club, account_id=cast.desk.account_id)
    intake.capture(session, person_id=old, source=Source.PHONE, actor=beside, at=local(9, day=1))
    set_policy(session, cast, {"privacy": {"retention_months": 6}})
    assert operations.anonymise_old(session, local(9, month=12)) == 0
    assert kept(session, old) == [True]


def test_what_goes_next_month_is_told(session: Session, cast: Cast) -> None:
    set_policy(session, cast, {"privacy": {"retention_months": 6}})
    for number in range(3):
        a_lead(session, cast.desk, e164=f"+861380013800{number}", at=local(9, day=1))
    a_lead(session, cast.desk, e164="+8613800138009", at=local(9, day=20, month=5))
    found = queries.outlook(session, cast.club, date(2026, 8, 20))
    assert (found.months, found.by, found.count) == (6, date(2026, 9, 20), 3)
    assert queries.outlook(session, cast.other_club, date(2026, 8, 20)).months == 0


@pytest.fixture
def manager(client: FlaskClient, session: Session, cast: Cast, guest: PersonID) -> Browser:
    let_in(session, cast.manager)
    browser = Browser(client, {"Accept-Language": "en"})
    browser.sign_in("wujingli")
    return browser


def test_the_manager_makes_a_guest_anonymous_on_the_page(
    manager: Browser, session: Session, cast: Cast, guest: PersonID
) -> None:
    public_id = session.execute(
        sa.select(LeadRow.public_id).where(LeadRow.person_id == guest, LeadRow.club_id == cast.club.id)
    ).scalar_one()
    page = f"/leads/{public_id}/anonymise"
    unsure = manager.post(page, page=page, because="asked")
    assert unsure.status_code == 422
    assert manager.post(page, page=page, because="asked", sure="y").status_code == 302
    shown = manager.text(f"/leads/{public_id}")
    assert "Anonymised guest" in shown
    assert not [mark for mark in MARKS if mark in shown]
    assert "Make anonymous" not in shown
    manager.post(page, page=page, because="asked", sure="y")
    assert "This guest is anonymous already." in manager.text(f"/leads/{public_id}")


def test_the_password_is_asked_for_again(
    manager: Browser, session: Session, cast: Cast, guest: PersonID
) -> None:
    public_id = session.execute(
        sa.select(LeadRow.public_id).where(LeadRow.person_id == guest, LeadRow.club_id == cast.club.id)
    ).scalar_one()
    with time_machine.travel(AT + timedelta(minutes=16), tick=False):
        answer = manager.get(f"/leads/{public_id}/anonymise")
    assert answer.status_code == 303
    assert "confirm-password" in answer.headers["Location"]


def test_whoever_is_kept_elsewhere_does_not_stand_in_the_way_of_others(
    session: Session, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those whose time is over come, however many older leads another club keeps."""
    monkeypatch.setattr(operations, "AT_ONCE", 1)
    beside = Actor(kind=cast.desk.kind, club=cast.other_club, account_id=cast.desk.account_id)
    elsewhere = a_lead(session, cast.desk, e164="+8613800138001", at=local(8, day=1))
    intake.capture(session, person_id=elsewhere, source=Source.PHONE, actor=beside, at=local(8, day=1))
    member = a_lead(session, cast.desk, e164="+8613800138002", at=local(8, 30, day=1))
    here = reception.arrive(session, e164="+8613800138002", actor=cast.desk, at=local(8, 40, day=1))
    assert here
    old = a_lead(session, cast.desk, e164="+8613800138003", at=local(9, day=1))
    set_policy(session, cast, {"privacy": {"retention_months": 6}})
    assert operations.anonymise_old(session, local(9, month=12)) == 1
    assert kept(session, elsewhere, member, old) == [True, True, False]


def test_whoever_came_to_another_club_lately_is_kept(session: Session, cast: Cast) -> None:
    old = a_lead(session, cast.desk, e164="+8613800138001", at=local(9, day=1))
    set_policy(session, cast, {"privacy": {"retention_months": 6}})
    touch = session.scalars(sa.select(TouchRow)).first()
    assert touch is not None
    session.execute(
        sa.insert(TouchRow.__table__).values(
            club_id=cast.other_club.id,
            kind="visit",
            person_id=old,
            at=local(9, month=11),
            local_day=date(2026, 11, 9),
            signals=[],
        )
    )
    assert operations.anonymise_old(session, local(9, month=12)) == 0
    assert kept(session, old) == [True]


def test_nobody_knows_an_anonymous_guest_again(
    manager: Browser, session: Session, cast: Cast, guest: PersonID
) -> None:
    """Nothing is written about him any more, and nobody takes his lead; should he come again he is somebody new."""
    anonymise(session, cast.manager, guest)
    lead = session.scalars(
        sa.select(LeadRow.public_id).where(LeadRow.person_id == guest, LeadRow.club_id == cast.club.id)
    ).one()
    session.commit()
    for door, fields in (
        ("", {"name": "欧阳雪梅", "source": "phone"}),
        ("/details", {"wechat": "wx_oyang"}),
        ("/phones", {"phone": "13877776666"}),
        ("/household", {"name": "欧阳小妹", "relation": "child"}),
        ("/regain", {}),
    ):
        sent = manager.post(f"/leads/{lead}{door}", page="/leads", **fields)
        told = sent.text if sent.status_code != 302 else manager.get(f"/leads/{lead}").text
        assert "This guest is anonymous: nothing is written" in told, door
    session.expire_all()
    assert marks_found(session) == []
    assert session.scalars(sa.select(LeadRow.lost_at).where(LeadRow.public_id == lead)).one() == AT
    with pytest.raises(Refused, match=r"lead\.anonymous"):
        claims.claim(session, person_id=guest, consultant_id=consultant_of(cast.lin), actor=cast.lin, at=AT)


def test_nothing_is_offered_with_whom_nobody_knows_any_more(
    manager: Browser, session: Session, cast: Cast, guest: PersonID
) -> None:
    public_id = session.execute(
        sa.select(LeadRow.public_id).where(LeadRow.person_id == guest, LeadRow.club_id == cast.club.id)
    ).scalar_one()
    address = f"/leads/{public_id}"
    offered = (f"{address}/claim", f"{address}/edit", f"{address}/contact", "/sell", "/appointments/new")
    before = manager.text(address)
    assert f'href="{address}/edit"' in before
    anonymise(session, cast.manager, guest)
    session.commit()
    after = manager.text(address)
    assert "Anonymised guest" in after
    main = after[after.index("<main") :]
    assert [door for door in offered if door in main] == []
