"""Why a credit fell as it did, and how the rules came to it, in sentences."""

from clubsales.i18n import Texts, counted
from clubsales.i18n import lazy_gettext as _l

REASONS: Texts = {
    "attribution.member": _l(
        "The buyer is a member: credit goes to %(consultant)s, who received the first payment."
    ),
    "attribution.member_house": _l(
        "The buyer is a member and no consultant received the first payment: the house keeps the credit."
    ),
    "attribution.designated": _l("The guest came for %(consultant)s and paid the same day."),
    "attribution.designated_by_appointment": _l(
        "The guest came to an appointment with %(consultant)s and paid the same day."
    ),
    "attribution.designated_by_trial_pass": _l(
        "The guest showed a trial pass of %(consultant)s and paid the same day."
    ),
    "attribution.designated_by_business_card": _l(
        "The guest showed the business card of %(consultant)s and paid the same day."
    ),
    "attribution.designated_by_owned_lead": _l(
        "%(consultant)s held the guest's lead when the guest came, and the guest paid the same day."
    ),
    "attribution.designated_by_name": _l("The guest asked for %(consultant)s and paid the same day."),
    "attribution.designated_with_proxy": _l(
        "The guest came for %(consultant)s and paid the same day; %(proxy)s stood in and gets %(percent)s %%."
    ),
    "attribution.gift_coupon": _l(
        "The guest holds a gift coupon of the club and counts as new: credit goes to %(consultant)s, who received the payment; earlier follow-up does not count."
    ),
    "attribution.gift_coupon_house": _l(
        "The guest holds a gift coupon of the club and counts as new, and no consultant received the payment: the house keeps the credit."
    ),
    "attribution.gift_coupon_in_turn": _l(
        "The guest holds a gift coupon of the club and counts as new: %(consultant)s received the guest as number %(place)s in the queue, and the payment; earlier follow-up does not count."
    ),
    "attribution.outside_by_call": counted(
        "%(outside)s %(percent)s %%, %(receiver)s %(rest)s %%: the last call of %(outside)s that reached the guest was %(days)s day before the visit, within the limit of %(limit)s.",
        "%(outside)s %(percent)s %%, %(receiver)s %(rest)s %%: the last call of %(outside)s that reached the guest was %(days)s days before the visit, within the limit of %(limit)s.",
        by="days",
    ),
    "attribution.outside_by_message": counted(
        "%(outside)s %(percent)s %%, %(receiver)s %(rest)s %%: the guest's last answer to a message of %(outside)s was %(days)s day before the visit, within the limit of %(limit)s.",
        "%(outside)s %(percent)s %%, %(receiver)s %(rest)s %%: the guest's last answer to a message of %(outside)s was %(days)s days before the visit, within the limit of %(limit)s.",
        by="days",
    ),
    "attribution.outside_by_meeting": counted(
        "%(outside)s %(percent)s %%, %(receiver)s %(rest)s %%: %(outside)s last met the guest %(days)s day before the visit, within the limit of %(limit)s.",
        "%(outside)s %(percent)s %%, %(receiver)s %(rest)s %%: %(outside)s last met the guest %(days)s days before the visit, within the limit of %(limit)s.",
        by="days",
    ),
    "attribution.outside_by_call_in_turn": counted(
        "%(outside)s %(percent)s %%: the last call that reached the guest was %(days)s day before the visit, limit %(limit)s. %(receiver)s %(rest)s %%: received the guest as number %(place)s in the queue.",
        "%(outside)s %(percent)s %%: the last call that reached the guest was %(days)s days before the visit, limit %(limit)s. %(receiver)s %(rest)s %%: received the guest as number %(place)s in the queue.",
        by="days",
    ),
    "attribution.outside_by_message_in_turn": counted(
        "%(outside)s %(percent)s %%: the guest's last answer to a message was %(days)s day before the visit, limit %(limit)s. %(receiver)s %(rest)s %%: received the guest as number %(place)s in the queue.",
        "%(outside)s %(percent)s %%: the guest's last answer to a message was %(days)s days before the visit, limit %(limit)s. %(receiver)s %(rest)s %%: received the guest as number %(place)s in the queue.",
        by="days",
    ),
    "attribution.outside_by_meeting_in_turn": counted(
        "%(outside)s %(percent)s %%: last met the guest %(days)s day before the visit, limit %(limit)s. %(receiver)s %(rest)s %%: received the guest as number %(place)s in the queue.",
        "%(outside)s %(percent)s %%: last met the guest %(days)s days before the visit, limit %(limit)s. %(receiver)s %(rest)s %%: received the guest as number %(place)s in the queue.",
        by="days",
    ),
    "attribution.outside_of_any_age": counted(
        "%(outside)s %(percent)s %%, %(receiver)s %(rest)s %%: %(outside)s last reached the guest %(days)s day before the visit, and no record is too old here.",
        "%(outside)s %(percent)s %%, %(receiver)s %(rest)s %%: %(outside)s last reached the guest %(days)s days before the visit, and no record is too old here.",
        by="days",
    ),
    "attribution.outside_tied": _l(
        "%(outside)s %(percent)s %%, %(receiver)s %(rest)s %%: %(outside)s and %(other)s first reached the guest in the same minute, and %(outside)s wrote it down first. If they do not agree, the manager decides."
    ),
    "attribution.outside_whole": counted(
        "%(outside)s followed the guest up, last reached %(days)s day before the visit, and gets all of it.",
        "%(outside)s followed the guest up, last reached %(days)s days before the visit, and gets all of it.",
        by="days",
    ),
    "attribution.outside_and_house": counted(
        "%(outside)s %(percent)s %%, the house %(rest)s %%: %(outside)s last reached the guest %(days)s day before the visit, and no consultant received the payment.",
        "%(outside)s %(percent)s %%, the house %(rest)s %%: %(outside)s last reached the guest %(days)s days before the visit, and no consultant received the payment.",
        by="days",
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
    "attribution.self_purchase_tracked": counted(
        "Bought on the website, and nobody held the lead: %(outside)s had reached the guest %(days)s day before.",
        "Bought on the website, and nobody held the lead: %(outside)s had reached the guest %(days)s days before.",
        by="days",
    ),
    "attribution.receiver": _l(
        "A new guest who was nobody's designated guest on the day of the payment: %(consultant)s received the payment."
    ),
    "attribution.receiver_in_turn": _l(
        "A new guest who was nobody's designated guest on the day of the payment: %(consultant)s received the guest as number %(place)s in the queue, and the payment."
    ),
    "attribution.self_purchase": _l(
        "Bought on the website, and nobody held the lead or had reached the guest lately: the house keeps the credit."
    ),
    "attribution.house": _l("No consultant took part in this sale: the house keeps the credit."),
    # The working, step by step: asked and answered.
    "attribution.asked_member_no": _l("Is the buyer a member? No."),
    "attribution.asked_member_yes": _l(
        "Is the buyer a member? Yes: then the credit goes with the first payment, which %(consultant)s received."
    ),
    "attribution.asked_member_house": _l(
        "Is the buyer a member? Yes: then the credit goes with the first payment, and no consultant received it."
    ),
    "attribution.asked_designated_no_visit": _l(
        "Did the guest come for somebody that day? No: no visit is recorded on %(paid)s, the day of the payment."
    ),
    "attribution.asked_designated_nobody": _l(
        "Did the guest come for somebody that day? No: on %(came)s the guest had no appointment, showed no pass or card and asked for nobody."
    ),
    "attribution.asked_designated_not_counted": _l(
        "Did the guest come for somebody that day? No: on %(came)s %(others)s was shown or named, but not in a way that counts in this club."
    ),
    "attribution.asked_designated_other_visit": _l(
        "Did the guest come for somebody on this visit? No: only on another visit of the same day, for %(consultant)s."
    ),
    "attribution.asked_designated_earlier_appointment": _l(
        "Did the guest come for somebody that day? No: the appointment with %(consultant)s was on %(shown)s, this payment is of %(paid)s."
    ),
    "attribution.asked_designated_earlier_trial_pass": _l(
        "Did the guest come for somebody that day? No: the pass of %(consultant)s was shown on %(shown)s, this payment is of %(paid)s."
    ),
    "attribution.asked_designated_earlier_business_card": _l(
        "Did the guest come for somebody that day? No: the business card of %(consultant)s was shown on %(shown)s, this payment is of %(paid)s."
    ),
    "attribution.asked_designated_earlier_name": _l(
        "Did the guest come for somebody that day? No: the guest asked for %(consultant)s on %(shown)s, this payment is of %(paid)s."
    ),
    "attribution.asked_designated_earlier_owned_lead": _l(
        "Did the guest come for somebody that day? No: it was on %(shown)s that the lead was with %(consultant)s, this payment is of %(paid)s."
    ),
    "attribution.asked_designated_yes": _l(
        "Did the guest come for somebody that day? Yes: for %(consultant)s, on the day of the payment."
    ),
    "attribution.asked_designated_yes_appointment": _l(
        "Did the guest come for somebody that day? Yes: to an appointment with %(consultant)s on %(paid)s, the day of the payment."
    ),
    "attribution.asked_designated_yes_trial_pass": _l(
        "Did the guest come for somebody that day? Yes: the guest showed a pass of %(consultant)s on %(paid)s, the day of the payment."
    ),
    "attribution.asked_designated_yes_business_card": _l(
        "Did the guest come for somebody that day? Yes: the guest showed the business card of %(consultant)s on %(paid)s, the day of the payment."
    ),
    "attribution.asked_designated_yes_name": _l(
        "Did the guest come for somebody that day? Yes: the guest asked for %(consultant)s on %(paid)s, the day of the payment."
    ),
    "attribution.asked_designated_yes_owned_lead": _l(
        "Did the guest come for somebody that day? Yes: %(consultant)s held the lead when the guest came on %(paid)s, the day of the payment."
    ),
    "attribution.asked_designated_first_appointment": _l(
        "Did the guest come for somebody that day? Yes: to an appointment with %(consultant)s on %(paid)s. %(others)s was shown or named too, which counts less in this club, or came second."
    ),
    "attribution.asked_designated_first_trial_pass": _l(
        "Did the guest come for somebody that day? Yes: the guest showed a pass of %(consultant)s on %(paid)s. %(others)s was shown or named too, which counts less in this club, or came second."
    ),
    "attribution.asked_designated_first_business_card": _l(
        "Did the guest come for somebody that day? Yes: the guest showed the business card of %(consultant)s on %(paid)s. %(others)s was shown or named too, which counts less in this club, or came second."
    ),
    "attribution.asked_designated_first_name": _l(
        "Did the guest come for somebody that day? Yes: the guest asked for %(consultant)s on %(paid)s. %(others)s was shown or named too, which counts less in this club, or came second."
    ),
    "attribution.asked_designated_first_owned_lead": _l(
        "Did the guest come for somebody that day? Yes: %(consultant)s held the lead when the guest came on %(paid)s. %(others)s was shown or named too, which counts less in this club, or came second."
    ),
    "attribution.asked_designated_proxy": _l(
        "Did the guest come for somebody that day? Yes: for %(consultant)s on %(paid)s, the day of the payment. %(proxy)s stood in, which earns %(percent)s %% in this club."
    ),
    "attribution.asked_coupon_no": _l("Did the guest bring a gift coupon of the club? No."),
    "attribution.asked_coupon_yes": _l(
        "Did the guest bring a gift coupon of the club? Yes, on %(came)s: the guest counts as new, and earlier follow-up does not count."
    ),
    "attribution.asked_coupon_ignored": _l(
        "Did the guest bring a gift coupon of the club? Yes, on %(came)s, but in this club earlier follow-up counts all the same."
    ),
    "attribution.asked_record_nobody": _l(
        "Had an outside consultant reached the guest before? Nobody knows who the buyer is."
    ),
    "attribution.asked_record_none": _l(
        "Had an outside consultant reached the guest before? No: no outside consultant wrote down a contact."
    ),
    "attribution.asked_record_too_old": counted(
        "Had an outside consultant reached the guest in time? No: %(outside)s did, but last %(days)s day before; the limit is %(limit)s.",
        "Had an outside consultant reached the guest in time? No: %(outside)s did, but last %(days)s days before; the limit is %(limit)s.",
        by="days",
    ),
    "attribution.asked_record_too_late": _l(
        "Had an outside consultant reached the guest before? No: %(outside)s wrote it down only after the guest had come."
    ),
    "attribution.asked_record_not_counted": _l(
        "Had an outside consultant reached the guest before? %(outside)s had, but not in a way that counts in this club."
    ),
    "attribution.asked_record_not_reached": _l(
        "Had an outside consultant reached the guest before? No: %(outside)s tried, but did not reach the guest."
    ),
    "attribution.asked_record_yes_call": _l(
        "Had an outside consultant reached the guest in time? Yes: %(outside)s, by phone. Days from the last call that was answered: %(days)s, limit %(limit)s."
    ),
    "attribution.asked_record_yes_message": _l(
        "Had an outside consultant reached the guest in time? Yes: %(outside)s, by message. Days from the guest's last answer: %(days)s, limit %(limit)s."
    ),
    "attribution.asked_record_yes_meeting": _l(
        "Had an outside consultant reached the guest in time? Yes: %(outside)s, in person. Days from their last meeting: %(days)s, limit %(limit)s."
    ),
    "attribution.asked_record_of_any_age": _l(
        "Had an outside consultant reached the guest before? Yes: %(outside)s. In this club no record is too old."
    ),
    "attribution.asked_record_tied": _l(
        "Had an outside consultant reached the guest in time? Yes: %(outside)s and %(other)s, first in the same minute; %(outside)s wrote it down first. If they do not agree, the manager decides."
    ),
    "attribution.asked_record_first": _l(
        "Had an outside consultant reached the guest in time? Yes: %(outside)s, and %(other)s too; %(outside)s began earlier. Days from the last contact of %(outside)s: %(days)s."
    ),
    "attribution.asked_record_of_friend": _l(
        "Had an outside consultant reached the friend whom the guest came with? Yes: %(outside)s. Days from the last contact: %(days)s."
    ),
    "attribution.asked_record_set_aside": _l(
        "Does that record count? Not here: the guest brought a friend, and then this club goes by who received the payment."
    ),
    "attribution.asked_received": _l(
        "Who received the payment? %(receiver)s: %(outside)s %(percent)s %%, %(receiver)s %(rest)s %%."
    ),
    "attribution.asked_received_in_turn": _l(
        "Who received the guest? %(receiver)s, as number %(place)s in the queue, and the payment: %(outside)s %(percent)s %%, %(receiver)s %(rest)s %%."
    ),
    "attribution.asked_received_himself": _l(
        "Who received the payment? %(outside)s: nobody else takes part, so all of it stays with %(outside)s."
    ),
    "attribution.asked_received_nobody": _l(
        "Who received the payment? No consultant: %(outside)s %(percent)s %%, the house %(rest)s %%."
    ),
    "attribution.asked_receiver": _l("Who received the payment then? %(consultant)s."),
    "attribution.asked_receiver_in_turn": _l(
        "Who received the payment then? %(consultant)s, who received the guest as number %(place)s in the queue."
    ),
    "attribution.asked_house": _l(
        "Who received the payment then? No consultant: the house keeps the credit."
    ),
    "attribution.asked_website": _l(
        "Did a consultant take part? No: the guest bought on the website, so the lead decides."
    ),
    "attribution.asked_holder_yes": _l(
        "Did somebody hold the lead when the payment came? Yes: %(consultant)s."
    ),
    "attribution.asked_holder_no": _l("Did somebody hold the lead when the payment came? No."),
    "attribution.asked_website_house": _l("Nobody has a part in it then: the house keeps the credit."),
    "attribution.asked_ruling": _l("A manager's ruling with a reason goes before all of this."),
    "attribution.unasked_designated": _l("Did the guest come for somebody that day? Not asked any more."),
    "attribution.unasked_coupon": _l("Did the guest bring a gift coupon? Not asked any more."),
    "attribution.unasked_record": _l("Had an outside consultant reached the guest? Not asked any more."),
    "attribution.unasked_receiver": _l("Who received the payment? Not asked any more."),
    # What a payment that has not been made would bring.
    "attribution.likely_member": _l("A member: the credit goes to whoever receives the first payment."),
    "attribution.likely_designated": _l("The guest came for %(consultant)s today."),
    "attribution.likely_with_proxy": _l(
        "The guest came for %(consultant)s today; whoever stands in gets %(percent)s %% in this club."
    ),
    "attribution.likely_coupon": _l(
        "The guest brought a gift coupon of the club: earlier follow-up does not count."
    ),
    "attribution.likely_record": _l(
        "%(outside)s has a valid follow-up record. Days since the last contact: %(days)s, limit %(limit)s."
    ),
    "attribution.likely_record_of_any_age": _l(
        "%(outside)s has a follow-up record; in this club none is too old."
    ),
    "attribution.likely_tied": _l(
        "%(outside)s and %(other)s first reached the guest in the same minute; %(outside)s wrote it down first. If they do not agree, the manager decides."
    ),
    "attribution.likely_friend": _l("The guest came with a friend whom %(outside)s has followed up."),
    "attribution.likely_website": _l("Bought on the website: the lead decides."),
    "attribution.likely_receiver": _l(
        "A new guest who is nobody's designated guest today: the credit goes with the payment."
    ),
    "attribution.if_tomorrow": _l("The payment comes tomorrow instead of today"),
    "attribution.if_named": _l(
        "The guest asks for a colleague today, or shows that colleague's pass or card"
    ),
    "attribution.if_shown": _l("The guest shows the pass or card of a colleague today"),
    "attribution.if_taken": _l("Somebody else takes the first payment"),
    "attribution.if_coupon": _l("The guest brings a gift coupon of the club"),
    "attribution.if_runs_out": _l(
        "The guest comes after %(until)s, when the record of %(outside)s has run out"
    ),
    "attribution.if_friend": _l("The guest has brought a friend along"),
}
REFUSALS: Texts = {}
