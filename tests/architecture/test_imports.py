"""Imports point one way, and none hides inside a function."""

import ast
from pathlib import Path

import pytest
from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

ROOT = Path(__file__).parents[2]
SOURCES = sorted((ROOT / "clubsales").rglob("*.py"))


def test_import_contract_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    assert lint_imports(config_filename="pyproject.toml", no_cache=True) == EXIT_STATUS_SUCCESS


def test_no_import_hides_inside_a_function() -> None:
    hidden = [
        f"{path.relative_to(ROOT)}:{inner.lineno}"
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        for inner in ast.walk(node)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    ]
    assert hidden == []


@pytest.mark.parametrize(
    ("call", "where"),
    [
        (".commit(", "clubsales/db.py"),
        ("datetime.now(", "clubsales/clock.py"),
        ("TYPE_CHECKING", None),
    ],
)
def test_occurs_in_one_place(call: str, where: str | None) -> None:
    places = {
        str(path.relative_to(ROOT))
        for path in SOURCES
        if call in path.read_text("utf-8") and "stripe_peer" not in path.parts
    }
    assert places <= {where}
