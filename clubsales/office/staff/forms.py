"""What a manager types about staff."""

from typing import Any

from wtforms import Field, PasswordField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from clubsales.auth.forms import (
    NAME_TYPED,
    USERNAME_TYPED,
    OurForm,
    at_most,
    obeys,
    plain_line,
    required,
)
from clubsales.auth.rules import (
    PASSWORD_MAXIMUM,
    clean_username,
    may_be_password,
    may_be_pin,
    may_be_username,
)
from clubsales.consultants.fields import DayField, MoneyField
from clubsales.consultants.profiles.rules import Kind
from clubsales.consultants.reviews.choices import HIGHEST_LEVEL
from clubsales.i18n import Texts
from clubsales.i18n import lazy_gettext as _l
from clubsales.money import Currency
from clubsales.office import texts

LONGEST_TEAM = 60
LONGEST_CODE = 40
LONGEST_REASON = 500
LONG_ENOUGH = _l("At least 10 characters. Three or four words are easy to remember.")
KIND_CHOICES = [
    *((kind.value, texts.KINDS[kind]) for kind in Kind),
    ("", _l("Sells nothing")),
]


def optional_pin(form: OurForm, field: Field) -> None:
    """A PIN, if one was typed."""
    if field.data:
        obeys(may_be_pin)(form, field)


class PlaceForm(OurForm):
    """Where somebody stands on the floor."""

    kind = RadioField(_l("Sells"), choices=KIND_CHOICES, default="")
    team = StringField(_l("Team"), [at_most(LONGEST_TEAM), plain_line])

    @property
    def chosen_kind(self) -> Kind | None:
        """Inside, outside, or not at all."""
        return Kind(self.kind.data) if self.kind.data else None

    @property
    def chosen_team(self) -> str | None:
        """The team's name, if there is one."""
        return (self.team.data or "").strip() or None


class CodeForm(OurForm):
    """The staff number."""

    code = StringField(
        _l("Staff number"),
        [at_most(LONGEST_CODE), plain_line],
        description=_l("As payroll writes it; it also orders lists of pay."),
    )


class TermsForm(OurForm):
    """What somebody's pay is reckoned by, from a day on."""

    level = SelectField(
        _l("Level"),
        coerce=int,
        choices=[SelectChoice(str(number), str(number)) for number in range(1, HIGHEST_LEVEL + 1)],
    )
    base = MoneyField(_l("Base pay"), description=_l("Left empty, the plan's base counts."))
    probation_until = DayField(_l("On probation until"))
    valid_from = DayField(_l("Counts from"), [required()])
    reason = TextAreaField(_l("Reason"), [required(), at_most(LONGEST_REASON)])

    def __init__(self, *, currency: Currency, **values: Any) -> None:
        super().__init__(**values)
        self.currency = currency


class HireForm(PlaceForm):
    """A new colleague. `roles` are those that whoever hires may give."""

    name = StringField(
        _l("Name"),
        [required(), at_most(NAME_TYPED), plain_line],
        description=_l("As colleagues and guests see it."),
    )
    username = StringField(
        _l("User name"),
        [
            required(),
            at_most(USERNAME_TYPED),
            obeys(lambda typed: may_be_username(clean_username(typed))),
        ],
        description=_l("For signing in; it cannot be changed later."),
    )
    role = SelectField(_l("Role"), validators=[InputRequired(_l("Choose one."))])
    kind = RadioField(
        _l("Sells"),
        choices=KIND_CHOICES,
        default=Kind.INSIDE.value,
        description=_l("Counts for consultants, trainees and supervisors."),
    )
    password = PasswordField(
        _l("First password"), [required(), at_most(PASSWORD_MAXIMUM)], description=LONG_ENOUGH
    )
    pin = PasswordField(
        _l("PIN for shared tablets"),
        [optional_pin],
        description=_l("4 to 6 digits. Without it, no sign-in on the club's tablets."),
    )

    def __init__(self, *, roles: Texts, **values: Any) -> None:
        super().__init__(**values)
        self.role.choices = list(roles.items())

    def validate_password(self, field: Field) -> None:
        """Not a weak one."""
        username = clean_username(self.username.data or "")
        obeys(lambda text: may_be_password(text, username=username or " "))(self, field)


class RoleForm(OurForm):
    """Another role. `roles` are those to choose from."""

    role = SelectField(_l("Role"), validators=[InputRequired(_l("Choose one."))])

    def __init__(self, *, roles: Texts, **values: Any) -> None:
        super().__init__(**values)
        self.role.choices = list(roles.items())


class NewPasswordForm(OurForm):
    """A colleague's new password. Set `username` before validating."""

    password = PasswordField(
        _l("New password"), [required(), at_most(PASSWORD_MAXIMUM)], description=LONG_ENOUGH
    )
    username = ""

    def validate_password(self, field: Field) -> None:
        """Not a weak one."""
        obeys(lambda text: may_be_password(text, username=self.username))(self, field)


class NewPinForm(OurForm):
    """A colleague's new PIN."""

    pin = PasswordField(_l("New PIN"), [required(), obeys(may_be_pin)], description=_l("4 to 6 digits."))
