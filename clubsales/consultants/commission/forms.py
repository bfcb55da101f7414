"""A plan as a manager types it: rates in percent, what is left empty is not there."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from flask_babel.speaklater import LazyString
from wtforms import BooleanField, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, ValidationError

from clubsales.auth.forms import OurForm, at_most, plain_line, required
from clubsales.consultants.commission.choosing import Scope
from clubsales.consultants.commission.operations import Written
from clubsales.consultants.commission.publishing import LONGEST_NAME, LONGEST_REASON
from clubsales.consultants.commission.rules import WHOLE_BP, PayableAfter, Plan, Tier, TierMode
from clubsales.consultants.commission.texts import CATEGORIES, EVERYBODY, KINDS, MODES, PAYABLE
from clubsales.consultants.fields import MoneyField
from clubsales.i18n import gettext as _
from clubsales.i18n import lazy_gettext as _l
from clubsales.money import Currency, Money

TIERS = range(8)
LEVELS = range(1, 11)
PERCENT = re.compile(r"(\d{1,3}(?:\.\d{1,2})?) ?%?")
CHOOSE = _l("Choose one.")


class PercentField(StringField):
    """A part in percent. `bp` is what was meant, in basis points; None where nothing was typed."""

    bp: int | None = None

    def __init__(self, label: LazyString, validators: Sequence[Any] = (), **more: Any) -> None:
        super().__init__(label, validators, **more)  # type: ignore[no-untyped-call]

    def pre_validate(self, _form: Any) -> None:
        """Raises ValidationError for what is no percentage up to 100; what was typed stays."""
        text = unicodedata.normalize("NFKC", self.data or "").strip()
        if not text:
            return
        found = PERCENT.fullmatch(text) if text.isascii() else None
        basis_points = int(Decimal(found[1]) * 100) if found else WHOLE_BP + 1
        if basis_points > WHOLE_BP:
            raise ValidationError(_("Enter a percentage from 0 to 100, such as 8 or 7.5."))
        self.bp = basis_points


class PlanForm(OurForm):
    """All of a plan, in a club's currency. `months` are those it may begin with."""

    name = StringField(
        _l("Name of the plan"),
        [required(), at_most(LONGEST_NAME), plain_line],
        description=_l("As whoever it pays reads it."),
    )
    kind = SelectField(_l("For whom"), choices=[("", EVERYBODY), *KINDS.items()], default="")
    level = SelectField(
        _l("Level"),
        choices=[("", _l("Every level")), *((str(level), str(level)) for level in LEVELS)],
        default="",
    )
    probation = BooleanField(_l("Only while on probation"))
    valid_from = SelectField(_l("Pays from"), validators=[InputRequired(CHOOSE)])
    base = MoneyField(
        _l("Base pay"), description=_l("Of a month, for whoever has no base of his own in his terms of pay.")
    )
    mode = RadioField(
        _l("How tiers count"),
        choices=list(MODES.items()),
        default=TierMode.WHOLE.value,
        validators=[InputRequired(CHOOSE)],
    )
    renewal = PercentField(
        _l("Renewals"),
        description=_l("Which part of the rate a member's renewal is paid at. Left empty: all of it."),
    )
    exclude_set_up_fee = BooleanField(
        _l("Leave out set-up fees"), description=_l("Credit counts without the set-up fee in a card's price.")
    )
    cap = MoneyField(_l("At most"), description=_l("The most commission of a month. Left empty: no limit."))
    override = PercentField(
        _l("For a supervisor, of his team's credit"), description=_l("Paid beside everything else.")
    )
    setter = PercentField(
        _l("For whoever made the appointment"),
        description=_l("Of the credit of a sale that a colleague made on it."),
    )
    referral = MoneyField(
        _l("For a colleague who brought the buyer"),
        description=_l("Once, when the sale is fully paid; a card type may have an amount of its own."),
    )
    deposit = MoneyField(_l("Kept back as deposit"), description=_l("Of each month's pay."))
    payable = RadioField(
        _l("Commission may be paid"),
        choices=list(PAYABLE.items()),
        default=PayableAfter.COOLING_OFF.value,
        validators=[InputRequired(CHOOSE)],
    )
    version = HiddenField(default="0")

    def __init__(self, currency: Currency, months: Mapping[str, str], **values: Any) -> None:
        super().__init__(**values)
        self.currency = currency
        self.valid_from.choices = list(months.items())

    def is_valid(self) -> bool:
        """Whether everything was filled in rightly, tiers and kinds of cards together too."""
        valid = super().is_valid()
        return all([valid, self._tiers_rise(), self._one_rate_each()])

    @property
    def tier_rows(self) -> list[tuple[MoneyField, PercentField]]:
        """From which credit on, at which rate."""
        return [(self[f"from_{row}"], self[f"rate_{row}"]) for row in TIERS]

    @property
    def category_rows(self) -> list[tuple[LazyString, PercentField, PercentField]]:
        """Kinds of cards: a part of the tier's rate, or a rate of their own."""
        return [(words, self[f"part_{name}"], self[f"own_{name}"]) for name, words in CATEGORIES.items()]

    @property
    def written(self) -> Written:
        """What was written; call after validating."""
        return Written(
            name=self.name.data or "",
            scope=Scope(
                self.kind.data or None, int(self.level.data) if self.level.data else None, self.probation.data
            ),
            valid_from=date.fromisoformat(self.valid_from.data),
            plan=self.plan,
        )

    @property
    def plan(self) -> Plan:
        """What it pays; call after validating."""
        return Plan(
            tiers=tuple(Tier(amount.minor, rate) for amount, rate in self._tiers()),
            mode=TierMode(self.mode.data),
            base_minor=_minor(self.base),
            renewal_bp=WHOLE_BP if self.renewal.bp is None else self.renewal.bp,
            category_bp=self._by_category("part"),
            category_rates=self._by_category("own"),
            exclude_set_up_fee=self.exclude_set_up_fee.data,
            cap_minor=None if self.cap.money is None else self.cap.money.minor,
            team_override_bp=self.override.bp or 0,
            setter_bp=self.setter.bp or 0,
            staff_referral_minor=_minor(self.referral),
            pay_deposit_minor=_minor(self.deposit),
            payable_after=PayableAfter(self.payable.data),
        )

    def _tiers(self) -> list[tuple[Money, int]]:
        return [
            (amount.money, rate.bp)
            for amount, rate in self.tier_rows
            if amount.money is not None and rate.bp is not None
        ]

    def _tiers_rise(self) -> bool:
        rises, highest = True, -1
        for amount, rate in self.tier_rows:
            if amount.errors or rate.errors:
                rises = False
            elif (amount.money is None) != (rate.bp is None):
                missing = amount if amount.money is None else rate
                missing.errors = (_("A tier needs both: from which credit on, and its rate."),)
                rises = False
            elif amount.money is not None:
                if amount.money.minor <= highest:
                    amount.errors = (_("Each tier begins above the one before. Enter a higher amount."),)
                    rises = False
                highest = max(highest, amount.money.minor)
        return rises

    def _one_rate_each(self) -> bool:
        both = [own for _words, part, own in self.category_rows if part.bp is not None and own.bp is not None]
        for own in both:
            own.errors = (_("Enter a part of the tier's rate or a rate of its own, not both."),)
        return not both

    def _by_category(self, what: str) -> dict[str, int]:
        found = {name: self[f"{what}_{name}"].bp for name in CATEGORIES}
        return {name: basis_points for name, basis_points in found.items() if basis_points is not None}


for _row in TIERS:
    setattr(PlanForm, f"from_{_row}", MoneyField(_l("Credit from")))
    setattr(PlanForm, f"rate_{_row}", PercentField(_l("Rate in percent")))
for _name in CATEGORIES:
    setattr(PlanForm, f"part_{_name}", PercentField(_l("Part of the tier's rate, in percent")))
    setattr(PlanForm, f"own_{_name}", PercentField(_l("Or a rate of its own, in percent")))


class PublishForm(OurForm):
    """Why a plan is published."""

    reason = TextAreaField(
        _l("Why the plan changes"),
        [required(), at_most(LONGEST_REASON)],
        description=_l("Whoever it pays reads it."),
    )
    also_begun = BooleanField(_l("It also pays the month that has already begun"))
    version = HiddenField(default="0")


def typed_of(written: Written, currency: Currency) -> dict[str, Any]:
    """What stands in the form for a plan."""
    plan, scope = written.plan, written.scope
    values: dict[str, Any] = {
        "name": written.name,
        "kind": scope.kind or "",
        "level": "" if scope.level is None else str(scope.level),
        "probation": scope.probation,
        "valid_from": written.valid_from.isoformat(),
        "base": _amount(plan.base_minor, currency),
        "mode": plan.mode.value,
        "renewal": "" if plan.renewal_bp == WHOLE_BP else _percent(plan.renewal_bp),
        "exclude_set_up_fee": plan.exclude_set_up_fee,
        "cap": "" if plan.cap_minor is None else str(Money(plan.cap_minor, currency)),
        "override": _percent(plan.team_override_bp) if plan.team_override_bp else "",
        "setter": _percent(plan.setter_bp) if plan.setter_bp else "",
        "referral": _amount(plan.staff_referral_minor, currency),
        "deposit": _amount(plan.pay_deposit_minor, currency),
        "payable": plan.payable_after.value,
    }
    for row, tier in enumerate(plan.tiers):
        values |= {
            f"from_{row}": str(Money(tier.from_minor, currency)),
            f"rate_{row}": _percent(tier.rate_bp),
        }
    values |= {f"part_{name}": _percent(part) for name, part in plan.category_bp.items()}
    values |= {f"own_{name}": _percent(rate) for name, rate in plan.category_rates.items()}
    return values


def _minor(field: MoneyField) -> int:
    return 0 if field.money is None else field.money.minor


def _amount(minor: int, currency: Currency) -> str:
    return str(Money(minor, currency)) if minor else ""


def _percent(basis_points: int) -> str:
    return f"{Decimal(basis_points) / 100:f}"
