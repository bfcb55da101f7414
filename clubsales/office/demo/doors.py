"""The demo's door: members come to train, most are let in."""

from functools import partial

from clubsales.clock import Instant
from clubsales.frontdesk.checkin import operations as checkin
from clubsales.membership.cards import operations as cards
from clubsales.membership.cards import queries as card_queries
from clubsales.membership.cards.rules import CardStatus
from clubsales.membership.cards.tokens import CardKeys, make_moving_code
from clubsales.office.demo import queries
from clubsales.office.demo.queries import DoorCard
from clubsales.office.demo.stage import Stage, minutes

# Codes are made and read at the same moment and not kept, so this key opens nothing.
KEYS = CardKeys("the demo's door")
STEP_SECONDS = 60
SHARE_PERCENT = 22  # of the members on an ordinary day
MOST_A_DAY = 18
RUNS = (CardStatus.ACTIVE, CardStatus.FROZEN)


def plan_door(stage: Stage) -> None:
    """Who trains today; a few come with a card that has ended, or to the wrong club."""
    known = queries.door_cards(stage.session, stage.club, stage.day)
    running = [card for card in known if card.opens_here and card.runs]
    over = [card for card in known if card.is_ours and not card.runs]
    elsewhere = [card for card in known if not card.opens_here and card.runs]
    wanted = min(len(running) * SHARE_PERCENT // 100 + (2 if running else 0), MOST_A_DAY, len(running))
    coming = stage.chance.sample(running, wanted)
    coming += stage.chance.sample(over, min(len(over), 1)) if stage.likely(45) else []
    coming += stage.chance.sample(elsewhere, min(len(elsewhere), 1)) if stage.likely(20) else []
    for card in coming:
        stage.plan(stage.some_time(), partial(_scan, stage, card))
    if running and stage.likely(9):
        card = stage.chance.choice(running)
        stage.plan(stage.at(16, stage.chance.uniform(0, 50)), partial(_print_code, stage, card))


def plan_scans(stage: Stage, begins: Instant, ends: Instant, wanted: int) -> None:
    """A few members come outside the usual hours."""
    known = queries.door_cards(stage.session, stage.club, stage.day)
    running = [card for card in known if card.opens_here and card.runs]
    for card in stage.chance.sample(running, min(wanted, len(running))):
        stage.do(begins + (ends - begins) * stage.chance.random(), partial(_scan, stage, card))


def _scan(stage: Stage, card: DoorCard, at: Instant) -> None:
    shown_at = at - minutes(7) if stage.likely(2) else at  # a screenshot
    key = KEYS.private(stage.club.organisation_id)
    code = make_moving_code(card.public_id, seconds=STEP_SECONDS, at=shown_at, key=key)
    if stage.likely(0.7):
        code = f"{code[:40]}{'A' if code[40] != 'A' else 'B'}{code[41:]}"
    checkin.scan(
        stage.session,
        code=code,
        nonce=f"demo-{stage.chance.getrandbits(64):016x}",
        keys=KEYS,
        actor=stage.desk(at),
        at=at,
    )


def _print_code(stage: Stage, card: DoorCard, at: Instant) -> None:
    if card.is_ours and card_queries.by_public_id(stage.session, stage.club, card.public_id).status in RUNS:
        cards.issue_printed_code(stage.session, card=card.public_id, actor=stage.desk(at), at=at)
