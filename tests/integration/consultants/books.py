"""A sale's credit under test."""

from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.actor import Actor
from clubsales.audit import AuditEvent
from clubsales.clock import Instant
from clubsales.consultants.credits import checks, months, operations, queries
from clubsales.consultants.credits.rules import Attribution, Share
from clubsales.errors import Reason
from clubsales.ids import ConsultantID, PolicyVersionID, SaleID
from clubsales.membership.sales.models import SaleRow
from clubsales.money import CNY, Money
from clubsales.policies import PolicyVersion
from tests.builders import Cast, consultant_of, local, yuan

MARCH = date(2026, 3, 1)
MARCH_9 = local(10)
REASON = Reason("DSP-03", "attribution.receiver", {"consultant": "林静"})
STEPS = (Reason("DSP-03", "attribution.house"), REASON)
OPENED = Reason("DSP-10", "dispute.opened", {"by": "马超"})
RULING = Reason("DSP-10", "dispute.confirmed", {"by": "吴建国"})


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

    def rebate(self, sale_id: SaleID, amount: str, at: Instant = MARCH_9) -> None:
        operations.rebate(
            self.session,
            sale_id=sale_id,
            amount=yuan(amount),
            reference="introduced by a friend",
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
        return months.month_credit(self.session, self.cast.club.id, consultant_id, month)

    def events(self) -> list[str]:
        self.session.flush()
        return list(
            self.session.scalars(
                sa.select(AuditEvent.tag).where(AuditEvent.tag.like("credit:%")).order_by(AuditEvent.id)
            )
        )

    def faults(self) -> list[str]:
        return [sentence for invariant in checks.INVARIANTS for sentence in invariant(self.session)]
