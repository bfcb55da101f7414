"""A phone typed to find somebody is a question, whichever form it is typed into: written down like a probe (CFD-07)."""

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.leads.disclosures.models import DisclosureRow
from tests.builders import Cast
from tests.integration.auth.support import Browser
from tests.integration.leads.matches.test_match_views import NEAR, Guest, afternoon, lin, manager, pair, send

__all__ = ["afternoon", "lin", "manager", "pair"]


def asked(session: Session) -> list[tuple[int | None, int]]:
    """Of whom somebody asked, and who."""
    session.expire_all()
    rows = session.execute(
        sa.select(DisclosureRow.person_id, DisclosureRow.account_id).where(DisclosureRow.kind == "probe")
    )
    return [tuple(row) for row in rows]


@pytest.mark.parametrize("door", ["phones", "household"])
def test_a_phone_typed_into_the_file_of_another_guest(
    lin: Browser, session: Session, cast: Cast, pair: tuple[Guest, Guest], door: str
) -> None:
    for _twice in range(2):
        send(lin, f"/leads/{pair[0].lead}/{door}", {"phone": NEAR, "relation": "spouse", "label": ""})
    assert asked(session) == [(pair[1].id, cast.lin.account_id)]


def test_a_phone_typed_to_compare_two_guests(
    manager: Browser, session: Session, cast: Cast, pair: tuple[Guest, Guest]
) -> None:
    send(manager, f"/leads/matches/of/{pair[0].lead}", {"phone": NEAR})
    assert asked(session) == [(pair[1].id, cast.manager.account_id)]


def test_hostile_addresses_lead_nowhere(manager: Browser, pair: tuple[Guest, Guest]) -> None:
    for hostile in ("a%00b", "%ff", "x" * 300):
        assert manager.get(f"/leads/matches/{pair[0].person}/{hostile}").status_code in (400, 404)
        assert manager.get(f"/leads/matches/merges/{hostile}").status_code in (400, 404)
