"""The sentences of the credit ledger, and what its lines are called."""

from clubsales.i18n import Texts
from clubsales.i18n import lazy_gettext as _l

REFUSALS: Texts = {
    "credit.not_opened": _l(
        "Nobody has decided yet whose credit this sale is. Book its first receipt before anything else."
    ),
    "credit.above_received": _l(
        "%(amount)s is more than is left to refund. Look at the receipts and enter a smaller amount."
    ),
}
REASONS: Texts = {}
CAUSES: Texts = {
    "receipt": _l("Money received"),
    "refund": _l("Money given back"),
    "dispute": _l("Held by a dispute"),
    "ruling": _l("Put back by a decision"),
}
TONES = {"receipt": "fine", "refund": "plain", "dispute": "soon", "ruling": "info"}
BASES: Texts = {
    "cash_received": _l("Credit falls with each receipt, as much as came in."),
    "contract_at_first_receipt": _l("The whole contract is credited with the first receipt."),
}
