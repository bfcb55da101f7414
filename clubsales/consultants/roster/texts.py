"""The words of the roster: what was refused, and why something was decided."""

from clubsales.i18n import Texts
from clubsales.i18n import lazy_gettext as _l

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
}
REASONS: Texts = {}
