"""The words of notices: what was refused, and why something was decided."""

from clubsales.i18n import Texts
from clubsales.i18n import lazy_gettext as _l

REFUSALS: Texts = {
    "notice.title": _l("A notice needs a title of at most %(longest)s characters."),
    "notice.body": _l("The text of a notice has at most %(longest)s characters. Shorten it."),
    "notice.span": _l(
        "The last day must not be before the first one, nor more than a year after it. Choose the days again."
    ),
    "notice.past": _l("%(day)s has passed: nobody would see this notice. Choose a later last day."),
}
REASONS: Texts = {}
