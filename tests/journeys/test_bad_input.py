"""Whatever is sent to a door: never a breakdown, and nothing half done."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from http import HTTPStatus

import pytest
import time_machine
from flask import Flask
from sqlalchemy.orm import Session

from clubsales.consultants.credits import checks as credit_checks
from clubsales.consultants.statements.reckoning import month_reckoning
from clubsales.db import db
from clubsales.membership.sales import checks as sale_checks
from tests.builders import Cast, local
from tests.journeys.doors import Door, Fields, post_doors
from tests.journeys.lively import Lively
from tests.journeys.sending import Sender

LONG = "长" * 5_000
# As bytes, percent-encoded by the form: also what no text can be made of.
HOSTILE: tuple[bytes, ...] = (
    b"",
    b" ",
    b"a\0b",
    b"\xed\xa0\x80",  # half a surrogate pair
    b"\xff\xfe",
    LONG.encode(),
    b"' OR 1=1 --",
    "<script>\u202e\U0001f4a9".encode(),
    b"a2b3c4d5e6f7",  # the id of nothing
)
HOSTILE_NUMBERS = (b"-1", b"0", b"99999999999999999999", b"1e400", b"NaN", b"0.001", b"1,2,3")
NUMBERS = {"amount", "price", "floor_price", "days", "visits", "phone", "count"}
HOSTILE_SECRETS = (b"", b"a\0b", b"\xed\xa0\x80", LONG.encode())
HOSTILE_JSON: tuple[object, ...] = (None, 7, -1.5, True, [], ["x"], {}, "a\0b", "\ud800", LONG, "")
# What PostgreSQL takes exception to and SQLite does not.
PICKED_AT = frozenset(
    {HOSTILE[2], HOSTILE[3], HOSTILE[4], HOSTILE[5], *HOSTILE_NUMBERS[2:4], "a\0b", "\ud800", LONG}
)
TRIES = {"audit_event"}  # a wrong password is written down
NOTED = {"checkin.scan": {"check_in"}}
PARTS = 6
MONEY = {"sale", "payment", "refund", "posting", "credit_basis", "card"}


def hostile(door: Door, name: str) -> tuple[object, ...]:
    """What is worth trying in this field."""
    if door.as_json:
        return HOSTILE_JSON
    if door.secret:
        return HOSTILE_SECRETS
    return (*HOSTILE, *HOSTILE_NUMBERS) if name in NUMBERS else HOSTILE


def mutations(door: Door) -> Iterator[tuple[str, Fields]]:
    """The door's form with one thing wrong at a time."""
    fields = door.fields
    for name in fields:
        yield f"without {name}", {key: value for key, value in fields.items() if key != name}
        yield f"{name} twice", {**fields, name: ["x", "y"]}
        for value in hostile(door, name):
            yield f"{name}={str(value)[:24]!r}", {**fields, name: value}  # type: ignore[dict-item]
    yield "nothing at all", {}
    yield "something unasked", {**fields, "surprise": "x", "next": "//evil.example"}


def dealt(door: Door, number: int, backend: str) -> Iterator[tuple[str, Fields]]:
    """Each mistake is sent to one of the databases, turn about, and what PostgreSQL may take exception to always to it."""
    for turn, (what, fields) in enumerate(mutations(door), start=number):
        if backend == "sqlite":
            mine = turn % 2 == 1
        else:
            mine = turn % 2 == 0 or any(
                isinstance(value, str | bytes) and value in PICKED_AT for value in fields.values()
            )
        if mine:
            yield what, fields


def test_the_table_holds_every_door_that_takes_something(app: Flask, lively: Lively) -> None:
    posting = {rule.endpoint for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ())}
    assert posting == set(post_doors(lively))


def test_the_forms_of_the_table_are_taken(sender: Sender, lively: Lively) -> None:
    """So that what is wrong below is only what was made wrong."""
    refused = {
        "auth.choose_club",  # no such club
        "webhooks.stripe",  # not signed
        "cards.unfreeze",  # not frozen
        "reception.authorise_off_duty",  # has a guest
        "reception.come_forward",  # so has he
        "posts.take_over_by_pin",  # not on the shared tablet
        *("leave.mark_away", "leave.end_away"),  # for the top
        "statements.compare_list",  # no file comes this way
        *("closing.approve", "closing.close"),  # March is not over
        "staff.make_first_manager",  # there is somebody
        "staff.take_role",  # the only one
    }
    answers = {}
    for endpoint, door in post_doors(lively).items():
        with sender.put_back_afterwards():
            answers[endpoint] = sender.send(door, dict(door.fields)).status_code
    assert {endpoint for endpoint, status in answers.items() if status >= 400} == refused


@pytest.mark.parametrize("part", range(PARTS))  # in parts, so that no core waits for one long test
def test_bad_input_breaks_nothing_and_leaves_nothing_half_done(
    sender: Sender, lively: Lively, part: int
) -> None:
    doors = dict(list(post_doors(lively).items())[part::PARTS])
    assert (problems := trouble(sender, doors)) == [], "\n".join(problems)


def trouble(sender: Sender, doors: Mapping[str, Door]) -> list[str]:
    """What goes wrong where something is wrong in a form of these doors."""
    problems = []
    before = sender.rows()
    with sender.app.app_context():
        backend = db.engine.dialect.name
    for number, (endpoint, door) in enumerate(doors.items()):
        for what, fields in dealt(door, number, backend):
            with sender.put_back_afterwards(), sender.watched() as written:
                try:
                    answer = sender.send(door, dict(fields))
                except Exception as error:  # a test is told of a bug; served it would be a 500
                    problems.append(f"{endpoint} {what}: {type(error).__name__} {str(error)[:120]}")
                    continue
                if answer.status_code >= 500:
                    problems.append(f"{endpoint} {what}: {answer.status_code}")
                after = sender.rows() if written else before
                changed = {name for name in after if after[name] != before[name]}
                if answer.status_code >= 400 and changed - NOTED.get(endpoint, TRIES):
                    problems.append(f"{endpoint} {what}: {answer.status_code}, and yet {changed}")
                if changed & MONEY:
                    problems += [f"{endpoint} {what}: {sentence}" for sentence in complaints(sender)]
    return problems


def test_bad_input_at_the_close_of_a_month_closes_nothing_by_halves(
    sender: Sender, lively: Lively, session: Session, cast: Cast
) -> None:
    with time_machine.travel(local(10, month=4, day=2), tick=True):
        later = Sender(sender.app)
        for who in ("finance", "manager"):
            later.client(who)  # signed in before anything is put back
        digest = month_reckoning(session, cast.club, date(2026, 3, 1)).digest
        doors = {
            endpoint: replace(door, fields={**door.fields, "seen": digest})
            for endpoint, door in post_doors(lively).items()
            if endpoint in ("closing.approve", "closing.close")
        }
        approve, close = doors.values()
        assert trouble(later, {"closing.approve": approve}) == []
        assert later.send(approve, dict(approve.fields)).status_code == HTTPStatus.SEE_OTHER
        with later.put_back_afterwards():
            assert later.send(close, dict(close.fields)).status_code == HTTPStatus.SEE_OTHER
        assert trouble(later, {"closing.close": close}) == []


def complaints(sender: Sender) -> list[str]:
    """What the checks of money and credit say."""
    found = []
    with sender.app.app_context():
        for module in (sale_checks, credit_checks):
            for check in module.INVARIANTS:
                found += list(check(db.session))
    return found


def test_no_door_takes_a_form_without_its_token(sender: Sender, lively: Lively) -> None:
    sender.app.config["WTF_CSRF_ENABLED"] = True
    before = sender.rows()
    for endpoint, door in post_doors(lively).items():
        answer = sender.send(door, dict(door.fields))
        assert answer.status_code == 400, endpoint
    assert sender.rows() == before


def test_no_address_breaks_a_page(sender: Sender, lively: Lively) -> None:
    """Queries and parts of addresses as people and robots mistype them."""
    wrong = (
        "",
        "%00",
        "%ff",
        "%ED%A0%80",
        "-1",
        "9" * 30,
        "x" * 5_000,
        "..%2f..",
        "%25",
        "2026-13-45",
        "%27",
    )
    asked: tuple[str, ...] = (
        "/sales?day={}",
        *("/reservations/{}", "/reservations/new?type={}&guest={}", "/reservations/ledger?month={}"),
        *("/contracts/{}", "/contracts/{}/edit", "/contracts/{}/sign", "/contracts/new/{}"),
        "/contracts/register?span={}&from={}",
        *("/sales/{}/deposit", "/sales/{}/receipt.pdf", "/cards/{}/statement", "/receipt/{}/contract"),
        *("/receipt/{}/receipt.pdf", "/papers/{}/contract.pdf", "/card/{}/statement"),
        *("/receivables?month={}", "/sales/{}/instalments"),
        "/today?day={}",
        "/desk?received={}",
        "/desk/preview?phone={}",
        "/desk/preview?code={}",
        "/desk/preview?person={}",
        "/desk/preview?passes={}",
        "/guests/{}",
        "/leave/estimate?kind={}",
        "/leave/estimate?kind=annual&length=1&first={}",
        "/leave/estimate?kind=annual&length=1&first=2026-03-10&other_last={}",
        *("/money?month={}", "/money?amount={}", "/money?card={}&renewal={}", "/money/of/{}"),
        *(
            "/money/statements/{}",
            "/money/statements/{}/statement.pdf",
            "/money/statements/{}/statement.xlsx",
        ),
        *("/money/statements/year.csv?year={}", "/money/everybody?month={}", "/money/list?month={}"),
        "/targets?month={}",
        "/targets?kind={}",
        "/targets/year?year={}",
        "/targets/year?of={}",
        "/targets/weeks?month=2026-03&of={}",
        "/targets/progress?week={}",
        "/targets/progress/live?month={}",
        "/targets/mine?month={}",
        "/targets/reach?amount={}",
        "/targets/reach?growth={}",
        "/checklists/{}/early",
        "/checklists/opening/{}",
        "/checklists/opening/early/versions/{}",
    )
    asked += (
        "/sell?guest={}",
        "/sell?type={}",
        "/sell/prepaid?guest={}",
        "/sell?phone={}",
        "/sell/basket?card_type={}",
        "/sell/basket?change={}",
        "/sell/basket?quantity={}&price={}&starts_on={}",
        "/sell/basket?more-0-card_type={}&more-0-quantity={}&more-0-gift={}",
        "/leads?phone={}&mine={}",
        "/cards?phone={}",
    )
    asked += ("/desk/preview?phone=1&asks_for={}", "/desk/preview?came_with={}", "/board/live?part={}")
    asked += ("/confirm-password?next={}", "/switch?face={}&next={}", "/sign-in?next={}")
    named: tuple[str, ...] = (
        "/sales/{}",
        "/leads/{}",
        "/cards/{}",
        "/staff/{}",
        "/price-list/{}",
        "/pay/{}",
        "/card/{}/code",
    )
    named += ("/receipt/{}", "/pay/{}/status", "/first-manager/{}", "/cards/a2b3c4d5e6f7/codes/{}")
    asked += ("/appointments?from={}", "/appointments/new?person={}")
    asked += ("/passes?page={}&state={}",)
    asked += (
        "/credit/everybody?month={}",
        "/credit/house?before={}&month=2026-03",
        "/credit/month.csv?month={}",
    )
    asked += ("/enquiry/a2b3c4d5e6f7?from={}",)
    named += (
        "/leads/{}/contact",
        "/leads/{}/timeline",
        "/leads/{}/edit",
        "/leads/sources/{}",
        "/enquiry/{}",
        "/enquiry/{}/thanks",
    )
    named += ("/club/{}/cards", "/club/{}/cards/a2b3c4d5e6f7")
    named += ("/appointments/{}", "/passes/{}", "/passes/{}/printed", "/passes/{}/sheet")
    asked += ("/credit/likely?guest={}", "/credit/likely?guest={}&consultant={}")
    named += ("/leave/{}", "/notices/{}", "/credit/{}", "/credit/sales/{}")
    named += ("/disputes/{}", "/disputes/{}/evidence", "/disputes/{}/decide", "/sales/{}/dispute")
    asked += ("/disputes?view={}", "/disputes?view=decided&before={}", "/disputes.csv?view={}")
    client = sender.client("manager")
    for address in (*asked, *named):
        for text in wrong:
            with sender.app.app_context():
                answer = client.get(address.replace("{}", text))
            assert answer.status_code < 500, (address, text)
            if address in named and text:
                assert answer.status_code in {404, 410}, (address, text)
