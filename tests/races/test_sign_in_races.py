"""Many guesses at the same moment count one by one."""

from functools import partial

from flask import Flask

from clubsales.auth import devices
from clubsales.auth.lookup import enrolled_device
from clubsales.auth.rules import AuthRefused, DevicePurpose
from clubsales.auth.sign_in import SignInOutcome, sign_in_with_password, sign_in_with_pin
from clubsales.db import db
from tests.builders import MORNING, PASSWORD, Cast
from tests.integration.auth.support import account, let_in
from tests.races.together import together


def codes(outcomes: list[SignInOutcome | Exception]) -> list[str]:
    found = []
    for outcome in outcomes:
        assert isinstance(outcome, SignInOutcome), outcome
        assert outcome.refusal is not None
        found.append(outcome.refusal.code.value)
    return sorted(found)


def test_wrong_pins_typed_at_once_cannot_outrun_the_lock(race_app: Flask, race_cast: Cast) -> None:
    with race_app.app_context():
        let_in(db.session, race_cast.lin)
        face = account(db.session, race_cast.lin).public_id
        token = devices.enrol_device(
            db.session, name="平板", purpose=DevicePurpose.TABLET, actor=race_cast.manager, at=MORNING
        ).token
        db.session.commit()
        tablet = enrolled_device(db.session, token=token)
    assert tablet is not None
    guess = partial(sign_in_with_pin, device=tablet, account_public_id=face, pin="0000", at=MORNING)
    outcomes = together(race_app, *[guess] * 8)
    assert codes(outcomes) == [AuthRefused.PIN_LOCKED] * 4 + [AuthRefused.WRONG_PIN] * 4


def test_wrong_passwords_sent_at_once_cannot_outrun_the_lock(race_app: Flask, race_cast: Cast) -> None:
    with race_app.app_context():
        let_in(db.session, race_cast.lin)
    guess = partial(sign_in_with_password, username="linjing", device=None, at=MORNING)
    wrong = [partial(guess, password=f"wrong-{number}") for number in range(7)]
    outcomes = together(race_app, *wrong)
    assert codes(outcomes) == [AuthRefused.LOCKED] * 3 + [AuthRefused.WRONG_SIGN_IN] * 4
    assert codes(together(race_app, partial(guess, password=PASSWORD))) == [AuthRefused.LOCKED]
