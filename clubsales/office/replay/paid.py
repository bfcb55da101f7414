"""What the closed months of a run paid, gave and brought up, as the history format prints it."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from babel.numbers import get_currency_precision
from sqlalchemy.orm import Session

from clubsales.actor import Role
from clubsales.consultants.awards import queries as awards
from clubsales.consultants.awards.rules import AwardKind
from clubsales.consultants.credits import closing
from clubsales.consultants.reviews import queries as reviews
from clubsales.consultants.statements import queries as statements
from clubsales.consultants.statements.frozen import StatementView
from clubsales.consultants.statements.rules import ItemKind
from clubsales.ids import ConsultantID
from clubsales.money import Money
from clubsales.office.replay.run import Run

MOST_MONTHS = 12 * 300
PRINTED = frozenset({AwardKind.DEPARTMENT_TOP, AwardKind.TEAM_STREAK, AwardKind.DEPARTMENT_STREAK})


def paid(run: Run, session: Session, staff: Mapping[ConsultantID | None, str]) -> dict[str, Any]:
    """Statements, awards and cases of the months that were closed; codes by profile."""
    club_id = run.here.id
    months = sorted(each.month for each in closing.closed_months(session, club_id, limit=MOST_MONTHS))
    return {
        "statements": {_month(month): _statements(run, session, staff, month) for month in months},
        "awards": [
            {
                "month": _month(month),
                "consultant": staff[given.award.consultant_id],
                "award": given.award.kind.value,
                "amount": amount_text(given.award.amount),
            }
            for month in months
            for given in awards.awards_of(session, club_id, month)
            # Honours of the club's own are awards here only where they pay something.
            if given.award.kind in PRINTED or given.award.amount
        ],
        "reviews": [
            {"month": _month(case.month), "consultant": staff[case.consultant_id], "kind": case.kind.value}
            for case in reviews.cases_of_months(session, club_id)
        ],
    }


def _statements(
    run: Run, session: Session, staff: Mapping[ConsultantID | None, str], month: date
) -> dict[str, dict[str, Any]]:
    """Everybody's who is a consultant; somebody else's where a team's override pays him."""
    found = {
        staff[view.consultant_id]: view
        for view in statements.statements_of_month(session, run.here.id, month)
    }
    return {
        code: {
            "credit": amount_text(view.credit),
            "rate_bp": view.rate_bp,
            "commission": amount_text(view.commission),
            "paid_bp": view.paid_bp,
            "awards": amount_text(view.awards),
            "base": amount_text(view.base),
            "pay": amount_text(view.pay),
            "carried": amount_text(view.carried),
        }
        for code, view in found.items()
        if run.staff[code].has_role(Role.CONSULTANT) or _has_override(view)
    }


def _has_override(view: StatementView) -> bool:
    return any(item.kind is ItemKind.OVERRIDE for item in view.items)


def _month(month: date) -> str:
    return f"{month:%Y-%m}"


def amount_text(amount: Money) -> str:
    """Money in a history has two decimals, also where the currency has none."""
    return f"{amount.major:.{max(2, get_currency_precision(amount.currency))}f}"
