"""Pages of a case when something is unusual: a party has left, a note has no person, a link leads where one may not go."""

from http import HTTPStatus

import pytest
import sqlalchemy as sa
import time_machine
from sqlalchemy.orm import Session

from clubsales.consultants.profiles import queries as profiles
from clubsales.leads.disputes import deciding, operations
from clubsales.leads.disputes.rules import Status
from clubsales.leads.touches import operations as touches
from clubsales.leads.touches.rules import TouchKind
from tests.builders import Cast, consultant_of, local
from tests.integration.leads.disputes.argued import Argued, shares
from tests.integration.leads.disputes.conftest import Enter

AT = local(14)
pytestmark = pytest.mark.usefixtures("afternoon")


def share_of(session: Session, cast: Cast, who: str) -> str:
    return f"share-{profiles.get(session, cast.club.id, consultant_of(getattr(cast, who))).public_id}"


def test_a_case_can_be_split_though_a_party_sells_no_longer(
    session: Session, cast: Cast, argued: Argued, case: str, enter: Enter
) -> None:
    session.execute(
        sa.text("UPDATE consultant SET kind = NULL WHERE id = :who"), {"who": consultant_of(cast.zhou)}
    )
    session.commit()
    manager, page = enter("manager"), f"/disputes/{case}/decide"
    lin, zhou = (share_of(session, cast, who) for who in ("lin", "zhou"))
    refused = manager.post(
        f"/disputes/{case}/rule", page=page, step="do", reason="已离职", **{lin: "50", zhou: "50"}
    )
    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "周倩 does not sell here any more" in refused.get_data(as_text=True)
    done = manager.post(
        f"/disputes/{case}/rule", page=page, step="do", reason="已离职", **{lin: "100", zhou: ""}
    )
    assert done.status_code == HTTPStatus.SEE_OTHER
    assert argued.booked == {"林静": "3980.00"}


def test_a_note_that_names_nobody_is_not_lost(
    session: Session, cast: Cast, argued: Argued, case: str, enter: Enter
) -> None:
    split = {share_of(session, cast, "lin"): "100"}
    for step in ("show", "do"):
        answer = enter("manager").post(
            f"/disputes/{case}/rule",
            page=f"/disputes/{case}/decide",
            step=step,
            reason="看记录",
            conduct_note="在前台争吵",
            **split,
        )
        text = answer.get_data(as_text=True)
        assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY, step
        assert "A note on conduct is about a party" in text
        assert "在前台争吵" in text
    assert argued.case(case).status is Status.OPEN


def test_another_case_is_a_link_only_for_who_may_read_it(
    session: Session, cast: Cast, argued: Argued, enter: Enter
) -> None:
    operations.withdraw(session, public_id=(first := argued.open()), actor=cast.lin, at=local(12, 10))
    deciding.rule(
        session,
        public_id=(second := argued.open(at=local(12, 20))),
        shares=shares((cast.lin, 10000)),
        reason="看记录",
        actor=cast.manager,
        at=local(12, 30),
    )
    argued.contact(cast.ma, local(11, day=5))
    third = argued.open(cast.ma, at=local(13))
    session.commit()
    for who, reads in (("ma", False), ("lin", True), ("manager", True)):
        text = enter(who).text(f"/disputes/{third}")
        assert "Another case" in text
        for other in (first, second):
            assert (f"/disputes/{other}" in text) is reads, (who, other)


@pytest.mark.parametrize(("who", "reads"), [("finance", False), ("manager", True), ("zhou", True)])
def test_credit_links_to_a_case_only_for_who_may_read_it(
    session: Session, cast: Cast, argued: Argued, case: str, enter: Enter, who: str, reads: bool
) -> None:
    sale = session.scalar(sa.text("SELECT public_id FROM sale"))
    browser = enter(who)
    pages = [f"/credit/sales/{sale}", "/credit" if who == "zhou" else "/credit/everybody"]
    for page in pages:
        assert (f"/disputes/{case}" in browser.text(page)) is reads, page


def test_whoever_is_on_the_sale_without_a_share_has_no_link_to_a_case_he_cannot_read(
    session: Session, cast: Cast, argued: Argued, enter: Enter
) -> None:
    case = argued.open()
    session.execute(sa.text("UPDATE sale SET consultant_id = :who"), {"who": consultant_of(cast.ma)})
    session.commit()
    sale = session.scalar(sa.text("SELECT public_id FROM sale"))
    text = enter("ma").text(f"/credit/sales/{sale}")
    assert "Held by a dispute" in text
    assert f"/disputes/{case}" not in text


def test_the_odd_cent_goes_where_the_form_shows_it(session: Session, cast: Cast, enter: Enter) -> None:
    argued = Argued(session, cast, name="王芳", paid="1000.01")
    case = argued.open(cast.lin)
    session.execute(
        sa.text("UPDATE consultant SET name = '阿林' WHERE id = :who"), {"who": consultant_of(cast.zhou)}
    )
    session.commit()
    manager, page = enter("manager"), f"/disputes/{case}/decide"
    lin, zhou = (share_of(session, cast, who) for who in ("lin", "zhou"))
    text = manager.text(page)
    assert text.index(f'id="{lin}"') < text.index(f'id="{zhou}"')
    split = {lin: "50", zhou: "50"}
    manager.post(f"/disputes/{case}/rule", page=page, step="do", reason="各半", **split)
    assert argued.booked == {"林静": "500.01", "阿林": "500.00"}


@pytest.mark.parametrize("place", ["99999999999999999-0-1", "9-99-1", "1-1", "x", "-1-1-1", "１-1-1"])
def test_a_place_that_is_none_is_not_found_or_empty(case: str, enter: Enter, place: str) -> None:
    answer = enter("lin").get(f"/disputes/{case}/evidence?before={place}")
    assert answer.status_code in (HTTPStatus.OK, HTTPStatus.NOT_FOUND)


def test_a_settlement_that_stands_at_once_asks_nobody_to_object(
    session: Session, cast: Cast, argued: Argued, case: str, enter: Enter
) -> None:
    deciding.settle(
        session, public_id=case, shares=None, reason="", at_once=True, actor=cast.supervisor, at=local(13)
    )
    session.commit()
    text = enter("zhou").text("/floor")
    assert "settled it" in text
    assert "object in time" not in text


def test_a_judge_who_was_slower_comes_back_to_the_case_and_hears_why(
    session: Session, cast: Cast, argued: Argued, case: str, enter: Enter
) -> None:
    manager, page = enter("manager"), f"/disputes/{case}/decide"
    manager.text(page)
    manager.headers["Referer"] = f"http://localhost/disputes/{case}/rule"
    deciding.rule(session, public_id=case, shares=None, reason="", actor=cast.manager, at=local(13))
    session.commit()
    answer = manager.post(f"/disputes/{case}/rule", page=f"/disputes/{case}", step="confirm")
    assert answer.headers["Location"] == f"/disputes/{case}"
    assert "This dispute is closed" in manager.text(f"/disputes/{case}")
    late = manager.get(page)
    text = late.get_data(as_text=True)
    assert late.status_code == HTTPStatus.CONFLICT
    assert "This dispute is closed" in text
    assert "What was said and decided" in text


@pytest.mark.parametrize("step", ["settle", "rule", "appeal-ruling"])
def test_the_form_stands_where_a_decision_is_posted(case: str, enter: Enter, step: str) -> None:
    """Whoever had to type the password again, or loads the page again, comes back to the form."""
    answer = enter("manager").get(f"/disputes/{case}/{step}")
    assert answer.status_code == HTTPStatus.OK
    assert f'action="/disputes/{case}/rule"' in answer.get_data(as_text=True)


def test_a_pass_that_was_shown_is_not_said_to_have_been_handed_out(
    session: Session, cast: Cast, argued: Argued, enter: Enter
) -> None:
    """The touch of a shown pass stands beside the showing itself: it is told once, as what it was."""
    touches.record(
        session,
        kind=TouchKind.PASS,
        person_id=argued.person_id,
        consultant_id=consultant_of(cast.lin),
        actor=cast.desk,
        at=local(9, 30, day=9),
    )
    case = argued.open()
    session.commit()
    assert "Handed a pass" not in enter("lin").text(f"/disputes/{case}")


def test_why_nobody_may_open_a_case_is_said_once(session: Session, argued: Argued, enter: Enter) -> None:
    public_id = session.scalar(sa.text("SELECT public_id FROM sale"))
    ma = enter("ma")
    assert ma.text(f"/sales/{public_id}/dispute").count("What counts") == 1
    with time_machine.travel(local(9, day=17), tick=False):
        late = enter("lin").text(f"/sales/{public_id}/dispute")
    assert "What counts" not in late


def test_cases_are_decided_not_approved(case: str, enter: Enter) -> None:
    """Leave is approved; a case has words of its own, which Chinese tells apart."""
    manager = enter("manager")
    assert "Decide the case" in manager.text("/today")
    assert "Case decided on" in manager.text("/disputes.csv")


def test_whom_a_note_is_about_is_shown_before_it_is_written(
    session: Session, cast: Cast, case: str, enter: Enter
) -> None:
    lin = share_of(session, cast, "lin")
    answer = enter("manager").post(
        f"/disputes/{case}/rule",
        page=f"/disputes/{case}/decide",
        step="show",
        reason="看记录",
        conduct_of=lin.removeprefix("share-"),
        conduct_note="在前台争吵",
        **{lin: "100"},
    )
    assert "With a note on the conduct of 林静: 在前台争吵" in answer.get_data(as_text=True)
