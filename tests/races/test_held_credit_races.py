"""Credit that is argued about while money moves: whoever comes second looks again, and the ledger ends right."""

from collections.abc import Callable
from functools import partial

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from clubsales.consultants.credits import checks, operations, queries
from clubsales.consultants.credits.rules import Share
from clubsales.db import db
from clubsales.errors import Reason, Refused
from clubsales.ids import SaleID
from tests.builders import Cast, consultant_of, local, yuan
from tests.races.test_ledger_races import ROUNDS, a_sale, receives, refunds
from tests.races.together import together

OPENED = Reason("DSP-10", "dispute.opened")
RULED = Reason("DSP-10", "dispute.ruled")
Work = Callable[[Session], None]


def holds(cast: Cast, sale_id: SaleID) -> Work:
    return partial(
        operations.hold,
        sale_id=sale_id,
        reference="case",
        reason=OPENED,
        actor=cast.zhou,
        at=local(12),
    )


def rules(cast: Cast, sale_id: SaleID, *shares: Share) -> Work:
    """A ruling; without shares it confirms those that stand."""
    with_policy = queries.stored_head(db.session, cast.club.id, sale_id)
    assert with_policy is not None
    return partial(
        operations.reallocate,
        sale_id=sale_id,
        shares=shares or None,
        reason=RULED,
        reference="case",
        policy_version_id=with_policy.policy_version_id,
        actor=cast.manager,
        at=local(13),
    )


def standing(cast: Cast, sale_id: SaleID) -> int:
    """What stands in the ledger of a sale, in fen, once it is sound."""
    lines = queries.postings_of_sale(db.session, cast.club.id, sale_id)
    assert [line.sequence for line in lines] == list(range(1, len(lines) + 1))
    faults = [
        fault
        for invariant in checks.INVARIANTS
        if invariant is not checks.credit_in_dispute_is_held
        for fault in invariant(db.session)
    ]
    assert faults == []
    return sum(line.amount.minor for line in lines)


@pytest.fixture
def sale(race_app: Flask, race_cast: Cast) -> Callable[[], SaleID]:
    def make() -> SaleID:
        with race_app.app_context():
            return a_sale(race_cast)

    return make


def test_a_receipt_and_a_hold_at_once_leave_nothing_standing(
    race_app: Flask, race_cast: Cast, sale: Callable[[], SaleID]
) -> None:
    for _round in range(ROUNDS):
        sale_id = sale()
        works = [receives(race_cast, sale_id, "333.33"), holds(race_cast, sale_id)]
        assert together(race_app, *works, *works) == [None] * 4
        with race_app.app_context():
            assert standing(race_cast, sale_id) == 0
            assert together(race_app, rules(race_cast, sale_id)) == [None]
            assert standing(race_cast, sale_id) == yuan("1666.66").minor


def test_a_refund_and_a_ruling_at_once_end_with_what_was_kept(
    race_app: Flask, race_cast: Cast, sale: Callable[[], SaleID]
) -> None:
    for _round in range(ROUNDS):
        sale_id = sale()
        assert together(race_app, holds(race_cast, sale_id)) == [None]
        with race_app.app_context():
            ruling = rules(race_cast, sale_id, Share(consultant_of(race_cast.lin), 10_000))
        works = [refunds(race_cast, sale_id, "100.05"), ruling, refunds(race_cast, sale_id, "899.95")]
        assert together(race_app, *works) == [None] * 3
        with race_app.app_context():
            assert standing(race_cast, sale_id) == 0
            assert not any(queries.booked_of(db.session, sale_id).amounts.values())


def test_two_rulings_at_once_end_as_one_of_them(
    race_app: Flask, race_cast: Cast, sale: Callable[[], SaleID]
) -> None:
    lin, ma = consultant_of(race_cast.lin), consultant_of(race_cast.ma)
    for _round in range(ROUNDS):
        sale_id = sale()
        assert together(race_app, holds(race_cast, sale_id)) == [None]
        with race_app.app_context():
            works = [rules(race_cast, sale_id, Share(who, 10_000)) for who in (lin, ma)]
        assert together(race_app, *works) == [None, None]
        with race_app.app_context():
            assert standing(race_cast, sale_id) == yuan("1000.00").minor
            booked = queries.booked_of(db.session, sale_id).amounts
            assert sorted(amount.minor for amount in booked.values() if amount) == [yuan("1000.00").minor]


def test_thirty_two_at_once_on_one_sale(race_app: Flask, race_cast: Cast, sale: Callable[[], SaleID]) -> None:
    """Money in, money back, cases and rulings: all are served, none is lost, and every fen has its owner."""
    sale_id = sale()
    with race_app.app_context():
        shares = (Share(consultant_of(race_cast.zhou), 3_333), Share(None, 6_667))
        works = [
            *[receives(race_cast, sale_id, "33.33")] * 10,
            *[refunds(race_cast, sale_id, "10.01")] * 10,
            *[holds(race_cast, sale_id)] * 6,
            *[rules(race_cast, sale_id)] * 3,
            *[rules(race_cast, sale_id, *shares)] * 3,
        ]
    answers = together(race_app, *works)
    assert [answer for answer in answers if isinstance(answer, Refused)] == []
    assert answers == [None] * 32
    with race_app.app_context():
        assert together(race_app, rules(race_cast, sale_id)) == [None]
        assert standing(race_cast, sale_id) == yuan("1233.20").minor
