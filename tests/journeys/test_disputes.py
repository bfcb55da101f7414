"""An argument from its beginning to its end, in both languages, by everybody it concerns."""

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from clubsales.consultants.credits import queries as credits_
from clubsales.ids import SaleID
from tests.builders import Cast
from tests.journeys.doors import Door, post_doors
from tests.journeys.lively import Lively
from tests.journeys.sending import Sender


def send(sender: Sender, who: str, address: str, **fields: str) -> None:
    """Send a form, and hear no complaint."""
    answer = sender.send(Door(who, address), dict(fields))
    assert answer.status_code in (302, 303), (address, answer.get_data(as_text=True))


def booked(session: Session, cast: Cast, sale: str) -> dict[str, str]:
    sale_id = session.execute(sa.text("SELECT id FROM sale WHERE public_id = :it"), {"it": sale}).scalar_one()
    credit = credits_.credit_of_sale(session, cast.club.id, SaleID(sale_id))
    assert credit is not None
    return {share.name or "": str(share.credit) for share in credit.shares}


def text(sender: Sender, who: str, address: str, language: str) -> str:
    client: FlaskClient = sender.client(who)
    with sender.app.app_context():
        answer = client.get(address, headers={"Accept-Language": language})
    assert answer.status_code == 200, (who, address)
    return answer.get_data(as_text=True)


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_a_sale_is_argued_over_to_the_last_instance(
    session: Session, cast: Cast, sender: Sender, lively: Lively, language: str
) -> None:
    sale = lively.arguable_sale
    door = post_doors(lively)["disputes.open"]
    first, again = (sender.send(door, dict(door.fields)) for _ in range(2))
    assert first.headers["Location"] == again.headers["Location"]
    case = first.headers["Location"]
    assert booked(session, cast, sale) == {"林静": "0.00"}
    send(sender, "lin", f"{case}/statement", words="轮到我接待")
    split = {f"share-{lively.consultant}": "50", f"share-{lively.free}": "50"}  # Ma was there too
    send(sender, "supervisor", f"{case}/settle", step="do", reason="都有份", **split)
    assert booked(session, cast, sale) == {"林静": "0.00"}
    send(sender, "lin", f"{case}/object", words="不对")
    send(sender, "manager", f"{case}/rule", step="do", reason="看接待记录", **split)
    assert booked(session, cast, sale) == {"林静": "1990.00", "马超": "1990.00"}
    send(sender, "zhou", f"{case}/appeal", words="是我先联系的")
    assert set(booked(session, cast, sale).values()) == {"0.00"}
    send(sender, "director", f"{case}/appeal-ruling", step="confirm")
    assert booked(session, cast, sale) == {"林静": "3980.00"}
    for who in ("zhou", "lin", "ma", "supervisor", "manager", "director"):
        page = text(sender, who, case, language)
        assert "3,980.00" in page
        assert "是我先联系的" in page
        assert "%(" not in page
    for who in ("zhou", "manager"):
        assert "%(" not in text(sender, who, "/disputes", language)
