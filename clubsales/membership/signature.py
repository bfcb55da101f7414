"""A signature drawn on the screen, as SVG path data: moves and lines between whole numbers in a box of fixed size. Pure."""

import re
from enum import StrEnum
from itertools import pairwise

from clubsales.errors import Decision, allow, refuse

WIDTH, HEIGHT = 600, 200
LONGEST = 30_000  # characters
SHORTEST_LINE = 60  # of all strokes together, in units of the box: less is a slip of the pen
POINT = r"[0-9]{1,3} [0-9]{1,3}"
STROKES = re.compile(rf"(?:M{POINT}(?:L{POINT})*)+")
EACH_STROKE = re.compile(r"M([^M]+)")


class SignatureRefused(StrEnum):
    MISSING = "signature.missing"
    NOT_DRAWN = "signature.not_drawn"


def may_stand(strokes: str) -> Decision:
    """Whether this is a signature drawn on our pad: bounded, inside its box, and more than a dot."""
    if not strokes:
        return refuse(SignatureRefused.MISSING)
    if len(strokes) > LONGEST or STROKES.fullmatch(strokes) is None:
        return refuse(SignatureRefused.NOT_DRAWN)
    drawn = [
        [(int(x), int(y)) for x, y in (point.split(" ") for point in stroke.split("L"))]
        for stroke in EACH_STROKE.findall(strokes)
    ]
    if any(x > WIDTH or y > HEIGHT for stroke in drawn for x, y in stroke):
        return refuse(SignatureRefused.NOT_DRAWN)
    length = sum(
        abs(to[0] - start[0]) + abs(to[1] - start[1]) for stroke in drawn for start, to in pairwise(stroke)
    )
    return allow() if length >= SHORTEST_LINE else refuse(SignatureRefused.MISSING)


def as_svg(strokes: str) -> str:
    """A picture of it, for a paper."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}"><path d="{strokes}" fill="none" '
        'stroke="#111" stroke-width="2.4" stroke-linecap="round" stroke-linejoin="round"/></svg>'
    )
