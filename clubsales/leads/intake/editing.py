"""Two who correct the same lead at once: nobody overwrites what he has not seen."""

from collections.abc import Iterator
from hashlib import sha256

from clubsales.i18n import gettext as _
from clubsales.leads.intake.forms import LeadForm
from clubsales.leads.intake.queries import LeadPage


def seen_of(page: LeadPage) -> str:
    """What somebody was shown of a lead, in one short word."""
    lead = page.lead
    shown = (
        *(lead.name, lead.interest, lead.grade, lead.source),
        *(page.source_id, page.note, page.consent_at is not None, page.urgency, page.budget, page.decides),
    )
    return sha256(repr(shown).encode()).hexdigest()[:16]


def was_changed(form: LeadForm, page: LeadPage) -> bool:
    """Whether the lead is no longer as whoever sends the form was shown it; if so the form says what it is now.

    Sent again, it is saved.
    """
    now = seen_of(page)
    if form.seen.data in ("", None, now):
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
