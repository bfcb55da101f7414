"""Facts that were kept become words of the reader's language: days as days, counts in their number."""

from datetime import date

import pytest
from flask import Flask
from flask_babel import force_locale

from clubsales.auth.rules import AuthRefused
from clubsales.consultants.credits.rules import CreditRefused
from clubsales.errors import Fact, Reason, refuse
from clubsales.i18n import reason_text, refusal_text
from clubsales.office.closing.rules import ClosingRefused

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
    ("locale", "shown"), [("en", "October 2026 is closed."), ("zh_Hans", "2026年10月已月结")]
)
def test_a_month_is_a_month_of_the_readers_language(sqlite_app: Flask, locale: str, shown: str) -> None:
    with sqlite_app.test_request_context("/"), force_locale(locale):
        assert shown in refusal_text(refuse(CreditRefused.MONTH_CLOSED, month="2026-10"))


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


@pytest.mark.parametrize(
    ("locale", "name_en", "shown"),
    [
        ("en", "Spring", "“Spring” runs until"),
        ("en", "", "“春季优惠” runs until"),
        ("zh_Hans", "Spring", "春季优惠"),
    ],
)
def test_what_has_an_english_name_is_called_by_it_in_english(
    sqlite_app: Flask, locale: str, name_en: str, shown: str
) -> None:
    facts: dict[str, Fact] = {
        "name": "春季优惠",
        "name_en": name_en,
        "last_day": date(2026, 3, 5),
        "price": "1",
        "list_price": "2",
    }
    with sqlite_app.test_request_context("/"), force_locale(locale):
        assert shown in reason_text(Reason("PRC-10", "price.promotion", facts))


@pytest.mark.parametrize(
    ("days", "shown"), [("1", "1 day of"), ("0.5", "0.5 days of"), ("2", "2 days of"), ("1.5", "1.5 days of")]
)
def test_days_and_half_days_of_leave_stand_in_their_number(sqlite_app: Flask, days: str, shown: str) -> None:
    facts: dict[str, Fact] = {"days": days, "per": "21.75", "amount": "1", "month": "2026-03"}
    with sqlite_app.test_request_context("/"), force_locale("en"):
        for code in ("pay.leave", "pay.leave_late", "pay.leave_back"):
            assert shown in reason_text(Reason("COM-11", code, facts))


@pytest.mark.parametrize(
    ("count", "check", "approval"), [(1, "1 check of", "1 approval of"), (2, "2 checks", "2 approvals")]
)
def test_what_a_month_still_lacks_stands_in_its_number(
    sqlite_app: Flask, count: int, check: str, approval: str
) -> None:
    with sqlite_app.test_request_context("/"), force_locale("en"):
        assert check in refusal_text(refuse(ClosingRefused.CHECKS, count=count))
        assert approval in refusal_text(refuse(ClosingRefused.APPROVALS, count=count))


@pytest.mark.parametrize(("named", "shown"), [("1", "(1 sale)"), ("3", "(3 sales)")])
def test_sales_of_made_appointments_stand_in_their_number(sqlite_app: Flask, named: str, shown: str) -> None:
    facts: dict[str, Fact] = {"percent": "1", "credit": "1", "named": named, "amount": "1"}
    with sqlite_app.test_request_context("/"), force_locale("en"):
        assert shown in reason_text(Reason("COM-09", "pay.setter", facts))
