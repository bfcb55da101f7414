"""A scan at the door, on both databases: admitted once, refused with its reason, always written down (CRD-12, EX-14)."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales import policies
from clubsales.actor import Actor
from clubsales.clock import Instant
from clubsales.errors import Refused
from clubsales.frontdesk.checkin import queries
from clubsales.frontdesk.checkin.models import CheckInRow
from clubsales.frontdesk.checkin.operations import ScanAnswer
from clubsales.frontdesk.checkin.rules import ScanRefused
from clubsales.membership.cards import operations as cards
from clubsales.membership.cards.queries import CardView
from clubsales.membership.cards.rules import CardRefused, CardStatus, CodeRefused
from clubsales.membership.cards.tokens import CardKeys, make_moving_code
from tests.builders import Cast, a_card_type, local
from tests.cards import KEYS, a_card, a_door, a_person, moving_code, printed_code, scan_at

AT = local(14, 20)
YES = "check_in.admitted"


def after(seconds: int) -> Instant:
    return AT + timedelta(seconds=seconds)


@pytest.fixture
def door(cast: Cast) -> Actor:
    return a_door(cast.club, 1)


@pytest.fixture
def side_door(cast: Cast) -> Actor:
    return a_door(cast.club, 2)


@pytest.fixture
def card(session: Session, cast: Cast) -> CardView:
    return a_card(session, cast, cast.annual, at=AT, person_id=a_person(session, cast))


def rows(session: Session) -> list[tuple[bool, bool, bool, str]]:
    return [
        (row.admitted, row.visit, row.repeated, row.code)
        for row in session.execute(
            sa.select(CheckInRow.admitted, CheckInRow.visit, CheckInRow.repeated, CheckInRow.code).order_by(
                CheckInRow.id
            )
        )
    ]


def told(answer: ScanAnswer) -> tuple[bool, str, bool, bool]:
    return answer.admitted, answer.code, answer.visit, answer.repeated


def test_a_good_code_admits_by_name_and_is_one_visit(session: Session, card: CardView, door: Actor) -> None:
    answer = scan_at(session, door, moving_code(card, AT), AT)
    assert told(answer) == (True, YES, True, False)
    assert answer.card is not None
    assert (answer.card.holder, answer.card.name, answer.card.days_left(answer.today)) == (
        "陈晨",
        "年卡",
        365,
    )
    assert rows(session) == [(True, True, False, YES)]


def test_the_same_code_at_the_same_door_inside_the_window_is_one_visit(
    session: Session, card: CardView, door: Actor
) -> None:
    code = moving_code(card, AT)
    answers = [scan_at(session, door, code, after(seconds)) for seconds in (0, 5, 60)]
    assert [told(answer) for answer in answers] == [
        (True, YES, True, False),
        (True, YES, False, True),
        (True, YES, False, True),
    ]
    assert told(scan_at(session, door, code, after(61))) == (False, "code.reused", False, False)
    assert queries.visits_on(session, door.club, date(2026, 3, 9)) == 1


def test_the_same_code_is_good_again_though_its_step_ran_out(
    session: Session, card: CardView, door: Actor, side_door: Actor
) -> None:
    code = moving_code(card, AT)
    last_moment = after(119)
    assert scan_at(session, door, code, last_moment).admitted
    assert told(scan_at(session, door, code, last_moment + timedelta(seconds=30))) == (True, YES, False, True)
    assert scan_at(session, side_door, code, last_moment + timedelta(seconds=30)).code == "code.expired"


def test_the_same_code_at_another_door_is_reused(
    session: Session, card: CardView, door: Actor, side_door: Actor
) -> None:
    code = moving_code(card, AT)
    assert scan_at(session, door, code, AT).admitted
    refused = scan_at(session, side_door, code, after(1))
    assert told(refused) == (False, "code.reused", False, False)
    assert refused.refusal is not None
    assert refused.refusal.facts["used_at"] == AT


def test_a_fresh_code_inside_the_window_opens_and_is_no_second_visit(
    session: Session, cast: Cast, door: Actor, side_door: Actor
) -> None:
    card = a_card(session, cast, cast.visits, at=AT, visits=5)
    assert scan_at(session, door, moving_code(card, AT), AT).visit
    fresh = moving_code(card, AT, step=1)
    again = scan_at(session, door, fresh, after(40))
    assert told(again) == (True, YES, False, False)
    assert scan_at(session, side_door, fresh, after(41)).code == "code.reused"
    later = scan_at(session, door, moving_code(card, after(120)), after(120))
    assert told(later) == (True, YES, True, False)
    assert later.card is not None
    assert later.card.visits_left == 3


def test_the_last_visit_is_answered_yes_again_and_then_used_up(
    session: Session, cast: Cast, door: Actor
) -> None:
    card = a_card(session, cast, cast.visits, at=AT, visits=1)
    code = moving_code(card, AT)
    first = scan_at(session, door, code, AT)
    assert first.card is not None
    assert (first.admitted, first.card.visits_left) == (True, 0)
    assert told(scan_at(session, door, code, after(10))) == (True, YES, False, True)
    assert scan_at(session, door, moving_code(card, after(120)), after(120)).code == "card.used_up"


def test_the_club_sets_the_window(session: Session, cast: Cast, card: CardView, door: Actor) -> None:
    policies.publish(
        session,
        changes={"check_in": {"repeat_window_seconds": 0}},
        valid_from=date(2026, 3, 9),
        actor=cast.manager,
        at=AT,
    )
    code = moving_code(card, AT)
    assert scan_at(session, door, code, AT).admitted
    assert scan_at(session, door, code, after(1)).code == "code.reused"
    assert scan_at(session, door, moving_code(card, AT, step=1), after(2)).visit


@pytest.mark.parametrize("step", [-1, 0, 1])
def test_a_code_is_good_one_step_either_side(
    session: Session, card: CardView, door: Actor, step: int
) -> None:
    assert scan_at(session, door, moving_code(card, AT, step=step), AT).admitted


@pytest.mark.parametrize("step", [-2, 2, -100_000])
def test_a_code_of_another_time_has_expired(session: Session, card: CardView, door: Actor, step: int) -> None:
    answer = scan_at(session, door, moving_code(card, AT, step=step), AT)
    assert told(answer) == (False, "code.expired", False, False)
    assert rows(session) == [(False, False, False, "code.expired")]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"status": CardStatus.CANCELLED.value}, CardRefused.CANCELLED),
        ({"status": CardStatus.FROZEN.value}, CardRefused.FROZEN),
        ({"valid_from": date(2026, 3, 10)}, CardRefused.NOT_YET),
        ({"valid_until": date(2026, 3, 8)}, CardRefused.EXPIRED),
        ({"visits_left": 0}, CardRefused.USED_UP),
    ],
)
def test_a_card_that_does_not_open_says_why_and_keeps_its_code(
    session: Session, cast: Cast, door: Actor, changes: dict[str, object], code: CardRefused
) -> None:
    card = a_card(session, cast, cast.visits, at=AT, **changes)
    answer = scan_at(session, door, moving_code(card, AT), AT)
    assert told(answer) == (False, code.value, False, False)
    assert answer.card is not None
    assert answer.card.id == card.id
    # asked again it says the same: a refused code was not used
    assert scan_at(session, door, moving_code(card, AT), after(1)).code == code.value
    assert rows(session) == [(False, False, False, code.value)] * 2


def test_an_unpaid_card_opens_nothing(session: Session, cast: Cast, door: Actor) -> None:
    card = a_card(session, cast, cast.annual, at=AT, paid=False)
    assert scan_at(session, door, moving_code(card, AT), AT).code == "card.unpaid"


def test_a_frozen_card_is_refused_even_as_a_repeat(
    session: Session, cast: Cast, card: CardView, door: Actor
) -> None:
    code = moving_code(card, AT)
    assert scan_at(session, door, code, AT).admitted
    cards.freeze(session, card=card.public_id, actor=cast.desk, at=after(5))
    session.flush()
    assert scan_at(session, door, code, after(10)).code == "card.frozen"


def test_a_card_opens_other_clubs_only_when_it_was_sold_so(session: Session, cast: Cast) -> None:
    elsewhere = a_door(cast.other_club, 9)
    here_only = a_card(session, cast, cast.annual, at=AT)
    answer = scan_at(session, elsewhere, moving_code(here_only, AT), AT)
    assert answer.refusal is not None
    assert (answer.code, answer.refusal.facts["club"]) == ("card.other_club", "阳光店")
    everywhere = a_card(session, cast, cast.annual, at=AT, all_clubs=True)
    assert scan_at(session, elsewhere, moving_code(everywhere, AT), AT).admitted


def test_another_organisations_door_reads_nothing(session: Session, cast: Cast, card: CardView) -> None:
    stranger = a_door(cast.foreign_club, 7)
    answer = scan_at(session, stranger, moving_code(card, AT), AT)
    assert (answer.admitted, answer.code, answer.card) == (False, "code.altered", None)


def test_the_door_uses_its_own_local_day(session: Session, cast: Cast, door: Actor) -> None:
    card = a_card(session, cast, cast.annual, at=AT, valid_until=date(2026, 3, 9))
    last_minute, midnight = local(23, 59), local(0, 0, day=10)
    assert scan_at(session, door, moving_code(card, last_minute), last_minute).admitted
    assert scan_at(session, door, moving_code(card, midnight), midnight).code == "card.expired"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", CodeRefused.UNREADABLE),
        ("6901234567892", CodeRefused.UNREADABLE),
        ("https://example.com/", CodeRefused.UNREADABLE),
        ("\x00\x00", CodeRefused.UNREADABLE),
        ("会员" * 5_000, CodeRefused.UNREADABLE),
        ("CS1" + "A" * 127, CodeRefused.ALTERED),
    ],
)
def test_what_is_no_code_is_answered_and_written_down(
    session: Session, door: Actor, text: str, code: CodeRefused
) -> None:
    answer = scan_at(session, door, text, AT)
    assert (answer.admitted, answer.code, answer.card) == (False, code.value, None)
    assert rows(session) == [(False, False, False, code.value)]


def test_one_changed_character_is_refused(session: Session, card: CardView, door: Actor) -> None:
    code = moving_code(card, AT)
    altered = code[:40] + ("B" if code[40] != "B" else "C") + code[41:]
    assert scan_at(session, door, altered, AT).code == "code.altered"


def test_a_signed_code_of_no_card_is_unknown(session: Session, cast: Cast, door: Actor) -> None:
    ghost = make_moving_code("zzzzzzzzzzzz", seconds=60, at=AT, key=KEYS.private(cast.club.organisation_id))
    assert scan_at(session, door, ghost, AT).code == "card.unknown"
    assert scan_at(session, door, ghost, after(600)).code == "code.expired"


def test_another_installations_signature_is_altered(session: Session, card: CardView, door: Actor) -> None:
    forged = make_moving_code(
        card.public_id, seconds=60, at=AT, key=CardKeys("guessed").private(card.organisation_id)
    )
    assert scan_at(session, door, forged, AT).code == "code.altered"


def test_paper_opens_every_day_until_it_is_withdrawn(
    session: Session, cast: Cast, card: CardView, door: Actor, side_door: Actor
) -> None:
    paper = printed_code(card, cards.issue_printed_code(session, card=card.public_id, actor=cast.desk, at=AT))
    session.flush()
    assert told(scan_at(session, door, paper, AT)) == (True, YES, True, False)
    assert told(scan_at(session, door, paper, after(30))) == (True, YES, False, True)
    assert scan_at(session, side_door, paper, after(40)).code == "code.reused"
    assert told(scan_at(session, side_door, paper, after(90))) == (True, YES, True, False)
    assert told(scan_at(session, door, paper, after(86_400))) == (True, YES, True, False)
    cards.revoke_printed_code(session, card=card.public_id, actor=cast.desk, at=after(86_500))
    session.flush()
    assert scan_at(session, door, paper, after(86_520)).code == "code.revoked"


def test_reissued_paper_ends_the_old_one(session: Session, cast: Cast, card: CardView, door: Actor) -> None:
    old, new = (
        printed_code(
            card, cards.issue_printed_code(session, card=card.public_id, actor=cast.desk, at=after(second))
        )
        for second in (0, 1)
    )
    session.flush()
    assert scan_at(session, door, old, after(5)).code == "code.revoked"
    assert scan_at(session, door, new, after(6)).admitted


def test_a_serial_of_another_card_is_no_code_of_this_one(
    session: Session, cast: Cast, card: CardView, door: Actor
) -> None:
    other = a_card(session, cast, cast.annual, at=AT)
    serial = cards.issue_printed_code(session, card=other.public_id, actor=cast.desk, at=AT)
    session.flush()
    assert scan_at(session, door, printed_code(card, serial), AT).code == "code.revoked"


def test_the_same_nonce_gets_the_same_answer_and_one_row(
    session: Session, cast: Cast, card: CardView, door: Actor, side_door: Actor
) -> None:
    visits = a_card(session, cast, cast.visits, at=AT, visits=5)
    code = moving_code(visits, AT)
    first = scan_at(session, door, code, AT, nonce="same-press-1")
    second = scan_at(session, door, code, after(300), nonce="same-press-1")
    assert told(first) == told(second) == (True, YES, True, False)
    assert first.card == second.card
    scan_at(session, side_door, code, after(20), nonce="same-press-2")
    refused = [
        scan_at(session, side_door, code, after(seconds), nonce="same-press-2") for seconds in (21, 400)
    ]
    assert [answer.code for answer in refused] == ["code.reused"] * 2
    assert [answer.refusal.facts["used_at"] for answer in refused if answer.refusal] == [AT] * 2
    for _ in range(2):
        assert scan_at(session, door, "nonsense", AT, nonce="same-press-3").code == "code.unreadable"
    assert len(rows(session)) == 3


@pytest.mark.parametrize("text", ["nonsense", None])
def test_a_nonce_answers_one_code_only(
    session: Session, card: CardView, cast: Cast, door: Actor, text: str | None
) -> None:
    scan_at(session, door, moving_code(card, AT), AT, nonce="same-press-1")
    other = text or moving_code(a_card(session, cast, cast.annual, at=AT), AT)
    with pytest.raises(Refused) as refused:
        scan_at(session, door, other, after(1), nonce="same-press-1")
    assert refused.value.code == ScanRefused.NONCE_REUSED


def test_every_refusal_is_told_again_with_its_facts(session: Session, cast: Cast, door: Actor) -> None:
    for index, changes in enumerate(
        (
            {"valid_from": date(2026, 3, 10)},
            {"valid_until": date(2026, 3, 8)},
            {"club_id": cast.other_club.id},
        )
    ):
        card = a_card(session, cast, cast.annual, at=AT, **changes)
        code, nonce = moving_code(card, AT), f"same-press-{index}"
        first = scan_at(session, door, code, AT, nonce=nonce)
        assert scan_at(session, door, code, after(1), nonce=nonce) == first
        assert first.refusal is not None
        assert first.refusal.facts


def test_a_malformed_nonce_is_refused_before_anything(session: Session, card: CardView, door: Actor) -> None:
    for nonce in ("x", "n" * 65, "\x00" * 10):
        with pytest.raises(Refused) as refused:
            scan_at(session, door, moving_code(card, AT), AT, nonce=nonce)
        assert refused.value.code == ScanRefused.NONCE_MALFORMED
    assert rows(session) == []


def test_an_account_is_a_door_where_no_device_is_enrolled(
    session: Session, cast: Cast, card: CardView, door: Actor
) -> None:
    code = moving_code(card, AT)
    assert scan_at(session, cast.desk, code, AT).admitted
    assert scan_at(session, cast.desk, code, after(1)).repeated
    assert scan_at(session, cast.manager, code, after(2)).code == "code.reused"
    assert scan_at(session, door, code, after(3)).code == "code.reused"


def test_the_last_scans_are_listed_newest_first(
    session: Session, cast: Cast, card: CardView, door: Actor
) -> None:
    scan_at(session, door, moving_code(card, AT), AT)
    scan_at(session, door, "nonsense", after(1))
    scan_at(session, a_door(cast.foreign_club, 5), "nonsense", after(2))
    lines = queries.last_scans(session, cast.club)
    assert [(line.code, line.holder, line.card_name) for line in lines] == [
        ("code.unreadable", "", ""),
        (YES, "陈晨", "年卡"),
    ]
    assert len(queries.last_scans(session, cast.club, limit=1)) == 1


def test_the_database_admits_a_code_once(session: Session, card: CardView, door: Actor) -> None:
    """The last guard: whatever the rules say, the second first use of a moving code cannot be written."""
    scan_at(session, door, moving_code(card, AT), AT)
    row = dict(
        session.execute(sa.select(CheckInRow.__table__).where(CheckInRow.card_id == card.id)).mappings().one()
    )
    del row["id"]
    row |= {"nonce": "another-nonce", "visit": False}
    table = CheckInRow.__table__
    with pytest.raises(sa.exc.IntegrityError), session.begin_nested():
        session.execute(sa.insert(table), [row])
    session.execute(sa.insert(table), [row | {"repeated": True}])
    session.execute(sa.insert(table), [row | {"nonce": "a-third-nonce", "admitted": False}])


def test_a_card_type_of_every_club_is_remembered_by_its_card(session: Session, cast: Cast) -> None:
    passport = a_card_type(session, cast.club, "passport", all_clubs=True)
    card = a_card(session, cast, passport, at=AT)
    assert scan_at(session, a_door(cast.other_club, 3), moving_code(card, AT), AT).admitted
