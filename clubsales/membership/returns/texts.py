"""Sentences of money given back; each refusal says the way out."""

from clubsales.i18n import Texts
from clubsales.i18n import lazy_gettext as _l

REFUSALS: Texts = {
    "return.nothing": _l("There is no money behind this card any more. Nothing can go back."),
    "return.amount": _l(
        "Enter an amount above zero. By its terms %(reckoned)s goes back; more is goodwill, and a manager decides it."
    ),
    "return.above_kept": _l("%(amount)s is more than the %(paid)s behind this card. Enter at most that."),
    "return.open": _l(
        "Money was already asked back for this card. Answer or withdraw that request first; it stands on the card."
    ),
    "return.reason": _l("Say why: the reason is kept with the request."),
    "return.answered": _l("This request was answered already. Open it again to see the answer."),
    "return.not_approved": _l("This money may not go out: nobody has said yes to it. Ask a manager."),
    "return.changed": _l(
        "The card was used or changed since %(amount)s was approved; by now %(paid)s is behind it. "
        "Withdraw the request and ask again."
    ),
    "return.used_since": _l(
        "The card was used since %(then)s was reckoned; by now %(now)s goes back. "
        "Withdraw the request and ask again."
    ),
    "return.keeps": _l(
        "If all of the %(paid)s goes back, the card ends with it. Enter less, or let the card end."
    ),
    "return.service": _l(
        "Something else is being done with this card. Finish that first or give it up; it stands on the card."
    ),
    "return.paid_already": _l("This money was paid out already. The request shows when and how."),
}
REASONS: Texts = {
    "return.paid": _l("Paid and not given back"),
    "return.cooling_off": _l(
        "Nobody has used it, and the cooling-off days run until %(until)s: everything goes back."
    ),
    "return.used": _l("Used, reckoned by its terms"),
    "return.fee": _l("The fee its terms name"),
    "return.fee_share": _l("The fee its terms name, a part of what was paid"),
    "return.part": _l("Only %(units)s of the %(left)s that are left: the rest stays with the card."),
    "return.not_refundable": _l("By its terms nothing of it goes back after the cooling-off days."),
}
STATES: Texts = {
    "asked": _l("Waits for an answer"),
    "approved": _l("Approved, to be paid out"),
    "refused": _l("Refused"),
    "paid": _l("Paid out"),
    "withdrawn": _l("Withdrawn"),
}
TONES = {"asked": "soon", "approved": "soon", "refused": "plain", "paid": "fine", "withdrawn": "plain"}
BASES: Texts = {
    "cooling_off": _l("Within the cooling-off days"),
    "terms": _l("By the terms of the card"),
    "goodwill": _l("Goodwill"),
}
UNITS: Texts = {
    "day": _l("Days left of what was paid"),
    "visit": _l("Visits left of what was paid"),
    "value": _l("Value left of what was paid"),
}
