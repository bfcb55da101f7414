"""What a buyer has paid ahead and not used, over all cards in all clubs of the organisation."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.actor import Club
from clubsales.clubs import ClubRow
from clubsales.db import table_of
from clubsales.errors import Decision, allow
from clubsales.ids import CardID, OrganisationID, PersonID
from clubsales.membership.cards.models import CardGrantRow, CardRow, CardServiceRow
from clubsales.membership.cards.rules import ServiceKind, ServiceState
from clubsales.membership.catalogue.models import CardTypeRow, PromotionRow
from clubsales.membership.prepaid.rules import (
    Cap,
    CardFacts,
    Counted,
    PrepaidLine,
    PrepaidPolicy,
    caps,
    counted_card,
    counted_line,
    may_prepay,
)
from clubsales.policies import Policy, policy_on

CLUB = table_of(ClubRow)
CARD = table_of(CardRow)
GRANT = table_of(CardGrantRow)
SERVICE = table_of(CardServiceRow)
CARD_TYPE, PROMOTION = table_of(CardTypeRow), table_of(PromotionRow)
# Sales stand above this subject.
SALE = sa.table(
    "sale",
    *(
        sa.column(name, sa.BigInteger)
        for name in ("id", "club_id", "person_id", "received_minor", "refunded_minor", "trade_in_minor")
    ),
    sa.column("is_fee", sa.Boolean),
    sa.column("kind", sa.String),
    *(sa.column(name, sa.DateTime(timezone=True)) for name in ("paid_at", "closed_at")),
)
LINE = sa.table(
    "sale_line",
    *(
        sa.column(name, sa.BigInteger)
        for name in ("sale_id", "line", "card_type_id", "quantity", "price_minor", "promotion_id")
    ),
    *(sa.column(name, sa.Integer) for name in ("days", "visits")),
    sa.column("is_gift", sa.Boolean),
    sa.column("kind", sa.String),
)
GRANTED = (
    sa.select(
        sa.func.sum(GRANT.c.paid_minor).label("paid"),
        sa.func.sum(GRANT.c.days).label("days"),
        GRANT.c.card_id,
    )
    .group_by(GRANT.c.card_id)
    .subquery("granted")
)
CARDS = (
    sa.select(
        CARD.c.kind,
        CARD.c.are_sessions,
        CARD.c.valid_from,
        CARD.c.valid_until,
        CARD.c.frozen_on,
        CARD.c.visits_total,
        CARD.c.visits_left,
        CARD.c.value_total_minor,
        CARD.c.value_left_minor,
        GRANTED.c.paid,
        GRANTED.c.days,
    )
    .join(CLUB, CLUB.c.id == CARD.c.club_id)
    .join(GRANTED, GRANTED.c.card_id == CARD.c.id)
    .where(CLUB.c.organisation_id == sa.bindparam("organisation_id"), CARD.c.status.in_(("active", "frozen")))
)
# A deal that waits for its money will be paid ahead as a whole; one that is closed or was given back will not.
IS_OPEN = sa.and_(
    SALE.c.paid_at.is_(None),
    SALE.c.closed_at.is_(None),
    sa.or_(SALE.c.refunded_minor == 0, SALE.c.refunded_minor < SALE.c.received_minor),
)
# An upgrade that waits counts as if it were done: the better card with all its price, the old one not.
IS_REPLACED = sa.exists().where(
    SERVICE.c.card_id == CARD.c.id,
    SERVICE.c.kind == ServiceKind.UPGRADE,
    SERVICE.c.state == ServiceState.TO_PAY,
    SERVICE.c.sale_id == SALE.c.id,
    IS_OPEN,
)
OF_PERSON = CARDS.where(CARD.c.person_id == sa.bindparam("person_id"), ~IS_REPLACED)
ONE_CARD = CARDS.where(CARD.c.id == sa.bindparam("card_id"))
# What somebody is to be given as soon as its transfer is paid for.
ON_THE_WAY = CARDS.where(
    CARD.c.id.in_(
        sa.select(SERVICE.c.card_id).where(
            SERVICE.c.kind == ServiceKind.TRANSFER,
            SERVICE.c.state.in_((ServiceState.TO_PAY, ServiceState.ASKED)),
            SERVICE.c.facts["person_id"].as_integer() == sa.bindparam("person_id"),
        )
    )
)
# A transfer pays for what is there already.
OF_OPEN_DEALS = (
    sa.select(
        LINE.c.kind,
        LINE.c.quantity,
        LINE.c.days,
        LINE.c.visits,
        PROMOTION.c.extra_days,
        PROMOTION.c.extra_visits,
        CARD_TYPE.c.are_sessions,
        (LINE.c.price_minor + sa.case((LINE.c.line == 1, SALE.c.trade_in_minor), else_=0)).label("amount"),
    )
    .join(SALE, SALE.c.id == LINE.c.sale_id)
    .join(CLUB, CLUB.c.id == SALE.c.club_id)
    .join(CARD_TYPE, CARD_TYPE.c.id == LINE.c.card_type_id)
    .outerjoin(PROMOTION, sa.and_(PROMOTION.c.id == LINE.c.promotion_id, LINE.c.is_gift.is_(False)))
    .where(
        CLUB.c.organisation_id == sa.bindparam("organisation_id"),
        SALE.c.person_id == sa.bindparam("person_id"),
        IS_OPEN,
        SALE.c.is_fee.is_(False),
        SALE.c.kind != "transfer",
        LINE.c.kind != "package",  # its items stand beside it
    )
)


def guard(
    session: Session,
    club: Club,
    *,
    person_id: PersonID | None,
    lines: Sequence[PrepaidLine],
    policy: Policy,
    day: date,
    instead_of: CardID | None = None,
) -> Decision:
    """Whether a buyer may pay for these lines ahead, beside what is left of all he has; Refused as PrepaidRefused.

    `instead_of`: the card that goes for them; only what they are more than is left of it is asked for. Somebody nobody
    knows has no other cards. Asks the database nothing where the guard is off.
    """
    settings = policy.read("prepaid", PrepaidPolicy)
    if not settings.is_in_force(day):
        return allow()
    asked = sum((counted_line(line) for line in lines), Counted())
    if instead_of is not None:
        asked -= _left_of(session, club, instead_of, day)
    return _may_have(session, club, person_id, asked, settings, day)


def guard_receiver(
    session: Session, club: Club, *, person_id: PersonID, card_id: CardID, policy: Policy, day: date
) -> Decision:
    """Whether somebody may be given a card: what is left of it is paid ahead for him then; Refused as PrepaidRefused."""
    settings = policy.read("prepaid", PrepaidPolicy)
    if not settings.is_in_force(day):
        return allow()
    return _may_have(session, club, person_id, _left_of(session, club, card_id, day), settings, day)


def limits(
    session: Session,
    club: Club,
    *,
    person_id: PersonID | None,
    asked: Counted,
    settings: PrepaidPolicy,
    day: date,
) -> tuple[Cap, ...]:
    """Every limit of the law, what remains of the buyer's cards and deals, and what is asked for."""
    remains = Counted() if person_id is None else remaining(session, club.organisation_id, person_id, day)
    return caps(settings, remains=remains, asked=asked, currency=club.currency, day=day)


def room(session: Session, club: Club, *, person_id: PersonID | None, day: date) -> tuple[Cap, ...]:
    """What a buyer may still pay ahead under each limit; empty where the guard is off."""
    settings = policy_on(session, club, day).read("prepaid", PrepaidPolicy)
    if not settings.is_in_force(day):
        return ()
    return limits(session, club, person_id=person_id, asked=Counted(), settings=settings, day=day)


def remaining(session: Session, organisation_id: OrganisationID, person_id: PersonID, day: date) -> Counted:
    """What a person has paid ahead and not used, and what transfers and deals that wait for money will add."""
    whose = {"organisation_id": organisation_id, "person_id": person_id}
    rows = [row for which in (OF_PERSON, ON_THE_WAY) for row in session.execute(which, whose).all()]
    cards = (counted_card(_card(row, day), day) for row in rows)
    deals = (counted_line(_line(row)) for row in session.execute(OF_OPEN_DEALS, whose).all())
    return sum((*cards, *deals), Counted())


def _left_of(session: Session, club: Club, card_id: CardID, day: date) -> Counted:
    which = {"organisation_id": club.organisation_id, "card_id": card_id}
    left = (counted_card(_card(row, day), day) for row in session.execute(ONE_CARD, which).all())
    return sum(left, Counted())


def _may_have(
    session: Session,
    club: Club,
    person_id: PersonID | None,
    asked: Counted,
    settings: PrepaidPolicy,
    day: date,
) -> Decision:
    return may_prepay(
        limits(session, club, person_id=person_id, asked=asked, settings=settings, day=day),
        months=settings.membership_months,
        currency=club.currency,
    )


def _card(row: Any, day: date) -> CardFacts:
    begins = row.valid_from if row.valid_from is None else max(row.valid_from, row.frozen_on or day)
    return CardFacts(
        kind=row.kind,
        are_sessions=row.are_sessions,
        paid_minor=row.paid,
        days=row.days,
        valid_until=row.valid_until,
        counts_from=begins,
        visits_total=row.visits_total,
        visits_left=row.visits_left,
        value_total_minor=row.value_total_minor,
        value_left_minor=row.value_left_minor,
    )


def _line(row: Any) -> PrepaidLine:
    return PrepaidLine(
        kind=row.kind,
        are_sessions=row.are_sessions,
        amount_minor=row.amount,
        days=None if row.days is None else row.days * row.quantity,
        visits=None if row.visits is None else row.visits * row.quantity,
        extra_days=(row.extra_days or 0) * row.quantity,
        extra_visits=(row.extra_visits or 0) * row.quantity,
    )
