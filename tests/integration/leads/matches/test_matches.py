from datetime import date

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.audit import AuditEvent
from clubsales.errors import NotFound
from clubsales.ids import PersonID
from clubsales.leads.intake import operations as intake
from clubsales.leads.intake.rules import Source
from clubsales.leads.matches import finding, operations, queries
from clubsales.leads.matches.models import MatchRow
from clubsales.leads.matches.rules import Sign
from clubsales.leads.people import details, households
from clubsales.leads.people import operations as people
from clubsales.leads.people.rules import Details, Relation
from tests.builders import Cast, local

PHONE, NEAR, FAR = "+8613800138000", "+8613800138010", "+8613911112222"
HOME = "福田区福华一路88号2栋301"


def a_lead(session: Session, cast: Cast, name: str, e164: str | None, **more: str) -> PersonID:
    person_id = people.find_or_add(session, e164=e164, name=name, actor=cast.lin, at=local(9))
    if more:
        details.change(session, person_id=person_id, details=Details(**more), actor=cast.lin, at=local(9))
    intake.capture(session, person_id=person_id, source=Source.PHONE, actor=cast.lin, at=local(9))
    return person_id


def look(session: Session) -> None:
    session.flush()
    while operations.propose(session, local(10)):
        pass


def matches(session: Session) -> list[tuple[int, int, int, str]]:
    rows = session.execute(
        sa.select(
            MatchRow.first_person_id, MatchRow.second_person_id, MatchRow.score, MatchRow.status
        ).order_by(MatchRow.id)
    )
    return [(row[0], row[1], row[2], row[3]) for row in rows]


def test_one_person_written_twice_is_proposed_once(session: Session, cast: Cast) -> None:
    first = a_lead(session, cast, "王小明", PHONE)
    second = a_lead(session, cast, "王晓明", NEAR)
    a_lead(session, cast, "王小明", FAR)
    look(session)
    look(session)
    assert matches(session) == [(first, second, 55, "open")]
    (line,) = queries.of_club(session, cast.club, limit=10)
    assert (line.first_name, line.second_name, line.signs) == (
        "王小明",
        "王晓明",
        (Sign.PHONE_NEAR, Sign.SOUND),
    )


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"wechat": "XM88"}, {"wechat": " xm88"}),
        ({"address": HOME}, {"address": HOME}),
        ({"email": "a@b.cn"}, {"email": "A@b.cn"}),
    ],
)
def test_what_was_added_later_is_looked_at_again(
    session: Session, cast: Cast, first: dict[str, str], second: dict[str, str]
) -> None:
    one = a_lead(session, cast, "王小明", PHONE, **first)
    other = a_lead(session, cast, "王小明", FAR)
    look(session)
    assert matches(session) == []
    details.change(session, person_id=other, details=Details(**second), actor=cast.lin, at=local(11))
    look(session)
    assert [found[:2] for found in matches(session)] == [(one, other)]


def test_a_birthday_and_a_name_are_enough(session: Session, cast: Cast) -> None:
    one, other = a_lead(session, cast, "王小明", PHONE), a_lead(session, cast, "王小明", FAR)
    for person_id in (one, other):
        people.set_birthday(
            session, person_id=person_id, birthday=date(1990, 5, 4), actor=cast.lin, at=local(9)
        )
    look(session)
    assert matches(session) == [(one, other, 60, "open")]


def test_who_lives_with_somebody_is_not_he(session: Session, cast: Cast) -> None:
    one, other = a_lead(session, cast, "王小明", PHONE), a_lead(session, cast, "王小明", NEAR)
    households.put_together(
        session, person_id=one, with_id=other, relation=Relation.CHILD, actor=cast.lin, at=local(9)
    )
    look(session)
    assert matches(session) == []


def test_not_the_same_stays_decided_until_more_speaks_for_it(session: Session, cast: Cast) -> None:
    one, other = a_lead(session, cast, "王小明", PHONE), a_lead(session, cast, "王小明", NEAR)
    look(session)
    operations.dismiss(session, first_id=other, second_id=one, actor=cast.manager, at=local(11))
    assert matches(session) == [(one, other, 65, "different")]
    people.correct_name(session, person_id=one, name="王 小明", actor=cast.lin, at=local(12))
    look(session)
    assert matches(session) == [(one, other, 65, "different")]
    assert finding.candidates(session, cast.club.organisation_id, one) == []
    for person_id in (one, other):
        details.change(
            session, person_id=person_id, details=Details(wechat="xm88"), actor=cast.lin, at=local(12)
        )
    look(session)
    assert matches(session) == [(one, other, 100, "open")]
    session.flush()
    told = sa.select(AuditEvent.facts).where(AuditEvent.tag == "match:dismissed")
    assert session.scalars(told).one()["score"] == 65


def test_somebody_elses_phone_typed_for_a_guest_is_worth_a_look(session: Session, cast: Cast) -> None:
    one, other = a_lead(session, cast, "王小明", PHONE), a_lead(session, cast, "李四", FAR)
    operations.claim_shared_phone(session, person_id=one, other_id=other, actor=cast.lin, at=local(11))
    operations.claim_shared_phone(session, person_id=one, other_id=one, actor=cast.lin, at=local(11))
    assert matches(session) == [(one, other, 50, "open")]


def test_another_clubs_guests_and_another_organisations_are_not_listed(session: Session, cast: Cast) -> None:
    one, other = a_lead(session, cast, "王小明", PHONE), a_lead(session, cast, "王小明", NEAR)
    stranger = people.find_or_add(session, e164=PHONE, name="王小明", actor=cast.other_manager, at=local(9))
    look(session)
    assert queries.of_club(session, cast.other_club, limit=10) == []
    assert queries.of_club(session, cast.foreign_club, limit=10) == []
    assert matches(session) == [(one, other, 65, "open")]
    with pytest.raises(NotFound):
        operations.dismiss(session, first_id=one, second_id=stranger, actor=cast.manager, at=local(11))


def test_the_list_goes_on_after_a_match(session: Session, cast: Cast) -> None:
    for place in range(3):
        a_lead(session, cast, f"王小明{place}", f"+861380013{place}000")
        a_lead(session, cast, f"王小明{place}", f"+861380013{place}010")
    look(session)
    first, second, third = queries.of_club(session, cast.club, limit=10)
    assert queries.of_club(session, cast.club, before=first.public_id, limit=1) == [second]
    assert queries.of_club(session, cast.club, before=second.public_id, limit=5) == [third]
    with pytest.raises(NotFound):
        queries.of_club(session, cast.club, before="x", limit=5)
