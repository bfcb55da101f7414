"""What the pages of targets call kinds, standings and ways to split."""

from clubsales.consultants.targets.pace import Standing
from clubsales.consultants.targets.reaching import StepKind
from clubsales.consultants.targets.rules import GoalKind
from clubsales.consultants.targets.splitting import How, Missing
from clubsales.i18n import lazy_gettext as _l

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
    Standing.MET: _l("Target met"),
    Standing.ON_PACE: _l("On pace"),
    Standing.BEHIND: _l("Behind"),
    Standing.MISSED: _l("Target missed"),
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
    StepKind.SALES: _l("Sales made"),
    StepKind.NEW: _l("of them to new customers"),
    StepKind.TOURS: _l("Tours"),
    StepKind.APPOINTMENTS: _l("Appointments"),
    StepKind.CALLS: _l("Calls"),
}
MISSING = {
    Missing.WHOLE: _l("Type the whole first, then have it split."),
    Missing.GROWTH: _l("Type by how much it is to grow, such as 20 for a fifth more."),
    Missing.LAST_YEAR: _l(
        "Nothing was sold in the same time last year, so it says nothing. Split another way."
    ),
}
HOWS = {
    How.EVENLY: _l("Evenly"),
    How.LAST_YEAR: _l("As last year"),
    How.SHIFTS: _l("By shifts"),
    How.GROWTH: _l("Last year and more"),
}
