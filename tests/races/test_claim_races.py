"""One lead, many hands: exactly one holder, and nobody more leads than the club allows (EX-03)."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from unittest import mock

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from clubsales.actor import Actor, Role
from clubsales.consultants.profiles.rules import Kind
from clubsales.db import db, prepare_engine
from clubsales.errors import Refused
from clubsales.ids import ClaimID, PersonID
from clubsales.leads.claims import operations as claims
from clubsales.leads.claims.models import ClaimRow
from tests.builders import Cast, a_colleague, consultant_of, local
from tests.integration.leads.support import a_lead, on_shift, set_policy
from tests.races.together import together

AT = local(14, 20)
ROUNDS = 6
CONNECTIONS = 32


def claims_it(session: Session, *, person_id: PersonID, actor: Actor) -> ClaimID:
    return claims.claim(session, person_id=person_id, consultant_id=consultant_of(actor), actor=actor, at=AT)


@contextmanager
def many_connections(app: Flask) -> Iterator[None]:
    """A connection for each thread, however many."""
    with app.app_context():
        url, sessions = db.engine.url, db.sessionmaker
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    prepare_engine(engine)
    with mock.patch.dict(sessions.kw, {"bind": engine, "binds": {}}):
        yield


def leads(app: Flask, cast: Cast, count: int) -> list[PersonID]:
    with app.app_context():
        made = [a_lead(db.session, cast.desk) for _lead in range(count)]
        db.session.commit()
    return made


def running(app: Flask) -> list[ClaimRow]:
    with app.app_context():
        return list(db.session.scalars(sa.select(ClaimRow).where(ClaimRow.ended_at.is_(None))))


def everybody_on_shift(app: Flask, cast: Cast) -> list[Actor]:
    with app.app_context():
        for actor in (cast.lin, cast.zhou):
            on_shift(db.session, actor, local(9))
        db.session.commit()
    return [cast.lin, cast.zhou, cast.ma, cast.supervisor]


def test_a_lead_claimed_by_four_at_once_has_one_holder(race_app: Flask, race_cast: Cast) -> None:
    people = everybody_on_shift(race_app, race_cast)
    for person_id in leads(race_app, race_cast, ROUNDS):
        answers = together(
            race_app, *(partial(claims_it, person_id=person_id, actor=actor) for actor in people)
        )
        won = [answer for answer in answers if not isinstance(answer, Exception)]
        lost = [answer for answer in answers if isinstance(answer, Refused)]
        assert len(won) == 1, answers
        assert [refused.code for refused in lost] == ["lead.already_claimed"] * 3
        winner = people[answers.index(won[0])].name
        assert {refused.refusal.facts["holder"] for refused in lost} == {winner}
    assert len(running(race_app)) == ROUNDS


def test_of_thirty_two_connections_that_claim_one_lead_one_holds_it(race_app: Flask, race_cast: Cast) -> None:
    """EX-03: the others are told whose it is."""
    with race_app.app_context():
        people = [
            a_colleague(
                db.session, race_cast.club, f"outside{n}", f"外{n}", Role.CONSULTANT, kind=Kind.OUTSIDE
            )
            for n in range(CONNECTIONS)
        ]
        db.session.commit()
    for person_id in leads(race_app, race_cast, 3):
        with many_connections(race_app):
            answers = together(
                race_app, *(partial(claims_it, person_id=person_id, actor=actor) for actor in people)
            )
        won = [place for place, answer in enumerate(answers) if not isinstance(answer, Exception)]
        lost = [answer for answer in answers if isinstance(answer, Refused)]
        assert len(won) == 1, answers
        assert [refused.code for refused in lost] == ["lead.already_claimed"] * (CONNECTIONS - 1)
        assert {refused.refusal.facts["holder"] for refused in lost} == {people[won[0]].name}
    assert len(running(race_app)) == 3


def test_claimed_released_and_expired_at_once_a_lead_has_one_holder_or_none(
    race_app: Flask, race_cast: Cast
) -> None:
    """Zhou claims what Lin gives back while the job ends it: nothing is lost, nothing held twice."""
    everybody_on_shift(race_app, race_cast)
    lin = consultant_of(race_cast.lin)
    for person_id in leads(race_app, race_cast, ROUNDS):
        with race_app.app_context():
            claims.claim(
                db.session,
                person_id=person_id,
                consultant_id=lin,
                actor=race_cast.lin,
                at=local(9, day=1, month=2),
            )
            db.session.commit()
        answers = together(
            race_app,
            partial(claims_it, person_id=person_id, actor=race_cast.zhou),
            partial(claims.release, person_id=person_id, actor=race_cast.lin, at=AT),
            partial(claims.expire_due, at=AT),
            partial(claims_it, person_id=person_id, actor=race_cast.ma),
        )
        assert not any(
            isinstance(answer, Exception) and not isinstance(answer, Refused) for answer in answers
        ), answers
        with race_app.app_context():
            rows = db.session.scalars(
                sa.select(ClaimRow).where(ClaimRow.person_id == person_id).order_by(ClaimRow.id)
            ).all()
        assert [row.end_reason is None for row in rows].count(True) == 1
        assert (rows[0].consultant_id, rows[0].end_reason) == (lin, "expired")


def test_nobody_claims_past_the_limit_with_many_windows_open(race_app: Flask, race_cast: Cast) -> None:
    lin = everybody_on_shift(race_app, race_cast)[0]
    with race_app.app_context():
        set_policy(db.session, race_cast, {"claims": {"max_per_day": 2}})
        db.session.commit()
    answers = together(
        race_app,
        *(partial(claims_it, person_id=one, actor=lin) for one in leads(race_app, race_cast, 5)),
    )
    codes = sorted(answer.code for answer in answers if isinstance(answer, Refused))
    assert codes == ["lead.daily_limit"] * 3, answers
    assert len(running(race_app)) == 2


def test_an_expired_lead_claimed_by_two_beside_the_job_has_one_holder(
    race_app: Flask, race_cast: Cast
) -> None:
    everybody_on_shift(race_app, race_cast)
    for person_id in leads(race_app, race_cast, ROUNDS):
        with race_app.app_context():
            claims.claim(
                db.session,
                person_id=person_id,
                consultant_id=consultant_of(race_cast.ma),
                actor=race_cast.ma,
                at=local(9, day=1, month=2),
            )
            db.session.commit()
        answers = together(
            race_app,
            partial(claims_it, person_id=person_id, actor=race_cast.lin),
            partial(claims_it, person_id=person_id, actor=race_cast.zhou),
            partial(claims.expire_due, at=AT),
        )
        assert sum(isinstance(answer, Refused) for answer in answers) == 1, answers
        assert not any(
            isinstance(answer, Exception) and not isinstance(answer, Refused) for answer in answers
        ), answers
    assert len(running(race_app)) == ROUNDS
