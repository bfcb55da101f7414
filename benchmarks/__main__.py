"""Run the benchmarks: ./bench [--growth [leads | ledger | close]] [--quick] [--json]."""

import argparse
import json
import secrets
import signal
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import URL

from benchmarks import closing, club, floor, growth
from benchmarks.browser import Browser, PageFailed, Standing
from benchmarks.club import MadeClub
from benchmarks.figures import Figure, table
from benchmarks.postgres import make_database, own_postgres, settle
from benchmarks.progress import tell
from benchmarks.rounds import QUICK, WHOLE, Bench, BenchFailed, Plan, load_process, place_in_pool
from benchmarks.servers import Server, ServerFailed, Strength, serving
from benchmarks.work import BOARD_POLL, CHECK_IN, CLAIM, FLOOR, POLLED, SALE, WALK_IN
from clubsales.app import create_app
from clubsales.auth.cookies import DEVICE_COOKIE, SESSION_COOKIE
from clubsales.clock import now
from clubsales.settings import Settings

CLOSE = "close"
RECOMMENDED = Strength(workers=1, threads=8)  # as the README recommends for two cores
COUNT_RECEIVED = sa.text(
    "SELECT count(*) FROM reception WHERE consultant_id IS NOT NULL AND status = 'ended'"
)
COUNT_SOLD = sa.text(
    "SELECT count(*) FROM card JOIN sale ON sale.id = card.sale_id WHERE card.status = 'active'"
    " AND sale.paid_at IS NOT NULL"
)
COUNT_HELD = sa.text("SELECT count(*) FROM claim WHERE ended_at IS NULL")


def run(plan: Plan, strength: Strength) -> tuple[list[Figure], list[int]]:
    """Make everything, measure, and take it all away again: the figures, and megabytes of each worker."""
    with ExitStack() as stack:
        tell("starting PostgreSQL")
        postgres = stack.enter_context(own_postgres())
        floor_database = make_database(postgres, "bench_floor")
        database = make_database(postgres, "bench_clubsales")
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="clubsales-bench-")))
        floor.fill(_text(floor_database))
        secret, card_key = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
        tell("making the club by its operations")
        settings = Settings(
            database_url=_text(database),
            secret_key=secret,
            card_key=card_key,
            data_folder=folder,
            stripe_peer=False,
        )
        made = club.make_club(
            create_app(settings),
            cards=plan.needed(CHECK_IN),
            leads=plan.needed(SALE),
            pool=plan.needed(CLAIM),
            at=now(),
        )
        settle(database)
        settle(floor_database)
        environment = {
            "CLUBSALES_ENV": "production",
            "CLUBSALES_DATABASE_URL": _text(database),
            "CLUBSALES_SECRET_KEY": secret,
            "CLUBSALES_CARD_KEY": card_key,
            "CLUBSALES_PUBLIC_URL": "http://127.0.0.1",
            "CLUBSALES_STRIPE_SECRET_KEY": "sk_test_not_used",
            "CLUBSALES_STRIPE_WEBHOOK_SECRET": "whsec_not_used",
            "CLUBSALES_DATA": str(folder),
        }
        tell(f"starting the servers ({strength.workers} workers of {strength.threads} threads each)")
        bare = stack.enter_context(
            serving(
                "benchmarks.floor:served()",
                "/",
                {"BENCH_FLOOR_DATABASE_URL": _text(floor_database)},
                strength,
            )
        )
        server = stack.enter_context(serving("wsgi:app", "/healthz", environment, strength))
        load = stack.enter_context(load_process())
        before = _counts(database)
        watchers = _watchers(server, made)

        def watch() -> dict[str, Any]:
            return {"watchers": [(cookies, browser.mark_of(POLLED)) for browser, cookies in watchers]}

        bench = Bench(plan, made, load, _doors(bare, server, made, card_key), watch)
        bench.warm_up()
        tell("measuring")
        figures = bench.measure()
        _check(_counts(database), bench.done, before)
        return figures, server.memory()


def _doors(bare: Server, server: Server, made: MadeClub, card_key: str) -> dict[str, dict[str, Any]]:
    """Where each work is sent, and as whom."""
    scanner = Browser(server.address)
    scanner.remember(DEVICE_COOKIE, made.scanner_token)
    desk = Browser(server.address)
    desk.sign_in(club.RECEPTIONIST, made.password)

    def door(at: Server, page: str, standing: Standing, **more: object) -> dict[str, Any]:
        return {"port": at.port, "page": page, "cookies": standing.cookies, "csrf": standing.csrf, **more}

    keys = {"card_key": card_key, "organisation_id": made.organisation_id}
    return {
        FLOOR: door(bare, "/", Standing("", "")),
        BOARD_POLL: door(server, "/floor", Standing("", "")),
        CHECK_IN: door(server, "/check-in", scanner.stand_on("/check-in"), **keys),
        WALK_IN: door(server, "/desk", desk.stand_on("/desk")),
        CLAIM: door(server, "/leads", Standing("", ""), claimers=_claimers(server, made)),
        SALE: door(server, "/sell", desk.stand_on("/sell"), card_type=made.card_type),
    }


def _watchers(server: Server, made: MadeClub) -> list[tuple[Browser, str]]:
    """Consultants signed in, each with the floor's page open, and their cookies."""
    watchers = []
    for username in made.watchers:
        browser = Browser(server.address)
        browser.sign_in(username, made.password)
        watchers.append((browser, browser.stand_on("/floor").cookies))
    return watchers


def _claimers(server: Server, made: MadeClub) -> list[tuple[str, str]]:
    """Every consultant signed in, with the list of leads open: cookies and token."""
    claimers = []
    for token in made.claimers:
        browser = Browser(server.address)
        browser.remember(SESSION_COOKIE, token)
        standing = browser.stand_on("/leads")
        claimers.append((standing.cookies, standing.csrf))
    return claimers


def _counts(database: URL) -> tuple[int, int, int]:
    """Guests who had a consultant and left, cards sold, paid and active, and leads with a holder."""
    engine = sa.create_engine(database)
    with engine.connect() as connection:
        received = connection.execute(COUNT_RECEIVED).scalar_one()
        sold = connection.execute(COUNT_SOLD).scalar_one()
        held = connection.execute(COUNT_HELD).scalar_one()
    engine.dispose()
    return received, sold, held


def _check(now_there: tuple[int, ...], done: dict[str, int], before: tuple[int, ...]) -> None:
    """What was answered has happened: every guest had a consultant and left, every sale is paid and its card active,
    every lead somebody went for has one holder."""
    happened = tuple(now - then for now, then in zip(now_there, before, strict=True))
    if happened != (done[WALK_IN], done[SALE], place_in_pool(done[CLAIM] - 1) + 1):
        received, sold, held = happened
        raise BenchFailed(
            f"{received} guests received, {sold} cards sold and {held} leads claimed, which is not what was answered"
        )


def _text(url: URL) -> str:
    return url.render_as_string(hide_password=False)


def main() -> int:
    """Measure and print; 1 when something was not done as it should be."""
    parser = argparse.ArgumentParser(prog="./bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer repeats; under a minute on two cores")
    parser.add_argument(
        "--growth",
        nargs="?",
        choices=[*growth.SUBJECTS, CLOSE],
        const="leads",
        help=f"instead of the busy doors, pages of leads (or of the ledger) with {growth.FEW:,} and with {growth.MANY:,}"
        " leads (or postings); close: a month of as many postings is closed",
    )
    parser.add_argument("--json", action="store_true", help="print nothing but the figures, as JSON")
    parser.add_argument("--workers", type=int, default=RECOMMENDED.workers, help="gunicorn workers")
    parser.add_argument("--threads", type=int, default=RECOMMENDED.threads, help="threads in each")
    arguments = parser.parse_args()
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)
    started = time.monotonic()
    strength = Strength(arguments.workers, arguments.threads)
    plan = QUICK if arguments.quick else WHOLE
    try:
        if arguments.growth == CLOSE:
            closed = closing.run()
            told = json.dumps(closed.as_json(), indent=1) if arguments.json else closed.table()
        elif arguments.growth:
            told = _growth(growth.SUBJECTS[arguments.growth], plan, as_json=arguments.json)
        else:
            told = _doors_of(plan, strength, as_json=arguments.json)
    except (BenchFailed, ServerFailed, PageFailed) as failure:
        sys.stderr.write(f"{failure}\n")
        return 1
    except KeyboardInterrupt:
        sys.stderr.write("Stopped; everything started is gone.\n")
        return 130
    tell(f"done in {time.monotonic() - started:.0f} seconds")
    sys.stdout.write(told + "\n")
    return 0


def _doors_of(plan: Plan, strength: Strength, *, as_json: bool) -> str:
    """The busy doors, measured and told."""
    figures, memory = run(plan, strength)
    if as_json:
        return json.dumps([one.as_json() for one in figures if one.name != FLOOR], indent=1)
    sizes = ", ".join(f"{each} MB" for each in memory)
    return f"{table(figures)}\nmemory of a clubsales worker: {sizes}"


def _growth(subject: growth.Subject, plan: Plan, *, as_json: bool) -> str:
    """Pages of a club with few and of one with many of something, measured and told."""
    figures = growth.run(subject, repeats=20 * plan.repeats)
    return json.dumps([one.as_json() for one in figures], indent=1) if as_json else growth.table(figures)


if __name__ == "__main__":
    sys.exit(main())
