"""Words of the pages of a case, and the sentences of refused papers."""

from clubsales.i18n import Texts
from clubsales.i18n import lazy_gettext as _l

REFUSALS: Texts = {
    "dispute.paper_kind": _l(
        "“%(name)s” is neither a picture (JPEG, PNG, WebP) nor a PDF. Take a photo or a screenshot of it."
    ),
    "dispute.paper_large": _l("“%(name)s” is larger than %(most)s MB. Send a smaller picture of it."),
    "dispute.paper_empty": _l("“%(name)s” is empty. Choose the file again."),
    "dispute.paper_many": _l(
        "A case holds %(most)s papers; there is room for %(left)s more. Put several pages into one PDF."
    ),
}
REASONS: Texts = {}
