"""Settings that change what a month pays, one by one."""

from datetime import date

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales import policies
from clubsales.consultants.profiles import terms
from clubsales.consultants.profiles.models import ConsultantRow, TeamRow
from clubsales.consultants.statements import figures, reckoning
from clubsales.consultants.statements.entered import FigureKind
from clubsales.consultants.statements.rules import ItemKind
from clubsales.ids import ConsultantID, TeamID
from tests.builders import Cast, consultant_of, local, yuan
from tests.integration.office.closing_support import AFTER_MARCH, MARCH, Months


@pytest.fixture
def months(session: Session, cast: Cast) -> Months:
    made = Months(session, cast)
    made.sale("10000.00", local(10, day=31), made.lin)
    return made


def under(months: Months, **changes: object) -> Months:
    policies.publish(
        months.session, changes=changes, valid_from=MARCH, actor=months.cast.system, at=AFTER_MARCH
    )
    return months


def pays(months: Months) -> str:
    found = reckoning.month_reckoning(months.session, months.cast.club, MARCH)
    return str(found.statements[months.lin].pay)


def test_by_default_base_and_commission_are_paid(months: Months) -> None:
    assert pays(months) == "4300.00"


def test_the_pay_deposit_is_withheld(months: Months) -> None:
    assert pays(under(months, commission={"pay_deposit": "200.00"})) == "4100.00"


@pytest.mark.parametrize("last_day", [date(2026, 5, 31), date(2026, 5, 10)])
def test_on_leaving_the_pay_deposit_comes_back_whole_and_once(months: Months, last_day: date) -> None:
    """Of the month he leaves in nothing is withheld; all of what was comes back with its statement (AMB-40)."""
    under(months, commission={"pay_deposit": "200.00"})
    months.close(MARCH)
    months.close(date(2026, 4, 1), local(10, month=5, day=8))
    months.session.execute(
        sa.update(ConsultantRow).where(ConsultantRow.id == months.lin).values(active_until=last_day)
    )
    months.close(date(2026, 5, 1), local(10, month=6, day=8))

    def deposits(consultant: ConsultantID, month: date) -> list[tuple[str, str, str]]:
        items = months.statement(consultant, month).items
        return [
            (str(item.amount), item.rule, item.reason.code) for item in items if item.kind is ItemKind.DEPOSIT
        ]

    withheld = [("-200.00", "COM-05", "pay.deposit")]
    assert deposits(months.lin, MARCH) == deposits(months.lin, date(2026, 4, 1)) == withheld
    assert deposits(months.lin, date(2026, 5, 1)) == [("400.00", "AMB-40", "pay.deposit_back")]
    assert deposits(months.zhou, date(2026, 5, 1)) == withheld
    june = reckoning.month_reckoning(months.session, months.cast.club, date(2026, 6, 1))
    assert months.lin not in june.statements


def test_expenses_above_the_cap_cancel_the_commission(months: Months) -> None:
    under(months, expense={"cap_rate_bp": 100})
    figures.set_figure(
        months.session,
        consultant_id=months.lin,
        month=MARCH,
        kind=FigureKind.EXPENSE,
        amount=yuan("100.01"),
        actor=months.cast.finance,
        at=AFTER_MARCH,
    )
    assert pays(months) == "4000.00"


def test_payable_after_receipt_nothing_waits(months: Months) -> None:
    under(months, commission={"payable_after": "receipt"}).close()
    assert months.statement(months.lin).payable.later == ()


def test_cooling_off_says_how_long_it_waits(months: Months) -> None:
    under(months, refund={"cooling_off_days": 20}).close()
    (due,) = months.statement(months.lin).payable.later
    assert (due.day.month, due.day.day) == (4, 20)


def test_a_supervisor_is_paid_by_his_teams_credit(months: Months) -> None:
    under(months, commission={"team_override_bp": 150})
    team = TeamRow(club_id=months.cast.club.id, name="督导组")
    months.session.add(team)
    months.session.flush()
    supervisor = consultant_of(months.cast.supervisor)
    for person in (months.lin, supervisor):
        terms.record_team(months.session, person, TeamID(team.id), local(9))
    found = reckoning.month_reckoning(months.session, months.cast.club, MARCH)
    assert str(found.statements[supervisor].pay) == "150.00"
    months.close()
    assert months.faults() == []
