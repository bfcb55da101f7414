import pytest

from clubsales.errors import Refused
from clubsales.leads import texts
from clubsales.leads.intake.rules import LeadRefused, clean_text
from clubsales.leads.people.rules import PersonRefused


def test_notes_keep_their_lines_and_lose_control_characters() -> None:
    assert clean_text(" a\nb\tc\x00\x1b ", 10) == "a\nb\tc"


def test_a_note_without_end_is_refused() -> None:
    with pytest.raises(Refused) as refused:
        clean_text("a" * 11, 10)
    assert refused.value.code == "lead.text_too_long"


def test_every_refusal_has_a_sentence() -> None:
    codes = {code.value for codes in (LeadRefused, PersonRefused) for code in codes}
    assert set(texts.REFUSALS) == codes
