"""The sale a case is about, as its pages show it, and which coming of the guest it was made at."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales import policies
from clubsales.actor import Actor, Club
from clubsales.auth.rules import may_be_public_id
from clubsales.clock import Instant, local_day
from clubsales.consultants.profiles.tables import CONSULTANT
from clubsales.db import UtcDateTime, table_of
from clubsales.errors import NotFound
from clubsales.ids import PersonID, ReceptionID, SaleID
from clubsales.leads.disclosures import queries as disclosures
from clubsales.leads.disputes.lines import Matter
from clubsales.leads.disputes.queries import DisputeView
from clubsales.leads.followups.rules import FollowUpPolicy
from clubsales.leads.intake.models import LeadRow
from clubsales.leads.people.models import PersonPhoneRow, PersonRow
from clubsales.leads.people.rules import readable_phone
from clubsales.leads.touches.queries import TOUCH
from clubsales.leads.touches.rules import TouchKind
from clubsales.money import Currency, Money

PERSON, PHONE, LEAD = table_of(PersonRow), table_of(PersonPhoneRow), table_of(LeadRow)
SALE = sa.table(
    "sale",
    *(sa.column(name, sa.BigInteger) for name in ("id", "club_id", "person_id", "reception_id")),
    *(sa.column(name, sa.BigInteger) for name in ("consultant_id", "price_minor")),
    *(
        sa.column(name, sa.String)
        for name in ("public_id", "card_type_name", "card_type_name_en", "currency")
    ),
    *(sa.column(name, UtcDateTime()) for name in ("opened_at", "first_receipt_at")),
)
RECEPTION = sa.table("reception", sa.column("id", sa.BigInteger), sa.column("arrived_at", UtcDateTime()))
_FIRST_PHONE = (
    sa.select(PHONE.c.e164).where(PHONE.c.person_id == SALE.c.person_id).order_by(PHONE.c.id).limit(1)
)
_SALES = (
    sa.select(
        SALE,
        PERSON.c.name.label("buyer"),
        LEAD.c.public_id.label("lead"),
        CONSULTANT.c.name.label("seller"),
        RECEPTION.c.arrived_at,
        _FIRST_PHONE.scalar_subquery().label("e164"),
    )
    .select_from(SALE)
    .outerjoin(PERSON, PERSON.c.id == SALE.c.person_id)
    .outerjoin(LEAD, sa.and_(LEAD.c.person_id == SALE.c.person_id, LEAD.c.club_id == SALE.c.club_id))
    .outerjoin(CONSULTANT, CONSULTANT.c.id == SALE.c.consultant_id)
    .outerjoin(RECEPTION, RECEPTION.c.id == SALE.c.reception_id)
    .where(SALE.c.club_id == sa.bindparam("club_id"))
)
BY_PUBLIC_ID = _SALES.where(SALE.c.public_id == sa.bindparam("wanted"))
BY_ID = _SALES.where(SALE.c.id == sa.bindparam("wanted"))


@dataclass(frozen=True, slots=True, kw_only=True)
class SaleLine:
    """A sale: what, to whom, with whom, for how much, and when the first money came."""

    id: SaleID
    public_id: str
    title: str
    title_en: str
    buyer: str
    person_id: PersonID | None
    reception_id: ReceptionID | None
    lead: str | None
    e164: str | None
    seller: str
    price: Money
    opened_at: Instant
    first_receipt_at: Instant | None
    arrived_at: Instant | None

    @property
    def phone(self) -> str:
        """The buyer's phone as people read it."""
        return readable_phone(self.e164) if self.e164 else ""

    def title_in(self, language: str) -> str:
        """What was sold, in a language."""
        return self.title_en if language.startswith("en") and self.title_en else self.title


def sale_by_public_id(session: Session, club: Club, public_id: str) -> SaleLine:
    """A sale of the club by what stands in an address; raises NotFound."""
    if not may_be_public_id(public_id):
        raise NotFound
    row = session.execute(BY_PUBLIC_ID, {"club_id": club.id, "wanted": public_id}).one_or_none()
    if row is None:
        raise NotFound
    return _line(row)


def sale_of_case(session: Session, club: Club, view: DisputeView) -> SaleLine:
    """The sale a case is about."""
    return _line(session.execute(BY_ID, {"club_id": club.id, "wanted": view.sale_id}).one())


def sees_phone(session: Session, actor: Actor, sale: SaleLine, at: Instant) -> bool:
    """Whether the reader may see the buyer's phone unmasked (AMB-44)."""
    if sale.person_id is None:
        return False
    return bool(disclosures.sees_whole(session, actor, [sale.person_id], at=at))


def matter_of(session: Session, club: Club, view: DisputeView, sale: SaleLine) -> Matter:
    """What evidence is measured by: the coming the sale was made at, and which contacts counted on its day."""
    paid = sale.first_receipt_at
    day = local_day(paid or sale.opened_at, club.zone)
    reception_id, arrived_at = sale.reception_id, sale.arrived_at
    if reception_id is None and sale.person_id is not None:
        reception_id, arrived_at = _coming(session, club, sale.person_id, day)
    policy = policies.policy_on(session, club, day).read("follow_up", FollowUpPolicy)
    return Matter(
        club_id=club.id,
        zone=club.zone,
        sale_id=sale.id,
        person_id=sale.person_id,
        reception_id=reception_id,
        first_receipt_at=paid,
        arrived_at=arrived_at,
        rule=view.proposal.rule,
        holders=tuple(share.consultant_id for share in view.proposal.shares),
        effective=frozenset(policy.effective_outcomes),
    )


def _coming(
    session: Session, club: Club, person_id: PersonID, day: Any
) -> tuple[ReceptionID | None, Instant | None]:
    """The latest coming of a person on a club-local day, and when it began."""
    row = session.execute(
        sa.select(TOUCH.c.reception_id, TOUCH.c.at)
        .where(
            TOUCH.c.club_id == club.id,
            TOUCH.c.person_id == person_id,
            TOUCH.c.kind == TouchKind.VISIT.value,
            TOUCH.c.local_day == day,
        )
        .order_by(TOUCH.c.reception_id.desc().nulls_last(), TOUCH.c.at, TOUCH.c.id)
        .limit(1)
    ).one_or_none()
    return (None, None) if row is None else (row.reception_id, row.at)


def _line(row: Any) -> SaleLine:
    return SaleLine(
        id=SaleID(row.id),
        public_id=row.public_id,
        title=row.card_type_name,
        title_en=row.card_type_name_en,
        buyer=row.buyer or "",
        person_id=None if row.person_id is None else PersonID(row.person_id),
        reception_id=None if row.reception_id is None else ReceptionID(row.reception_id),
        lead=row.lead,
        e164=row.e164,
        seller=row.seller or "",
        price=Money(row.price_minor, Currency(row.currency)),
        opened_at=row.opened_at,
        first_receipt_at=row.first_receipt_at,
        arrived_at=row.arrived_at,
    )
