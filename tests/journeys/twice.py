"""Guests who stand in the files twice: two who may be one, two who were merged, and a household."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.clock import Instant
from clubsales.ids import PersonID
from clubsales.leads.claims import operations as claims
from clubsales.leads.intake import operations as intake
from clubsales.leads.intake import queries as leads
from clubsales.leads.intake.rules import Source
from clubsales.leads.matches import operations as matches
from clubsales.leads.matches.merging import merge
from clubsales.leads.matches.models import MergeRow
from clubsales.leads.people import details, households, queries
from clubsales.leads.people import operations as people
from clubsales.leads.people.rules import Details, PhoneLabel, Relation
from tests.builders import Cast, consultant_of

LONG_NAME = "Maximiliane Konstantinopolskaja-Wolfeschlegelsteinhausen"
WORK_PHONE = "+862158880001"


@dataclass(frozen=True)
class Twice:
    """By public id: two persons, the lead of the first, who of his household, and a merge."""

    first: str
    second: str
    lead: str
    housemate: str
    merge: str


def stand_twice(session: Session, cast: Cast, *, at: Instant) -> Twice:
    """One guest of Lin's with a household, his double, and two doubles merged already."""
    first, second = (a_guest(session, cast, LONG_NAME, f"+8613{place}00138000", at) for place in (7, 9))
    address = Details(wechat="xm88", email="somebody.with.a.long.name@example.com", address="福华一路88号")
    for person_id in (first, second):
        details.change(session, person_id=person_id, details=address, actor=cast.lin, at=at)
    details.add_phone(session, person_id=first, e164=WORK_PHONE, label=PhoneLabel.WORK, actor=cast.lin, at=at)
    claims.claim(session, person_id=first, consultant_id=consultant_of(cast.lin), actor=cast.lin, at=at)
    child = households.add_somebody(
        session,
        person_id=first,
        name="小宝",
        birthday=None,
        relation=Relation.CHILD,
        actor=cast.lin,
        at=at,
    )
    matches.propose_for(session, organisation_id=cast.club.organisation_id, person_id=first, at=at)
    kept, merged = (a_guest(session, cast, "重复", f"+8613{place}00138001", at) for place in (7, 9))
    merge_id = merge(session, kept_id=kept, merged_id=merged, reason="同一个人", actor=cast.manager, at=at)
    organisation_id = cast.club.organisation_id
    lead_id = leads.of_person(session, cast.club.id, first)
    assert lead_id is not None
    return Twice(
        first=queries.get(session, organisation_id, first).public_id,
        second=queries.get(session, organisation_id, second).public_id,
        lead=leads.public_id_of(session, lead_id),
        housemate=queries.get(session, organisation_id, child).public_id,
        merge=session.execute(sa.select(MergeRow.public_id).where(MergeRow.id == merge_id)).scalar_one(),
    )


def a_guest(session: Session, cast: Cast, name: str, e164: str, at: Instant) -> PersonID:
    """A lead with a phone."""
    person_id = people.find_or_add(session, e164=e164, name=name, actor=cast.desk, at=at)
    intake.capture(session, person_id=person_id, source=Source.PHONE, actor=cast.desk, at=at)
    return person_id
