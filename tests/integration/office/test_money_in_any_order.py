"""Sales, receipts and refunds in any order: the ledger says what a plain reckoning of its own says, and nothing else."""

from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any, ClassVar

import pytest
from flask import Flask
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from clubsales.consultants.credits import checks as credit_checks
from clubsales.db import db, transact
from clubsales.errors import Refused
from clubsales.membership.sales import checks as sale_checks
from clubsales.office.replay.lines import Line
from clubsales.office.replay.operations import decided
from clubsales.office.replay.player import Player
from clubsales.office.replay.shapes import instant
from clubsales.policy_documents import default_document, overlay
from tests.conftest import BACKENDS, isolated
from tests.integration.office.history import at

PROXY_SHARE = 3_333
PRICES = (1, 2, 10_005, 33_333, 398_000)
CONTRACT = "contract_at_first_receipt"


@dataclass
class Reckoned:
    """What a sale should come to, in fen, reckoned without the program."""

    price: int
    by_proxy: bool
    received: int = 0
    refunded: int = 0

    def shares(self, amount: int) -> dict[str, int]:
        """The split of an amount: whole fen, the odd one to the larger rest, to the designated when equal."""
        if not self.by_proxy:
            return {"A": amount}
        proxys = Fraction(amount * PROXY_SHARE, 10_000)
        designated = Fraction(amount) - proxys
        odd = amount - int(proxys) - int(designated)
        to_proxy = proxys % 1 > designated % 1
        return {
            "B": int(designated) + (0 if to_proxy else odd),
            "A": int(proxys) + (odd if to_proxy else 0),
        }

    def booked(self, basis: str) -> dict[str, int]:
        """What should stand in the ledger, holder by holder."""
        earned = self.price if basis == CONTRACT and self.received else self.received
        back = self.shares(self.refunded)
        return {who: amount - back[who] for who, amount in self.shares(earned).items()}


def money(minor: int) -> str:
    return f"{minor // 100}.{minor % 100:02d}"


class AnyOrder(RuleBasedStateMachine):
    """A club where A is on post and B is asked for; money comes and goes as it likes."""

    app: ClassVar[Flask]
    sales = Bundle("sales")
    amounts = st.sampled_from((1, 2, 3, 100, 5_002, 33_333, 200_000)) | st.integers(1, 400_000)
    events = st.none() | st.sampled_from("efgh")

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        self.stack.enter_context(isolated(self.app))
        self.stack.enter_context(self.app.app_context())
        self.moment = datetime.fromisoformat(at("10:00"))
        self.reckoned: dict[str, Reckoned] = {}
        self.seen: set[str] = set()  # an event is one thing, whatever it says
        self.basis = ""

    def teardown(self) -> None:
        self.stack.close()

    def play(self, kind: str, /, **values: Any) -> str | None:
        """One line through the operations; the refusal's code, if it was refused."""
        self.moment += timedelta(minutes=1)
        line = Line(0, instant(self.moment.isoformat()), kind, values)
        try:
            transact(lambda session: self.player.play(session, line))
        except Refused as refused:
            return refused.code
        return None

    @initialize(basis=st.sampled_from(("cash_received", CONTRACT)))
    def open_the_club(self, basis: str) -> None:
        changes = {"proxy": {"share_bp": PROXY_SHARE}, "credit": {"basis": basis}}
        self.basis = basis
        self.player = Player(overlay(default_document(), changes))
        self.play("club", code="SZ01", name="Sunshine")
        for code, role in (("A", "consultant"), ("B", "consultant"), ("M", "club_manager")):
            self.play("staff", code=code, name=code, role=role)
        self.play("card_type", code="any", name="Any", kind="term", days=30)
        self.play("shift_opened", by="A")

    @rule(target=sales, price=st.sampled_from(PRICES), by_proxy=st.booleans())
    def sell(self, price: int, by_proxy: bool) -> str:
        code = f"s{len(self.reckoned)}"
        about: dict[str, Any] = {"card_type": "any", "kind": "new", "consultant": "A"}
        if by_proxy:
            assert self.play("guest_arrived", guest=code, asks_for="B") is None
            about["guest"] = code
        assert self.play("sale_opened", sale=code, price=money(price), **about) is None
        if by_proxy:
            assert self.play("guest_seen_out", guest=code) is None
        self.reckoned[code] = Reckoned(price, by_proxy)
        return code

    @rule(sale=sales, amount=amounts, event=events)
    def pay(self, sale: str, amount: int, event: str | None) -> None:
        reckoned = self.reckoned[sale]
        said = self.play("receipt", sale=sale, amount=money(amount), method="online", event_id=event)
        if event in self.seen:
            assert said is None
        elif reckoned.received + amount > reckoned.price:
            assert said == "receipt.above_price"
        else:
            assert said is None
            reckoned.received += amount
            self._remember(event)

    @rule(sale=sales)
    def pay_the_rest(self, sale: str) -> None:
        rest = self.reckoned[sale].price - self.reckoned[sale].received
        if rest:
            self.pay(sale, rest, None)

    @rule(sale=sales, amount=amounts, event=events)
    def give_back(self, sale: str, amount: int, event: str | None) -> None:
        reckoned = self.reckoned[sale]
        said = self.play("refund", sale=sale, amount=money(amount), by="M", event_id=event)
        if event in self.seen:
            assert said is None
        elif reckoned.refunded + amount > reckoned.received:
            assert said == "refund.above_paid"
        else:
            assert said is None
            reckoned.refunded += amount
            self._remember(event)

    @rule(sale=sales)
    def give_all_back(self, sale: str) -> None:
        left = self.reckoned[sale].received - self.reckoned[sale].refunded
        if left:
            self.give_back(sale, left, None)

    @invariant()
    def the_ledger_says_the_same(self) -> None:
        if not self.reckoned:
            return
        booked: dict[str, dict[str, int]] = {code: {} for code in self.reckoned}
        for posting in decided(db.session, self.player)["credits"]:
            amount = round(Fraction(posting["amount"]) * 100)
            assert amount, "nothing is posted for nothing"
            held = booked[posting["sale"]]
            held[posting["consultant"]] = held.get(posting["consultant"], 0) + amount
        for code, reckoned in self.reckoned.items():
            wanted = {who: amount for who, amount in reckoned.booked(self.basis).items() if amount}
            assert {who: amount for who, amount in booked[code].items() if amount} == wanted

    @invariant()
    def what_the_check_command_checks_holds(self) -> None:
        for check in (*credit_checks.INVARIANTS, *sale_checks.INVARIANTS):
            assert list(check(db.session)) == []

    def _remember(self, event: str | None) -> None:
        if event is not None:
            self.seen.add(event)


@pytest.mark.parametrize("backend", BACKENDS)
def test_money_in_any_order(backend: str, request: pytest.FixtureRequest) -> None:
    machine = type("AnyOrderHere", (AnyOrder,), {"app": request.getfixturevalue(f"{backend}_app")})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=8,
            stateful_step_count=15,
            deadline=None,
            derandomize=True,
            phases=(Phase.generate,),  # shrinking would play hundreds of clubs
        ),
    )
