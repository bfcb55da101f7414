"""The words of hand-overs."""

from clubsales.i18n import Texts
from clubsales.i18n import lazy_gettext as _l

REFUSALS: Texts = {
    "hand_over.no_reason": _l(
        "Write down why the leads go to colleagues: it stands on the page of every guest."
    ),
    "hand_over.past": _l("%(day)s is over. Leads go to colleagues today or on a later day."),
    "hand_over.ends_first": _l(
        "The leads have to come back after %(day)s, the day they go. Choose a later day, or none."
    ),
    "hand_over.nobody": _l("Choose at least one colleague who takes the leads."),
    "hand_over.himself": _l("%(consultant)s cannot take the leads handed over. Take the tick away."),
    "hand_over.gone": _l("%(colleague)s does not sell here on %(day)s. Choose somebody else."),
    "hand_over.planned": _l(
        "The leads of %(consultant)s go to colleagues on %(day)s already. Undo that hand-over first, then make another one."
    ),
    "hand_over.no_leads": _l("%(consultant)s holds no leads. There is nothing to hand over."),
    "hand_over.full": _l(
        "The chosen colleagues may take %(room)s more leads, and %(count)s are to be handed over. Choose more colleagues, or let the club allow more open leads."
    ),
}
REASONS: Texts = {}
STATES: Texts = {
    "planned": _l("Planned"),
    "dealt": _l("Handed over"),
    "returned": _l("Came back"),
    "undone": _l("Undone"),
    "cancelled": _l("Called off"),
}
KEPT: Texts = {
    "sold": _l("Stays: sold to meanwhile"),
    "not_held": _l("Stays: no longer with whoever received it"),
    "gone": _l("Stays: whoever it came from works here no more"),
}
