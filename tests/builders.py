"""One fixed cast of test people, and builders for what they work with."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, time

from sqlalchemy.orm import Session

from clubsales import clubs
from clubsales.actor import Actor, ActorKind, Club, Role, system_actor
from clubsales.clock import Instant, local_day
from clubsales.consultants.profiles.rules import Kind
from clubsales.ids import ConsultantID
from clubsales.membership.catalogue import operations as catalogue
from clubsales.membership.catalogue import queries as catalogue_queries
from clubsales.membership.catalogue.queries import CardTypeView
from clubsales.membership.catalogue.rules import CardKind
from clubsales.money import CNY, Money
from clubsales.office.staff.operations import found_club, hire

PASSWORD = "correct-horse-battery"
PIN = "4826"
MORNING = datetime(2026, 3, 9, 1, 0, tzinfo=UTC)  # Monday 2026-03-09 09:00 in Shanghai


def yuan(text: str) -> Money:
    """An amount in yuan: yuan("3980.00")."""
    return Money.parse(text, CNY)


def local(hour: int, minute: int = 0, *, day: int = 9, month: int = 3, year: int = 2026) -> Instant:
    """A club-local time in March 2026 (Shanghai, UTC+8), as an instant."""
    return datetime(year, month, day, hour, minute, tzinfo=clubs.ZoneInfo("Asia/Shanghai")).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Cast:
    """The people of the tests. Lin and Zhou sell inside, Ma outside; the others do what their name says."""

    club: Club
    other_club: Club  # of the same organisation
    foreign_club: Club  # of another organisation
    lin: Actor
    zhou: Actor
    ma: Actor
    supervisor: Actor
    manager: Actor
    director: Actor
    finance: Actor
    desk: Actor
    other_manager: Actor  # manages foreign_club
    annual: CardTypeView  # 3,980.00, 365 days
    visits: CardTypeView  # 1,500.00, 30 visits
    towel: CardTypeView  # goods, 60.00

    @property
    def system(self) -> Actor:
        return system_actor(self.club)


def consultant_of(actor: Actor) -> ConsultantID:
    """The floor profile of a member of the cast."""
    assert actor.consultant_id is not None
    return actor.consultant_id


def a_colleague(
    session: Session,
    club: Club,
    username: str,
    name: str,
    role: Role,
    *,
    kind: Kind | None = None,
    team: str | None = None,
) -> Actor:
    """Somebody hired, as an actor."""
    hired = hire(
        session,
        username=username,
        name=name,
        role=role,
        kind=kind,
        team=team,
        actor=system_actor(club),
        at=MORNING,
    )
    return Actor(
        kind=ActorKind.STAFF,
        club=club,
        account_id=hired.account_id,
        consultant_id=hired.consultant_id,
        roles=frozenset({role}),
        name=name,
    )


def a_club(session: Session, organisation: str, code: str, name: str, *, beside: Club | None = None) -> Club:
    """A club, of a new organisation or beside another one."""
    organisation_id = (
        beside.organisation_id if beside else clubs.found_organisation(session, name=organisation, at=MORNING)
    )
    return found_club(
        session,
        organisation_id=organisation_id,
        code=code,
        name=name,
        timezone="Asia/Shanghai",
        currency=CNY,
        opens=time(9),
        closes=time(22),
        at=MORNING,
        policy_from=datetime(2020, 1, 1, tzinfo=UTC).date(),
    )


def a_card_type(session: Session, club: Club, code: str, **changes: object) -> CardTypeView:
    """Something on the price list."""
    values: dict[str, object] = {"name": code, "kind": CardKind.TERM, "price": yuan("3980.00"), "days": 365}
    values.update(changes)
    card_type_id = catalogue.add_card_type(
        session,
        code=code,
        actor=system_actor(club),
        at=MORNING,
        **values,  # type: ignore[arg-type]
    )
    return catalogue_queries.get(session, club.id, card_type_id, day=local_day(MORNING, club.zone))


def raise_cast(session: Session) -> Cast:
    """Found the clubs and hire everybody."""
    club = a_club(session, "阳光健身", "SZ01", "阳光店")
    other_club = a_club(session, "", "SZ02", "湖滨店", beside=club)
    foreign_club = a_club(session, "别家健身", "BJ01", "别家店")
    return Cast(
        club=club,
        other_club=other_club,
        foreign_club=foreign_club,
        lin=a_colleague(session, club, "linjing", "林静", Role.CONSULTANT, team="一组"),
        zhou=a_colleague(session, club, "zhouqian", "周倩", Role.CONSULTANT, team="一组"),
        ma=a_colleague(session, club, "machao", "马超", Role.CONSULTANT, kind=Kind.OUTSIDE, team="二组"),
        supervisor=a_colleague(session, club, "sunzhu", "孙主管", Role.SUPERVISOR),
        manager=a_colleague(session, club, "wujingli", "吴经理", Role.CLUB_MANAGER),
        director=a_colleague(session, club, "heqiang", "何总监", Role.SALES_DIRECTOR),
        finance=a_colleague(session, club, "caiwu", "财务", Role.FINANCE_CLERK),
        desk=a_colleague(session, club, "qiantai", "前台", Role.RECEPTIONIST),
        other_manager=a_colleague(session, foreign_club, "biejia", "别家经理", Role.CLUB_MANAGER),
        annual=a_card_type(session, club, "annual", name="年卡", name_en="Annual card"),
        visits=a_card_type(
            session,
            club,
            "visits",
            name="泳池次卡",
            kind=CardKind.VISITS,
            price=yuan("1500.00"),
            days=365,
            visits=30,
        ),
        towel=a_card_type(
            session, club, "towel", name="毛巾", kind=CardKind.GOODS, price=yuan("60.00"), days=None
        ),
    )


def on_device(actor: Actor, device_id: int) -> Actor:
    """The same person on a device."""
    return replace(actor, device_id=device_id)  # type: ignore[arg-type]
