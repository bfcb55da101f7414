"""A sale's row: decided under the day's policy, written with its card and its trace."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from clubsales import audit
from clubsales.actor import Actor, Role
from clubsales.clock import Instant
from clubsales.db import insert_row
from clubsales.errors import refuse
from clubsales.ids import AccountID, CardID, ConsultantID, PersonID, SaleID
from clubsales.membership.cards import operations as cards
from clubsales.membership.catalogue.queries import CardTypeView
from clubsales.membership.catalogue.rules import CatalogueRefused, DiscountPolicy, PriceFacts, may_sell_at
from clubsales.membership.sales import queries
from clubsales.membership.sales.events import SaleOpened
from clubsales.membership.sales.models import SaleRow
from clubsales.membership.sales.rules import SaleKind, SaleRefused, makes_card
from clubsales.money import Money
from clubsales.policies import Policy


@dataclass(frozen=True, slots=True, kw_only=True)
class Approver:
    """Who stands behind a discount beside the seller."""

    account_id: AccountID
    roles: frozenset[Role]


def new_deal(
    card_type: CardTypeView,
    *,
    price: Money | None,
    kind: SaleKind,
    policy: Policy,
    approver: Approver | None,
    actor: Actor,
    at: Instant,
) -> SaleRow:
    """A sale's row, decided and not yet written."""
    if not card_type.on_sale:
        refuse(CatalogueRefused.NOT_ON_SALE, name=card_type.name).or_raise()
    asked = card_type.price if price is None else price
    if asked is None:
        refuse(SaleRefused.PRICE_NEEDED, name=card_type.name).or_raise()
    if asked.currency != card_type.currency or asked.minor < 0:
        refuse(SaleRefused.CURRENCY, currency=card_type.currency).or_raise()
    facts = PriceFacts(
        price=asked,
        list_price=card_type.price,
        floor_price=card_type.floor_price,
        no_discount=card_type.no_discount,
        seller_roles=actor.roles,
        approver_roles=approver.roles if approver else frozenset(),
    )
    may_sell_at(facts, policy.read("discount", DiscountPolicy)).or_raise()
    return SaleRow(
        club_id=actor.club.id,
        card_type_id=card_type.id,
        card_type_name=card_type.name,
        card_type_name_en=card_type.name_en,
        kind=kind.value,
        currency=card_type.currency,
        list_price_minor=None if card_type.price is None else card_type.price.minor,
        price_minor=asked.minor,
        set_up_fee_minor=min(card_type.set_up_fee.minor, asked.minor),
        person_id=None,
        reception_id=None,
        consultant_id=None,
        discount_approved_by=approver.account_id if approver else None,
        opened_at=at,
        opened_by=actor.account_id,
        policy_version_id=policy.version_id,
    )


def write_deal(
    session: Session,
    sale: SaleRow,
    card_type: CardTypeView,
    actor: Actor,
    at: Instant,
    *,
    is_paid: bool = False,
) -> CardID | None:
    """Write the sale with its card, which waits for the money or starts with it."""
    insert_row(session, sale)
    if not makes_card(SaleKind(sale.kind), card_type.kind):
        return None
    return cards.prepare(
        session,
        sale_id=SaleID(sale.id),
        card_type=card_type,
        person_id=None if sale.person_id is None else PersonID(sale.person_id),
        is_paid=is_paid,
        actor=actor,
        at=at,
    )


def trace_deal(session: Session, sale: SaleRow, card_type: CardTypeView, actor: Actor, at: Instant) -> None:
    """Leave the trace of a sale that waits for its money."""
    event = SaleOpened(
        SaleID(sale.id),
        card_type.id,
        sale.kind,
        audit.money_fact(queries.balance_of(sale).price),
        "" if card_type.price is None else audit.money_fact(card_type.price),
        None if sale.person_id is None else PersonID(sale.person_id),
        None if sale.consultant_id is None else ConsultantID(sale.consultant_id),
        None if sale.discount_approved_by is None else AccountID(sale.discount_approved_by),
    )
    audit.record(session, event, actor=actor, at=at)
