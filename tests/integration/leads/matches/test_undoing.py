import random
from datetime import date

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from clubsales.audit import AuditEvent
from clubsales.errors import NotFound, Refused
from clubsales.ids import PersonID
from clubsales.leads.appointments import operations as appointments
from clubsales.leads.appointments.models import AppointmentRow
from clubsales.leads.claims import operations as claims
from clubsales.leads.claims.models import ClaimRow
from clubsales.leads.followups.models import ContactRow
from clubsales.leads.intake import operations as intake
from clubsales.leads.intake.models import LeadRow
from clubsales.leads.intake.rules import Grade, Source
from clubsales.leads.matches import operations
from clubsales.leads.matches.models import MatchRow
from clubsales.leads.matches.undoing import plan, undo
from clubsales.leads.people import details, households, queries
from clubsales.leads.people import operations as people
from clubsales.leads.people.models import PersonRow
from clubsales.leads.people.rules import Details, PhoneLabel, Relation
from clubsales.membership.members import operations as members
from clubsales.membership.members.queries import is_member
from clubsales.membership.payments.rules import Method
from clubsales.membership.sales import operations as sales
from clubsales.membership.sales.checks import INVARIANTS
from tests.builders import Cast, consultant_of, local, yuan
from tests.cards import a_card, a_sale
from tests.integration.leads.matches.support import holders, merges, the_house, undoes
from tests.integration.leads.support import on_shift
from tests.integration.membership.test_shares import comes, contact, pays

PHONE, OTHER = "+8613800138000", "+8613911112222"
THINGS = (
    *("phone", "wechat", "email", "address", "birthday", "lead", "rich lead", "claim", "contact"),
    *("appointment", "visit", "member", "card", "household"),
)


def a_person(session: Session, cast: Cast, e164: str, name: str) -> PersonID:
    return people.find_or_add(session, e164=e164, name=name, actor=cast.lin, at=local(8, day=1))


def give(session: Session, cast: Cast, person_id: PersonID, place: int, thing: str) -> None:
    """Something that a person may have."""
    by, at = (cast.lin, cast.zhou)[place], local(9 + place)
    match thing:
        case "phone":
            e164 = f"+861360000111{place}"
            details.add_phone(session, person_id=person_id, e164=e164, label=PhoneLabel.WORK, actor=by, at=at)
        case "wechat" | "email" | "address":
            known = queries.details_of(session, cast.club.organisation_id, person_id)
            values = {"wechat": f"id{place}", "email": f"a{place}@b.cn", "address": f"{place}"}
            told = Details(
                **{
                    field: values[field] if field == thing else getattr(known, field)
                    for field in ("wechat", "email", "address")
                }
            )
            details.change(session, person_id=person_id, details=told, actor=by, at=at)
        case "birthday":
            born = date(1990 + place, 5, 4)
            people.set_birthday(session, person_id=person_id, birthday=born, actor=by, at=at)
        case "lead":
            intake.capture(session, person_id=person_id, source=Source.PHONE, actor=by, at=at)
        case "rich lead":
            intake.capture(
                session,
                person_id=person_id,
                source=Source.EVENT,
                interest=f"i{place}",
                grade=Grade.B,
                note=f"n{place}",
                consent=True,
                actor=by,
                at=at,
            )
        case "claim":
            intake.capture(session, person_id=person_id, source=Source.PHONE, actor=by, at=at)
            claims.claim(session, person_id=person_id, consultant_id=consultant_of(by), actor=by, at=at)
        case "contact":
            contact(session, by, person_id, at, next_on=date(2026, 3, 20), next_what="x")
        case "appointment":
            appointments.make(
                session,
                consultant_id=consultant_of(cast.lin),
                person_id=person_id,
                due_at=local(18),
                actor=by,
                at=at,
            )
        case "visit":
            comes(session, cast, local(11), e164=(PHONE, OTHER)[place])
        case "member":
            sale = a_sale(session, cast, cast.annual, at=at, person_id=person_id)
            members.enrol(session, person_id=person_id, sale_id=sale, actor=cast.desk, at=at)
        case "card":
            a_card(session, cast, cast.annual, at=at, person_id=person_id)
        case "household":
            households.add_somebody(
                session,
                person_id=person_id,
                name="小宝",
                birthday=None,
                relation=Relation.CHILD,
                actor=by,
                at=at,
            )


@given(
    mine=st.sets(st.sampled_from(THINGS)),
    theirs=st.sets(st.sampled_from(THINGS)),
    chosen=st.dictionaries(st.sampled_from(["name", "wechat", "email", "phone"]), st.just("merged")),
    order=st.integers(0, 100),
)
@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_merged_and_undone_everything_is_as_before(
    session: Session,
    cast: Cast,
    mine: set[str],
    theirs: set[str],
    chosen: dict[str, str],
    order: int,
) -> None:
    attempt = session.begin_nested()
    pair = [a_person(session, cast, PHONE, "王小明"), a_person(session, cast, OTHER, "王晓明")]
    for actor in (cast.lin, cast.zhou):
        on_shift(session, actor, local(8))
    given_ = [(0, thing) for thing in sorted(mine)] + [(1, thing) for thing in sorted(theirs)]
    random.Random(order).shuffle(given_)
    for place, thing in given_:
        give(session, cast, pair[place], place, thing)
    house, held = the_house(session), holders(session)
    kept, merged = pair if order % 2 else reversed(pair)
    merge_id = merges(session, cast, kept, merged, chosen=chosen)
    left = session.execute(sa.select(PersonRow.merged_into_id).where(PersonRow.id == merged)).scalar_one()
    assert left == kept
    undoes(session, cast, merge_id)
    assert the_house(session) == house
    assert holders(session) == held
    assert queries.get(session, cast.club.organisation_id, merged).id == merged
    attempt.rollback()


def test_what_was_added_since_stays_with_the_one_who_stayed(session: Session, cast: Cast) -> None:
    kept, merged = a_person(session, cast, PHONE, "王小明"), a_person(session, cast, OTHER, "王晓明")
    contact(session, cast.lin, merged, local(9))
    merge_id = merges(session, cast, kept, merged, chosen={"name": "merged"})
    contact(session, cast.lin, kept, local(15, 30))
    people.correct_name(session, person_id=kept, name="王大明", actor=cast.lin, at=local(15, 30))
    undoes(session, cast, merge_id)
    whose = session.scalars(sa.select(ContactRow.person_id).order_by(ContactRow.id)).all()
    assert whose == [merged, kept]
    assert queries.get(session, cast.club.organisation_id, kept).name == "王大明"
    assert queries.get(session, cast.club.organisation_id, merged).name == "王晓明"
    told = session.scalars(sa.select(AuditEvent).where(AuditEvent.tag == "person:unmerged")).one()
    assert (told.subject_id, told.facts["merged_id"]) == (kept, merged)


def test_before_it_is_done_it_is_shown_what_goes_where(session: Session, cast: Cast) -> None:
    kept, merged = a_person(session, cast, PHONE, "王小明"), a_person(session, cast, OTHER, "王晓明")
    for person_id in (kept, merged):
        intake.capture(session, person_id=person_id, source=Source.PHONE, actor=cast.lin, at=local(9))
    contact(session, cast.lin, merged, local(9))
    contact(session, cast.lin, merged, local(10))
    merge_id = merges(session, cast, kept, merged, chosen={"name": "merged"})
    organisation = cast.club.organisation_id
    shown = plan(session, organisation_id=organisation, merge_id=merge_id, at=local(16))
    assert {(each.table, each.rows, each.stand) for each in shown.moved} == {
        ("contact", 2, 2),
        ("touch", 3, 3),
    }
    assert (shown.leads, shown.phones, shown.claims) == (1, 1, 0)
    assert (shown.fields, shown.kept_fields) == (("name",), ())
    people.correct_name(session, person_id=kept, name="王大明", actor=cast.lin, at=local(15, 30))
    later = plan(session, organisation_id=organisation, merge_id=merge_id, at=local(16))
    assert (later.fields, later.kept_fields) == ((), ("name",))
    with pytest.raises(NotFound):
        plan(
            session,
            organisation_id=cast.foreign_club.organisation_id,
            merge_id=merge_id,
            at=local(16),
        )


def held_by_both(session: Session, cast: Cast) -> tuple[PersonID, PersonID]:
    kept, merged = a_person(session, cast, PHONE, "王小明"), a_person(session, cast, OTHER, "王晓明")
    for actor in (cast.lin, cast.zhou):
        on_shift(session, actor, local(8))
    for place, person_id in enumerate((kept, merged)):
        give(session, cast, person_id, place, "claim")
    return kept, merged


def test_the_claim_that_ended_runs_again_to_its_old_day(session: Session, cast: Cast) -> None:
    kept, merged = held_by_both(session, cast)
    before = holders(session)
    undoes(session, cast, merges(session, cast, kept, merged))
    assert holders(session) == before
    last = session.scalars(sa.select(ClaimRow).order_by(ClaimRow.id.desc())).first()
    assert last is not None
    assert (last.basis, last.person_id, last.consultant_id) == ("merge", merged, consultant_of(cast.zhou))


def test_a_claim_whose_days_are_over_does_not_run_again(session: Session, cast: Cast) -> None:
    kept, merged = held_by_both(session, cast)
    merge_id = merges(session, cast, kept, merged)
    session.execute(sa.update(ClaimRow).where(ClaimRow.end_reason == "merged").values(until=date(2026, 3, 8)))
    undoes(session, cast, merge_id)
    assert [held[0] for held in holders(session)] == [kept]


def test_a_lead_claimed_since_in_a_club_of_the_other_one_only_is_still_a_lead(
    session: Session, cast: Cast
) -> None:
    kept, merged = a_person(session, cast, PHONE, "王小明"), a_person(session, cast, OTHER, "王晓明")
    on_shift(session, cast.lin, local(8))
    intake.capture(session, person_id=merged, source=Source.PHONE, actor=cast.lin, at=local(9))
    merge_id = merges(session, cast, kept, merged)
    claims.claim(
        session, person_id=kept, consultant_id=consultant_of(cast.lin), actor=cast.lin, at=local(15, 30)
    )
    undoes(session, cast, merge_id)
    assert [held[0] for held in holders(session)] == [kept]
    assert set(session.scalars(sa.select(LeadRow.person_id))) == {kept, merged}


def test_a_double_booking_of_a_day_gone_by_stays_cancelled(session: Session, cast: Cast) -> None:
    kept, merged = a_person(session, cast, PHONE, "王小明"), a_person(session, cast, OTHER, "王晓明")
    for place, person_id in enumerate((kept, merged)):
        give(session, cast, person_id, place, "appointment")
    merge_id = merges(session, cast, kept, merged)
    undo(session, merge_id=merge_id, actor=cast.manager, at=local(9, day=10))
    rows = session.execute(
        sa.select(AppointmentRow.person_id, AppointmentRow.status).order_by(AppointmentRow.id)
    )
    assert [tuple(row) for row in rows] == [(kept, "booked"), (merged, "cancelled")]


def test_what_cannot_be_undone(session: Session, cast: Cast) -> None:
    kept, merged = a_person(session, cast, PHONE, "王小明"), a_person(session, cast, OTHER, "王晓明")
    third = a_person(session, cast, "+8613600001111", "")
    first = merges(session, cast, merged, third)
    second = merges(session, cast, kept, merged)
    with pytest.raises(Refused, match=r"merge\.later_first"):
        undoes(session, cast, first)
    with pytest.raises(NotFound):
        undo(session, merge_id=first, actor=cast.other_manager, at=local(16))
    undoes(session, cast, second)
    with pytest.raises(Refused, match=r"merge\.undone"):
        undoes(session, cast, second)
    undoes(session, cast, first)
    assert set(session.scalars(sa.select(PersonRow.merged_into_id))) == {None}


def test_persons_made_two_again_are_not_proposed_again(session: Session, cast: Cast) -> None:
    kept, merged = (
        a_person(session, cast, PHONE, "王小明"),
        a_person(session, cast, "+8613800138010", "王小明"),
    )
    undoes(session, cast, merges(session, cast, kept, merged))
    while operations.propose(session, local(17)):
        pass
    assert session.scalars(sa.select(MatchRow.status)).all() == ["different"]


def won_by(session: Session) -> dict[int, int | None]:
    """Each person's lead, and the sale that won it."""
    rows = session.execute(sa.select(LeadRow.person_id, LeadRow.converted_sale_id))
    return {row.person_id: row.converted_sale_id for row in rows}


def broken(session: Session) -> list[str]:
    session.flush()
    return [told for check in INVARIANTS for told in check(session)]


def test_whoever_bought_since_is_a_member_and_a_won_lead_of_his_own(session: Session, cast: Cast) -> None:
    """The membership and the lead that he had by the merge go back to the other one, his sale does not."""
    kept, merged = a_person(session, cast, PHONE, "王小明"), a_person(session, cast, OTHER, "王晓明")
    intake.capture(session, person_id=merged, source=Source.PHONE, actor=cast.lin, at=local(9))
    first = pays(session, cast, local(10), person_id=merged)
    merge_id = merges(session, cast, kept, merged)
    second = pays(session, cast, local(15, 30), person_id=kept)
    undoes(session, cast, merge_id)
    assert is_member(session, cast.club.organisation_id, kept)
    assert is_member(session, cast.club.organisation_id, merged)
    assert won_by(session) == {merged: first, kept: second}
    assert broken(session) == []


def test_a_sale_that_was_paid_while_they_were_one_is_its_buyers_again(session: Session, cast: Cast) -> None:
    kept, merged = a_person(session, cast, PHONE, "王小明"), a_person(session, cast, OTHER, "王晓明")
    for person_id in (kept, merged):
        intake.capture(session, person_id=person_id, source=Source.PHONE, actor=cast.lin, at=local(9))
    sale = pays(session, cast, local(10), person_id=merged, amount="1000.00")
    merge_id = merges(session, cast, kept, merged)
    sales.book_receipt(
        session, sale_id=sale, amount=yuan("2980.00"), method=Method.CASH, actor=cast.desk, at=local(15, 30)
    )
    assert won_by(session) == {kept: sale}
    undoes(session, cast, merge_id)
    assert won_by(session) == {kept: None, merged: sale}
    assert not is_member(session, cast.club.organisation_id, kept)
    assert is_member(session, cast.club.organisation_id, merged)
    assert broken(session) == []


def test_of_two_who_both_bought_each_has_his_own_sale(session: Session, cast: Cast) -> None:
    kept, merged = a_person(session, cast, PHONE, "王小明"), a_person(session, cast, OTHER, "王晓明")
    for person_id in (kept, merged):
        intake.capture(session, person_id=person_id, source=Source.PHONE, actor=cast.lin, at=local(9))
    first = pays(session, cast, local(10), person_id=merged)
    merge_id = merges(session, cast, kept, merged)
    second = pays(session, cast, local(15, 30), person_id=kept)
    undoes(session, cast, merge_id)
    assert won_by(session) == {kept: second, merged: first}
    assert broken(session) == []


def test_whoever_was_called_since_has_a_lead_where_only_the_other_one_had_it(
    session: Session, cast: Cast
) -> None:
    kept, merged = a_person(session, cast, PHONE, "王小明"), a_person(session, cast, OTHER, "王晓明")
    intake.capture(session, person_id=merged, source=Source.PHONE, actor=cast.lin, at=local(9))
    merge_id = merges(session, cast, kept, merged)
    contact(session, cast.lin, kept, local(15, 30), next_on=date(2026, 3, 20), next_what="x")
    undoes(session, cast, merge_id)
    assert set(won_by(session)) == {kept, merged}


def test_a_lead_put_aside_comes_back_though_another_one_took_its_number(session: Session, cast: Cast) -> None:
    kept, merged = a_person(session, cast, PHONE, "王小明"), a_person(session, cast, OTHER, "王晓明")
    for person_id in (kept, merged):
        give(session, cast, person_id, 0, "lead")
    merge_id = merges(session, cast, kept, merged)
    give(session, cast, a_person(session, cast, "+8613600001111", ""), 0, "lead")
    undoes(session, cast, merge_id)
    assert session.scalar(sa.select(sa.func.count()).select_from(LeadRow)) == 3
    assert merged in session.scalars(sa.select(LeadRow.person_id)).all()


def emails(session: Session, *people: PersonID) -> list[str]:
    session.expire_all()
    return [session.scalars(sa.select(PersonRow.email).where(PersonRow.id == each)).one() for each in people]


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
@pytest.mark.parametrize("second", ["b@example.cn", "a@example.cn"])
def test_of_two_merges_undone_in_any_order_each_has_his_own_fields_again(
    session: Session, cast: Cast, order: tuple[int, int], second: str
) -> None:
    kept, first, other = (a_person(session, cast, f"+86138000013{number:02}", "陈晨") for number in (1, 2, 3))
    for person_id, email in ((first, "a@example.cn"), (other, second)):
        session.execute(sa.update(PersonRow).where(PersonRow.id == person_id).values(email=email))
    done = [
        merges(session, cast, kept, first),
        merges(session, cast, kept, other, chosen={"email": "merged"}),
    ]
    assert emails(session, kept) == [second]
    undoes(session, cast, done[order[0]])
    assert emails(session, kept) == [second if order[0] == 0 else "a@example.cn"]
    undoes(session, cast, done[order[1]], hour=17)
    assert emails(session, kept, first, other) == ["", "a@example.cn", second]
