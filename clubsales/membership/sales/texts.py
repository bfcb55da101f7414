"""The sentences of deals: what was refused and the way out."""

from clubsales.i18n import Texts
from clubsales.i18n import lazy_gettext as _l

REFUSALS: Texts = {
    "sale.fee_amount": _l("A fee is above zero. What costs nothing needs no receipt."),
    "sale.closed": _l("This sale is closed: no money comes in for it any more. Open a new sale."),
    "sale.paid": _l("This sale is paid in full. Refund it instead of closing it."),
}
REASONS: Texts = {}
