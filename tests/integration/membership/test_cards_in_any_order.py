"""Whatever happens to a card in whatever order: its days, visits, value and money are what a plain count says.

CRD-03, CRD-04, CRD-12, RFD-03. A person counts on his fingers, day by day, beside the program.
"""

from dataclasses import dataclass, field, replace
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from clubsales import clubs
from clubsales.actor import Actor
from clubsales.errors import Refused
from clubsales.ids import CardID, ClubID, PersonID, SaleID
from clubsales.membership.cards import checks, family, grants, operations, queries
from clubsales.membership.cards.ending import EndedAs
from clubsales.membership.cards.entitlement import days_left, fold
from clubsales.membership.cards.models import CardRow
from clubsales.membership.cards.passing import chain
from clubsales.membership.cards.rules import CardStatus, SoldLine
from clubsales.membership.cards.values import value_moves, visit_moves
from clubsales.membership.cards.worth import of_card
from clubsales.membership.catalogue.terms import StartRule
from clubsales.money import CNY, Money
from tests.builders import Cast, local
from tests.cards import a_card, a_door, a_line, a_person, a_sale, moving_code, scan_at

AT = local(9, 0)
PEOPLE = 3  # who may use a card: its holder and two others
PEOPLE_OF_A_BETTER_ONE = 2
WAITS = timedelta(days=20)  # for its first use, at most


@dataclass
class Count:
    """A card counted on one's fingers, day by day. No `visits`, no `value`: the card counts none."""

    days: int
    visits: int | None
    value: int | None
    frozen: bool = False
    wakes_on: date | None = None  # a freeze that ends by itself
    begins_on: date | None = None  # waits for its first use, until then at the latest
    ended: bool = False
    paid: int = 0
    pay_back: int = 0
    sharers: set[PersonID] = field(default_factory=set)
    club: str = ""

    def a_day_passes(self, into: date) -> None:
        if self.begins_on is not None:
            if self.begins_on == into:
                self.begins_on = None
            return
        if self.frozen and self.wakes_on == into:
            self.frozen, self.wakes_on = False, None
            return  # the day before was the last frozen one
        if self.days and not self.frozen and not self.ended:
            self.days -= 1

    def runs(self) -> None:
        self.frozen, self.wakes_on = False, None

    def ends(self) -> None:
        self.runs()
        self.days, self.ended, self.begins_on = 0, True, None
        self.visits = None if self.visits is None else 0
        self.value = None if self.value is None else 0

    def gets(self, size: int) -> None:
        """So many days, visits, yuan more."""
        self.days += size
        self.visits = None if self.visits is None else self.visits + size
        self.value = None if self.value is None else self.value + size * 100

    def opens_the_door(self) -> bool:
        return bool(self.days and self.visits and self.value is None and not self.frozen and not self.ended)


ACTS = (
    "wait_for_its_last_day",
    "renew",
    "upgrade",
    "freeze",
    "freeze_for",
    "unfreeze",
    "transfer",
    "transfer_to_a_sharer",
    "move",
    "share",
    "unshare",
    "extend",
    "reissue",
    "use",
    "undo",
    "scan",
    "refund_a_part",
    "refund",
    "the_job_runs",
)
Step = tuple[str, int, int]  # what is done, how much of it, after how many days in which no job runs
STEPS = st.lists(
    st.tuples(st.sampled_from(ACTS), st.integers(1, 40), st.sampled_from((0, 0, 1, 2, 7, 31))),
    min_size=4,
    max_size=16,
)
# Over for two days, given more, and frozen for longer than that: the days between were nobody's.
BEGUN_ANEW_AND_FROZEN: list[Step] = [
    ("use", 1, 31),
    ("extend", 27, 31),
    ("freeze", 1, 1),
    ("unfreeze", 1, 31),
    ("extend", 5, 0),
]


class Life:
    """A card and the count beside it."""

    def __init__(self, session: Session, cast: Cast, kind: str) -> None:
        self.session, self.cast, self.at = session, cast, AT
        self.holds_value = kind == "value"
        self.people = [a_person(session, cast, name=f"客人{n}") for n in range(4)]
        made = a_card(session, cast, cast.visits, at=AT, person_id=self.people[0])
        operations.end_of_sale(session, sale_id=made.sale_id, actor=cast.desk, at=AT)
        line = self._line(60, 20, 100_000, people=PEOPLE)
        if kind == "first use":
            line = replace(line, start_rule=StartRule.FIRST_USE.value, start_by=self.today + WAITS)
        card_id = operations.prepare(
            session,
            sale_id=self._sale(),
            line=line,
            person_id=self.people[0],
            is_paid=True,
            actor=cast.desk,
            at=AT,
        )
        assert card_id is not None
        self.card_id = card_id
        self.count = Count(days=60, visits=20, value=None, paid=100_000, club=cast.club.code)
        self.count.begins_on = line.start_by
        if self.holds_value:
            self.count.visits, self.count.value = None, 2_000

    def _line(self, days: int, pieces: int, paid: int, *, people: int = PEOPLE) -> SoldLine:
        """So many days, and visits or yuan."""
        holds: dict[str, int | None] = {"visits": pieces}
        if self.holds_value:
            holds = {"visits": None, "value_minor": pieces * 100}
        return a_line(self.cast.visits, days=days, paid_minor=paid, people_max=people, terms={}, **holds)

    def _sale(self) -> SaleID:
        return a_sale(self.session, self.cast, self.cast.visits, at=self.at, person_id=self.people[0])

    @property
    def row(self) -> CardRow:
        self.session.flush()
        row = self.session.get(CardRow, self.card_id, populate_existing=True)
        assert row is not None
        return row

    @property
    def desk(self) -> Actor:
        """Whoever stands at the desk of the club that the card is of."""
        return replace(self.cast.desk, club=clubs.get(self.session, ClubID(self.row.club_id)))

    @property
    def today(self) -> date:
        return self.at.astimezone(self.cast.club.zone).date()

    def step(self, act: str, size: int, silent_days: int) -> None:
        self.at += timedelta(minutes=2)  # no two scans are one visit
        self._wait(silent_days)
        try:
            with self.session.begin_nested():
                getattr(self, act)(size)
        except Refused:
            pass
        self.the_job_runs(0)

    def _wait(self, days: int) -> None:
        for _ in range(days):
            self.at += timedelta(days=1)
            self.count.a_day_passes(self.today)

    def the_job_runs(self, _size: int) -> None:
        if self.card_id in operations.due(self.session, ClubID(self.row.club_id), self.today):
            operations.wake(self.session, card_id=self.card_id, actor=self.cast.system, at=self.at)

    def wait_for_its_last_day(self, _size: int) -> None:
        if not self.count.frozen and self.count.begins_on is None:
            self._wait(max(0, self.count.days - 1))

    def renew(self, size: int) -> None:
        made = operations.renew(
            self.session,
            card_id=self.card_id,
            line=self._line(size, size, size * 1000),
            sale_id=self._sale(),
            actor=self.desk,
            at=self.at,
        )
        if self.count.ended:  # the money is here: another card takes it
            assert made != self.card_id
            return
        self.count.gets(size)
        self.count.paid += size * 1000

    def upgrade(self, size: int) -> None:
        traded = of_card(self.session, self.card_id, today=self.today).unused_minor
        self.card_id = operations.upgrade(
            self.session,
            card_id=self.card_id,
            line=self._line(90 + size, 30, size * 1000, people=PEOPLE_OF_A_BETTER_ONE),
            sale_id=self._sale(),
            trade_in_minor=traded,
            actor=self.desk,
            at=self.at,
        )
        self.count.runs()
        self.count.days, self.count.begins_on = 90 + size, None
        self.count.visits = None if self.holds_value else 30
        self.count.value = 3_000 if self.holds_value else None
        self.count.paid += size * 1000
        first = [each for each in self.people if each in self.count.sharers]
        stay = {each.person_id for each in family.sharers(self.session, self.card_id)}
        assert len(stay) == min(len(first), PEOPLE_OF_A_BETTER_ONE - 1)
        assert stay <= self.count.sharers
        self.count.sharers = stay

    def freeze(self, _size: int) -> None:
        operations.freeze(self.session, card=self.row.public_id, actor=self.desk, at=self.at)
        self.count.frozen = True

    def freeze_for(self, size: int) -> None:
        last_day = self.today + timedelta(days=size - 1)
        operations.freeze(
            self.session, card=self.row.public_id, last_day=last_day, actor=self.desk, at=self.at
        )
        self.count.frozen, self.count.wakes_on = True, last_day + timedelta(days=1)

    def unfreeze(self, _size: int) -> None:
        operations.unfreeze(self.session, card=self.row.public_id, actor=self.desk, at=self.at)
        self.count.runs()

    def transfer(self, size: int) -> None:
        others = [each for each in self.people if each not in (self.row.person_id, *self.count.sharers)]
        self._pass_on_to(others[size % len(others)])

    def transfer_to_a_sharer(self, _size: int) -> None:
        for sharer in sorted(self.count.sharers):
            self._pass_on_to(sharer)
            return

    def _pass_on_to(self, person_id: PersonID) -> None:
        self.card_id = operations.transfer(
            self.session, card_id=self.card_id, person_id=person_id, actor=self.desk, at=self.at
        )
        self.count.runs()
        self.count.sharers.clear()

    def move(self, _size: int) -> None:
        clubs_ = (self.cast.club, self.cast.other_club)
        there = next(each for each in clubs_ if each.id != self.row.club_id)
        operations.move_to_club(
            self.session, card_id=self.card_id, club_id=there.id, actor=self.desk, at=self.at
        )
        self.count.club = there.code

    def share(self, size: int) -> None:
        who = self.people[size % len(self.people)]
        operations.add_person(
            self.session, card=self.row.public_id, person_id=who, actor=self.desk, at=self.at
        )
        self.count.sharers.add(who)

    def unshare(self, _size: int) -> None:
        for sharer in family.sharers(self.session, self.card_id)[:1]:
            operations.remove_person(
                self.session, card=self.row.public_id, sharer_id=sharer.id, actor=self.desk, at=self.at
            )
            self.count.sharers.remove(sharer.person_id)

    def extend(self, size: int) -> None:
        visits = 0 if self.holds_value else size % 3
        operations.extend(
            self.session,
            card=self.row.public_id,
            days=size,
            visits=visits,
            reason="店庆",
            actor=self.desk,
            at=self.at,
        )
        self.count.days += size
        self.count.visits = None if self.count.visits is None else self.count.visits + visits

    def reissue(self, _size: int) -> None:
        operations.reissue(self.session, card=self.row.public_id, actor=self.desk, at=self.at)

    def use(self, size: int) -> None:
        key = f"{self.card_id}-{self.at}"
        if self.holds_value:
            for _ in range(2):  # sent twice
                operations.use_value(
                    self.session,
                    card_id=self.card_id,
                    amount=Money(size * 10, CNY),
                    what="水",
                    key=key,
                    actor=self.desk,
                    at=self.at,
                )
            assert self.count.value is not None
            self.count.value -= size * 10
            self.count.begins_on = None
            return
        for _ in range(2):
            operations.take_visits(
                self.session,
                card_id=self.card_id,
                visits=size % 4 + 1,
                what="",
                key=key,
                actor=self.desk,
                at=self.at,
            )
        assert self.count.visits is not None
        self.count.visits -= size % 4 + 1
        self.count.begins_on = None

    def undo(self, _size: int) -> None:
        if self.holds_value:
            for each in value_moves(self.session, self.card_id):
                if each.kind == "use":
                    operations.undo_value(
                        self.session, card_id=self.card_id, move_id=each.id, actor=self.desk, at=self.at
                    )
                    assert self.count.value is not None
                    self.count.value -= each.amount.minor
                    return
            return
        for taken in visit_moves(self.session, self.card_id):
            if taken.visits < 0:
                operations.undo_visits(
                    self.session, card_id=self.card_id, move_id=taken.id, actor=self.desk, at=self.at
                )
                assert self.count.visits is not None
                self.count.visits -= taken.visits
                return

    def scan(self, _size: int) -> None:
        """The door of its club opens exactly when the count says so; the other club's never does."""
        card = queries.by_id(self.session, self.card_id)
        assert card is not None
        opens = self.count.opens_the_door()
        answer = scan_at(self.session, a_door(self.desk.club, 1), moving_code(card, self.at), self.at)
        assert answer.admitted is opens, answer.code
        if opens:
            assert self.count.visits is not None
            self.count.visits -= 1
            self.count.begins_on = None

    def refund_a_part(self, size: int) -> None:
        worth = of_card(self.session, self.card_id, today=self.today)
        left = self.count.value if self.holds_value else self.count.visits
        assert left is not None
        pieces = min(size * (100 if self.holds_value else 1), left)
        money = worth.unused_minor * pieces // max(1, left)
        operations.take_back(
            self.session,
            card_id=self.card_id,
            days=min(size, self.count.days),
            visits=0 if self.holds_value else pieces,
            value_minor=pieces if self.holds_value else 0,
            paid_minor=money,
            reason="退部分",
            actor=self.desk,
            at=self.at,
        )
        self.count.days -= min(size, self.count.days)
        if self.holds_value:
            self.count.value = left - pieces
        else:
            self.count.visits = left - pieces
        self.count.pay_back += money

    def refund(self, size: int) -> None:
        if size < 36:  # seldom: a card that has ended has no more to tell
            return
        worth = of_card(self.session, self.card_id, today=self.today)
        operations.end_card(
            self.session,
            card_id=self.card_id,
            as_=EndedAs.REFUNDED,
            paid_minor=worth.unused_minor,
            actor=self.desk,
            at=self.at,
        )
        self.count.ends()
        self.count.pay_back += worth.unused_minor

    def agrees(self) -> None:
        """The card says what the count says, and so does everything it was ever given."""
        row, count = self.row, self.count
        assert (row.visits_left, row.value_left_minor) == (count.visits, count.value)
        assert self.desk.club.code == count.club
        assert {each.person_id for each in family.sharers(self.session, self.card_id)} == count.sharers
        given_ = [each.grant for each in grants.of_card(self.session, self.card_id)]
        freezes = [each.freeze for each in grants.freezes_of(self.session, self.card_id)]
        folded = fold(given_, freezes, visits_used=(row.visits_total or 0) - (count.visits or 0))
        assert (row.valid_from, row.valid_until, row.days) == (
            folded.valid_from,
            folded.valid_until,
            folded.days,
        )
        assert (row.visits_total, row.visits_left) == (folded.visits_total, folded.visits_left)
        if not count.ended:
            stands = next((each for each in freezes if each.ran_again_on is None), None)
            assert days_left(folded, stands, self.today) == count.days
        if count.ended:
            assert row.status == CardStatus.CANCELLED
        elif count.begins_on is not None:
            assert (row.status, row.valid_from, row.valid_until) == (CardStatus.ACTIVE, None, None)
        elif count.frozen:
            assert row.status == CardStatus.FROZEN
            assert row.frozen_on is not None
            assert row.valid_until == row.frozen_on + timedelta(days=count.days - 1)
        elif count.days:
            assert row.status == CardStatus.ACTIVE
            assert row.valid_until == self.today + timedelta(days=count.days - 1)
        else:
            assert row.valid_until is not None
            assert row.valid_until < self.today
        self._money_agrees()

    def _money_agrees(self) -> None:
        money = 0
        for card_id in chain(self.session, self.card_id):
            parts = [each.grant.paid_minor for each in grants.of_card(self.session, CardID(card_id))]
            assert sum(parts) >= 0
            money += sum(parts)
        assert money == self.count.paid - self.count.pay_back
        worth = of_card(self.session, self.card_id, today=self.today)
        assert 0 <= worth.unused_minor <= worth.paid_minor
        if self.count.ended or not self.count.days:
            assert worth.unused_minor == 0


@pytest.mark.parametrize("kind", ["visits", "value", "first use"])
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=STEPS)
@example(steps=BEGUN_ANEW_AND_FROZEN)
@example(steps=[("freeze_for", 5, 0), ("unfreeze", 1, 7), ("scan", 1, 0)])
@example(steps=[("freeze_for", 5, 0), ("transfer", 1, 7), ("scan", 1, 0)])
@example(steps=[("freeze_for", 5, 0), ("refund", 40, 7)])
@example(steps=[("renew", 27, 31), ("freeze", 1, 31), ("refund_a_part", 35, 0)])  # frozen, and no day left
def test_a_card_is_what_a_plain_count_says(
    session: Session, cast: Cast, kind: str, steps: list[Step]
) -> None:
    try:
        with session.begin_nested() as kept:
            life = Life(session, cast, kind)
            life.agrees()
            for act, size, silent_days in steps:
                life.step(act, size, silent_days)
                life.agrees()
            for check in checks.INVARIANTS:
                assert list(check(session)) == []
            kept.rollback()
    finally:
        session.expunge_all()  # SQLite gives their keys to the next ones
