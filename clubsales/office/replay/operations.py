"""Replay a history: check it whole, run it line by line, print what was decided."""

import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from rich.table import Table
from sqlalchemy.orm import Session

from clubsales import clubs
from clubsales.consultants.credits import queries as credits_
from clubsales.db import transact
from clubsales.errors import Refused
from clubsales.frontdesk.rotation import queries as rotation
from clubsales.ids import ConsultantID, ReceptionID
from clubsales.leads.claims import queries as claims
from clubsales.office.replay.lines import Line, decoded, read_history
from clubsales.office.replay.paid import amount_text, paid
from clubsales.office.replay.player import Player, at_offset
from clubsales.policy_documents import BUILT, Document, PolicyError, changed_keys, default_document, overlay

Report = Callable[[int, int], None]
# Settings the history format gives no effect: whatever they say, a replay decides the same.
WITHOUT_EFFECT = frozenset(
    {"rotation.accept_seconds", "rotation.overdue_follow_ups_limit", "follow_up.cadence_days"}
)
# What a person is shown, in this order.
TABLES = ("assignments", "claims", "credits", "house", "statements", "awards", "reviews", "refusals")
AMOUNTS = frozenset(
    {"amount", "credit", "commission", "awards", "base", "pay", "carried", "rate_bp", "paid_bp"}
)


class CannotReplay(ValueError):
    """The history or its database cannot be used; nothing was written."""


def read_file(path: Path) -> list[Line]:
    """Read and check a history file. Raises CannotReplay, HistoryError."""
    try:
        with path.open("rb") as file:
            return read_history(decoded(file))
    except OSError as problem:
        raise CannotReplay(f"{path.name}: {problem.strerror}") from problem


def read_policy(path: Path | None) -> Document:
    """The policy of a run: the default, overlaid. Raises CannotReplay, PolicyError."""
    if path is None:
        return default_document()
    try:
        changes = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as problem:
        raise CannotReplay(f"{path.name}: {problem}") from problem
    document = overlay(default_document(), changes)
    for key in changed_keys(document):
        if key not in BUILT and key not in WITHOUT_EFFECT:
            raise PolicyError(key, "this version does not decide by this setting yet")
    return without_effect(document)


def without_effect(document: Document) -> Document:
    """The document with the settings that count for nothing here at their defaults."""
    defaults = default_document()
    reset = {section: dict(values) for section, values in document.items()}
    for key in WITHOUT_EFFECT:
        section, name = key.split(".")
        reset[section][name] = defaults[section][name]
    return reset


def refuse_used_database(session: Session) -> None:
    """Raises CannotReplay unless the database holds no club."""
    if session.execute(sa.select(sa.exists().select_from(clubs.ClubRow))).scalar_one():
        raise CannotReplay("the database named is not empty")


def replay(history: list[Line], policy: Document, *, progress: Report) -> dict[str, Any]:
    """Run the lines, one transaction each, and return what was decided; a refusal is listed and the run goes on."""
    player = Player(policy)
    refusals: list[dict[str, Any]] = []
    for done, line in enumerate(history, start=1):
        if player.next_claim_ends is not None and player.next_claim_ends <= line.at:
            transact(lambda session, line=line: player.play_due(session, line.at))  # type: ignore[misc]
        try:
            transact(lambda session, line=line: player.play(session, line))  # type: ignore[misc]
        except Refused as refused:
            refusals.append({"line": line.number, "code": refused.code})
        if done % 50 == 0 or done == len(history):
            progress(done, len(history))
    return {**transact(lambda session: decided(session, player)), "refusals": refusals}


def decided(session: Session, player: Player) -> dict[str, Any]:
    """What the run decided, as the history format prints it."""
    club = player.here
    staff = {actor.consultant_id: code for code, actor in player.staff.items()}
    guests = {reception_id: code for code, reception_id in player.guests.items()}
    sales = {sale_id: code for code, sale_id in player.sales.items()}
    postings = credits_.all_postings(session, club.id)
    return {
        "assignments": list(_assignments(session, player, staff, guests)),
        "claims": [
            {
                "phone": player.claimed[claim.person_id],
                "holder": staff[claim.consultant_id],
                "until": claim.until.isoformat(),
            }
            for claim in claims.live(session, club.id)
        ],
        "credits": [
            {
                "sale": sales[posting.sale_id],
                "at": at_offset(posting.at, club.zone),
                "consultant": staff[posting.consultant_id],
                "amount": amount_text(posting.amount),
                "rule": posting.rule,
                "month": f"{posting.month:%Y-%m}",
            }
            for posting in postings
            if posting.consultant_id is not None
        ],
        "house": [
            {"sale": sales[posting.sale_id], "amount": amount_text(posting.amount)}
            for posting in postings
            if posting.consultant_id is None
        ],
        **paid(player, session, staff),
    }


def _assignments(
    session: Session,
    player: Player,
    staff: dict[ConsultantID | None, str],
    guests: dict[ReceptionID, str],
) -> Iterator[dict[str, Any]]:
    for row in rotation.all_assignments(session, player.here.id):
        yield {
            "guest": guests[row.reception_id],
            "at": at_offset(row.at, player.here.zone),
            "consultant": staff[row.consultant_id] if row.consultant_id is not None else None,
            "basis": row.basis.value,
            "rule": row.rule,
            "skipped": [
                {"consultant": staff[skip.consultant_id], "reason": skip.reason} for skip in row.skipped
            ],
            "queue": [staff[consultant_id] for consultant_id in row.queue_after],
        }


def as_tables(decisions: dict[str, Any]) -> Iterator[Table]:
    """The decisions for a person at a terminal."""
    statements = [
        {"month": month, "consultant": code, **statement}
        for month, by_code in decisions["statements"].items()
        for code, statement in sorted(by_code.items())
    ]
    shown = {**decisions, "statements": statements}
    for title in TABLES:
        rows = shown[title]
        if not rows:
            continue
        table = Table(title=title, title_justify="left")
        for heading in rows[0]:
            table.add_column(heading, justify="right" if heading in AMOUNTS else "left", overflow="fold")
        for row in rows:
            table.add_row(*(_cell(value) for value in row.values()))
        yield table


def _cell(value: Any) -> str:
    if isinstance(value, list):
        return " ".join(
            f"{item['consultant']}({item['reason']})" if isinstance(item, dict) else str(item)
            for item in value
        )
    return "-" if value is None else str(value)
