"""A back-test as a page shows it, and as a spreadsheet takes it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from clubsales.consultants.profiles.queries import ConsultantView
from clubsales.errors import Reason
from clubsales.i18n import gettext as _
from clubsales.ids import ConsultantID, SaleID
from clubsales.money import Currency, Money
from clubsales.office.backtest import texts
from clubsales.office.backtest.queries import BackTestView, SaleName
from clubsales.office.backtest.results import ChangedSale, Found, Part
from clubsales.office.backtest.rules import Holder, Standing
from clubsales.office.backtest.words import percent, value_words
from clubsales.spreadsheet import Cell

SHOWN = 30
APART = (Standing.RULED, Standing.DISPUTED, Standing.UNLIKE)


@dataclass(frozen=True, slots=True)
class SettingLine:
    """A changed setting: what it is called, its values in those days and the one tried."""

    name: str
    was: str
    tried: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonLine:
    """What a back-test means to somebody. Lengths are percent of the largest amount."""

    name: str
    public_id: str | None  # None: the house
    before: Money
    after: Money
    sales: int
    before_length: float
    after_length: float

    @property
    def difference(self) -> Money:
        """What he would have more; negative: less."""
        return self.after - self.before


@dataclass(frozen=True, slots=True)
class PartLine:
    """Somebody's part of a sale."""

    name: str
    percent: str
    credit: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class SaleLine:
    """A sale that would be credited otherwise. No name: it is not there any more."""

    sale: SaleName | None
    day: date
    was: tuple[PartLine, ...]
    would_be: tuple[PartLine, ...]
    why_then: Reason
    why: Reason


@dataclass(frozen=True, slots=True)
class ApartLine:
    """A sale that stays whatever the rules are."""

    sale: SaleName | None
    day: date
    why: str


@dataclass(frozen=True, slots=True)
class Floor:
    """Everybody who sells or sold here."""

    people: Sequence[ConsultantView]
    currency: Currency

    def name(self, holder: Holder) -> str:
        """What a holder is called."""
        if holder is None:
            return _("The house")
        return next((one.name for one in self.people if one.id == holder), "")

    def public_id(self, holder: Holder) -> str | None:
        """What stands in an address for a holder."""
        return next((one.public_id for one in self.people if one.id == holder), None)

    def id_of(self, public_id: str) -> ConsultantID | None:
        """Whom an address means; None for nobody of this club."""
        return next((one.id for one in self.people if one.public_id == public_id), None)

    def money(self, minor: int) -> Money:
        """An amount of this club."""
        return Money(minor, self.currency)


def setting_lines(test: BackTestView) -> list[SettingLine]:
    """The changed settings; while nothing is found yet, only what is tried."""
    values = test.found.values if test.found is not None else {}
    return [
        SettingLine(
            name=str(texts.SETTINGS[name]),
            was=" / ".join(value_words(name, value) for value in values.get(name, ())),
            tried=value_words(name, tried),
        )
        for name, tried in test.changes.items()
    ]


def person_lines(found: Found, floor: Floor) -> list[PersonLine]:
    """Everybody with credit in these sales, who gains or loses most first."""
    accounts = sorted(
        found.accounts.items(),
        key=lambda each: (-abs(each[1].after - each[1].before), -each[1].before, floor.name(each[0])),
    )
    largest = max((max(account.before, account.after) for _holder, account in accounts), default=0)
    return [
        PersonLine(
            name=floor.name(holder),
            public_id=floor.public_id(holder),
            before=floor.money(account.before),
            after=floor.money(account.after),
            sales=account.sales,
            before_length=_length(account.before, largest),
            after_length=_length(account.after, largest),
        )
        for holder, account in accounts
    ]


def sales_of(found: Found, holder: Holder | None) -> list[ChangedSale]:
    """The sales that change, or those in which somebody has a part."""
    return [sale for sale in found.changed if holder is None or holder in sale.holders]


def sale_lines(
    sales: Sequence[ChangedSale], names: Mapping[SaleID, SaleName], floor: Floor
) -> list[SaleLine]:
    """Sales as lines, with before and after."""
    return [
        SaleLine(
            sale=names.get(sale.sale_id),
            day=sale.day,
            was=_parts(sale.was, floor),
            would_be=_parts(sale.would_be, floor),
            why_then=sale.why_then,
            why=sale.why,
        )
        for sale in sales
    ]


def apart_lines(found: Found, names: Mapping[SaleID, SaleName]) -> list[ApartLine]:
    """The first of the sales that stay, with why."""
    return [
        ApartLine(names.get(each.sale_id), each.day, str(texts.STANDINGS[each.standing.value]))
        for each in found.apart[:SHOWN]
    ]


def apart_counts(found: Found) -> list[tuple[str, int]]:
    """How many sales stay whatever the rules are, by why."""
    return [
        (str(texts.STANDINGS[standing.value]), found.standings[standing])
        for standing in APART
        if found.standings[standing]
    ]


def rows(found: Found, names: Mapping[SaleID, SaleName], floor: Floor) -> Iterator[list[Cell]]:
    """Each changed sale and holder as a line of a spreadsheet."""
    yield [
        _("Sale"),
        _("Day"),
        _("Sold"),
        _("Whose"),
        _("Percent before"),
        _("Percent after"),
        _("Credit before"),
        _("Credit after"),
        _("Difference"),
        _("Rule before"),
        _("Rule after"),
    ]
    for sale in found.changed:
        name = names.get(sale.sale_id)
        before = {part.holder: part for part in sale.was}
        after = {part.holder: part for part in sale.would_be}
        for holder in sale.holders:
            had, gets = before.get(holder), after.get(holder)
            had_minor, gets_minor = (0 if part is None else part.minor for part in (had, gets))
            yield [
                "" if name is None else name.public_id,
                sale.day.isoformat(),
                "" if name is None else name.title,
                floor.name(holder),
                _points(had),
                _points(gets),
                *(floor.money(minor).major for minor in (had_minor, gets_minor, gets_minor - had_minor)),
                sale.why_then.rule,
                sale.why.rule,
            ]


def _parts(parts: Sequence[Part], floor: Floor) -> tuple[PartLine, ...]:
    return tuple(
        PartLine(floor.name(part.holder), percent(part.basis_points), floor.money(part.minor))
        for part in parts
    )


def _points(part: Part | None) -> Decimal:
    return Decimal(0 if part is None else part.basis_points) / 100


def _length(amount: int, largest: int) -> float:
    return round(max(0, amount) * 100 / largest, 2) if largest else 0.0
