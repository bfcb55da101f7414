"""The sentences of lists."""

from clubsales.i18n import Texts
from clubsales.i18n import lazy_gettext as _l

VIEWS: Texts = {
    "mine": _l("Mine"),
    "pool": _l("Free to claim"),
    "ending": _l("Protection ends soon"),
    "all": _l("All of the club"),
}
STATES: Texts = {
    "open": _l("Still a prospect"),
    "bought": _l("Bought"),
    "lost": _l("Lost"),
}
MISSING: Texts = {
    "nothing": _l("Type a name, the last four digits of a phone, or a WeChat ID."),
    "digits": _l("Type at least the last four digits of the phone."),
    "letters": _l(
        "Type one more letter: the beginning of the name as it sounds, its initials, or the WeChat ID."
    ),
}
REFUSALS: Texts = {
    "list.nameless": _l("Give the list a name, so that you find it again."),
    "list.name_too_long": _l("The name of the list is too long. Use at most %(longest)s characters."),
    "list.name_taken": _l(
        "You have a list called %(name)s already. Choose another name, or delete that list first."
    ),
    "list.too_many": _l(
        "You have saved %(most)s lists, which is the most there is room for. Delete one you no longer use."
    ),
}
REASONS: Texts = {}
