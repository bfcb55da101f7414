"""What is installed is locked, hashed, and named without an address."""

import json
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LOCKS = ["requirements.lock", "requirements-dev.lock", "requirements-node.lock"]
PIN = re.compile(r"^([a-z0-9-]+)(?:\[[^\]]+\])?==([^ ;]+)", re.MULTILINE)


def _pins(name: str) -> dict[str, set[str]]:
    pins: dict[str, set[str]] = {}
    for package, version in PIN.findall((ROOT / name).read_text()):
        pins.setdefault(package, set()).add(version)
    return pins


def _names(requirements: list[str]) -> set[str]:
    return {re.match(r"[A-Za-z0-9._-]+", line)[0].lower().replace("_", "-") for line in requirements}  # type: ignore[index]


@pytest.mark.parametrize("name", [*LOCKS, "frontend/package-lock.json"])
def test_lock_names_no_address(name: str) -> None:
    text = (ROOT / name).read_text()
    assert "://" not in text
    assert " @ " not in text
    assert "--index" not in text
    assert "file:" not in text


@pytest.mark.parametrize("name", LOCKS)
def test_every_pin_has_hashes(name: str) -> None:
    text = (ROOT / name).read_text()
    blocks = re.split(r"\n(?=[a-z0-9])", text.strip())
    assert blocks
    assert [block.splitlines()[0] for block in blocks if "--hash=sha256:" not in block] == []


def test_development_lock_holds_the_runtime_lock() -> None:
    runtime, development = _pins("requirements.lock"), _pins("requirements-dev.lock")
    assert {name: versions for name, versions in runtime.items() if development.get(name) != versions} == {}


def test_every_dependency_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    groups = project["dependency-groups"]
    runtime = _names(project["project"]["dependencies"] + groups["build"])
    assert runtime - _pins("requirements.lock").keys() == set()
    assert _names(groups["dev"]) - _pins("requirements-dev.lock").keys() == set()
    assert _names(groups["node"]) - _pins("requirements-node.lock").keys() == set()


def test_front_end_packages_are_locked_as_asked() -> None:
    asked = json.loads((ROOT / "frontend" / "package.json").read_text())
    locked = json.loads((ROOT / "frontend" / "package-lock.json").read_text())["packages"]
    wanted = asked["dependencies"] | asked["devDependencies"]
    assert {name: locked[f"node_modules/{name}"]["version"] for name in wanted} == wanted
    assert [name for name, package in locked.items() if name and "integrity" not in package] == []
