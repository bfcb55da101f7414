from dataclasses import replace

import pytest

from clubsales.actor import Role
from clubsales.errors import Refusal
from clubsales.ids import ConsultantID, OrganisationID, TeamID
from clubsales.leads.disclosures.rules import (
    DisclosurePolicy,
    PhoneFacts,
    looked_unusually,
    masked_name,
    may_probe,
    may_reveal,
    phone_digest,
    sees_phone,
)

ME, OTHER = ConsultantID(1), ConsultantID(2)
MINE, THEIRS = TeamID(1), TeamID(2)
NOTHING = PhoneFacts(
    viewer_id=ME,
    viewer_team=MINE,
    viewer_roles=frozenset({Role.CONSULTANT}),
    held_by=None,
    holder_team=None,
    receives_now=False,
    revealed_today=False,
)
MANAGERS = {Role.CLUB_MANAGER, Role.SALES_DIRECTOR, Role.GENERAL_MANAGER, Role.DEPUTY_GM, Role.OWNER}


def test_the_holder_sees_the_phone_and_his_team_does_not() -> None:
    assert sees_phone(replace(NOTHING, held_by=ME, holder_team=MINE))
    assert not sees_phone(replace(NOTHING, held_by=OTHER, holder_team=MINE))
    assert not sees_phone(replace(NOTHING, viewer_id=None))


def test_whoever_receives_the_guest_now_sees_the_phone() -> None:
    assert sees_phone(replace(NOTHING, held_by=OTHER, receives_now=True))


def test_what_was_shown_today_stays_shown_today() -> None:
    assert sees_phone(replace(NOTHING, held_by=OTHER, revealed_today=True))


@pytest.mark.parametrize(
    ("of_supervisor", "of_holder", "sees"),
    [(MINE, MINE, True), (MINE, THEIRS, False), (None, MINE, True), (MINE, None, False), (None, None, True)],
)
def test_a_supervisor_sees_what_his_team_holds(
    of_supervisor: TeamID | None, of_holder: TeamID | None, sees: bool
) -> None:
    supervisor = replace(NOTHING, viewer_roles=frozenset({Role.SUPERVISOR}), viewer_team=of_supervisor)
    assert sees_phone(replace(supervisor, held_by=OTHER, holder_team=of_holder)) is sees


def test_a_supervisor_does_not_see_what_nobody_holds() -> None:
    supervisor = frozenset({Role.SUPERVISOR})
    assert not sees_phone(replace(NOTHING, viewer_roles=supervisor))
    assert not sees_phone(replace(NOTHING, viewer_roles=supervisor, viewer_team=None))


@pytest.mark.parametrize("role", Role)
def test_managers_see_everybody_and_nobody_else_does(role: Role) -> None:
    other = replace(NOTHING, viewer_roles=frozenset({role}), held_by=OTHER, holder_team=THEIRS)
    assert sees_phone(other) is (role in MANAGERS)


@pytest.mark.parametrize(
    ("limit", "done", "allowed"), [(2, 1, True), (2, 2, False), (2, 3, False), (0, 999, True)]
)
def test_asking_and_showing_are_counted_by_day_and_nought_is_no_limit(
    limit: int, done: int, allowed: bool
) -> None:
    assert isinstance(may_probe(DisclosurePolicy(limit, 0), asked_today=done), Refusal) is not allowed
    assert isinstance(may_reveal(DisclosurePolicy(0, limit), revealed_today=done), Refusal) is not allowed


@pytest.mark.parametrize(
    ("looked_at", "colleagues", "marked"),
    [
        (40, (4, 5, 6), True),
        (15, (4, 5, 6), False),  # three times as many is still usual
        (16, (4, 5, 6), True),
        (9, (1, 1), False),  # too few to ask about
        (40, (), False),
        (10, (0, 0, 30), True),
    ],
)
def test_who_looked_at_unusually_many_is_marked(
    looked_at: int, colleagues: tuple[int, ...], marked: bool
) -> None:
    assert looked_unusually(looked_at, colleagues) is marked


def test_a_masked_name_tells_its_first_sign_only() -> None:
    assert [masked_name(name) for name in ("", "王", "王小明", "Anna Lee")] == ["", "王**", "王**", "A**"]


def test_the_digest_of_a_phone_needs_the_key_and_is_of_one_organisation() -> None:
    one, other = OrganisationID(1), OrganisationID(2)
    digest = phone_digest(one, "+8613800138000", secret="a")
    assert digest == phone_digest(one, "+8613800138000", secret="a")
    assert (
        len(
            {
                digest,
                phone_digest(one, "+8613800138000", secret="b"),
                phone_digest(other, "+8613800138000", secret="a"),
            }
        )
        == 3
    )
