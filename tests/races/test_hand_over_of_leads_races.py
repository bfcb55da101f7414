"""A hand-over beside everything else: every lead has one holder, nobody is given more than the club allows."""

from collections.abc import Sequence
from functools import partial

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from clubsales.actor import Actor
from clubsales.db import db
from clubsales.errors import Refused
from clubsales.ids import PersonID
from clubsales.leads.claims import operations as claims
from clubsales.leads.claims.models import ClaimRow
from clubsales.leads.followups import operations as followups
from clubsales.leads.followups.models import FollowUpRow
from clubsales.leads.followups.rules import Channel, ContactOutcome
from clubsales.leads.handovers import operations as handovers
from clubsales.leads.handovers import queries
from clubsales.leads.handovers.models import HandedLeadRow
from clubsales.leads.handovers.rules import State
from tests.builders import Cast, consultant_of, local
from tests.integration.leads.support import a_lead, on_shift, set_policy
from tests.races.together import together

AT = local(14, 20)
ROUNDS = 4


def held(app: Flask, holder: Actor, count: int) -> list[PersonID]:
    """Leads somebody holds, each with a next step."""
    made = []
    with app.app_context():
        for _lead in range(count):
            person_id = a_lead(db.session, holder)
            who = consultant_of(holder)
            claims.claim(db.session, person_id=person_id, consultant_id=who, actor=holder, at=local(9))
            followups.plan(
                db.session,
                person_id=person_id,
                consultant_id=who,
                due_on=local(9, day=12).date(),
                what="回电话",
                actor=holder,
                at=local(9),
            )
            made.append(person_id)
        db.session.commit()
    return made


def begin(app: Flask, cast: Cast) -> None:
    with app.app_context():
        for actor in (cast.lin, cast.zhou):
            on_shift(db.session, actor, local(8))
        db.session.commit()


def hands_over(session: Session, *, giver: Actor, to: Sequence[Actor], by: Actor) -> str:
    return handovers.hand_over(
        session,
        from_consultant=consultant_of(giver),
        to_consultants=[consultant_of(each) for each in to],
        starts_on=AT.date(),
        ends_on=None,
        reason="离职",
        actor=by,
        at=AT,
    )


def claims_it(session: Session, *, person_id: PersonID, actor: Actor) -> object:
    return claims.claim(session, person_id=person_id, consultant_id=consultant_of(actor), actor=actor, at=AT)


def calls(session: Session, *, person_id: PersonID, actor: Actor) -> object:
    return followups.log_contact(
        session,
        person_id=person_id,
        consultant_id=consultant_of(actor),
        channel=Channel.CALL,
        outcome=ContactOutcome.ANSWERED,
        actor=actor,
        at=AT,
    )


def running(app: Flask) -> dict[int, int]:
    """Who holds what: people and consultants. One holder each, or the dictionary would be shorter than the rows."""
    with app.app_context():
        rows = db.session.execute(
            sa.select(ClaimRow.person_id, ClaimRow.consultant_id).where(ClaimRow.ended_at.is_(None))
        ).all()
    found = {row.person_id: row.consultant_id for row in rows}
    assert len(found) == len(rows)
    return found


def only_refused(answers: Sequence[object]) -> list[Refused]:
    """What was refused; nothing else may have gone wrong."""
    wrong = [each for each in answers if isinstance(each, Exception) and not isinstance(each, Refused)]
    assert not wrong, wrong
    return [each for each in answers if isinstance(each, Refused)]


def test_two_managers_hand_over_the_same_leads_once(race_app: Flask, race_cast: Cast) -> None:
    begin(race_app, race_cast)
    for _round in range(ROUNDS):
        people = held(race_app, race_cast.lin, 3)
        answers = together(
            race_app,
            partial(hands_over, giver=race_cast.lin, to=[race_cast.zhou], by=race_cast.manager),
            partial(hands_over, giver=race_cast.lin, to=[race_cast.ma], by=race_cast.director),
        )
        assert [no.code for no in only_refused(answers)] == ["hand_over.no_leads"]
        holders = {running(race_app)[person_id] for person_id in people}
        assert len(holders) == 1
    with race_app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(HandedLeadRow)) == 3 * ROUNDS


def test_beside_a_release_a_claim_a_contact_and_the_job_each_lead_has_one_holder(
    race_app: Flask, race_cast: Cast
) -> None:
    begin(race_app, race_cast)
    for _round in range(ROUNDS):
        people = held(race_app, race_cast.lin, 4)
        answers = together(
            race_app,
            partial(hands_over, giver=race_cast.lin, to=[race_cast.zhou, race_cast.ma], by=race_cast.manager),
            partial(claims.release, person_id=people[0], actor=race_cast.lin, at=AT),
            partial(claims_it, person_id=people[0], actor=race_cast.supervisor),
            partial(calls, person_id=people[1], actor=race_cast.lin),
            partial(claims.expire_due, at=AT),
        )
        only_refused(answers)
        now_there = running(race_app)
        lin = consultant_of(race_cast.lin)
        assert all(now_there[each] != lin for each in people[1:])
        with race_app.app_context():
            steps = db.session.execute(
                sa.select(FollowUpRow.person_id, FollowUpRow.consultant_id).where(
                    FollowUpRow.ended_at.is_(None), FollowUpRow.person_id.in_(people[2:])
                )
            ).all()
        # What was planned went with the lead.
        assert {step.person_id: step.consultant_id for step in steps} == {
            each: now_there[each] for each in people[2:]
        }


def test_nobody_is_given_more_than_the_club_allows(race_app: Flask, race_cast: Cast) -> None:
    """Two leavers to one colleague, who claims another lead at that moment."""
    begin(race_app, race_cast)
    held(race_app, race_cast.lin, 2)
    held(race_app, race_cast.zhou, 2)
    with race_app.app_context():
        free = a_lead(db.session, race_cast.desk)
        set_policy(db.session, race_cast, {"claims": {"max_open": 3}})
        db.session.commit()
    answers = together(
        race_app,
        partial(hands_over, giver=race_cast.lin, to=[race_cast.ma], by=race_cast.manager),
        partial(hands_over, giver=race_cast.zhou, to=[race_cast.ma], by=race_cast.director),
        partial(claims_it, person_id=free, actor=race_cast.ma),
    )
    refused = only_refused(answers)
    assert {no.code for no in refused} <= {"hand_over.full", "lead.limit"}
    his = list(running(race_app).values()).count(consultant_of(race_cast.ma))
    assert his == 3


def test_undone_by_two_and_sold_by_nobody_it_goes_back_once(race_app: Flask, race_cast: Cast) -> None:
    begin(race_app, race_cast)
    for _round in range(ROUNDS):
        people = held(race_app, race_cast.lin, 3)
        with race_app.app_context():
            made = hands_over(db.session, giver=race_cast.lin, to=[race_cast.zhou], by=race_cast.manager)
            db.session.commit()
        answers = together(
            race_app,
            partial(handovers.undo, public_id=made, actor=race_cast.manager, at=AT),
            partial(handovers.undo, public_id=made, actor=race_cast.director, at=AT),
            partial(claims.release, person_id=people[0], actor=race_cast.zhou, at=AT),
            partial(handovers.carry_out, public_id=made, actor=race_cast.system, at=AT),
        )
        only_refused(answers)
        now_there = running(race_app)
        assert [now_there[each] for each in people[1:]] == [consultant_of(race_cast.lin)] * 2
        with race_app.app_context():
            found = queries.by_public_id(db.session, race_cast.club.id, made)
            assert found.state is State.UNDONE
            returned = db.session.scalar(
                sa.select(sa.func.count()).where(
                    ClaimRow.basis == "returned", ClaimRow.person_id.in_(people[1:])
                )
            )
        assert returned == 2
