"""Reads of everything that may be evidence: each table gives as many lines as a page has, the latest first.

What stands above this subject (the sale, its money, the floor, merges) is known by its tables' names.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.clock import Instant
from clubsales.consultants.profiles.tables import CONSULTANT
from clubsales.db import UtcDateTime, table_of
from clubsales.ids import ConsultantID
from clubsales.leads.appointments.models import AppointmentRow
from clubsales.leads.claims.queries import CLAIM
from clubsales.leads.disputes.lines import Matter
from clubsales.leads.disputes.models import DisputeRow
from clubsales.leads.followups.queries import CONTACT
from clubsales.leads.intake.models import LeadRow
from clubsales.leads.intake.timeline import MERGE, Place
from clubsales.leads.passes.queries import PASS, SHOWING
from clubsales.leads.people.models import PersonRow
from clubsales.leads.touches.queries import TOUCH
from clubsales.leads.touches.rules import TouchKind

DISPUTE, APPOINTMENT = table_of(DisputeRow), table_of(AppointmentRow)
LEAD, PERSON = table_of(LeadRow), table_of(PersonRow)
SALE = sa.table(
    "sale",
    *(sa.column(name) for name in ("id", "club_id", "person_id", "reception_id")),
)
PAYMENT = sa.table(
    "payment",
    *(sa.column(name) for name in ("id", "sale_id", "method", "amount_minor", "currency", "status")),
    sa.column("taken_by"),
    sa.column("paid_at", UtcDateTime()),
)
REFUND = sa.table(
    "refund",
    *(sa.column(name) for name in ("id", "sale_id", "amount_minor", "currency", "status")),
    sa.column("settled_at", UtcDateTime()),
)
# What was written in one moment stands in this order, the later on top.
(
    OF_REFERRAL,
    OF_PASS,
    OF_MERGE,
    OF_CLAIM,
    OF_APPOINTMENT,
    OF_SHOWING,
    OF_TOUCH,
    OF_CONTACT,
    OF_RECEIPT,
    OF_REFUND,
    OF_DISPUTE,
) = range(11)
# What the guest did himself.
OWN_DOING = (TouchKind.VISIT.value, TouchKind.ENQUIRY.value, TouchKind.ORDER.value, TouchKind.SALE.value)
Rows = Sequence[Any]


class Reading:
    """One page's worth of each table, before a place, and of one side where that is asked."""

    def __init__(
        self,
        session: Session,
        matter: Matter,
        *,
        before: Place | None,
        side: ConsultantID | None,
        limit: int,
    ) -> None:
        self.session, self.matter, self.before, self.side, self.limit = session, matter, before, side, limit

    def touches(self) -> Rows:
        """All touches of the guest and at his reception but what has a table of its own: contacts, shown passes."""
        statement = sa.select(
            TOUCH.c.id,
            TOUCH.c.kind,
            TOUCH.c.at,
            TOUCH.c.local_day,
            TOUCH.c.consultant_id,
            TOUCH.c.reception_id,
            TOUCH.c.signals,
            TOUCH.c.turn,
        ).where(
            TOUCH.c.club_id == self.matter.club_id,
            self._of_guest(TOUCH.c.person_id, TOUCH.c.reception_id),
            TOUCH.c.kind.not_in([TouchKind.CONTACT.value, TouchKind.PASS.value]),
        )
        if self.side is not None:
            # What the guest did himself is everybody's evidence.
            statement = statement.where(
                sa.or_(
                    TOUCH.c.consultant_id == self.side,
                    TOUCH.c.kind.in_(OWN_DOING),
                )
            )
        return self._page(statement, TOUCH.c.at, TOUCH.c.id, OF_TOUCH)

    def contacts(self) -> Rows:
        """What consultants wrote down, beside what stands for it or it stands for."""
        later, former = CONTACT.alias("later"), CONTACT.alias("former")
        statement = (
            sa.select(
                CONTACT.c.id,
                CONTACT.c.at,
                CONTACT.c.consultant_id,
                CONTACT.c.channel,
                CONTACT.c.outcome,
                CONTACT.c.note,
                CONTACT.c.contacted_at,
                CONSULTANT.c.kind.label("consultant_kind"),
                later.c.at.label("corrected_at"),
                former.c.channel.label("former_channel"),
                former.c.outcome.label("former_outcome"),
            )
            .join_from(CONTACT, CONSULTANT, CONSULTANT.c.id == CONTACT.c.consultant_id)
            .outerjoin(later, later.c.corrects_id == CONTACT.c.id)
            .outerjoin(former, former.c.id == CONTACT.c.corrects_id)
            .where(CONTACT.c.club_id == self.matter.club_id, self._his(CONTACT.c.person_id))
        )
        return self._page(self._of_side(statement, CONTACT), CONTACT.c.at, CONTACT.c.id, OF_CONTACT)

    def ended_claims(self) -> Rows:
        """Claims that are over: who held the lead, and why he no longer does."""
        statement = sa.select(CLAIM.c.id, CLAIM.c.ended_at, CLAIM.c.end_reason, CLAIM.c.consultant_id).where(
            CLAIM.c.club_id == self.matter.club_id,
            self._his(CLAIM.c.person_id),
            CLAIM.c.ended_at.is_not(None),
        )
        return self._page(self._of_side(statement, CLAIM), CLAIM.c.ended_at, CLAIM.c.id, OF_CLAIM)

    def passes_issued(self) -> Rows:
        """Trial passes that this guest showed first: when each was handed out."""
        statement = sa.select(PASS.c.id, PASS.c.kind, PASS.c.issued_at, PASS.c.consultant_id).where(
            PASS.c.club_id == self.matter.club_id,
            self._his(PASS.c.shown_first_person_id),
            PASS.c.kind != "business_card",
        )
        return self._page(self._of_side(statement, PASS), PASS.c.issued_at, PASS.c.id, OF_PASS)

    def passes_shown(self) -> Rows:
        """Each time the guest showed a pass, a coupon or a card, and what it was worth."""
        statement = (
            sa.select(SHOWING.c.id, SHOWING.c.at, SHOWING.c.answer, PASS.c.kind, PASS.c.consultant_id)
            .join_from(SHOWING, PASS, PASS.c.id == SHOWING.c.pass_id)
            .where(
                PASS.c.club_id == self.matter.club_id,
                self._of_guest(SHOWING.c.person_id, SHOWING.c.reception_id),
            )
        )
        return self._page(self._of_side(statement, PASS), SHOWING.c.at, SHOWING.c.id, OF_SHOWING)

    def appointments(self) -> Rows:
        """What became of appointments; that they were made is a touch."""
        statement = sa.select(
            APPOINTMENT.c.id,
            APPOINTMENT.c.ended_at,
            APPOINTMENT.c.due_at,
            APPOINTMENT.c.status,
            APPOINTMENT.c.consultant_id,
        ).where(
            APPOINTMENT.c.club_id == self.matter.club_id,
            self._his(APPOINTMENT.c.person_id),
            APPOINTMENT.c.ended_at.is_not(None),
        )
        return self._page(
            self._of_side(statement, APPOINTMENT), APPOINTMENT.c.ended_at, APPOINTMENT.c.id, OF_APPOINTMENT
        )

    def referral(self) -> Rows:
        """Who brought the guest."""
        statement = (
            sa.select(LEAD.c.id, LEAD.c.captured_at, PERSON.c.name)
            .join_from(LEAD, PERSON, PERSON.c.id == LEAD.c.referred_by_id)
            .where(LEAD.c.club_id == self.matter.club_id, self._his(LEAD.c.person_id))
        )
        return self._page(statement, LEAD.c.captured_at, LEAD.c.id, OF_REFERRAL)

    def receipts(self) -> Rows:
        """Money that came in for the sale."""
        statement = sa.select(
            PAYMENT.c.id,
            PAYMENT.c.paid_at,
            PAYMENT.c.method,
            PAYMENT.c.amount_minor,
            PAYMENT.c.currency,
            PAYMENT.c.taken_by,
        ).where(PAYMENT.c.sale_id == self.matter.sale_id, PAYMENT.c.status == "succeeded")
        return self._page(statement, PAYMENT.c.paid_at, PAYMENT.c.id, OF_RECEIPT)

    def refunds(self) -> Rows:
        """Money that went back."""
        statement = sa.select(
            REFUND.c.id, REFUND.c.settled_at, REFUND.c.amount_minor, REFUND.c.currency
        ).where(REFUND.c.sale_id == self.matter.sale_id, REFUND.c.status == "succeeded")
        return self._page(statement, REFUND.c.settled_at, REFUND.c.id, OF_REFUND)

    def other_disputes(self, dispute_id: int) -> Rows:
        """Other cases over this guest's sales, and earlier ones over this sale."""
        statement = (
            sa.select(
                *(DISPUTE.c.id, DISPUTE.c.public_id, DISPUTE.c.opened_at, DISPUTE.c.opened_by),
                *(DISPUTE.c.status, DISPUTE.c.proposal, DISPUTE.c.shares),
            )
            .join_from(DISPUTE, SALE, SALE.c.id == DISPUTE.c.sale_id)
            .where(
                DISPUTE.c.club_id == self.matter.club_id,
                DISPUTE.c.id != dispute_id,
                sa.or_(SALE.c.id == self.matter.sale_id, self._his(SALE.c.person_id)),
            )
        )
        return self._page(statement, DISPUTE.c.opened_at, DISPUTE.c.id, OF_DISPUTE)

    def merges(self) -> Rows:
        """Records of the guest that were made one with this one: their lines are his now."""
        statement = (
            sa.select(MERGE.c.id, MERGE.c.merged_at, PERSON.c.name)
            .join_from(MERGE, PERSON, PERSON.c.id == MERGE.c.merged_id)
            .where(self._his(MERGE.c.kept_id), MERGE.c.undone_at.is_(None))
        )
        return self._page(statement, MERGE.c.merged_at, MERGE.c.id, OF_MERGE)

    def counting(self) -> tuple[int | None, int | None]:
        """The contact and the receipt that the proposal may rest on: the last effective one, and the first."""
        matter = self.matter
        later = CONTACT.alias("later")
        by = matter.arrived_at or matter.first_receipt_at
        record = (
            sa.select(CONTACT.c.id)
            .join_from(CONTACT, CONSULTANT, CONSULTANT.c.id == CONTACT.c.consultant_id)
            .where(
                CONTACT.c.club_id == matter.club_id,
                self._his(CONTACT.c.person_id),
                CONTACT.c.consultant_id.in_([each for each in matter.holders if each is not None]),
                CONSULTANT.c.kind == "outside",
                CONTACT.c.outcome.in_(matter.effective),
                CONTACT.c.at < sa.literal(by, UtcDateTime()),
                ~sa.exists().where(
                    later.c.corrects_id == CONTACT.c.id, later.c.at < sa.literal(by, UtcDateTime())
                ),
            )
            .order_by(CONTACT.c.at.desc(), CONTACT.c.id.desc())
            .limit(1)
        )
        receipt = (
            sa.select(PAYMENT.c.id)
            .where(PAYMENT.c.sale_id == matter.sale_id, PAYMENT.c.status == "succeeded")
            .order_by(PAYMENT.c.paid_at, PAYMENT.c.id)
            .limit(1)
        )
        row = self.session.execute(
            sa.select(record.scalar_subquery().label("contact"), receipt.scalar_subquery().label("receipt"))
        ).one()
        return row.contact, row.receipt

    def _page(
        self,
        statement: sa.Select[Any],
        at: sa.ColumnElement[Any],
        key: sa.ColumnElement[Any],
        rank: int,
    ) -> Rows:
        return self.session.execute(
            statement.where(*self._earlier(at, key, rank)).order_by(at.desc(), key.desc()).limit(self.limit)
        ).all()

    def _earlier(
        self, at: sa.ColumnElement[Any], key: sa.ColumnElement[Any], rank: int
    ) -> Iterator[sa.ColumnElement[bool]]:
        """What stands before the place, of the lines with this rank."""
        place = self.before
        if place is None:
            return
        moment: sa.ColumnElement[Instant] = sa.literal(place.at, UtcDateTime())
        if rank == place.rank:
            yield sa.tuple_(at, key) < sa.tuple_(moment, place.id)
        else:
            yield at <= moment if rank < place.rank else at < moment

    def _of_guest(
        self, person_id: sa.ColumnElement[Any], reception_id: sa.ColumnElement[Any]
    ) -> sa.ColumnElement[bool]:
        """His, or at his reception before anybody knew who he was."""
        if self.matter.reception_id is None:
            return self._his(person_id)
        return sa.or_(self._his(person_id), reception_id == self.matter.reception_id)

    def _his(self, person_id: sa.ColumnElement[Any]) -> sa.ColumnElement[bool]:
        """Nobody's rows are not those of a buyer without a name."""
        return sa.false() if self.matter.person_id is None else person_id == self.matter.person_id

    def _of_side(self, statement: sa.Select[Any], table: sa.FromClause) -> sa.Select[Any]:
        return statement if self.side is None else statement.where(table.c.consultant_id == self.side)
