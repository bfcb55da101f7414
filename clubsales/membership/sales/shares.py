"""A sale as the rules of credit see it at its first receipt, and before."""

from sqlalchemy.orm import Session

from clubsales.actor import Club
from clubsales.clock import Instant
from clubsales.ids import ConsultantID, PersonID, ReceptionID
from clubsales.leads.attribution import pages as attribution
from clubsales.leads.attribution.cases import Case
from clubsales.leads.attribution.likely_rules import Outlook
from clubsales.membership.members import queries as members
from clubsales.membership.sales.models import SaleRow
from clubsales.membership.sales.queries import SaleView
from clubsales.membership.sales.rules import MEMBER_KINDS


def case_of(sale: SaleRow, *, paid_at: Instant, taken_by: ConsultantID | None, buyer_is_member: bool) -> Case:
    """The case of a sale; a purchase on the website was opened by nobody."""
    return Case(
        person_id=None if sale.person_id is None else PersonID(sale.person_id),
        reception_id=None if sale.reception_id is None else ReceptionID(sale.reception_id),
        seller=None if sale.consultant_id is None else ConsultantID(sale.consultant_id),
        taken_by=taken_by,
        self_purchase=sale.opened_by is None,
        buyer_is_member=buyer_is_member,
        paid_at=paid_at,
    )


def likely(session: Session, sale: SaleView, *, club: Club, at: Instant) -> Outlook | None:
    """Whose the credit would be if the first payment came now; None once it has come."""
    if sale.first_receipt_at is not None:
        return None
    case = Case(
        person_id=sale.person_id,
        reception_id=sale.reception_id,
        seller=sale.consultant_id,
        taken_by=None,
        self_purchase=sale.is_self_purchase,
        buyer_is_member=sale.kind in MEMBER_KINDS
        or (sale.person_id is not None and members.is_member(session, club.organisation_id, sale.person_id)),
        paid_at=at,
    )
    return attribution.of_case(session, case, club=club)
