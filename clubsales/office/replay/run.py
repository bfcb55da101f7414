"""What a run knows: which code of the file stands for what."""

from dataclasses import dataclass, field
from enum import StrEnum

from clubsales.actor import Actor, Club
from clubsales.auth.operations import account_of
from clubsales.clock import Instant
from clubsales.consultants.shifts.rules import Override
from clubsales.errors import refuse
from clubsales.ids import CardTypeID, ConsultantID, PersonID, ReceptionID, SaleID
from clubsales.money import Money
from clubsales.office.replay.lines import Line
from clubsales.policy_documents import Document


class ReplayRefused(StrEnum):
    UNKNOWN_SALE = "sale.unknown"


@dataclass(slots=True)
class Run:
    """The state of a run. `policy` is the whole document it runs under."""

    policy: Document
    club: Club | None = None
    staff: dict[str, Actor] = field(default_factory=dict)
    card_types: dict[str, CardTypeID] = field(default_factory=dict)
    guests: dict[str, ReceptionID] = field(default_factory=dict)
    sales: dict[str, SaleID] = field(default_factory=dict)
    passes: dict[tuple[str, str], str] = field(default_factory=dict)  # our code, by kind and the file's
    claimed: dict[PersonID, str] = field(default_factory=dict)  # the phones of leads that were claimed
    next_claim_ends: Instant | None = None  # known without asking before each line; never too late

    @property
    def here(self) -> Club:
        """The club of the history: its first line."""
        if self.club is None:
            raise LookupError("the club line comes first")
        return self.club

    def money(self, text: str) -> Money:
        """An amount of a line, in the club's currency."""
        return Money.parse(text, self.here.currency)

    def consultant(self, code: str | None) -> ConsultantID | None:
        """A staff member's profile; every one has one."""
        return self.staff[code].consultant_id if code is not None else None

    def sale(self, code: str) -> SaleID:
        """A sale that exists; raises Refused for one that was refused."""
        if code not in self.sales:
            refuse(ReplayRefused.UNKNOWN_SALE, sale=code).or_raise()
        return self.sales[code]

    def override(self, line: Line) -> Override | None:
        """Whoever let it happen against a rule, and why."""
        if line["override_by"] is None:
            return None
        by = self.staff[line["override_by"]]
        return Override(account_id=account_of(by), roles=by.roles, reason=line["reason"] or "")


def own(actor: Actor) -> ConsultantID:
    """Everybody of a history has a profile."""
    assert actor.consultant_id is not None
    return actor.consultant_id
