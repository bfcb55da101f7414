"""Sentences of what is asked for cards; each refusal says the way out."""

from clubsales.i18n import Texts
from clubsales.i18n import lazy_gettext as _l

REFUSALS: Texts = {
    "service.open": _l("Something else is being done with this card. Finish or withdraw that first."),
    "service.answered": _l("This was answered already. Open the card to see what became of it."),
    "service.missing": _l("Something is missing here. Fill it in and send it again."),
    "service.reason": _l("Say why: the member reads it."),
    "service.not_upgrade": _l(
        "The new card costs %(price)s, and the old one is still worth %(worth)s. "
        "Choose a dearer one, or give the money back."
    ),
    "service.other_holder": _l("The card is this person's already. Choose somebody else."),
    "service.paid": _l("Money has come for it already. Give that back first."),
    "service.one_of_two": _l("A card goes to somebody else or to another club. Fill in one of the two."),
    "service.opens_otherwise": _l(
        "%(name)s opens other halls, hours or clubs than this card, or is for more people. Renew the card with its own "
        "kind, or sell an upgrade."
    ),
    "service.day": _l("The last day of a freeze is after today. Choose a later one, or leave it open."),
}
REASONS: Texts = {
    "service.free": _l("The card's terms set no fee for it."),
    "service.fee": _l("The fee the card's terms set: %(fee)s. It is nobody's sales credit."),
    "service.fee_share": _l(
        "A part of all that was paid along the card's chain, %(paid)s, as its terms set: %(fee)s. "
        "It is nobody's sales credit."
    ),
}
KINDS: Texts = {
    "freeze": _l("Freeze"),
    "unfreeze": _l("End the freeze"),
    "transfer": _l("Transfer"),
    "extension": _l("More days or visits"),
    "reissue": _l("New code for a lost card"),
    "upgrade": _l("Upgrade"),
    "renewal": _l("Renewal"),
    "refund": _l("Refund"),
}
NOTES: Texts = {
    "freeze": _l("It stands still; the days are added at the end."),
    "unfreeze": _l("It runs again from today."),
    "transfer": _l("To somebody else, or to another club."),
    "extension": _l("For nothing, with a reason."),
    "reissue": _l("The old link and printed codes stop working."),
    "upgrade": _l("To a dearer card; what is left of this one counts."),
    "renewal": _l("More of the same, from the day after its end."),
    "refund": _l("What is left of it, by its terms."),
}
STATES: Texts = {
    "asked": _l("Asked by the member"),
    "to_pay": _l("Waits for the money"),
    "done": _l("Done"),
    "refused": _l("Refused"),
    "withdrawn": _l("Withdrawn"),
}
TONES = {"asked": "soon", "to_pay": "soon", "done": "fine", "refused": "plain", "withdrawn": "plain"}
