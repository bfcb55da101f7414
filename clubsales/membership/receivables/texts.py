"""The words of receivables."""

from clubsales.i18n import Texts
from clubsales.i18n import lazy_gettext as _l

REFUSALS: Texts = {
    "receivable.nothing_due": _l("Nothing is open for this sale, so there is nothing to agree on."),
    "receivable.sum": _l("The parts come to %(total)s, and %(outstanding)s is open. Change one of them."),
    "receivable.amount": _l("Each part is above zero. Enter its amount, or leave out its day."),
    "receivable.days": _l("Each part is due on a later day than the one before. Change the days."),
    "receivable.past": _l("The first part cannot be due before today. Choose today or a later day."),
    "receivable.too_many": _l("At most %(most)s parts are possible. Take fewer, larger ones."),
    "receivable.not_late": _l("Nothing of this sale is overdue, so there are no arrears to confirm."),
    "receivable.role": _l("Arrears are confirmed by a manager. Ask one."),
    "receivable.not_yours": _l(
        "This is a colleague's sale. Leave its days of payment to its consultant, or to the supervisor, "
        "finance or the manager."
    ),
}
REASONS: Texts = {}
STANDINGS: Texts = {
    "paid": _l("Paid"),
    "to_come": _l("Not due yet"),
    "due": _l("Payable today"),
    "overdue": _l("Overdue"),
}
TONES = {"paid": "fine", "to_come": "plain", "due": "soon", "overdue": "now"}

# A next step that is left with the consultant of a sale.
COLLECT_DUE = _l("Ask for the instalment of %(amount)s due today (“%(card)s”)")
COLLECT_LATE = _l("Ask for the overdue instalment: %(amount)s since %(day)s (“%(card)s”)")
