"""Which clubsales commands ./run gives, on the first start and on later ones."""

import importlib
import socket
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

TOOLS = Path(__file__).resolve().parents[3] / "tools"
MIGRATE, FILL, CATCH_UP = ("db", "upgrade"), ("demo",), ("demo", "--catch-up")


class Terminal:
    """A club folder and the commands that ./run has given there."""

    def __init__(self, start: ModuleType, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.start = start
        self.folder = folder
        self.given: list[tuple[str, ...]] = []
        self.breaks_off: tuple[str, ...] | None = None
        monkeypatch.setattr(start.Club, "clubsales", self._clubsales)

    @property
    def database(self) -> Path:
        return self.folder / "clubsales.db"

    def _clubsales(self, *arguments: str) -> None:
        self.given.append(arguments)
        if arguments == MIGRATE:
            self.database.touch()
        if arguments == self.breaks_off:
            raise KeyboardInterrupt

    def run(self, wanted: str | None = None, **environment: str) -> list[tuple[str, ...]]:
        self.given = []
        club = self.start.Club({"CLUBSALES_DATA": str(self.folder), **environment})
        club.make_ready(wanted)
        return self.given

    def on(self, day: str, monkeypatch: pytest.MonkeyPatch) -> None:
        class Day(self.start.date):  # type: ignore[misc, name-defined]
            @classmethod
            def today(cls) -> "Day":
                return cls.fromisoformat(day)

        monkeypatch.setattr(self.start, "date", Day)


@pytest.fixture
def start(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(TOOLS))
    return importlib.import_module("start")


@pytest.fixture
def terminal(start: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    return Terminal(start, tmp_path / "var", monkeypatch)


def test_first_start_migrates_and_makes_the_demo(terminal: Terminal) -> None:
    assert terminal.run() == [MIGRATE, FILL]


def test_second_start_of_a_day_gives_no_command(terminal: Terminal) -> None:
    terminal.run()
    assert terminal.run() == []


def test_first_start_of_a_later_day_catches_up_once(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal.on("2026-03-01", monkeypatch)
    terminal.run()
    terminal.on("2026-03-02", monkeypatch)
    assert terminal.run() == [CATCH_UP]
    assert terminal.run() == []


def test_new_migration_is_applied(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    terminal.run()
    monkeypatch.setattr(terminal.start, "_schema", lambda: "another")
    assert terminal.run() == [MIGRATE]


def test_empty_club_stays_empty(terminal: Terminal) -> None:
    assert terminal.run("empty") == [MIGRATE]
    assert terminal.run() == []


def test_demo_club_cannot_become_an_empty_one(terminal: Terminal) -> None:
    terminal.run()
    with pytest.raises(terminal.start.NotReady, match="already holds the demo club"):
        terminal.run("empty")


def test_production_gets_no_demo(terminal: Terminal) -> None:
    assert terminal.run(CLUBSALES_ENV="production") == [MIGRATE]


def test_database_made_otherwise_gets_no_demo(terminal: Terminal) -> None:
    terminal.folder.mkdir()
    terminal.database.touch()
    assert terminal.run() == [MIGRATE]


def test_removed_database_is_a_first_start_again(terminal: Terminal) -> None:
    terminal.run("empty")
    terminal.database.unlink()
    assert terminal.run() == [MIGRATE, FILL]


def test_demo_broken_off_is_made_again_from_nothing(terminal: Terminal) -> None:
    terminal.breaks_off = FILL
    with pytest.raises(KeyboardInterrupt):
        terminal.run()
    terminal.database.write_text("half a demo")
    terminal.breaks_off = None
    assert terminal.run() == [MIGRATE, FILL]
    assert terminal.database.read_text() == ""


def test_database_on_a_server_is_always_migrated(terminal: Terminal) -> None:
    address = {"CLUBSALES_DATABASE_URL": "postgresql://club"}
    assert terminal.run(**address) == [MIGRATE, FILL]
    assert terminal.run(**address) == [MIGRATE]


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def test_port_asked_for_and_taken_is_refused(start: ModuleType, taken_port: int) -> None:
    with pytest.raises(start.NotReady, match=f"Port {taken_port} is taken"):
        start._choose_port("127.0.0.1", taken_port)


def test_next_port_is_taken_when_none_was_asked_for(
    start: ModuleType, taken_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(start, "FIRST_PORT", taken_port)
    assert taken_port < start._choose_port("127.0.0.1", None) < taken_port + 50
