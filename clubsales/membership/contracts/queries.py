"""Reads of contracts: one of them with all that belongs to it, and those of a sale or a club."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.actor import Club
from clubsales.auth.rules import may_be_public_id
from clubsales.auth.tables import ACCOUNT
from clubsales.clock import Instant, local_day
from clubsales.consultants.profiles.tables import CONSULTANT
from clubsales.db import table_of
from clubsales.errors import NotFound
from clubsales.ids import AccountID, ClubID, ConsultantID, ContractID, PolicyVersionID, SaleID
from clubsales.membership.contracts.models import ContractRow
from clubsales.membership.contracts.rules import (
    OPEN,
    PROMISES,
    ContractState,
    Promise,
)
from clubsales.membership.sales.models import SaleRow
from clubsales.money import Currency, Money

CONTRACT, SALE = table_of(ContractRow), table_of(SaleRow)
filler, witness, archiver = ACCOUNT.alias("filler"), ACCOUNT.alias("witness"), ACCOUNT.alias("archiver")
rewritten, anew = CONTRACT.alias("rewritten"), CONTRACT.alias("anew")
ALL = (
    sa.select(
        CONTRACT,
        SALE.c.public_id.label("sale_public_id"),
        SALE.c.guest_token,
        SALE.c.card_type_name,
        SALE.c.card_type_name_en,
        SALE.c.currency,
        SALE.c.price_minor,
        SALE.c.received_minor,
        SALE.c.refunded_minor,
        SALE.c.closed_at.label("sale_closed_at"),
        SALE.c.starts_on,
        CONSULTANT.c.name.label("consultant_name"),
        CONSULTANT.c.account_id.label("consultant_account"),
        CONSULTANT.c.active_until,
        filler.c.name.label("filler_name"),
        witness.c.name.label("witness_name"),
        archiver.c.name.label("archiver_name"),
        rewritten.c.public_id.label("rewrites_public_id"),
        sa.select(anew.c.public_id)
        .where(anew.c.rewrites_id == CONTRACT.c.id)
        .scalar_subquery()
        .label("anew_public_id"),
    )
    .join_from(CONTRACT, SALE, SALE.c.id == CONTRACT.c.sale_id)
    .join(CONSULTANT, CONSULTANT.c.id == CONTRACT.c.consultant_id, isouter=True)
    .join(filler, filler.c.id == CONTRACT.c.filled_by, isouter=True)
    .join(witness, witness.c.id == CONTRACT.c.signed_with, isouter=True)
    .join(archiver, archiver.c.id == CONTRACT.c.archived_by, isouter=True)
    .join(rewritten, rewritten.c.id == CONTRACT.c.rewrites_id, isouter=True)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractView:
    """A contract, and the sale it is about. `form` is what was filled in, `text` what was signed."""

    id: ContractID
    public_id: str
    club_id: ClubID
    sale_id: SaleID
    sale_public_id: str
    guest_token: str
    title: str
    title_en: str
    price: Money
    received: Money
    refunded: Money
    is_over: bool  # no money comes in any more, or all went back
    starts_on: date | None
    state: ContractState
    language: str
    form: Mapping[str, Any]
    round: int
    consultant_id: ConsultantID | None
    consultant_name: str
    consultant_account: AccountID | None
    consultant_until: date | None  # his last day in the club
    filled_at: Instant
    filled_by: AccountID | None
    filler_name: str
    submitted_at: Instant | None
    signed_at: Instant | None
    witness_name: str
    signature: str
    number: str | None
    text: Mapping[str, Any]
    digest: str
    cooling_off_until: date | None
    archived_at: Instant | None
    archiver_name: str
    archive_place: str
    void_reason: str
    rewrites_public_id: str | None  # the form before, and the one written anew after this
    anew_public_id: str | None
    policy_version_id: PolicyVersionID

    @property
    def buyer(self) -> str:
        """Who buys, as the form says."""
        return str(self.form["buyer"])

    @property
    def outstanding(self) -> Money:
        """What is still to be paid."""
        return self.price - self.received

    @property
    def promises(self) -> tuple[Promise, ...]:
        """What the form promises."""
        return tuple(Promise.restored(each) for each in self.form.get(PROMISES, []))

    def title_in(self, language: str) -> str:
        """What was sold, in a language."""
        return self.title_en if language.startswith("en") and self.title_en else self.title

    def who_must_be_there(self, today: date) -> AccountID | None:
        """The consultant who has to be beside the buyer (CTR-04); None where he left or the house sold it."""
        has_left = self.consultant_until is not None and self.consultant_until < today
        return None if has_left else self.consultant_account


def get(session: Session, club_id: ClubID, contract_id: ContractID) -> ContractView:
    """A contract of the club; raises NotFound."""
    return _one(session, CONTRACT.c.club_id == club_id, CONTRACT.c.id == contract_id)


def by_public_id(session: Session, club_id: ClubID, public_id: str) -> ContractView:
    """A contract of the club; raises NotFound."""
    if not may_be_public_id(public_id):
        raise NotFound
    return _one(session, CONTRACT.c.club_id == club_id, CONTRACT.c.public_id == public_id)


def of_sale(session: Session, sale_id: SaleID) -> ContractView | None:
    """The contract of a sale that is not void."""
    row = session.execute(ALL.where(CONTRACT.c.sale_id == sale_id, CONTRACT.c.state != "void")).one_or_none()
    return None if row is None else view_of(row)


def forms_of_sale(session: Session, sale_id: SaleID) -> list[ContractView]:
    """Every form there ever was for a sale, the latest first."""
    rows = session.execute(ALL.where(CONTRACT.c.sale_id == sale_id).order_by(CONTRACT.c.id.desc()))
    return [view_of(row) for row in rows]


def open_forms(
    session: Session, club_id: ClubID, *, consultant_id: ConsultantID | None = None
) -> list[ContractView]:
    """The forms that are not signed yet, the oldest first; where asked, of one consultant."""
    statement = ALL.where(CONTRACT.c.club_id == club_id, CONTRACT.c.state.in_(OPEN))
    if consultant_id is not None:
        statement = statement.where(CONTRACT.c.consultant_id == consultant_id)
    return [view_of(row) for row in session.execute(statement.order_by(CONTRACT.c.id))]


def signed_day(view: ContractView, club: Club) -> date | None:
    """The club-local day it was signed."""
    return None if view.signed_at is None else local_day(view.signed_at, club.zone)


def _one(session: Session, *conditions: sa.ColumnElement[bool]) -> ContractView:
    row = session.execute(ALL.where(*conditions)).one_or_none()
    if row is None:
        raise NotFound
    return view_of(row)


def view_of(row: Any) -> ContractView:
    """A row of `ALL` as a value."""
    currency = Currency(row.currency)
    received, refunded = Money(row.received_minor, currency), Money(row.refunded_minor, currency)
    return ContractView(
        id=ContractID(row.id),
        public_id=row.public_id,
        club_id=ClubID(row.club_id),
        sale_id=SaleID(row.sale_id),
        sale_public_id=row.sale_public_id,
        guest_token=row.guest_token,
        title=row.card_type_name,
        title_en=row.card_type_name_en,
        price=Money(row.price_minor, currency),
        received=received,
        refunded=refunded,
        is_over=row.sale_closed_at is not None or (bool(refunded) and refunded == received),
        starts_on=row.starts_on,
        state=ContractState(row.state),
        language=row.language,
        form=row.form,
        round=row.round,
        consultant_id=None if row.consultant_id is None else ConsultantID(row.consultant_id),
        consultant_name=row.consultant_name or "",
        consultant_account=None if row.consultant_account is None else AccountID(row.consultant_account),
        consultant_until=row.active_until,
        filled_at=row.filled_at,
        filled_by=None if row.filled_by is None else AccountID(row.filled_by),
        filler_name=row.filler_name or "",
        submitted_at=row.submitted_at,
        signed_at=row.signed_at,
        witness_name=row.witness_name or "",
        signature=row.signature,
        number=row.number,
        text=row.text,
        digest=row.digest,
        cooling_off_until=row.cooling_off_until,
        archived_at=row.archived_at,
        archiver_name=row.archiver_name or "",
        archive_place=row.archive_place,
        void_reason=row.void_reason,
        rewrites_public_id=row.rewrites_public_id,
        anew_public_id=row.anew_public_id,
        policy_version_id=PolicyVersionID(row.policy_version_id),
    )
