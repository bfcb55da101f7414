from datetime import date

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.actor import Actor
from clubsales.audit import AuditEvent
from clubsales.db import Base, Model
from clubsales.errors import NotFound, Refused
from clubsales.ids import PersonID
from clubsales.leads.appointments import operations as appointments
from clubsales.leads.appointments.models import AppointmentRow
from clubsales.leads.claims import operations as claims
from clubsales.leads.claims.models import ClaimRow
from clubsales.leads.followups import operations as followups
from clubsales.leads.followups.models import ContactRow
from clubsales.leads.followups.rules import Channel, ContactOutcome
from clubsales.leads.intake import operations as intake
from clubsales.leads.intake.models import LeadRow
from clubsales.leads.intake.rules import Grade, Source
from clubsales.leads.matches import merging, moving
from clubsales.leads.matches.models import MatchRow, MergeRow
from clubsales.leads.people import details, households, queries
from clubsales.leads.people import operations as people
from clubsales.leads.people.models import PersonRow
from clubsales.leads.people.rules import Details, PhoneLabel, Relation
from clubsales.leads.touches.models import TouchRow
from clubsales.membership.cards.models import CardRow
from clubsales.membership.members import operations as members
from clubsales.membership.members import queries as membership
from clubsales.membership.members.models import MemberRow
from clubsales.membership.sales.models import SaleRow
from tests.builders import Cast, consultant_of, local
from tests.cards import a_card, a_sale
from tests.integration.leads.matches.support import merges, undoes
from tests.integration.leads.support import on_shift
from tests.integration.membership.test_shares import comes, contact, credit, pays

PHONE, OTHER = "+8613800138000", "+8613911112222"


@pytest.fixture
def kept(session: Session, cast: Cast) -> PersonID:
    return people.find_or_add(session, e164=PHONE, name="王小明", actor=cast.lin, at=local(8, day=1))


@pytest.fixture
def merged(session: Session, cast: Cast) -> PersonID:
    return people.find_or_add(session, e164=OTHER, name="王晓明", actor=cast.lin, at=local(8, day=1))


def lead(session: Session, actor: Actor, person_id: PersonID, **more: object) -> int:
    return intake.capture(
        session,
        person_id=person_id,
        source=Source.PHONE,
        actor=actor,
        at=local(8, day=2),
        **more,  # type: ignore[arg-type]
    )


def whose(session: Session, row: type[Model]) -> list[int]:
    table = Base.metadata.tables[row.__tablename__]
    return list(session.scalars(sa.select(table.c.person_id).order_by(table.c.id)))


def holds(session: Session, actor: Actor, person_id: PersonID, *, hour: int) -> None:
    claims.claim(
        session, person_id=person_id, consultant_id=consultant_of(actor), actor=actor, at=local(hour)
    )


def test_every_column_that_refers_to_a_person_moves_or_is_known_to_stay() -> None:
    moving_columns = {f"{column.table.name}.{column.name}" for column in moving.references()}
    assert moving_columns >= {
        *("appointment.person_id", "card.person_id", "card_person.person_id", "claim.person_id"),
        *("contact.person_id", "discount_request.person_id"),
        *("disclosure.person_id", "follow_up.person_id", "guest_pass.shown_first_person_id"),
        *("handed_lead.person_id", "household_member.person_id", "lead.person_id", "lead.referred_by_id"),
        *("member.person_id", "pass_showing.person_id", "person.merged_into_id", "reception.person_id"),
        *("sale.person_id", "touch.person_id"),
    }
    every = {
        f"{table.name}.{column.name}"
        for table in Base.metadata.tables.values()
        for column in table.columns
        if any(key.column.table.name == "person" for key in column.foreign_keys)
    }
    assert every - moving_columns == {
        *("person_match.first_person_id", "person_match.second_person_id"),
        *("person_merge.kept_id", "person_merge.merged_id", "person_phone.person_id"),
    }


def test_whoever_asks_for_either_finds_the_one_who_stays(
    session: Session, cast: Cast, kept: PersonID, merged: PersonID
) -> None:
    address = queries.get(session, cast.club.organisation_id, merged).public_id
    merges(session, cast, kept, merged)
    organisation = cast.club.organisation_id
    by_phone = queries.by_phone(session, organisation, OTHER)
    assert by_phone is not None
    assert by_phone.id == kept
    assert queries.get(session, organisation, merged).id == kept
    assert queries.by_public_id(session, organisation, address).id == kept
    assert people.find_or_add(session, e164=OTHER, name="", actor=cast.desk, at=local(16)) == kept
    assert [phone.e164 for phone in queries.phones_of(session, kept)] == [PHONE, OTHER]


def test_the_kept_persons_phone_stays_first_unless_the_other_is_chosen(session: Session, cast: Cast) -> None:
    late = people.find_or_add(session, e164=OTHER, name="", actor=cast.lin, at=local(8))
    early = people.find_or_add(session, e164=PHONE, name="", actor=cast.lin, at=local(8))
    details.add_phone(
        session, person_id=late, e164="+8613700001111", label=PhoneLabel.WORK, actor=cast.lin, at=local(9)
    )
    merges(session, cast, early, late)
    assert [phone.e164[-4:] for phone in queries.phones_of(session, early)] == ["8000", "2222", "1111"]
    third = people.find_or_add(session, e164="+8613600001111", name="", actor=cast.lin, at=local(9))
    merges(session, cast, early, third, chosen={"phone": "merged"})
    assert queries.get(session, cast.club.organisation_id, early).e164 == "+8613600001111"


def test_each_field_says_where_it_came_from(
    session: Session, cast: Cast, kept: PersonID, merged: PersonID
) -> None:
    actor, at = cast.lin, local(9)
    details.change(session, person_id=kept, details=Details(wechat="old", address="A"), actor=actor, at=at)
    details.change(
        session,
        person_id=merged,
        details=Details(wechat="New Id", email="a@b.cn", address="B"),
        actor=actor,
        at=at,
    )
    people.set_birthday(session, person_id=merged, birthday=date(1990, 5, 4), actor=actor, at=at)
    merge_id = merges(session, cast, kept, merged, chosen={"name": "merged", "wechat": "merged"})
    row = session.execute(sa.select(PersonRow.__table__).where(PersonRow.id == kept)).one()
    assert (row.name, row.wechat, row.email, row.address, row.birthday) == (
        *("王晓明", "New Id", "a@b.cn", "A"),
        date(1990, 5, 4),
    )
    assert (row.name_key, row.pinyin, row.wechat_key) == ("王晓明", "wangxiaoming", "newid")
    stored = session.scalar(sa.select(MergeRow.fields).where(MergeRow.id == merge_id))
    assert stored is not None
    assert stored["person"] == {
        "name": {"from": "merged", "was": "王小明", "now": "王晓明"},
        "wechat": {"from": "merged", "was": "old", "now": "New Id"},
        "email": {"from": "merged", "was": "", "now": "a@b.cn"},
        "address": {"from": "kept"},
        "birthday": {"from": "merged", "was": None, "now": "1990-05-04"},
    }


def test_all_that_happened_with_either_happened_with_the_one(
    session: Session, cast: Cast, kept: PersonID, merged: PersonID
) -> None:
    lead(session, cast.lin, merged)
    on_shift(session, cast.lin, local(8))
    holds(session, cast.lin, merged, hour=9)
    contact(session, cast.lin, merged, local(10), next_on=date(2026, 3, 20), next_what="打电话")
    appointments.make(
        session,
        consultant_id=consultant_of(cast.lin),
        person_id=merged,
        due_at=local(18),
        actor=cast.lin,
        at=local(10),
    )
    comes(session, cast, local(11), e164=OTHER)
    card = a_card(session, cast, cast.annual, at=local(12), person_id=merged)
    sale = a_sale(session, cast, cast.annual, at=local(12), person_id=merged)
    members.enrol(session, person_id=merged, sale_id=sale, actor=cast.desk, at=local(12))
    before = session.execute(sa.select(ContactRow.note, ContactRow.at, ContactRow.local_day)).all()
    merge_id = merges(session, cast, kept, merged)
    for row in (LeadRow, ClaimRow, ContactRow, AppointmentRow, TouchRow, CardRow, SaleRow, MemberRow):
        assert set(whose(session, row)) == {kept}, row
    assert membership.is_member(session, cast.club.organisation_id, kept)
    assert session.execute(sa.select(ContactRow.note, ContactRow.at, ContactRow.local_day)).all() == before
    assert card.id in session.scalars(sa.select(CardRow.id).where(CardRow.person_id == kept)).all()
    told = session.scalars(sa.select(AuditEvent).where(AuditEvent.tag == "person:merged")).one()
    assert (told.subject_id, told.facts["merged_id"], told.facts["merge_id"]) == (kept, merged, merge_id)
    assert told.facts["rows"] > 8


def test_evidence_of_both_decides_whose_sale_it_is(
    session: Session, cast: Cast, kept: PersonID, merged: PersonID
) -> None:
    contact(session, cast.ma, merged, local(10, day=8))
    merges(session, cast, kept, merged)
    guest = comes(session, cast, local(16), e164=PHONE)
    sale = pays(session, cast, local(17), guest=guest)
    assert [line[0] for line in credit(session, cast, sale)] == ["马超", "周倩"]


def test_credit_that_was_decided_stays_as_it_was_decided(
    session: Session, cast: Cast, kept: PersonID, merged: PersonID
) -> None:
    sale = pays(session, cast, local(11), person_id=kept, amount="1000.00")
    decided = credit(session, cast, sale)
    contact(session, cast.ma, merged, local(10))
    merges(session, cast, kept, merged)
    assert credit(session, cast, sale) == decided


def test_of_two_leads_the_kept_persons_stays_and_takes_over_what_it_does_not_say(
    session: Session, cast: Cast, kept: PersonID, merged: PersonID
) -> None:
    stays = lead(session, cast.lin, kept, interest="游泳", note="周末有空")
    goes = lead(session, cast.zhou, merged, interest="私教", grade=Grade.A, note="怕冷", consent=True)
    merges(session, cast, kept, merged)
    row = session.execute(sa.select(LeadRow.__table__)).one()
    assert (row.id, row.person_id, row.interest, row.grade) == (stays, kept, "游泳", "A")
    assert row.note == "周末有空\n怕冷"
    assert row.consent_at is not None
    assert goes != row.id


def test_whoever_claimed_first_goes_on_and_the_other_ends_without_cool_down(
    session: Session, cast: Cast, kept: PersonID, merged: PersonID
) -> None:
    for person_id in (kept, merged):
        lead(session, cast.desk, person_id)
    for actor in (cast.lin, cast.zhou):
        on_shift(session, actor, local(8))
    holds(session, cast.zhou, merged, hour=9)
    holds(session, cast.lin, kept, hour=10)
    merges(session, cast, kept, merged)
    rows = session.execute(
        sa.select(ClaimRow.consultant_id, ClaimRow.person_id, ClaimRow.end_reason).order_by(ClaimRow.id)
    ).all()
    assert [tuple(row) for row in rows] == [
        (consultant_of(cast.zhou), kept, None),
        (consultant_of(cast.lin), kept, "merged"),
    ]
    claims.release(session, person_id=kept, actor=cast.zhou, at=local(16))
    holds(session, cast.lin, kept, hour=17)


def test_of_two_bookings_of_one_day_the_later_made_is_cancelled(
    session: Session, cast: Cast, kept: PersonID, merged: PersonID
) -> None:
    for hour, person_id in ((9, merged), (10, kept)):
        appointments.make(
            session,
            consultant_id=consultant_of(cast.lin),
            person_id=person_id,
            due_at=local(18),
            actor=cast.lin,
            at=local(hour),
        )
    merges(session, cast, kept, merged, double_booked="same guest")
    rows = session.execute(
        sa.select(AppointmentRow.person_id, AppointmentRow.status, AppointmentRow.cancelled_because).order_by(
            AppointmentRow.id
        )
    ).all()
    assert [tuple(row) for row in rows] == [(kept, "booked", ""), (kept, "cancelled", "same guest")]
    told = sa.select(AuditEvent.account_id).where(AuditEvent.tag == "appointment:cancelled")
    assert session.scalars(told).all() == [cast.manager.account_id]


def test_the_kept_persons_household_stays_and_one_who_had_none_gets_the_others(
    session: Session, cast: Cast, kept: PersonID, merged: PersonID
) -> None:
    actor, at = cast.lin, local(9)
    son = households.add_somebody(
        session, person_id=merged, name="小宝", birthday=None, relation=Relation.CHILD, actor=actor, at=at
    )
    merges(session, cast, kept, merged)
    assert {mate.person_id for mate in households.of_person(session, cast.club.id, son)} == {kept, son}
    third = people.find_or_add(session, e164="+8613600001111", name="", actor=actor, at=at)
    wife = households.add_somebody(
        session, person_id=third, name="李丽", birthday=None, relation=Relation.SPOUSE, actor=actor, at=at
    )
    merges(session, cast, kept, third)
    assert {mate.person_id for mate in households.of_person(session, cast.club.id, kept)} == {kept, son}
    assert {mate.person_id for mate in households.of_person(session, cast.club.id, wife)} == {wife}


def test_both_members_stay_one_member_with_all_cards(
    session: Session, cast: Cast, kept: PersonID, merged: PersonID
) -> None:
    for person_id in (kept, merged):
        a_card(session, cast, cast.annual, at=local(9), person_id=person_id)
        sale = a_sale(session, cast, cast.annual, at=local(9), person_id=person_id)
        members.enrol(session, person_id=person_id, sale_id=sale, actor=cast.desk, at=local(9))
    merges(session, cast, kept, merged)
    assert set(whose(session, CardRow)) == {kept}
    assert whose(session, MemberRow) == [kept, merged]


def test_merging_again_leaves_no_chain(
    session: Session, cast: Cast, kept: PersonID, merged: PersonID
) -> None:
    first = people.find_or_add(session, e164="+8613600001111", name="", actor=cast.lin, at=local(9))
    contact(session, cast.lin, first, local(9))
    merges(session, cast, merged, first)
    merges(session, cast, kept, merged, hour=16)
    into = session.scalars(sa.select(PersonRow.merged_into_id).where(PersonRow.id.in_([first, merged])))
    assert into.all() == [kept, kept]
    assert whose(session, ContactRow) == [kept]
    assert queries.get(session, cast.club.organisation_id, first).id == kept


def test_who_cannot_be_merged(session: Session, cast: Cast, kept: PersonID, merged: PersonID) -> None:
    stranger = people.find_or_add(session, e164=PHONE, name="", actor=cast.other_manager, at=local(9))
    with pytest.raises(Refused, match=r"merge\.self"):
        merges(session, cast, kept, kept)
    for one, other in ((kept, stranger), (stranger, kept), (kept, PersonID(10**9))):
        with pytest.raises(NotFound):
            merges(session, cast, one, other)
    merges(session, cast, kept, merged)
    third = people.find_or_add(session, e164="+8613600001111", name="", actor=cast.lin, at=local(9))
    for one, other in ((kept, merged), (merged, third), (third, merged)):
        with pytest.raises(Refused, match=r"merge\.already"):
            merges(session, cast, one, other)
    session.execute(sa.update(PersonRow).where(PersonRow.id == third).values(anonymised_at=local(9)))
    with pytest.raises(Refused, match=r"merge\.anonymised"):
        merges(session, cast, kept, third)


def test_the_proposal_is_decided_by_the_merge(
    session: Session, cast: Cast, kept: PersonID, merged: PersonID
) -> None:
    merges(session, cast, kept, merged)
    assert session.scalars(sa.select(MatchRow.status)).all() == ["merged"]


def test_what_a_merge_did_not_see_comes_over_a_little_later(
    session: Session, cast: Cast, kept: PersonID, merged: PersonID
) -> None:
    merges(session, cast, kept, merged)
    followups.log_contact(
        session,
        person_id=kept,
        consultant_id=consultant_of(cast.lin),
        channel=Channel.CALL,
        outcome=ContactOutcome.ANSWERED,
        actor=cast.lin,
        at=local(15),
    )
    session.execute(sa.update(ContactRow).values(person_id=merged))
    lead(session, cast.lin, merged)
    assert merging.gather(session, local(15, 1), since=local(14)) > 0
    assert whose(session, ContactRow) == [kept]
    assert whose(session, LeadRow) == [kept]
    assert merging.gather(session, local(15, 2), since=local(14)) == 0


def test_a_lost_lead_that_takes_over_an_open_one_is_open_again(
    session: Session, cast: Cast, kept: PersonID, merged: PersonID
) -> None:
    """Whoever works on the other one's lead finds it where he works; undone, each is as it was."""
    stays, goes = lead(session, cast.lin, kept), lead(session, cast.zhou, merged)
    lost = sa.select(LeadRow.person_id).where(LeadRow.lost_at.is_not(None))
    session.execute(
        sa.update(LeadRow).where(LeadRow.id == stays).values(lost_at=local(9), lost_reason="price")
    )
    merge_id = merges(session, cast, kept, merged)
    assert session.scalars(lost).all() == []
    undoes(session, cast, merge_id)
    assert session.scalars(lost).all() == [kept]
    assert goes in session.scalars(sa.select(LeadRow.id)).all()


def test_nobody_has_brought_himself(session: Session, cast: Cast, kept: PersonID, merged: PersonID) -> None:
    """A guest and the double who brought him are one: nobody brought him. Undone, the other one did."""
    brought = sa.select(LeadRow.referred_by_id).where(LeadRow.person_id == kept)
    lead(session, cast.lin, kept, referred_by_id=merged)
    merge_id = merges(session, cast, kept, merged)
    assert session.scalars(brought).one() is None
    undoes(session, cast, merge_id)
    assert session.scalars(brought).one() == merged


def test_who_was_brought_by_his_own_double_was_brought_by_nobody(
    session: Session, cast: Cast, kept: PersonID, merged: PersonID
) -> None:
    lead(session, cast.lin, merged, referred_by_id=kept)
    merge_id = merges(session, cast, kept, merged)
    brought = sa.select(LeadRow.person_id, LeadRow.referred_by_id)
    assert session.execute(brought).one() == (kept, None)
    undoes(session, cast, merge_id)
    assert session.execute(brought).one() == (merged, kept)
