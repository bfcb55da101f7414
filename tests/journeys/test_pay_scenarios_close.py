"""What months pay, told through the doors that staff use: SC-19, SC-21, SC-27 and SC-28 of the examples.

Consultants open sales, the desk takes the money, the manager issues targets, finance approves, the manager closes;
the ranking, the awards and the statements show the examples' figures.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import uuid4

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from clubsales.actor import Actor, Role
from clubsales.clock import Instant
from clubsales.consultants.assessment import operations as assessment
from clubsales.consultants.profiles import queries as profiles
from clubsales.consultants.profiles.models import ConsultantRow
from tests.builders import Cast, a_card_type, a_colleague, consultant_of, local, yuan
from tests.integration.auth.support import let_in
from tests.integration.leads.support import set_policy
from tests.journeys.doors import Door
from tests.journeys.sending import STAFF, Sender

SEEN = re.compile(r'name="seen"[^>]*value="([0-9a-f]{64})"')
TAG = re.compile(r"<[^>]+>")
LIST_PRICE = "200000"  # a card of which so much is paid as an example says


@dataclass(frozen=True)
class Sold:
    """A sale, and who took its money."""

    public_id: str
    by: str


class PayClub:
    """A club through its months: inside A, B (team one), C, D (team two), outside X; each press is a form."""

    def __init__(self, app: Flask, session: Session, cast: Cast) -> None:
        self.app, self.session, self.cast = app, session, cast
        others = [
            a_colleague(session, cast.club, username, name, Role.CONSULTANT, team="二组")
            for username, name in (("chenjia", "陈佳"), ("dinglei", "丁磊"))
        ]
        self.actors: dict[str, Actor] = dict(
            zip("ABCDX", (cast.lin, cast.zhou, *others, cast.ma), strict=True)
        )
        self.signs_in = dict(zip("ABCDX", ("lin", "zhou", "chenjia", "dinglei", "ma"), strict=True))
        self.card = a_card_type(session, cast.club, "corporate", name="企业卡", price=yuan(LIST_PRICE))
        session.execute(sa.update(ConsultantRow).values(active_from=date(2025, 1, 1)))
        let_in(session, *(getattr(cast, who) for who in STAFF), *others, at=local(7, day=1, month=1))
        self.guests = 0

    def name(self, who: str) -> str:
        return self.actors[who].name

    def person(self, who: str) -> str:
        consultant_id = consultant_of(self.actors[who])
        return profiles.get(self.session, self.cast.club.id, consultant_id).public_id

    def press(self, sender: Sender, who: str, address: str, **fields: object) -> str:
        """Send a form and hear no complaint; returns where it leads."""
        answer = sender.send(Door(who, address), {"submission_key": str(uuid4()), **fields})
        assert answer.status_code in (200, 302, 303), (address, answer.get_data(as_text=True)[:2000])
        return answer.headers.get("Location", "")

    def sells(self, who: str, amount: str, at: Instant) -> Sold:
        """A new guest buys, and pays so much of the price at the desk."""
        self.guests += 1
        with time_machine.travel(at, tick=False):
            sender = Sender(self.app)
            sale = self.press(
                sender,
                self.signs_in[who],
                "/sell",
                card_type=self.card.public_id,
                phone=f"138001{self.guests:05}",
                name=f"客人{self.guests}",
                consultant=self.person(who),
                price=LIST_PRICE,
                kind="new",
            ).rpartition("/")[2]
        sold = Sold(sale, who)
        self.pays(sold, amount, at)
        return sold

    def pays(self, sold: Sold, amount: str, at: Instant) -> None:
        with time_machine.travel(at, tick=False):
            fields = {"amount": amount, "method": "cash", "taken_by": self.person(sold.by)}
            self.press(Sender(self.app), "desk", f"/sales/{sold.public_id}/receipts", **fields)

    def refunds(self, sold: Sold, amount: str, at: Instant) -> None:
        with time_machine.travel(at, tick=False):
            self.press(
                Sender(self.app),
                "finance",
                f"/sales/{sold.public_id}/refund",
                amount=amount,
                method="cash",
                reason="退卡",
            )

    def targets(self, month: date, amounts: Mapping[str, str]) -> None:
        """The manager issues what is to be sold in a month."""
        with time_machine.travel(local(8, day=2, month=month.month), tick=False):
            fields = {f"amount-{self.person(who)}": amount for who, amount in amounts.items()}
            self.press(
                Sender(self.app),
                "manager",
                "/targets",
                month=f"{month:%Y-%m}",
                kind="sales",
                do="issue",
                how="shifts",
                reason="本月任务",
                **fields,
            )

    def closes(self, month: date) -> None:
        """Finance looks and approves, the manager looks and closes, over what is open with a reason."""
        address = f"/months/{month:%Y-%m}"
        with time_machine.travel(after(month), tick=False):
            sender = Sender(self.app)
            self.press(sender, "finance", f"{address}/approve", seen=self.seen(sender, "finance", address))
            seen = self.seen(sender, "manager", address)
            self.press(sender, "manager", f"{address}/close", seen=seen, reason="考核下月补")

    def seen(self, sender: Sender, who: str, address: str) -> str:
        found = SEEN.search(read(self.app, sender.client(who), address))
        assert found, f"{who} is not asked for anything on {address}"
        return found[1]

    def page(self, who: str, address: str, at: Instant) -> str:
        """What somebody reads on a page, as words with single blanks."""
        with time_machine.travel(at, tick=False):
            page = read(self.app, Sender(self.app).client(who), address)
        return " ".join(TAG.sub(" ", page).split())

    def address(self, who: str, month: date) -> str:
        """Where somebody's statement of a closed month stands."""
        with time_machine.travel(after(month), tick=False):
            client = Sender(self.app).client(self.signs_in[who])
            with self.app.app_context():
                return client.get(f"/money?month={month:%Y-%m}").headers["Location"]

    def statement(self, who: str, month: date) -> str:
        """What somebody reads on his statement of a month."""
        return self.page(self.signs_in[who], self.address(who, month), after(month))

    def awards(self, month: date) -> list[tuple[str, str, str]]:
        """Who got what, as it is frozen: name, award, amount; each is on the month's ranking page, too."""
        rows = self.session.execute(
            sa.text(
                "SELECT consultant.name, award.kind, award.amount_minor FROM award"
                " JOIN consultant ON consultant.id = award.consultant_id"
                " WHERE award.month = :month AND award.amount_minor > 0 ORDER BY award.id"
            ),
            {"month": month},
        )
        found = [(row.name, row.kind, f"{row.amount_minor / 100:.2f}") for row in rows]
        page = self.page("manager", f"/ranking?month={month:%Y-%m}", after(month))
        for name, _kind, amount in found:
            assert name in page
            assert f"¥{amount}" in page
        return found


def read(app: Flask, client: FlaskClient, address: str) -> str:
    with app.app_context():
        answer = client.get(address, headers={"Accept-Language": "en"})
    assert answer.status_code == 200, (address, answer.status_code)
    return answer.get_data(as_text=True)


def after(month: date) -> Instant:
    """The second day after a month."""
    return local(10, day=2, month=month.month + 1)


def of_month(number: int) -> date:
    return date(2026, number, 1)


@pytest.fixture
def club(app: Flask, session: Session, cast: Cast) -> Iterator[PayClub]:
    made = PayClub(app, session, cast)
    app.config["WTF_CSRF_ENABLED"] = False
    yield made
    app.config["WTF_CSRF_ENABLED"] = True


SC_19 = [
    ({"A": "62000.00", "B": "61999.99", "C": "45000.00", "X": "90000.00"}, "A"),
    ({"A": "50000.00", "B": "49999.99", "C": "41000.00"}, "A"),  # exactly on target is met
    ({"A": "48000.00", "B": "30000.00", "C": "45000.00"}, None),
    ({}, None),
]


@pytest.mark.parametrize(("fallback", "march"), [("none", None), ("best_on_target", "C")])
def test_sc_19_the_departments_award(
    club: PayClub, session: Session, fallback: str, march: str | None
) -> None:
    set_policy(session, club.cast, {"awards": {"top_fallback": fallback}})
    session.commit()
    for number, (credit, wins) in enumerate(SC_19, 1):
        month = of_month(number)
        club.targets(month, {"A": "50000", "B": "50000", "C": "40000", "D": "40000"})
        for who, amount in credit.items():
            club.sells(who, amount, local(11, day=5, month=number))
        club.closes(month)
        winner = march if number == 3 else wins
        expected = [(club.name(winner), "department_top", "200.00")] if winner else []
        assert club.awards(month) == expected, month
        if winner:
            assert "¥200.00" in club.statement(winner, month)


SC_21 = [
    ({"A": "60000", "B": "50000", "C": "55000", "D": "30000"}, [("A", "department_top", "200.00")]),
    ({"A": "58000", "B": "40000", "C": "57999.99", "D": "30000"}, [("A", "department_top", "200.00")]),
    ({"A": "61000", "B": "52000", "C": "50000", "D": "51000"}, [("A", "department_top", "200.00")]),
    ({"A": "51000", "B": "45000", "C": "70000", "D": "20000"}, [("C", "department_top", "200.00")]),
    ({"A": "49000", "B": "30000", "C": "48000", "D": "20000"}, []),
    (
        {"A": "65000", "B": "60000", "C": "64000", "D": "10000"},
        [("A", "department_top", "200.00"), ("A", "team_streak", "300.00")],
    ),
]


def test_sc_21_streaks_of_team_and_department(club: PayClub) -> None:
    """From April on: the teams stand since March."""
    for number, (credit, awards) in enumerate(SC_21, 4):
        month = of_month(number)
        club.targets(month, dict.fromkeys("ABCD", "50000"))
        for who, amount in credit.items():
            club.sells(who, amount, local(11, day=5, month=number))
        club.closes(month)
        expected = [(club.name(who), kind, amount) for who, kind, amount in awards]
        assert club.awards(month) == expected, month
        cases = club.page("manager", "/reviews", after(month))
        assert ("Pay rise" in cases) is (number >= 6), "three months as the best: a rise is considered"
    last = club.page("manager", "/ranking?month=2026-09", after(of_month(9)))
    assert "2 months the best" in last
    assert "6 months best of the team" in last
    assert "3 months best of the team" in last
    own = club.statement("A", of_month(9))
    assert "¥300.00" in own
    case = club.page("lin", "/reviews/mine", after(of_month(9)))
    assert "Pay rise" in case
    assert "Waits for a decision" in case, "nothing is carried out by itself"


def test_sc_27_commission_split_share_band_and_award(club: PayClub, session: Session) -> None:
    """B's own sales of 58,806.00 and 30 % of a tracked guest's 3,980.00 are 60,000.00 to the cent."""
    march = of_month(3)
    club.targets(march, {"B": "50000"})
    club.sells("B", "58806.00", local(11, day=5))
    shared(club, "3980.00", local(11, day=9))
    assessment.record_by_the_book(
        session,
        consultant_id=consultant_of(club.actors["B"]),
        month=march,
        results=8_500,
        ability=8_500,
        attitude=8_500,
        actor=club.cast.system,
        at=local(9, day=1, month=4),
    )
    session.commit()
    club.closes(march)
    statement = club.statement("B", march)
    for figure in ("¥60,000.00", "¥6,000.00", "-¥600.00", "¥200.00", "¥4,000.00", "¥9,600.00"):
        assert figure in statement, figure
    assert "A score of 85.00 pays 90 % of the commission." in statement
    assert (
        "10 % is the tier that a credit of ¥60,000.00 reaches. Line by line that comes to ¥6,000.00."
        in statement
    )


@pytest.mark.parametrize(
    ("credit", "commission"),
    [("58806.00", "4,704.48"), ("29999.99", "900.00"), ("30000.00", "2,400.00"), ("59999.99", "4,800.00")],
)
def test_sc_27_the_borders_of_tiers(club: PayClub, credit: str, commission: str) -> None:
    club.sells("B", credit, local(11, day=5))
    club.closes(of_month(3))
    assert f"¥{commission}" in club.statement("B", of_month(3))


def test_sc_28_a_refund_while_the_month_is_open(club: PayClub) -> None:
    sold = shared(club, "3980.00", local(11, day=9))
    club.refunds(sold, "3980", local(11, day=28))
    page = club.page("manager", "/ranking?month=2026-03", local(12, day=28))
    assert "¥2,786.00" not in page
    club.closes(of_month(3))
    for who in "XB":
        statement = club.statement(who, of_month(3))
        assert "Total pay ¥4,000.00" in statement


def test_sc_28_a_refund_after_the_close_counts_in_april_and_is_carried(club: PayClub) -> None:
    sold = shared(club, "3980.00", local(11, day=9))
    march, april = of_month(3), of_month(4)
    club.closes(march)
    before = club.statement("B", march)
    assert "¥1,194.00" in before
    club.refunds(sold, "3980", local(11, day=12, month=4))
    club.sells("B", "500.00", local(12, day=12, month=4))
    club.closes(april)
    own = club.statement("B", april)
    for figure in ("-¥694.00", "-¥1,194.00", "Total pay ¥4,000.00", "Carried to the next month -¥694.00"):
        assert figure in own, figure
    assert "Goes back to earlier months" in own
    assert "-¥2,786.00" in club.statement("X", april)
    stays = club.page("zhou", club.address("B", march), after(april))
    assert "Came after the close" in stays
    assert "Total pay ¥4,035.82" in stays, "3 % of 1,194.00, as it was frozen"
    club.sells("B", "1000.00", local(12, day=12, month=5))
    club.closes(of_month(5))
    assert "-¥694.00 carried from the month before come to ¥306.00" in club.statement("B", of_month(5))


@pytest.mark.parametrize(
    ("paid", "refunds", "of_x", "of_b"),
    [
        ("3980.00", ("1000.01", "2979.99"), ("-¥700.01", "-¥2,085.99"), ("-¥300.00", "-¥894.00")),
        ("100.10", ("50.05", "50.05"), ("-¥35.04", "-¥35.03"), ("-¥15.01", "-¥15.02")),
    ],
)
def test_sc_28_parts_go_back_to_the_cent(
    club: PayClub, paid: str, refunds: tuple[str, ...], of_x: tuple[str, ...], of_b: tuple[str, ...]
) -> None:
    sold = shared(club, paid, local(11, day=9))
    for day, amount in enumerate(refunds, 20):
        club.refunds(sold, amount, local(11, day=day))
    page = club.page("manager", f"/credit/sales/{sold.public_id}", local(12, day=28))
    for amount in (*of_x, *of_b):
        assert amount in page
    with time_machine.travel(local(12, day=28), tick=False):
        again = Sender(club.app).send(
            Door("finance", f"/sales/{sold.public_id}/refund"),
            {"amount": "0.01", "method": "cash", "reason": "再退", "submission_key": str(uuid4())},
        )
    assert again.status_code in (409, 422), "no more than what is left"


def shared(club: PayClub, amount: str, at: Instant) -> Sold:
    """X has called a guest of the desk's, who comes two days later and pays to B: 70 to 30."""
    phone = "13700137000"
    with time_machine.travel(local(9, day=7), tick=False):
        sender = Sender(club.app)
        fields = {"phone": phone, "name": "共同客人", "source": "phone", "grade": "B", "consent": "y"}
        lead = club.press(sender, "desk", "/leads", **fields).partition("?")[0]
        call = {"contact": "call-answered", "note": "聊过", "next_what": "再约", "next_in": "3"}
        club.press(sender, "ma", f"{lead}/contact", **call)
    with time_machine.travel(at, tick=False):
        sender = Sender(club.app)
        sale = club.press(
            sender,
            "zhou",
            "/sell",
            card_type=club.card.public_id,
            phone=phone,
            name="共同客人",
            consultant=club.person("B"),
            price=LIST_PRICE,
            kind="new",
        ).rpartition("/")[2]
    sold = Sold(sale, "B")
    club.pays(sold, amount, at)
    return sold
