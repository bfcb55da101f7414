"""QR codes as inline SVG: one path, no style, black on nothing (the page gives the white)."""

from itertools import groupby

from markupsafe import Markup
from qrcode.constants import ERROR_CORRECT_M
from qrcode.image.base import BaseImage
from qrcode.main import QRCode

QUIET_ZONE = 0  # modules; the block around it gives the white


def svg(text: str) -> Markup:
    """The text as a QR code. Medium error correction: a thumb on it does no harm."""
    code: QRCode[BaseImage] = QRCode(error_correction=ERROR_CORRECT_M, border=QUIET_ZONE)
    code.add_data(text, optimize=0)
    code.make(fit=True)
    rows = code.get_matrix()
    size = len(rows)
    strokes = []
    for y, row in enumerate(rows):
        x = 0
        for dark, modules in groupby(row):
            width = len(list(modules))
            if dark:
                strokes.append(f"M{x} {y}h{width}v1h-{width}z")
            x += width
    return Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" shape-rendering="crispEdges" '
        'focusable="false"><path d="{path}"/></svg>'
    ).format(size=size, path="".join(strokes))
