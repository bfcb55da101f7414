from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clubsales.errors import Refusal, allow
from clubsales.leads.matches.rules import (
    WEIGHTS,
    MergeFacts,
    MergeRefused,
    Score,
    Sign,
    Traits,
    comes_back,
    may_merge,
    near_phones,
    score,
)
from clubsales.leads.people.rules import search_keys

PHONE = "+8613800138000"
WRONG_DIGIT = "+8613800138010"
SWAPPED = "+8613800183000"
BORN = date(1990, 5, 4)
HOME = "福田区福华一路88号2栋301"


def traits(name: str = "", *phones: str, **more: object) -> Traits:
    keys = search_keys(name)
    return Traits(name_key=keys.name_key, pinyin=keys.pinyin, phones=phones, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("first", "second", "signs"),
    [
        (traits("王小明", PHONE), traits("王小明", WRONG_DIGIT), (Sign.PHONE_NEAR, Sign.NAME)),
        (traits("王小明", PHONE), traits("王小明", SWAPPED), (Sign.PHONE_NEAR, Sign.NAME)),
        (traits("王伟", PHONE), traits("王伟", SWAPPED), (Sign.PHONE_NEAR, Sign.SHORT_NAME)),
        (traits("张伟明", PHONE), traits("章伟明", SWAPPED), (Sign.PHONE_NEAR, Sign.SOUND)),
        (traits("", wechat_key="xm88"), traits("", wechat_key="xm88"), (Sign.WECHAT,)),
        (traits("王小明", birthday=BORN), traits("王小明", birthday=BORN), (Sign.NAME, Sign.BIRTHDAY)),
        (
            traits("王小明", address=HOME),
            traits("王小明", address="福田区 福华一路88号,2栋-301"),
            (Sign.NAME, Sign.ADDRESS),
        ),
        (
            traits("王小明", email="A@b.cn"),
            traits("Wang Xiao Ming", email="a@b.cn"),
            (Sign.EMAIL, Sign.SOUND),
        ),
    ],
)
def test_two_signs_that_agree_are_proposed(first: Traits, second: Traits, signs: tuple[Sign, ...]) -> None:
    found = score(first, second)
    assert found == Score(sum(WEIGHTS[sign] for sign in signs), signs)
    assert found.proposes


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (traits("王伟", PHONE), traits("王伟", "+8613911112222")),
        (traits("欧阳小明"), traits("欧阳小明")),
        (traits("", PHONE), traits("", SWAPPED)),
        (traits("", birthday=BORN), traits("", birthday=BORN)),
        (traits("张伟明", address=HOME), traits("章伟明", address=HOME)),
        (traits("王先生", address=HOME), traits("王先生", address=HOME)),
        (traits("王先生", PHONE), traits("王先生", SWAPPED)),
        (traits("王小明", address="福田区"), traits("王小明", address="福田区")),
        (Traits(), Traits()),
    ],
)
def test_one_sign_alone_is_not_proposed(first: Traits, second: Traits) -> None:
    assert not score(first, second).proposes


def test_living_together_and_another_birthday_speak_against_it() -> None:
    father = traits("王小明", PHONE, birthday=BORN, address=HOME)
    son = traits("王小明", WRONG_DIGIT, birthday=date(2015, 1, 1), address=HOME)
    assert score(father, traits("王小明", WRONG_DIGIT, address=HOME)).proposes
    assert not score(father, traits("王小明", WRONG_DIGIT, address=HOME), live_together=True).proposes
    assert score(father, son).signs == (Sign.PHONE_NEAR, Sign.NAME, Sign.OTHER_BIRTHDAY, Sign.ADDRESS)
    assert score(father, son, live_together=True).points == 10


def test_a_phone_typed_for_somebody_else_is_worth_a_look() -> None:
    assert score(traits("", PHONE), traits("王小明"), shared_phone=True).proposes


def test_near_phones_are_one_digit_away_or_swapped() -> None:
    near = near_phones(PHONE)
    assert PHONE not in near
    assert {WRONG_DIGIT, SWAPPED} <= set(near)
    assert "+8613800138011" not in near
    assert near_phones("+85261234567") == []


phones = st.from_regex(r"\+861[3-9][0-9]{9}", fullmatch=True)
people = st.builds(
    Traits,
    name_key=st.sampled_from(["", "王伟", "王小明", "王先生", "tom"]),
    pinyin=st.sampled_from(["", "wangwei", "wangxiaoming", "tom"]),
    phones=st.lists(phones, max_size=2),
    wechat_key=st.sampled_from(["", "xm88"]),
    email=st.sampled_from(["", "a@b.cn"]),
    address=st.sampled_from(["", HOME]),
    birthday=st.sampled_from([None, BORN, date(1991, 1, 1)]),
)


@given(people, people, st.booleans())
def test_a_score_is_the_same_both_ways_and_between_0_and_100(
    first: Traits, second: Traits, together: bool
) -> None:
    found = score(first, second, live_together=together)
    assert 0 <= found.points <= 100
    assert found == score(second, first, live_together=together)
    assert score(first, second, live_together=True).points <= score(first, second).points


@given(phones, phones)
def test_nearness_is_mutual(first: str, second: str) -> None:
    assert (second in near_phones(first)) == (first in near_phones(second))
    assert all(first in near_phones(each) for each in near_phones(first)[:5])


def test_what_was_said_to_be_different_comes_back_only_with_more_evidence() -> None:
    assert not comes_back(decided_score=65, found=Score(65, ()))
    assert comes_back(decided_score=65, found=Score(66, ()))
    assert not comes_back(decided_score=10, found=Score(49, ()))


@pytest.mark.parametrize(
    ("facts", "answer"),
    [
        (MergeFacts(same=False, merged_already=False, anonymised=False), allow()),
        (MergeFacts(same=True, merged_already=True, anonymised=True), Refusal(MergeRefused.SELF)),
        (MergeFacts(same=False, merged_already=True, anonymised=True), Refusal(MergeRefused.ALREADY)),
        (MergeFacts(same=False, merged_already=False, anonymised=True), Refusal(MergeRefused.ANONYMISED)),
    ],
)
def test_who_may_be_merged(facts: MergeFacts, answer: object) -> None:
    assert may_merge(facts) == answer
