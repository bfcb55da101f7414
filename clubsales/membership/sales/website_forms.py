"""What a buyer types on the club's own page. No price: that stands on the price list."""

from typing import Any

from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, StringField
from wtforms.validators import DataRequired, InputRequired, Length

from clubsales import idempotency
from clubsales.i18n import lazy_gettext as _l
from clubsales.leads.people.rules import LONGEST_NAME
from clubsales.membership.fields import PhoneField
from clubsales.membership.sales.forms import TOO_LONG
from clubsales.typed import one_line


class OrderForm(FlaskForm):
    """Who buys. `website` is seen and filled in by robots only; the key makes two presses one."""

    submission_key = HiddenField("")
    name = StringField(
        _l("Your name"),
        validators=[
            DataRequired(_l("Type your name: the card is made out to it.")),
            Length(max=LONGEST_NAME, message=TOO_LONG),
        ],
        filters=[one_line],
    )
    phone = PhoneField(
        _l("Your phone"), validators=[InputRequired(_l("Type your phone: the club finds your card by it."))]
    )
    consent = BooleanField(
        validators=[InputRequired(_l("Without your consent we cannot sell you a card here."))]
    )
    website = StringField(_l("Leave this empty"))

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)  # type: ignore[no-untyped-call]
        self.submission_key.data = idempotency.key_of(self.submission_key.data)

    def is_valid(self) -> bool:
        """Whether everything is well; errors stand at their fields."""
        return bool(self.validate())  # type: ignore[no-untyped-call]

    @property
    def inputs(self) -> dict[str, str]:
        """What was typed, to tell a repeated form from another one."""
        return {"name": str(self.name.data), "phone": str(self.phone.e164)}
