"""Make the fonts of papers: one TrueType file a weight, out of the web's 101 variable pieces of Noto Sans SC.

Called by build.py, or by hand: python frontend/fonts.py FOLDER. A PDF needs a whole font of a fixed weight, a browser many
small variable ones; the package from npm holds the latter.
"""

import shutil
import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from fontTools.ttLib import TTFont, newTable
from fontTools.ttLib.tables._c_m_a_p import CmapSubtable
from fontTools.varLib import instancer

FRONTEND = Path(__file__).resolve().parent
PACKAGE = FRONTEND / "node_modules" / "@fontsource-variable" / "noto-sans-sc"
FAMILY = "Noto Sans SC"
WEIGHTS = {400: "Regular", 600: "SemiBold"}
FIRST = "noto-sans-sc-latin-wght-normal.woff2"  # where two pieces hold a letter, this one's counts
# What only moves letters about (kerning, forms for vertical lines, hints) is left out: it cannot be put together by piece.
LEFT_OUT = (
    "BASE",
    "GDEF",
    "GPOS",
    "GSUB",
    "STAT",
    "DSIG",
    "cvt ",
    "fpgm",
    "gasp",
    "prep",
    "vhea",
    "vmtx",
    "VORG",
)


def make(folder: Path) -> None:
    """Write a font a weight into the folder, and the licence they are under."""
    folder.mkdir(parents=True, exist_ok=True)
    with ProcessPoolExecutor(max_workers=len(WEIGHTS), mp_context=get_context("spawn")) as workers:
        for done in [workers.submit(write_weight, weight, folder) for weight in WEIGHTS]:
            done.result()
    shutil.copyfile(PACKAGE / "LICENSE", folder / "LICENSE")


def write_weight(weight: int, folder: Path) -> None:
    """Put the pieces together in one weight."""
    pieces = sorted(
        (PACKAGE / "files").glob("*-wght-normal.woff2"), key=lambda path: (path.name != FIRST, path.name)
    )
    whole = _piece(pieces[0], weight)
    for name in LEFT_OUT:
        if name in whole:
            del whole[name]
    letters: dict[int, str] = dict(whole.getBestCmap())
    outlines, widths = whole["glyf"], whole["hmtx"].metrics
    order = list(whole.getGlyphOrder())
    for number, path in enumerate(pieces[1:], start=1):
        piece = _piece(path, weight)
        names = {name: f"p{number}.{name}" for name in piece.getGlyphOrder()}
        new = {code: name for code, name in piece.getBestCmap().items() if code not in letters}
        for name in _with_parts(piece, set(new.values())):
            outline = piece["glyf"][name]
            if outline.isComposite():
                for part in outline.components:
                    part.glyphName = names[part.glyphName]
            outlines.glyphs[names[name]] = outline
            widths[names[name]] = piece["hmtx"][name]
            order.append(names[name])
        letters |= {code: names[name] for code, name in new.items()}
    whole.setGlyphOrder(order)
    outlines.setGlyphOrder(order)
    _name(whole, weight, letters)
    whole.save(folder / f"noto-sans-sc-{weight}.ttf")


def _piece(path: Path, weight: int) -> TTFont:
    font = TTFont(path, recalcTimestamp=False)
    for name in LEFT_OUT:
        if name in font and name != "STAT":
            del font[name]
    return instancer.instantiateVariableFont(font, {"wght": weight}, inplace=True, optimize=False)


def _with_parts(font: TTFont, names: set[str]) -> list[str]:
    """The outlines, and those that they are made of, in the order of the font."""
    wanted, waiting = set(), list(names)
    while waiting:
        name = waiting.pop()
        if name not in wanted:
            wanted.add(name)
            outline = font["glyf"][name]
            waiting += [part.glyphName for part in outline.components] if outline.isComposite() else []
    return [name for name in font.getGlyphOrder() if name in wanted]


def _name(font: TTFont, weight: int, letters: dict[int, str]) -> None:
    """Give the font its letters, its name and its weight."""
    table = newTable("cmap")
    table.tableVersion = 0
    table.tables = []
    font["cmap"] = table
    font["cmap"].tables = _letter_tables(letters)
    style = WEIGHTS[weight]
    shown = FAMILY if style == "Regular" else f"{FAMILY} {style}"
    kept = [record for record in font["name"].names if record.nameID in (0, 7, 13, 14)]
    font["name"].names = kept
    for number, text in {
        1: shown,
        2: "Regular",
        3: f"{shown} {weight}",
        4: f"{FAMILY} {style}",
        6: f"NotoSansSC-{style}",
        16: FAMILY,
        17: style,
    }.items():
        font["name"].setName(text, number, 3, 1, 0x409)
    font["OS/2"].usWeightClass = weight
    font["post"].formatType = 3.0
    font.flavor = None


def _letter_tables(letters: dict[int, str]) -> list[object]:
    made = []
    for kind, platform, encoding in ((4, 3, 1), (12, 3, 10)):
        table = CmapSubtable.newSubtable(kind)
        table.platformID, table.platEncID, table.language = platform, encoding, 0
        table.cmap = {code: name for code, name in letters.items() if kind == 12 or code < 0x10000}
        made.append(table)
    return made


if __name__ == "__main__":
    make(Path(sys.argv[1]))
