"""Sending papers by mail: taken in one transaction, sent outside of any, what became of it written down in another."""

import smtplib
import ssl
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

import structlog
from flask import current_app
from flask_babel import force_locale
from sqlalchemy.orm import Session

from clubsales import clubs
from clubsales.actor import Club, system_actor
from clubsales.clock import Instant
from clubsales.db import db, transact
from clubsales.i18n import LOCALES
from clubsales.i18n import gettext as _
from clubsales.ids import ClubID, ContractID, DocumentID
from clubsales.membership.contracts import queries as contracts
from clubsales.membership.documents import operations, queries
from clubsales.membership.documents.models import MailRow
from clubsales.membership.documents.queries import DocumentView
from clubsales.settings import Settings

log: structlog.stdlib.BoundLogger = structlog.get_logger("clubsales.mail")

TIMEOUT = 20.0  # seconds
SECURE_PORT, PLAIN_PORT = 465, 25
SAFE = frozenset({"localhost", "127.0.0.1", "::1"})  # where a mail may go without encryption


class MailFailed(Exception):
    """The mail server did not take it; the message is for the page of the contract."""


def send_due(at: Instant) -> int:
    """Send what waits; without a mail server nothing is tried. Returns how many were taken."""
    settings: Settings = current_app.extensions["clubsales_settings"]
    if not settings.sends_mail:
        return 0
    due = transact(lambda session: [(row.id, row.club_id) for row in operations.take_due(session, at=at)])
    taken = 0
    for mail_id, club_id in due:
        club = clubs.get(db.session, ClubID(club_id))
        message = _message(db.session, mail_id, club, settings)
        db.session.rollback()  # a mail server takes its time: no transaction waits for it
        try:
            send(message, settings.smtp_url)
        except MailFailed as failed:
            log.warning("mail failed", mail=mail_id, reason=str(failed))
            reason = str(failed)
            transact(lambda s, m=mail_id, r=reason: operations.note_failed(s, mail_id=m, failure=r))  # type: ignore[misc]
        else:
            actor = system_actor(club)
            transact(lambda s, m=mail_id, a=actor: operations.note_sent(s, mail_id=m, actor=a, at=at))  # type: ignore[misc]
            taken += 1
    return taken


def send(message: EmailMessage, url: str) -> None:
    """Hand a message to a mail server: smtps is encrypted from the start, smtp as soon as it is greeted. Raises MailFailed."""
    server = urlsplit(url)
    host = server.hostname or ""
    secured = ssl.create_default_context()
    try:
        if server.scheme == "smtps":
            client: smtplib.SMTP = smtplib.SMTP_SSL(
                host, server.port or SECURE_PORT, timeout=TIMEOUT, context=secured
            )
        else:
            client = smtplib.SMTP(host, server.port or PLAIN_PORT, timeout=TIMEOUT)
        with client:
            if server.scheme != "smtps":
                client.ehlo()
                if client.has_extn("starttls"):
                    client.starttls(context=secured)
                elif host not in SAFE:
                    raise MailFailed("the mail server offers no encryption")
            if server.username:
                client.login(unquote(server.username), unquote(server.password or ""))
            client.send_message(message)
    except (OSError, smtplib.SMTPException) as failure:
        raise MailFailed(f"{type(failure).__name__}: {failure}") from failure


def _message(session: Session, mail_id: int, club: Club, settings: Settings) -> EmailMessage:
    """The mail in the buyer's language, with the paper; its link where the outside knows an address of ours."""
    row = session.get_one(MailRow, mail_id)
    document = queries.by_id(session, DocumentID(row.document_id))
    contract = contracts.get(session, club.id, ContractID(document.subject_id))
    message = EmailMessage()
    with force_locale(document.language if document.language in LOCALES else "zh_Hans"):
        message["Subject"] = _(
            "Your contract %(number)s with %(club)s", number=contract.number or "", club=club.name
        )
        text = _(
            "Dear %(name)s,\n\nattached is your signed contract %(number)s. Keep it: it says what you bought, on which "
            "terms, and what was promised.\n\n%(club)s",
            name=contract.buyer,
            number=contract.number or "",
            club=club.name,
        )
        link = _link(document, settings)
        if link:
            text += "\n\n" + _("You can also read it here: %(link)s", link=link)
    message["From"], message["To"] = settings.smtp_from, row.address
    message.set_content(text)
    message.add_attachment(
        queries.content_of(session, document.id),
        maintype="application",
        subtype="pdf",
        filename=f"{contract.number}.pdf",
    )
    return message


def _link(document: DocumentView, settings: Settings) -> str:
    if not settings.public_url:
        return ""
    path = current_app.url_map.bind("").build("documents.by_link", {"link_token": document.link_token})
    return f"{settings.public_url}{path}"
