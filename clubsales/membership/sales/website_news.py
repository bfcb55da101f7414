"""Who is told what of purchases on the club's own page: a next step, in the reader's own language."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from flask_babel import force_locale
from flask_babel.speaklater import LazyString
from sqlalchemy.orm import Session

from clubsales import clubs
from clubsales.actor import Actor, system_actor
from clubsales.clock import Instant, local_day
from clubsales.consultants.credits import queries as credits_
from clubsales.i18n import LANGUAGE_TAGS, LOCALES, STAFF_LOCALE
from clubsales.ids import ClubID, ConsultantID, SaleID
from clubsales.leads.claims import queries as claims
from clubsales.leads.followups import operations as followups
from clubsales.leads.people import queries as people
from clubsales.membership import texts
from clubsales.membership.sales import queries, website
from clubsales.membership.sales.queries import SaleView

consultant = sa.table("consultant", *(sa.column(name) for name in ("id", "club_id", "account_id")))
account = sa.table("account", sa.column("id"), sa.column("locale", sa.String))


def tell_of_purchase(session: Session, payload: Mapping[str, Any], at: Instant) -> None:
    """Somebody bought with nobody's help: whoever has the credit welcomes him."""
    actor, sale = _read(session, payload)
    credit = credits_.credit_of_sale(session, actor.club.id, sale.id)
    for share in credit.shares if credit is not None else ():
        if share.consultant_id is not None:
            _plan(session, sale, share.consultant_id, texts.WELCOME_BUYER, actor, at)


def tell_of_unpaid(session: Session, payload: Mapping[str, Any], at: Instant) -> None:
    """Somebody chose a card and did not pay it: whoever holds his lead asks him, unless he bought since."""
    actor, sale = _read(session, payload)
    if not website.lapse(session, sale_id=sale.id, actor=actor, at=at) or sale.person_id is None:
        return
    buyer = people.get(
        session, actor.club.organisation_id, sale.person_id
    ).id  # merged meanwhile: who he is now
    if website.bought_since(session, actor.club.id, buyer, sale.opened_at):
        return
    held = claims.holder_at(session, actor.club, buyer, at)
    if held is not None:
        _plan(session, sale, held.consultant_id, texts.ASK_BUYER, actor, at)


def _read(session: Session, payload: Mapping[str, Any]) -> tuple[Actor, SaleView]:
    club = clubs.get(session, ClubID(payload["club"]))
    return system_actor(club), queries.get(session, club.id, SaleID(payload["sale"]))


def _plan(
    session: Session,
    sale: SaleView,
    consultant_id: ConsultantID,
    sentence: LazyString,
    actor: Actor,
    at: Instant,
) -> None:
    """A next step for today; the same one twice is one."""
    if sale.person_id is None:
        return
    locale = _locale_of(session, consultant_id)
    with force_locale(locale):
        what = str(sentence) % {"card": sale.title_in(LANGUAGE_TAGS[locale])}
    followups.plan(
        session,
        person_id=people.get(session, actor.club.organisation_id, sale.person_id).id,
        consultant_id=consultant_id,
        due_on=local_day(at, actor.club.zone),
        what=what,
        actor=actor,
        at=at,
    )


def _locale_of(session: Session, consultant_id: ConsultantID) -> str:
    """The language a consultant has chosen; that of the house where he has not."""
    chosen = session.execute(
        sa.select(account.c.locale)
        .join_from(consultant, account, account.c.id == consultant.c.account_id)
        .where(consultant.c.id == consultant_id)
    ).scalar_one_or_none()
    return chosen if chosen in LOCALES else STAFF_LOCALE
