"""Whose sale it was: what colleagues of the demo club cannot agree on, how it ends, what other rules would bring."""

from datetime import timedelta
from functools import partial

from clubsales.actor import Actor
from clubsales.clock import Instant
from clubsales.consultants.credits.rules import Share
from clubsales.errors import Refused
from clubsales.ids import ConsultantID
from clubsales.leads.disputes import deciding, news
from clubsales.leads.disputes import operations as disputes
from clubsales.money import WHOLE
from clubsales.office.backtest import operations as backtest
from clubsales.office.demo import past_sales
from clubsales.office.demo.cast import profile_of
from clubsales.office.demo.past_sales import Arguable
from clubsales.office.demo.stage import Stage, minutes
from clubsales.office.demo.story import (
    ANSWERS,
    APPEALS,
    CLAIMS_OF_CREDIT,
    OBJECTIONS,
    RULINGS,
    SETTLEMENTS,
)

QUARRELS_A_WEEK = 1
SETTLED, OBJECTED, RULED = range(3)
WAYS = (SETTLED, SETTLED, OBJECTED, RULED)  # how a case goes, of equal weight
SPLITS = (3_000, 4_000, 5_000)  # basis points of who opened it
CONFIRMED = 0.4  # of the rulings
LOOKED_BACK = timedelta(days=60)
OTHER_RULES = {"credit": {"outside_share_bp": 5_000}, "proxy": {"share_bp": 3_000}}


def plan_quarrels(stage: Stage) -> None:
    """About once a week somebody disputes a sale of yesterday; today a case waits and another one is young."""
    stage.plan(stage.at(9, 25), partial(_read_the_news, stage))
    if stage.dice("whether").random() * 7 < QUARRELS_A_WEEK:
        stage.plan(stage.at(10, 5), partial(_dispute, stage, ends=True))
    if stage.is_live:
        stage.do(stage.until - minutes(150), partial(_dispute, stage, ends=False))
        stage.do(stage.until - minutes(95), partial(_leave_settled, stage))
        stage.do(stage.until - minutes(60), partial(_try_other_rules, stage))


def _read_the_news(stage: Stage, at: Instant) -> None:
    """What happened yesterday is read in the morning by whomever it concerns."""
    cast = stage.cast
    for one in (*cast.sellers, cast.supervisor, cast.manager, *filter(None, [cast.director])):
        for public_id in {each.dispute_public_id for each in news.unread(stage.session, one)}:
            news.mark_read(stage.session, public_id=public_id, actor=one, at=at)


def _open(stage: Stage, what: str, at: Instant) -> tuple[str, Arguable] | None:
    dice = stage.dice(what)
    sellers = {profile_of(one): one for one in stage.cast.sellers}
    arguable = [
        one
        for one in past_sales.arguable(stage.session, stage.club, stage.day - timedelta(days=3), at)
        if one.rival in sellers and one.holder in sellers
    ]
    if not arguable:
        return None
    case = dice.choice(arguable)
    try:
        public_id = disputes.open_dispute(
            stage.session,
            sale_id=case.sale_id,
            consultant_id=case.rival,
            words=dice.choice(CLAIMS_OF_CREDIT[sellers[case.rival] in stage.cast.outside]),
            actor=sellers[case.rival],
            at=at,
        )
    except Refused:  # what the evidence does not carry
        return None
    return public_id, case


def _dispute(stage: Stage, at: Instant, *, ends: bool) -> None:
    opened = _open(stage, "open", at)
    if opened is None:
        return
    public_id, case = opened
    dice = stage.dice("answer")
    answers = ANSWERS[stage.cast.consultant(case.holder) in stage.cast.outside]
    stage.do(
        at + minutes(25),
        lambda then: _say(stage, public_id, case.holder, dice.choice(answers), then),
    )
    if not ends:
        return
    way = dice.choice(WAYS)
    shares = _split(case, dice.choice(SPLITS))
    if way == RULED:
        ruled = None if dice.random() < CONFIRMED else shares
        reason = dice.choice(RULINGS) if ruled else ""
        stage.do(at + minutes(190), partial(_rule, stage, public_id, ruled, reason))
        return
    stage.do(at + minutes(80), partial(_settle, stage, public_id, shares, dice.choice(SETTLEMENTS)))
    if way == OBJECTED:
        stage.do(at + minutes(140), partial(_object, stage, public_id, case.rival, dice.choice(OBJECTIONS)))
        stage.do(at + minutes(260), partial(_rule, stage, public_id, None, ""))
        stage.do(at + minutes(300), partial(_appeal, stage, public_id, case.rival, dice.choice(APPEALS)))
        stage.do(at + minutes(400), partial(_answer_appeal, stage, public_id, shares, dice.choice(RULINGS)))


def _leave_settled(stage: Stage, at: Instant) -> None:
    """A settlement that waits whether somebody objects."""
    opened = _open(stage, "settled", at)
    if opened is not None:
        public_id, case = opened
        _settle(stage, public_id, _split(case, 5_000), SETTLEMENTS[0], at + minutes(40))


def _split(case: Arguable, basis_points: int) -> tuple[Share, ...]:
    return (Share(case.holder, WHOLE - basis_points), Share(case.rival, basis_points))


def _say(stage: Stage, public_id: str, who: ConsultantID, words: str, at: Instant) -> None:
    disputes.state(stage.session, public_id=public_id, words=words, actor=stage.cast.consultant(who), at=at)


def _settle(stage: Stage, public_id: str, shares: tuple[Share, ...], reason: str, at: Instant) -> None:
    deciding.settle(
        stage.session,
        public_id=public_id,
        shares=shares,
        reason=reason,
        conduct=None,
        actor=stage.cast.supervisor,
        at=at,
    )


def _object(stage: Stage, public_id: str, who: ConsultantID, words: str, at: Instant) -> None:
    disputes.object_to(
        stage.session, public_id=public_id, words=words, actor=stage.cast.consultant(who), at=at
    )


def _rule(stage: Stage, public_id: str, shares: tuple[Share, ...] | None, reason: str, at: Instant) -> None:
    deciding.rule(
        stage.session,
        public_id=public_id,
        shares=shares,
        reason=reason,
        conduct=None,
        actor=stage.cast.manager,
        at=at,
    )


def _appeal(stage: Stage, public_id: str, who: ConsultantID, words: str, at: Instant) -> None:
    disputes.appeal(stage.session, public_id=public_id, words=words, actor=stage.cast.consultant(who), at=at)


def _answer_appeal(stage: Stage, public_id: str, shares: tuple[Share, ...], reason: str, at: Instant) -> None:
    director: Actor | None = stage.cast.director
    if director is not None:
        deciding.rule_appeal(
            stage.session,
            public_id=public_id,
            shares=shares,
            reason=reason,
            conduct=None,
            actor=director,
            at=at,
        )


def _try_other_rules(stage: Stage, at: Instant) -> None:
    """The manager has seen what half and half would have made of the weeks behind."""
    public_id = backtest.ask(
        stage.session,
        first_day=stage.day - LOOKED_BACK,
        last_day=stage.day - timedelta(days=1),
        changes=OTHER_RULES,
        actor=stage.cast.manager,
        at=at,
    )
    backtest.carry_out(stage.session, public_id=public_id, actor=stage.cast.manager, at=at)
