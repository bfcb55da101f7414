"""Lines of a history about the floor: shifts, statuses, guests."""

from sqlalchemy.orm import Session

from clubsales.actor import system_actor
from clubsales.consultants.shifts.rules import Status
from clubsales.frontdesk.posts import operations as posts
from clubsales.frontdesk.reception import operations as reception
from clubsales.frontdesk.reception.rules import Outcome
from clubsales.leads.touches.rules import Signal, SignalKind
from clubsales.office.replay.lines import Line
from clubsales.office.replay.run import Run, own


def open_shift(run: Run, session: Session, line: Line) -> None:
    """On post."""
    by = run.staff[line["by"]]
    posts.open_shift(
        session,
        consultant_id=own(by),
        checklist=None,
        actor=by,
        at=line.at,
    )


def close_shift(run: Run, session: Session, line: Line) -> None:
    """Off post, with whoever took over or let him go."""
    by = run.staff[line["by"]]
    posts.close_shift(
        session,
        consultant_id=own(by),
        acknowledged_by=run.consultant(line["acknowledged_by"]),
        override=run.override(line),
        actor=by,
        at=line.at,
    )


def change_status(run: Run, session: Session, line: Line) -> None:
    """At a meal, away, on post again."""
    by = run.staff[line["by"]]
    posts.change_status(
        session,
        consultant_id=own(by),
        status=Status(line["status"]),
        override=run.override(line),
        recorded=True,
        actor=by,
        at=line.at,
    )


def receive_guest(run: Run, session: Session, line: Line) -> None:
    """A guest, with what he shows and says."""
    signals = [
        Signal(kind, consultant_id)
        for kind, name in ((SignalKind.BUSINESS_CARD, "business_card"), (SignalKind.NAME, "asks_for"))
        if (consultant_id := run.consultant(line[name])) is not None
    ]
    arrival = reception.arrive(
        session,
        e164=line["phone"],
        name=line["name"] or "",
        signals=signals,
        passes=[run.passes[kind, line[kind]] for kind in ("trial_pass", "gift_coupon") if line[kind]],
        came_with=run.guests[line["came_with"]] if line["came_with"] else None,
        actor=system_actor(run.here),
        at=line.at,
    )
    run.guests[line["guest"]] = arrival.reception_id


def authorise_off_duty(run: Run, session: Session, line: Line) -> None:
    """Somebody off duty is called in for a guest."""
    reception.authorise_off_duty(
        session,
        consultant_id=own(run.staff[line["consultant"]]),
        reception_id=run.guests[line["guest"]] if line["guest"] else None,
        actor=run.staff[line["by"]],
        at=line.at,
    )


def try_reception(run: Run, session: Session, line: Line) -> None:
    """Somebody takes a guest he was not given."""
    by = run.staff[line["by"]]
    reception.try_reception(
        session,
        consultant_id=own(by),
        reception_id=run.guests[line["guest"]],
        actor=by,
        at=line.at,
    )


def see_out(run: Run, session: Session, line: Line) -> None:
    """A guest leaves."""
    reception.see_out(
        session,
        reception_id=run.guests[line["guest"]],
        outcome=Outcome.LEFT,
        actor=system_actor(run.here),
        at=line.at,
    )
