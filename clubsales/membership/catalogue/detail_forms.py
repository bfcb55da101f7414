"""What a manager types to change what a card type grants, promises and holds."""

from collections.abc import Sequence
from datetime import time
from typing import Any

from wtforms import (
    BooleanField,
    FieldList,
    Form,
    FormField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TimeField,
)
from wtforms.validators import InputRequired, NumberRange, Optional

from clubsales.auth.forms import OurForm, at_most, plain_line, required
from clubsales.consultants.commission.forms import PercentField
from clubsales.i18n import gettext as _
from clubsales.i18n import lazy_gettext as _l
from clubsales.membership.catalogue.card_types import CardTypeView
from clubsales.membership.catalogue.editing import Grants
from clubsales.membership.catalogue.facilities import FacilityView
from clubsales.membership.catalogue.forms import (
    LONGEST_DESCRIPTION,
    LONGEST_NAME,
    LONGEST_TERM,
    MOST_VISITS,
    MoneyForm,
)
from clubsales.membership.catalogue.rules import CardKind, CardTerms, StartRule, Window
from clubsales.membership.catalogue.texts import START_RULES, WEEKDAYS
from clubsales.membership.fields import MoneyField, WholeNumberField, option
from clubsales.money import Currency, Money

MOST_WINDOWS = 4
MOST_PEOPLE = 10
MOST_PLACES = 100_000
MOST_ITEMS = 8
BETWEEN = _l("Between %(min)s and %(max)s.")


def whole(label: Any, *, most: int, least: int = 0, description: Any = "") -> WholeNumberField:
    """A whole number that may be left empty."""
    return WholeNumberField(
        label, [Optional(), NumberRange(min=least, max=most, message=BETWEEN)], description=description
    )


class WindowForm(Form):
    """Hours of weekdays; no day: no hours."""

    days = SelectMultipleField(
        _l("On these weekdays"),
        choices=[option(str(day), name) for day, name in WEEKDAYS.items()],
        coerce=str,
    )
    from_ = TimeField(_l("From when"), validators=[Optional()])
    to = TimeField(_l("Until when"), validators=[Optional()])

    @property
    def window(self) -> Window | None:
        """The hours that were typed; None where no day was chosen."""
        if not self.days.data:
            return None
        days = tuple(sorted(int(day) for day in self.days.data))
        return Window(days, self.from_.data or time.min, self.to.data or time.min)


class GrantsForm(MoneyForm):
    """What it is called and grants. The fields that a kind has no use for are left out of its page."""

    name = StringField(_l("What it is called"), [required(), at_most(LONGEST_NAME), plain_line])
    name_en = StringField(_l("Name in English"), [at_most(LONGEST_NAME), plain_line])
    description = StringField(_l("What it includes"), [at_most(LONGEST_DESCRIPTION), plain_line])
    description_en = StringField(
        _l("What it includes, in English"), [at_most(LONGEST_DESCRIPTION), plain_line]
    )
    days = whole(_l("Days it is valid"), least=1, most=LONGEST_TERM)
    visits = whole(_l("Visits"), least=1, most=MOST_VISITS)
    value = MoneyField(
        _l("Loaded with"),
        description=_l("More than the price where something is given on top. Left empty, what was paid."),
    )
    people_max = whole(
        _l("People who share it"),
        least=1,
        most=MOST_PEOPLE,
        description=_l("Its holder counts. Each gets a link and a code of his own."),
    )
    all_clubs = BooleanField(_l("Opens every club of the company"))
    no_discount = BooleanField(_l("No discount on this"))
    facilities = SelectMultipleField(_l("Only these halls"), coerce=str, validate_choice=False)
    windows = FieldList(FormField(WindowForm), min_entries=0, max_entries=MOST_WINDOWS)

    @classmethod
    def of(cls, card_type: CardTypeView) -> "GrantsForm":
        """The form as the card type stands, with room for more hours."""
        form = cls(
            card_type.currency,
            formdata=None,
            name=card_type.name,
            name_en=card_type.name_en,
            description=card_type.description,
            description_en=card_type.description_en,
            days=card_type.days,
            visits=card_type.visits,
            value="" if card_type.value is None else str(card_type.value),
            people_max=card_type.people_max,
            all_clubs=card_type.all_clubs,
            no_discount=card_type.no_discount,
            facilities=list(card_type.facilities),
            windows=[
                {"days": [str(day) for day in each.days], "from_": each.from_, "to": each.to}
                for each in card_type.windows
            ],
        )
        form.make_room()
        return form

    def make_room(self) -> None:
        """One row of hours more than were typed."""
        if len(self.windows) < MOST_WINDOWS:
            self.windows.append_entry()

    def grants(self, card_type: CardTypeView, known: Sequence[FacilityView]) -> Grants:
        """What was typed, as far as the kind has use for it; call after validating."""
        kind = card_type.kind
        opens = kind not in (CardKind.GOODS, CardKind.PACKAGE, CardKind.STORED_VALUE)
        codes = {each.code for each in known} | set(card_type.facilities)
        chosen = tuple(code for code in self.facilities.data or () if code in codes)
        windows = (each.form.window for each in self.windows)
        return Grants(
            name=(self.name.data or "").strip(),
            name_en=(self.name_en.data or "").strip(),
            description=(self.description.data or "").strip(),
            description_en=(self.description_en.data or "").strip(),
            days=self.days.data if kind not in (CardKind.GOODS, CardKind.PACKAGE) else None,
            visits=self.visits.data if kind in (CardKind.VISITS, CardKind.ACTIVITY) else None,
            value=self.value.money if kind is CardKind.STORED_VALUE else None,
            people_max=(self.people_max.data or 1) if opens else 1,
            all_clubs=self.all_clubs.data and kind not in (CardKind.GOODS, CardKind.PACKAGE),
            no_discount=self.no_discount.data,
            facilities=chosen if opens else (),
            windows=tuple(each for each in windows if each is not None) if opens else (),
        )


class TermsForm(MoneyForm):
    """What its buyer may do with it, and what that costs. Empty numbers: no limit and no fee."""

    start_rule = RadioField(
        _l("It begins"),
        choices=[option(rule.value, START_RULES[rule.value]) for rule in StartRule],
        validators=[InputRequired(_l("Choose one."))],
    )
    start_within_days = whole(
        _l("At the latest, days after the payment"),
        most=LONGEST_TERM,
        description=_l("For cards that begin with the first visit or on a chosen day."),
    )
    freeze_allowed = BooleanField(_l("It can be frozen"))
    freeze_times_max = whole(_l("How often"), most=100)
    freeze_days_min = whole(_l("Shortest freeze in days"), most=LONGEST_TERM)
    freeze_days_max = whole(_l("Days of freezing in all"), most=LONGEST_TERM)
    freeze_fee = MoneyField(_l("Fee for each freeze"))
    transfer_allowed = BooleanField(_l("It can be transferred"))
    transfers_max = whole(_l("How often"), most=100)
    transfer_fee = MoneyField(_l("Fee for a transfer"))
    transfer_share = PercentField(_l("Or a part of all that was paid for it, in percent"))
    renewal_within_days = whole(
        _l("Days after the end in which the renewal price holds"),
        most=LONGEST_TERM,
        description=_l("Left empty, always."),
    )
    refund_allowed = BooleanField(_l("It can be given back for money after the cooling-off days"))
    refund_fee = MoneyField(_l("Fee for giving it back"))
    refund_share = PercentField(_l("And a part of what was paid, in percent"))
    used_at_single = MoneyField(
        _l("What a used visit or day counts"),
        description=_l("The single price. Left empty, its share of what was paid."),
    )
    reissue_fee = MoneyField(_l("Fee for a new card or link"))
    contract_needed = BooleanField(_l("It needs a signed contract"))

    @classmethod
    def of(cls, terms: CardTerms, currency: Currency) -> "TermsForm":
        """The form as the terms stand."""

        def money(minor: int | None) -> str:
            return "" if not minor else str(Money(minor, currency))

        def percent(basis_points: int) -> str:
            return f"{basis_points / 100:g}" if basis_points else ""

        return cls(
            currency,
            formdata=None,
            start_rule=terms.start_rule.value,
            start_within_days=terms.start_within_days or None,
            freeze_allowed=terms.freeze_allowed,
            freeze_times_max=terms.freeze_times_max or None,
            freeze_days_min=terms.freeze_days_min or None,
            freeze_days_max=terms.freeze_days_max or None,
            freeze_fee=money(terms.freeze_fee_minor),
            transfer_allowed=terms.transfer_allowed,
            transfers_max=terms.transfers_max or None,
            transfer_fee=money(terms.transfer_fee_minor),
            transfer_share=percent(terms.transfer_fee_bp),
            renewal_within_days=terms.renewal_within_days or None,
            refund_allowed=terms.refund_allowed,
            refund_fee=money(terms.refund_fee_minor),
            refund_share=percent(terms.refund_fee_bp),
            used_at_single=money(terms.used_at_single_minor),
            reissue_fee=money(terms.reissue_fee_minor),
            contract_needed=terms.contract_needed,
        )

    @property
    def terms(self) -> CardTerms:
        """What was typed; call after validating."""
        single = self.used_at_single.money
        return CardTerms(
            freeze_allowed=self.freeze_allowed.data,
            freeze_times_max=self.freeze_times_max.data or 0,
            freeze_days_min=self.freeze_days_min.data or 0,
            freeze_days_max=self.freeze_days_max.data or 0,
            freeze_fee_minor=_minor(self.freeze_fee),
            transfer_allowed=self.transfer_allowed.data,
            transfers_max=self.transfers_max.data or 0,
            transfer_fee_minor=_minor(self.transfer_fee),
            transfer_fee_bp=self.transfer_share.bp or 0,
            renewal_within_days=self.renewal_within_days.data or 0,
            refund_allowed=self.refund_allowed.data,
            refund_fee_minor=_minor(self.refund_fee),
            refund_fee_bp=self.refund_share.bp or 0,
            used_at_single_minor=single.minor if single else None,
            reissue_fee_minor=_minor(self.reissue_fee),
            start_rule=StartRule(self.start_rule.data),
            start_within_days=self.start_within_days.data or 0,
            contract_needed=self.contract_needed.data,
        )


class PlacesForm(MoneyForm):
    """How many there are, and what reserves one."""

    quota = whole(
        _l("How many there are"),
        most=MOST_PLACES,
        description=_l("Sold and reserved ones count together. Left empty, there is no limit."),
    )
    deposit = MoneyField(
        _l("Deposit to reserve one"), description=_l("Left empty, what the club's rules say.")
    )


class ItemForm(Form):
    """A line of a package."""

    card_type = SelectField(_l("What"), validate_choice=False)
    quantity = whole(_l("How many of it"), least=1, most=100)


class ItemsForm(OurForm):
    """What a package holds."""

    items = FieldList(FormField(ItemForm), min_entries=0, max_entries=MOST_ITEMS)

    def offer(self, card_types: Sequence[CardTypeView], language: str) -> None:
        """Let each line choose from what a package may hold, with one line more than were typed."""
        if len(self.items) < MOST_ITEMS:
            self.items.append_entry()
        choices = [("", _("Nothing"))] + [
            (each.public_id, each.name_in(language))
            for each in card_types
            if each.kind is not CardKind.PACKAGE
        ]
        for line in self.items:
            line.form.card_type.choices = choices

    @property
    def wishes(self) -> list[tuple[str, int]]:
        """Public ids and how many of each; call after validating."""
        return [
            (line.form.card_type.data, line.form.quantity.data or 1)
            for line in self.items
            if line.form.card_type.data
        ]


def _minor(field: MoneyField) -> int:
    return field.money.minor if field.money else 0
