import pytest
from hypothesis import given
from hypothesis import strategies as st

from clubsales.leads.people.rules import SearchKeys, reversed_digits, search_keys


@pytest.mark.parametrize(
    ("name", "pinyin", "initials"),
    [
        ("王小明", "wangxiaoming", "wxm"),
        ("欧阳娜娜", "ouyangnana", "oynn"),
        ("吕布", "lvbu", "lb"),
        ("单雄信", "shanxiongxin", "sxx"),
        ("曾国藩", "zengguofan", "zgf"),
        ("仇英", "qiuying", "qy"),
        ("解缙", "xiejin", "xj"),
        ("查良镛", "zhaliangyong", "zly"),
        ("盖叫天", "gejiaotian", "gjt"),
        ("翟让", "zhairang", "zr"),
        ("朴树", "piaoshu", "ps"),
        ("区志明", "ouzhiming", "ozm"),
        ("尉迟恭", "yuchigong", "ycg"),
        ("万俟卨", "moqixie", "mqx"),
        ("单先生", "shanxiansheng", "sxs"),
    ],
)
def test_a_name_is_found_by_how_it_sounds_and_a_surname_is_read_as_one(
    name: str, pinyin: str, initials: str
) -> None:
    assert search_keys(name) == SearchKeys(name, pinyin, initials)


@pytest.mark.parametrize(("name", "pinyin"), [("李单", "lidan"), ("乐乐", "lele"), ("马解", "majie")])
def test_elsewhere_the_same_character_is_read_as_usual(name: str, pinyin: str) -> None:
    assert search_keys(name).pinyin == pinyin


@pytest.mark.parametrize(
    ("typed", "keys"),
    [
        ("Ｔｏｍ　ＣＨＥＮ", SearchKeys("tomchen", "tomchen", "tc")),
        ("王 小 明", SearchKeys("王小明", "wangxiaoming", "wxm")),
        ("阿卜杜拉·买买提", SearchKeys("阿卜杜拉买买提", "abodulamaimaiti", "abdlmmt")),
        ("陈 Tom", SearchKeys("陈tom", "chentom", "ct")),
        ("", SearchKeys("", "", "")),
        ("—", SearchKeys("", "", "")),
    ],
)
def test_width_case_blanks_and_dots_make_no_difference(typed: str, keys: SearchKeys) -> None:
    assert search_keys(typed) == keys


@given(st.text(max_size=120))
def test_keys_fit_their_columns_and_finding_uses_the_same_ones(name: str) -> None:
    keys = search_keys(name)
    assert len(keys.name_key) <= 120
    assert len(keys.pinyin) <= 400
    assert len(keys.initials) <= 60
    assert search_keys(keys.name_key).name_key == keys.name_key


def test_the_last_digits_of_a_phone_are_a_beginning() -> None:
    assert reversed_digits("+8613812345678") == "8765432183168"
