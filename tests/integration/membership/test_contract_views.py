"""A contract through the pages: filled in, handed in, approved, read, signed, and its papers."""

import re
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from clubsales.actor import Actor
from clubsales.membership.contracts import beside, operations, queries
from clubsales.membership.contracts.queries import ContractView
from clubsales.membership.contracts.rules import ContractState, Promise, PromiseKind
from clubsales.membership.payments.rules import Method
from clubsales.membership.sales import operations as sales
from clubsales.membership.sales import queries as sale_queries
from tests.builders import Cast, local, yuan
from tests.integration.auth.support import TOKEN, Browser, let_in
from tests.integration.membership.contracting import DRAWN, a_sale, an_approved_form, filled, sign

AT = local(14, 20)


@pytest.fixture(autouse=True)
def afternoon() -> Iterator[None]:
    with time_machine.travel(AT, tick=True):
        yield


@pytest.fixture
def window(client: FlaskClient) -> Browser:
    return Browser(client, {"Accept-Language": "en"})


def enter(window: Browser, session: Session, who: Actor) -> None:
    let_in(session, who)
    session.commit()
    username = session.execute(
        sa.text("SELECT username FROM account WHERE id = :id"), {"id": who.account_id}
    ).scalar_one()
    assert window.sign_in(username).status_code in (302, 303)


def typed(**changes: Any) -> dict[str, Any]:
    return {
        "submission_key": str(uuid.uuid4()),
        "buyer": "陈晨",
        "phone": "138 0013 8000",
        "papers": ["id_card", "residence_permit"],
        "payment": "In full today",
        "language": "en",
        "address": "",
        "email": "chen@example.com",
        "emergency": "",
        "supplement": "",
        "remarks": "",
        "promise_kind": ["gift", "freeze"],
        "promise_text": ["A towel", ""],
        "promise_due": ["2026-03-20", ""],
        **changes,
    }


def send(window: Browser, address: str, fields: dict[str, Any]) -> TestResponse:
    found = TOKEN.search(window.get("/contracts").get_data(as_text=True))
    assert found
    with window.client.application.app_context():
        return window.client.post(address, data={"csrf_token": found[1], **fields}, headers=window.headers)


def text(answer: TestResponse) -> str:
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return answer.get_data(as_text=True)


def only_contract(session: Session, cast: Cast) -> ContractView:
    (contract,) = queries.open_forms(session, cast.club.id)
    return contract


def public_id_of(session: Session, cast: Cast, sale_id: Any) -> str:
    return sale_queries.get(session, cast.club.id, sale_id).public_id


def test_from_the_sale_to_the_signature(window: Browser, session: Session, cast: Cast) -> None:
    enter(window, session, cast.lin)
    sale = public_id_of(session, cast, a_sale(session, cast))
    session.commit()
    page = text(window.get(f"/contracts/new/{sale}"))
    assert "In full when it is signed" in page
    assert re.search(
        r'<input checked[^>]*name="language"[^>]*value="en"', page
    )  # what is filled in is English
    answer = send(window, f"/contracts/new/{sale}", typed())
    assert answer.status_code == 302, answer.get_data(as_text=True)
    contract = only_contract(session, cast)
    assert contract.form["papers"] == "id_card,residence_permit"
    assert contract.form["address"] == "/"
    assert [each.text for each in contract.promises] == ["A towel"]
    page = text(window.get(f"/contracts/{contract.public_id}"))
    assert "Three thousand nine hundred eighty and 00/100 Chinese Yuan" in page
    assert "Identity card · Residence permit" in page
    send(window, f"/contracts/{contract.public_id}/submit", {})
    for who in (cast.finance, cast.supervisor, cast.manager):
        enter(window, session, who)
        assert "Your approval is asked for" in text(window.get(f"/contracts/{contract.public_id}"))
        assert "Waits for what you do" in text(window.get("/contracts"))
        send(window, f"/contracts/{contract.public_id}/answer", {"answer": "approve"})
    enter(window, session, cast.lin)
    page = text(window.get(f"/contracts/{contract.public_id}/sign"))
    assert "I am here with the customer" in page
    shown = re.search(r'name="shown" value="([0-9a-f]{64})"', page)
    assert shown is not None
    signing = {
        "submission_key": str(uuid.uuid4()),
        "shown": shown.group(1),
        "signature": DRAWN,
        "promises_shown": "1",
        "present": "1",
    }
    answer = send(window, f"/contracts/{contract.public_id}/sign", signing)
    again = send(window, f"/contracts/{contract.public_id}/sign", signing)
    assert answer.headers["Location"] == again.headers["Location"] == f"/contracts/{contract.public_id}"
    signed = queries.by_public_id(session, cast.club.id, contract.public_id)
    assert (signed.state, signed.number) == (ContractState.SIGNED, "SZ01-202603-00001")
    page = text(window.get(f"/contracts/{contract.public_id}"))
    assert "SZ01-202603-00001" in page
    assert DRAWN in page
    send(window, f"/contracts/{contract.public_id}/promises/1", {})
    send(window, f"/contracts/{contract.public_id}/copies/1", {})
    (promise,) = beside.promises_of(session, signed.id)
    assert promise.kept_by == "林静"


def test_what_is_missing_is_said_at_its_field(window: Browser, session: Session, cast: Cast) -> None:
    enter(window, session, cast.lin)
    sale = public_id_of(session, cast, a_sale(session, cast))
    session.commit()
    wrong: tuple[dict[str, Any], ...] = (
        {"buyer": ""},
        {"papers": []},
        {"payment": " / "},
        {"email": "chen"},
        {"promise_due": ["soon", ""]},
    )
    for changes in wrong:
        answer = send(window, f"/contracts/new/{sale}", typed(**changes))
        assert answer.status_code == 422, changes
    assert queries.open_forms(session, cast.club.id) == []


def test_a_correction_and_what_one_too_many_brings(window: Browser, session: Session, cast: Cast) -> None:
    enter(window, session, cast.lin)
    public_id = an_approved_form(session, cast)
    session.commit()
    assert "3 more corrections are allowed" in text(window.get(f"/contracts/{public_id}/edit"))
    form = typed(
        language="zh_Hans", email="", papers=["id_card"], promise_text=["", ""], payment="签约时一次付清"
    )
    answer = send(window, f"/contracts/{public_id}/edit", {**form, "address": "人民路1号"})
    assert answer.headers["Location"] == f"/contracts/{public_id}"
    corrected = text(window.get(f"/contracts/{public_id}"))
    assert "人民路1号" in corrected
    assert "Waits for an answer" in corrected
    more = {"address": "人民路2号", "remarks": "甲", "supplement": "乙", "submission_key": str(uuid.uuid4())}
    answer = send(window, f"/contracts/{public_id}/edit", {**form, **more})
    new = answer.headers["Location"].rsplit("/", 1)[1]
    assert new != public_id
    assert "a fine is proposed" in text(window.get(f"/contracts/{new}"))
    assert "Waits for an answer" not in text(window.get(f"/contracts/{public_id}"))  # void: nobody is asked


def test_a_form_given_up(window: Browser, session: Session, cast: Cast) -> None:
    enter(window, session, cast.lin)
    public_id = an_approved_form(session, cast)
    session.commit()
    send(window, f"/contracts/{public_id}/void", {"reason": ""})
    send(window, f"/contracts/{public_id}/void", {"reason": "客户改买季卡"})
    assert "客户改买季卡" in text(window.get(f"/contracts/{public_id}"))


def test_somebody_else_signed_in_needs_the_consultants_pin_on_a_tablet(
    window: Browser, session: Session, cast: Cast
) -> None:
    enter(window, session, cast.zhou)
    public_id = an_approved_form(session, cast)
    session.commit()
    page = text(window.get(f"/contracts/{public_id}/sign"))
    assert "林静 has to be here" in page
    shown = re.search(r'name="shown" value="([0-9a-f]{64})"', page)
    assert shown is not None
    fields = {
        "submission_key": str(uuid.uuid4()),
        "shown": shown.group(1),
        "signature": DRAWN,
        "present": "1",
    }
    send(window, f"/contracts/{public_id}/sign", fields)
    send(window, f"/contracts/{public_id}/sign", {**fields, "pin": "4826"})
    assert queries.by_public_id(session, cast.club.id, public_id).state is ContractState.APPROVED


def test_what_was_drawn_stands_there_again_when_the_form_is_not_taken(
    window: Browser, session: Session, cast: Cast
) -> None:
    enter(window, session, cast.lin)
    public_id = an_approved_form(session, cast)
    session.commit()
    page = text(window.get(f"/contracts/{public_id}/sign"))
    shown = re.search(r'name="shown" value="([0-9a-f]{64})"', page)
    assert shown is not None
    fields = {"submission_key": str(uuid.uuid4()), "shown": shown.group(1), "signature": DRAWN}
    answer = send(window, f"/contracts/{public_id}/sign", fields)
    assert answer.status_code == 422
    assert f'name="signature" value="{DRAWN}"' in answer.get_data(as_text=True)
    # Below another text than the one he read nobody's signature stands.
    answer = send(window, f"/contracts/{public_id}/sign", {**fields, "shown": "0" * 64, "present": "1"})
    assert answer.status_code == 422
    assert 'name="signature" value=""' in answer.get_data(as_text=True)
    evil = {**fields, "signature": '"><script>'}
    assert '"><script>' not in send(window, f"/contracts/{public_id}/sign", evil).get_data(as_text=True)
    taken = send(window, f"/contracts/{public_id}/sign", {**fields, "present": "1", "promises_shown": "1"})
    assert taken.status_code == 302
    assert queries.by_public_id(session, cast.club.id, public_id).state is ContractState.SIGNED


def test_the_register_adds_up_and_goes_along_as_a_workbook(
    window: Browser, session: Session, cast: Cast
) -> None:
    enter(window, session, cast.manager)
    gift = Promise(kind=PromiseKind.GIFT, text="毛巾")
    public_id = an_approved_form(session, cast, filled(gift))
    sign(session, cast, public_id)
    contract = queries.by_public_id(session, cast.club.id, public_id)
    sales.book_receipt(
        session,
        sale_id=contract.sale_id,
        amount=yuan("1000.00"),
        method=Method.CASH,
        actor=cast.desk,
        at=local(12),
    )
    session.commit()
    for span in ("month", "quarter", "year"):
        page = text(window.get(f"/contracts/register?span={span}"))
        assert "SZ01-202603-00001" in page
        assert "¥2,980.00" in page
        assert "1 promise open" in page
    assert "No contract was signed" in text(window.get("/contracts/register?from=2026-02-01"))
    assert window.get("/contracts/register.xlsx").data[:2] == b"PK"
    send(window, f"/contracts/{public_id}/archive", {"place": "A柜3层"})
    assert "A柜3层" in text(window.get("/contracts/register"))


def test_a_consultant_sees_the_register_of_his_own(window: Browser, session: Session, cast: Cast) -> None:
    sign(session, cast, an_approved_form(session, cast))
    enter(window, session, cast.zhou)
    assert "No contract was signed" in text(window.get("/contracts/register"))
    assert window.get("/contracts/register.xlsx").status_code == 403


def test_another_clubs_contract_is_not_there(window: Browser, session: Session, cast: Cast) -> None:
    public_id = operations.fill(
        session, sale_id=a_sale(session, cast), filled=filled(), actor=cast.lin, at=local(10)
    )
    enter(window, session, cast.other_manager)
    for address in (
        f"/contracts/{public_id}",
        f"/contracts/{public_id}/edit",
        f"/contracts/{public_id}/sign",
    ):
        assert window.get(address).status_code == 404
