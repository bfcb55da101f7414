"""What is entered for a month waits while that month is being closed, and is refused after it."""

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.consultants.statements import figures
from clubsales.consultants.statements.entered import FigureKind
from clubsales.consultants.targets import operations as targets
from tests.builders import Cast, yuan
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
