"""Who somebody was in a month is settled by its end, however late it is closed."""

from datetime import date

import pytest
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session

from clubsales.actor import Role
from clubsales.consultants.awards import queries as awards
from clubsales.consultants.commission import operations as commission
from clubsales.consultants.commission.choosing import Scope
from clubsales.consultants.commission.operations import Written
from clubsales.consultants.commission.rules import Plan, Tier
from clubsales.consultants.credits.months import month_ranking
from clubsales.consultants.profiles import operations as profiles
from clubsales.consultants.profiles.rules import Kind
from clubsales.consultants.statements.people import people_of
from tests.builders import Cast, a_colleague, consultant_of, local
from tests.integration.office.closing_support import AFTER_APRIL, APRIL, MARCH, Months


@pytest.fixture
def months(session: Session, cast: Cast) -> Months:
    made = Months(session, cast)
    made.sale("10000.00", local(10, day=31), made.lin)
    return made


@pytest.mark.parametrize("kind", [None, Kind.OUTSIDE])
def test_who_sells_elsewhere_from_april_on_is_paid_and_ranked_for_march_as_he_was(
    months: Months, kind: Kind | None
) -> None:
    profiles.change_kind(
        months.session,
        consultant_id=months.lin,
        kind=kind,
        actor=months.cast.manager,
        at=local(0, day=1, month=4),
    )
    months.close()
    statement = months.statement(months.lin)
    assert (str(statement.base), str(statement.pay)) == ("4000.00", "4300.00")
    standings = awards.month_result(months.session, months.cast.club, MARCH).standings
    (hers,) = (one for one in standings if one.consultant_id == months.lin)
    assert (hers.kind, hers.is_top) == (Kind.INSIDE, True)
    assert months.faults() == []


def test_the_ranking_of_a_day_of_march_is_by_the_kinds_of_march(months: Months) -> None:
    profiles.change_kind(
        months.session,
        consultant_id=months.lin,
        kind=Kind.OUTSIDE,
        actor=months.cast.manager,
        at=local(0, day=1, month=4),
    )

    def ranked(month: date, kind: Kind) -> list[str]:
        return [row.name for row in month_ranking(months.session, months.cast.club.id, month, kind)]

    assert ranked(MARCH, Kind.INSIDE) == ["林静", "周倩"]
    assert ranked(MARCH, Kind.OUTSIDE) == ["马超"]
    assert ranked(APRIL, Kind.INSIDE) == ["周倩"]
    assert sorted(ranked(APRIL, Kind.OUTSIDE)) == ["林静", "马超"]


def test_who_sells_only_from_april_on_is_nobody_in_march(months: Months) -> None:
    profiles.change_kind(
        months.session,
        consultant_id=months.zhou,
        kind=None,
        actor=months.cast.manager,
        at=local(9, day=2),
    )
    profiles.change_kind(
        months.session,
        consultant_id=months.zhou,
        kind=Kind.OUTSIDE,
        actor=months.cast.manager,
        at=local(9, day=1, month=4),
    )
    months.close()
    assert months.items_of(months.zhou) == ()
    standings = awards.month_result(months.session, months.cast.club, MARCH).standings
    assert months.zhou not in {one.consultant_id for one in standings}


def test_statements_stand_in_the_order_of_codes_on_every_database(months: Months) -> None:
    """The digest covers them in this order; a database's own idea of letters is none of its business."""
    club = months.cast.club
    for number, name in enumerate(("b", "A", "a", "_a", "Z", "ä", "赵", "安")):
        a_colleague(months.session, club, f"order{number}", name, Role.CONSULTANT)
    people = people_of(months.session, club, MARCH)
    assert people == sorted(people, key=lambda one: one.order)


def test_a_supervisor_with_a_base_is_paid_it_though_his_team_has_no_credit(months: Months) -> None:
    supervisor = consultant_of(months.cast.supervisor)
    months.close()
    with pytest.raises(NoResultFound):
        months.statement(supervisor)
    plan = Plan(tiers=(Tier(0, 0),), base_minor=450_000)
    written = Written(name="主管", scope=Scope(kind="supervisor"), valid_from=APRIL, plan=plan)
    manager, at = months.cast.manager, local(10, month=4)
    draft = commission.start_draft(months.session, written=written, actor=manager, at=at)
    commission.publish(
        months.session, public_id=draft, version=1, reason="新", also_begun=True, actor=manager, at=at
    )
    months.close(APRIL, at=AFTER_APRIL)
    assert str(months.statement(supervisor, APRIL).pay) == "4500.00"
