from collections.abc import Callable, Iterator, Sequence
from datetime import date

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from clubsales.actor import Actor
from clubsales.audit import AuditEvent
from clubsales.clock import Instant
from clubsales.consultants.credits import checks, operations, queries
from clubsales.consultants.credits.models import CreditBasisRow, PostingRow
from clubsales.consultants.credits.rules import Attribution, Share
from clubsales.consultants.profiles.rules import Kind
from clubsales.errors import Reason, Refused
from clubsales.ids import ConsultantID, PolicyVersionID, SaleID
from clubsales.membership.sales.models import SaleRow
from clubsales.money import CNY, Money
from clubsales.policies import PolicyVersion
from tests.builders import Cast, consultant_of, local, yuan
from tests.statements import statements

MARCH = date(2026, 3, 1)
MARCH_9 = local(10)
REASON = Reason("DSP-03", "attribution.receiver", {"consultant": "林静"})
STEPS = (Reason("DSP-02", "attribution.not_member"), REASON)
OPENED = Reason("DSP-10", "dispute.opened", {"opener": "马超"})
RULING = Reason("DSP-10", "dispute.ruled", {"by": "吴建国"})


class Books:
    """A sale's ledger under test: X the outside consultant 70 %, B the inside one 30 %, unless said otherwise."""

    def __init__(self, session: Session, cast: Cast) -> None:
        self.session, self.cast = session, cast
        self.x, self.b = consultant_of(cast.ma), consultant_of(cast.lin)
        self.unopened: dict[SaleID, tuple[Money, Attribution, str]] = {}
        self.policy_version_id = PolicyVersionID(
            session.scalars(sa.select(PolicyVersion.id).where(PolicyVersion.club_id == cast.club.id)).first()
            or 0
        )

    def open(
        self,
        price: str = "3980.00",
        *,
        shares: tuple[Share, ...] | None = None,
        basis: str = "cash_received",
    ) -> SaleID:
        """A sale whose shares will be decided so at its first receipt."""
        sale_id = self.a_sale(price)
        self.unopened[sale_id] = (yuan(price), self.attribution(shares), basis)
        return sale_id

    def attribution(self, shares: tuple[Share, ...] | None = None) -> Attribution:
        return Attribution(shares or (Share(self.x, 7000), Share(self.b, 3000)), "DSP-03", REASON, STEPS)

    def a_sale(self, price: str) -> SaleID:
        row = SaleRow(
            club_id=self.cast.club.id,
            card_type_id=self.cast.annual.id,
            card_type_name="年卡",
            kind="new",
            currency=CNY,
            list_price_minor=yuan(price).minor,
            price_minor=yuan(price).minor,
            person_id=None,
            reception_id=None,
            consultant_id=None,
            opened_at=local(10),
            opened_by=None,
            policy_version_id=self.policy_version_id,
        )
        self.session.add(row)
        self.session.flush()
        return SaleID(row.id)

    def receive(self, sale_id: SaleID, amount: str, at: Instant = MARCH_9) -> None:
        if sale_id in self.unopened:
            contract, attribution, basis = self.unopened.pop(sale_id)
            operations.open_with_receipt(
                self.session,
                sale_id=sale_id,
                contract=contract,
                attribution=attribution,
                basis=basis,
                amount=yuan(amount),
                reference="payment",
                policy_version_id=self.policy_version_id,
                actor=self.cast.desk,
                at=at,
            )
            return
        operations.receive(
            self.session,
            sale_id=sale_id,
            amount=yuan(amount),
            reference="payment",
            actor=self.cast.desk,
            at=at,
        )

    def refund(self, sale_id: SaleID, amount: str, at: Instant = MARCH_9) -> None:
        operations.refund(
            self.session,
            sale_id=sale_id,
            amount=yuan(amount),
            reference="refund",
            actor=self.cast.manager,
            at=at,
        )

    def hold(
        self, sale_id: SaleID, at: Instant = MARCH_9, *, reference: str = "case", actor: Actor | None = None
    ) -> None:
        operations.hold(
            self.session,
            sale_id=sale_id,
            reference=reference,
            reason=OPENED,
            actor=actor or self.cast.lin,
            at=at,
        )

    def rule(
        self,
        sale_id: SaleID,
        shares: Sequence[Share] | None = None,
        at: Instant = MARCH_9,
        *,
        reference: str = "case",
        actor: Actor | None = None,
    ) -> None:
        operations.reallocate(
            self.session,
            sale_id=sale_id,
            shares=shares,
            reason=RULING,
            reference=reference,
            policy_version_id=self.policy_version_id,
            actor=actor or self.cast.manager,
            at=at,
        )

    def lines(self, sale_id: SaleID) -> list[tuple[ConsultantID | None, str]]:
        postings = queries.postings_of_sale(self.session, self.cast.club.id, sale_id)
        assert [posting.sequence for posting in postings] == list(range(1, len(postings) + 1))
        return [(posting.consultant_id, str(posting.amount)) for posting in postings]

    def month(self, consultant_id: ConsultantID, month: date = MARCH) -> Money:
        return queries.month_credit(self.session, self.cast.club.id, consultant_id, month)

    def events(self) -> list[str]:
        self.session.flush()
        return list(
            self.session.scalars(
                sa.select(AuditEvent.tag).where(AuditEvent.tag.like("credit:%")).order_by(AuditEvent.id)
            )
        )

    def faults(self) -> list[str]:
        return [sentence for invariant in checks.INVARIANTS for sentence in invariant(self.session)]


@pytest.fixture
def books(session: Session, cast: Cast) -> Iterator[Books]:
    """A ledger whose invariants hold after whatever a test did."""
    ledger = Books(session, cast)
    yield ledger
    assert ledger.faults() == []


def test_a_receipt_is_split_and_explained(books: Books) -> None:
    sale_id = books.open()
    books.receive(sale_id, "3980.00")
    assert books.lines(sale_id) == [(books.x, "2786.00"), (books.b, "1194.00")]
    line = queries.postings_of_sale(books.session, books.cast.club.id, sale_id)[0]
    assert (line.rule, line.cause, line.month, line.at) == ("DSP-03", "receipt", MARCH, local(10))
    assert line.reason.code == "attribution.receiver"
    credit = queries.credit_of_sale(books.session, books.cast.club.id, sale_id)
    assert credit is not None
    assert [(share.name, share.basis_points, str(share.credit)) for share in credit.shares] == [
        ("马超", 7000, "2786.00"),
        ("林静", 3000, "1194.00"),
    ]


def test_deciding_and_receiving_at_once_is_the_same_ledger(books: Books) -> None:
    sale_id = books.a_sale("3980.00")
    operations.open_with_receipt(
        books.session,
        sale_id=sale_id,
        contract=yuan("3980.00"),
        attribution=books.attribution(),
        basis="cash_received",
        amount=yuan("100.05"),
        reference="payment",
        policy_version_id=books.policy_version_id,
        actor=books.cast.desk,
        at=local(10),
    )
    books.receive(sale_id, "3879.95")
    books.refund(sale_id, "3980.00")
    assert books.lines(sale_id) == [
        (books.x, "70.04"),
        (books.b, "30.01"),
        (books.x, "2715.96"),
        (books.b, "1163.99"),
        (books.x, "-2786.00"),
        (books.b, "-1194.00"),
    ]


def test_a_receipt_costs_few_statements(books: Books) -> None:
    """A sale in one POST lives on this: deciding and posting is three, a later receipt three."""
    sale_id = books.a_sale("3980.00")
    with statements() as opening:
        operations.open_with_receipt(
            books.session,
            sale_id=sale_id,
            contract=yuan("3980.00"),
            attribution=books.attribution(),
            basis="cash_received",
            amount=yuan("200.00"),
            reference="payment",
            policy_version_id=books.policy_version_id,
            actor=books.cast.desk,
            at=local(10),
        )
    assert [each.split()[0] for each in opening] == ["INSERT"] * 3
    with statements() as receiving:
        books.receive(sale_id, "3780.00")
    assert [each.split()[0] for each in receiving] == ["UPDATE", "SELECT", "INSERT"]


@pytest.mark.parametrize(
    ("price", "refunds", "lines"),
    [
        ("3980.00", ["3980.00"], ["-2786.00", "-1194.00"]),
        ("3980.00", ["1000.01", "2979.99"], ["-700.01", "-300.00", "-2085.99", "-894.00"]),
        ("100.10", ["50.05", "50.05"], ["-35.04", "-15.01", "-35.03", "-15.02"]),
    ],
)
def test_refunds_reverse_cumulatively(books: Books, price: str, refunds: list[str], lines: list[str]) -> None:
    """SC-28 a, d, e."""
    sale_id = books.open(price)
    books.receive(sale_id, price)
    for refund in refunds:
        books.refund(sale_id, refund)
    assert [amount for _holder, amount in books.lines(sale_id)][2:] == lines
    assert all(books.month(consultant) == yuan("0.00") for consultant in (books.x, books.b))


def test_money_counts_in_the_month_it_came_or_went(books: Books) -> None:
    """SC-15 and SC-28 b: the club's own month, not UTC's."""
    sale_id = books.open(shares=(Share(books.b, 10_000),))
    books.receive(sale_id, "200.00", local(23, 50, day=31))
    books.receive(sale_id, "3780.00", local(0, 0, day=1, month=4))
    books.refund(sale_id, "3980.00", local(9, day=12, month=4))
    assert str(books.month(books.b)) == "200.00"
    assert str(books.month(books.b, date(2026, 4, 1))) == "-200.00"
    day = queries.day_credit(books.session, books.cast.club, date(2026, 4, 1))
    assert {holder: str(amount) for holder, amount in day.items()} == {books.b: "3780.00"}


def test_a_refund_beyond_what_came_in_is_refused(books: Books) -> None:
    sale_id = books.open()
    books.receive(sale_id, "200.00")
    books.refund(sale_id, "150.00")
    with pytest.raises(Refused) as refused:
        books.refund(sale_id, "50.01")
    assert refused.value.code == "credit.above_received"
    books.refund(sale_id, "50.00")


def test_nothing_is_posted_before_somebody_decided_whose_it_is(books: Books) -> None:
    sale_id = books.a_sale("3980.00")
    with pytest.raises(Refused) as refused:
        books.receive(sale_id, "200.00")
    assert refused.value.code == "credit.not_opened"


def test_another_club_cannot_move_a_ledger(books: Books) -> None:
    sale_id = books.open(shares=(Share(books.b, 10_000),))
    books.receive(sale_id, "100.00")
    other = books.cast.other_manager
    moves: list[Callable[[], None]] = [
        lambda: operations.receive(
            books.session,
            sale_id=sale_id,
            amount=yuan("1.00"),
            reference="payment",
            actor=other,
            at=local(10),
        ),
        lambda: books.hold(sale_id, actor=other),
        lambda: books.rule(sale_id, actor=other),
    ]
    for move in moves:
        with pytest.raises(Refused) as refused:
            move()
        assert refused.value.code == "credit.not_opened"
    assert books.lines(sale_id) == [(books.b, "100.00")]


@pytest.mark.parametrize("amount", ["0.00", "-1.00"])
def test_only_a_positive_amount_moves(books: Books, amount: str) -> None:
    sale_id = books.open()
    for move in (books.receive, books.refund):
        with pytest.raises(ValueError, match="positive"):
            move(sale_id, amount)


def test_a_contract_may_be_credited_whole_at_its_first_receipt(books: Books) -> None:
    sale_id = books.open(basis="contract_at_first_receipt")
    books.receive(sale_id, "200.00")
    books.receive(sale_id, "3780.00")
    books.refund(sale_id, "1000.01")
    assert books.lines(sale_id) == [
        (books.x, "2786.00"),
        (books.b, "1194.00"),
        (books.x, "-700.01"),
        (books.b, "-300.00"),
    ]


def test_the_house_keeps_what_is_nobodys(books: Books) -> None:
    sale_id = books.open(shares=(Share(None, 10_000),))
    books.receive(sale_id, "3980.00")
    books.refund(sale_id, "80.00")
    assert books.lines(sale_id) == [(None, "3980.00"), (None, "-80.00")]
    ranking = queries.month_ranking(books.session, books.cast.club.id, MARCH, Kind.INSIDE)
    assert all(not row.credit for row in ranking)


def test_the_ranking_of_the_month(books: Books) -> None:
    zhou = consultant_of(books.cast.zhou)
    mine = books.open(shares=(Share(books.b, 10_000),))
    books.receive(mine, "3980.00")
    split = books.open("1000.00", shares=(Share(zhou, 6000), Share(books.b, 4000)))
    books.receive(split, "1000.00")
    april = books.open("500.00", shares=(Share(zhou, 10_000),))
    books.receive(april, "500.00", local(10, day=2, month=4))
    rows = queries.month_ranking(books.session, books.cast.club.id, date(2026, 3, 20), Kind.INSIDE)
    assert [(row.rank, row.name, row.team, str(row.credit), row.sales_count) for row in rows] == [
        (1, "林静", "一组", "4380.00", 1),
        (2, "周倩", "一组", "600.00", 1),
    ]
    outside = queries.month_ranking(books.session, books.cast.club.id, MARCH, Kind.OUTSIDE)
    assert [(row.rank, row.name, str(row.credit), row.sales_count) for row in outside] == [
        (1, "马超", "0.00", 0)
    ]


def test_the_level_share_a_rank(books: Books) -> None:
    rows = queries.month_ranking(books.session, books.cast.club.id, MARCH, Kind.INSIDE)
    assert [(row.rank, row.sales_count) for row in rows] == [(1, 0), (1, 0)]


@pytest.mark.parametrize("change", ["UPDATE posting SET amount_minor = 1", "DELETE FROM posting"])
def test_postings_cannot_be_changed_by_hand(session: Session, cast: Cast, change: str) -> None:
    books = Books(session, cast)
    books.receive(books.open(), "100.00")
    with pytest.raises(DatabaseError):
        session.execute(sa.text(change))


def test_a_second_line_under_one_number_is_stopped(session: Session, cast: Cast) -> None:
    books = Books(session, cast)
    sale_id = books.open()
    books.receive(sale_id, "100.00")
    columns = [column for column in PostingRow.__table__.columns if column.name != "id"]
    line = session.execute(sa.select(*columns).where(PostingRow.sequence == 1)).one()
    with pytest.raises(DatabaseError):
        session.execute(sa.insert(PostingRow).values(**line._mapping))


def test_the_checks_find_a_head_that_was_tampered_with(session: Session, cast: Cast) -> None:
    books = Books(session, cast)
    sale_id = books.open()
    books.receive(sale_id, "100.00")
    assert books.faults() == []
    session.execute(sa.update(CreditBasisRow).values(refunded_minor=CreditBasisRow.received_minor))
    faults = books.faults()
    assert any("its head says nothing" in fault for fault in faults)
    assert any("is refunded in full" in fault for fault in faults)


def test_the_checks_find_shares_that_are_no_whole(session: Session, cast: Cast) -> None:
    books = Books(session, cast)
    sale_id = books.open(shares=(Share(books.b, 10_000),))
    books.receive(sale_id, "100.00")
    session.execute(sa.update(CreditBasisRow).values(shares=[[books.b, 9_999]]))
    assert books.faults() == [f"Sale {sale_id}: the shares do not add up to 10000 basis points."]


def test_a_dispute_takes_the_credit_out_and_a_ruling_posts_it(books: Books) -> None:
    """DSP-10, AMB-12: each in the month of its own line, under its own rule and reason."""
    april = date(2026, 4, 1)
    sale_id = books.open(shares=(Share(books.b, 10_000),))
    books.receive(sale_id, "3980.00")
    books.hold(sale_id, local(12, day=31))
    assert books.month(books.b) == yuan("0.00")
    books.rule(sale_id, (Share(books.x, 7000), Share(books.b, 3000)), local(10, day=2, month=4))
    assert books.lines(sale_id) == [
        (books.b, "3980.00"),
        (books.b, "-3980.00"),
        (books.x, "2786.00"),
        (books.b, "1194.00"),
    ]
    told = [
        (line.rule, line.cause, line.reference, line.month, line.reason.code)
        for line in queries.postings_of_sale(books.session, books.cast.club.id, sale_id)
    ]
    assert told == [
        ("DSP-03", "receipt", "payment", MARCH, "attribution.receiver"),
        ("DSP-10", "dispute", "case", MARCH, "dispute.opened"),
        ("DSP-10", "ruling", "case", april, "dispute.ruled"),
        ("DSP-10", "ruling", "case", april, "dispute.ruled"),
    ]
    assert (books.month(books.b), books.month(books.b, april)) == (yuan("0.00"), yuan("1194.00"))


def test_while_credit_is_held_money_moves_and_nothing_is_posted(books: Books) -> None:
    sale_id = books.open()
    books.receive(sale_id, "1000.01")
    books.hold(sale_id)
    posted = books.lines(sale_id)
    books.receive(sale_id, "2979.99")
    books.refund(sale_id, "0.05")
    assert books.lines(sale_id) == posted
    credit = queries.credit_of_sale(books.session, books.cast.club.id, sale_id)
    assert credit is not None
    assert credit.held
    assert [str(share.credit) for share in credit.shares] == ["0.00", "0.00"]
    books.rule(sale_id)
    assert books.lines(sale_id)[-2:] == [(books.x, "2785.96"), (books.b, "1193.99")]


def test_what_follows_a_ruling_follows_its_rule_and_its_split(books: Books) -> None:
    sale_id = books.open()
    books.receive(sale_id, "1000.00")
    books.hold(sale_id)
    books.rule(sale_id, (Share(books.b, 10_000), Share(books.x, 0)))
    books.receive(sale_id, "2980.00")
    books.refund(sale_id, "3980.00")
    lines = queries.postings_of_sale(books.session, books.cast.club.id, sale_id)[-2:]
    assert [(line.consultant_id, line.rule, line.cause, str(line.amount)) for line in lines] == [
        (books.b, "DSP-10", "receipt", "2980.00"),
        (books.b, "DSP-10", "refund", "-3980.00"),
    ]
    assert lines[0].reason == RULING
    stored = queries.stored_head(books.session, books.cast.club.id, sale_id)
    assert stored is not None
    assert stored.head.shares == (Share(books.b, 10_000),)  # nothing is no share


def test_a_confirmation_moves_no_cent(books: Books) -> None:
    """The odd cent stays with the first of the shares that stood, which are ruled on under DSP-10 from now on."""
    sale_id = books.open("100.10", shares=(Share(books.x, 5000), Share(books.b, 5000)))
    books.receive(sale_id, "50.05")
    books.hold(sale_id)
    books.rule(sale_id)
    books.receive(sale_id, "50.05")
    assert books.lines(sale_id) == [
        (books.x, "25.03"),
        (books.b, "25.02"),
        (books.x, "-25.03"),
        (books.b, "-25.02"),
        (books.x, "25.03"),
        (books.b, "25.02"),
        (books.x, "25.02"),
        (books.b, "25.03"),
    ]


def test_a_ruled_split_has_its_own_order_of_odd_cents(books: Books) -> None:
    sale_id = books.open("100.05", shares=(Share(books.x, 5000), Share(books.b, 5000)))
    books.receive(sale_id, "100.05")
    books.hold(sale_id)
    books.rule(sale_id, (Share(books.b, 5000), Share(books.x, 5000)))
    assert books.lines(sale_id)[-2:] == [(books.b, "50.03"), (books.x, "50.02")]


def test_a_contract_credited_whole_comes_back_whole(books: Books) -> None:
    sale_id = books.open(basis="contract_at_first_receipt")
    books.receive(sale_id, "200.00")
    books.hold(sale_id)
    books.refund(sale_id, "50.00")
    books.rule(sale_id, (Share(None, 10_000),))
    assert books.lines(sale_id)[2:] == [(books.x, "-2786.00"), (books.b, "-1194.00"), (None, "3930.00")]


def test_what_is_held_stays_held_and_what_is_ruled_stays_ruled(books: Books) -> None:
    sale_id = books.open()
    books.receive(sale_id, "100.00")
    for _twice in range(2):
        books.hold(sale_id)
    assert len(books.lines(sale_id)) == 4
    for _twice in range(2):
        books.rule(sale_id)
    assert len(books.lines(sale_id)) == 6
    assert books.events() == ["credit:decided", "credit:held", "credit:reallocated", "credit:reallocated"]


def test_nothing_is_held_or_ruled_before_the_first_receipt(books: Books) -> None:
    sale_id = books.open()
    for move in (books.hold, books.rule):
        with pytest.raises(Refused) as refused:
            move(sale_id)
        assert refused.value.code == "credit.not_opened"


def test_shares_that_are_no_whole_are_no_ruling(books: Books) -> None:
    sale_id = books.open()
    books.receive(sale_id, "100.00")
    books.hold(sale_id)
    for shares in [(Share(books.x, 9_999),), (Share(books.x, 12_000), Share(books.b, -2_000))]:
        with pytest.raises(ValueError, match="add up"):
            books.rule(sale_id, shares)


def test_the_working_of_the_rules_is_kept_through_a_ruling(books: Books) -> None:
    sale_id = books.open()
    books.receive(sale_id, "100.00")
    books.hold(sale_id)
    books.rule(sale_id, (Share(None, 10_000),))
    credit = queries.credit_of_sale(books.session, books.cast.club.id, sale_id)
    assert credit is not None
    assert (credit.rule, credit.reason, credit.working) == ("DSP-10", RULING, STEPS)


def test_holding_and_ruling_take_few_statements(books: Books) -> None:
    sale_id = books.open()
    books.receive(sale_id, "200.00")
    books.session.flush()
    for move in (books.hold, books.rule):
        with statements() as sent:
            move(sale_id)
        assert [each.split()[0] for each in sent] == ["UPDATE", "SELECT", "INSERT", "INSERT"]
