"""Whatever people read is in both languages, and whatever is in the catalogue is read by somebody."""

import ast
import importlib
import importlib.util
import pkgutil
import re
from collections.abc import Iterator
from enum import StrEnum
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest
from babel.messages.catalog import Catalog, Message
from flask import Flask
from flask_babel import force_locale

import clubsales
from clubsales.frontdesk.rotation import rules as rotation
from clubsales.leads.followups.rules import Channel
from clubsales.leads.passes.rules import Answer
from clubsales.leads.touches.rules import SignalKind
from clubsales.policy_documents import BUILT

ROOT = Path(__file__).resolve().parents[2]
PLACEHOLDER = re.compile(r"%\((\w+)\)([a-z])|(%%)")
HAN = re.compile(r"[\u3400-\u9fff]")
HALF_WIDTH_AFTER_HAN = re.compile(r"[\u3400-\u9fff][,.;:!?]")
BRAND = "clubsales"
LETTERS = re.compile(r"[^\W\d_]{2,}")
REFUSALS, REASONS = "clubsales_refusals", "clubsales_reasons"


@cache
def extractor() -> ModuleType:
    """tools/extract_texts.py, which is not part of the package."""
    spec = importlib.util.spec_from_file_location("extract_texts", ROOT / "tools" / "extract_texts.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@cache
def chinese() -> Catalog:
    path = ROOT / "clubsales" / "translations" / "zh_Hans" / "LC_MESSAGES" / "messages.po"
    catalogue = extractor().read(path)
    assert isinstance(catalogue, Catalog)
    return catalogue


@cache
def in_use() -> Catalog:
    template = extractor().extract(ROOT)
    assert isinstance(template, Catalog)
    return template


def messages(catalogue: Catalog) -> dict[object, Message]:
    return {message.id: message for message in catalogue if message.id}


def forms(text: object) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(str(form) for form in text)  # type: ignore[attr-defined]


def placeholders(text: str) -> set[str]:
    return {match.group(0) for match in PLACEHOLDER.finditer(text)}


def names(text: str) -> set[str]:
    return {match.group(1) for match in PLACEHOLDER.finditer(text) if match.group(1)}


@cache
def syntax_trees() -> dict[str, ast.Module]:
    return {
        path.relative_to(ROOT).as_posix(): ast.parse(path.read_text(encoding="utf-8"))
        for path in sorted((ROOT / "clubsales").rglob("*.py"))
    }


def calls(*functions: str) -> Iterator[tuple[str, ast.Call]]:
    """Every call of a function of these names, by its file and line."""
    for path, tree in syntax_trees().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                called = (
                    node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                )
                if called in functions:
                    yield f"{path}:{node.lineno}", node


def literal(node: ast.expr | None) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def refusal_kinds() -> dict[str, type[StrEnum]]:
    """Every enumeration of refusals in the code base, by its name."""
    found: dict[str, type[StrEnum]] = {}
    for module in pkgutil.walk_packages(clubsales.__path__, "clubsales."):
        if ".migrations." in module.name or module.name.endswith("__main__"):
            continue
        for name, kind in vars(importlib.import_module(module.name)).items():
            if name.endswith("Refused") and isinstance(kind, type) and issubclass(kind, StrEnum):
                found[name] = kind
    return found


# The catalogue


def test_every_text_in_use_is_in_the_catalogue() -> None:
    missing = [text for text in messages(in_use()) if text not in messages(chinese())]
    assert missing == [], "run tools/extract_texts.py, then translate"


def test_the_catalogue_holds_nothing_nobody_reads() -> None:
    stale = [text for text in messages(chinese()) if text not in messages(in_use())]
    assert stale == [], "run tools/extract_texts.py"
    assert list(chinese().obsolete) == []


def test_every_text_is_translated() -> None:
    assert len(messages(chinese())) > 500
    assert extractor().untranslated(chinese()) == []


def test_translations_keep_the_placeholders() -> None:
    wrong = []
    for source, message in messages(chinese()).items():
        wanted = set().union(*(placeholders(form) for form in forms(source)))
        wrong += [
            f"{source} -> {form}" for form in forms(message.string) if placeholders(form) != wanted and form
        ]
    assert wrong == []


def test_chinese_has_one_plural_form() -> None:
    assert chinese().num_plurals == 1
    for source, message in messages(chinese()).items():
        if not isinstance(source, str):
            assert len(forms(message.string)) == 1, source


def test_chinese_is_written_as_chinese_is() -> None:
    """Full-width punctuation, no corner brackets, no blank at the ends that the English does not have."""
    wrong = []
    for source, message in messages(chinese()).items():
        for form in forms(message.string):
            if HALF_WIDTH_AFTER_HAN.search(form) or re.search("[「」『』]", form) or form != form.strip():
                wrong.append(f"{source} -> {form}")
    assert wrong == []


def test_a_sentence_stays_a_sentence() -> None:
    """A text that ends in a full stop ends in one in Chinese too; only a fact may stand last without one."""
    closed = re.compile(r"([。！？]|%\(\w+\)s)$")
    wrong = []
    for source, message in messages(chinese()).items():
        translated = forms(message.string)[0]
        if translated and forms(source)[0].endswith(".") and not closed.search(translated):
            wrong.append(f"{source} -> {translated}")
    assert wrong == []


# Refusals and reasons


def test_every_refusal_has_its_words_in_both_languages(sqlite_app: Flask) -> None:
    kinds = refusal_kinds()
    assert len(kinds) > 10
    silent = []
    with sqlite_app.test_request_context("/"):
        texts = sqlite_app.extensions[REFUSALS]
        for name, kind in kinds.items():
            for code in kind:
                if code.value not in texts:
                    silent.append(f"{name}.{code.name} ({code.value})")
                    continue
                with force_locale("en"):
                    english = str(texts[code.value])
                with force_locale("zh_Hans"):
                    translated = str(texts[code.value])
                if HAN.search(english) or not HAN.search(translated) or not english:
                    silent.append(f"{code.value}: {english} / {translated}")
    assert silent == []


def test_no_refusal_text_is_left_over(sqlite_app: Flask) -> None:
    codes = {code.value for kind in refusal_kinds().values() for code in kind}
    assert set(sqlite_app.extensions[REFUSALS]) - codes == set()


def test_every_refusal_gives_the_facts_its_words_need(sqlite_app: Flask) -> None:
    kinds = refusal_kinds()
    checked, wrong = 0, []
    for place, call in calls("refuse", "Refusal"):
        code = call.args[0] if call.args else None
        if not (isinstance(code, ast.Attribute) and isinstance(code.value, ast.Name)):
            continue
        kind = kinds.get(code.value.id)
        given = {keyword.arg for keyword in call.keywords}
        if kind is None or None in given or len(call.args) > 1 or "facts" in given:
            continue
        checked += 1
        text = sqlite_app.extensions[REFUSALS].get(kind[code.attr].value, "")
        for name in names(text._args[0] if hasattr(text, "_args") else str(text)) - given:
            wrong.append(f"{place} {code.attr} says nothing of %({name})s")
    assert checked > 20
    assert wrong == []


REASONED_IN = ("rules.py", "rotation/out_of_turn.py", "reception/worthless.py", "disputes/deciding.py")


@cache
def codes_in_code() -> tuple[set[str], set[str]]:
    """Reason codes as the rules write them: plain ones, and patterns of those put together."""
    plain: set[str] = set()
    patterns: set[str] = set()
    family = re.compile(r"(rotation|attribution|credit|dispute|probe|pay)\.[a-z_]+")
    for path, tree in syntax_trees().items():
        if not path.endswith(REASONED_IN):
            continue
        pieces = {
            id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values
        }
        for node in ast.walk(tree):
            value = literal(node) if isinstance(node, ast.Constant) and id(node) not in pieces else None
            if value and family.fullmatch(value) and value not in BUILT:  # a setting's name looks like a code
                plain.add(value)
            if isinstance(node, ast.JoinedStr):
                parts = [literal(part) for part in node.values]
                pattern = "".join(".+" if part is None else re.escape(part) for part in parts)
                if pattern.startswith((r"rotation\.", r"attribution\.", r"probe\.", ".+_by_")):
                    patterns.add(pattern)
    return plain | codes_given_to_reasons(), patterns


def codes_given_to_reasons() -> set[str]:
    """Codes that stand in a `Reason(rule, code, facts)`, or are handed on as `code=` to what makes one."""
    found: set[str] = set()
    for _place, call in calls("Reason"):
        found |= (
            {value for node in ast.walk(call.args[1]) if (value := literal(node))} if call.args[1:] else set()
        )
    for tree in syntax_trees().values():
        for node in ast.walk(tree):
            if isinstance(node, ast.keyword) and node.arg == "code" and (value := literal(node.value)):
                found.add(value)
    return {code for code in found if re.fullmatch(r"[a-z]+\.[a-z_]*[a-z]", code)}


def test_every_reason_has_its_words_in_both_languages(sqlite_app: Flask) -> None:
    plain, _patterns = codes_in_code()
    states = (rotation.BUSY, *(status.value for status in rotation.Status if status.value != "on_post"))
    codes = plain - refused_codes()
    codes |= {f"rotation.skipped_{state}_{outcome}" for state in states for outcome in ("keep", "forfeit")}
    codes |= {f"rotation.proxy_{state}" for state in (*states, "off_shift")}
    designating = set(SignalKind) - {SignalKind.GIFT_COUPON}
    codes |= {f"rotation.designated_{signal.value}" for signal in designating}
    codes |= {f"attribution.designated_by_{signal.value}" for signal in designating}
    worthless = set(Answer) - {Answer.COUNTS}
    codes |= {f"rotation.{whose}_pass_{answer}" for whose in ("his", "a") for answer in worthless}
    codes |= {f"attribution.outside_by_{channel.value}" for channel in Channel}
    assert len(codes) > 20
    assert sorted(codes - set(sqlite_app.extensions[REASONS])) == []
    with sqlite_app.test_request_context("/"):
        for code in codes:
            text = sqlite_app.extensions[REASONS][code]
            with force_locale("en"):
                assert not HAN.search(str(text)), code
            with force_locale("zh_Hans"):
                assert HAN.search(str(text)), code


def test_no_reason_text_is_left_over(sqlite_app: Flask) -> None:
    plain, patterns = codes_in_code()
    unused = [
        code
        for code in sqlite_app.extensions[REASONS]
        if code not in plain and not any(re.fullmatch(pattern, code) for pattern in patterns)
    ]
    assert unused == []


def refused_codes() -> set[str]:
    return {code.value for kind in refusal_kinds().values() for code in kind}


# Nothing visible outside gettext


@pytest.fixture(scope="module")
def templates() -> dict[str, str]:
    found = {
        path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted((ROOT / "templates").rglob("*.html"))
    }
    assert len(found) > 40
    return found


def markup(source: str) -> str:
    """A template without what is hidden or computed."""
    source = re.sub(r"\{#.*?#\}", "", source, flags=re.DOTALL)
    source = re.sub(r"\{%-?\s*trans\b.*?endtrans\s*-?%\}", "", source, flags=re.DOTALL)
    source = re.sub(r"\{\{.*?\}\}", "", source, flags=re.DOTALL)
    source = re.sub(r"\{%.*?%\}", "", source, flags=re.DOTALL)
    source = re.sub(r"<!--.*?-->", "", source, flags=re.DOTALL)
    return re.sub(r"<(script|style|svg)\b.*?</\1>", "", source, flags=re.DOTALL)


def test_no_template_has_words_outside_gettext(templates: dict[str, str]) -> None:
    found = []
    for path, source in templates.items():
        shown = re.sub(r"<[^>]*>", "\n", markup(source))
        lines = (line.strip() for line in shown.splitlines())
        found += [f"{path}: {line}" for line in lines if LETTERS.search(line) and line != BRAND]
    assert found == []


def test_no_attribute_that_is_read_out_has_words_outside_gettext(templates: dict[str, str]) -> None:
    read_out = re.compile(r"""\b(aria-label|aria-description|title|placeholder|alt)=(["'])(.*?)\2""")
    found = [
        f"{path}: {match.group(0)}"
        for path, source in templates.items()
        for match in read_out.finditer(markup(source))
        if LETTERS.search(match.group(3))
    ]
    assert found == []


def test_no_template_has_chinese_in_it(templates: dict[str, str]) -> None:
    assert [path for path, source in templates.items() if HAN.search(source)] == []


def test_chinese_stands_in_the_catalogue_not_in_the_code() -> None:
    """Except the demo's story, the peer's page, a language's own name, and what Chinese names and lists hold."""
    allowed = (
        *("clubsales/office/demo/", "clubsales/stripe_peer/"),
        *("clubsales/i18n.py", "clubsales/leads/people/sounds.py"),
        "clubsales/consultants/statements/own_list.py",  # headings as people write them
        "clubsales/membership/amounts.py",  # amounts in words
        "clubsales/membership/catalogue/starter_halls.py",  # names a club begins with, kept in two languages
    )
    found = []
    for path, tree in syntax_trees().items():
        if path.startswith(allowed):
            continue
        docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        for node in ast.walk(tree):
            value = literal(node) if isinstance(node, ast.Constant) and id(node) not in docstrings else None
            if value and HAN.search(value):
                found.append(f"{path}: {value}")
    assert found == []


def test_no_message_or_label_is_plain_english() -> None:
    """What is flashed, what a form calls its fields and what a validator says goes through gettext."""
    speakers = {"flash", "ValidationError", "StopValidation"}
    fields = {
        getattr(node.func, "id", "") or getattr(node.func, "attr", "")
        for tree in syntax_trees().values()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
    }
    speakers |= {name for name in fields if name.endswith("Field") and name != "HiddenField"}
    assert {"flash", "StringField"} <= speakers
    found = []
    for place, call in calls(*sorted(speakers)):
        said = [call.args[0] if call.args else None]
        said += [
            keyword.value for keyword in call.keywords if keyword.arg in {"label", "message", "description"}
        ]
        found += [f"{place} {literal(each)}" for each in said if literal(each)]
    assert found == []
