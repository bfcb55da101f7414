"""What was sold, and what running disputes keep out of the ledger."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.clock import Instant
from clubsales.consultants.credits.models import CreditBasisRow, PostingRow
from clubsales.consultants.credits.naming import others_of
from clubsales.consultants.credits.queries import HEAD, StoredHead
from clubsales.consultants.credits.rules import target
from clubsales.consultants.profiles.models import ConsultantRow
from clubsales.ids import ClubID, ConsultantID, SaleID
from clubsales.money import Currency, Money

# What was sold, to whom, and what is argued about: tables of packages above, by name as the database knows them.
sale = sa.table(
    "sale",
    *(
        sa.column(name)
        for name in ("id", "public_id", "club_id", "card_type_name", "card_type_name_en", "person_id")
    ),
    sa.column("consultant_id"),
)
person = sa.table("person", sa.column("id"), sa.column("name"))
dispute = sa.table(
    "dispute",
    *(sa.column(name) for name in ("public_id", "club_id", "sale_id", "status", "opened_by")),
    sa.column("opened_at", PostingRow.at.type),
)
# States of a dispute that holds credit, written out so that a database sees the index of running ones fit.
RUNNING = dispute.c.status.in_([sa.literal_column(f"'{state}'") for state in ("open", "settled", "appealed")])
SOLD = (
    sale.c.id.label("sale_id"),
    sale.c.public_id.label("sale"),
    sale.c.card_type_name.label("title"),
    sale.c.card_type_name_en.label("title_en"),
    others_of(sale.c.id).label("others"),
    sa.func.coalesce(person.c.name, "").label("buyer"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sold:
    """A sale as the ledger tells of it."""

    sale_id: SaleID
    public_id: str
    title: str
    title_en: str
    others: int  # lines beside the first
    buyer: str

    @classmethod
    def of(cls, row: Any) -> "Sold":
        """From a row of the columns of SOLD."""
        return cls(
            sale_id=SaleID(row.sale_id),
            public_id=row.sale,
            title=row.title,
            title_en=row.title_en,
            others=row.others,
            buyer=row.buyer,
        )

    def title_in(self, language: str) -> str:
        """The first line that was sold, in a language; `texts.sold_name` says the whole."""
        return self.title_en if language.startswith("en") and self.title_en else self.title


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """Credit that a running dispute keeps out of the ledger."""

    sold: Sold
    amount: Money
    dispute: str  # public id
    opener: str
    opened_at: Instant


def held_from(session: Session, club_id: ClubID, holder: ConsultantID | None) -> tuple[Held, ...]:
    """What running disputes keep from somebody."""
    return tuple(
        replace(held, amount=parts[holder])
        for held, parts in _held_parts(session, club_id)
        if parts.get(holder)
    )


def held_sales(session: Session, club_id: ClubID, sale_id: SaleID | None = None) -> list[Held]:
    """What running disputes hold in a club, or of one sale, the oldest case first."""
    return [held for held, _parts in _held_parts(session, club_id, sale_id)]


def held_by_holder(session: Session, club_id: ClubID) -> dict[ConsultantID | None, Money]:
    """What running disputes keep from each, the house included."""
    found: dict[ConsultantID | None, Money] = {}
    for held, parts in _held_parts(session, club_id):
        for holder, part in parts.items():
            found[holder] = found.get(holder, Money.zero(held.amount.currency)) + part
    return {holder: amount for holder, amount in found.items() if amount}


def _held_parts(
    session: Session, club_id: ClubID, sale_id: SaleID | None = None
) -> Iterator[tuple[Held, dict[ConsultantID | None, Money]]]:
    """The club's held sales, and what each holder would have if nobody argued. Found by the cases that run."""
    statement = (
        sa.select(
            *SOLD,
            *HEAD,
            dispute.c.public_id.label("dispute"),
            dispute.c.opened_at,
            ConsultantRow.name.label("opener"),
        )
        .join_from(dispute, CreditBasisRow, CreditBasisRow.sale_id == dispute.c.sale_id)
        .join(sale, sale.c.id == dispute.c.sale_id)
        .join(ConsultantRow, ConsultantRow.id == dispute.c.opened_by)
        .join(person, person.c.id == sale.c.person_id, isouter=True)
        .where(dispute.c.club_id == club_id, RUNNING, CreditBasisRow.held)
        .order_by(dispute.c.opened_at)
    )
    if sale_id is not None:
        statement = statement.where(dispute.c.sale_id == sale_id)
    for row in session.execute(statement):
        parts = target(replace(StoredHead.of(row).head, held=False))
        held = Held(
            sold=Sold.of(row),
            amount=total(parts.values(), Currency(row.currency)),
            dispute=row.dispute,
            opener=row.opener,
            opened_at=row.opened_at,
        )
        yield held, parts


def total(amounts: Collection[Money] | Iterator[Money], currency: Currency) -> Money:
    """What amounts add up to."""
    return sum(amounts, Money.zero(currency))
