"""Who may give which role, and whose rights he may touch (ROL-14)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clubsales.actor import Role
from clubsales.consultants.profiles.rules import Kind
from clubsales.errors import Allowed, Refusal
from clubsales.ids import ClubID
from clubsales.office.staff.rules import (
    Colleague,
    Grant,
    StaffRefused,
    kind_for,
    may_change_rights,
    may_end_employment,
    may_give,
    may_set_secrets,
    roles_to_give,
    step_of,
)

HERE, THERE = ClubID(1), ClubID(2)
STAFF_ROLES = [role for role in Role if role is not Role.MEMBER]


def colleague(*grants: tuple[Role, ClubID | None], **changes: object) -> Colleague:
    values: dict[str, object] = {
        "name": "林静",
        "grants": frozenset(Grant(role, club) for role, club in grants),
        "actor_roles": frozenset({Role.CLUB_MANAGER}),
        "managed": frozenset({HERE}),
        "is_oneself": False,
    }
    values.update(changes)
    return Colleague(**values)  # type: ignore[arg-type]


def code(decision: Allowed | Refusal) -> str | None:
    return decision.code.value if isinstance(decision, Refusal) else None


@pytest.mark.parametrize(
    ("giver", "role", "allowed"),
    [
        (Role.CLUB_MANAGER, Role.CONSULTANT, True),
        (Role.CLUB_MANAGER, Role.FINANCE_CLERK, True),
        (Role.CLUB_MANAGER, Role.CLUB_MANAGER, True),
        (Role.CLUB_MANAGER, Role.SALES_DIRECTOR, False),
        (Role.CLUB_MANAGER, Role.GENERAL_MANAGER, False),
        (Role.CLUB_MANAGER, Role.OWNER, False),
        (Role.DEPUTY_GM, Role.GENERAL_MANAGER, False),
        (Role.GENERAL_MANAGER, Role.DEPUTY_GM, True),
        (Role.GENERAL_MANAGER, Role.OWNER, False),
        (Role.OWNER, Role.OWNER, True),
        (Role.OWNER, Role.MEMBER, False),
        (Role.MEMBER, Role.CONSULTANT, False),
    ],
)
def test_nobody_gives_a_role_above_his_own(giver: Role, role: Role, allowed: bool) -> None:
    assert (code(may_give(role, actor_roles=frozenset({giver}))) is None) is allowed


def test_who_has_no_role_gives_none() -> None:
    assert roles_to_give(frozenset()) == ()
    for role in Role:
        assert code(may_give(role, actor_roles=frozenset())) == StaffRefused.ROLE_ABOVE


@given(st.frozensets(st.sampled_from(STAFF_ROLES), min_size=1))
def test_what_is_offered_is_what_may_be_given(held: frozenset[Role]) -> None:
    offered = roles_to_give(held)
    assert set(offered) == {role for role in Role if may_give(role, actor_roles=held) == Allowed()}
    assert [step_of([role]) for role in offered] == sorted(step_of([role]) for role in offered)
    assert held <= set(offered)


def test_every_role_of_staff_stands_on_one_step() -> None:
    assert all(step_of([role]) >= 0 for role in STAFF_ROLES)
    assert step_of([Role.MEMBER]) == -1


@pytest.mark.parametrize("question", [may_change_rights, may_set_secrets])
def test_nobody_touches_his_own_rights_or_those_of_somebody_above(question: object) -> None:
    assert callable(question)
    assert code(question(colleague((Role.CONSULTANT, HERE), is_oneself=True))) == StaffRefused.ONESELF
    above = colleague((Role.CONSULTANT, HERE), (Role.GENERAL_MANAGER, THERE))
    assert code(question(above)) == StaffRefused.PERSON_ABOVE
    assert code(question(colleague((Role.CLUB_MANAGER, HERE)))) is None


def test_secrets_of_somebody_with_another_club_are_for_whoever_manages_both() -> None:
    both = ((Role.CONSULTANT, HERE), (Role.CONSULTANT, THERE))
    assert code(may_set_secrets(colleague(*both))) == StaffRefused.OTHER_CLUB
    assert code(may_set_secrets(colleague(*both, managed=frozenset({HERE, THERE})))) is None
    assert code(may_set_secrets(colleague(*both, managed=frozenset({None})))) is None


def test_role_everywhere_is_ended_by_whoever_manages_everywhere() -> None:
    everywhere = (Role.FINANCE_CLERK, None)
    assert code(may_end_employment(colleague(everywhere), on_shift=False)) == StaffRefused.OTHER_CLUB
    assert code(may_end_employment(colleague(everywhere, managed=frozenset({None})), on_shift=False)) is None


def test_employment_ends_here_although_there_is_another_club() -> None:
    both = colleague((Role.CONSULTANT, HERE), (Role.CONSULTANT, THERE))
    assert code(may_end_employment(both, on_shift=False)) is None


def test_employment_does_not_end_during_a_shift() -> None:
    assert (
        code(may_end_employment(colleague((Role.CONSULTANT, HERE)), on_shift=True)) == StaffRefused.ON_SHIFT
    )


@pytest.mark.parametrize(
    ("role", "chosen", "kind"),
    [
        (Role.CONSULTANT, None, Kind.INSIDE),
        (Role.CONSULTANT, Kind.OUTSIDE, Kind.OUTSIDE),
        (Role.TRAINEE, None, Kind.INSIDE),
        (Role.SUPERVISOR, None, None),
        (Role.SUPERVISOR, Kind.INSIDE, Kind.INSIDE),
        (Role.RECEPTIONIST, Kind.INSIDE, None),
        (Role.OWNER, Kind.OUTSIDE, None),
    ],
)
def test_who_sells(role: Role, chosen: Kind | None, kind: Kind | None) -> None:
    assert kind_for(role, chosen) is kind
