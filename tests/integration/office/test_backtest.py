"""Past sales decided again: with nothing changed nothing changes, and a change does what it would have done then."""

from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales import policies
from clubsales.consultants.credits import queries as credits_
from clubsales.db import Base, transact
from clubsales.errors import NotFound, Refused
from clubsales.office.backtest import operations, queries, working
from clubsales.office.backtest.models import BackTestRow
from clubsales.office.backtest.operations import Task
from clubsales.office.backtest.results import Found
from clubsales.office.backtest.rules import Problem, Standing, Tally
from clubsales.office.replay.player import Player
from clubsales.policy_documents import PolicyError
from tests.builders import Cast, local
from tests.integration.office.random_history import RandomClub
from tests.statements import statements

MARCH = (date(2026, 3, 1), date(2026, 3, 31))
APRIL = local(10, month=4)
OTHER_RULES: dict[str, Any] = {
    "credit": {
        "outside_share_bp": 6_667,
        "tracked_friend": {"tracked_guest": "receiver", "friend_tracker_bp": 3_333},
        "basis": "contract_at_first_receipt",
    },
    "proxy": {"share_bp": 2_500},
    "gift_coupon": {"resets_tracking": False},
    "follow_up": {"valid_days": 2},
}
ONE_BY_ONE: list[dict[str, Any]] = [
    {"credit": {"outside_share_bp": 0}},
    {"credit": {"tracked_friend": {"tracked_guest": "receiver"}}},
    {"credit": {"tracked_friend": {"friend_tracker_bp": 10_000}}},
    {"credit": {"basis": "contract_at_first_receipt"}},
    {"proxy": {"share_bp": 3_333}},
    {"gift_coupon": {"resets_tracking": False}},
    {"follow_up": {"valid_days": 1}},
]


def examined(session: Session, player: Player, changes: dict[str, Any]) -> Tally:
    """What a back-test of March finds."""
    tally = Tally()
    task = Task(
        id=0,
        club=player.here,
        asked_at=APRIL,
        first_day=MARCH[0],
        last_day=MARCH[1],
        changes=changes,
    )
    assert list(operations.examine(session, task, tally))
    return tally


def lived(seed: int, policy: dict[str, Any] | None = None, days: int = 4) -> RandomClub:
    club = RandomClub(seed, policy)
    club.live(days)
    return club


def booked(session: Session, player: Player) -> dict[str, dict[str, int]]:
    """What stands in the ledger, by the codes of sales and staff."""
    staff = {actor.consultant_id: code for code, actor in player.staff.items()}
    return {
        code: {
            staff.get(holder, "house"): amount.minor
            for holder, amount in credits_.booked_of(session, sale_id).amounts.items()
            if amount
        }
        for code, sale_id in player.sales.items()
    }


@pytest.mark.parametrize("policy", [{}, OTHER_RULES], ids=["default", "other rules"])
@pytest.mark.parametrize("seed", range(3))
def test_with_nothing_changed_no_sale_changes_hands(
    session: Session, seed: int, policy: dict[str, Any]
) -> None:
    player = lived(seed, policy).player
    tally = examined(session, player, {})
    assert tally.standings[Standing.SAME] == sum(tally.standings.values()) > 20
    assert tally.moved == 0
    rules = {credits_.stored_head(session, player.here.id, sale).rule for sale in player.sales.values()}  # type: ignore[union-attr]
    assert rules >= {"DSP-01", "DSP-02", "DSP-03", "DSP-06", "RCV-08"}


def test_a_change_does_what_it_would_have_done(session: Session) -> None:
    """The same days lived under the changed policy credit every sale as the back-test says, to the cent."""
    player = lived(8).player
    for number, change in enumerate(ONE_BY_ONE):
        # The names of the staff are taken by whoever lived before; in the middle of an update no two may be alike either.
        session.execute(sa.text(f"UPDATE account SET username = 'once-{number}-' || username"))
        session.commit()
        lived_otherwise(session, player, change)


def lived_otherwise(session: Session, player: Player, change: dict[str, Any]) -> None:
    other = lived(8, change).player
    tally = examined(session, player, change)
    assert tally.standings[Standing.UNLIKE] == 0
    before, after = booked(session, player), booked(session, other)
    assert before.keys() == after.keys()
    codes = {sale_id: code for code, sale_id in player.sales.items()}
    staff = {actor.consultant_id: code for code, actor in player.staff.items()}
    changed = {
        codes[verdict.sale.id]: (
            {staff.get(holder, "house"): minor for holder, minor in verdict.was.items()},
            {staff.get(holder, "house"): minor for holder, minor in verdict.would_be.items()},
        )
        for verdict in tally.changed
    }
    assert changed, f"these days should show what {change} does"
    for code, sides in changed.items():
        assert sides == (before[code], after[code]), change
    assert {code for code in before if before[code] != after[code]} <= changed.keys()
    sums = {staff.get(holder, "house"): account for holder, account in tally.accounts.items()}
    for name, account in sums.items():
        assert account.before == sum(of_sale.get(name, 0) for of_sale in before.values()), change
        assert account.after == sum(of_sale.get(name, 0) for of_sale in after.values()), change


def test_a_change_to_what_designates_takes_designated_guests_away(session: Session) -> None:
    player = lived(8).player
    tally = examined(session, player, {"designation": {"precedence": ["business_card"]}})
    assert {verdict.sale.rule for verdict in tally.changed} == {"DSP-01"}
    assert all(verdict.reason is not None and verdict.reason.rule != "" for verdict in tally.changed)
    assert {verdict.sale.reason["code"] for verdict in tally.changed} <= {
        "attribution.designated_by_name",
        "attribution.designated",
    }


def test_each_sale_is_decided_by_the_policy_of_its_own_day(session: Session) -> None:
    club = lived(8, {"credit": {"outside_share_bp": 5_000}}, days=2)
    policies.publish(
        session,
        changes={"credit": {"outside_share_bp": 9_000}},
        valid_from=date(2026, 3, 4),
        actor=club.player.staff["M"],
        at=club.moment,
    )
    session.commit()
    club.go_on(first=2, days=2)
    assert examined(session, club.player, {}).standings[Standing.SAME] == len(paid(session, club.player))
    changed = examined(session, club.player, {"credit": {"outside_share_bp": 9_000}}).changed
    assert changed
    assert {verdict.sale.day for verdict in changed} <= {date(2026, 3, 2), date(2026, 3, 3)}


def paid(session: Session, player: Player) -> list[int]:
    """The sales whose credit is decided."""
    club_id = player.here.id
    return [
        sale_id
        for sale_id in player.sales.values()
        if credits_.stored_head(session, club_id, sale_id) is not None
    ]


def test_what_was_ruled_or_is_argued_about_stays(session: Session) -> None:
    club = lived(8)
    player, change = club.player, {"credit": {"outside_share_bp": 0}}
    first, second, *_others = [
        next(code for code, sale_id in player.sales.items() if sale_id == verdict.sale.id)
        for verdict in examined(session, player, change).changed
    ]
    for code in (first, second):
        opener = next(name for name in ("X", "Y") if name in booked(session, player)[code])
        club.play("dispute_opened", sale=code, by=opener)
    club.play("dispute_ruled", sale=first, by="M", confirm=True)
    tally = examined(session, player, change)
    assert {verdict.sale.id: verdict.standing for verdict in tally.apart} == {
        player.sales[first]: Standing.RULED,
        player.sales[second]: Standing.DISPUTED,
    }
    held = sum(
        minor
        for verdict in tally.apart
        for minor in verdict.was.values()
        if verdict.standing is Standing.DISPUTED
    )
    assert held == 0, "what is held stands in no ledger"


def test_a_sale_whose_records_have_changed_since_is_left_alone(session: Session) -> None:
    player = lived(8).player
    change = {"credit": {"outside_share_bp": 0}}
    changed = examined(session, player, change).changed[0]
    outside = changed.sale.head.shares[0].consultant_id
    session.execute(sa.text("UPDATE consultant SET kind = 'inside' WHERE id = :id"), {"id": outside})
    tally = examined(session, player, change)
    assert changed.sale.id in {
        verdict.sale.id for verdict in tally.apart if verdict.standing is Standing.UNLIKE
    }
    assert changed.sale.id not in {verdict.sale.id for verdict in tally.changed}


def asked(session: Session, player: Player, changes: dict[str, Any]) -> str:
    public_id: str = transact(
        lambda s: operations.ask(
            s,
            first_day=MARCH[0],
            last_day=MARCH[1],
            changes=changes,
            actor=player.staff["M"],
            at=APRIL,
        )
    )
    return public_id


def found_of(session: Session, player: Player, public_id: str) -> Found:
    found = queries.by_public_id(session, player.here.id, public_id).found
    assert found is not None
    return found


def contents(session: Session) -> dict[str, list[Any]]:
    """Every table but the back-tests' own."""
    return {
        table.name: sorted(map(repr, session.execute(sa.select(table))))
        for table in Base.metadata.sorted_tables
        if table.name != BackTestRow.__tablename__
    }


def test_the_worker_writes_nothing_but_the_back_test(session: Session) -> None:
    player = lived(1, days=2).player
    public_id = asked(session, player, OTHER_RULES)
    before = contents(session)
    working.carry_out_next(APRIL)
    session.expire_all()
    assert contents(session) == before
    test = queries.by_public_id(session, player.here.id, public_id)
    assert (test.done, test.is_running, test.problem) == (test.total, False, None)
    assert test.done == len(paid(session, player))
    tally = examined(session, player, OTHER_RULES)
    found = found_of(session, player, public_id)
    assert (found.sales, found.moved, len(found.changed)) == (test.done, tally.moved, len(tally.changed))
    assert {holder: (one.before, one.after, one.sales) for holder, one in found.accounts.items()} == {
        holder: (one.before, one.after, one.sales) for holder, one in tally.accounts.items()
    }
    assert found.values["follow_up.valid_days"] == [15]


def test_one_that_was_stopped_on_the_way_begins_again(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    player = lived(1, days=2).player
    public_id = asked(session, player, OTHER_RULES)

    class Stopped(BaseException):
        pass

    def stop(*_arguments: object, **_named: object) -> None:
        raise Stopped

    with monkeypatch.context() as patch:
        patch.setattr(operations, "finish", stop)
        with pytest.raises(Stopped):
            working.carry_out_next(APRIL)
    session.rollback()
    session.expire_all()
    assert queries.progress_of(session, player.here.id, public_id).is_running
    working.carry_out_next(APRIL)
    session.expire_all()
    assert found_of(session, player, public_id).sales == len(paid(session, player))


def test_what_goes_wrong_is_said_and_not_tried_for_ever(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    player = lived(1, days=1).player
    public_id = asked(session, player, OTHER_RULES)

    def fail(*_arguments: object, **_named: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(operations.evidence, "gather", fail)
    working.carry_out_next(APRIL)
    session.expire_all()
    test = queries.by_public_id(session, player.here.id, public_id)
    assert (test.problem, test.is_running, test.found) == (Problem.FAILED, False, None)
    with statements() as sent:
        working.carry_out_next(APRIL)
    assert len(sent) == 1, "nothing waits: one look"


def test_what_the_database_refuses_is_tried_again_but_not_for_ever(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    player = lived(1, days=1).player
    public_id = asked(session, player, OTHER_RULES)

    def refuse(*_arguments: object, **_named: object) -> None:
        raise sa.exc.OperationalError("SELECT", None, Exception("too long"))

    monkeypatch.setattr(operations.evidence, "gather", refuse)
    with pytest.raises(sa.exc.OperationalError):
        working.carry_out_next(APRIL)
    session.rollback()
    session.expire_all()
    assert queries.progress_of(session, player.here.id, public_id).is_running
    working.carry_out_next(APRIL + timedelta(days=1))
    session.expire_all()
    assert queries.progress_of(session, player.here.id, public_id).problem is Problem.FAILED


def test_the_number_of_statements_does_not_grow_with_the_sales(session: Session) -> None:
    counts, club = [], lived(1, days=1)
    for days in (0, 4):
        club.go_on(first=1, days=days)
        with statements() as sent:
            examined(session, club.player, OTHER_RULES)
        counts.append(len(sent))
    assert counts[0] <= counts[1] <= counts[0] + 3  # a set that is empty is not asked for
    assert max(counts) <= 16


def test_the_days_and_settings_are_looked_at_before_anything_is_stored(session: Session, cast: Cast) -> None:
    wrong = (
        (date(2026, 3, 9), date(2026, 3, 10), {}, "back_test.to_come"),
        (date(2026, 3, 8), date(2026, 3, 7), {}, "back_test.period"),
        (date(2025, 3, 1), date(2026, 3, 8), {}, "back_test.period"),
        (date(2026, 3, 1), date(2026, 3, 8), {"rotation": {"busy_turn": "keep"}}, "back_test.setting"),
    )
    for first, last, changes, code in wrong:
        with pytest.raises(Refused) as refused:
            operations.ask(
                session, first_day=first, last_day=last, changes=changes, actor=cast.manager, at=local(9)
            )
        assert refused.value.code == code
    with pytest.raises(PolicyError):
        operations.ask(
            session,
            first_day=date(2026, 3, 1),
            last_day=date(2026, 3, 8),
            changes={"credit": {"outside_share_bp": 10_001}},
            actor=cast.manager,
            at=local(9),
        )
    assert queries.latest(session, cast.club.id) == []


def test_another_clubs_back_test_is_not_there(session: Session, cast: Cast) -> None:
    public_id = operations.ask(
        session, first_day=MARCH[0], last_day=MARCH[1], changes=OTHER_RULES, actor=cast.manager, at=APRIL
    )
    operations.carry_out(session, public_id=public_id, actor=cast.manager, at=APRIL)
    found = queries.by_public_id(session, cast.club.id, public_id).found
    assert found is not None
    assert found.sales == 0
    for look in (queries.by_public_id, queries.progress_of):
        with pytest.raises(NotFound):
            look(session, cast.foreign_club.id, public_id)
    with pytest.raises(NotFound):
        operations.carry_out(session, public_id=public_id, actor=cast.other_manager, at=APRIL)
