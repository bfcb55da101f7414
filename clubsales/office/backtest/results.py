"""What a back-test found, as it is kept and as it is read again. No guest is named in it, only sales."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from clubsales.consultants.credits.rules import Share
from clubsales.errors import Reason
from clubsales.ids import ConsultantID, SaleID
from clubsales.office.backtest.rules import Account, Holder, Standing, Tally, Verdict


@dataclass(frozen=True, slots=True)
class Part:
    """Somebody's share of a sale and what it is in minor units."""

    holder: Holder
    basis_points: int
    minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedSale:
    """A sale that would be credited otherwise: the shares and reasons of then and of the changed rule."""

    sale_id: SaleID
    day: date
    moved: int
    was: tuple[Part, ...]
    would_be: tuple[Part, ...]
    why: Reason
    why_then: Reason

    @property
    def holders(self) -> list[Holder]:
        """Everybody who has a part in it, before or after."""
        return list(dict.fromkeys(part.holder for part in (*self.was, *self.would_be)))


@dataclass(frozen=True, slots=True)
class SaleApart:
    """A sale that stays whatever the rules are, and why."""

    sale_id: SaleID
    day: date
    standing: Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """All of it. `values` are those each changed setting had in the policies of the period; money in minor units."""

    standings: Mapping[Standing, int]
    moved: int
    accounts: Mapping[Holder, Account]
    values: Mapping[str, Sequence[Any]]
    changed: tuple[ChangedSale, ...]
    apart: tuple[SaleApart, ...]

    @property
    def sales(self) -> int:
        """How many sales were looked at."""
        return sum(self.standings.values())

    @property
    def before(self) -> int:
        """All credit of these sales, as it stands."""
        return sum(account.before for account in self.accounts.values())

    @property
    def after(self) -> int:
        """All credit of these sales under the change."""
        return sum(account.after for account in self.accounts.values())


def stored(tally: Tally, values: Mapping[str, Sequence[Any]]) -> dict[str, Any]:
    """What was found as JSON, the sales with most at stake first."""
    changed = sorted(tally.changed, key=lambda verdict: (-verdict.weight, verdict.sale.id))
    return {
        "standings": {standing.value: count for standing, count in tally.standings.items()},
        "moved": tally.moved,
        "accounts": [
            [holder, account.before, account.after, account.sales]
            for holder, account in tally.accounts.items()
        ],
        "values": {name: list(each) for name, each in values.items()},
        "changed": [_changed(verdict) for verdict in changed],
        "apart": [
            [verdict.sale.id, verdict.sale.day.isoformat(), verdict.standing.value] for verdict in tally.apart
        ],
    }


def restored(kept: Mapping[str, Any]) -> Found:
    """What was found, from JSON."""
    return Found(
        standings={standing: kept["standings"].get(standing.value, 0) for standing in Standing},
        moved=kept["moved"],
        accounts={
            _holder(holder): Account(before, after, sales)
            for holder, before, after, sales in kept["accounts"]
        },
        values=kept["values"],
        changed=tuple(
            ChangedSale(
                sale_id=SaleID(line["sale"]),
                day=date.fromisoformat(line["day"]),
                moved=line["moved"],
                was=_parts(line["was"]),
                would_be=_parts(line["would_be"]),
                why_then=Reason.restored(line["why_then"]),
                why=Reason.restored(line["why"]),
            )
            for line in kept["changed"]
        ),
        apart=tuple(
            SaleApart(SaleID(sale_id), date.fromisoformat(day), Standing(standing))
            for sale_id, day, standing in kept["apart"]
        ),
    )


def _changed(verdict: Verdict) -> dict[str, Any]:
    sale = verdict.sale
    return {
        "sale": sale.id,
        "day": sale.day.isoformat(),
        "moved": verdict.moved,
        "was": _stored_parts(sale.head.shares, verdict.was),
        "would_be": _stored_parts(verdict.shares, verdict.would_be),
        "why_then": dict(sale.reason),
        "why": None if verdict.reason is None else verdict.reason.stored(),
    }


def _stored_parts(shares: Sequence[Share], credit: Mapping[Holder, int]) -> list[list[int | None]]:
    return [[share.consultant_id, share.basis_points, credit.get(share.consultant_id, 0)] for share in shares]


def _parts(kept: Sequence[Sequence[Any]]) -> tuple[Part, ...]:
    return tuple(Part(_holder(holder), points, minor) for holder, points, minor in kept)


def _holder(kept: int | None) -> Holder:
    return None if kept is None else ConsultantID(kept)
