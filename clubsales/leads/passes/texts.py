"""The words of passes: what was refused, and why something was decided."""

from clubsales.i18n import Texts
from clubsales.i18n import lazy_gettext as _l

KINDS: Texts = {
    "trial_pass": _l("Trial pass"),
    "gift_coupon": _l("Gift coupon"),
    "business_card": _l("Business card"),
}
STATES: Texts = {
    "unused": _l("Unused"),
    "in_use": _l("In use"),
    "shown": _l("Shown"),
    "expired": _l("Expired"),
    "revoked": _l("Void"),
}
REFUSALS: Texts = {
    "pass.unknown": _l(
        "There is no pass with this code here. Look at the code again, or receive the guest without it."
    ),
    "pass.code_invalid": _l("This cannot be a code. Use 1 to 40 letters, digits and dashes."),
    "pass.code_taken": _l("Another pass has this code already. Choose another one."),
    "pass.card_live": _l("This consultant has a business card in use. Withdraw it first."),
    "pass.names_nobody": _l("A gift coupon of the club names no consultant. Issue a trial pass instead."),
    "pass.no_consultant": _l("A business card belongs to a consultant. Say whose it is."),
    "pass.not_own": _l("You can issue and withdraw your own passes only. Ask your supervisor for others."),
    "pass.count": _l("Issue between 1 and %(most)s at a time."),
    "pass.validity": _l("Choose a last day from today up to %(latest)s."),
}
REASONS: Texts = {}
