"""A person's details and household, as his page shows them."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from clubsales.actor import Actor
from clubsales.auth.permissions import Permission, may
from clubsales.i18n import Texts
from clubsales.ids import PersonID
from clubsales.leads.people import households, queries, texts
from clubsales.leads.people.households import Housemate
from clubsales.leads.people.queries import PhoneView
from clubsales.leads.people.rules import Details


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonSection:
    """What a person's page says besides the first phone. Phones and details are left out for who may not see them."""

    phones: tuple[PhoneView, ...]
    details: Details
    household: tuple[Housemate, ...]
    shown: bool
    may_edit: bool
    may_merge: bool
    person_id: PersonID
    labels: Texts
    relations: Texts


def section(session: Session, actor: Actor, person_id: PersonID, *, shown: bool) -> PersonSection:
    """The section for this reader; `shown` says whether he sees the person's phone (AMB-44). Raises NotFound."""
    return PersonSection(
        phones=tuple(queries.phones_of(session, person_id)) if shown else (),
        details=queries.details_of(session, actor.club.organisation_id, person_id) if shown else Details(),
        household=tuple(households.of_person(session, actor.club.id, person_id)),
        shown=shown,
        may_edit=shown and may(actor, Permission.LEAD_CAPTURE),
        may_merge=may(actor, Permission.PERSON_MERGE),
        person_id=person_id,
        labels=texts.LABELS,
        relations=texts.RELATIONS,
    )
