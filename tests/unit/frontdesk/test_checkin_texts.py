"""Every answer of the door has its sentence and its word."""

import inspect
import re
from collections.abc import Callable
from types import ModuleType

from clubsales.frontdesk.checkin import operations, rules
from clubsales.frontdesk.checkin import texts as door
from clubsales.frontdesk.checkin.rules import ScanRefused
from clubsales.membership.cards import entry
from clubsales.membership.cards import texts as cards
from clubsales.membership.cards.rules import CardRefused, CodeRefused, refused_by_status
from clubsales.membership.cards.tokens import Misread


def test_every_code_has_a_sentence_and_no_sentence_is_left_over() -> None:
    assert set(cards.REFUSALS) == {code.value for codes in (CardRefused, CodeRefused) for code in codes}
    assert set(door.REFUSALS) == {code.value for code in ScanRefused}


def codes_named_by(*deciding: Callable[..., object] | ModuleType) -> set[str]:
    """The refusals of a card that functions or modules name."""
    named = re.findall(r"CardRefused\.([A-Z_]+)", "".join(inspect.getsource(each) for each in deciding))
    return {CardRefused[name].value for name in named}


def test_every_refusal_a_scan_can_get_has_a_word_in_the_list() -> None:
    """The rules of entry, and what the door says itself; everything else is said by pages."""
    by_rule = codes_named_by(entry, refused_by_status)
    assert len(by_rule) > 8
    at_the_door = by_rule | codes_named_by(operations, rules)
    assert set(door.WORDS) == at_the_door | {code.value for code in CodeRefused}


def test_a_text_that_cannot_be_read_is_a_refusal_of_the_door() -> None:
    assert {CodeRefused(misread) for misread in Misread} == {CodeRefused.UNREADABLE, CodeRefused.ALTERED}
