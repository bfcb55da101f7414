"""What is typed to approve and to close a month."""

from typing import Any
from uuid import uuid4

from flask_wtf import FlaskForm
from wtforms import HiddenField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional, Regexp

from clubsales.auth.forms import required
from clubsales.consultants.fields import DayField
from clubsales.consultants.statements.paying import LONGEST_REFERENCE
from clubsales.i18n import lazy_gettext as _l
from clubsales.office.closing.rules import LONGEST_REASON
from clubsales.typed import one_line

KEY = r"[0-9A-Za-z-]{8,80}\Z"
DIGEST = r"[0-9a-f]{64}\Z"


class SeenForm(FlaskForm):
    """A form about a month as it was seen."""

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)  # type: ignore[no-untyped-call]

    def is_valid(self) -> bool:
        """Whether everything is well; errors stand at their fields."""
        return bool(self.validate())  # type: ignore[no-untyped-call]


class ApproveForm(SeenForm):
    """One's word for the month as it was seen."""

    seen = HiddenField("", validators=[InputRequired(), Regexp(DIGEST)])


class CloseForm(SeenForm):
    """The close; why, where checks stand open."""

    seen = HiddenField("", validators=[InputRequired(), Regexp(DIGEST)])
    submission_key = HiddenField("", validators=[Optional(), Regexp(KEY)])
    reason = TextAreaField(
        _l("Why the month is closed all the same"),
        validators=[Length(max=LONGEST_REASON, message=_l("Use at most %(max)d characters."))],
        filters=[one_line],
    )


class PayoutForm(SeenForm):
    """What was paid out: on which day, and how the payer finds it again."""

    submission_key = HiddenField("", validators=[Optional(), Regexp(KEY)])
    day = DayField(_l("Paid out on"), [required()])
    reference = StringField(
        _l("Reference"),
        validators=[Length(max=LONGEST_REFERENCE, message=_l("Use at most %(max)d characters."))],
        filters=[one_line],
        description=_l("The number of the transfer or of the payroll run, so that it is found again."),
    )


def new_key() -> str:
    """A key for a form nobody has sent yet."""
    return str(uuid4())
