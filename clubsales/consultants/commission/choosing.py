"""Which plan pays whom: the narrowest that fits, of those the latest (AMB-37)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from clubsales.consultants.commission.rules import Plan


@dataclass(frozen=True, slots=True)
class Scope:
    """Whom a plan is for: a kind, a level, both or everybody; or whoever of them is on probation at the month's end."""

    kind: str | None = None
    level: int | None = None
    probation: bool = False

    def fits(self, kind: str, level: int, on_probation: bool) -> bool:
        """Whether somebody is meant."""
        if self.probation and not on_probation:
            return False
        return self.kind in (None, kind) and self.level in (None, level)

    @property
    def narrowness(self) -> tuple[bool, bool, bool]:
        """Orders scopes: probation before all else, then the kind, then the level."""
        return self.probation, self.kind is not None, self.level is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """A plan that was published, for a scope, from a month on."""

    plan: Plan
    plan_id: int | None
    public_id: str
    name: str
    scope: Scope
    valid_from: date
    sequence: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ChosenPlan:
    """The plan that pays somebody. No id: the policy's section `commission`."""

    plan: Plan
    plan_id: int | None
    name: str
    public_id: str = ""


def choose(
    published: Sequence[Published], otherwise: Plan, *, kind: str, level: int, on_probation: bool
) -> ChosenPlan:
    """The plan for somebody: the narrowest scope that fits him, in it the latest; else the policy's."""
    fitting = [each for each in published if each.scope.fits(kind, level, on_probation)]
    if not fitting:
        return ChosenPlan(plan=otherwise, plan_id=None, name="")
    best = max(fitting, key=lambda each: (each.scope.narrowness, each.valid_from, each.sequence))
    return ChosenPlan(plan=best.plan, plan_id=best.plan_id, name=best.name, public_id=best.public_id)
