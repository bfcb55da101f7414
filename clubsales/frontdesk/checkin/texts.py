"""Sentences of the door."""

from clubsales.frontdesk.checkin.rules import ScanRefused
from clubsales.i18n import Texts
from clubsales.i18n import lazy_gettext as _l

REFUSALS: Texts = {
    ScanRefused.NONCE_MALFORMED: _l(
        "The scanner sent no usable number for this scan. Reload the page, then scan again."
    ),
    ScanRefused.NONCE_REUSED: _l("This scan was already answered for another code. Scan again."),
}
REASONS: Texts = {}
