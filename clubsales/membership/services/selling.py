"""More for a card, and a better card: what it costs, what an offer adds, what a law allows, and the sale that pays for it."""

from collections.abc import Sequence

from clubsales.errors import refuse
from clubsales.ids import CardID, DiscountRequestID
from clubsales.membership.cards import operations as card_operations
from clubsales.membership.cards.keeping import keep_by_public_id
from clubsales.membership.cards.operations import may_renew_with
from clubsales.membership.cards.rules import CardRefused, SoldLine, must_live
from clubsales.membership.catalogue import queries as catalogue
from clubsales.membership.catalogue.card_types import CardTypeView
from clubsales.membership.catalogue.offers import Offer, Promotion, offer_for
from clubsales.membership.catalogue.rules import CardKind
from clubsales.membership.discounts import operations as discounts
from clubsales.membership.discounts.rules import Approver
from clubsales.membership.prepaid import queries as prepaid
from clubsales.membership.prepaid.rules import PrepaidLine
from clubsales.membership.sales.baskets import DealLine, gift_of, pieces_of
from clubsales.membership.sales.card_sales import open_service_sale
from clubsales.membership.sales.rules import SaleKind
from clubsales.membership.services.queries import renews, worth_of
from clubsales.membership.services.rules import ServiceRefused, may_upgrade
from clubsales.membership.services.wishes import Asked, Order
from clubsales.money import Money
from clubsales.policies import policy_on


def renewal(asked: Asked) -> Order:
    """More of what the card gives, at the renewal price while its terms keep it, or at what somebody granted."""
    session, card, wish = asked.session, asked.card, asked.wish
    card_type = _card_type(asked)
    cheap = card.card_terms.keeps_renewal_price(valid_until=card.valid_until, today=asked.today)
    offer = _offer(asked, card_type, SaleKind.RENEWAL if cheap else SaleKind.NEW)
    price = wish.price or offer.price
    if price is None:
        refuse(ServiceRefused.MISSING).or_raise()
    # An offer's extras go with its price or a higher one.
    promotion = offer.promotion if offer.price is not None and offer.price <= price else None
    line = _line(asked, card_type, price, promotion)
    must_live(card.status).or_raise()
    if not renews(card, card_type):
        refuse(ServiceRefused.OPENS_OTHERWISE, name=card_type.name).or_raise()
    may_renew_with(keep_by_public_id(session, card.public_id, actor=asked.actor, at=asked.at).row, line)
    gifts = _gifts(asked, promotion)
    _may_prepay(asked, card_type, price, promotion, gifts=gifts)
    request_id, approver = _granted(asked, card_type, price)
    sale_id = open_service_sale(
        session,
        kind=SaleKind.RENEWAL,
        card_id=card.id,
        card_type_id=card_type.id,
        price=price,
        offered=offer.price if approver is None else price,
        promotion=promotion,
        gifts=gifts,
        discount_approved_by=approver,
        person_id=card.person_id,
        consultant_id=asked.consultant_id,
        starts_on=wish.starts_on,
        actor=asked.actor,
        at=asked.at,
    )
    if request_id is not None:
        discounts.mark_used(session, request_id=request_id, sale_id=sale_id, actor=asked.actor, at=asked.at)
    return Order({"line": line.to_json()}, sale_id)


def upgrade(asked: Asked) -> Order:
    """A better card, for its price less what is unused of this one."""
    card = asked.card
    must_live(card.status).or_raise()
    card_type = _card_type(asked)
    if card_type.kind in (CardKind.GOODS, CardKind.PACKAGE):
        refuse(CardRefused.OTHER_KIND).or_raise()
    offer = _offer(asked, card_type, SaleKind.UPGRADE)
    if offer.price is None:
        refuse(ServiceRefused.MISSING).or_raise()
    worth = worth_of(asked.session, asked.actor.club, card, asked.at)
    trade_in = worth.unused
    may_upgrade(price=offer.price, trade_in=trade_in).or_raise()
    price = offer.price - trade_in
    gifts = _gifts(asked, offer.promotion)
    _may_prepay(asked, card_type, offer.price, offer.promotion, gifts=gifts, instead_of=card.id)
    line = _line(asked, card_type, price, offer.promotion)
    sale_id = open_service_sale(
        asked.session,
        kind=SaleKind.UPGRADE,
        card_id=card.id,
        card_type_id=card_type.id,
        price=price,
        offered=offer.price,
        trade_in=trade_in,
        promotion=offer.promotion,
        gifts=gifts,
        person_id=card.person_id,
        consultant_id=asked.consultant_id,
        starts_on=asked.wish.starts_on,
        actor=asked.actor,
        at=asked.at,
    )
    return Order({"line": line.to_json(), "trade_in_minor": trade_in.minor}, sale_id)


def _card_type(asked: Asked) -> CardTypeView:
    return catalogue.by_public_id(asked.session, asked.actor.club.id, asked.wish.card_type, day=asked.today)


def _offer(asked: Asked, card_type: CardTypeView, kind: SaleKind) -> Offer:
    promotions = catalogue.promotions_on(asked.session, asked.actor.club.id, asked.today)
    return offer_for(card_type, kind.value, promotions)


def _line(asked: Asked, card_type: CardTypeView, price: Money, promotion: Promotion | None) -> SoldLine:
    """What the card is given for the price, with what an offer adds."""
    return card_operations.line_of(
        card_type,
        paid_minor=price.minor,
        starts_on=asked.wish.starts_on,
        extra_days=promotion.extra_days if promotion else 0,
        extra_visits=promotion.extra_visits if promotion else 0,
    )


def _granted(
    asked: Asked, card_type: CardTypeView, price: Money
) -> tuple[DiscountRequestID | None, Approver | None]:
    """The discount request that allows the price, and who granted it; raises what `discounts.use` refuses."""
    if not asked.wish.request:
        return None, None
    return discounts.use(
        asked.session,
        request_public_id=asked.wish.request,
        card_type_id=card_type.id,
        price=price,
        person_id=asked.card.person_id,
        actor=asked.actor,
        at=asked.at,
    )


def _gifts(asked: Asked, promotion: Promotion | None) -> tuple[DealLine, ...]:
    """What the offer gives beside the card, as with a new one."""
    if promotion is None or promotion.gift_card_type_id is None:
        return ()
    gift = catalogue.get(asked.session, asked.actor.club.id, promotion.gift_card_type_id, day=asked.today)
    return tuple(pieces_of(gift_of(promotion, gift)))


def _may_prepay(
    asked: Asked,
    card_type: CardTypeView,
    price: Money,
    promotion: Promotion | None,
    *,
    gifts: Sequence[DealLine],
    instead_of: CardID | None = None,
) -> None:
    """What one buyer may have paid ahead, where a law says so, beside what is left of all he has."""
    paid = PrepaidLine(
        kind=card_type.kind.value,
        are_sessions=card_type.are_sessions,
        amount_minor=price.minor,
        days=card_type.days,
        visits=card_type.visits,
        extra_days=promotion.extra_days if promotion else 0,
        extra_visits=promotion.extra_visits if promotion else 0,
    )
    given = [
        PrepaidLine(
            kind=gift.card_type.kind.value,
            are_sessions=gift.card_type.are_sessions,
            amount_minor=0,
            days=gift.card_type.days,
            visits=gift.card_type.visits,
        )
        for gift in gifts
        if gift.makes_card
    ]
    club, today = asked.actor.club, asked.today
    prepaid.guard(
        asked.session,
        club,
        person_id=asked.card.person_id,
        lines=[paid, *given],
        policy=policy_on(asked.session, club, today),
        day=today,
        instead_of=instead_of,
    ).or_raise()
