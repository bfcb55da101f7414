"""Who comes to the demo club, and what for: strangers, and those who come again."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from clubsales.clock import Instant
from clubsales.ids import PersonID
from clubsales.leads.touches.rules import Signal, SignalKind
from clubsales.membership.sales.rules import SaleKind
from clubsales.office.demo import acquaintances, past_sales
from clubsales.office.demo.acquaintances import Acquaintance
from clubsales.office.demo.cast import profile_of
from clubsales.office.demo.evidence import book
from clubsales.office.demo.past_sales import Debtor
from clubsales.office.demo.people import a_name, a_phone
from clubsales.office.demo.planning import teams
from clubsales.office.demo.selling import Purchase, a_purchase
from clubsales.office.demo.stage import Action, Stage

FORGETS_PASS_PERCENT = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Guest:
    """Somebody on his way to the club. `stays` in minutes; a member needs no lead."""

    name: str
    e164: str | None
    stays: float
    comes_at: Instant
    signals: tuple[Signal, ...] = ()
    is_member: bool = False
    brings_somebody: bool = False
    buys: Purchase | None = None
    owes: Debtor | None = None
    shows: tuple[str, ...] = ()  # codes of passes
    booked: Action | None = None  # he said in the morning that he would come


def a_new_guest(stage: Stage, *, with_phone: bool = False) -> Guest:
    """Somebody nobody here has seen; one in ten leaves no phone, one in six was sent by name."""
    chance = stage.chance
    e164 = a_phone(chance) if with_phone or stage.likely(90) else None
    signals: tuple[Signal, ...] = ()
    if stage.likely(16):
        someone = chance.choice(stage.cast.inside)
        signals = (Signal(SignalKind.NAME, profile_of(someone)),)
    buys = a_purchase(stage) if e164 and stage.likely(19) else None
    return Guest(
        name=a_name(chance),
        e164=e164,
        stays=chance.uniform(34, 60) if buys else chance.uniform(12, 42),
        comes_at=stage.some_time(),
        signals=signals,
        brings_somebody=stage.likely(11),
        buys=buys,
        shows=_a_coupon(stage) if not signals and stage.likely(4) else (),
    )


def _a_coupon(stage: Stage) -> tuple[str, ...]:
    """The club's own gift coupon, while there are some."""
    code = acquaintances.unused_pass(stage.session, stage.club, None, stage.day)
    return (code,) if code else ()


def known_guests(stage: Stage) -> list[Guest]:
    """Those who come again: to pay the rest, to renew, to decide, or with a business card in hand."""
    guests: list[Guest] = []
    seen: set[PersonID] = set()

    def add(who: Acquaintance, percent: float, comes: Callable[[], Guest]) -> None:
        if who.person_id not in seen and stage.likely(percent):
            seen.add(who.person_id)
            guests.append(comes())

    for debtor in past_sales.debtors(stage.session, stage.club, stage.day):
        add(debtor.who, 35, partial(_again, stage, debtor.who, SignalKind.APPOINTMENT, owes=debtor))
    for ending in acquaintances.endings(stage.session, stage.club, stage.day):
        kind = SaleKind.UPGRADE if ending.was_trial else SaleKind.RENEWAL
        buys = a_purchase(stage, kind=kind, code=None if ending.was_trial else "month")
        add(ending.who, 11, partial(_again, stage, ending.who, None, is_member=True, buys=buys))
    here = {profile_of(one) for team in teams(stage) for one in team}
    for who in acquaintances.coming_back(stage.session, stage.club, stage.day):
        purchase = a_purchase(stage) if stage.likely(46) else None
        add(
            who,
            7 if who.consultant_id in here else 1,
            partial(_again, stage, who, SignalKind.APPOINTMENT, buys=purchase),
        )
    for who in acquaintances.leads_not_seen(stage.session, stage.club, stage.day):
        purchase = a_purchase(stage) if stage.likely(40) else None
        add(who, 5, partial(_again, stage, who, SignalKind.BUSINESS_CARD, buys=purchase))
    return guests


def without_a_pass(stage: Stage, known: list[Guest]) -> list[Guest]:
    """Twice a week somebody an outside consultant has spoken to comes by himself, shows nothing, and buys (DSP-06)."""
    dice = stage.dice("without a pass")
    if dice.random() * 100 > FORGETS_PASS_PERCENT:
        return []
    outside = [profile_of(one) for one in stage.cast.outside]
    comes_anyway = {guest.e164 for guest in known}
    reached = [
        who
        for who in acquaintances.spoken_to(stage.session, stage.club, stage.day, outside)
        if who.e164 not in comes_anyway
    ]
    if not reached:
        return []
    return [_again(stage, dice.choice(reached), None, buys=a_purchase(stage))]


def _again(
    stage: Stage,
    who: Acquaintance,
    signal: SignalKind | None,
    *,
    is_member: bool = False,
    buys: Purchase | None = None,
    owes: Debtor | None = None,
) -> Guest:
    comes_at = _appointed_time(stage, who) if signal is SignalKind.APPOINTMENT else stage.some_time()
    signals: tuple[Signal, ...] = ()
    shows: tuple[str, ...] = ()
    booked = None
    if who.consultant_id is not None and signal is SignalKind.APPOINTMENT:
        booked = partial(book, stage, who.person_id, who.consultant_id, comes_at)
    elif who.consultant_id is not None and signal is not None:
        code = acquaintances.unused_pass(stage.session, stage.club, who.consultant_id, stage.day)
        shows = (code,) if code else ()
        signals = () if code else (Signal(signal, who.consultant_id),)
    return Guest(
        name=who.name,
        e164=who.e164,
        stays=stage.chance.uniform(26, 48) if buys else stage.chance.uniform(12, 25),
        comes_at=comes_at,
        signals=signals,
        shows=shows,
        booked=booked,
        is_member=is_member,
        buys=buys,
        owes=owes,
    )


def _appointed_time(stage: Stage, who: Acquaintance) -> Instant:
    """A time at which his consultant works, where he works today."""
    early, late = ({profile_of(one) for one in team} for team in teams(stage))
    if who.consultant_id in early:
        return stage.at(9, stage.chance.uniform(30, 400))
    if who.consultant_id in late:
        return stage.at(14, stage.chance.uniform(30, 400))
    return stage.some_time()
