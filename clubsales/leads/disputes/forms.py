"""What the parties and those who decide type."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from werkzeug.datastructures import FileStorage
from wtforms import HiddenField, MultipleFileField, RadioField, TextAreaField

from clubsales.auth.forms import OurForm, at_most
from clubsales.consultants.credits.rules import Share
from clubsales.i18n import gettext as _
from clubsales.i18n import lazy_gettext as _l
from clubsales.ids import ConsultantID
from clubsales.leads.disputes.papers import LARGEST_PAPER, Paper
from clubsales.leads.disputes.rules import LONGEST_NOTE, LONGEST_REASON, LONGEST_WORDS
from clubsales.money import WHOLE
from clubsales.typed import free_text

SHARE = "share-"  # followed by a consultant's public id; a percentage
NOBODY = ""


class KeyedForm(OurForm):
    """A form that counts once however often it is sent."""

    submission_key = HiddenField()

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)
        if not self.submission_key.data:
            self.submission_key.data = str(uuid.uuid4())

    def refuse(self, sentence: str) -> None:
        """Say above the form why it cannot be done like this."""
        self.form_errors = [*self.form_errors, sentence]


class WordsForm(KeyedForm):
    """Some words, or none: opening, objecting, appealing, withdrawing."""

    words = TextAreaField(
        _l("In your words"), validators=[at_most(LONGEST_WORDS)], filters=[free_text], default=""
    )


class StatementForm(KeyedForm):
    """How it was, with pictures and papers."""

    words = TextAreaField(
        _l("How it was"), validators=[at_most(LONGEST_WORDS)], filters=[free_text], default=""
    )
    papers = MultipleFileField(_l("Pictures and papers"))

    @property
    def attached(self) -> list[Paper]:
        """What was chosen; an empty field is no paper. Of a file too large no more is read than shows that."""
        chosen: Iterable[object] = self.papers.data or ()
        return [
            Paper(file.filename, file.stream.read(LARGEST_PAPER + 1))
            for file in chosen
            if isinstance(file, FileStorage) and file.filename
        ]


class DecisionForm(KeyedForm):
    """Whose the credit is, and why; perhaps a note on somebody's conduct."""

    reason = TextAreaField(
        _l("Reason"),
        validators=[at_most(LONGEST_REASON)],
        filters=[free_text],
        default="",
        description=_l("Both sides read it. Name what decided: the loser has to be able to believe it."),
    )
    conduct_of = RadioField(_l("About whom"), validate_choice=False, default=NOBODY)
    conduct_note = TextAreaField(
        _l("What to note"), validators=[at_most(LONGEST_NOTE)], filters=[free_text], default=""
    )


class SplitError(ValueError):
    """The shares as they were typed are no split; the message is for the person who typed them."""


def split_of(
    typed: Mapping[str, str], sellers: Mapping[str, ConsultantID], gone: Mapping[str, str]
) -> tuple[Share, ...]:
    """The split in a form, in the order of `sellers`; who is left empty has nothing.

    `gone` are the names of parties who do not sell any more. Raises SplitError when a share is no percentage or of
    nobody who sells, or all of them are not 100 %.
    """
    for field, text in typed.items():
        whose = field.removeprefix(SHARE)
        if whose != field and whose not in sellers and basis_points(text):
            raise _does_not_sell(gone.get(whose, ""))
    shares = [
        Share(consultant_id, points)
        for public_id, consultant_id in sellers.items()
        if (points := basis_points(typed.get(f"{SHARE}{public_id}", "")))
    ]
    total = sum(share.basis_points for share in shares)
    if total != WHOLE:
        raise SplitError(_("The shares add up to %(sum)s %%. Make them 100 %%.", sum=percent(total)))
    return tuple(shares)


def basis_points(typed: str) -> int:
    """A percentage as people type it, at most two decimals: "33.33" is 3333. Raises SplitError."""
    text = typed.strip().removesuffix("%").removesuffix("％").strip().replace("，", ".").replace(",", ".")
    if not text:
        return 0
    try:
        points = Decimal(text) * 100
        whole = points.to_integral_value()
    except ArithmeticError:
        raise _no_percentage(typed) from None
    if not points.is_finite() or points != whole or not 0 <= points <= WHOLE:
        raise _no_percentage(typed)
    return int(points)


def percent(points: int) -> str:
    """Basis points as people read them: 3333 is "33.33", 5000 is "50"."""
    return f"{points / 100:g}"


def choose_from(form: DecisionForm, parties: Sequence[tuple[str, str]]) -> None:
    """Whom a note can be about: public ids and names."""
    form.conduct_of.choices = [(NOBODY, _("No note")), *parties]


def _does_not_sell(name: str) -> SplitError:
    if not name:
        return SplitError(_("Somebody in this split does not sell here any more. Load the page again."))
    return SplitError(
        _(
            "%(name)s does not sell here any more and can have a part only as the rules say. Divide it among the others.",
            name=name,
        )
    )


def _no_percentage(typed: str) -> SplitError:
    return SplitError(
        _("“%(typed)s” is no share. Write a percentage from 0 to 100, such as 50 or 33.33.", typed=typed[:20])
    )
