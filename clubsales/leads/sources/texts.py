"""The words of sources: what was refused, and the way out."""

from clubsales.i18n import Texts
from clubsales.i18n import lazy_gettext as _l

REFUSALS: Texts = {
    "source.nameless": _l("Type what this source is called."),
    "source.too_long": _l("The name is too long. Use at most %(longest)s characters."),
    "source.name_taken": _l(
        "There is a source called %(name)s here already. Choose another name; if that one is retired, use it again."
    ),
    "source.too_many": _l(
        "The club has %(most)s sources in use, as many as a form can show. Retire one that nobody chooses any more."
    ),
    "source.too_deep": _l("This is a sub-source already. Add the new one beside it."),
    "source.last_kind": _l(
        "This is the last kind of source in use. Use another kind again first, then retire this one."
    ),
}
REASONS: Texts = {}
