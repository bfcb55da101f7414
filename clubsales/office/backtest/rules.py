"""What a changed rule would have done: credit before and after, sale by sale and person by person."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from clubsales.consultants.credits.rules import Attribution, Basis, Head, Share, target
from clubsales.errors import Decision, Reason, allow, refuse
from clubsales.ids import ConsultantID, PolicyVersionID, SaleID
from clubsales.leads.attribution.cases import Case, Evidence, Settings, facts_of
from clubsales.leads.attribution.rules import attribute

EARLIEST = date(2000, 1, 1)
LONGEST = timedelta(days=366)
MEMBERS = "DSP-02"  # the buyer was a member
RULED = "DSP-10"
# The settings that decide whose a sale's credit is, by their full names.
SETTINGS = (
    "credit.outside_share_bp",
    "follow_up.valid_days",
    "follow_up.effective_outcomes",
    "credit.tracked_friend.tracked_guest",
    "credit.tracked_friend.friend_tracker_bp",
    "designation.precedence",
    "proxy.share_bp",
    "gift_coupon.resets_tracking",
    "credit.basis",
)
Holder = ConsultantID | None  # None: the house


class BackTestRefused(StrEnum):
    PERIOD = "back_test.period"
    TO_COME = "back_test.to_come"
    SETTING = "back_test.setting"


class Problem(StrEnum):
    """Why a back-test found nothing."""

    POLICY = "policy"  # a policy of those days does not take the change
    FAILED = "failed"


class Standing(StrEnum):
    """What a back-test does with a sale."""

    SAME = "same"
    CHANGED = "changed"
    RULED = "ruled"  # a ruling decided it, and stays
    DISPUTED = "disputed"  # its credit is held
    UNLIKE = "unlike"  # what is known now explains the credit no more: left as it stands


@dataclass(frozen=True, slots=True, kw_only=True)
class PastSale:
    """A sale whose credit was decided, as the ledger has it.

    Its first money came on the club-local `day`. While its head is held nothing of it stands in the ledger.
    """

    id: SaleID
    day: date
    case: Case
    head: Head
    rule: str
    reason: Mapping[str, Any]  # a stored Reason
    policy_version_id: PolicyVersionID


@dataclass(frozen=True, slots=True)
class Book:
    """The settings of one policy version that decide about a sale's credit."""

    settings: Settings
    basis: Basis


@dataclass(frozen=True, slots=True)
class Books:
    """The settings of a policy version as it was, and with the change laid over it."""

    was: Book
    changed: Book


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """A sale as it stands and as it would stand, in minor units by holder.

    `shares` and `reason` are those under the change; where nothing changes, as they stand and none.
    """

    sale: PastSale
    standing: Standing
    shares: tuple[Share, ...]
    reason: Reason | None
    was: Mapping[Holder, int]
    would_be: Mapping[Holder, int]

    @property
    def moved(self) -> int:
        """What goes from one holder to another; what only appears or vanishes has moved nowhere."""
        gained = sum(max(0, each) for each in self._differences())
        lost = sum(max(0, -each) for each in self._differences())
        return min(gained, lost)

    @property
    def weight(self) -> int:
        """How much is different in all: what a list begins with."""
        return sum(abs(each) for each in self._differences())

    def _differences(self) -> list[int]:
        holders = {*self.was, *self.would_be}
        return [self.would_be.get(holder, 0) - self.was.get(holder, 0) for holder in holders]


@dataclass(slots=True)
class Account:
    """A holder's credit over all sales, in minor units, and in how many of them it is another one."""

    before: int = 0
    after: int = 0
    sales: int = 0


@dataclass(slots=True)
class Tally:
    """What a back-test found so far."""

    standings: dict[Standing, int] = field(default_factory=lambda: dict.fromkeys(Standing, 0))
    moved: int = 0
    accounts: dict[Holder, Account] = field(default_factory=dict)
    changed: list[Verdict] = field(default_factory=list)
    apart: list[Verdict] = field(default_factory=list)
    policies: set[PolicyVersionID] = field(default_factory=set)

    def add(self, verdict: Verdict) -> None:
        """Count one more sale."""
        self.standings[verdict.standing] += 1
        self.policies.add(verdict.sale.policy_version_id)
        for holder in {*verdict.was, *verdict.would_be}:
            before, after = verdict.was.get(holder, 0), verdict.would_be.get(holder, 0)
            account = self.accounts.setdefault(holder, Account())
            account.before += before
            account.after += after
            account.sales += before != after
        if verdict.standing is Standing.CHANGED:
            self.moved += verdict.moved
            self.changed.append(verdict)
        elif verdict.standing is not Standing.SAME:
            self.apart.append(verdict)


def may_test(first: date, last: date, today: date) -> Decision:
    """A period is past, its days in order, and at most a year long."""
    if last > today:
        return refuse(BackTestRefused.TO_COME)
    if first < EARLIEST or last < first or last - first >= LONGEST:
        return refuse(BackTestRefused.PERIOD, days=LONGEST.days)
    return allow()


def may_change(names: Iterable[str]) -> Decision:
    """Only settings that decide about credit can be tried here."""
    others = [name for name in names if name not in SETTINGS]
    return refuse(BackTestRefused.SETTING, settings=others) if others else allow()


def full_months(count: int, today: date) -> tuple[date, date]:
    """The first and last day of the last `count` months that are over."""
    first = month = today.replace(day=1)
    for _each in range(count):
        first = (first - timedelta(days=1)).replace(day=1)
    return first, month - timedelta(days=1)


def verdict_on(sale: PastSale, evidence: Evidence, books: Books, zone: ZoneInfo) -> Verdict:
    """Decide a sale again by the changed rules; where that makes a difference, by those of its day too.

    A ruling stays, and so does what is argued about (DSP-10). A sale that the records of today no longer explain
    (its guests were merged since, say) is left alone too: the difference would not be the changed rule's doing.
    """
    stays = _stays(sale)
    if stays is not None:
        return _as_it_stands(sale, stays)
    changed = _decided(sale, evidence, books.changed, zone)
    if _is_as_it_stands(sale, changed, books.changed):
        return _as_it_stands(sale, Standing.SAME)
    again = _decided(sale, evidence, books.was, zone)
    if not _is_as_it_stands(sale, again, books.was):
        return _as_it_stands(sale, Standing.UNLIKE)
    was = credit(sale.head)
    would_be = credit(replace(sale.head, shares=changed.shares, basis=books.changed.basis))
    same = would_be == was and _parts(changed.shares) == _parts(sale.head.shares)
    return Verdict(
        sale=sale,
        standing=Standing.SAME if same else Standing.CHANGED,
        shares=changed.shares,
        reason=changed.reason,
        was=was,
        would_be=would_be,
    )


def credit(head: Head) -> dict[Holder, int]:
    """What each holder has of a sale in minor units, by the ledger's own arithmetic."""
    return {holder: amount.minor for holder, amount in target(head).items() if amount}


def flattened(changes: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """The settings of a partial policy document by their full names."""
    found: dict[str, Any] = {}
    for key, value in changes.items():
        name = f"{prefix}{key}"
        found |= flattened(value, f"{name}.") if isinstance(value, Mapping) else {name: value}
    return found


def nested(settings: Mapping[str, Any]) -> dict[str, Any]:
    """A partial policy document of settings by their full names."""
    document: dict[str, Any] = {}
    for name, value in settings.items():
        *sections, key = name.split(".")
        table = document
        for section in sections:
            table = table.setdefault(section, {})
        table[key] = value
    return document


def _decided(sale: PastSale, evidence: Evidence, book: Book, zone: ZoneInfo) -> Attribution:
    """Whose the credit is; the working of thousands of sales would be read by nobody."""
    return attribute(facts_of(sale.case, evidence, book.settings, zone), book.settings.shares)


def _stays(sale: PastSale) -> Standing | None:
    if sale.head.held:
        return Standing.DISPUTED
    return Standing.RULED if sale.rule == RULED else None


def _is_as_it_stands(sale: PastSale, attribution: Attribution, book: Book) -> bool:
    return attribution.shares == sale.head.shares and book.basis is sale.head.basis


def _as_it_stands(sale: PastSale, standing: Standing) -> Verdict:
    has = credit(sale.head)
    return Verdict(sale=sale, standing=standing, shares=sale.head.shares, reason=None, was=has, would_be=has)


def _parts(shares: Sequence[Share]) -> dict[Holder, int]:
    return {share.consultant_id: share.basis_points for share in shares}
