"""The sentences of silent discounts. None of them is ever shown to a guest."""

from clubsales.i18n import Texts
from clubsales.i18n import lazy_gettext as _l

REFUSALS: Texts = {
    "discount.not_needed": _l(
        "You may sell at %(price)s yourself: down to %(lowest)s nobody needs to be asked. Enter it as the price."
    ),
    "discount.no_list_price": _l("This has no list price. Sell it at the price you agree on."),
    "discount.nobody": _l(
        "Nobody here may give %(price)s: it is below what anyone's authority reaches. Ask for a higher price."
    ),
    "discount.reason": _l("Say why, in a few words."),
    "discount.own": _l("This is your own request. A colleague answers it."),
    "discount.answered": _l("%(name)s has answered this request already. There is nothing left to do."),
    "discount.withdrawn": _l("This request was withdrawn. There is nothing left to answer."),
    "discount.lapsed": _l("The time for this is over. Ask once more."),
    "discount.authority": _l(
        "%(price)s is below what you may give. %(names)s may; or grant a price within your own limit."
    ),
    "discount.price_above": _l("Grant at most the list price of %(list_price)s."),
    "discount.not_approved": _l(
        "Nobody has allowed this price. Wait for the answer, or sell at the list price."
    ),
    "discount.not_yours": _l("This price was allowed to a colleague. Ask for it yourself."),
    "discount.other_card": _l("The price was allowed for another card. Ask once more for this one."),
    "discount.other_guest": _l("The price was allowed for another guest. Ask once more for this one."),
    "discount.below_granted": _l(
        "%(price)s is below the %(granted)s that was allowed. Sell at that, or ask once more."
    ),
    "discount.used": _l("This answer was used in a sale already. Ask once more."),
}
REASONS: Texts = {}
STANDINGS: Texts = {
    "waiting": _l("Waiting for an answer"),
    "approved": _l("Allowed"),
    "refused": _l("Not allowed"),
    "withdrawn": _l("Withdrawn"),
    "used": _l("Sold at it"),
    "lapsed": _l("Lapsed"),
}
TONES = {
    "waiting": "soon",
    "approved": "fine",
    "refused": "bad",
    "withdrawn": "plain",
    "used": "info",
    "lapsed": "plain",
}
