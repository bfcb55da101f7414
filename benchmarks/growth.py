"""How much slower pages become when a club has a hundred times as many leads or postings: both clubs asked in turn."""

import http.client
import secrets
import tempfile
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from urllib.parse import quote

from sqlalchemy.engine import URL, Connection

from benchmarks import club, crowd, ledger
from benchmarks.browser import LANGUAGE, Browser
from benchmarks.postgres import make_database, own_postgres, settle
from benchmarks.progress import tell
from benchmarks.rounds import BenchFailed
from benchmarks.servers import Strength, serving
from clubsales.actor import Club, Role
from clubsales.app import create_app
from clubsales.clock import Instant, now
from clubsales.consultants.profiles.rules import Kind
from clubsales.db import db, migrations, transact
from clubsales.settings import Settings

FEW, MANY = 10_000, 1_000_000
AIM_RATIO = 1.3
Pages = Mapping[str, tuple[str, int]]
# Pages by name: the address in a club, and the milliseconds half of the answers should take at most.
PAGES_OF_LEADS: Pages = {
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


OVERSEER = "overseer"


@dataclass(frozen=True, slots=True)
class Subject:
    """What there is few or many of, the pages that are asked for, and who asks.

    `write` makes so many in a club and says what the addresses are filled from; `days` is how far back that goes.
    """

    name: str
    pages: Pages
    days: Callable[[int], int]
    write: Callable[[Connection, Club, int, Instant], object]
    reader: Callable[[Club, Instant, str], str]


@dataclass(frozen=True, slots=True)
class Growth:
    """A page with few and with many of something: half of the answers took at most so many milliseconds."""

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
    """A club that stands ready, with somebody signed in."""

    connection: http.client.HTTPConnection
    cookies: str
    known: object

    def milliseconds(self, address: str) -> float:
        """How long a page takes. Raises BenchFailed for any answer but the page."""
        before = time.perf_counter()
        path = address.format(self.known)
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


def _crowd(connection: Connection, made: Club, leads: int, at: Instant) -> object:
    return crowd.write(
        connection, club_id=made.id, organisation_id=made.organisation_id, leads=leads, until=at
    )


def _ledger(connection: Connection, made: Club, postings: int, at: Instant) -> object:
    return ledger.write(
        connection, club_id=made.id, organisation_id=made.organisation_id, postings=postings, until=at
    )


def _a_consultant(_made: Club, _at: Instant, _password: str) -> str:
    return club.seller_name(0)


def _an_overseer(made: Club, at: Instant, password: str) -> str:
    """A supervisor who sells, too."""
    club.hire_one(made, OVERSEER, Role.SUPERVISOR, at, kind=Kind.INSIDE, password=password)
    return OVERSEER


LEADS = Subject("leads", PAGES_OF_LEADS, lambda _leads: 366 * crowd.YEARS, _crowd, _a_consultant)
LEDGER = Subject(
    "postings",
    ledger.PAGES,
    lambda postings: ledger.DAYS_A_MONTH * ledger.months(postings),
    _ledger,
    _an_overseer,
)
SUBJECTS = {"leads": LEADS, "ledger": LEDGER}


def run(subject: Subject, *, repeats: int) -> list[Growth]:
    """Make a club with few and one with many, and ask both for each page in turn."""
    with ExitStack() as stack:
        tell("starting PostgreSQL")
        postgres = stack.enter_context(own_postgres())
        stands = [_stand(stack, postgres, subject, count) for count in (FEW, MANY)]
        took: dict[str, tuple[list[float], list[float]]] = {name: ([], []) for name in subject.pages}
        tell("measuring")
        for repeat in range(-3, repeats):  # the first ones warm up
            for name, (address, _aim) in subject.pages.items():
                for stand, times in zip(stands, took[name], strict=True):
                    milliseconds = stand.milliseconds(address)
                    if repeat >= 0:
                        times.append(milliseconds)
        return [
            Growth(name, aim, *(median(times) for times in took[name]))
            for name, (_, aim) in subject.pages.items()
        ]


def table(figures: list[Growth]) -> str:
    """The figures for a person."""
    lines = [f"{'p50 ms':18}{FEW:>10,}{MANY:>11,}{'aim':>6}{'ratio':>8}{'aim':>6}"]
    lines += [
        f"{one.name:18}{one.few_ms:>10.1f}{one.many_ms:>11.1f}{one.aim_ms:>6}{one.ratio:>8.2f}{AIM_RATIO:>6.1f}"
        for one in figures
    ]
    return "\n".join(lines)


def _stand(stack: ExitStack, postgres: URL, subject: Subject, count: int) -> Stand:
    tell(f"making a club with {count:,} {subject.name}")
    database = make_database(postgres, f"bench_{subject.name}_{count}")
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="clubsales-bench-")))
    secret, password = secrets.token_urlsafe(32), secrets.token_urlsafe(16)
    url = database.render_as_string(hide_password=False)
    app = create_app(Settings(database_url=url, secret_key=secret, data_folder=folder, stripe_peer=False))
    at = now()
    with app.app_context():
        migrations.upgrade()
        made = transact(lambda session: club.found(at, days=subject.days(count)))
        club.open_the_floor(made, at, password)
        reader = subject.reader(made, at, password)
        db.session.close()
        with db.engine.begin() as connection:
            known = subject.write(connection, made, count, at)
        db.engine.dispose()
    settle(database)
    server = stack.enter_context(
        serving("wsgi:app", "/healthz", _environment(url, secret, folder), Strength(workers=1, threads=2))
    )
    browser = Browser(server.address)
    browser.sign_in(reader, password)
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
