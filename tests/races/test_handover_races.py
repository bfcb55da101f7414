"""Two who leave at once: the post is never empty, and nobody's handover is lost."""

from collections.abc import Callable
from functools import partial

from flask import Flask
from sqlalchemy.orm import Session

from clubsales.actor import Actor
from clubsales.consultants.shifts import queries as shifts
from clubsales.db import db, transact
from clubsales.errors import Refused
from clubsales.frontdesk.posts import dayforms, handovers
from clubsales.frontdesk.posts import operations as posts
from tests.builders import Cast, consultant_of, local
from tests.races.together import together

ROUNDS = 4
Work = Callable[[Session], object]


def opens(actor: Actor, minute: int) -> Work:
    return partial(
        posts.open_shift,
        consultant_id=consultant_of(actor),
        checklist=None,
        actor=actor,
        at=local(9, minute),
    )


def closes(actor: Actor, minute: int) -> Work:
    return partial(posts.close_shift, consultant_id=consultant_of(actor), actor=actor, at=local(17, minute))


def hands_over(session: Session, giver: Actor, relief: Actor, minute: int) -> None:
    """Offered and taken."""
    at = local(16, minute)
    public_id = handovers.offer_handover(session, to=consultant_of(relief), note="", actor=giver, at=at)
    handovers.acknowledge_handover(session, public_id=public_id, actor=relief, at=at)


def test_two_who_took_over_from_each_other_cannot_both_leave(race_app: Flask, race_cast: Cast) -> None:
    lin, zhou = race_cast.lin, race_cast.zhou
    for round_ in range(ROUNDS):
        with race_app.app_context():
            for actor in (lin, zhou):
                if shifts.open_shift_of(db.session, consultant_of(actor)) is None:
                    db.session.rollback()
                    transact(opens(actor, round_))
            db.session.rollback()
            transact(lambda s, minute=round_: hands_over(s, lin, zhou, minute))  # type: ignore[misc]
            transact(lambda s, minute=round_: hands_over(s, zhou, lin, minute))  # type: ignore[misc]
        answers = together(race_app, closes(lin, round_), closes(zhou, round_))
        refused = [answer.code for answer in answers if isinstance(answer, Refused)]
        assert refused == ["shift.relief_missing"], answers
        with race_app.app_context():
            assert len(shifts.open_shifts(db.session, race_cast.club.id)) == 1


def test_one_shift_closed_by_two_presses_has_one_form(race_app: Flask, race_cast: Cast) -> None:
    with race_app.app_context():
        for actor in (race_cast.lin, race_cast.zhou):
            transact(opens(actor, 0))
        transact(lambda s: hands_over(s, race_cast.lin, race_cast.zhou, 0))
    answers = together(race_app, *[closes(race_cast.lin, 0)] * 3)
    assert [answer.code for answer in answers if isinstance(answer, Refused)] == ["shift.not_open"] * 2
    with race_app.app_context():
        forms = dayforms.of_consultant(db.session, race_cast.club, consultant_of(race_cast.lin))
        assert len(forms) == 1


def test_a_handover_offered_twice_at_once_is_one(race_app: Flask, race_cast: Cast) -> None:
    with race_app.app_context():
        for actor in (race_cast.lin, race_cast.zhou, race_cast.ma):
            transact(opens(actor, 0))

    def offers(relief: Actor) -> Work:
        return partial(
            handovers.offer_handover,
            to=consultant_of(relief),
            note="x",
            actor=race_cast.lin,
            at=local(17),
        )

    answers = together(race_app, offers(race_cast.zhou), offers(race_cast.zhou), offers(race_cast.ma))
    assert all(isinstance(answer, str) for answer in answers), answers
    with race_app.app_context():
        offered = [
            each
            for actor in (race_cast.zhou, race_cast.ma)
            for each in handovers.offered_to(db.session, race_cast.club.id, consultant_of(actor))
        ]
        assert len(offered) == 1
