"""The words of statements: what was refused, why something is paid, what a line of pay is called."""

from clubsales.i18n import Texts, counted
from clubsales.i18n import lazy_gettext as _l

REFUSALS: Texts = {
    "statement.not_yours": _l("Only the person it pays answers a statement. Open your own under My money."),
    "statement.answered": _l("You have answered this statement already. The manager sees your answer."),
    "statement.words": _l("Say why, in 1 to %(longest)s characters."),
    "statement.no_objection": _l("Nobody objects to this statement, so there is nothing to answer."),
    "statement.own": _l("You cannot answer an objection to your own statement. Somebody else has to."),
    "statement.too_late": _l(
        "This statement could be objected to until %(last_day)s. Talk to your manager: what was wrong is put right in the "
        "next month."
    ),
    "payout.not_closed": _l(
        "%(month)s is not closed yet. What it pays is certain only then: close it first."
    ),
    "payout.nobody": _l("Choose whose statement was paid out."),
    "payout.own": _l("Nobody records that he was paid himself. Somebody else with the authority has to."),
    "payout.day": _l(
        "%(name)s can have been paid from %(first)s to %(last)s: not before the close or the last payout, nor in the future."
    ),
    "payout.nothing_due": _l(
        "Nothing of the statement of %(name)s is due on %(day)s: it is paid out, or payable later. Leave it out."
    ),
    "payout.changed": _l("What is due has changed since this page was loaded. Look at it again."),
    "figure.amount": _l(
        "An amount is zero or more, in the club's currency, and has no more than nine digits."
    ),
    "figure.closed": _l("%(month)s is closed. Enter the amount for the earliest month that is open."),
}
# What a benefit is commonly for (COM-09, COM-10): offered beside its note, which stands on the statement.
BONUSES = (
    _l("Bonus for reaching the target"),
    _l("Bonus for new customers"),
    _l("Bonus for satisfied customers"),
    _l("Bonus for the team"),
    _l("Bonus for personal growth"),
    _l("Award for a target reached early or exceeded"),
)
REASONS: Texts = {
    "pay.base_plan": _l("Base pay of %(amount)s, as the plan says."),
    "pay.base_own": _l("Base pay of %(amount)s, as agreed with this person."),
    "pay.base_days": _l(
        "Base pay of %(whole)s a month, for the %(days)s of %(of_days)s days worked here: %(amount)s."
    ),
    "pay.below_all_bands": _l("A score of %(score)s is below all bands: %(percent)s %% of the base is paid."),
    "pay.commission": _l(
        "%(percent)s %% is the tier that a credit of %(credit)s reaches. Line by line that comes to %(amount)s."
    ),
    "pay.no_credit": _l("The month's credit comes to nothing, so there is no commission."),
    "pay.commission_after_carried": _l(
        "A credit of %(credit)s and %(brought)s carried from the month before come to %(total)s. The tier it reaches is "
        "%(percent)s %%; line by line that comes to %(amount)s."
    ),
    "pay.capped": _l(
        "A credit of %(credit)s at %(percent)s %% is more than the plan's limit: %(limit)s are paid."
    ),
    "pay.carried": _l(
        "The month's credit is below zero, so there is no commission. %(carried)s is carried to the next month; the base "
        "stays whole."
    ),
    "pay.expenses": _l(
        "Expenses of %(spent)s are more than %(percent)s %% of a credit of %(credit)s: no commission is paid."
    ),
    "pay.band": _l("A score of %(score)s pays %(percent)s %% of the commission."),
    "pay.band_none": _l("A score of %(score)s is below all bands: no commission is paid."),
    "pay.band_forced": _l(
        "A score of %(score)s and the place among all (x %(place)s %%) pay %(percent)s %% of the commission."
    ),
    "pay.band_behaviour": _l(
        "A score of %(score)s and conduct (x %(behaviour)s %%) pay %(percent)s %% of the commission."
    ),
    "pay.override": _l("%(percent)s %% of the net credit of team %(named)s, %(credit)s: %(amount)s."),
    "pay.setter": counted(
        "%(percent)s %% of %(credit)s that others sold at appointments made by this person (%(named)s sale): %(amount)s.",
        "%(percent)s %% of %(credit)s that others sold at appointments made by this person (%(named)s sales): %(amount)s.",
        by="named",
    ),
    "pay.referral": _l("Brought somebody who bought %(named)s and paid in full: %(amount)s."),
    "pay.benefit": _l("Benefits of the month: %(amount)s."),
    "pay.benefit_noted": _l("Benefits of the month: %(amount)s (%(note)s)."),
    "pay.leave": counted(
        "%(days)s day of unpaid leave, the base divided by %(per)s: %(amount)s less.",
        "%(days)s days of unpaid leave, each the base divided by %(per)s: %(amount)s less.",
        by="days",
    ),
    "pay.leave_late": counted(
        "%(days)s day of unpaid leave in the month of %(month)s, approved after it was closed, its base divided by "
        "%(per)s: %(amount)s less.",
        "%(days)s days of unpaid leave in the month of %(month)s, approved after it was closed, each its base divided by "
        "%(per)s: %(amount)s less.",
        by="days",
    ),
    "pay.leave_back": counted(
        "%(days)s day of unpaid leave fewer in the month of %(month)s than was deducted, its base divided by "
        "%(per)s: %(amount)s back.",
        "%(days)s days of unpaid leave fewer in the month of %(month)s than was deducted, each its base divided by "
        "%(per)s: %(amount)s back.",
        by="days",
    ),
    "pay.deposit": _l("Withheld as pay deposit: %(amount)s. It is returned in full on leaving."),
    "pay.deposit_back": _l("Left the club: all that was withheld as pay deposit comes back, %(amount)s."),
    "pay.fine": _l("Fines decided in this month: %(amount)s less."),
}
ITEMS: Texts = {
    "base": _l("Base pay"),
    "base_cut": _l("Base reduced by the score"),
    "commission": _l("Commission"),
    "expense": _l("Expenses above the limit"),
    "band": _l("Assessment"),
    "award": _l("Award"),
    "override": _l("Team's result"),
    "setter": _l("Appointments set"),
    "referral": _l("Referral"),
    "benefit": _l("Benefits"),
    "leave": _l("Unpaid leave"),
    "deposit": _l("Pay deposit"),
    "fine": _l("Fine"),
}
ANSWERS: Texts = {
    "acknowledged": _l("Acknowledged"),
    "objected": _l("Objected"),
    "confirmed": _l("Objection answered"),
}
STATES: Texts = {
    "provisional": _l("provisional"),
    "payable": _l("payable"),
    "paid": _l("paid out"),
}
STATE_TONES = {"provisional": "plain", "payable": "soon", "paid": "fine"}
FIGURES: Texts = {"expense": _l("Expenses"), "benefit": _l("Benefits")}
