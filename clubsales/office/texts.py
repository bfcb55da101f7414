"""Sentences of the office: refusals and reasons by code."""

from clubsales.i18n import Texts
from clubsales.i18n import lazy_gettext as _l

REFUSALS: Texts = {
    "submission.key_reused": _l(
        "This form was already used for something else. Reload the page and enter it again."
    ),
    "sale.unknown": _l("There is no sale %(sale)s: it was refused."),
    "policy.not_built": _l("This version does not decide by these settings yet: %(settings)s."),
}
REASONS: Texts = {}
