"""A deal: its lines found on the price list, decided under the day's policy, written with its cards and its trace."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from clubsales import audit
from clubsales.actor import Actor
from clubsales.clock import Instant, local_day
from clubsales.db import insert_row
from clubsales.errors import refuse
from clubsales.ids import AccountID, CardID, CardTypeID, ConsultantID, PersonID, SaleID
from clubsales.membership.cards import operations as cards
from clubsales.membership.catalogue import operations as places
from clubsales.membership.catalogue import queries as catalogue
from clubsales.membership.catalogue.card_types import CardTypeView
from clubsales.membership.catalogue.offers import offer_for
from clubsales.membership.catalogue.rules import CardKind, CatalogueRefused, DiscountPolicy
from clubsales.membership.discounts.rules import Approver
from clubsales.membership.sales import queries
from clubsales.membership.sales.authority import may_sell_deal
from clubsales.membership.sales.baskets import (
    DealLine,
    Found,
    LineWish,
    dearest,
    gift_of,
    may_list,
    may_start,
    numbered,
    pieces_of,
    sold_line,
)
from clubsales.membership.sales.events import SaleOpened
from clubsales.membership.sales.lines import line_of, write_lines
from clubsales.membership.sales.models import SaleRow
from clubsales.membership.sales.rules import SaleKind
from clubsales.money import Money
from clubsales.policies import Policy

NOTHING_KNOWN: Mapping[str, CardTypeView] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Deal:
    """A sale's row and its lines, decided and not yet written."""

    sale: SaleRow
    lines: tuple[DealLine, ...]

    @property
    def list_price(self) -> Money | None:
        """What all of it costs by the list; none where something has no list price."""
        minor = self.sale.list_price_minor
        return None if minor is None else Money(minor, self.lines[0].price.currency)


def find_lines(
    session: Session,
    wishes: Sequence[LineWish],
    *,
    kind: SaleKind,
    actor: Actor,
    today: date,
    known: Mapping[str, CardTypeView] = NOTHING_KNOWN,
) -> tuple[Found, ...]:
    """What is asked for, as the price list of the day has it, with the gifts that its offers bring.

    `known` has been read in this club already. Raises NotFound, Refused(CatalogueRefused.NOT_ON_SALE) and what
    `may_list` refuses.
    """
    may_list(wishes).or_raise()
    read = dict(known)
    club_id = actor.club.id
    for wish in wishes:
        if wish.card_type not in read:
            read[wish.card_type] = catalogue.by_public_id(session, club_id, wish.card_type, day=today)
    promoted = any(card_type.is_promoted for card_type in read.values())
    promotions = catalogue.promotions_on(session, club_id, today) if promoted else ()
    found = []
    for wish in wishes:
        card_type = read[wish.card_type]
        if not card_type.on_sale:
            refuse(CatalogueRefused.NOT_ON_SALE, name=card_type.name).or_raise()
        items = (
            catalogue.package_items(session, club_id, card_type.id, day=today)
            if card_type.kind is CardKind.PACKAGE
            else ()
        )
        offer = offer_for(card_type, kind.value, promotions)
        found.append(Found(wish=wish, card_type=card_type, offer=offer, items=items))
    return (*found, *_gifts_of_offers(session, found, actor=actor, today=today))


def _gifts_of_offers(
    session: Session, found: Sequence[Found], *, actor: Actor, today: date
) -> Iterator[Found]:
    """What published offers give beside the cards that are sold at them."""
    for one in found:
        promotion = one.offer.promotion
        if promotion is None or promotion.gift_card_type_id is None or one.wish.is_gift:
            continue
        if one.wish.price is not None and one.offer.price is not None and one.wish.price < one.offer.price:
            continue
        gift = catalogue.get(session, actor.club.id, promotion.gift_card_type_id, day=today)
        yield gift_of(promotion, gift, one.wish.quantity)


def new_deal(
    found: Sequence[Found],
    *,
    kind: SaleKind,
    policy: Policy,
    approver: Approver | None,
    granted_by: AccountID | None = None,
    actor: Actor,
    at: Instant,
) -> Deal:
    """A sale's row and lines, decided and not yet written.

    An approver stands behind every line; whoever granted a request only behind the line that uses it.
    Raises Refused(CatalogueRefused.DISCOUNT, ABOVE_LIST) and SaleRefused of prices, gifts and starts.
    """
    today = local_day(at, actor.club.zone)
    for one in found:
        may_start(one, today=today).or_raise()
    lines = tuple(line for one in found for line in pieces_of(one))
    may_sell_deal(
        lines,
        seller_roles=actor.roles,
        approver_roles=approver.roles if approver else frozenset(),
        policy=policy.read("discount", DiscountPolicy),
    ).or_raise()
    first, paid_by = lines[0].card_type, dearest(lines).card_type
    listed = [line.list_price for line in lines if line.list_price is not None]
    sale = SaleRow(
        club_id=actor.club.id,
        card_type_id=paid_by.id,
        card_type_name=first.name,
        card_type_name_en=first.name_en,
        kind=(SaleKind.GOODS if _are_goods(lines) else kind).value,
        currency=first.currency,
        list_price_minor=sum(price.minor for price in listed) if len(listed) == len(lines) else None,
        price_minor=sum(line.price.minor for line in lines),
        set_up_fee_minor=sum(line.set_up_fee.minor for line in lines),
        person_id=None,
        reception_id=None,
        consultant_id=None,
        discount_approved_by=approver.account_id if approver else granted_by,
        opened_at=at,
        opened_by=actor.account_id,
        starts_on=next((one.wish.starts_on for one in found if one.wish.starts_on is not None), None),
        policy_version_id=policy.version_id,
    )
    return Deal(sale=sale, lines=lines)


def take_places(session: Session, deal: Deal, *, actor: Actor) -> None:
    """Take a limited offer's places, one statement each. Raises Refused(CatalogueRefused.SOLD_OUT)."""
    wanted: dict[CardTypeID, int] = {}
    for _, _, line in numbered(deal.lines):
        if line.card_type.quota is not None:
            wanted[line.card_type.id] = wanted.get(line.card_type.id, 0) + line.quantity
    for card_type_id, quantity in sorted(wanted.items()):  # in one order, or two deals wait for each other
        places.take_place(session, card_type_id=card_type_id, quantity=quantity, actor=actor)


def write_deal(
    session: Session, deal: Deal, actor: Actor, at: Instant, *, is_paid: bool = False
) -> tuple[CardID, ...]:
    """Write the sale with its lines and cards, which wait for the money or start with it."""
    sale = deal.sale
    insert_row(session, sale)
    sale_id = SaleID(sale.id)
    write_lines(session, sale_id, [row_of(line, part_of) for _, part_of, line in numbered(deal.lines)])
    if sale.kind == SaleKind.GOODS:
        return ()
    made = (
        cards.prepare(
            session,
            sale_id=sale_id,
            line=sold_line(number, line),
            person_id=None if sale.person_id is None else PersonID(sale.person_id),
            is_paid=is_paid,
            actor=actor,
            at=at,
        )
        for number, _, line in numbered(deal.lines)
        if line.makes_card
    )
    return tuple(card_id for card_id in made if card_id is not None)


def trace_deal(session: Session, deal: Deal, actor: Actor, at: Instant) -> None:
    """Leave the trace of a sale that waits for its money."""
    sale = deal.sale
    event = SaleOpened(
        SaleID(sale.id),
        CardTypeID(sale.card_type_id),
        sale.kind,
        audit.money_fact(queries.balance_of(sale).price),
        "" if deal.list_price is None else audit.money_fact(deal.list_price),
        None if sale.person_id is None else PersonID(sale.person_id),
        None if sale.consultant_id is None else ConsultantID(sale.consultant_id),
        None if sale.discount_approved_by is None else AccountID(sale.discount_approved_by),
    )
    audit.record(session, event, actor=actor, at=at)


def row_of(line: DealLine, part_of: int | None) -> dict[str, object]:
    """A line's values as they are written."""
    card_type, value = line.card_type, line.value
    return line_of(
        part_of=part_of,
        card_type_id=card_type.id,
        name=card_type.name,
        name_en=card_type.name_en,
        kind=card_type.kind.value,
        quantity=line.quantity,
        list_price_minor=None if line.list_price is None else line.list_price.minor,
        price_minor=line.price.minor,
        set_up_fee_minor=line.set_up_fee.minor,
        is_gift=line.is_gift,
        gift_reason=line.gift_reason,
        promotion_id=None if line.promotion is None else line.promotion.id,
        days=card_type.days,
        visits=card_type.visits,
        value_minor=None if value is None else value.minor,
        terms=card_type.terms.to_json(),
    )


def _are_goods(lines: Sequence[DealLine]) -> bool:
    """Goods alone are no card deal; a package is what it holds."""
    return all(part.card_type.kind is CardKind.GOODS for _, _, part in numbered(lines) if not part.parts)
