"""How Chinese names sound, in plain letters: surnames are read as surnames.

pypinyin's dictionary of words takes 45 MB a process and knows no names, so it stays closed.
"""

import os
from collections.abc import Sequence

# Read when pypinyin is imported.
os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")
os.environ.setdefault("PYPINYIN_NO_DICT_COPY", "true")

from pypinyin import lazy_pinyin

# What reception writes when it knows a surname only.
TITLES = ("先生", "女士", "小姐", "太太", "老师", "阿姨", "大哥", "大姐")
# Readings that a character has as a surname only; those it has anyway are pypinyin's.
_SURNAMES = {
    "万俟": ("mo", "qi"),
    "萬俟": ("mo", "qi"),
    "尉迟": ("yu", "chi"),
    "尉遲": ("yu", "chi"),
    "澹台": ("tan", "tai"),
    "单于": ("chan", "yu"),
    "乐正": ("yue", "zheng"),
    "子车": ("zi", "ju"),
    "单": ("shan",),
    "單": ("shan",),
    "曾": ("zeng",),
    "仇": ("qiu",),
    "解": ("xie",),
    "查": ("zha",),
    "盖": ("ge",),
    "蓋": ("ge",),
    "翟": ("zhai",),
    "朴": ("piao",),
    "区": ("ou",),
    "區": ("ou",),
    "员": ("yun",),
    "員": ("yun",),
    "贠": ("yun",),
    "乐": ("yue",),
    "樂": ("yue",),
    "秘": ("bi",),
    "洗": ("xian",),
    "覃": ("qin",),
    "缪": ("miao",),
    "繆": ("miao",),
    "召": ("shao",),
    "折": ("she",),
    "繁": ("po",),
    "黑": ("he",),
    "种": ("chong",),
    "重": ("chong",),
    "隗": ("wei",),
    "能": ("nai",),
    "句": ("gou",),
    "角": ("jue",),
    "祭": ("zhai",),
    "都": ("du",),
    "藏": ("zang",),
    "郇": ("xun",),
}
_LONGEST_NAME_WITH_SURNAME = 4


def syllables(words: Sequence[str]) -> list[str]:
    """A name's syllables without tones, ü as v: 单雄信 is shan, xiong, xin. Other writing stays as it is, run by run."""
    read = _surname(words[0]) if words else ()
    rest = [words[0][len(read) :], *words[1:]] if words else []
    return [*read, *(syllable for word in rest for syllable in lazy_pinyin(word))]


def _surname(name: str) -> tuple[str, ...]:
    """How the surname is read that a name begins with, where that is special. 乐乐 is what friends say: no surname."""
    if len(name) > _LONGEST_NAME_WITH_SURNAME or name[:1] == name[1:2]:
        return ()
    return _SURNAMES.get(name[:2]) or _SURNAMES.get(name[:1], ())
