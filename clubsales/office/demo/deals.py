"""Deals of the demo that take more than a tap: reservations, contracts, several lines, prices asked for silently."""

import random
from collections.abc import Sequence
from datetime import timedelta
from functools import partial

from clubsales.actor import Actor
from clubsales.clock import Instant, local_day
from clubsales.ids import AccountID, PersonID, SaleID
from clubsales.leads.people import operations as people
from clubsales.membership.catalogue import promotions
from clubsales.membership.catalogue import queries as catalogue
from clubsales.membership.catalogue.offers import NewPromotion
from clubsales.membership.contracts import operations as contracts
from clubsales.membership.contracts import queries as contract_queries
from clubsales.membership.contracts import signing, wording
from clubsales.membership.contracts.digest import digest_of_text
from clubsales.membership.contracts.rules import Field, Filled, Paper, Promise, PromiseKind
from clubsales.membership.discounts import operations as discounts
from clubsales.membership.payments.rules import Method
from clubsales.membership.receivables import operations as receivables
from clubsales.membership.receivables.rules import Part
from clubsales.membership.reservations import endings
from clubsales.membership.reservations import operations as reservations
from clubsales.membership.reservations import queries as reservation_queries
from clubsales.membership.reservations.rules import State
from clubsales.membership.sales import operations as sales
from clubsales.membership.sales import queries as sale_queries
from clubsales.membership.sales.baskets import LineWish
from clubsales.membership.sales.rules import SaleKind
from clubsales.money import Money
from clubsales.office.demo import past_sales
from clubsales.office.demo.cast import profile_of
from clubsales.office.demo.people import a_name, a_phone
from clubsales.office.demo.stage import Stage, minutes
from clubsales.office.demo.story import (
    ARCHIVE_PLACE,
    DISCOUNT_ANSWER,
    DISCOUNT_REASON,
    LAPSED_BACK,
    LAPSED_KEPT,
    PROMISED,
    PROMOTION,
    RESERVED_FOR,
    SEED,
    SIGNATURE,
)

CONTRACTS_A_WEEK, RESERVATIONS_A_WEEK, ASKED_A_WEEK = 2.0, 1.2, 3.0
CARDS = (("annual", "pt-24"), ("muscle",), ("annual-two",), ("annual", "stored-2000"), ("off-peak", "towel"))
PROMOTED, PROMOTED_DAYS = "annual", 10
FIRST_PART_BP = 5000
COMES_BACK, COMES_WITHIN = 0.7, 12  # of those who hold a reservation, and within so many days
GIVEN_BACK = 0.6  # of the deposits of those who did not come
DECIDED_AFTER = timedelta(days=2)


def plan_deals(stage: Stage) -> None:
    """The part of the day that takes papers."""
    dice = stage.dice("deals")
    if stage.day.day == 1:
        stage.plan(stage.at(9, 5), partial(_promote, stage))
    if dice.random() * 7 < CONTRACTS_A_WEEK:
        stage.plan(stage.at(15, dice.uniform(0, 40)), partial(_contract, stage, dice.choice(CARDS)))
    if dice.random() * 7 < RESERVATIONS_A_WEEK:
        stage.plan(stage.at(16, dice.uniform(0, 40)), partial(_reserve, stage))
    if dice.random() * 7 < ASKED_A_WEEK:
        stage.plan(stage.at(17, dice.uniform(0, 40)), partial(_ask_silently, stage, True))
    stage.plan(stage.at(18, 5), partial(_pay_rests, stage))
    stage.plan(stage.at(9, 40), partial(_archive, stage))
    if stage.is_live:
        stage.do(stage.until - minutes(80), partial(_promote, stage))
        stage.do(stage.until - minutes(70), partial(_reserve, stage))
        stage.do(stage.until - minutes(7), partial(_contract, stage, CARDS[0]))  # half approved by now
        stage.do(stage.until - minutes(4), partial(_ask_silently, stage, False))


def _buyer(stage: Stage, seller: Actor, at: Instant) -> tuple[PersonID, str, str]:
    """Somebody who came for this; his name and phone."""
    dice = stage.dice(f"buyer {at}")
    name, phone = a_name(dice), a_phone(dice)
    return people.find_or_add(stage.session, e164=phone, name=name, actor=seller, at=at), name, phone


def _seller(stage: Stage, at: Instant) -> Actor:
    return stage.dice(f"seller {at}").choice(stage.cast.inside)


def _promote(stage: Stage, at: Instant) -> None:
    card = stage.prices.get(PROMOTED)
    if card is None or card.price is None:
        return
    if catalogue.promotions_on(stage.session, stage.club.id, stage.day):
        return
    new = NewPromotion(
        name=PROMOTION[0],
        name_en=PROMOTION[1],
        card_type=card,
        sale_kinds=(),
        first_day=stage.day,
        last_day=stage.day + timedelta(days=PROMOTED_DAYS - 1),
        price=None,
        discount_bp=None,
        extra_days=30,
        extra_visits=0,
        gift=stage.prices.get("towel"),
    )
    promotions.publish(stage.session, new=new, actor=stage.cast.manager, at=at)


def _contract(stage: Stage, codes: Sequence[str], at: Instant) -> None:
    """A deal with a contract: filled in and sent, approved in order, signed, and paid at once or in two parts."""
    if any(code not in stage.prices for code in codes):
        return
    seller = _seller(stage, at)
    person_id, name, phone = _buyer(stage, seller, at)
    lines = [LineWish(card_type=stage.prices[code].public_id) for code in codes]
    sale_id = stage.within_the_law(
        lambda: sales.open_deal(
            stage.session,
            lines=lines,
            kind=SaleKind.NEW,
            person_id=person_id,
            consultant_id=profile_of(seller),
            actor=seller,
            at=at,
        )
    )
    if sale_id is None:
        return
    filled = Filled(
        fields={
            Field.BUYER: name,
            Field.PHONE: phone,
            Field.PAPERS: Paper.ID_CARD.value,
            Field.PAYMENT: PROMISED[1],
        },
        promises=(Promise(kind=PromiseKind.GIFT, text=PROMISED[0]),),
    )
    contract = contracts.fill(stage.session, sale_id=sale_id, filled=filled, actor=seller, at=at)
    contracts.submit(stage.session, public_id=contract, actor=seller, at=at + minutes(2))
    steps = (stage.cast.clerk, stage.cast.supervisor, stage.cast.manager)
    for number, who in enumerate(steps, 1):
        stage.do(at + minutes(3 * number), partial(_approve, stage, contract, who))
    stage.do(at + minutes(14), partial(_sign, stage, contract, seller))
    stage.do(at + minutes(17), partial(_pay_contract, stage, sale_id, seller))


def _approve(stage: Stage, contract: str, who: Actor, at: Instant) -> None:
    contracts.answer(stage.session, public_id=contract, approved=True, reason="", actor=who, at=at)


def _sign(stage: Stage, contract: str, seller: Actor, at: Instant) -> None:
    policy = contracts.policy_of_day(stage.session, seller, at)
    view = contract_queries.by_public_id(stage.session, stage.club.id, contract)
    text = wording.text_of(stage.session, view, club=stage.club, policy=policy)
    signing.sign(
        stage.session,
        public_id=contract,
        signature=SIGNATURE,
        present=_account(seller),
        shown=digest_of_text(text),
        promises_shown=True,
        worded=lambda each: wording.text_of(stage.session, each, club=stage.club, policy=policy),
        actor=seller,
        at=at,
    )


def _account(actor: Actor) -> AccountID:
    assert actor.account_id is not None
    return actor.account_id


def _pay_contract(stage: Stage, sale_id: SaleID, seller: Actor, at: Instant) -> None:
    price = sale_queries.get(stage.session, stage.club.id, sale_id).balance.price
    if stage.dice(f"parts {at}").random() < 0.5:
        _take(stage, sale_id, price, Method.WECHAT, at)
        return
    first = Money(price.minor * FIRST_PART_BP // 10_000 // 100 * 100, price.currency)
    _take(stage, sale_id, first, Method.CARD, at)
    rest = price - first
    day = local_day(at, stage.club.zone)
    half = Money(rest.minor // 2, rest.currency)
    parts = [
        Part(due_on=day + timedelta(days=14), amount=half),
        Part(due_on=day + timedelta(days=28), amount=rest - half),
    ]
    receivables.agree(stage.session, sale_id=sale_id, parts=parts, actor=seller, at=at)


def _take(stage: Stage, sale_id: SaleID, amount: Money, method: Method, at: Instant) -> None:
    sales.book_receipt(
        stage.session, sale_id=sale_id, amount=amount, method=method, actor=stage.desk(at), at=at
    )


def _reserve(stage: Stage, at: Instant) -> None:
    """A place is kept: filed, approved by finance and the manager, held by a deposit."""
    card = stage.prices.get("founder")
    if card is None or not card.quota_left:
        return
    seller = _seller(stage, at)
    person_id, _name, _phone = _buyer(stage, seller, at)
    reservation = stage.within_the_law(
        lambda: reservations.file(
            stage.session,
            card_type_id=card.id,
            person_id=person_id,
            consultant_id=profile_of(seller),
            note=RESERVED_FOR,
            charges_shown=True,
            actor=seller,
            at=at,
        )
    )
    if reservation is None:
        return
    stage.do(at + minutes(5), partial(_approve_place, stage, reservation, stage.cast.clerk))
    stage.do(at + minutes(9), partial(_approve_place, stage, reservation, stage.cast.manager))
    stage.do(at + minutes(15), partial(_hold, stage, reservation))


def _approve_place(stage: Stage, reservation: str, who: Actor, at: Instant) -> None:
    reservations.answer(stage.session, public_id=reservation, approved=True, actor=who, at=at)


def _hold(stage: Stage, reservation: str, at: Instant) -> None:
    view = reservation_queries.by_public_id(stage.session, stage.club.id, reservation)
    reservations.take_deposit(
        stage.session,
        public_id=reservation,
        amount=view.deposit,
        method=Method.CASH,
        actor=stage.cast.clerk,
        at=at,
    )


def _pay_rests(stage: Stage, at: Instant) -> None:
    """Some who hold a place come and pay the rest; of the others the manager decides, and finance pays out."""
    for view in reservation_queries.open_ones(stage.session, stage.club.id):
        dice = random.Random(f"{SEED}:{stage.club.code}:{view.number}")  # noqa: S311  a story, not a secret
        comes, after, back = (
            dice.random() < COMES_BACK,
            dice.randint(1, COMES_WITHIN),
            dice.random() < GIVEN_BACK,
        )
        if view.state is State.HELD and view.held_at is not None and view.balance.outstanding:
            held_on = local_day(view.held_at, stage.club.zone)
            if comes and stage.day >= held_on + timedelta(days=after):
                _take(stage, view.sale_id, view.balance.outstanding, Method.ALIPAY, at)
        elif (
            view.state is State.LAPSED and view.lapsed_at is not None and at > view.lapsed_at + DECIDED_AFTER
        ):
            endings.decide_lapsed(
                stage.session,
                public_id=view.public_id,
                refunds=back,
                reason=LAPSED_BACK if back else LAPSED_KEPT,
                actor=stage.cast.manager,
                at=at,
            )
        elif (
            view.state is State.WITHDRAWING and view.payout_from is not None and view.payout_from <= stage.day
        ):
            endings.pay_out(
                stage.session,
                public_id=view.public_id,
                papers_back=True,
                signature=SIGNATURE,
                actor=stage.cast.clerk,
                at=at,
            )


def _ask_silently(stage: Stage, is_answered: bool, at: Instant) -> None:
    """A consultant asks for a price under his breath; answered, the sale goes on with it."""
    card = stage.prices.get("half-year")
    if card is None or card.price is None:
        return
    seller = _seller(stage, at)
    person_id, _name, _phone = _buyer(stage, seller, at)
    price = Money(card.price.minor * 93 // 100 // 1000 * 1000, card.price.currency)
    asked = discounts.ask(
        stage.session,
        card_type=card,
        price=price,
        reason=DISCOUNT_REASON,
        sale_kind=SaleKind.NEW.value,
        person_id=person_id,
        actor=seller,
        at=at,
    )
    if not is_answered:
        return
    discounts.approve(
        stage.session,
        request_public_id=asked,
        granted=price,
        answer=DISCOUNT_ANSWER,
        actor=stage.cast.manager,
        at=at + minutes(2),
    )
    line = LineWish(card_type=card.public_id, price=price, request=asked)
    sale_id = stage.within_the_law(
        lambda: sales.open_deal(
            stage.session,
            lines=[line],
            kind=SaleKind.NEW,
            person_id=person_id,
            consultant_id=profile_of(seller),
            actor=seller,
            at=at + minutes(4),
        )
    )
    if sale_id is None:
        return
    _take(stage, sale_id, price, Method.WECHAT, at + minutes(6))


def _archive(stage: Stage, at: Instant) -> None:
    """The company's copies of yesterday's contracts go into their folder."""
    for contract in past_sales.contracts_to_archive(stage.session, stage.club, at):
        signing.archive(
            stage.session,
            public_id=contract,
            place=ARCHIVE_PLACE.format(month=f"{stage.day:%Y-%m}"),
            actor=stage.cast.clerk,
            at=at,
        )
