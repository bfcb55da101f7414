"""What a head of the club types to try a changed rule on past sales. What is left empty stays as it was."""

import re
import uuid
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from flask_babel.speaklater import LazyString
from wtforms import (
    Field,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    ValidationError,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Regexp

from clubsales.auth.forms import OurForm, at_most
from clubsales.consultants.fields import DayField
from clubsales.i18n import gettext as _
from clubsales.i18n import lazy_gettext as _l
from clubsales.leads.followups import texts as followups
from clubsales.office.backtest import texts
from clubsales.office.backtest.rules import full_months, nested
from clubsales.office.backtest.words import value_words
from clubsales.policy_shapes import CHOICES

KEY = r"\A[0-9A-Za-z-]{8,80}\Z"
PERCENT = re.compile(r"(\d{1,3}(?:[.,]\d{1,2})?)\s*[%\uff05]?")
DAYS = re.compile(r"(\d{1,4})\s*(?:days?|\u5929)?", re.IGNORECASE)
AS_IT_WAS = _l("as it was")
PLACES = (_l("First"), _l("Then"), _l("Then"), _l("Last"))


class By(StrEnum):
    """Which past is meant."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    DAYS = "days"


MONTHS = {By.MONTH: 1, By.QUARTER: 3, By.YEAR: 12}


class TypedField(StringField):
    """A figure as people type it, `value` once it is understood; empty: not changed."""

    value: int | None = None
    pattern = DAYS

    def __init__(self, label: LazyString, **more: Any) -> None:
        super().__init__(label, [at_most(12)], **more)  # type: ignore[no-untyped-call]

    def pre_validate(self, _form: Any) -> None:
        """Raises ValidationError for what is no such figure."""
        self.value = None
        typed = str(self.data or "").strip()
        if typed:
            found = self.pattern.fullmatch(typed)
            self.value = self.understood(found[1]) if found else self.refused()

    def understood(self, typed: str) -> int:
        """The figure; raises ValidationError."""
        return int(typed)

    def refused(self) -> int:
        """Raises ValidationError with the way out."""
        raise ValidationError(_("Type days as a whole number, such as 15; 0 is without limit."))


class PercentField(TypedField):
    """Percent; `value` is in basis points."""

    pattern = PERCENT

    def understood(self, typed: str) -> int:
        """Raises ValidationError above 100."""
        basis_points = int(Decimal(typed.replace(",", ".")) * 100)
        return basis_points if basis_points <= 10_000 else self.refused()

    def refused(self) -> int:
        """Raises ValidationError with the way out."""
        raise ValidationError(_("Type a percentage from 0 to 100, such as 65 or 66.5."))


def _options(words: Mapping[str, LazyString]) -> Callable[[], list[SelectChoice]]:
    """What to choose from, in the reader's language."""
    return lambda: [SelectChoice(value, str(label)) for value, label in words.items()]


def _shown() -> list[SelectChoice]:
    return [SelectChoice("", "–"), *_options(texts.SHOWN)()]


def _or_as_it_was(words: Mapping[str, LazyString]) -> Callable[[], list[SelectChoice]]:
    return _options({"": AS_IT_WAS, **words})


class BackTestForm(OurForm):
    """Which days, and which settings otherwise."""

    submission_key = HiddenField("", validators=[InputRequired(), Regexp(KEY)])
    period = RadioField(_l("Which sales"), choices=_options(texts.PERIODS), default=By.QUARTER.value)
    first_day = DayField(_l("From"))
    last_day = DayField(_l("To"))
    outside_share = PercentField(texts.SETTINGS["credit.outside_share_bp"])
    valid_days = TypedField(texts.SETTINGS["follow_up.valid_days"])
    outcomes = SelectMultipleField(
        texts.SETTINGS["follow_up.effective_outcomes"], choices=_options(followups.OUTCOMES)
    )
    tracked_guest = RadioField(
        texts.SETTINGS["credit.tracked_friend.tracked_guest"],
        choices=_or_as_it_was(texts.TRACKED_GUEST),
        default="",
    )
    friend_share = PercentField(texts.SETTINGS["credit.tracked_friend.friend_tracker_bp"])
    shown_1 = SelectField(PLACES[0], choices=_shown, default="")
    shown_2 = SelectField(PLACES[1], choices=_shown, default="")
    shown_3 = SelectField(PLACES[2], choices=_shown, default="")
    shown_4 = SelectField(PLACES[3], choices=_shown, default="")
    proxy_share = PercentField(texts.SETTINGS["proxy.share_bp"])
    coupon = RadioField(
        texts.SETTINGS["gift_coupon.resets_tracking"], choices=_or_as_it_was(texts.COUPONS), default=""
    )
    basis = RadioField(texts.SETTINGS["credit.basis"], choices=_or_as_it_was(texts.BASES), default="")

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)
        if not self.submission_key.data:
            self.submission_key.data = str(uuid.uuid4())

    @property
    def shown(self) -> list[SelectField]:
        """What designates somebody, from the highest down."""
        return [self.shown_1, self.shown_2, self.shown_3, self.shown_4]

    def explain(self, now: Mapping[str, Any]) -> None:
        """Say at each field what the setting does and how it stands now."""
        for name, field in self.by_setting().items():
            field.description = str(texts.EXPLAINED[name]) % {"now": value_words(name, now[name])}

    def by_setting(self) -> dict[str, Field]:
        """The fields by the full names of their settings; what designates has four, the first of which stands for it."""
        return {
            "credit.outside_share_bp": self.outside_share,
            "follow_up.valid_days": self.valid_days,
            "follow_up.effective_outcomes": self.outcomes,
            "credit.tracked_friend.tracked_guest": self.tracked_guest,
            "credit.tracked_friend.friend_tracker_bp": self.friend_share,
            "designation.precedence": self.shown_1,
            "proxy.share_bp": self.proxy_share,
            "gift_coupon.resets_tracking": self.coupon,
            "credit.basis": self.basis,
        }

    def is_valid(self) -> bool:
        """Whether days and settings are understood; errors stand at their fields, or above the form."""
        valid = super().is_valid()
        if self.period.data == By.DAYS and not (self.first_day.data and self.last_day.data):
            valid = self._wrong(self.first_day, _("Choose the first and the last day."))
        chosen = self._precedence()
        if len(set(chosen)) != len(chosen):
            valid = self._wrong(self.shown_1, _("Name each of them once."))
        if valid and not self.changes():
            self.refuse(_("Change at least one setting: otherwise every sale stays as it is."))
            valid = False
        return valid

    def refuse(self, sentence: str) -> None:
        """Say above the form why it cannot be done like this."""
        self.form_errors = [*self.form_errors, sentence]

    def days(self, today: date) -> tuple[date, date]:
        """The first and the last day meant."""
        by = By(self.period.data)
        if by is not By.DAYS:
            return full_months(MONTHS[by], today)
        assert self.first_day.data is not None
        assert self.last_day.data is not None
        return self.first_day.data, self.last_day.data

    def changes(self) -> dict[str, Any]:
        """What was changed, as a partial policy."""
        typed: dict[str, Any] = {
            "credit.outside_share_bp": self.outside_share.value,
            "follow_up.valid_days": self.valid_days.value,
            "follow_up.effective_outcomes": self.outcomes.data or None,
            "credit.tracked_friend.tracked_guest": self.tracked_guest.data or None,
            "credit.tracked_friend.friend_tracker_bp": self.friend_share.value,
            "designation.precedence": self._precedence() or None,
            "proxy.share_bp": self.proxy_share.value,
            "gift_coupon.resets_tracking": {"on": True, "off": False}.get(self.coupon.data or ""),
            "credit.basis": self.basis.data or None,
        }
        return nested({name: value for name, value in typed.items() if value is not None})

    def _precedence(self) -> list[str]:
        known = CHOICES["designation.precedence"]
        return [place.data for place in self.shown if place.data in known]

    def _wrong(self, field: Field, sentence: str) -> bool:
        field.errors = (*field.errors, sentence)
        return False
