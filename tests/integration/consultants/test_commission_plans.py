"""Writing and publishing plans, and their pages."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from urllib.parse import urlencode

import pytest
import sqlalchemy as sa
import time_machine
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from clubsales.audit import AuditEvent
from clubsales.consultants.commission import operations, plans
from clubsales.consultants.commission.choosing import Scope
from clubsales.consultants.commission.operations import Written
from clubsales.consultants.commission.queries import plans_of_month
from clubsales.consultants.commission.rules import Plan, Tier
from clubsales.consultants.credits import closing
from clubsales.consultants.credits.rules import Share
from clubsales.errors import NotFound, Refused
from tests.builders import Cast, consultant_of, local
from tests.integration.auth.support import Browser, let_in
from tests.integration.consultants.books import Books

FEBRUARY, MARCH, APRIL, MAY = (date(2026, month, 1) for month in (2, 3, 4, 5))
PLAN = Plan(tiers=(Tier(0, 300), Tier(2_000_000, 900)), base_minor=450_000, category_rates={"goods": 100})
WRITTEN = Written(name="内销 2026", scope=Scope(kind="inside"), valid_from=APRIL, plan=PLAN)
TYPED = {
    "name": "内销 2026",
    "kind": "inside",
    "level": "",
    "valid_from": "2026-04-01",
    "base": "4500",
    "mode": "whole",
    "from_0": "0",
    "rate_0": "3",
    "from_1": "20000",
    "rate_1": "9 %",
    "own_goods": "1",
    "payable": "cooling_off",
}


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    with time_machine.travel(local(10), tick=True):
        yield


@pytest.fixture
def manager(client: FlaskClient, session: Session, cast: Cast) -> Browser:
    return window(client, session, cast, "wujingli")


def window(client: FlaskClient, session: Session, cast: Cast, username: str) -> Browser:
    who = {"wujingli": cast.manager, "linjing": cast.lin, "qiantai": cast.desk}[username]
    let_in(session, who)
    browser = Browser(client.application.test_client(), {"Accept-Language": "en"})
    assert browser.sign_in(username).status_code == 303
    return browser


def a_draft(session: Session, cast: Cast, written: Written = WRITTEN) -> str:
    return operations.start_draft(session, written=written, actor=cast.manager, at=local(9))


def published(session: Session, cast: Cast, written: Written = WRITTEN, **more: bool) -> str:
    return operations.publish(
        session,
        public_id=a_draft(session, cast, written),
        version=1,
        reason="新年度",
        actor=cast.manager,
        at=local(10),
        **more,
    )


def code(refused: pytest.ExceptionInfo[Refused]) -> str:
    return refused.value.code


def test_a_draft_pays_nobody_and_is_published_once(session: Session, cast: Cast) -> None:
    public_id = a_draft(session, cast)
    assert plans_of_month(session, cast.club, APRIL).published == ()
    found = plans.draft(session, cast.club, public_id)
    assert (found.name, found.scope, found.plan, found.valid_from) == (
        WRITTEN.name,
        WRITTEN.scope,
        PLAN,
        APRIL,
    )
    paying = operations.publish(
        session, public_id=public_id, version=1, reason=" 新年度 ", actor=cast.manager, at=local(10)
    )
    view = plans.published_plan(session, cast.club, paying)
    assert (view.plan, view.reason, view.published_by) == (PLAN, "新年度", "吴经理")
    chosen = plans_of_month(session, cast.club, APRIL).plan_for("inside", 1, False)
    assert (chosen.plan, chosen.plan_id, chosen.public_id) == (PLAN, view.id, paying)
    assert plans_of_month(session, cast.club, MARCH).plan_for("inside", 1, False).plan_id is None
    event = session.scalars(sa.select(AuditEvent).where(AuditEvent.tag == "commission_plan:published")).one()
    assert (event.facts["reason"], event.facts["digest"]) == ("新年度", view.digest)
    with pytest.raises(NotFound):
        plans.draft(session, cast.club, public_id)


def test_a_plan_of_the_same_month_follows_the_one_before(session: Session, cast: Cast) -> None:
    published(session, cast)
    later = published(session, cast, replace(WRITTEN, name="second"))
    assert [each.sequence for each in plans.published_plans(session, cast.club)] == [2, 1]
    assert plans_of_month(session, cast.club, MAY).plan_for("inside", 3, False).public_id == later


def test_a_month_that_has_begun_must_be_meant(session: Session, cast: Cast) -> None:
    running = replace(WRITTEN, valid_from=MARCH)
    with pytest.raises(Refused) as refused:
        published(session, cast, running)
    assert code(refused) == "plan.month_begun"
    published(session, cast, running, also_begun=True)


def test_a_closed_month_keeps_the_plan_it_was_closed_with(session: Session, cast: Cast) -> None:
    closing.close_month(session, month=FEBRUARY, digest="", actor=cast.manager, at=local(9))
    with pytest.raises(Refused) as refused:
        published(session, cast, replace(WRITTEN, valid_from=FEBRUARY), also_begun=True)
    assert code(refused) == "plan.month_closed"


def test_a_plan_is_published_with_a_reason(session: Session, cast: Cast) -> None:
    with pytest.raises(Refused) as refused:
        operations.publish(
            session,
            public_id=a_draft(session, cast),
            version=1,
            reason=" \n",
            actor=cast.manager,
            at=local(10),
        )
    assert code(refused) == "plan.reason"


@pytest.mark.parametrize(
    ("scope", "is_refused"),
    [(Scope(), True), (Scope(kind="inside"), True), (Scope(kind="outside"), False), (Scope(level=2), False)],
)
def test_nobody_publishes_what_pays_himself(
    session: Session, cast: Cast, scope: Scope, is_refused: bool
) -> None:
    seller = replace(cast.manager, consultant_id=consultant_of(cast.lin))
    public_id = a_draft(session, cast, replace(WRITTEN, scope=scope))
    publish = {"public_id": public_id, "version": 1, "reason": "new", "actor": seller, "at": local(10)}
    if not is_refused:
        operations.publish(session, **publish)  # type: ignore[arg-type]
        return
    with pytest.raises(Refused) as refused:
        operations.publish(session, **publish)  # type: ignore[arg-type]
    assert code(refused) == "plan.own"


def test_two_who_write_one_draft_hear_of_each_other(session: Session, cast: Cast) -> None:
    public_id = a_draft(session, cast)
    changed = replace(WRITTEN, name="changed")
    operations.change_draft(session, public_id=public_id, version=1, written=changed, actor=cast.manager)
    stale = {"public_id": public_id, "version": 1, "actor": cast.manager}
    tries: tuple[Callable[[], object], ...] = (
        lambda: operations.change_draft(session, written=WRITTEN, **stale),  # type: ignore[arg-type]
        lambda: operations.publish(session, reason="x", at=local(10), **stale),  # type: ignore[arg-type]
        lambda: operations.discard_draft(session, at=local(10), **stale),  # type: ignore[arg-type]
    )
    for refused_one in tries:
        with pytest.raises(Refused) as refused:
            refused_one()
        assert code(refused) == "plan.changed"
    operations.discard_draft(session, public_id=public_id, version=2, actor=cast.manager, at=local(10))
    assert plans.drafts(session, cast.club) == []


@pytest.mark.parametrize(
    ("written", "refusal"),
    [
        (replace(WRITTEN, name="  "), "plan.name"),
        (replace(WRITTEN, valid_from=date(2026, 4, 2)), "plan.month"),
    ],
)
def test_a_draft_has_a_name_and_begins_with_a_month(
    session: Session, cast: Cast, written: Written, refusal: str
) -> None:
    with pytest.raises(Refused) as refused:
        a_draft(session, cast, written)
    assert code(refused) == refusal


def test_another_clubs_plans_are_not_found(session: Session, cast: Cast) -> None:
    draft, paying = a_draft(session, cast), published(session, cast)
    for look, public_id in ((plans.draft, draft), (plans.published_plan, paying)):
        with pytest.raises(NotFound):
            look(session, cast.foreign_club, public_id)
    with pytest.raises(NotFound):
        operations.publish(
            session, public_id=draft, version=1, reason="x", actor=cast.other_manager, at=local(10)
        )


def test_a_manager_writes_tries_and_publishes_a_plan(
    client: FlaskClient, session: Session, cast: Cast, books: Books
) -> None:
    sale_id = books.open("30000.00", shares=(Share(books.b, 10_000),))
    books.receive(sale_id, "30000.00")
    with time_machine.travel(local(10, month=4), tick=True):
        writes_tries_and_publishes(window(client, session, cast, "wujingli"), session, cast)


def writes_tries_and_publishes(manager: Browser, session: Session, cast: Cast) -> None:
    assert "No plan published yet" in manager.text("/commission-plans")
    page = manager.text("/commission-plans/new")
    assert "¥29,999.99" in page
    assert "¥900.00" in page
    answer = manager.post(
        "/commission-plans/new", page="/commission-plans/new", **{**TYPED, "valid_from": "2026-05-01"}
    )
    assert answer.status_code == 303
    draft = answer.location
    assert 'value="20000.00"' in manager.text(draft)
    (found,) = plans.drafts(session, cast.club)
    assert found.plan == PLAN
    tried = manager.text(f"{draft}/back-test")
    assert "林静" in tried
    assert "+¥800.00" in tried  # 500.00 of base, 9 % for 8 % of 30,000.00
    csv = manager.text(f"{draft}/back-test.csv")
    assert "林静,2026-03,30000.00,100" in csv
    answer = manager.post(f"{draft}/publish", page=f"{draft}/back-test", version="1", reason="为了新年度")
    assert answer.status_code == 303
    page = manager.text(answer.location)
    assert "为了新年度" in page
    assert "from ¥20,000: 9%" in page
    assert "at 1%, whatever the tier" in page
    assert "林静" in page
    assert "周倩" in page
    assert "马超" not in page
    assert "To come" in manager.text("/commission-plans")
    for gone in (draft, f"{draft}/back-test"):  # by the browser's Back
        assert manager.get(gone).location == answer.location
    assert "This draft was published." in manager.text(answer.location)


def test_a_new_plan_begins_with_what_pays_most_people_now(
    manager: Browser, session: Session, cast: Cast
) -> None:
    everybody = replace(WRITTEN, name="全员", scope=Scope(), valid_from=MARCH)
    published(session, cast, replace(WRITTEN, valid_from=MARCH), also_begun=True)
    published(session, cast, everybody, also_begun=True)
    later = replace(PLAN, base_minor=470_000)
    published(session, cast, replace(everybody, name="新全员", plan=later), also_begun=True)
    published(session, cast, replace(everybody, valid_from=APRIL, plan=replace(PLAN, base_minor=990_000)))
    session.commit()
    page = manager.text("/commission-plans/new")
    assert 'value="4700.00"' in page, "of those for everybody the latest that is in force"
    assert 'value="20000.00"' in page
    assert "9900.00" not in page
    assert 'id="name" maxlength="60" name="name" required type="text" value=""' in page


def test_two_plans_stand_side_by_side(manager: Browser, session: Session, cast: Cast) -> None:
    one = published(session, cast)
    other = published(session, cast, replace(WRITTEN, name="other", plan=replace(PLAN, cap_minor=1_000_000)))
    session.commit()
    page = manager.text(f"/commission-plans/{other}?with={one}")
    assert page.count("differs") == 1
    assert "Most commission of a month" in page


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"rate_1": ""}, "A tier needs both"),
        ({"from_1": ""}, "A tier needs both"),
        ({"from_1": "0"}, "Each tier begins above the one before"),
        ({"rate_1": "101"}, "Enter a percentage from 0 to 100"),
        ({"rate_1": "eight"}, "Enter a percentage from 0 to 100"),
        ({"base": "x"}, "Enter an amount"),
        ({"part_goods": "50"}, "not both"),
        ({"name": ""}, "Please fill this in."),
        ({"valid_from": "2026-04-02"}, "Not a valid choice"),
        ({"kind": "manager"}, "Not a valid choice"),
        ({"level": "99"}, "Not a valid choice"),
        ({"mode": ""}, "Choose one."),
    ],
)
def test_what_does_not_fit_is_said_at_its_field(
    manager: Browser, session: Session, cast: Cast, changes: dict[str, str], sentence: str
) -> None:
    answer = manager.post("/commission-plans/new", page="/commission-plans/new", **{**TYPED, **changes})
    assert answer.status_code == 422
    assert sentence in answer.get_data(as_text=True)
    assert plans.drafts(session, cast.club) == []


def test_examples_follow_what_is_typed(manager: Browser) -> None:
    query = "&".join(f"{name}={value}" for name, value in {**TYPED, "name": ""}.items()).replace(" ", "+")
    shown = manager.text(f"/commission-plans/examples?{query.replace('%', '%25')}")
    assert "¥1,800.00" in shown  # 9 % of 20,000.00
    assert "¥19,999.99" in shown
    assert "as soon as the marked fields are right" in manager.text("/commission-plans/examples?rate_0=x")


def test_examples_of_millions_stand_below_each_other(manager: Browser) -> None:
    """Beside the editor there is no room for four columns of them."""
    usual = manager.text("/commission-plans/examples?" + urlencode(TYPED))
    millions = manager.text("/commission-plans/examples?" + urlencode({**TYPED, "from_1": "20000000"}))
    assert 'class="table examples"' in usual
    assert 'class="table examples long"' in millions


def test_a_plan_that_changes_nothing_is_said_to_cost_as_much(
    client: FlaskClient, session: Session, cast: Cast, books: Books
) -> None:
    sale_id = books.open("10000.00", shares=(Share(books.b, 10_000),))
    books.receive(sale_id, "10000.00")
    session.commit()
    with time_machine.travel(local(10, month=4), tick=True):
        manager = window(client, session, cast, "wujingli")
        same = {"base": "4000", "rate_1": "8", "from_1": "30000", "own_goods": "", "valid_from": "2026-05-01"}
        same |= {"from_2": "60000", "rate_2": "10"}
        answer = manager.post("/commission-plans/new", page="/commission-plans/new", **{**TYPED, **same})
        tried = manager.text(f"{answer.location}/back-test")
    assert "The plan costs as much" in tried
    assert "The plan costs more" not in tried


def test_a_publication_that_is_refused_says_so_on_the_page(
    manager: Browser, session: Session, cast: Cast
) -> None:
    public_id = a_draft(session, cast, replace(WRITTEN, valid_from=MARCH))
    session.commit()
    page = f"/commission-plans/drafts/{public_id}/back-test"
    address = f"/commission-plans/drafts/{public_id}/publish"
    answer = manager.post(address, page=page, version="1", reason="now")
    assert answer.status_code == 422
    assert "has begun" in answer.get_data(as_text=True)
    assert manager.post(address, page=page, version="1", reason="now", also_begun="y").status_code == 303


def test_everybody_reads_the_plan_that_pays_him(client: FlaskClient, session: Session, cast: Cast) -> None:
    published(session, cast)
    session.commit()
    lin = window(client, session, cast, "linjing")
    page = lin.text("/my-plan")
    assert "The club" in page  # this month's rules
    assert "内销 2026" in page  # next month's plan
    assert lin.get("/commission-plans").status_code == 403
    desk = window(client, session, cast, "qiantai")
    assert "No commission plan pays you" in desk.text("/my-plan")
