"""What a score pays, worked on the pages: marks typed, answered, approved, the month closed, the statement read."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from http import HTTPStatus

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from sqlalchemy.orm import Session

from clubsales import policies
from clubsales.actor import Actor, Role
from clubsales.auth.models import Account
from clubsales.consultants.assessment import queries as assessments
from clubsales.consultants.assessment.periods import Period
from clubsales.consultants.assessment.sheets import FULL, Item, Source
from clubsales.consultants.profiles.models import ConsultantRow
from clubsales.consultants.profiles.rules import Kind
from clubsales.consultants.statements.models import StatementRow
from tests.builders import Cast, a_colleague, consultant_of, local
from tests.integration.auth.support import Browser, account_id_of, let_in
from tests.integration.office.closing_support import Months

MARCH, APRIL_2 = date(2026, 3, 1), local(10, month=4, day=2)
SEEN = re.compile(r'name="seen" type="hidden" value="([0-9a-f]{64})"')
KEY = re.compile(r'name="submission_key" type="hidden" value="([^"]+)"')
TOTAL = re.compile(r"Total pay</span>.*?([\d,]+\.\d\d)", re.DOTALL)
TABLE = (  # SC-25: base 4,000.00, commission 5,000.00, pay deposit 200.00
    ("90.00", "8,800.00", "Two grades up"),
    ("89.99", "8,300.00", "One grade up, or unchanged"),
    ("80.00", "8,300.00", "One grade up, or unchanged"),
    ("79.99", "7,800.00", "Grade as it is"),
    ("60.00", "7,800.00", "Grade as it is"),
    ("59.99", "3,800.00", "One grade down, with a time of observation"),
    ("50.00", "3,800.00", "One grade down, with a time of observation"),
    ("49.99", "2,400.00", "A review decides"),
)
MODES = {  # 5,000.00 of commission in either: 10 % of 50,000.00; 900 and 2,400 and 10 % of 17,000.00
    "whole": ("50000.00", "50000"),
    "marginal": ("77000.00", "60000"),
}
POINTS = 100  # hundredths to a point


class Judging:
    """A club in April that judges its March: everybody of it at his own screen."""

    def __init__(self, app: Flask, session: Session, cast: Cast) -> None:
        self.app, self.session, self.cast = app, session, cast
        self.months = Months(session, cast)
        self.general = a_colleague(session, cast.club, "songwen", "宋文", Role.GENERAL_MANAGER)
        self._screens: dict[int, Browser] = {}

    def sellers(self, count: int) -> list[Actor]:
        """So many people who sold in March, beside nobody else."""
        cast = self.cast
        hired = [
            a_colleague(
                self.session, cast.club, f"seller{number}", f"顾问{number}", Role.CONSULTANT, kind=Kind.INSIDE
            )
            for number in range(count - 3)
        ]
        everybody = [cast.lin, cast.zhou, cast.ma, *hired]
        whole_month = sa.update(ConsultantRow).values(active_from=MARCH)
        self.session.execute(whole_month.where(ConsultantRow.id.in_(map(consultant_of, everybody))))
        return everybody

    def screen(self, who: Actor) -> Browser:
        account_id = account_id_of(who)
        if account_id not in self._screens:
            let_in(self.session, who, at=APRIL_2)
            username = self.session.scalars(sa.select(Account.username).where(Account.id == account_id)).one()
            browser = Browser(self.app.test_client(), {"Accept-Language": "en"})
            assert browser.sign_in(username).status_code == HTTPStatus.SEE_OTHER
            self._screens[account_id] = browser
        return self._screens[account_id]

    def publish_plan(self, mode: str, top: str, *, deposit: str = "200") -> None:
        """A plan for March, written, tried and published by the club manager."""
        manager = self.screen(self.cast.manager)
        typed = {
            "name": "三月方案",
            "kind": "",
            "level": "",
            "valid_from": "2026-03-01",
            "base": "4000",
            "mode": mode,
            "payable": "cooling_off",
            "deposit": deposit,
        }
        for place, (border, rate) in enumerate((("0", "3"), ("30000", "8"), (top, "10"))):
            typed |= {f"from_{place}": border, f"rate_{place}": rate}
        written = manager.post("/commission-plans/new", page="/commission-plans/new", **typed)
        assert written.status_code == HTTPStatus.SEE_OTHER, written.get_data(as_text=True)
        draft = written.location
        said = {"version": "1", "reason": "新年度", "also_begun": "y"}
        done = manager.post(f"{draft}/publish", page=f"{draft}/back-test", **said)
        assert done.status_code == HTTPStatus.SEE_OTHER, done.get_data(as_text=True)

    def issue(self) -> None:
        """The forms of March are handed out."""
        manager = self.screen(self.cast.manager)
        answer = manager.post("/assessments/issue", page="/assessments", period="month", month="2026-03")
        assert answer.status_code == HTTPStatus.SEE_OTHER

    def judge(self, who: Actor, score: str, *, behaviour: str = "") -> str:
        """Marks that add up to a score, sent, confirmed and approved; what the person's page says then."""
        everybody = assessments.of_period(self.session, self.cast.club.id, Period.MONTH, MARCH)
        mine = next(each for each in everybody if each.consultant_id == who.consultant_id)
        address, manager = f"/assessments/{mine.public_id}", self.screen(self.cast.manager)
        typed = marks_for(mine.items, score)
        if behaviour:
            typed |= {"behaviour": behaviour, "note-behaviour": "与同事争执"}
        for browser, door, fields in (
            (manager, "review", typed),
            (manager, "send", {}),
            (self.screen(who), "confirm", {}),
            (self.screen(self.general), "approve", {}),
        ):
            answer = browser.post(f"{address}/{door}", page=address, **fields)
            assert answer.status_code == HTTPStatus.SEE_OTHER, f"{door}: {answer.get_data(as_text=True)}"
        return self.screen(who).text(address)

    def close(self) -> None:
        """Finance says yes, the club manager closes the month."""
        finance, manager = self.screen(self.cast.finance), self.screen(self.cast.manager)
        address = "/months/2026-03"
        seen = SEEN.search(finance.text(address))
        assert seen is not None
        answer = finance.post(f"{address}/approve", page=address, seen=seen[1])
        assert answer.status_code == HTTPStatus.SEE_OTHER
        page = manager.text(address)
        seen, key = SEEN.search(page), KEY.search(page)
        assert seen is not None
        assert key is not None
        fields = {"seen": seen[1], "submission_key": key[1]}
        answer = manager.post(f"{address}/close", page=address, **fields)
        assert answer.status_code == HTTPStatus.SEE_OTHER, answer.get_data(as_text=True)

    def statement(self, who: Actor) -> str:
        """The page of somebody's statement, as he opens it."""
        public_id = self.session.execute(
            sa.select(StatementRow.public_id).where(StatementRow.consultant_id == who.consultant_id)
        ).scalar_one()
        return self.screen(who).text(f"/money/statements/{public_id}")

    def paid(self, who: Actor) -> str:
        """What that page says is paid in all."""
        total = TOTAL.search(self.statement(who))
        assert total is not None
        return total[1]


def marks_for(items: Sequence[Item], score: str) -> Mapping[str, str]:
    """Every item in full but for what is missing to a hundred, taken from the first ones."""
    missing = FULL * POINTS - int(score.replace(".", ""))
    typed = {f"note-{item.code}": "看过记录" for item in items}
    for item in items:
        if item.source is Source.COMPLAINTS:
            typed[f"count-{item.code}"] = "0"
        elif item.source is Source.SATISFACTION:
            typed[f"percent-{item.code}"] = "100"
        else:
            taken = min(missing, item.most)
            missing -= taken
            typed[f"points-{item.code}"] = f"{(item.most - taken) / POINTS:.2f}"
    assert not missing
    return typed


@pytest.fixture
def club(app: Flask, session: Session, cast: Cast) -> Iterator[Judging]:
    with time_machine.travel(APRIL_2, tick=True):
        yield Judging(app, session, cast)


def set_policy(club: Judging, **changes: object) -> None:
    policies.publish(
        club.session, changes={"assessment": changes}, valid_from=MARCH, actor=club.cast.system, at=local(8)
    )


@pytest.mark.parametrize("mode", MODES)
def test_sc_25_each_band_pays_to_its_border_and_not_a_hundredth_further(club: Judging, mode: str) -> None:
    sold, top = MODES[mode]
    people = club.sellers(len(TABLE))
    for who in people:
        club.months.sale(sold, local(10), consultant_of(who))
    club.session.commit()
    club.publish_plan(mode, top)
    club.issue()
    for who, (score, _pay, advice) in zip(people, TABLE, strict=True):
        page = club.judge(who, score)
        assert score in page
        assert advice in page
    club.close()
    assert [club.paid(who) for who in people] == [pay for _score, pay, _advice in TABLE]


def test_conduct_multiplies_what_the_band_pays(club: Judging) -> None:
    set_policy(club, behaviour_multiplier=True)
    people = club.sellers(3)
    for who in people:
        club.months.sale("50000.00", local(10), consultant_of(who))
    club.session.commit()
    club.publish_plan("whole", "50000", deposit="")
    club.issue()
    for who, score, behaviour in zip(people, ("90.00", "80.00", "95.00"), ("0.6", "1.2", "0"), strict=True):
        assert "the commission is multiplied by it" in club.judge(who, score, behaviour=behaviour)
    club.close()
    # 5,000.00 at 60 %, at 90 % x 1.2, at nothing; beside 4,000.00
    assert [club.paid(who) for who in people] == ["7,000.00", "9,400.00", "4,000.00"]
    assert "conduct (x 120 %)" in club.statement(people[1])


def test_forced_distribution_pays_the_best_fifth_more_and_the_last_tenth_less(club: Judging) -> None:
    set_policy(club, forced_distribution=True)
    people = club.sellers(10)
    for who in people:
        club.months.sale("50000.00", local(10), consultant_of(who))
    club.session.commit()
    club.publish_plan("whole", "50000", deposit="")
    club.issue()
    scores = ["99.00", "97.00", "97.00", *(f"9{number}.00" for number in (6, 5, 4, 3, 2, 1)), "90.00"]
    for who, score in zip(people, scores, strict=True):
        club.judge(who, score)
    club.close()
    # Two are the best fifth, and who is level with the second shares it; one is the last tenth.
    assert [club.paid(who) for who in people] == [*["10,000.00"] * 3, *["9,000.00"] * 6, "8,000.00"]
    assert "120 %" in club.statement(people[2])
    assert "80 %" in club.statement(people[9])
