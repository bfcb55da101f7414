"""What people type about cases."""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from typing import Any

from wtforms import Field, RadioField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice

from clubsales.auth.forms import OurForm, at_most, required
from clubsales.consultants.fields import DayField, MoneyField
from clubsales.consultants.profiles.queries import ConsultantView
from clubsales.consultants.reviews import texts
from clubsales.consultants.reviews.catalogue import FIXED, Offence
from clubsales.consultants.reviews.choices import (
    HIGHEST_LEVEL,
    LONGEST_WORDS,
    NEW_LEVEL,
    NEW_TERMS,
    WITH_AMOUNT,
    Choice,
    ReviewRefused,
    Verdict,
    choices_for,
)
from clubsales.consultants.reviews.queries import ReviewView
from clubsales.consultants.reviews.rules import Kind
from clubsales.i18n import format_local_date
from clubsales.i18n import lazy_gettext as _l
from clubsales.money import Currency, Money
from clubsales.typed import free_text

BY_HAND = (Kind.FINE, Kind.WARNING, Kind.PROMOTION)


class VerdictForm(OurForm):
    """A decision. Which of the other fields count depends on the choice; the rules say what is missing."""

    choice = RadioField(_l("What is to happen"), validators=[required()])
    amount = MoneyField(_l("Amount"))
    level = SelectField(_l("Level"), coerce=int)
    valid_from = SelectField(_l("Counts from"))
    words = TextAreaField(_l("Reason"), [required(), at_most(LONGEST_WORDS)])

    def __init__(
        self, *, case: ReviewView, currency: Currency, level: int, days: Sequence[date], **values: Any
    ) -> None:
        values.setdefault("level", level + 1 if case.kind is Kind.PROMOTION else max(1, level - 1))
        values.setdefault("valid_from", next((day.isoformat() for day in days[1:2]), days[0].isoformat()))
        if case.kind is Kind.FINE and case.lowest is not None:
            values.setdefault("amount", case.facts.get("proposed") or str(case.lowest))
        super().__init__(**values)
        self.currency = currency
        self.offered = choices_for(case.kind, case.rule)
        self.choice.choices = [
            SelectChoice(each.value, str(texts.CHOICES[each.value])) for each in self.offered
        ]
        self.level.choices = [
            SelectChoice(str(number), str(number))
            for number in range(1, HIGHEST_LEVEL + 1)
            if number != level
        ]
        self.valid_from.choices = [SelectChoice(day.isoformat(), format_local_date(day)) for day in days]

    @property
    def asks_amount(self) -> bool:
        """Whether any of the choices has an amount."""
        return not WITH_AMOUNT.isdisjoint(self.offered)

    @property
    def asks_level(self) -> bool:
        """Whether any of the choices gives another level."""
        return not NEW_LEVEL.isdisjoint(self.offered)

    @property
    def asks_day(self) -> bool:
        """Whether any of the choices gives new terms of pay."""
        return not NEW_TERMS.isdisjoint(self.offered)

    def asked_by(self, code: StrEnum) -> Field | None:
        """The field that a refusal is about; None for one that nothing typed here would mend."""
        about = {
            ReviewRefused.WORDS: self.words,
            ReviewRefused.CHOICE: self.choice,
            ReviewRefused.GENERAL_MANAGER: self.choice,
            **dict.fromkeys(
                (ReviewRefused.RANGE, ReviewRefused.FIXED, ReviewRefused.AMOUNT, ReviewRefused.BASE),
                self.amount,
            ),
            ReviewRefused.LEVEL: self.level,
            ReviewRefused.FIRST_DAY: self.valid_from,
            ReviewRefused.MONTH_CLOSED: self.valid_from,
        }
        return next((field for each, field in about.items() if each == code), None)

    def verdict(self, next_level: int | None) -> Verdict:
        """What is decided; call after validating."""
        choice = str(self.choice.data)
        return Verdict(
            choice=choice,
            words=free_text(self.words.data),
            amount=self.amount.money,
            level=next_level if choice == Choice.PROMOTE else self.level.data,
            valid_from=date.fromisoformat(self.valid_from.data),
        )


class DismissForm(OurForm):
    """Why there is nothing in a case."""

    words = TextAreaField(_l("Why there is nothing in it"), [required(), at_most(LONGEST_WORDS)])


class AnswerForm(OurForm):
    """What the person it is about says."""

    answer = TextAreaField(_l("Your answer"), [at_most(LONGEST_WORDS)])


class ProposalForm(OurForm):
    """A case somebody proposes."""

    kind = RadioField(_l("What do you propose?"), validators=[required()], default=Kind.WARNING.value)
    consultant = SelectField(_l("About whom"), validators=[required()])
    offence = SelectField(_l("Because of what"), default=Offence.OTHER.value)
    happened_on = DayField(_l("Day it happened"))
    amount = MoneyField(_l("Fine proposed"))
    words = TextAreaField(
        _l("Reason"), [required(), at_most(LONGEST_WORDS)], description=_l("The person it is about reads it.")
    )

    def __init__(self, *, people: Sequence[ConsultantView], currency: Currency, **values: Any) -> None:
        super().__init__(**values)
        self.currency = currency
        self.kind.choices = [SelectChoice(kind.value, str(texts.KINDS[kind.value])) for kind in BY_HAND]
        self.consultant.choices = [SelectChoice(each.public_id, each.name) for each in people]
        self.offence.choices = [SelectChoice(each.value, str(texts.OFFENCES[each.value])) for each in Offence]

    @property
    def fixed(self) -> dict[str, str]:
        """The amounts that what it is for fixes, as they are typed: filled in when it is chosen."""
        return {offence.value: amount for offence, amount in FIXED.items()}

    @property
    def fine(self) -> Money | None:
        """The amount proposed, where a fine is; call after validating."""
        return self.amount.money if self.kind.data == Kind.FINE else None
