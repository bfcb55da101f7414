"""Two who merge the same guests at once, and a guest claimed while he is merged."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from clubsales.actor import Actor
from clubsales.db import db, transact
from clubsales.errors import Refused
from clubsales.ids import MergeID, PersonID
from clubsales.leads.claims import operations as claims
from clubsales.leads.claims.models import ClaimRow
from clubsales.leads.intake.models import LeadRow
from clubsales.leads.matches.merging import gather, merge
from clubsales.leads.matches.models import MergeRow
from clubsales.leads.matches.undoing import undo
from clubsales.leads.people.models import PersonRow
from tests.builders import Cast, consultant_of, local
from tests.integration.leads.support import a_lead, on_shift
from tests.races.together import together

AT = local(14, 20)
ROUNDS = 6


def pairs(app: Flask, cast: Cast) -> list[tuple[PersonID, PersonID]]:
    with app.app_context():
        for actor in (cast.lin, cast.zhou):
            on_shift(db.session, actor, local(9))
        made = [(a_lead(db.session, cast.desk), a_lead(db.session, cast.desk)) for _round in range(ROUNDS)]
        db.session.commit()
    return made


def merges(session: Session, *, kept: PersonID, merged: PersonID, actor: Actor) -> MergeID:
    return merge(session, kept_id=kept, merged_id=merged, actor=actor, at=AT)


def claims_it(session: Session, *, person_id: PersonID, actor: Actor) -> MergeID | None:
    claims.claim(session, person_id=person_id, consultant_id=consultant_of(actor), actor=actor, at=AT)
    return None


def test_two_who_merge_two_guests_at_once_merge_them_once(race_app: Flask, race_cast: Cast) -> None:
    cast = race_cast
    for one, other in pairs(race_app, cast):
        answers = together(
            race_app,
            partial(merges, kept=one, merged=other, actor=cast.manager),
            partial(merges, kept=other, merged=one, actor=cast.supervisor),
            partial(merges, kept=one, merged=other, actor=cast.supervisor),
        )
        lost = [answer for answer in answers if isinstance(answer, Refused)]
        assert [refused.code for refused in lost] == ["merge.already"] * 2, answers
    with race_app.app_context():
        into = db.session.scalars(sa.select(PersonRow.merged_into_id)).all()
        assert len([each for each in into if each is not None]) == ROUNDS
        assert db.session.scalar(sa.select(sa.func.count()).select_from(MergeRow)) == ROUNDS
        assert db.session.scalar(sa.select(sa.func.count()).select_from(LeadRow)) == ROUNDS


def test_a_guest_claimed_while_he_is_merged_has_one_holder_and_no_claim_is_left_behind(
    race_app: Flask, race_cast: Cast
) -> None:
    cast = race_cast
    for one, other in pairs(race_app, cast):
        works: tuple[Callable[[Session], MergeID | None], ...] = (
            partial(merges, kept=one, merged=other, actor=cast.manager),
            partial(claims_it, person_id=other, actor=cast.lin),
            partial(claims_it, person_id=one, actor=cast.zhou),
        )
        answers = together(race_app, *works)
        assert isinstance(answers[0], int), answers
        assert all(answer is None or isinstance(answer, Refused) for answer in answers[1:]), answers
        with race_app.app_context():
            transact(lambda session: gather(session, AT, since=AT - timedelta(hours=1)))
            live = db.session.scalars(
                sa.select(ClaimRow.person_id).where(
                    ClaimRow.person_id.in_((one, other)), ClaimRow.ended_at.is_(None)
                )
            ).all()
            assert live == [one]


def test_two_who_undo_a_merge_at_once_undo_it_once(race_app: Flask, race_cast: Cast) -> None:
    cast = race_cast
    for one, other in pairs(race_app, cast):
        with race_app.app_context():
            merge_id = transact(partial(merges, kept=one, merged=other, actor=cast.manager))
        undoes = partial(undo, merge_id=merge_id, at=AT)
        answers = together(
            race_app, partial(undoes, actor=cast.manager), partial(undoes, actor=cast.supervisor)
        )
        lost = [answer for answer in answers if isinstance(answer, Refused)]
        assert [refused.code for refused in lost] == ["merge.undone"], answers
    with race_app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(LeadRow)) == 2 * ROUNDS
