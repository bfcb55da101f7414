"""Sales about a card that is there: what it is renewed, upgraded or transferred for, and fees for services on it.

The card is no new one: `cards.services` carries out what was paid for. A gift beside it may be a card of its own.
"""

from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales import audit
from clubsales.actor import Actor
from clubsales.clock import Instant, local_day
from clubsales.db import insert_row
from clubsales.errors import NotFound, refuse
from clubsales.ids import CardID, CardTypeID, ClubID, ConsultantID, PersonID, ReceptionID, SaleID
from clubsales.membership.cards.models import CardRow
from clubsales.membership.cards.operations import prepare
from clubsales.membership.catalogue import operations as places
from clubsales.membership.catalogue import queries as catalogue
from clubsales.membership.catalogue.models import CardTypeRow
from clubsales.membership.catalogue.offers import Promotion
from clubsales.membership.catalogue.rules import CatalogueRefused, DiscountPolicy, PriceFacts, may_sell_at
from clubsales.membership.discounts.rules import Approver
from clubsales.membership.sales.baskets import DealLine, sold_line
from clubsales.membership.sales.deals import row_of
from clubsales.membership.sales.events import CardSaleOpened, FeeOpened
from clubsales.membership.sales.lines import line_of, write_lines
from clubsales.membership.sales.models import SaleRow
from clubsales.membership.sales.rules import SaleKind, SaleRefused
from clubsales.money import Money
from clubsales.policies import policy_on


def open_fee(
    session: Session,
    *,
    card_id: CardID,
    what: str,
    what_en: str = "",
    amount: Money,
    person_id: PersonID | None,
    consultant_id: ConsultantID | None = None,
    actor: Actor,
    at: Instant,
) -> SaleID:
    """Open the sale a fee is paid by: received, linked and refunded like any other, and nobody's credit.

    Raises NotFound and Refused(SaleRefused.CURRENCY, FEE_AMOUNT).
    """
    card_type_id = _card_type_of(session, card_id, actor)
    if amount.currency != actor.club.currency:
        refuse(SaleRefused.CURRENCY, currency=actor.club.currency).or_raise()
    if amount.minor <= 0:
        refuse(SaleRefused.FEE_AMOUNT).or_raise()
    policy = policy_on(session, actor.club, local_day(at, actor.club.zone))
    sale = SaleRow(
        club_id=actor.club.id,
        card_type_id=card_type_id,
        card_type_name=what,
        card_type_name_en=what_en,
        kind=SaleKind.GOODS.value,
        currency=amount.currency,
        list_price_minor=amount.minor,
        price_minor=amount.minor,
        person_id=person_id,
        reception_id=None,
        consultant_id=consultant_id,
        opened_at=at,
        opened_by=actor.account_id,
        policy_version_id=policy.version_id,
        is_fee=True,
        for_card_id=card_id,
    )
    insert_row(session, sale)
    line = line_of(
        card_type_id=card_type_id,
        name=what,
        name_en=what_en,
        kind=SaleKind.GOODS.value,
        list_price_minor=amount.minor,
        price_minor=amount.minor,
    )
    write_lines(session, SaleID(sale.id), [line])
    event = FeeOpened(SaleID(sale.id), card_id, what, audit.money_fact(amount), person_id)
    audit.record(session, event, actor=actor, at=at)
    return SaleID(sale.id)


def open_service_sale(
    session: Session,
    *,
    kind: SaleKind,
    card_id: CardID,
    card_type_id: CardTypeID,
    price: Money | None = None,
    list_price: Money | None = None,
    offered: Money | None = None,
    trade_in: Money | None = None,
    person_id: PersonID | None,
    reception_id: ReceptionID | None = None,
    consultant_id: ConsultantID | None,
    starts_on: date | None = None,
    promotion: Promotion | None = None,
    gifts: Sequence[DealLine] = (),
    discount_approved_by: Approver | None = None,
    actor: Actor,
    at: Instant,
) -> SaleID:
    """Open the sale by which a card is renewed, upgraded or transferred; no card is made here.

    `price` is what is paid beside the old card's worth (`trade_in`); none: all of the list price that it leaves open.
    `list_price` is given where it is not the price list's of today; a transfer has the one its club sets. `offered` is what
    anybody may sell at, a renewal's price or a promotion's. What is paid and what is traded in together are held against
    the list price. `promotion` is the offer it is sold at, `gifts` what that gives beside. Where nothing is to pay it is
    paid at once, and the caller carries it out.
    An upgrade and a gift take their place of a limited offer, and a renewal with another type than the card's; whoever
    renews with its own, or is given a card, has the card's.
    Raises NotFound, Refused(CatalogueRefused.DISCOUNT, ABOVE_LIST, NOT_ON_SALE, SOLD_OUT) and
    Refused(SaleRefused.CURRENCY, PRICE_NEEDED).
    """
    own_type = _card_type_of(session, card_id, actor)
    today = local_day(at, actor.club.zone)
    policy = policy_on(session, actor.club, today)
    sold_by = _club_of(session, card_type_id) if kind is SaleKind.TRANSFER else actor.club.id
    card_type = catalogue.get(session, sold_by, card_type_id, day=today)
    if kind is not SaleKind.TRANSFER and not card_type.on_sale:
        refuse(CatalogueRefused.NOT_ON_SALE, name=card_type.name).or_raise()
    traded = trade_in or Money.zero(card_type.currency)
    listed = list_price or (None if kind is SaleKind.TRANSFER else card_type.price)
    asked = price
    if asked is None and listed is not None:
        asked = Money(max(listed.minor - traded.minor, 0), listed.currency)
    if asked is None:
        refuse(SaleRefused.PRICE_NEEDED, name=card_type.name).or_raise()
    if asked.currency != card_type.currency or asked.minor < 0:
        refuse(SaleRefused.CURRENCY, currency=card_type.currency).or_raise()
    facts = PriceFacts(
        price=asked + traded,
        list_price=None if listed is None else Money(max(listed.minor, traded.minor), listed.currency),
        floor_price=None if kind is SaleKind.TRANSFER else card_type.floor_price,
        no_discount=card_type.no_discount,
        seller_roles=actor.roles,
        approver_roles=discount_approved_by.roles if discount_approved_by else frozenset(),
        offered=None if offered is None else max(offered, traded, key=lambda each: each.minor),
    )
    may_sell_at(facts, policy.read("discount", DiscountPolicy)).or_raise()
    sale = SaleRow(
        club_id=actor.club.id,
        card_type_id=card_type.id,
        card_type_name=card_type.name,
        card_type_name_en=card_type.name_en,
        kind=kind.value,
        currency=card_type.currency,
        list_price_minor=None if listed is None else listed.minor,
        price_minor=asked.minor,
        person_id=person_id,
        reception_id=reception_id,
        consultant_id=consultant_id,
        discount_approved_by=discount_approved_by.account_id if discount_approved_by else None,
        opened_at=at,
        opened_by=actor.account_id,
        paid_at=None if asked else at,
        policy_version_id=policy.version_id,
        for_card_id=card_id,
        trade_in_minor=traded.minor,
        starts_on=starts_on,
    )
    takes_place = kind is SaleKind.UPGRADE or (kind is SaleKind.RENEWAL and card_type.id != own_type)
    taking = [gift.card_type for gift in gifts] + ([card_type] if takes_place else [])
    for one in sorted(taking, key=lambda each: each.id):  # in one order, as deals do
        if one.quota is not None:
            places.take_place(session, card_type_id=one.id, actor=actor)
    insert_row(session, sale)
    line = line_of(
        card_type_id=card_type.id,
        name=card_type.name,
        name_en=card_type.name_en,
        kind=card_type.kind.value,
        list_price_minor=sale.list_price_minor,
        price_minor=asked.minor,
        days=card_type.days,
        visits=card_type.visits,
        promotion_id=None if promotion is None else promotion.id,
    )
    write_lines(session, SaleID(sale.id), [line, *(row_of(gift, None) for gift in gifts)])
    for number, gift in enumerate(gifts, start=2):
        if gift.makes_card:
            prepare(
                session,
                sale_id=SaleID(sale.id),
                line=sold_line(number, gift),
                person_id=person_id,
                is_paid=not asked,
                actor=actor,
                at=at,
            )
    event = CardSaleOpened(
        SaleID(sale.id),
        card_id,
        kind.value,
        audit.money_fact(asked),
        "" if listed is None else audit.money_fact(listed),
        audit.money_fact(traded),
        person_id,
        consultant_id,
    )
    audit.record(session, event, actor=actor, at=at)
    return SaleID(sale.id)


def _club_of(session: Session, card_type_id: CardTypeID) -> ClubID:
    """Whose price list a card type stands on: a card that moved is still what another club sold."""
    found = session.execute(sa.select(CardTypeRow.club_id).where(CardTypeRow.id == card_type_id)).scalar_one()
    return ClubID(found)


def _card_type_of(session: Session, card_id: CardID, actor: Actor) -> CardTypeID:
    """What a card of this club was sold as; raises NotFound."""
    found = session.execute(
        sa.select(sa.func.coalesce(CardRow.card_type_id, SaleRow.card_type_id))
        .join(SaleRow, SaleRow.id == CardRow.sale_id)
        .where(CardRow.id == card_id, CardRow.club_id == actor.club.id)
    ).scalar_one_or_none()
    if found is None:
        raise NotFound
    return CardTypeID(found)
