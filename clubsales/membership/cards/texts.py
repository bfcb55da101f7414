"""Sentences of cards and their codes; each refusal says the way out."""

from clubsales.i18n import Texts
from clubsales.i18n import lazy_gettext as _l

REFUSALS: Texts = {
    "card.unknown": _l("This card is not known here. Look the member up by phone."),
    "card.cancelled": _l("This card was cancelled. A new one can be bought at the desk."),
    "card.unpaid": _l("This card is not paid yet. It opens as soon as the sale is paid."),
    "card.frozen": _l("This card is frozen. Reception can end the freeze; then it opens again."),
    "card.not_yet": _l("This card starts on %(valid_from)s."),
    "card.expired": _l("This card ended on %(valid_until)s. It can be renewed at the desk."),
    "card.used_up": _l("No visits are left on this card. A new one can be bought at the desk."),
    "card.other_club": _l("This card opens %(club)s only, not this club."),
    "card.not_frozen": _l("This card is not frozen: there is nothing to end."),
    "card.no_code": _l("No printed code of this card is in use. Print one first."),
    "code.unreadable": _l("This is not a card code. Ask for the code on the card page."),
    "code.altered": _l("This code was changed, or is not one of ours. Ask for the code on the card page."),
    "code.expired": _l("This code has expired. Ask the member to open the card page: it shows a fresh one."),
    "code.revoked": _l("This printed code was withdrawn. A newer one, or the phone, is needed."),
    "code.reused": _l("This code was already used at %(used_at)s. Ask for the next one on the card page."),
}
REASONS: Texts = {}
