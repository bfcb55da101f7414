"""The sentences of the credit ledger, and what its lines are called."""

from typing import Protocol

from clubsales.i18n import Texts, language_tag, ngettext
from clubsales.i18n import lazy_gettext as _l

REFUSALS: Texts = {
    "credit.not_opened": _l(
        "Nobody has decided yet whose credit this sale is. Book its first receipt before anything else."
    ),
    "credit.above_received": _l(
        "%(amount)s is more than is left to refund. Look at the receipts and enter a smaller amount."
    ),
    "credit.rebate_above_received": _l(
        "A rebate of %(amount)s is more than the club has kept of this sale. Look at its receipts and enter less."
    ),
    "month.closed": _l("%(month)s is closed. What comes later falls in the earliest month that is open."),
    "month.order": _l("Months are closed in order. Close %(next)s first."),
}
REASONS: Texts = {}
CAUSES: Texts = {
    "receipt": _l("Money received"),
    "refund": _l("Money given back"),
    "rebate": _l("Rebate paid out"),
    "dispute": _l("Held by a dispute"),
    "ruling": _l("Put back by a decision"),
}
TONES = {"receipt": "fine", "refund": "plain", "rebate": "plain", "dispute": "soon", "ruling": "info"}
BASES: Texts = {
    "cash_received": _l("Credit falls with each receipt, as much as came in."),
    "contract_at_first_receipt": _l("The whole contract is credited with the first receipt."),
}


class Named(Protocol):
    """What was sold: its first line, and how many more there are."""

    @property
    def others(self) -> int: ...

    def title_in(self, language: str) -> str: ...


def sold_name(sold: Named) -> str:
    """What a sale is called, in the reader's language: "Annual card and 2 more"."""
    name = sold.title_in(language_tag())
    if not sold.others:
        return name
    return ngettext("%(card)s and %(num)s more", "%(card)s and %(num)s more", sold.others, card=name)
