"""The words of the floor: why a guest went to whom, and what was refused, with the way out."""

from clubsales.i18n import Texts
from clubsales.i18n import lazy_gettext as _l

REFUSALS: Texts = {
    "reception.off_duty": _l(
        "%(consultant)s is not on shift and takes no guests. Open the shift, or ask the club manager to allow it."
    ),
    "reception.open": _l("%(consultant)s has a guest. See that guest out first."),
    "reception.not_his": _l(
        "This guest was not given to %(consultant)s. Guests are given by the desk, in the order of the queue."
    ),
    "reception.not_authorised": _l("Only the club manager may let somebody off duty receive a guest."),
    "reception.nobody_waiting": _l("Nobody is waiting: every guest in the club is being looked after."),
    "reception.off_post": _l(
        "%(consultant)s is not on post. Choose somebody on post, or come back on post first."
    ),
    "reception.reason": _l(
        "Write why this guest goes to %(consultant)s out of turn: everybody concerned sees it."
    ),
    "reception.gone": _l("This guest has been seen out already. Nothing was changed."),
    "reception.passed_on": _l(
        "The time to accept ran out and the guest was offered to somebody else. The queue shows who is next."
    ),
    "reception.overdue": _l(
        "%(consultant)s has overdue follow-ups and takes no guests by turn. Finish them first."
    ),
    "reception.nobody_for_him": _l(
        "The guests who wait are not for %(consultant)s to take. A supervisor can give a guest away by hand."
    ),
    "reception.contest_who": _l("Say whose guest this is: choose a consultant."),
    "reception.contest_own": _l(
        "%(consultant)s can only mark a guest for himself or herself. The desk can name somebody else."
    ),
    "reception.on_leave": _l(
        "%(consultant)s is on approved leave now and is not called in. Choose somebody else, "
        "or have the leave ended first."
    ),
    "reception.off_duty_reason": _l(
        "Write why %(consultant)s is called in: everybody concerned sees it with your name."
    ),
    "reception.identified": _l(
        "This guest already has another phone number. Correct it on the guest's page instead."
    ),
}
REASONS: Texts = {
    "rotation.turn": _l("%(consultant)s is first in the queue and free."),
    "rotation.turn_past_busy": _l(
        "It is the turn of %(consultant)s. Ahead in the queue but with a guest: %(busy)s."
    ),
    "rotation.turn_past_away": _l(
        "It is the turn of %(consultant)s. Ahead in the queue but not on post: %(away)s."
    ),
    "rotation.turn_past_both": _l(
        "It is the turn of %(consultant)s. Ahead in the queue but with a guest: %(busy)s; not on post: %(away)s."
    ),
    "rotation.designated_appointment": _l(
        "The guest has an appointment with %(consultant)s. It does not count as a turn."
    ),
    "rotation.designated_trial_pass": _l(
        "The guest brought a trial pass of %(consultant)s. It does not count as a turn."
    ),
    "rotation.designated_business_card": _l(
        "The guest brought the business card of %(consultant)s. It does not count as a turn."
    ),
    "rotation.designated_name": _l("The guest asked for %(consultant)s. It does not count as a turn."),
    "rotation.designated_owned_lead": _l(
        "%(consultant)s holds this guest's lead. It does not count as a turn."
    ),
    "rotation.designated_announced": _l(
        "The guest has an appointment with %(consultant)s, who is off duty and announced it beforehand. It does not count as a turn."
    ),
    "rotation.turn_past_others": _l(
        "It is the turn of %(consultant)s. Ahead in the queue but passed over: %(passed)s."
    ),
    "rotation.waiting_for_designated": _l(
        "The guest waits for %(consultant)s. Nobody else receives until then or until the guest agrees to it."
    ),
    "rotation.by_hand": _l("%(by)s gave this guest to %(consultant)s by hand. Reason: %(reason)s"),
    "rotation.returned_no_prospect": _l(
        "The visitor was not a prospect, so it does not count as a turn. Back in their old place: %(consultants)s."
    ),
    "rotation.returned_by_hand": _l(
        "The guest was given to somebody else by hand, so it does not count as a turn. Back in their old place: %(consultants)s."
    ),
    "rotation.proxy_no_answer": _l(
        "%(designated)s did not answer: %(consultant)s stands in. The guest remains %(designated)s's."
    ),
    "rotation.skipped_overdue_keep": _l(
        "%(consultant)s has overdue follow-ups and keeps the place until they are done."
    ),
    "rotation.skipped_no_answer_keep": _l("%(consultant)s did not accept this guest in time."),
    "rotation.proxy_busy": _l(
        "%(designated)s is with a guest: %(consultant)s stands in. The guest remains %(designated)s's."
    ),
    "rotation.proxy_meal": _l(
        "%(designated)s is at a meal: %(consultant)s stands in. The guest remains %(designated)s's."
    ),
    "rotation.proxy_meeting": _l(
        "%(designated)s is in a meeting: %(consultant)s stands in. The guest remains %(designated)s's."
    ),
    "rotation.proxy_away": _l(
        "%(designated)s is away: %(consultant)s stands in. The guest remains %(designated)s's."
    ),
    "rotation.proxy_off_shift": _l(
        "%(designated)s is not on shift: %(consultant)s stands in. The guest remains %(designated)s's."
    ),
    "rotation.companion": _l(
        "Came with %(guest)s, whom %(consultant)s receives. It does not count as a turn."
    ),
    "rotation.companion_of_unnamed": _l(
        "Came with a guest whom %(consultant)s receives. It does not count as a turn."
    ),
    "rotation.off_duty": _l("%(manager)s allowed %(consultant)s, who is off duty, to receive this guest."),
    "rotation.off_duty_because": _l(
        "%(manager)s allowed %(consultant)s, who is off duty, to receive this guest. Reason: %(reason)s"
    ),
    "rotation.his_pass_shown_before": _l(
        "The guest also showed a pass of %(consultant)s that another guest had shown before: it no longer counts."
    ),
    "rotation.his_pass_expired": _l(
        "The guest also showed a pass of %(consultant)s that has expired: it no longer counts."
    ),
    "rotation.his_pass_revoked": _l(
        "The guest also showed a pass of %(consultant)s that was withdrawn: it no longer counts."
    ),
    "rotation.his_pass_member": _l(
        "The guest also showed a pass of %(consultant)s. The guest is a member already: passes are for new guests."
    ),
    "rotation.a_pass_shown_before": _l(
        "The guest also showed a pass that another guest had shown before: it no longer counts."
    ),
    "rotation.a_pass_expired": _l("The guest also showed a pass that has expired: it no longer counts."),
    "rotation.a_pass_revoked": _l("The guest also showed a pass that was withdrawn: it no longer counts."),
    "rotation.a_pass_member": _l(
        "The guest also showed a pass. The guest is a member already: passes are for new guests."
    ),
    "rotation.waiting": _l("Nobody is free. Whoever is free first takes the guest who has waited longest."),
    "rotation.waiting_nobody_on_shift": _l(
        "Nobody in the rotation is on shift. Whoever opens a shift first takes the guest who has waited longest."
    ),
    "rotation.waiting_no_answer": _l(
        "Asked, but nobody accepted in time: %(asked)s. Next is whoever becomes free, comes on post or comes forward; "
        "a supervisor can also give the guest to somebody by hand."
    ),
    "rotation.waiting_overdue": _l(
        "Nobody takes guests by turn now: overdue follow-ups keep %(overdue)s from it. "
        "A supervisor can give the guest to somebody by hand."
    ),
    "rotation.skipped_busy_keep": _l("%(consultant)s is with a guest and keeps the place."),
    "rotation.skipped_busy_forfeit": _l("%(consultant)s is with a guest and goes to the end of the queue."),
    "rotation.skipped_meal_keep": _l("%(consultant)s is at a meal and keeps the place."),
    "rotation.skipped_meal_forfeit": _l("%(consultant)s is at a meal: the turn passes."),
    "rotation.skipped_meeting_keep": _l("%(consultant)s is in a meeting and keeps the place."),
    "rotation.skipped_meeting_forfeit": _l("%(consultant)s is in a meeting: the turn passes."),
    "rotation.skipped_away_keep": _l("%(consultant)s is away and keeps the place."),
    "rotation.skipped_away_forfeit": _l("%(consultant)s is away: the turn passes."),
}
STATUSES: Texts = {
    "on_post": _l("On post"),
    "meal": _l("At a meal"),
    "meeting": _l("In a meeting"),
    "away": _l("Away"),
}
OUTCOMES: Texts = {
    "sold": _l("Bought"),
    "be_back": _l("Will come back"),
    "follow_up": _l("To follow up"),
    "not_interested": _l("Not interested"),
    "courier": _l("A delivery"),
    "question": _l("Only a question"),
    "member_matter": _l("Member service"),
    "not_prospect": _l("Not a prospect"),
    "left": _l("Left before the end"),
}
BASES: Texts = {
    "rotation": _l("By turn"),
    "designated": _l("Came for the consultant"),
    "proxy": _l("Standing in"),
    "off_duty": _l("Allowed by the manager"),
    "waiting": _l("Waiting"),
    "manual": _l("Given by hand"),
    "returned": _l("Turn given back"),
}
PASS_ANSWERS: Texts = {
    "counts": _l("Counts today"),
    "shown_before": _l("Another guest showed it first: it no longer counts"),
    "expired": _l("Expired: it no longer counts"),
    "revoked": _l("Withdrawn: it no longer counts"),
    "member": _l("For new guests only: a member is nobody's guest by it"),
}
