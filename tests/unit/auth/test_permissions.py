"""The table of roles, read as the club would say it."""

from datetime import time
from zoneinfo import ZoneInfo

import pytest

from clubsales.actor import Actor, ActorKind, Club, Role
from clubsales.auth.permissions import ROLE_PERMISSIONS, Permission, may, permissions_of
from clubsales.ids import ClubID, OrganisationID
from clubsales.money import CNY

P = Permission


@pytest.fixture
def a_club() -> Club:
    return Club(
        id=ClubID(1),
        organisation_id=OrganisationID(1),
        public_id="a2b3c4d5e6f7",
        code="SZ01",
        name="阳光店",
        zone=ZoneInfo("Asia/Shanghai"),
        currency=CNY,
        opens=time(9),
        closes=time(22),
    )


def holders(permission: Permission) -> set[Role]:
    return {role for role, held in ROLE_PERMISSIONS.items() if permission in held}


def test_every_role_has_its_line() -> None:
    assert set(ROLE_PERMISSIONS) == set(Role)


def test_cash_is_booked_by_reception_finance_and_manager_only() -> None:
    """AMB-64: a consultant never books the money of his own sale."""
    assert holders(P.PAYMENT_BOOK) == {Role.RECEPTIONIST, Role.FINANCE_CLERK, Role.CLUB_MANAGER}


def test_refunds_are_made_by_those_who_answer_for_money() -> None:
    expected = {Role.CLUB_MANAGER, Role.SALES_DIRECTOR, Role.GENERAL_MANAGER, Role.FINANCE_CLERK}
    assert holders(P.REFUND_MAKE) == expected


def test_only_the_club_manager_overrides_a_shift() -> None:
    assert holders(P.SHIFT_OVERRIDE) == {Role.CLUB_MANAGER}


@pytest.mark.parametrize("permission", list(Permission))
def test_every_permission_has_a_holder(permission: Permission) -> None:
    assert holders(permission)


def test_member_opens_no_staff_door() -> None:
    assert permissions_of(frozenset({Role.MEMBER})) == frozenset()


def test_roles_add_up() -> None:
    both = permissions_of(frozenset({Role.CONSULTANT, Role.RECEPTIONIST}))
    assert {P.FLOOR_WORK, P.PAYMENT_BOOK} <= both


@pytest.mark.parametrize(
    ("purpose", "allowed"),
    [
        ("scanner", {P.CHECK_IN}),
        ("turnstile", {P.CHECK_IN}),
        ("screen", {P.BOARD_SEE, P.RANKING_SEE}),  # what hangs on the wall
    ],
)
def test_a_device_does_its_one_thing_and_nothing_else(
    purpose: str, allowed: set[Permission], a_club: Club
) -> None:
    device = Actor(kind=ActorKind.DEVICE, club=a_club, device_purpose=purpose)
    assert [permission for permission in Permission if may(device, permission)] == [
        permission for permission in Permission if permission in allowed
    ]


@pytest.mark.parametrize("purpose", ["tablet", ""])
def test_a_tablet_does_nothing_by_itself(purpose: str, a_club: Club) -> None:
    device = Actor(kind=ActorKind.DEVICE, club=a_club, device_purpose=purpose)
    assert not any(may(device, permission) for permission in Permission)


@pytest.mark.parametrize("kind", [ActorKind.GUEST, ActorKind.PROVIDER, ActorKind.SYSTEM])
def test_whoever_is_no_staff_opens_no_door_by_a_role(kind: ActorKind, a_club: Club) -> None:
    actor = Actor(kind=kind, club=a_club, roles=frozenset({Role.CLUB_MANAGER}))
    assert not any(may(actor, permission) for permission in Permission)
