import pytest

from clubsales.ids import ConsultantID
from clubsales.leads.touches.rules import Signal, SignalKind, designated_by

A, B = ConsultantID(1), ConsultantID(2)
PRECEDENCE = ("appointment", "trial_pass", "business_card", "name")
NAME_A = Signal(SignalKind.NAME, A)
NAME_B = Signal(SignalKind.NAME, B)
CARD_B = Signal(SignalKind.BUSINESS_CARD, B)
PASS_A = Signal(SignalKind.TRIAL_PASS, A)
APPOINTMENT_B = Signal(SignalKind.APPOINTMENT, B)
OWNED_A = Signal(SignalKind.OWNED_LEAD, A)
UNSIGNED_PASS = Signal(SignalKind.TRIAL_PASS, None)
COUPON = Signal(SignalKind.GIFT_COUPON, None)


@pytest.mark.parametrize(
    ("signals", "precedence", "counts"),
    [
        ([], PRECEDENCE, None),
        ([NAME_A], PRECEDENCE, NAME_A),
        ([NAME_A, CARD_B], PRECEDENCE, CARD_B),
        ([CARD_B, PASS_A], PRECEDENCE, PASS_A),
        ([NAME_A, CARD_B, PASS_A, APPOINTMENT_B], PRECEDENCE, APPOINTMENT_B),
        ([NAME_B, NAME_A], PRECEDENCE, NAME_B),
        ([CARD_B, NAME_A], ("name", "business_card"), NAME_A),
        ([NAME_A], ("appointment",), None),
        ([UNSIGNED_PASS, COUPON], PRECEDENCE, None),
        ([UNSIGNED_PASS, COUPON, NAME_A], PRECEDENCE, NAME_A),
        ([OWNED_A], PRECEDENCE, OWNED_A),
        ([OWNED_A, NAME_B], PRECEDENCE, NAME_B),
        ([NAME_B, OWNED_A], ("appointment",), OWNED_A),
    ],
)
def test_the_highest_signal_counts(
    signals: list[Signal], precedence: tuple[str, ...], counts: Signal | None
) -> None:
    assert designated_by(signals, precedence) == counts
