"""A case in several hands at the same moment: one wins, the other hears how it stands, the ledger is right to the cent."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from clubsales.actor import Actor
from clubsales.consultants.credits import checks
from clubsales.db import db
from clubsales.errors import Refused
from clubsales.leads.disputes import deciding, operations, queries
from clubsales.leads.disputes.rules import Status
from clubsales.leads.disputes.tables import DISPUTE, STEP
from clubsales.membership.payments.rules import Method
from clubsales.membership.sales import operations as sales
from clubsales.membership.sales import refunds
from tests.builders import Cast, consultant_of, local, yuan
from tests.integration.leads.disputes.argued import Argued, shares
from tests.races.together import together

ROUNDS = 5
Work = Callable[[Session], object]


@dataclass
class Arena:
    """An argued sale whose commits are commits."""

    app: Flask
    cast: Cast
    argued: Argued
    public_id: str = ""

    def together(self, *works: Work) -> list[object]:
        return list(together(self.app, *works))

    def codes(self, answers: list[object]) -> list[str]:
        """What the losers were told; anything but a refusal is a fault."""
        faults = [
            answer for answer in answers if isinstance(answer, Exception) and not isinstance(answer, Refused)
        ]
        assert faults == []
        return [answer.code for answer in answers if isinstance(answer, Refused)]

    @property
    def status(self) -> Status:
        return queries.by_public_id(db.session, self.cast.club.id, self.public_id).status

    def check(self) -> None:
        db.session.rollback()
        assert [fault for each in checks.INVARIANTS for fault in each(db.session)] == []


def arena(app: Flask, cast: Cast, *, opened: bool = True, paid: str = "3980.00") -> Arena:
    argued = Argued(db.session, cast, paid=paid)
    argued.contact(cast.ma, local(11, day=4))
    made = Arena(app, cast, argued)
    if opened:
        made.public_id = argued.open()
    db.session.commit()
    return made


def ruling(made: Arena, to_lin: int, *, by_settling: bool = False) -> Work:
    cast = made.cast
    split = shares((cast.lin, to_lin), (cast.zhou, 10_000 - to_lin))
    decide, who = (deciding.settle, cast.supervisor) if by_settling else (deciding.rule, cast.manager)
    return partial(
        decide,
        public_id=made.public_id,
        shares=split,
        reason="so",
        actor=who,
        at=local(15),
    )


def opening(made: Arena, who: Actor) -> Work:
    return partial(
        operations.open_dispute,
        sale_id=made.argued.sale_id,
        consultant_id=consultant_of(who),
        actor=who,
        at=local(12),
    )


def refunding(made: Arena, amount: str) -> Work:
    return partial(
        refunds.refund,
        sale_id=made.argued.sale_id,
        amount=yuan(amount),
        actor=made.cast.manager,
        at=local(15),
    )


def paying(made: Arena, amount: str) -> Work:
    return partial(
        sales.book_receipt,
        sale_id=made.argued.sale_id,
        amount=yuan(amount),
        method=Method.CARD,
        actor=made.cast.desk,
        at=local(15),
    )


def test_of_two_who_open_at_once_one_does(race_app: Flask, race_cast: Cast) -> None:
    with race_app.app_context():
        for _round in range(ROUNDS):
            made = arena(race_app, race_cast, opened=False)
            answers = made.together(opening(made, race_cast.lin), opening(made, race_cast.ma))
            assert made.codes(answers) == ["dispute.open"]
            of_sale = sa.select(sa.func.count()).where(DISPUTE.c.sale_id == made.argued.sale_id)
            assert db.session.execute(of_sale).scalar_one() == 1
            made.check()


def test_opening_and_money_at_once_hold_all_of_it(race_app: Flask, race_cast: Cast) -> None:
    with race_app.app_context():
        for _round in range(ROUNDS):
            made = arena(race_app, race_cast, opened=False, paid="1000.00")
            answers = made.together(
                opening(made, race_cast.lin),
                paying(made, "333.33"),
                refunding(made, "100.05"),
                paying(made, "0.01"),
            )
            assert made.codes(answers) == []
            made.check()
            assert set(made.argued.booked.values()) == {"0.00"}


def test_a_ruling_and_money_at_once_come_out_to_the_cent(race_app: Flask, race_cast: Cast) -> None:
    with race_app.app_context():
        for _round in range(ROUNDS):
            made = arena(race_app, race_cast, paid="1000.00")
            answers = made.together(
                refunding(made, "100.05"), ruling(made, 3_333), paying(made, "0.01"), paying(made, "333.33")
            )
            assert made.codes(answers) == []
            made.check()
            assert made.argued.booked == {"林静": "411.05", "周倩": "822.24"}


def test_of_two_rulings_at_once_one_counts(race_app: Flask, race_cast: Cast) -> None:
    with race_app.app_context():
        for _round in range(ROUNDS):
            made = arena(race_app, race_cast)
            answers = made.together(ruling(made, 5_000), ruling(made, 10_000))
            assert made.codes(answers) == ["dispute.not_open"]
            steps = (
                sa.select(sa.func.count())
                .where(STEP.c.kind == "ruled")
                .join(DISPUTE, DISPUTE.c.id == STEP.c.dispute_id)
            )
            steps = steps.where(DISPUTE.c.public_id == made.public_id)
            assert db.session.execute(steps).scalar_one() == 1
            made.check()


def test_a_settlement_and_a_ruling_at_once_leave_one(race_app: Flask, race_cast: Cast) -> None:
    with race_app.app_context():
        for _round in range(ROUNDS):
            made = arena(race_app, race_cast)
            answers = made.together(ruling(made, 5_000), ruling(made, 10_000, by_settling=True))
            assert len(made.codes(answers)) == 1
            assert made.codes(answers)[0] in ("dispute.not_open", "dispute.is_settled")
            made.check()


def test_an_objection_and_the_job_that_lets_it_stand_do_not_both_win(
    race_app: Flask, race_cast: Cast
) -> None:
    with race_app.app_context():
        for _round in range(ROUNDS):
            made = arena(race_app, race_cast)
            ruling(made, 5_000, by_settling=True)(db.session)
            db.session.commit()
            objection = partial(
                operations.object_to, public_id=made.public_id, actor=race_cast.zhou, at=local(14, 59, day=10)
            )
            job = partial(deciding.stand_due, at=local(15, day=10))
            objected, stood, again = made.together(objection, job, job)
            db.session.rollback()
            if isinstance(objected, Refused):
                assert objected.code == "dispute.not_settled"
                assert (stood, again) in ((1, 0), (0, 1))
                assert made.status is Status.DECIDED
            else:
                assert (objected, stood, again) == (None, 0, 0)
                assert made.status is Status.OPEN
            made.check()


def test_withdrawing_and_ruling_at_once_leave_one(race_app: Flask, race_cast: Cast) -> None:
    with race_app.app_context():
        for _round in range(ROUNDS):
            made = arena(race_app, race_cast)
            withdrawing = partial(
                operations.withdraw, public_id=made.public_id, actor=race_cast.lin, at=local(15)
            )
            answers = made.together(withdrawing, ruling(made, 5_000))
            assert made.codes(answers) == ["dispute.not_open"]
            made.check()


def test_of_two_appeals_at_once_one_is_filed(race_app: Flask, race_cast: Cast) -> None:
    with race_app.app_context():
        for _round in range(ROUNDS):
            made = arena(race_app, race_cast)
            ruling(made, 5_000)(db.session)
            db.session.commit()
            appeals = [
                partial(operations.appeal, public_id=made.public_id, actor=who, at=local(16))
                for who in (race_cast.lin, race_cast.zhou)
            ]
            assert made.codes(made.together(*appeals, refunding(made, "1.00"))) == ["dispute.under_appeal"]
            made.check()
            assert set(made.argued.booked.values()) == {"0.00"}
