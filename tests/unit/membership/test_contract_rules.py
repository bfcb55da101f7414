"""Contracts: their form, their corrections, who may sign, their number and their clock."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clubsales.clock import Instant
from clubsales.errors import Refusal, allow
from clubsales.ids import AccountID
from clubsales.membership.contracts.digest import canonical, digest_of, digest_of_text
from clubsales.membership.contracts.register import Period, Span, next_due
from clubsales.membership.contracts.rules import (
    ContractRefused,
    ContractState,
    CoolingOffPolicy,
    CorrectionPolicy,
    Field,
    Filled,
    Promise,
    PromiseKind,
    Signing,
    changes,
    cooling_off_until,
    holders_of,
    may_archive,
    may_change,
    may_fill,
    may_sign,
    may_void,
    needs_new_form,
    number_of,
)
from clubsales.membership.documents.rules import MailState, after_failure, is_due, may_be_address
from tests.builders import MORNING

REQUIRED = {
    Field.BUYER: "陈晨",
    Field.PHONE: "+8613800138000",
    Field.PAPERS: "id_card",
    Field.PAYMENT: "一次付清",
}
SIGNING = Signing(
    state=ContractState.APPROVED,
    sale_is_over=False,
    present=AccountID(1),
    consultant_account=AccountID(1),
    promises=1,
    promises_shown=True,
    shown="a",
    text="a",
)


def code(decided: object) -> object:
    return decided.code if isinstance(decided, Refusal) else decided


@pytest.mark.parametrize("field", list(REQUIRED))
@pytest.mark.parametrize("empty", ["", "  ", "/", " / "])
def test_no_required_field_is_blank_or_struck(field: Field, empty: str) -> None:
    decided = may_fill(Filled(fields={**REQUIRED, field: empty}))
    assert isinstance(decided, Refusal)
    assert decided.facts == {"fields": [field.value]}


def test_every_field_of_a_form_says_something() -> None:
    document = Filled(fields=REQUIRED).document()
    assert all(document[field.value] for field in Field)
    assert [document[field.value] for field in Field if field not in REQUIRED] == ["/"] * 5


@pytest.mark.parametrize(
    "promises",
    [
        [Promise(kind=PromiseKind.OTHER, text="/")],
        [Promise(kind=PromiseKind.OTHER, text="x" * 201)],
        [Promise(kind=PromiseKind.OTHER, text="好")] * 13,
    ],
)
def test_promises_are_few_and_in_words(promises: list[Promise]) -> None:
    assert code(may_fill(Filled(fields=REQUIRED, promises=promises))) is ContractRefused.PROMISE


def test_each_changed_field_is_one_correction() -> None:
    towel = Promise(kind=PromiseKind.GIFT, text="毛巾", due_on=date(2026, 3, 20))
    before = Filled(fields=REQUIRED).document()
    same = changes(before, "zh_Hans", Filled(fields={**REQUIRED, Field.REMARKS: " / "}))
    assert same == []
    after = Filled(
        fields={**REQUIRED, Field.BUYER: "陈辰", Field.ADDRESS: "人民路"},
        promises=[towel, towel],
        language="en",
    )
    assert [each.field for each in changes(before, "zh_Hans", after)] == [
        "buyer",
        "address",
        "promises",
        "language",
    ]
    assert Promise.restored(towel.stored()) == towel


@pytest.mark.parametrize(
    ("corrections", "allowed", "anew"),
    [(1, 3, False), (3, 3, False), (4, 3, True), (1, 1, False), (2, 1, True), (99, 0, False)],
)
def test_one_correction_too_many(corrections: int, allowed: int, anew: bool) -> None:
    assert needs_new_form(corrections, CorrectionPolicy(allowed, ("50.00", "100.00"))) is anew


@pytest.mark.parametrize(
    ("changed", "refused"),
    [
        ({"state": ContractState.SIGNED}, ContractRefused.NOT_OPEN),
        ({"state": ContractState.VOID}, ContractRefused.NOT_OPEN),
        ({"state": ContractState.DRAFT}, ContractRefused.NOT_APPROVED),
        ({"state": ContractState.SUBMITTED}, ContractRefused.NOT_APPROVED),
        ({"sale_is_over": True}, ContractRefused.SALE_OVER),
        ({"present": None}, ContractRefused.ABSENT),
        ({"present": AccountID(2)}, ContractRefused.ABSENT),
        ({"promises_shown": False}, ContractRefused.PROMISES_NOT_SHOWN),
        ({"shown": "b"}, ContractRefused.CHANGED),
    ],
)
def test_what_stops_a_signature(changed: dict[str, object], refused: ContractRefused) -> None:
    assert code(may_sign(replace(SIGNING, **changed))) is refused  # type: ignore[arg-type]


def test_what_does_not_stop_it() -> None:
    assert may_sign(SIGNING) == allow()
    assert may_sign(replace(SIGNING, promises=0, promises_shown=False)) == allow()
    assert may_sign(replace(SIGNING, consultant_account=None, present=AccountID(9))) == allow()


@pytest.mark.parametrize("state", list(ContractState))
def test_what_each_state_lets_happen(state: ContractState) -> None:
    is_open = state in (ContractState.DRAFT, ContractState.SUBMITTED, ContractState.APPROVED)
    is_kept = state in (ContractState.SIGNED, ContractState.ARCHIVED)
    assert (may_change(state) == allow()) is is_open
    assert (may_void(state, "改买季卡") == allow()) is is_open
    assert (may_archive(state, "A柜") == allow()) is is_kept


def test_a_number_and_the_copies() -> None:
    assert (
        number_of("{club}-{yyyymm}-{seq:05d}", club="SZ01", month="202603", sequence=17)
        == "SZ01-202603-00017"
    )
    assert holders_of(0) == ()
    assert holders_of(2) == ("customer", "company")
    assert holders_of(5) == ("customer", "company", "consultant", "finance", "finance")


def test_the_clock_runs_from_the_day_after() -> None:
    assert cooling_off_until(date(2026, 3, 9), CoolingOffPolicy(7)) == date(2026, 3, 16)
    assert cooling_off_until(date(2026, 3, 9), CoolingOffPolicy(0)) is None


@given(st.dictionaries(st.text(), st.text() | st.integers()), st.text(), st.datetimes())
def test_a_digest_is_of_exactly_what_was_signed(
    text: dict[str, str | int], signature: str, moment: object
) -> None:
    same = dict(reversed(list(text.items())))
    assert canonical(text) == canonical(same)
    assert digest_of_text(text) == digest_of_text(same)
    first = digest_of(text=text, signature=signature, signed_at=MORNING)
    assert first == digest_of(text=same, signature=signature, signed_at=MORNING)
    assert first != digest_of(text={**text, "one more": 1}, signature=signature, signed_at=MORNING)
    assert first != digest_of(text=text, signature=signature + "L1 1", signed_at=MORNING)
    later: Instant = MORNING + timedelta(microseconds=1)
    assert first != digest_of(text=text, signature=signature, signed_at=later)


@pytest.mark.parametrize(
    ("span", "first", "until"),
    [
        (Span.MONTH, date(2026, 12, 1), date(2027, 1, 1)),
        (Span.QUARTER, date(2026, 10, 1), date(2027, 1, 1)),
        (Span.YEAR, date(2026, 1, 1), date(2027, 1, 1)),
    ],
)
def test_a_period_of_the_register(span: Span, first: date, until: date) -> None:
    period = Period.around(date(2026, 12, 31), span)
    assert (period.first, period.until) == (first, until)
    assert period.before.until == period.first
    assert period.after.first == period.until


@pytest.mark.parametrize(
    ("received", "due"),
    [(0, date(2026, 3, 1)), (99, date(2026, 3, 1)), (100, date(2026, 4, 1)), (300, None)],
)
def test_what_is_due_next(received: int, due: date | None) -> None:
    assert next_due([(date(2026, 3, 1), 100), (date(2026, 4, 1), 200)], received) == due


def test_a_mail_waits_longer_after_each_failure_and_at_last_is_given_up() -> None:
    waits = [0, 1, 3, 7, 15, 31]
    for tries, minutes in enumerate(waits):
        assert is_due(MORNING, tries, MORNING + timedelta(minutes=minutes))
        if minutes:
            assert not is_due(MORNING, tries, MORNING + timedelta(minutes=minutes, seconds=-1))
    assert [after_failure(tries) for tries in (1, 5, 6)] == [
        MailState.WAITING,
        MailState.WAITING,
        MailState.FAILED,
    ]


@pytest.mark.parametrize("address", ["chen@example.com", "a.b+c@sub.example.cn"])
def test_an_address(address: str) -> None:
    assert may_be_address(address) == allow()


@pytest.mark.parametrize(
    "address", ["", "chen", "a@b", "a@b.cn,c@d.cn", "a@b.cn\nBcc: x@y.cn", "<a@b.cn>", "a@b.cn" * 60]
)
def test_no_address(address: str) -> None:
    assert may_be_address(address) != allow()
