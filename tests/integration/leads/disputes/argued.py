"""A sale that two consultants argue over: 林静 toured and called the guest, 周倩 received and sold (SC-16)."""

from datetime import datetime

from sqlalchemy.orm import Session

from clubsales.actor import Actor
from clubsales.consultants.credits import checks
from clubsales.consultants.credits import queries as credit_queries
from clubsales.consultants.credits.rules import Share
from clubsales.ids import PersonID, SaleID
from clubsales.leads.disputes import operations, queries
from clubsales.leads.disputes.queries import DisputeView
from clubsales.leads.followups import operations as followups
from clubsales.leads.followups.rules import Channel, ContactOutcome
from clubsales.membership.payments.rules import Method
from clubsales.membership.sales import operations as sales
from clubsales.membership.sales.rules import SaleKind
from tests.builders import Cast, consultant_of, local, yuan
from tests.integration.leads.support import a_lead

BOUGHT = local(10, day=9)


class Argued:
    """One sale of 3,980.00 on Monday 9 March, all of it to 周倩; times are of the same March."""

    def __init__(
        self,
        session: Session,
        cast: Cast,
        *,
        name: str = "陈晨",
        paid: str = "3980.00",
        at: datetime = BOUGHT,
    ) -> None:
        self.session, self.cast = session, cast
        self.person_id: PersonID = a_lead(session, cast.desk, name=name)
        self.contact(cast.lin, local(11, day=3))
        self.sale_id: SaleID = sales.open_sale(
            session,
            card_type_id=cast.annual.id,
            price=None,
            kind=SaleKind.NEW,
            person_id=self.person_id,
            consultant_id=cast.zhou.consultant_id,
            actor=cast.zhou,
            at=at,
        )
        if paid:
            self.pay(paid, at)
        session.flush()

    def contact(self, who: Actor, at: datetime) -> None:
        followups.log_contact(
            self.session,
            person_id=self.person_id,
            consultant_id=consultant_of(who),
            channel=Channel.CALL,
            outcome=ContactOutcome.ANSWERED,
            actor=who,
            at=at,
        )

    def pay(self, amount: str, at: datetime) -> None:
        sales.book_receipt(
            self.session,
            sale_id=self.sale_id,
            amount=yuan(amount),
            method=Method.CARD,
            taken_by=consultant_of(self.cast.zhou),
            actor=self.cast.desk,
            at=at,
        )

    def open(self, who: Actor | None = None, at: datetime | None = None, **more: object) -> str:
        by = who or self.cast.lin
        return operations.open_dispute(
            self.session,
            sale_id=self.sale_id,
            consultant_id=consultant_of(by),
            actor=by,
            at=at or local(12),
            **more,  # type: ignore[arg-type]
        )

    def case(self, public_id: str) -> DisputeView:
        self.session.flush()
        return queries.by_public_id(self.session, self.cast.club.id, public_id)

    @property
    def booked(self) -> dict[str, str]:
        """What stands in the ledger, by name."""
        self.session.flush()
        credit = credit_queries.credit_of_sale(self.session, self.cast.club.id, self.sale_id)
        assert credit is not None
        return {share.name or "house": str(share.credit) for share in credit.shares}

    @property
    def faults(self) -> list[str]:
        """What is wrong in the ledgers; nothing may be."""
        return [fault for check in checks.INVARIANTS for fault in check(self.session)]


def shares(*parts: tuple[Actor, int]) -> tuple[Share, ...]:
    """shares((cast.lin, 4000), (cast.zhou, 6000))"""
    return tuple(Share(consultant_of(who), points) for who, points in parts)
