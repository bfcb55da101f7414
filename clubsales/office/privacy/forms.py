"""What is asked before a person is made anonymous."""

from typing import Any

from flask_wtf import FlaskForm
from wtforms import BooleanField, RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from clubsales.i18n import lazy_gettext as _l
from clubsales.office.privacy import texts
from clubsales.office.privacy.rules import BY_HAND, Because


def _reasons() -> list[SelectChoice]:
    return [SelectChoice(because.value, str(texts.BECAUSE[because.value])) for because in BY_HAND]


class AnonymiseForm(FlaskForm):
    """Why, and that it is meant: it cannot be undone."""

    because = RadioField(_l("Why"), choices=_reasons, default=Because.ASKED.value)
    sure = BooleanField(
        _l("I know that this cannot be undone"),
        validators=[InputRequired(_l("Tick this first: nobody can bring back what is taken away."))],
    )

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)  # type: ignore[no-untyped-call]

    def is_valid(self) -> bool:
        """Whether everything is well; errors stand at their fields."""
        return bool(self.validate())  # type: ignore[no-untyped-call]
