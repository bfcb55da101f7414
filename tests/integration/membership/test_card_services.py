"""A card handed on, upgraded, shared, used by hand; and what waits for money is carried out once, on both databases."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales import jobs
from clubsales.actor import Actor
from clubsales.clock import Instant, local_day
from clubsales.db import db
from clubsales.errors import NotFound, Refused
from clubsales.ids import CardID, SaleID
from clubsales.membership.cards import checks, family, grants, operations, queries, services, values, worth
from clubsales.membership.cards.ending import EndedAs
from clubsales.membership.cards.models import CardServiceRow
from clubsales.membership.cards.queries import CardView
from clubsales.membership.cards.rules import CardRefused, CardStatus, ServiceKind, ServiceState
from clubsales.membership.cards.worth import Unit
from clubsales.membership.catalogue.terms import CardTerms, StartRule
from clubsales.membership.sales.models import SaleRow
from clubsales.money import Currency, Money
from tests.builders import Cast, local, yuan
from tests.cards import a_card, a_line, a_person, a_sale

AT = local(14, 20)
TODAY = date(2026, 3, 9)


def made(session: Session, cast: Cast, *, at: Instant = AT, named: str = "陈晨", **line: object) -> CardView:
    """A card for a line of its own, paid."""
    person_id = a_person(session, cast, name=named)
    sale_id = a_sale(session, cast, cast.annual, at=at, person_id=person_id)
    card_id = operations.prepare(
        session,
        sale_id=sale_id,
        line=a_line(cast.annual, **line),
        person_id=person_id,
        is_paid=True,
        actor=cast.desk,
        at=at,
    )
    assert card_id is not None
    return seen(session, card_id)


def seen(session: Session, card_id: CardID) -> CardView:
    session.flush()
    card = queries.by_id(session, card_id)
    assert card is not None
    return card


def refused(session: Session, work: object) -> str:
    assert callable(work)
    with pytest.raises(Refused) as raised, session.begin_nested():
        work()
    return raised.value.code


def stored(session: Session, cast: Cast, **line: object) -> CardView:
    given = {"kind": "stored_value", "days": None, "value_minor": 120_000, "paid_minor": 100_000, **line}
    return made(session, cast, **given)


def holds(session: Session) -> list[str]:
    return [fault for check in checks.INVARIANTS for fault in check(session)]


def test_a_sale_of_several_cards_starts_and_ends_them_all(session: Session, cast: Cast) -> None:
    person_id = a_person(session, cast)
    sale_id = a_sale(session, cast, cast.annual, at=AT)
    for number, extra in ((1, 0), (2, 30)):
        operations.prepare(
            session,
            sale_id=sale_id,
            line=a_line(cast.annual, line=number, extra_days=extra),
            person_id=None,
            actor=cast.desk,
            at=AT,
        )
    started = operations.activate(session, sale_id=sale_id, person_id=person_id, actor=cast.desk, at=AT)
    first, second = queries.all_of_sale(session, sale_id)
    assert started == (first.id, second.id)
    assert (first.person_id, second.person_id) == (person_id, person_id)
    assert second.valid_until == date(2027, 3, 8) + timedelta(30)
    assert [each.grant.kind for each in grants.of_card(session, second.id)] == [
        "sale",
        "promotion",
        "correction",
    ]
    assert holds(session) == []
    assert operations.end_of_sale(session, sale_id=sale_id, actor=cast.desk, at=AT) == started
    assert [card.ended_as for card in queries.all_of_sale(session, sale_id)] == ["refunded", "refunded"]
    assert holds(session) == []


def test_a_chosen_start_waits_and_never_lies_before_the_money(session: Session, cast: Cast) -> None:
    for wish, begins in ((TODAY + timedelta(10), TODAY + timedelta(12)), (TODAY + timedelta(20),) * 2):
        sale_id = a_sale(session, cast, cast.annual, at=AT)
        line = a_line(cast.annual, start_rule=StartRule.CHOSEN.value, starts_on=wish)
        operations.prepare(session, sale_id=sale_id, line=line, person_id=None, actor=cast.desk, at=AT)
        later = AT + timedelta(days=12)
        operations.activate(session, sale_id=sale_id, actor=cast.desk, at=later)
        card = queries.of_sale(session, sale_id)
        assert card is not None
        assert (card.valid_from, card.valid_until) == (begins, begins + timedelta(364))
        assert card.days_left(begins) == 365
    assert holds(session) == []


def test_a_card_nobody_used_begins_by_itself_and_a_planned_freeze_ends_by_itself(
    session: Session, cast: Cast
) -> None:
    terms = CardTerms(start_rule=StartRule.FIRST_USE, start_within_days=30).to_json()
    unused = made(session, cast, start_rule=StartRule.FIRST_USE.value, terms=terms)
    assert (unused.valid_from, unused.valid_until, unused.start_by) == (None, None, TODAY + timedelta(30))
    frozen = made(session, cast, named="李雷")
    operations.freeze(session, card=frozen.public_id, last_day=TODAY + timedelta(9), actor=cast.desk, at=AT)
    session.commit()
    jobs.wake_cards(AT + timedelta(days=9))
    assert seen(db.session, frozen.id).status is CardStatus.FROZEN
    jobs.wake_cards(AT + timedelta(days=40))
    begun, runs = seen(db.session, unused.id), seen(db.session, frozen.id)
    assert (begun.valid_from, begun.valid_until) == (TODAY + timedelta(30), TODAY + timedelta(394))
    assert (runs.status, runs.valid_until) == (CardStatus.ACTIVE, date(2027, 3, 8) + timedelta(10))
    assert holds(db.session) == []


def test_a_renewal_follows_what_is_there_or_begins_today_when_that_is_over(
    session: Session, cast: Cast
) -> None:
    card = made(session, cast, days=30)
    for later, until in ((10, TODAY + timedelta(59)), (100, TODAY + timedelta(129))):
        operations.renew(
            session,
            card_id=card.id,
            line=a_line(cast.annual, days=30),
            sale_id=a_sale(session, cast, cast.annual, at=AT),
            actor=cast.desk,
            at=AT + timedelta(days=later),
        )
        assert seen(session, card.id).valid_until == until
    assert seen(session, card.id).valid_from == TODAY + timedelta(100)
    assert holds(session) == []
    other = a_line(cast.annual, days=None, visits=10)
    sale_id = a_sale(session, cast, cast.annual, at=AT)
    assert (
        refused(
            session,
            lambda: operations.renew(
                session, card_id=card.id, line=other, sale_id=sale_id, actor=cast.desk, at=AT
            ),
        )
        == CardRefused.OTHER_KIND
    )


def test_a_renewal_given_back_takes_back_what_is_unused_of_it(session: Session, cast: Cast) -> None:
    card = made(session, cast, days=30, paid_minor=30_000)
    sale_id = a_sale(session, cast, cast.annual, at=AT)
    line = a_line(cast.annual, days=30, paid_minor=30_000)
    operations.renew(session, card_id=card.id, line=line, sale_id=sale_id, actor=cast.desk, at=AT)
    later = AT + timedelta(days=10)
    assert operations.end_of_sale(session, sale_id=sale_id, actor=cast.desk, at=later) == (card.id,)
    assert seen(session, card.id).valid_until == TODAY + timedelta(29)
    assert worth.of_card(session, card.id, today=TODAY + timedelta(10)).unused_minor == 20_000
    assert holds(session) == []


def test_a_card_handed_on_ends_and_the_other_holder_gets_the_rest(session: Session, cast: Cast) -> None:
    card = made(session, cast, days=100, paid_minor=100_000, terms=CardTerms(transfers_max=1).to_json())
    to = a_person(session, cast, name="李雷")
    later = AT + timedelta(days=40)
    new_id = operations.transfer(session, card_id=card.id, person_id=to, actor=cast.desk, at=later)
    old, new = seen(session, card.id), seen(session, new_id)
    assert (old.status, old.ended_as, old.valid_until) == (
        CardStatus.CANCELLED,
        EndedAs.TRANSFERRED,
        TODAY + timedelta(39),
    )
    assert (new.person_id, new.valid_from, new.valid_until) == (
        to,
        TODAY + timedelta(40),
        TODAY + timedelta(99),
    )
    assert worth.of_card(session, new_id, today=TODAY + timedelta(40)).unused_minor == 60_000
    assert queries.following(session, card.id) == new
    again = lambda: operations.transfer(  # noqa: E731
        session, card_id=new_id, person_id=card.person_id, actor=cast.desk, at=later
    )
    assert refused(session, again) == CardRefused.TRANSFERS_MAX
    assert holds(session) == []


def test_a_card_moves_to_another_club_of_the_organisation_only(session: Session, cast: Cast) -> None:
    card = made(session, cast)
    operations.move_to_club(session, card_id=card.id, club_id=cast.other_club.id, actor=cast.desk, at=AT)
    moved = seen(session, card.id)
    assert moved.opens(cast.other_club)
    assert not moved.opens(cast.club)
    mine = made(session, cast, named="李雷")
    for club_id, raised in ((cast.foreign_club.id, NotFound), (cast.club.id, Refused)):
        with pytest.raises(raised):
            operations.move_to_club(session, card_id=mine.id, club_id=club_id, actor=cast.desk, at=AT)


def test_an_upgrade_trades_the_old_card_in_and_keeps_who_shares_it(session: Session, cast: Cast) -> None:
    card = made(session, cast, days=100, paid_minor=100_000, people_max=3)
    other = a_person(session, cast, name="李雷")
    operations.add_person(session, card=card.public_id, person_id=other, actor=cast.desk, at=AT)
    session.flush()
    traded = worth.of_card(session, card.id, today=TODAY).unused_minor
    assert traded == 100_000
    new_id = operations.upgrade(
        session,
        card_id=card.id,
        line=a_line(cast.annual, days=200, paid_minor=50_000, people_max=2),
        sale_id=a_sale(session, cast, cast.annual, at=AT),
        trade_in_minor=traded,
        actor=cast.desk,
        at=AT,
    )
    assert seen(session, card.id).ended_as == EndedAs.UPGRADED
    assert [each.person_id for each in family.sharers(session, new_id)] == [other]
    assert worth.of_card(session, new_id, today=TODAY).paid_minor == 150_000
    assert worth.of_card(session, card.id, today=TODAY).paid_minor == 0
    assert holds(session) == []


def test_no_more_people_share_a_card_than_it_was_sold_for(session: Session, cast: Cast) -> None:
    card = made(session, cast, people_max=2)
    first, second = (a_person(session, cast, name=name) for name in ("李雷", "韩梅"))

    def share(person_id: int) -> object:
        return lambda: operations.add_person(
            session, card=card.public_id, person_id=person_id, actor=cast.desk, at=AT
        )

    share(first)()  # type: ignore[operator]
    session.flush()
    assert refused(session, share(first)) == CardRefused.SHARES_ALREADY
    assert refused(session, share(second)) == CardRefused.PEOPLE_FULL
    assert card.person_id is not None
    assert refused(session, share(card.person_id)) == CardRefused.SHARES_ALREADY
    sharer = family.sharers(session, card.id)[0]
    operations.remove_person(session, card=card.public_id, sharer_id=sharer.id, actor=cast.desk, at=AT)
    session.flush()
    assert family.by_link_token(session, sharer.link_token) is None
    share(second)()  # type: ignore[operator]
    assert holds(session) == []


def test_stored_value_is_paid_with_put_back_and_never_below_zero(session: Session, cast: Cast) -> None:
    card = stored(session, cast)

    def pay(amount: Money, key: str) -> values.ValueMove:
        return operations.use_value(
            session, card_id=card.id, amount=amount, what="餐饮", key=key, actor=cast.desk, at=AT
        )

    assert pay(yuan("200"), "a").left == yuan("1000")
    assert pay(yuan("200"), "a").left == yuan("1000")  # sent twice
    assert refused(session, lambda: pay(yuan("201"), "a")) == CardRefused.KEY_REUSED
    assert refused(session, lambda: pay(yuan("1001"), "b")) == CardRefused.VALUE_SHORT
    assert refused(session, lambda: pay(yuan("0"), "b")) == CardRefused.VALUE_AMOUNT
    assert refused(session, lambda: pay(Money(100, Currency("EUR")), "b")) == CardRefused.NO_VALUE
    assert worth.of_card(session, card.id, today=TODAY).unused_minor == 83_333
    move = values.value_moves(session, card.id)[0]
    back = operations.undo_value(session, card_id=card.id, move_id=move.id, actor=cast.desk, at=AT)
    assert (back.left, seen(session, card.id).value_left) == (yuan("1200"), yuan("1200"))
    undo = lambda: operations.undo_value(  # noqa: E731
        session, card_id=card.id, move_id=move.id, actor=cast.desk, at=AT
    )
    assert refused(session, undo) == CardRefused.UNDONE
    with pytest.raises(NotFound):
        operations.undo_value(session, card_id=card.id, move_id=back.id, actor=cast.desk, at=AT)
    assert holds(session) == []


def test_another_clubs_desk_takes_from_cards_that_open_there_only(session: Session, cast: Cast) -> None:
    here, everywhere = stored(session, cast), stored(session, cast, named="李雷", all_clubs=True)
    elsewhere = replace(cast.desk, club=cast.other_club)

    def pay(card: CardView, actor: Actor) -> values.ValueMove:
        return operations.use_value(
            session, card_id=card.id, amount=yuan("1"), what="", key=actor.club.code, actor=actor, at=AT
        )

    assert pay(everywhere, elsewhere).left == yuan("1199")
    assert refused(session, lambda: pay(here, elsewhere)) == CardRefused.OTHER_CLUB
    for card in (here, everywhere):  # another organisation
        with pytest.raises(NotFound):
            pay(card, cast.other_manager)


def test_sessions_are_taken_by_hand_and_given_back(session: Session, cast: Cast) -> None:
    card = made(session, cast, days=None, visits=3, are_sessions=True, kind="visits")

    def take(visits: int, key: str) -> values.VisitMove:
        return operations.take_visits(
            session, card_id=card.id, visits=visits, what="私教", key=key, actor=cast.desk, at=AT
        )

    move = take(2, "a")
    take(2, "a")
    assert seen(session, card.id).visits_left == 1
    assert refused(session, lambda: take(2, "b")) == CardRefused.USED_UP
    operations.undo_visits(session, card_id=card.id, move_id=move.id, actor=cast.desk, at=AT)
    assert seen(session, card.id).visits_left == 3
    assert holds(session) == []
    term = made(session, cast, named="李雷")
    on_term = lambda: operations.take_visits(  # noqa: E731
        session, card_id=term.id, what="", key="a", actor=cast.desk, at=AT
    )
    assert refused(session, on_term) == CardRefused.NO_VISITS


def test_a_value_card_begins_with_its_first_payment(session: Session, cast: Cast) -> None:
    card = stored(session, cast, days=365, start_rule=StartRule.FIRST_USE.value)
    later = AT + timedelta(days=5)
    operations.use_value(
        session, card_id=card.id, amount=yuan("1"), what="", key="a", actor=cast.desk, at=later
    )
    assert seen(session, card.id).valid_from == TODAY + timedelta(5)


def test_a_part_is_taken_back_only_of_what_is_left(session: Session, cast: Cast) -> None:
    card = made(session, cast, days=None, visits=10, kind="visits", paid_minor=50_000)

    def back(visits: int) -> None:
        operations.take_back(
            session,
            card_id=card.id,
            visits=visits,
            paid_minor=visits * 5000,
            reason="退部分",
            actor=cast.desk,
            at=AT,
        )

    assert refused(session, lambda: back(11)) == CardRefused.TAKEN_BACK
    back(4)
    after = seen(session, card.id)
    assert (after.visits_left, after.status) == (6, CardStatus.ACTIVE)
    assert worth.of_card(session, card.id, today=TODAY).unused_minor == 30_000
    assert holds(session) == []


@pytest.mark.parametrize(
    ("line", "days_on", "used", "unused"),
    [
        ({"days": 100, "paid_minor": 100_000}, 30, 30_000, 70_000),
        ({"days": 100, "paid_minor": 100_000, "extra_days": 50}, 30, 30_000, 70_000),
        ({"days": 100, "paid_minor": 100_000, "extra_days": 50}, 120, 100_000, 0),
        ({"days": 100, "paid_minor": 100_000}, 100, 100_000, 0),
        (
            {
                "days": 100,
                "paid_minor": 100_000,
                "terms": CardTerms(used_at_single_minor=1_500).to_json(),
            },
            30,
            45_000,
            55_000,
        ),
    ],
)
def test_what_a_card_is_worth(
    session: Session, cast: Cast, line: dict[str, object], days_on: int, used: int, unused: int
) -> None:
    card = made(session, cast, **line)
    found = worth.of_card(session, card.id, today=TODAY + timedelta(days_on))
    assert (found.unit, found.used_minor, found.unused_minor) == (Unit.DAY, used, unused)
    assert found.paid_minor == 100_000


def asked(
    session: Session, cast: Cast, card: CardView, kind: ServiceKind, facts: dict[str, object], **sales: SaleID
) -> CardServiceRow:
    row = CardServiceRow(
        club_id=cast.club.id,
        card_id=card.id,
        kind=kind.value,
        state=ServiceState.TO_PAY.value,
        facts=facts,
        asked_at=AT,
        asked_by=cast.desk.account_id,
        **sales,
    )
    session.add(row)
    session.flush()
    return row


def pay(session: Session, sale_id: SaleID) -> None:
    session.execute(
        sa.update(SaleRow).where(SaleRow.id == sale_id).values(received_minor=SaleRow.price_minor)
    )


def test_a_service_is_carried_out_once_when_its_price_and_its_fee_are_paid(
    session: Session, cast: Cast
) -> None:
    card, to = made(session, cast), a_person(session, cast, name="李雷")
    price, fee = (a_sale(session, cast, cast.annual, at=AT) for _ in range(2))
    row = asked(session, cast, card, ServiceKind.TRANSFER, {"person_id": to}, sale_id=price, fee_sale_id=fee)
    pay(session, price)
    assert services.sale_paid(session, sale_id=price, actor=cast.desk, at=AT) == ()
    pay(session, fee)
    (done,) = services.sale_paid(session, sale_id=fee, actor=cast.desk, at=AT)
    assert (done.card_id, row.state, row.done_at) == (card.id, ServiceState.DONE, AT)
    assert seen(session, done.goes_on).person_id == to
    assert services.sale_paid(session, sale_id=fee, actor=cast.desk, at=AT) == ()
    assert holds(session) == []


def test_every_kind_of_service_does_what_it_says(session: Session, cast: Cast) -> None:
    line = a_line(cast.annual, days=30, paid_minor=10_000)
    kinds: tuple[tuple[ServiceKind, dict[str, object]], ...] = (
        (ServiceKind.EXTENSION, {"days": 5, "visits": 0, "reason": "停业"}),
        (ServiceKind.FREEZE, {"last_day": None, "reason": "出差"}),
        (ServiceKind.UNFREEZE, {}),
        (ServiceKind.REISSUE, {}),
        (ServiceKind.RENEWAL, {"line": line.to_json()}),
        (ServiceKind.UPGRADE, {"line": line.to_json(), "trade_in_minor": 100}),
    )
    card = made(session, cast, days=30)
    for kind, facts in kinds:
        sale_id = a_sale(session, cast, cast.annual, at=AT)
        asked(session, cast, card, kind, facts, sale_id=sale_id)
        pay(session, sale_id)
        (done,) = services.sale_paid(session, sale_id=sale_id, actor=cast.desk, at=AT)
        assert done.kind is kind
        if kind is ServiceKind.REISSUE:
            assert seen(session, card.id).link_token != card.link_token
    upgraded = seen(session, done.goes_on)
    assert (upgraded.follows_card_id, upgraded.valid_until) == (card.id, TODAY + timedelta(29))
    assert holds(session) == []


def test_a_service_that_still_owes_money_is_not_carried_out(session: Session, cast: Cast) -> None:
    card = made(session, cast)
    fee = a_sale(session, cast, cast.annual, at=AT)
    row = asked(session, cast, card, ServiceKind.FREEZE, {"last_day": None}, fee_sale_id=fee)
    work = lambda: services.carry_out(session, service_id=row.id, actor=cast.desk, at=AT)  # noqa: E731
    assert refused(session, work) == CardRefused.UNPAID
    with pytest.raises(NotFound):
        services.carry_out(session, service_id=row.id, actor=cast.other_manager, at=AT)


def test_a_card_paid_in_a_sale_before_grants_were_written_gets_its_grant(
    session: Session, cast: Cast
) -> None:
    card = a_card(session, cast, cast.annual, at=AT, paid=False)
    session.execute(sa.text("DROP TRIGGER IF EXISTS card_grant_no_delete")) if (
        session.get_bind().dialect.name == "sqlite"
    ) else session.execute(sa.text("ALTER TABLE card_grant DISABLE TRIGGER USER"))
    session.execute(sa.delete(grants.GRANT).where(grants.GRANT.c.card_id == card.id))
    operations.activate(session, sale_id=card.sale_id, actor=cast.desk, at=AT)
    (only,) = grants.of_card(session, card.id)
    assert (only.grant.days, only.grant.starts_on, only.grant.paid_minor) == (
        365,
        local_day(AT, cast.club.zone),
        cast.annual.price.minor if cast.annual.price else 0,
    )
    assert holds(session) == []


def test_money_that_comes_for_a_card_that_has_ended_stays_and_the_desk_is_asked(
    session: Session, cast: Cast
) -> None:
    card, to = made(session, cast), a_person(session, cast, name="李雷")
    fee = a_sale(session, cast, cast.annual, at=AT)
    row = asked(session, cast, card, ServiceKind.TRANSFER, {"person_id": to}, fee_sale_id=fee)
    operations.end_card(session, card_id=card.id, as_=EndedAs.REFUNDED, actor=cast.desk, at=AT)
    pay(session, fee)
    assert services.sale_paid(session, sale_id=fee, actor=cast.desk, at=AT) == ()
    assert (row.state, row.answer) == (ServiceState.ASKED, CardRefused.CANCELLED)
    assert queries.following(session, card.id) is None


def test_an_agreed_worth_is_never_more_than_stands_behind_the_card(session: Session, cast: Cast) -> None:
    card = made(session, cast, days=None, visits=10, paid_minor=50_000)
    operations.take_back(
        session, card_id=card.id, visits=6, paid_minor=30_000, reason="", actor=cast.desk, at=AT
    )
    new_id = operations.upgrade(
        session,
        card_id=card.id,
        line=a_line(cast.annual, paid_minor=10_000),
        sale_id=a_sale(session, cast, cast.annual, at=AT),
        trade_in_minor=50_000,
        actor=cast.desk,
        at=AT,
    )
    assert worth.of_card(session, new_id, today=TODAY).paid_minor == 30_000
    assert holds(session) == []
