"""The sentences of the legal guard: the limit, what remains of other cards, and what would be possible."""

from clubsales.i18n import Texts
from clubsales.i18n import lazy_gettext as _l

REFUSALS: Texts = {
    "prepaid.membership_amount": _l(
        "One buyer may have paid at most %(limit)s ahead for membership. %(remains)s of that are taken by what is "
        "left of other cards and by open deals, and this is %(asked)s: at most %(possible)s are possible now."
    ),
    "prepaid.membership_months": _l(
        "One buyer may have paid membership of at most %(months)s months ahead: %(limit)s days from today. "
        "%(remains)s days are left on other cards and open deals, and this is %(asked)s: at most %(possible)s days "
        "are possible now."
    ),
    "prepaid.sessions_amount": _l(
        "One buyer may have paid at most %(limit)s ahead for sessions. %(remains)s of that are taken by what is "
        "left of other cards and by open deals, and this is %(asked)s: at most %(possible)s are possible now."
    ),
    "prepaid.sessions_count": _l(
        "One buyer may have paid at most %(limit)s sessions ahead. %(remains)s are left on other cards and open "
        "deals, and these are %(asked)s: at most %(possible)s are possible now."
    ),
    "prepaid.stored_value_amount": _l(
        "One buyer may have at most %(limit)s of stored value. %(remains)s of that are taken by what is left of "
        "other cards and by open deals, and this is %(asked)s: at most %(possible)s are possible now."
    ),
    "prepaid.total_amount": _l(
        "One buyer may have paid at most %(limit)s ahead in all. %(remains)s of that are taken by what is left of "
        "other cards and by open deals, and this is %(asked)s: at most %(possible)s are possible now."
    ),
}
REASONS: Texts = {}
CAPS: Texts = {
    "prepaid.membership_amount": _l("Paid ahead for membership"),
    "prepaid.membership_months": _l("Days of membership ahead"),
    "prepaid.sessions_amount": _l("Paid ahead for sessions"),
    "prepaid.sessions_count": _l("Sessions ahead"),
    "prepaid.stored_value_amount": _l("Stored value ahead"),
    "prepaid.total_amount": _l("Paid ahead in all"),
}
