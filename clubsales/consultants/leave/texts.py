"""The words of leave: what was refused, and why something was decided."""

from clubsales.i18n import Texts
from clubsales.i18n import lazy_gettext as _l

REFUSALS: Texts = {
    "leave.span": _l(
        "These days do not work for leave. The last day must not be before the first one, at most a year after it, "
        "and at least half a day must be left."
    ),
    "leave.too_far": _l("This is more than two years ahead. Choose nearer days."),
    "leave.no_working_day": _l(
        "The roster gives you rest on all of these days, so no leave is needed. Choose a day you work."
    ),
    "leave.reason": _l("The reason has at most %(longest)s characters. Shorten it."),
    "leave.past": _l("The first day is over. Leave is asked for beforehand: talk to your supervisor."),
    "leave.notice": _l(
        "This is too short notice: the first day can be %(earliest)s at the earliest. Only sick leave may be filed "
        "on the day itself."
    ),
    "leave.overlap": _l(
        "There is already a request of yours from %(first)s to %(last)s. Choose other days, or withdraw it first."
    ),
    "leave.own": _l("Nobody decides their own leave. Somebody else with the authority has to."),
    "leave.authority": _l(
        "This leave is not yours to decide (working days: %(days)s). Up to %(short_days)s the sales director "
        "decides, beyond that the general manager, and the deputy while the general manager is marked absent. "
        "Leave it to them."
    ),
    "leave.note": _l("A refusal needs a reason, in at most %(longest)s characters. Write one."),
    "leave.decided": _l("This request is no longer open: it was decided or withdrawn. Reload the page."),
    "leave.begun": _l(
        "This leave has already begun. If you are back early, ask whoever may approve it to end it; "
        "the leave form names them."
    ),
    "leave.not_live": _l("This request was refused or withdrawn already, so nothing is left to withdraw."),
    "leave.not_approved": _l(
        "Only approved leave is ended early, and this is not, or no longer. Reload the page to see what became of it."
    ),
    "leave.not_begun": _l(
        "This leave has not begun. Until it does, %(name)s can withdraw it under My leave."
    ),
    "leave.over": _l("This leave is over, so nothing is left to end. What was, stays as it was."),
    "leave.back": _l(
        "Choose half a day that is not over yet and lies within the leave, which lasts until %(last)s."
    ),
    "leave.end_reason": _l(
        "Ending leave early needs a reason, in at most %(longest)s characters. Write one."
    ),
    "leave.away_span": _l(
        "These days do not work. The last day must not be over, nor before the first one, nor more than a year "
        "after it."
    ),
    "leave.away_who": _l(
        "Only the general manager, the deputy or the owner marks the general manager absent. Ask one of them."
    ),
}
REASONS: Texts = {}

KINDS: Texts = {
    "annual": _l("Annual leave"),
    "personal": _l("Personal leave"),
    "sick": _l("Sick leave"),
    "day_swap": _l("Day off in lieu"),
    "other": _l("Other leave"),
}
STATUSES: Texts = {
    "filed": _l("Not decided yet"),
    "approved": _l("Approved"),
    "refused": _l("Refused"),
    "withdrawn": _l("Withdrawn"),
}
TONES = {
    "filed": "soon",
    "approved": "fine",
    "refused": "now",
    "withdrawn": "plain",
}
# Why it is whose matter (rule ATT-04).
WHY: Texts = {
    "director": _l(
        "Leave of up to %(short_days)s working days is decided by the sales director or the general manager."
    ),
    "general_manager": _l(
        "Leave of more than %(short_days)s working days is decided by the general manager."
    ),
    "deputy": _l(
        "Leave of more than %(short_days)s working days is decided by the general manager, who is marked absent: "
        "so the deputy decides."
    ),
    "superior": _l("Leave of somebody who decides leave is decided by the general manager."),
    "superior_deputy": _l(
        "Leave of somebody who decides leave is decided by the general manager; here the deputy stands in."
    ),
}
AUTHORITIES: Texts = {
    "sales_director": _l("Sales director"),
    "general_manager": _l("General manager"),
    "deputy_gm": _l("Deputy general manager"),
}
