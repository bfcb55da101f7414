"""A million postings answer as quickly as ten thousand: no page of the ledger goes through a big table."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from sqlalchemy.orm import Session

from clubsales.clock import local_day, month_of
from clubsales.consultants.credits.models import CreditBasisRow, PostingRow
from clubsales.db import db
from clubsales.ids import new_public_id, new_token
from clubsales.leads.disputes.models import DisputeRow
from clubsales.leads.people.models import PersonRow
from clubsales.membership.payments.models import PaymentRow
from clubsales.membership.sales.models import SaleRow
from clubsales.policies import PolicyVersion
from tests import plans
from tests.builders import Cast, consultant_of, local, raise_cast
from tests.bulk import settle
from tests.conftest import BACKENDS, DatabaseMaker, migrated_app
from tests.integration.auth.support import Browser, let_in

AT = local(14, 20, day=28)
POSTINGS = 20_000
AS_IF = 1_000_000  # what the planner is made to believe
SALES = POSTINGS // 2
MONTHS = 40
BATCH = 2_000
CASES, RUNNING = 400, 4
LIMITS = plans.Limits(
    big={"posting", "credit_basis", "sale", "payment", "person", "dispute"},
    most_rows=8 * POSTINGS // MONTHS,  # a month's postings, for whoever ranks them
    most_estimated=3 * AS_IF // MONTHS,  # of a table at once, were there so many postings
    short={"uq_dispute_running"},
)
REASON = {"rule": "DSP-06", "code": "attribution.house", "facts": {}}


@dataclass(frozen=True)
class Grown:
    """A club of many sales, the public ids of one long paid and of one that is argued about, and its readers."""

    app: Flask
    long_paid: str
    argued: str
    browsers: dict[str, Browser]


@pytest.fixture(scope="module", params=BACKENDS)
def grown(
    request: pytest.FixtureRequest, new_database: DatabaseMaker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Grown]:
    folder: Path = tmp_path_factory.mktemp("ledger")
    url = new_database.make() if request.param == "postgresql" else f"sqlite:///{folder / 'ledger.db'}"
    app = migrated_app(url, folder)
    with time_machine.travel(AT, tick=False):
        with app.app_context():
            session: Session = db.session
            cast = raise_cast(session)
            session.commit()
            let_in(session, cast.lin, cast.manager)
            sales = many_sales(session, cast)
            settle(session, as_if_times=AS_IF // POSTINGS)
        browsers = {}
        for username in ("linjing", "wujingli"):
            browsers[username] = Browser(app.test_client())
            browsers[username].sign_in(username)
        yield Grown(app, sales[0], sales[-1], browsers)
    with app.app_context():
        db.engine.dispose()


def many_sales(session: Session, cast: Cast) -> list[str]:
    """Sales of the last months, each of two consultants; the last ones are argued about. Their public ids in time."""
    policy = session.scalars(sa.select(PolicyVersion.id).where(PolicyVersion.club_id == cast.club.id)).one()
    inside = [consultant_of(cast.lin), consultant_of(cast.zhou)]
    outside = consultant_of(cast.ma)
    rows: dict[type, list[dict[str, Any]]] = {
        each: [] for each in (PersonRow, SaleRow, PaymentRow, CreditBasisRow, PostingRow, DisputeRow)
    }
    of_club = {"club_id": cast.club.id}
    money = {"currency": "CNY"}
    for number in range(1, SALES + 1):
        at = AT - timedelta(minutes=(SALES - number) * MONTHS * 30 * 1440 // SALES)
        parts = ((outside, 7000), (inside[number % 2], 3000))
        decided = {"rule": "DSP-06", "reason": REASON, "policy_version_id": policy}
        paid = {"received_minor": 398_000, "refunded_minor": 0}
        is_argued = number > SALES - RUNNING
        rows[PersonRow].append(
            {
                "id": number,
                "public_id": new_public_id(),
                "organisation_id": cast.club.organisation_id,
                "name": f"会员{number}",
                "name_key": "",
                "pinyin": "",
                "initials": "",
                "created_at": at,
            }
        )
        rows[SaleRow].append(
            {
                **of_club,
                **money,
                **paid,
                "id": number,
                "public_id": new_public_id(),
                "guest_token": new_token(),
                "card_type_id": cast.annual.id,
                "card_type_name": "年卡",
                "kind": "new",
                "list_price_minor": 398_000,
                "price_minor": 398_000,
                "person_id": number,
                "consultant_id": inside[number % 2],
                "opened_at": at,
                "first_receipt_at": at,
                "paid_at": at,
                "policy_version_id": policy,
            }
        )
        rows[PaymentRow].append(
            {
                **of_club,
                **money,
                "public_id": new_public_id(),
                "link_token": new_token(),
                "sale_id": number,
                "method": "cash",
                "status": "succeeded",
                "amount_minor": 398_000,
                "started_at": at,
                "paid_at": at,
            }
        )
        rows[CreditBasisRow].append(
            {
                **of_club,
                **money,
                **decided,
                **paid,
                "sale_id": number,
                "basis": "cash_received",
                "contract_minor": 398_000,
                "shares": [list(part) for part in parts],
                "decided_at": at,
                "held": is_argued,
            }
        )
        for sequence, (consultant_id, points) in enumerate(parts, 1):
            rows[PostingRow].append(
                {
                    **of_club,
                    **money,
                    **decided,
                    "sale_id": number,
                    "sequence": sequence,
                    "consultant_id": consultant_id,
                    "amount_minor": 398_000 * points // 10_000,
                    "at": at,
                    "month": month_of(local_day(at, cast.club.zone)),
                    "cause": "receipt",
                    "reference": "payment",
                }
            )
        if number > SALES - CASES:
            rows[DisputeRow].append(
                {
                    **of_club,
                    "public_id": new_public_id(),
                    "sale_id": number,
                    "opened_by": inside[0],
                    "opened_at": at,
                    "opened_day": local_day(at, cast.club.zone),
                    "status": "open" if is_argued else "decided",
                    "proposal": {},
                    "rule": "DSP-06",
                    "sides": "inside-outside",
                    "policy_version_id": policy,
                }
            )
    for model, values in rows.items():
        for start in range(0, len(values), BATCH):
            session.execute(sa.insert(model), values[start : start + BATCH])
    session.commit()
    return [row["public_id"] for row in rows[SaleRow]]


@pytest.mark.parametrize("who", ["linjing", "wujingli"])
def test_the_ledger_of_a_sale_is_read_by_its_own_lines(grown: Grown, who: str) -> None:
    addresses = [
        f"/{page}/{sale}"
        for page in ("sales", "credit/sales")
        for sale in (grown.argued, *((grown.long_paid,) if who == "wujingli" else ()))
    ]
    for address in addresses:
        plans.assert_by_index(grown.app, grown.browsers[who], address, LIMITS)


def test_my_credit_is_read_by_its_month(grown: Grown) -> None:
    lin = grown.browsers["linjing"]
    before = lin.text("/credit").partition("before=")[2].partition('"')[0]
    assert before
    for query in ("", "?month=2025-03", f"?month=2026-03&before={before}", "?month=2019-01"):
        plans.assert_by_index(grown.app, lin, f"/credit{query}", LIMITS)


def test_everybodys_credit_is_read_by_its_month(grown: Grown) -> None:
    manager = grown.browsers["wujingli"]
    for address in (
        "/credit/everybody",
        "/credit/everybody?month=2025-03",
        "/credit/house",
        "/credit/month.csv",
    ):
        plans.assert_by_index(grown.app, manager, address, LIMITS)
