"""The `clubsales` command."""

import json
import logging
import signal
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import click
import sqlalchemy as sa
from flask import Flask
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.table import Table
from sqlalchemy.engine import make_url

from clubsales import __version__, audit, clubs, leader
from clubsales.actor import Role, system_actor
from clubsales.app import create_app
from clubsales.auth import first_manager
from clubsales.auth.queries import has_anyone
from clubsales.backup import CannotBackUp, back_up
from clubsales.certificate import certificate_for
from clubsales.clock import now
from clubsales.consultants.credits import checks as credit_checks
from clubsales.consultants.profiles.rules import Kind
from clubsales.consultants.statements import checks as statement_checks
from clubsales.db import db, migrations, transact
from clubsales.errors import Refused
from clubsales.i18n import refusal_text
from clubsales.ids import new_token
from clubsales.jobs import start_in_background
from clubsales.membership.cards import checks as card_checks
from clubsales.membership.reservations import checks as reservation_checks
from clubsales.membership.sales import checks as sale_checks
from clubsales.office.demo import operations as demo_operations
from clubsales.office.demo.provider import teach_peer
from clubsales.office.demo.story import PASSWORD as DEMO_PASSWORD
from clubsales.office.demo.story import PIN as DEMO_PIN
from clubsales.office.demo.story import SIGN_INS
from clubsales.office.home.queries import database_health
from clubsales.office.replay import operations as replay_operations
from clubsales.office.replay.lines import HistoryError
from clubsales.office.staff import operations as staff_operations
from clubsales.policy_documents import PolicyError
from clubsales.server import PEER_STATE
from clubsales.server import serve as serve_forever
from clubsales.settings import MissingSettings, Settings

console = Console(highlight=False)
errors = Console(stderr=True, highlight=False)
NO_JOBS = (
    "Nobody runs the jobs yet: no offer lapses, no claim ends, nobody is alerted. "
    "Start `clubsales worker` beside this, or set CLUBSALES_RUN_JOBS=1."
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__)
def main() -> None:
    """The sales floor of a club in one program."""
    logging.getLogger("alembic").setLevel(logging.WARNING)


def _settings() -> Settings:
    try:
        return Settings.from_env()
    except MissingSettings as missing:
        raise click.ClickException(str(missing)) from missing


@contextmanager
def _app_context(settings: Settings | None = None) -> Iterator[Flask]:
    """The app without the Stripe peer, and its context."""
    app = create_app(replace(settings or _settings(), stripe_peer=False))
    with app.app_context():
        yield app


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.option("--https", is_flag=True, help="Serve HTTPS with a certificate made on the spot.")
def serve(host: str, port: int, https: bool) -> None:
    """Start the web server."""
    settings = _settings()
    if not settings.public_url:
        shown = "localhost" if host == "127.0.0.1" else host
        settings = replace(settings, public_url=f"{'https' if https else 'http'}://{shown}:{port}")
    certificate = None
    if https:
        names = ["localhost", "127.0.0.1", urlsplit(settings.public_url).hostname or "localhost"]
        certificate = certificate_for(sorted(set(names)), settings.data_folder)
    with _app_context(settings):
        if database_health(db.session).revision is None:
            raise click.ClickException("The database has no tables yet. Run: clubsales db upgrade")
        is_demo = demo_operations.is_demo(db.session)
        has_jobs = settings.run_jobs or leader.is_held(db.engine, settings.data_folder)
    console.print(f"\n  clubsales {__version__} -> [bold]{settings.public_url}[/bold]\n")
    if is_demo:
        _print_sign_ins()
    if not has_jobs:
        errors.print(NO_JOBS, soft_wrap=True)
    serve_forever(settings, host=host, port=port, certificate=certificate)


def _print_sign_ins() -> None:
    table = Table(title=f"demo sign-ins · password {DEMO_PASSWORD} · PIN {DEMO_PIN}", title_justify="left")
    for heading in ("user name", "who", "club"):
        table.add_column(heading)
    for username, who, club in SIGN_INS:
        table.add_row(username, who, club)
    console.print(table)


@main.command()
def worker() -> None:
    """Run the jobs: deliver the outbox, seal the audit, expire payments. Only one process leads."""
    settings = _settings()
    app = create_app(replace(settings, stripe_peer=False))
    scheduler = start_in_background(app, settings)
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    console.print("The worker runs. Stop it with Ctrl-C.")
    stop.wait()
    scheduler.shutdown()


@main.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def backup(file: Path) -> None:
    """Copy the whole database into a new file, while the club works."""
    try:
        back_up(make_url(_settings().database_url), file)
    except CannotBackUp as problem:
        raise click.ClickException(str(problem)) from problem
    console.print(f"Everything is in {file}.", soft_wrap=True)


@main.group(name="db")
def database() -> None:
    """The database's schema."""


@database.command()
def upgrade() -> None:
    """Bring the schema up to date."""
    settings = _settings()
    settings.data_folder.mkdir(parents=True, exist_ok=True)
    with _app_context(settings):
        migrations.upgrade()
    console.print("The schema is up to date.")


@database.command()
@click.argument("message")
def revision(message: str) -> None:
    """Write a new revision from what the models changed."""
    with _app_context():
        migrations.revision(message)


@main.command()
@click.option("--catch-up", is_flag=True, help="Continue an existing demo club up to now.")
def demo(catch_up: bool) -> None:
    """Make the living demo club, by running the real operations under a seeded clock."""
    settings = _settings()
    with _app_context(settings), _progress("Making the demo club") as progress:
        try:
            if catch_up:
                demo_operations.catch_up(until=now(), progress=progress)
            else:
                demo_operations.make(until=now(), progress=progress)
            if settings.stripe_peer:
                teach_peer(db.session, settings.data_folder / PEER_STATE)
        except demo_operations.NotADemo as problem:
            raise click.ClickException(str(problem)) from problem


@contextmanager
def _progress(title: str) -> Iterator[demo_operations.Report]:
    columns = (TextColumn(title), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=errors, transient=True, disable=not errors.is_terminal) as bar:
        task = bar.add_task(title, total=None)

        def report(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)

        yield report


@main.command(name="first-manager-link")
def first_manager_link() -> None:
    """Print a one-time link with which the first club and its manager are made."""
    settings = _settings()
    with _app_context(settings):
        if has_anyone(db.session):
            console.print("This installation has its manager already; sign in.")
            return
        token = transact(lambda session: first_manager.make_first_manager_link(session, at=now()))
    console.print(
        f"Open this link once to make the first club and its manager:\n{settings.public_url}/first-manager/{token}"
    )


@main.group()
def staff() -> None:
    """Staff accounts."""


@staff.command(name="add")
@click.argument("username")
@click.option("--name", required=True, help="The name colleagues and guests see.")
@click.option(
    "--role", type=click.Choice([role.value for role in Role if role is not Role.MEMBER]), required=True
)
@click.option("--club", "club_code", required=True, help="The club's code.")
@click.option(
    "--kind", type=click.Choice([kind.value for kind in Kind]), help="Inside or outside consultant."
)
@click.option("--team")
@click.password_option()
@click.option(
    "--pin",
    prompt=True,
    hide_input=True,
    default="",
    show_default=False,
    help="4 to 6 digits; may be left empty.",
)
def staff_add(
    username: str,
    name: str,
    role: str,
    club_code: str,
    kind: str | None,
    team: str | None,
    password: str,
    pin: str,
) -> None:
    """Give somebody an account, a role and a place on the floor."""
    with _app_context():
        found = [club for club in clubs.all_clubs(db.session) if club.code == club_code]
        if not found:
            raise click.ClickException(f"There is no club with the code {club_code}.")
        try:
            transact(
                lambda session: staff_operations.hire(
                    session,
                    username=username,
                    name=name,
                    role=Role(role),
                    kind=Kind(kind) if kind else None,
                    team=team,
                    password=password,
                    pin=pin or None,
                    actor=system_actor(found[0]),
                    at=now(),
                )
            )
        except Refused as refused:
            raise click.ClickException(refusal_text(refused.refusal)) from refused
    console.print(f"{name} may sign in as {username}.")


@main.command()
def check() -> None:
    """Check the invariants of the ledgers and the seals of the audit; exit status 1 when one is broken."""
    with _app_context():
        session = db.session
        problems = [f"audit seal {seal} does not hold" for seal in audit.broken_seals(session)]
        for invariant in (
            *credit_checks.INVARIANTS,
            *statement_checks.INVARIANTS,
            *sale_checks.INVARIANTS,
            *card_checks.INVARIANTS,
            *reservation_checks.INVARIANTS,
        ):
            problems += [f"{invariant.__name__}: {sentence}" for sentence in invariant(session)]
        counted = session.execute(sa.select(sa.func.count()).select_from(audit.AuditEvent)).scalar_one()
    for problem in problems:
        console.print(problem)
    if problems:
        sys.exit(1)
    console.print(f"Every invariant holds; {counted} audit events, all seals intact.")


@main.command()
@click.argument("history", type=click.Path(path_type=Path))
@click.option("--policy", type=click.Path(path_type=Path), help="A policy document laid over the default.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--database", "database_url", help="An empty database to run in, instead of one of its own.")
def replay(history: Path, policy: Path | None, as_json: bool, database_url: str | None) -> None:
    """Run a history through the same operations the screens use, and print what was decided."""
    try:
        lines = replay_operations.read_file(history)
        document = replay_operations.read_policy(policy)
        with _replay_database(database_url), _progress("Replaying") as progress:
            decided = replay_operations.replay(lines, document, progress=progress)
    except (HistoryError, PolicyError, replay_operations.CannotReplay) as problem:
        click.echo(str(problem), err=True)
        sys.exit(2)
    if as_json:
        click.echo(json.dumps(decided, ensure_ascii=False, sort_keys=True, indent=2))
    else:
        for table in replay_operations.as_tables(decided):
            console.print(table)


@contextmanager
def _replay_database(database_url: str | None) -> Iterator[None]:
    """The empty database named, or a fresh one that goes away afterwards."""
    with tempfile.TemporaryDirectory(prefix="clubsales-replay-") as folder, ExitStack() as stack:
        url = database_url or f"sqlite:///{folder}/replay.db"
        settings = Settings(
            database_url=url, secret_key=new_token(), stripe_peer=False, data_folder=Path(folder)
        )
        try:
            stack.enter_context(_app_context(settings))
            migrations.upgrade()
        except (sa.exc.ArgumentError, sa.exc.OperationalError) as problem:
            cause = str(getattr(problem, "orig", None) or problem).splitlines()[0]
            raise replay_operations.CannotReplay(f"--database: {cause}") from problem
        replay_operations.refuse_used_database(db.session)
        yield
