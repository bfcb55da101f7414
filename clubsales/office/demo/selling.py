"""Money of the demo: what guests buy, how they pay, what goes back."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial

from clubsales.actor import Actor
from clubsales.clock import Instant
from clubsales.ids import PersonID, ReceptionID, SaleID
from clubsales.membership.payments.rules import (
    SESSION_LIFE,
    Method,
    PaymentNews,
    ProviderEvent,
    ProviderOutcome,
    RefundNews,
    RefundStatus,
)
from clubsales.membership.sales import operations as sales
from clubsales.membership.sales.operations import Approver, RefundPart, StartedPayment
from clubsales.membership.sales.rules import SaleKind
from clubsales.money import Money
from clubsales.office.demo import past_sales
from clubsales.office.demo.cast import profile_of
from clubsales.office.demo.price_list import CARD_CODES, CARD_WEIGHTS, DEPOSIT_CARDS, GOODS_CODES
from clubsales.office.demo.stage import Stage, minutes
from clubsales.office.demo.story import REFUND_REASONS, TOLD_PAYMENT

METHODS = (Method.ONLINE, Method.WECHAT, Method.ALIPAY, Method.CARD, Method.CASH)
METHOD_WEIGHTS = (34, 27, 15, 12, 12)
PROVIDER = "stripe"
DISCOUNTS_BP = (9000, 9200, 9500)  # of the list price, all within a club manager's authority
DEPOSITS = (500, 800, 1000)  # yuan


@dataclass(frozen=True, slots=True, kw_only=True)
class Purchase:
    """What somebody has decided to buy."""

    code: str
    kind: SaleKind = SaleKind.NEW
    method: Method
    price_bp: int = 10_000
    deposit: int | None = None  # yuan
    changes_mind: bool = False  # takes the link home and never pays


def a_purchase(stage: Stage, *, kind: SaleKind = SaleKind.NEW, code: str | None = None) -> Purchase:
    """A card to a new guest's taste, or the one named."""
    chosen = code or stage.chance.choices(CARD_CODES, CARD_WEIGHTS)[0]
    dear = chosen in DEPOSIT_CARDS
    return Purchase(
        code=chosen,
        kind=kind,
        method=stage.chance.choices(METHODS, METHOD_WEIGHTS)[0],
        price_bp=stage.chance.choice(DISCOUNTS_BP) if dear and stage.likely(18) else 10_000,
        deposit=stage.chance.choice(DEPOSITS) if dear and stage.likely(14) else None,
        changes_mind=stage.likely(3),
    )


def sell(
    stage: Stage,
    purchase: Purchase,
    *,
    seller: Actor,
    person_id: PersonID | None,
    reception_id: ReceptionID | None,
    at: Instant,
) -> None:
    """Open the deal; the money comes a little later."""
    card_type = stage.prices.get(purchase.code)
    if card_type is None or card_type.price is None:
        return
    price = _rounded_up(Money(card_type.price.minor * purchase.price_bp // 10_000, stage.club.currency))
    manager = stage.cast.manager
    discounted = purchase.price_bp < 10_000 and manager.account_id is not None
    approver = (
        Approver(account_id=manager.account_id, roles=manager.roles)
        if discounted and manager.account_id is not None
        else None
    )
    sale_id = stage.within_the_law(
        lambda: sales.open_sale(
            stage.session,
            card_type_id=card_type.id,
            price=price if discounted else None,
            kind=purchase.kind,
            person_id=person_id,
            reception_id=reception_id,
            consultant_id=seller.consultant_id,
            discount_approved_by=approver,
            actor=seller,
            at=at,
        )
    )
    if sale_id is None:
        return
    due = price if discounted else card_type.price
    deposit = Money(purchase.deposit * 100, due.currency) if purchase.deposit else None
    stage.do(
        at + minutes(stage.chance.uniform(1, 3)),
        partial(_pay_first, stage, purchase, sale_id, deposit or due, seller),
    )


def _rounded_up(price: Money) -> Money:
    """To whole tens of yuan."""
    return Money(-(-price.minor // 1000) * 1000, price.currency)


def _pay_first(
    stage: Stage, purchase: Purchase, sale_id: SaleID, amount: Money, seller: Actor, at: Instant
) -> None:
    if purchase.changes_mind:
        sales.start_online_payment(stage.session, sale_id=sale_id, actor=seller, at=at)
    else:
        pay(stage, sale_id, amount, purchase.method, seller=seller, at=at)


def pay(stage: Stage, sale_id: SaleID, amount: Money, method: Method, *, seller: Actor, at: Instant) -> None:
    """Take money: by the guest's own phone, or by the front desk."""
    if method is Method.ONLINE:
        started = sales.start_online_payment(
            stage.session, sale_id=sale_id, amount=amount, actor=seller, at=at
        )
        stage.do(at + minutes(1), partial(_hear_from_provider, stage, started))
        return
    terminal = method in (Method.CARD, Method.WECHAT, Method.ALIPAY)
    sales.book_receipt(
        stage.session,
        sale_id=sale_id,
        amount=amount,
        method=method,
        taken_by=profile_of(seller),
        terminal_reference=f"{stage.chance.randrange(10**6):06d}" if terminal else "",
        actor=stage.desk(at),
        at=at,
    )


def _hear_from_provider(stage: Stage, started: StartedPayment, at: Instant) -> None:
    """The page that was opened at the payment provider, and the event it would have delivered."""
    session_id = f"cs_test_demo_{started.payment}"
    sales.record_session(
        stage.session,
        payment_id=started.payment_id,
        session_id=session_id,
        url="",
        expires_at=at + SESSION_LIFE,
    )
    news = PaymentNews(
        payment=started.payment,
        session_id=session_id,
        outcome=ProviderOutcome.PAID,
        amount=started.amount,
        provider_payment_id=f"{TOLD_PAYMENT}{started.payment}",
        happened_at=at,
    )
    event = ProviderEvent(
        provider=PROVIDER,
        event_id=f"evt_demo_{started.payment}",
        type="checkout.session.completed",
        news=news,
    )
    sales.apply_provider_event(stage.session, event=event, at=at)


def plan_goods(stage: Stage) -> None:
    """A towel or a bottle, some days two."""
    for _ in range(2):
        if stage.likely(65):
            stage.plan(stage.some_time(), partial(_sell_goods, stage))


def _sell_goods(stage: Stage, at: Instant) -> None:
    """To whoever asks; a consultant opens the deal, the desk takes the money."""
    free = stage.free()
    if not free:
        return
    purchase = Purchase(
        code=stage.chance.choice(GOODS_CODES),
        kind=SaleKind.GOODS,
        method=stage.chance.choice((Method.CASH, Method.WECHAT, Method.ALIPAY)),
    )
    sell(stage, purchase, seller=stage.chance.choice(free), person_id=None, reception_id=None, at=at)


def plan_refunds(stage: Stage) -> None:
    """Now and then somebody wants money back within the first week."""
    if stage.likely(13):
        stage.plan(stage.at(15, stage.chance.uniform(0, 100)), partial(_refund_somebody, stage))


def _refund_somebody(stage: Stage, at: Instant) -> None:
    candidates = past_sales.refundable_sales(stage.session, stage.club, stage.day)
    if not candidates:
        return
    sale_id, paid = stage.chance.choice(candidates)
    part = Money(max(paid.minor // 4 // 1000 * 1000, 1000), paid.currency) if stage.likely(40) else None
    actor = stage.cast.clerk if stage.likely(60) else stage.cast.manager
    parts = sales.refund(
        stage.session,
        sale_id=sale_id,
        amount=part,
        reason=stage.chance.choice(REFUND_REASONS),
        actor=actor,
        at=at,
    )
    hear_of_refunds(stage, parts, at)


def hear_of_refunds(stage: Stage, parts: Iterable[RefundPart], at: Instant) -> None:
    """The provider says a minute later that money is back."""
    for one in parts:
        if one.status is RefundStatus.STARTED:
            stage.do(at + minutes(1), partial(_hear_of_refund, stage, one))


def _hear_of_refund(stage: Stage, part: RefundPart, at: Instant) -> None:
    """The event that the payment provider would have delivered."""
    news = RefundNews(
        refund=part.refund,
        provider_refund_id=f"re_demo_{part.refund}",
        provider_payment_id=None,
        status=RefundStatus.SUCCEEDED,
        amount=part.amount,
        happened_at=at,
    )
    event = ProviderEvent(
        provider=PROVIDER, event_id=f"evt_demo_{part.refund}", type="refund.updated", news=news
    )
    sales.apply_provider_event(stage.session, event=event, at=at)
