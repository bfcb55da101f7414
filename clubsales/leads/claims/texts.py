"""The words of claims: what was refused, and why something was decided."""

from clubsales.i18n import Texts, counted
from clubsales.i18n import lazy_gettext as _l

REFUSALS: Texts = {
    "lead.unknown": _l("This phone is not a lead of the club yet. Save it as a lead first, then claim it."),
    "lead.anonymous": _l("This guest is anonymous: there is nobody left to look after. Choose another lead."),
    "lead.already_claimed": _l(
        "This lead is already claimed by %(holder)s. Choose another one; if this guest comes to you by turn and pays, the rules decide the credit."
    ),
    "lead.off_shift": _l("%(consultant)s has no open shift. Open the shift, then claim the lead."),
    "lead.limit": counted(
        "%(consultant)s holds %(limit)s lead, as many as the club allows. Release one first.",
        "%(consultant)s holds %(limit)s leads, as many as the club allows. Release one first.",
        by="limit",
    ),
    "lead.daily_limit": counted(
        "%(consultant)s has claimed %(limit)s lead today, as many as the club allows. Claim more tomorrow.",
        "%(consultant)s has claimed %(limit)s leads today, as many as the club allows. Claim more tomorrow.",
        by="limit",
    ),
    "lead.cooldown": counted(
        "%(consultant)s held this lead before and may claim it again from %(day)s, %(days)s day after it ended. Others may claim it now.",
        "%(consultant)s held this lead before and may claim it again from %(day)s, %(days)s days after it ended. Others may claim it now.",
        by="days",
    ),
    "lead.not_his": _l(
        "%(holder)s holds this lead. Only the holder, a supervisor or the club manager can release it."
    ),
}
REASONS: Texts = {}
END_REASONS: Texts = {
    "expired": _l("The protection ended"),
    "released": _l("Released"),
    "no_response": _l("No contact in time"),
    "handed_over": _l("Went to a colleague"),
    "merged": _l("Two records became one"),
}
