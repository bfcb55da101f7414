"""A birthday is a detail like the phone: who does not see the one does not see the other (CFD-07, AMB-44)."""

from datetime import date

import sqlalchemy as sa
import time_machine
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from clubsales.actor import Role
from clubsales.leads.people.models import PersonRow
from tests.builders import Cast, a_colleague, local
from tests.integration.auth.support import Browser, let_in
from tests.integration.leads.support import a_lead

AT = local(14)


def test_a_supervisor_of_another_team_compares_guests_without_their_birthdays(
    session: Session, cast: Cast, client: FlaskClient
) -> None:
    born = {"+8613800138000": date(1990, 5, 17), "+8613800138010": date(1991, 6, 18)}
    guests = []
    for e164, birthday in born.items():
        person_id = a_lead(session, cast.desk, e164=e164)
        session.execute(sa.update(PersonRow).where(PersonRow.id == person_id).values(birthday=birthday))
        guests.append(session.scalars(sa.select(PersonRow.public_id).where(PersonRow.id == person_id)).one())
    other = a_colleague(session, cast.club, "erzu", "二组主管", Role.SUPERVISOR, team="二组")
    for actor in (other, cast.manager):
        let_in(session, actor)
    with time_machine.travel(AT, tick=False):
        seen = {}
        for username in ("erzu", "wujingli"):
            browser = Browser(client, {"Accept-Language": "en"})
            browser.sign_in(username)
            page = browser.get(f"/leads/matches/{guests[0]}/{guests[1]}").get_data(as_text=True)
            assert "138****8010" in page or "138 0013 8010" in page
            seen[username] = "1990" in page or "1991" in page
    assert seen == {"erzu": False, "wujingli": True}
