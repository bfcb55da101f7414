"""The other pages about leads, and who finds them on the way."""

from dataclasses import dataclass

from flask import url_for

from clubsales.actor import Actor
from clubsales.auth.permissions import Permission, may
from clubsales.i18n import lazy_gettext as _l

P = Permission
PLACES = (
    (P.FOLLOW_UP, "followups.plan", _l("My day"), "today"),
    (P.LEAD_SEE, "lists.index", _l("Lists"), "people"),
    (P.LEAD_SEE, "appointments.index", _l("Appointments"), "clock"),
    (P.LEAD_SEE, "passes.index", _l("Passes and cards"), "gift"),
    (P.FUNNEL_SEE, "funnel.index", _l("Funnel"), "chart"),
    (P.FOLLOW_UP, "scripts.index", _l("Scripts"), "rules"),
    (P.LEAD_PROBE, "disclosures.probe_page", _l("Whose guest?"), "search"),
    (P.PERSON_MERGE, "matches.index", _l("Matches"), "copy"),
    (P.LEAD_HAND_OVER, "handovers.index", _l("Hand-over"), "switch"),
    (P.CLUB_SETTINGS, "sources.index", _l("Sources"), "settings"),
    (P.DISCLOSURE_SEE, "disclosures.index", _l("Who looked"), "lock"),
)


@dataclass(frozen=True, slots=True)
class LeadPlace:
    """A page about leads."""

    label: str
    url: str
    icon: str


def places_of(actor: Actor) -> list[LeadPlace]:
    """Those the actor may enter, the nearest to the day first."""
    return [
        LeadPlace(str(label), url_for(endpoint), icon)
        for permission, endpoint, label, icon in PLACES
        if may(actor, permission)
    ]
