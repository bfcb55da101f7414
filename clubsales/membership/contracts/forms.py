"""What people type about contracts."""

import re
import unicodedata
from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import request
from wtforms import Field as WtField
from wtforms import RadioField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from clubsales.i18n import LOCALES
from clubsales.i18n import gettext as _
from clubsales.i18n import lazy_gettext as _l
from clubsales.leads.people.rules import LONGEST_NAME
from clubsales.membership.contracts import texts
from clubsales.membership.contracts.rules import (
    LONGEST_PROMISE,
    MOST_PROMISES,
    Field,
    Filled,
    Paper,
    Promise,
    PromiseKind,
    is_empty,
)
from clubsales.membership.fields import PhoneField
from clubsales.membership.sales.forms import KeyedForm
from clubsales.money import Currency
from clubsales.typed import free_text, one_line

TOO_LONG = _l("At most %(max)d characters.")
LONGEST_LINE, LONGEST_TEXT, LONGEST_EMAIL = 120, 2000, 254
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]{2,}")
SPARE_ROWS = 2  # for promises, below those there are
EMPTY_FIELD = _l("Fill this in: without it there is no contract.")


class ContractForm(KeyedForm):
    """The approval form of a contract. Promises come as rows of kind, words and day."""

    buyer = StringField(
        texts.FIELDS["buyer"],
        validators=[InputRequired(EMPTY_FIELD), Length(max=LONGEST_NAME, message=TOO_LONG)],
        filters=[one_line],
    )
    phone = PhoneField(texts.FIELDS["phone"], validators=[InputRequired(EMPTY_FIELD)])
    papers = SelectMultipleField(
        texts.FIELDS["papers"],
        choices=[SelectChoice(each.value, texts.PAPERS[each.value]) for each in Paper],  # type: ignore[arg-type]
        validators=[InputRequired(_l("Tick the papers that were shown."))],
    )
    payment = TextAreaField(
        texts.FIELDS["payment"],
        validators=[InputRequired(EMPTY_FIELD), Length(max=LONGEST_TEXT, message=TOO_LONG)],
        filters=[free_text],
    )
    address = StringField(
        texts.FIELDS["address"], validators=[Length(max=300, message=TOO_LONG)], filters=[one_line]
    )
    email = StringField(
        texts.FIELDS["email"],
        validators=[Optional(), Length(max=LONGEST_EMAIL, message=TOO_LONG)],
        filters=[one_line],
        description=_l("The signed contract is sent there."),
    )
    emergency = StringField(
        texts.FIELDS["emergency"],
        validators=[Length(max=LONGEST_LINE, message=TOO_LONG)],
        filters=[one_line],
    )
    supplement = TextAreaField(
        texts.FIELDS["supplement"],
        validators=[Length(max=LONGEST_TEXT, message=TOO_LONG)],
        filters=[free_text],
    )
    remarks = TextAreaField(
        texts.FIELDS["remarks"], validators=[Length(max=LONGEST_TEXT, message=TOO_LONG)], filters=[free_text]
    )
    language = RadioField(
        texts.FIELDS["language"],
        choices=[SelectChoice(tag, name) for tag, name in LOCALES.items()],
        validators=[InputRequired()],
    )

    def __init__(self, currency: Currency, *, promises: Sequence[Promise] = (), **values: Any) -> None:
        super().__init__(currency, **values)
        typed = request.method == "POST" and values.get("formdata", True) is not None
        self.rows = self._typed_rows() if typed else [_shown(promise) for promise in promises]
        self.promise_errors: list[str] = []

    def validate_email(self, field: WtField) -> None:
        """Raises ValidationError for what is no address; "/" is a field left empty."""
        text = unicodedata.normalize("NFKC", field.data or "")
        if not is_empty(text) and EMAIL.fullmatch(text) is None:
            raise ValidationError(_("This is no e-mail address. Write it like name@example.com."))

    def is_valid(self) -> bool:
        """Whether everything is well; errors stand at their fields."""
        fine = super().is_valid()
        for row in self.rows:
            if row["due_on"] and _day(row["due_on"]) is None:
                self.promise_errors.append(_("This is not a date. Choose one from the calendar."))
            if len(row["text"]) > LONGEST_PROMISE:
                self.promise_errors.append(_("At most %(max)d characters.", max=LONGEST_PROMISE))
        return fine and not self.promise_errors

    @property
    def drawn_rows(self) -> list[dict[str, str]]:
        """The rows of promises on the page, with some that are still empty."""
        spare = {"kind": PromiseKind.GIFT.value, "text": "", "due_on": ""}
        return [*self.rows, *[spare] * min(SPARE_ROWS, MOST_PROMISES - len(self.rows))]

    @property
    def filled(self) -> Filled:
        """What was filled in; call after validating."""
        return Filled(
            fields={
                Field.BUYER: self.buyer.data or "",
                Field.PHONE: self.phone.e164 or "",
                Field.PAPERS: ",".join(
                    each.value for each in Paper if each.value in (self.papers.data or ())
                ),
                Field.PAYMENT: self.payment.data or "",
                Field.ADDRESS: self.address.data or "",
                Field.EMAIL: self.email.data or "",
                Field.EMERGENCY: self.emergency.data or "",
                Field.SUPPLEMENT: self.supplement.data or "",
                Field.REMARKS: self.remarks.data or "",
            },
            promises=[
                Promise(kind=PromiseKind(row["kind"]), text=row["text"], due_on=_day(row["due_on"]))
                for row in self.rows
            ],
            language=self.language.data,
        )

    def inputs(self) -> dict[str, Any]:
        """What was typed, promises too."""
        return {**super().inputs(), "rows": self.rows}

    def _typed_rows(self) -> list[dict[str, str]]:
        columns = zip(
            request.form.getlist("promise_kind"),
            request.form.getlist("promise_text"),
            request.form.getlist("promise_due"),
            strict=False,
        )
        kinds = {each.value for each in PromiseKind}
        return [
            {
                "kind": kind if kind in kinds else PromiseKind.OTHER.value,
                "text": one_line(text),
                "due_on": due_on.strip(),
            }
            for kind, text, due_on in list(columns)[:MOST_PROMISES]
            if one_line(text)
        ]


class SignForm(KeyedForm):
    """Signing: what was read, who is there, and the strokes."""

    shown = StringField(validators=[InputRequired(), Length(max=64)])
    signature = StringField()


def _shown(promise: Promise) -> dict[str, str]:
    return {
        "kind": promise.kind.value,
        "text": promise.text,
        "due_on": promise.due_on.isoformat() if promise.due_on else "",
    }


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if 2000 <= day.year < 3000 else None
