"""The words of scripts."""

from clubsales.i18n import Texts
from clubsales.i18n import lazy_gettext as _l

REFUSALS: Texts = {
    "script.empty": _l("A script has a title and words. Write both, then save it."),
    "script.too_long": _l("This text is too long. Use at most %(longest)s characters."),
    "script.too_many": _l("The club has %(most)s scripts, and nobody finds more. Retire one first."),
}
REASONS: Texts = {}
SITUATIONS: Texts = {
    "first_call": _l("First call"),
    "invite": _l("Invite for a visit"),
    "after_visit": _l("After a visit"),
    "price": _l("The price is too high"),
    "no_answer": _l("Message after no answer"),
    "renewal": _l("Renewal and return visit"),
    "lapsed": _l("Card has run out"),
}
