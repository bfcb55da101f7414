"""Telling what is new: taken in one transaction, sent outside of any, what is gone written down in another."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar, cast

import structlog
from flask import current_app
from flask_babel import force_locale
from sqlalchemy.orm import Session

from clubsales.clock import Instant
from clubsales.db import db, transact
from clubsales.frontdesk.alerts import operations, queries
from clubsales.frontdesk.alerts.gateways import PushGateway, Sent, gateway_for
from clubsales.frontdesk.alerts.queries import Alert
from clubsales.frontdesk.alerts.rules import Kind, lasts
from clubsales.frontdesk.alerts.texts import BODIES, TITLES
from clubsales.i18n import LOCALES
from clubsales.leads.claims import ending
from clubsales.leads.disputes import news
from clubsales.leads.intake import enquiring
from clubsales.membership.approvals import news as approvals
from clubsales.membership.discounts import news as discounts

log: structlog.stdlib.BoundLogger = structlog.get_logger("clubsales.alerts")

What = TypeVar("What")
NAME = "clubsales_push"
AT_A_TIME = 8  # one slow push service does not keep the others waiting
DEFAULT_LOCALE = "zh_Hans"
ABOUT = {  # the page of what it is about
    Kind.DISPUTE: "/disputes/%s",
    Kind.DISCOUNT: "/discounts/%s",
    Kind.RESERVATION: "/reservations/%s",
    Kind.CONTRACT: "/contracts/%s",
    Kind.REFUND: "/returns/%s",
}
PAGES = {Kind.WAITING: "/desk", Kind.ENDING: "/leads/list?view=ending", Kind.ENQUIRY: "/leads"}


def current_push() -> PushGateway:
    """The gateway of the running app, made once."""
    if NAME not in current_app.extensions:
        current_app.extensions[NAME] = gateway_for(current_app.extensions["clubsales_settings"])
    return cast("PushGateway", current_app.extensions[NAME])


def send_new(at: Instant) -> int:
    """Tell everybody who wants to be told what was decided since the last time. Returns how many were delivered."""
    clubs = queries.moved(db.session)
    db.session.rollback()
    alerts: list[Alert] = []
    for club in clubs:
        alerts += transact(lambda s, club=club: operations.take_new(s, club=club, at=at))  # type: ignore[misc]
    return _send(alerts, at)


def tell_of_endings(at: Instant) -> int:
    """Warn the holders whose protections end soon, and tell them where they listen. Returns how many were delivered."""
    return _tell(ending.warn_due, queries.alerts_of_endings, at)


def tell_of_disputes(at: Instant) -> int:
    """Tell everybody concerned of what happened in cases, where they listen. Returns how many were delivered."""
    return _tell(news.take_untold, queries.alerts_of_disputes, at)


def tell_of_enquiries(at: Instant) -> int:
    """Tell who is to call somebody who asked on the website, where they listen. Returns how many were delivered."""
    return _tell(enquiring.take_untold, queries.alerts_of_enquiries, at)


def tell_of_discounts(at: Instant) -> int:
    """Tell who may answer that a price is asked for, where they listen. Returns how many were delivered."""
    return _tell(discounts.take_untold, queries.alerts_of_discounts, at)


def tell_of_forms(at: Instant) -> int:
    """Tell whose turn it is to approve a form, where they listen. Returns how many were delivered."""
    return _tell(approvals.take_untold, queries.alerts_of_forms, at)


def _tell(
    take: Callable[[Session, Instant], Sequence[What]],
    alerts_of: Callable[[Session, Sequence[What]], list[Alert]],
    at: Instant,
) -> int:
    """Take what is to be told, once; then send it to whoever listens."""
    taken = transact(lambda session: take(session, at))
    if not taken:
        return 0
    alerts = alerts_of(db.session, taken)
    db.session.rollback()
    return _send(alerts, at)


def _send(alerts: Sequence[Alert], at: Instant) -> int:
    if not alerts:
        return 0
    push = current_push()
    messages = [message_of(alert) for alert in alerts]

    def send(place: int) -> Sent:
        alert = alerts[place]
        return push.send(
            endpoint=alert.endpoint,
            key=alert.key,
            secret=alert.secret,
            message=messages[place],
            lasts=lasts(alert.kind),
            at=at,
        )

    with ThreadPoolExecutor(max_workers=min(AT_A_TIME, len(alerts))) as pool:
        answers = list(pool.map(send, range(len(alerts))))
    gone = [alert.subscription_id for alert, sent in zip(alerts, answers, strict=True) if sent is Sent.GONE]
    if gone:
        transact(lambda s: operations.end_gone(s, subscriptions=gone, at=at))
    failed = answers.count(Sent.FAILED)
    if failed:
        log.warning("alerts not delivered", failed=failed)
    return answers.count(Sent.DELIVERED)


def message_of(alert: Alert) -> dict[str, str]:
    """The words in the reader's language, and the page that they lead to."""
    with force_locale(alert.locale if alert.locale in LOCALES else DEFAULT_LOCALE):
        return {
            "title": str(TITLES[alert.kind.value]) % {"name": alert.name},
            "body": str(BODIES[alert.kind.value]),
            "url": ABOUT[alert.kind] % alert.reception
            if alert.kind in ABOUT
            else PAGES.get(alert.kind, "/floor"),
            "tag": alert.reception,
        }
