"""The sentences of matches and merges."""

from clubsales.i18n import Texts
from clubsales.i18n import lazy_gettext as _l

SIGNS: Texts = {
    "phone_shared": _l("The phone of one was typed for the other"),
    "phone_near": _l("Phones differ by one digit, or by two swapped"),
    "wechat": _l("Same WeChat id"),
    "email": _l("Same e-mail"),
    "name": _l("Same name"),
    "short_name": _l("Same name, a common one"),
    "sound": _l("Names sound alike"),
    "birthday": _l("Same birthday"),
    "address": _l("Same address"),
    "household": _l("They live together"),
    "other_birthday": _l("Different birthdays"),
}
FIELDS: Texts = {
    "name": _l("Name"),
    "phone": _l("Phone shown first"),
    "birthday": _l("Birthday"),
    "wechat": _l("WeChat id"),
    "email": _l("E-mail"),
    "address": _l("Address"),
    "do_not_call_at": _l("Not to be called"),
}
RECORDS: Texts = {
    "appointment": _l("Appointments"),
    "card": _l("Cards"),
    "claim": _l("Claims"),
    "contact": _l("Contacts"),
    "disclosure": _l("Views and questions"),
    "follow_up": _l("Next steps"),
    "guest_pass": _l("Passes"),
    "handed_lead": _l("Hand-overs"),
    "household_member": _l("Household"),
    "lead": _l("Leads"),
    "member": _l("Membership"),
    "pass_showing": _l("Passes shown"),
    "person": _l("Guests merged before"),
    "reception": _l("Visits"),
    "sale": _l("Sales"),
    "touch": _l("Lines of the timeline"),
}
REFUSALS: Texts = {
    "merge.self": _l("This is the same guest already. Choose another one."),
    "merge.already": _l(
        "Somebody was faster: one of the two is merged already. Look at the list of matches again."
    ),
    "merge.anonymised": _l("One of the two is anonymous: there is nothing left to compare or to part."),
    "merge.undone": _l("This merge is undone already."),
    "merge.later_first": _l("The guest was merged again since. Undo the later merge first."),
    "merge.nobody": _l("Nobody has this phone. Check the digits, or add it to the guest's phones."),
}
REASONS: Texts = {}
