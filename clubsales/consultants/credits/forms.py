"""What is typed about a sale's credit."""

import uuid
from typing import Any

from wtforms import HiddenField, StringField
from wtforms.validators import DataRequired, ValidationError

from clubsales.auth.forms import OurForm, at_most
from clubsales.consultants.credits.rules import LONGEST_NOTE
from clubsales.consultants.fields import MoneyField
from clubsales.i18n import gettext as _
from clubsales.i18n import lazy_gettext as _l
from clubsales.money import Currency
from clubsales.typed import one_line


class RebateForm(OurForm):
    """Money of a sale that was paid out again; the key makes two presses one."""

    submission_key = HiddenField()
    amount = MoneyField(_l("Rebate paid out"), [DataRequired(_l("Enter the amount.")), at_most(20)])
    note = StringField(
        _l("What for"),
        [DataRequired(_l("Say what it was paid for.")), at_most(LONGEST_NOTE)],
        filters=[one_line],
        description=_l("A few words without names: the ledger keeps them for good."),
    )

    def __init__(self, currency: Currency, **values: Any) -> None:
        self.currency = currency
        super().__init__(**values)
        if not self.submission_key.data:
            self.submission_key.data = str(uuid.uuid4())

    def validate_amount(self, field: MoneyField) -> None:
        """Raises ValidationError for nothing: what is paid out is more."""
        if field.money is not None and not field.money:
            raise ValidationError(_("Enter more than nothing."))
