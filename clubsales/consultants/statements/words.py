"""The words of pages and papers of pay: what a sale more brings, why two lists differ."""

from collections.abc import Mapping
from enum import StrEnum

from flask_babel.speaklater import LazyString

from clubsales.consultants.commission.rules import NextTier, Plan, TierMode
from clubsales.consultants.statements.comparing import Why
from clubsales.consultants.statements.pages import Tried
from clubsales.consultants.statements.rules import percent
from clubsales.i18n import Texts, format_money
from clubsales.i18n import gettext as _
from clubsales.i18n import lazy_gettext as _l
from clubsales.money import WHOLE, Currency, Money
from clubsales.papers.tables import Unreadable


class PrintRefused(StrEnum):
    NO_FONTS = "paper.no_fonts"
    FAILED = "paper.failed"


REFUSALS: Texts = {
    PrintRefused.NO_FONTS: _l(
        "This installation cannot make PDFs: the fonts for them were not built. Print the page instead, or take the table."
    ),
    PrintRefused.FAILED: _l(
        "The PDF could not be made. Print the page instead, and tell whoever runs the server."
    ),
}
REASONS: Texts = {}

ANSWER_TONES: Mapping[str, str] = {"acknowledged": "fine", "objected": "now", "confirmed": "soon"}
DIFFERENCES: Mapping[Why, LazyString] = {
    Why.SHARED: _l("You wrote down the whole sale. A part of it is yours; its ledger says why."),
    Why.TAKEN_BACK: _l(
        "It was credited as you wrote it. Then a refund, a rebate or a decision took some of it back."
    ),
    Why.OTHER_MONTH: _l("A part of this sale counts in another month."),
    Why.CENTS: _l("Only cents differ: how shares are rounded."),
    Why.UNKNOWN: _l("The amounts differ. Look at its ledger line by line."),
    Why.NOTHING_FITS: _l(
        "No credit of yours in this month fits: look at the number, the phone, the day and the amount, or ask whose sale it is."
    ),
}
UNREADABLE: Mapping[Unreadable, LazyString] = {
    Unreadable.EMPTY: _l("There is nothing in this file. Choose another one."),
    Unreadable.TOO_BIG: _l("This file is larger than 900 kB. Keep only the month you want to compare."),
    Unreadable.TOO_MANY_ROWS: _l(
        "This table has more than 3,000 rows. Keep only the month you want to compare."
    ),
    Unreadable.NOT_A_TABLE: _l("This is no table we can read. Save it as .xlsx or .csv and choose it again."),
}


def priced(name: str, price: Money | None) -> str:
    """Something of the price list with its price."""
    return _("%(name)s, %(price)s", name=name, price=format_money(price, whole=True)) if price else name


def one_more_sentence(tried: Tried) -> str:
    """What a sale more would change."""
    before, after = tried.one.before, tried.one.after
    amount, gain = format_money(tried.amount), _shown(tried, tried.one.gain_minor)
    if after.sum_minor <= 0:
        return _(
            "%(amount)s more, and the month is still %(missing)s below zero: no commission yet.",
            amount=amount,
            missing=_shown(tried, -after.sum_minor),
        )
    if after.capped and tried.one.gain_minor == 0:
        return _("%(amount)s more: nothing is added, your plan's limit is reached.", amount=amount)
    if after.rate_bp == before.rate_bp:
        return _(
            "%(amount)s more, in the tier of %(rate)s %%: +%(gain)s",
            amount=amount,
            rate=percent(after.rate_bp),
            gain=gain,
        )
    if tried.plan.mode is TierMode.MARGINAL:
        return _(
            "%(amount)s more reaches the tier of %(after)s %%: +%(gain)s",
            amount=amount,
            after=percent(after.rate_bp),
            gain=gain,
        )
    return _(
        "%(amount)s more and the whole month moves from %(before)s %% to %(after)s %%: +%(gain)s",
        amount=amount,
        before=percent(before.rate_bp),
        after=percent(after.rate_bp),
        gain=gain,
    )


def next_tier_sentence(plan: Plan, tier: NextTier, rate_bp: int, currency: Currency) -> str:
    """How far the next tier is, and what it brings."""
    missing, gain = (format_money(Money(minor, currency)) for minor in (tier.missing_minor, tier.gain_minor))
    if plan.mode is TierMode.MARGINAL:
        return _(
            "%(amount)s more reaches the tier of %(after)s %%: +%(gain)s",
            amount=missing,
            after=percent(tier.rate_bp),
            gain=gain,
        )
    return _(
        "%(amount)s more and the whole month moves from %(before)s %% to %(after)s %%: +%(gain)s",
        amount=missing,
        before=percent(rate_bp),
        after=percent(tier.rate_bp),
        gain=gain,
    )


def one_more_steps(tried: Tried) -> tuple[str, ...]:
    """How the difference comes about."""
    steps = [
        _(
            "Now: %(total)s, tier of %(rate)s %%, commission %(commission)s.",
            total=_shown(tried, tried.one.before.sum_minor),
            rate=percent(tried.one.before.rate_bp),
            commission=_shown(tried, tried.one.before.commission_minor),
        )
    ]
    if tried.counted != tried.amount:
        steps.append(_("Without its set-up fee %(counted)s count.", counted=format_money(tried.counted)))
    if tried.own_rate_bp is not None:
        steps.append(
            _("This kind is paid at a rate of its own, %(rate)s %%.", rate=percent(tried.own_rate_bp))
        )
    if tried.factor_bp != WHOLE:
        steps.append(_("It is paid at %(part)s %% of the rate.", part=percent(tried.factor_bp)))
    steps.append(
        _(
            "Then: %(total)s, tier of %(rate)s %%, commission %(commission)s.",
            total=_shown(tried, tried.one.after.sum_minor),
            rate=percent(tried.one.after.rate_bp),
            commission=_shown(tried, tried.one.after.commission_minor),
        )
    )
    return tuple(steps)


def _shown(tried: Tried, minor: int) -> str:
    return format_money(Money(minor, tried.amount.currency))
