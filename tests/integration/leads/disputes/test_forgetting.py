"""Of an anonymous guest's case stays what was decided, and nothing that was said or shown (CFD-01)."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.db import Base
from clubsales.leads.disputes import deciding, operations
from clubsales.leads.disputes.judging_rules import Conduct
from clubsales.leads.disputes.papers import Paper
from clubsales.leads.disputes.rules import Status
from clubsales.office.privacy import operations as privacy
from clubsales.office.privacy.rules import Because
from tests.builders import Cast, consultant_of, local
from tests.integration.leads.disputes.argued import Argued, shares

MARK = "欧阳雪梅"


def everything(session: Session) -> str:
    return "\n".join(
        str(tuple(row)) for table in Base.metadata.sorted_tables for row in session.execute(sa.select(table))
    )


def test_what_was_said_of_a_guest_is_forgotten_and_the_ruling_stands(session: Session, cast: Cast) -> None:
    argued = Argued(session, cast, name=MARK)
    other = Argued(session, cast, name="别人")
    others_case = other.open(words="stays")
    public_id = argued.open(words=f"{MARK} called me")
    operations.state(
        session,
        public_id=public_id,
        words=f"{MARK} showed me this",
        papers=[Paper(f"{MARK}.png", b"\x89PNG\r\n\x1a\n" + MARK.encode())],
        actor=cast.zhou,
        at=local(13),
    )
    session.flush()
    deciding.rule(
        session,
        public_id=public_id,
        shares=shares((cast.lin, 5_000), (cast.zhou, 5_000)),
        reason=f"{MARK} said so herself",
        conduct=Conduct(consultant_id=consultant_of(cast.lin), note=f"Loud before {MARK}"),
        actor=cast.manager,
        at=local(15),
    )
    session.commit()
    assert MARK in everything(session)
    privacy.anonymise(
        session,
        person_id=argued.person_id,
        because=Because.ASKED,
        actor=cast.manager,
        at=local(12, year=2028),
    )
    session.commit()
    session.expire_all()
    assert MARK not in everything(session)
    assert MARK.encode().hex() not in everything(session)
    case = argued.case(public_id)
    assert case.status is Status.DECIDED
    assert [step.words for step in case.steps] == ["", "", ""]
    assert argued.booked == {"林静": "1990.00", "周倩": "1990.00"}
    assert other.case(others_case).steps[0].words == "stays"
