"""Form fields of this package: days as people enter them."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask_babel.speaklater import LazyString
from wtforms import DateField

from clubsales.i18n import gettext as _


class DayField(DateField):
    """A day, as the browser's calendar writes it."""

    def __init__(self, label: LazyString, validators: Sequence[Any] = (), **more: Any) -> None:
        super().__init__(label, validators, **more)  # type: ignore[no-untyped-call]

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Raises ValueError for what is no day; nothing typed is no day chosen."""
        text = str(valuelist[0]) if valuelist else ""
        self.data = None
        if not text:
            return
        try:
            day = date.fromisoformat(text.strip())
        except ValueError:
            day = date.min
        if not 2000 <= day.year < 3000:
            raise ValueError(_("This is not a date. Choose one from the calendar."))
        self.data = day
