"""Worked examples of a plan: what it pays at its borders, for a renewal, for goods, with a share of a sale."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from clubsales.consultants.commission.rules import Plan, Reckoned, SaleClass, reckon
from clubsales.money import half_up

CARD, RENEWAL, GOODS = SaleClass("term", False), SaleClass("term", True), SaleClass("goods", False)
USUAL_MONTH = 3_000_000  # minor units, for plans whose tiers say nothing of the size of a month
SALES_A_MONTH = 15
SHARE_PERCENT = 30  # the inside consultant's part of a tracked sale (DSP-03)


class ExampleKind(StrEnum):
    BELOW = "below"
    AT = "at"
    ABOVE = "above"
    TWICE = "twice"
    RENEWAL = "renewal"
    GOODS = "goods"
    WITHOUT_SHARE = "without_share"
    SHARE = "share"


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A month and what it pays. `part_minor`: of the renewal, the goods or the share in it; `sale_minor`: the shared sale."""

    kind: ExampleKind
    border_minor: int
    reckoned: Reckoned
    part_minor: int = 0
    sale_minor: int = 0


def examples(plan: Plan) -> list[Example]:
    """Months at every border of a plan, to the unit, and months with something special in them."""
    return [*_borders(plan), *_special(plan)]


def _borders(plan: Plan) -> Iterator[Example]:
    borders = [tier.from_minor for tier in plan.tiers if tier.from_minor > 0]
    for border in borders:
        for kind, credit in (
            (ExampleKind.BELOW, border - 1),
            (ExampleKind.AT, border),
            (ExampleKind.ABOVE, border + 1),
        ):
            yield Example(kind=kind, border_minor=border, reckoned=reckon(plan, {CARD: credit}, 0))
    top = borders[-1] if borders else USUAL_MONTH
    yield Example(kind=ExampleKind.TWICE, border_minor=top, reckoned=reckon(plan, {CARD: 2 * top}, 0))


def _special(plan: Plan) -> Iterator[Example]:
    month = max((tier.from_minor for tier in plan.tiers), default=0) or USUAL_MONTH
    sale = half_up(month, SALES_A_MONTH)
    for kind, sale_class in ((ExampleKind.RENEWAL, RENEWAL), (ExampleKind.GOODS, GOODS)):
        reckoned = reckon(plan, {CARD: month - sale, sale_class: sale}, 0)
        yield Example(kind=kind, border_minor=month, reckoned=reckoned, part_minor=sale)
    share = half_up(sale * SHARE_PERCENT, 100)
    for kind, credit in ((ExampleKind.WITHOUT_SHARE, month - share), (ExampleKind.SHARE, month)):
        yield Example(
            kind=kind,
            border_minor=month,
            reckoned=reckon(plan, {CARD: credit}, 0),
            part_minor=share,
            sale_minor=sale,
        )
