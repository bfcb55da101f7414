"""Ways round a reservation: its deposit, its places, its end."""

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.errors import Refused
from clubsales.ids import SaleID
from clubsales.membership.catalogue.models import CardTypeRow, PackageItemRow
from clubsales.membership.catalogue.rules import CardKind
from clubsales.membership.payments.rules import Method
from clubsales.membership.reservations import operations, queries
from clubsales.membership.reservations.models import ReservationRow
from clubsales.membership.reservations.rules import State
from clubsales.membership.sales import operations as sales
from tests.builders import Cast, a_card_type, yuan
from tests.integration.membership.test_reservations import AT, Desk, desk

__all__ = ["desk"]


def taken(session: Session, card_type_id: int) -> int:
    return session.execute(
        sa.select(CardTypeRow.quota_taken).where(CardTypeRow.id == card_type_id)
    ).scalar_one()


def sale_of(session: Session, public_id: str) -> SaleID:
    found = session.execute(
        sa.select(ReservationRow.sale_id).where(ReservationRow.public_id == public_id)
    ).scalar_one()
    return SaleID(found)


def test_a_deposit_goes_back_only_with_the_managers_consent(desk: Desk) -> None:
    public_id = desk.held()
    with pytest.raises(Refused, match="reserved"):
        sales.refund(
            desk.session,
            sale_id=sale_of(desk.session, public_id),
            amount=None,
            reason="退",
            actor=desk.cast.finance,
            at=AT,
        )


def test_places_inside_a_package_are_taken_and_given_back(desk: Desk, session: Session, cast: Cast) -> None:
    part = a_card_type(session, cast.club, "PART", name="私教", price=yuan("900.00"), days=90)
    pack = a_card_type(
        session, cast.club, "PACK", name="套餐", kind=CardKind.PACKAGE, price=yuan("5000.00"), days=None
    )
    session.add(PackageItemRow(package_id=pack.id, card_type_id=part.id, quantity=1, position=0))
    session.execute(sa.update(CardTypeRow).where(CardTypeRow.id == part.id).values(quota=1))
    session.flush()
    public_id = desk.file(card_type_id=pack.id)
    assert taken(session, part.id) == 1
    with pytest.raises(Refused, match="sold_out"), session.begin_nested():
        desk.file(card_type_id=pack.id)
    desk.says(public_id, cast.finance, approved=False, reason="不行")
    assert taken(session, part.id) == 0
    operations.file_again(
        session, public_id=public_id, deposit=yuan("100.00"), note="", actor=cast.lin, at=AT
    )
    assert taken(session, part.id) == 1
    operations.take_back(session, public_id=public_id, reason="不要了", actor=cast.lin, at=AT)
    assert taken(session, part.id) == 0


def test_a_reservation_that_was_sold_by_contract_and_never_paid_is_given_up(
    desk: Desk, session: Session, cast: Cast
) -> None:
    session.execute(sa.update(CardTypeRow).where(CardTypeRow.id == desk.card).values(quota=1))
    public_id = desk.held()
    sale_id = sale_of(session, public_id)
    operations.copies_back(session, sale_id=sale_id, actor=cast.lin, at=AT)
    sales.refund(session, sale_id=sale_id, amount=None, reason="退", actor=cast.manager, at=AT)
    sales.give_up(session, sale_id=sale_id, actor=cast.lin, at=AT)
    assert taken(session, desk.card) == 0


def test_money_that_went_back_holds_nothing(desk: Desk, session: Session, cast: Cast) -> None:
    session.execute(sa.update(CardTypeRow).where(CardTypeRow.id == desk.card).values(quota=1))
    public_id = desk.approved()
    sale_id = sale_of(session, public_id)
    sales.book_receipt(
        session, sale_id=sale_id, amount=yuan("100.00"), method=Method.CASH, actor=cast.finance, at=AT
    )
    sales.refund(session, sale_id=sale_id, amount=None, reason="错", actor=cast.finance, at=AT)
    operations.tend(session, public_id=public_id, actor=cast.finance, at=AT)
    view = queries.by_public_id(session, cast.club.id, public_id)
    assert view.state is State.APPROVED
