"""Cases about people: brought by a month, proposed by hand, decided by somebody else, acknowledged."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales import policies
from clubsales.actor import Actor, Role
from clubsales.audit import AuditEvent
from clubsales.consultants.assessment.rules import Score
from clubsales.consultants.credits import closing
from clubsales.consultants.leave import operations as leave
from clubsales.consultants.profiles import terms
from clubsales.consultants.reviews import deciding, operations, pages, proposing, queries
from clubsales.consultants.reviews.catalogue import Offence, corrected_too_often
from clubsales.consultants.reviews.choices import Verdict
from clubsales.consultants.reviews.proposing import Proposal
from clubsales.consultants.reviews.queries import ReviewView
from clubsales.consultants.reviews.rules import Kind, Status
from clubsales.errors import NotFound, Refused
from clubsales.ids import ConsultantID
from tests.builders import Cast, a_colleague, consultant_of, local, yuan

FEBRUARY, MARCH, APRIL = date(2026, 2, 1), date(2026, 3, 1), date(2026, 4, 1)


@dataclass(frozen=True)
class Stood:
    consultant_id: ConsultantID
    kind: str = "inside"
    credit: int = 0
    target: int | None = None
    is_top: bool = False
    top_run: int = 0
    missed_run: int = 0
    level_run: int = 0


@dataclass(frozen=True)
class Result:
    standings: tuple[Stood, ...]


def bring(session: Session, cast: Cast, *standings: Stood, **more: Any) -> None:
    values: dict[str, Any] = {"scores": {}, "expenses": {}, "month": FEBRUARY, "at": local(9), **more}
    operations.open_due(session, result=Result(standings), actor=cast.manager, **values)


def settings(session: Session, cast: Cast, **changes: Any) -> None:
    policies.publish(session, changes=changes, valid_from=date(2026, 1, 1), actor=cast.system, at=local(8))


def cases(session: Session, cast: Cast, who: Actor) -> list[ReviewView]:
    return queries.of_consultant(session, cast.club.id, consultant_of(who))


def only_case(session: Session, cast: Cast, who: Actor) -> ReviewView:
    (case,) = cases(session, cast, who)
    return case


def fined(session: Session, cast: Cast, **changes: Any) -> str:
    proposal: dict[str, Any] = {
        "kind": Kind.FINE,
        "consultant_id": consultant_of(cast.lin),
        "words": "合同改了四处",
        "offence": Offence.CORRECTIONS,
        **changes,
    }
    return proposing.propose(session, Proposal(**proposal), actor=cast.supervisor, at=local(10))


def decided(session: Session, public_id: str, by: Actor, choice: str, **more: Any) -> None:
    at = more.pop("at", local(11))
    verdict = Verdict(choice=choice, words=more.pop("words", "看过了"), **more)
    deciding.decide(session, public_id=public_id, verdict=verdict, actor=by, at=at)


def refusal(code: str) -> Any:
    return pytest.raises(Refused, match=rf"^\('{code}'")


def test_a_month_brings_cases_with_their_evidence(session: Session, cast: Cast) -> None:
    lin, zhou = consultant_of(cast.lin), consultant_of(cast.zhou)
    best = Stood(lin, credit=6_000_000, target=5_000_000, is_top=True, top_run=3)
    low = Stood(zhou, credit=100, target=5_000_000, missed_run=3)
    bring(session, cast, low, best, scores={zhou: Score(499_900)})
    rise = only_case(session, cast, cast.lin)
    assert (rise.kind, rise.rule, rise.status, rise.month) == (Kind.PAY_RISE, "AWD-04", Status.OPEN, FEBRUARY)
    assert rise.facts["months"] == [{"month": "2026-02", "credit": "60000.00", "target": "50000.00"}]
    score, missed = cases(session, cast, cast.zhou)
    assert (missed.kind, missed.reason.facts) == (Kind.MISSED_TARGET, {"count": 3})
    assert (score.kind, score.rule) == (Kind.LOW_SCORE, "PEN-11")
    assert (score.facts["score"], score.facts["lowest"], score.facts["base_bp"]) == ("49.99", "50", 6000)
    opened = session.scalars(sa.select(AuditEvent.tag).where(AuditEvent.tag == "review:opened")).all()
    assert len(opened) == 3


def test_cases_of_months_come_in_the_order_of_kinds_and_names(session: Session, cast: Cast) -> None:
    both = [
        Stood(consultant_of(who), target=1, missed_run=3, is_top=True, top_run=3)
        for who in (cast.zhou, cast.lin)
    ]
    bring(session, cast, *both)
    found = [(case.kind.value, case.consultant_id) for case in queries.cases_of_months(session, cast.club.id)]
    lin, zhou = consultant_of(cast.lin), consultant_of(cast.zhou)
    order = sorted([lin, zhou], key=lambda each: {lin: "林静", zhou: "周倩"}[each])
    assert found == [(kind, who) for kind in ("pay_rise", "missed_target") for who in order]


def test_years_of_service_bring_a_promotion_case_once(session: Session, cast: Cast) -> None:
    settings(session, cast, promotion={"level_targets": ["1.00", "2.00"], "service_years": 2})
    lin = consultant_of(cast.lin)
    session.execute(sa.text("UPDATE consultant SET active_from = '2024-02-15' WHERE id = :id"), {"id": lin})
    met = Stood(lin, credit=100, target=100)
    bring(session, cast, met, month=date(2026, 1, 1))
    assert cases(session, cast, cast.lin) == []
    bring(session, cast, met)
    case = only_case(session, cast, cast.lin)
    assert (case.rule, case.facts["service_years"], case.facts["next_level"]) == ("PRO-02", 2, 2)
    bring(session, cast, met, month=MARCH)
    assert len(cases(session, cast, cast.lin)) == 1


def test_promotions_wait_by_results_first_and_by_seniority_second(
    session: Session, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PRO-06, PRO-07."""
    settings(session, cast, promotion={"level_targets": ["1.00", "2.00"], "service_years": 2})
    lin = consultant_of(cast.lin)
    session.execute(sa.text("UPDATE consultant SET active_from = '2024-02-15' WHERE id = :id"), {"id": lin})
    bring(session, cast, Stood(lin, credit=100, target=100))
    one = only_case(session, cast, cast.lin)

    def waits(name: str, score: str | None, credit: str, since: str) -> ReviewView:
        facts: dict[str, Any] = {"months": [{"month": "2026-02", "credit": credit}], "since": since}
        return replace(one, name=name, facts=facts | ({"score": score} if score else {}))

    waiting = [
        waits("newest", "80.00", "500.00", "2025-01-01"),
        waits("without a score", None, "900.00", "2020-01-01"),
        waits("longest here", "80.00", "500.00", "2021-01-01"),
        waits("most sold", "80.00", "600.00", "2025-06-01"),
        waits("best score", "90.00", "100.00", "2025-06-01"),
    ]
    monkeypatch.setattr(queries, "open_cases", lambda *_arguments: waiting)
    found = pages.docket(session, cast.manager, is_open=True, kind=Kind.PROMOTION).cases
    order = ["best score", "most sold", "longest here", "newest", "without a score"]
    assert [each.name for each in found] == order


def test_low_expenses_bring_a_case_for_a_reward(session: Session, cast: Cast) -> None:
    settings(session, cast, expense={"low_rate_bp": 500})
    lin = consultant_of(cast.lin)
    bring(session, cast, Stood(lin, credit=1_000_000), expenses={lin: 49_999})
    case = only_case(session, cast, cast.lin)
    assert (case.kind, case.facts["expense"], case.facts["rate_bp"]) == (Kind.EXPENSE, "499.99", 499)
    decided(session, case.public_id, cast.manager, "reward", amount=yuan("300.00"))
    assert only_case(session, cast, cast.lin).amount == yuan("300.00")


def test_a_fine_is_proposed_decided_within_its_range_and_acknowledged(session: Session, cast: Cast) -> None:
    public_id = fined(session, cast, amount=yuan("80.00"), happened_on=date(2026, 3, 8))
    case = queries.by_public_id(session, cast.club.id, public_id)
    assert (case.rule, case.lowest, case.highest) == ("PEN-02", yuan("50.00"), yuan("100.00"))
    assert case.facts == {"offence": "corrections", "happened_on": "2026-03-08", "proposed": "80.00"}
    with refusal("review.range"):
        decided(session, public_id, cast.manager, "fine", amount=yuan("100.01"))
    with refusal("review.not_decided"):
        deciding.acknowledge(session, public_id=public_id, answer="", actor=cast.lin, at=local(11))
    decided(session, public_id, cast.manager, "fine", amount=yuan("100.00"))
    with pytest.raises(NotFound):
        deciding.acknowledge(session, public_id=public_id, answer="", actor=cast.zhou, at=local(12))
    deciding.acknowledge(session, public_id=public_id, answer="只改了三处", actor=cast.lin, at=local(12))
    deciding.acknowledge(session, public_id=public_id, answer="再说一次", actor=cast.lin, at=local(13))
    case = queries.by_public_id(session, cast.club.id, public_id)
    assert (case.decision, case.amount, case.answer) == ("fine", yuan("100.00"), "只改了三处")


def test_a_fine_that_a_rule_proposes_is_decided_within_its_range(session: Session, cast: Cast) -> None:
    """EX-01: the fourth correction proposes 50.00; the manager may make it 100.00, neither more nor less than the range."""

    def propose() -> str:
        return operations.propose_fine_by_rule(
            session,
            consultant_id=consultant_of(cast.lin),
            amount=yuan("50.00"),
            lowest=yuan("50.00"),
            highest=yuan("100.00"),
            reason=corrected_too_often(contract="C-202603-00001", count=4, allowed=3),
            actor=cast.lin,
            at=local(10),
        )

    public_id = propose()
    assert propose() == public_id, "the same fourth correction brings no second fine"
    case = only_case(session, cast, cast.lin)
    assert (case.kind, case.rule, case.opened_by, case.status) == (Kind.FINE, "PEN-02", None, Status.OPEN)
    assert case.facts == {"proposed": "50.00", "happened_on": "2026-03-09", "offence": "corrections"}
    assert case.reason.facts == {"contract": "C-202603-00001", "count": 4, "allowed": 3}
    for amount in ("100.01", "49.99"):
        with refusal("review.range"):
            decided(session, public_id, cast.manager, "fine", amount=yuan(amount))
    decided(session, public_id, cast.manager, "fine", amount=yuan("100.00"))
    assert propose() == public_id, "nor when it has been decided"


def test_whoever_a_case_is_about_is_told_how_many_wait_to_be_read(session: Session, cast: Cast) -> None:
    def told() -> queries.About:
        return queries.about(session, cast.club.id, consultant_of(cast.lin))

    assert told() == queries.About(cases=0, unread=0)
    public_id = fined(session, cast, amount=yuan("80.00"))
    assert told() == queries.About(cases=1, unread=0), "nothing to read before somebody has decided"
    decided(session, public_id, cast.manager, "fine", amount=yuan("80.00"))
    assert told() == queries.About(cases=1, unread=1)
    deciding.acknowledge(session, public_id=public_id, answer="", actor=cast.lin, at=local(12))
    assert told() == queries.About(cases=1, unread=0)
    assert queries.about(session, cast.club.id, consultant_of(cast.zhou)).cases == 0


def test_fines_are_taken_off_pay_only_where_the_policy_says_so(session: Session, cast: Cast) -> None:
    lin = consultant_of(cast.lin)
    decided(session, fined(session, cast), cast.manager, "fine", amount=yuan("50.00"))
    decided(session, fined(session, cast, words="又来"), cast.manager, "fine", amount=yuan("60.00"))
    decided(session, fined(session, cast, words="算了"), cast.manager, "warn")
    late = fined(session, cast, words="四月")
    decided(session, late, cast.manager, "fine", amount=yuan("70.00"), at=local(0, 0, day=1, month=4))
    assert queries.fines_of(session, cast.club, MARCH) == {}
    settings(session, cast, penalties={"payroll": True})
    assert queries.fines_of(session, cast.club, MARCH) == {lin: 11_000}
    assert queries.fines_of(session, cast.club, APRIL) == {lin: 7_000}
    assert queries.fines_of(session, cast.club, FEBRUARY) == {}


def test_nobody_proposes_or_decides_about_himself(session: Session, cast: Cast) -> None:
    with refusal("review.own"):
        fined(session, cast, consultant_id=consultant_of(cast.supervisor))
    about_the_manager = fined(session, cast, consultant_id=consultant_of(cast.manager))
    with refusal("review.own"):
        decided(session, about_the_manager, cast.manager, "nothing")
    with refusal("review.own"):
        deciding.dismiss(session, public_id=about_the_manager, words="没有", actor=cast.manager, at=local(11))
    decided(session, about_the_manager, cast.director, "nothing")


def test_nobody_decides_about_his_superiors(session: Session, cast: Cast) -> None:
    about_the_director = fined(session, cast, consultant_id=consultant_of(cast.director))
    with refusal("review.above"):
        decided(session, about_the_director, cast.manager, "nothing")
    with refusal("review.above"):
        deciding.dismiss(
            session, public_id=about_the_director, words="没有", actor=cast.manager, at=local(11)
        )
    assert deciding.waiting_for(session, cast.manager, MARCH) == []
    boss = a_colleague(session, cast.club, "laozong", "总经理", Role.GENERAL_MANAGER)
    assert [case.public_id for case in deciding.waiting_for(session, boss, MARCH)] == [about_the_director]
    decided(session, about_the_director, boss, "nothing")
    assert deciding.waiting_for(session, boss, MARCH) == []


def test_what_waits_for_a_decision_is_not_ones_own(session: Session, cast: Cast) -> None:
    about_lin = fined(session, cast)
    fined(session, cast, consultant_id=consultant_of(cast.manager))
    assert [case.public_id for case in deciding.waiting_for(session, cast.manager, MARCH)] == [about_lin]
    assert len(deciding.waiting_for(session, cast.director, MARCH)) == 2


def test_a_case_is_decided_once_and_the_same_word_twice_is_one(session: Session, cast: Cast) -> None:
    public_id = fined(session, cast)
    assert fined(session, cast) == public_id, "sent twice"
    decided(session, public_id, cast.manager, "warn")
    decided(session, public_id, cast.manager, "warn")
    with refusal("review.decided"):
        decided(session, public_id, cast.director, "nothing")
    with refusal("review.decided"):
        deciding.dismiss(session, public_id=public_id, words="错了", actor=cast.director, at=local(12))
    tags = session.scalars(sa.select(AuditEvent.tag).where(AuditEvent.tag == "review:decided")).all()
    assert len(tags) == 1


def test_a_case_that_rests_on_a_mistake_is_dismissed_with_a_reason(session: Session, cast: Cast) -> None:
    public_id = fined(session, cast)
    with refusal("review.words"):
        deciding.dismiss(session, public_id=public_id, words=" ", actor=cast.manager, at=local(11))
    deciding.dismiss(session, public_id=public_id, words="是打印错误", actor=cast.manager, at=local(11))
    case = queries.by_public_id(session, cast.club.id, public_id)
    assert (case.status, case.decision, case.decision_words) == (Status.DISMISSED, "", "是打印错误")


def test_another_clubs_case_is_not_found(session: Session, cast: Cast) -> None:
    public_id = fined(session, cast)
    with pytest.raises(NotFound):
        decided(session, public_id, cast.other_manager, "nothing")
    with pytest.raises(NotFound):
        fined(session, cast, consultant_id=consultant_of(cast.other_manager))


def close_february(session: Session, cast: Cast) -> None:
    closing.close_month(session, month=FEBRUARY, digest="0" * 64, actor=cast.manager, at=local(9))


def test_a_rise_counts_from_the_chosen_month_and_never_in_a_closed_one(session: Session, cast: Cast) -> None:
    lin = consultant_of(cast.lin)
    bring(session, cast, Stood(lin, is_top=True, top_run=3))
    close_february(session, cast)
    public_id = only_case(session, cast, cast.lin).public_id
    with refusal("review.month_closed"):
        decided(session, public_id, cast.manager, "raise", amount=yuan("4500.00"), valid_from=FEBRUARY)
    with refusal("review.base"):
        decided(session, public_id, cast.manager, "raise", amount=yuan("4000.00"), valid_from=MARCH)
    decided(session, public_id, cast.manager, "raise", amount=yuan("4500.00"), valid_from=MARCH)
    before, after = (terms.pay_terms_on(session, cast.club.id, day)[lin] for day in (FEBRUARY, MARCH))
    assert (before.base, after.base, after.level, after.promoted_on) == (None, yuan("4500.00"), 1, None)
    (record,) = terms.history_of(session, cast.club.id, lin)
    assert (record.reason, record.decided_by) == ("看过了", "吴经理")


def promotion(session: Session, cast: Cast) -> str:
    settings(session, cast, promotion={"level_targets": ["1.00", "2.00", "3.00"], "months": 1})
    bring(session, cast, Stood(consultant_of(cast.lin), credit=500, level_run=1))
    return only_case(session, cast, cast.lin).public_id


def test_a_promotion_counts_as_one_from_its_day_on(session: Session, cast: Cast) -> None:
    lin = consultant_of(cast.lin)
    public_id = promotion(session, cast)
    with refusal("review.level"):
        decided(session, public_id, cast.manager, "promote", level=3, valid_from=APRIL)
    with refusal("review.general_manager"):
        decided(session, public_id, cast.manager, "special", level=3, valid_from=APRIL)
    decided(session, public_id, cast.manager, "promote", level=2, valid_from=APRIL)
    now, then = (terms.pay_terms_on(session, cast.club.id, day)[lin] for day in (MARCH, APRIL))
    assert (now.level, now.promoted_on) == (1, None)
    assert (then.level, then.promoted_on, then.base) == (2, APRIL, None)


def test_a_special_promotion_is_the_general_managers_word(session: Session, cast: Cast) -> None:
    lin = consultant_of(cast.lin)
    chief = a_colleague(session, cast.club, "zongjingli", "郑总", Role.GENERAL_MANAGER)
    deputy = a_colleague(session, cast.club, "fuzong", "付总", Role.DEPUTY_GM)
    special = fined(session, cast, kind=Kind.PROMOTION, offence=None, words="带出了两个新人")
    assert queries.by_public_id(session, cast.club.id, special).rule == "PRO-04"
    with refusal("review.general_manager"):
        decided(session, special, deputy, "special", level=4, valid_from=APRIL)
    leave.mark_away(session, first_day=date(2026, 3, 9), last_day=date(2026, 3, 9), actor=chief, at=local(9))
    decided(session, special, deputy, "special", level=4, valid_from=APRIL)
    assert terms.pay_terms_on(session, cast.club.id, APRIL)[lin].level == 4
    again = fined(session, cast, kind=Kind.PROMOTION, offence=None, words="再升")
    with refusal("review.later_terms"):
        decided(session, again, chief, "special", level=5, valid_from=MARCH)
    decided(session, again, chief, "decline")


def test_a_demotion_is_no_promotion(session: Session, cast: Cast) -> None:
    lin = consultant_of(cast.lin)
    terms.set_pay_term(
        session,
        consultant_id=lin,
        valid_from=date(2026, 1, 1),
        level=3,
        is_promotion=True,
        base=yuan("5000.00"),
        probation_until=None,
        reason="",
        actor=cast.system,
        at=local(8),
    )
    bring(session, cast, Stood(lin, target=1, missed_run=3))
    public_id = only_case(session, cast, cast.lin).public_id
    decided(session, public_id, cast.manager, "demote", level=1, valid_from=APRIL)
    term = terms.pay_terms_on(session, cast.club.id, APRIL)[lin]
    assert (term.level, term.promoted_on, term.base) == (1, date(2026, 1, 1), yuan("5000.00"))


@pytest.mark.parametrize("choice", ["observe", "let_go", "nothing"])
def test_nothing_else_is_carried_out(session: Session, cast: Cast, choice: str) -> None:
    lin = consultant_of(cast.lin)
    bring(session, cast, Stood(lin, target=1, missed_run=3))
    decided(session, only_case(session, cast, cast.lin).public_id, cast.manager, choice)
    assert terms.history_of(session, cast.club.id, lin) == []
    row = session.execute(sa.text("SELECT active_until FROM consultant WHERE id = :id"), {"id": lin}).one()
    assert row.active_until is None


def test_whoever_was_hired_at_a_level_keeps_it_for_the_days_before(session: Session, cast: Cast) -> None:
    lin = consultant_of(cast.lin)
    session.execute(
        sa.text("UPDATE consultant SET level = 3, active_from = '2026-01-01' WHERE id = :id"), {"id": lin}
    )
    terms.set_pay_term(
        session,
        consultant_id=lin,
        valid_from=APRIL,
        level=4,
        is_promotion=True,
        base=None,
        probation_until=None,
        reason="",
        actor=cast.manager,
        at=local(8),
    )
    assert [terms.pay_terms_on(session, cast.club.id, day)[lin].level for day in (MARCH, APRIL)] == [3, 4]
