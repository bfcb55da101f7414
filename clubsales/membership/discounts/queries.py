"""Reading silent discounts: one's own, those to answer, and who can answer one."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import ROUND_UP, Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.actor import Actor, Club, Role
from clubsales.auth.permissions import Permission, may, permissions_of
from clubsales.auth.rules import may_be_public_id
from clubsales.auth.tables import ACCOUNT, GRANT
from clubsales.clock import Instant, local_day
from clubsales.db import table_of
from clubsales.errors import NotFound
from clubsales.ids import AccountID, CardTypeID, ClubID, DiscountRequestID, PersonID, ReceptionID
from clubsales.membership.catalogue import queries as catalogue
from clubsales.membership.catalogue.models import CardTypeRow
from clubsales.membership.catalogue.rules import DiscountPolicy, PriceFacts
from clubsales.membership.discounts.models import DiscountRequestRow
from clubsales.membership.discounts.rules import Standing, State, reaches, standing
from clubsales.money import Currency, Money
from clubsales.policies import policy_on

REQUEST = table_of(DiscountRequestRow)
CARD_TYPE = table_of(CardTypeRow)
PERSON = sa.table("person", sa.column("id", sa.BigInteger), sa.column("name", sa.String))
# Receptions stand above this subject.
RECEPTION = sa.table(
    "reception",
    *(sa.column(name, sa.BigInteger) for name in ("id", "club_id", "person_id")),
    sa.column("public_id", sa.String),
)
ASKER = ACCOUNT.alias("asker")
ANSWERER = ACCOUNT.alias("answerer")
DAYS_BACK = 30
WHOLE_PERCENT = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestView:
    """A price somebody asked for silently, and what became of it."""

    id: DiscountRequestID
    public_id: str
    card_type_id: CardTypeID
    card_type: str  # public id
    name: str
    name_en: str
    buyer: str  # empty: nobody knows yet
    person_id: PersonID | None
    reception_id: ReceptionID | None
    sale_kind: str
    list_price: Money
    no_discount: bool
    price: Money
    reason: str
    state: State
    asked_at: Instant
    asked_by: AccountID
    asker: str
    expires_at: Instant
    answered_at: Instant | None
    answerer: str
    granted: Money | None
    answer: str
    usable_until: Instant | None
    version: int

    def standing(self, at: Instant) -> Standing:
        """How it stands at a moment."""
        return standing(self.state, self.expires_at, self.usable_until, at)

    def prices(
        self, price: Money, floor_price: Money | None, *, approver_roles: frozenset[Role] = frozenset()
    ) -> PriceFacts:
        """What decides whether a price may be granted for it; the floor price is the day's."""
        return PriceFacts(
            price=price,
            list_price=self.list_price,
            floor_price=floor_price,
            no_discount=self.no_discount,
            seller_roles=frozenset(),
            approver_roles=approver_roles,
        )

    @property
    def percent_off(self) -> str:
        """How much of the list price is asked off, in percent, to two places rounded up: 10.01 is above ten."""
        off = Decimal(self.list_price.minor - self.price.minor) * WHOLE_PERCENT / self.list_price.minor
        return f"{off.quantize(Decimal('0.01'), ROUND_UP).normalize():f}"

    def name_in(self, language: str) -> str:
        """What is sold, in a language."""
        return self.name_en if language.startswith("en") and self.name_en else self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Decider:
    """Somebody who may answer requests; how low is a matter of his roles."""

    account_id: AccountID
    name: str
    roles: frozenset[Role]


def by_public_id(session: Session, actor: Actor, public_id: str) -> RequestView:
    """A request of the club: one's own, or any for whoever may answer. Raises NotFound."""
    if not may_be_public_id(public_id):
        raise NotFound
    row = session.execute(_requests(actor.club.id).where(REQUEST.c.public_id == public_id)).one_or_none()
    if row is None or not (row.asked_by == actor.account_id or may(actor, Permission.DISCOUNT_DECIDE)):
        raise NotFound
    return _view(row)


def recent(session: Session, actor: Actor, at: Instant) -> list[RequestView]:
    """What was asked lately, the newest first: one's own, and all of it for whoever may answer."""
    statement = _requests(actor.club.id).where(REQUEST.c.asked_at > at - timedelta(days=DAYS_BACK))
    if not may(actor, Permission.DISCOUNT_DECIDE):
        statement = statement.where(REQUEST.c.asked_by == actor.account_id)
    rows = session.execute(statement.order_by(REQUEST.c.asked_at.desc(), REQUEST.c.id.desc()).limit(200))
    return [_view(row) for row in rows]


def waiting_for(session: Session, actor: Actor, at: Instant) -> list[RequestView]:
    """What waits for this person's answer now, the first to lapse first: of others, within his authority."""
    if not may(actor, Permission.DISCOUNT_DECIDE):
        return []
    rows = session.execute(
        _requests(actor.club.id)
        .where(
            REQUEST.c.state == State.ASKED.value,
            REQUEST.c.expires_at > at,
            REQUEST.c.asked_by != actor.account_id,
        )
        .order_by(REQUEST.c.expires_at, REQUEST.c.id)
    ).all()
    if not rows:
        return []
    day = local_day(at, actor.club.zone)
    policy = policy_on(session, actor.club, day).read("discount", DiscountPolicy)
    floors = {
        each.id: each.floor_price
        for each in catalogue.price_list(session, actor.club.id, day=day, withdrawn=True)
    }
    found = [_view(row) for row in rows]
    return [
        each
        for each in found
        if reaches(each.prices(each.price, floors.get(each.card_type_id)), actor.roles, policy)
    ]


def guest(session: Session, club_id: ClubID, public_id: str) -> tuple[ReceptionID, PersonID | None]:
    """A guest of the club, and who it is if that is known; raises NotFound."""
    row = session.execute(
        sa.select(RECEPTION.c.id, RECEPTION.c.person_id).where(
            RECEPTION.c.club_id == club_id, RECEPTION.c.public_id == public_id
        )
    ).one_or_none()
    if row is None:
        raise NotFound
    return ReceptionID(row.id), None if row.person_id is None else PersonID(row.person_id)


def deciders(session: Session, club: Club) -> tuple[Decider, ...]:
    """Everybody active with a role in the club, or everywhere, that may answer; by name."""
    roles = [role.value for role in Role if Permission.DISCOUNT_DECIDE in permissions_of(frozenset({role}))]
    rows = session.execute(
        sa.select(ACCOUNT.c.id, ACCOUNT.c.name, GRANT.c.role)
        .join_from(GRANT, ACCOUNT, ACCOUNT.c.id == GRANT.c.account_id)
        .where(
            GRANT.c.role.in_(roles),
            GRANT.c.ended_at.is_(None),
            sa.or_(GRANT.c.club_id == club.id, GRANT.c.club_id.is_(None)),
            ACCOUNT.c.active,
            ACCOUNT.c.organisation_id == club.organisation_id,
        )
        .order_by(ACCOUNT.c.name, ACCOUNT.c.id)
    ).all()
    held: dict[tuple[AccountID, str], set[Role]] = defaultdict(set)
    for row in rows:
        held[AccountID(row.id), row.name].add(Role(row.role))
    return tuple(
        Decider(account_id=account_id, name=name, roles=frozenset(roles_))
        for (account_id, name), roles_ in held.items()
    )


def who_reaches(
    everybody: Sequence[Decider], prices: PriceFacts, policy: DiscountPolicy, *, but: AccountID | None
) -> tuple[Decider, ...]:
    """Those whose authority reaches a price, without whoever asks."""
    return tuple(each for each in everybody if each.account_id != but and reaches(prices, each.roles, policy))


def _requests(club_id: ClubID) -> sa.Select[Any]:
    return (
        sa.select(
            REQUEST,
            CARD_TYPE.c.public_id.label("card_type"),
            CARD_TYPE.c.name,
            CARD_TYPE.c.name_en,
            CARD_TYPE.c.no_discount,
            PERSON.c.name.label("buyer"),
            ASKER.c.name.label("asker"),
            ANSWERER.c.name.label("answerer"),
        )
        .join_from(REQUEST, CARD_TYPE, CARD_TYPE.c.id == REQUEST.c.card_type_id)
        .join(ASKER, ASKER.c.id == REQUEST.c.asked_by)
        .outerjoin(ANSWERER, ANSWERER.c.id == REQUEST.c.answered_by)
        .outerjoin(PERSON, PERSON.c.id == REQUEST.c.person_id)
        .where(REQUEST.c.club_id == club_id)
    )


def _view(row: Any) -> RequestView:
    currency = Currency(row.currency)
    return RequestView(
        id=DiscountRequestID(row.id),
        public_id=row.public_id,
        card_type_id=CardTypeID(row.card_type_id),
        card_type=row.card_type,
        name=row.name,
        name_en=row.name_en,
        buyer=row.buyer or "",
        person_id=None if row.person_id is None else PersonID(row.person_id),
        reception_id=None if row.reception_id is None else ReceptionID(row.reception_id),
        sale_kind=row.sale_kind,
        list_price=Money(row.list_price_minor, currency),
        no_discount=row.no_discount,
        price=Money(row.price_minor, currency),
        reason=row.reason,
        state=State(row.state),
        asked_at=row.asked_at,
        asked_by=AccountID(row.asked_by),
        asker=row.asker,
        expires_at=row.expires_at,
        answered_at=row.answered_at,
        answerer=row.answerer or "",
        granted=None if row.granted_minor is None else Money(row.granted_minor, currency),
        answer=row.answer,
        usable_until=row.usable_until,
        version=row.version,
    )
