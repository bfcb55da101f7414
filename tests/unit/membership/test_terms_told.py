"""The terms of a card in sentences."""

from typing import Any

from clubsales.membership.catalogue.rules import CardKind
from clubsales.membership.catalogue.terms import CardTerms, StartRule
from clubsales.membership.catalogue.told import told
from clubsales.money import CNY, Money


def codes(terms: CardTerms, kind: CardKind = CardKind.TERM, **more: Any) -> list[str]:
    values: dict[str, Any] = {"by_visits": False, "currency": CNY, "cooling_off_days": 7, **more}
    return [reason.code.removeprefix("terms.") for reason in told(terms, kind=kind, **values)]


def test_plain_terms_say_when_it_begins_and_what_goes_back() -> None:
    assert codes(CardTerms()) == [
        "starts_paid",
        "freeze_yes",
        "transfer_yes",
        "cooling_off_paid",
        "refund_days",
    ]


def test_every_fee_and_every_limit_is_said() -> None:
    """CRD-07: before he pays and in what he signs."""
    terms = CardTerms(
        freeze_times_max=2,
        freeze_days_min=7,
        freeze_days_max=60,
        freeze_fee_minor=5000,
        transfers_max=1,
        transfer_fee_bp=1000,
        renewal_within_days=30,
        refund_fee_minor=10000,
        refund_fee_bp=2000,
        used_at_single_minor=6000,
        reissue_fee_minor=2000,
        start_rule=StartRule.FIRST_USE,
        start_within_days=90,
    )
    reasons = told(
        terms, kind=CardKind.VISITS, by_visits=True, currency=CNY, cooling_off_days=0, by_contract=True
    )
    assert [reason.code.removeprefix("terms.") for reason in reasons] == [
        *("starts_used", "starts_within", "freeze_yes", "freeze_times", "freeze_shortest", "freeze_longest"),
        *("freeze_fee", "transfer_yes", "transfer_times", "transfer_share", "renewal_within"),
        *("refund_visits_single", "refund_fee", "refund_share", "reissue_fee"),
    ]
    facts = {reason.code: dict(reason.facts) for reason in reasons}
    assert facts["terms.transfer_share"] == {"percent": "10"}
    assert facts["terms.refund_visits_single"] == {"single": Money(6000, CNY)}


def test_what_is_not_allowed_is_said_once() -> None:
    terms = CardTerms(freeze_allowed=False, transfer_allowed=False, refund_allowed=False, freeze_fee_minor=1)
    assert codes(terms, by_contract=True) == [
        "starts_paid",
        "freeze_no",
        "transfer_no",
        "cooling_off_signed",
        "refund_no",
    ]


def test_stored_value_is_never_frozen_and_goods_have_no_terms() -> None:
    assert codes(CardTerms(), CardKind.STORED_VALUE) == ["transfer_yes", "cooling_off_paid", "refund_value"]
    assert codes(CardTerms(), CardKind.GOODS) == []
