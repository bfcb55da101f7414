"""What a manager types to have leads handed over."""

import uuid
from typing import Any

from wtforms import HiddenField, SelectMultipleField, StringField
from wtforms.validators import InputRequired, Regexp

from clubsales.auth.forms import OurForm, at_most, required
from clubsales.consultants.fields import DayField
from clubsales.i18n import lazy_gettext as _l
from clubsales.leads.handovers.rules import LONGEST_REASON
from clubsales.typed import one_line

KEY = r"\A[0-9A-Za-z-]{8,80}\Z"


class HandOverForm(OurForm):
    """Why, from which day, until when, to whom. The colleagues are looked up in the club."""

    submission_key = HiddenField("", validators=[InputRequired(), Regexp(KEY)])
    reason = StringField(_l("Why"), validators=[required(), at_most(LONGEST_REASON)], filters=[one_line])
    starts_on = DayField(_l("From this day"), [required()])
    ends_on = DayField(_l("The leads come back on"))
    to = SelectMultipleField(_l("To whom"), validate_choice=False)

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)
        if not self.submission_key.data:
            self.submission_key.data = str(uuid.uuid4())

    def refuse(self, sentence: str) -> None:
        """Say above the form why it cannot be done like this."""
        self.form_errors = [*self.form_errors, sentence]
