"""What a policy document is: the default and its shape, and which settings this version decides by.

`policy.toml` is both: an unknown key and a value of another type are refused by their full name.
"""

import tomllib
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from clubsales.policy_shapes import fault_in, fault_in_all

Document = dict[str, Any]

# What this version decides by; every other setting must keep its default until its feature is built.
BUILT = frozenset(
    {
        "shift.templates",
        "shift.grace_minutes",
        "shift.min_on_post",
        "rotation.kinds",
        "rotation.start",
        "rotation.busy_turn",
        "rotation.away_turn",
        "rotation.accept_seconds",
        "rotation.overdue_follow_ups_limit",
        "designation.lifetime",
        "designation.precedence",
        "designation.owned_lead",
        "proxy.consumes_turn",
        "proxy.share_bp",
        "claims.cooldown_days",
        "claims.max_open",
        "claims.max_per_day",
        "claims.protection_days",
        "claims.probes_per_day",
        "claims.response_minutes",
        "claims.reveals_per_day",
        "claims.warn_days",
        "follow_up.cadence_days",
        "follow_up.contact_hours",
        "follow_up.daily_contacts",
        "follow_up.effective_outcomes",
        "follow_up.valid_days",
        "follow_up.weekly_meetings",
        "credit.basis",
        "credit.outside_conflict",
        "credit.outside_share_bp",
        "credit.tracked_friend.friend_tracker_bp",
        "credit.tracked_friend.tracked_guest",
        "gift_coupon.resets_tracking",
        "dispute.window_days",
        "dispute.supervisor_quiet_hours",
        "dispute.final_role",
        "contract.approvals",
        "contract.copies",
        "contract.number",
        "penalties.contract_corrections_allowed",
        "penalties.contract_correction_fine",
        "discount.limit_bp",
        "discount.above",
        "discount.request_minutes",
        "prepaid.enabled",
        "prepaid.valid_from",
        "prepaid.valid_to",
        "prepaid.membership_amount",
        "prepaid.membership_months",
        "prepaid.sessions_amount",
        "prepaid.sessions_count",
        "prepaid.stored_value_amount",
        "prepaid.total_amount",
        "leave.short_days",
        "leave.notice_days",
        "commission.base_pay",
        "commission.tier_mode",
        "commission.tiers",
        "commission.renewal_rate_bp",
        "commission.team_override_bp",
        "commission.staff_referral",
        "commission.payable_after",
        "commission.pay_deposit",
        "awards.department_top",
        "awards.top_fallback",
        "awards.tie",
        "awards.team_streak.months",
        "awards.team_streak.amount",
        "awards.department_streak.months",
        "awards.department_streak.amount",
        "awards.pay_rise_review_months",
        "awards.streak_repeat",
        "awards.streak_requires_target",
        "awards.quarter_team",
        "awards.year_best",
        "awards.outside_top",
        "penalties.missed_target_months",
        "penalties.no_target_month",
        "penalties.payroll",
        "assessment.weights.results",
        "assessment.weights.ability",
        "assessment.weights.attitude",
        "assessment.bands",
        "assessment.below_all_bands_base_bp",
        "assessment.month_window",
        "assessment.quarter_window",
        "assessment.confirm_days",
        "assessment.holidays",
        "assessment.behaviour_multiplier",
        "assessment.forced_distribution",
        "complaint.points_off",
        "expense.low_rate_bp",
        "expense.cap_rate_bp",
        "promotion.level_targets",
        "promotion.months",
        "promotion.min_months_between",
        "promotion.service_years",
        "refund.cooling_off_days",
        "refund.approvals",
        "leave.days_per_month",
        "month.approvals",
        "reservation.deposit_min",
        "reservation.valid_days",
        "reservation.payout_after_days.cash",
        "reservation.payout_after_days.cheque",
        "reservation.payout_after_days.card",
        "reservation.payout_after_days.online",
        "reservation.approvals",
        "reservation.copies",
        "check_in.code_seconds",
        "check_in.repeat_window_seconds",
        "privacy.mask.first",
        "privacy.mask.last",
        "privacy.retention_months",
    }
)
# Tables whose keys are the club's own (roles, grades, shift names), not settings of ours.
OPEN_TABLES = frozenset({"shift.templates", "discount.limit_bp"})
# Tables that are one setting, whatever their keys.
WHOLE_TABLES = OPEN_TABLES | {"follow_up.cadence_days"}


class PolicyError(ValueError):
    """A policy document is not of our shape; `key` is the full name of what is wrong."""

    def __init__(self, key: str, message: str) -> None:
        super().__init__(f"{key}: {message}")
        self.key = key


@lru_cache(maxsize=1)
def default_document() -> Document:
    """The default policy, shipped with the package."""
    return tomllib.loads((Path(__file__).parent / "policy.toml").read_text("utf-8"))


def overlay(document: Mapping[str, Any], changes: Mapping[str, Any]) -> Document:
    """Lay changes over a document: tables merge key by key, lists replace whole. Raises PolicyError."""
    merged = _merge(document, changes, "")
    fault = fault_in_all(merged)
    if fault is not None:
        raise PolicyError(*fault)
    return merged


def setting_names() -> list[str]:
    """Every setting there is, by its full name."""
    return [key for key, _value, _default in _settings(default_document(), default_document(), "")]


def changed_keys(document: Mapping[str, Any]) -> list[str]:
    """Full names of the settings that differ from the default."""
    return [key for key, value, default in _settings(document, default_document(), "") if value != default]


def completed(stored: Mapping[str, Any], default: Mapping[str, Any]) -> Document:
    """A stored document with the settings that did not exist yet when it was published, at their defaults."""
    document = {**default, **stored}
    for key, value in stored.items():
        if isinstance(value, dict) and isinstance(default.get(key), dict):
            document[key] = completed(value, default[key])
    return document


def _merge(base: Mapping[str, Any], changes: Mapping[str, Any], prefix: str) -> Document:
    merged = dict(base)
    for key, value in changes.items():
        name = f"{prefix}{key}"
        if key not in base:
            if prefix.removesuffix(".") not in OPEN_TABLES:
                raise PolicyError(name, "no such setting")
            example: Any = next(iter(base.values()), value)
        else:
            example = base[key]
        if isinstance(example, dict):
            if not isinstance(value, dict):
                raise PolicyError(name, "must be a table")
            merged[key] = _merge(example, value, f"{name}.")
        else:
            _check_type(name, value, example)
            merged[key] = value
    return merged


def _check_type(name: str, value: Any, example: Any) -> None:
    if type(value) is not type(example):
        raise PolicyError(name, f"must be of type {type(example).__name__}, not {type(value).__name__}")
    if isinstance(value, list) and example and any(type(item) is not type(example[0]) for item in value):
        raise PolicyError(name, f"must be a list of {type(example[0]).__name__}")
    fault = fault_in(name, value)
    if fault is not None:
        raise PolicyError(name, fault)


def _settings(
    document: Mapping[str, Any], default: Mapping[str, Any], prefix: str
) -> Iterator[tuple[str, Any, Any]]:
    for key, value in document.items():
        name = f"{prefix}{key}"
        if isinstance(value, dict) and name not in WHOLE_TABLES and isinstance(default.get(key), dict):
            yield from _settings(value, default[key], f"{name}.")
        else:
            yield name, value, default.get(key)
