"""Sentences of the door."""

from clubsales.frontdesk.checkin.rules import ScanRefused
from clubsales.i18n import Texts
from clubsales.i18n import lazy_gettext as _l
from clubsales.membership.cards.rules import CardRefused, CodeRefused

REFUSALS: Texts = {
    ScanRefused.NONCE_MALFORMED: _l(
        "The scanner sent no usable number for this scan. Reload the page, then scan again."
    ),
    ScanRefused.NONCE_REUSED: _l("This scan was already answered for another code. Scan again."),
}
REASONS: Texts = {}

# What a list of scans says in a word or two; the sentence was said at the door.
WORDS: Texts = {
    CardRefused.UNKNOWN: _l("Card not known"),
    CardRefused.CANCELLED: _l("Card cancelled"),
    CardRefused.UNPAID: _l("Not paid yet"),
    CardRefused.FROZEN: _l("Card frozen"),
    CardRefused.NOT_YET: _l("Not valid yet"),
    CardRefused.EXPIRED: _l("Card ended"),
    CardRefused.USED_UP: _l("No visits left"),
    CardRefused.OTHER_CLUB: _l("Another club's card"),
    CodeRefused.UNREADABLE: _l("No card code"),
    CodeRefused.ALTERED: _l("Code changed or not ours"),
    CodeRefused.STALE: _l("Code expired"),
    CodeRefused.REVOKED: _l("Paper withdrawn"),
    CodeRefused.REUSED: _l("Code used before"),
}
