from clubsales.consultants import texts
from clubsales.consultants.credits import texts as credit_texts
from clubsales.consultants.credits.rules import CreditRefused
from clubsales.consultants.profiles.rules import ProfileRefused
from clubsales.consultants.shifts.rules import ShiftRefused


def test_every_refusal_has_a_sentence() -> None:
    codes = {code.value for codes in (ProfileRefused, ShiftRefused) for code in codes}
    assert set(texts.REFUSALS) == codes
    assert set(credit_texts.REFUSALS) == {code.value for code in CreditRefused}
