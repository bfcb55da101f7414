import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.actor import Actor
from clubsales.audit import AuditEvent
from clubsales.errors import NotFound, Refused
from clubsales.ids import ClubID, LeadID, PersonID
from clubsales.leads.intake import operations, qualifying, queries, timeline
from clubsales.leads.intake.models import LeadRow
from clubsales.leads.intake.rules import Grade, Source
from clubsales.leads.people import operations as people
from clubsales.membership.sales import operations as sales
from clubsales.membership.sales.rules import SaleKind
from tests.builders import Cast, consultant_of, local


def a_person(session: Session, cast: Cast, e164: str = "+8613800138000", name: str = "王小明") -> PersonID:
    return people.find_or_add(session, e164=e164, name=name, actor=cast.desk, at=local(9))


def capture(session: Session, person_id: PersonID, actor: Actor, **changes: object) -> LeadID:
    values: dict[str, object] = {"source": Source.WALK_IN, "at": local(10), **changes}
    return operations.capture(session, person_id=person_id, actor=actor, **values)  # type: ignore[arg-type]


def page_of(session: Session, lead_id: LeadID, actor: Actor) -> queries.LeadPage:
    public_id = queries.public_id_of(session, lead_id)
    return queries.by_public_id(session, actor, public_id, at=local(12))


def moments_of(session: Session, page: queries.LeadPage) -> tuple[timeline.Moment, ...]:
    club_id = session.scalars(sa.select(LeadRow.club_id).where(LeadRow.id == page.lead.id)).one()
    return timeline.page_of(session, ClubID(club_id), page.lead.person_id).moments


def test_a_lead_knows_where_it_came_from(session: Session, cast: Cast) -> None:
    lead_id = capture(
        session,
        a_person(session, cast),
        cast.lin,
        source=Source.FLYER,
        interest="pool",
        grade=Grade.B,
        note="comes\nby bike",
        consent=True,
    )
    page = page_of(session, lead_id, cast.lin)
    lead = page.lead
    assert (lead.name, lead.source, lead.interest, lead.grade) == ("王小明", Source.FLYER, "pool", Grade.B)
    assert (lead.captured_by_name, lead.captured_at, lead.e164) == ("林静", local(10), "+8613800138000")
    assert (page.note, page.consent_at) == ("comes\nby bike", local(10))
    assert [(moment.kind, moment.name) for moment in moments_of(session, page)] == [("captured", "林静")]


def test_a_second_capture_is_a_touch_on_the_first_lead(session: Session, cast: Cast) -> None:
    person_id = a_person(session, cast)
    first = capture(session, person_id, cast.lin, interest="pool")
    again = capture(
        session,
        person_id,
        cast.zhou,
        source=Source.PHONE,
        interest="boxing",
        grade=Grade.A,
        consent=True,
        at=local(11),
    )
    assert again == first
    page = page_of(session, first, cast.lin)
    assert (page.lead.source, page.lead.interest, page.lead.grade) == (Source.WALK_IN, "pool", Grade.A)
    assert (page.lead.captured_by_name, page.consent_at) == ("林静", local(11))
    assert [moment.name for moment in moments_of(session, page)] == ["周倩", "林静"]
    trace = session.scalars(sa.select(AuditEvent.facts).where(AuditEvent.tag == "lead:touched_again")).one()
    assert trace["filled"] == ["consent_at", "grade"]
    assert session.scalar(sa.select(sa.func.count()).select_from(LeadRow)) == 1


def test_what_a_second_capture_says_is_added_to_the_note(session: Session, cast: Cast) -> None:
    person_id = a_person(session, cast)
    first = capture(session, person_id, cast.lin, interest="pool", note="comes by bike")
    for _press in range(2):
        capture(session, person_id, cast.zhou, interest="boxing", note="calls on Friday", at=local(11))
    page = page_of(session, first, cast.lin)
    assert page.note == "comes by bike\nboxing\ncalls on Friday"
    assert page.lead.interest == "pool"


def test_each_club_has_its_own_lead_of_a_person(session: Session, cast: Cast) -> None:
    person_id = a_person(session, cast)
    lead_id = capture(session, person_id, cast.lin)
    beside = Actor(kind=cast.lin.kind, club=cast.other_club, roles=cast.lin.roles, name="别人")
    assert capture(session, person_id, beside) != lead_id
    with pytest.raises(NotFound):
        queries.by_public_id(session, beside, queries.public_id_of(session, lead_id), at=local(12))


def test_details_can_be_corrected(session: Session, cast: Cast) -> None:
    lead_id = capture(session, a_person(session, cast), cast.lin, interest="pol", consent=True)

    def edit(actor: Actor, **changes: object) -> None:
        values: dict[str, object] = {
            "name": "王小明",
            "interest": "pool",
            "grade": Grade.C,
            "note": "n",
            "consent": True,
            **changes,
        }
        qualifying.edit(session, lead_id=lead_id, actor=actor, at=local(12), **values)  # type: ignore[arg-type]

    edit(cast.lin, name="王晓明")
    edit(cast.lin, name="王晓明")  # the same again is no change
    page = page_of(session, lead_id, cast.lin)
    assert (page.lead.name, page.lead.interest, page.lead.grade, page.note) == (
        "王晓明",
        "pool",
        Grade.C,
        "n",
    )
    assert page.consent_at == local(10)
    edit(cast.lin, consent=False)
    assert page_of(session, lead_id, cast.lin).consent_at is None
    changes = session.scalars(
        sa.select(AuditEvent.facts).where(AuditEvent.tag == "lead:edited").order_by(AuditEvent.id)
    ).all()
    assert [facts["changed"] for facts in changes] == [["grade", "interest", "note"], ["consent_at"]]
    with pytest.raises(NotFound):
        edit(cast.other_manager)
    with pytest.raises(Refused) as refused:
        edit(cast.lin, note="a" * 4_001)
    assert refused.value.code == "lead.text_too_long"


def test_a_lead_is_converted_once(session: Session, cast: Cast) -> None:
    person_id = a_person(session, cast)
    lead_id = capture(session, person_id, cast.lin)
    first, second = (
        sales.open_sale(
            session,
            card_type_id=cast.annual.id,
            price=None,
            kind=SaleKind.NEW,
            person_id=person_id,
            consultant_id=cast.lin.consultant_id,
            actor=cast.lin,
            at=local(11),
        )
        for _again in range(2)
    )
    for sale_id, at in ((first, local(11)), (second, local(12))):
        operations.mark_converted(session, person_id=person_id, sale_id=sale_id, actor=cast.desk, at=at)
    row = session.execute(
        sa.select(LeadRow.converted_sale_id, LeadRow.converted_at).where(LeadRow.id == lead_id)
    ).one()
    assert tuple(row) == (first, local(11))
    assert page_of(session, lead_id, cast.lin).lead.converted_at == local(11)
    stranger = a_person(session, cast, "+8613800138001")
    operations.mark_converted(session, person_id=stranger, sale_id=second, actor=cast.desk, at=local(12))


def test_the_list_is_the_clubs_or_mine_the_latest_first(session: Session, cast: Cast) -> None:
    older = capture(session, a_person(session, cast, "+8613800138001"), cast.lin, at=local(9))
    newer = capture(session, a_person(session, cast, "+8613800138002"), cast.zhou, at=local(10))
    assert [lead.id for lead in queries.recent(session, cast.lin, at=local(12))] == [newer, older]
    assert [(lead.id, lead.phone) for lead in queries.recent(session, cast.lin, limit=1, at=local(12))] == [
        (newer, "")
    ]
    mine = queries.recent(session, cast.lin, consultant_id=consultant_of(cast.lin), at=local(12))
    assert [lead.id for lead in mine] == [older]
    assert queries.recent(session, cast.other_manager, at=local(12)) == []


def test_the_list_goes_on_before_the_last_one_shown(session: Session, cast: Cast) -> None:
    """Those captured in one moment too, and none twice."""
    made = [
        capture(
            session,
            a_person(session, cast, f"+861380013800{number}"),
            cast.lin if number % 2 else cast.zhou,
            at=local(9 + number // 3),
        )
        for number in range(7)
    ]
    shown, before = [], ""
    while page := queries.recent(session, cast.lin, before=before, limit=3, at=local(12)):
        shown += [lead.id for lead in page]
        before = page[-1].public_id
    assert shown == made[::-1]
    lin = consultant_of(cast.lin)
    (first, *_) = queries.recent(session, cast.lin, consultant_id=lin, at=local(12))
    rest = queries.recent(session, cast.lin, consultant_id=lin, before=first.public_id, at=local(12))
    assert [lead.id for lead in (first, *rest)] == made[5::-2]


@pytest.mark.parametrize("before", ["x", "\x00", "a2b3c4d5e6f7"])
def test_no_list_goes_on_before_an_unknown_lead(session: Session, cast: Cast, before: str) -> None:
    with pytest.raises(NotFound):
        queries.recent(session, cast.lin, before=before, at=local(12))


def test_no_list_goes_on_before_another_clubs_lead(session: Session, cast: Cast) -> None:
    capture(session, a_person(session, cast, "+8613800138001"), cast.lin, at=local(9))
    (lead,) = queries.recent(session, cast.lin, at=local(12))
    with pytest.raises(NotFound):
        queries.recent(session, cast.other_manager, before=lead.public_id, at=local(12))
