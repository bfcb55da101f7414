"""Every answer of the door has its sentence and its word."""

from clubsales.frontdesk.checkin import texts as door
from clubsales.frontdesk.checkin.rules import ScanRefused
from clubsales.membership.cards import texts as cards
from clubsales.membership.cards.rules import CardRefused, CodeRefused
from clubsales.membership.cards.tokens import Misread


def test_every_code_has_a_sentence_and_no_sentence_is_left_over() -> None:
    assert set(cards.REFUSALS) == {code.value for codes in (CardRefused, CodeRefused) for code in codes}
    assert set(door.REFUSALS) == {code.value for code in ScanRefused}


def test_every_refusal_a_scan_can_get_has_a_word_in_the_list() -> None:
    of_pages = {CardRefused.NOT_FROZEN.value, CardRefused.NO_CODE.value}
    assert set(door.WORDS) == set(cards.REFUSALS) - of_pages


def test_a_text_that_cannot_be_read_is_a_refusal_of_the_door() -> None:
    assert {CodeRefused(misread) for misread in Misread} == {CodeRefused.UNREADABLE, CodeRefused.ALTERED}
