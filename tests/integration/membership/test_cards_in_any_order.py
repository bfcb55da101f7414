"""Whatever happens to a card in whatever order: its days, visits and money are what a plain count says (CRD-03, CRD-04)."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from clubsales.errors import Refused
from clubsales.ids import CardID, SaleID
from clubsales.membership.cards import checks, grants, operations
from clubsales.membership.cards.ending import EndedAs
from clubsales.membership.cards.entitlement import days_left, fold
from clubsales.membership.cards.models import CardRow
from clubsales.membership.cards.passing import chain
from clubsales.membership.cards.rules import CardStatus
from clubsales.membership.cards.worth import of_card
from tests.builders import Cast, local
from tests.cards import a_card, a_line, a_person, a_sale

AT = local(9, 0)
TODAY = date(2026, 3, 9)


@dataclass
class Count:
    """A card counted on one's fingers, day by day."""

    days: int
    visits: int
    frozen: bool = False
    ended: bool = False
    paid: int = 0
    lived: int = 0
    visited: int = 0
    given_days: int = 0
    taken_days: int = 0
    pay_back: int = 0
    people: list[int] = field(default_factory=list)

    def a_day_passes(self) -> None:
        if self.days and not self.frozen and not self.ended:
            self.days -= 1
            self.lived += 1


STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            (
                "wait",
                "wait_for_its_last_day",
                "renew",
                "upgrade",
                "freeze",
                "unfreeze",
                "transfer",
                "extend",
                "reissue",
                "use",
                "refund",
            )
        ),
        st.integers(1, 40),
    ),
    min_size=4,
    max_size=14,
)


class Life:
    """A card and the count beside it."""

    def __init__(self, session: Session, cast: Cast) -> None:
        self.session, self.cast, self.at = session, cast, AT
        self.line = a_line(cast.visits, days=60, visits=20, paid_minor=100_000, terms={})
        self.holders = [a_person(session, cast, name=f"客人{n}") for n in range(2)]
        made = a_card(session, cast, cast.visits, at=AT, person_id=self.holders[0])
        operations.end_of_sale(session, sale_id=made.sale_id, actor=cast.desk, at=AT)
        self.sale_id = self._sale()
        card_id = operations.prepare(
            session,
            sale_id=self.sale_id,
            line=self.line,
            person_id=self.holders[0],
            is_paid=True,
            actor=cast.desk,
            at=AT,
        )
        assert card_id is not None
        self.card_id = card_id
        self.count = Count(days=60, visits=20, paid=100_000, given_days=60)

    def _sale(self) -> SaleID:
        return a_sale(self.session, self.cast, self.cast.visits, at=self.at, person_id=self.holders[0])

    @property
    def row(self) -> CardRow:
        self.session.flush()
        row = self.session.get(CardRow, self.card_id, populate_existing=True)
        assert row is not None
        return row

    def step(self, act: str, size: int) -> None:
        try:
            with self.session.begin_nested():
                getattr(self, act)(size)
        except Refused:
            pass

    def wait(self, size: int) -> None:
        self.at += timedelta(days=size)
        for _ in range(size):
            self.count.a_day_passes()

    def wait_for_its_last_day(self, size: int) -> None:
        if not self.count.frozen:
            self.wait(max(0, self.count.days - 1))

    def renew(self, size: int) -> None:
        made = operations.renew(
            self.session,
            card_id=self.card_id,
            line=a_line(self.cast.visits, days=size, visits=size, paid_minor=size * 1000, terms={}),
            sale_id=self._sale(),
            actor=self.cast.desk,
            at=self.at,
        )
        if self.count.ended:  # the money is here: another card takes it
            assert made != self.card_id
            return
        self.count.days += size
        self.count.given_days += size
        self.count.visits += size
        self.count.paid += size * 1000

    def upgrade(self, size: int) -> None:
        traded = of_card(self.session, self.card_id, today=self.today).unused_minor
        self.card_id = operations.upgrade(
            self.session,
            card_id=self.card_id,
            line=a_line(self.cast.visits, days=90 + size, visits=30, paid_minor=size * 1000, terms={}),
            sale_id=self._sale(),
            trade_in_minor=traded,
            actor=self.cast.desk,
            at=self.at,
        )
        self.count.taken_days += self.count.days
        self.count.days = 90 + size
        self.count.given_days += 90 + size
        self.count.visits = 30
        self.count.frozen = False
        self.count.paid += size * 1000

    def freeze(self, size: int) -> None:
        operations.freeze(self.session, card=self.row.public_id, actor=self.cast.desk, at=self.at)
        self.count.frozen = True

    def unfreeze(self, size: int) -> None:
        operations.unfreeze(self.session, card=self.row.public_id, actor=self.cast.desk, at=self.at)
        self.count.frozen = False

    def transfer(self, size: int) -> None:
        to = next(each for each in self.holders if each != self.row.person_id)
        self.card_id = operations.transfer(
            self.session, card_id=self.card_id, person_id=to, actor=self.cast.desk, at=self.at
        )
        self.count.frozen = False

    def extend(self, size: int) -> None:
        operations.extend(
            self.session,
            card=self.row.public_id,
            days=size,
            visits=size % 3,
            reason="店庆",
            actor=self.cast.desk,
            at=self.at,
        )
        self.count.days += size
        self.count.given_days += size
        self.count.visits += size % 3

    def reissue(self, size: int) -> None:
        operations.reissue(self.session, card=self.row.public_id, actor=self.cast.desk, at=self.at)

    def use(self, size: int) -> None:
        operations.take_visits(
            self.session,
            card_id=self.card_id,
            visits=size % 4 + 1,
            what="",
            key=f"{self.card_id}-{self.at}-{size}-{self.count.visited}",
            actor=self.cast.desk,
            at=self.at,
        )
        self.count.visits -= size % 4 + 1
        self.count.visited += size % 4 + 1

    def refund(self, size: int) -> None:
        worth = of_card(self.session, self.card_id, today=self.today)
        if size > 36:
            operations.end_card(
                self.session,
                card_id=self.card_id,
                as_=EndedAs.REFUNDED,
                paid_minor=worth.unused_minor,
                actor=self.cast.desk,
                at=self.at,
            )
            self.count.taken_days += self.count.days
            self.count.days, self.count.visits, self.count.ended = 0, 0, True
            self.count.frozen = False
            self.count.pay_back += worth.unused_minor
            return
        visits = min(size, self.count.visits)
        money = worth.unused_minor * visits // max(1, self.count.visits)
        operations.take_back(
            self.session,
            card_id=self.card_id,
            days=min(size, self.count.days),
            visits=visits,
            paid_minor=money,
            reason="退部分",
            actor=self.cast.desk,
            at=self.at,
        )
        self.count.taken_days += min(size, self.count.days)
        self.count.days -= min(size, self.count.days)
        self.count.visits -= visits
        self.count.pay_back += money

    @property
    def today(self) -> date:
        return self.at.astimezone(self.cast.club.zone).date()

    def agrees(self) -> None:
        """The card says what the count says, and so does everything it was ever given."""
        row, count = self.row, self.count
        assert row.visits_left == count.visits
        assert count.given_days == count.lived + count.days + count.taken_days
        given_ = [each.grant for each in grants.of_card(self.session, self.card_id)]
        freezes = [each.freeze for each in grants.freezes_of(self.session, self.card_id)]
        assert row.visits_total is not None
        folded = fold(given_, freezes, visits_used=row.visits_total - count.visits)
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
        elif count.frozen:
            assert row.status == CardStatus.FROZEN
            assert row.frozen_on is not None
            assert row.valid_until == row.frozen_on + timedelta(days=count.days - 1)
        elif count.days:
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


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=STEPS)
def test_a_card_is_what_a_plain_count_says(
    session: Session, cast: Cast, steps: list[tuple[str, int]]
) -> None:
    with session.begin_nested() as kept:
        life = Life(session, cast)
        life.agrees()
        for act, size in steps:
            life.step(act, size)
            life.agrees()
        assert list(checks.cards_are_what_they_were_given(session)) == []
        kept.rollback()
    session.expunge_all()  # SQLite gives their keys to the next ones
