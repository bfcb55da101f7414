"""Lines of a history about what a month pays: assessed, closed."""

from sqlalchemy.orm import Session

from clubsales.actor import system_actor
from clubsales.consultants.assessment import operations as assessment
from clubsales.office.closing import operations as closing
from clubsales.office.replay.lines import Line
from clubsales.office.replay.run import Run, own


def assess(run: Run, session: Session, line: Line) -> None:
    """What somebody was worth in a month; the last word before its close counts."""
    assessment.record_by_the_book(
        session,
        consultant_id=own(run.staff[line["staff"]]),
        month=line["month"],
        results=line["results"],
        ability=line["ability"],
        attitude=line["attitude"],
        actor=system_actor(run.here),
        at=line.at,
    )


def close_month(run: Run, session: Session, line: Line) -> None:
    """A month is over and paid; checks and approvals are taken as given."""
    closing.close_month(
        session, month=line["month"], by_the_book=True, actor=run.staff[line["by"]], at=line.at
    )
