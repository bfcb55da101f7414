"""Whose a sale is, told through the doors that staff use: SC-08, SC-10 to SC-12, SC-14 to SC-16 of the examples.

The desk captures and receives, 马超 (outside) calls, 周倩 (inside) is on post and is paid; every amount to the cent.
"""

from collections.abc import Iterator
from datetime import datetime
from uuid import uuid4

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from sqlalchemy.orm import Session

from clubsales.consultants.checklists.rules import Occasion
from clubsales.consultants.checklists.starters import KNOWN_SHIFTS, starter
from clubsales.consultants.credits import queries as credits_
from clubsales.consultants.profiles import queries as profiles
from clubsales.ids import SaleID
from tests.builders import Cast, consultant_of, local
from tests.integration.auth.support import let_in
from tests.integration.leads.support import set_policy
from tests.journeys.doors import Door
from tests.journeys.sending import STAFF, Sender

PHONE, FRIEND = "13800138000", "13900139000"


class Counter:
    """A club from its first day, by its forms; a day goes by between two steps, so everybody signs in anew."""

    def __init__(self, app: Flask, session: Session, cast: Cast) -> None:
        self.app, self.session, self.cast = app, session, cast
        self.sender = Sender(app)

    def press(self, who: str, address: str, at: datetime, **fields: object) -> str:
        """Send a form and hear no complaint; returns where it leads."""
        with time_machine.travel(at, tick=False):
            sender = Sender(self.app)
            answer = sender.send(Door(who, address), {"submission_key": str(uuid4()), **fields})
        assert answer.status_code in (200, 201, 302, 303), (address, answer.get_data(as_text=True)[:500])
        return answer.headers.get("Location", "")

    def refused(self, who: str, address: str, at: datetime, **fields: object) -> str:
        with time_machine.travel(at, tick=False):
            answer = Sender(self.app).send(Door(who, address), fields)
        assert answer.status_code in (403, 409, 422), answer.status_code
        return answer.get_data(as_text=True)

    def person(self, who: str) -> str:
        consultant_id = consultant_of(getattr(self.cast, who))
        return profiles.get(self.session, self.cast.club.id, consultant_id).public_id

    def opens(self, who: str, at: datetime) -> None:
        done = list(starter(Occasion.OPENING, "early").codes)
        self.press(who, "/floor/shift", at, done=done, shift="early", calls="20")

    def closes(self, who: str, at: datetime) -> None:
        done = [code for shift in KNOWN_SHIFTS for code in starter(Occasion.CLOSING, shift).codes]
        self.press(who, "/floor/closing", at, done=done, number="1", note="没有")

    def captured(self, at: datetime, phone: str = PHONE) -> str:
        """The desk writes somebody down; nobody holds the lead."""
        fields = {"phone": phone, "name": "客人", "source": "phone", "grade": "B", "consent": "y"}
        return self.press("desk", "/leads", at, **fields).partition("?")[0]

    def calls(self, who: str, lead: str, at: datetime, outcome: str = "answered") -> None:
        fields = {"contact": f"call-{outcome}", "note": "聊过", "next_what": "再约", "next_in": "3"}
        self.press(who, f"{lead}/contact", at, **fields)

    def comes(self, at: datetime, phone: str = PHONE, **brings: object) -> str:
        """The desk receives somebody; returns the guest's public id."""
        self.press("desk", "/desk/guests", at, phone=phone, name="客人", **brings)
        statement = sa.text("SELECT public_id FROM reception ORDER BY id DESC LIMIT 1")
        return str(self.session.scalar(statement))

    def pays(
        self, guest: str, at: datetime, *, amounts: tuple[str, ...] = ("3980",), by: str = "zhou"
    ) -> str:
        """A card at its list price and what is paid for it so far; returns the sale's public id."""
        sale = self.press(
            by,
            "/sell",
            at,
            card_type=self.cast.annual.public_id,
            guest=guest,
            consultant=self.person(by),
            price="3980",
            kind="new",
        ).rpartition("/")[2]
        for amount in amounts:
            self.takes(sale, amount, at)
        return sale

    def takes(self, sale: str, amount: str, at: datetime, by: str = "zhou") -> None:
        self.press(
            "desk", f"/sales/{sale}/receipts", at, amount=amount, method="cash", taken_by=self.person(by)
        )

    def credit(self, sale: str, at: datetime) -> dict[str, str]:
        """What stands in the ledger by name, which the manager reads on its page too."""
        statement = sa.text("SELECT id FROM sale WHERE public_id = :it")
        sale_id = SaleID(self.session.execute(statement, {"it": sale}).scalar_one())
        found = credits_.credit_of_sale(self.session, self.cast.club.id, sale_id)
        assert found is not None
        booked = {share.name or "house": str(share.credit) for share in found.shares}
        with time_machine.travel(at, tick=False):
            client = Sender(self.app).client("manager")
            with self.app.app_context():
                page = client.get(f"/credit/sales/{sale}").get_data(as_text=True)
        for name, amount in booked.items():
            assert name in page
            assert f"{float(amount):,.2f}" in page
        return booked


@pytest.fixture
def counter(app: Flask, session: Session, cast: Cast) -> Iterator[Counter]:
    let_in(session, *(getattr(cast, who) for who in STAFF), at=local(7, day=1))
    app.config["WTF_CSRF_ENABLED"] = False
    yield Counter(app, session, cast)
    app.config["WTF_CSRF_ENABLED"] = True


def test_sc_08_a_gift_coupon_makes_a_new_guest(counter: Counter, session: Session) -> None:
    counter.calls("ma", counter.captured(local(9, day=8)), local(10, day=8))
    counter.opens("zhou", local(9, day=10))
    counter.press("desk", "/passes/coupons", local(9, day=10), count="1", days="14", last_day="")
    code = session.scalar(sa.text("SELECT code FROM guest_pass WHERE kind = 'gift_coupon'"))
    sale = counter.pays(counter.comes(local(10, day=10), passes=[code]), local(11, day=10))
    assert counter.credit(sale, local(12, day=10)) == {"周倩": "3980.00"}


@pytest.mark.parametrize(
    ("between", "asks", "whose"),
    [
        (False, False, {"周倩": "3980.00"}),
        (True, False, {"马超": "2786.00", "周倩": "1194.00"}),
        (True, True, {"马超": "3980.00"}),
    ],
)
def test_sc_10_designation_ends_with_the_day(
    counter: Counter, session: Session, between: bool, asks: bool, whose: dict[str, str]
) -> None:
    lead = counter.captured(local(9, day=4))
    counter.opens("zhou", local(9, day=5))
    fields = {"consultant": counter.person("ma"), "count": "1", "days": "30", "last_day": ""}
    counter.press("supervisor", "/passes/trial", local(9, day=5), **fields)
    code = session.scalar(sa.text("SELECT code FROM guest_pass WHERE kind = 'trial_pass'"))
    guest = counter.comes(local(10, day=5), passes=[code])
    counter.press("desk", f"/guests/{guest}/seen-out", local(11, day=5), outcome="be_back")
    counter.closes("zhou", local(23, 30, day=5))
    if between:
        counter.calls("ma", lead, local(10, day=6))
    counter.opens("zhou", local(9, day=8))
    named = {"asks_for": counter.person("ma")} if asks else {}
    sale = counter.pays(counter.comes(local(10, day=8), **named), local(11, day=8))
    assert counter.credit(sale, local(12, day=8)) == whose


@pytest.mark.parametrize(
    ("paid", "outside", "inside"),
    [
        ("3980.00", "2786.00", "1194.00"),
        ("1999.99", "1399.99", "600.00"),
        ("333.33", "233.33", "100.00"),
        ("100.05", "70.04", "30.01"),
    ],
)
def test_sc_11_seventy_to_thirty_to_the_cent(counter: Counter, paid: str, outside: str, inside: str) -> None:
    counter.calls("ma", counter.captured(local(9, day=8)), local(10, day=8))
    counter.opens("zhou", local(9, day=10))
    sale = counter.pays(counter.comes(local(10, day=10)), local(11, day=10), amounts=(paid,))
    assert counter.credit(sale, local(12, day=10)) == {"马超": outside, "周倩": inside}


@pytest.mark.parametrize(
    ("day", "whose"), [(16, {"马超": "2786.00", "周倩": "1194.00"}), (17, {"周倩": "3980.00"})]
)
def test_sc_12_the_border_of_a_record(counter: Counter, day: int, whose: dict[str, str]) -> None:
    lead = counter.captured(local(9, day=1))
    counter.calls("ma", lead, local(10, day=1))
    counter.calls("ma", lead, local(10, day=10), outcome="no_answer")
    counter.opens("zhou", local(9, day=day))
    sale = counter.pays(counter.comes(local(10, day=day)), local(11, day=day))
    assert counter.credit(sale, local(12, day=day)) == whose


@pytest.mark.parametrize(
    ("friends_share", "friend"), [(0, {"周倩": "3980.00"}), (5_000, {"马超": "1990.00", "周倩": "1990.00"})]
)
def test_sc_14_a_tracked_guest_brings_a_friend(
    counter: Counter, session: Session, cast: Cast, friends_share: int, friend: dict[str, str]
) -> None:
    """At this club's price of 3,980.00."""
    set_policy(session, cast, {"credit": {"tracked_friend": {"friend_tracker_bp": friends_share}}})
    session.commit()
    counter.calls("ma", counter.captured(local(9, day=8)), local(10, day=8))
    counter.opens("zhou", local(9, day=10))
    first = counter.comes(local(10, day=10))
    second = counter.comes(local(10, 1, day=10), phone=FRIEND, came_with=first)
    one, other = (counter.pays(guest, local(11, day=10)) for guest in (first, second))
    assert counter.credit(one, local(12, day=10)) == {"马超": "2786.00", "周倩": "1194.00"}
    assert counter.credit(other, local(12, day=10)) == friend


def test_sc_15_a_members_business_follows_the_deposit(counter: Counter, session: Session) -> None:
    """Lin sold the first card; Zhou takes the deposit of the next, and Lin is there when the balance comes."""
    counter.opens("lin", local(9, day=2))
    counter.pays(counter.comes(local(10, day=2)), local(11, day=2), by="lin")
    counter.opens("zhou", local(9, day=10))
    guest = counter.comes(local(10, day=10), asks_for=counter.person("lin"))
    sale = counter.pays(guest, local(11, day=10), amounts=("200",))
    counter.takes(sale, "3780", local(11, day=12), by="lin")
    assert counter.credit(sale, local(12, day=12)) == {"周倩": "3980.00"}
    lines = session.execute(
        sa.text(
            "SELECT amount_minor FROM posting JOIN sale ON sale.id = posting.sale_id"
            " WHERE sale.public_id = :sale ORDER BY sequence"
        ),
        {"sale": sale},
    )
    assert list(lines.scalars()) == [20_000, 378_000]


@pytest.mark.parametrize(
    ("split", "whose"),
    [
        (None, {"周倩": "3980.00"}),
        (("50", "50"), {"林静": "1990.00", "周倩": "1990.00"}),
        (("100", "0"), {"林静": "3980.00"}),
    ],
)
def test_sc_16_payment_decides_and_the_manager_may_override(
    counter: Counter, split: tuple[str, str] | None, whose: dict[str, str]
) -> None:
    lead = counter.captured(local(9, day=3))
    counter.calls("lin", lead, local(10, day=3))
    counter.opens("zhou", local(9, day=7))
    sale = counter.pays(counter.comes(local(10, day=7)), local(11, day=7))
    assert counter.credit(sale, local(11, day=7)) == {"周倩": "3980.00"}
    case = counter.press("lin", f"/sales/{sale}/dispute", local(12, day=7), words="我带他参观的")
    assert counter.credit(sale, local(12, day=7)) == {"周倩": "0.00"}
    counter.refused("lin", f"{case}/rule", local(13, day=7), step="confirm")
    typed = {"step": "confirm"}
    if split is not None:
        shares = {
            f"share-{counter.person(who)}": part for who, part in zip(("lin", "zhou"), split, strict=True)
        }
        typed = {"step": "do", **shares}
        counter.refused("manager", f"{case}/rule", local(14, day=7), **typed)  # without a reason
    counter.press("manager", f"{case}/rule", local(14, day=7), reason="看记录", **typed)
    assert counter.credit(sale, local(15, day=7)) == whose
