"""The words of the post: what was refused, and the way out."""

from clubsales.i18n import Texts
from clubsales.i18n import lazy_gettext as _l

REFUSALS: Texts = {
    "shift.on_leave": _l(
        "%(name)s is on approved leave now, so no shift can be opened. "
        "Whoever is back early asks somebody who may approve the leave to end it."
    ),
    "shift.new_checklist": _l(
        "The checklist has a new version since you opened this page. Read it, tick it, then try again."
    ),
    "shift.plan": _l("A day's plan counts from 0 to %(most)s. Enter smaller numbers."),
    "shift.guest_with_him": _l(
        "%(consultant)s has a guest. See the guest out first, or ask a supervisor to give the guest to somebody "
        "else. In an emergency the club manager can let %(consultant)s leave the post."
    ),
    "handover.relief_off_post": _l(
        "%(name)s is not on post and cannot take over. Choose a colleague who is on post, or wait for the relief."
    ),
    "handover.to_oneself": _l("You cannot hand over to yourself. Choose a colleague who is on post."),
    "handover.not_for_you": _l(
        "This handover is for somebody else. Only the colleague it names can take over."
    ),
    "handover.withdrawn": _l("This handover was taken back. Ask your colleague to offer it again."),
    "handover.no_tablet": _l(
        "A PIN is typed on the club's shared tablet only. "
        "Your colleague can take over on the Floor page of another screen."
    ),
}
REASONS: Texts = {
    "shift.late": _l(
        "Planned for %(planned)s, %(late)s minutes late: lateness counts from %(grace)s minutes on."
    ),
    "shift.in_time": _l("Planned for %(planned)s, in time: lateness counts from %(grace)s minutes on."),
}
SHIFTS: Texts = {"early": _l("Early shift"), "late": _l("Late shift")}
