"""A hall's door lets in whoever's card grants the hall (CRD-01)."""

from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

from clubsales.auth import devices, lookup
from clubsales.auth.rules import DevicePurpose
from clubsales.membership.cards import operations as cards
from clubsales.membership.catalogue.rules import CardKind
from tests.builders import Cast, a_card_type, local, yuan
from tests.cards import a_card, a_door, a_person, printed_code, scan_at

NOW = local(10)


@pytest.mark.parametrize(
    ("granted", "hall", "code"),
    [
        (("spinning", "dance"), "spinning", None),
        (("spinning", "dance"), "pool", "card.other_hall"),
        (("spinning", "dance"), "", None),  # the club's own door
        ((), "pool", None),  # a card without halls opens all of them
    ],
)
def test_a_card_opens_the_halls_it_grants(
    session: Session, cast: Cast, granted: tuple[str, ...], hall: str, code: str | None
) -> None:
    card_type = a_card_type(
        session, cast.club, "halls", kind=CardKind.ACTIVITY, price=yuan("2680.00"), facilities=granted
    )
    card = a_card(session, cast, card_type, at=NOW, person_id=a_person(session, cast))
    serial = cards.issue_printed_code(session, card=card.public_id, actor=cast.manager, at=NOW)
    session.flush()
    door = replace(a_door(cast.club, 1), hall=hall)
    answer = scan_at(session, door, printed_code(card, serial), NOW)
    assert (answer.refusal.code.value if answer.refusal else None) == code
    assert answer.admitted is (code is None)


def test_a_scanner_knows_the_hall_it_was_enrolled_at(session: Session, cast: Cast) -> None:
    enrolment = devices.enrol_device(
        session, name="泳池门口", purpose=DevicePurpose.SCANNER, hall="pool", actor=cast.manager, at=NOW
    )
    session.flush()
    known = lookup.enrolled_device(session, token=enrolment.token)
    assert known is not None
    assert (known.hall, known.actor.hall) == ("pool", "pool")
