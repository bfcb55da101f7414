"""The words of back-tests: the settings as people call them, what was refused, what went wrong."""

from clubsales.i18n import Texts
from clubsales.i18n import lazy_gettext as _l

REFUSALS: Texts = {
    "back_test.period": _l("Choose a first and a last day in this order, at most %(days)s days."),
    "back_test.to_come": _l("These days are not over yet. Choose days up to today."),
    "back_test.setting": _l(
        "These settings say nothing about who gets the credit: %(settings)s. Choose others."
    ),
}
REASONS: Texts = {}
SETTINGS: Texts = {
    "credit.outside_share_bp": _l("Share of the outside consultant"),
    "follow_up.valid_days": _l("How long a follow-up record counts"),
    "follow_up.effective_outcomes": _l("Contacts that count as a follow-up"),
    "credit.tracked_friend.tracked_guest": _l("A followed-up guest who brings a friend"),
    "credit.tracked_friend.friend_tracker_bp": _l("Share in the friend's purchase"),
    "designation.precedence": _l("What makes a guest somebody's for the day"),
    "proxy.share_bp": _l("Share of whoever stands in"),
    "gift_coupon.resets_tracking": _l("Guests with a gift coupon"),
    "credit.basis": _l("When credit falls"),
}
# What each setting does, and its value now.
EXPLAINED: Texts = {
    "credit.outside_share_bp": _l(
        "What an outside consultant gets whose follow-up record counts; whoever receives the payment gets the rest. Now: %(now)s."
    ),
    "follow_up.valid_days": _l(
        "Days between the last contact that reached the guest and the visit; 0 is without limit. Now: %(now)s."
    ),
    "follow_up.effective_outcomes": _l(
        "Only such a contact of an outside consultant is evidence. Tick all that shall count. Now: %(now)s."
    ),
    "credit.tracked_friend.tracked_guest": _l(
        "The purchase of the guest himself, when a friend came along. Now: %(now)s."
    ),
    "credit.tracked_friend.friend_tracker_bp": _l(
        "What the outside consultant gets of the friend's purchase who followed up the guest that brought him. Now: %(now)s."
    ),
    "designation.precedence": _l(
        "Of several things shown on one day the higher one counts; what is left out designates nobody. Now: %(now)s."
    ),
    "proxy.share_bp": _l(
        "What a colleague gets who receives another's designated guest for him; the rest is the designated one's. Now: %(now)s."
    ),
    "gift_coupon.resets_tracking": _l("Whether earlier follow-up still counts for them. Now: %(now)s."),
    "credit.basis": _l(
        "With every payment, or the whole price with the first one. It moves amounts, not owners. Now: %(now)s."
    ),
}
TRACKED_GUEST: Texts = {
    "rule_2A": _l("the outside consultant has his share"),
    "receiver": _l("whoever receives the payment has all of it"),
}
COUPONS: Texts = {
    "on": _l("count as new guests"),
    "off": _l("earlier follow-up counts"),
}
BASES: Texts = {
    "cash_received": _l("with every payment"),
    "contract_at_first_receipt": _l("all with the first payment"),
}
SHOWN: Texts = {
    "appointment": _l("Appointment"),
    "trial_pass": _l("Trial pass"),
    "business_card": _l("Business card"),
    "name": _l("Asked for by name"),
}
STANDINGS: Texts = {
    "ruled": _l("Decided by a ruling: it stays."),
    "disputed": _l("Its credit is held while a dispute runs: it stays."),
    "unlike": _l("What is known of its guests has changed since: it stays."),
}
PROBLEMS: Texts = {
    "policy": _l(
        "A policy of these days does not know one of the changed settings. Choose a later period, or change something else."
    ),
    "failed": _l(
        "Something went wrong on our side; it is written down for whoever looks after the program. Try it once more."
    ),
}
PERIODS: Texts = {
    "month": _l("Last month"),
    "quarter": _l("Last three months"),
    "year": _l("Last twelve months"),
    "days": _l("These days"),
}
