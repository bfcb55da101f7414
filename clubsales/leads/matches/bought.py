"""Who bought, after a merge was undone: each is a member, and his lead is won, by his own sales (DSP-02).

Credits stay as they were decided.
"""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.clock import Instant
from clubsales.db import UtcDateTime, table_of
from clubsales.ids import OrganisationID, PersonID, new_public_id
from clubsales.leads.intake.models import LeadRow

LEAD = table_of(LeadRow)
# Membership stands above leads, so its tables are known by their names.
SALE = sa.table(
    "sale",
    *(sa.column(name, sa.BigInteger) for name in ("id", "club_id", "person_id")),
    sa.column("kind", sa.String),
    sa.column("paid_at", UtcDateTime()),
)
MEMBER = sa.table(
    "member",
    *(sa.column(name, sa.BigInteger) for name in ("id", "organisation_id", "person_id", "first_sale_id")),
    sa.column("public_id", sa.String),
    sa.column("since_at", UtcDateTime()),
)
PAID = sa.and_(SALE.c.paid_at.is_not(None), SALE.c.kind != "goods")
EARLIEST = (SALE.c.paid_at, SALE.c.id)


def settle(
    session: Session,
    *,
    organisation_id: OrganisationID,
    first: PersonID,
    second: PersonID,
    merged_at: Instant,
) -> None:
    """Memberships and won leads of two persons who were one since `merged_at` follow the sales that each has now."""
    for person_id, other_id in ((first, second), (second, first)):
        _settle_membership(session, organisation_id, person_id, other_id)
    for person_id in (first, second):
        _enrol(session, organisation_id, person_id)
        _settle_leads(session, person_id, merged_at)


def _settle_membership(
    session: Session, organisation_id: OrganisationID, person_id: PersonID, other_id: PersonID
) -> None:
    """A membership that began with the other one's sale is the other one's, who has none of his own."""
    mine = (MEMBER.c.organisation_id == organisation_id, MEMBER.c.person_id == person_id)
    by_other = sa.exists().where(SALE.c.id == MEMBER.c.first_sale_id, SALE.c.person_id == other_id)
    of_other = MEMBER.alias("of_other")
    is_member = sa.exists().where(
        of_other.c.organisation_id == organisation_id, of_other.c.person_id == other_id
    )
    session.execute(sa.update(MEMBER).where(*mine, by_other, ~is_member).values(person_id=other_id))


def _enrol(session: Session, organisation_id: OrganisationID, person_id: PersonID) -> None:
    """Whoever has paid a card in full is a member, also when he was one by the merge only."""
    known = sa.exists().where(MEMBER.c.organisation_id == organisation_id, MEMBER.c.person_id == person_id)
    if session.scalar(sa.select(known)):
        return
    sale = session.execute(
        sa.select(SALE.c.id, SALE.c.paid_at)
        .where(SALE.c.person_id == person_id, PAID)
        .order_by(*EARLIEST)
        .limit(1)
    ).one_or_none()
    if sale is not None:
        new = {"person_id": person_id, "first_sale_id": sale.id, "since_at": sale.paid_at}
        session.execute(
            sa.insert(MEMBER).values(public_id=new_public_id(), organisation_id=organisation_id, **new)
        )


def _settle_leads(session: Session, person_id: PersonID, merged_at: Instant) -> None:
    """A lead is won by a sale to its own person: the one it has, else the first since the merge."""
    rows = session.execute(
        sa.select(LEAD.c.id, LEAD.c.club_id, LEAD.c.converted_sale_id, SALE.c.person_id.label("buyer_id"))
        .join_from(LEAD, SALE, SALE.c.id == LEAD.c.converted_sale_id, isouter=True)
        .where(LEAD.c.person_id == person_id)
    ).all()
    for lead in rows:
        if lead.converted_sale_id is not None and lead.buyer_id in (None, person_id):
            continue
        won = first_since(session, lead.club_id, person_id, merged_at)
        if won is None and lead.converted_sale_id is None:
            continue
        by = {"converted_sale_id": None, "converted_at": None}
        if won is not None:
            by = {
                "converted_sale_id": won.id,
                "converted_at": won.paid_at,
                "lost_at": None,
                "lost_reason": None,
            }
        session.execute(sa.update(LEAD).where(LEAD.c.id == lead.id).values(by))


def first_since(session: Session, club_id: int, person_id: PersonID, since: Instant) -> Any | None:
    """A person's first sale in a club that was paid in full since then: its `id` and `paid_at`."""
    of_club = (SALE.c.club_id == club_id, SALE.c.person_id == person_id, PAID, SALE.c.paid_at >= since)
    return session.execute(
        sa.select(SALE.c.id, SALE.c.paid_at).where(*of_club).order_by(*EARLIEST).limit(1)
    ).one_or_none()
