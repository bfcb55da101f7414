"""The words of a reminder, in the guest's language, as a message, an e-mail and an entry of a calendar."""

from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import quote

import icalendar
from babel.dates import format_date
from flask_babel import force_locale, get_locale

from clubsales.actor import Club
from clubsales.clock import Instant
from clubsales.i18n import LOCALES, format_local_time
from clubsales.i18n import gettext as _
from clubsales.leads.appointments.queries import AppointmentLine

LONG = timedelta(hours=1)  # what is set aside for a visit


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A reminder in one language."""

    locale: str
    language: str
    subject: str
    text: str

    def mailto(self, email: str) -> str:
        """An e-mail written already, for the program on the reader's device."""
        return f"mailto:{quote(email, safe='@')}?subject={quote(self.subject)}&body={quote(self.text)}"

    def sms(self, e164: str) -> str:
        """A text message written already."""
        return f"sms:{e164}?body={quote(self.text)}"


def message(line: AppointmentLine, club: Club, locale: str) -> Message:
    """The reminder of an appointment in a language: club, day, time, consultant, and the way out."""
    with force_locale(locale):
        day = _day(line)
        time = format_local_time(line.due_at)
        if line.person_name:
            text = _(
                "Hello %(guest)s, this is %(club)s. We look forward to your visit on %(day)s at %(time)s; %(consultant)s will receive you. Should the time not suit you, just answer and we will find another one.",
                guest=line.person_name,
                club=club.name,
                day=day,
                time=time,
                consultant=line.consultant_name,
            )
        else:
            text = _(
                "Hello, this is %(club)s. We look forward to your visit on %(day)s at %(time)s; %(consultant)s will receive you. Should the time not suit you, just answer and we will find another one.",
                club=club.name,
                day=day,
                time=time,
                consultant=line.consultant_name,
            )
        subject = _("Your visit to %(club)s on %(day)s at %(time)s", club=club.name, day=day, time=time)
    return Message(locale=locale, language=LOCALES[locale], subject=subject, text=text)


def messages(line: AppointmentLine, club: Club) -> list[Message]:
    """The reminder in every language, the reader's first."""
    mine = str(get_locale() or "en")
    return [message(line, club, locale) for locale in sorted(LOCALES, key=lambda locale: locale != mine)]


def invitation(line: AppointmentLine, club: Club, locale: str, at: Instant) -> bytes:
    """The appointment for the guest's own calendar; its uid stays, so that a later file moves the entry."""
    with force_locale(locale):
        summary = _("Visit to %(club)s", club=club.name)
        told = _("%(consultant)s will receive you.", consultant=line.consultant_name)
    event = icalendar.Event()
    event.add("uid", f"appointment-{line.public_id}@clubsales")
    event.add("dtstamp", at)
    event.add("dtstart", line.due_at)
    event.add("dtend", line.due_at + LONG)
    event.add("summary", summary)
    event.add("description", told)
    event.add("location", club.name)
    event.add("status", "CONFIRMED")
    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//clubsales//appointments//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add_component(event)
    text: bytes = calendar.to_ical()
    return text


def _day(line: AppointmentLine) -> str:
    """The club-local day with its weekday."""
    return format_date(line.local_day, "full", locale=str(get_locale() or "en"))
