"""What the worker does: names of the outbox bound to functions, and the schedule.

Every job finds the due rows in our own tables, locks them, does its work and marks it done; it may run twice.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import structlog
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.schedulers.base import BaseScheduler
from flask import Flask, current_app
from sqlalchemy.orm import Session

from clubsales import audit, clubs, outbox
from clubsales.actor import system_actor
from clubsales.clock import Instant, local_day, now
from clubsales.db import db, transact
from clubsales.frontdesk.alerts import delivery
from clubsales.frontdesk.reception import house, offers
from clubsales.leader import LeaderLock
from clubsales.leads.appointments import operations as appointments
from clubsales.leads.claims import operations as claims
from clubsales.leads.disputes import deciding as disputes
from clubsales.leads.followups import passing_on
from clubsales.leads.handovers import operations as handing
from clubsales.leads.handovers import queries as handovers
from clubsales.leads.matches import merging
from clubsales.leads.matches import operations as matches
from clubsales.membership.cards import operations as cards
from clubsales.membership.documents import mailing, making
from clubsales.membership.payments import operations as payments
from clubsales.membership.payments.current import current_gateway
from clubsales.membership.receivables import reminding
from clubsales.membership.reservations import operations as keeping
from clubsales.membership.reservations import queries as reservations
from clubsales.membership.sales import provider, website_news
from clubsales.membership.sales.rules import BOUGHT, ORDERED
from clubsales.office.backtest import working as backtest
from clubsales.office.privacy import operations as privacy
from clubsales.settings import Settings

MATCH_TURNS = 20

log: structlog.stdlib.BoundLogger = structlog.get_logger("clubsales.jobs")

# Deliveries the outbox knows by name.
DELIVERIES: Mapping[str, outbox.Delivery] = {
    ORDERED: website_news.tell_of_unpaid,
    BOUGHT: website_news.tell_of_purchase,
}


@dataclass(frozen=True, slots=True)
class Job:
    """Something done again and again, in an app context. What talks to others makes its own transactions."""

    name: str
    every_seconds: int
    work: Callable[[Instant], Any]


def deliver_due(session: Session, at: Instant) -> int:
    """Deliver what the outbox holds; a failure is put off, the others go on. Returns how many were delivered."""
    delivered = 0
    for message in outbox.due(session, names=DELIVERIES, at=at):
        try:
            with session.begin_nested():
                DELIVERIES[message.name](session, message.payload, at)
        except Exception as error:
            log.exception("delivery failed", name=message.name, id=message.id)
            outbox.put_off(message, error=repr(error), at=at)
        else:
            message.done_at = at
            delivered += 1
    return delivered


def ask_the_provider(at: Instant) -> None:
    """Ask about payments whose event is late and send refunds that are stuck; the demo's key asks nobody."""
    settings: Settings = current_app.extensions["clubsales_settings"]
    if settings.takes_money_online:
        provider.catch_up(current_gateway(), at=at)


def tend_the_floor(at: Instant) -> None:
    """Look first: where nobody waits and no offer has lapsed, nothing is locked or written."""
    restless = house.restless_clubs(db.session, at)
    db.session.rollback()
    if restless:
        transact(lambda session: offers.tend(session, at))


def hand_over_due(at: Instant) -> None:
    """Deal the leads whose day has begun and give back those whose time is over, each hand-over for itself."""
    due = [
        (system_actor(club), public_id)
        for club in clubs.all_clubs(db.session)
        for public_id in handovers.due(db.session, club, at)
    ]
    db.session.rollback()
    for actor, public_id in due:
        transact(
            lambda s, actor=actor, public_id=public_id: handing.carry_out(  # type: ignore[misc]
                s, public_id=public_id, actor=actor, at=at
            )
        )


def tend_reservations(at: Instant) -> None:
    """Hold what was paid by a link, close what is sold, let go what is over, each reservation for itself."""
    due = [
        (system_actor(club), public_id)
        for club in clubs.all_clubs(db.session)
        for public_id in reservations.to_tend(db.session, club, at)
    ]
    db.session.rollback()
    for actor, public_id in due:
        transact(
            lambda s, actor=actor, public_id=public_id: keeping.tend(  # type: ignore[misc]
                s, public_id=public_id, actor=actor, at=at
            )
        )


def remind_of_instalments(at: Instant) -> None:
    """Leave a next step with whoever sold what is due today or late, club by club."""
    every_club = clubs.all_clubs(db.session)
    db.session.rollback()
    for club in every_club:
        transact(lambda s, club=club: reminding.remind(s, actor=system_actor(club), at=at))  # type: ignore[misc]


def wake_cards(at: Instant) -> None:
    """End freezes whose last day is over and begin cards that nobody used in time, each for itself."""
    due = [
        (system_actor(club), card_id)
        for club in clubs.all_clubs(db.session)
        for card_id in cards.due(db.session, club.id, local_day(at, club.zone))
    ]
    db.session.rollback()
    for actor, card_id in due:
        transact(
            lambda s, actor=actor, card_id=card_id: cards.wake(  # type: ignore[misc]
                s, card_id=card_id, actor=actor, at=at
            )
        )


def look_for_matches(at: Instant) -> None:
    """Look at who is new or was changed, a few persons in each transaction; a first run takes several turns."""
    for _turn in range(MATCH_TURNS):
        if not transact(lambda session: matches.propose(session, at)):
            return


SCHEDULE = (
    Job("tell consultants of their guests", 1, delivery.send_new),
    Job("tend the floor", 2, tend_the_floor),
    Job("deliver the outbox", 5, lambda at: transact(lambda session: deliver_due(session, at))),
    Job("seal the audit", 60, lambda at: transact(lambda session: audit.seal(session, at=at))),
    Job(
        "expire online payments",
        60,
        lambda at: transact(lambda session: payments.expire_started(session, at=at)),
    ),
    Job("end claims", 60, lambda at: transact(lambda session: claims.expire_due(session, at))),
    Job("pass next steps on", 60, lambda at: transact(lambda s: passing_on.go_along(s, at))),
    Job("hand over leads", 60, hand_over_due),
    Job("tend reservations", 30, tend_reservations),
    Job("wake cards", 300, wake_cards),
    Job("remind of instalments", 1800, remind_of_instalments),
    Job("warn of claims that end", 300, delivery.tell_of_endings),
    Job("let settlements stand", 60, lambda at: transact(lambda s: disputes.stand_due(s, at))),
    Job("tell of disputes", 5, delivery.tell_of_disputes),
    Job("tell of enquiries", 5, delivery.tell_of_enquiries),
    Job("make papers", 3, making.make_due),
    Job("send mail", 15, mailing.send_due),
    Job("tell of silent discounts", 2, delivery.tell_of_discounts),
    Job("tell of forms to approve", 5, delivery.tell_of_forms),
    Job("ask the payment provider", 120, ask_the_provider),
    Job("anonymise old leads", 3600, lambda at: transact(lambda s: privacy.anonymise_old(s, at))),
    Job("look for matches", 600, look_for_matches),
    Job("carry out back-tests", 3, backtest.carry_out_next),
    Job(
        "gather after merges",
        60,
        lambda at: transact(lambda s: merging.gather(s, at, since=at - timedelta(minutes=10))),
    ),
    Job("close missed appointments", 600, lambda at: transact(lambda s: appointments.mark_missed(s, at))),
)


def run(app: Flask, job: Job) -> None:
    """Run one job; a failure is logged and the next run tries again."""
    with app.app_context():
        try:
            job.work(now())
        except Exception:
            log.exception("job failed", job=job.name)


class Jobs:
    """The schedule of this process, running only while it is the leader."""

    def __init__(self, app: Flask, settings: Settings) -> None:
        with app.app_context():
            self.lock = LeaderLock(db.engine, settings.data_folder)
        self._app = app
        self._leading = False

    def schedule(self, scheduler: BaseScheduler) -> None:
        """Put all jobs on a scheduler; each run first makes sure that this process still leads."""
        for job in SCHEDULE:
            scheduler.add_job(
                self._run_if_leading,
                "interval",
                args=[job],
                seconds=job.every_seconds,
                id=job.name,
                coalesce=True,
                max_instances=1,
                misfire_grace_time=job.every_seconds,
            )

    def _run_if_leading(self, job: Job) -> None:
        with self._app.app_context():
            self._leading = (self._leading and self.lock.still_held()) or self.lock.acquire()
        if self._leading:
            run(self._app, job)


def start_in_background(app: Flask, settings: Settings) -> BackgroundScheduler:
    """Run the jobs in threads beside the web server, whenever no other process leads."""
    scheduler = BackgroundScheduler(timezone="UTC")
    Jobs(app, settings).schedule(scheduler)
    scheduler.start()
    return scheduler
