"""A pass that counts for nothing leaves its trace in the decision, where the preview said it before (FLY-03, ROT-09)."""

from datetime import date

import pytest
from sqlalchemy.orm import Session

from clubsales.errors import Reason
from clubsales.frontdesk.reception import pages
from clubsales.ids import ConsultantID
from clubsales.leads.passes import operations as passes
from clubsales.leads.passes.rules import PassKind
from clubsales.membership.members import operations as members
from tests.builders import Cast, consultant_of, local
from tests.cards import a_person, a_sale
from tests.integration.frontdesk.floor import Floor

TEN = local(10)
YESTERDAY = date(2026, 3, 8)


def a_pass(cast: Cast, session: Session, owner: ConsultantID | None, until: date | None = None) -> str:
    kind = PassKind.GIFT_COUPON if owner is None else PassKind.TRIAL_PASS
    return passes.issue(
        session,
        kind=kind,
        consultant_id=owner,
        valid_until=until,
        actor=cast.manager,
        at=local(9, day=7),
    ).code


def spoil(session: Session, cast: Cast, floor: Floor, code: str, answer: str) -> None:
    """Make a pass worthless, in the way asked for."""
    if answer == "shown_before":
        floor.arrives("First", local(9, 30), passes=[code])
        floor.leaves("First", local(9, 40))
    elif answer == "revoked":
        found = passes.queries.by_code(session, cast.club.id, code)
        assert found is not None
        passes.revoke(session, public_id=found.public_id, actor=cast.manager, at=local(9, 30))


@pytest.mark.parametrize("answer", ["shown_before", "expired", "revoked"])
@pytest.mark.parametrize("named", [True, False])
def test_the_decision_keeps_what_the_pass_was_worth(
    session: Session, cast: Cast, answer: str, named: bool
) -> None:
    floor = Floor(session, cast, "A")  # B, whose pass it is, is not on shift
    until = YESTERDAY if answer == "expired" else None
    code = a_pass(cast, session, consultant_of(cast.zhou) if named else None, until)
    spoil(session, cast, floor, code, answer)
    arrival = floor.arrives("W", TEN, passes=[code])
    facts = {"consultant": "周倩"} if named else {}
    noted = (
        Reason("FLY-03" if named else "FLY-04", f"rotation.{'his' if named else 'a'}_pass_{answer}", facts),
    )
    assert arrival.turn is not None
    assert arrival.turn.noted == noted
    line = floor.lines("W")[-1]
    assert (line.reason.code, line.noted) == ("rotation.turn", noted)
    assert line.reasons == (line.reason, *noted)
    assert floor.view("W").noted == noted


@pytest.mark.parametrize("kind", list(PassKind))
def test_a_members_pass_designates_nobody_and_the_desk_says_so(
    session: Session, cast: Cast, kind: PassKind
) -> None:
    """AMB-05: only new guests are designated by what they show."""
    floor = Floor(session, cast, "A", "B")
    phone = "+8613800138000"
    member = a_person(session, cast, e164=phone, name="陈晨")
    sale_id = a_sale(session, cast, cast.annual, at=local(9, day=8), person_id=member)
    members.enrol(session, person_id=member, sale_id=sale_id, actor=cast.system, at=local(9))
    owner = None if kind is PassKind.GIFT_COUPON else consultant_of(cast.zhou)
    code = passes.issue(session, kind=kind, consultant_id=owner, actor=cast.manager, at=local(9, day=7)).code
    shown = pages.preview(
        session, e164=phone, signals=(), passes=[code], came_with=None, actor=cast.desk, at=TEN
    )
    assert [one.answer for one in shown.passes] == ["member"]
    assert shown.designated is None
    arrival = floor.arrives("M", TEN, phone=phone, passes=[code])
    noted = (
        Reason("AMB-05", "rotation.a_pass_member")
        if owner is None
        else Reason("AMB-05", "rotation.his_pass_member", {"consultant": "周倩"})
    )
    assert arrival.turn is not None
    assert arrival.turn.noted == (noted,)
    assert (floor.who_has("M"), floor.lines("M")[-1].reason.code) == ("A", "rotation.turn")
    # He has shown it first: it is good for nobody else any more; a business card is good for everybody.
    floor.leaves("M", TEN)
    floor.arrives("W", local(10, 5), passes=[code])
    first = [reason.code.rpartition("_pass_")[2] for reason in floor.lines("W")[-1].noted]
    assert first == ([] if kind is PassKind.BUSINESS_CARD else ["shown_before"])


def test_a_pass_that_counts_is_the_reason_itself(session: Session, cast: Cast) -> None:
    floor = Floor(session, cast, "A", "B")
    floor.arrives("W", TEN, passes=[a_pass(cast, session, consultant_of(cast.zhou))])
    line = floor.lines("W")[-1]
    assert (line.reason.code, line.noted) == ("rotation.designated_trial_pass", ())


def test_the_preview_says_it_where_it_shows_the_pass(session: Session, cast: Cast) -> None:
    Floor(session, cast, "A")
    code = a_pass(cast, session, consultant_of(cast.zhou), YESTERDAY)
    shown = pages.preview(
        session, e164=None, signals=(), passes=[code], came_with=None, actor=cast.desk, at=TEN
    )
    assert [one.answer for one in shown.passes] == ["expired"]
    assert shown.turn.noted == ()
