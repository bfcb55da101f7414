"""Requests for money back, and what became of them."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.actor import Actor, Club
from clubsales.auth.permissions import Permission, may
from clubsales.auth.tables import ACCOUNT
from clubsales.clock import Instant, local_day
from clubsales.db import table_of
from clubsales.errors import NotFound
from clubsales.ids import AccountID, CardID, ClubID, RefundRequestID, SaleID
from clubsales.membership.approvals import queries as approvals
from clubsales.membership.approvals.rules import Form
from clubsales.membership.cards import behind
from clubsales.membership.cards import queries as cards
from clubsales.membership.payments import queries as payments
from clubsales.membership.payments.rules import Method, RefundStatus
from clubsales.membership.returns.models import RefundRequestRow
from clubsales.membership.returns.quotes import policy_for
from clubsales.membership.returns.rules import Line, RefundBasis, ReturnState
from clubsales.money import Currency, Money

REQUEST = table_of(RefundRequestRow)
# Known by table name, as the database knows it: services stand beside this subject.
service = sa.table("card_service", sa.column("card_id"), sa.column("state"))
sale = sa.table("sale", *(sa.column(each) for each in ("id", "public_id", "club_id", "consultant_id")))
consultant = sa.table("consultant", sa.column("id"), sa.column("account_id"))
CARD = sa.table("card", *(sa.column(each) for each in ("id", "public_id", "name", "name_en", "person_id")))
PERSON = sa.table("person", sa.column("id"), sa.column("name"))
ROUND = 1  # a request is answered once; after a no another one is asked
OPEN = (ReturnState.ASKED.value, ReturnState.APPROVED.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class GoneBack:
    """A part of a payout: the way it goes, and whether it is there."""

    sale: str  # public id
    is_here: bool  # whether it is a sale of the club that looks
    method: Method
    amount: Money
    status: RefundStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestView:
    """A request for money back."""

    id: RefundRequestID
    public_id: str
    sale_id: SaleID
    card_id: CardID
    card: str  # public id
    card_name: str
    card_name_en: str
    holder: str
    state: ReturnState
    basis: RefundBasis
    amount: Money
    reckoned: Money
    lines: tuple[Line, ...]
    ends_card: bool
    units: int | None
    reason: str
    answer: str
    asked_at: Instant
    asked_by: AccountID | None
    asker: str  # empty: by whoever has the card's link
    due_on: date
    paid_at: Instant | None

    def is_overdue(self, today: date) -> bool:
        """Whether the money should have been back by now."""
        return self.state.value in OPEN and self.due_on < today

    def card_in(self, language: str) -> str:
        """The card's name in a language of ours."""
        return self.card_name_en if language.startswith("en") and self.card_name_en else self.card_name


def open_of_card(session: Session, card_id: CardID) -> RequestView | None:
    """The request that waits for an answer or for its payout."""
    rows = _views(session, RefundRequestRow.card_id == card_id, RefundRequestRow.state.in_(OPEN))
    return rows[0] if rows else None


def of_card(session: Session, card_id: CardID) -> list[RequestView]:
    """What was asked back for a card, the newest first."""
    return _views(session, RefundRequestRow.card_id == card_id)


def by_public_id(session: Session, club_id: ClubID, public_id: str) -> RequestView:
    """A request of the club; raises NotFound."""
    if not cards.is_plain(public_id):
        raise NotFound
    found = _views(session, RefundRequestRow.club_id == club_id, RefundRequestRow.public_id == public_id)
    if not found:
        raise NotFound
    return found[0]


def open_in_club(session: Session, club_id: ClubID) -> list[RequestView]:
    """What waits, by the day it is due."""
    found = _views(session, RefundRequestRow.club_id == club_id, RefundRequestRow.state.in_(OPEN))
    return sorted(found, key=lambda each: (each.due_on, each.asked_at))


def closed_in_club(session: Session, club_id: ClubID, *, most: int) -> list[RequestView]:
    """What was answered or paid lately, the newest first."""
    return _views(
        session, RefundRequestRow.club_id == club_id, RefundRequestRow.state.not_in(OPEN), most=most
    )


def seller_account(session: Session, sale_id: SaleID) -> AccountID | None:
    """The account of the consultant on a sale."""
    found: int | None = session.execute(
        sa.select(consultant.c.account_id)
        .join_from(sale, consultant, consultant.c.id == sale.c.consultant_id)
        .where(sale.c.id == sale_id)
    ).scalar_one_or_none()
    return None if found is None else AccountID(found)


def _views(
    session: Session, *conditions: sa.ColumnElement[bool], most: int | None = None
) -> list[RequestView]:
    statement = (
        sa.select(
            REQUEST,
            CARD.c.public_id.label("card"),
            CARD.c.name.label("card_name"),
            CARD.c.name_en.label("card_name_en"),
            sa.func.coalesce(PERSON.c.name, "").label("holder"),
            sa.func.coalesce(ACCOUNT.c.name, "").label("asker"),
        )
        .join_from(REQUEST, CARD, CARD.c.id == REQUEST.c.card_id)
        .outerjoin(PERSON, PERSON.c.id == CARD.c.person_id)
        .outerjoin(ACCOUNT, ACCOUNT.c.id == REQUEST.c.asked_by)
        .where(*conditions)
        .order_by(REQUEST.c.asked_at.desc(), REQUEST.c.id.desc())
        .limit(most)
    )
    return [_view(row) for row in session.execute(statement)]


def _view(row: Any) -> RequestView:
    currency = Currency(row.currency)
    return RequestView(
        id=RefundRequestID(row.id),
        public_id=row.public_id,
        sale_id=SaleID(row.sale_id),
        card_id=CardID(row.card_id),
        card=row.card,
        card_name=row.card_name,
        card_name_en=row.card_name_en,
        holder=row.holder,
        state=ReturnState(row.state),
        basis=RefundBasis(row.basis),
        amount=Money(row.amount_minor, currency),
        reckoned=Money(row.reckoning["reckoned"], currency),
        lines=tuple(Line.restored(each, currency) for each in row.reckoning["lines"]),
        ends_card=row.ends_card,
        units=row.reckoning.get("units"),
        reason=row.reason,
        answer=row.answer,
        asked_at=row.asked_at,
        asked_by=None if row.asked_by is None else AccountID(row.asked_by),
        asker=row.asker,
        due_on=row.due_on,
        paid_at=row.paid_at,
    )


def gone_back(session: Session, request: RequestView, club_id: ClubID) -> list[GoneBack]:
    """What became of a payout, part by part: the provider may still be at it, or have refused."""
    if request.paid_at is None:
        return []
    found = []
    for sale_id in reversed(behind.paid_by_sale(session, request.card_id)):
        names = session.execute(sa.select(sale.c.public_id, sale.c.club_id).where(sale.c.id == sale_id)).one()
        methods = {each.id: each.method for each in payments.of_sale(session, sale_id)}
        found += [
            GoneBack(
                sale=names.public_id,
                is_here=names.club_id == club_id,
                method=methods[each.payment_id],
                amount=each.amount,
                status=each.status,
            )
            for each in payments.refunds_of_sale(session, sale_id)
            if each.started_at == request.paid_at
        ]
    return found


def service_waits(session: Session, card_id: CardID) -> bool:
    """Whether something else is being done with a card."""
    waits = service.c.state.in_(("asked", "to_pay"))
    return session.execute(sa.select(sa.exists().where(service.c.card_id == card_id, waits))).scalar_one()


def waiting_for(session: Session, actor: Actor, at: Instant) -> int:
    """How many requests wait for this person's word or for his payout, for his inbox."""
    answers_, pays = may(actor, Permission.FORM_APPROVE), may(actor, Permission.REFUND_MAKE)
    if not (answers_ or pays):
        return 0
    found = open_in_club(session, actor.club.id)
    to_pay = sum(each.state is ReturnState.APPROVED for each in found) if pays else 0
    asked = [each for each in found if each.state is ReturnState.ASKED] if answers_ else []
    if not asked:
        return to_pay
    standing = approvals.Standing(session, actor.club)
    return to_pay + sum(chain_of(session, standing, actor.club, each).waits_for(actor) for each in asked)


def chain_of(
    session: Session, standing: approvals.Standing, club: Club, request: RequestView
) -> approvals.ChainView:
    """Who says yes to a request: whoever asked knew the chain of that day."""
    return approvals.chain_view(
        standing,
        chain=policy_for(session, club, local_day(request.asked_at, club.zone)).approvals,
        given=approvals.answers(session, Form.REFUND.value, request.id, ROUND),
        kept_out=approvals.kept_out(request.asked_by, seller_account(session, request.sale_id)),
    )
