"""Random histories of sales, money and disputes against a reckoning of its own, written from the text of the rule book."""

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from clubsales.office.replay.lines import read_history
from clubsales.office.replay.operations import replay
from clubsales.policy_documents import default_document, overlay
from tests.integration.office.history import Line, fixture

pytestmark = pytest.mark.usefixtures("session")

SHANGHAI = ZoneInfo("Asia/Shanghai")
START = datetime(2026, 3, 9, 9, tzinfo=SHANGHAI)
INSIDE, OUTSIDE, OFFICE = ("A", "B", "C"), ("X", "Y"), ("S", "M", "SD", "GM", "R")
ROLE_OF = {"S": "supervisor", "M": "club_manager", "SD": "sales_director", "GM": "general_manager"}
HOUSE = ""
Split = list[tuple[str, int]]


@dataclass
class Sale:
    """What is known of a sale, in fen."""

    price: int
    split: Split
    rule: str
    touched: set[str]
    called_on: Any  # by X, whose record counts for 15 days
    received: int = 0
    refunded: int = 0
    first_day: Any = None
    open: bool = False
    opener: str = ""
    booked: dict[str, int] = field(default_factory=dict)


def parts(amount: int, split: Split) -> dict[str, int]:
    """Whole fen; what is left over goes one by one to the largest rests, the first named of equals."""
    whole = {who: amount * points // 10_000 for who, points in split}
    rests = sorted(range(len(split)), key=lambda place: (-(amount * split[place][1] % 10_000), place))
    for place in rests[: amount - sum(whole.values())]:
        whole[split[place][0]] += 1
    return whole


class Reckoning:
    """What should be printed, line by line."""

    def __init__(self, policy: dict[str, Any]) -> None:
        self.basis = policy.get("credit", {}).get("basis", "cash_received")
        self.outside = policy.get("credit", {}).get("outside_share_bp", 7_000)
        self.window = policy.get("dispute", {}).get("window_days", 7)
        self.final = policy.get("dispute", {}).get("final_role", "club_manager")
        self.sales: dict[str, Sale] = {}
        self.credits: list[dict[str, str]] = []
        self.house: list[dict[str, str]] = []

    def post(self, name: str, at: datetime, rule: str) -> None:
        """Write the difference between what should stand there and what does."""
        sale = self.sales[name]
        wanted = {who: 0 for who, _points in sale.split}
        if not sale.open:
            contract = self.basis == "contract_at_first_receipt" and sale.received
            earned = parts(sale.price if contract else sale.received, sale.split)
            lost = parts(sale.refunded, sale.split)
            wanted = {who: earned[who] - lost[who] for who in wanted}
        for who, amount in wanted.items():
            change = amount - sale.booked.get(who, 0)
            sale.booked[who] = amount
            if not change:
                continue
            shown = f"{'-' if change < 0 else ''}{abs(change) // 100}.{abs(change) % 100:02d}"
            if who == HOUSE:
                self.house.append({"sale": name, "amount": shown})
            else:
                self.credits.append(
                    {
                        "sale": name,
                        "at": at.isoformat(),
                        "consultant": who,
                        "amount": shown,
                        "rule": rule,
                        "month": f"{at:%Y-%m}",
                    }
                )

    def receipt(self, name: str, at: datetime, amount: int) -> str | None:
        sale = self.sales[name]
        if sale.received + amount > sale.price:
            return "receipt.above_price"
        sale.received += amount
        if not sale.first_day:
            sale.first_day = at.date()
            if "X" in dict(sale.split) and at.date() - sale.called_on > timedelta(days=15):
                sale.split = [(HOUSE if sale.rule == "RCV-08" else "B", 10_000)]
                sale.rule = "RCV-08" if sale.rule == "RCV-08" else "DSP-03"
        self.post(name, at, sale.rule)
        return None

    def refund(self, name: str, at: datetime, amount: int) -> str | None:
        sale = self.sales[name]
        if amount > sale.received - sale.refunded:
            return "refund.above_paid"
        sale.refunded += amount
        self.post(name, at, sale.rule)
        return None

    def opened(self, name: str, at: datetime, by: str) -> str | None:
        sale = self.sales[name]
        if not sale.first_day or (self.window and at.date() > sale.first_day + timedelta(days=self.window)):
            return "dispute.window"
        if by not in sale.touched:
            return "dispute.no_touch"
        if sale.open:
            return "dispute.open"
        sale.open, sale.opener = True, by
        self.post(name, at, "DSP-10")
        return None

    def ruled(
        self, name: str, at: datetime, by: str, shares: dict[str, int] | None, reason: str
    ) -> str | None:
        sale = self.sales[name]
        if not sale.open:
            return "dispute.not_open"
        before = {who for who, points in sale.split if points}
        after = {who for who, points in (shares or {}).items() if points}
        if by in before | after | {sale.opener}:
            return "dispute.party"
        if by != "S" and ROLE_OF.get(by) != self.final:
            return "dispute.role"
        if shares is not None:
            if not reason.strip():
                return "dispute.reason"
            if sum(shares.values()) != 10_000 or after - {*INSIDE, *OUTSIDE} or min(shares.values()) < 0:
                return "dispute.shares"
            sale.split = sorted((who, points) for who, points in shares.items() if points)
        sale.open, sale.rule = False, "DSP-10"
        self.post(name, at, "DSP-10")
        return None


class Author:
    """Makes a history up, and reckons beside it."""

    def __init__(self, seed: int, policy: dict[str, Any]) -> None:
        self.random = Random(seed)
        self.now = START
        self.lines: list[Line] = fixture()
        self.reckoning = Reckoning(policy)
        self.refusals: list[dict[str, Any]] = []

    def write(self, kind: str, code: str | None = None, /, **fields: Any) -> None:
        self.lines.append({"at": self.now.isoformat(), "type": kind, **fields})
        if code is not None:
            self.refusals.append({"line": len(self.lines), "code": code})

    def wait(self) -> None:
        self.now += timedelta(minutes=self.random.choice((0, 1, 30, 120, 300, 1440)))

    def sell(self, number: int) -> None:
        """A guest of one of four kinds, whom others may have called before."""
        pick, name, phone = self.random.choice, f"s{number}", f"138{number:08d}"
        price = pick((3, 10_005, 33_333, 199_999, 398_000))
        touched = set()
        for caller in INSIDE:  # evidence, but no share (AMB-09)
            if self.random.random() < 0.6:
                self.write(
                    "follow_up",
                    by=caller,
                    phone=phone,
                    channel="call",
                    outcome=pick(("answered", "no_answer")),
                )
                touched.add(caller)
        tracked = pick((True, False))
        if tracked:
            self.write("follow_up", by="X", phone=phone, channel="call", outcome="answered")
            touched.add("X")
        called_on = self.now.date()
        self.now += timedelta(minutes=5)
        shown = f"{price // 100}.{price % 100:02d}"
        kind = pick(("new", "renewal", "website"))
        if kind == "website":
            self.write("self_purchase", sale=name, phone=phone, card_type="any", price=shown)
            split, rule = [("X" if tracked else HOUSE, 10_000)], "RCV-08"
        else:
            self.write(
                "sale_opened", sale=name, card_type="any", price=shown, kind=kind, phone=phone, consultant="B"
            )
            split, rule = [("B", 10_000)], "DSP-02" if kind == "renewal" else "DSP-03"
            if tracked and kind == "new":
                outside = self.reckoning.outside
                split = [each for each in (("X", outside), ("B", 10_000 - outside)) if each[1]]
                rule = "DSP-06"
        self.reckoning.sales[name] = Sale(price, split, rule, touched, called_on)
        if self.random.random() < 0.8:
            self.pay(name, price)

    def pay(self, name: str, amount: int) -> None:
        code = self.reckoning.receipt(name, self.now, amount)
        self.write("receipt", code, sale=name, amount=f"{amount // 100}.{amount % 100:02d}", method="online")

    def go_on(self) -> None:
        pick = self.random.choice
        name = pick(list(self.reckoning.sales)[-4:])
        amount = pick((1, 2, 3_333, 10_005, 100_000))
        what = pick(("pay", "refund", "open", "open", "rule", "rule", "rule"))
        if what == "pay":
            self.pay(name, amount)
        elif what == "refund":
            code = self.reckoning.refund(name, self.now, amount)
            self.write("refund", code, sale=name, amount=f"{amount // 100}.{amount % 100:02d}", by="M")
        elif what == "open":
            by = pick((*INSIDE, *INSIDE, "X", "Y", "R"))
            self.write("dispute_opened", self.reckoning.opened(name, self.now, by), sale=name, by=by)
        else:
            self.rule(name)

    def rule(self, name: str) -> None:
        """Mostly where there is something to rule."""
        pick = self.random.choice
        running = [name for name, sale in self.reckoning.sales.items() if sale.open]
        if running and self.random.random() < 0.8:
            name = pick(running)
        by, reason = pick((*OFFICE, "M", "M", "S", "A", "X")), pick(("so", "so", "", " "))
        shares = None
        if self.random.random() < 0.7:
            first = pick((0, 1, 3_333, 5_000, 6_667, 10_000))
            who = self.random.sample((*INSIDE, *OUTSIDE, "R"), 3)
            rest = pick((10_000 - first, 10_000 - first, 9_999))
            shares = {who[0]: first, who[1]: rest - rest // 3, who[2]: rest // 3}
        code = self.reckoning.ruled(name, self.now, by, shares, reason)
        wish: dict[str, Any] = {"confirm": True} if shares is None else {"shares": shares}
        self.write("dispute_ruled", code, sale=name, by=by, reason=reason, **wish)


@pytest.mark.parametrize(
    "policy",
    [
        {},
        {"credit": {"basis": "contract_at_first_receipt"}, "dispute": {"window_days": 0}},
        {
            "credit": {"outside_share_bp": 3_333},
            "dispute": {"final_role": "sales_director", "window_days": 2},
        },
        {"credit": {"outside_share_bp": 10_000}, "dispute": {"final_role": "supervisor"}},
    ],
    ids=["default", "contract", "director", "supervisor"],
)
@pytest.mark.parametrize("seed", range(2))
def test_random_histories_come_out_as_reckoned(seed: int, policy: dict[str, Any]) -> None:
    author = Author(seed, policy)
    for number in range(14):
        author.wait()
        author.sell(number)
        for _event in range(12):
            author.wait()
            author.go_on()
    history = read_history(json.dumps(entry) for entry in author.lines)
    document = overlay(default_document(), policy)
    decided = replay(history, document, progress=lambda _done, _total: None)
    assert decided["refusals"] == author.refusals
    assert decided["credits"] == author.reckoning.credits
    assert decided["house"] == author.reckoning.house
    assert sum(credit["rule"] == "DSP-10" for credit in decided["credits"]) > 5
