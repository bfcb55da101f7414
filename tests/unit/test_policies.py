"""A policy document has one shape; what is not of it is refused by its full name."""

from dataclasses import dataclass
from typing import Any

import pytest

from clubsales.ids import PolicyVersionID
from clubsales.policies import Policy
from clubsales.policy_documents import (
    BUILT,
    PolicyError,
    changed_keys,
    default_document,
    overlay,
    setting_names,
)


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"rotation": {"away_trun": "keep"}}, "rotation.away_trun"),
        ({"rotatoin": {}}, "rotatoin"),
        ({"rotation": "keep"}, "rotation"),
        ({"rotation": {"away_turn": "sometimes"}}, "rotation.away_turn"),
        ({"rotation": {"kinds": "inside"}}, "rotation.kinds"),
        ({"rotation": {"kinds": [1]}}, "rotation.kinds"),
        ({"shift": {"min_on_post": "1"}}, "shift.min_on_post"),
        ({"shift": {"min_on_post": True}}, "shift.min_on_post"),
        ({"shift": {"min_on_post": -1}}, "shift.min_on_post"),
        ({"shift": {"templates": {"early": ["09:00"]}}}, "shift.templates.early"),
        ({"shift": {"templates": {"early": ["9:00", "17:00"]}}}, "shift.templates.early"),
        ({"shift": {"templates": {"early": ["09:00", "24:00"]}}}, "shift.templates.early"),
        ({"shift": {"templates": {"night": ["22:00", "22:00"]}}}, "shift.templates.night"),
        ({"shift": {"templates": {"night": [22, 6]}}}, "shift.templates.night"),
        ({"shift": {"templates": {" ": ["22:00", "06:00"]}}}, "shift.templates. "),
        ({"shift": {"templates": {"n" * 21: ["22:00", "06:00"]}}}, "shift.templates." + "n" * 21),
        ({"proxy": {"share_bp": 10_001}}, "proxy.share_bp"),
        ({"credit": {"tracked_friend": {"friend_bp": 1}}}, "credit.tracked_friend.friend_bp"),
        ({"discount": {"limit_bp": {"supervisor": "5 %"}}}, "discount.limit_bp.supervisor"),
        ({"follow_up": {"cadence_days": {"E": 2}}}, "follow_up.cadence_days.E"),
        ({"follow_up": {"cadence_days": {"a": 2}}}, "follow_up.cadence_days.a"),
        ({"follow_up": {"cadence_days": {"A": -1}}}, "follow_up.cadence_days.A"),
        ({"follow_up": {"cadence_days": {"A": "2"}}}, "follow_up.cadence_days.A"),
        ({"follow_up": {"contact_hours": ["09:00"]}}, "follow_up.contact_hours"),
        ({"follow_up": {"contact_hours": ["9:00", "20:00"]}}, "follow_up.contact_hours"),
        ({"follow_up": {"contact_hours": ["09:00", "24:00"]}}, "follow_up.contact_hours"),
    ],
)
def test_names_what_is_wrong(changes: dict[str, Any], key: str) -> None:
    with pytest.raises(PolicyError) as problem:
        overlay(default_document(), changes)
    assert problem.value.key == key
    assert str(problem.value).startswith(f"{key}: ")


def test_tables_merge_and_lists_replace() -> None:
    document = overlay(
        default_document(),
        {"rotation": {"kinds": ["inside", "outside"]}, "discount": {"limit_bp": {"sales_admin": 100}}},
    )
    assert document["rotation"]["kinds"] == ["inside", "outside"]
    assert document["rotation"]["away_turn"] == "forfeit"
    assert document["discount"]["limit_bp"] == {
        "consultant": 0,
        "supervisor": 500,
        "club_manager": 1000,
        "sales_admin": 100,
    }
    assert changed_keys(document) == ["rotation.kinds", "discount.limit_bp"]


def test_the_cadence_is_one_setting() -> None:
    document = overlay(default_document(), {"follow_up": {"cadence_days": {"A": 1, "D": 0}}})
    assert document["follow_up"]["cadence_days"] == {"A": 1, "B": 4, "C": 10, "D": 0}
    assert changed_keys(document) == ["follow_up.cadence_days"]


def test_a_club_may_have_shifts_of_its_own_that_end_after_midnight() -> None:
    document = overlay(default_document(), {"shift": {"templates": {"night": ["22:00", "06:00"]}}})
    assert list(document["shift"]["templates"]) == ["early", "late", "night"]


def test_the_default_is_not_touched_by_an_overlay() -> None:
    overlay(default_document(), {"rotation": {"away_turn": "keep"}})
    assert changed_keys(default_document()) == []


def test_every_setting_named_as_built_exists() -> None:
    assert set(setting_names()) >= BUILT


def test_a_section_is_read_as_a_frozen_value() -> None:
    @dataclass(frozen=True)
    class Turns:
        kinds: tuple[str, ...]
        away_turn: str

    policy = Policy(PolicyVersionID(1), default_document())
    assert policy.read("rotation", Turns) == Turns(("inside",), "forfeit")
