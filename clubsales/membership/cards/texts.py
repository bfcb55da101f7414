"""Sentences of cards and their codes; each refusal says the way out."""

from clubsales.i18n import Texts, counted
from clubsales.i18n import lazy_gettext as _l

REFUSALS: Texts = {
    "card.unknown": _l("This card is not known here. Look the member up by phone."),
    "card.cancelled": _l("This card was cancelled. A new one can be bought at the desk."),
    "card.unpaid": _l("This card is not paid yet. It opens as soon as the sale is paid."),
    "card.frozen": _l("This card is frozen. Reception can end the freeze; then it opens again."),
    "card.not_yet": _l("This card starts on %(valid_from)s."),
    "card.expired": _l("This card ended on %(valid_until)s. It can be renewed at the desk."),
    "card.used_up": _l("No visits are left on this card. A new one can be bought at the desk."),
    "card.other_hall": _l(
        "This card is for other halls of the club; they stand on its page. The desk can upgrade it."
    ),
    "card.other_club": _l("This card opens %(club)s only, not this club."),
    "card.not_frozen": _l("This card is not frozen: there is nothing to end."),
    "card.no_code": _l("No printed code of this card is in use. Print one first."),
    "card.outside_hours": _l(
        "This card does not open at this hour. It opens again on %(opens_on)s at %(opens_at)s."
    ),
    "card.by_hand": _l(
        "This card holds coached sessions: it opens no door. The desk takes them off by hand."
    ),
    "card.value_only": _l("This card holds stored value: it opens no door. The desk takes payments from it."),
    "card.freeze_not_allowed": _l(
        "Cards of this kind cannot be frozen. Whoever may give days can extend it instead."
    ),
    "card.freeze_times": counted(
        "This card was frozen %(times)s time already, as often as its terms allow. It can be extended instead.",
        "This card was frozen %(times)s times already, as often as its terms allow. It can be extended instead.",
        by="times",
    ),
    "card.freeze_short": counted(
        "A freeze of this card lasts %(days)s day or more. Choose a later last day.",
        "A freeze of this card lasts %(days)s days or more. Choose a later last day.",
        by="days",
    ),
    "card.freeze_long": _l(
        "All freezes of this card together last %(days)s days at most; %(left)s are left. Choose an earlier last day."
    ),
    "card.freeze_open_end": counted(
        "This card can stand still for %(left)s more day. Choose the last day of the freeze.",
        "This card can stand still for %(left)s more days. Choose the last day of the freeze.",
        by="left",
    ),
    "card.freeze_fee": _l(
        "Freezing this card costs a fee. Ask for the freeze under its services; it begins once the fee is paid."
    ),
    "card.not_begun": _l("This card has not begun yet: its days do not run."),
    "card.nothing_given": _l("Say how many days or visits are given."),
    "card.other_kind": _l("This card counts something else. Sell an upgrade, or a card of its own."),
    "card.transfer_not_allowed": _l("Cards of this kind cannot be handed on."),
    "card.transfers_max": counted(
        "This card has been handed on %(times)s time, as often as its terms allow.",
        "This card has been handed on %(times)s times, as often as its terms allow.",
        by="times",
    ),
    "card.to_itself": _l("The card is there already. Choose somebody else, or another club."),
    "card.people_full": _l(
        "This card is for %(people)s people, and all places are taken. Take somebody off first."
    ),
    "card.shares_already": _l("This person uses the card already."),
    "card.value_short": _l(
        "%(amount)s cannot be taken: %(left)s are left on the card. Take less, or load it."
    ),
    "card.value_amount": _l("Type an amount above zero."),
    "card.no_value": _l("This card holds no stored value."),
    "card.no_visits": _l("This card has no visits to take off: it is not counted by visits."),
    "card.undone": _l("This was put back already."),
    "card.key_reused": _l(
        "This form was sent before with something else in it. Open the card again and look what was taken."
    ),
    "card.taken_back": _l("That much is not left on this card. Look at what is left and take less back."),
    "card.worth_less": _l(
        "This card was used after its upgrade was agreed: %(agreed)s were counted for it, and it is worth %(now)s by "
        "now. Give the money back on the upgrade's sale, give the upgrade up, and agree on a new one."
    ),
    "code.unreadable": _l("This is not a card code. Ask for the code on the card page."),
    "code.altered": _l("This code was changed, or is not one of ours. Ask for the code on the card page."),
    "code.expired": _l("This code has expired. Ask the member to open the card page: it shows a fresh one."),
    "code.revoked": _l("This printed code was withdrawn. A newer one, or the phone, is needed."),
    "code.reused": _l("This code was already used at %(used_at)s. Ask for the next one on the card page."),
}
REASONS: Texts = {
    "card.worth_day": counted(
        "%(used)s day used, %(left)s left: each day counts its share of what was paid for it.",
        "%(used)s days used, %(left)s left: each day counts its share of what was paid for it.",
        by="used",
    ),
    "card.worth_visit": counted(
        "%(used)s visit used, %(left)s left: each counts its share of what was paid for it.",
        "%(used)s visits used, %(left)s left: each counts its share of what was paid for it.",
        by="used",
    ),
    "card.worth_value": _l("What is left of the stored value counts its share of what was paid for it."),
    "card.worth_single": _l("%(used)s used, each at the single price of %(each)s by the card's terms."),
    "card.worth_over": _l("The card is over: nothing of it is left."),
    "card.worth_free": _l("%(free)s left were given for nothing: they are used last and are worth no money."),
}

# Why something was given to a card, or taken away.
GRANT_KINDS: Texts = {
    "sale": _l("Card bought"),
    "renewal": _l("Renewed"),
    "upgrade": _l("Upgraded to this card"),
    "transfer": _l("Handed on from another holder"),
    "extension": _l("Extended"),
    "promotion": _l("Given by a promotion"),
    "gift": _l("Given for nothing"),
    "correction": _l("Counts from this day"),
    "end": _l("Taken back"),
}
# What became of a card.
ENDS: Texts = {
    "refunded": _l("Given back"),
    "upgraded": _l("Upgraded to another card"),
    "transferred": _l("Handed on to somebody else"),
    "withdrawn": _l("Withdrawn before it was paid"),
}
VALUE_MOVES: Texts = {
    "load": _l("Loaded"),
    "use": _l("Paid with the card"),
    "undo": _l("Put back"),
    "end": _l("Gone with the card's end"),
}
