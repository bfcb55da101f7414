"""Bring the catalogues of clubsales/translations up to date with the texts in the code and the templates.

python tools/extract_texts.py            update, and say what is left to translate
python tools/extract_texts.py --check    change nothing; exit 1 if a catalogue is not up to date
"""

import argparse
import io
import os
import re
import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
TRANSLATIONS = ROOT / "clubsales" / "translations"
METHODS = {
    "clubsales": [("stripe_peer/**", "ignore"), ("**.py", "python")],  # the peer has its own texts
    "templates": [("**.html", "jinja2")],
}
OPTIONS = {"**.html": {"silent": "false"}}
KEYWORDS = DEFAULT_KEYWORDS | {"_l": None, "lazy_gettext": None, "counted": (1, 2)}
LINE_WIDTH = 110
VOLATILE_HEADERS = rb'"(Report-Msgid-Bugs-To|Generated-By): [^\n]*\n'  # they say nothing of the texts
EXIT_CHANGED = 1


def extract(root: Path) -> Catalog:
    """Every text in the code and the templates under `root`, with the files it stands in."""
    template = Catalog(project="clubsales", charset="utf-8")
    for folder, methods in METHODS.items():
        found = extract_from_dir(
            str(root / folder), methods, OPTIONS, KEYWORDS, comment_tags=(), strip_comment_tags=True
        )
        for filename, _line, text, _comments, context in sorted(found, key=lambda each: (each[0], each[1])):
            place = f"{folder}/{filename}".replace(os.sep, "/")
            template.add(text, locations=[(place, 0)], context=context)
    return template


def read(path: Path) -> Catalog:
    """A catalogue as it is in its file."""
    with path.open("rb") as source:
        return read_po(source, locale=path.parent.parent.name)


def updated(catalogue: Catalog, template: Catalog) -> Catalog:
    """The catalogue with exactly the template's texts; translations of unchanged texts stay, none is guessed."""
    template.creation_date = catalogue.creation_date
    catalogue.update(template, no_fuzzy_matching=True)
    for message in catalogue:
        # one line per file: line numbers would change the catalogue with every edit elsewhere
        message.locations = [(name, 0) for name in sorted({name for name, _line in message.locations})]
    return catalogue


def written(catalogue: Catalog) -> bytes:
    """The catalogue as its file's content, ordered by file."""
    content = io.BytesIO()
    write_po(
        content, catalogue, width=LINE_WIDTH, sort_by_file=True, include_lineno=False, ignore_obsolete=True
    )
    return re.sub(VOLATILE_HEADERS, b"", content.getvalue())


def untranslated(catalogue: Catalog) -> list[str]:
    """Texts without a translation, the singular of each."""
    missing = []
    for message in catalogue:
        texts = message.string if isinstance(message.string, (list, tuple)) else [message.string]
        if message.id and (message.fuzzy or not all(texts)):
            missing.append(message.id if isinstance(message.id, str) else message.id[0])
    return missing


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--check", action="store_true")
    check: bool = parser.parse_args().check
    changed = False
    for path in sorted(TRANSLATIONS.glob("*/LC_MESSAGES/*.po")):
        catalogue = updated(read(path), extract(ROOT))
        content = written(catalogue)
        changed = changed or content != path.read_bytes()
        for text in untranslated(catalogue):
            sys.stderr.write(f"{path.parent.parent.name}: not translated: {text}\n")
        for message in catalogue.obsolete.values():
            sys.stderr.write(f"{path.parent.parent.name}: gone: {message.id} = {message.string}\n")
        if not check:
            path.write_bytes(content)
    return EXIT_CHANGED if check and changed else 0


if __name__ == "__main__":
    sys.exit(main())
