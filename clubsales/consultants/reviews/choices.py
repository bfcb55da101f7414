"""What may be decided in a case, by whom, and within which borders (PEN-01 to PEN-11, PRO-01 to PRO-04, AWD-04)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from clubsales.actor import Role
from clubsales.clock import next_month
from clubsales.consultants.reviews.rules import Kind, Status, add_months
from clubsales.errors import Decision, Refusal, allow, refuse
from clubsales.money import Money

LONGEST_WORDS = 1000  # characters
HIGHEST_LEVEL = 20
MONTHS_AHEAD = 12  # new terms of pay begin no later
SPECIAL = "PRO-04"  # a promotion by the general manager's word


class Choice(StrEnum):
    """What is decided."""

    RAISE = "raise"  # a new base from a month on
    PROMOTE = "promote"  # to the next level
    SPECIAL = "special"  # to any higher level, by the general manager (PRO-04)
    COMPETE = "compete"  # an ability review and a competition decide (PRO-03)
    REWARD = "reward"
    DECLINE = "decline"
    OBSERVE = "observe"  # keeps his place for a time, and is watched
    DEMOTE = "demote"
    LET_GO = "let_go"
    FINE = "fine"
    WARN = "warn"
    NOTHING = "nothing"


OF_KIND: Mapping[Kind, tuple[Choice, ...]] = {
    Kind.PAY_RISE: (Choice.RAISE, Choice.DECLINE),
    Kind.MISSED_TARGET: (Choice.OBSERVE, Choice.DEMOTE, Choice.LET_GO, Choice.NOTHING),
    Kind.LOW_SCORE: (Choice.OBSERVE, Choice.DEMOTE, Choice.LET_GO, Choice.NOTHING),
    Kind.PROMOTION: (Choice.PROMOTE, Choice.SPECIAL, Choice.COMPETE, Choice.DECLINE),
    Kind.EXPENSE: (Choice.REWARD, Choice.NOTHING),
    # The ladder of PEN-07; what is grave enough costs more than money (PEN-03, PEN-05, PEN-08, PEN-09).
    Kind.FINE: (Choice.FINE, Choice.WARN, Choice.DEMOTE, Choice.LET_GO, Choice.NOTHING),
    Kind.WARNING: (Choice.WARN, Choice.DEMOTE, Choice.LET_GO, Choice.NOTHING),
}
NEW_LEVEL = frozenset({Choice.PROMOTE, Choice.SPECIAL, Choice.DEMOTE})
NEW_TERMS = NEW_LEVEL | {Choice.RAISE}
WITH_AMOUNT = frozenset({Choice.RAISE, Choice.REWARD, Choice.FINE})


# From below to above; who has none of these roles stands below them all.
LADDER = (
    Role.SUPERVISOR,
    Role.CLUB_MANAGER,
    Role.SALES_DIRECTOR,
    Role.DEPUTY_GM,
    Role.GENERAL_MANAGER,
    Role.OWNER,
)


class ReviewRefused(StrEnum):
    DECIDED = "review.decided"
    OWN = "review.own"
    ABOVE = "review.above"
    CHOICE = "review.choice"
    WORDS = "review.words"
    RANGE = "review.range"
    FIXED = "review.fixed"
    AMOUNT = "review.amount"
    BASE = "review.base"
    LEVEL = "review.level"
    GENERAL_MANAGER = "review.general_manager"
    FIRST_DAY = "review.first_day"
    MONTH_CLOSED = "review.month_closed"
    LATER_TERMS = "review.later_terms"
    NOT_DECIDED = "review.not_decided"
    NOT_EMPLOYED = "review.not_employed"


def choices_for(kind: Kind, rule: str) -> tuple[Choice, ...]:
    """What may be decided in a case; a special promotion is nobody's turn, so nothing but the general manager's word."""
    if kind is Kind.PROMOTION and rule == SPECIAL:
        return (Choice.SPECIAL, Choice.DECLINE)
    return OF_KIND[kind]


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What somebody is paid by now; `from_later` is the day of terms already set beyond the day asked about."""

    level: int
    base: Money
    from_later: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What somebody decides."""

    choice: str
    words: str
    amount: Money | None = None
    level: int | None = None
    valid_from: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFacts:
    """The case as it stands. `roles` are the decider's, with those he stands in for today."""

    kind: Kind
    rule: str
    status: Status
    is_own: bool
    is_above: bool  # the one it is about stands above the decider
    roles: frozenset[Role]
    lowest: Money | None
    highest: Money | None
    next_level: int | None
    terms: Terms
    earliest: date  # the first day of the earliest month that is not closed
    latest: date


def may_decide(case: CaseFacts, verdict: Verdict) -> Decision:
    """A person's word on a case: not on his own, one of its choices, within its borders, with a reason (AMB-34, AMB-36)."""
    may = may_touch(status=case.status, is_own=case.is_own, is_above=case.is_above, words=verdict.words)
    if isinstance(may, Refusal):
        return may
    allowed = choices_for(case.kind, case.rule)
    if verdict.choice not in allowed:
        return refuse(ReviewRefused.CHOICE)
    choice = Choice(verdict.choice)
    if choice is Choice.SPECIAL and Role.GENERAL_MANAGER not in case.roles:
        return refuse(ReviewRefused.GENERAL_MANAGER)
    for decision in (_may_amount(case, choice, verdict.amount), _may_level(case, choice, verdict.level)):
        if isinstance(decision, Refusal):
            return decision
    return _may_begin(case, verdict.valid_from) if choice in NEW_TERMS else allow()


def stands_above(roles: Collection[Role], decider: Collection[Role]) -> bool:
    """Whether somebody stands above whoever would decide about him (ROL-14): nobody judges his superiors."""
    return _rung(roles) > _rung(decider)


def _rung(roles: Collection[Role]) -> int:
    return max((LADDER.index(role) + 1 for role in roles if role in LADDER), default=0)


def may_touch(*, status: Status, is_own: bool, is_above: bool, words: str) -> Decision:
    """Whether somebody may decide or dismiss a case at all."""
    if status is not Status.OPEN:
        return refuse(ReviewRefused.DECIDED)
    if is_own:
        return refuse(ReviewRefused.OWN)
    if is_above:
        return refuse(ReviewRefused.ABOVE)
    return may_say(words)


def may_say(words: str) -> Decision:
    """A reason: not empty, not without end."""
    if not words.strip() or len(words) > LONGEST_WORDS:
        return refuse(ReviewRefused.WORDS, longest=LONGEST_WORDS)
    return allow()


def _may_amount(case: CaseFacts, choice: Choice, amount: Money | None) -> Decision:
    if choice not in WITH_AMOUNT:
        return allow()
    if amount is None or amount.minor <= 0:
        return refuse(ReviewRefused.AMOUNT)
    if choice is Choice.RAISE and amount <= case.terms.base:
        return refuse(ReviewRefused.BASE, base=case.terms.base)
    if choice is Choice.FINE:
        return may_fine(amount, case.lowest, case.highest)
    return allow()


def may_fine(amount: Money, lowest: Money | None, highest: Money | None) -> Decision:
    """Within the range of what it is for, both ends included (AMB-36)."""
    if (lowest is not None and amount < lowest) or (highest is not None and highest < amount):
        if lowest is not None and lowest == highest:
            return refuse(ReviewRefused.FIXED, amount=lowest)
        return refuse(ReviewRefused.RANGE, lowest=lowest, highest=highest)
    return allow()


def _may_level(case: CaseFacts, choice: Choice, level: int | None) -> Decision:
    now = case.terms.level
    if choice is Choice.PROMOTE and level != case.next_level:
        return refuse(ReviewRefused.LEVEL, level=now)
    if choice in (Choice.PROMOTE, Choice.SPECIAL):
        fits = level is not None and now < level <= HIGHEST_LEVEL
        return allow() if fits else refuse(ReviewRefused.LEVEL, level=now)
    if choice is Choice.DEMOTE:
        fits = level is not None and 1 <= level < now
        return allow() if fits else refuse(ReviewRefused.LEVEL, level=now)
    return allow()


def _may_begin(case: CaseFacts, day: date | None) -> Decision:
    """New terms of pay begin with a month that is not closed, and stand alone after that."""
    if day is None or day.day != 1 or day > case.latest:
        return refuse(ReviewRefused.FIRST_DAY)
    if day < case.earliest:
        return refuse(ReviewRefused.MONTH_CLOSED, month=case.earliest)
    if case.terms.from_later is not None:
        return refuse(ReviewRefused.LATER_TERMS, day=case.terms.from_later)
    return allow()


def may_acknowledge(status: Status) -> Decision:
    """One acknowledges what was decided."""
    return refuse(ReviewRefused.NOT_DECIDED) if status is Status.OPEN else allow()


def first_days(earliest: date, today: date) -> list[date]:
    """The first days of months from which new terms may count: from the earliest open one on, for a year."""
    days = [earliest]
    while next_month(days[-1]) <= latest_day(today):
        days.append(next_month(days[-1]))
    return days


def latest_day(today: date) -> date:
    """How far ahead new terms may be set."""
    return add_months(today.replace(day=1), MONTHS_AHEAD)
