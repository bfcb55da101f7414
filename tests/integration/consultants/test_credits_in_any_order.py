"""Receipts, refunds, rebates, holds and rulings in any order: the ledger says what a plain reckoning of its own says."""

from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from typing import ClassVar

import pytest
from flask import Flask
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from clubsales.consultants.credits import queries
from clubsales.consultants.credits.rules import Share
from clubsales.db import db
from clubsales.errors import Refused
from clubsales.ids import ConsultantID, SaleID
from clubsales.money import CNY, Money
from tests.builders import consultant_of, local, raise_cast
from tests.conftest import BACKENDS, isolated
from tests.integration.consultants.books import Books

CONTRACT = "contract_at_first_receipt"
PRICES = (1, 2, 10_005, 33_333, 398_000)
# A, B and the house, in any order and of any size, nothing at all included.
SPLITS = st.permutations((0, 1, 2)).flatmap(
    lambda order: st.tuples(st.integers(0, 10_000), st.integers(0, 10_000)).map(
        lambda cuts: tuple(zip(order, (min(cuts), max(cuts) - min(cuts), 10_000 - max(cuts)), strict=True))
    )
)
Split = tuple[tuple[int, int], ...]


@dataclass
class Reckoned:
    """What a sale should come to, in fen by holder, reckoned without the program."""

    price: int
    basis: str
    split: Split
    received: int = 0
    refunded: int = 0
    rebated: int = 0
    held: bool = False

    def parts(self, amount: int) -> dict[int, int]:
        """Whole fen; the odd ones to the largest rests, to the first named when equal."""
        exact = {who: Fraction(amount * points, 10_000) for who, points in self.split if points}
        whole = {who: int(part) for who, part in exact.items()}
        by_rest = sorted(exact, key=lambda who: -(exact[who] - whole[who]))
        for who in by_rest[: amount - sum(whole.values())]:
            whole[who] += 1
        return whole

    def booked(self) -> dict[int, int]:
        """What should stand in the ledger; nobody with nothing."""
        if self.held or not self.received:
            return {}
        back = self.parts(self.refunded + min(self.rebated, self.received - self.refunded))
        earned = self.parts(self.price if self.basis == CONTRACT else self.received)
        return {who: part - back[who] for who, part in earned.items() if part != back[who]}


class AnyOrder(RuleBasedStateMachine):
    """Money comes and goes, and people argue, as they like."""

    app: ClassVar[Flask]
    sales = Bundle("sales")
    amounts = st.sampled_from((1, 2, 3, 100, 5_002, 33_333, 200_000)) | st.integers(1, 400_000)

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        self.stack.enter_context(isolated(self.app))
        self.stack.enter_context(self.app.app_context())
        self.books = Books(db.session, raise_cast(db.session))
        self.holders: tuple[ConsultantID | None, ...] = (
            consultant_of(self.books.cast.ma),
            consultant_of(self.books.cast.lin),
            None,
        )
        self.reckoned: dict[SaleID, Reckoned] = {}
        self.moment = local(10)

    def teardown(self) -> None:
        self.stack.close()

    def shares(self, split: Split) -> tuple[Share, ...]:
        return tuple(Share(self.holders[who], points) for who, points in split)

    def next_moment(self) -> None:
        self.moment += timedelta(hours=7)

    @rule(target=sales, price=st.sampled_from(PRICES), split=SPLITS, at_once=st.booleans())
    def sell(self, price: int, split: Split, at_once: bool) -> SaleID:
        basis = CONTRACT if at_once else "cash_received"
        shares = tuple(share for share in self.shares(split) if share.basis_points)
        sale_id = self.books.open(str(Money(price, CNY)), shares=shares, basis=basis)
        self.reckoned[sale_id] = Reckoned(price, basis, split)
        return sale_id

    @rule(sale_id=sales, amount=amounts, rest=st.booleans())
    def pay(self, sale_id: SaleID, amount: int, rest: bool) -> None:
        reckoned = self.reckoned[sale_id]
        due = reckoned.price - reckoned.received
        amount = due if rest else min(amount, due)
        if amount:
            self.next_moment()
            self.books.receive(sale_id, str(Money(amount, CNY)), self.moment)
            reckoned.received += amount

    @rule(sale_id=sales, amount=amounts, rest=st.booleans())
    def give_back(self, sale_id: SaleID, amount: int, rest: bool) -> None:
        reckoned = self.reckoned[sale_id]
        kept = reckoned.received - reckoned.refunded
        amount = kept if rest else min(amount, kept)
        if amount:
            self.next_moment()
            self.books.refund(sale_id, str(Money(amount, CNY)), self.moment)
            reckoned.refunded += amount

    @rule(sale_id=sales, amount=amounts, rest=st.booleans())
    def pay_out_again(self, sale_id: SaleID, amount: int, rest: bool) -> None:
        reckoned = self.reckoned[sale_id]
        kept = max(reckoned.received - reckoned.refunded - reckoned.rebated, 0)
        if not reckoned.received:
            return
        with pytest.raises(Refused):
            self.books.rebate(sale_id, str(Money(kept + 1, CNY)), self.moment)
        amount = kept if rest else min(amount, kept)
        if amount:
            self.next_moment()
            self.books.rebate(sale_id, str(Money(amount, CNY)), self.moment)
            reckoned.rebated += amount

    @rule(sale_id=sales)
    def dispute(self, sale_id: SaleID) -> None:
        self.next_moment()
        reckoned = self.reckoned[sale_id]
        if not reckoned.received:
            with pytest.raises(Refused):
                self.books.hold(sale_id, self.moment)
            return
        self.books.hold(sale_id, self.moment)
        reckoned.held = True

    @rule(sale_id=sales, split=st.none() | SPLITS)
    def decide(self, sale_id: SaleID, split: Split | None) -> None:
        self.next_moment()
        reckoned = self.reckoned[sale_id]
        if not reckoned.received:
            return
        self.books.rule(sale_id, None if split is None else self.shares(split), self.moment)
        reckoned.held = False
        reckoned.split = reckoned.split if split is None else split
        posted = self.books.lines(sale_id)
        self.books.rule(sale_id, None, self.moment)  # said twice, it is said once
        assert self.books.lines(sale_id) == posted

    @invariant()
    def the_ledger_is_right(self) -> None:
        for sale_id, reckoned in self.reckoned.items():
            booked = queries.booked_of(self.books.session, sale_id).amounts
            stands = {holder: amount.minor for holder, amount in booked.items() if amount.minor}
            assert stands == {self.holders[who]: part for who, part in reckoned.booked().items()}
            if reckoned.received == reckoned.refunded == reckoned.price:
                assert not stands
            self.books.lines(sale_id)  # numbered without a gap
        held = [sale_id for sale_id, reckoned in self.reckoned.items() if reckoned.held]
        assert self.books.faults() == [
            f"Sale {sale_id} is held, but no dispute over it runs." for sale_id in held
        ]


@pytest.mark.parametrize("backend", BACKENDS)
def test_money_and_rulings_in_any_order(backend: str, request: pytest.FixtureRequest) -> None:
    machine = type("AnyOrderHere", (AnyOrder,), {"app": request.getfixturevalue(f"{backend}_app")})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=12,
            stateful_step_count=20,
            deadline=None,
            derandomize=True,
            phases=(Phase.generate,),
        ),
    )
