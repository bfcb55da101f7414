"""Passes: issued, shown, counted once, revoked."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from clubsales.actor import Actor
from clubsales.audit import AuditEvent
from clubsales.errors import NotFound, Refused
from clubsales.frontdesk.reception.operations import arrive
from clubsales.ids import ALPHABET, ConsultantID, PersonID, ReceptionID
from clubsales.leads.passes import operations, queries
from clubsales.leads.passes.models import PassShowingRow
from clubsales.leads.passes.queries import PassView
from clubsales.leads.passes.rules import Answer, PassKind, PassRefused, worth
from clubsales.leads.people import operations as people
from clubsales.leads.touches import queries as touches
from clubsales.leads.touches.rules import Signal, SignalKind, TouchKind
from tests.builders import MORNING, Cast, consultant_of, local

DAY = local(9).date()
TRIAL, COUPON, CARD = PassKind.TRIAL_PASS, PassKind.GIFT_COUPON, PassKind.BUSINESS_CARD


def a_pass(session: Session, cast: Cast, kind: PassKind = TRIAL, **changes: object) -> PassView:
    values: dict[str, object] = {
        "consultant_id": None if kind is COUPON else consultant_of(cast.lin),
        "actor": cast.lin,
        **changes,
    }
    return operations.issue(session, kind=kind, at=MORNING, **values)  # type: ignore[arg-type]


def a_guest(
    session: Session, cast: Cast, e164: str | None = "+8613800138000"
) -> tuple[ReceptionID, PersonID | None]:
    reception_id = arrive(session, e164=e164, actor=cast.desk, at=MORNING).reception_id
    if e164 is None:
        return reception_id, None
    return reception_id, people.find_or_add(session, e164=e164, name="", actor=cast.desk, at=MORNING)


def show(
    session: Session, cast: Cast, code: str, guest: tuple[ReceptionID, PersonID | None]
) -> tuple[Answer, Signal | None]:
    """What the desk does with a pass."""
    shown = queries.by_code(session, cast.club.id, code)
    assert shown is not None
    reception_id, person_id = guest
    value = worth(shown, person_id=person_id, is_member=False, day=DAY)
    operations.show(
        session,
        shown=shown,
        worth=value,
        reception_id=reception_id,
        person_id=person_id,
        actor=cast.desk,
        at=MORNING,
    )
    return value.answer, value.signal


def tags(session: Session) -> list[str]:
    rows = session.execute(
        sa.select(AuditEvent.tag).where(AuditEvent.tag.like("pass:%")).order_by(AuditEvent.id)
    )
    return list(rows.scalars())


def test_a_pass_gets_a_code_of_ours(session: Session, cast: Cast) -> None:
    issued = a_pass(session, cast, valid_until=DAY)
    assert len(issued.code) == 8
    assert set(issued.code) <= set(ALPHABET)
    assert (issued.kind, issued.consultant_id, issued.valid_until) == (TRIAL, consultant_of(cast.lin), DAY)
    assert tags(session) == ["pass:issued"]


@pytest.mark.parametrize("typed", ["TP-001", "tp-001", " T P - 0 0 1 ", "ＴＰ－００１"])
def test_a_given_code_is_found_however_it_is_typed(session: Session, cast: Cast, typed: str) -> None:
    issued = a_pass(session, cast, code="Tp-001")
    found = queries.by_code(session, cast.club.id, typed)
    assert found is not None
    assert found.id == issued.id


@pytest.mark.parametrize("typed", ["", " ", "tp-002", "tp\0", "x" * 5000])
def test_an_unknown_code_is_nobodys(session: Session, cast: Cast, typed: str) -> None:
    a_pass(session, cast, code="tp-001")
    assert queries.by_code(session, cast.club.id, typed) is None


def test_a_code_is_unique_in_its_club(session: Session, cast: Cast) -> None:
    a_pass(session, cast, code="tp-001")
    with pytest.raises(Refused) as refused:
        a_pass(session, cast, code="TP-001")
    assert refused.value.code == PassRefused.CODE_TAKEN
    operations.issue(
        session, kind=COUPON, consultant_id=None, code="tp-001", actor=cast.other_manager, at=MORNING
    )
    assert queries.by_code(session, cast.foreign_club.id, "tp-001") is not None


@pytest.mark.parametrize("code", ["", " ", "x" * 41, "a\0b"])
def test_what_is_no_code_is_refused(session: Session, cast: Cast, code: str) -> None:
    with pytest.raises(Refused) as refused:
        a_pass(session, cast, code=code)
    assert refused.value.code == PassRefused.CODE_INVALID


def test_a_trial_pass_gives_its_consultant(session: Session, cast: Cast) -> None:
    issued = a_pass(session, cast)
    guest = a_guest(session, cast)
    answer = show(session, cast, issued.code, guest)
    assert answer == (Answer.COUNTS, Signal(SignalKind.TRIAL_PASS, consultant_of(cast.lin)))
    after = queries.by_public_id(session, cast.club.id, issued.public_id)
    assert (after.shown_first_reception_id, after.shown_first_person_id) == guest
    assert after.shown_first_at == MORNING
    assert tags(session) == ["pass:issued", "pass:shown"]
    assert guest[1] is not None
    kinds = [touch.kind for touch in touches.timeline(session, cast.club.id, guest[1])]
    assert TouchKind.PASS in kinds


def test_a_second_guest_gets_nothing_for_it_and_the_first_again(session: Session, cast: Cast) -> None:
    issued = a_pass(session, cast)
    first, second = a_guest(session, cast), a_guest(session, cast, "+8613800138001")
    show(session, cast, issued.code, first)
    assert show(session, cast, issued.code, second) == (Answer.SHOWN_BEFORE, None)
    assert show(session, cast, issued.code, first)[0] is Answer.COUNTS
    answers = session.execute(sa.select(PassShowingRow.answer).order_by(PassShowingRow.id)).scalars().all()
    assert answers == ["counts", "shown_before", "counts"]


def test_without_a_phone_any_later_guest_is_another(session: Session, cast: Cast) -> None:
    issued = a_pass(session, cast)
    assert show(session, cast, issued.code, a_guest(session, cast, None))[0] is Answer.COUNTS
    assert show(session, cast, issued.code, a_guest(session, cast, None))[0] is Answer.SHOWN_BEFORE
    assert show(session, cast, issued.code, a_guest(session, cast))[0] is Answer.SHOWN_BEFORE


def test_a_guest_who_gives_his_phone_later_is_the_passes_guest(session: Session, cast: Cast) -> None:
    issued = a_pass(session, cast)
    nameless = a_guest(session, cast, None)
    show(session, cast, issued.code, nameless)
    guest = a_guest(session, cast)
    assert guest[1] is not None
    operations.name_guest(session, reception_id=nameless[0], person_id=guest[1])
    assert show(session, cast, issued.code, guest)[0] is Answer.COUNTS


def test_naming_a_guest_leaves_other_guests_passes_alone(session: Session, cast: Cast) -> None:
    issued = a_pass(session, cast)
    show(session, cast, issued.code, a_guest(session, cast, None))
    other, guest = a_guest(session, cast, None), a_guest(session, cast)
    show(session, cast, issued.code, other)
    assert guest[1] is not None
    operations.name_guest(session, reception_id=other[0], person_id=guest[1])
    assert show(session, cast, issued.code, guest)[0] is Answer.SHOWN_BEFORE


def test_a_coupon_counts_for_its_first_guest_and_names_nobody(session: Session, cast: Cast) -> None:
    issued = a_pass(session, cast, COUPON)
    first, second = a_guest(session, cast), a_guest(session, cast, "+8613800138001")
    assert show(session, cast, issued.code, first)[1] == Signal(SignalKind.GIFT_COUPON, None)
    assert show(session, cast, issued.code, second) == (Answer.SHOWN_BEFORE, None)


def test_a_business_card_counts_for_everybody(session: Session, cast: Cast) -> None:
    issued = a_pass(session, cast, CARD)
    signal = Signal(SignalKind.BUSINESS_CARD, consultant_of(cast.lin))
    for phone in ("+8613800138000", "+8613800138001"):
        assert show(session, cast, issued.code, a_guest(session, cast, phone)) == (Answer.COUNTS, signal)


def test_two_desks_with_one_pass_have_one_first_guest(session: Session, cast: Cast) -> None:
    """Also when neither saw the other: the second writer finds it taken, and `transact` looks again."""
    shown = a_pass(session, cast)
    for phone, outcome in (("+8613800138000", None), ("+8613800138001", StaleDataError)):
        reception_id, person_id = a_guest(session, cast, phone)

        def scan(reception_id: ReceptionID = reception_id, person_id: PersonID | None = person_id) -> None:
            operations.show(
                session,
                shown=shown,
                worth=worth(shown, person_id=person_id, is_member=False, day=DAY),
                reception_id=reception_id,
                person_id=person_id,
                actor=cast.desk,
                at=MORNING,
            )

        if outcome is None:
            scan()
        else:
            with pytest.raises(outcome):
                scan()


def test_a_revoked_pass_is_worth_nothing(session: Session, cast: Cast) -> None:
    issued = a_pass(session, cast)
    for _press in range(2):
        operations.revoke(session, public_id=issued.public_id, actor=cast.lin, at=MORNING)
    assert tags(session) == ["pass:issued", "pass:revoked"]
    assert show(session, cast, issued.code, a_guest(session, cast)) == (Answer.REVOKED, None)


def test_an_expired_pass_is_worth_nothing_and_has_no_first_guest(session: Session, cast: Cast) -> None:
    issued = a_pass(session, cast, valid_until=DAY - timedelta(days=1))
    assert show(session, cast, issued.code, a_guest(session, cast)) == (Answer.EXPIRED, None)
    assert queries.by_public_id(session, cast.club.id, issued.public_id).shown_first_at is None


def test_a_consultant_has_one_business_card_in_use(session: Session, cast: Cast) -> None:
    card = a_pass(session, cast, CARD)
    assert a_pass(session, cast, CARD).id == card.id
    with pytest.raises(Refused) as refused:
        a_pass(session, cast, CARD, code="lin-2")
    assert refused.value.code == PassRefused.CARD_LIVE
    operations.revoke(session, public_id=card.public_id, actor=cast.lin, at=MORNING)
    assert a_pass(session, cast, CARD).id != card.id


def test_the_database_takes_no_second_card_in_use(session: Session, cast: Cast) -> None:
    a_pass(session, cast, CARD)
    columns = {c.name: c for c in queries.PASS.c if c.name not in {"id", "public_id", "code"}}
    copy = sa.select(sa.literal("aaaabbbbcccc"), sa.literal("other"), *columns.values())
    with pytest.raises(sa.exc.IntegrityError):
        session.execute(sa.insert(queries.PASS).from_select(["public_id", "code", *columns], copy))


def test_a_consultant_issues_his_own_and_leaders_anybodys(session: Session, cast: Cast) -> None:
    def hand_out(actor: Actor, consultant_id: ConsultantID | None, count: int = 2) -> list[PassView]:
        return operations.issue_many(
            session,
            kind=TRIAL,
            consultant_id=consultant_id,
            count=count,
            valid_until=DAY,
            actor=actor,
            at=MORNING,
        )

    assert len({each.code for each in hand_out(cast.lin, consultant_of(cast.lin), 50)}) == 50
    for actor in (cast.supervisor, cast.manager):
        assert len(hand_out(actor, consultant_of(cast.zhou))) == 2
        assert len(hand_out(actor, None)) == 2
    for foreign in (consultant_of(cast.zhou), None):
        with pytest.raises(Refused) as refused:
            hand_out(cast.lin, foreign)
        assert refused.value.code == PassRefused.NOT_OWN
    with pytest.raises(Refused) as refused:
        hand_out(cast.lin, consultant_of(cast.lin), 51)
    assert refused.value.code == PassRefused.COUNT


def test_another_consultants_pass_is_not_revoked(session: Session, cast: Cast) -> None:
    issued = a_pass(session, cast)
    with pytest.raises(Refused) as refused:
        operations.revoke(session, public_id=issued.public_id, actor=cast.zhou, at=MORNING)
    assert refused.value.code == PassRefused.NOT_OWN
    operations.revoke(session, public_id=issued.public_id, actor=cast.supervisor, at=MORNING)


def test_another_club_knows_nothing_of_it(session: Session, cast: Cast) -> None:
    issued = a_pass(session, cast)
    assert queries.by_code(session, cast.foreign_club.id, issued.code) is None
    with pytest.raises(NotFound):
        operations.revoke(session, public_id=issued.public_id, actor=cast.other_manager, at=MORNING)
    with pytest.raises(NotFound):
        a_pass(session, cast, actor=cast.other_manager)


def test_trial_passes_issued_are_counted_by_time(session: Session, cast: Cast) -> None:
    a_pass(session, cast)
    a_pass(session, cast, CARD)
    lin = consultant_of(cast.lin)
    after = MORNING + timedelta(seconds=1)
    assert queries.issued_between(session, cast.club.id, lin, MORNING, after) == 1
    assert queries.issued_between(session, cast.club.id, lin, after, after) == 0
    assert queries.issued_between(session, cast.club.id, consultant_of(cast.zhou), MORNING, after) == 0
