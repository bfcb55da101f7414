"""Going on post, handing over and leaving it: plan, lateness, leave, checklists, the day's form."""

from collections.abc import Mapping

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from clubsales import policies
from clubsales.actor import Actor, Role
from clubsales.audit import AuditEvent
from clubsales.clock import Instant, local_day
from clubsales.consultants.checklists import operations as checklists
from clubsales.consultants.checklists import queries as checklist_queries
from clubsales.consultants.checklists.rules import Item, Occasion
from clubsales.consultants.checklists.starters import starter
from clubsales.consultants.leave.models import LeaveRow
from clubsales.consultants.roster import operations as roster
from clubsales.consultants.shifts import queries as shifts
from clubsales.consultants.shifts.models import ShiftRow
from clubsales.consultants.shifts.rules import Override, Status
from clubsales.errors import NotFound, Refused
from clubsales.frontdesk.posts import dayforms, dayplans, handovers, operations
from clubsales.frontdesk.posts.beginning import beginning
from clubsales.frontdesk.posts.dayforms import Closing
from clubsales.frontdesk.posts.models import DayFormRow, HandoverRow
from clubsales.frontdesk.posts.rules import DayPlan
from clubsales.frontdesk.reception import operations as reception
from clubsales.frontdesk.reception.rules import Outcome
from clubsales.ids import AccountID
from clubsales.leads.passes import operations as passes
from clubsales.leads.passes.rules import PassKind
from clubsales.membership.payments.rules import Method
from clubsales.membership.sales import operations as sales
from clubsales.membership.sales.rules import SaleKind
from tests.builders import Cast, consultant_of, local, yuan
from tests.integration.frontdesk.floor import set_policy

DAY = local(9).date()
EARLY = starter(Occasion.OPENING, "early")
LATE = starter(Occasion.OPENING, "late")


def ticked(checklist_codes: tuple[str, ...]) -> Mapping[str, object]:
    return dict.fromkeys(checklist_codes, True)


def opens(session: Session, actor: Actor, at: Instant, **more: object) -> ShiftRow:
    given = {"checklist": None, **more}
    shift_id = operations.open_shift(
        session,
        consultant_id=consultant_of(actor),
        actor=actor,
        at=at,
        **given,  # type: ignore[arg-type]
    )
    row = session.get(ShiftRow, shift_id, populate_existing=True)
    assert row is not None
    return row


def closes(session: Session, actor: Actor, at: Instant, **more: object) -> None:
    operations.close_shift(
        session,
        consultant_id=consultant_of(actor),
        actor=actor,
        at=at,
        **more,  # type: ignore[arg-type]
    )


def plans(session: Session, cast: Cast, actor: Actor, shift: str) -> int:
    return roster.plan(
        session,
        consultant_id=consultant_of(actor),
        day=local_day(local(9), cast.club.zone),
        shift=shift,
        actor=cast.supervisor,
        at=local(20, day=8),
    )


def on_leave(session: Session, cast: Cast, actor: Actor, **changes: object) -> None:
    day = local_day(local(9), cast.club.zone)
    policy = policies.policy_on(session, cast.club, day)
    values: dict[str, object] = {
        "club_id": cast.club.id,
        "consultant_id": consultant_of(actor),
        "kind": "annual",
        "first_day": day,
        "last_day": day,
        "half_days": 2,
        "status": "approved",
        "filed_at": local(9, day=2),
        "filed_by": actor.account_id,
        "policy_version_id": policy.version_id,
        **changes,
    }
    session.add(LeaveRow(**values))
    session.flush()


# Opening


@pytest.mark.parametrize(
    ("hour", "minute", "late"), [(8, 50, 0), (9, 0, 0), (9, 12, 0), (9, 15, 15), (9, 27, 27), (12, 0, 180)]
)
def test_lateness_counts_from_the_planned_start_once_the_grace_is_over(
    session: Session, cast: Cast, hour: int, minute: int, late: int
) -> None:
    entry_id = plans(session, cast, cast.lin, "early")
    shift = opens(session, cast.lin, local(hour, minute))
    assert (shift.roster_entry_id, shift.late_minutes) == (entry_id, late)
    facts = session.scalars(sa.select(AuditEvent.facts).where(AuditEvent.tag == "shift:opened")).one()
    assert (facts["late_minutes"], facts["roster_entry_id"]) == (late, entry_id)


def test_the_grace_is_the_clubs(session: Session, cast: Cast) -> None:
    policies.publish(
        session, changes={"shift": {"grace_minutes": 5}}, valid_from=DAY, actor=cast.manager, at=local(1)
    )
    plans(session, cast, cast.lin, "early")
    found = beginning(session, consultant_of(cast.lin), cast.lin, local(9, 6))
    assert found.late_minutes == 6
    assert found.lateness is not None
    assert (found.lateness.rule, found.lateness.code) == ("ATT-02", "shift.late")


def test_without_a_plan_nobody_is_late(session: Session, cast: Cast) -> None:
    shift = opens(session, cast.lin, local(11))
    assert (shift.roster_entry_id, shift.late_minutes) == (None, None)


def test_who_goes_and_comes_back_is_not_late_a_second_time(session: Session, cast: Cast) -> None:
    plans(session, cast, cast.lin, "early")
    opens(session, cast.lin, local(9))
    opens(session, cast.zhou, local(9))
    closes(session, cast.lin, local(11), acknowledged_by=consultant_of(cast.zhou))
    assert opens(session, cast.lin, local(13)).late_minutes == 0


def test_the_checklist_is_the_one_of_the_planned_shift(session: Session, cast: Cast) -> None:
    plans(session, cast, cast.lin, "late")
    assert beginning(session, consultant_of(cast.lin), cast.lin, local(13, 50)).checklist == LATE
    # Even when the early shift begins nearer, and somebody says it is the early one.
    assert beginning(session, consultant_of(cast.lin), cast.lin, local(9), chosen="early").shift == "late"
    shift = opens(session, cast.lin, local(13, 50), checklist=ticked(LATE.codes), number=1)
    assert shift.opening_checklist == {"shift": "late", "number": 1, "items": dict(ticked(LATE.codes))}


def test_without_a_plan_one_says_which_shift_it_is(session: Session, cast: Cast) -> None:
    me = consultant_of(cast.lin)
    assert beginning(session, me, cast.lin, local(9)).shift == "early"
    assert beginning(session, me, cast.lin, local(9), chosen="late").shift == "late"
    assert beginning(session, me, cast.lin, local(9), chosen="nonsense").shift == "early"
    assert beginning(session, me, cast.lin, local(15)).shift == "late"


def test_an_unticked_item_of_the_clubs_own_list_keeps_the_shift_closed(session: Session, cast: Cast) -> None:
    for codes in ((), EARLY.codes[1:]):
        with pytest.raises(Refused) as refused:
            opens(session, cast.lin, local(9), checklist=ticked(codes))
        assert refused.value.code == "shift.checklist"
    opens(session, cast.lin, local(9), checklist=ticked(EARLY.codes))


def test_a_new_version_is_read_before_it_is_ticked(session: Session, cast: Cast) -> None:
    me = consultant_of(cast.lin)
    assert beginning(session, me, cast.lin, local(9)).is_new
    published = checklists.publish(
        session,
        occasion=Occasion.OPENING,
        shift="early",
        items=[Item("smile", "微笑", "I smile")],
        seen=1,
        actor=cast.manager,
        at=local(8),
    )
    with pytest.raises(Refused) as refused:
        opens(session, cast.lin, local(9), checklist=ticked(EARLY.codes), number=1)
    assert refused.value.code == "shift.new_checklist"
    opens(session, cast.lin, local(9), checklist={"smile": True}, number=2)
    assert checklist_queries.has_read(session, me, published)
    assert not checklist_queries.has_read(session, consultant_of(cast.zhou), published)


def test_what_a_history_says_acknowledges_nothing(session: Session, cast: Cast) -> None:
    opens(session, cast.lin, local(9))
    assert not checklist_queries.has_read(session, consultant_of(cast.lin), EARLY)


@pytest.mark.parametrize(
    ("leave", "hour", "refused"),
    [
        ({}, 9, True),
        ({"status": "filed"}, 9, False),
        ({"status": "withdrawn"}, 9, False),
        ({"half_days": 1, "from_noon": True}, 9, False),
        ({"half_days": 1, "from_noon": True}, 12, True),
        ({"half_days": 1, "until_noon": True}, 9, True),
        ({"half_days": 1, "until_noon": True}, 12, False),
    ],
)
def test_on_approved_leave_no_shift_is_opened(
    session: Session, cast: Cast, leave: dict[str, object], hour: int, refused: bool
) -> None:
    on_leave(session, cast, cast.lin, **leave)
    if not refused:
        opens(session, cast.lin, local(hour))
        return
    with pytest.raises(Refused) as found:
        opens(session, cast.lin, local(hour))
    assert found.value.code == "shift.on_leave"
    assert shifts.open_shift_of(session, consultant_of(cast.lin)) is None


def test_the_days_plan_is_set_with_the_shift_and_changed_later(session: Session, cast: Cast) -> None:
    me = consultant_of(cast.lin)
    opens(session, cast.lin, local(9), plan=DayPlan(calls=30, sales=1))
    assert dayplans.plan_of(session, me, DAY) == DayPlan(calls=30, sales=1)
    for _press in range(2):
        plan = DayPlan(calls=20, visits=3, note="老会员")
        dayplans.set_plan(session, consultant_id=me, plan=plan, actor=cast.lin, at=local(10))
    assert dayplans.plan_of(session, me, DAY) == DayPlan(calls=20, visits=3, note="老会员")
    session.flush()
    assert dayplans.plan_of(session, me, local(9, day=10).date()) is None
    with pytest.raises(NotFound):
        dayplans.set_plan(session, consultant_id=me, plan=DayPlan(), actor=cast.other_manager, at=local(10))


# Handing over


def offers(session: Session, giver: Actor, relief: Actor, at: Instant, note: str = "两位六点再来") -> str:
    return handovers.offer_handover(session, to=consultant_of(relief), note=note, actor=giver, at=at)


def takes_over(session: Session, relief: Actor, public_id: str, at: Instant) -> None:
    handovers.acknowledge_handover(session, public_id=public_id, actor=relief, at=at)


def test_the_relief_acknowledges_himself_and_only_then_the_shift_closes(session: Session, cast: Cast) -> None:
    """SC-06 with the note: 20:55 alone, 21:02 the relief is there, 21:03 he has read it."""
    opens(session, cast.lin, local(14))
    with pytest.raises(Refused) as refused:
        closes(session, cast.lin, local(20, 55))
    assert refused.value.code == "shift.relief_missing"
    opens(session, cast.zhou, local(21, 2))
    with pytest.raises(Refused) as refused:
        closes(session, cast.lin, local(21, 2))
    assert refused.value.code == "shift.handover_missing"
    public_id = offers(session, cast.lin, cast.zhou, local(21, 2))
    with pytest.raises(Refused) as refused:
        closes(session, cast.lin, local(21, 2))
    assert refused.value.code == "shift.handover_missing"
    assert [each.note for each in handovers.offered_to(session, cast.club.id, consultant_of(cast.zhou))] == [
        "两位六点再来"
    ]
    takes_over(session, cast.zhou, public_id, local(21, 3))
    takes_over(session, cast.zhou, public_id, local(21, 3))  # a second press
    assert handovers.offered_to(session, cast.club.id, consultant_of(cast.zhou)) == []
    closes(session, cast.lin, local(21, 3))
    last = shifts.last_handover(session, cast.club.id)
    assert last is not None
    assert (last.handover_note, last.acknowledged_by) == ("两位六点再来", consultant_of(cast.zhou))
    tags = session.scalars(sa.select(AuditEvent.tag).where(AuditEvent.tag.like("shift:handover%")))
    assert sorted(tags) == ["shift:handover_acknowledged", "shift:handover_offered"]


def test_nobody_acknowledges_for_another(session: Session, cast: Cast) -> None:
    for actor in (cast.lin, cast.zhou, cast.ma):
        opens(session, actor, local(9))
    public_id = offers(session, cast.lin, cast.zhou, local(17))
    for other in (cast.ma, cast.lin, cast.manager):
        with pytest.raises(Refused) as refused:
            takes_over(session, other, public_id, local(17))
        assert refused.value.code == "handover.not_for_you"
    with pytest.raises(NotFound):
        takes_over(session, cast.other_manager, public_id, local(17))
    with pytest.raises(NotFound):
        takes_over(session, cast.zhou, "a2b3c4d5e6f7", local(17))


def test_a_colleague_off_post_is_offered_nothing_and_takes_nothing(session: Session, cast: Cast) -> None:
    for actor in (cast.lin, cast.zhou, cast.ma):
        opens(session, actor, local(9))
    public_id = offers(session, cast.lin, cast.zhou, local(17))
    operations.change_status(
        session, consultant_id=consultant_of(cast.zhou), status=Status.MEAL, actor=cast.zhou, at=local(17)
    )
    for attempt in (
        lambda: takes_over(session, cast.zhou, public_id, local(17, 1)),
        lambda: offers(session, cast.lin, cast.zhou, local(17, 1), note="other"),
        lambda: offers(session, cast.lin, cast.supervisor, local(17, 1)),
    ):
        with pytest.raises((Refused, NotFound)) as refused:
            attempt()
        if isinstance(refused.value, Refused):
            assert refused.value.code == "handover.relief_off_post"


def changes(
    session: Session,
    actor: Actor,
    status: Status,
    at: Instant,
    *,
    by: Actor | None = None,
    override: Override | None = None,
    recorded: bool = False,
) -> None:
    operations.change_status(
        session,
        consultant_id=consultant_of(actor),
        status=status,
        override=override,
        recorded=recorded,
        actor=by or actor,
        at=at,
    )


def test_nobody_leaves_a_guest_for_a_meal_until_he_is_seen_out(session: Session, cast: Cast) -> None:
    for actor in (cast.lin, cast.zhou):
        opens(session, actor, local(9))
    guest = reception.arrive(session, e164=None, name="陈晨", actor=cast.desk, at=local(11))
    for status in (Status.MEAL, Status.MEETING, Status.AWAY):
        with pytest.raises(Refused) as refused:
            changes(session, cast.lin, status, local(11, 5))
        assert refused.value.code == "shift.guest_with_him"
    changes(session, cast.lin, Status.ON_POST, local(11, 5))  # where she is
    reception.see_out(
        session, reception_id=guest.reception_id, outcome=Outcome.LEFT, actor=cast.lin, at=local(11, 6)
    )
    changes(session, cast.lin, Status.MEAL, local(11, 7))


def test_an_offer_nobody_accepted_keeps_nobody_on_post(session: Session, cast: Cast) -> None:
    set_policy(session, cast, rotation={"accept_seconds": 60})
    for actor in (cast.lin, cast.zhou):
        opens(session, actor, local(9))
    reception.arrive(session, e164=None, name="陈晨", actor=cast.desk, at=local(11))
    changes(session, cast.lin, Status.MEAL, local(11))


def test_the_manager_lets_somebody_leave_a_guest_in_an_emergency(session: Session, cast: Cast) -> None:
    for actor in (cast.lin, cast.zhou):
        opens(session, actor, local(9))
    reception.arrive(session, e164=None, name="陈晨", actor=cast.desk, at=local(11))
    supervisor = Override(AccountID(1), frozenset({Role.SUPERVISOR}), "急事")
    with pytest.raises(Refused) as refused:
        changes(session, cast.lin, Status.AWAY, local(11, 5), override=supervisor, by=cast.supervisor)
    assert refused.value.code == "shift.override"
    assert cast.manager.account_id is not None
    released = Override(cast.manager.account_id, cast.manager.roles, "孩子发烧")
    changes(session, cast.lin, Status.AWAY, local(11, 5), override=released, by=cast.manager)
    changes(session, cast.lin, Status.MEAL, local(11, 30))  # off post already
    changes(session, cast.lin, Status.ON_POST, local(11, 50))


def test_a_history_tells_of_a_meal_with_a_guest(session: Session, cast: Cast) -> None:
    for actor in (cast.lin, cast.zhou):
        opens(session, actor, local(9))
    reception.arrive(session, e164=None, name="陈晨", actor=cast.desk, at=local(11))
    changes(session, cast.lin, Status.MEAL, local(11, 5), recorded=True)


def test_who_took_over_and_went_for_a_meal_does_not_keep_the_post(session: Session, cast: Cast) -> None:
    for actor in (cast.lin, cast.zhou, cast.ma):
        opens(session, actor, local(9))
    takes_over(session, cast.zhou, offers(session, cast.lin, cast.zhou, local(17)), local(17))
    operations.change_status(
        session, consultant_id=consultant_of(cast.zhou), status=Status.MEAL, actor=cast.zhou, at=local(17, 1)
    )
    with pytest.raises(Refused) as refused:
        closes(session, cast.lin, local(17, 2))
    assert refused.value.code == "shift.handover_missing"


def test_an_offer_to_somebody_else_takes_the_first_one_back(session: Session, cast: Cast) -> None:
    for actor in (cast.lin, cast.zhou, cast.ma):
        opens(session, actor, local(9))
    first = offers(session, cast.lin, cast.zhou, local(17))
    assert offers(session, cast.lin, cast.zhou, local(17)) == first  # pressed twice
    second = offers(session, cast.lin, cast.ma, local(17, 1))
    with pytest.raises(Refused) as refused:
        takes_over(session, cast.zhou, first, local(17, 2))
    assert refused.value.code == "handover.withdrawn"
    takes_over(session, cast.ma, second, local(17, 2))
    handovers.withdraw_handover(session, actor=cast.lin, at=local(17, 3))
    handovers.withdraw_handover(session, actor=cast.lin, at=local(17, 3))
    with pytest.raises(Refused) as refused:
        closes(session, cast.lin, local(17, 4))
    assert refused.value.code == "shift.handover_missing"
    live = session.scalars(sa.select(HandoverRow).where(HandoverRow.withdrawn_at.is_(None))).all()
    assert live == []


def test_only_who_is_on_shift_hands_over(session: Session, cast: Cast) -> None:
    opens(session, cast.zhou, local(9))
    for attempt in (
        lambda: offers(session, cast.lin, cast.zhou, local(17)),
        lambda: handovers.withdraw_handover(session, actor=cast.lin, at=local(17)),
    ):
        with pytest.raises(Refused) as refused:
            attempt()
        assert refused.value.code == "shift.not_open"


def test_after_hours_nobody_is_needed(session: Session, cast: Cast) -> None:
    opens(session, cast.lin, local(14))
    closes(session, cast.lin, local(22))
    assert shifts.open_shifts(session, cast.club.id) == []


# Closing


def test_a_shift_closes_when_every_guest_has_an_outcome(session: Session, cast: Cast) -> None:
    opens(session, cast.lin, local(9))
    arrival = reception.arrive(session, e164="+8613800138000", actor=cast.desk, at=local(21, 50))
    with pytest.raises(Refused) as refused:
        closes(session, cast.lin, local(22, 5))
    assert refused.value.code == "reception.open"
    reception.see_out(
        session,
        reception_id=arrival.reception_id,
        outcome=Outcome.BE_BACK,
        actor=cast.lin,
        at=local(22, 6),
    )
    closes(session, cast.lin, local(22, 7))


def test_the_closing_checklist_is_ticked(session: Session, cast: Cast) -> None:
    opens(session, cast.lin, local(14), shift="late")
    codes = starter(Occasion.CLOSING, "late").codes
    with pytest.raises(Refused) as refused:
        closes(session, cast.lin, local(22), closing_checklist=ticked(codes[:-1]))
    assert refused.value.code == "shift.checklist"
    with pytest.raises(Refused) as refused:
        closes(session, cast.lin, local(22), closing_checklist=ticked(codes), number=2)
    assert refused.value.code == "shift.new_checklist"
    closes(session, cast.lin, local(22), closing_checklist=ticked(codes), number=1)
    read = starter(Occasion.CLOSING, "late")
    assert checklist_queries.has_read(session, consultant_of(cast.lin), read)


def test_the_form_is_filled_from_what_happened(session: Session, cast: Cast) -> None:
    shift = opens(session, cast.lin, local(9), plan=DayPlan(calls=10, visits=2))
    arrival = reception.arrive(session, e164="+8613800138000", actor=cast.desk, at=local(10))
    sale_id = sales.open_sale(
        session,
        card_type_id=cast.annual.id,
        price=None,
        kind=SaleKind.NEW,
        consultant_id=cast.lin.consultant_id,
        actor=cast.lin,
        at=local(10, 30),
    )
    sales.book_receipt(
        session, sale_id=sale_id, amount=yuan("500.00"), method=Method.CASH, actor=cast.lin, at=local(10, 40)
    )
    sales.book_receipt(
        session, sale_id=sale_id, amount=yuan("80.00"), method=Method.CASH, actor=cast.desk, at=local(10, 45)
    )
    reception.see_out(
        session, reception_id=arrival.reception_id, outcome=Outcome.SOLD, actor=cast.lin, at=local(11)
    )
    passes.issue(
        session, kind=PassKind.TRIAL_PASS, consultant_id=consultant_of(cast.lin), actor=cast.lin, at=local(12)
    )
    closing = Closing(counted={Method.CASH: yuan("500.00")}, note="顺利")
    closes(session, cast.lin, local(22), form=closing)
    form = dayforms.of_shift(session, cast.club, shift.id)  # type: ignore[arg-type]
    numbers = form.numbers
    assert (form.name, form.local_day, form.note) == ("林静", DAY, "顺利")
    assert (numbers.guests, numbers.outcomes) == ({"rotation": 1}, {"sold": 1})
    assert (numbers.sales, str(numbers.sold), numbers.passes) == (1, "3980.00", 1)
    assert {method: str(amount) for method, amount in numbers.takings.items()} == {Method.CASH: "500.00"}
    assert numbers.plan == DayPlan(calls=10, visits=2)
    count = dayforms.count_of(session, cast.club, form)
    assert count is not None
    assert count.differences == ()
    assert dayforms.on_day(session, cast.club, DAY) == [form]
    assert dayforms.of_consultant(session, cast.club, consultant_of(cast.lin)) == [form]
    with pytest.raises(NotFound):
        dayforms.by_public_id(session, cast.foreign_club, form.public_id)
    session.commit()
    with pytest.raises(DBAPIError):
        session.execute(sa.update(DayFormRow).values(note="nicer"))
    session.rollback()


def test_what_was_taken_and_counted_otherwise_is_explained_before_the_shift_closes(
    session: Session, cast: Cast
) -> None:
    shift = opens(session, cast.lin, local(9))
    sale_id = sales.open_sale(
        session,
        card_type_id=cast.annual.id,
        price=None,
        kind=SaleKind.NEW,
        consultant_id=cast.lin.consultant_id,
        actor=cast.lin,
        at=local(10),
    )
    sales.book_receipt(
        session, sale_id=sale_id, amount=yuan("500.00"), method=Method.CASH, actor=cast.lin, at=local(10)
    )
    session.commit()
    with pytest.raises(Refused) as refused:
        closes(session, cast.lin, local(22), form=Closing(counted={Method.CASH: yuan("480.00")}))
    assert refused.value.code == "takings.explanation"
    session.rollback()
    assert shifts.open_shift_of(session, consultant_of(cast.lin)) is not None
    closes(
        session,
        cast.lin,
        local(22),
        form=Closing(counted={Method.CASH: yuan("480.00")}, explanation="找错了二十"),
    )
    form = dayforms.of_shift(session, cast.club, shift.id)  # type: ignore[arg-type]
    count = dayforms.count_of(session, cast.club, form)
    assert count is not None
    assert count.explanation == "找错了二十"


def test_who_took_nothing_counts_nothing(session: Session, cast: Cast) -> None:
    shift = opens(session, cast.lin, local(9))
    closes(session, cast.lin, local(22), form=Closing(counted={}))
    assert dayforms.of_shift(session, cast.club, shift.id).till_count_id is None  # type: ignore[arg-type]


def test_a_manager_lets_go_without_a_list_and_the_form_is_filled_all_the_same(
    session: Session, cast: Cast
) -> None:
    shift = opens(session, cast.lin, local(14))
    assert cast.manager.account_id is not None
    override = Override(cast.manager.account_id, cast.manager.roles, "生病")
    operations.close_shift(
        session, consultant_id=consultant_of(cast.lin), override=override, actor=cast.manager, at=local(18)
    )
    row = session.get(ShiftRow, shift.id, populate_existing=True)
    assert row is not None
    assert (row.closing_checklist, row.override_reason) == ({}, "生病")
    assert dayforms.of_shift(session, cast.club, shift.id).note == ""  # type: ignore[arg-type]


def test_more_than_one_may_have_to_stay_on_post(session: Session, cast: Cast) -> None:
    policies.publish(
        session, changes={"shift": {"min_on_post": 2}}, valid_from=DAY, actor=cast.manager, at=local(1)
    )
    for actor in (cast.lin, cast.zhou):
        opens(session, actor, local(9))
    takes_over(session, cast.zhou, offers(session, cast.lin, cast.zhou, local(17)), local(17))
    with pytest.raises(Refused) as refused:
        closes(session, cast.lin, local(17))
    assert refused.value.code == "shift.relief_missing"
    opens(session, cast.ma, local(17))
    closes(session, cast.lin, local(17, 1))
