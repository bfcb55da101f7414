"""Compile the translation catalogues (.po) of clubsales/translations into .mo, which git ignores."""

import os
import sys
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

TRANSLATIONS = Path(__file__).resolve().parent.parent / "clubsales" / "translations"


def compile_texts(folder: Path) -> int:
    """Write each catalogue's .mo beside it; how many."""
    catalogues = sorted(folder.glob("*/LC_MESSAGES/*.po"))
    for path in catalogues:
        with path.open("rb") as source:
            catalogue = read_po(source, locale=path.parent.parent.name)
        waiting = path.with_suffix(".mo.new")
        with waiting.open("wb") as compiled:
            write_mo(compiled, catalogue)
        os.replace(waiting, path.with_suffix(".mo"))
    return len(catalogues)


if __name__ == "__main__":
    compile_texts(TRANSLATIONS)
    sys.exit(0)
