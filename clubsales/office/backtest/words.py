"""Settings' values as people read them."""

from typing import Any

from flask_babel.speaklater import LazyString

from clubsales.i18n import gettext as _
from clubsales.i18n import listed, ngettext
from clubsales.leads.followups import texts as followups
from clubsales.office.backtest import texts

CHOSEN: dict[str, dict[Any, LazyString]] = {
    "credit.tracked_friend.tracked_guest": dict(texts.TRACKED_GUEST),
    "credit.basis": dict(texts.BASES),
    "gift_coupon.resets_tracking": {True: texts.COUPONS["on"], False: texts.COUPONS["off"]},
}


def value_words(name: str, value: Any) -> str:
    """A setting's value: "70 %", "15 days", "Appointment, Trial pass"."""
    if name.endswith("_bp"):
        return percent(value)
    if name == "follow_up.valid_days":
        return ngettext("%(num)s day", "%(num)s days", value) if value else _("without limit")
    if name == "follow_up.effective_outcomes":
        return listed(followups.OUTCOMES[each] for each in value) or _("none")
    if name == "designation.precedence":
        return listed(texts.SHOWN[each] for each in value) or _("nothing")
    return str(CHOSEN[name][value])


def percent(basis_points: int) -> str:
    """Basis points as people write them: 6650 is "66.5 %"."""
    return _("%(figure)s %%", figure=f"{basis_points / 100:g}").replace(" ", "\u00a0")
