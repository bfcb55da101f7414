"""What a consultant says on going on post, meanwhile, and on leaving it."""

from collections.abc import Sequence
from typing import Any

from flask_wtf import FlaskForm
from wtforms import (
    Field,
    HiddenField,
    RadioField,
    SelectMultipleField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from clubsales.consultants.checklists.rules import Checklist
from clubsales.consultants.fields import WholeNumberField
from clubsales.consultants.shifts.rules import Status
from clubsales.frontdesk import texts
from clubsales.frontdesk.posts.queries import Relief
from clubsales.frontdesk.posts.rules import MOST_PLANNED, DayPlan
from clubsales.frontdesk.takings.forms import CountForm
from clubsales.i18n import gettext as _
from clubsales.i18n import lazy_gettext as _l
from clubsales.money import Currency
from clubsales.typed import free_text

LONGEST_NOTE = 4_000
TOO_LONG = _l("Use at most %(max)d characters.")
CLOSE = "close"


class PostForm(FlaskForm):
    """The base of the forms of the post."""

    def __init__(self, *arguments: Any, **values: Any) -> None:
        super().__init__(*arguments, **values)  # type: ignore[no-untyped-call]

    def is_valid(self) -> bool:
        """Whether everything is well; errors stand at their fields."""
        return bool(self.validate())  # type: ignore[no-untyped-call]


class Ticking:
    """A checklist to tick to the end. `done` holds the codes of the items ticked, `number` the version read."""

    items: tuple[str, ...] = ()
    done = SelectMultipleField(validate_choice=False)
    number = HiddenField("")

    def ask(self, checklist: Checklist) -> None:
        """Which list it is."""
        self.items = checklist.codes

    def validate_done(self, field: Field) -> None:
        """Every item."""
        if not all(self.ticked.values()):
            raise ValidationError(_("Tick every item: each is done or it is not time yet."))

    @property
    def ticked(self) -> dict[str, object]:
        """Each item, done or not."""
        return {code: code in (self.done.data or ()) for code in self.items}

    @property
    def version(self) -> int | None:
        """Which version was before the eyes; none when it does not say."""
        text = self.number.data or ""
        return int(text) if text.isascii() and text.isdecimal() and len(text) < 7 else None


def _planned(label: Any) -> WholeNumberField:
    message = _l("Enter a number from 0 to %(max)s.")
    return WholeNumberField(label, validators=[Optional(), NumberRange(0, MOST_PLANNED, message=message)])


class PlanForm(PostForm):
    """The day's plan (RPT-02); nothing typed is nothing planned."""

    calls = _planned(_l("Calls"))
    visits = _planned(_l("Guests"))
    flyers = _planned(_l("Passes and flyers"))
    sales = _planned(_l("Sales"))
    plan_note = TextAreaField(
        _l("What else I set out to do"),
        validators=[Length(max=500, message=TOO_LONG)],
        filters=[free_text],
    )

    def show(self, plan: DayPlan | None) -> None:
        """Fill in what is planned already."""
        if plan is not None and not self.calls.raw_data:
            self.calls.data, self.visits.data = plan.calls, plan.visits
            self.flyers.data, self.sales.data = plan.flyers, plan.sales
            self.plan_note.data = plan.note

    @property
    def plan(self) -> DayPlan | None:
        """What was planned; none when nothing was typed at all."""
        typed = (self.calls.data, self.visits.data, self.flyers.data, self.sales.data)
        if all(each is None for each in typed) and not self.plan_note.data:
            return None
        calls, visits, flyers, sales = (each or 0 for each in typed)
        return DayPlan(calls=calls, visits=visits, flyers=flyers, sales=sales, note=self.plan_note.data or "")


class OpeningForm(Ticking, PlanForm):
    """Going on post (SHF-04, SHF-10). `shift`: which one it is, where none is planned."""

    shift = HiddenField("", validators=[Length(max=20)])


class ClosingForm(Ticking, CountForm):
    """Leaving the post (SHF-13): the closing checklist, the money counted, a note on the form."""

    note = TextAreaField(
        _l("A word on the day"),
        validators=[Length(max=LONGEST_NOTE, message=TOO_LONG)],
        filters=[free_text],
    )

    def __init__(self, currency: Currency, *arguments: Any, **values: Any) -> None:
        super().__init__(currency, *arguments, **values)


class HandoverForm(PostForm):
    """To whom one hands over, and what the next shift must know."""

    to = RadioField(
        _l("Who takes over"),
        validators=[InputRequired(_l("Choose a colleague who is on post."))],
        validate_choice=False,
    )
    handover_note = TextAreaField(
        _l("What the next shift must know"),
        validators=[Length(max=LONGEST_NOTE, message=TOO_LONG)],
        filters=[free_text],
    )

    def offer(self, reliefs: Sequence[Relief]) -> None:
        """Fill in who is on post."""
        self.to.choices = [(relief.public_id, relief.name) for relief in reliefs]


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
        validators=[InputRequired(_l("Choose what it is for."))],
    )
    reason = TextAreaField(
        _l("Reason"),
        validators=[DataRequired(_l("Write the reason.")), Length(max=500, message=TOO_LONG)],
        filters=[free_text],
    )
