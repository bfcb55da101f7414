"""Two tablets want the last place, two managers answer, a deposit is taken twice: at the same moment."""

from functools import partial

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from clubsales.actor import Actor, Role
from clubsales.db import db
from clubsales.errors import Refused
from clubsales.ids import CardTypeID, PersonID
from clubsales.leads.people import operations as people
from clubsales.membership.approvals.models import ApprovalRow
from clubsales.membership.catalogue.models import CardTypeRow
from clubsales.membership.catalogue.rules import CatalogueRefused
from clubsales.membership.payments.rules import Method
from clubsales.membership.reservations import operations
from clubsales.membership.reservations.models import ReservationRow
from clubsales.membership.reservations.rules import ReservationRefused, State
from tests.builders import Cast, a_card_type, a_colleague, consultant_of, local, yuan
from tests.races.together import together

AT = local(14)
ROUNDS = 4


def files(session: Session, *, card: CardTypeID, guest: PersonID, actor: Actor) -> str:
    return operations.file(
        session,
        card_type_id=card,
        person_id=guest,
        consultant_id=consultant_of(actor),
        charges_shown=True,
        actor=actor,
        at=AT,
    )


def answers(session: Session, *, public_id: str, actor: Actor, approved: bool) -> bool:
    return operations.answer(
        session, public_id=public_id, approved=approved, reason="看过", actor=actor, at=AT
    ).done


def pays(session: Session, *, public_id: str, actor: Actor) -> str:
    operations.take_deposit(
        session, public_id=public_id, amount=yuan("100.00"), method=Method.CASH, actor=actor, at=AT
    )
    return public_id


@pytest.fixture
def guest(race_app: Flask, race_cast: Cast) -> PersonID:
    with race_app.app_context():
        found = people.find_or_add(db.session, e164="+8613800138000", name="陈晨", actor=race_cast.lin, at=AT)
        db.session.commit()
    return found


def limited(app: Flask, cast: Cast, places: int, code: str) -> CardTypeID:
    with app.app_context():
        card = a_card_type(db.session, cast.club, code)
        db.session.execute(sa.update(CardTypeRow).where(CardTypeRow.id == card.id).values(quota=places))
        db.session.commit()
    return card.id


def test_the_last_place_is_one_tablets_and_the_others_are_told(
    race_app: Flask, race_cast: Cast, guest: PersonID
) -> None:
    for number in range(ROUNDS):
        card = limited(race_app, race_cast, 1, f"last-{number}")
        sellers = (race_cast.lin, race_cast.zhou, race_cast.ma)
        found = together(race_app, *(partial(files, card=card, guest=guest, actor=each) for each in sellers))
        won = [each for each in found if isinstance(each, str)]
        lost = [each for each in found if isinstance(each, Refused)]
        assert len(won) == 1, found
        assert {each.refusal.code for each in lost} == {CatalogueRefused.SOLD_OUT}
        with race_app.app_context():
            taken = db.session.execute(
                sa.select(CardTypeRow.quota_taken).where(CardTypeRow.id == card)
            ).scalar_one()
        assert taken == 1


def test_one_step_has_one_answer(race_app: Flask, race_cast: Cast, guest: PersonID) -> None:
    with race_app.app_context():
        second = a_colleague(db.session, race_cast.club, "caiwu2", "第二财务", Role.FINANCE_CLERK)
        db.session.commit()
    for _round in range(ROUNDS):
        with race_app.app_context():
            public_id = files(db.session, card=race_cast.annual.id, guest=guest, actor=race_cast.lin)
            db.session.commit()
        found = together(
            race_app,
            partial(answers, public_id=public_id, actor=race_cast.finance, approved=True),
            partial(answers, public_id=public_id, actor=second, approved=False),
        )
        assert sum(isinstance(each, bool) for each in found) == 1, found
        with race_app.app_context():
            form_id = db.session.scalars(
                sa.select(ReservationRow.id).where(ReservationRow.public_id == public_id)
            ).one()
            said = db.session.scalars(sa.select(ApprovalRow.step).where(ApprovalRow.form_id == form_id)).all()
        assert said == [0]


def test_a_deposit_is_taken_once_and_numbers_have_no_gap(
    race_app: Flask, race_cast: Cast, guest: PersonID
) -> None:
    forms = []
    with race_app.app_context():
        for _number in range(ROUNDS):
            public_id = files(db.session, card=race_cast.annual.id, guest=guest, actor=race_cast.lin)
            for actor in (race_cast.finance, race_cast.manager):
                answers(db.session, public_id=public_id, actor=actor, approved=True)
            forms.append(public_id)
        db.session.commit()
    works = [
        partial(pays, public_id=public_id, actor=actor)
        for public_id in forms
        for actor in (race_cast.finance, race_cast.desk)
    ]
    found = together(race_app, *works)
    assert sorted(each for each in found if isinstance(each, str)) == sorted(forms)
    assert {each.refusal.code for each in found if isinstance(each, Refused)} == {ReservationRefused.STATE}
    with race_app.app_context():
        numbers = db.session.scalars(
            sa.select(ReservationRow.number).where(ReservationRow.state == State.HELD.value)
        ).all()
    assert sorted(number or 0 for number in numbers) == list(range(1, ROUNDS + 1))


def test_a_withdrawal_that_meets_the_lapse_has_one_end(
    race_app: Flask, race_cast: Cast, guest: PersonID
) -> None:
    with race_app.app_context():
        public_id = files(db.session, card=race_cast.annual.id, guest=guest, actor=race_cast.lin)
        for actor in (race_cast.finance, race_cast.manager):
            answers(db.session, public_id=public_id, actor=actor, approved=True)
        pays(db.session, public_id=public_id, actor=race_cast.finance)
        db.session.commit()
    later = local(0, 5, day=24)

    def withdraws(session: Session) -> None:
        operations.ask_withdrawal(session, public_id=public_id, reason="搬家", actor=race_cast.lin, at=later)

    def lapses(session: Session) -> None:
        operations.tend(session, public_id=public_id, actor=race_cast.system, at=later)

    together(race_app, withdraws, lapses)
    with race_app.app_context():
        row = db.session.scalars(sa.select(ReservationRow).where(ReservationRow.public_id == public_id)).one()
        assert State(row.state) in (State.LAPSED, State.WITHDRAWING)
        assert (row.lapsed_at is None) == (row.state == State.WITHDRAWING)
