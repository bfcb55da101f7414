import pytest

from clubsales.actor import Role
from clubsales.errors import Refusal, Refused
from clubsales.leads import texts
from clubsales.leads.intake.rules import (
    LONGEST_NOTE,
    LeadRefused,
    added_note,
    clean_text,
    longest_note,
    may_lose,
)
from clubsales.leads.people import texts as people_texts
from clubsales.leads.people.rules import PersonRefused


def test_notes_keep_their_lines_and_lose_control_characters() -> None:
    assert clean_text(" a\nb\tc\x00\x1b ", 10) == "a\nb\tc"


def test_a_note_without_end_is_refused() -> None:
    with pytest.raises(Refused) as refused:
        clean_text("a" * 11, 10)
    assert refused.value.code == "lead.text_too_long"


def test_every_refusal_has_a_sentence() -> None:
    codes = {code.value for codes in (LeadRefused, PersonRefused) for code in codes}
    assert set(texts.REFUSALS) | set(people_texts.REFUSALS) == codes


@pytest.mark.parametrize(
    ("bought", "holder", "is_holder", "role", "code"),
    [
        (False, None, False, Role.CONSULTANT, None),
        (False, "林静", True, Role.CONSULTANT, None),
        (False, "林静", False, Role.CONSULTANT, "lead.lost_not_his"),
        (False, "林静", False, Role.SALES_ADMIN, "lead.lost_not_his"),
        (False, "林静", False, Role.SUPERVISOR, None),
        (False, "林静", False, Role.CLUB_MANAGER, None),
        (True, "林静", True, Role.CLUB_MANAGER, "lead.lost_bought"),
        (True, None, False, Role.CONSULTANT, "lead.lost_bought"),
    ],
)
def test_who_may_give_a_lead_up(
    bought: bool, holder: str | None, is_holder: bool, role: Role, code: str | None
) -> None:
    decision = may_lose(has_bought=bought, holder=holder, is_holder=is_holder, roles=frozenset({role}))
    assert (decision.code.value if isinstance(decision, Refusal) else None) == code


def test_a_line_is_added_below_a_note_and_nothing_goes() -> None:
    assert added_note("", "a") == "a"
    assert added_note("a\nb", "c") == "a\nb\nc"
    full = "x" * LONGEST_NOTE
    assert added_note(full, "c") == full + "\nc"
    assert longest_note(full + "\nc") == LONGEST_NOTE + 2
    assert longest_note("a") == LONGEST_NOTE
