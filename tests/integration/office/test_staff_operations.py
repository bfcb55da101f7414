"""Staff of a club: hired, given and taken roles, moved, their secrets set, gone."""

from dataclasses import replace
from datetime import date

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.actor import Actor, ActorKind, Role
from clubsales.audit import AuditEvent
from clubsales.auth import operations as auth
from clubsales.auth import queries as accounts
from clubsales.auth.rules import AuthRefused
from clubsales.auth.sign_in import sign_in_with_password
from clubsales.consultants.profiles import queries as profiles
from clubsales.consultants.profiles.rules import Kind
from clubsales.errors import NotFound, Refused
from clubsales.frontdesk.posts import operations as posts
from clubsales.office.staff import operations, queries
from clubsales.office.staff.rules import StaffRefused
from tests.builders import MORNING, PASSWORD, PIN, Cast, consultant_of, local
from tests.integration.auth.support import account, account_id_of, let_in

LATER = local(15)


def roles(session: Session, who: Actor) -> frozenset[Role]:
    return accounts.roles_in(session, account_id=account_id_of(who), club_id=who.club.id)


def tags(session: Session, who: Actor) -> list[str]:
    return list(
        session.scalars(
            sa.select(AuditEvent.tag)
            .where(AuditEvent.subject_kind == "account", AuditEvent.subject_id == account_id_of(who))
            .order_by(AuditEvent.id)
        )
    )


def may_sign_in(session: Session, username: str, password: str = PASSWORD) -> bool:
    outcome = sign_in_with_password(session, username=username, password=password, device=None, at=LATER)
    return outcome.token is not None


def on_post(session: Session, who: Actor) -> None:
    posts.open_shift(
        session,
        consultant_id=consultant_of(who),
        checklist=None,
        actor=who,
        at=MORNING,
    )


def owner(session: Session, cast: Cast) -> Actor:
    """The manager, who also owns everything."""
    auth.grant_role(
        session,
        account_id=account_id_of(cast.manager),
        role=Role.OWNER,
        club=None,
        actor=cast.system,
        at=MORNING,
    )
    return replace(cast.manager, roles=frozenset({Role.CLUB_MANAGER, Role.OWNER}))


def test_manager_hires_a_consultant_who_may_sign_in(session: Session, cast: Cast) -> None:
    hired = operations.hire(
        session,
        username="hanmei",
        name="韩梅",
        role=Role.CONSULTANT,
        team="三组",
        password=PASSWORD,
        pin=PIN,
        actor=cast.manager,
        at=MORNING,
    )
    profile = profiles.of_account(session, cast.club.id, hired.account_id)
    assert profile is not None
    assert (profile.kind, profile.team) == (Kind.INSIDE, "三组")
    assert may_sign_in(session, "hanmei")


@pytest.mark.parametrize(
    "role", [Role.OWNER, Role.GENERAL_MANAGER, Role.DEPUTY_GM, Role.SALES_DIRECTOR, Role.MEMBER]
)
def test_manager_does_not_hire_above_himself(session: Session, cast: Cast, role: Role) -> None:
    with pytest.raises(Refused) as refusal:
        operations.hire(session, username="hanmei", name="韩梅", role=role, actor=cast.manager, at=MORNING)
    assert refusal.value.code == StaffRefused.ROLE_ABOVE
    assert not [line for line in accounts.staff(session, club=cast.club) if line.username == "hanmei"]


def test_second_role_is_given_and_taken(session: Session, cast: Cast) -> None:
    give = {
        "account_id": account_id_of(cast.lin),
        "role": Role.SUPERVISOR,
        "actor": cast.manager,
        "at": LATER,
    }
    operations.give_role(session, **give)  # type: ignore[arg-type]
    assert roles(session, cast.lin) == {Role.CONSULTANT, Role.SUPERVISOR}
    with pytest.raises(Refused) as refusal:
        operations.give_role(session, **give)  # type: ignore[arg-type]
    assert refusal.value.code == AuthRefused.ROLE_HELD
    operations.take_role(
        session, account_id=account_id_of(cast.lin), role=Role.CONSULTANT, actor=cast.manager, at=LATER
    )
    assert roles(session, cast.lin) == {Role.SUPERVISOR}
    assert tags(session, cast.lin)[-2:] == ["account:role_granted", "account:role_ended"]


def test_only_role_is_not_taken(session: Session, cast: Cast) -> None:
    with pytest.raises(Refused) as refusal:
        operations.take_role(
            session, account_id=account_id_of(cast.lin), role=Role.CONSULTANT, actor=cast.manager, at=LATER
        )
    assert refusal.value.code == StaffRefused.LAST_ROLE
    assert roles(session, cast.lin) == {Role.CONSULTANT}


def test_nobody_raises_himself(session: Session, cast: Cast) -> None:
    with pytest.raises(Refused) as refusal:
        operations.give_role(
            session,
            account_id=account_id_of(cast.manager),
            role=Role.CONSULTANT,
            actor=cast.manager,
            at=LATER,
        )
    assert refusal.value.code == StaffRefused.ONESELF


def test_manager_leaves_those_above_alone(session: Session, cast: Cast) -> None:
    him = account_id_of(cast.director)
    for work in (
        lambda: operations.reset_password(
            session, account_id=him, password="seven-green-kettles", actor=cast.manager, at=LATER
        ),
        lambda: operations.reset_pin(session, account_id=him, pin="7391", actor=cast.manager, at=LATER),
        lambda: operations.give_role(
            session, account_id=him, role=Role.CONSULTANT, actor=cast.manager, at=LATER
        ),
        lambda: operations.end_employment(session, account_id=him, actor=cast.manager, at=LATER),
    ):
        with pytest.raises(Refused) as refusal:
            work()
        assert refusal.value.code == StaffRefused.PERSON_ABOVE


def test_owner_hires_and_ends_anybody_but_himself(session: Session, cast: Cast) -> None:
    boss = owner(session, cast)
    operations.end_employment(session, account_id=account_id_of(cast.director), actor=boss, at=LATER)
    assert roles(session, cast.director) == frozenset()
    with pytest.raises(Refused) as refusal:
        operations.end_employment(session, account_id=account_id_of(boss), actor=boss, at=LATER)
    assert refusal.value.code == StaffRefused.ONESELF


def test_reset_password_and_pin_work_and_end_sessions(session: Session, cast: Cast) -> None:
    let_in(session, cast.lin)
    assert may_sign_in(session, "linjing")
    her = account_id_of(cast.lin)
    operations.reset_password(
        session, account_id=her, password="seven-green-kettles", actor=cast.manager, at=LATER
    )
    operations.reset_pin(session, account_id=her, pin="7391", actor=cast.manager, at=LATER)
    assert not may_sign_in(session, "linjing")
    assert may_sign_in(session, "linjing", "seven-green-kettles")
    assert "account:session_ended" in tags(session, cast.lin)


def test_secrets_of_somebody_who_works_elsewhere_too_are_not_the_managers(
    session: Session, cast: Cast
) -> None:
    auth.grant_role(
        session,
        account_id=account_id_of(cast.lin),
        role=Role.CONSULTANT,
        club=cast.other_club,
        actor=cast.system,
        at=MORNING,
    )
    with pytest.raises(Refused) as refusal:
        operations.reset_pin(
            session, account_id=account_id_of(cast.lin), pin="7391", actor=cast.manager, at=LATER
        )
    assert refusal.value.code == StaffRefused.OTHER_CLUB
    operations.reset_pin(
        session, account_id=account_id_of(cast.lin), pin="7391", actor=owner(session, cast), at=LATER
    )


def test_employment_ends_with_roles_profile_and_account(session: Session, cast: Cast) -> None:
    let_in(session, cast.lin)
    operations.end_employment(session, account_id=account_id_of(cast.lin), actor=cast.manager, at=LATER)
    assert roles(session, cast.lin) == frozenset()
    assert not account(session, cast.lin).active
    assert not may_sign_in(session, "linjing")
    today = profiles.all_in_club(session, cast.club.id, on_day=date(2026, 3, 9))
    tomorrow = profiles.all_in_club(session, cast.club.id, on_day=date(2026, 3, 10))
    assert {person.name for person in today} - {person.name for person in tomorrow} == {"林静"}
    page = queries.staff_page(session, cast.club)
    assert "林静" in page.left
    assert "林静" not in {person.name for person in page.people}
    with pytest.raises(NotFound):
        operations.end_employment(session, account_id=account_id_of(cast.lin), actor=cast.manager, at=LATER)


def test_employment_in_one_club_leaves_the_other(session: Session, cast: Cast) -> None:
    let_in(session, cast.lin)
    auth.grant_role(
        session,
        account_id=account_id_of(cast.lin),
        role=Role.CONSULTANT,
        club=cast.other_club,
        actor=cast.system,
        at=MORNING,
    )
    operations.end_employment(session, account_id=account_id_of(cast.lin), actor=cast.manager, at=LATER)
    assert account(session, cast.lin).active
    assert accounts.clubs_of(session, account_id_of(cast.lin)) == [cast.other_club]


def test_nobody_is_dismissed_or_moved_to_another_kind_during_a_shift(session: Session, cast: Cast) -> None:
    on_post(session, cast.lin)
    with pytest.raises(Refused) as refusal:
        operations.end_employment(session, account_id=account_id_of(cast.lin), actor=cast.manager, at=LATER)
    assert refusal.value.code == StaffRefused.ON_SHIFT
    place = {"account_id": account_id_of(cast.lin), "actor": cast.manager, "at": LATER}
    with pytest.raises(Refused) as refusal:
        operations.change_place(session, kind=Kind.OUTSIDE, team="一组", **place)  # type: ignore[arg-type]
    assert refusal.value.code == StaffRefused.ON_SHIFT
    operations.change_place(session, kind=Kind.INSIDE, team="二组", **place)  # type: ignore[arg-type]
    assert profiles.get(session, cast.club.id, consultant_of(cast.lin)).team == "二组"


def test_receptionist_becomes_a_consultant(session: Session, cast: Cast) -> None:
    her = account_id_of(cast.desk)
    operations.give_role(session, account_id=her, role=Role.CONSULTANT, actor=cast.manager, at=LATER)
    operations.change_place(
        session, account_id=her, kind=Kind.INSIDE, team=None, actor=cast.manager, at=LATER
    )
    assert profiles.get(session, cast.club.id, consultant_of(cast.desk)).kind is Kind.INSIDE


def test_staff_of_another_club_is_not_there(session: Session, cast: Cast) -> None:
    him = account_id_of(cast.other_manager)
    for work in (
        lambda: operations.give_role(
            session, account_id=him, role=Role.CONSULTANT, actor=cast.manager, at=LATER
        ),
        lambda: operations.take_role(
            session, account_id=him, role=Role.CLUB_MANAGER, actor=cast.manager, at=LATER
        ),
        lambda: operations.reset_password(
            session, account_id=him, password="seven-green-kettles", actor=cast.manager, at=LATER
        ),
        lambda: operations.reset_pin(session, account_id=him, pin="7391", actor=cast.manager, at=LATER),
        lambda: operations.change_place(
            session, account_id=him, kind=None, team="x", actor=cast.manager, at=LATER
        ),
        lambda: operations.end_employment(session, account_id=him, actor=cast.manager, at=LATER),
    ):
        with pytest.raises(NotFound):
            work()
    there = replace(cast.manager, club=cast.other_club, kind=ActorKind.STAFF)
    with pytest.raises(NotFound):
        operations.end_employment(session, account_id=account_id_of(cast.lin), actor=there, at=LATER)
