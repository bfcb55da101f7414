"""Contracts signed at the same moment: no number twice, none left out (CTR-11); one form signed twice is one contract."""

from functools import partial

from flask import Flask
from sqlalchemy.orm import Session

from clubsales.db import db
from clubsales.errors import Refused
from clubsales.membership.contracts import operations, queries
from clubsales.membership.contracts.rules import ContractRefused
from tests.builders import Cast, local
from tests.integration.membership.contracting import an_approved_form, filled, sign
from tests.races.together import together

SIGNERS = 8


def approved(app: Flask, cast: Cast, count: int) -> list[str]:
    with app.app_context():
        made = [an_approved_form(db.session, cast) for _form in range(count)]
        db.session.commit()
    return made


def signs(session: Session, *, public_id: str, cast: Cast) -> str:
    return sign(session, cast, public_id)


def test_numbers_drawn_at_once_have_no_gap(race_app: Flask, race_cast: Cast) -> None:
    forms = approved(race_app, race_cast, SIGNERS)
    drawn = together(race_app, *(partial(signs, public_id=public_id, cast=race_cast) for public_id in forms))
    assert sorted(map(str, drawn)) == [f"SZ01-202603-{place:05d}" for place in range(1, SIGNERS + 1)]


def test_a_form_signed_on_two_tablets_is_one_contract(race_app: Flask, race_cast: Cast) -> None:
    (public_id,) = approved(race_app, race_cast, 1)
    first, second = together(race_app, *[partial(signs, public_id=public_id, cast=race_cast)] * 2)
    numbers = [each for each in (first, second) if isinstance(each, str)]
    refused = [each for each in (first, second) if isinstance(each, Refused)]
    assert numbers == ["SZ01-202603-00001"]
    assert [each.code for each in refused] == [ContractRefused.NOT_OPEN]


def test_a_form_corrected_while_it_is_signed_is_either(race_app: Flask, race_cast: Cast) -> None:
    (public_id,) = approved(race_app, race_cast, 1)

    def correct(session: Session) -> str:
        operations.change(
            session,
            public_id=public_id,
            filled=filled(address="人民路1号"),
            actor=race_cast.lin,
            at=local(11),
        )
        return "corrected"

    results = together(race_app, partial(signs, public_id=public_id, cast=race_cast), correct)
    assert sum(isinstance(each, str) for each in results) == 1
    with race_app.app_context():
        contract = queries.by_public_id(db.session, race_cast.club.id, public_id)
    corrected = "corrected" in results
    assert (contract.form["address"] == "人民路1号") == corrected
    assert (contract.number is None) == corrected
