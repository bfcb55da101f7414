"""Random days of a club, played through the operations: guests come with whatever they show, buy, pay and want money back."""

from datetime import datetime, timedelta
from random import Random
from typing import Any

from clubsales.db import transact
from clubsales.errors import NotFound, Refused
from clubsales.office.replay.lines import Line
from clubsales.office.replay.player import Player
from clubsales.office.replay.shapes import instant
from clubsales.policy_documents import default_document, overlay

INSIDE, OUTSIDE, OFFICE = ("A", "B", "C"), ("X", "Y"), ("M", "F")
ON_POST = ("A", "B")  # who asks for C is received in her place
PHONES = tuple(f"+86138001380{number:02d}" for number in range(60))
OUTCOMES = ("answered", "no_answer")
FIRST_DAY = "2026-03-02"


class RandomClub:
    """A club whose days depend on a seed alone: under any policy the same people do the same things."""

    def __init__(self, seed: int, policy: dict[str, Any] | None = None) -> None:
        self.player = Player(overlay(default_document(), policy or {}))
        self.chance = Random(seed)
        self.moment = datetime.fromisoformat(f"{FIRST_DAY}T09:00:00+08:00")
        self.guests = self.sales = 0
        self.called: list[str] = []

    def live(self, days: int) -> None:
        """Open the club and live so many days."""
        self.play("club", code="SZ01", name="Sunshine")
        for code in (*INSIDE, *OUTSIDE, *OFFICE):
            role = {"M": "club_manager", "F": "finance_clerk"}.get(code, "consultant")
            kind = "outside" if code in OUTSIDE else "inside" if code in INSIDE else None
            self.play("staff", code=code, name=f"Name of {code}", role=role, kind=kind)
        self.play("card_type", code="any", name="Any", kind="term", days=30)
        self.go_on(first=0, days=days)

    def go_on(self, *, first: int, days: int) -> None:
        """Live more days, the first of which is so many after the club's first one."""
        for number in range(first, first + days):
            self.moment = datetime.fromisoformat(f"{FIRST_DAY}T09:00:00+08:00") + timedelta(days=number)
            for code in ON_POST:
                self.play("shift_opened", by=code)
            for _each in range(25):
                self._something()

    def _something(self) -> None:
        happens = self.chance.choices(
            (self._contact, self._lead, self._visit, self._online, self._money), (5, 2, 6, 1, 3)
        )[0]
        happens()

    def _contact(self) -> None:
        pick = self.chance.choice
        by = pick((*OUTSIDE, *OUTSIDE, "A"))
        self.called.append(pick(PHONES))
        self.play(
            "follow_up",
            by=by,
            phone=self.called[-1],
            channel=pick(("call", "message")),
            outcome=pick(OUTCOMES),
        )

    def _lead(self) -> None:
        phone, by = self.chance.choice(PHONES), self.chance.choice((*INSIDE, *OUTSIDE))
        self.play("lead_captured", by=by, phone=phone, name="Guest", source="phone")
        self.play("lead_claimed", by=by, phone=phone)

    def _visit(self) -> None:
        pick, odds = self.chance.choice, self.chance.random
        self.guests += 1
        guest = f"g{self.guests}"
        phone = None if odds() < 0.1 else pick(self.called or PHONES) if odds() < 0.85 else pick(PHONES)
        shown: dict[str, Any] = {}
        if odds() < 0.15:
            shown["asks_for"] = pick((*INSIDE, *OUTSIDE))
        if odds() < 0.1:
            shown["business_card"] = pick((*INSIDE, *OUTSIDE))
        if odds() < 0.25:
            self.play("gift_coupon_issued", code=f"c{self.guests}")
            shown["gift_coupon"] = f"c{self.guests}"
        self.play("guest_arrived", guest=guest, phone=phone, **shown)
        friend = f"{guest}f" if odds() < 0.4 else None
        if friend is not None:
            self.play("guest_arrived", guest=friend, phone=pick(PHONES), came_with=guest)
        for one in (guest, friend):
            if one is not None and odds() < 0.7:
                self._sale(guest=one)
        for one in (friend, guest):
            if one is not None:
                self.play("guest_seen_out", guest=one)
        if odds() < 0.15:
            self._sale(phone=pick(PHONES))

    def _sale(self, **buyer: str) -> None:
        pick, odds = self.chance.choice, self.chance.random
        self.sales += 1
        sale, price = f"s{self.sales}", self.chance.randint(2, 999_999)
        seller = pick((*INSIDE, *INSIDE, *OUTSIDE, "F"))
        self.play(
            "sale_opened",
            sale=sale,
            card_type="any",
            price=money(price),
            kind="new",
            consultant=seller,
            **buyer,
        )
        self.play(
            "receipt",
            sale=sale,
            amount=money(price if odds() < 0.6 else self.chance.randint(1, price - 1)),
            method="cash",
            taken_by=pick((None, seller, *INSIDE, "F")),
        )

    def _online(self) -> None:
        self.sales += 1
        sale = f"s{self.sales}"
        self.play(
            "self_purchase", sale=sale, phone=self.chance.choice(PHONES), card_type="any", price="9999.99"
        )
        self.play("receipt", sale=sale, amount="9999.99", method="online")

    def _money(self) -> None:
        if not self.sales:
            return
        sale, amount = f"s{self.chance.randint(1, self.sales)}", money(self.chance.randint(1, 200_000))
        if self.chance.random() < 0.5:
            self.play("receipt", sale=sale, amount=amount, method="card")
        else:
            self.play("refund", sale=sale, amount=amount, by="M")

    def play(self, kind: str, /, **values: Any) -> None:
        """One line, a minute later; what the rules refuse does not happen."""
        self.moment += timedelta(minutes=1)
        line = Line(0, instant(self.moment.isoformat()), kind, values)
        try:
            transact(lambda session: self.player.play(session, line))
        except (Refused, NotFound):
            return


def money(minor: int) -> str:
    """An amount as a history writes it."""
    return f"{minor // 100}.{minor % 100:02d}"
