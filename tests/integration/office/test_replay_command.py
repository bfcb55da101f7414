"""`clubsales replay` as it is typed: exit status, both outputs, the database named, the policy laid over."""

import json
import random
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result
from sqlalchemy.engine import make_url

from clubsales.cli import main
from tests.conftest import DatabaseMaker
from tests.integration.office.history import Line, fixture, story

Replay = Callable[..., Result]
KEYS = ["assignments", "awards", "claims", "credits", "house", "refusals", "reviews", "statements"]
SHORT = """
09:00 opens A
09:00 opens B
09:30 status A meal
10:00 comes W
10:10 sells s any 1999.99 guest=W consultant=B
10:11 pays s 1999.99
10:12 pays s 0.01
10:20 buys w year 3980.00 13800138000
10:21 pays w 3980.00 method=online event_id=e
11:00 comes V
"""


@pytest.fixture
def replay(tmp_path: Path) -> Replay:
    """Runs the command over these lines; a policy is a TOML text."""

    def run(lines: Iterable[Line], *options: str, policy: str | None = None) -> Result:
        history = tmp_path / "history.jsonl"
        text = "".join(json.dumps(entry, ensure_ascii=False) + "\n" for entry in lines)
        history.write_text(text, "utf-8")
        if policy is not None:
            (tmp_path / "policy.toml").write_text(policy, "utf-8")
            options = (*options, "--policy", str(tmp_path / "policy.toml"))
        return CliRunner().invoke(main, ["replay", str(history), *options])

    return run


def mixed(length: int) -> list[Line]:
    """A busy month, the same each time: guests, sales, money, disputes and what is refused of them."""
    dice, clock = random.Random(11), datetime(2026, 3, 1, 1, tzinfo=UTC)
    lines, staff = fixture(), ("A", "B", "C", "X")
    guests, sales = 0, 0
    while len(lines) < length:
        clock += timedelta(minutes=dice.randint(0, 300))
        told: dict[str, Any] = {"by": dice.choice(staff)}
        match dice.randrange(10):
            case 0:
                kind = dice.choice(["shift_opened", "shift_opened", "shift_closed"])
                if kind == "shift_closed":
                    told["acknowledged_by"] = dice.choice(staff)
            case 1:
                kind, told["status"] = "status_changed", dice.choice(["meal", "on_post"])
            case 2 | 3:
                guests += 1
                kind, told = (
                    "guest_arrived",
                    {"guest": f"g{guests}", "phone": f"138001380{dice.randrange(60):02d}"},
                )
                if dice.random() < 0.4:
                    told["asks_for"] = dice.choice(staff)
                if guests > 1 and dice.random() < 0.2:
                    told["came_with"] = f"g{guests - 1}"
            case 4 if guests:
                kind, told = "guest_seen_out", {"guest": f"g{dice.randint(1, guests)}"}
            case 5 if guests:
                sales += 1
                kind = "sale_opened"
                told = {"sale": f"s{sales}", "card_type": "any", "price": "333.33", "kind": "new"}
                told |= {"guest": f"g{guests}", "consultant": dice.choice(staff)}
            case 6 if sales:
                kind = "receipt"
                told = {"sale": f"s{dice.randint(1, sales)}", "amount": "111.11", "method": "online"}
                told |= {"event_id": f"e{dice.randrange(40)}"}
            case 7 if sales:
                kind, told = "refund", {"sale": f"s{dice.randint(1, sales)}", "amount": "33.33", "by": "M"}
            case 8 if sales:
                kind, told["sale"] = "dispute_opened", f"s{dice.randint(1, sales)}"
            case 9 if sales:
                kind, share = "dispute_ruled", dice.randrange(10_001)
                told = {"sale": f"s{dice.randint(1, sales)}", "by": dice.choice(["M", "S"])}
                told |= dice.choice([{"confirm": True}, {"shares": {"X": share, "A": 10_000 - share}}])
                told["reason"] = "heard both"
            case _:
                continue
        lines.append({"at": clock.isoformat(), "type": kind, **told})
    return lines


def test_two_runs_and_two_databases_say_the_same(replay: Replay, new_database: DatabaseMaker) -> None:
    lines, policy = mixed(320), "[proxy]\nshare_bp = 3333\n[dispute]\nwindow_days = 0\n"
    first, second = (replay(lines, "--json", policy=policy) for _ in range(2))
    named = replay(lines, "--json", "--database", new_database.make(), policy=policy)
    assert (first.exit_code, second.exit_code, named.exit_code) == (0, 0, 0)
    assert first.stdout == second.stdout == named.stdout
    decided = json.loads(first.stdout)
    assert all(decided[key] for key in ("assignments", "credits", "refusals"))
    assert {a["basis"] for a in decided["assignments"]} >= {"rotation", "designated", "proxy", "waiting"}
    assert [c["rule"] for c in decided["credits"]].count("DSP-10") > 3


def test_json_as_the_format_says(replay: Replay) -> None:
    result = replay([*fixture(), *story(SHORT)], "--json")
    assert (result.exit_code, result.stderr) == (0, "")
    decided = json.loads(result.stdout)
    assert list(decided) == KEYS
    assert result.stdout == json.dumps(decided, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
    assert decided == {
        "assignments": [
            {
                "guest": "W",
                "at": "2026-03-09T10:00:00+08:00",
                "consultant": "B",
                "basis": "rotation",
                "rule": "ROT-01",
                "skipped": [{"consultant": "A", "reason": "meal"}],
                "queue": ["A", "B"],
            },
            {
                "guest": "V",
                "at": "2026-03-09T11:00:00+08:00",
                "consultant": None,
                "basis": "waiting",
                "rule": "AMB-18",
                "skipped": [{"consultant": "A", "reason": "meal"}, {"consultant": "B", "reason": "busy"}],
                "queue": ["A", "B"],
            },
        ],
        "awards": [],
        "claims": [],
        "credits": [
            {
                "sale": "s",
                "at": "2026-03-09T10:11:00+08:00",
                "consultant": "B",
                "amount": "1999.99",
                "rule": "DSP-03",
                "month": "2026-03",
            }
        ],
        "house": [{"sale": "w", "amount": "3980.00"}],
        "refusals": [{"line": len(fixture()) + 7, "code": "receipt.above_price"}],
        "reviews": [],
        "statements": {},
    }


TOURED = """
2026-03-03 09:00 opens A
2026-03-03 10:00 comes G1 phone=13800138000
2026-03-03 11:00 leaves G1
2026-03-03 12:00 calls A 13800138000 answered
2026-03-03 22:30 closes A
2026-03-07 09:00 opens B
2026-03-07 10:00 comes G phone=13800138000
2026-03-07 10:30 sells s any 4000.00 guest=G consultant=B
2026-03-07 10:31 pays s 4000.00 taken_by=B
2026-03-07 12:00 disputes A s
"""


@pytest.mark.parametrize(
    ("ruling", "posted", "codes"),
    [
        ("", [], []),
        ("2026-03-07 15:00 confirms M s", [("B", "4000.00")], []),
        ("2026-03-07 15:00 rules M s A:5000,B:5000", [("A", "2000.00"), ("B", "2000.00")], []),
        ("2026-03-07 15:00 rules M s A:5000,B:5000 reason=", [], ["dispute.reason"]),
        ("2026-03-07 15:00 rules A s A:5000,B:5000", [], ["dispute.party"]),
    ],
)
def test_sc_16_payment_decides_and_the_manager_may_override(
    replay: Replay, ruling: str, posted: list[tuple[str, str]], codes: list[str]
) -> None:
    result = replay([*fixture(), *story(TOURED + ruling)], "--json")
    assert (result.exit_code, result.stderr) == (0, "")
    decided = json.loads(result.stdout)
    assert [(c["consultant"], c["amount"], c["rule"]) for c in decided["credits"]] == [
        ("B", "4000.00", "DSP-03"),
        ("B", "-4000.00", "DSP-10"),
        *((who, amount, "DSP-10") for who, amount in posted),
    ]
    assert [refusal["code"] for refusal in decided["refusals"]] == codes


def test_a_policy_says_until_when_a_case_may_be_opened_and_who_rules(replay: Replay) -> None:
    lines = [*fixture(), *story(TOURED.replace("2026-03-07 12:00", "2026-03-10 12:00"))]
    lines += story("2026-03-11 10:00 confirms SD s")
    closed = replay(lines, "--json", policy="[dispute]\nwindow_days = 2\n")
    assert [each["code"] for each in json.loads(closed.stdout)["refusals"]] == [
        "dispute.window",
        "dispute.not_open",
    ]
    ruled = replay(lines, "--json", policy='[dispute]\nfinal_role = "sales_director"\n')
    assert json.loads(ruled.stdout)["refusals"] == []


def test_tables_without_json(replay: Replay) -> None:
    result = replay([*fixture(), *story(SHORT)])
    assert result.exit_code == 0
    for told in ("assignments", "credits", "house", "refusals", "1999.99", "receipt.above_price", "A(meal)"):
        assert told in result.stdout


def test_an_error_writes_nothing_anywhere(replay: Replay, tmp_path: Path) -> None:
    database = tmp_path / "club.db"
    wrong = {**story("10:00 pays s 12.5")[0]}
    result = replay(
        [*fixture(), *story("09:00 sells s any 10.00"), wrong], "--database", f"sqlite:///{database}"
    )
    number = len(fixture()) + 2
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == f'line {number}: amount: must be an amount with two decimals, like "3980.00"\n'
    assert not database.exists()


def test_a_used_database_is_refused_and_stays_as_it_is(replay: Replay, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'club.db'}"
    assert replay(fixture(), "--database", url).exit_code == 0
    again = replay([*fixture(), *story("09:00 opens A")], "--database", url)
    assert (again.exit_code, again.stdout, again.stderr) == (2, "", "the database named is not empty\n")
    engine = sa.create_engine(make_url(url))
    with engine.connect() as connection:
        assert connection.execute(sa.text("SELECT count(*) FROM shift")).scalar_one() == 0
    engine.dispose()


@pytest.mark.parametrize(
    "url", ["nonsense", "sqlite:////no/such/folder/club.db", "nosuchdatabase://here/club"]
)
def test_a_database_that_cannot_be_used_is_one_sentence(replay: Replay, url: str) -> None:
    result = replay(fixture(), "--database", url)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("--database: ")
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("policy", "message"),
    [
        ('[rotation]\naway_trun = "keep"\n', "rotation.away_trun: no such setting"),
        ("[credit.tracked_friend]\nshare = 1\n", "credit.tracked_friend.share: no such setting"),
        ("[rotation]\naway_turn = 3\n", "rotation.away_turn: must be of type str, not int"),
        ('[rotation]\naway_turn = "never"\n', "rotation.away_turn: must be one of forfeit, keep"),
        ('[rotation]\nkinds = ["insde"]\n', "rotation.kinds: must be one of inside, outside"),
        ('[designation]\nprecedence = ["name", 3]\n', "designation.precedence: must be a list of str"),
        ("[proxy]\nshare_bp = true\n", "proxy.share_bp: must be of type int, not bool"),
        ("[proxy]\nshare_bp = 10001\n", "proxy.share_bp: must be at most 10000 basis points"),
        ("rotation = 3\n", "rotation: must be a table"),
        (
            "[complaint]\nreply_minutes = 5\n",
            "complaint.reply_minutes: this version does not decide by this setting yet",
        ),
    ],
)
def test_a_wrong_policy_is_named_in_full(replay: Replay, policy: str, message: str) -> None:
    result = replay(fixture(), "--json", policy=policy)
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", message + "\n")


def test_a_policy_is_laid_over_and_settings_without_effect_are_taken(replay: Replay) -> None:
    policy = '[rotation]\naway_turn = "keep"\naccept_seconds = 60\n[follow_up.cadence_days]\nA = 3\n'
    text = "09:00 opens A\n09:00 opens B\n09:00 opens C\n09:01 status A meal\n09:02 comes W"
    told = [*fixture(), *story(text)]
    forfeited, kept = replay(told, "--json"), replay(told, "--json", policy=policy)
    assert json.loads(forfeited.stdout)["assignments"][0]["queue"] == ["C", "A", "B"]
    assert json.loads(kept.stdout)["assignments"][0]["queue"] == ["A", "C", "B"]


def test_files_that_are_none(tmp_path: Path) -> None:
    for path in (tmp_path / "missing.jsonl", tmp_path):
        result = CliRunner().invoke(main, ["replay", str(path)])
        assert (result.exit_code, result.stdout) == (2, "")
        assert result.stderr.count("\n") == 1
