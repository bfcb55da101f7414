"""The words of checklists: what was refused, and why something was decided."""

from clubsales.i18n import Texts
from clubsales.i18n import lazy_gettext as _l

REFUSALS: Texts = {
    "checklist.empty": _l("A checklist needs at least one item. Add one, then publish."),
    "checklist.too_long": _l(
        "A checklist has at most %(most)s items; this one has %(count)s. Remove some, then publish."
    ),
    "checklist.text": _l(
        "Item %(place)s needs a text in both languages, each of at most %(longest)s characters."
    ),
    "checklist.unchanged": _l("Nothing is changed, so there is nothing to publish. Edit an item first."),
    "checklist.newer": _l(
        "Version %(number)s was published in the meantime. Reload the page and make your changes on top of it."
    ),
}
REASONS: Texts = {}

OCCASIONS: Texts = {
    "opening": _l("Going on post"),
    "closing": _l("Leaving the post"),
}
CHANGES: Texts = {
    "same": _l("Unchanged"),
    "moved": _l("Moved"),
    "reworded": _l("Reworded"),
    "added": _l("Added"),
    "removed": _l("Removed"),
}
