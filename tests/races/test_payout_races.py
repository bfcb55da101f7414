"""Two who record the same payout at once: it is recorded once."""

from datetime import date
from functools import partial

import sqlalchemy as sa
from flask import Flask

from clubsales.consultants.statements import payouts, queries
from clubsales.consultants.statements.models import StatementPayoutRow, StatementRow
from clubsales.db import db
from clubsales.errors import Refused
from tests.builders import Cast, consultant_of, local
from tests.races.test_month_close_races import MARCH, closes, some_sales
from tests.races.together import together

DAY = date(2026, 6, 2)


def test_a_statement_that_two_pay_out_at_once_is_paid_once(race_app: Flask, race_cast: Cast) -> None:
    with race_app.app_context():
        some_sales(race_cast, 1)
        closes(race_cast)(db.session)
        db.session.commit()
        public_id = db.session.scalars(
            sa.select(StatementRow.public_id).where(
                StatementRow.consultant_id == consultant_of(race_cast.lin), StatementRow.month == MARCH
            )
        ).one()
        due = queries.statement_of(db.session, race_cast.club.id, public_id).due_by(DAY)
    pay = partial(
        payouts.pay_out,
        due={public_id: due.minor},
        paid_on=DAY,
        reference="W-0602",
        actor=race_cast.finance,
        at=local(11, day=2, month=6),
    )
    answers = together(race_app, *[pay] * 4)
    refused = [answer for answer in answers if isinstance(answer, Refused)]
    assert {each.code for each in refused} == {"payout.nothing_due"}
    assert len(refused) == 3, answers
    with race_app.app_context():
        paid = db.session.scalars(sa.select(StatementPayoutRow.amount_minor)).all()
    assert paid == [due.minor]
