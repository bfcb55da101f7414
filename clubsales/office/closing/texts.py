"""The words of closing a month."""

from clubsales.i18n import Texts, counted
from clubsales.i18n import lazy_gettext as _l

REFUSALS: Texts = {
    "month.role": _l("Only the club manager closes a month. Ask the manager to do it."),
    "month.not_over": _l("%(month)s is not over yet. It can be closed from %(first)s on."),
    "month.checks": counted(
        "%(count)s check of this month is still open. Settle it, or say why the month is closed all the same.",
        "%(count)s checks of this month are still open. Settle them, or say why the month is closed all the same.",
        by="count",
    ),
    "month.reason": _l("Say why in at most %(longest)s characters."),
    "month.approvals": counted(
        "%(count)s approval of this month is missing. Whoever is next approves on this page.",
        "%(count)s approvals of this month are missing. Whoever is next approves on this page.",
        by="count",
    ),
    "month.changed": _l(
        "The month has changed since this page was loaded. Look at it again: what is closed is what you have seen."
    ),
    "month.not_seen": _l(
        "It was not said which state of the month this is about. Look at the month as it stands here, then press the button "
        "on this page."
    ),
    "month.not_asked": _l("Your approval is not asked for in this month."),
    "month.not_next_step": _l("Somebody else approves before you. You are asked as soon as that is done."),
    "month.approved_already": _l("You have approved this month already. Nobody approves twice."),
}
REASONS: Texts = {}
CHECKS: Texts = {
    "not_over": _l("The month is over"),
    "disputes": _l("Disputes that hold credit"),
    "payments": _l("Online payments without an answer"),
    "refunds": _l("Refunds on their way"),
    "kept_aside": _l("Payments that fit nothing"),
    "tills": _l("Tills not counted"),
    "shifts": _l("Shifts still open"),
    "assessments": _l("Assessments missing"),
    "targets": _l("Targets missing"),
    "unpaid": _l("Sales with a balance due"),
}
SEVERITIES: Texts = {
    "stops": _l("Cannot be closed"),
    "open": _l("Needs a reason"),
    "note": _l("Good to know"),
}
