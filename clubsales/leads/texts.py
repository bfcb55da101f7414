"""The sentences of the leads package: what was refused and the way out, and why a credit fell as it did."""

from clubsales.i18n import Texts
from clubsales.i18n import lazy_gettext as _l

SOURCES: Texts = {
    "walk_in": _l("Walked in"),
    "phone": _l("Called"),
    "online": _l("Online"),
    "flyer": _l("Flyer"),
    "sweep": _l("Building sweep"),
    "referral": _l("Referral"),
    "event": _l("Event"),
}
GRADES: Texts = {
    "A": _l("A: buys now"),
    "B": _l("B: soon"),
    "C": _l("C: later"),
    "D": _l("D: some day"),
}
URGENCIES: Texts = {
    "now": _l("At once"),
    "month": _l("Within a month"),
    "later": _l("Later"),
}
LOST_REASONS: Texts = {
    "price": _l("Too expensive"),
    "place": _l("Too far away"),
    "competitor": _l("Went to another club"),
    "no_time": _l("No time"),
    "health": _l("Health"),
    "other": _l("Another reason"),
}
REFUSALS: Texts = {
    "person.phone_invalid": _l(
        "This is not a phone number. Type it with digits only, as 138 0013 8000, or with the country code, as +852 6123 4567."
    ),
    "person.name_too_long": _l("The name is too long. Use at most %(longest)s characters."),
    "person.birthday": _l("This cannot be a birthday. Type the day the guest was born, or leave it empty."),
    "lead.text_too_long": _l("This text is too long. Use at most %(longest)s characters."),
    "lead.lost_bought": _l("This guest has bought: the lead cannot be lost. Plan a next step instead."),
    "lead.lost_not_his": _l(
        "%(holder)s holds this lead. Only the holder, a supervisor or a manager can mark it as lost."
    ),
    "lead.referred_by_himself": _l(
        "This is the guest's own phone. Type the phone of whoever brought the guest, or choose another source."
    ),
    "lead.referrer_unknown": _l(
        "Nobody here has this phone. Check the number; if the friend is new too, save the friend as a lead first."
    ),
}
REASONS: Texts = {}
