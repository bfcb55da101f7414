"""A card from its sale to its end, on both databases."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.audit import AuditEvent
from clubsales.errors import NotFound, Refused
from clubsales.membership.cards import operations, queries
from clubsales.membership.cards.queries import CardView
from clubsales.membership.cards.rules import CardRefused, CardStatus
from tests.builders import Cast, local
from tests.cards import a_card, a_line, a_person, a_sale

AT = local(14, 20)


def again(session: Session, card: CardView) -> CardView:
    found = queries.of_sale(session, card.sale_id)
    assert found is not None
    return found


def tags_of(session: Session, card: CardView) -> list[str]:
    return list(
        session.scalars(
            sa.select(AuditEvent.tag)
            .where(AuditEvent.subject_kind == "card", AuditEvent.subject_id == card.id)
            .order_by(AuditEvent.id)
        )
    )


def test_a_card_waits_for_its_money_and_copies_what_was_sold(session: Session, cast: Cast) -> None:
    card = a_card(session, cast, cast.annual, at=AT, paid=False)
    assert (card.status, card.valid_from, card.valid_until) == (CardStatus.PENDING, None, None)
    assert (card.name, card.name_en, card.kind, card.days) == ("年卡", "Annual card", "term", 365)


def test_a_paid_card_runs_from_the_local_day_it_was_paid(session: Session, cast: Cast) -> None:
    late = local(23, 59)
    card = a_card(session, cast, cast.annual, at=late)
    assert (card.status, card.valid_from, card.valid_until) == (
        CardStatus.ACTIVE,
        date(2026, 3, 9),
        date(2027, 3, 8),
    )
    assert tags_of(session, card) == ["card:activated"]


def test_a_visit_card_has_its_visits(session: Session, cast: Cast) -> None:
    card = a_card(session, cast, cast.visits, at=AT)
    assert (card.visits_total, card.visits_left) == (30, 30)


def test_a_card_without_a_term_has_no_last_day(session: Session, cast: Cast) -> None:
    endless = replace(cast.visits, days=None)
    card = a_card(session, cast, endless, at=AT)
    assert (card.valid_from, card.valid_until) == (date(2026, 3, 9), None)
    assert card.days_left(date(2036, 3, 9)) is None


def test_goods_make_no_card(session: Session, cast: Cast) -> None:
    sale_id = a_sale(session, cast, cast.towel, at=AT)
    assert (
        operations.prepare(
            session, sale_id=sale_id, line=a_line(cast.towel), person_id=None, actor=cast.desk, at=AT
        )
        is None
    )
    assert operations.activate(session, sale_id=sale_id, actor=cast.desk, at=AT) == ()
    assert operations.end_of_sale(session, sale_id=sale_id, actor=cast.desk, at=AT) == ()


def test_activating_twice_changes_nothing(session: Session, cast: Cast) -> None:
    card = a_card(session, cast, cast.annual, at=AT)
    later = AT + timedelta(days=3)
    assert operations.activate(session, sale_id=card.sale_id, actor=cast.desk, at=later) == ()
    assert again(session, card) == card
    assert tags_of(session, card) == ["card:activated"]


def test_a_cancelled_card_stays_cancelled(session: Session, cast: Cast) -> None:
    card = a_card(session, cast, cast.annual, at=AT)
    assert operations.end_of_sale(session, sale_id=card.sale_id, actor=cast.desk, at=AT) == (card.id,)
    assert operations.end_of_sale(session, sale_id=card.sale_id, actor=cast.desk, at=AT) == ()
    assert operations.activate(session, sale_id=card.sale_id, actor=cast.desk, at=AT) == ()
    assert again(session, card).status is CardStatus.CANCELLED
    assert tags_of(session, card) == ["card:activated", "card:cancelled"]


def test_visits_end_at_zero(session: Session, cast: Cast) -> None:
    card = a_card(session, cast, cast.visits, at=AT, visits=2)
    taken = [operations.use_visit(session, card_id=card.id) for _ in range(3)]
    assert taken == [True, True, False]
    assert again(session, card).visits_left == 0


def test_a_term_card_has_no_visit_to_take(session: Session, cast: Cast) -> None:
    card = a_card(session, cast, cast.annual, at=AT)
    assert operations.use_visit(session, card_id=card.id) is False


def test_a_frozen_card_keeps_the_days_it_has(session: Session, cast: Cast) -> None:
    card = a_card(session, cast, cast.annual, at=AT)
    operations.freeze(session, card=card.public_id, actor=cast.desk, at=AT + timedelta(days=10))
    session.flush()
    frozen, today = again(session, card), AT.date()
    days = {after: frozen.days_left(today + timedelta(after)) for after in (10, 40, 500)}
    assert days == {10: 355, 40: 355, 500: 355}
    operations.unfreeze(session, card=card.public_id, actor=cast.desk, at=AT + timedelta(days=40))
    session.flush()
    assert again(session, card).days_left(today + timedelta(40)) == 355


def test_a_freeze_gives_its_days_back(session: Session, cast: Cast) -> None:
    card = a_card(session, cast, cast.annual, at=AT)
    operations.freeze(session, card=card.public_id, actor=cast.desk, at=AT + timedelta(days=10))
    assert again(session, card).status is CardStatus.FROZEN
    operations.unfreeze(session, card=card.public_id, actor=cast.desk, at=AT + timedelta(days=40))
    running = again(session, card)
    assert running.status is CardStatus.ACTIVE
    assert running.valid_until == date(2027, 3, 8) + timedelta(days=30)
    assert tags_of(session, card) == ["card:activated", "card:frozen", "card:unfrozen"]


def test_a_freeze_of_a_card_that_does_not_run_is_refused(session: Session, cast: Cast) -> None:
    card = a_card(session, cast, cast.annual, at=AT, paid=False)
    with pytest.raises(Refused) as refused:
        operations.freeze(session, card=card.public_id, actor=cast.desk, at=AT)
    assert refused.value.code == CardRefused.UNPAID
    with pytest.raises(Refused) as refused:
        operations.unfreeze(session, card=card.public_id, actor=cast.desk, at=AT)
    assert refused.value.code == CardRefused.NOT_FROZEN


def test_a_new_printed_code_ends_the_one_before(session: Session, cast: Cast) -> None:
    card = a_card(session, cast, cast.annual, at=AT)
    first = operations.issue_printed_code(session, card=card.public_id, actor=cast.desk, at=AT)
    second = operations.issue_printed_code(
        session, card=card.public_id, actor=cast.desk, at=AT + timedelta(minutes=1)
    )
    session.flush()
    codes = queries.printed_codes(session, card.id)
    assert [(code.serial, code.revoked_at is None) for code in codes] == [(second, True), (first, False)]
    operations.revoke_printed_code(
        session, card=card.public_id, actor=cast.desk, at=AT + timedelta(minutes=2)
    )
    session.flush()
    assert all(code.revoked_at for code in queries.printed_codes(session, card.id))
    with pytest.raises(Refused) as refused:
        operations.revoke_printed_code(session, card=card.public_id, actor=cast.desk, at=AT)
    assert refused.value.code == CardRefused.NO_CODE


def test_no_code_is_printed_for_an_unpaid_card(session: Session, cast: Cast) -> None:
    card = a_card(session, cast, cast.annual, at=AT, paid=False)
    with pytest.raises(Refused) as refused:
        operations.issue_printed_code(session, card=card.public_id, actor=cast.desk, at=AT)
    assert refused.value.code == CardRefused.UNPAID


def test_a_new_link_ends_the_old_one(session: Session, cast: Cast) -> None:
    card = a_card(session, cast, cast.annual, at=AT)
    token = operations.renew_link(session, card=card.public_id, actor=cast.desk, at=AT)
    session.flush()
    assert queries.by_link_token(session, token).id == card.id
    with pytest.raises(NotFound):
        queries.by_link_token(session, card.link_token)


def test_staff_see_the_cards_that_open_their_club_and_change_only_their_own(
    session: Session, cast: Cast
) -> None:
    here = a_card(session, cast, cast.annual, at=AT)
    everywhere = a_card(session, cast, cast.annual, at=AT, all_clubs=True)
    assert queries.by_public_id(session, cast.club, here.public_id).id == here.id
    assert queries.by_public_id(session, cast.other_club, everywhere.public_id).id == everywhere.id
    for club, card in ((cast.other_club, here), (cast.foreign_club, here), (cast.foreign_club, everywhere)):
        with pytest.raises(NotFound):
            queries.by_public_id(session, club, card.public_id)
    with pytest.raises(NotFound):
        operations.freeze(session, card=here.public_id, actor=cast.other_manager, at=AT)


def test_a_persons_cards_are_those_that_open_this_club(session: Session, cast: Cast) -> None:
    person_id = a_person(session, cast, name="陈晨", e164="+8613800138000")
    here = a_card(session, cast, cast.annual, at=AT, person_id=person_id)
    everywhere = a_card(session, cast, cast.visits, at=AT, person_id=person_id, all_clubs=True)
    a_card(session, cast, cast.annual, at=AT)
    assert {card.id for card in queries.of_person(session, cast.club, person_id)} == {here.id, everywhere.id}
    assert [card.id for card in queries.of_person(session, cast.other_club, person_id)] == [everywhere.id]
    assert here.holder == "陈晨"
