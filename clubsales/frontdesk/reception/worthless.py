"""What a guest held out that counts for nothing: said in the decision, so that nobody need remember the preview."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from clubsales.consultants.profiles import queries as profiles
from clubsales.errors import Reason
from clubsales.leads.passes.queries import PassView
from clubsales.leads.passes.rules import Answer, PassKind, Worth


def noted(session: Session, passes: Sequence[tuple[PassView, Worth]]) -> tuple[Reason, ...]:
    """A line for each pass that another guest showed before, that is over or withdrawn (FLY-03, FLY-04), and for a
    member's, whom it makes nobody's guest (AMB-05)."""
    worthless = [(one, value.answer) for one, value in passes if value.answer is not Answer.COUNTS]
    named = {one.consultant_id for one, _answer in worthless if one.consultant_id is not None}
    names = profiles.names(session, named) if named else {}
    return tuple(
        Reason(_rule(one, answer), f"rotation.a_pass_{answer}")
        if one.consultant_id is None
        else Reason(
            _rule(one, answer), f"rotation.his_pass_{answer}", {"consultant": names[one.consultant_id]}
        )
        for one, answer in worthless
    )


def _rule(one: PassView, answer: Answer) -> str:
    if answer is Answer.MEMBER:
        return "AMB-05"
    return "FLY-04" if one.kind is PassKind.GIFT_COUPON else "FLY-03"
