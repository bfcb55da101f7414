"""Reservations: asked, approved in order, held by a deposit, and every way they end (RSV-01 to RSV-07, AMB-56 to -58)."""

from dataclasses import dataclass
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales import policies
from clubsales.actor import Actor, Role
from clubsales.clock import Instant
from clubsales.errors import NotFound, Refused
from clubsales.ids import CardTypeID, PersonID
from clubsales.leads.people import operations as people
from clubsales.membership.approvals.models import ApprovalRow
from clubsales.membership.approvals.news import WAITS
from clubsales.membership.approvals.rules import ApprovalRefused
from clubsales.membership.catalogue.models import CardTypeRow
from clubsales.membership.catalogue.rules import CatalogueRefused
from clubsales.membership.contracts import operations as contracts
from clubsales.membership.payments.models import RefundRow
from clubsales.membership.payments.rules import Method
from clubsales.membership.reservations import operations, pages, queries
from clubsales.membership.reservations.queries import ReservationView
from clubsales.membership.reservations.rules import ReservationRefused, State
from clubsales.membership.sales import operations as sales
from clubsales.membership.sales import queries as sale_queries
from clubsales.membership.sales.models import SaleRow
from clubsales.membership.sales.rules import SaleRefused
from clubsales.membership.signature import SignatureRefused
from clubsales.money import Money
from clubsales.outbox import OutboxMessage
from tests.builders import Cast, a_card_type, consultant_of, local, yuan
from tests.integration.membership import contracting

AT = local(14)
SIGNATURE = "M20 100L120 40L220 160L320 60"


@dataclass
class Desk:
    """Whoever reserves, approves and pays out in these tests."""

    session: Session
    cast: Cast
    card: CardTypeID
    guest: PersonID

    def file(self, *, at: Instant = AT, **changes: object) -> str:
        values: dict[str, object] = {
            "card_type_id": self.card,
            "person_id": self.guest,
            "consultant_id": consultant_of(self.cast.lin),
            "charges_shown": True,
            "actor": self.cast.lin,
            **changes,
        }
        return operations.file(self.session, at=at, **values)  # type: ignore[arg-type]

    def says(
        self, public_id: str, actor: Actor, *, approved: bool = True, reason: str = "", at: Instant = AT
    ) -> None:
        operations.answer(
            self.session, public_id=public_id, approved=approved, reason=reason, actor=actor, at=at
        )

    def approved(self, **changes: object) -> str:
        public_id = self.file(**changes)
        self.says(public_id, self.cast.finance)
        self.says(public_id, self.cast.manager)
        return public_id

    def pay(
        self, public_id: str, *, amount: str = "100.00", method: Method = Method.CASH, at: Instant = AT
    ) -> None:
        operations.take_deposit(
            self.session,
            public_id=public_id,
            amount=yuan(amount),
            method=method,
            actor=self.cast.finance,
            at=at,
        )

    def held(self, *, method: Method = Method.CASH, **changes: object) -> str:
        public_id = self.approved(**changes)
        self.pay(public_id, method=method)
        return public_id

    def withdraws(self, public_id: str, *, at: Instant = AT, by_cheque: bool = False) -> None:
        operations.ask_withdrawal(
            self.session, public_id=public_id, reason="搬家", actor=self.cast.lin, at=at
        )
        operations.consent(
            self.session,
            public_id=public_id,
            agreed=True,
            by_cheque=by_cheque,
            actor=self.cast.manager,
            at=at,
        )

    def pays_out(
        self,
        public_id: str,
        *,
        at: Instant,
        papers_back: bool = True,
        signature: str = SIGNATURE,
        actor: Actor | None = None,
    ) -> None:
        operations.pay_out(
            self.session,
            public_id=public_id,
            papers_back=papers_back,
            signature=signature,
            actor=actor or self.cast.finance,
            at=at,
        )

    def tend(self, public_id: str, at: Instant) -> None:
        operations.tend(self.session, public_id=public_id, actor=self.cast.system, at=at)

    def view(self, public_id: str) -> ReservationView:
        self.session.flush()
        return queries.by_public_id(self.session, self.cast.club.id, public_id)

    def state(self, public_id: str) -> State:
        return self.view(public_id).state

    def sale(self, public_id: str) -> SaleRow:
        return self.session.scalars(
            sa.select(SaleRow).where(SaleRow.id == self.view(public_id).sale_id)
        ).one()

    def told_at(self, at: Instant) -> set[int]:
        """The accounts whose phones ring for what was done at a moment."""
        self.session.flush()
        rang = sa.select(OutboxMessage.payload).where(
            OutboxMessage.name == WAITS, OutboxMessage.created_at == at
        )
        return {each for said in self.session.scalars(rang) for each in said["accounts"]}

    def taken(self) -> int:
        self.session.flush()
        return self.session.execute(
            sa.select(CardTypeRow.quota_taken).where(CardTypeRow.id == self.card)
        ).scalar_one()

    def policy(self, **changes: object) -> None:
        policies.publish(
            self.session,
            changes={"reservation": changes},
            valid_from=date(2026, 3, 1),
            actor=self.cast.system,
            at=AT,
        )


@pytest.fixture
def desk(session: Session, cast: Cast) -> Desk:
    card = a_card_type(session, cast.club, "early", name="预售年卡", price=yuan("3000.00"))
    session.execute(sa.update(CardTypeRow).where(CardTypeRow.id == card.id).values(quota=2))
    guest = people.find_or_add(session, e164="+8613800138000", name="陈晨", actor=cast.lin, at=AT)
    return Desk(session, cast, card.id, guest)


def refused(desk: Desk, code: object) -> "pytest.RaisesExc[Refused]":
    return pytest.raises(Refused, match=str(code).replace(".", r"\."))


# Filing


def test_a_form_takes_a_place_and_waits_for_finance(desk: Desk) -> None:
    form = desk.view(desk.file())
    assert (form.state, form.deposit, desk.taken()) == (State.ASKED, yuan("100.00"), 1)


def test_the_last_place_is_told_to_be_gone(desk: Desk) -> None:
    desk.file()
    desk.file()
    with refused(desk, CatalogueRefused.SOLD_OUT):
        desk.file()


def test_what_is_not_limited_is_reserved_too(desk: Desk, cast: Cast) -> None:
    assert desk.state(desk.file(card_type_id=cast.annual.id)) is State.ASKED


def test_a_reservation_needs_a_customer_by_name_and_phone(desk: Desk, session: Session, cast: Cast) -> None:
    """RSV-03."""
    nameless = people.find_or_add(session, e164="+8613800138009", name="", actor=cast.lin, at=AT)
    phoneless = people.find_or_add(session, e164=None, name="陈晨", actor=cast.lin, at=AT)
    for person_id in (None, nameless, phoneless):
        with refused(desk, ReservationRefused.BUYER), session.begin_nested():
            desk.file(person_id=person_id)


def test_who_is_not_known_is_told_so_before_the_places_are_counted(desk: Desk) -> None:
    """RSV-03 first: who types a name and phone hears of the places then."""
    desk.file()
    desk.file()
    with refused(desk, ReservationRefused.BUYER):
        desk.file(person_id=None)
    with refused(desk, ReservationRefused.CHARGES):
        desk.file(charges_shown=False)


def test_charges_are_shown_before(desk: Desk) -> None:
    """RSV-05."""
    with refused(desk, ReservationRefused.CHARGES):
        desk.file(charges_shown=False)


def test_goods_are_not_reserved(desk: Desk, cast: Cast) -> None:
    with refused(desk, ReservationRefused.GOODS):
        desk.file(card_type_id=cast.towel.id)


@pytest.mark.parametrize(("deposit", "fine"), [("99.99", False), ("100.00", True), ("3000.01", False)])
def test_the_deposit_is_at_least_the_clubs_and_at_most_the_price(
    desk: Desk, deposit: str, fine: bool
) -> None:
    """RSV-02, AMB-56."""
    if fine:
        assert desk.view(desk.file(deposit=yuan(deposit))).deposit == yuan(deposit)
        return
    with pytest.raises(Refused):
        desk.file(deposit=yuan(deposit))


def test_a_card_type_may_ask_another_deposit(desk: Desk, session: Session) -> None:
    session.execute(sa.update(CardTypeRow).where(CardTypeRow.id == desk.card).values(deposit_minor=50000))
    assert desk.view(desk.file()).deposit == yuan("500.00")


def test_what_costs_less_than_the_least_deposit_is_paid_whole(desk: Desk) -> None:
    """RSV-02: the least is never more than the price."""
    desk.policy(deposit_min="5000.00")
    assert desk.view(desk.file()).deposit == yuan("3000.00")


# Approvals


def test_finance_first_then_the_manager(desk: Desk, cast: Cast) -> None:
    """RSV-01, AMB-58."""
    public_id = desk.file()
    with refused(desk, ApprovalRefused.NOT_YOUR_TURN):
        desk.says(public_id, cast.manager)
    desk.says(public_id, cast.finance)
    assert desk.state(public_id) is State.ASKED
    desk.says(public_id, cast.manager)
    assert desk.state(public_id) is State.APPROVED


def test_no_deposit_before_everybody_agreed(desk: Desk, cast: Cast) -> None:
    public_id = desk.file()
    with refused(desk, ReservationRefused.NOT_APPROVED):
        desk.pay(public_id)
    with refused(desk, ReservationRefused.NOT_APPROVED):
        operations.link_deposit(desk.session, public_id=public_id, actor=cast.lin, at=AT)


def test_a_no_gives_the_place_back_and_the_form_is_written_again(desk: Desk, cast: Cast) -> None:
    public_id = desk.file()
    desk.says(public_id, cast.finance, approved=False, reason="身份证复印件缺")
    assert (desk.state(public_id), desk.taken()) == (State.REFUSED, 0)
    with refused(desk, SaleRefused.CLOSED):
        sales.book_receipt(
            desk.session,
            sale_id=desk.view(public_id).sale_id,
            amount=yuan("100.00"),
            method=Method.CASH,
            actor=cast.finance,
            at=AT,
        )
    operations.file_again(
        desk.session, public_id=public_id, deposit=yuan("200.00"), note="已补", actor=cast.lin, at=AT
    )
    again = desk.view(public_id)
    assert (again.state, again.round, again.deposit, desk.taken()) == (State.ASKED, 2, yuan("200.00"), 1)
    desk.says(public_id, cast.finance)
    desk.says(public_id, cast.manager)
    desk.pay(public_id, amount="200.00")
    assert desk.state(public_id) is State.HELD


def test_a_colleague_does_not_write_it_again(desk: Desk, cast: Cast) -> None:
    public_id = desk.file()
    desk.says(public_id, cast.finance, approved=False, reason="x")
    with refused(desk, ReservationRefused.NOT_YOURS):
        operations.file_again(
            desk.session, public_id=public_id, deposit=yuan("100.00"), note="", actor=cast.zhou, at=AT
        )


# The deposit


def test_the_deposit_holds_it_for_fourteen_days_with_three_copies(desk: Desk) -> None:
    """RSV-04, AMB-56, AMB-58."""
    public_id = desk.held()
    held = desk.view(public_id)
    assert (held.state, held.number, held.valid_until) == (State.HELD, 1, date(2026, 3, 23))
    assert [copy.holder for copy in queries.copies(desk.session, held.id)] == [
        "customer",
        "finance",
        "consultant",
    ]
    assert desk.view(desk.held()).number == 2


def test_less_than_agreed_is_no_deposit(desk: Desk) -> None:
    with refused(desk, ReservationRefused.DEPOSIT):
        desk.pay(desk.approved(deposit=yuan("300.00")), amount="299.99")


def test_the_ledger_has_a_line_for_each_deposit(desk: Desk, cast: Cast) -> None:
    """RCV-01."""
    desk.held(method=Method.WECHAT)
    desk.approved()
    (line,) = queries.ledger(desk.session, cast.club, date(2026, 3, 1))
    assert (line.reservation.number, line.amount, line.method) == (1, yuan("100.00"), Method.WECHAT)
    assert queries.ledger(desk.session, cast.club, date(2026, 4, 1)) == []


def test_money_by_a_link_holds_it_as_well(desk: Desk, cast: Cast) -> None:
    public_id = desk.approved()
    sales.book_receipt(
        desk.session,
        sale_id=desk.view(public_id).sale_id,
        amount=yuan("100.00"),
        method=Method.ONLINE,
        actor=cast.finance,
        at=AT,
    )
    assert queries.to_tend(desk.session, cast.club, AT) == [public_id]
    desk.tend(public_id, AT)
    assert (desk.state(public_id), desk.view(public_id).number) == (State.HELD, 1)
    assert len(queries.ledger(desk.session, cast.club, date(2026, 3, 1))) == 1


def test_paid_whole_it_is_sold_and_keeps_its_place(desk: Desk, cast: Cast) -> None:
    public_id = desk.held()
    sales.book_receipt(
        desk.session,
        sale_id=desk.view(public_id).sale_id,
        amount=yuan("2900.00"),
        method=Method.CARD,
        actor=cast.finance,
        at=AT,
    )
    desk.tend(public_id, AT)
    assert (desk.state(public_id), desk.taken()) == (State.SOLD, 1)


def test_a_deposit_of_the_whole_price_sells_it(desk: Desk) -> None:
    public_id = desk.approved()
    desk.pay(public_id, amount="3000.00")
    assert desk.state(public_id) is State.SOLD


def test_the_signed_contract_takes_the_copies_back(desk: Desk, cast: Cast) -> None:
    public_id = desk.held()
    view = desk.view(public_id)
    assert operations.copies_back(desk.session, sale_id=view.sale_id, actor=cast.lin, at=AT) == 3
    assert operations.copies_back(desk.session, sale_id=view.sale_id, actor=cast.lin, at=AT) == 0
    assert desk.state(public_id) is State.SOLD
    assert all(copy.back_at == AT for copy in queries.copies(desk.session, view.id))


def test_the_contract_that_is_signed_takes_the_copies_back(desk: Desk, cast: Cast) -> None:
    """RSV-04: also the one that is signed on the tablet."""
    view = desk.view(desk.held())
    form = contracts.fill(
        desk.session, sale_id=view.sale_id, filled=contracting.filled(), actor=cast.lin, at=AT
    )
    contracts.submit(desk.session, public_id=form, actor=cast.lin, at=AT)
    contracting.approve(desk.session, form, cast.finance, cast.supervisor, cast.manager)
    contracting.sign(desk.session, cast, form, at=AT)
    assert desk.state(view.public_id) is State.SOLD
    assert [copy.back_at for copy in queries.copies(desk.session, view.id)] == [AT] * 3


# Lapse


def test_it_lapses_on_the_day_after_its_last(desk: Desk, cast: Cast) -> None:
    public_id = desk.held()
    desk.tend(public_id, local(23, 59, day=23))
    assert desk.state(public_id) is State.HELD
    desk.tend(public_id, local(0, day=24))
    assert (desk.state(public_id), desk.taken()) == (State.LAPSED, 0)
    assert desk.view(public_id).waits_for_decision
    assert cast.manager.account_id in desk.told_at(local(0, day=24))
    with refused(desk, SaleRefused.CLOSED):
        sales.book_receipt(
            desk.session,
            sale_id=desk.view(public_id).sale_id,
            amount=yuan("2900.00"),
            method=Method.CASH,
            actor=cast.finance,
            at=local(10, day=24),
        )


def test_a_form_without_a_deposit_lapses_too_and_needs_no_decision(desk: Desk, cast: Cast) -> None:
    public_id = desk.file()
    desk.tend(public_id, local(0, day=24))
    assert (desk.state(public_id), desk.taken()) == (State.LAPSED, 0)
    assert not desk.view(public_id).waits_for_decision
    assert cast.manager.account_id not in desk.told_at(local(0, day=24))
    with refused(desk, ReservationRefused.STATE):
        operations.decide_lapsed(
            desk.session,
            public_id=public_id,
            refunds=False,
            reason="x",
            actor=cast.manager,
            at=local(9, day=24),
        )


def test_the_manager_keeps_a_lapsed_deposit_and_its_credit_stays(desk: Desk, cast: Cast) -> None:
    public_id = desk.held()
    desk.tend(public_id, local(9, day=24))
    with refused(desk, ReservationRefused.ROLE):
        operations.decide_lapsed(
            desk.session, public_id=public_id, refunds=False, reason="x", actor=cast.lin, at=AT
        )
    with refused(desk, ReservationRefused.REASON):
        operations.decide_lapsed(
            desk.session, public_id=public_id, refunds=False, reason=" ", actor=cast.manager, at=AT
        )
    operations.decide_lapsed(
        desk.session,
        public_id=public_id,
        refunds=False,
        reason="逾期",
        actor=cast.manager,
        at=local(9, day=24),
    )
    sale = desk.sale(public_id)
    assert desk.state(public_id) is State.FORFEITED
    assert (sale.closed_as, sale.received_minor, sale.refunded_minor) == ("forfeited", 10000, 0)


def test_the_manager_gives_a_lapsed_deposit_back(desk: Desk, cast: Cast) -> None:
    public_id = desk.held()
    desk.tend(public_id, local(9, day=24))
    operations.decide_lapsed(
        desk.session,
        public_id=public_id,
        refunds=True,
        reason="客户住院",
        actor=cast.manager,
        at=local(9, day=24),
    )
    assert desk.view(public_id).payout_from == date(2026, 3, 25)
    desk.pays_out(public_id, at=local(10, day=25))
    assert (desk.state(public_id), desk.taken()) == (State.WITHDRAWN, 0)
    assert desk.sale(public_id).refunded_minor == 10000


# Withdrawal


def test_a_withdrawal_needs_the_managers_consent(desk: Desk, cast: Cast) -> None:
    """RSV-06, RFD-01."""
    public_id = desk.held()
    operations.ask_withdrawal(desk.session, public_id=public_id, reason="搬家", actor=cast.lin, at=AT)
    for actor in (cast.lin, cast.finance, cast.supervisor):
        with refused(desk, ReservationRefused.ROLE):
            operations.consent(desk.session, public_id=public_id, agreed=True, actor=actor, at=AT)
    with refused(desk, ReservationRefused.STATE):
        desk.pays_out(public_id, at=AT)
    operations.consent(desk.session, public_id=public_id, agreed=False, actor=cast.manager, at=AT)
    assert desk.state(public_id) is State.HELD


def test_consent_is_given_once_and_finance_hears_of_it(desk: Desk, cast: Cast) -> None:
    """RSV-06: finance prepares the money from the notice on; a second word would begin its days anew."""
    public_id = desk.held()
    desk.withdraws(public_id, at=local(15))
    assert desk.told_at(local(15)) == {
        cast.manager.account_id,
        cast.director.account_id,
        cast.finance.account_id,
    }
    for agreed in (True, False):
        with refused(desk, ReservationRefused.STATE):
            operations.consent(
                desk.session, public_id=public_id, agreed=agreed, actor=cast.manager, at=local(9, day=12)
            )
    assert desk.view(public_id).payout_from == date(2026, 3, 10)


def test_a_withdrawal_says_why(desk: Desk, cast: Cast) -> None:
    """RSV-07: the reason stands on the form."""
    public_id = desk.held()
    with refused(desk, ReservationRefused.REASON):
        operations.ask_withdrawal(desk.session, public_id=public_id, reason=" ", actor=cast.lin, at=AT)
    with refused(desk, ReservationRefused.REASON):
        operations.take_back(desk.session, public_id=desk.file(), reason="", actor=cast.lin, at=AT)


def test_what_is_paid_whole_is_not_withdrawn(desk: Desk, cast: Cast) -> None:
    """It is sold, also before the worker has seen it: a refund of the sale."""
    public_id = desk.held()
    sales.book_receipt(
        desk.session,
        sale_id=desk.view(public_id).sale_id,
        amount=yuan("2900.00"),
        method=Method.CARD,
        actor=cast.finance,
        at=AT,
    )
    with refused(desk, ReservationRefused.STATE):
        operations.ask_withdrawal(desk.session, public_id=public_id, reason="搬家", actor=cast.lin, at=AT)


@pytest.mark.parametrize(
    ("method", "by_cheque", "first_day"),
    [
        (Method.CASH, False, 10),
        (Method.CARD, False, 9),
        (Method.WECHAT, False, 9),
        (Method.TRANSFER, False, 9),
        (Method.CASH, True, 16),
    ],
)
def test_finance_has_a_day_for_cash_a_week_for_a_cheque_and_none_for_a_card(
    desk: Desk, method: Method, by_cheque: bool, first_day: int
) -> None:
    """RSV-06, AMB-57: days count from the notice."""
    public_id = desk.held(method=method)
    desk.withdraws(public_id, by_cheque=by_cheque)
    assert desk.view(public_id).payout_from == date(2026, 3, first_day)
    if first_day > 9:
        with refused(desk, ReservationRefused.NOT_YET):
            desk.pays_out(public_id, at=local(23, 59, day=first_day - 1))
    desk.pays_out(public_id, at=local(10, day=first_day))
    assert desk.state(public_id) is State.WITHDRAWN


def test_of_money_that_came_several_ways_the_longest_time_counts(desk: Desk) -> None:
    public_id = desk.held(method=Method.CARD)
    sales.book_receipt(
        desk.session,
        sale_id=desk.view(public_id).sale_id,
        amount=yuan("50.00"),
        method=Method.CASH,
        actor=desk.cast.finance,
        at=AT,
    )
    desk.withdraws(public_id)
    assert desk.view(public_id).payout_from == date(2026, 3, 10)


def test_money_goes_back_against_papers_and_a_signature(desk: Desk) -> None:
    """RSV-07, RFD-01."""
    public_id = desk.held()
    desk.withdraws(public_id)
    later = AT + timedelta(days=1)
    with refused(desk, ReservationRefused.PAPERS):
        desk.pays_out(public_id, at=later, papers_back=False)
    with refused(desk, SignatureRefused.MISSING):
        desk.pays_out(public_id, at=later, signature="")
    desk.pays_out(public_id, at=later)
    view, sale = desk.view(public_id), desk.sale(public_id)
    assert (view.state, view.end_reason, view.signature) == (State.WITHDRAWN, "搬家", SIGNATURE)
    assert (sale.refunded_minor, sale.closed_as, desk.taken()) == (10000, "withdrawn", 0)
    assert desk.session.scalars(sa.select(RefundRow.reason)).all() == ["搬家"]
    assert all(copy.back_at == later for copy in queries.copies(desk.session, view.id))


def test_no_money_comes_in_after_the_consent(desk: Desk, cast: Cast) -> None:
    public_id = desk.held()
    desk.withdraws(public_id)
    with refused(desk, SaleRefused.CLOSED):
        sales.book_receipt(
            desk.session,
            sale_id=desk.view(public_id).sale_id,
            amount=yuan("1.00"),
            method=Method.CASH,
            actor=cast.finance,
            at=AT,
        )


def test_before_the_deposit_a_form_is_just_taken_back(desk: Desk, cast: Cast) -> None:
    public_id = desk.approved()
    operations.take_back(desk.session, public_id=public_id, reason="不要了", actor=cast.lin, at=AT)
    assert (desk.state(public_id), desk.taken()) == (State.WITHDRAWN, 0)
    assert desk.sale(public_id).closed_as == "withdrawn"


# Every setting


def test_setting_deposit_min(desk: Desk) -> None:
    desk.policy(deposit_min="250.00")
    assert desk.view(desk.file()).deposit == yuan("250.00")


def test_setting_valid_days(desk: Desk) -> None:
    desk.policy(valid_days=3)
    assert desk.view(desk.held()).valid_until == date(2026, 3, 12)


def test_setting_valid_days_of_nought_never_lapses(desk: Desk) -> None:
    desk.policy(valid_days=0)
    public_id = desk.held()
    desk.tend(public_id, local(9, month=12))
    assert (desk.view(public_id).valid_until, desk.state(public_id)) == (None, State.HELD)


def test_setting_approvals(desk: Desk, cast: Cast) -> None:
    desk.policy(approvals=["supervisor"])
    public_id = desk.file()
    desk.says(public_id, cast.supervisor)
    assert desk.state(public_id) is State.APPROVED


def test_a_form_goes_on_by_the_chain_it_was_filed_under(desk: Desk, cast: Cast) -> None:
    """What is decided is decided under the version of its day: a chain changed meanwhile is for later forms."""
    public_id = desk.file()
    desk.policy(approvals=["club_manager", "finance_clerk", "supervisor"])
    desk.says(public_id, cast.finance)
    sheet = pages.sheet(desk.session, cast.manager, public_id, AT)
    assert sheet.chain is not None
    assert [step.role for step in sheet.chain.steps] == [Role.FINANCE_CLERK, Role.CLUB_MANAGER]
    assert [each.public_id for each in pages.overview(desk.session, cast.manager).waits] == [public_id]
    desk.says(public_id, cast.manager)
    assert desk.state(public_id) is State.APPROVED
    versions = set(desk.session.scalars(sa.select(ApprovalRow.policy_version_id)))
    assert versions == {desk.view(public_id).policy_version_id}


def test_a_form_written_anew_goes_by_the_chain_of_its_new_day(desk: Desk, cast: Cast) -> None:
    public_id = desk.file()
    desk.says(public_id, cast.finance, approved=False, reason="金额不符")
    desk.policy(approvals=["supervisor"])
    operations.file_again(
        desk.session, public_id=public_id, deposit=yuan("100.00"), note="", actor=cast.lin, at=AT
    )
    desk.says(public_id, cast.supervisor)
    assert desk.state(public_id) is State.APPROVED


def test_an_unpaid_form_lapses_by_the_days_it_was_filed_under(desk: Desk) -> None:
    public_id = desk.file()
    desk.policy(valid_days=3)
    desk.tend(public_id, local(9, day=20))
    assert desk.state(public_id) is State.ASKED
    desk.tend(public_id, local(9, day=24))
    assert desk.state(public_id) is State.LAPSED


def test_setting_approvals_of_nobody(desk: Desk) -> None:
    desk.policy(approvals=[])
    assert desk.state(desk.file()) is State.APPROVED


def test_setting_copies(desk: Desk) -> None:
    desk.policy(copies=4)
    held = desk.view(desk.held())
    assert [copy.holder for copy in queries.copies(desk.session, held.id)][3:] == ["company"]


@pytest.mark.parametrize(
    ("instrument", "method", "by_cheque"),
    [
        ("cash", Method.CASH, False),
        ("card", Method.ALIPAY, False),
        ("online", Method.ONLINE, False),
        ("cheque", Method.CASH, True),
    ],
)
def test_setting_payout_after_days(desk: Desk, instrument: str, method: Method, by_cheque: bool) -> None:
    desk.policy(payout_after_days={instrument: 5})
    public_id = desk.held(method=method)
    desk.withdraws(public_id, by_cheque=by_cheque)
    assert desk.view(public_id).payout_from == date(2026, 3, 14)


def test_another_clubs_reservation_is_not_found(desk: Desk, cast: Cast) -> None:
    public_id = desk.file()
    with pytest.raises(NotFound):
        desk.says(public_id, cast.other_manager)


def test_the_sale_knows_its_reservation(desk: Desk, cast: Cast) -> None:
    view = desk.view(desk.file())
    assert queries.of_sale(desk.session, cast.club.id, view.sale_id) == view
    assert sale_queries.get(desk.session, cast.club.id, view.sale_id).balance.price == Money(
        300000, yuan("1").currency
    )
