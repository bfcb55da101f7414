"""The words of targets: what was refused, and why something was decided."""

from clubsales.i18n import Texts
from clubsales.i18n import lazy_gettext as _l

REFUSALS: Texts = {
    "target.amount": _l("A target is zero or more, and has no more than nine digits. Check the amount."),
    "target.currency": _l("Targets of this club are in %(currency)s. Enter the amount in it."),
    "target.period": _l("No such week, month, quarter or year begins on that day. Open the page again."),
    "target.month_closed": _l(
        "The month of %(day)s is closed, so its targets stay as they are. Change those of a month that is still open."
    ),
    "target.reason": _l("This was issued before. Say why it changes: whoever has the target reads it."),
    "target.changed": _l(
        "The target has changed since you opened the page. Read the new one and confirm that."
    ),
    "target.result": _l("This figure is reckoned from the club's own records and is not typed."),
    "target.no_goal": _l("There is no target to set this result beside. Issue the target first."),
}
REASONS: Texts = {}
