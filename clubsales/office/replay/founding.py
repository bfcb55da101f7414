"""Lines of a history that found its club: the club, who works there, what is sold, what is expected of whom."""

from contextlib import suppress
from datetime import date, time
from functools import partial
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from clubsales import clubs, policies
from clubsales.actor import Actor, ActorKind, Role, system_actor
from clubsales.clock import local_day
from clubsales.consultants.profiles import operations as profiles
from clubsales.consultants.profiles import terms
from clubsales.consultants.profiles.rules import Kind
from clubsales.consultants.roster import operations as roster
from clubsales.consultants.targets import operations as targets
from clubsales.errors import Refused
from clubsales.ids import ConsultantID
from clubsales.membership.catalogue import operations as catalogue
from clubsales.membership.catalogue.rules import CardKind
from clubsales.money import CNY, Currency
from clubsales.office.replay.lines import Line
from clubsales.office.replay.run import Run, own
from clubsales.office.staff import operations as staff

BEFORE_EVERYTHING = date(1970, 1, 1)


def open_club(run: Run, session: Session, line: Line) -> None:
    """The club, under the policy of the run since before everything."""
    opens, closes = line["business_hours"] or (time(9), time(22))
    organisation_id = clubs.found_organisation(session, name=line["name"], at=line.at)
    club = clubs.open_club(
        session,
        organisation_id=organisation_id,
        code=line["code"],
        name=line["name"],
        timezone=(line["timezone"] or ZoneInfo("Asia/Shanghai")).key,
        currency=Currency(line["currency"] or CNY),
        opens=opens,
        closes=closes,
        at=line.at,
    )
    policies.install(
        session, document=run.policy, valid_from=BEFORE_EVERYTHING, actor=system_actor(club), at=line.at
    )
    run.club = club


def hire(run: Run, session: Session, line: Line) -> None:
    """Somebody of the staff; everybody has a profile."""
    role = Role(line["role"])
    hired = staff.hire(
        session,
        username=f"replay-{len(run.staff) + 1}",
        name=line["name"],
        role=role,
        kind=Kind(line["kind"]) if line["kind"] else None,
        team=line["team"],
        code=line["code"],
        # A month may be closed that was over before somebody was introduced: he has a statement of it too.
        active_from=BEFORE_EVERYTHING,
        actor=system_actor(run.here),
        at=line.at,
    )
    _set_terms(run, session, line, hired.consultant_id)
    run.staff[line["code"]] = Actor(
        kind=ActorKind.STAFF,
        club=run.here,
        account_id=hired.account_id,
        consultant_id=hired.consultant_id,
        roles=frozenset({role}),
        name=line["name"],
    )


def _set_terms(run: Run, session: Session, line: Line, consultant_id: ConsultantID) -> None:
    """A base of his own counts for every month; a level is held from the line's day on, as a promotion of that day."""
    base = run.money(line["base_pay"]) if line["base_pay"] is not None else None
    set_terms = partial(
        terms.set_pay_term,
        session,
        consultant_id=consultant_id,
        base=base,
        probation_until=None,
        reason="",
        actor=system_actor(run.here),
        at=line.at,
    )
    if base is not None:
        set_terms(valid_from=BEFORE_EVERYTHING, level=1, is_promotion=False)
    if line["level"] is not None:
        day = local_day(line.at, run.here.zone)
        set_terms(valid_from=day, level=line["level"], is_promotion=True)


def change_team(run: Run, session: Session, line: Line) -> None:
    """Into another team from now on."""
    profiles.change_team(
        session,
        consultant_id=own(run.staff[line["staff"]]),
        team=line["team"],
        actor=system_actor(run.here),
        at=line.at,
    )


def list_card_type(run: Run, session: Session, line: Line) -> None:
    """A card type on the price list."""
    run.card_types[line["code"]] = catalogue.add_card_type(
        session,
        code=line["code"],
        name=line["name"],
        kind=CardKind(line["kind"]),
        price=run.money(line["price"]) if line["price"] else None,
        # Without a price it may be sold at any: there is no floor.
        floor_price=run.money(line["floor_price"]) if line["price"] and line["floor_price"] else None,
        days=line["days"],
        visits=line["visits"],
        no_discount=bool(line["no_discount"]),
        actor=system_actor(run.here),
        at=line.at,
    )


def set_target(run: Run, session: Session, line: Line) -> None:
    """What somebody is to sell in a month."""
    targets.set_target(
        session,
        consultant_id=own(run.staff[line["staff"]]),
        month=line["month"],
        amount=run.money(line["amount"]),
        by_the_book=True,
        actor=system_actor(run.here),
        at=line.at,
    )


def plan_shift(run: Run, session: Session, line: Line) -> None:
    """A shift on the roster."""
    with suppress(Refused):  # a roster decides nothing here, and the format knows no refusal of it
        roster.plan(
            session,
            consultant_id=own(run.staff[line["staff"]]),
            day=line["date"],
            shift=line["shift"],
            actor=system_actor(run.here),
            at=line.at,
        )
