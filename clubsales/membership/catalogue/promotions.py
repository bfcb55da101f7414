"""Published offers of some days (PRC-10): read, published, withdrawn. What runs is never edited."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales import audit
from clubsales.actor import Actor
from clubsales.auth.rules import may_be_public_id
from clubsales.clock import Instant, local_day
from clubsales.errors import NotFound
from clubsales.ids import ClubID, PromotionID
from clubsales.membership.catalogue.events import PromotionPublished, PromotionWithdrawn
from clubsales.membership.catalogue.models import PromotionRow
from clubsales.membership.catalogue.offers import NewPromotion, Promotion, may_promote
from clubsales.membership.catalogue.queries import OFFERS, PROMOTION, promotion_of

MOST_SHOWN = 200


def by_public_id(session: Session, club_id: ClubID, public_id: str) -> Promotion:
    """An offer of the club; raises NotFound."""
    if not may_be_public_id(public_id):
        raise NotFound
    row = session.execute(
        OFFERS.where(PROMOTION.c.public_id == public_id), {"club_id": club_id}
    ).one_or_none()
    if row is None:
        raise NotFound
    return promotion_of(row)


def of_club(session: Session, club_id: ClubID, *, today: date) -> tuple[list[Promotion], list[Promotion]]:
    """What runs or is to come, the first to end first; and what is over or was withdrawn, the latest first."""
    rows = session.execute(OFFERS.order_by(PROMOTION.c.id.desc()).limit(MOST_SHOWN), {"club_id": club_id})
    found = [promotion_of(row) for row in rows]
    live = [each for each in found if not each.is_withdrawn and today <= each.last_day]
    over = [each for each in found if each.is_withdrawn or each.last_day < today]
    return sorted(live, key=lambda each: (each.last_day, each.id)), over


def publish(session: Session, *, new: NewPromotion, actor: Actor, at: Instant) -> str:
    """Offer something for some days; returns the public id.

    Raises Refused(CatalogueRefused.PROMOTION_DAYS, PROMOTION_OVER, PROMOTION_EMPTY, PROMOTION_BOTH, PROMOTION_PRICE,
    PROMOTION_NO_DISCOUNT).
    """
    may_promote(new, today=local_day(at, actor.club.zone)).or_raise()
    row = PromotionRow(
        club_id=actor.club.id,
        name=new.name,
        name_en=new.name_en,
        card_type_id=None if new.card_type is None else new.card_type.id,
        sale_kinds=list(new.sale_kinds),
        first_day=new.first_day,
        last_day=new.last_day,
        price_minor=None if new.price is None else new.price.minor,
        discount_bp=new.discount_bp,
        extra_days=new.extra_days,
        extra_visits=new.extra_visits,
        gift_card_type_id=None if new.gift is None else new.gift.id,
        written_at=at,
        written_by=actor.account_id,
    )
    session.add(row)
    session.flush()
    event = PromotionPublished(PromotionID(row.id), row.name, new.first_day, new.last_day)
    audit.record(session, event, actor=actor, at=at)
    return row.public_id


def withdraw(session: Session, *, public_id: str, actor: Actor, at: Instant) -> None:
    """End an offer before its time; what was sold at it stays. Twice is once. Raises NotFound."""
    found = by_public_id(session, actor.club.id, public_id)
    withdrawn = session.execute(
        sa.update(PromotionRow)
        .where(PromotionRow.id == found.id, PromotionRow.withdrawn_at.is_(None))
        .values(withdrawn_at=at, withdrawn_by=actor.account_id)
        .returning(PromotionRow.id)
    ).one_or_none()
    if withdrawn is not None:
        audit.record(session, PromotionWithdrawn(PromotionID(found.id)), actor=actor, at=at)
