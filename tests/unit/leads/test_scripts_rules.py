import pytest

from clubsales.errors import Refusal
from clubsales.leads.scripts.rules import (
    LONGEST_BODY,
    LONGEST_TITLE,
    MOST,
    Facts,
    Gap,
    ScriptRefused,
    Situation,
    filled,
    may_add,
    may_keep,
    situation_for,
)
from clubsales.leads.scripts.starters import starters


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (Facts(), Situation.FIRST_CALL),
        (Facts(last_unanswered=True), Situation.NO_ANSWER),
        (Facts(was_reached=True), Situation.INVITE),
        (Facts(was_reached=True, has_visited=True), Situation.AFTER_VISIT),
        (Facts(has_visited=True, is_member=True), Situation.RENEWAL),
        (Facts(is_member=True, has_lapsed=True, has_visited=True), Situation.LAPSED),
    ],
)
def test_the_situation_that_fits_is_opened_first(facts: Facts, expected: Situation) -> None:
    assert situation_for(facts) is expected


def test_names_stand_in_their_gaps_and_nothing_else_is_touched() -> None:
    text = "{guest}您好，{club}的{consultant}。{date} {} {guest.name} 100%"
    names = {Gap.GUEST: "陈晨", Gap.CONSULTANT: "林静", Gap.CLUB: "阳光店"}
    assert filled(text, names) == "陈晨您好，阳光店的林静。{date} {} {guest.name} 100%"
    assert filled("{guest}您好", {Gap.GUEST: ""}) == "{guest}您好"


@pytest.mark.parametrize(
    ("title", "body", "code"),
    [
        ("", "话", ScriptRefused.EMPTY),
        ("题", "", ScriptRefused.EMPTY),
        ("题" * (LONGEST_TITLE + 1), "话", ScriptRefused.TOO_LONG),
        ("题", "话" * (LONGEST_BODY + 1), ScriptRefused.TOO_LONG),
        ("题" * LONGEST_TITLE, "话" * LONGEST_BODY, None),
    ],
)
def test_a_script_has_a_title_and_words_that_fit(title: str, body: str, code: ScriptRefused | None) -> None:
    decision = may_keep(title, body)
    assert (decision.code if isinstance(decision, Refusal) else None) == code


def test_a_club_has_so_many_scripts_at_most() -> None:
    assert isinstance(may_add(MOST), Refusal)
    assert not isinstance(may_add(MOST - 1), Refusal)


@pytest.mark.parametrize("language", ["zh_Hans", "en"])
def test_every_situation_begins_with_words_that_fit(language: str) -> None:
    found = starters(language)
    assert {each.situation for each in found} == set(Situation)
    assert len({each.code for each in found}) == len(found)
    for each in found:
        assert not isinstance(may_keep(each.title, each.body), Refusal)
        names = filled(each.body, dict.fromkeys(Gap, "x"))
        assert "{" not in names


def test_both_languages_say_the_same_scripts() -> None:
    assert [each.code for each in starters("en")] == [each.code for each in starters("zh_Hans")]
