"""The words of reservations: what was refused and the way out, why a day or an amount is what it is, states."""

from clubsales.i18n import Texts, counted
from clubsales.i18n import lazy_gettext as _l

REFUSALS: Texts = {
    "reservation.buyer": _l("A reservation needs the customer's name and phone. Enter both."),
    "reservation.charges": _l(
        "Show the customer all steps and charges first, then tick that you have done so."
    ),
    "reservation.goods": _l("Goods are not reserved. Sell them at the desk."),
    "reservation.price": _l("What costs nothing needs no deposit. Sell it, or enter its price."),
    "reservation.deposit": _l("A deposit here is at least %(least)s. Enter that or more."),
    "reservation.deposit_above": _l(
        "The deposit is part of the price, and %(outstanding)s is to be paid. Enter at most that."
    ),
    "reservation.not_approved": _l(
        "This reservation is not approved yet. Take the deposit as soon as everybody on its form has agreed."
    ),
    "reservation.state": _l(
        "This reservation does not stand there any more. Reload the page to see what became of it."
    ),
    "reservation.role": _l(
        "This needs the club manager, the sales director or the general manager. Ask one of them."
    ),
    "reservation.reason": _l("Write down why, in at most %(longest)s characters."),
    "reservation.not_yet": _l("Finance was given time to prepare the money. Pay it out from %(day)s on."),
    "reservation.papers": _l(
        "Take the agreement and the deposit receipt back first, then tick that they are here."
    ),
    "reservation.paid_in": _l(
        "Money has come in for this sale. Ask for a withdrawal as soon as the deposit is booked, or refund the sale."
    ),
    "reservation.not_yours": _l(
        "This is a colleague's reservation. Leave it to its consultant, or to the supervisor or manager."
    ),
}
REASONS: Texts = {
    "reservation.least_of_club": _l("The club asks for a deposit of at least %(amount)s."),
    "reservation.least_of_card_type": _l("For this card a deposit of at least %(amount)s is asked."),
    "reservation.valid_until": counted(
        "The deposit came on %(held_on)s and holds for %(days)s day: until %(last)s.",
        "The deposit came on %(held_on)s and holds for %(days)s days: until %(last)s.",
        by="days",
    ),
    "reservation.payout_from": counted(
        "Finance was told on %(told_on)s and has %(days)s day to prepare the money: from %(first)s on.",
        "Finance was told on %(told_on)s and has %(days)s days to prepare the money: from %(first)s on.",
        by="days",
    ),
    "reservation.payout_at_once": _l("Money paid this way goes back at once: from %(first)s on."),
}
STATES: Texts = {
    "asked": _l("Waits for approval"),
    "approved": _l("Waits for the deposit"),
    "refused": _l("Refused"),
    "held": _l("Kept by the deposit"),
    "lapsed": _l("Reservation lapsed"),
    "withdrawing": _l("Being withdrawn"),
    "withdrawn": _l("Withdrawn"),
    "forfeited": _l("Deposit kept"),
    "sold": _l("Became a sale"),
}
TONES = {
    "asked": "soon",
    "approved": "soon",
    "refused": "now",
    "held": "fine",
    "lapsed": "now",
    "withdrawing": "soon",
    "withdrawn": "plain",
    "forfeited": "plain",
    "sold": "info",
}
COPY_HOLDERS: Texts = {
    "customer": _l("Customer's copy"),
    "finance": _l("Finance's copy"),
    "consultant": _l("Consultant's copy"),
    "company": _l("Company's copy"),
}
