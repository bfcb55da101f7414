"""The words of making people anonymous."""

from clubsales.i18n import Texts
from clubsales.i18n import lazy_gettext as _l

REFUSALS: Texts = {
    "anonymise.already": _l("This guest is anonymous already."),
    "anonymise.in_the_house": _l("The guest is in the club now. See the guest out first, then try again."),
    "anonymise.open_sale": _l(
        "Money of this guest is on a sale that is not settled. Complete or refund the sale first, then try again."
    ),
    "anonymise.running_card": _l(
        "The guest is a member with a card that is still valid. Wait until it has ended, or refund and cancel it first."
    ),
}
REASONS: Texts = {}
BECAUSE: Texts = {
    "asked": _l("The guest asked for it"),
    "mistake": _l("Written down by mistake"),
    "law": _l("The law requires it"),
}
