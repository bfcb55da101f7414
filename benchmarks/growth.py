"""How much slower pages of leads become when a club has a hundred times as many: each asked for in turn of both clubs."""

import http.client
import secrets
import tempfile
import time
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from urllib.parse import quote

from sqlalchemy.engine import URL

from benchmarks import club, crowd
from benchmarks.browser import LANGUAGE, Browser
from benchmarks.crowd import Crowd
from benchmarks.postgres import make_database, own_postgres, settle
from benchmarks.progress import tell
from benchmarks.rounds import BenchFailed
from benchmarks.servers import Server, Strength, serving
from clubsales.app import create_app
from clubsales.clock import now
from clubsales.db import db, migrations, transact
from clubsales.settings import Settings

FEW, MANY = 10_000, 1_000_000
AIM_RATIO = 1.3
# Pages by name: the address in a club, and the milliseconds half of the answers should take at most.
PAGES = {
    "person": ("/leads/{0.busy_lead}", 25),
    "due list": ("/leads/today", 10),
    "list: mine": ("/leads/list?view=mine", 25),
    "list: free": ("/leads/list?view=pool", 25),
    "list: ends soon": ("/leads/list?view=ending", 25),
    "list: all": ("/leads/list?view=all", 25),
    "list: filtered": ("/leads/list?view=all&grade=C&source=online&quiet=30", 25),
    # As many hits in both clubs: one, or as many as are shown.
    "search: phone": ("/leads/search?q={0.phone}", 30),
    "search: surname": ("/leads/search?q={0.surname}", 30),
    "search: pinyin": ("/leads/search?q={0.spoken}", 30),
    "search: initials": ("/leads/search?q={0.initials}", 30),
    # One hit there, as many as are shown here.
    "search: 4 digits": ("/leads/search?q={0.last_digits}", 30),
}


@dataclass(frozen=True, slots=True)
class Growth:
    """A page with few and with many leads: half of the answers took at most so many milliseconds."""

    name: str
    aim_ms: int
    few_ms: float
    many_ms: float

    @property
    def ratio(self) -> float:
        return self.many_ms / self.few_ms

    def as_json(self) -> dict[str, str | float]:
        """As `--json` prints it."""
        return {
            "name": self.name,
            "few_ms": round(self.few_ms, 2),
            "many_ms": round(self.many_ms, 2),
            "ratio": round(self.ratio, 3),
        }


@dataclass(frozen=True, slots=True)
class Stand:
    """A club that stands ready, with a consultant signed in."""

    connection: http.client.HTTPConnection
    cookies: str
    crowd: Crowd

    def milliseconds(self, address: str) -> float:
        """How long a page takes. Raises BenchFailed for any answer but the page."""
        before = time.perf_counter()
        path = address.format(self.crowd)
        self.connection.request(
            "GET",
            quote(path, safe="/?=&"),
            headers={"Cookie": self.cookies, "Accept-Language": LANGUAGE},
        )
        answer = self.connection.getresponse()
        answer.read()
        took = 1000 * (time.perf_counter() - before)
        if answer.status != 200:
            raise BenchFailed(f"{path} answered {answer.status}")
        return took


def run(*, repeats: int) -> list[Growth]:
    """Make a club with few and one with many leads, and ask both for each page in turn."""
    with ExitStack() as stack:
        tell("starting PostgreSQL")
        postgres = stack.enter_context(own_postgres())
        stands = [_stand(stack, postgres, count) for count in (FEW, MANY)]
        took: dict[str, tuple[list[float], list[float]]] = {name: ([], []) for name in PAGES}
        tell("measuring")
        for repeat in range(-3, repeats):  # the first ones warm up
            for name, (address, _aim) in PAGES.items():
                for stand, times in zip(stands, took[name], strict=True):
                    milliseconds = stand.milliseconds(address)
                    if repeat >= 0:
                        times.append(milliseconds)
        return [
            Growth(name, aim, *(median(times) for times in took[name])) for name, (_, aim) in PAGES.items()
        ]


def table(figures: list[Growth]) -> str:
    """The figures for a person."""
    lines = [f"{'p50 ms':18}{FEW:>10,}{MANY:>11,}{'aim':>6}{'ratio':>8}{'aim':>6}"]
    lines += [
        f"{one.name:18}{one.few_ms:>10.1f}{one.many_ms:>11.1f}{one.aim_ms:>6}{one.ratio:>8.2f}{AIM_RATIO:>6.1f}"
        for one in figures
    ]
    return "\n".join(lines)


def _stand(stack: ExitStack, postgres: URL, leads: int) -> Stand:
    tell(f"making a club with {leads:,} leads")
    database = make_database(postgres, f"bench_leads_{leads}")
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="clubsales-bench-")))
    secret, password = secrets.token_urlsafe(32), secrets.token_urlsafe(16)
    url = database.render_as_string(hide_password=False)
    app = create_app(Settings(database_url=url, secret_key=secret, data_folder=folder, stripe_peer=False))
    at = now()
    with app.app_context():
        migrations.upgrade()
        made = transact(lambda session: club.found(at, days=366 * crowd.YEARS))
        club.open_the_floor(made, at, password)
        db.session.close()
        with db.engine.begin() as connection:
            known = crowd.write(
                connection, club_id=made.id, organisation_id=made.organisation_id, leads=leads, until=at
            )
        db.engine.dispose()
    settle(database)
    server = stack.enter_context(
        serving("wsgi:app", "/healthz", _environment(url, secret, folder), Strength(workers=1, threads=2))
    )
    return _signed_in(server, password, known)


def _signed_in(server: Server, password: str, known: Crowd) -> Stand:
    browser = Browser(server.address)
    browser.sign_in(club.seller_name(0), password)
    cookies = browser.stand_on("/floor").cookies
    return Stand(http.client.HTTPConnection("127.0.0.1", server.port, timeout=60), cookies, known)


def _environment(url: str, secret: str, folder: Path) -> Mapping[str, str]:
    return {
        "CLUBSALES_ENV": "production",
        "CLUBSALES_DATABASE_URL": url,
        "CLUBSALES_SECRET_KEY": secret,
        "CLUBSALES_CARD_KEY": secret,
        "CLUBSALES_PUBLIC_URL": "http://127.0.0.1",
        "CLUBSALES_STRIPE_SECRET_KEY": "sk_test_not_used",
        "CLUBSALES_STRIPE_WEBHOOK_SECRET": "whsec_not_used",
        "CLUBSALES_DATA": str(folder),
    }
