"""Lines of a history about disputes: opened, and ruled by whose word it is."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from clubsales.actor import Role
from clubsales.clock import local_day
from clubsales.consultants.credits.rules import Share
from clubsales.errors import Refused, refuse
from clubsales.leads.disputes import deciding, queries
from clubsales.leads.disputes import operations as disputes
from clubsales.leads.disputes.rules import DisputeRefused
from clubsales.office.replay.lines import Line
from clubsales.office.replay.run import Run, own


def open_dispute(run: Run, session: Session, line: Line) -> None:
    """Somebody says that a sale is his, also anew after a ruling. Before the first money there is no window yet."""
    by = run.staff[line["by"]]
    sale_id = run.sale(line["sale"])
    try:
        disputes.open_dispute(
            session, sale_id=sale_id, consultant_id=own(by), anew=True, actor=by, at=line.at
        )
    except Refused as refused:
        if refused.code == DisputeRefused.NOT_PAID:
            refuse(DisputeRefused.WINDOW, day=local_day(line.at, run.here.zone)).or_raise()
        raise


def rule(run: Run, session: Session, line: Line) -> None:
    """The case is decided; a supervisor's word counts at once, nobody of a history is left to object."""
    by = run.staff[line["by"]]
    found = queries.of_sale(session, run.here.id, run.sale(line["sale"]))
    if found is None:
        refuse(DisputeRefused.NOT_OPEN).or_raise()
    shares = None if line["confirm"] else _split(run, line["shares"])
    reason = line["reason"] or ""
    if by.has_role(Role.SUPERVISOR) and not by.has_role(Role(run.policy["dispute"]["final_role"])):
        deciding.settle(
            session,
            public_id=found.public_id,
            shares=shares,
            reason=reason,
            at_once=True,
            actor=by,
            at=line.at,
        )
    else:
        deciding.rule(
            session,
            public_id=found.public_id,
            shares=shares,
            reason=reason,
            by_the_book=True,
            actor=by,
            at=line.at,
        )


def _split(run: Run, shares: Mapping[str, int]) -> list[Share]:
    """In the order of codes, which the odd fen follows."""
    return [Share(own(run.staff[code]), shares[code]) for code in sorted(shares)]
