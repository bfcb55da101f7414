"""The words of targets: what was refused, and what a page calls kinds, times and standings."""

from clubsales.consultants.targets.pace import Standing
from clubsales.consultants.targets.reaching import StepKind
from clubsales.consultants.targets.rules import GoalKind
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

KINDS = {
    GoalKind.SALES: _l("Sales"),
    GoalKind.CUSTOMERS: _l("New customers"),
    GoalKind.SATISFACTION: _l("Satisfaction"),
    GoalKind.PROFIT: _l("Profit"),
    GoalKind.COLLECTIONS: _l("Collections"),
}
# What a kind counts, in a sentence.
MEANINGS = {
    GoalKind.SALES: _l("The month's credit of each person, as it stands in the ledger."),
    GoalKind.CUSTOMERS: _l(
        "Guests who bought for the first time. Each counts for whoever has the larger share."
    ),
    GoalKind.SATISFACTION: _l(
        "The share of guests who are content. No record here says it: type what your survey found."
    ),
    GoalKind.PROFIT: _l("No record here says what was earned after costs: type what the accounts say."),
    GoalKind.COLLECTIONS: _l("Money that came in less money that went back, for the sales of each person."),
}
STANDINGS = {
    Standing.MET: _l("Met"),
    Standing.ON_PACE: _l("On pace"),
    Standing.BEHIND: _l("Behind"),
    Standing.MISSED: _l("Missed"),
    Standing.NO_TARGET: _l("No target"),
    Standing.NO_DATA: _l("No data"),
}
TONES = {
    Standing.MET: "fine",
    Standing.ON_PACE: "fine",
    Standing.BEHIND: "soon",
    Standing.MISSED: "now",
    Standing.NO_TARGET: "plain",
    Standing.NO_DATA: "plain",
}
ICONS = {
    Standing.MET: "check",
    Standing.ON_PACE: "next",
    Standing.BEHIND: "warning",
    Standing.MISSED: "cross",
    Standing.NO_TARGET: "",
    Standing.NO_DATA: "info",
}
STEPS = {
    StepKind.SALES: _l("Sales"),
    StepKind.NEW: _l("of them to new customers"),
    StepKind.TOURS: _l("Tours"),
    StepKind.APPOINTMENTS: _l("Appointments"),
    StepKind.CALLS: _l("Calls"),
}
