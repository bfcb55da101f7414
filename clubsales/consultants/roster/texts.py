"""The words of the roster: what was refused, and why something was decided."""

from clubsales.i18n import Texts, counted
from clubsales.i18n import lazy_gettext as _l

SHIFT_NAMES: Texts = {"early": _l("Early"), "late": _l("Late")}  # others are called as the club calls them
STATUSES: Texts = {
    "on_time": _l("On time"),
    "late": _l("Came late"),
    "left_early": _l("Left early"),
    "absent": _l("Absent"),
    "leave": _l("Leave"),
    "working": _l("On shift"),
    "planned": _l("Planned"),
    "unplanned": _l("Not planned"),
    "day_off": _l("Day off"),
}
CLASHES: Texts = {  # in a cell of the week, where a sentence has no room
    "roster.unknown_shift": _l("No such shift"),
    "roster.not_active": _l("Not employed here"),
    "roster.too_far": _l("Too far ahead"),
    "roster.over": _l("Gone by"),
    "roster.on_leave": _l("Leave"),
    "roster.overlap": _l("Overlaps"),
}
SWAP_STATUSES: Texts = {
    "asked": _l("Asked"),
    "agreed": _l("Agreed, to be approved"),
    "declined": _l("Declined"),
    "approved": _l("Approved"),
    "refused": _l("Refused"),
    "withdrawn": _l("Withdrawn"),
}
REFUSALS: Texts = {
    "roster.unknown_shift": _l("There is no shift called %(shift)s here. Choose one of: %(shifts)s."),
    "roster.not_active": _l("%(name)s does not work in this club on %(day)s. Choose somebody else."),
    "roster.too_far": _l("This is more than a year ahead. Choose a nearer week."),
    "roster.over": _l("That shift of %(day)s is already over. Plan one that is still to come."),
    "roster.begun": _l(
        "The shift of %(name)s on %(day)s began at %(starts_at)s and stands as planned. "
        "Whoever has to go files leave, or asks for the next shift to be changed."
    ),
    "roster.on_leave": _l("%(name)s is on approved leave on %(day)s. Plan somebody else."),
    "roster.overlap": _l(
        "%(name)s already works from %(starts_at)s to %(ends_at)s (shift of %(day)s). "
        "Change that shift first, or plan somebody else."
    ),
    "roster.same_week": _l("A week cannot be copied onto itself. Choose another week."),
    "roster.copy_begun": _l(
        "The shift of %(name)s on %(day)s has been opened or has begun, so the copy stands. "
        "Change the other days one by one."
    ),
    "swap.self": _l("This shift is yours already. Ask a colleague."),
    "swap.begun": _l("The shift of %(day)s began at %(starts_at)s. Only shifts still to come change hands."),
    "swap.already_asked": _l(
        "A swap of this shift (%(day)s) is open already. Wait for the answer, or withdraw it first."
    ),
    "swap.not_active": _l("%(name)s does not work in this club on %(day)s. Ask somebody else."),
    "swap.on_leave": _l("%(name)s is on approved leave on %(day)s. Ask somebody else."),
    "swap.overlap": _l(
        "%(name)s works from %(starts_at)s to %(ends_at)s already (shift of %(day)s). "
        "Swap it for that shift, or ask somebody else."
    ),
    "swap.ended": _l("This swap is over already. Look at the list of swaps; ask anew if it is still needed."),
    "swap.not_agreed": _l("The colleague has not agreed yet. Approve the swap after that."),
    "swap.own": _l("This swap is about your own shift. Another supervisor or the manager decides it."),
    "swap.note": _l("Write why it is refused, so that both know."),
}
REASONS: Texts = {
    "roster.late": counted(
        "Opened at %(opened_at)s, planned for %(starts_at)s: %(minutes)s minute late (up to %(grace)s are allowed).",
        "Opened at %(opened_at)s, planned for %(starts_at)s: %(minutes)s minutes late (up to %(grace)s are allowed).",
        by="minutes",
    ),
    "roster.left_early": counted(
        "Closed at %(closed_at)s, planned until %(ends_at)s: %(minutes)s minute early.",
        "Closed at %(closed_at)s, planned until %(ends_at)s: %(minutes)s minutes early.",
        by="minutes",
    ),
    "roster.absent": _l("Planned, and no shift was opened: absence without leave."),
    "roster.absent_swap": _l(
        "A swap was asked for and never approved, so the plan stood: absence without leave."
    ),
    "roster.absent_leave": _l("Leave was asked for and not approved: absence without leave."),
    "roster.leave": _l("Approved leave."),
}
