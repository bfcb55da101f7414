"""What a consultant says on going on post, meanwhile, and on leaving it."""

import unicodedata
from collections.abc import Sequence
from typing import Any

from flask_wtf import FlaskForm
from wtforms import Field, RadioField, SelectMultipleField, TextAreaField, ValidationError
from wtforms.validators import DataRequired, InputRequired, Length

from clubsales.consultants.shifts.checklists import CLOSING, OPENING, ChecklistItem
from clubsales.consultants.shifts.rules import Status
from clubsales.frontdesk import texts
from clubsales.frontdesk.posts.queries import Relief
from clubsales.i18n import gettext as _
from clubsales.i18n import lazy_gettext as _l

LONGEST_NOTE = 4_000
TOO_LONG = _l("Use at most %(max)d characters.")
CLOSE = "close"


def plain_text(text: str | None) -> str:
    """A text without characters no database keeps; line ends stay. A filter for free text."""
    return "".join(c for c in text or "" if c == "\n" or unicodedata.category(c) not in {"Cc", "Cs"}).strip()


class PostForm(FlaskForm):
    """The base of the forms of the post."""

    def __init__(self, *arguments: Any, **values: Any) -> None:
        super().__init__(*arguments, **values)  # type: ignore[no-untyped-call]

    def is_valid(self) -> bool:
        """Whether everything is well; errors stand at their fields."""
        return bool(self.validate())  # type: ignore[no-untyped-call]


class ChecklistForm(PostForm):
    """A checklist, ticked to the end. `done` holds the codes of the items ticked."""

    items: Sequence[ChecklistItem] = ()
    done = SelectMultipleField(validate_choice=False)

    def validate_done(self, field: Field) -> None:
        """Every item."""
        if not all(self.checklist.values()):
            raise ValidationError(_("Tick every item: each is done or it is not time yet."))

    @property
    def checklist(self) -> dict[str, object]:
        """Each item, done or not."""
        return {item.code: item.code in (self.done.data or ()) for item in self.items}


class OpeningForm(ChecklistForm):
    """Going on post (SHF-04)."""

    items = OPENING


class ClosingForm(ChecklistForm):
    """Leaving the post (SHF-13)."""

    items = CLOSING
    acknowledged_by = RadioField(_l("Who takes over"), default="", validate_choice=False)
    handover_note = TextAreaField(
        _l("What the next shift must know"),
        validators=[Length(max=LONGEST_NOTE, message=TOO_LONG)],
        filters=[plain_text],
    )

    def offer(self, reliefs: Sequence[Relief], *, may_be_nobody: bool) -> None:
        """Fill in who is on post; outside business hours nobody has to take over (AMB-20)."""
        people = [(relief.public_id, relief.name) for relief in reliefs]
        nobody = [("", _("Nobody"))] if may_be_nobody else []
        self.acknowledged_by.choices = [*people, *nobody]


class StatusForm(PostForm):
    """Where somebody is during his shift."""

    status = RadioField(
        _l("Where I am"),
        choices=[(status.value, texts.STATUSES[status.value]) for status in Status],
        validators=[InputRequired()],
    )


class ReleaseForm(PostForm):
    """The club manager lets somebody leave the post although nobody stays (AMB-20)."""

    into = RadioField(
        _l("What for"),
        choices=[
            (Status.MEAL.value, texts.STATUSES["meal"]),
            (Status.AWAY.value, texts.STATUSES["away"]),
            (CLOSE, _l("End of the shift")),
        ],
        validators=[InputRequired(_l("Choose what for."))],
    )
    reason = TextAreaField(
        _l("Reason"),
        validators=[DataRequired(_l("Write the reason.")), Length(max=500, message=TOO_LONG)],
        filters=[plain_text],
    )
