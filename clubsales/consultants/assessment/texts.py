"""The words of assessments: what was refused, why a score is what it is, and the names of things."""

from clubsales.i18n import Texts, counted
from clubsales.i18n import lazy_gettext as _l

REFUSALS: Texts = {
    "assessment.own": _l(
        "Nobody marks, confirms for or approves himself. Ask your manager or the general manager."
    ),
    "assessment.step": _l(
        "This assessment is at another step by now. Load the page again: it says whose turn it is."
    ),
    "assessment.too_early": _l("Marks are given when the period ends. Come back on %(day)s."),
    "assessment.head": _l("This is for the club manager or the general manager. Ask one of them."),
    "assessment.not_asked": _l("Colleagues and guests are asked for quarters and years, not for months."),
    "assessment.incomplete": _l("Item %(number)s has no points yet. Give points to every item, then save."),
    "assessment.points": _l("Item %(number)s takes points from 0 to %(most)s. Correct it."),
    "assessment.count": _l("The number of item %(number)s cannot be right. Correct it."),
    "assessment.note": _l(
        "The points of item %(number)s differ from what the records say. Write beside it why."
    ),
    "assessment.words": _l("Say in words what it is about, in at most %(longest)s characters."),
    "assessment.bonus": _l("A bonus is 0 to %(most)s points and says what it is for."),
    "assessment.behaviour": _l("The coefficient is 0.6 to 1.2, or 0 after a serious violation."),
    "assessment.behaviour_reason": _l("A coefficient of 0 needs its reason: which violation, and when."),
    "assessment.still_time": _l(
        "There is time to answer until %(until)s. Only then does silence count as a yes."
    ),
    "assessment.month_closed": _l(
        "This month is closed and paid: its assessments stay as they are. What should still change is settled in the "
        "next month."
    ),
    "sheet.total": _l("The items add up to %(total)s points, not to 100. Change the weights."),
    "sheet.part": _l("Results, ability and attitude need at least one item each. Add what is missing."),
    "sheet.title": _l(
        "Item %(number)s needs a title in both languages, each of at most %(longest)s characters."
    ),
    "sheet.weight": _l("Item %(number)s needs a weight from 1 to 100."),
    "sheet.many": _l("A sheet has at most %(most)s items. Remove some."),
    "sheet.full_at": _l("Item %(number)s reaches full points at 1 to 100 percent. Correct it."),
    "sheet.newer": _l(
        "Somebody else has published a sheet meanwhile. Load the page again and begin from that one."
    ),
    "sheet.unchanged": _l("Nothing was changed, so there is nothing to publish."),
    "training.words": _l(
        "A plan has an aim (at most %(aim)s characters) and steps, its end has an outcome (at most %(steps)s characters)."
    ),
    "training.due": _l("Choose a day from today on, within a year."),
    "training.done": _l(
        "The outcome of this plan is already written. Make a new plan if there is more to do."
    ),
}
REASONS: Texts = {
    "assessment.completion": _l("Credit of %(credit)s against a target of %(target)s: %(percent)s%%."),
    "assessment.conversion": _l(
        "%(part)s of %(whole)s people captured or received bought a card: %(percent)s%%. Full points from %(full_at)s%%."
    ),
    "assessment.punctuality": _l(
        "%(part)s of %(whole)s planned shifts begun on time: %(percent)s%%. Full points from %(full_at)s%%."
    ),
    "assessment.follow_up": _l(
        "%(part)s of %(whole)s follow-ups done by their day: %(percent)s%%. Full points from %(full_at)s%%."
    ),
    "assessment.leads_touched": _l(
        "%(part)s of %(whole)s leads in hand contacted: %(percent)s%%. Full points from %(full_at)s%%."
    ),
    "assessment.growth": _l(
        "Credit of %(credit)s, %(earlier)s in the period before: %(percent)s%%. Full points from %(full_at)s%%."
    ),
    "assessment.collection": _l(
        "%(received)s came in of %(price)s that was sold: %(percent)s%%. Full points from %(full_at)s%%."
    ),
    "assessment.prices": _l(
        "Sold for %(price)s what the price list asks %(list)s for: %(percent)s%%. Full points from %(full_at)s%%."
    ),
    "assessment.complaints": counted(
        "%(count)s complaint, %(off)s points off for each, never below 0.",
        "%(count)s complaints, %(off)s points off for each, never below 0.",
        by="count",
    ),
    "assessment.satisfaction": _l(
        "%(percent)s%% of the guests asked are satisfied. Full points from %(full_at)s%%."
    ),
    "assessment.score": _l(
        "Results %(results)s × %(results_weight)s%% + ability %(ability)s × %(ability_weight)s%% + attitude "
        "%(attitude)s × %(attitude_weight)s%% = %(score)s. Reckoned from the items, cut to two decimals."
    ),
    "assessment.bonus": _l("%(bonus)s bonus points more, 100 at most: %(score)s."),
    "assessment.band": _l("%(score)s reaches %(border)s: %(paid)s%% of the commission is paid."),
    "assessment.below_all": _l(
        "%(score)s is below every band: no commission, %(base)s%% of the base, and a review is opened."
    ),
    "assessment.chance": _l(
        "Good in work, in ability and as a whole: has the chance of promotion to supervisor. The managers decide."
    ),
    "assessment.behaviour_paid": _l("Behaviour %(factor)s: the commission is multiplied by it."),
    "assessment.behaviour_shown": _l("Behaviour %(factor)s: kept on record, not paid by."),
}
PERIODS: Texts = {"month": _l("Monthly"), "quarter": _l("Quarter"), "year": _l("Year")}
PARTS: Texts = {"results": _l("Results"), "ability": _l("Ability"), "attitude": _l("Attitude")}
STATUSES: Texts = {
    "issued": _l("Form handed out"),
    "self_assessed": _l("Self-assessed"),
    "assessed": _l("Marked by the supervisor"),
    "reviewed": _l("Marked by the manager"),
    "sent": _l("Sent to the person"),
    "objected": _l("Objected to"),
    "confirmed": _l("Confirmed"),
    "approved": _l("Approved"),
}
WAITING_FOR: Texts = {
    "issued": _l("Waiting for the self-assessment and the marks"),
    "self_assessed": _l("Waiting for the marks"),
    "assessed": _l("Waiting for the manager's marks"),
    "reviewed": _l("To be sent to the person"),
    "sent": _l("Waiting for the person's answer"),
    "objected": _l("Waiting for the manager to look again"),
    "confirmed": _l("Waiting for the general manager's approval"),
    "approved": _l("In effect"),
}
STEPS: Texts = {
    "issued": _l("Form issued"),
    "self_assessed": _l("Assessed himself"),
    "assessed": _l("Marked by the supervisor"),
    "peer": _l("A colleague was heard"),
    "customer": _l("Guests were heard"),
    "reviewed": _l("Marked by the manager"),
    "sent": _l("Summary sent"),
    "confirmed": _l("Confirmed by the person"),
    "objected": _l("Objected to by the person"),
    "reconfirmed": _l("Looked at again and confirmed by the manager"),
    "silent": _l("Confirmed: no objection until the last day"),
    "approved": _l("Approved, in effect"),
}
GIVERS: Texts = {
    "data": _l("From the records"),
    "self": _l("Oneself"),
    "peer": _l("Colleagues"),
    "supervisor": _l("Supervisor"),
    "manager": _l("Manager"),
    "customer": _l("Customers"),
}
SOURCES: Texts = {
    "completion": _l("Records: credit against target"),
    "conversion": _l("Records: leads who joined"),
    "punctuality": _l("Records: shifts begun on time"),
    "follow_up": _l("Records: follow-ups on time"),
    "leads_touched": _l("Records: leads contacted"),
    "growth": _l("Records: credit against the period before"),
    "collection": _l("Records: money received of what was sold"),
    "prices": _l("Records: prices kept to the price list"),
    "complaints": _l("Complaints, counted"),
    "satisfaction": _l("Satisfaction, in percent"),
    "manual": _l("By judgement"),
}
GRADES: Texts = {
    "excellent": _l("Excellent"),
    "good": _l("Good"),
    "pass": _l("Pass"),
    "fail": _l("Fail"),
}
LABELS: Texts = {
    "A": _l("A · excellent"),
    "B": _l("B · good"),
    "C": _l("C · pass"),
    "D": _l("D · fail"),
}
ADVICE: Texts = {
    "2": _l("Two grades up"),
    "1": _l("One grade up, or unchanged: the manager chooses, unchanged if he does not"),
    "0": _l("Grade as it is"),
    "-1": _l("One grade down, with a time of observation"),
    "review": _l("A review decides"),
    "other": _l("Grade: %(advice)s"),
}
