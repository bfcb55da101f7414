"""One's own list beside the ledger: what agrees, what only one of them has, what differs and probably why. Pure."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from clubsales.consultants.statements.own_list import OwnList, OwnRow


class Why(StrEnum):
    """What probably lies behind a difference."""

    SHARED = "shared"  # the whole sale is written down, and a part of it is his
    TAKEN_BACK = "taken_back"  # what was credited first; a refund or a ruling took some away
    OTHER_MONTH = "other_month"  # some of it counts in another month
    CENTS = "cents"
    UNKNOWN = "unknown"
    NOTHING_FITS = "nothing_fits"  # of a row: no sale of his has that number, phone, or day and amount


@dataclass(frozen=True, slots=True, kw_only=True)
class Credited:
    """What a sale credited to him in a month; amounts in minor units. `gained` counts what was added alone."""

    sale: str
    title: str
    title_en: str
    others: int = 0  # lines of the sale beside the first
    buyer: str
    phones: tuple[str, ...]  # digits without country code
    month: date
    first_day: date
    last_day: date
    credit: int
    gained: int
    price: int
    received: int

    def title_in(self, language: str) -> str:
        """The first line that was sold, in a language."""
        return self.title_en if language.startswith("en") and self.title_en else self.title


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Rows of the list and the sale they are about. No `why`: they agree. `other_months` is his credit of it in those."""

    rows: tuple[OwnRow, ...]
    credited: Credited
    why: Why | None = None
    by_phone: bool = False
    other_months: int = 0

    @property
    def written(self) -> int:
        """What the list says, in minor units."""
        return sum(row.amount for row in self.rows)

    @property
    def difference(self) -> int:
        """How much more the list says than the ledger."""
        return self.written - self.credited.credit


@dataclass(frozen=True, slots=True)
class Lone:
    """A row that no sale of the month fits; `elsewhere` is the month its sale counts in."""

    row: OwnRow
    why: Why
    elsewhere: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """The whole, in the order of the list and then of the ledger."""

    agreed: tuple[Pair, ...]
    different: tuple[Pair, ...]
    only_mine: tuple[Lone, ...]
    only_system: tuple[Credited, ...]
    unread: tuple[int, ...]
    total_rows: tuple[int, ...]
    written: int
    credited: int


def compare(own: OwnList, credited: Sequence[Credited], month: date) -> Comparison:
    """Put the list beside what was credited: `credited` holds the month and those around it.

    A row finds its sale by number, else by phone, without one by the buyer's name, else by day and amount. Rows of one sale are added up.
    """
    here = [each for each in credited if each.month == month]
    there = [each for each in credited if each.month != month]
    found = _assigned(own.rows, here)
    rows_of: dict[int, list[OwnRow]] = defaultdict(list)
    lone = []
    for row in own.rows:
        place = found.get(row.row)
        if place is None:
            months = [each.month for each in there if _is_named(row, each)]
            lone.append(Lone(row, Why.OTHER_MONTH if months else Why.NOTHING_FITS, min(months, default=None)))
        else:
            rows_of[place].append(row)
    pairs = []
    for place, rows in rows_of.items():
        sale = here[place]
        others = sum(each.credit for each in there if each.sale == sale.sale)
        by_phone = all(row.sale != sale.sale for row in rows)
        pair = Pair(rows=tuple(rows), credited=sale, by_phone=by_phone, other_months=others)
        pairs.append(_explained(pair))
    return Comparison(
        agreed=tuple(pair for pair in pairs if pair.why is None),
        different=tuple(pair for pair in pairs if pair.why is not None),
        only_mine=tuple(lone),
        only_system=tuple(each for place, each in enumerate(here) if place not in rows_of and each.credit),
        unread=own.unread,
        total_rows=own.total_rows,
        written=sum(row.amount for row in own.rows),
        credited=sum(each.credit for each in here),
    )


def _assigned(rows: Sequence[OwnRow], sales: Sequence[Credited]) -> dict[int, int]:
    """Row number to place of its sale: exact amounts first, then whatever is named, then day and amount alone."""
    named = {row.row: [place for place, sale in enumerate(sales) if _is_named(row, sale)] for row in rows}
    found: dict[int, int] = {}
    taken: set[int] = set()
    for row in rows:
        exact = [
            place for place in named[row.row] if place not in taken and sales[place].credit == row.amount
        ]
        if exact:
            found[row.row] = min(exact, key=lambda place: _distance(row, sales[place]))
            taken.add(found[row.row])
    for row in rows:
        if row.row not in found and named[row.row]:
            found[row.row] = min(
                named[row.row], key=lambda place: (place in taken, _distance(row, sales[place]))
            )
            taken.add(found[row.row])
    for row in rows:
        if row.row not in found and row.day is not None:
            alike = [
                place
                for place, sale in enumerate(sales)
                if place not in taken and sale.credit == row.amount and _distance(row, sale) == 0
            ]
            if len(alike) == 1:
                found[row.row] = alike[0]
                taken.add(alike[0])
    return found


def _is_named(row: OwnRow, sale: Credited) -> bool:
    if row.sale and row.sale == sale.sale:
        return True
    if row.phone:
        return any(phone.startswith(row.phone_start) and phone.endswith(row.phone) for phone in sale.phones)
    return bool(row.name) and row.name == sale.buyer


def _distance(row: OwnRow, sale: Credited) -> int:
    """Days between the row's and the sale's; none where the row has no day."""
    if row.day is None or sale.first_day <= row.day <= sale.last_day:
        return 0
    return min(abs((row.day - day).days) for day in (sale.first_day, sale.last_day))


def _explained(pair: Pair) -> Pair:
    sale, written = pair.credited, pair.written
    if written == sale.credit:
        return pair
    if abs(pair.difference) < 100:
        why = Why.CENTS
    elif pair.other_months and written == sale.credit + pair.other_months:
        why = Why.OTHER_MONTH
    elif written == sale.gained:
        why = Why.TAKEN_BACK
    elif written in (sale.price, sale.received) and 0 < sale.credit < written:
        why = Why.SHARED
    else:
        why = Why.UNKNOWN
    return Pair(
        rows=pair.rows,
        credited=sale,
        why=why,
        by_phone=pair.by_phone,
        other_months=pair.other_months,
    )
