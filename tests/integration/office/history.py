"""Writes histories for replay tests, and runs them."""

import json
import re
from collections.abc import Iterable
from typing import Any

from clubsales.office.replay.lines import read_history
from clubsales.office.replay.operations import replay
from clubsales.policy_documents import default_document, overlay

Line = dict[str, Any]
STAFF = (
    ("A", "consultant", "inside", "T1"),
    ("B", "consultant", "inside", "T1"),
    ("C", "consultant", "inside", "T2"),
    ("D", "consultant", "inside", "T2"),
    ("X", "consultant", "outside", None),
    ("Y", "consultant", "outside", None),
    ("S", "supervisor", None, None),
    ("M", "club_manager", None, None),
    ("F", "finance_clerk", None, None),
    ("SD", "sales_director", None, None),
    ("GM", "general_manager", None, None),
    ("DGM", "deputy_gm", None, None),
    ("R", "receptionist", None, None),
)


def at(clock: str, day: str = "2026-03-09") -> str:
    """at("10:00") is ten o'clock in Shanghai on Monday 2026-03-09."""
    return f"{day}T{clock}:00+08:00"


def line(clock: str, kind: str, day: str = "2026-03-09", /, **fields: Any) -> Line:
    """One line of a history."""
    return {"at": at(clock, day), "type": kind, **fields}


def fixture(day: str = "2026-03-01") -> list[Line]:
    """The club, its staff and an annual card at 3,980.00: what every example starts from."""
    opening = [line("00:00", "club", day, code="SZ01", name="Sunshine")]
    for code, role, kind, team in STAFF:
        fields: Line = {"code": code, "name": f"Name of {code}", "role": role}
        if kind:
            fields["kind"] = kind
        if team:
            fields["team"] = team
        opening.append(line("00:00", "staff", day, **fields))
    opening.append(
        line(
            "00:00",
            "card_type",
            day,
            code="year",
            name="Annual",
            kind="term",
            days=365,
            price="3980.00",
            floor_price="3000.00",
        )
    )
    opening.append(line("00:00", "card_type", day, code="any", name="Any price", kind="term", days=30))
    opening.append(line("00:00", "card_type", day, code="towel", name="Towel", kind="goods"))
    return opening


def run(lines: Iterable[Line], policy: dict[str, Any] | None = None) -> dict[str, Any]:
    """What clubsales decided over these lines."""
    history = read_history(json.dumps(entry) for entry in lines)
    document = overlay(default_document(), policy or {})
    return replay(history, document, progress=lambda _done, _total: None)


def who(decided: dict[str, Any]) -> list[tuple[str, str | None, str]]:
    """The assignments in short: guest, consultant, queue."""
    return [(a["guest"], a["consultant"], "".join(a["queue"])) for a in decided["assignments"]]


def credit(decided: dict[str, Any]) -> list[tuple[str, str, str]]:
    """The credits in short: consultant, amount, rule."""
    return [(c["consultant"], c["amount"], c["rule"]) for c in decided["credits"]]


# What a word of a story stands for: the line's type, and which fields its first values fill.
WORDS = {
    "opens": ("shift_opened", ("by",)),
    "closes": ("shift_closed", ("by",)),
    "status": ("status_changed", ("by", "status")),
    "comes": ("guest_arrived", ("guest",)),
    "leaves": ("guest_seen_out", ("guest",)),
    "tries": ("reception_tried", ("by", "guest")),
    "authorises": ("off_duty_authorised", ("by", "consultant")),
    "sells": ("sale_opened", ("sale", "card_type", "price")),
    "links": ("payment_link_made", ("by", "sale")),
    "pays": ("receipt", ("sale", "amount")),
    "refunds": ("refund", ("sale", "amount")),
    "buys": ("self_purchase", ("sale", "card_type", "price", "phone")),
    "plans": ("roster", ("staff", "date", "shift")),
    "aims": ("target", ("staff", "month", "amount")),
    "appoints": ("appointment_made", ("consultant", "phone", "due_at")),
    "issues": ("trial_pass_issued", ("code",)),
    "couponed": ("gift_coupon_issued", ("code",)),
    "captures": ("lead_captured", ("by", "phone")),
    "claims": ("lead_claimed", ("by", "phone")),
    "calls": ("follow_up", ("by", "phone", "outcome")),
    "disputes": ("dispute_opened", ("by", "sale")),
    "confirms": ("dispute_ruled", ("by", "sale")),
    "rules": ("dispute_ruled", ("by", "sale", "shares")),
}
IMPLIED: dict[str, Line] = {
    "sells": {"kind": "new", "consultant": "A"},
    "pays": {"method": "cash"},
    "refunds": {"by": "M"},
    "captures": {"name": "Guest", "source": "phone"},
    "calls": {"channel": "call"},
    "confirms": {"confirm": True},
    "rules": {"reason": "so"},
}


def story(text: str) -> list[Line]:
    """Lines in short: a time (or a date and a time), a word, values, `field=value` for the rest.

    The shares of a ruling are written A:7000,B:3000.
    """
    return [_told(entry.split()) for entry in text.splitlines() if entry.strip()]


def _told(words: list[str]) -> Line:
    day = words.pop(0) if "-" in words[0] else "2026-03-09"
    clock, word, *values = words
    kind, names = WORDS[word]
    placed = [value for value in values if "=" not in value]
    named = dict(value.split("=", 1) for value in values if "=" in value)
    fields = {**IMPLIED.get(word, {}), **dict(zip(names, placed, strict=False)), **named}
    if "shares" in fields:  # A:7000,B:3000
        parts = (part.split(":") for part in fields["shares"].split(","))
        fields["shares"] = {code: int(points) for code, points in parts}
    return line(clock, kind, day, **fields)


def told(
    text: str, policy: dict[str, Any] | None = None, *, first: Iterable[Line] = (), **club: Any
) -> dict[str, Any]:
    """What clubsales decided over a story, in a club of those whom it names; `first` are lines before it."""
    named = set(re.findall(r"\w+", text)) | {"A", "M"}  # whom `story` implies
    opening, *others = fixture()
    known = [entry for entry in others if entry["type"] != "staff" or entry["code"] in named]
    return run([{**opening, **club}, *known, *first, *story(text)], policy)


def turns(decided: dict[str, Any]) -> str:
    """The assignments in one text: guest, consultant (- waits), queue."""
    return " ".join(
        f"{a['guest']}>{a['consultant'] or '-'}:{''.join(a['queue'])}" for a in decided["assignments"]
    )


def refused(decided: dict[str, Any]) -> list[str]:
    """The refusals' codes."""
    return [refusal["code"] for refusal in decided["refusals"]]
