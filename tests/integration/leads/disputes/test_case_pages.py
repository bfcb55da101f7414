"""The pages of a case: who sees it, what he may do on it, papers, the decision with its effect, the docket."""

import io
import re
from http import HTTPStatus

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from clubsales.consultants.profiles import queries as profiles
from clubsales.leads.disputes import casefile, deciding, docket, news, operations, precedents
from clubsales.leads.disputes.docket import Tab
from clubsales.leads.disputes.judging_rules import Conduct
from clubsales.leads.disputes.precedents import Ending
from clubsales.leads.disputes.rules import Status
from clubsales.leads.disputes.tables import ATTACHMENT
from tests.builders import Cast, consultant_of, local
from tests.integration.auth.support import TOKEN, Browser
from tests.integration.leads.disputes.argued import Argued, shares
from tests.integration.leads.disputes.conftest import Enter

AT = local(14)
KEY = re.compile(r'id="statement".*?name="submission_key"[^>]*value="([^"]+)"', re.S)
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 2000
PDF = b"%PDF-1.7\n" + b"0" * 200
pytestmark = pytest.mark.usefixtures("afternoon")


def state(browser: Browser, case: str, words: str, *papers: tuple[str, bytes]) -> TestResponse:
    """Send the statement's form as a browser does."""
    page = browser.text(f"/disputes/{case}")
    token, key = TOKEN.search(page), KEY.search(page)
    assert token
    assert key
    with browser.client.application.app_context():
        return browser.client.post(
            f"/disputes/{case}/statement",
            data={
                "csrf_token": token[1],
                "submission_key": key[1],
                "words": words,
                "papers": [(io.BytesIO(content), name) for name, content in papers],
            },
            content_type="multipart/form-data",
            headers=browser.headers,
        )


def papers_in(session: Session) -> list[str]:
    return list(session.scalars(sa.select(ATTACHMENT.c.public_id).order_by(ATTACHMENT.c.id)))


def public_id_of(session: Session, cast: Cast, who: str) -> str:
    return profiles.get(session, cast.club.id, consultant_of(getattr(cast, who))).public_id


def test_a_case_is_opened_from_the_sale_in_two_taps(
    session: Session, cast: Cast, argued: Argued, enter: Enter
) -> None:
    lin = enter("lin")
    public_id = session.scalar(sa.text("SELECT public_id FROM sale"))
    assert f"/sales/{public_id}/dispute" in lin.text(f"/sales/{public_id}")
    assert "Possible until Mar 16" in lin.text(f"/sales/{public_id}/dispute")
    page = f"/sales/{public_id}/dispute"
    answer = lin.post(page, page=page, words="是我的客人", submission_key="abcdefgh-1")
    again = lin.post(page, page=page, words="是我的客人", submission_key="abcdefgh-1")
    assert answer.status_code == HTTPStatus.SEE_OTHER
    assert again.headers["Location"] == answer.headers["Location"]
    case = answer.headers["Location"].rpartition("/")[2]
    assert argued.case(case).status is Status.OPEN
    assert argued.booked == {"周倩": "0.00"}
    assert "是我的客人" in lin.text(f"/disputes/{case}")
    assert f"/disputes/{case}" in lin.text(page)


def test_the_sale_sheet_says_that_its_credit_is_held(session: Session, case: str, enter: Enter) -> None:
    sale = session.scalar(sa.text("SELECT public_id FROM sale"))
    sheet = enter("manager").text(f"/sales/{sale}")
    assert "Held by a dispute" in sheet
    assert "this money is in nobody" in sheet


@pytest.mark.parametrize(("who", "shown"), [("lin", True), ("zhou", True), ("ma", False), ("manager", True)])
def test_the_ledger_of_a_sale_is_a_press_away_for_whoever_may_read_it(
    session: Session, cast: Cast, case: str, enter: Enter, who: str, shown: bool
) -> None:
    everything = shares((cast.lin, 10_000))
    deciding.rule(session, public_id=case, shares=everything, reason="林静带的", actor=cast.manager, at=AT)
    session.commit()
    sale = session.scalar(sa.text("SELECT public_id FROM sale"))
    browser, ledger = enter(who), f"/credit/sales/{sale}"
    assert (ledger in browser.text(f"/sales/{sale}")) is shown
    assert (browser.get(ledger).status_code == HTTPStatus.OK) is shown


def test_who_opened_a_case_in_vain_still_reads_the_ledger(
    session: Session, cast: Cast, case: str, enter: Enter
) -> None:
    sale = session.scalar(sa.text("SELECT public_id FROM sale"))
    assert f"/credit/sales/{sale}" in enter("lin").text(f"/sales/{sale}")


def test_who_may_not_open_a_case_hears_why(session: Session, argued: Argued, enter: Enter) -> None:
    public_id = session.scalar(sa.text("SELECT public_id FROM sale"))
    text = enter("ma").text(f"/sales/{public_id}/dispute")
    assert "You cannot open a case here" in text
    assert "captured" in text
    with time_machine.travel(local(9, day=17), tick=False):
        late = enter("lin").text(f"/sales/{public_id}/dispute")
    assert "closed on Mar 16" in late


@pytest.mark.parametrize("who", ["lin", "zhou", "supervisor", "manager", "director"])
def test_both_sides_and_those_who_judge_see_the_same_case(case: str, enter: Enter, who: str) -> None:
    text = enter(who).text(f"/disputes/{case}")
    assert "我带他参观的" in text
    assert "DSP-03" in text
    assert "3,980.00" in text
    assert "Called, answered" in text


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("ma", HTTPStatus.NOT_FOUND),
        ("other_manager", HTTPStatus.NOT_FOUND),
        ("desk", HTTPStatus.FORBIDDEN),
        ("finance", HTTPStatus.FORBIDDEN),
    ],
)
def test_nobody_else_sees_it(case: str, enter: Enter, who: str, status: HTTPStatus) -> None:
    browser = enter(who)
    for address in (f"/disputes/{case}", f"/disputes/{case}/evidence"):
        assert browser.get(address).status_code == status


def test_statements_and_papers_are_read_by_both_sides(session: Session, case: str, enter: Enter) -> None:
    lin = enter("lin")
    answer = state(lin, case, "看截图", ('../../聊天"记录.png', PNG), ("papers.pdf", PDF))
    assert answer.status_code == HTTPStatus.SEE_OTHER
    picture, paper = papers_in(session)
    zhou = enter("zhou")
    assert "看截图" in zhou.text(f"/disputes/{case}")
    shown = zhou.get(f"/disputes/{case}/papers/{picture}")
    assert shown.data == PNG
    assert shown.headers["Content-Type"] == "image/png"
    assert shown.headers["Content-Disposition"].startswith("inline")
    assert ".." not in shown.headers["Content-Disposition"]
    assert shown.headers["Content-Disposition"].isascii()
    assert "%E8%81%8A%E5%A4%A9" in shown.headers["Content-Disposition"]
    assert shown.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in shown.headers["Content-Security-Policy"]
    assert "no-store" in shown.headers["Cache-Control"]
    loaded = zhou.get(f"/disputes/{case}/papers/{paper}")
    assert loaded.headers["Content-Type"] == "application/pdf"
    assert loaded.headers["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize("who", ["ma", "other_manager"])
def test_papers_are_nobody_elses(session: Session, case: str, enter: Enter, who: str) -> None:
    state(enter("lin"), case, "", ("x.png", PNG))
    (picture,) = papers_in(session)
    stranger = enter(who)
    assert stranger.get(f"/disputes/{case}/papers/{picture}").status_code == HTTPStatus.NOT_FOUND


def test_a_paper_of_another_case_is_not_found(session: Session, cast: Cast, case: str, enter: Enter) -> None:
    state(enter("lin"), case, "", ("x.png", PNG))
    (picture,) = papers_in(session)
    other = Argued(session, cast, name="李雷").open()
    session.commit()
    manager = enter("manager")
    assert manager.get(f"/disputes/{case}/papers/{picture}").status_code == HTTPStatus.OK
    assert manager.get(f"/disputes/{other}/papers/{picture}").status_code == HTTPStatus.NOT_FOUND
    assert manager.get(f"/disputes/{case}/papers/{'2' * 12}").status_code == HTTPStatus.NOT_FOUND


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.png", b"<script>alert(1)</script>", "is neither a picture"),
        ("a.pdf", b"", "is empty"),
        ("a.pdf", PDF + b"0" * 5 * 1024 * 1024, "larger than 5 MB"),
    ],
)
def test_what_cannot_be_kept_is_said_and_the_words_stay(
    session: Session, case: str, enter: Enter, name: str, content: bytes, sentence: str
) -> None:
    answer = state(enter("lin"), case, "我写了很久", (name, content))
    text = answer.get_data(as_text=True)
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert sentence in text
    assert "我写了很久" in text
    assert papers_in(session) == []


def test_nobody_sends_much_without_having_signed_in(app: Flask, case: str, enter: Enter) -> None:
    much = {"papers": (io.BytesIO(PNG + b"0" * 2 * 1024 * 1024), "x.png")}
    with app.app_context():
        answer = app.test_client().post(
            f"/disputes/{case}/statement", data=much, content_type="multipart/form-data"
        )
    assert answer.status_code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    too_much = [(f"{number}.png", PNG + b"0" * 5 * 1024 * 1024) for number in range(5)]
    assert state(enter("lin"), case, "", *too_much).status_code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE


def test_deadlines_are_told(session: Session, cast: Cast, argued: Argued, case: str) -> None:
    deciding.settle(session, public_id=case, shares=None, reason="", actor=cast.supervisor, at=local(13))
    assert casefile.read(session, cast.lin, case, AT).deadline == local(13, day=10)
    operations.object_to(session, public_id=case, actor=cast.lin, at=AT)
    assert casefile.read(session, cast.lin, case, AT).deadline is None
    deciding.rule(session, public_id=case, shares=None, reason="", actor=cast.manager, at=AT)
    assert casefile.read(session, cast.lin, case, AT).deadline == local(0, day=13)
    late = casefile.read(session, cast.lin, case, local(0, day=13))
    assert (late.deadline, late.may_still_be_appealed) == (None, False)


def test_nothing_said_is_no_statement(case: str, enter: Enter) -> None:
    answer = state(enter("lin"), case, "  ")
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Write something" in answer.get_data(as_text=True)


def test_a_supervisor_settles_and_a_party_objects(
    session: Session, cast: Cast, argued: Argued, case: str, enter: Enter
) -> None:
    supervisor = enter("supervisor")
    lin_id, zhou_id = (public_id_of(session, cast, who) for who in ("lin", "zhou"))
    split = {f"share-{lin_id}": "30", f"share-{zhou_id}": "70"}
    page = f"/disputes/{case}/decide"
    shown = supervisor.post(f"/disputes/{case}/settle", page=page, step="show", reason="都有份", **split)
    text = shown.get_data(as_text=True)
    assert shown.status_code == HTTPStatus.OK
    assert "1,194.00" in text
    assert "2,786.00" in text
    assert "24 hours" in text
    assert argued.case(case).status is Status.OPEN
    key = "abcdefgh-2"
    for _press in range(2):
        done = supervisor.post(
            f"/disputes/{case}/settle",
            page=page if _press == 0 else f"/disputes/{case}",
            step="do",
            reason="都有份",
            submission_key=key,
            **split,
        )
        assert done.status_code == HTTPStatus.SEE_OTHER
    assert argued.case(case).status is Status.SETTLED
    lin = enter("lin")
    assert "stands unless a party objects until" in lin.text(f"/disputes/{case}")
    lin.post(f"/disputes/{case}/object", page=f"/disputes/{case}", words="不对")
    assert argued.case(case).status is Status.OPEN
    text = supervisor.text(f"/disputes/{case}")
    assert "A party objected to the settlement" in text
    assert supervisor.get(page).status_code == HTTPStatus.CONFLICT


def test_a_manager_rules_and_a_party_appeals(
    session: Session, cast: Cast, argued: Argued, case: str, enter: Enter
) -> None:
    manager = enter("manager")
    lin_id, zhou_id = (public_id_of(session, cast, who) for who in ("lin", "zhou"))
    address, page = f"/disputes/{case}/rule", f"/disputes/{case}/decide"
    split = {f"share-{lin_id}": "50", f"share-{zhou_id}": "50"}
    no_reason = manager.post(address, page=page, step="do", **split)
    assert no_reason.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Say why" in no_reason.get_data(as_text=True)
    assert 'value="50"' in no_reason.get_data(as_text=True)
    ruled = manager.post(address, page=page, step="do", reason="两人都接待过", **split)
    assert ruled.status_code == HTTPStatus.SEE_OTHER
    assert argued.booked == {"林静": "1990.00", "周倩": "1990.00"}
    zhou = enter("zhou")
    assert "A party may appeal until Mar 12" in zhou.text(f"/disputes/{case}")
    zhou.post(f"/disputes/{case}/appeal", page=f"/disputes/{case}", words="我收的款")
    assert argued.case(case).status is Status.APPEALED
    assert manager.get(page).status_code == HTTPStatus.CONFLICT
    director = enter("director")
    assert "There is no further appeal" in director.text(page)
    director.post(f"/disputes/{case}/appeal-ruling", page=page, step="confirm")
    assert argued.case(case).status is Status.DECIDED
    assert argued.booked == {"周倩": "3980.00"}
    assert "This is final" in zhou.text(f"/disputes/{case}")


def test_the_director_lets_the_ruling_stand_with_one_button(
    session: Session, cast: Cast, argued: Argued, case: str, enter: Enter
) -> None:
    split = shares((cast.lin, 3_000), (cast.zhou, 7_000))
    deciding.rule(session, public_id=case, shares=split, reason="两人都接待过", actor=cast.manager, at=AT)
    operations.appeal(session, public_id=case, actor=cast.zhou, at=AT)
    session.commit()
    director, page = enter("director"), f"/disputes/{case}/decide"
    text = director.text(page)
    assert "The ruling appealed against" in text
    assert "两人都接待过" in text
    assert "1,194.00" in text
    address = f"/disputes/{case}/appeal-ruling"
    assert director.post(address, page=page, step="uphold").status_code == HTTPStatus.SEE_OTHER
    assert argued.booked == {"林静": "1194.00", "周倩": "2786.00"}
    assert "The ruling stands:" in director.text(f"/disputes/{case}")


def test_only_an_appeal_upholds_something(argued: Argued, case: str, enter: Enter) -> None:
    manager = enter("manager")
    answer = manager.post(f"/disputes/{case}/rule", page=f"/disputes/{case}/decide", step="uphold")
    assert answer.status_code == HTTPStatus.OK
    assert argued.case(case).status is Status.OPEN


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"lin": "50", "zhou": "40"}, "add up to 90 %"),
        ({"lin": "-10", "zhou": "110"}, "is no share"),
        ({"lin": "33.333", "zhou": "66.667"}, "is no share"),
        ({"lin": "NaN", "zhou": "1e400"}, "is no share"),
        ({"lin": "", "zhou": ""}, "add up to 0 %"),
    ],
)
def test_a_split_that_is_none_is_said_and_nothing_happens(
    session: Session,
    cast: Cast,
    argued: Argued,
    case: str,
    enter: Enter,
    typed: dict[str, str],
    sentence: str,
) -> None:
    split = {f"share-{public_id_of(session, cast, who)}": text for who, text in typed.items()}
    manager = enter("manager")
    for step in ("show", "do"):
        answer = manager.post(
            f"/disputes/{case}/rule", page=f"/disputes/{case}/decide", step=step, reason="x", **split
        )
        assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
        assert sentence in answer.get_data(as_text=True)
    assert argued.case(case).status is Status.OPEN


def test_a_share_of_somebody_who_does_not_sell_here_is_refused(case: str, enter: Enter) -> None:
    answer = enter("manager").post(
        f"/disputes/{case}/rule",
        page=f"/disputes/{case}/decide",
        step="do",
        reason="x",
        **{f"share-{'2' * 12}": "100"},
    )
    assert "does not sell here any more" in answer.get_data(as_text=True)


def test_a_party_never_decides_whatever_his_role(
    session: Session, cast: Cast, argued: Argued, case: str, enter: Enter
) -> None:
    session.execute(sa.text("UPDATE dispute SET opened_by = :who"), {"who": consultant_of(cast.supervisor)})
    session.commit()
    supervisor = enter("supervisor")
    assert "You are a party" in supervisor.text(f"/disputes/{case}")
    assert f"/disputes/{case}/decide" not in supervisor.text(f"/disputes/{case}")
    assert supervisor.get(f"/disputes/{case}/decide").status_code == HTTPStatus.CONFLICT
    supervisor.post(f"/disputes/{case}/settle", page=f"/disputes/{case}", step="confirm")
    assert argued.case(case).status is Status.OPEN


def test_a_note_on_conduct_is_for_its_person_and_for_those_who_judge(
    session: Session, cast: Cast, case: str, enter: Enter
) -> None:
    deciding.rule(
        session,
        public_id=case,
        shares=None,
        reason="",
        conduct=Conduct(consultant_id=consultant_of(cast.lin), note="在前台争吵"),
        actor=cast.manager,
        at=local(13),
    )
    session.commit()
    for who, reads in (("lin", True), ("zhou", False), ("manager", True), ("director", True)):
        assert ("在前台争吵" in enter(who).text(f"/disputes/{case}")) is reads, who


def test_a_decision_asks_for_the_password_again(case: str, enter: Enter) -> None:
    manager = enter("manager")
    with time_machine.travel(local(15), tick=False):
        answer = manager.get(f"/disputes/{case}/decide")
    assert answer.status_code == HTTPStatus.SEE_OTHER
    assert "/confirm-password" in answer.headers["Location"]


def test_reading_a_case_is_reading_its_news(session: Session, cast: Cast, case: str, enter: Enter) -> None:
    zhou = enter("zhou")
    assert "New in disputes" in zhou.text("/floor")
    assert "1 case waits for your side" in zhou.text("/floor")
    zhou.get(f"/disputes/{case}")
    assert news.unread(session, cast.zhou) == []
    assert "New in disputes" not in zhou.text("/floor")
    state(zhou, case, "轮到我接待")
    assert "waits for your side" not in zhou.text("/floor")


def test_the_docket_shows_each_his_own(session: Session, cast: Cast, case: str, enter: Enter) -> None:
    for who, tab in (("lin", "mine"), ("zhou", "mine"), ("supervisor", "decide"), ("manager", "running")):
        assert f"/disputes/{case}" in enter(who).text(f"/disputes?view={tab}"), who
    ma = enter("ma")
    assert f"/disputes/{case}" not in ma.text("/disputes")
    assert ma.get("/disputes?view=running").status_code == HTTPStatus.NOT_FOUND
    assert enter("manager").text("/disputes?view=mine")


def test_the_managers_day_counts_what_waits_for_him(
    session: Session, cast: Cast, case: str, enter: Enter
) -> None:
    assert "1 dispute waits for your decision" in enter("manager").text("/today")
    assert "waits for your decision" not in enter("director").text("/today")
    waiting = docket.waiting(session, cast.supervisor, AT)
    assert (waiting.count, waiting.oldest) == (1, local(12))


def test_the_table_is_for_those_who_oversee(case: str, enter: Enter) -> None:
    manager = enter("manager")
    text = manager.text("/disputes.csv?view=running")
    assert case in text
    assert "3980.00" in text
    assert "周倩 100 %" in text
    assert enter("lin").get("/disputes.csv").status_code == HTTPStatus.FORBIDDEN


def test_precedents_are_counted_and_have_no_names(session: Session, cast: Cast, enter: Enter) -> None:
    ended = []
    for number, parts in enumerate(
        (None, shares((cast.lin, 4000), (cast.zhou, 6000)), shares((cast.lin, 10000)))
    ):
        one = Argued(session, cast, name=f"客人{number}")
        ended.append(one.open())
        deciding.rule(
            session,
            public_id=ended[-1],
            shares=parts,
            reason="看接待记录",
            actor=cast.manager,
            at=local(13, number),
        )
    now = Argued(session, cast)
    case = now.open()
    session.commit()
    found = precedents.similar(session, cast.club.id, now.case(case))
    assert found.counts == {Ending.CONFIRMED: 1, Ending.SPLIT: 1, Ending.TURNED: 1}
    assert [one.public_id for one in found.cases] == ended[::-1]
    assert [part.kind for part in found.cases[1].decided] == ["inside", "inside"]
    assert f"/disputes/{ended[0]}" not in enter("zhou").text(f"/disputes/{case}")
    text = enter("manager").text(f"/disputes/{case}")
    assert "3 decided cases between the same kinds of consultants" in text
    assert f"/disputes/{ended[0]}" in text


def test_what_is_over_is_read_page_by_page(session: Session, cast: Cast) -> None:
    argued = Argued(session, cast)
    opened = []
    for minute in range(5):
        public_id = argued.open(at=local(12, minute))
        operations.withdraw(session, public_id=public_id, actor=cast.lin, at=local(12, minute))
        opened.append(public_id)
    session.commit()
    found: list[str] = []
    before: int | None = None
    while True:
        page = docket.docket(session, cast.manager, Tab.DECIDED, AT, before=before, most=2)
        found += [line.public_id for line in page.lines]
        before = page.before
        if before is None:
            break
    assert found == opened[::-1]
