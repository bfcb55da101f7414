from clubsales.consultants import texts
from clubsales.consultants.credits.rules import CreditRefused
from clubsales.consultants.profiles.rules import ProfileRefused
from clubsales.consultants.shifts.checklists import CLOSING, OPENING
from clubsales.consultants.shifts.rules import CLOSING_ITEMS, OPENING_ITEMS, ShiftRefused


def test_every_refusal_has_a_sentence() -> None:
    codes = {code.value for codes in (CreditRefused, ProfileRefused, ShiftRefused) for code in codes}
    assert set(texts.REFUSALS) == codes


def test_every_checklist_item_has_a_sentence() -> None:
    assert [item.code for item in OPENING + CLOSING] == [*OPENING_ITEMS, *CLOSING_ITEMS]
    assert all(str(item.text) for item in OPENING + CLOSING)
