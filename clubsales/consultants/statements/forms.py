"""What people type about their money."""

import uuid
from typing import Any

from wtforms import BooleanField, FileField, HiddenField, SelectField, TextAreaField

from clubsales.auth.forms import OurForm, at_most
from clubsales.consultants.fields import MoneyField
from clubsales.consultants.statements.answers import LONGEST_WORDS
from clubsales.i18n import lazy_gettext as _l
from clubsales.money import Currency
from clubsales.typed import free_text


class OneMoreForm(OurForm):
    """A sale to try: something of the price list, or an amount. Nothing is written, so it is asked for by GET."""

    class Meta:
        csrf = False

    card = SelectField(_l("What is sold"), validate_choice=False, default="")
    amount = MoneyField(_l("Your part of the price"), [at_most(20)])
    renewal = BooleanField(_l("A renewal"))

    def __init__(self, currency: Currency, **values: Any) -> None:
        self.currency = currency
        super().__init__(**values)


class WordsForm(OurForm):
    """An objection, or the answer to one."""

    submission_key = HiddenField()
    words = TextAreaField(_l("In your words"), [at_most(LONGEST_WORDS)], filters=[free_text], default="")

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)
        if not self.submission_key.data:
            self.submission_key.data = str(uuid.uuid4())


class OwnListForm(OurForm):
    """A list of one's own."""

    month = HiddenField()
    file = FileField(_l("Your list (.xlsx, .xls, .ods or .csv)"))
