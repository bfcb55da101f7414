"""What is typed about a card: a phone to find it by, what is taken from it, days given to it, who shares it."""

from typing import Any

from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import Field, HiddenField, StringField, ValidationError
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from clubsales.errors import Refused
from clubsales.i18n import lazy_gettext as _l
from clubsales.i18n import refusal_text
from clubsales.idempotency import key_of
from clubsales.leads.people.rules import normalise_phone
from clubsales.membership.fields import DayField, MoneyField, PhoneField, WholeNumberField
from clubsales.money import Currency
from clubsales.typed import free_text, one_line

TOO_LONG = _l("Use at most %(max)d characters.")
LONGEST_WHAT, LONGEST_REASON = 120, 200
MOST_DAYS, MOST_VISITS, MOST_AT_ONCE = 3650, 999, 20


class FindForm(FlaskForm):
    """A member's phone; sent by GET, so that the answer can be opened again. `e164` is the phone once valid."""

    class Meta:
        csrf = False  # it only reads

    phone = StringField(_l("Member's phone"), validators=[InputRequired(_l("Type the member's phone."))])
    e164 = ""

    def __init__(self, query: MultiDict[str, str] | None) -> None:
        super().__init__(query)  # type: ignore[no-untyped-call]

    def is_valid(self) -> bool:
        """Whether the phone is one; the error stands at the field."""
        return bool(self.validate())  # type: ignore[no-untyped-call]

    def validate_phone(self, field: Field) -> None:
        """Write the phone one way."""
        text: Any = field.data
        try:
            self.e164 = normalise_phone(text)
        except Refused as refused:
            raise ValidationError(refusal_text(refused.refusal)) from None


class CardForm(FlaskForm):
    """A form on a card's pages."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]

    def is_valid(self) -> bool:
        """Whether it can be carried out; errors stand at their fields."""
        return bool(self.validate_on_submit())  # type: ignore[no-untyped-call]

    def put_beside(self, field: Any, refused: Refused) -> None:
        """Say a rule's no at the field it is about."""
        field.errors = [*field.errors, refusal_text(refused.refusal)]


class UseForm(CardForm):
    """Something taken from a card by hand; its key makes two presses one."""

    submission_key = HiddenField("")
    what = StringField(
        _l("What it is for"), validators=[Length(max=LONGEST_WHAT, message=TOO_LONG)], filters=[one_line]
    )

    def __init__(self, currency: Currency) -> None:
        super().__init__()
        self.currency = currency
        self.submission_key.data = key_of(self.submission_key.data)


class ValueForm(UseForm):
    """Stored value taken at the desk."""

    amount = MoneyField(_l("Amount"), validators=[DataRequired(_l("Enter the amount."))])


class VisitsForm(UseForm):
    """Visits or coached sessions taken at the desk."""

    visits = WholeNumberField(
        _l("How many are taken"),
        default=1,
        validators=[
            InputRequired(_l("Say how many are taken.")),
            NumberRange(min=1, max=MOST_AT_ONCE, message=_l("From %(min)s to %(max)s.")),
        ],
    )


class FreezeForm(CardForm):
    """A card is to stand still; no last day: until somebody ends it."""

    last_day = DayField(_l("Last day of the freeze"), validators=[Optional()])


class ExtendForm(CardForm):
    """Days or visits given for nothing, and why."""

    days = WholeNumberField(
        _l("Days given"),
        validators=[
            Optional(),
            NumberRange(min=0, max=MOST_DAYS, message=_l("From %(min)s to %(max)s.")),
        ],
    )
    visits = WholeNumberField(
        _l("Visits given"),
        validators=[
            Optional(),
            NumberRange(min=0, max=MOST_VISITS, message=_l("From %(min)s to %(max)s.")),
        ],
    )
    reason = StringField(
        _l("Reason"),
        validators=[
            DataRequired(_l("Say why it is given.")),
            Length(max=LONGEST_REASON, message=TOO_LONG),
        ],
        filters=[free_text],
    )


class ShareForm(CardForm):
    """Somebody who is to share a card, by phone."""

    phone = PhoneField(_l("Phone of whoever shares it"), validators=[InputRequired(_l("Type the phone."))])
