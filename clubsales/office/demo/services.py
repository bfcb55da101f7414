"""What members of the demo want of their cards: a freeze, a friend, more days, their money back."""

from datetime import timedelta
from functools import partial

from clubsales.actor import Actor, ActorKind
from clubsales.clock import Instant
from clubsales.leads.people import operations as people
from clubsales.membership.cards import queries as cards
from clubsales.membership.cards.queries import CardView
from clubsales.membership.cards.rules import ServiceKind
from clubsales.membership.payments.rules import Method
from clubsales.membership.returns import operations as returns
from clubsales.membership.returns import queries as return_queries
from clubsales.membership.returns import quotes as return_quotes
from clubsales.membership.sales import operations as sales
from clubsales.membership.sales import queries as sale_queries
from clubsales.membership.services import operations as services
from clubsales.membership.services import queries as service_queries
from clubsales.membership.services.wishes import Wish
from clubsales.office.demo import past_sales
from clubsales.office.demo.people import a_name, a_phone
from clubsales.office.demo.selling import hear_of_refunds
from clubsales.office.demo.stage import Stage, minutes
from clubsales.office.demo.story import ASKED_BACK, ASKED_FREEZE, EXTEND_REASON, FREEZE_REASONS

FREEZES, TRANSFERS, EXTENSIONS, RETURNS = 0.2, 0.06, 0.05, 0.05  # a day
FROZEN_FOR = 21  # days
MADE_GOOD = 3  # days
FEE, FEE_EN = "停卡手续费", "Fee: freeze"
TRANSFER_FEE, TRANSFER_FEE_EN = "转卡手续费", "Fee: transfer"


def plan_services(stage: Stage) -> None:
    """The part of the day that is about cards sold before."""
    dice = stage.dice("services")
    for likely, hour, do in (
        (FREEZES, 11, _freeze),
        (TRANSFERS, 12, _transfer),
        (EXTENSIONS, 13, _extend),
        (RETURNS, 14, _give_back),
    ):
        if dice.random() < likely:
            stage.plan(stage.at(hour, dice.uniform(0, 50)), partial(do, stage))
    if stage.is_live:
        stage.do(stage.until - minutes(40), partial(_member_asks, stage))
        stage.do(stage.until - minutes(35), partial(_ask_back, stage))


def _some_card(stage: Stage, what: str) -> CardView | None:
    """A card that runs and that nothing is being done with."""
    found = past_sales.running_cards(stage.session, stage.club, stage.day)
    stage.dice(f"card {what}").shuffle(found)
    for public_id in found[:5]:
        card = cards.by_public_id(stage.session, stage.club, public_id)
        busy = service_queries.waiting_of_card(stage.session, card.id)
        if card.person_id and busy is None and return_queries.open_of_card(stage.session, card.id) is None:
            return card
    return None


def _do(stage: Stage, card: CardView, wish: Wish, by: Actor, at: Instant) -> None:
    """Take it up, and take the money it costs."""
    taken = stage.within_the_law(
        lambda: services.take_up(stage.session, card=card.public_id, wish=wish, actor=by, at=at)
    )
    for name in taken.sales if taken else ():
        sale = sale_queries.by_public_id(stage.session, stage.club.id, name)
        sales.book_receipt(
            stage.session,
            sale_id=sale.id,
            amount=sale.balance.outstanding,
            method=Method.WECHAT,
            actor=stage.desk(at),
            at=at,
        )


def _freeze(stage: Stage, at: Instant) -> None:
    card = _some_card(stage, "freeze")
    if card is None or not card.card_terms.freeze_allowed:
        return
    wish = Wish(
        kind=ServiceKind.FREEZE,
        last_day=stage.day + timedelta(days=FROZEN_FOR - 1),
        reason=stage.dice("why").choice(FREEZE_REASONS),
        fee_title=FEE,
        fee_title_en=FEE_EN,
    )
    _do(stage, card, wish, stage.desk(at), at)


def _transfer(stage: Stage, at: Instant) -> None:
    card = _some_card(stage, "transfer")
    if card is None or not card.card_terms.transfer_allowed or card.follows_card_id is not None:
        return
    dice = stage.dice("friend")
    seller = dice.choice(stage.cast.inside)
    friend = people.find_or_add(stage.session, e164=a_phone(dice), name=a_name(dice), actor=seller, at=at)
    wish = Wish(
        kind=ServiceKind.TRANSFER,
        person_id=friend,
        fee_title=TRANSFER_FEE,
        fee_title_en=TRANSFER_FEE_EN,
    )
    _do(stage, card, wish, seller, at)


def _extend(stage: Stage, at: Instant) -> None:
    card = _some_card(stage, "extension")
    if card is not None:
        wish = Wish(kind=ServiceKind.EXTENSION, days=MADE_GOOD, reason=EXTEND_REASON)
        _do(stage, card, wish, stage.cast.manager, at)


def _give_back(stage: Stage, at: Instant) -> None:
    """Asked at the desk, approved by the manager, paid by finance."""
    request = _asked_back(stage, stage.desk(at), at)
    if request is None:
        return
    returns.answer(
        stage.session, request=request, approved=True, actor=stage.cast.manager, at=at + minutes(20)
    )
    if stage.dice("paid").random() < 0.7:
        paid_out = at + minutes(40)
        parts = returns.pay_out(stage.session, request=request, actor=stage.cast.clerk, at=paid_out)
        hear_of_refunds(stage, parts, paid_out)


def _asked_back(stage: Stage, by: Actor, at: Instant) -> str | None:
    card = _some_card(stage, f"back {at}")
    if card is None:
        return None
    quote = return_quotes.quote(stage.session, stage.club, card, at)
    if not quote.reckoned.amount:
        return None
    return returns.ask(stage.session, card=card, reason=ASKED_BACK, actor=by, at=at)


def _ask_back(stage: Stage, at: Instant) -> None:
    _asked_back(stage, stage.desk(at), at)


def _member_asks(stage: Stage, at: Instant) -> None:
    card = _some_card(stage, "asked")
    if card is not None:
        services.ask(
            stage.session,
            card=card,
            kind=ServiceKind.FREEZE,
            reason=ASKED_FREEZE,
            facts={"last_day": (stage.day + timedelta(days=30)).isoformat()},
            actor=Actor(kind=ActorKind.GUEST, club=stage.club, name="card"),
            at=at,
        )
