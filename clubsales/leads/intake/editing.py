"""Two who correct the same lead at once: nobody overwrites what he has not seen."""

from collections.abc import Iterator
from hashlib import sha256

from clubsales.i18n import gettext as _
from clubsales.leads.intake.forms import LeadForm
from clubsales.leads.intake.queries import LeadPage
from clubsales.leads.intake.rules import Source


def seen_of(page: LeadPage) -> str:
    """What somebody was shown of a lead, in one short word."""
    return sha256(repr(_known(page)).encode()).hexdigest()[:16]


def was_changed(form: LeadForm, page: LeadPage) -> bool:
    """Whether the lead is no longer as whoever sends the form was shown it; if so the form says what it is now.

    Sent again, it is saved; so is a form whose first answer was lost.
    """
    now = seen_of(page)
    if form.seen.data in ("", None, now) or _typed(form) == _known(page):
        return False
    sentence = _(
        "Somebody changed this lead meanwhile. What you typed is below and not saved yet: add what is missing, then save again."
    )
    now_says = [
        _("%(field)s is now: %(text)s", field=label, text=text) for label, text in _others(form, page)
    ]
    form.form_errors = [*form.form_errors, sentence, *now_says]
    form.seen.data = now
    form.seen.raw_data = [now]
    return True


def _known(page: LeadPage) -> tuple[object, ...]:
    lead = page.lead
    return (
        *(lead.name, lead.interest, lead.grade, lead.source),
        *(page.source_id, page.note, page.consent_at is not None, page.urgency, page.budget, page.decides),
    )


def _typed(form: LeadForm) -> tuple[object, ...]:
    """The same of a form."""
    name, interest, note, budget, decides = (
        (field.data or "").strip()
        for field in (form.name, form.interest, form.note, form.budget, form.decides)
    )
    return (
        *(name, interest, form.chosen_grade, Source(form.source.data)),
        *(form.chosen_own, note, form.consent.data, form.chosen_urgency, budget, decides),
    )


def _others(form: LeadForm, page: LeadPage) -> Iterator[tuple[str, str]]:
    """The texts of the lead that are not what was typed."""
    lead = page.lead
    for field, text in (
        (form.name, lead.name),
        (form.interest, lead.interest),
        (form.budget, page.budget),
        (form.decides, page.decides),
        (form.note, page.note),
    ):
        if text and text != (field.data or ""):
            yield str(field.label.text), text
