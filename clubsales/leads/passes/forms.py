"""What people type to hand out passes."""

import uuid
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from flask_babel.speaklater import LazyString
from flask_wtf import FlaskForm
from wtforms import DateField, HiddenField, RadioField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, NumberRange, Optional, Regexp

from clubsales.consultants.fields import WholeNumberField
from clubsales.consultants.profiles.queries import ConsultantView
from clubsales.i18n import gettext as _
from clubsales.i18n import lazy_gettext as _l
from clubsales.i18n import ngettext
from clubsales.leads.passes.rules import MOST_AT_ONCE

KEY = r"\A[0-9a-f-]{36}\Z"
VALIDITIES = (7, 14, 30, 90)  # days to choose from, today not counted
USUAL_VALIDITY = 14
NOBODY = "nobody"


def validities() -> list[SelectChoice]:
    """How long passes may be good, in the reader's language."""
    return [
        *(SelectChoice(str(days), ngettext("%(num)s day", "%(num)s days", days)) for days in VALIDITIES),
        SelectChoice("", _("No end date")),
    ]


class DayField(DateField):
    """A day as a date input sends it."""

    def __init__(self, label: LazyString, validators: Sequence[Any] = (), **more: Any) -> None:
        super().__init__(label, validators, **more)  # type: ignore[no-untyped-call]

    def process_formdata(self, valuelist: list[str]) -> None:
        """Raises ValueError for what is no day."""
        try:
            super().process_formdata(valuelist)  # type: ignore[no-untyped-call]
        except ValueError:
            raise ValueError(_("Type a day such as 2026-03-09.")) from None


class HandOutForm(FlaskForm):
    """How many, and how long they are good. Two of them may stand on one page."""

    ON_PAGE = ""

    submission_key = HiddenField("", validators=[InputRequired(), Regexp(KEY)])
    count = WholeNumberField(
        _l("How many"),
        default=1,
        validators=[
            InputRequired(_l("Say how many.")),
            NumberRange(min=1, max=MOST_AT_ONCE, message=_l("Issue between %(min)s and %(max)s at a time.")),
        ],
    )
    days = RadioField(_l("Valid for"), choices=validities, default=str(USUAL_VALIDITY))
    last_day = DayField(_l("Or until"), validators=[Optional()])

    def __init__(self, *arguments: Any, **values: Any) -> None:
        super().__init__(*arguments, **values)  # type: ignore[no-untyped-call]
        if not self.submission_key.data:
            self.submission_key.data = str(uuid.uuid4())
        for field in self:
            field.id = field.label.field_id = f"{self.ON_PAGE}-{field.name}"

    def is_valid(self) -> bool:
        """Whether everything is well; errors stand at their fields."""
        return bool(self.validate())  # type: ignore[no-untyped-call]

    def valid_until(self, today: date) -> date | None:
        """The last day, inclusive; None without an end. What is typed counts."""
        typed: date | None = self.last_day.data
        if typed is not None:
            return typed
        return today + timedelta(days=int(self.days.data)) if self.days.data else None

    def inputs(self) -> dict[str, Any]:
        """What was meant, for the key of the press."""
        return {
            field.name: field.data for field in self if field.name not in ("csrf_token", "submission_key")
        }


class TrialPassForm(HandOutForm):
    """Trial passes of a consultant; who leads the team chooses whose, or nobody's."""

    ON_PAGE = "trial"
    consultant = SelectField(_l("In whose name"), validate_choice=False)

    def offer(self, consultants: Sequence[ConsultantView]) -> None:
        """Fill the choices; what was chosen is looked up by itself."""
        self.consultant.choices = [
            *((c.public_id, c.name) for c in consultants),
            (NOBODY, _("Nobody's: it names no consultant")),
        ]


class CouponForm(HandOutForm):
    """Gift coupons of the club: they name nobody (FLY-04)."""

    ON_PAGE = "coupon"
