"""Who held many persons' leads at moments of the past, for whoever decides about the past again."""

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.actor import Club
from clubsales.clock import Instant, local_day
from clubsales.ids import ConsultantID, PersonID
from clubsales.leads.claims.queries import CLAIM, CLAIMS, claim_of, clocks_of
from clubsales.leads.claims.rules import end_of

Asked = tuple[PersonID, Instant]
OF_MANY = CLAIMS.where(
    CLAIM.c.club_id == sa.bindparam("club_id"),
    CLAIM.c.person_id.in_(sa.bindparam("persons", expanding=True)),
).order_by(CLAIM.c.id.desc())


def holders_at(session: Session, club: Club, asked: Collection[Asked]) -> dict[Asked, ConsultantID]:
    """Who held each person's lead at a moment, the response clock counted to it; who was free is left out.

    What `queries.holder_at` answers for one, in the same number of statements for all.
    """
    if not asked:
        return {}
    persons = sorted({person_id for person_id, _at in asked})
    rows = session.execute(OF_MANY, {"club_id": club.id, "persons": persons})
    claims = [claim_of(row) for row in rows]
    clocks = clocks_of(session, club, claims)
    of_person: dict[PersonID, list[int]] = {}
    for place, claim in enumerate(claims):
        of_person.setdefault(claim.person_id, []).append(place)
    found: dict[Asked, ConsultantID] = {}
    for person_id, at in asked:
        then = [
            claim
            for claim in (claims[place] for place in of_person.get(person_id, ()))
            if claim.claimed_at <= at
            and (claim.ended_at is None or claim.ended_at > at)
            and claim.until >= local_day(at, club.zone)
        ]
        if then and end_of(clocks[then[0].id], at=at, zone=club.zone) is None:
            found[person_id, at] = then[0].consultant_id
    return found
