"""A case from its opening to its end, and what happens to the credit meanwhile (DSP-08, DSP-10, DSP-11, AMB-12)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import partial

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from clubsales.actor import Actor, Role
from clubsales.audit import AuditEvent
from clubsales.clock import Instant
from clubsales.consultants.credits import queries as credit_queries
from clubsales.errors import NotFound, Refused
from clubsales.leads.disputes import deciding, news, operations, queries
from clubsales.leads.disputes.judging_rules import Conduct
from clubsales.leads.disputes.papers import Paper
from clubsales.leads.disputes.rules import (
    Status,
    StepKind,
)
from clubsales.leads.disputes.tables import ATTACHMENT, NEWS, STEP
from tests.builders import Cast, consultant_of, local
from tests.integration.leads.disputes.argued import Argued, shares
from tests.integration.leads.support import set_policy

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 20


@pytest.fixture
def argued(session: Session, cast: Cast) -> Argued:
    return Argued(session, cast)


def code_of(work: Callable[[], object]) -> str:
    with pytest.raises(Refused) as refused:
        work()
    return refused.value.code


def test_opening_holds_the_credit_and_keeps_what_the_rules_proposed(argued: Argued) -> None:
    public_id = argued.open(words="  I toured him\n")
    case = argued.case(public_id)
    assert (case.status, case.opener, case.sides) == (Status.OPEN, "林静", "inside-inside")
    assert case.proposal.rule == "DSP-03"
    assert case.proposal.reason.code == "attribution.receiver"
    assert [share.basis_points for share in case.proposal.shares] == [10_000]
    assert [(step.kind, step.words, step.by) for step in case.steps] == [
        (StepKind.OPENED, "I toured him", "林静")
    ]
    assert argued.booked == {"周倩": "0.00"}
    assert argued.faults == []


def test_a_manager_gives_half_and_the_ledger_says_who_ruled(
    argued: Argued, cast: Cast, session: Session
) -> None:
    public_id = argued.open()
    split = shares((cast.lin, 5_000), (cast.zhou, 5_000))
    deciding.rule(session, public_id=public_id, shares=split, reason="both", actor=cast.manager, at=local(15))
    assert argued.booked == {"林静": "1990.00", "周倩": "1990.00"}
    case = argued.case(public_id)
    assert (case.status, case.judge, case.appeal_until) == (
        Status.DECIDED,
        "吴经理",
        date(2026, 3, 12),
    )
    last = credit_queries.postings_of_sale(session, cast.club.id, argued.sale_id)[-1]
    assert (last.rule, last.reference, last.reason.code) == ("DSP-10", public_id, "dispute.ruled")
    assert last.reason.facts == {"by": "吴经理", "split": ["林静 50 %", "周倩 50 %"]}
    assert argued.faults == []


def test_confirming_needs_no_reason_and_gives_the_credit_back(
    argued: Argued, cast: Cast, session: Session
) -> None:
    public_id = argued.open()
    deciding.rule(session, public_id=public_id, shares=None, reason="", actor=cast.manager, at=local(15))
    assert argued.booked == {"周倩": "3980.00"}
    assert argued.case(public_id).steps[-1].confirms


def test_all_of_it_may_go_to_whoever_opened(argued: Argued, cast: Cast, session: Session) -> None:
    public_id = argued.open()
    split = shares((cast.lin, 10_000), (cast.zhou, 0))
    deciding.rule(session, public_id=public_id, shares=split, reason="his", actor=cast.manager, at=local(15))
    assert argued.booked == {"林静": "3980.00"}
    # Who lost it all is still a party.
    operations.appeal(session, public_id=public_id, actor=cast.zhou, at=local(16))
    assert argued.booked == {"林静": "0.00"}


def test_a_settlement_stands_when_its_time_is_over(argued: Argued, cast: Cast, session: Session) -> None:
    public_id = argued.open()
    split = shares((cast.lin, 3_000), (cast.zhou, 7_000))
    deciding.settle(
        session, public_id=public_id, shares=split, reason="toured", actor=cast.supervisor, at=local(13)
    )
    assert argued.case(public_id).stands_at == local(13, day=10)
    assert argued.booked == {"周倩": "0.00"}
    session.flush()
    assert deciding.stand_due(session, local(12, 59, day=10)) == 0
    assert deciding.stand_due(session, local(13, day=10)) == 1
    session.flush()
    assert deciding.stand_due(session, local(14, day=10)) == 0
    assert argued.booked == {"林静": "1194.00", "周倩": "2786.00"}
    case = argued.case(public_id)
    assert [step.kind for step in case.steps] == [StepKind.OPENED, StepKind.SETTLED, StepKind.STOOD]
    assert case.steps[-1].account_id is None
    appeal = partial(operations.appeal, session, public_id=public_id, actor=cast.lin, at=local(14, day=10))
    assert code_of(appeal) == "dispute.final"
    assert argued.faults == []


def test_a_settlement_counts_from_when_it_stood_however_late_the_job_comes(
    argued: Argued, cast: Cast, session: Session
) -> None:
    """A worker that was away over the end of a month costs nobody his month."""
    public_id = argued.open(at=local(10, day=15))
    settled = local(23, 59, day=30)
    deciding.settle(session, public_id=public_id, shares=None, reason="", actor=cast.supervisor, at=settled)
    session.flush()
    assert deciding.stand_due(session, local(9, day=1, month=4)) == 1
    stood = local(23, 59, day=31)
    case = argued.case(public_id)
    assert (case.decided_at, case.steps[-1].at) == (stood, stood)
    last = credit_queries.postings_of_sale(session, cast.club.id, argued.sale_id)[-1]
    assert (last.at, last.month) == (stood, date(2026, 3, 1))
    assert argued.faults == []


def test_without_quiet_hours_a_settlement_stands_at_once(cast: Cast, session: Session) -> None:
    set_policy(session, cast, {"dispute": {"supervisor_quiet_hours": 0}})
    argued = Argued(session, cast)
    public_id = argued.open()
    deciding.settle(session, public_id=public_id, shares=None, reason="", actor=cast.supervisor, at=local(13))
    case = argued.case(public_id)
    assert (case.status, case.stands_at, case.appeal_until) == (Status.DECIDED, None, None)
    assert argued.booked == {"周倩": "3980.00"}


def test_an_objection_hands_the_case_to_the_final_role(argued: Argued, cast: Cast, session: Session) -> None:
    public_id = argued.open()
    settle = partial(
        deciding.settle, session, public_id=public_id, shares=None, reason="", actor=cast.supervisor
    )
    rule = partial(deciding.rule, session, public_id=public_id, shares=None, reason="", actor=cast.manager)
    settle(at=local(13))
    session.flush()
    assert code_of(lambda: rule(at=local(14))) == "dispute.is_settled"
    assert code_of(lambda: settle(at=local(14))) == "dispute.is_settled"
    object_to = partial(operations.object_to, session, public_id=public_id)
    assert code_of(lambda: object_to(actor=cast.ma, at=local(14))) == "dispute.not_party"
    assert code_of(lambda: object_to(actor=cast.lin, at=local(13, day=10))) == "dispute.objection_late"
    object_to(actor=cast.lin, at=local(12, 59, day=10))
    session.flush()
    assert code_of(lambda: object_to(actor=cast.zhou, at=local(13))) == "dispute.not_settled"
    assert code_of(lambda: settle(at=local(14, day=10))) == "dispute.objected"
    assert deciding.stand_due(session, local(14, day=12)) == 0
    rule(at=local(14, day=12))
    assert argued.booked == {"周倩": "3980.00"}


def test_one_appeal_until_the_third_day_decided_by_somebody_else(
    argued: Argued, cast: Cast, session: Session
) -> None:
    public_id = argued.open()
    split = shares((cast.lin, 5_000), (cast.zhou, 5_000))
    deciding.rule(session, public_id=public_id, shares=split, reason="both", actor=cast.manager, at=local(15))
    session.flush()

    def appeal(who: Actor, at: Instant) -> None:
        operations.appeal(session, public_id=public_id, actor=who, at=at)

    assert code_of(lambda: appeal(cast.ma, local(15, day=12))) == "dispute.not_party"
    assert code_of(lambda: appeal(cast.zhou, local(0, day=13))) == "dispute.appeal_late"
    appeal(cast.zhou, local(23, 59, day=12))
    session.flush()
    assert argued.booked == {"林静": "0.00", "周倩": "0.00"}
    assert code_of(lambda: appeal(cast.lin, local(23, 59, day=12))) == "dispute.under_appeal"

    def decide(who: Actor, **wish: object) -> None:
        values = {"shares": None, "reason": "", **wish}
        deciding.rule_appeal(session, public_id=public_id, actor=who, at=local(9, day=14), **values)  # type: ignore[arg-type]

    assert code_of(lambda: decide(cast.manager)) == "dispute.role"
    assert code_of(lambda: decide(cast.zhou)) == "dispute.party"
    assert code_of(lambda: decide(cast.director, shares=split)) == "dispute.reason"
    decide(cast.director)
    session.flush()
    # What the rules proposed at first, not what was ruled.
    assert argued.booked == {"周倩": "3980.00"}
    assert code_of(lambda: appeal(cast.lin, local(9, day=14))) == "dispute.final"
    assert code_of(lambda: decide(cast.director)) == "dispute.not_appealed"
    assert argued.faults == []


def test_an_appeal_may_let_the_ruling_stand_and_then_nobody_opens_anew(
    argued: Argued, cast: Cast, session: Session
) -> None:
    argued.contact(cast.ma, local(11, day=4))
    public_id = argued.open()
    split = shares((cast.lin, 5_000), (cast.zhou, 5_000))
    deciding.rule(session, public_id=public_id, shares=split, reason="both", actor=cast.manager, at=local(15))
    operations.appeal(session, public_id=public_id, actor=cast.zhou, at=local(16))
    session.flush()
    assert argued.booked == {"林静": "0.00", "周倩": "0.00"}
    deciding.rule_appeal(
        session,
        public_id=public_id,
        shares=None,
        reason="",
        upholds=True,
        actor=cast.director,
        at=local(17),
    )
    session.flush()
    assert argued.booked == {"林静": "1990.00", "周倩": "1990.00"}
    case = argued.case(public_id)
    assert case.shares == split
    assert case.steps[-1].words == ""
    assert not case.steps[-1].confirms
    credit = credit_queries.credit_of_sale(session, cast.club.id, argued.sale_id)
    assert credit is not None
    assert credit.reason.code == "dispute.appeal_upheld"
    for late in (cast.ma, cast.lin):
        assert code_of(partial(argued.open, late, at=local(10, day=10))) == "dispute.final"
    assert argued.faults == []


def test_the_only_manager_who_settled_leaves_the_ruling_to_the_director_who_hears_of_it(
    argued: Argued, cast: Cast, session: Session
) -> None:
    both = replace(cast.manager, roles=cast.manager.roles | {Role.SUPERVISOR})
    public_id = argued.open()
    deciding.settle(session, public_id=public_id, shares=None, reason="", actor=both, at=local(12))
    session.flush()
    operations.object_to(session, public_id=public_id, actor=cast.lin, at=local(13))
    session.flush()
    told = sa.select(NEWS.c.account_id).join(STEP, STEP.c.id == NEWS.c.step_id)
    objected = set(session.scalars(told.where(STEP.c.kind == StepKind.OBJECTED.value)))
    assert {cast.director.account_id, cast.manager.account_id} <= objected
    rule = partial(deciding.rule, session, public_id=public_id, shares=None, reason="", at=local(15))
    assert code_of(lambda: rule(actor=both)) == "dispute.own_settlement"
    rule(actor=cast.director)
    session.flush()
    assert argued.case(public_id).status is Status.DECIDED


def test_who_ruled_never_decides_the_appeal(argued: Argued, cast: Cast, session: Session) -> None:
    set_policy(session, cast, {"dispute": {"final_role": "sales_director"}})
    both = replace(cast.director, roles=cast.director.roles | {Role.GENERAL_MANAGER})
    public_id = argued.open()
    assert (
        code_of(
            lambda: deciding.rule(
                session, public_id=public_id, shares=None, reason="", actor=cast.manager, at=local(15)
            )
        )
        == "dispute.role"
    )
    deciding.rule(session, public_id=public_id, shares=None, reason="", actor=both, at=local(15))
    session.flush()
    operations.appeal(session, public_id=public_id, actor=cast.lin, at=local(16))
    session.flush()
    decide = partial(
        deciding.rule_appeal, session, public_id=public_id, shares=None, reason="", actor=both, at=local(17)
    )
    assert code_of(decide) == "dispute.own_ruling"


def test_where_no_manager_may_rule_the_director_does_and_hears_of_the_objection(
    argued: Argued, cast: Cast, session: Session
) -> None:
    public_id = argued.open()
    deciding.settle(session, public_id=public_id, shares=None, reason="", actor=cast.supervisor, at=local(12))
    session.flush()
    rule = partial(deciding.rule, session, public_id=public_id, shares=None, reason="", at=local(15))
    leaves = sa.text("UPDATE account SET active = false WHERE id = :manager")
    session.execute(leaves, {"manager": cast.manager.account_id})
    operations.object_to(session, public_id=public_id, actor=cast.lin, at=local(13))
    session.flush()
    told = sa.select(NEWS.c.account_id).join(STEP, STEP.c.id == NEWS.c.step_id)
    objected = told.where(STEP.c.kind == StepKind.OBJECTED.value)
    assert cast.director.account_id in set(session.scalars(objected))
    assert code_of(lambda: rule(by_the_book=True, actor=cast.director)) == "dispute.role"
    rule(actor=cast.director)
    session.flush()
    assert argued.case(public_id).status is Status.DECIDED
    assert argued.booked == {"周倩": "3980.00"}


def test_whoever_opened_may_let_it_be(argued: Argued, cast: Cast, session: Session) -> None:
    public_id = argued.open()
    withdraw = partial(operations.withdraw, session, public_id=public_id, at=local(13))
    assert code_of(lambda: withdraw(actor=cast.zhou)) == "dispute.not_opener"
    deciding.settle(session, public_id=public_id, shares=None, reason="", actor=cast.supervisor, at=local(13))
    session.flush()
    withdraw(actor=cast.lin)
    session.flush()
    assert argued.case(public_id).status is Status.WITHDRAWN
    assert argued.booked == {"周倩": "3980.00"}
    assert code_of(lambda: withdraw(actor=cast.lin)) == "dispute.not_open"
    again = argued.open(at=local(14))
    assert again != public_id
    line = queries.of_sale(session, cast.club.id, argued.sale_id)
    assert line is not None
    assert (line.public_id, line.is_running) == (again, True)


def test_a_party_of_a_decided_case_appeals_and_does_not_open_anew(
    argued: Argued, cast: Cast, session: Session
) -> None:
    argued.contact(cast.ma, local(11, day=4))
    public_id = argued.open()
    assert code_of(lambda: argued.open(cast.ma)) == "dispute.open"
    deciding.rule(session, public_id=public_id, shares=None, reason="", actor=cast.manager, at=local(15))
    session.flush()
    assert code_of(lambda: argued.open(at=local(16))) == "dispute.decided"
    assert code_of(lambda: argued.open(cast.zhou, at=local(16))) == "dispute.no_touch"
    argued.open(cast.ma, at=local(16))


def test_before_any_money_there_is_nothing_to_argue_over(cast: Cast, session: Session) -> None:
    argued = Argued(session, cast, paid="")
    assert code_of(argued.open) == "dispute.not_paid"


def test_the_window_closes_with_its_last_day(argued: Argued, cast: Cast, session: Session) -> None:
    assert code_of(lambda: argued.open(at=local(0, day=17))) == "dispute.window"
    argued.open(at=local(23, 59, day=16))


def test_without_a_window_there_is_no_last_day(cast: Cast, session: Session) -> None:
    set_policy(session, cast, {"dispute": {"window_days": 0}})
    Argued(session, cast).open(at=local(12, day=9, month=12))


def test_a_touch_after_the_money_does_not_count(argued: Argued, cast: Cast, session: Session) -> None:
    argued.contact(cast.ma, local(11))
    assert code_of(lambda: argued.open(cast.ma)) == "dispute.no_touch"


def test_who_sells_nothing_has_no_part_in_it(argued: Argued, cast: Cast, session: Session) -> None:
    """The desk captured the lead."""
    assert code_of(lambda: argued.open(cast.desk)) == "dispute.no_touch"
    public_id = argued.open()
    split = shares((cast.lin, 5_000), (cast.desk, 5_000))
    give = partial(
        deciding.rule,
        session,
        public_id=public_id,
        shares=split,
        reason="so",
        actor=cast.manager,
        at=local(15),
    )
    assert code_of(give) == "dispute.shares"


def test_money_meanwhile_counts_when_it_is_decided(cast: Cast, session: Session) -> None:
    argued = Argued(session, cast, paid="1000.00")
    public_id = argued.open()
    argued.pay("2980.00", local(14))
    assert argued.booked == {"周倩": "0.00"}
    split = shares((cast.lin, 5_000), (cast.zhou, 5_000))
    deciding.rule(session, public_id=public_id, shares=split, reason="so", actor=cast.manager, at=local(15))
    assert argued.booked == {"林静": "1990.00", "周倩": "1990.00"}
    assert argued.faults == []


def test_each_side_is_heard_with_papers_while_the_case_runs(
    argued: Argued, cast: Cast, session: Session
) -> None:
    public_id = argued.open()

    def state(who: Actor, words: str = "", papers: tuple[Paper, ...] = ()) -> str:
        return operations.state(
            session,
            public_id=public_id,
            words=words,
            papers=papers,
            actor=who,
            at=local(13),
        )

    assert code_of(lambda: state(cast.ma, "I saw it")) == "dispute.not_party"
    assert code_of(lambda: state(cast.zhou, " \n")) == "dispute.no_words"
    assert code_of(lambda: state(cast.zhou, "x" * 2001)) == "dispute.words_long"
    assert code_of(lambda: state(cast.zhou, "", (Paper("a.png", b"text"),))) == "dispute.paper_kind"
    state(cast.zhou, "He came to me", (Paper("../chat.png", PNG),))
    row = session.execute(sa.select(ATTACHMENT)).one()
    assert (row.name, row.media_type, row.size, row.content) == ("chat.png", "image/png", len(PNG), PNG)
    deciding.rule(session, public_id=public_id, shares=None, reason="", actor=cast.manager, at=local(15))
    session.flush()
    assert code_of(lambda: state(cast.zhou, "late")) == "dispute.not_open"


def test_a_note_on_conduct_is_about_a_party(argued: Argued, cast: Cast, session: Session) -> None:
    public_id = argued.open()

    def rule(conduct: Conduct) -> None:
        deciding.rule(
            session,
            public_id=public_id,
            shares=None,
            reason="",
            conduct=conduct,
            actor=cast.manager,
            at=local(15),
        )

    ma = consultant_of(cast.ma)
    assert code_of(lambda: rule(Conduct(consultant_id=ma, note="loud"))) == "dispute.conduct"


def test_a_note_on_conduct_is_kept(argued: Argued, cast: Cast, session: Session) -> None:
    public_id = argued.open()
    note = Conduct(consultant_id=consultant_of(cast.lin), note="Loud at the desk")
    deciding.rule(
        session, public_id=public_id, shares=None, reason="", conduct=note, actor=cast.manager, at=local(15)
    )
    step = argued.case(public_id).steps[-1]
    assert (step.conduct_of, step.conduct_note) == (consultant_of(cast.lin), "Loud at the desk")


def test_another_clubs_case_is_not_found(argued: Argued, cast: Cast, session: Session) -> None:
    public_id = argued.open()
    with pytest.raises(NotFound):
        deciding.rule(
            session, public_id=public_id, shares=None, reason="", actor=cast.other_manager, at=local(15)
        )
    for unknown in ("nothere12345", "\0", "", "'" * 12):
        with pytest.raises(NotFound):
            operations.object_to(session, public_id=unknown, actor=cast.lin, at=local(15))


def test_every_step_leaves_its_trace_without_words(argued: Argued, cast: Cast, session: Session) -> None:
    public_id = argued.open(words="secret words")
    deciding.settle(
        session, public_id=public_id, shares=None, reason="secret", actor=cast.supervisor, at=local(13)
    )
    session.flush()
    operations.object_to(session, public_id=public_id, words="secret", actor=cast.zhou, at=local(14))
    session.flush()
    deciding.rule(
        session, public_id=public_id, shares=None, reason="secret", actor=cast.manager, at=local(15)
    )
    session.flush()
    operations.appeal(session, public_id=public_id, words="secret", actor=cast.lin, at=local(16))
    session.commit()
    events = session.execute(
        sa.select(AuditEvent.tag, AuditEvent.facts)
        .where(AuditEvent.tag.like("dispute:%"))
        .order_by(AuditEvent.id)
    ).all()
    assert [event.tag for event in events] == [
        "dispute:opened",
        "dispute:decided",
        "dispute:objected",
        "dispute:decided",
        "dispute:appealed",
    ]
    assert "secret" not in str(events)


def test_what_was_said_is_taken_away_but_never_rewritten(
    argued: Argued, cast: Cast, session: Session
) -> None:
    argued.open(words="as it was")
    session.commit()
    with pytest.raises(DatabaseError), session.begin_nested():
        session.execute(sa.update(STEP).values(words="as it was not"))
    with pytest.raises(DatabaseError), session.begin_nested():
        session.execute(sa.delete(STEP))
    session.execute(sa.update(STEP).values(words=""))


def told(session: Session, *who: Actor) -> list[list[str]]:
    """What each has not read, the latest first."""
    return [[each.kind.value for each in news.unread(session, one)] for one in who]


def test_everyone_concerned_hears_of_a_step_but_who_did_it(
    argued: Argued, cast: Cast, session: Session
) -> None:
    people = (cast.lin, cast.zhou, cast.supervisor, cast.manager, cast.director, cast.finance, cast.ma)
    public_id = argued.open()
    assert told(session, *people) == [[], ["opened"], ["opened"], [], [], [], []]
    for each in people:
        news.mark_read(session, public_id=public_id, actor=each, at=local(12))
    split = shares((cast.lin, 5_000), (cast.zhou, 4_000), (cast.ma, 1_000))
    deciding.settle(
        session, public_id=public_id, shares=split, reason="so", actor=cast.supervisor, at=local(13)
    )
    session.flush()
    assert told(session, *people) == [["settled"], ["settled"], [], [], [], [], ["settled"]]
    operations.object_to(session, public_id=public_id, actor=cast.zhou, at=local(14))
    session.flush()
    assert told(session, *people) == [
        ["objected", "settled"],
        ["settled"],
        ["objected"],
        ["objected"],
        [],
        [],
        ["objected", "settled"],
    ]
    for each in people:
        news.mark_read(session, public_id=public_id, actor=each, at=local(14))
    deciding.rule(session, public_id=public_id, shares=None, reason="", actor=cast.manager, at=local(15))
    session.flush()
    operations.appeal(session, public_id=public_id, actor=cast.lin, at=local(16))
    session.flush()
    assert told(session, *people) == [
        ["ruled"],
        ["appealed", "ruled"],
        [],
        ["appealed"],
        ["appealed"],
        [],
        ["appealed", "ruled"],
    ]


def test_news_is_told_once_and_not_long_after(argued: Argued, cast: Cast, session: Session) -> None:
    public_id = argued.open()
    news.mark_read(session, public_id=public_id, actor=cast.supervisor, at=local(12))
    untold = news.take_untold(session, local(12, 1))
    assert [(each.account_id, each.dispute_public_id) for each in untold] == [
        (cast.zhou.account_id, public_id)
    ]
    assert news.take_untold(session, local(12, 2)) == []
    operations.state(session, public_id=public_id, words="more", actor=cast.lin, at=local(12, 3))
    assert news.take_untold(session, local(12, 3, day=10)) == []
    assert session.scalars(sa.select(NEWS.c.id).where(NEWS.c.told_at.is_(None))).all() == []
