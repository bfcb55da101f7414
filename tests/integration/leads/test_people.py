from datetime import date

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from clubsales.actor import Actor
from clubsales.audit import AuditEvent
from clubsales.errors import NotFound, Refused
from clubsales.ids import PersonID
from clubsales.leads.intake import operations as intake
from clubsales.leads.intake.rules import Source
from clubsales.leads.people import operations, queries
from clubsales.leads.people.models import PersonPhoneRow, PersonRow
from clubsales.membership.members import operations as members
from clubsales.membership.sales import operations as sales
from clubsales.membership.sales.rules import SaleKind
from tests.builders import Cast, consultant_of, local

PHONE = "+8613800138000"


def add(session: Session, actor: Actor, e164: str | None = PHONE, name: str = "") -> PersonID:
    return operations.find_or_add(session, e164=e164, name=name, actor=actor, at=local(10))


def test_the_second_entry_meets_the_first_person(session: Session, cast: Cast) -> None:
    first = add(session, cast.lin, name="王小明")
    assert add(session, cast.zhou, name="Somebody else") == first
    person = queries.by_phone(session, cast.club.organisation_id, PHONE)
    assert person is not None
    assert (person.id, person.name, person.e164) == (first, "王小明", PHONE)
    assert queries.get(session, cast.club.organisation_id, first) == person
    assert queries.by_public_id(session, cast.club.organisation_id, person.public_id) == person
    assert session.scalar(sa.select(sa.func.count()).select_from(PersonRow)) == 1


def test_the_same_name_is_never_the_same_person(session: Session, cast: Cast) -> None:
    ids = {add(session, cast.lin, e164=e164, name="王伟") for e164 in (PHONE, "+8613800138001", None, None)}
    assert len(ids) == 4


def test_an_empty_name_is_filled_and_a_full_one_kept(session: Session, cast: Cast) -> None:
    person_id = add(session, cast.lin)
    for name in ("", "  王   小明 ", "李四"):
        add(session, cast.lin, name=name)
    assert queries.get(session, cast.club.organisation_id, person_id).name == "王 小明"
    named = sa.select(AuditEvent.facts).where(AuditEvent.tag == "person:named")
    assert session.scalars(named).all() == [{"person_id": person_id}]


def test_a_name_can_be_corrected(session: Session, cast: Cast) -> None:
    person_id = add(session, cast.lin, name="王小名")
    operations.correct_name(session, person_id=person_id, name="王小明", actor=cast.lin, at=local(10))
    operations.correct_name(session, person_id=person_id, name=" ", actor=cast.lin, at=local(10))
    assert queries.get(session, cast.club.organisation_id, person_id).name == "王小明"


def test_another_organisation_knows_nobody(session: Session, cast: Cast) -> None:
    person_id = add(session, cast.lin, name="王小明")
    public_id = queries.get(session, cast.club.organisation_id, person_id).public_id
    foreign = cast.foreign_club.organisation_id
    assert queries.by_phone(session, foreign, PHONE) is None
    with pytest.raises(NotFound):
        queries.get(session, foreign, person_id)
    with pytest.raises(NotFound):
        queries.by_public_id(session, foreign, public_id)
    with pytest.raises(NotFound):
        operations.name_person(session, person_id=person_id, name="x", actor=cast.other_manager, at=local(10))
    assert add(session, cast.other_manager) != person_id


def test_the_database_keeps_one_person_per_phone(session: Session, cast: Cast) -> None:
    add(session, cast.lin)
    stranger = add(session, cast.lin, e164=None)
    with pytest.raises(IntegrityError):
        session.execute(
            sa.insert(PersonPhoneRow).values(
                organisation_id=cast.club.organisation_id, person_id=stranger, e164=PHONE
            )
        )


def test_a_name_without_end_is_refused(session: Session, cast: Cast) -> None:
    with pytest.raises(Refused) as refused:
        add(session, cast.lin, name="a" * 10_000)
    assert refused.value.code == "person.name_too_long"


def born(session: Session, actor: Actor, person_id: PersonID, birthday: date | None) -> None:
    operations.set_birthday(session, person_id=person_id, birthday=birthday, actor=actor, at=local(10))


def test_a_birthday_is_written_corrected_and_taken_back(session: Session, cast: Cast) -> None:
    person_id = add(session, cast.lin)
    organisation_id = cast.club.organisation_id
    assert queries.birthday_of(session, organisation_id, person_id) is None
    for birthday in (date(1990, 3, 9), date(1990, 3, 9), date(1991, 3, 9), None):
        born(session, cast.lin, person_id, birthday)
        assert queries.birthday_of(session, organisation_id, person_id) == birthday
    changed = sa.select(AuditEvent.facts).where(AuditEvent.tag == "person:birthday_changed")
    assert session.scalars(changed).all() == [{"person_id": person_id}] * 3


def test_nobody_is_born_tomorrow_in_the_clubs_calendar(session: Session, cast: Cast) -> None:
    person_id = add(session, cast.lin)
    born(session, cast.lin, person_id, date(2026, 3, 9))
    with pytest.raises(Refused) as refused:
        born(session, cast.lin, person_id, date(2026, 3, 10))
    assert refused.value.code == "person.birthday"


def test_another_organisation_reads_and_writes_no_birthday(session: Session, cast: Cast) -> None:
    person_id = add(session, cast.lin)
    with pytest.raises(NotFound):
        born(session, cast.other_manager, person_id, date(1990, 3, 9))
    with pytest.raises(NotFound):
        queries.birthday_of(session, cast.foreign_club.organisation_id, person_id)


def test_birthdays_are_those_of_the_clubs_leads_and_members(session: Session, cast: Cast) -> None:
    days = [date(2026, 3, 9), date(2026, 3, 10)]
    organisation_id = cast.club.organisation_id

    def a_person(number: int, name: str, birthday: date) -> PersonID:
        person_id = add(session, cast.lin, e164=f"+861380013800{number}", name=name)
        born(session, cast.lin, person_id, birthday)
        return person_id

    tomorrow = a_person(1, "甲", date(1990, 3, 10))
    today = a_person(2, "乙", date(1985, 3, 9))
    other_day = a_person(3, "丙", date(1985, 3, 11))
    for lead in (tomorrow, today, other_day):
        intake.capture(session, person_id=lead, source=Source.PHONE, actor=cast.lin, at=local(10))
    a_person(4, "丁", date(1985, 3, 9))  # nobody's lead and no member
    member = a_person(5, "戊", date(1985, 3, 9))
    sale_id = sales.open_sale(
        session,
        card_type_id=cast.annual.id,
        price=None,
        kind=SaleKind.NEW,
        person_id=member,
        consultant_id=consultant_of(cast.lin),
        actor=cast.lin,
        at=local(10),
    )
    members.enrol(session, person_id=member, sale_id=sale_id, actor=cast.lin, at=local(10))
    session.flush()
    found = queries.birthdays_on(session, organisation_id, cast.club.id, days)
    assert {each.person_id for each in found[:2]} == {today, member}
    assert [each.person_id for each in found[2:]] == [tomorrow]
    assert queries.birthdays_on(session, organisation_id, cast.other_club.id, days) == []
    assert queries.birthdays_on(session, organisation_id, cast.club.id, []) == []


def keys_of(session: Session, person_id: PersonID) -> tuple[str, str, str]:
    row = session.execute(
        sa.select(PersonRow.name_key, PersonRow.pinyin, PersonRow.initials).where(PersonRow.id == person_id)
    ).one()
    return (row.name_key, row.pinyin, row.initials)


def test_whoever_comes_gets_a_name_or_another_one_is_found_by_it(session: Session, cast: Cast) -> None:
    person_id = add(session, cast.lin)
    assert keys_of(session, person_id) == ("", "", "")
    add(session, cast.lin, name="单 雄信")
    assert keys_of(session, person_id) == ("单雄信", "shanxiongxin", "sxx")
    operations.correct_name(session, person_id=person_id, name="Tom Chen", actor=cast.lin, at=local(10))
    assert keys_of(session, person_id) == ("tomchen", "tomchen", "tc")
    new = add(session, cast.lin, e164=None, name="王小明")
    assert keys_of(session, new) == ("王小明", "wangxiaoming", "wxm")
    found = sa.select(PersonPhoneRow.reversed).where(PersonPhoneRow.e164 == PHONE)
    assert session.scalar(found) == "0008310083168"
