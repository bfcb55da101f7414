"""Make this clone ready: virtual environment, libraries from the lock, front end, texts, the project itself.

Standard library only, since it runs before anything is installed. Each step remembers what it was made from and does
nothing while that is unchanged. Everything lies below the clone, so clones never meet.
"""

import fcntl
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "var"
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMPS = VENV / "clubsales-stamps.json"
UNFINISHED = VENV / "clubsales-unfinished"
RUNTIME_LOCK = ROOT / "requirements.lock"
DEVELOPMENT_LOCK = ROOT / "requirements-dev.lock"
NODE_LOCK = ROOT / "requirements-node.lock"
TRANSLATIONS = ROOT / "clubsales" / "translations"


class NotReady(Exception):
    """Something stands in the way; the message tells the person at the terminal what to do."""


class BrokenOff(NotReady):
    """A command was killed in the middle of its work."""


def prepare(*, development: bool) -> None:
    """Make the clone ready to run, or with development ready to be tested. Raises NotReady."""
    DATA.mkdir(exist_ok=True)
    with alone(DATA / "prepare.lock"):
        _make_environment()
        _install_libraries(development=development)
        _build_front_end()
        _compile_texts()
        _install_project()


def command(main: Callable[[], int]) -> None:
    """Run a command's main and end with its status; a sentence instead of a stack trace, also for Ctrl-C."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)
    try:
        sys.exit(main())
    except NotReady as failure:
        sys.stderr.write(f"{failure}\n")
        sys.exit(1)
    except KeyboardInterrupt:
        sys.stderr.write("\nStopped. Start it again to go on from here.\n")
        sys.exit(130)


def say(sentence: str) -> None:
    """Tell the person at the terminal what takes time."""
    sys.stdout.write(f"{sentence}\n")
    sys.stdout.flush()


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Hold a lock file: commands started together in one clone prepare it one after the other."""
    with path.open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Another command is preparing this clone; waiting for it.")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


# --- the virtual environment


def _make_environment() -> None:
    if VENV.exists():
        if _environment_is_whole():
            return
        say("Making the virtual environment again (it was half made, moved, or its Python is gone).")
        shutil.rmtree(VENV)
    else:
        say("Making the virtual environment.")
    uv = shutil.which("uv")
    # The interpreter behind an active virtual environment, so that ours does not hang on another one.
    base = getattr(sys, "_base_executable", None) or sys.executable
    try:
        if uv:
            _run([uv, "venv", "--quiet", "--python", base, str(VENV)])
        else:
            _run([base, "-m", "venv", str(VENV)])
    except NotReady as failure:
        shutil.rmtree(VENV, ignore_errors=True)
        if "ensurepip" in str(failure) or "No module named venv" in str(failure):
            version = f"{sys.version_info.major}.{sys.version_info.minor}"
            raise NotReady(
                f"Python {version} ({base}) has no venv module. Install it "
                f"(Debian, Ubuntu: apt install python{version}-venv) or install uv, and run again."
            ) from failure
        raise
    _stamp("environment", _environment_facts())


def _environment_is_whole() -> bool:
    """Whether .venv was made here, its Python answers and no installation was broken off."""
    if UNFINISHED.exists() or not PYTHON.exists():
        return False
    code = "import json, sys; print(json.dumps([sys.prefix, sys.version_info >= (3, 11)]))"
    try:
        answer = subprocess.run([str(PYTHON), "-c", code], capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return False
    made_at = _stamps().get("environment", _environment_facts())
    return bool(json.loads(answer) == [str(VENV), True]) and made_at == _environment_facts()


def _environment_facts() -> str:
    """What the environment's scripts have written into them: where it stands."""
    return str(VENV)


# --- libraries


def _install_libraries(*, development: bool) -> None:
    lock = DEVELOPMENT_LOCK if development else RUNTIME_LOCK
    if _stamps().get(lock.name) == _digest(lock):
        return
    what = "the libraries and the test tools" if development else "the libraries"
    say(f"Installing {what} (once; a minute or two).")
    _install("--require-hashes", "-r", str(lock))
    _stamp(lock.name, _digest(lock))
    if development:
        # Both locks come out of one resolution, and the development one holds the other.
        _stamp(RUNTIME_LOCK.name, _digest(RUNTIME_LOCK))


def _install_project() -> None:
    """The project itself, apart from the libraries: pip's hash mode refuses a folder."""
    facts = _digest(ROOT / "pyproject.toml", ROOT / "hatch_build.py")
    if _stamps().get("project") == facts:
        return
    _install("--no-deps", "--no-build-isolation", "--editable", str(ROOT))
    _stamp("project", facts)


def _install(*arguments: str) -> None:
    uv = shutil.which("uv")
    if uv:
        command = [uv, "pip", "install", "--quiet", "--compile-bytecode", "--python", str(PYTHON)]
    else:
        if subprocess.run([str(PYTHON), "-c", "import pip"], capture_output=True, check=False).returncode:
            _run([str(PYTHON), "-m", "ensurepip", "--upgrade"])
        command = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    UNFINISHED.touch()
    try:
        _run([*command, *arguments])
    except BrokenOff:
        raise
    except NotReady:
        # Both installers answer a failure by leaving things as they were; only a broken-off one does not.
        UNFINISHED.unlink()
        raise
    UNFINISHED.unlink()


# --- front end and texts


def _build_front_end() -> None:
    builder = [str(PYTHON), str(ROOT / "frontend" / "build.py")]
    status = _run([*builder, "--status"]).strip()
    if status == "current":
        return
    if status == "no-node":
        say("Installing Node from PyPI for the front end (no Node 20 or newer with npm on this machine).")
        _install("--require-hashes", "-r", str(NODE_LOCK))
    say("Building the front end.")
    _run(builder)


def _compile_texts() -> None:
    catalogues = list(TRANSLATIONS.glob("*/LC_MESSAGES/*.po"))
    facts = _digest(*catalogues)
    compiled = all(path.with_suffix(".mo").exists() for path in catalogues)
    if compiled and _stamps().get("texts") == facts:
        return
    _run([str(PYTHON), str(ROOT / "tools" / "compile_texts.py")])
    _stamp("texts", facts)


# --- stamps and commands


def _digest(*paths: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(paths):
        digest.update(f"{path.relative_to(ROOT)}\0".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _stamps() -> dict[str, str]:
    try:
        return dict(json.loads(STAMPS.read_text()))
    except (FileNotFoundError, ValueError):
        return {}


def _stamp(name: str, facts: str) -> None:
    waiting = STAMPS.with_suffix(".new")
    waiting.write_text(json.dumps({**_stamps(), name: facts}, indent=2))
    waiting.replace(STAMPS)


def _run(command: Sequence[str]) -> str:
    """Run a command in the clone with the whole environment; its output. Raises NotReady with what it said."""
    try:
        done = subprocess.run(
            command,
            cwd=ROOT,
            env=os.environ,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
    except OSError as failure:
        raise NotReady(f"{command[0]} could not be started: {failure}") from failure
    shown = " ".join(command)
    if done.returncode == -signal.SIGINT:
        raise KeyboardInterrupt
    if done.returncode < 0:
        raise BrokenOff(f"{shown}\nwas ended by signal {-done.returncode}.")
    if done.returncode:
        raise NotReady(f"{shown}\nended with status {done.returncode}:\n{done.stdout}{done.stderr}".rstrip())
    return done.stdout
