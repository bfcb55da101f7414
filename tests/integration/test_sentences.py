"""Facts that were kept become words of the reader's language: days as days, counts in their number."""

from datetime import date

import pytest
from flask import Flask
from flask_babel import force_locale

from clubsales.auth.rules import AuthRefused
from clubsales.errors import Fact, Reason, refuse
from clubsales.i18n import reason_text, refusal_text

PASS = "attribution.asked_designated_yes_trial_pass"
RECORD = "attribution.outside_whole"


@pytest.mark.parametrize(("locale", "shown"), [("en", "on Mar 5, 2026,"), ("zh_Hans", "2026年3月5日")])
def test_a_day_in_a_kept_reason_is_a_day_of_the_readers_language(
    sqlite_app: Flask, locale: str, shown: str
) -> None:
    reason = Reason("DSP-01", PASS, {"consultant": "林静", "paid": date(2026, 3, 5)})
    with sqlite_app.test_request_context("/"), force_locale(locale):
        assert shown in reason_text(Reason.restored(reason.stored()))
        assert reason_text(Reason.restored(reason.stored())) == reason_text(reason)


@pytest.mark.parametrize("name", ["2026-13-45", "2026-03", "x2026-03-05", ""])
def test_what_is_no_day_stays_as_it_is(sqlite_app: Flask, name: str) -> None:
    reason = Reason("DSP-01", PASS, {"consultant": name, "paid": date(2026, 3, 5)})
    with sqlite_app.test_request_context("/"), force_locale("en"):
        assert f"a pass of {name} on" in reason_text(Reason.restored(reason.stored()))


@pytest.mark.parametrize(
    ("days", "shown"),
    [(0, "0 days before"), (1, "1 day before"), (2, "2 days before"), ("1", "1 day before")],
)
def test_what_is_counted_stands_in_its_number(sqlite_app: Flask, days: Fact, shown: str) -> None:
    reason = Reason("DSP-06", RECORD, {"outside": "马超", "days": days})
    with sqlite_app.test_request_context("/"), force_locale("en"):
        assert shown in reason_text(Reason.restored(reason.stored()))


@pytest.mark.parametrize(("left", "shown"), [(1, "1 more try,"), (3, "3 more tries,")])
def test_what_a_refusal_counts_stands_in_its_number(sqlite_app: Flask, left: int, shown: str) -> None:
    with sqlite_app.test_request_context("/"), force_locale("en"):
        assert shown in refusal_text(refuse(AuthRefused.WRONG_PIN, left=left))
