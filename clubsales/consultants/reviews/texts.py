"""The words of cases: what was refused, why a case came up, what may be decided, each rule in a sentence."""

from clubsales.i18n import Texts, counted
from clubsales.i18n import lazy_gettext as _l

REFUSALS: Texts = {
    "review.decided": _l("This case is closed: somebody has decided or dismissed it. Reload the page."),
    "review.own": _l(
        "Nobody proposes or decides a case about themselves. Somebody else with the authority has to."
    ),
    "review.above": _l(
        "The one this case is about stands above you. Somebody of at least the same rank has to decide it."
    ),
    "review.choice": _l("Choose one of the decisions this case allows."),
    "review.words": _l("This needs a reason, in at most %(longest)s characters. Write one."),
    "review.range": _l(
        "The amount must be from %(lowest)s to %(highest)s. Change it, or give a warning instead."
    ),
    "review.fixed": _l("For this it is %(amount)s and nothing else. Enter that, or give a warning instead."),
    "review.amount": _l("Enter the amount."),
    "review.base": _l(
        "A pay rise must be above the present base pay of %(base)s. Enter more, or decline it."
    ),
    "review.level": _l("The level is %(level)s then. Choose a level that fits the decision."),
    "review.general_manager": _l(
        "A special promotion is for the general manager alone, or for the deputy while the general manager is marked "
        "absent. Leave it to them."
    ),
    "review.first_day": _l(
        "New terms of pay begin on the first day of a month, at most a year ahead. Choose one."
    ),
    "review.month_closed": _l("That month is closed. %(month)s is the first day new terms can count from."),
    "review.later_terms": _l(
        "From %(day)s on other terms of pay are already set. Choose that day or a later one, or change the terms on the "
        "staff page."
    ),
    "review.not_decided": _l("Nothing is decided yet. You can answer when it is."),
    "review.not_employed": _l("%(name)s does not work here any more, so no case can be opened."),
}
REASONS: Texts = {
    "review.pay_rise": counted(
        "Best of the department this month.",
        "Best of the department in %(count)s months in a row.",
        by="count",
    ),
    "review.missed_target": counted(
        "Below target this month.", "Below target in %(count)s months in a row.", by="count"
    ),
    "review.low_score": _l("Scored %(score)s; the lowest band begins at %(lowest)s."),
    "review.promotion": counted(
        "At the target of level %(level)s this month.",
        "At the target of level %(level)s in %(count)s months in a row.",
        by="count",
    ),
    "review.service": counted(
        "%(years)s full year of service, and this month's target is met: next is level %(level)s.",
        "%(years)s full years of service, and this month's target is met: next is level %(level)s.",
        by="years",
    ),
    "review.special": _l("Proposed for promotion from level %(level)s, beside the usual way."),
    "review.expense": _l("Spent %(rate)s of the credit; below %(limit)s a reward is considered."),
    "review.corrections": counted(
        "Contract %(contract)s: %(count)s place was corrected after it was handed in; %(allowed)s are allowed.",
        "Contract %(contract)s: %(count)s places were corrected after it was handed in; %(allowed)s are allowed.",
        by="count",
    ),
    "review.fine": _l("Somebody proposed a fine."),
    "review.warning": _l("Somebody proposed a warning."),
}
KINDS: Texts = {
    "pay_rise": _l("Pay rise"),
    "missed_target": _l("Targets missed"),
    "low_score": _l("Low score"),
    "promotion": _l("Promotion"),
    "expense": _l("Low expenses"),
    "fine": _l("Fine"),
    "warning": _l("Warning"),
}
STATUSES: Texts = {
    "open": _l("Waits for a decision"),
    "decided": _l("A person decided"),
    "dismissed": _l("Dismissed"),
}
TONES = {"open": "soon", "decided": "fine", "dismissed": "plain"}
CHOICES: Texts = {
    "raise": _l("Raise the base pay"),
    "promote": _l("Promote to the next level"),
    "special": _l("Special promotion"),
    "compete": _l("Let a competition decide"),
    "reward": _l("Give a reward"),
    "decline": _l("Decline"),
    "observe": _l("Keep, under observation"),
    "demote": _l("Demote"),
    "let_go": _l("Dismissal"),
    "fine": _l("Fine"),
    "warn": _l("Warning"),
    "nothing": _l("No consequence"),
}
# What follows from a decision, and what does not.
FOLLOWS: Texts = {
    "raise": _l("The new base pay counts from the day you choose."),
    "promote": _l("The new level counts from the day you choose, and as a promotion of that day."),
    "special": _l("Any higher level, by the general manager alone; it counts as a promotion."),
    "compete": _l("Nothing changes until the competition is over; propose the promotion then."),
    "reward": _l("Finance pays it as a benefit of the month."),
    "decline": _l("Nothing changes."),
    "observe": _l("Nothing changes; it stays on record."),
    "demote": _l("The lower level counts from the day you choose."),
    "let_go": _l("Nothing happens by itself: the employment is ended on the staff page."),
    "fine": _l("It stays on record; pay is touched only where the club's policy says so."),
    "warn": _l("It stays on record, without money."),
    "nothing": _l("The case is closed and nothing follows."),
}
OFFENCES: Texts = {
    "corrections": _l("Contract corrected in too many places"),
    "secrets": _l("Leaked secrets, sold contracts or worked for others"),
    "progress": _l("Did not report progress"),
    "insubordination": _l("Insubordination, abuse, damaging talk, left the post"),
    "absence": _l("Absent without leave"),
    "attendance": _l("Late, slipped away or left early"),
    "deceit": _l("Deceived a guest or a superior"),
    "data": _l("Falsified data, sold passively or served badly"),
    "other": _l("Something else"),
}
# Each rule in a sentence, for the page of a case.
RULES: Texts = {
    "AWD-04": _l(
        "Whoever is the best of the department in as many months in a row as the policy says is considered for a pay rise. "
        "Nothing follows by itself."
    ),
    "PEN-01": _l(
        "Whoever misses the target in as many months in a row as the policy says faces demotion or dismissal; a person "
        "decides which, or neither."
    ),
    "PEN-02": _l(
        "A contract corrected in more places than the policy allows costs a fine in the policy's range."
    ),
    "PEN-03": _l(
        "Leaking secrets, selling contracts or working for others costs 1,000 and may end in dismissal."
    ),
    "PEN-04": _l("Not reporting progress costs 50 each time."),
    "PEN-05": _l(
        "Insubordination, abuse, damaging talk or leaving the post without permission costs 500 and may end in dismissal."
    ),
    "PEN-06": _l("A swap or leave that nobody approved counts as absence without leave."),
    "PEN-07": _l(
        "The ladder is warning, fine, demotion, dismissal; nobody falls down it without a decision."
    ),
    "PEN-08": _l("Deceiving guests or superiors ends in dismissal where it is serious."),
    "PEN-09": _l(
        "Falsified data, passive selling and poor service are disciplined; serious cases end in dismissal."
    ),
    "PEN-10": _l("Being late, slipping away and leaving early follow the rules of attendance."),
    "PEN-11": _l(
        "A score below all bands pays the reduced base and no commission, and opens a case: demotion, dismissal or neither."
    ),
    "PRO-01": _l(
        "Whoever meets the target of the next level in as many months in a row as the policy says may be promoted, not "
        "sooner after the last promotion than the policy allows. Results come first, seniority second."
    ),
    "PRO-02": _l(
        "After each full span of years of service, with the target met, a promotion by one level is considered."
    ),
    "PRO-04": _l("The general manager may promote beside the usual way."),
    "COM-07": _l("Whoever spends less of the credit than the policy's low mark is considered for a reward."),
}
