"""Eight desks at once, and offers that are accepted, lapse and are given by hand at the same moment."""

from collections import Counter
from functools import partial
from itertools import pairwise

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from clubsales import policies
from clubsales.actor import Actor
from clubsales.clock import Instant, local_day
from clubsales.consultants.shifts.rules import Status as ShiftStatus
from clubsales.db import db
from clubsales.errors import Refused
from clubsales.frontdesk.posts import operations as posts
from clubsales.frontdesk.reception import operations as reception
from clubsales.frontdesk.reception.models import ReceptionRow
from clubsales.frontdesk.reception.rules import Outcome
from clubsales.frontdesk.rotation import queries as rotation
from clubsales.frontdesk.rotation.rules import Basis
from clubsales.ids import ReceptionID
from clubsales.leads.passes import operations as passes
from clubsales.leads.passes.rules import PassKind
from tests.builders import Cast, consultant_of, local
from tests.races.together import together

AT = local(14, 20)
LAPSED = local(14, 21)
ROUNDS = 5
DESKS = 8


def on_post(app: Flask, cast: Cast, *actors: Actor, accept_seconds: int = 0) -> None:
    with app.app_context():
        policies.publish(
            db.session,
            changes={"rotation": {"accept_seconds": accept_seconds}},
            valid_from=local_day(AT, cast.club.zone),
            actor=cast.system,
            at=local(8),
        )
        for actor in actors:
            posts.open_shift(
                db.session, consultant_id=consultant_of(actor), checklist=None, actor=actor, at=local(9)
            )
        db.session.commit()


def comes(session: Session, *, desk: Actor, at: Instant = AT, codes: tuple[str, ...] = ()) -> ReceptionID:
    return reception.arrive(session, e164=None, passes=codes, actor=desk, at=at).reception_id


def goes(session: Session, *, guest: ReceptionID, desk: Actor, outcome: Outcome = Outcome.LEFT) -> None:
    reception.see_out(session, reception_id=guest, outcome=outcome, actor=desk, at=LAPSED)


def accepts(session: Session, *, guest: ReceptionID, actor: Actor) -> None:
    reception.accept(session, reception_id=guest, actor=actor, at=LAPSED)


def eats(session: Session, *, actor: Actor) -> bool:
    return posts.change_status(
        session, consultant_id=consultant_of(actor), status=ShiftStatus.MEAL, actor=actor, at=LAPSED
    )


def comes_back(session: Session, *, actor: Actor) -> None:
    posts.change_status(
        session, consultant_id=consultant_of(actor), status=ShiftStatus.ON_POST, actor=actor, at=LAPSED
    )


def lapses(session: Session) -> int:
    return reception.tend(session, LAPSED)


def gives(session: Session, *, guest: ReceptionID, to: Actor, by: Actor) -> None:
    reception.assign_by_hand(
        session, reception_id=guest, consultant_id=consultant_of(to), reason="忙不过来", actor=by, at=LAPSED
    )


def house(app: Flask) -> list[ReceptionRow]:
    with app.app_context():
        return list(db.session.scalars(sa.select(ReceptionRow).order_by(ReceptionRow.id)))


def arrived(app: Flask, desk: Actor) -> ReceptionID:
    with app.app_context():
        guest = comes(db.session, desk=desk)
        db.session.commit()
    return guest


def emptied(app: Flask, desk: Actor) -> None:
    with app.app_context():
        for row in db.session.scalars(sa.select(ReceptionRow).where(ReceptionRow.status == "waiting")).all():
            goes(db.session, guest=ReceptionID(row.id), desk=desk)
        for row in db.session.scalars(sa.select(ReceptionRow).where(ReceptionRow.status == "open")).all():
            goes(db.session, guest=ReceptionID(row.id), desk=desk)
        db.session.commit()


def is_whole(app: Flask, cast: Cast) -> None:
    """Every guest is somewhere, nobody has two, and the ledger says the same as the floor."""
    rows = house(app)
    own = Counter(row.consultant_id for row in rows if row.status == "open" and not row.joined)
    assert set(own.values()) <= {1}, own
    with app.app_context():
        ledger = rotation.all_assignments(db.session, cast.club.id)
    latest = {line.reception_id: line.consultant_id for line in ledger if line.basis is not Basis.RETURNED}
    assert {row.id: row.consultant_id for row in rows} == latest
    for before, after in pairwise(ledger):
        assert (
            before.queue_after == after.queue_before
        )  # one decision after the other, each on the last one's queue


def test_eight_desks_lose_nobody_and_give_nobody_twice(race_app: Flask, race_cast: Cast) -> None:
    on_post(race_app, race_cast, race_cast.lin, race_cast.zhou)
    for _round in range(ROUNDS):
        guests = together(race_app, *(partial(comes, desk=race_cast.desk) for _desk in range(DESKS)))
        assert not any(isinstance(guest, Exception) for guest in guests), guests
        assert len(set(guests)) == DESKS
        is_whole(race_app, race_cast)
        # All leave at once, from every desk: those who wait are received by whoever becomes free, until nobody is left.
        left = together(
            race_app,
            *(
                partial(goes, guest=guest, desk=race_cast.desk)
                for guest in guests
                if not isinstance(guest, Exception)
            ),
        )
        assert left == [None] * DESKS
        is_whole(race_app, race_cast)
    assert [row.status for row in house(race_app)] == ["ended"] * DESKS * ROUNDS


def test_an_offer_accepted_while_it_lapses(race_app: Flask, race_cast: Cast) -> None:
    """Whoever is first: the guest is with the one who accepted, or with the next; never with both."""
    on_post(race_app, race_cast, race_cast.lin, race_cast.zhou, accept_seconds=60)
    actors = {consultant_of(actor): actor for actor in (race_cast.lin, race_cast.zhou)}
    for _round in range(ROUNDS):
        guest = arrived(race_app, race_cast.desk)
        asked = actors[house(race_app)[-1].consultant_id]  # type: ignore[index]
        accepted, tended = together(
            race_app, partial(accepts, guest=guest, actor=asked), lapses, partial(lapses)
        )[:2]
        row = house(race_app)[-1]
        if isinstance(accepted, Refused):
            assert accepted.code == "reception.passed_on"
            assert (row.consultant_id != consultant_of(asked), row.accepted_at) == (True, None)
        else:
            assert accepted is None, accepted
            assert (row.consultant_id, row.accepted_at) == (consultant_of(asked), LAPSED)
        assert isinstance(tended, int), tended
        is_whole(race_app, race_cast)
        emptied(race_app, race_cast.desk)


def test_an_offer_accepted_while_its_consultant_leaves_the_post(race_app: Flask, race_cast: Cast) -> None:
    """On two screens at once: he has the guest and stays, or has left and the guest is with the next."""
    on_post(race_app, race_cast, race_cast.lin, race_cast.zhou, accept_seconds=60)
    actors = {consultant_of(actor): actor for actor in (race_cast.lin, race_cast.zhou)}
    for _round in range(ROUNDS):
        guest = arrived(race_app, race_cast.desk)
        asked = actors[house(race_app)[-1].consultant_id]  # type: ignore[index]
        accepted, left = together(
            race_app, partial(accepts, guest=guest, actor=asked), partial(eats, actor=asked)
        )
        row = house(race_app)[-1]
        if isinstance(accepted, Refused):
            assert (accepted.code, left) == ("reception.passed_on", True)
            assert (row.consultant_id != consultant_of(asked), row.accepted_at) == (True, None)
        else:
            assert isinstance(left, Refused), left
            assert left.code == "shift.guest_with_him"
            assert (row.consultant_id, row.accepted_at) == (consultant_of(asked), LAPSED)
        is_whole(race_app, race_cast)
        emptied(race_app, race_cast.desk)
        with race_app.app_context():
            comes_back(db.session, actor=asked)
            db.session.commit()


def test_two_workers_pass_an_offer_on_once(race_app: Flask, race_cast: Cast) -> None:
    on_post(race_app, race_cast, race_cast.lin, race_cast.zhou, accept_seconds=60)
    for _round in range(ROUNDS):
        guest = arrived(race_app, race_cast.desk)
        answers = together(race_app, *(lapses for _worker in range(4)))
        assert not any(isinstance(answer, Exception) for answer in answers), answers
        with race_app.app_context():
            lines = rotation.decisions_of(db.session, race_cast.club.id, guest)
        assert [line.basis for line in lines] == [Basis.ROTATION] * 2
        emptied(race_app, race_cast.desk)


def test_a_guest_given_by_hand_while_he_is_seen_out(race_app: Flask, race_cast: Cast) -> None:
    on_post(race_app, race_cast, race_cast.lin, race_cast.zhou)
    for _round in range(ROUNDS):
        guest = arrived(race_app, race_cast.desk)
        had = house(race_app)[-1].consultant_id
        to = race_cast.zhou if had == consultant_of(race_cast.lin) else race_cast.lin
        given, left = together(
            race_app,
            partial(gives, guest=guest, to=to, by=race_cast.supervisor),
            partial(goes, guest=guest, desk=race_cast.desk, outcome=Outcome.COURIER),
        )
        assert left is None, left
        row = house(race_app)[-1]
        assert row.status == "ended"
        if isinstance(given, Refused):
            assert (given.code, row.consultant_id) == ("reception.gone", had)
        else:
            assert (given, row.consultant_id) == (None, consultant_of(to))
        is_whole(race_app, race_cast)
        with race_app.app_context():
            assert rotation.turns_on(db.session, race_cast.club, local_day(AT, race_cast.club.zone)) == {}


def test_a_guest_given_by_hand_at_two_desks_at_once_goes_to_one(race_app: Flask, race_cast: Cast) -> None:
    """Two waiting guests, one consultant free: the second desk is told that he has a guest."""
    on_post(race_app, race_cast, race_cast.lin, race_cast.ma)
    for _round in range(ROUNDS):
        guests = [arrived(race_app, race_cast.desk) for _guest in range(3)]
        answers = together(
            race_app,
            *(partial(gives, guest=guest, to=race_cast.ma, by=race_cast.supervisor) for guest in guests[1:]),
        )
        codes = [answer.code if isinstance(answer, Refused) else answer for answer in answers]
        assert sorted(codes, key=str) == [None, "reception.open"]
        is_whole(race_app, race_cast)
        emptied(race_app, race_cast.desk)


def test_one_pass_shown_at_many_desks_counts_for_one_guest(race_app: Flask, race_cast: Cast) -> None:
    on_post(race_app, race_cast, race_cast.lin, race_cast.zhou, race_cast.ma)
    with race_app.app_context():
        code = passes.issue(
            db.session,
            kind=PassKind.TRIAL_PASS,
            consultant_id=consultant_of(race_cast.ma),
            actor=race_cast.manager,
            at=local(9),
        ).code
        db.session.commit()
    guests = together(race_app, *(partial(comes, desk=race_cast.desk, codes=(code,)) for _desk in range(4)))
    assert not any(isinstance(guest, Exception) for guest in guests), guests
    rows = house(race_app)
    assert [row.basis for row in rows].count("designated") == 1
    assert sum(bool(row.signals) for row in rows) == 1
    is_whole(race_app, race_cast)


def test_a_guest_is_contested_once_whoever_presses(race_app: Flask, race_cast: Cast) -> None:
    on_post(race_app, race_cast, race_cast.lin, race_cast.zhou)
    guest = arrived(race_app, race_cast.desk)

    def contests(session: Session) -> None:
        reception.contest(session, reception_id=guest, actor=race_cast.zhou, at=AT)

    assert together(race_app, *(contests for _press in range(4))) == [None] * 4
    with race_app.app_context():
        assert db.session.scalar(sa.text("SELECT count(*) FROM contested_guest")) == 1
