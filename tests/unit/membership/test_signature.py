"""Signatures drawn on the screen."""

import pytest

from clubsales.errors import Refusal, allow
from clubsales.membership.signature import LONGEST, SignatureRefused, as_svg, may_stand

DRAWN = "M40 100L120 60L200 140M220 100L300 90"


def test_strokes_in_the_box_are_a_signature() -> None:
    assert may_stand(DRAWN) == allow()
    assert f'd="{DRAWN}"' in as_svg(DRAWN)


@pytest.mark.parametrize("strokes", ["", "M10 10", "M10 10L12 12"])
def test_nothing_and_a_dot_are_no_signature(strokes: str) -> None:
    decided = may_stand(strokes)
    assert isinstance(decided, Refusal)
    assert decided.code is SignatureRefused.MISSING


@pytest.mark.parametrize(
    "strokes",
    [
        "M10 10L700 10",
        "M10 10L100 300",
        "M10 10L-5 10",
        "M10 10L100 100Z",
        'M10 10L100 100"><script>',
        "M10 10 L100 100",
        "L10 10L100 100",
        "M10 10L100 100\n",
        "M１０ 10L100 100",
        "M0 0" + "L600 200L0 0" * (LONGEST // 10),
    ],
)
def test_whatever_our_pad_cannot_draw_is_refused(strokes: str) -> None:
    decided = may_stand(strokes)
    assert isinstance(decided, Refusal)
    assert decided.code is SignatureRefused.NOT_DRAWN
