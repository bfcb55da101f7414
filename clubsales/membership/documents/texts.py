"""The words of papers and mails."""

from clubsales.i18n import Texts
from clubsales.i18n import lazy_gettext as _l

REFUSALS: Texts = {
    "document.no_fonts": _l(
        "This installation cannot make PDFs: the fonts of papers were not built. Print the page instead, and tell whoever "
        "runs it."
    ),
    "document.failed": _l("The paper could not be made. Try again in a moment, or print the page."),
    "document.address": _l("This is no e-mail address. Write it like name@example.com."),
    "document.not_made": _l("The paper is not made yet. It takes a moment: reload the page."),
}
REASONS: Texts = {}
PAPERS: Texts = {
    "making": _l("The PDF is being made. Reload the page in a moment."),
    "late": _l(
        "The PDF could not be made at once. It is tried again by itself; reload the page in some minutes."
    ),
    "given_up": _l(
        "The PDF could not be made, and nobody tries any more. Have it made again; if it fails again, tell whoever runs "
        "this installation, and print the page."
    ),
    "no_fonts": REFUSALS["document.no_fonts"],
}
MAIL_STATES: Texts = {
    "waiting": _l("On its way"),
    "sent": _l("Sent"),
    "failed": _l("Not delivered"),
}
MAIL_TONES = {"waiting": "soon", "sent": "fine", "failed": "now"}
GRANTS: Texts = {
    "sale": _l("Purchase"),
    "renewal": _l("Renewed"),
    "upgrade": _l("Upgraded"),
    "transfer": _l("Transferred"),
    "extension": _l("Extended"),
    "promotion": _l("From a promotion"),
    "gift": _l("Free gift"),
    "correction": _l("Corrected"),
    "end": _l("Taken back at the end"),
}
VALUES: Texts = {
    "use": _l("Spent"),
    "undo": _l("Given back"),
    "end": _l("Taken back at the end"),
}
