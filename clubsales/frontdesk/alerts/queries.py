"""What has not been told yet, and where to tell it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.actor import Role
from clubsales.auth.tables import ACCOUNT, GRANT
from clubsales.clock import Instant
from clubsales.consultants.profiles.tables import CONSULTANT
from clubsales.consultants.shifts import queries as shifts
from clubsales.frontdesk.alerts.models import AlertCursorRow, PushSubscriptionRow
from clubsales.frontdesk.alerts.rules import Kind, News, kind_of
from clubsales.frontdesk.reception.tables import RECEPTION
from clubsales.frontdesk.rotation.tables import ASSIGNMENT
from clubsales.ids import AccountID, ClubID, ConsultantID
from clubsales.leads.claims.ending import Warned
from clubsales.leads.disputes.news import Untold
from clubsales.leads.intake.enquiring import Enquired
from clubsales.membership.approvals.news import Untold as WaitingForm
from clubsales.membership.discounts.news import Untold as Discount

SUBSCRIPTION = cast("sa.Table", PushSubscriptionRow.__table__)
CURSOR = cast("sa.Table", AlertCursorRow.__table__)
TOLD_OF_WAITING = (Role.SUPERVISOR.value, Role.CLUB_MANAGER.value)

LISTENING = (
    sa.select(SUBSCRIPTION.c.club_id)
    .where(SUBSCRIPTION.c.ended_at.is_(None))
    .distinct()
    .subquery("listening")
)
NEWEST = (
    sa.select(sa.func.max(ASSIGNMENT.c.id))
    .where(ASSIGNMENT.c.club_id == LISTENING.c.club_id)
    .scalar_subquery()
)
# Asked every second: the clubs where somebody listens, how far they were told and how far there is to tell.
HOW_FAR = (
    sa.select(LISTENING.c.club_id, CURSOR.c.assignment_id.label("told"), NEWEST.label("newest"))
    .select_from(LISTENING)
    .outerjoin(CURSOR, CURSOR.c.club_id == LISTENING.c.club_id)
)
NEWS = (
    sa.select(
        ASSIGNMENT.c.id,
        ASSIGNMENT.c.at,
        ASSIGNMENT.c.consultant_id,
        ASSIGNMENT.c.decided_by,
        RECEPTION.c.id.label("reception_id"),
        RECEPTION.c.public_id,
        RECEPTION.c.status,
        RECEPTION.c.consultant_id.label("with_consultant_id"),
        sa.and_(RECEPTION.c.offered_until.is_not(None), RECEPTION.c.accepted_at.is_(None)).label("is_offer"),
        CONSULTANT.c.account_id,
    )
    .select_from(ASSIGNMENT)
    .join(RECEPTION, RECEPTION.c.id == ASSIGNMENT.c.reception_id)
    .outerjoin(CONSULTANT, CONSULTANT.c.id == ASSIGNMENT.c.consultant_id)
    .where(ASSIGNMENT.c.club_id == sa.bindparam("club"), ASSIGNMENT.c.id > sa.bindparam("told"))
    .order_by(ASSIGNMENT.c.id)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """A club with something new since it was told last; `told` is None at the very first time."""

    club_id: ClubID
    told: int | None
    newest: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """One message to one browser."""

    subscription_id: int
    endpoint: str
    key: str
    secret: str
    kind: Kind
    reception: str  # public id, or what else the message is about; names it, is not in its words
    name: str  # of the reader
    locale: str | None


@dataclass(frozen=True, slots=True)
class _Told:
    kind: Kind
    reception: str
    account_id: int | None  # None: whoever oversees the floor
    decided_by: int | None


def moved(session: Session) -> list[Moved]:
    """The clubs where somebody listens and a turn was decided since."""
    return [
        Moved(club_id=ClubID(row.club_id), told=row.told, newest=row.newest or 0)
        for row in session.execute(HOW_FAR).all()
        if row.told is None or (row.newest or 0) > row.told
    ]


def alerts_since(session: Session, club_id: ClubID, told: int, *, at: Instant) -> list[Alert]:
    """What the browsers of a club are told after the ledger's line `told`. Nobody is told what he decided himself."""
    latest: dict[int, _Told | None] = {}
    for row in session.execute(NEWS, {"club": club_id, "told": told}).all():
        news = News(
            at=row.at,
            consultant_id=row.consultant_id,
            status=row.status,
            with_consultant_id=row.with_consultant_id,
            is_offer=bool(row.is_offer),
        )
        kind = kind_of(news, at=at)
        # Only the last word about a guest: he may have been offered to several meanwhile.
        latest[row.reception_id] = (
            None if kind is None else _Told(kind, row.public_id, row.account_id, row.decided_by)
        )
    news_now = [each for each in latest.values() if each is not None]
    if not news_now:
        return []
    wanted = {each.account_id for each in news_now if each.account_id is not None}
    listeners = _listeners(session, club_id, wanted)
    return [
        _alert(row, each.kind, each.reception)
        for each in news_now
        for row in listeners
        if row.account_id != each.decided_by
        and (row.oversees if each.kind is Kind.WAITING else row.account_id == each.account_id)
    ]


def alerts_of_endings(session: Session, warned: Sequence[Warned]) -> list[Alert]:
    """What the browsers of those are told whose protections end soon."""
    holders = ((each.club_id, _accounts(session, [each.consultant_id])) for each in warned)
    return [
        alert for each in holders for alert in _to_accounts(session, *each, Kind.ENDING, Kind.ENDING.value)
    ]


def alerts_of_disputes(session: Session, untold: Sequence[Untold]) -> list[Alert]:
    """What the browsers of those are told who are concerned by something that happened in a case."""
    listening: dict[ClubID, Sequence[sa.Row[tuple[Any, ...]]]] = {}
    for club_id in dict.fromkeys(each.club_id for each in untold):
        accounts: set[int] = {each.account_id for each in untold if each.club_id == club_id}
        listening[club_id] = _listeners(session, club_id, accounts)
    # However much happened in a case, a browser rings for it once.
    return [
        _alert(row, Kind.DISPUTE, public_id)
        for club_id, account_id, public_id in dict.fromkeys(
            (each.club_id, each.account_id, each.dispute_public_id) for each in untold
        )
        for row in listening[club_id]
        if row.account_id == account_id
    ]


def alerts_of_discounts(session: Session, untold: Sequence[Discount]) -> list[Alert]:
    """What the browsers of those are told who may answer a price that is asked for."""
    asked = ((each.club_id, each.accounts, Kind.DISCOUNT, each.request_public_id) for each in untold)
    return [alert for each in asked for alert in _to_accounts(session, *each)]


def alerts_of_forms(session: Session, untold: Sequence[WaitingForm]) -> list[Alert]:
    """What the browsers of those are told whose turn it is to approve."""
    waiting = ((each.club_id, each.accounts, Kind(each.form.value), each.public_id) for each in untold)
    return [alert for each in waiting for alert in _to_accounts(session, *each)]


def alerts_of_enquiries(session: Session, untold: Sequence[Enquired]) -> list[Alert]:
    """What browsers are told of who asked on the website: the holder's, else of who is on post and who oversees."""
    alerts: dict[int, Alert] = {}  # a browser rings once, however many asked
    for club_id, holder in dict.fromkeys((each.club_id, each.holder) for each in untold):
        wanted = _accounts(session, [holder] if holder is not None else _on_post(session, club_id))
        for row in _listeners(session, club_id, wanted):
            if row.account_id in wanted or (holder is None and row.oversees):
                alerts[row.id] = _alert(row, Kind.ENQUIRY, Kind.ENQUIRY.value)
    return list(alerts.values())


def _alert(row: sa.Row[tuple[Any, ...]], kind: Kind, about: str) -> Alert:
    """A message to a browser that listens."""
    return Alert(
        subscription_id=row.id,
        endpoint=row.endpoint,
        key=row.key,
        secret=row.secret,
        kind=kind,
        reception=about,
        name=row.name,
        locale=row.locale,
    )


def _to_accounts(
    session: Session, club_id: ClubID, accounts: Collection[int], kind: Kind, about: str
) -> list[Alert]:
    """A message to the browsers of these accounts and to nobody else's."""
    rows = _listeners(session, club_id, set(accounts))
    return [_alert(row, kind, about) for row in rows if row.account_id in accounts]


def _on_post(session: Session, club_id: ClubID) -> list[ConsultantID]:
    return [shift.consultant_id for shift in shifts.open_shifts(session, club_id)]


def _accounts(session: Session, consultants: Sequence[ConsultantID]) -> set[int]:
    return set(session.scalars(sa.select(CONSULTANT.c.account_id).where(CONSULTANT.c.id.in_(consultants))))


def _listeners(session: Session, club_id: ClubID, accounts: set[int]) -> Sequence[sa.Row[tuple[Any, ...]]]:
    """The live subscriptions of these accounts and of those who oversee the floor."""
    oversees = sa.exists().where(
        GRANT.c.account_id == ACCOUNT.c.id,
        GRANT.c.ended_at.is_(None),
        GRANT.c.role.in_(TOLD_OF_WAITING),
        sa.or_(GRANT.c.club_id.is_(None), GRANT.c.club_id == club_id),
    )
    return session.execute(
        sa.select(
            SUBSCRIPTION.c.id,
            SUBSCRIPTION.c.account_id,
            SUBSCRIPTION.c.endpoint,
            SUBSCRIPTION.c.key,
            SUBSCRIPTION.c.secret,
            ACCOUNT.c.name,
            ACCOUNT.c.locale,
            oversees.label("oversees"),
        )
        .select_from(SUBSCRIPTION)
        .join(ACCOUNT, ACCOUNT.c.id == SUBSCRIPTION.c.account_id)
        .where(
            SUBSCRIPTION.c.club_id == club_id,
            SUBSCRIPTION.c.ended_at.is_(None),
            ACCOUNT.c.active,
            sa.or_(SUBSCRIPTION.c.account_id.in_(accounts), oversees),
        )
        .order_by(SUBSCRIPTION.c.id)
    ).all()


def live_subscriptions(session: Session, club_id: ClubID, account_id: AccountID) -> int:
    """On how many browsers somebody is told."""
    return session.execute(
        sa.select(sa.func.count()).where(
            SUBSCRIPTION.c.club_id == club_id,
            SUBSCRIPTION.c.account_id == account_id,
            SUBSCRIPTION.c.ended_at.is_(None),
        )
    ).scalar_one()
