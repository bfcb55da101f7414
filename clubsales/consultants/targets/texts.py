"""The words of targets: what was refused, and why something was decided."""

from clubsales.i18n import Texts
from clubsales.i18n import lazy_gettext as _l

REFUSALS: Texts = {
    "target.amount": _l("A target is zero or more, and has no more than nine digits. Check the amount."),
    "target.currency": _l("Targets of this club are in %(currency)s. Enter the amount in it."),
}
REASONS: Texts = {}
