"""The QR of a pass as inline SVG: one path, no style, black on nothing (the page gives the white)."""

from itertools import groupby

from markupsafe import Markup
from qrcode.constants import ERROR_CORRECT_M
from qrcode.image.base import BaseImage
from qrcode.main import QRCode

from clubsales.leads.passes.rules import scannable

DRAWING = Markup(
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" shape-rendering="crispEdges" '
    'focusable="false"><path d="{path}"/></svg>'
)


def svg(code: str) -> Markup:
    """A pass's code to be scanned or photographed. Medium error correction: a thumb on the paper does no harm."""
    drawn: QRCode[BaseImage] = QRCode(error_correction=ERROR_CORRECT_M, border=0)
    drawn.add_data(scannable(code), optimize=0)
    drawn.make(fit=True)
    rows = drawn.get_matrix()
    path = "".join(_strokes(y, row) for y, row in enumerate(rows))
    return DRAWING.format(size=len(rows), path=path)


def _strokes(y: int, row: list[bool]) -> str:
    x, strokes = 0, []
    for dark, modules in groupby(row):
        width = len(list(modules))
        if dark:
            strokes.append(f"M{x} {y}h{width}v1h-{width}z")
        x += width
    return "".join(strokes)
