"""The sentences of selling: what was refused and the way out, and the words for methods, kinds and states."""

from clubsales.i18n import Texts, counted
from clubsales.i18n import lazy_gettext as _l

REFUSALS: Texts = {
    "sale.discount": _l(
        "%(price)s is below what you may give: %(lowest)s, of a list price of %(list_price)s. Stay at that or above, "
        "ask for another price beside it, or let somebody with a higher limit do it."
    ),
    "sale.above_list": _l(
        "%(price)s is above the list price of %(list_price)s. Nothing is sold above it: lower the price."
    ),
    "sale.price_needed": _l("%(name)s has no list price. Enter the price it is sold at."),
    "sale.currency": _l("This club works in %(currency)s. Enter an amount in it, not below zero."),
    "catalogue.code_taken": _l("The price list has a %(card_code)s already. Choose another code."),
    "catalogue.not_on_sale": _l("%(name)s is no longer sold. Choose something else from the price list."),
    "catalogue.floor_above_price": _l(
        "The floor price of %(floor_price)s is above the price. Lower it, or leave it empty."
    ),
    "catalogue.fee_above_price": _l(
        "The set-up fee of %(set_up_fee)s is part of the price, and the price is %(price)s. Lower the fee."
    ),
    "catalogue.value_below_price": _l(
        "Whoever pays %(paid)s for it would hold %(value)s only. Let it hold at least what is paid, or change the price."
    ),
    "catalogue.online_price": _l("Your own page names a price. Enter one first, or take it off the page."),
    "catalogue.online_kind": _l(
        "Only cards are sold on your own page: goods are handed over at the desk. Sell them there."
    ),
    "catalogue.sold_out": _l(
        "There is none left of this. Choose something else, or ask a manager whether more may be sold."
    ),
    "catalogue.renewal_above_price": _l(
        "Whoever renews pays at most the price: %(renewal_price)s is above it. Lower it, or leave it empty."
    ),
    "catalogue.price_in_past": _l("Prices change from today (%(today)s) on. Choose today or a later day."),
    "catalogue.days_needed": _l("A term card needs the days it is valid."),
    "catalogue.visits_needed": _l("A visit card needs its number of visits."),
    "catalogue.quota_below_taken": _l(
        "%(taken)s of them are sold or reserved already. Enter at least that, or leave it empty for no limit."
    ),
    "catalogue.not_in_package": _l("A package holds no other package. Choose cards and goods for it."),
    "catalogue.in_package_twice": _l("The same card is named twice. Name it once, and say how many."),
    "catalogue.terms_fee": _l("A transfer costs an amount or a percentage. Leave one of them empty."),
    "catalogue.terms_days": _l(
        "A freeze of at least %(shortest)s days does not fit into %(longest)s days in all. Correct one of them."
    ),
    "catalogue.window": _l(
        "Hours need at least one day of the week, and an end that is not their beginning."
    ),
    "catalogue.promotion_days": _l("An offer ends on its first day or later. Correct the last day."),
    "catalogue.promotion_over": _l("%(last_day)s is over. Choose a last day from today on."),
    "catalogue.promotion_empty": _l(
        "An offer gives something: a price, a part off, days, visits or a gift. Enter one of them."
    ),
    "catalogue.promotion_both": _l("An offer has a price or a part off the price. Leave one of them empty."),
    "catalogue.promotion_price": _l(
        "An offer's price is for one card that has a list price, and not above it. Choose the card, or take a percentage."
    ),
    "catalogue.promotion_no_discount": _l("%(name)s takes no discount. Choose another card."),
    "catalogue.facility_taken": _l("There is a %(name)s already. Give it another name."),
    "catalogue.not_online": _l("This card is not sold here any more. Choose another one."),
    "receipt.above_price": _l(
        "%(amount)s is more than the %(outstanding)s that is still open. Book at most that."
    ),
    "receipt.amount": _l("Enter an amount above zero."),
    "receipt.in_future": _l("Money cannot have come in later than now. Check the time it was paid."),
    "refund.above_paid": _l(
        "%(amount)s is more than the %(refundable)s that can still be refunded. Enter at most that."
    ),
    "refund.role": _l(
        "A refund needs a club manager, sales director, general manager or finance clerk. Ask one of them to make it."
    ),
    "refund.amount": _l("Enter an amount above zero, or leave it empty to refund everything that is left."),
    "payment.provider_unreachable": _l(
        "The payment provider does not answer. Nothing was charged; try again in a moment, or take the money at the desk."
    ),
    "payment.provider_refused": _l(
        "The payment provider does not take this payment. Nothing was charged; take the money at the desk."
    ),
    "payment.link_over": _l("This payment link has ended. Ask at the desk for a new one."),
    "payment.nothing_due": _l("This sale is paid in full. There is nothing left to pay."),
    "signature.missing": _l("Nothing is signed yet. Sign in the white box, then press the button again."),
    "signature.not_drawn": _l("This signature could not be read. Clear the box and sign again."),
}
REASONS: Texts = {
    "price.list": _l("The list price."),
    "price.renewal": _l("Whoever renews pays %(price)s instead of the list price of %(list_price)s."),
    "price.promotion": _l(
        "“%(name)s” runs until %(last_day)s: %(price)s instead of the list price of %(list_price)s."
    ),
    "price.promotion_adds": _l(
        "“%(name)s” runs until %(last_day)s: the list price, and what the offer gives beside it."
    ),
    "terms.starts_paid": _l("The card counts from the day it is paid in full."),
    "terms.starts_used": _l("The card counts from its first visit."),
    "terms.starts_chosen": _l("The card counts from the day the buyer has chosen."),
    "terms.starts_within": counted(
        "It begins by itself %(days)s day after the payment.",
        "It begins by itself %(days)s days after the payment.",
        by="days",
    ),
    "terms.freeze_no": _l("This card cannot be frozen."),
    "terms.freeze_yes": _l("The card can be frozen: its days wait meanwhile and are not lost."),
    "terms.freeze_times": counted(
        "It can be frozen %(times)s time.", "It can be frozen %(times)s times at most.", by="times"
    ),
    "terms.freeze_shortest": counted(
        "A freeze lasts at least %(days)s day.", "A freeze lasts at least %(days)s days.", by="days"
    ),
    "terms.freeze_longest": counted(
        "All freezes together last at most %(days)s day.",
        "All freezes together last at most %(days)s days.",
        by="days",
    ),
    "terms.freeze_fee": _l("Each freeze costs %(fee)s."),
    "terms.transfer_no": _l("This card cannot be transferred to somebody else."),
    "terms.transfer_yes": _l("The card can be transferred to somebody else, with what is left on it."),
    "terms.transfer_times": counted(
        "It can be transferred %(times)s time.", "It can be transferred %(times)s times at most.", by="times"
    ),
    "terms.transfer_fee": _l("A transfer costs %(fee)s."),
    "terms.transfer_share": _l(
        "A transfer costs %(percent)s\u00a0%% of everything paid for the card so far."
    ),
    "terms.renewal_within": counted(
        "The renewal price holds until %(days)s day after the card has ended.",
        "The renewal price holds until %(days)s days after the card has ended.",
        by="days",
    ),
    "terms.cooling_off_signed": counted(
        "Within %(days)s day after signing everything paid goes back, as long as the card was not used.",
        "Within %(days)s days after signing everything paid goes back, as long as the card was not used.",
        by="days",
    ),
    "terms.cooling_off_paid": counted(
        "Within %(days)s day after the payment everything paid goes back, as long as the card was not used.",
        "Within %(days)s days after the payment everything paid goes back, as long as the card was not used.",
        by="days",
    ),
    "terms.refund_no": _l("Otherwise nothing goes back."),
    "terms.refund_days": _l(
        "Otherwise what was paid goes back, less the share of the days that have passed."
    ),
    "terms.refund_visits": _l("Otherwise what was paid goes back, less the share of the visits used."),
    "terms.refund_value": _l("Otherwise the part of what was paid goes back that has not been spent."),
    "terms.refund_days_single": _l(
        "Otherwise what was paid goes back, less %(single)s for each day that has passed."
    ),
    "terms.refund_visits_single": _l(
        "Otherwise what was paid goes back, less %(single)s for each visit used."
    ),
    "terms.refund_fee": _l("A refund then costs %(fee)s."),
    "terms.refund_share": _l("A refund then costs %(percent)s\u00a0%% of what was paid."),
    "terms.reissue_fee": _l("A new card in place of a lost one costs %(fee)s."),
}

# Next steps that a purchase on the club's own page leaves with a consultant.
WELCOME_BUYER = _l("Welcome the new customer: bought “%(card)s” on the website")
ASK_BUYER = _l("Ask what is missing: chose “%(card)s” on the website and did not pay")

METHODS: Texts = {
    "cash": _l("Cash"),
    "card": _l("Bank card"),
    "wechat": _l("WeChat Pay"),
    "alipay": _l("Alipay"),
    "transfer": _l("Bank transfer"),
    "online": _l("Online"),
}
SALE_KINDS: Texts = {
    "new": _l("New"),
    "reopen": _l("Rejoining"),
    "transfer": _l("Transfer"),
    "renewal": _l("Renewal"),
    "upgrade": _l("Upgrade"),
    "goods": _l("Goods"),
}
CARD_KINDS: Texts = {
    "term": _l("Term card"),
    "visits": _l("Visit card"),
    "stored_value": _l("Stored value"),
    "activity": _l("Activity"),
    "package": _l("Package"),
    "goods": _l("Goods"),
}
SALE_STATES: Texts = {
    "open": _l("Not paid"),
    "part_paid": _l("Partly paid"),
    "paid": _l("Paid"),
    "part_refunded": _l("Partly refunded"),
    "refunded": _l("Refunded"),
}
STATE_TONES = {
    "open": "soon",
    "part_paid": "soon",
    "paid": "fine",
    "part_refunded": "info",
    "refunded": "plain",
}
PAYMENT_STATES: Texts = {
    "started": _l("Waiting for the guest"),
    "succeeded": _l("Received"),
    "failed": _l("Failed"),
    "expired": _l("Ended"),
}
REFUND_STATES: Texts = {
    "started": _l("On its way back"),
    "succeeded": _l("Refunded"),
    "failed": _l("Refused by the bank"),
}
