"""What one piece of work sends, as the page or the device would, and what its answers must say."""

import json
import urllib.parse
from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from benchmarks.browser import LANGUAGE
from clubsales.clock import now
from clubsales.ids import OrganisationID
from clubsales.membership.cards.tokens import CardKeys, make_moving_code

FLOOR, CHECK_IN, WALK_IN, SALE, BOARD_POLL = "floor", "check-in", "walk-in", "sale", "board-poll"
CLAIM = "claim"
POLLED = "/floor/live"
CODE_SECONDS = 60  # as the default policy has it


class WrongAnswer(RuntimeError):
    """The server answered something else than it should."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer to one request."""

    status: int
    headers: Mapping[str, str]
    body: bytes


Script = Generator[bytes, Answer, None]  # yields requests, is sent their answers


def scripts_of(work: Mapping[str, Any]) -> Iterator[Script]:
    """A round's pieces of work, their requests made and ready to be sent."""
    make = MAKERS[work["name"]]
    for thing in work["things"]:
        yield make(work, thing)


def _floor(work: Mapping[str, Any], key: str) -> Script:
    request = _json(work, "/visit", {"key": key})

    def script() -> Script:
        answer = yield request
        _expect(answer, 200)
        if json.loads(answer.body)["admitted"] is not True:
            raise WrongAnswer(f"the floor said {answer.body!r}")

    return script()


def _check_in(work: Mapping[str, Any], card: str) -> Script:
    """The enrolled scanner sends what a member's phone shows now."""
    key = CardKeys(work["card_key"]).private(OrganisationID(work["organisation_id"]))
    code = make_moving_code(card, seconds=CODE_SECONDS, at=now(), key=key)
    request = _json(work, "/check-in/scan", {"code": code, "nonce": uuid4().hex})

    def script() -> Script:
        answer = yield request
        _expect(answer, 200)
        said = json.loads(answer.body)
        if said["admitted"] is not True or said["repeated"] is not False:
            raise WrongAnswer(f"card {card} was not admitted: {said['code']}")

    return script()


def _walk_in(work: Mapping[str, Any], phone: str) -> Script:
    """A guest nobody knows arrives and is given to whose turn it is; then he is seen out."""
    arrival = _form(work, "/desk/guests", {"phone": phone, "submission_key": str(uuid4())})

    def script() -> Script:
        answer = yield arrival
        _expect(answer, 302)
        place = urllib.parse.urlsplit(answer.headers["location"])
        received = urllib.parse.parse_qs(place.query).get("received", [""])[0]
        if place.path != "/desk" or not received:
            raise WrongAnswer(f"the guest {phone} was not received: {answer.headers['location']}")
        answer = yield _form(work, f"/guests/{received}/seen-out", {"outcome": "be_back"})
        _expect(answer, 302)

    return script()


def _sale(work: Mapping[str, Any], thing: list[str]) -> Script:
    """The receptionist sells a lead a card for a consultant, takes the cash, and the card is active."""
    phone, consultant = thing
    request = _form(
        work,
        "/sell/cash",
        {
            "submission_key": str(uuid4()),
            "card_type": work["card_type"],
            "phone": phone,
            "consultant": consultant,
            "method": "cash",
        },
    )

    def script() -> Script:
        answer = yield request
        _expect(answer, 302)
        if not urllib.parse.urlsplit(answer.headers["location"]).path.startswith("/sales/"):
            raise WrongAnswer(f"nothing was sold to {phone}: {answer.headers['location']}")

    return script()


def _claim(work: Mapping[str, Any], thing: list[Any]) -> Script:
    """A consultant claims a lead of the pool; somebody who was a moment later is sent back to where he stood."""
    lead, consultant = thing
    claimers = work["claimers"]
    cookies, csrf = claimers[consultant % len(claimers)]
    request = _form({**work, "cookies": cookies, "csrf": csrf}, f"/leads/{lead}/claim", {})

    def script() -> Script:
        answer = yield request
        _expect(answer, 302)
        if urllib.parse.urlsplit(answer.headers["location"]).path not in (f"/leads/{lead}", work["page"]):
            raise WrongAnswer(f"the lead {lead} was not claimed: {answer.headers['location']}")

    return script()


def _board_poll(work: Mapping[str, Any], number: int) -> Script:
    """A consultant's page asks whether the floor has changed; it has not."""
    cookies, etag = work["watchers"][number % len(work["watchers"])]
    more = {"Accept": "*/*", "If-None-Match": etag, "X-Poll": "1"}
    request = _get({**work, "cookies": cookies}, POLLED, more)

    def script() -> Script:
        answer = yield request
        _expect(answer, 304)
        if answer.headers.get("etag") != etag or answer.body:
            raise WrongAnswer(f"the floor has changed: {answer.headers}")

    return script()


MAKERS: Mapping[str, Callable[[Mapping[str, Any], Any], Script]] = {
    FLOOR: _floor,
    CHECK_IN: _check_in,
    WALK_IN: _walk_in,
    SALE: _sale,
    BOARD_POLL: _board_poll,
    CLAIM: _claim,
}


def _json(work: Mapping[str, Any], path: str, content: Mapping[str, str]) -> bytes:
    headers = {"Accept": "application/json", "X-CSRFToken": work["csrf"]}
    return _request(work, path, "application/json", json.dumps(content).encode(), headers)


def _form(work: Mapping[str, Any], path: str, fields: Mapping[str, str]) -> bytes:
    body = urllib.parse.urlencode({"csrf_token": work["csrf"], **fields}).encode()
    return _request(work, path, "application/x-www-form-urlencoded", body, {"Accept": "text/html"})


def _get(work: Mapping[str, Any], path: str, more: Mapping[str, str]) -> bytes:
    lines = [
        f"GET {path} HTTP/1.1",
        *(f"{name}: {value}" for name, value in {**_common(work), **more}.items()),
    ]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n"


def _request(
    work: Mapping[str, Any], path: str, content_type: str, body: bytes, more: Mapping[str, str]
) -> bytes:
    headers = {
        **_common(work),
        "Content-Type": content_type,
        "Content-Length": str(len(body)),
        **more,
    }
    lines = [f"POST {path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


def _common(work: Mapping[str, Any]) -> dict[str, str]:
    return {
        "Host": f"127.0.0.1:{work['port']}",
        "Accept-Language": LANGUAGE,
        "Referer": f"http://127.0.0.1:{work['port']}{work['page']}",
        "Cookie": work["cookies"],
    }


def _expect(answer: Answer, status: int) -> None:
    if answer.status != status:
        raise WrongAnswer(f"{answer.status} instead of {status}: {answer.body[:300]!r}")
