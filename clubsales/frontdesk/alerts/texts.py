"""The words of alerts. No message says who the guest is: a lock screen is read by others."""

from clubsales.i18n import Texts
from clubsales.i18n import lazy_gettext as _l

REFUSALS: Texts = {
    "alerts.endpoint": _l(
        "This browser's push service cannot be used. Leave the page open instead: it rings when a guest comes in."
    ),
    "alerts.keys": _l("The browser sent no usable keys. Switch the alerts off and on again."),
}
REASONS: Texts = {}
TITLES: Texts = {
    "offered": _l("%(name)s, a guest is offered to you"),
    "given": _l("%(name)s, a guest is yours"),
    "waiting": _l("%(name)s, a guest is waiting"),
    "ending": _l("%(name)s, leads of yours will be free soon"),
    "dispute": _l("%(name)s, there is news of a dispute"),
    "enquiry": _l("%(name)s, somebody asks for a call"),
    "discount": _l("%(name)s, a colleague asks for a price"),
    "reservation": _l("%(name)s, a reservation waits for you"),
    "contract": _l("%(name)s, a contract form waits for your approval"),
    "refund": _l("%(name)s, a request for money back waits for your approval"),
}
FORM = _l("Nothing goes on until you have looked at it.")
BODIES: Texts = {
    "offered": _l("Accept before the time is up, or the next in the queue is asked."),
    "given": _l("The guest is at the desk."),
    "waiting": _l(
        "Nobody has taken the guest yet. Give the guest to somebody, or let somebody off duty receive."
    ),
    "ending": _l("Their protection ends in a few days. Contact them, and it begins anew."),
    "discount": _l("Allow it or not, while the guest is there."),
    "reservation": FORM,
    "contract": FORM,
    "refund": FORM,
    "enquiry": _l("It came by the website. The sooner somebody calls, the better."),
    "dispute": _l("Read what was said or decided, and until when you can answer."),
}
