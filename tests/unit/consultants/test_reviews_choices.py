"""What may be decided in a case: by whom, within which borders."""

from dataclasses import replace
from datetime import date

import pytest

from clubsales.actor import Role
from clubsales.consultants.reviews import texts
from clubsales.consultants.reviews.catalogue import RULES, FinePolicy, Offence, range_of
from clubsales.consultants.reviews.choices import (
    NEW_LEVEL,
    NEW_TERMS,
    OF_KIND,
    CaseFacts,
    Choice,
    Terms,
    Verdict,
    choices_for,
    first_days,
    may_acknowledge,
    may_decide,
    may_touch,
    stands_above,
)
from clubsales.consultants.reviews.rules import Kind, Status
from clubsales.errors import Allowed, Refusal
from clubsales.money import CNY, Currency
from clubsales.policy_documents import default_document
from tests.builders import yuan

APRIL = date(2026, 4, 1)
FACTS = CaseFacts(
    kind=Kind.FINE,
    rule="PEN-02",
    status=Status.OPEN,
    is_own=False,
    is_above=False,
    roles=frozenset({Role.CLUB_MANAGER}),
    lowest=yuan("50.00"),
    highest=yuan("100.00"),
    next_level=None,
    terms=Terms(level=2, base=yuan("4000.00")),
    earliest=date(2026, 3, 1),
    latest=date(2027, 3, 1),
)


def says(case: CaseFacts, choice: Choice | str, words: str = "原因", **more: object) -> str:
    """Yes, or the code of the refusal."""
    decision = may_decide(case, Verdict(choice=str(choice), words=words, **more))  # type: ignore[arg-type]
    return decision.code.value if isinstance(decision, Refusal) else "yes"


@pytest.mark.parametrize(
    ("amount", "answer"),
    [
        ("50.00", "yes"),
        ("100.00", "yes"),
        ("49.99", "review.range"),
        ("100.01", "review.range"),
        ("0.00", "review.amount"),
        (None, "review.amount"),
    ],
)
def test_a_fine_stays_within_its_range(amount: str | None, answer: str) -> None:
    assert says(FACTS, Choice.FINE, amount=yuan(amount) if amount is not None else None) == answer


def test_a_fine_of_one_amount_is_named_and_not_a_range() -> None:
    """PEN-03, PEN-04, PEN-05: "from 50 to 50" is no range."""
    fixed = replace(FACTS, rule="PEN-04", highest=yuan("50.00"))
    assert says(fixed, Choice.FINE, amount=yuan("50.00")) == "yes"
    refused = may_decide(fixed, Verdict(choice="fine", words="原因", amount=yuan("60.00")))
    assert isinstance(refused, Refusal)
    assert (refused.code.value, refused.facts) == ("review.fixed", {"amount": yuan("50.00")})


def test_a_fine_may_become_a_warning_or_nothing_or_more() -> None:
    assert [says(FACTS, choice) for choice in (Choice.WARN, Choice.NOTHING, Choice.LET_GO)] == ["yes"] * 3
    assert says(FACTS, Choice.DEMOTE, level=1, valid_from=APRIL) == "yes"


def test_nobody_decides_about_himself_whatever_his_role() -> None:
    own = replace(FACTS, is_own=True, roles=frozenset({Role.GENERAL_MANAGER, Role.OWNER}))
    assert says(own, Choice.NOTHING) == "review.own"


def test_a_decision_needs_words() -> None:
    """AMB-34: a person decides, and says why."""
    assert says(FACTS, Choice.NOTHING, "  ") == "review.words"
    assert says(FACTS, Choice.NOTHING, "长" * 1001) == "review.words"
    assert says(FACTS, Choice.NOTHING, "长" * 1000) == "yes"


def test_a_closed_case_is_decided_no_more() -> None:
    for status in (Status.DECIDED, Status.DISMISSED):
        assert says(replace(FACTS, status=status), Choice.NOTHING) == "review.decided"


@pytest.mark.parametrize("kind", Kind)
def test_each_kind_takes_only_its_own_choices(kind: Kind) -> None:
    case = replace(FACTS, kind=kind, rule="X-00")
    for choice in Choice:
        if choice not in OF_KIND[kind]:
            assert says(case, choice) == "review.choice"
    assert says(case, "no such thing") == "review.choice"


RISE = replace(FACTS, kind=Kind.PAY_RISE, rule="AWD-04")


@pytest.mark.parametrize(
    ("amount", "day", "answer"),
    [
        ("4000.01", APRIL, "yes"),
        ("4000.00", APRIL, "review.base"),
        (None, APRIL, "review.amount"),
        ("4500.00", None, "review.first_day"),
        ("4500.00", date(2026, 4, 2), "review.first_day"),
        ("4500.00", date(2026, 3, 1), "yes"),
        ("4500.00", date(2026, 2, 1), "review.month_closed"),
        ("4500.00", date(2027, 3, 1), "yes"),
        ("4500.00", date(2027, 4, 1), "review.first_day"),
    ],
)
def test_a_rise_is_above_the_base_from_an_open_month_on(
    amount: str | None, day: date | None, answer: str
) -> None:
    given = yuan(amount) if amount is not None else None
    assert says(RISE, Choice.RAISE, amount=given, valid_from=day) == answer


def test_a_rise_does_not_stand_under_terms_set_for_later() -> None:
    later = replace(RISE, terms=replace(RISE.terms, from_later=date(2026, 6, 1)))
    assert says(later, Choice.RAISE, amount=yuan("5000.00"), valid_from=APRIL) == "review.later_terms"
    assert says(later, Choice.DECLINE) == "yes"


PROMOTION = replace(FACTS, kind=Kind.PROMOTION, rule="PRO-01", next_level=3)


def test_a_promotion_is_to_the_next_level() -> None:
    assert says(PROMOTION, Choice.PROMOTE, level=3, valid_from=APRIL) == "yes"
    assert says(PROMOTION, Choice.PROMOTE, level=4, valid_from=APRIL) == "review.level"
    moved_on = replace(PROMOTION, terms=replace(PROMOTION.terms, level=3))
    assert says(moved_on, Choice.PROMOTE, level=3, valid_from=APRIL) == "review.level"


def test_a_competition_may_decide_a_promotion() -> None:
    """PRO-03: the case is answered, and the level stays until the competition is over: there are no new terms in it."""
    promotion = replace(FACTS, kind=Kind.PROMOTION, rule="PRO-01", next_level=3)
    assert says(promotion, Choice.COMPETE) == "yes"
    assert says(promotion, Choice.COMPETE, " ") == "review.words"
    assert Choice.COMPETE not in NEW_TERMS | NEW_LEVEL
    assert says(FACTS, Choice.COMPETE) == "review.choice"


def test_a_special_promotion_is_the_general_managers() -> None:
    chief = replace(PROMOTION, roles=frozenset({Role.GENERAL_MANAGER}))
    assert says(PROMOTION, Choice.SPECIAL, level=5, valid_from=APRIL) == "review.general_manager"
    assert says(chief, Choice.SPECIAL, level=5, valid_from=APRIL) == "yes"
    assert says(chief, Choice.SPECIAL, level=2, valid_from=APRIL) == "review.level"
    assert says(chief, Choice.SPECIAL, level=21, valid_from=APRIL) == "review.level"
    assert choices_for(Kind.PROMOTION, "PRO-04") == (Choice.SPECIAL, Choice.DECLINE)


@pytest.mark.parametrize(
    ("level", "answer"), [(1, "yes"), (2, "review.level"), (0, "review.level"), (None, "review.level")]
)
def test_a_demotion_is_to_a_lower_level(level: int | None, answer: str) -> None:
    case = replace(FACTS, kind=Kind.MISSED_TARGET, rule="PEN-01")
    assert says(case, Choice.DEMOTE, level=level, valid_from=APRIL) == answer


def test_only_what_is_decided_is_acknowledged() -> None:
    assert isinstance(may_acknowledge(Status.OPEN), Refusal)
    assert may_acknowledge(Status.DECIDED) == may_acknowledge(Status.DISMISSED) == Allowed()


def test_new_terms_may_begin_from_the_earliest_open_month_for_a_year() -> None:
    days = first_days(date(2026, 2, 1), date(2026, 3, 9))
    assert (days[0], days[1], days[-1], len(days)) == (
        date(2026, 2, 1),
        date(2026, 3, 1),
        date(2027, 3, 1),
        14,
    )


PENALTIES = FinePolicy(default_document()["penalties"]["contract_correction_fine"])


@pytest.mark.parametrize(
    ("offence", "lowest", "highest"),
    [
        (Offence.CORRECTIONS, "50.00", "100.00"),
        (Offence.SECRETS, "1000.00", "1000.00"),
        (Offence.PROGRESS, "50.00", "50.00"),
        (Offence.INSUBORDINATION, "500.00", "500.00"),
        (Offence.ABSENCE, "0.01", "1000.00"),
        (Offence.OTHER, "0.01", "1000.00"),
    ],
)
def test_the_catalogue_has_the_ranges_of_the_rule_book(offence: Offence, lowest: str, highest: str) -> None:
    found = range_of(offence, PENALTIES, CNY)
    assert (found.lowest, found.highest) == (yuan(lowest), yuan(highest))


def test_the_catalogue_knows_money_without_decimals() -> None:
    assert str(range_of(Offence.CORRECTIONS, PENALTIES, Currency("JPY")).highest) == "100"


def test_everything_has_its_words() -> None:
    assert set(texts.KINDS) == set(Kind)
    assert set(texts.CHOICES) == set(texts.FOLLOWS) == set(Choice)
    assert set(texts.OFFENCES) == set(Offence)
    rules = {"AWD-04", "PEN-01", "PEN-11", "PRO-01", "PRO-02", "PRO-04", "COM-07", *RULES.values()}
    assert set(texts.RULES) == rules | {"PEN-07"}


@pytest.mark.parametrize(
    ("about", "decider", "above"),
    [
        ({Role.CONSULTANT}, {Role.CLUB_MANAGER}, False),
        ({Role.CLUB_MANAGER}, {Role.CLUB_MANAGER}, False),
        ({Role.SALES_DIRECTOR}, {Role.CLUB_MANAGER}, True),
        ({Role.CONSULTANT, Role.GENERAL_MANAGER}, {Role.SALES_DIRECTOR}, True),
        ({Role.GENERAL_MANAGER}, {Role.DEPUTY_GM}, True),
        ({Role.GENERAL_MANAGER}, {Role.DEPUTY_GM, Role.GENERAL_MANAGER}, False),
        ({Role.OWNER}, {Role.GENERAL_MANAGER}, True),
        ({Role.FINANCE_CLERK}, {Role.SUPERVISOR}, False),
        (set(), set(), False),
    ],
)
def test_nobody_decides_about_somebody_who_stands_above_him(
    about: set[Role], decider: set[Role], above: bool
) -> None:
    assert stands_above(about, decider) is above
    facts = replace(FACTS, is_above=above)
    decision = may_touch(status=facts.status, is_own=False, is_above=facts.is_above, words="看过了")
    assert isinstance(decision, Refusal) is above
