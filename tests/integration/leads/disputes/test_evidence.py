"""The evidence of a case: everything in time order, what counts for nothing is said, a page costs the same (DSP-10)."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.clock import local_day
from clubsales.errors import NotFound
from clubsales.leads.appointments import operations as appointments
from clubsales.leads.claims import operations as claims
from clubsales.leads.disputes import casefile, evidence, operations
from clubsales.leads.disputes.casefile import CaseFile
from clubsales.leads.disputes.evidence import EvidencePage
from clubsales.leads.disputes.lines import Line, Mark
from clubsales.leads.followups import operations as followups
from clubsales.leads.followups import queries as contacts
from clubsales.leads.followups.models import ContactRow
from clubsales.leads.followups.rules import Channel, ContactOutcome
from clubsales.leads.matches.merging import merge
from clubsales.leads.passes import operations as passes
from clubsales.leads.passes.rules import PassKind
from clubsales.leads.touches import operations as touches
from clubsales.leads.touches.models import TouchRow
from clubsales.leads.touches.rules import Signal, SignalKind, TouchKind
from clubsales.membership.sales import refunds
from tests.builders import Cast, consultant_of, local, yuan
from tests.integration.leads.disputes.argued import Argued
from tests.integration.leads.support import a_lead, on_shift
from tests.statements import statements

AT = local(14)
A_CASE = 26  # statements at most, whatever there is to show


@pytest.fixture
def argued(session: Session, cast: Cast) -> Argued:
    return Argued(session, cast)


def read(session: Session, argued: Argued, public_id: str) -> CaseFile:
    session.flush()
    return casefile.read(session, argued.cast.manager, public_id, AT)


def lines_of(session: Session, argued: Argued, public_id: str, **more: object) -> EvidencePage:
    case = read(session, argued, public_id)
    return evidence.page_of(
        session,
        case.matter,
        dispute_id=case.view.id,
        **more,  # type: ignore[arg-type]
    )


def only(page: EvidencePage, kind: str) -> Line:
    (line,) = [each for each in page.lines if each.kind == kind]
    return line


def test_everything_stands_in_time_order(session: Session, cast: Cast, argued: Argued) -> None:
    refunds.refund(
        session,
        sale_id=argued.sale_id,
        amount=yuan("80.00"),
        reason="差价",
        actor=cast.manager,
        at=local(11),
    )
    page = lines_of(session, argued, argued.open())
    kinds = [line.kind for line in page.lines]
    assert kinds == ["captured", "contact", "receipt", "refund"]
    assert [line.at for line in page.lines] == sorted(line.at for line in page.lines)
    assert only(page, "receipt").amount == yuan("3980.00")
    assert only(page, "receipt").name == "周倩"
    assert only(page, "refund").amount == yuan("80.00")
    assert page.before is None


def test_it_is_marked_what_the_proposal_rests_on(session: Session, cast: Cast) -> None:
    argued = Argued(session, cast)
    page = lines_of(session, argued, argued.open())
    assert Mark.RESTS in only(page, "receipt").marks
    assert Mark.RESTS not in only(page, "contact").marks


def test_the_record_of_the_outside_consultant_that_decides_is_marked(session: Session, cast: Cast) -> None:
    argued = Argued(session, cast, paid="")
    argued.contact(cast.ma, local(9, day=5))
    argued.contact(cast.ma, local(9, day=7))
    argued.pay("3980.00", local(10))
    page = lines_of(session, argued, argued.open())
    marked = [(line.name, line.at) for line in page.lines if Mark.RESTS in line.marks]
    assert marked == [("马超", local(9, day=7))]


def test_a_call_written_after_the_guest_had_come_counts_for_nothing(session: Session, cast: Cast) -> None:
    argued = Argued(session, cast, paid="")
    touches.record(
        session,
        kind=TouchKind.VISIT,
        person_id=argued.person_id,
        consultant_id=consultant_of(cast.zhou),
        signals=[Signal(SignalKind.NAME, consultant_of(cast.zhou))],
        actor=cast.desk,
        at=local(9),
    )
    argued.pay("3980.00", local(10))
    followups.log_contact(
        session,
        person_id=argued.person_id,
        consultant_id=consultant_of(cast.ma),
        channel=Channel.CALL,
        outcome=ContactOutcome.NO_ANSWER,
        contacted_at=local(8),
        note="没接",
        actor=cast.ma,
        at=local(11),
    )
    page = lines_of(session, argued, argued.open())
    late = page.lines[-1]
    assert late.contact is not None
    assert late.contact.differs
    assert (late.at, late.contact.said_at) == (local(11), local(8))
    assert late.marks == {Mark.AFTER_ARRIVAL, Mark.DATED_BACK, Mark.INEFFECTIVE}
    (visit,) = [line for line in page.lines if line.kind == "visit"]
    assert Mark.RESTS in visit.marks
    assert [signal.name for signal in visit.signals] == ["周倩"]


def test_a_turn_says_which_place_and_who_was_passed_over(session: Session, cast: Cast) -> None:
    argued = Argued(session, cast)
    session.execute(
        sa.insert(TouchRow).values(
            club_id=cast.club.id,
            kind="visit",
            person_id=argued.person_id,
            consultant_id=consultant_of(cast.zhou),
            reception_id=None,
            at=local(9),
            local_day=local_day(local(9), cast.club.zone),
            signals=[],
            turn={
                "basis": "rotation",
                "rule": "ROT-01",
                "position": 2,
                "of": 3,
                "skipped": [{"consultant": consultant_of(cast.lin), "reason": "busy"}],
            },
        )
    )
    turn = only(lines_of(session, argued, argued.open()), "visit").turn
    assert turn is not None
    assert (turn.position, turn.of) == (2, 3)
    assert [(one.name, one.reason) for one in turn.skipped] == [("林静", "busy")]


def test_a_correction_says_what_it_stands_for(session: Session, cast: Cast) -> None:
    argued = Argued(session, cast)
    argued.contact(cast.lin, local(9))
    old = contacts.contacts_of(session, cast.club.id, argued.person_id)[0]
    followups.correct(
        session,
        public_id=old.public_id,
        channel=Channel.CALL,
        outcome=ContactOutcome.NO_ANSWER,
        note="",
        actor=cast.lin,
        at=local(9, 30),
    )
    page = lines_of(session, argued, argued.open())
    _first, wrong, right = [line.contact for line in page.lines if line.contact]
    assert wrong is not None
    assert wrong.corrected_at == local(9, 30)
    assert right is not None
    assert right.stands_for == ("call", "answered")


def test_claims_passes_appointments_and_who_brought_the_guest_are_evidence(
    session: Session, cast: Cast
) -> None:
    argued = Argued(session, cast)
    lin = consultant_of(cast.lin)
    on_shift(session, cast.lin, local(8, day=4))
    claims.claim(session, person_id=argued.person_id, consultant_id=lin, actor=cast.lin, at=local(9, day=4))
    claims.release(session, person_id=argued.person_id, actor=cast.lin, at=local(10, day=4))
    made = appointments.make(
        session,
        consultant_id=lin,
        person_id=argued.person_id,
        due_at=local(15, day=8),
        actor=cast.lin,
        at=local(9, day=6),
    )
    appointments.mark_missed(session, local(1, day=9))
    assert made
    page = lines_of(session, argued, argued.open())
    kinds = [line.kind for line in page.lines]
    assert {"claimed", "claim_ended", "appointment", "appointment_ended"} <= set(kinds)
    ended = only(page, "appointment_ended")
    assert (ended.words, ended.due_at, ended.name) == ("no_show", local(15, day=8), "林静")


def test_other_cases_of_the_guest_and_merges_are_evidence(session: Session, cast: Cast) -> None:
    argued = Argued(session, cast)
    first = argued.open()
    operations.withdraw(session, public_id=first, actor=cast.lin, at=local(13))
    double = a_lead(session, cast.desk, e164="+8613900139009", name="陈晨二")
    merge(
        session,
        kept_id=argued.person_id,
        merged_id=double,
        reason="同一个人",
        actor=cast.manager,
        at=local(13, 10),
    )
    page = lines_of(session, argued, argued.open(at=local(13, 20)))
    other = only(page, "dispute")
    assert (other.address, other.words, other.name) == (first, "withdrawn", "林静")
    assert only(page, "merged").words == "陈晨二"


def test_one_side_is_read_alone_with_what_the_guest_did(session: Session, cast: Cast) -> None:
    argued = Argued(session, cast)
    argued.contact(cast.ma, local(9, day=5))
    public_id = argued.open()
    side = lines_of(session, argued, public_id, side=consultant_of(cast.ma))
    assert [line.name for line in side.lines if line.kind == "contact"] == ["马超"]
    assert [line.kind for line in side.lines if line.kind != "contact"] == ["receipt"]


def test_a_sale_without_a_buyer_has_nobodys_evidence(session: Session, cast: Cast) -> None:
    """Rows without a person are not his."""
    argued = Argued(session, cast)
    touches.record(
        session,
        kind=TouchKind.VISIT,
        person_id=None,
        consultant_id=consultant_of(cast.zhou),
        actor=cast.desk,
        at=local(9),
    )
    passes.issue(session, kind=PassKind.GIFT_COUPON, consultant_id=None, actor=cast.manager, at=local(8))
    public_id = argued.open()
    session.flush()
    session.execute(sa.text("UPDATE sale SET person_id = NULL WHERE id = :id"), {"id": argued.sale_id})
    page = lines_of(session, argued, public_id)
    assert [line.kind for line in page.lines] == ["receipt"]


@pytest.mark.parametrize("lines", [1, 3, 40])
def test_pages_miss_nothing_and_show_nothing_twice(session: Session, cast: Cast, lines: int) -> None:
    argued = Argued(session, cast)
    a_long_story(session, argued, 30)
    public_id = argued.open()
    whole = [line.place for line in lines_of(session, argued, public_id, lines=1000).lines]
    found: list[object] = []
    before: str | None = ""
    while before is not None:
        page = lines_of(session, argued, public_id, lines=lines, before=before)
        found = [*(line.place for line in page.lines), *found]
        before = page.before
    assert found == whole


@pytest.mark.parametrize("before", ["x", "1-2", "1-2-3-4", "-1-2-3", "999999999999999999-1-1", "1-999-1"])
def test_an_address_that_is_no_place_names_nothing(session: Session, cast: Cast, before: str) -> None:
    argued = Argued(session, cast)
    public_id = argued.open()
    with pytest.raises(NotFound):
        lines_of(session, argued, public_id, before=before)


def test_a_case_costs_the_same_however_long_its_story(session: Session, cast: Cast) -> None:
    argued = Argued(session, cast)
    public_id = argued.open()
    costs = []
    for more in (0, 2000):
        a_long_story(session, argued, more)
        session.commit()
        with statements() as sent:
            lines_of(session, argued, public_id)
        costs.append(len(sent))
    assert costs[0] == costs[1] <= A_CASE


def a_long_story(session: Session, argued: Argued, count: int) -> None:
    """As many visits and contacts more, some in the same minute."""
    if not count:
        return
    lin = consultant_of(argued.cast.lin)
    common = {"club_id": argued.cast.club.id, "person_id": argued.person_id, "consultant_id": lin}
    moments = [local(8, day=2) + timedelta(minutes=number // 3) for number in range(count)]
    day = local_day(local(8, day=2), argued.cast.club.zone)
    session.execute(
        sa.insert(TouchRow),
        [
            {**common, "kind": "visit", "reception_id": None, "at": at, "local_day": day, "signals": []}
            for at in moments[::2]
        ],
    )
    session.execute(
        sa.insert(ContactRow),
        [
            {
                **common,
                "public_id": f"c{number:011d}",
                "channel": "call",
                "outcome": "answered",
                "note": "",
                "contacted_at": at,
                "at": at,
                "local_day": day,
            }
            for number, at in enumerate(moments[1::2])
        ],
    )
