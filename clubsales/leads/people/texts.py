"""The sentences of details and households."""

from clubsales.i18n import Texts
from clubsales.i18n import lazy_gettext as _l

LABELS: Texts = {
    "": _l("Own phone"),
    "work": _l("Work phone"),
    "home": _l("Home phone"),
    "family": _l("Family's phone"),
}
RELATIONS: Texts = {
    "adult": _l("Adult"),
    "spouse": _l("Spouse"),
    "child": _l("Child"),
    "parent": _l("Parent"),
    "other": _l("Lives there too"),
}
REFUSALS: Texts = {
    "person.phone_taken": _l(
        "Somebody in the files has this phone already. If it is the same guest, a supervisor can put the two together on the page of matches; if they live together, add them to the household instead."
    ),
    "person.phone_last": _l(
        "This is the only phone we know, and the guest is found by it. Add the right one first, then remove this one."
    ),
    "person.phones_many": _l(
        "%(most)s phones are as many as one guest can have. Remove one that is out of date first."
    ),
    "person.detail_too_long": _l("This is too long. Use at most %(longest)s characters."),
    "person.email": _l("This is no e-mail address. Type it as name@example.com, or leave it empty."),
    "person.hidden": _l(
        "These details are shown to whoever holds the lead or is receiving the guest now, to the supervisor of the holder's team and to managers. Have the number shown on the guest's page first."
    ),
    "person.anonymous": _l(
        "This guest is anonymous: nothing is written about them any more. Should the guest come again, capture the phone as a new lead."
    ),
    "person.household_self": _l(
        "This is the guest's own phone. Type the phone of whom the guest lives with."
    ),
    "person.household_other": _l(
        "Both live in a household already, and in different ones. Take one of them out of the old household first."
    ),
    "person.household_nobody": _l(
        "Type the phone of whom the guest lives with, or a name to add somebody new."
    ),
}
REASONS: Texts = {}
