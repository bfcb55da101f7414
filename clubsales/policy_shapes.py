"""What a policy's settings may say beside their type: choices, ranges, order. Each answer names what is wrong."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import pairwise
from string import Formatter
from typing import Any

from clubsales.actor import Role

WHOLE_BP = 10_000
LARGEST_PAID_BP = 20_000
WHOLE_PERCENT = 100
LATEST_WINDOW_DAY = 28  # of every month there is
LONGEST_SHIFT_NAME = 20
LONGEST_CLUB_CODE, LONGEST_NUMBER = 20, 60
CLOCK_TIME = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]")
AMOUNT = re.compile(r"[0-9]{1,11}(?:\.[0-9]{1,3})?")
COUNTRY = re.compile(r"(?:[A-Z]{2})?")

CHOICES: Mapping[str, tuple[str, ...]] = {
    "rotation.start": ("shift_open", "carry_over"),
    "rotation.busy_turn": ("keep", "forfeit"),
    "rotation.away_turn": ("forfeit", "keep"),
    "designation.lifetime": ("local_day",),
    "designation.owned_lead": ("off", "designate"),
    "credit.basis": ("cash_received", "contract_at_first_receipt"),
    "credit.outside_conflict": ("earliest_valid",),
    "credit.tracked_friend.tracked_guest": ("rule_2A", "receiver"),
    "commission.tier_mode": ("whole", "marginal"),
    "commission.payable_after": ("cooling_off", "receipt"),
    "awards.top_fallback": ("none", "best_on_target"),
    "awards.tie": ("all", "split", "earliest"),
    "penalties.no_target_month": ("reset", "skip"),
    "month.approvals": tuple(Role),
    "reservation.approvals": tuple(Role),
    "contract.approvals": tuple(Role),
    "refund.approvals": tuple(Role),
    "dispute.final_role": ("supervisor", "club_manager", "sales_director", "general_manager", "deputy_gm"),
    # Of these, each item of the list:
    "rotation.kinds": ("inside", "outside"),
    "designation.precedence": ("appointment", "trial_pass", "business_card", "name"),
    "discount.above": tuple(Role),
    "follow_up.effective_outcomes": (
        *("answered", "replied", "met"),
        *("no_answer", "switched_off", "wrong_number"),
    ),
}
AMOUNTS = frozenset(
    {
        "commission.base_pay",
        "commission.staff_referral",
        "commission.pay_deposit",
        "awards.department_top",
        "awards.team_streak.amount",
        "awards.department_streak.amount",
        "awards.quarter_team",
        "awards.year_best",
        "awards.outside_top",
        "reservation.deposit_min",
        "prepaid.membership_amount",
        "prepaid.sessions_amount",
        "prepaid.stored_value_amount",
        "prepaid.total_amount",
    }
)


def fault_in(name: str, value: Any) -> str | None:
    """What is wrong with a setting whose type is right; None where nothing is."""
    if name in CHOICES:
        chosen = value if isinstance(value, list) else [value]
        if any(item not in CHOICES[name] for item in chosen):
            return "must be one of " + ", ".join(CHOICES[name])
    if isinstance(value, int) and not isinstance(value, bool) and value < 0:
        return "must not be negative"
    if name.endswith("_bp") and isinstance(value, int) and value > WHOLE_BP:
        return f"must be at most {WHOLE_BP} basis points"
    if name.startswith("shift.templates."):
        return _template_fault(name.removeprefix("shift.templates."), value)
    if name in AMOUNTS and not is_amount(value):
        return 'must be an amount such as "100.00", not below zero'
    return SHAPES[name](value) if name in SHAPES else None


def fault_in_all(document: Mapping[str, Any]) -> tuple[str, str] | None:
    """What is wrong between settings that are each right: the name, and the fault."""
    if sum(document["assessment"]["weights"].values()) != WHOLE_PERCENT:
        return "assessment.weights", f"must add up to {WHOLE_PERCENT}"
    law = document["prepaid"]
    if law["valid_from"] and law["valid_to"] and law["valid_to"] < law["valid_from"]:
        return "prepaid.valid_to", "must not be before its first day"
    return None


def is_amount(text: object) -> bool:
    """Whether a text is money in major units, zero or more."""
    return isinstance(text, str) and AMOUNT.fullmatch(text) is not None


def tiers_fault(tiers: Sequence[Any]) -> str | None:
    """What is wrong with the tiers of a plan: from which credit on, at which rate."""
    if not all(_is_row(tier, str, int) and is_amount(tier[0]) for tier in tiers):
        return 'must be a list of an amount and basis points such as ["30000.00", 800]'
    if not all(0 <= rate <= WHOLE_BP for _amount, rate in tiers):
        return f"must have rates from 0 to {WHOLE_BP} basis points"
    if not _rises([Decimal(amount) for amount, _rate in tiers]):
        return "must have amounts that rise from tier to tier"
    return None


def _template_fault(shift: str, times: list[str]) -> str | None:
    """A shift has a name that fits, and a start and an end that differ (AMB-21)."""
    if not shift.strip() or len(shift) > LONGEST_SHIFT_NAME:
        return f"must be called something of at most {LONGEST_SHIFT_NAME} characters"
    if not _is_span(times):
        return 'must be a start and an end such as ["09:00", "17:00"]'
    return "must not end when it starts" if times[0] == times[1] else None


def _hours_fault(times: list[str]) -> str | None:
    return None if _is_span(times) else 'must be a start and an end such as ["09:00", "20:00"]'


def _bands_fault(bands: Sequence[Any]) -> str | None:
    """Bands of an assessment: score from, commission paid, grade advice (ASM-02)."""
    if not all(_is_row(band, int, int, int) for band in bands):
        return "must be a list of a score, basis points and a grade advice such as [90, 10000, 2]"
    if not all(0 <= score <= WHOLE_PERCENT for score, _paid, _advice in bands):
        return f"must have scores from 0 to {WHOLE_PERCENT}"
    if not all(0 <= paid <= LARGEST_PAID_BP for _score, paid, _advice in bands):
        return f"must pay from 0 to {LARGEST_PAID_BP} basis points"
    if not _rises([-score for score, _paid, _advice in bands]):
        return "must have scores that fall from band to band"
    return None


def _window_fault(days: list[Any]) -> str | None:
    if not _is_row(days, int, int) or not 1 <= days[0] <= days[1] <= LATEST_WINDOW_DAY:
        return f"must be a first and a last day of a month such as [1, 5], at most {LATEST_WINDOW_DAY}"
    return None


def _confirm_fault(days: list[Any]) -> str | None:
    if not _is_row(days, int, int) or not 0 <= days[0] <= days[1]:
        return "must be working days until it is sent and until it is confirmed such as [5, 7]"
    return None


def _targets_fault(targets: list[Any]) -> str | None:
    if not all(is_amount(each) for each in targets):
        return 'must be a list of amounts such as "50000.00"'
    rising = all(Decimal(lower) <= Decimal(upper) for lower, upper in pairwise(targets))
    return None if rising else "must not fall from level to level"


def _fine_fault(amounts: list[Any]) -> str | None:
    if not _is_row(amounts, str, str) or not all(map(is_amount, amounts)):
        return 'must be a lowest and a highest amount such as ["50.00", "100.00"]'
    return "must not end below its start" if Decimal(amounts[1]) < Decimal(amounts[0]) else None


def _no_doubles(items: list[Any]) -> str | None:
    return None if len(set(items)) == len(items) else "must not name anything twice"


def _days_fault(text: str) -> str | None:
    if not is_amount(text) or not Decimal(text):
        return 'must be a number of days above zero such as "21.75"'
    return None


def _country_fault(text: str) -> str | None:
    return None if COUNTRY.fullmatch(text) else 'must be a country such as "CN", or "" for Monday to Friday'


def _day_fault(text: str) -> str | None:
    try:
        is_day = not text or date.fromisoformat(text).isoformat() == text
    except ValueError:
        is_day = False
    return None if is_day else 'must be a day such as "2026-12-31", or "" for none'


def _number_fault(pattern: str) -> str | None:
    """A contract's number holds month and number, so that no two of a club are the same (AMB-60)."""
    try:
        names = [name for _text, name, _spec, _conversion in Formatter().parse(pattern) if name is not None]
        made = pattern.format(club="C" * LONGEST_CLUB_CODE, yyyymm="202612", seq=99_999)
    except (ValueError, KeyError, IndexError, AttributeError, TypeError):
        names, made = [], ""
    if not {"yyyymm", "seq"} <= set(names) <= {"club", "yyyymm", "seq"} or len(made) > LONGEST_NUMBER:
        return 'must be a pattern with month and number such as "{club}-{yyyymm}-{seq:05d}"'
    return None


SHAPES: Mapping[str, Callable[[Any], str | None]] = {
    "follow_up.contact_hours": _hours_fault,
    "commission.tiers": tiers_fault,
    "assessment.bands": _bands_fault,
    "assessment.month_window": _window_fault,
    "assessment.quarter_window": _window_fault,
    "assessment.confirm_days": _confirm_fault,
    "assessment.holidays": _country_fault,
    "promotion.level_targets": _targets_fault,
    "penalties.contract_correction_fine": _fine_fault,
    "month.approvals": _no_doubles,
    "reservation.approvals": _no_doubles,
    "contract.approvals": _no_doubles,
    "contract.number": _number_fault,
    "leave.days_per_month": _days_fault,
    "prepaid.valid_from": _day_fault,
    "prepaid.valid_to": _day_fault,
}


def _is_span(times: list[str]) -> bool:
    return len(times) == 2 and all(CLOCK_TIME.fullmatch(each) for each in times)


def _is_row(row: Any, *types: type) -> bool:
    """Whether a list has exactly these types; a yes or no is no number."""
    return isinstance(row, list) and [type(item) for item in row] == list(types)


def _rises(numbers: Sequence[Decimal | int]) -> bool:
    return all(lower < upper for lower, upper in pairwise(numbers))
