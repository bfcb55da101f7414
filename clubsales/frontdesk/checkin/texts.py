"""Sentences of the door."""

from clubsales.i18n import Texts
from clubsales.i18n import lazy_gettext as _l

REFUSALS: Texts = {
    "check_in.nonce_malformed": _l(
        "The scanner sent no usable number for this scan. Reload the page, then scan again."
    ),
    "check_in.nonce_reused": _l("This scan was already answered for another code. Scan again."),
}
REASONS: Texts = {}

# What a list of scans says in a word or two; the sentence was said at the door.
WORDS: Texts = {
    "card.unknown": _l("Card not known"),
    "card.cancelled": _l("Card cancelled"),
    "card.unpaid": _l("Not paid yet"),
    "card.frozen": _l("Card frozen"),
    "card.not_yet": _l("Not valid yet"),
    "card.expired": _l("Card ended"),
    "card.used_up": _l("No visits left"),
    "card.other_club": _l("Another club's card"),
    "card.other_hall": _l("Not for this hall"),
    "card.outside_hours": _l("Not at this hour"),
    "card.by_hand": _l("Sessions card"),
    "card.value_only": _l("Stored-value card"),
    "code.unreadable": _l("Not a card code"),
    "code.altered": _l("Code changed or not ours"),
    "code.expired": _l("Code expired"),
    "code.revoked": _l("Printed code withdrawn"),
    "code.reused": _l("Code used before"),
}
