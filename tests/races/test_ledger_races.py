"""One sale moved by several at once, and the last two on post leaving together."""

from collections.abc import Callable
from functools import partial

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from clubsales.actor import Actor
from clubsales.consultants.credits import checks, operations, queries
from clubsales.consultants.credits.rules import Attribution, Share
from clubsales.consultants.shifts import operations as shifts
from clubsales.consultants.shifts import queries as shift_queries
from clubsales.consultants.shifts.rules import Status, Ticked
from clubsales.db import db
from clubsales.errors import Reason, Refused
from clubsales.ids import PersonID, PolicyVersionID, SaleID
from clubsales.leads.people import operations as people
from clubsales.membership.sales import operations as sales
from clubsales.membership.sales.rules import SaleKind
from clubsales.policies import PolicyVersion
from tests.builders import Cast, consultant_of, local, yuan
from tests.races.together import together

ROUNDS = 6
TICKED = Ticked.whole(shift="early", number=1, items=("uniform",))
Work = Callable[[Session], None]


def a_sale(cast: Cast) -> SaleID:
    """A sale whose shares are decided, with 1,000.00 received."""
    session = db.session
    sale_id = sales.open_sale(
        session,
        card_type_id=cast.annual.id,
        price=None,
        kind=SaleKind.NEW,
        consultant_id=cast.lin.consultant_id,
        actor=cast.desk,
        at=local(10),
    )
    shares = (Share(consultant_of(cast.ma), 7000), Share(consultant_of(cast.lin), 3000))
    policy = session.scalars(sa.select(PolicyVersion.id).where(PolicyVersion.club_id == cast.club.id)).one()
    operations.open_with_receipt(
        session,
        sale_id=sale_id,
        contract=yuan("3980.00"),
        attribution=Attribution(shares, "DSP-06", Reason("DSP-06", "attribution.receiver")),
        basis="cash_received",
        amount=yuan("1000.00"),
        reference="first",
        policy_version_id=PolicyVersionID(policy),
        actor=cast.desk,
        at=local(10),
    )
    session.commit()
    return sale_id


def receives(cast: Cast, sale_id: SaleID, amount: str) -> Work:
    return partial(
        operations.receive,
        sale_id=sale_id,
        amount=yuan(amount),
        reference="receipt",
        actor=cast.desk,
        at=local(11),
    )


def refunds(cast: Cast, sale_id: SaleID, amount: str) -> Work:
    return partial(
        operations.refund,
        sale_id=sale_id,
        amount=yuan(amount),
        reference="refund",
        actor=cast.manager,
        at=local(11),
    )


def test_receipts_and_refunds_at_once_leave_no_credit_behind(race_app: Flask, race_cast: Cast) -> None:
    for _round in range(ROUNDS):
        with race_app.app_context():
            sale_id = a_sale(race_cast)
        answers = together(
            race_app,
            receives(race_cast, sale_id, "333.33"),
            refunds(race_cast, sale_id, "100.05"),
            receives(race_cast, sale_id, "0.01"),
            refunds(race_cast, sale_id, "899.95"),
        )
        assert answers == [None] * 4
        with race_app.app_context():
            booked = queries.booked_of(db.session, sale_id)
            assert sum(amount.minor for amount in booked.amounts.values()) == yuan("333.34").minor
            faults = [fault for invariant in checks.INVARIANTS for fault in invariant(db.session)]
            assert faults == []


def test_money_is_given_back_once(race_app: Flask, race_cast: Cast) -> None:
    for _round in range(ROUNDS):
        with race_app.app_context():
            sale_id = a_sale(race_cast)
        answers = together(race_app, *[refunds(race_cast, sale_id, "600.00")] * 3)
        refused = [answer.code for answer in answers if isinstance(answer, Refused)]
        assert refused == ["credit.above_received"] * 2
        with race_app.app_context():
            booked = queries.booked_of(db.session, sale_id)
            assert sum(amount.minor for amount in booked.amounts.values()) == yuan("400.00").minor


def test_the_last_two_on_post_cannot_leave_together(race_app: Flask, race_cast: Cast) -> None:
    pair = (race_cast.lin, race_cast.zhou)

    def sets(actor: Actor, status: Status) -> Work:
        return partial(
            shifts.change_status,
            consultant_id=consultant_of(actor),
            status=status,
            override=None,
            actor=actor,
            at=local(12),
        )

    with race_app.app_context():
        for actor in pair:
            shifts.open_shift(
                db.session,
                consultant_id=consultant_of(actor),
                checklist=TICKED,
                actor=actor,
                at=local(9),
            )
        db.session.commit()
    for _round in range(ROUNDS):
        answers = together(race_app, *(sets(actor, Status.MEAL) for actor in pair))
        refused = [answer for answer in answers if isinstance(answer, Refused)]
        assert [refusal.code for refusal in refused] == ["shift.relief_missing"]
        with race_app.app_context():
            statuses = [shift.status for shift in shift_queries.open_shifts(db.session, race_cast.club.id)]
        assert sorted(statuses) == ["meal", "on_post"]
        assert together(race_app, *(sets(actor, Status.ON_POST) for actor in pair)) == [None, None]


def test_one_shift_opened_twice_at_once_is_open_once(race_app: Flask, race_cast: Cast) -> None:
    opens = partial(
        shifts.open_shift,
        consultant_id=consultant_of(race_cast.lin),
        checklist=TICKED,
        actor=race_cast.lin,
        at=local(9),
    )
    answers = together(race_app, opens, opens, opens)
    refused = [answer.code for answer in answers if isinstance(answer, Refused)]
    assert refused == ["shift.already_open"] * 2


def test_one_new_phone_typed_at_several_desks_is_one_person(race_app: Flask, race_cast: Cast) -> None:
    for number in range(ROUNDS):
        find = partial(
            people.find_or_add,
            e164=f"+861380013800{number}",
            name="王小明",
            actor=race_cast.desk,
            at=local(10),
        )
        answers: list[PersonID | Exception] = together(race_app, find, find, find)
        assert len(set(answers)) == 1, answers
        assert isinstance(answers[0], int)
