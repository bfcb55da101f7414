"""The words of confidentiality: what was refused, what a phone turned out to be, and how somebody came to know."""

from clubsales.i18n import Texts, counted
from clubsales.i18n import lazy_gettext as _l

REFUSALS: Texts = {
    "disclosure.probes": counted(
        "You have asked about %(limit)s phone today, as many as the club allows. Guests can still be received and saved as leads; ask again tomorrow, or ask the manager.",
        "You have asked about %(limit)s phones today, as many as the club allows. Guests can still be received and saved as leads; ask again tomorrow, or ask the manager.",
        by="limit",
    ),
    "disclosure.reveals": _l(
        "You have had %(limit)s guests' numbers shown today, as many as the club allows. Ask the holder or the manager, or come back tomorrow."
    ),
}
REASONS: Texts = {
    "probe.nobody": _l(
        "Nobody here knows this phone. Save the guest as a lead: whoever saves it first has it."
    ),
    "probe.known": _l(
        "This person is known, but not a lead of this club yet. Save the guest as a lead first."
    ),
    "probe.pool": _l("Nobody holds this lead: whoever claims it first has it."),
    "probe.protected": _l("%(holder)s holds this lead until %(until)s: nobody else may claim it before."),
    "probe.protected_without_end": _l(
        "%(holder)s holds this lead until %(holder)s releases it: nobody else may claim it before."
    ),
    "probe.mine": _l("This lead is yours until %(until)s. Reaching the guest again extends it."),
    "probe.mine_without_end": _l("This lead is yours until you release it."),
    "probe.member": _l("A member is the club's: serve the member well, nobody claims a member."),
    "probe.member_credit": _l(
        "When a member buys again, the credit goes to whoever receives the first payment."
    ),
    "probe.designates": _l(
        "When this guest comes in and names nobody else, %(holder)s is asked to receive the guest; if the guest pays that day, the credit goes to %(holder)s."
    ),
    "probe.designates_you": _l(
        "When this guest comes in and names nobody else, you are asked to receive the guest; if the guest pays that day, the credit is yours."
    ),
    "probe.tracked": _l(
        "%(outside)s has a valid follow-up record: if the guest comes without an appointment, pass or card and pays, %(outside)s gets %(percent)s %% and whoever received the payment %(rest)s %%."
    ),
    "probe.tracked_by_you": _l(
        "You have a valid follow-up record: if the guest comes without an appointment, pass or card and pays, you get %(percent)s %% and whoever received the payment %(rest)s %%."
    ),
    "probe.payment_yours": _l(
        "If the guest comes to you by turn and pays, the credit is yours all the same: the follow-up of %(holder)s is evidence only. Who has an appointment, shows a pass or card or asks for somebody is that consultant's for the day."
    ),
    "probe.payment_receivers": _l(
        "If the guest comes by turn and pays, the credit goes to whoever received the payment: the follow-up of %(holder)s is evidence only. Who has an appointment, shows a pass or card or asks for somebody is that consultant's for the day."
    ),
    "probe.payment_of_another": _l(
        "If the guest comes to a colleague by turn and pays, the credit is that colleague's. An appointment, a pass or your business card makes the guest yours for the day."
    ),
    "probe.payment": _l(
        "The credit goes to whoever receives the payment, unless the guest comes for somebody that day."
    ),
}
STANDINGS: Texts = {
    "nobody": _l("Free: nobody knows this phone"),
    "known": _l("Free: not a lead of this club yet"),
    "pool": _l("Free: nobody holds this lead"),
    "protected": _l("Taken by a colleague"),
    "mine": _l("Yours"),
    "member": _l("Member"),
}
KINDS: Texts = {
    "probe": _l("Asked whose a phone is"),
    "view": _l("Opened the page"),
    "reveal": _l("Had the number shown"),
    "export": _l("Exported leads"),
}
