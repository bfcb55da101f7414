"""What is typed for a service on a card; each kind shows its own fields."""

from wtforms import DateField, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import Length, NumberRange, Optional

from clubsales.i18n import lazy_gettext as _l
from clubsales.leads.people.rules import LONGEST_NAME
from clubsales.membership.fields import MoneyField, PhoneField, WholeNumberField
from clubsales.membership.sales.forms import LONGEST_PUBLIC_ID, LONGEST_REASON, TOO_LONG, KeyedForm
from clubsales.typed import free_text, one_line

MOST = 3660
A_NUMBER = _l("Enter a whole number from 1 to %(max)d.")


class ServiceForm(KeyedForm):
    """A service at the desk."""

    asked = HiddenField("", validators=[Optional(), Length(max=LONGEST_PUBLIC_ID)])
    last_day = DateField(_l("Last day of the freeze"), validators=[Optional()])
    phone = PhoneField(_l("Phone of whoever gets the card"))
    name = StringField(
        _l("Name of whoever gets the card"),
        validators=[Length(max=LONGEST_NAME, message=TOO_LONG)],
        filters=[one_line],
    )
    club = SelectField(_l("Or another club"), choices=[], validators=[Optional()], validate_choice=False)
    card_type = RadioField(_l("Card"), choices=[], validators=[Optional()], validate_choice=False)
    price = MoneyField(_l("Price"))
    discount_request = StringField("", validators=[Optional(), Length(max=LONGEST_PUBLIC_ID)])
    starts_on = DateField(_l("Starts on"), validators=[Optional()])
    days = WholeNumberField(_l("More days"), validators=[Optional(), NumberRange(1, MOST, A_NUMBER)])
    visits = WholeNumberField(_l("More visits"), validators=[Optional(), NumberRange(1, MOST, A_NUMBER)])
    reason = TextAreaField(
        _l("Reason"), validators=[Length(max=LONGEST_REASON, message=TOO_LONG)], filters=[free_text]
    )


class AskedForm(KeyedForm):
    """What a member asks by the card's own page."""

    last_day = DateField(_l("Last day of the freeze"), validators=[Optional()])
    phone = PhoneField(_l("Phone of whoever gets the card"))
    name = StringField(
        _l("Name of whoever gets the card"),
        validators=[Length(max=LONGEST_NAME, message=TOO_LONG)],
        filters=[one_line],
    )
    reason = TextAreaField(
        _l("A word for the club"),
        validators=[Length(max=LONGEST_REASON, message=TOO_LONG)],
        filters=[free_text],
    )


class RefuseForm(KeyedForm):
    """A no, and why."""

    answer = TextAreaField(
        _l("Reason"), validators=[Length(max=LONGEST_REASON, message=TOO_LONG)], filters=[free_text]
    )
