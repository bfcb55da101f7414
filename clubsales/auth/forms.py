"""Forms of signing in, of devices and of one's own account."""

import unicodedata
from collections.abc import Callable
from datetime import time
from typing import Any
from zoneinfo import available_timezones

from babel.numbers import list_currencies
from flask_wtf import FlaskForm
from wtforms import (
    Field,
    Form,
    HiddenField,
    PasswordField,
    RadioField,
    SelectField,
    StringField,
    TimeField,
    ValidationError,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from clubsales.auth import again
from clubsales.auth.first_manager import NewClub
from clubsales.auth.rules import (
    PASSWORD_MAXIMUM,
    DevicePurpose,
    clean_username,
    may_be_password,
    may_be_pin,
    may_be_username,
)
from clubsales.errors import Decision, Refusal
from clubsales.i18n import gettext as _
from clubsales.i18n import lazy_gettext as _l
from clubsales.i18n import refusal_text
from clubsales.money import Currency

USERNAME_TYPED = 60
NAME_TYPED = 60


def required() -> InputRequired:
    return InputRequired(_l("Please fill this in."))


def at_most(characters: int) -> Length:
    return Length(max=characters, message=_l("At most %(max)d characters."))


def plain_line(_form: Form, field: Field) -> None:
    """One line of writing: no control characters, not only spaces."""
    text = field.data or ""
    if any(unicodedata.category(character) in ("Cc", "Cs") for character in text):
        raise ValidationError(_("This contains characters that cannot be stored. Type it again."))
    if text and not text.strip():
        raise ValidationError(_("Please fill this in."))


def obeys(rule: Callable[[str], Decision]) -> Callable[[Form, Field], None]:
    """The field obeys a rule; the rule's refusal is its message."""

    def check(_form: Form, field: Field) -> None:
        decision = rule(field.data or "")
        if isinstance(decision, Refusal):
            raise ValidationError(refusal_text(decision))

    return check


class OurForm(FlaskForm):
    """A form of ours, with types."""

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)  # type: ignore[no-untyped-call]

    def is_valid(self) -> bool:
        """Whether everything was filled in rightly; the errors stand at the fields."""
        return bool(self.validate())  # type: ignore[no-untyped-call]


class SignInForm(OurForm):
    """User name and password."""

    username = StringField(_l("User name"), [required(), at_most(USERNAME_TYPED), plain_line])
    password = PasswordField(_l("Password"), [required(), at_most(PASSWORD_MAXIMUM)])
    next = HiddenField()


class ConfirmPasswordForm(OurForm):
    """The password again."""

    password = PasswordField(_l("Your password"), [required(), at_most(PASSWORD_MAXIMUM)])
    next = HiddenField()


class PasswordAgainForm(OurForm):
    """The password, on top of a form that waits for it."""

    password = PasswordField(_l("Your password"), name=again.PASSWORD)
    back = HiddenField(name=again.BACK)


def purposes() -> list[SelectChoice]:
    """What a device can be for, in the reader's words."""
    return [
        SelectChoice(DevicePurpose.TABLET.value, _("Tablet: staff sign in with a PIN")),
        SelectChoice(DevicePurpose.SCANNER.value, _("Scanner: scans cards, nobody signs in")),
        SelectChoice(DevicePurpose.TURNSTILE.value, _("Turnstile: opens the door")),
        SelectChoice(DevicePurpose.SCREEN.value, _("Big screen: shows the board, nobody signs in")),
    ]


class EnrolForm(OurForm):
    """What this browser becomes."""

    name = StringField(
        _l("Name of the device"),
        [required(), at_most(NAME_TYPED), plain_line],
        description=_l("As people call it, for example: front desk tablet"),
    )
    purpose = RadioField(
        _l("What it is for"),
        choices=purposes,
        default=DevicePurpose.TABLET.value,
        validators=[InputRequired(_l("Choose one."))],
    )
    hall = SelectField(_l("Where it stands"), choices=[], default="", validators=[Optional()])


class PasswordForm(OurForm):
    """A new password, with the present one. Set `username` before validating."""

    current = PasswordField(_l("Your present password"), [required(), at_most(PASSWORD_MAXIMUM)])
    password = PasswordField(
        _l("New password"),
        [required(), at_most(PASSWORD_MAXIMUM)],
        description=_l("At least 10 characters. Three or four words are easy to remember."),
    )
    username = ""

    def validate_password(self, field: Field) -> None:
        obeys(lambda text: may_be_password(text, username=self.username))(self, field)


class PinForm(OurForm):
    """A new PIN, with the password."""

    current = PasswordField(_l("Your password"), [required(), at_most(PASSWORD_MAXIMUM)])
    pin = PasswordField(_l("New PIN"), [required(), obeys(may_be_pin)], description=_l("4 to 6 digits."))


class FirstManagerForm(OurForm):
    """The club and its first manager, in an empty installation."""

    organisation_name = StringField(
        _l("Name of the company"),
        [required(), at_most(120), plain_line],
        description=_l("It may own several clubs."),
    )
    club_name = StringField(_l("Name of the club"), [required(), at_most(120), plain_line])
    club_code = StringField(
        _l("Short code of the club"),
        [required(), at_most(20), plain_line],
        description=_l("For numbers on papers, for example SZ01"),
    )
    timezone = StringField(_l("Time zone"), [required(), at_most(64)], default="Asia/Shanghai")
    currency = StringField(_l("Currency"), [required(), at_most(3)], default="CNY")
    opens = TimeField(_l("Opens at"), [required()], default=time(9))
    closes = TimeField(_l("Closes at"), [required()], default=time(22))
    manager_name = StringField(_l("Your name"), [required(), at_most(NAME_TYPED), plain_line])
    username = StringField(
        _l("User name"), [required(), obeys(lambda typed: may_be_username(clean_username(typed)))]
    )
    password = PasswordField(
        _l("Password"),
        [required(), at_most(PASSWORD_MAXIMUM)],
        description=_l("At least 10 characters. Three or four words are easy to remember."),
    )
    pin = PasswordField(
        _l("PIN for shared tablets"), [required(), obeys(may_be_pin)], description=_l("4 to 6 digits.")
    )

    def validate_password(self, field: Field) -> None:
        username = clean_username(self.username.data or "")
        obeys(lambda text: may_be_password(text, username=username or " "))(self, field)

    def validate_timezone(self, field: Field) -> None:
        if field.data not in available_timezones():
            raise ValidationError(_("There is no such time zone. Write it as in Asia/Shanghai."))

    def validate_currency(self, field: Field) -> None:
        if str(field.data).upper() not in list_currencies():
            raise ValidationError(_("There is no such currency. Write its three letters, as in CNY."))

    def validate_closes(self, field: Field) -> None:
        if field.data is not None and field.data == self.opens.data:
            raise ValidationError(_("Opening and closing time are the same. Give the hours of a usual day."))

    def new_club(self) -> NewClub:
        """What was filled in; call after validating."""
        return NewClub(
            organisation_name=self.organisation_name.data.strip(),
            club_code=self.club_code.data.strip(),
            club_name=self.club_name.data.strip(),
            timezone=self.timezone.data,
            currency=Currency(self.currency.data.upper()),
            opens=self.opens.data,
            closes=self.closes.data,
            manager_name=self.manager_name.data.strip(),
            username=self.username.data,
            password=self.password.data,
            pin=self.pin.data,
        )
