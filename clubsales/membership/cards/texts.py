"""Sentences of cards and their codes; each refusal says the way out."""

from clubsales.i18n import Texts
from clubsales.i18n import lazy_gettext as _l
from clubsales.membership.cards.rules import CardRefused, CodeRefused

REFUSALS: Texts = {
    CardRefused.UNKNOWN: _l("This card is not known here. Look the member up by phone."),
    CardRefused.CANCELLED: _l("This card was cancelled. The member needs a new one."),
    CardRefused.UNPAID: _l("This card is not paid yet. It opens as soon as the sale is paid."),
    CardRefused.FROZEN: _l("This card is frozen. End the freeze, then scan again."),
    CardRefused.NOT_YET: _l("This card starts on %(valid_from)s."),
    CardRefused.EXPIRED: _l("This card ended on %(valid_until)s. It can be renewed at the desk."),
    CardRefused.USED_UP: _l("No visits are left on this card. A new one can be bought at the desk."),
    CardRefused.OTHER_CLUB: _l("This card opens %(club)s only, not this club."),
    CardRefused.NOT_FROZEN: _l("This card is not frozen: there is nothing to end."),
    CardRefused.NO_CODE: _l("No printed code of this card is in use. Print one first."),
    CodeRefused.UNREADABLE: _l("This is no card code. Ask for the code on the card page."),
    CodeRefused.ALTERED: _l(
        "This code was changed, or is not one of ours. Ask for the code on the card page."
    ),
    CodeRefused.STALE: _l(
        "This code has expired. Ask the member to open the card page: it shows a fresh one."
    ),
    CodeRefused.REVOKED: _l("This printed code was withdrawn. A newer one, or the phone, is needed."),
    CodeRefused.REUSED: _l(
        "This code was already used at %(used_at)s. Ask for the next one on the card page."
    ),
}
REASONS: Texts = {}
