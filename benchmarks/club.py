"""One club, made by running the real operations: forty consultants on post, cards sold and paid, leads, a scanner.

Its year of history is not: that is written straight into the tables.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import time, timedelta
from itertools import islice
from typing import TypeVar

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from benchmarks import history
from clubsales import clubs, policies
from clubsales.actor import Actor, ActorKind, Club, Role, system_actor
from clubsales.auth.devices import enrol_device
from clubsales.auth.models import Account
from clubsales.auth.rules import DevicePurpose, Via
from clubsales.auth.sessions import open_session
from clubsales.clock import Instant, local_day
from clubsales.consultants.profiles.rules import Kind
from clubsales.db import db, migrations, transact
from clubsales.frontdesk.posts.operations import open_shift
from clubsales.ids import new_token
from clubsales.leads.intake import operations as intake
from clubsales.leads.intake.rules import Source
from clubsales.leads.people import operations as people
from clubsales.membership.cards.models import CardRow
from clubsales.membership.catalogue import operations as catalogue
from clubsales.membership.catalogue import queries as prices
from clubsales.membership.catalogue.queries import CardTypeView
from clubsales.membership.catalogue.rules import CardKind
from clubsales.membership.sales.operations import Buyer, Seller, sell_for_cash
from clubsales.membership.sales.rules import SaleKind
from clubsales.money import CNY, Money
from clubsales.office.staff.operations import Hired, found_club, hire

T = TypeVar("T")

CONSULTANTS = 40
WATCHERS = 8  # of them, signed in, with the floor's page open
RECEPTIONIST = "frontdesk"
BATCH = 200  # people or cards a transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeClub:
    """What the load needs to know of the club."""

    club_id: int
    organisation_id: int
    card_type: str  # public id
    consultants: tuple[str, ...]  # public ids
    cards: tuple[str, ...]  # public ids, each paid and active
    leads: tuple[str, ...]  # phones of people who have not bought yet
    scanner_token: str
    password: str
    watchers: tuple[str, ...]  # user names
    claimers: tuple[str, ...]  # a session's token of each consultant: so many sign in at once nowhere
    pool: tuple[str, ...]  # public ids of leads nobody holds


def make_club(app: Flask, *, cards: int, leads: int, pool: int, at: Instant) -> MadeClub:
    """Migrate the database and make the club in it."""
    password = new_token()
    with app.app_context():
        migrations.upgrade()
        club = transact(lambda session: found(at))
        manager = _staff(club, "manager", Role.CLUB_MANAGER, hire_one(club, "manager", Role.CLUB_MANAGER, at))
        desk = _staff(
            club,
            RECEPTIONIST,
            Role.RECEPTIONIST,
            hire_one(club, RECEPTIONIST, Role.RECEPTIONIST, at, password=password),
        )
        sellers = open_the_floor(club, at, password)
        annual = transact(lambda session: _price_list(club, at))
        _sell_cards(desk, annual, sellers, cards, at)
        lead_phones = tuple(_phone(0, number) for number in range(leads))
        _capture_leads(desk, lead_phones, at)
        pool_phones = [_phone(4, number) for number in range(pool)]
        _capture_leads(desk, pool_phones, at)
        scanner = transact(
            lambda session: enrol_device(
                session, name="Door", purpose=DevicePurpose.SCANNER, actor=manager, at=at
            )
        )
        assert desk.account_id is not None
        with db.engine.begin() as connection:
            history.write(
                connection,
                club_id=club.id,
                organisation_id=club.organisation_id,
                account_id=desk.account_id,
                until=at,
            )
        session = db.session
        sold = session.scalars(sa.select(CardRow.public_id).where(CardRow.club_id == club.id)).all()
        consultants = session.scalars(
            sa.text("SELECT public_id FROM consultant WHERE kind = 'inside' ORDER BY id")
        ).all()
        free = session.scalars(
            sa.text(
                "SELECT lead.public_id FROM lead JOIN person_phone ON person_phone.person_id = lead.person_id"
                " WHERE person_phone.e164 LIKE :phones ORDER BY lead.id"
            ),
            {"phones": _phone(4, 0)[:7] + "%"},
        ).all()
        return MadeClub(
            club_id=club.id,
            organisation_id=club.organisation_id,
            card_type=annual.public_id,
            consultants=tuple(consultants),
            cards=tuple(sold),
            leads=lead_phones,
            scanner_token=scanner.token,
            password=password,
            watchers=tuple(seller_name(number) for number in range(WATCHERS)),
            claimers=tuple(transact(lambda session: _signed_in(session, club, at))),
            pool=tuple(free),
        )


def guest_phone(number: int) -> str:
    """The phone of a guest who has never been here."""
    return _phone(2, number)


def hire_one(
    club: Club,
    username: str,
    role: Role,
    at: Instant,
    *,
    kind: Kind | None = None,
    password: str | None = None,
) -> Hired:
    """Somebody new on the staff; only who signs in has a password."""
    return transact(
        lambda session: hire(
            session,
            username=username,
            name=username,
            role=role,
            kind=kind,
            team="A" if kind else None,
            password=password,
            actor=system_actor(club),
            at=at,
        )
    )


def found(at: Instant, *, days: int = history.DAYS) -> Club:
    """Found the club, within a transaction, with a policy for so many days before."""
    session = db.session
    organisation_id = clubs.found_organisation(session, name="Bench", at=at)
    club = found_club(
        session,
        organisation_id=organisation_id,
        code="B1",
        name="Bench",
        timezone="Asia/Shanghai",
        currency=CNY,
        opens=time(0),
        closes=time(23, 59),
        at=at,
        policy_from=(at - timedelta(days=days + 2)).date(),
    )
    policies.publish(
        session,
        changes={"claims": {"max_open": 0, "max_per_day": 0}},
        valid_from=at.date() - timedelta(days=1),
        actor=system_actor(club),
        at=at,
    )
    return club


def _staff(club: Club, name: str, role: Role, hired: Hired) -> Actor:
    return Actor(
        kind=ActorKind.STAFF,
        club=club,
        account_id=hired.account_id,
        consultant_id=hired.consultant_id,
        roles=frozenset({role}),
        name=name,
    )


def open_the_floor(club: Club, at: Instant, password: str) -> list[Seller]:
    """Forty inside consultants on post; some of them can sign in."""
    ticked = None
    sellers = []
    for number in range(CONSULTANTS):
        name = seller_name(number)
        known = password if number < WATCHERS else None
        hired = hire_one(club, name, Role.CONSULTANT, at, kind=Kind.INSIDE, password=known)
        actor = _staff(club, name, Role.CONSULTANT, hired)
        seller = Seller(id=hired.consultant_id, name=name)
        transact(
            lambda session, actor=actor, seller=seller: open_shift(  # type: ignore[misc]
                session, consultant_id=seller.id, checklist=ticked, actor=actor, at=at
            )
        )
        sellers.append(seller)
    return sellers


def seller_name(number: int) -> str:
    """The user name of a consultant."""
    return f"seller{number:02d}"


def _signed_in(session: Session, club: Club, at: Instant) -> list[str]:
    """A session of each consultant: its token."""
    accounts = session.scalars(
        sa.select(Account).where(Account.username.like("seller%")).order_by(Account.id)
    )
    return [
        open_session(session, account, club=club, device=None, via=Via.PASSWORD, at=at)
        for account in accounts.all()
    ]


def _price_list(club: Club, at: Instant) -> CardTypeView:
    session = db.session
    card_type_id = catalogue.add_card_type(
        session,
        code="annual",
        name="年卡",
        name_en="Annual card",
        kind=CardKind.TERM,
        price=Money.parse("3980.00", CNY),
        days=365,
        actor=system_actor(club),
        at=at,
    )
    return prices.get(session, club.id, card_type_id, day=local_day(at, club.zone))


def _sell_cards(desk: Actor, annual: CardTypeView, sellers: list[Seller], count: int, at: Instant) -> None:
    for numbers in _batches(range(count)):

        def sell(_session: object, numbers: Sequence[int] = numbers) -> None:
            session = db.session
            for number in numbers:
                person_id = people.find_or_add(
                    session, e164=_phone(1, number), name=f"member {number}", actor=desk, at=at
                )
                sell_for_cash(
                    session,
                    card_type=annual,
                    price=None,
                    kind=SaleKind.NEW,
                    buyer=Buyer(person_id=person_id, is_member=False),
                    seller=sellers[number % len(sellers)],
                    actor=desk,
                    at=at,
                )

        transact(sell)
        db.session.expunge_all()


def _capture_leads(desk: Actor, phones: Sequence[str], at: Instant) -> None:
    for batch in _batches(phones):

        def capture(_session: object, batch: Sequence[str] = batch) -> None:
            session = db.session
            for phone in batch:
                person_id = people.find_or_add(session, e164=phone, name="lead", actor=desk, at=at)
                intake.capture(session, person_id=person_id, source=Source.PHONE, actor=desk, at=at)

        transact(capture)
        db.session.expunge_all()


def _phone(kind: int, number: int) -> str:
    """Phones of five sorts of people never meet."""
    return f"+86138{kind}{number:07d}"


def _batches(things: Sequence[T]) -> Iterator[Sequence[T]]:
    rest = iter(things)
    while batch := list(islice(rest, BATCH)):
        yield batch
