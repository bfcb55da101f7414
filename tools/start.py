"""./run: make the clone ready, the database and its club, and start the server."""

import argparse
import hashlib
import json
import os
import socket
import subprocess
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import NoReturn

from preparation import DATA, ROOT, VENV, NotReady, alone, command, prepare, say

CLUBSALES = VENV / "bin" / "clubsales"
MIGRATIONS = ROOT / "clubsales" / "migrations"
FIRST_PORT = 8000
PORTS_TRIED = 50
DEMO, EMPTY = "demo", "empty"
EVERY_ADDRESS = ("0.0.0.0", "::", "")  # noqa: S104  recognised, not bound


def main() -> int:
    """Prepare everything, then become the server."""
    arguments = _arguments()
    prepare(development=False)
    if arguments.port:
        _choose_port(arguments.host, arguments.port)
    environment = dict(os.environ)
    club = Club(environment)
    club.make_ready(EMPTY if arguments.empty else None)
    if arguments.setup:
        say("Everything is ready. Start clubsales with ./run")
    else:
        # Chosen late: while the demo was made, another clone may have taken the port that was free before.
        port = _choose_port(arguments.host, arguments.port)
        scheme = "https" if arguments.https else "http"
        environment.setdefault(
            "CLUBSALES_PUBLIC_URL", f"{scheme}://{_name_for_others(arguments.host)}:{port}"
        )
        environment.setdefault("CLUBSALES_RUN_JOBS", "1")
        if club.kind == EMPTY:
            club.clubsales("first-manager-link")
        _become_server(arguments, port, environment)
    return 0


def _become_server(arguments: argparse.Namespace, port: int, environment: dict[str, str]) -> NoReturn:
    """Signals then go straight to the server, and its exit status is ours."""
    serve = [str(CLUBSALES), "serve", "--host", arguments.host, "--port", str(port)]
    os.execve(CLUBSALES, [*serve, *(["--https"] if arguments.https else [])], environment)  # noqa: S606


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="./run",
        description="Start clubsales. The first start installs everything below this folder and makes a demo club.",
        epilog="Data lies in var/ below this folder, or where CLUBSALES_DATA and CLUBSALES_DATABASE_URL say.",
    )
    parser.add_argument(
        "--host", default="127.0.0.1", help="address to listen on; 0.0.0.0 lets phones and tablets in"
    )
    parser.add_argument(
        "--port", type=_port, help=f"port to listen on (the first free one from {FIRST_PORT})"
    )
    parser.add_argument(
        "--https", action="store_true", help="serve HTTPS with a certificate made on the spot"
    )
    parser.add_argument(
        "--empty", action="store_true", help="a club without demo data; prints a link for its manager"
    )
    parser.add_argument("--setup", action="store_true", help="make everything ready and exit")
    return parser.parse_args()


def _port(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port (1 to 65535)")
    return int(text)


def _choose_port(host: str, wanted: int | None) -> int:
    """The port asked for, or the first free one, so that two clones run side by side."""
    for port in [wanted] if wanted else range(FIRST_PORT, FIRST_PORT + PORTS_TRIED):
        if _is_free(host, port):
            return port
    if wanted:
        raise NotReady(f"Port {wanted} is taken on {host}. Choose another with --port, or leave it out.")
    raise NotReady(
        f"No free port from {FIRST_PORT} to {FIRST_PORT + PORTS_TRIED - 1} on {host}; choose with --port."
    )


def _is_free(host: str, port: int) -> bool:
    try:
        family = socket.getaddrinfo(host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0][
            0
        ]
    except socket.gaierror as failure:
        raise NotReady(f"{host!r} is no address of this machine: {failure.strerror}") from failure
    with closing(socket.socket(family, socket.SOCK_STREAM)) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except PermissionError as failure:
            raise NotReady(f"This account may not listen on port {port}; choose one above 1023.") from failure
        except OSError as failure:
            if failure.errno in (98, 48):  # address in use: Linux, macOS
                return False
            raise NotReady(f"Cannot listen on {host} port {port}: {failure.strerror}") from failure
    return True


def _name_for_others(host: str) -> str:
    """How a browser names this host: a phone that scans a payment code cannot open localhost."""
    if host not in EVERY_ADDRESS:
        shown = "localhost" if host == "127.0.0.1" else host
        return f"[{shown}]" if ":" in shown else shown
    with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # sends nothing: only asks which own address would be used
        except OSError:
            return "localhost"
        return str(probe.getsockname()[0])


class Club:
    """The database behind CLUBSALES_*, and what is remembered of it between starts."""

    def __init__(self, environment: dict[str, str]) -> None:
        folder = Path(environment.get("CLUBSALES_DATA", str(DATA))).absolute()
        folder.mkdir(parents=True, exist_ok=True)
        url = environment.get("CLUBSALES_DATABASE_URL", "")
        self._environment = environment
        self._file = None if url else folder / "clubsales.db"
        self._notes_path = folder / f"start-{hashlib.sha256(url.encode()).hexdigest()[:12]}.json"
        self._notes: dict[str, str] = {}
        self._production = environment.get("CLUBSALES_ENV") == "production"

    @property
    def kind(self) -> str:
        """DEMO or EMPTY: which club this database holds."""
        return self._notes.get("kind", EMPTY)

    def clubsales(self, *arguments: str) -> None:
        """Run a clubsales command on this database; its output goes to the terminal."""
        done = subprocess.run([str(CLUBSALES), *arguments], env=self._environment, check=False)
        if done.returncode:
            raise NotReady(f"clubsales {' '.join(arguments)} ended with status {done.returncode}.")

    def make_ready(self, wanted: str | None) -> None:
        """Migrate, and fill the demo on the first start or bring it up to today on a later one."""
        with alone(self._notes_path.with_suffix(".lock")):
            self._notes = self._read_notes()
            self._make_ready(wanted)

    def _make_ready(self, wanted: str | None) -> None:
        if self._file and self._notes.get("kind") == DEMO and "filled" not in self._notes:
            say("The demo club was broken off half made; making it again.")
            self._remove_database()
        kind = self._decide_kind(wanted)
        if not self._schema_is_current():
            self.clubsales("db", "upgrade")
            self._note(schema=_schema())
        today = date.today().isoformat()  # noqa: DTZ011  the day on this machine's wall
        if kind == DEMO and "filled" not in self._notes:
            self._note(kind=DEMO)
            self.clubsales("demo")
            self._note(filled=today, caught_up=today)
        elif kind == DEMO and self._notes.get("caught_up") != today:
            self.clubsales("demo", "--catch-up")
            self._note(caught_up=today)
        self._note(kind=kind)

    def _decide_kind(self, wanted: str | None) -> str:
        """What the club is stays what it was: a club's own data never gets demo rows among them."""
        known = self._notes.get("kind")
        if known is None and self._file and self._file.exists():
            known = EMPTY
            say(f"{self._file} was made without ./run; it stays as it is, without demo data.")
        if known == DEMO and wanted == EMPTY:
            raise NotReady(
                "This folder already holds the demo club. For an empty one set CLUBSALES_DATA to another folder "
                "(CLUBSALES_DATA=var/empty ./run --empty), or remove var/ and run again."
            )
        return known or wanted or (EMPTY if self._production else DEMO)

    def _schema_is_current(self) -> bool:
        """Only our own file is trusted to stay as it was left; a server's database is always asked."""
        return bool(self._file and self._file.exists() and self._notes.get("schema") == _schema())

    def _remove_database(self) -> None:
        if self._file:
            for suffix in ("", "-wal", "-shm"):
                self._file.with_name(self._file.name + suffix).unlink(missing_ok=True)
        self._notes = {}

    def _read_notes(self) -> dict[str, str]:
        if self._file and not self._file.exists():
            return {}
        try:
            return dict(json.loads(self._notes_path.read_text()))
        except (FileNotFoundError, ValueError):
            return {}

    def _note(self, **facts: str) -> None:
        self._notes |= facts
        waiting = self._notes_path.with_suffix(".new")
        waiting.write_text(json.dumps(self._notes, indent=2))
        waiting.replace(self._notes_path)


def _schema() -> str:
    digest = hashlib.sha256()
    for path in sorted(MIGRATIONS.rglob("*.py")):
        digest.update(path.name.encode() + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


if __name__ == "__main__":
    command(main)
