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
REASONS: Texts = {
    "attribution.member": _l(
        "The buyer is a member: credit goes to %(consultant)s, who received the first payment."
    ),
    "attribution.member_house": _l(
        "The buyer is a member and no consultant received the first payment: the house keeps the credit."
    ),
    "attribution.designated": _l("The guest came for %(consultant)s today and paid today."),
    "attribution.designated_by_appointment": _l(
        "The guest came to an appointment with %(consultant)s today and paid today."
    ),
    "attribution.designated_by_trial_pass": _l(
        "The guest showed a trial pass of %(consultant)s today and paid today."
    ),
    "attribution.designated_by_business_card": _l(
        "The guest showed the business card of %(consultant)s today and paid today."
    ),
    "attribution.designated_by_owned_lead": _l(
        "%(consultant)s held the guest's lead when the guest came today and paid today."
    ),
    "attribution.designated_by_name": _l("The guest asked for %(consultant)s today and paid today."),
    "attribution.designated_with_proxy": _l(
        "The guest came for %(consultant)s today and paid today; %(proxy)s stood in and gets %(percent)s %%."
    ),
    "attribution.gift_coupon": _l(
        "The guest holds a gift coupon of the club and counts as new: credit goes to %(consultant)s, who received the payment; earlier follow-up does not count."
    ),
    "attribution.gift_coupon_house": _l(
        "The guest holds a gift coupon of the club and counts as new, and no consultant received the payment: the house keeps the credit."
    ),
    "attribution.outside_by_call": _l(
        "%(outside)s %(percent)s %%, %(receiver)s %(rest)s %%: the last call of %(outside)s that reached the guest was %(days)s days before the visit, within the limit of %(limit)s."
    ),
    "attribution.outside_by_message": _l(
        "%(outside)s %(percent)s %%, %(receiver)s %(rest)s %%: the guest's last answer to a message of %(outside)s was %(days)s days before the visit, within the limit of %(limit)s."
    ),
    "attribution.outside_by_meeting": _l(
        "%(outside)s %(percent)s %%, %(receiver)s %(rest)s %%: %(outside)s last met the guest %(days)s days before the visit, within the limit of %(limit)s."
    ),
    "attribution.outside_of_any_age": _l(
        "%(outside)s %(percent)s %%, %(receiver)s %(rest)s %%: %(outside)s last reached the guest %(days)s days before the visit, and no record is too old here."
    ),
    "attribution.outside_tied": _l(
        "%(outside)s %(percent)s %%, %(receiver)s %(rest)s %%: %(outside)s and %(other)s first reached the guest in the same minute, and %(outside)s wrote it down first. If they do not agree, the manager decides."
    ),
    "attribution.outside_whole": _l(
        "%(outside)s followed the guest up, last reached %(days)s days before the visit, and gets all of it."
    ),
    "attribution.outside_and_house": _l(
        "%(outside)s %(percent)s %%, the house %(rest)s %%: %(outside)s last reached the guest %(days)s days before the visit, and no consultant received the payment."
    ),
    "attribution.friend": _l(
        "The guest came with a friend whom %(outside)s has followed up: %(outside)s %(percent)s %%, %(receiver)s %(rest)s %%."
    ),
    "attribution.friend_whole": _l(
        "The guest came with a friend whom %(outside)s has followed up: %(outside)s gets all of it."
    ),
    "attribution.friend_and_house": _l(
        "The guest came with a friend whom %(outside)s has followed up: %(outside)s %(percent)s %%, the house %(rest)s %%."
    ),
    "attribution.self_purchase_holder": _l("Bought on the website while %(consultant)s held the lead."),
    "attribution.self_purchase_tracked": _l(
        "Bought on the website, and nobody held the lead: %(outside)s had reached the guest %(days)s days before."
    ),
    "attribution.receiver": _l(
        "A new guest who came for nobody in particular: %(consultant)s received the payment."
    ),
    "attribution.self_purchase": _l(
        "Bought on the website, and nobody held the lead or had reached the guest lately: the house keeps the credit."
    ),
    "attribution.house": _l("No consultant took part in this sale: the house keeps the credit."),
}
