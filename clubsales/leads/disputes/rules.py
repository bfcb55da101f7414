"""Who may do what in an argument over a sale's credit, and until when (DSP-08, DSP-10, DSP-11, AMB-12). Pure.

A case is open; a supervisor may settle it, which stands unless a party objects in time; otherwise whoever holds the
final role rules. A ruling may be appealed against once. The order of the ifs is the order of the reasons people hear.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from clubsales.actor import Role
from clubsales.clock import Instant
from clubsales.consultants.credits.rules import Share
from clubsales.consultants.profiles.rules import Kind
from clubsales.errors import Decision, allow, refuse
from clubsales.ids import AccountID, ConsultantID

RULE = "DSP-10"
APPEAL_DAYS = 3  # club-local, after the day of the ruling, inclusive
LONGEST_WORDS = 2000
LONGEST_REASON = 2000
LONGEST_NOTE = 500
HOUSE = "house"
# Who decides where nobody with the role may, the nearest first.
STAND_INS = (Role.SALES_DIRECTOR, Role.GENERAL_MANAGER, Role.DEPUTY_GM, Role.OWNER)


class Status(StrEnum):
    """How a case stands."""

    OPEN = "open"
    SETTLED = "settled"  # stands unless somebody objects in time
    APPEALED = "appealed"
    DECIDED = "decided"
    WITHDRAWN = "withdrawn"


RUNNING = frozenset({Status.OPEN, Status.SETTLED, Status.APPEALED})


class StepKind(StrEnum):
    """What happened in a case."""

    OPENED = "opened"
    STATEMENT = "statement"
    SETTLED = "settled"
    OBJECTED = "objected"
    STOOD = "stood"  # nobody objected to the settlement
    RULED = "ruled"
    APPEALED = "appealed"
    APPEAL_RULED = "appeal_ruled"
    WITHDRAWN = "withdrawn"


class DisputeRefused(StrEnum):
    NOT_PAID = "dispute.not_paid"
    WINDOW = "dispute.window"
    NO_TOUCH = "dispute.no_touch"
    OPEN = "dispute.open"
    DECIDED = "dispute.decided"
    NOT_OPEN = "dispute.not_open"
    UNDER_APPEAL = "dispute.under_appeal"
    IS_SETTLED = "dispute.is_settled"
    PARTY = "dispute.party"
    ROLE = "dispute.role"
    OBJECTED = "dispute.objected"
    REASON = "dispute.reason"
    SHARES = "dispute.shares"
    NOT_SETTLED = "dispute.not_settled"
    OBJECTION_LATE = "dispute.objection_late"
    NOT_PARTY = "dispute.not_party"
    NOT_OPENER = "dispute.not_opener"
    NOT_RULED = "dispute.not_ruled"
    FINAL = "dispute.final"
    APPEAL_LATE = "dispute.appeal_late"
    NOT_APPEALED = "dispute.not_appealed"
    OWN_RULING = "dispute.own_ruling"
    OWN_SETTLEMENT = "dispute.own_settlement"
    NO_WORDS = "dispute.no_words"
    WORDS_LONG = "dispute.words_long"
    CONDUCT = "dispute.conduct"


@dataclass(frozen=True, slots=True)
class DisputePolicy:
    """Section `dispute`. No `window_days`: no limit. No `supervisor_quiet_hours`: a settlement stands at once."""

    window_days: int
    supervisor_quiet_hours: int
    final_role: str

    @property
    def appeal_role(self) -> Role:
        """Who decides an appeal: the sales director, or whoever stands above him where he ruled (DSP-11)."""
        return Role.GENERAL_MANAGER if self.final_role == Role.SALES_DIRECTOR else Role.SALES_DIRECTOR

    def last_day(self, first_receipt_day: date) -> date | None:
        """The last club-local day on which a case may be opened; None: no limit."""
        return first_receipt_day + timedelta(days=self.window_days) if self.window_days else None

    def stands_at(self, settled_at: Instant) -> Instant:
        """When a settlement stands if nobody objects."""
        return settled_at + timedelta(hours=self.supervisor_quiet_hours)


def appeal_until(ruled_on: date) -> date:
    """The last club-local day of an appeal against a ruling of that day."""
    return ruled_on + timedelta(days=APPEAL_DAYS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """Somebody wants to argue over a sale. `sells` and `has_touch` are about him.

    `running_of` opened a case that runs already; `was_party` says that a case over this sale was decided with him in it,
    `had_last_word` that one was decided on appeal.
    """

    first_receipt_day: date | None
    today: date
    sells: bool
    has_touch: bool
    running_of: str | None = None
    was_party: bool = False
    had_last_word: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Judge:
    """Somebody with a role that may decide, and his profile on the club's floor, if any."""

    account_id: AccountID
    consultant_id: ConsultantID | None
    roles: frozenset[Role]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A case as it stands. `decided` are the splits of its settlements and rulings so far.

    `judges` is everybody whose role may decide; none are known where a history is told, and nobody stands in there.
    """

    status: Status
    opened_by: ConsultantID
    proposal: tuple[Share, ...]
    decided: tuple[tuple[Share, ...], ...] = ()
    stands_at: Instant | None = None
    objected: bool = False
    ruled_by: AccountID | None = None
    appeal_until: date | None = None
    appealed: bool = False
    judges: tuple[Judge, ...] | None = None

    @property
    def parties(self) -> frozenset[ConsultantID]:
        """Who opened it, and everybody with a share before or after."""
        return frozenset({self.opened_by}) | holders(self.proposal, *self.decided)

    def judging(self, role: Role) -> tuple[Role, ...]:
        """Whose word it is: the role's; where everybody who holds it is a party or has ruled, of those above it.

        Or no one could decide, and the credit would be held for ever.
        """
        if self.judges is None or any(role in one.roles and self._is_free(one) for one in self.judges):
            return (role,)
        above = (one for one in STAND_INS if one is not role)
        held = {one for judge in self.judges if self._is_free(judge) for one in judge.roles}
        return (role, *(one for one in above if one in held))

    def _is_free(self, judge: Judge) -> bool:
        return judge.consultant_id not in self.parties and judge.account_id != self.ruled_by

    def status_at(self, at: Instant) -> Status:
        """A settlement whose time is over stands, whether the job has come round or not."""
        over = self.status is Status.SETTLED and self.stands_at is not None and self.stands_at <= at
        return Status.DECIDED if over else self.status

    def may_be_appealed(self, today: date) -> bool:
        """Whether a party may still appeal."""
        may = self.status is Status.DECIDED and self.appeal_until is not None and not self.appealed
        return may and self.appeal_until is not None and today <= self.appeal_until


@dataclass(frozen=True, slots=True)
class NewsFacts:
    """Whom a step concerns besides the parties: these roles, and whoever ruled."""

    roles: tuple[Role, ...] = ()
    judge: bool = False


def holders(*splits: Sequence[Share]) -> frozenset[ConsultantID]:
    """Everybody with a share in any of these."""
    return frozenset(
        share.consultant_id
        for shares in splits
        for share in shares
        if share.consultant_id is not None and share.basis_points
    )


def named(shares: Sequence[Share]) -> tuple[Share, ...]:
    """A split without those who get nothing."""
    return tuple(share for share in shares if share.basis_points)


def may_open(facts: Opening, policy: DisputePolicy, *, anew: bool = False) -> Decision:
    """Within the window, by somebody with a touch, one case at a time; what was decided on appeal is never opened again.

    `anew`: also by a party of a decided case, and after any last word.
    """
    if facts.first_receipt_day is None:
        return refuse(DisputeRefused.NOT_PAID)
    last = policy.last_day(facts.first_receipt_day)
    if last is not None and facts.today > last:
        return refuse(DisputeRefused.WINDOW, day=last)
    if not (facts.sells and facts.has_touch):
        return refuse(DisputeRefused.NO_TOUCH)
    if facts.running_of is not None:
        return refuse(DisputeRefused.OPEN, opener=facts.running_of)
    if facts.had_last_word and not anew:
        return refuse(DisputeRefused.FINAL)
    if facts.was_party and not anew:
        return refuse(DisputeRefused.DECIDED)
    return allow()


def may_state(case: Case, consultant_id: ConsultantID | None, at: Instant, *, says: bool) -> Decision:
    """A party may say something while the case runs. `says`: there are words or papers."""
    if case.status_at(at) not in RUNNING:
        return refuse(DisputeRefused.NOT_OPEN)
    if consultant_id not in case.parties:
        return refuse(DisputeRefused.NOT_PARTY)
    return allow() if says else refuse(DisputeRefused.NO_WORDS)


def may_withdraw(case: Case, consultant_id: ConsultantID | None, at: Instant) -> Decision:
    """Whoever opened it may let it be, until somebody has ruled."""
    status = case.status_at(at)
    if status is Status.APPEALED:
        return refuse(DisputeRefused.UNDER_APPEAL)
    if status not in RUNNING:
        return refuse(DisputeRefused.NOT_OPEN)
    return allow() if consultant_id == case.opened_by else refuse(DisputeRefused.NOT_OPENER)


def may_object(case: Case, consultant_id: ConsultantID | None, at: Instant) -> Decision:
    """A party, until the settlement stands."""
    if case.status is not Status.SETTLED:
        return refuse(DisputeRefused.NOT_SETTLED)
    if case.status_at(at) is not Status.SETTLED:
        return refuse(DisputeRefused.OBJECTION_LATE)
    return allow() if consultant_id in case.parties else refuse(DisputeRefused.NOT_PARTY)


def may_appeal(case: Case, consultant_id: ConsultantID | None, today: date, at: Instant) -> Decision:
    """A party, once, against a ruling, until the third day after it. A settlement that stood is final."""
    status = case.status_at(at)
    if status is Status.APPEALED:
        return refuse(DisputeRefused.UNDER_APPEAL)
    if status is not Status.DECIDED:
        return refuse(DisputeRefused.NOT_RULED)
    if case.appealed or case.appeal_until is None:
        return refuse(DisputeRefused.FINAL)
    if consultant_id not in case.parties:
        return refuse(DisputeRefused.NOT_PARTY)
    if today > case.appeal_until:
        return refuse(DisputeRefused.APPEAL_LATE, day=case.appeal_until)
    return allow()


def may_say(words: str, most: int) -> Decision:
    """Whether words are short enough to be kept."""
    return allow() if len(words) <= most else refuse(DisputeRefused.WORDS_LONG, most=most)


def sides_of(opener: Kind | None, largest_holder: Kind | None) -> str:
    """What a similar case is found by: the kinds of who opened it and of who had the most."""
    return f"{_kind(opener)}-{_kind(largest_holder)}"


def largest(shares: Sequence[Share]) -> ConsultantID | None:
    """Who has the most, the first-named of equals."""
    return max(shares, key=lambda share: share.basis_points).consultant_id


def concerns(kind: StepKind, policy: DisputePolicy, *, objected: bool = False) -> NewsFacts:
    """Who is told of a step besides the parties: whoever has to act next, and whose decision it was about."""
    final = Role(policy.final_role)
    if kind in (StepKind.OPENED, StepKind.WITHDRAWN):
        return NewsFacts((final,) if objected else (Role.SUPERVISOR,))
    if kind is StepKind.OBJECTED:
        return NewsFacts((final,), judge=True)
    if kind is StepKind.APPEALED:
        return NewsFacts((policy.appeal_role,), judge=True)
    return NewsFacts(judge=kind in (StepKind.STOOD, StepKind.APPEAL_RULED))


def _kind(kind: Kind | None) -> str:
    return HOUSE if kind is None else kind.value
