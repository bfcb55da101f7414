"""What `clubsales check` says of reservations that somebody has tampered with."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.membership.payments.models import PaymentRow
from clubsales.membership.reservations.checks import INVARIANTS
from clubsales.membership.reservations.models import ReservationRow
from tests.builders import Cast, local
from tests.journeys.reserved import reserve


def complaints(session: Session) -> list[str]:
    session.flush()
    return [sentence for check in INVARIANTS for sentence in check(session)]


@pytest.fixture
def reserved(session: Session, cast: Cast) -> str:
    return reserve(session, cast, at=local(10)).held


def test_nothing_is_wrong_in_any_state(session: Session, reserved: str) -> None:
    assert complaints(session) == []


def with_another_number(session: Session, public_id: str) -> None:
    session.execute(
        sa.update(ReservationRow).where(ReservationRow.public_id == public_id).values(number=None)
    )


def without_its_deposit(session: Session, public_id: str) -> None:
    sale_id = sa.select(ReservationRow.sale_id).where(ReservationRow.public_id == public_id).scalar_subquery()
    session.execute(sa.update(PaymentRow).where(PaymentRow.sale_id == sale_id).values(is_deposit=False))


def with_a_place_it_lost(session: Session, public_id: str) -> None:
    session.execute(
        sa.update(ReservationRow)
        .where(ReservationRow.public_id == public_id)
        .values(takes_place=True, state="lapsed")
    )


@pytest.mark.parametrize(
    ("tamper", "faults"), [(with_another_number, 2), (without_its_deposit, 1), (with_a_place_it_lost, 1)]
)
def test_what_was_tampered_with_is_found(
    session: Session, reserved: str, tamper: Callable[[Session, str], None], faults: int
) -> None:
    session.flush()
    tamper(session, reserved)
    assert len(complaints(session)) == faults
