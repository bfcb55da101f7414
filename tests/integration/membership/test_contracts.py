"""Contracts: filled in, corrected, approved in order, signed with the consultant present, kept (CTR, EX-01)."""

from datetime import date

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from clubsales.actor import Actor, Role
from clubsales.audit import AuditEvent
from clubsales.consultants.reviews import deciding
from clubsales.consultants.reviews import queries as reviews
from clubsales.consultants.reviews.choices import Verdict
from clubsales.errors import NotFound, Refused
from clubsales.membership.contracts import beside, operations, pages, queries, signing, waiting
from clubsales.membership.contracts.digest import digest_of
from clubsales.membership.contracts.models import ContractRow
from clubsales.membership.contracts.queries import ContractView
from clubsales.membership.contracts.rules import ContractState, Paper, Promise, PromiseKind
from clubsales.membership.sales import closing
from clubsales.membership.sales import operations as sales
from clubsales.membership.sales.rules import ClosedAs
from clubsales.outbox import OutboxMessage
from tests.builders import Cast, a_colleague, consultant_of, local, yuan
from tests.cards import a_card, a_person
from tests.integration.membership.contracting import (
    DRAWN,
    a_form,
    a_sale,
    an_approved_form,
    approve,
    filled,
    settings,
    sign,
)

TOWEL = Promise(kind=PromiseKind.GIFT, text="送毛巾一条", due_on=date(2026, 3, 20))


def found(session: Session, cast: Cast, public_id: str) -> ContractView:
    return queries.by_public_id(session, cast.club.id, public_id)


def change(session: Session, cast: Cast, public_id: str, **changes: str) -> operations.Changed:
    view = found(session, cast, public_id)
    before = {name: value for name, value in view.form.items() if isinstance(value, str)}
    return operations.change(
        session, public_id=public_id, filled=filled(**{**before, **changes}), actor=cast.lin, at=local(12)
    )


def answer(
    session: Session, public_id: str, person: Actor, *, approved: bool = True, reason: str = ""
) -> None:
    operations.answer(
        session, public_id=public_id, approved=approved, reason=reason, actor=person, at=local(10, 30)
    )


def test_an_empty_optional_field_is_struck_and_an_empty_required_one_is_refused(
    session: Session, cast: Cast
) -> None:
    """CTR-01, CTR-06, EX-01."""
    public_id = a_form(session, cast, address="  ")
    assert found(session, cast, public_id).form["address"] == "/"
    assert found(session, cast, public_id).form["supplement"] == "/"
    with pytest.raises(Refused) as refused:
        a_form(session, cast, papers="/", payment=" ")
    assert refused.value.code == "contract.missing"
    assert refused.value.refusal.facts["fields"] == ["papers", "payment"]


def test_approvals_come_in_the_order_finance_supervisor_manager(session: Session, cast: Cast) -> None:
    """CTR-02, EX-01, AMB-58."""
    public_id = a_form(session, cast)
    with pytest.raises(Refused) as early:
        answer(session, public_id, cast.finance)
    assert early.value.code == "contract.not_submitted"
    operations.submit(session, public_id=public_id, actor=cast.lin, at=local(10))
    with pytest.raises(Refused) as not_his_turn:
        answer(session, public_id, cast.supervisor)
    assert not_his_turn.value.code == "approval.not_your_turn"
    approve(session, public_id, cast.finance, cast.supervisor)
    assert found(session, cast, public_id).state is ContractState.SUBMITTED
    with pytest.raises(Refused) as unsigned:
        sign(session, cast, public_id)
    assert unsigned.value.code == "contract.not_approved"
    approve(session, public_id, cast.manager)
    assert found(session, cast, public_id).state is ContractState.APPROVED


def test_the_chain_and_the_copies_are_the_policys(session: Session, cast: Cast) -> None:
    """CTR-07, AMB-58."""
    settings(session, cast, contract={"approvals": ["sales_director"], "copies": 3})
    public_id = a_form(session, cast)
    operations.submit(session, public_id=public_id, actor=cast.lin, at=local(10))
    approve(session, public_id, cast.director)
    sign(session, cast, public_id)
    copies = beside.copies_of(session, found(session, cast, public_id).id)
    assert [each.holder for each in copies] == ["customer", "company", "consultant"]


def test_a_form_goes_on_by_the_chain_it_was_handed_in_under(session: Session, cast: Cast) -> None:
    """A chain changed meanwhile is for forms handed in later; with these the answers still stand at their steps."""
    public_id = a_form(session, cast)
    operations.submit(session, public_id=public_id, actor=cast.lin, at=local(10))
    approve(session, public_id, cast.finance)
    settings(session, cast, contract={"approvals": ["sales_director", "club_manager"]})
    forms = waiting.waiting(session, cast.supervisor, local(11))
    assert [each.is_mine for each in forms] == [True]
    approve(session, public_id, cast.supervisor, cast.manager)
    assert found(session, cast, public_id).state is ContractState.APPROVED
    sign(session, cast, public_id)
    sheet = pages.sheet(session, found(session, cast, public_id), cast.manager, local(12))
    assert [step.role for step in sheet.chain.steps] == [
        Role.FINANCE_CLERK,
        Role.SUPERVISOR,
        Role.CLUB_MANAGER,
    ]


def test_a_form_corrected_or_handed_in_again_goes_by_the_chain_of_that_day(
    session: Session, cast: Cast
) -> None:
    public_id = a_form(session, cast)
    sheet = pages.sheet(session, found(session, cast, public_id), cast.lin, local(10))
    assert len(sheet.chain.steps) == 3
    operations.submit(session, public_id=public_id, actor=cast.lin, at=local(10))
    settings(session, cast, contract={"approvals": ["club_manager"]})
    change(session, cast, public_id, remarks="靠窗的柜子")
    approve(session, public_id, cast.manager)
    assert found(session, cast, public_id).state is ContractState.APPROVED


def test_without_a_chain_a_form_is_approved_as_it_is_handed_in(session: Session, cast: Cast) -> None:
    settings(session, cast, contract={"approvals": [], "copies": 0})
    public_id = a_form(session, cast)
    operations.submit(session, public_id=public_id, actor=cast.lin, at=local(10))
    sign(session, cast, public_id)
    assert beside.copies_of(session, found(session, cast, public_id).id) == []


def test_one_no_gives_the_form_back_and_the_next_round_begins_anew(session: Session, cast: Cast) -> None:
    public_id = a_form(session, cast)
    operations.submit(session, public_id=public_id, actor=cast.lin, at=local(10))
    approve(session, public_id, cast.finance)
    answer(session, public_id, cast.supervisor, approved=False, reason="付款方式不清楚")
    assert found(session, cast, public_id).state is ContractState.DRAFT
    operations.submit(session, public_id=public_id, actor=cast.lin, at=local(11))
    assert found(session, cast, public_id).round == 2
    approve(session, public_id, cast.finance, cast.supervisor, cast.manager)
    assert found(session, cast, public_id).state is ContractState.APPROVED


def test_before_it_is_handed_in_a_change_is_no_correction(session: Session, cast: Cast) -> None:
    public_id = a_form(session, cast)
    change(session, cast, public_id, buyer="陈辰", address="人民路1号")
    view = found(session, cast, public_id)
    assert (view.buyer, view.state) == ("陈辰", ContractState.DRAFT)
    assert beside.corrections_of(session, view.id) == []


def test_nothing_changed_is_said(session: Session, cast: Cast) -> None:
    public_id = a_form(session, cast)
    with pytest.raises(Refused) as refused:
        change(session, cast, public_id)
    assert refused.value.code == "contract.nothing_changed"


def test_a_correction_is_kept_and_approved_anew(session: Session, cast: Cast) -> None:
    """CTR-03, PRC-09: what is changed goes up again."""
    public_id = an_approved_form(session, cast)
    change(session, cast, public_id, buyer="陈辰")
    view = found(session, cast, public_id)
    assert (view.state, view.round) == (ContractState.SUBMITTED, 2)
    (correction,) = beside.corrections_of(session, view.id)
    assert (correction.change.field, correction.change.old, correction.change.new) == (
        "buyer",
        "陈晨",
        "陈辰",
    )


def test_nobody_approves_a_form_he_corrected_himself(session: Session, cast: Cast) -> None:
    public_id = a_form(session, cast)
    operations.submit(session, public_id=public_id, actor=cast.lin, at=local(10))
    operations.change(
        session, public_id=public_id, filled=filled(remarks="改"), actor=cast.supervisor, at=local(10)
    )
    approve(session, public_id, cast.finance)
    with pytest.raises(Refused) as no:
        approve(session, public_id, cast.supervisor)
    assert no.value.code == "approval.own"
    # The manager answers for him (AMB-52); his own step then is the director's.
    approve(session, public_id, cast.manager, cast.director)
    assert queries.by_public_id(session, cast.club.id, public_id).state is ContractState.APPROVED


def test_three_corrections_pass_and_the_fourth_demands_a_new_form_and_proposes_the_fine(
    session: Session, cast: Cast
) -> None:
    """CTR-03, AMB-59, EX-01."""
    public_id = a_form(session, cast)
    operations.submit(session, public_id=public_id, actor=cast.lin, at=local(10))
    for address in ("人民路1号", "人民路2号", "人民路3号"):
        assert change(session, cast, public_id, address=address).rewritten is False
    changed = change(session, cast, public_id, address="人民路4号")
    assert changed.rewritten
    assert changed.fined
    assert changed.public_id != public_id
    old = found(session, cast, public_id)
    assert (old.state, old.anew_public_id) == (ContractState.VOID, changed.public_id)
    new = found(session, cast, changed.public_id)
    assert (new.state, new.rewrites_public_id) == (ContractState.DRAFT, public_id)
    assert new.form["address"] == "人民路4号"
    assert beside.corrections_of(session, new.id) == []
    (case,) = reviews.of_consultant(session, cast.club.id, consultant_of(cast.lin))
    assert (case.lowest, case.highest) == (yuan("50.00"), yuan("100.00"))
    assert case.facts["proposed"] == "50.00"
    assert case.reason.facts == {"contract": public_id, "count": 4, "allowed": 3}


@pytest.mark.parametrize(("amount", "is_taken"), [("100.00", True), ("100.01", False), ("49.99", False)])
def test_the_manager_sets_the_fine_within_its_range(
    session: Session, cast: Cast, amount: str, is_taken: bool
) -> None:
    public_id = a_form(session, cast)
    operations.submit(session, public_id=public_id, actor=cast.lin, at=local(10))
    change(session, cast, public_id, buyer="甲", address="乙", remarks="丙", emergency="丁")
    (case,) = reviews.of_consultant(session, cast.club.id, consultant_of(cast.lin))

    def decide() -> None:
        deciding.decide(
            session,
            public_id=case.public_id,
            verdict=Verdict(
                choice="fine", words="照章", amount=yuan(amount), level=None, valid_from=date(2026, 4, 1)
            ),
            actor=cast.manager,
            at=local(13),
        )

    if is_taken:
        decide()
        return
    with pytest.raises(Refused) as refused:
        decide()
    assert refused.value.code == "review.range"


def test_how_many_corrections_are_allowed_and_what_one_more_costs_is_the_policys(
    session: Session, cast: Cast
) -> None:
    settings(
        session,
        cast,
        penalties={"contract_corrections_allowed": 1, "contract_correction_fine": ["60.00", "80.00"]},
    )
    public_id = a_form(session, cast)
    operations.submit(session, public_id=public_id, actor=cast.lin, at=local(10))
    assert not change(session, cast, public_id, address="甲").rewritten
    assert change(session, cast, public_id, address="乙").rewritten
    (case,) = reviews.of_consultant(session, cast.club.id, consultant_of(cast.lin))
    assert (case.lowest, case.highest) == (yuan("60.00"), yuan("80.00"))


def test_without_a_limit_nothing_is_fined(session: Session, cast: Cast) -> None:
    settings(session, cast, penalties={"contract_corrections_allowed": 0})
    public_id = a_form(session, cast)
    operations.submit(session, public_id=public_id, actor=cast.lin, at=local(10))
    for number in range(6):
        assert not change(session, cast, public_id, address=f"{number}号").rewritten


def test_signed_only_while_the_consultant_is_there(session: Session, cast: Cast) -> None:
    """CTR-04, EX-01."""
    public_id = an_approved_form(session, cast)
    for present in (None, cast.zhou.account_id):
        with pytest.raises(Refused) as refused:
            sign(session, cast, public_id, present=present)
        assert refused.value.code == "contract.absent"
    sign(session, cast, public_id)
    assert found(session, cast, public_id).witness_name == "林静"


def test_what_is_signed_is_what_was_read(session: Session, cast: Cast) -> None:
    public_id = an_approved_form(session, cast)
    with pytest.raises(Refused) as refused:
        sign(session, cast, public_id, shown="0" * 64)
    assert refused.value.code == "contract.changed"


def test_promises_are_shown_before_they_are_signed_and_kept_afterwards(session: Session, cast: Cast) -> None:
    public_id = an_approved_form(session, cast, filled(TOWEL))
    with pytest.raises(Refused) as refused:
        sign(session, cast, public_id, promises_shown=False)
    assert refused.value.code == "contract.promises_not_shown"
    sign(session, cast, public_id)
    contract = found(session, cast, public_id)
    (promise,) = beside.promises_of(session, contract.id)
    assert (promise.promise, promise.kept_at) == (TOWEL, None)
    signing.keep_promise(session, public_id=public_id, position=1, actor=cast.desk, at=local(15))
    signing.keep_promise(session, public_id=public_id, position=1, actor=cast.lin, at=local(16))
    (promise,) = beside.promises_of(session, contract.id)
    assert (promise.kept_at, promise.kept_by) == (local(15), "前台")
    with pytest.raises(NotFound):
        signing.keep_promise(session, public_id=public_id, position=2, actor=cast.desk, at=local(15))


def test_numbers_follow_each_other_by_club_and_month(session: Session, cast: Cast) -> None:
    first, second, third = (an_approved_form(session, cast) for _ in range(3))
    assert sign(session, cast, first) == "SZ01-202603-00001"
    assert sign(session, cast, second, at=local(23, 59, day=31)) == "SZ01-202603-00002"
    assert sign(session, cast, third, at=local(0, day=1, month=4)) == "SZ01-202604-00001"


def test_a_number_looks_as_the_policy_says(session: Session, cast: Cast) -> None:
    """CTR-11, AMB-60."""
    settings(session, cast, contract={"number": "合同{yyyymm}第{seq}号"})
    assert sign(session, cast, an_approved_form(session, cast)) == "合同202603第1号"


def test_a_number_drawn_by_a_signing_that_failed_is_the_next_ones(session: Session, cast: Cast) -> None:
    first, second = (an_approved_form(session, cast) for _ in range(2))
    with pytest.raises(Refused), session.begin_nested():
        sign(session, cast, first, signature="M0 0")
    assert sign(session, cast, second) == "SZ01-202603-00001"


def test_the_digest_covers_text_signature_and_time(session: Session, cast: Cast) -> None:
    """CTR-09."""
    public_id = an_approved_form(session, cast)
    number = sign(session, cast, public_id)
    contract = found(session, cast, public_id)
    assert contract.text == {"buyer": "陈晨", "language": "zh_Hans", "number": number}
    assert contract.digest == digest_of(text=contract.text, signature=DRAWN, signed_at=local(11))
    assert contract.digest != digest_of(text=contract.text, signature=DRAWN, signed_at=local(11, 1))


@pytest.mark.parametrize(("days", "until"), [(7, date(2026, 3, 16)), (14, date(2026, 3, 23)), (0, None)])
def test_the_cooling_off_days_run_from_the_day_after_signing(
    session: Session, cast: Cast, days: int, until: date | None
) -> None:
    settings(session, cast, refund={"cooling_off_days": days})
    public_id = an_approved_form(session, cast)
    sign(session, cast, public_id)
    assert found(session, cast, public_id).cooling_off_until == until


def test_signed_it_never_changes(session: Session, cast: Cast) -> None:
    public_id = an_approved_form(session, cast)
    sign(session, cast, public_id)
    with pytest.raises(Refused) as refused:
        change(session, cast, public_id, buyer="陈辰")
    assert refused.value.code == "contract.not_open"
    with pytest.raises(Refused):
        sign(session, cast, public_id)
    with pytest.raises(DBAPIError), session.begin_nested():
        session.execute(sa.update(ContractRow).values(text={"buyer": "别人"}))


def test_signed_it_goes_to_the_worker_and_to_the_archive(session: Session, cast: Cast) -> None:
    """CTR-07, CTR-08, CTR-10."""
    public_id = an_approved_form(session, cast)
    with pytest.raises(Refused) as unsigned:
        signing.archive(session, public_id=public_id, place="A柜3层", actor=cast.finance, at=local(12))
    assert unsigned.value.code == "contract.not_signed"
    sign(session, cast, public_id)
    contract = found(session, cast, public_id)
    (message,) = session.scalars(sa.select(OutboxMessage).where(OutboxMessage.name == "contract:signed"))
    assert message.payload == {"club": cast.club.id, "contract": contract.id}
    with pytest.raises(Refused) as nowhere:
        signing.archive(session, public_id=public_id, place=" ", actor=cast.finance, at=local(12))
    assert nowhere.value.code == "contract.place"
    signing.archive(session, public_id=public_id, place="A柜3层", actor=cast.finance, at=local(12))
    kept = found(session, cast, public_id)
    assert (kept.state, kept.archive_place, kept.archiver_name) == (ContractState.ARCHIVED, "A柜3层", "财务")
    customer, company = beside.copies_of(session, contract.id)
    assert (customer.handed_at, company.handed_at) == (None, local(12))  # CTR-07: the company's lies there


def test_copies_are_handed_over_once(session: Session, cast: Cast) -> None:
    public_id = an_approved_form(session, cast)
    sign(session, cast, public_id)
    signing.hand_copy(session, public_id=public_id, copy=1, actor=cast.lin, at=local(12))
    signing.hand_copy(session, public_id=public_id, copy=1, actor=cast.zhou, at=local(13))
    customer, company = beside.copies_of(session, found(session, cast, public_id).id)
    assert (customer.holder, customer.handed_at, customer.handed_by) == ("customer", local(12), "林静")
    assert (company.holder, company.handed_at) == ("company", None)
    with pytest.raises(NotFound):
        signing.hand_copy(session, public_id=public_id, copy=3, actor=cast.lin, at=local(12))


def test_a_sale_has_one_form_at_a_time(session: Session, cast: Cast) -> None:
    sale_id = a_sale(session, cast)
    public_id = operations.fill(session, sale_id=sale_id, filled=filled(), actor=cast.lin, at=local(10))
    with pytest.raises(Refused) as refused:
        operations.fill(session, sale_id=sale_id, filled=filled(), actor=cast.lin, at=local(10))
    assert refused.value.code == "contract.exists"
    operations.void(session, public_id=public_id, reason="客户改买季卡", actor=cast.lin, at=local(11))
    session.flush()
    operations.fill(session, sale_id=sale_id, filled=filled(), actor=cast.lin, at=local(12))


def test_a_sale_that_is_closed_gets_no_contract(session: Session, cast: Cast) -> None:
    sale_id = a_sale(session, cast)
    closing.close_sale(
        session, sale_id=sale_id, closed_as=ClosedAs.GIVEN_UP, actor=cast.manager, at=local(10)
    )
    with pytest.raises(Refused) as refused:
        operations.fill(session, sale_id=sale_id, filled=filled(), actor=cast.lin, at=local(11))
    assert refused.value.code == "contract.sale_over"


def test_a_fee_gets_no_contract(session: Session, cast: Cast) -> None:
    card = a_card(session, cast, cast.annual, at=local(9), person_id=a_person(session, cast))
    fee = sales.open_fee(
        session,
        card_id=card.id,
        what="补卡费",
        amount=yuan("20.00"),
        person_id=card.person_id,
        actor=cast.desk,
        at=local(9),
    )
    with pytest.raises(Refused) as refused:
        operations.fill(session, sale_id=fee, filled=filled(), actor=cast.lin, at=local(11))
    assert refused.value.code == "contract.fee"


def test_whoever_gives_a_form_up_says_why(session: Session, cast: Cast) -> None:
    with pytest.raises(Refused) as refused:
        operations.void(session, public_id=a_form(session, cast), reason=" ", actor=cast.lin, at=local(11))
    assert refused.value.code == "contract.reason"


def test_every_paper_there_is_may_be_shown(session: Session, cast: Cast) -> None:
    """CTR-05: whoever is not from here shows more than one."""
    shown = ",".join(Paper)
    public_id = a_form(session, cast, papers=shown)
    session.flush()
    assert found(session, cast, public_id).form["papers"] == shown


def test_a_sale_closed_meanwhile_is_not_signed(session: Session, cast: Cast) -> None:
    public_id = an_approved_form(session, cast)
    sale_id = found(session, cast, public_id).sale_id
    closing.close_sale(
        session, sale_id=sale_id, closed_as=ClosedAs.GIVEN_UP, actor=cast.manager, at=local(10, 40)
    )
    session.flush()
    with pytest.raises(Refused) as refused:
        sign(session, cast, public_id)
    assert refused.value.code == "contract.sale_over"


def test_nobody_approves_the_form_of_his_own_deal(session: Session, cast: Cast) -> None:
    boss = a_colleague(session, cast.club, "laoban", "老班", Role.SUPERVISOR)
    public_id = operations.fill(
        session,
        sale_id=a_sale(session, cast, consultant_id=consultant_of(cast.supervisor)),
        filled=filled(),
        actor=cast.lin,
        at=local(10),
    )
    operations.submit(session, public_id=public_id, actor=cast.lin, at=local(10))
    approve(session, public_id, cast.finance)
    with pytest.raises(Refused) as refused:
        answer(session, public_id, cast.supervisor)
    assert refused.value.code == "approval.own"
    approve(session, public_id, boss, cast.manager)


def test_another_clubs_contract_is_not_there(session: Session, cast: Cast) -> None:
    public_id = a_form(session, cast)
    with pytest.raises(NotFound):
        queries.by_public_id(session, cast.foreign_club.id, public_id)
    with pytest.raises(NotFound):
        operations.submit(session, public_id=public_id, actor=cast.other_manager, at=local(10))


def test_every_step_leaves_its_trace(session: Session, cast: Cast) -> None:
    sign(session, cast, an_approved_form(session, cast))
    session.flush()
    tags = set(session.scalars(sa.select(AuditEvent.tag).where(AuditEvent.subject_kind == "contract")))
    assert {"contract:filled", "contract:submitted", "contract:answered", "contract:signed"} <= tags
