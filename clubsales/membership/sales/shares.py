"""A sale as the rules of credit see it at its first receipt."""

from clubsales.clock import Instant
from clubsales.ids import ConsultantID, PersonID, ReceptionID
from clubsales.leads.attribution.cases import Case
from clubsales.membership.sales.models import SaleRow


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
