"""Days of payment as they are typed: rows of a day and an amount."""

from collections.abc import Sequence

from wtforms import FieldList, Form, FormField

from clubsales.consultants.fields import DayField
from clubsales.i18n import gettext as _
from clubsales.i18n import lazy_gettext as _l
from clubsales.membership.fields import MoneyField
from clubsales.membership.receivables.rules import MOST_PARTS, Part
from clubsales.membership.sales.forms import KeyedForm
from clubsales.money import Currency

SPARE_ROWS = 2  # beside those that are filled in
FIRST_ROWS = 3


class RowForm(Form):
    """A day and an amount; both empty: no row."""

    currency: Currency

    due_on = DayField(_l("Due on"))
    amount = MoneyField(_l("Amount"))


class PlanForm(KeyedForm):
    """A plan of payment."""

    parts = FieldList(FormField(RowForm), max_entries=MOST_PARTS)

    def offer(self, parts: Sequence[Part]) -> None:
        """Show a plan to begin with, and some rows more."""
        for part in parts:
            self.parts.append_entry({"due_on": part.due_on, "amount": str(part.amount)})
        for _row in range(max(FIRST_ROWS - len(parts), SPARE_ROWS)):
            if len(self.parts) < MOST_PARTS:
                self.parts.append_entry()

    def is_valid(self) -> bool:
        """Whether each row is a day and an amount, or nothing; errors stand at their fields."""
        for row in self.parts:
            row.form.currency = self.currency
        if not super().is_valid():
            return False
        fine = True
        for row in self.parts:
            day, amount = row.form.due_on.data, row.form.amount.money
            if day is not None and amount is None:
                row.form.amount.errors, fine = (_("Enter the amount."),), False
            if day is None and amount is not None:
                row.form.due_on.errors, fine = (_("Choose the day."),), False
        return fine

    @property
    def chosen(self) -> list[Part]:
        """The rows that are filled in."""
        rows = [(row.form.due_on.data, row.form.amount.money) for row in self.parts]
        return [Part(day, amount) for day, amount in rows if day is not None and amount is not None]
