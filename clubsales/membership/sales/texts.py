"""The sentences of deals: what was refused and the way out."""

from clubsales.i18n import Texts
from clubsales.i18n import lazy_gettext as _l

REFUSALS: Texts = {
    "sale.fee_amount": _l("A fee is above zero. What costs nothing needs no receipt."),
    "sale.lines": _l("A deal has from one to %(most)s cards and goods. Make two sales of it."),
    "sale.quantity": _l("Sell from one to %(most)s of something on one line."),
    "sale.empty_package": _l(
        "%(name)s holds nothing yet. Ask a manager to say on the price list what belongs to it."
    ),
    "sale.gifts": _l(
        "With gifts worth %(gifts)s this deal is below what you may give: its price is %(price)s, and it may not be "
        "below %(lowest)s. Take a gift out, or let somebody with a higher limit open the sale."
    ),
    "sale.gift_reason": _l("Say why it is given away: it stands on the sale."),
    "sale.gift_price": _l(
        "%(name)s has no list price, so nobody can say what is given away. Sell it at a price."
    ),
    "sale.gift_no_discount": _l(
        "%(name)s takes no discount, so only the general manager gives it away. Sell it at its price."
    ),
    "sale.one_request": _l("One deal uses one approved price. Sell the other card at its own price."),
    "sale.start_fixed": _l(
        "%(name)s does not start on a day of the buyer's choice. Leave the start empty: its terms say when it starts."
    ),
    "sale.start_past": _l("This day is over. Choose today or a later day for the start."),
    "sale.start_late": _l("By its terms it starts on %(latest)s at the latest. Choose an earlier day."),
    "sale.closed": _l("This sale is closed: no money comes in for it any more. Open a new sale."),
    "sale.paid": _l("This sale is paid in full. Refund it instead of closing it."),
    "sale.money_kept": _l("%(kept)s came in for this sale. Refund it first; then the sale can be given up."),
    "sale.reserved": _l("This sale holds a reservation. Withdraw the reservation instead."),
    "sale.not_yours": _l("This sale is a colleague's. Ask him or a manager to give it up."),
}
REASONS: Texts = {}

# How a sale was closed.
CLOSINGS: Texts = {
    "withdrawn": _l("Taken back by the buyer"),
    "forfeited": _l("Closed: the deposit is forfeited"),
    "given_up": _l("Closed: given up"),
}
