"""Sentences of the office: refusals and reasons by code."""

from clubsales.i18n import Texts
from clubsales.i18n import lazy_gettext as _l

REFUSALS: Texts = {
    "submission.key_reused": _l(
        "This form was already used for something else. Reload the page and enter it again."
    ),
    "sale.unknown": _l("There is no sale %(sale)s: it was refused."),
    "policy.not_built": _l("This version does not decide by these settings yet: %(settings)s."),
    "staff.role_above": _l("This role is above your own. Ask somebody who has it, or the owner, to give it."),
    "staff.person_above": _l(
        "%(name)s has a role above yours. Ask the general manager or the owner to change this."
    ),
    "staff.other_club": _l(
        "%(name)s also works in a club that you do not manage. Ask somebody who manages all clubs."
    ),
    "staff.oneself": _l(
        "Nobody changes their own rights. Ask another manager; your own password and PIN are under My account."
    ),
    "staff.pay_reason": _l("Other terms of pay need a reason. Write one."),
    "staff.pay_closed": _l(
        "That day lies in a closed month, which stays as it is. Choose %(day)s or a later day."
    ),
    "staff.pay_later": _l("Terms from %(day)s on are already set. Choose that day or a later one."),
    "staff.on_shift": _l("The shift of %(name)s is still open. Close the shift first, then try again."),
    "staff.last_role": _l(
        "This is the only role %(name)s has here. Give another role first, or end the employment."
    ),
}
REASONS: Texts = {}

KINDS: Texts = {"inside": _l("Inside"), "outside": _l("Outside")}
