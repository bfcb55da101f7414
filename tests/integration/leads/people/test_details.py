from datetime import date

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.audit import AuditEvent
from clubsales.errors import NotFound, Refused
from clubsales.ids import PersonID
from clubsales.leads.people import details, households, pages, queries
from clubsales.leads.people import operations as people
from clubsales.leads.people.models import HouseholdMemberRow, PersonPhoneRow, PersonRow
from clubsales.leads.people.rules import MOST_PHONES, Details, PhoneLabel, Relation
from tests.builders import Cast, local

PHONE, OTHER = "+8613800138000", "+8613911112222"
AT = local(10)


def a_person(session: Session, cast: Cast, e164: str | None = PHONE, name: str = "王小明") -> PersonID:
    return people.find_or_add(session, e164=e164, name=name, actor=cast.lin, at=AT)


def phone(session: Session, cast: Cast, person_id: PersonID, e164: str, label: str = "") -> None:
    details.add_phone(session, person_id=person_id, e164=e164, label=PhoneLabel(label), actor=cast.lin, at=AT)


def together(session: Session, cast: Cast, one: PersonID, other: PersonID, relation: str = "spouse") -> None:
    households.put_together(
        session, person_id=one, with_id=other, relation=Relation(relation), actor=cast.lin, at=AT
    )


def told(session: Session, prefix: str) -> list[tuple[str, dict[str, object]]]:
    session.flush()
    rows = session.execute(
        sa.select(AuditEvent.tag, AuditEvent.facts)
        .where(AuditEvent.tag.like(prefix + "%"))
        .order_by(AuditEvent.id)
    )
    return [(row.tag, row.facts) for row in rows]


def test_details_are_kept_clean_and_the_audit_says_which_but_not_what(session: Session, cast: Cast) -> None:
    person_id = a_person(session, cast)
    typed = Details(wechat="  Xm 88 ", email="Ａ@b.cn", address=" 福田区\n88号 ")
    for _twice in range(2):
        details.change(session, person_id=person_id, details=typed, actor=cast.lin, at=AT)
    details.change(session, person_id=person_id, details=Details(wechat="xm88"), actor=cast.lin, at=AT)
    row = session.execute(sa.select(PersonRow.__table__).where(PersonRow.id == person_id)).one()
    assert (row.wechat, row.wechat_key, row.email, row.address) == ("xm88", "xm88", "", "")
    assert told(session, "person:details") == [
        ("person:details_changed", {"person_id": person_id, "changed": ["address", "email", "wechat"]}),
        ("person:details_changed", {"person_id": person_id, "changed": ["address", "email", "wechat"]}),
    ]


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        (Details(email="nobody"), "person.email"),
        (Details(email="a b@c.cn"), "person.email"),
        (Details(wechat="x" * 65), "person.detail_too_long"),
        (Details(address="x" * 301), "person.detail_too_long"),
    ],
)
def test_what_is_no_detail_is_refused(session: Session, cast: Cast, typed: Details, code: str) -> None:
    person_id = a_person(session, cast)
    with pytest.raises(Refused, match=code):
        details.change(session, person_id=person_id, details=typed, actor=cast.lin, at=AT)


def test_phones_are_added_labelled_put_first_and_removed(session: Session, cast: Cast) -> None:
    person_id = a_person(session, cast)
    phone(session, cast, person_id, OTHER, "work")
    phone(session, cast, person_id, OTHER, "home")
    details.show_first(session, person_id=person_id, e164=OTHER, actor=cast.lin, at=AT)
    details.show_first(session, person_id=person_id, e164=OTHER, actor=cast.lin, at=AT)
    assert [(each.e164, each.label.value) for each in queries.phones_of(session, person_id)] == [
        (OTHER, "home"),
        (PHONE, ""),
    ]
    assert queries.get(session, cast.club.organisation_id, person_id).e164 == OTHER
    assert (
        session.scalar(sa.select(PersonPhoneRow.reversed).where(PersonPhoneRow.e164 == OTHER))
        == "2222111193168"
    )
    for _twice in range(2):
        details.remove_phone(session, person_id=person_id, e164=PHONE, actor=cast.lin, at=AT)
    assert [tag for tag, _facts in told(session, "person:phone")] == [
        *("person:phone_added", "person:phone_first", "person:phone_removed")
    ]
    assert all("13" not in str(facts.get("e164", "")) for _tag, facts in told(session, "person:phone"))


def test_a_phone_of_somebody_else_the_last_one_and_too_many_are_refused(session: Session, cast: Cast) -> None:
    person_id = a_person(session, cast)
    a_person(session, cast, OTHER, "李四")
    with pytest.raises(Refused, match=r"person\.phone_taken"):
        phone(session, cast, person_id, OTHER)
    with pytest.raises(Refused, match=r"person\.phone_last"):
        details.remove_phone(session, person_id=person_id, e164=PHONE, actor=cast.lin, at=AT)
    for place in range(MOST_PHONES - 1):
        phone(session, cast, person_id, f"+861360000000{place}")
    with pytest.raises(Refused, match=r"person\.phones_many"):
        phone(session, cast, person_id, "+8613700000000")


def test_another_organisation_changes_nothing(session: Session, cast: Cast) -> None:
    person_id, stranger = a_person(session, cast), cast.other_manager
    with pytest.raises(NotFound):
        details.change(session, person_id=person_id, details=Details(), actor=stranger, at=AT)
    with pytest.raises(NotFound):
        details.add_phone(
            session, person_id=person_id, e164=OTHER, label=PhoneLabel.OWN, actor=stranger, at=AT
        )
    with pytest.raises(NotFound):
        households.leave(session, person_id=person_id, actor=stranger, at=AT)


def test_a_family_is_one_household_and_each_knows_the_others(session: Session, cast: Cast) -> None:
    man, wife = a_person(session, cast), a_person(session, cast, OTHER, "李丽")
    together(session, cast, man, wife)
    child = households.add_somebody(
        session,
        person_id=wife,
        name="小宝",
        birthday=date(2018, 6, 1),
        relation=Relation.CHILD,
        actor=cast.lin,
        at=AT,
    )
    mates = households.of_person(session, cast.club.id, child)
    assert [(mate.person_id, mate.relation.value, mate.has_phone) for mate in mates] == [
        (man, "adult", True),
        (wife, "spouse", True),
        (child, "child", False),
    ]
    assert mates[2].birthday == date(2018, 6, 1)
    assert households.live_together(session, man, child)
    together(session, cast, man, child, "other")
    assert households.of_person(session, cast.club.id, man)[2].relation is Relation.OTHER


def test_who_is_left_alone_is_in_no_household(session: Session, cast: Cast) -> None:
    man, wife = a_person(session, cast), a_person(session, cast, OTHER, "李丽")
    together(session, cast, man, wife)
    for _twice in range(2):
        households.leave(session, person_id=wife, actor=cast.lin, at=AT)
    assert session.scalar(sa.select(sa.func.count()).select_from(HouseholdMemberRow)) == 0
    assert [tag for tag, _facts in told(session, "household")] == [
        *("household:joined", "household:joined", "household:left", "household:left")
    ]


def test_two_households_are_not_made_one_and_nobody_lives_with_himself(session: Session, cast: Cast) -> None:
    four = [a_person(session, cast, f"+861380013800{place}") for place in range(4)]
    together(session, cast, four[0], four[1])
    together(session, cast, four[2], four[3])
    with pytest.raises(Refused, match=r"person\.household_other"):
        together(session, cast, four[0], four[2])
    with pytest.raises(Refused, match=r"person\.household_self"):
        together(session, cast, four[0], four[0])
    with pytest.raises(Refused, match=r"person\.household_nobody"):
        households.add_somebody(
            session,
            person_id=four[0],
            name=" ",
            birthday=None,
            relation=Relation.CHILD,
            actor=cast.lin,
            at=AT,
        )


def test_the_section_leaves_out_what_the_reader_may_not_see(session: Session, cast: Cast) -> None:
    person_id = a_person(session, cast)
    details.change(session, person_id=person_id, details=Details(wechat="xm88"), actor=cast.lin, at=AT)
    hidden = pages.section(session, cast.zhou, person_id, shown=False)
    assert (hidden.phones, hidden.details, hidden.may_edit) == ((), Details(), False)
    shown = pages.section(session, cast.manager, person_id, shown=True)
    assert (shown.details.wechat, shown.may_edit, shown.may_merge) == ("xm88", True, True)
