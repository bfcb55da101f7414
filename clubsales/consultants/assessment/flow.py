"""Whose step it is: forms, marks, the summary, the person's answer, the approval (ASM-07 to ASM-10, ASM-14, ASM-19). Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from clubsales.actor import Role
from clubsales.consultants.assessment.marking import MOST_BONUS, Mark, missing
from clubsales.consultants.assessment.periods import Period
from clubsales.consultants.assessment.rules import HIGHEST_BEHAVIOUR_BP
from clubsales.consultants.assessment.sheets import Item, Source
from clubsales.errors import Decision, allow, refuse
from clubsales.ids import AccountID, ConsultantID

# Whose marks count (ASM-10), and who may mark a team without heading the club.
HEADS = frozenset({Role.CLUB_MANAGER, Role.GENERAL_MANAGER, Role.DEPUTY_GM, Role.OWNER})
LOWEST_BEHAVIOUR_BP = 6_000
LONGEST_WORDS = 2_000
MOST_COMPLAINTS = 999
FULL_PERCENT = 10_000  # hundredths


class Status(StrEnum):
    """Where an assessment stands."""

    ISSUED = "issued"
    SELF_ASSESSED = "self_assessed"
    ASSESSED = "assessed"
    REVIEWED = "reviewed"
    SENT = "sent"
    OBJECTED = "objected"
    CONFIRMED = "confirmed"
    APPROVED = "approved"


BEING_MARKED = (Status.ISSUED, Status.SELF_ASSESSED, Status.ASSESSED)


class Giver(StrEnum):
    """Who gives marks; the manager's count, the others are heard (ASM-14)."""

    DATA = "data"
    SELF = "self"
    PEER = "peer"
    SUPERVISOR = "supervisor"
    MANAGER = "manager"
    CUSTOMER = "customer"


class AssessmentRefused(StrEnum):
    OWN = "assessment.own"
    STEP = "assessment.step"
    TOO_EARLY = "assessment.too_early"
    HEAD = "assessment.head"
    NOT_ASKED = "assessment.not_asked"
    INCOMPLETE = "assessment.incomplete"
    POINTS = "assessment.points"
    COUNT = "assessment.count"
    NOTE = "assessment.note"
    WORDS = "assessment.words"
    BONUS = "assessment.bonus"
    BEHAVIOUR = "assessment.behaviour"
    BEHAVIOUR_REASON = "assessment.behaviour_reason"
    STILL_TIME = "assessment.still_time"
    MONTH_CLOSED = "assessment.month_closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stand:
    """An assessment, as far as it decides who may do what next."""

    account_id: AccountID  # of the person assessed
    consultant_id: ConsultantID
    period: Period
    status: Status
    last_day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Doer:
    """Who wants to do something, and on which day."""

    account_id: AccountID | None
    roles: frozenset[Role]
    today: date

    @property
    def is_head(self) -> bool:
        return not self.roles.isdisjoint(HEADS)


def may_self_assess(stand: Stand, doer: Doer) -> Decision:
    """The person himself, from the last day of the period on until the manager has marked."""
    return _within(stand, doer, BEING_MARKED)


def may_mark(stand: Stand, doer: Doer) -> Decision:
    """A supervisor, before the manager; nobody marks himself, whatever his role."""
    return _own(stand, doer) or _within(stand, doer, BEING_MARKED)


def may_hear(stand: Stand, doer: Doer, giver: Giver) -> Decision:
    """Peers and customers are heard for quarters and years (ASM-14)."""
    if stand.period is Period.MONTH:
        return refuse(AssessmentRefused.NOT_ASKED)
    return may_mark(stand, doer)


def may_review(stand: Stand, doer: Doer) -> Decision:
    """The manager's marks: the ones that count, until the summary has gone out (ASM-10)."""
    if not doer.is_head:
        return refuse(AssessmentRefused.HEAD)
    return _own(stand, doer) or _within(stand, doer, (*BEING_MARKED, Status.REVIEWED))


def may_send(stand: Stand, doer: Doer) -> Decision:
    """The summary goes to the person when the manager has marked (ASM-09)."""
    if not doer.is_head:
        return refuse(AssessmentRefused.HEAD)
    return _own(stand, doer) or _at(stand, Status.REVIEWED)


def may_answer(stand: Stand) -> Decision:
    """The person confirms or objects once the summary is with him."""
    return _at(stand, Status.SENT)


def may_reconfirm(stand: Stand, doer: Doer, *, confirm_by: date) -> Decision:
    """The manager looks again after an objection; silence counts as a yes after the last day to confirm (ASM-09)."""
    if not doer.is_head:
        return refuse(AssessmentRefused.HEAD)
    if stand.status is Status.SENT and doer.today <= confirm_by:
        return refuse(AssessmentRefused.STILL_TIME, until=confirm_by)
    return _own(stand, doer) or _at(stand, Status.OBJECTED, Status.SENT)


def may_approve(stand: Stand, doer: Doer, *, is_closed: bool) -> Decision:
    """The general manager's word makes it effective (ASM-10); a closed month is paid and stays as it is."""
    own = _own(stand, doer)
    if own:
        return own
    if is_closed and stand.period is Period.MONTH:
        return refuse(AssessmentRefused.MONTH_CLOSED)
    return _at(stand, Status.CONFIRMED)


def may_give(items: Sequence[Item], marks: Mapping[str, Mark], found: Mapping[str, Mark]) -> Decision:
    """Points within each item; whoever gives others than the data says why."""
    for item in items:
        mark = marks.get(item.code)
        if mark is None:
            continue
        if not 0 <= mark.points <= item.most:
            return refuse(AssessmentRefused.POINTS, number=items.index(item) + 1, most=item.weight)
        count, percent = mark.facts.get("count", 0), mark.facts.get("percent", 0)
        if not 0 <= count <= MOST_COMPLAINTS or not 0 <= percent <= FULL_PERCENT:
            return refuse(AssessmentRefused.COUNT, number=items.index(item) + 1)
        data = found.get(item.code)
        if data is not None and data.points != mark.points and not mark.note:
            return refuse(AssessmentRefused.NOTE, number=items.index(item) + 1)
    return allow()


def may_count(
    items: Sequence[Item], marks: Mapping[str, Mark], *, bonus: Mark | None, behaviour: Mark | None
) -> Decision:
    """The manager's marks are whole; a bonus says what for (ASM-20), no behaviour at all says why (ASM-12)."""
    left = missing(items, marks)
    if left:
        return refuse(AssessmentRefused.INCOMPLETE, number=items.index(left[0]) + 1)
    if bonus is not None and (not 0 <= bonus.points <= MOST_BONUS or (bonus.points and not bonus.note)):
        return refuse(AssessmentRefused.BONUS, most=MOST_BONUS // 100)
    if behaviour is not None:
        if behaviour.points and not LOWEST_BEHAVIOUR_BP <= behaviour.points <= HIGHEST_BEHAVIOUR_BP:
            return refuse(AssessmentRefused.BEHAVIOUR)
        if not behaviour.points and not behaviour.note:
            return refuse(AssessmentRefused.BEHAVIOUR_REASON)
    return allow()


def with_words(words: str) -> Decision:
    """An objection and its answer have words."""
    if not words or len(words) > LONGEST_WORDS:
        return refuse(AssessmentRefused.WORDS, longest=LONGEST_WORDS)
    return allow()


def asked_of(giver: Giver, items: Sequence[Item]) -> list[Item]:
    """The items a giver is asked about: what people judge; supervisor and manager count complaints and surveys too."""
    if giver is Giver.MANAGER:
        return list(items)
    typed = {Source.COMPLAINTS, Source.SATISFACTION} if giver is Giver.SUPERVISOR else set()
    return [item for item in items if item.source is Source.MANUAL or item.source in typed]


def _own(stand: Stand, doer: Doer) -> Decision | None:
    return refuse(AssessmentRefused.OWN) if stand.account_id == doer.account_id else None


def _within(stand: Stand, doer: Doer, statuses: Sequence[Status]) -> Decision:
    if doer.today < stand.last_day:
        return refuse(AssessmentRefused.TOO_EARLY, day=stand.last_day)
    return _at(stand, *statuses)


def _at(stand: Stand, *statuses: Status) -> Decision:
    return allow() if stand.status in statuses else refuse(AssessmentRefused.STEP)
