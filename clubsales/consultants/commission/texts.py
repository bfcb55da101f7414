"""The words of commission: what was refused, what a plan says, what an example shows."""

from collections.abc import Mapping

from flask_babel.speaklater import LazyString

from clubsales.i18n import Texts
from clubsales.i18n import lazy_gettext as _l

REFUSALS: Texts = {
    "plan.name": _l("The plan needs a name. Enter one, for example: Inside 2027."),
    "plan.month": _l("A plan begins with a month. Choose the month it pays from."),
    "plan.month_closed": _l(
        "The month that begins on %(month)s is closed, and what it paid stays. Choose a later month."
    ),
    "plan.month_begun": _l(
        "The month that begins on %(month)s has begun, and people work under the plan they know. "
        "If the plan is meant to pay that month too, tick the box and say why."
    ),
    "plan.reason": _l("Say why the plan changes. Whoever it pays reads it."),
    "plan.own": _l("This plan would pay you yourself. Let another manager publish it."),
    "plan.changed": _l("Somebody has changed or published this draft meanwhile. Open it again."),
}
REASONS: Texts = {}

EVERYBODY = _l("Everybody who sells")
KINDS: Mapping[str, LazyString] = {
    "inside": _l("Inside consultants"),
    "outside": _l("Outside consultants"),
    "supervisor": _l("Supervisors"),
}
CATEGORIES: Mapping[str, LazyString] = {
    "term": _l("Term cards"),
    "visits": _l("Visit cards"),
    "stored_value": _l("Stored-value cards"),
    "activity": _l("Activity cards"),
    "package": _l("Packages"),
    "goods": _l("Goods"),
}
MODES: Mapping[str, LazyString] = {
    "whole": _l("The tier reached counts for the whole month"),
    "marginal": _l("Each part of the month counts at its own tier"),
}
PAYABLE: Mapping[str, LazyString] = {
    "cooling_off": _l("When the sale's refund window has closed"),
    "receipt": _l("As soon as it is paid in"),
}
EXAMPLES: Mapping[str, LazyString] = {
    "below": _l("Just short of %(border)s"),
    "at": _l("Exactly %(border)s"),
    "above": _l("Just above %(border)s"),
    "twice": _l("Twice %(border)s"),
    "renewal": _l("%(border)s, of which a renewal of %(part)s"),
    "goods": _l("%(border)s, of which goods for %(part)s"),
    "without_share": _l("%(border)s less a share of %(part)s"),
    "share": _l("The same with that share: 30 %% of a sale of %(sale)s"),
}
