import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from clubsales.clock import local_day
from clubsales.leads.people import operations as people
from clubsales.leads.touches import operations, queries
from clubsales.leads.touches.rules import Signal, SignalKind, TouchKind
from tests.builders import Cast, consultant_of, local


def test_a_visit_keeps_what_the_guest_showed(session: Session, cast: Cast) -> None:
    person_id = people.find_or_add(session, e164="+8613800138000", name="", actor=cast.desk, at=local(10))
    lin, zhou = consultant_of(cast.lin), consultant_of(cast.zhou)
    signals = (Signal(SignalKind.NAME, zhou), Signal(SignalKind.BUSINESS_CARD, lin))
    for at, shown in ((local(10), ()), (local(15), signals), (local(9, day=10), ())):
        operations.record(
            session,
            kind=TouchKind.VISIT,
            person_id=person_id,
            consultant_id=lin,
            signals=shown,
            actor=cast.desk,
            at=at,
        )
    operations.record(
        session,
        kind=TouchKind.CAPTURED,
        person_id=person_id,
        consultant_id=zhou,
        actor=cast.zhou,
        at=local(16),
    )
    day = local_day(local(15), cast.club.zone)
    *_, visit = queries.visits(session, club_id=cast.club.id, person_id=person_id, day=day)
    assert (visit.at, visit.consultant_id, visit.signals) == (local(15), lin, signals)
    assert not queries.visits(session, club_id=cast.other_club.id, person_id=person_id, day=day)
    timeline = queries.timeline(session, cast.club.id, person_id)
    assert [touch.at for touch in timeline] == [local(9, day=10), local(16), local(15), local(10)]
    assert [(shown.kind, shown.name) for shown in timeline[2].signals] == [
        (SignalKind.NAME, "周倩"),
        (SignalKind.BUSINESS_CARD, "林静"),
    ]
    assert len(queries.timeline(session, cast.club.id, person_id, limit=2)) == 2


def test_a_day_is_the_clubs_own(session: Session, cast: Cast) -> None:
    person_id = people.find_or_add(session, e164=None, name="", actor=cast.desk, at=local(10))
    operations.record(
        session,
        kind=TouchKind.VISIT,
        person_id=person_id,
        consultant_id=None,
        actor=cast.desk,
        at=local(0, 30, day=10),  # still the 9th in UTC
    )
    for day, seen in ((9, False), (10, True)):
        found = queries.visits(
            session,
            club_id=cast.club.id,
            person_id=person_id,
            day=local_day(local(12, day=day), cast.club.zone),
        )
        assert bool(found) is seen


@pytest.mark.parametrize("change", ["UPDATE touch SET kind = 'sale'", "DELETE FROM touch"])
def test_evidence_cannot_be_changed_by_hand(session: Session, cast: Cast, change: str) -> None:
    operations.record(
        session, kind=TouchKind.VISIT, person_id=None, consultant_id=None, actor=cast.desk, at=local(10)
    )
    with pytest.raises(DatabaseError):
        session.execute(sa.text(change))


def test_a_coupon_is_kept_though_it_names_nobody(session: Session, cast: Cast) -> None:
    person_id = people.find_or_add(session, e164=None, name="", actor=cast.desk, at=local(10))
    coupon = Signal(SignalKind.GIFT_COUPON, None)
    operations.record(
        session,
        kind=TouchKind.VISIT,
        person_id=person_id,
        consultant_id=None,
        signals=[coupon],
        actor=cast.desk,
        at=local(10),
    )
    (visit,) = queries.visits(
        session, club_id=cast.club.id, person_id=person_id, day=local_day(local(10), cast.club.zone)
    )
    assert visit.signals == (coupon,)
    (touch,) = queries.timeline(session, cast.club.id, person_id)
    assert [(shown.kind, shown.name) for shown in touch.signals] == [(SignalKind.GIFT_COUPON, "")]
