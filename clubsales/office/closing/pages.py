"""What the page of a month shows: its checks, the preview or what was frozen, the approvals, and what changed since the
month before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from clubsales.actor import Actor, Club, Role
from clubsales.clock import Instant, local_day, month_of, next_month
from clubsales.consultants.awards.queries import awards_of, month_result
from clubsales.consultants.awards.rules import Award
from clubsales.consultants.credits import closing
from clubsales.consultants.credits.closing import ClosedMonth
from clubsales.consultants.profiles.queries import names
from clubsales.consultants.statements import queries as statements
from clubsales.consultants.statements.approvals import GivenApproval, approvals_of
from clubsales.consultants.statements.reckoning import month_reckoning
from clubsales.errors import Allowed
from clubsales.ids import AccountID, ConsultantID
from clubsales.money import Money
from clubsales.office.closing import queries
from clubsales.office.closing.checking import checks_of
from clubsales.office.closing.rules import Check, CheckKind, Step, may_approve, missing


@dataclass(frozen=True, slots=True, kw_only=True)
class PayLine:
    """Somebody's statement in a row. No `public_id`: the month is not closed. `difference`: to the month before."""

    consultant_id: ConsultantID
    person: str  # his public id
    code: str
    name: str
    credit: Money
    rank: int | None
    commission: Money
    paid_bp: int
    awards: Money
    base: Money
    pay: Money
    difference: Money | None
    paid: Money | None = None  # out, so far
    public_id: str = ""
    answer: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """What the month comes to for all; `before`: the month before, where it is closed."""

    credit: Money
    commission: Money
    awards: Money
    pay: Money
    before: Money | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthPage:
    """Everything a month's page shows."""

    month: date
    closed: ClosedMonth | None
    closer: str
    is_over: bool
    is_next: bool
    checks: tuple[Check, ...]
    lines: tuple[PayLine, ...]
    totals: Totals
    awards: tuple[tuple[Award, str], ...]
    digest: str
    steps: tuple[Step, ...]
    approvals: tuple[GivenApproval, ...]
    holders: Mapping[AccountID, str]
    may_approve: bool
    may_close: bool

    @property
    def open_checks(self) -> list[Check]:
        """What the month is closed over only with a reason."""
        return [check for check in self.checks if check.needs_reason]

    @property
    def lacking(self) -> list[Role]:
        """Whose word is missing."""
        return missing(self.steps)


def month_page(session: Session, actor: Actor, month: date, *, at: Instant) -> MonthPage:
    """A month before its close or after it."""
    club = actor.club
    closed = closing.closed_month(session, club.id, month)
    if closed is not None:
        return _closed_page(session, club, month, closed)
    reckoned = month_reckoning(session, club, month)
    before = _pay_before(session, club, month)
    ranks = {each.consultant_id: each.place for each in reckoned.result.standings}
    lines = tuple(
        PayLine(
            consultant_id=consultant_id,
            person=reckoned.people[consultant_id].person.public_id,
            code=reckoned.people[consultant_id].person.code,
            name=reckoned.people[consultant_id].person.name,
            credit=Money(each.credit_minor, club.currency),
            rank=ranks.get(consultant_id),
            commission=Money(each.commission_paid_minor, club.currency),
            paid_bp=each.paid_bp,
            awards=Money(each.awards_minor, club.currency),
            base=Money(each.base_minor, club.currency),
            pay=each.pay,
            difference=each.pay - before[consultant_id] if consultant_id in before else None,
        )
        for consultant_id, each in reckoned.statements.items()
    )
    steps = queries.steps(session, club, month, reckoned.digest)
    last = closing.closed_through(session, club.id)
    is_over = local_day(at, club.zone) >= next_month(month)
    is_next = last is None or month == next_month(last)
    called = names(session, (award.consultant_id for award in reckoned.result.awards))
    waits = is_over and is_next
    may = actor.account_id is not None and may_approve(steps, actor.account_id) == Allowed()
    return MonthPage(
        month=month,
        closed=None,
        closer="",
        is_over=is_over,
        is_next=is_next,
        checks=checks_of(session, club, month, at=at),
        lines=lines,
        totals=_totals(club, lines, before),
        awards=tuple((award, called[award.consultant_id]) for award in reckoned.result.awards),
        digest=reckoned.digest,
        steps=steps,
        approvals=tuple(approvals_of(session, club.id, month)),
        holders=queries.names_of(session, {account for step in steps for account in step.may}),
        may_approve=waits and may,
        may_close=waits and actor.has_role(Role.CLUB_MANAGER) and not missing(steps),
    )


def _closed_page(session: Session, club: Club, month: date, closed: ClosedMonth) -> MonthPage:
    before = _pay_before(session, club, month)
    ranks = {each.consultant_id: each.place for each in month_result(session, club, month).standings}
    lines = tuple(
        PayLine(
            consultant_id=each.consultant_id,
            person=each.consultant_public_id,
            code=each.code,
            name=each.name,
            credit=each.credit,
            rank=ranks.get(each.consultant_id),
            commission=each.commission_paid,
            paid_bp=each.paid_bp,
            awards=each.awards,
            base=each.base,
            pay=each.pay,
            difference=each.pay - before[each.consultant_id] if each.consultant_id in before else None,
            paid=each.paid,
            public_id=each.public_id,
            answer=each.standing_answer.kind.value if each.standing_answer else "",
        )
        for each in statements.statements_of_month(session, club.id, month)
    )
    account = closed.closed_by
    return MonthPage(
        month=month,
        closed=closed,
        closer=queries.names_of(session, {account}).get(account, "") if account is not None else "",
        is_over=True,
        is_next=False,
        checks=tuple(Check(CheckKind(each["check"]), each["count"]) for each in closed.overridden),
        lines=lines,
        totals=_totals(club, lines, before),
        awards=tuple((given.award, given.name) for given in awards_of(session, club.id, month)),
        digest=closed.digest,
        steps=(),
        approvals=tuple(
            each for each in approvals_of(session, club.id, month) if each.digest == closed.digest
        ),
        holders={},
        may_approve=False,
        may_close=False,
    )


def check_address(check: Check, month: date) -> str:
    """Where what is open of a month is settled."""
    last = next_month(month) - timedelta(days=1)
    addresses: dict[CheckKind, tuple[str, dict[str, Any]]] = {
        CheckKind.NOT_OVER: ("closing.index", {}),
        CheckKind.DISPUTES: ("disputes.index", {}),
        CheckKind.PAYMENTS: ("sales.index", {"day": last.isoformat()}),
        CheckKind.KEPT_ASIDE: ("sales.index", {"day": last.isoformat()}),
        CheckKind.REFUNDS: ("sales.index", {"day": last.isoformat()}),
        CheckKind.TILLS: ("takings.history", {"day": last.isoformat()}),
        CheckKind.SHIFTS: ("day.today", {}),
        CheckKind.ASSESSMENTS: ("assessment.index", {"month": f"{month:%Y-%m}"}),
        CheckKind.TARGETS: ("targets.index", {"month": f"{month:%Y-%m}"}),
        CheckKind.UNPAID: ("sales.index", {"day": last.isoformat()}),
    }
    endpoint, values = addresses[check.kind]
    return url_for(endpoint, **values)


def _pay_before(session: Session, club: Club, month: date) -> dict[ConsultantID, Money]:
    """What the month directly before paid, where it is closed."""
    before = month_of(month - timedelta(days=1))
    return {each.consultant_id: each.pay for each in statements.statements_of_month(session, club.id, before)}


def _totals(club: Club, lines: Sequence[PayLine], before: Mapping[ConsultantID, Money]) -> Totals:
    def total(amounts: Sequence[Money]) -> Money:
        return sum(amounts, Money.zero(club.currency))

    return Totals(
        credit=total([line.credit for line in lines]),
        commission=total([line.commission for line in lines]),
        awards=total([line.awards for line in lines]),
        pay=total([line.pay for line in lines]),
        before=total(list(before.values())) if before else None,
    )
