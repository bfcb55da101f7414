"""What is entered for a month waits while that month is being closed, and is refused after it."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.consultants.statements import figures
from clubsales.consultants.statements.entered import FigureKind
from clubsales.consultants.targets import operations as targets
from clubsales.consultants.targets.rules import GoalKind, Period, Scope, ScopeKind, Slot
from clubsales.errors import Refused
from clubsales.office.staff import pay
from tests.builders import Cast, yuan
from tests.integration.auth.support import account_id_of
from tests.integration.office.closing_support import AFTER_MARCH, MARCH, Months

WAITING = sa.text(
    "SELECT count(*) FROM pg_locks WHERE pid = pg_backend_pid() AND mode = 'ShareUpdateExclusiveLock'"
    " AND relation = 'posting'::regclass"
)


def test_a_figure_is_entered_before_the_close_or_after_it_never_beside_it(
    session: Session, cast: Cast
) -> None:
    if session.get_bind().dialect.name != "postgresql":
        pytest.skip("SQLite lets one write at a time")
    figures.set_figure(
        session,
        consultant_id=Months(session, cast).lin,
        month=MARCH,
        kind=FigureKind.EXPENSE,
        amount=yuan("100.00"),
        actor=cast.finance,
        at=AFTER_MARCH,
    )
    assert session.execute(WAITING).scalar_one() == 1


def test_so_is_a_target(session: Session, cast: Cast) -> None:
    if session.get_bind().dialect.name != "postgresql":
        pytest.skip("SQLite lets one write at a time")
    targets.set_target(
        session,
        consultant_id=Months(session, cast).lin,
        month=MARCH,
        amount=yuan("100.00"),
        actor=cast.manager,
        at=AFTER_MARCH,
    )
    assert session.execute(WAITING).scalar_one() == 1


def a_team_target(session: Session, cast: Cast) -> None:
    slot = Slot(Scope(ScopeKind.CLUB), Period.MONTH, MARCH)
    targets.issue(session, targets={slot: 1_000_00}, actor=cast.manager, at=AFTER_MARCH)


def the_result_of_one(session: Session, cast: Cast) -> None:
    slot = Slot(Scope(ScopeKind.CLUB), Period.MONTH, MARCH, GoalKind.PROFIT)
    with pytest.raises(Refused):  # there is no target yet, and still nothing may close meanwhile
        targets.state_result(session, slot=slot, result=1, actor=cast.manager, at=AFTER_MARCH)


def terms_of_pay(session: Session, cast: Cast) -> None:
    pay.change_terms(
        session,
        account_id=account_id_of(cast.lin),
        level=2,
        base=None,
        probation_until=None,
        valid_from=MARCH,
        reason="三月起",
        actor=cast.manager,
        at=AFTER_MARCH,
    )


@pytest.mark.parametrize("change", [a_team_target, the_result_of_one, terms_of_pay])
def test_so_does_whatever_else_a_month_is_reckoned_by(
    session: Session, cast: Cast, change: Callable[[Session, Cast], None]
) -> None:
    if session.get_bind().dialect.name != "postgresql":
        pytest.skip("SQLite lets one write at a time")
    change(session, cast)
    assert session.execute(WAITING).scalar_one() == 1
