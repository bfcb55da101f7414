"""A real Chromium in front of a real server: own SQLite database, the Stripe peer, the cast with passwords."""

import os
import shutil
import socket
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask import Flask
from jinja2 import BytecodeCache
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Playwright,
    Request,
    StorageState,
    expect,
    sync_playwright,
)
from sqlalchemy.orm import Session
from werkzeug.serving import WSGIRequestHandler, make_server

from clubsales.auth import operations as auth
from clubsales.clock import now
from clubsales.db import db, transact
from clubsales.server import create_served
from tests.builders import PASSWORD, PIN, Cast, raise_cast
from tests.conftest import migrated_app, settings_for
from tests.folders import compiled_pages

# The first that is there: the shell is the same browser without a window's own pages, and a third cheaper to run.
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
CHROMIUM = next(filter(None, map(shutil.which, BROWSERS)), None)
ARGUMENTS = (
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
AXE = Path(__file__).parents[2] / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
TABLET = {"width": 1024, "height": 768}
PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1440, "height": 900}
PATIENCE = (
    30_000  # ms: how long a page may take here says what else this machine does, not how fast the page is
)
USERNAMES = {
    "lin": "linjing",
    "zhou": "zhouqian",
    "ma": "machao",
    "supervisor": "sunzhu",
    "manager": "wujingli",
    "director": "heqiang",
    "finance": "caiwu",
    "desk": "qiantai",
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Without Chromium these tests are skipped and say so; CI always has it."""
    for item in items:
        if "tests/browser" in item.nodeid:
            item.add_marker(pytest.mark.browser)
            if CHROMIUM is None and not os.environ.get("CI"):
                item.add_marker(
                    pytest.mark.skip(
                        reason="no Chromium on this machine: apt-get install chromium-headless-shell"
                    )
                )


@dataclass
class Club:
    """The served club: where it is, who works there."""

    url: str
    app: Flask
    cast: Cast


class _Quiet(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing."""


@dataclass(frozen=True)
class Founded:
    """A database that every test starts from: the cast, all of them able to sign in."""

    database: Path
    cast: Cast
    pages: BytecodeCache


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Founded]:
    """Found the club once; each served club is a copy of it."""
    folder = Path(tempfile.mkdtemp(prefix="clubsales-founded-"))
    database = folder / "club.db"
    app = migrated_app(f"sqlite:///{database}", folder)
    with app.app_context():
        cast = transact(raise_cast)
        transact(lambda session: give_passwords(session, cast))
        with db.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        db.engine.dispose()
    yield Founded(database, cast, compiled_pages(tmp_path_factory))
    shutil.rmtree(folder, ignore_errors=True)


def give_passwords(session: Session, cast: Cast) -> None:
    """Everybody of the cast gets the same password and PIN."""
    for who in USERNAMES:
        account_id = getattr(cast, who).account_id
        auth.set_password(session, account_id=account_id, password=PASSWORD, actor=cast.system, at=now())
        auth.set_pin(session, account_id=account_id, pin=PIN, actor=cast.system, at=now())


@contextmanager
def serve(founded: Founded) -> Iterator[Club]:
    """A copy of the founded club on a free port, with its own Stripe peer."""
    folder = Path(tempfile.mkdtemp(prefix="clubsales-browser-"))
    shutil.copy(founded.database, folder / "club.db")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    url = f"http://localhost:{port}"
    settings = settings_for(
        f"sqlite:///{folder / 'club.db'}", folder, public_url=url, stripe_peer=True, testing=False
    )
    made = create_served(settings)
    made.app.jinja_env.bytecode_cache = founded.pages
    server = make_server("127.0.0.1", port, made.wsgi, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield Club(url, made.app, founded.cast)
    server.shutdown()
    thread.join()
    server.server_close()
    with made.app.app_context():
        db.engine.dispose()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def served(founded: Founded) -> Iterator[Club]:
    """A fresh club for this test."""
    with serve(founded) as club:
        yield club


@pytest.fixture(scope="session")
def playwright_api() -> Iterator[Playwright]:
    with sync_playwright() as api:
        yield api


def launch(api: Playwright, *more: str) -> Browser:
    """A Chromium, with further arguments."""
    return api.chromium.launch(executable_path=CHROMIUM, args=[*ARGUMENTS, *more])


@pytest.fixture(scope="session")
def chromium(playwright_api: Playwright) -> Iterator[Browser]:
    """One Chromium for all tests of a worker."""
    expect.set_options(timeout=PATIENCE)
    browser = launch(playwright_api)
    yield browser
    browser.close()


@dataclass
class Watch:
    """What a page must not do: console errors, requests to other hosts."""

    host: str
    console: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)
    offline: bool = False

    def on(self, page: Page) -> None:
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.console.append(str(error)))
        page.on("request", self._request)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not self.offline:
            self.console.append(f"{message.text} {message.location.get('url', '')}")

    def _request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in ("http", "https") and parts.netloc != self.host:
            self.foreign.append(request.url)

    def forget(self) -> None:
        self.console.clear()
        self.foreign.clear()

    def assert_clean(self) -> None:
        assert self.console == []
        assert self.foreign == []


NewPage = Callable[..., Page]


@dataclass
class Screens:
    """Opens pages, each in a context of its own as on a device of its own, all watched until the end."""

    chromium: Browser
    url: str
    watch: Watch
    contexts: list[BrowserContext] = field(default_factory=list)

    def open(
        self,
        viewport: dict[str, int] = TABLET,
        locale: str = "zh-CN",
        dark: bool = False,
        browser: Browser | None = None,
        remembers: StorageState | None = None,
    ) -> Page:
        context = (browser or self.chromium).new_context(
            base_url=self.url,
            viewport=viewport,  # type: ignore[arg-type]
            has_touch=viewport != DESKTOP,
            locale=locale,
            timezone_id="Asia/Shanghai",
            color_scheme="dark" if dark else "light",
            storage_state=remembers,
        )
        context.set_default_timeout(PATIENCE)
        self.contexts.append(context)
        page = context.new_page()
        self.watch.on(page)
        return page

    def close_one(self, page: Page) -> None:
        self.contexts.remove(page.context)
        page.context.close()

    def close(self) -> None:
        for context in self.contexts:
            context.close()
        self.contexts.clear()


@contextmanager
def screens_of(chromium: Browser, club: Club) -> Iterator[Screens]:
    """Screens in front of the club; at the end each must have been quiet."""
    screens = Screens(chromium, club.url, Watch(urlsplit(club.url).netloc))
    try:
        yield screens
    finally:
        screens.close()
    screens.watch.assert_clean()


@pytest.fixture
def screens(chromium: Browser, served: Club) -> Iterator[Screens]:
    with screens_of(chromium, served) as opened:
        yield opened


@pytest.fixture
def new_page(screens: Screens) -> NewPage:
    """Opens pages of their own contexts (a tablet, a phone ...), all watched until the end of the test."""
    return screens.open


def sign_in(page: Page, who: str) -> None:
    """Sign in with user name and password."""
    page.goto("/sign-in")
    page.fill("input[name=username]", USERNAMES[who])
    page.fill("input[name=password]", PASSWORD)
    page.click("main form#sign-in button")
    page.wait_for_url(lambda url: "/sign-in" not in url)


def sign_in_by_face(page: Page, name: str, pin: str = PIN) -> None:
    """Tap one's face on the shared tablet and type the PIN on its keys."""
    page.goto("/switch")
    page.locator("a.face", has_text=name).tap()
    for digit in pin:
        page.locator(f"[data-digit='{digit}']").tap()
    page.locator("[data-pin-pad] button[type=submit]").tap()
    page.wait_for_url(lambda url: "/switch" not in url)


def look(page: Page, *, only: str = "") -> list[tuple[str, list[str]]]:
    """What axe finds against WCAG 2.2 AA; `only` one rule."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text("utf-8"))
    wanted = (
        {"runOnly": [only]} if only else {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
    )
    # No rule of these reads style sheets, so axe need not fetch and parse them again.
    how = {"resultTypes": ["violations"], "preload": {"assets": ["media"]}}
    found = page.evaluate("how => axe.run(document, how)", {**wanted, **how})
    return [
        (violation["id"], [node["html"][:160] for node in violation["nodes"]][:3])
        for violation in found["violations"]
    ]
