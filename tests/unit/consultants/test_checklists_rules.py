"""What a checklist may be, what changed, and what a club starts with (AMB-22)."""

import pytest
from werkzeug.datastructures import MultiDict

from clubsales.consultants.checklists.forms import Do, arranged, read_draft
from clubsales.consultants.checklists.rules import (
    Change,
    Checklist,
    Item,
    Occasion,
    differences,
    may_publish,
    unticked,
)
from clubsales.consultants.checklists.starters import starter
from clubsales.errors import Decision, Refusal

A, B, C = (Item(code, f"{code}项", f"{code} item") for code in "abc")
OPENING, CLOSING = Occasion.OPENING, Occasion.CLOSING


def code(decision: Decision) -> str | None:
    return decision.code.value if isinstance(decision, Refusal) else None


def a_list(*items: Item, number: int = 1) -> Checklist:
    return Checklist(OPENING, "early", number, items)


def many(count: int) -> list[Item]:
    return [Item(f"i{each}", "项", "item") for each in range(count)]


@pytest.mark.parametrize("occasion", list(Occasion))
@pytest.mark.parametrize("shift", ["early", "late", "night", "夜班"])
def test_starter_is_whole_in_both_languages(occasion: Occasion, shift: str) -> None:
    checklist = starter(occasion, shift)
    assert (checklist.number, checklist.shift) == (1, shift)
    assert len(checklist.items) >= 7
    nothing = Checklist(occasion, shift, 1, ())
    assert code(may_publish(checklist.items, nothing, seen=1)) is None
    assert all("\u4e00" <= item.chinese[-1] <= "\u9fff" for item in checklist.items)
    assert all(item.english.isascii() for item in checklist.items)


def test_early_and_late_start_differently() -> None:
    for occasion in Occasion:
        assert starter(occasion, "early").codes != starter(occasion, "late").codes


def test_shift_of_another_name_starts_as_the_early_one() -> None:
    assert starter(CLOSING, "night").codes == starter(CLOSING, "early").codes


@pytest.mark.parametrize("shift", ["early", "late"])
def test_starters_keep_the_items_there_always_were(shift: str) -> None:
    assert {"uniform", "badge", "tidy", "plan", "follow_ups", "tour_ready"} <= set(
        starter(OPENING, shift).codes
    )
    assert {"guests_out", "takings", "area_tidy", "handover"} <= set(starter(CLOSING, shift).codes)


def test_uniform_and_badge_come_first_and_the_briefing_is_asked_for() -> None:
    for shift in ("early", "late"):
        assert starter(OPENING, shift).codes[:3] == ("uniform", "badge", "briefing")


@pytest.mark.parametrize(
    ("items", "refused"),
    [
        ([], "checklist.empty"),
        (many(1), None),
        (many(40), None),
        (many(41), "checklist.too_long"),
        ([Item("a", "", "item")], "checklist.text"),
        ([Item("a", "项", "")], "checklist.text"),
        ([Item("a", "项" * 200, "x" * 200)], None),
        ([Item("a", "项" * 201, "x")], "checklist.text"),
        ([Item("a", "项", "x" * 201)], "checklist.text"),
        ([A, B], "checklist.unchanged"),
        ([B, A], None),
    ],
)
def test_from_one_to_forty_items_in_both_languages(items: list[Item], refused: str | None) -> None:
    assert code(may_publish(items, a_list(A, B), seen=1)) == refused


def test_text_that_lacks_is_named_by_its_place() -> None:
    decision = may_publish([A, Item("b", "项", "")], a_list(A), seen=1)
    assert isinstance(decision, Refusal)
    assert decision.facts["place"] == 2


@pytest.mark.parametrize("seen", [1, 3])
def test_nothing_is_published_over_a_version_not_seen(seen: int) -> None:
    assert code(may_publish([C], a_list(A, number=2), seen=seen)) == "checklist.newer"


def test_codes_are_distinct() -> None:
    with pytest.raises(ValueError, match="distinct"):
        may_publish([A, A], a_list(B), seen=1)


def test_differences_name_what_was_added_reworded_moved_and_removed() -> None:
    reworded = Item("b", "新的", "new words")
    added = Item("d", "丁", "d item")
    found = list(differences(a_list(A, B, C), a_list(added, B, A)))
    assert [(each.change, each.item.code) for each in found] == [
        (Change.ADDED, "d"),
        (Change.MOVED, "b"),
        (Change.MOVED, "a"),
        (Change.REMOVED, "c"),
    ]
    found = list(differences(a_list(A, B, C), a_list(A, reworded, C)))
    assert [each.change for each in found] == [Change.SAME, Change.REWORDED, Change.SAME]
    assert found[1].before == B


def test_a_new_item_above_moves_nothing() -> None:
    found = list(differences(a_list(A, B), a_list(C, A, B)))
    assert [each.change for each in found] == [Change.ADDED, Change.SAME, Change.SAME]


def test_unticked_are_those_not_ticked_true() -> None:
    assert unticked({"a": True, "b": "yes", "x": True}, a_list(A, B, C)) == ["b", "c"]


def test_texts_are_read_in_the_readers_language() -> None:
    assert (A.text_in("zh-Hans"), A.text_in("en")) == ("a项", "a item")


@pytest.mark.parametrize(
    ("do", "place", "order"),
    [
        (Do.UP, 1, "bac"),
        (Do.UP, 0, "abc"),
        (Do.DOWN, 1, "acb"),
        (Do.DOWN, 2, "abc"),
        (Do.REMOVE, 1, "ac"),
        (Do.REMOVE, 9, "abc"),
        (Do.UP, -1, "abc"),
    ],
)
def test_buttons_move_and_remove_items(do: Do, place: int, order: str) -> None:
    assert "".join(item.code for item in arranged([A, B, C], do, place)) == order


def test_a_new_item_is_empty_and_has_a_code_of_its_own() -> None:
    items = arranged(arranged([A], Do.ADD, -1), Do.ADD, -1)
    assert [(item.chinese, item.english) for item in items[1:]] == [("", ""), ("", "")]
    assert len({item.code for item in items}) == 3


def test_the_forty_first_item_is_not_added() -> None:
    assert len(arranged(many(40), Do.ADD, -1)) == 40


def typed(**columns: list[str]) -> MultiDict[str, str]:
    return MultiDict([(name, value) for name, values in columns.items() for value in values])


def test_draft_is_read_column_by_column() -> None:
    draft = read_draft(typed(code=["a", "b"], zh_Hans=[" 甲 ", "乙"], en=["one", "two"], seen=["3"]))
    assert draft is not None
    assert draft.items == (Item("a", "甲", "one"), Item("b", "乙", "two"))
    assert draft.seen == 3


@pytest.mark.parametrize("codes", [["a", "a"], ["A B", "<x>"], ["", ""]])
def test_codes_that_are_none_are_made_anew(codes: list[str]) -> None:
    draft = read_draft(typed(code=codes, zh_Hans=["甲", "乙"], en=["one", "two"], seen=["1"]))
    assert draft is not None
    made = [item.code for item in draft.items]
    assert len(set(made)) == 2
    assert code(may_publish(draft.items, a_list(C), seen=1)) is None


@pytest.mark.parametrize(
    "form",
    [
        typed(code=["a"], zh_Hans=["甲", "乙"], en=["one"], seen=["1"]),
        typed(code=["a"], zh_Hans=["甲"], en=["one"], seen=["x"]),
        typed(code=["a"], zh_Hans=["甲"], en=["one"], seen=["-1"]),
        typed(code=["a"], zh_Hans=["甲"], en=["one"]),
        typed(code=["a"] * 81, zh_Hans=["甲"] * 81, en=["one"] * 81, seen=["1"]),
        typed(code=["a"], zh_Hans=["甲"], en=["one"], seen=["1" * 20]),
    ],
)
def test_what_is_no_list_is_not_read(form: MultiDict[str, str]) -> None:
    assert read_draft(form) is None
