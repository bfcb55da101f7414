"""How long a month with many postings takes to close, beside one plain INSERT ... SELECT of the same rows."""

import resource
import secrets
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from benchmarks import club, ledger
from benchmarks.growth import MANY
from benchmarks.postgres import make_database, own_postgres, settle
from benchmarks.progress import tell
from benchmarks.rounds import BenchFailed
from clubsales.actor import Actor, ActorKind, Role
from clubsales.app import create_app
from clubsales.clock import day_start, local_day, month_of, now
from clubsales.consultants.statements import checks
from clubsales.consultants.statements.writing import COLUMNS
from clubsales.db import db, migrations, transact
from clubsales.office.closing.operations import close_month
from clubsales.settings import Settings

AIM_RATIO = 3.0
AIM_MEGABYTES = 500
SPAN = timedelta(days=27)
# The same rows with nothing to reckon: what a line costs this database, indexes and foreign keys included.
PLAIN = sa.text(
    f"INSERT INTO statement_line ({', '.join(COLUMNS)}) "  # noqa: S608  our own names
    "SELECT (SELECT max(id) FROM statement), posting.id, amount_minor, 300, 10000, amount_minor * 3 / 100, "
    "CAST(posting.at AT TIME ZONE 'Asia/Shanghai' AS date) + 7 "
    "FROM posting JOIN sale ON sale.id = posting.sale_id JOIN card_type ON card_type.id = sale.card_type_id "
    "WHERE posting.club_id = :club AND posting.month = :month"
)
LINES = sa.text("SELECT count(*) FROM statement_line")


@dataclass(frozen=True, slots=True)
class Closing:
    """Seconds of the close, and of the plain statement before it and after it; the highest memory of the process."""

    postings: int
    close: float
    plain: float
    megabytes: int

    @property
    def ratio(self) -> float:
        return self.close / self.plain

    def as_json(self) -> dict[str, float | int]:
        """As `--json` prints it."""
        return {
            "postings": self.postings,
            "close_s": round(self.close, 2),
            "plain_s": round(self.plain, 2),
            "ratio": round(self.ratio, 3),
            "memory_mb": self.megabytes,
        }

    def table(self) -> str:
        """The figures for a person."""
        return (
            f"month of {self.postings:,} postings closed in {self.close:.1f} s, "
            f"{self.postings / self.close:,.0f} lines a second\n"
            f"one plain INSERT ... SELECT of the same rows {self.plain:.1f} s: ratio {self.ratio:.2f}, aim {AIM_RATIO:.1f}\n"
            f"memory of the process {self.megabytes} MB, aim {AIM_MEGABYTES}"
        )


def run(postings: int = MANY) -> Closing:
    """Make a club with a month of so many postings, and close it."""
    with ExitStack() as stack:
        tell("starting PostgreSQL")
        database = make_database(stack.enter_context(own_postgres()), "bench_close")
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="clubsales-bench-")))
        secret = secrets.token_urlsafe(32)
        url = database.render_as_string(hide_password=False)
        app = create_app(Settings(database_url=url, secret_key=secret, data_folder=folder, stripe_peer=False))
        at = now()
        with app.app_context():
            migrations.upgrade()
            made = transact(lambda session: club.found(at, days=100))
            this_month = month_of(local_day(at, made.zone))
            month = month_of(this_month - timedelta(days=1))
            over = day_start(this_month, made.zone)
            club.open_the_floor(made, over - timedelta(days=40), secret)
            hired = club.hire_one(made, "closer", Role.CLUB_MANAGER, over - timedelta(days=40))
            tell(f"writing {postings:,} postings of one month")
            with db.engine.begin() as connection:
                ledger.write(
                    connection,
                    club_id=made.id,
                    organisation_id=made.organisation_id,
                    postings=postings,
                    until=over - timedelta(hours=1),
                    span=SPAN,
                )
            db.engine.dispose()
        settle(database)
        actor = Actor(
            kind=ActorKind.STAFF,
            club=made,
            account_id=hired.account_id,
            consultant_id=hired.consultant_id,
            roles=frozenset({Role.CLUB_MANAGER}),
            name="closer",
        )
        with app.app_context():
            tell("closing")
            before = time.perf_counter()
            transact(lambda s: close_month(s, month=month, by_the_book=True, actor=actor, at=at))
            took = time.perf_counter() - before
            used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
            written = db.session.execute(LINES).scalar_one()
            if written != postings:
                raise BenchFailed(f"{written:,} lines of {postings:,} postings")
            faults = [
                fault for check in (checks.digests_hold, checks.lines_add_up) for fault in check(db.session)
            ]
            if faults:
                raise BenchFailed("\n".join(faults))
            db.session.rollback()
            tell("one plain statement of the same rows")
            with db.engine.connect() as connection:
                plain = _plain(connection, made.id, month.isoformat(), postings)
            db.engine.dispose()
        return Closing(postings, took, plain, used)


def _plain(connection: Connection, club_id: int, month: str, postings: int) -> float:
    """The plain statement into the same table, taken back."""
    with connection.begin() as transaction:
        before = time.perf_counter()
        result = connection.execute(PLAIN, {"club": club_id, "month": month})
        took = time.perf_counter() - before
        if result.rowcount != postings:
            raise BenchFailed(f"the plain statement wrote {result.rowcount:,} rows")
        transaction.rollback()
    return took
