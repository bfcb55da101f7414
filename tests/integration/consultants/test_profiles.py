from datetime import date

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.audit import AuditEvent
from clubsales.consultants.profiles import operations, queries
from clubsales.consultants.profiles.models import TeamRow
from clubsales.consultants.profiles.rules import Kind
from clubsales.errors import NotFound, Refused
from clubsales.ids import AccountID
from tests.builders import MORNING, Cast, consultant_of


def test_a_profile_carries_kind_and_team(session: Session, cast: Cast) -> None:
    view = queries.get(session, cast.club.id, consultant_of(cast.ma))
    assert (view.name, view.kind, view.team, view.level) == ("马超", Kind.OUTSIDE, "二组", 1)
    assert queries.by_public_id(session, cast.club.id, view.public_id) == view
    assert queries.of_account(session, cast.club.id, view.account_id) == view


def test_one_team_per_name(session: Session, cast: Cast) -> None:
    teams = session.scalars(sa.select(TeamRow.name).where(TeamRow.club_id == cast.club.id)).all()
    assert sorted(teams) == ["一组", "二组"]


def test_a_second_profile_in_one_club_is_refused(session: Session, cast: Cast) -> None:
    account_id = cast.lin.account_id
    assert account_id is not None
    with pytest.raises(Refused) as refused:
        operations.add_consultant(
            session,
            account_id=account_id,
            name="林静",
            kind=Kind.INSIDE,
            active_from=date(2026, 1, 1),
            actor=cast.manager,
            at=MORNING,
        )
    assert refused.value.code == "consultant.already_there"


def test_another_clubs_consultant_is_not_found(session: Session, cast: Cast) -> None:
    lin = queries.get(session, cast.club.id, consultant_of(cast.lin))
    for club in (cast.other_club, cast.foreign_club):
        with pytest.raises(NotFound):
            queries.get(session, club.id, lin.id)
        with pytest.raises(NotFound):
            queries.by_public_id(session, club.id, lin.public_id)
        assert queries.of_account(session, club.id, AccountID(lin.account_id)) is None
    with pytest.raises(NotFound):
        operations.change_team(
            session, consultant_id=lin.id, team="三组", actor=cast.other_manager, at=MORNING
        )


def test_changing_team_leaves_a_trace_and_changing_nothing_does_not(session: Session, cast: Cast) -> None:
    lin = consultant_of(cast.lin)
    for team in ("三组", "三组", None):
        operations.change_team(session, consultant_id=lin, team=team, actor=cast.manager, at=MORNING)
    assert queries.get(session, cast.club.id, lin).team is None
    traces = session.scalars(
        sa.select(AuditEvent).where(AuditEvent.tag == "consultant:team_changed").order_by(AuditEvent.id)
    ).all()
    assert [trace.subject_id for trace in traces] == [lin, lin]
    assert traces[1].facts["new_team_id"] is None


def test_lists_leave_out_other_clubs_and_who_is_not_active(session: Session, cast: Cast) -> None:
    everybody = queries.all_in_club(session, cast.club.id)
    assert {"林静", "周倩", "马超", "吴经理", "前台"} <= {view.name for view in everybody}
    assert "别家经理" not in {view.name for view in everybody}
    assert queries.all_in_club(session, cast.club.id, on_day=date(2019, 1, 1)) == []


def test_names_for_sentences(session: Session, cast: Cast) -> None:
    lin, zhou = consultant_of(cast.lin), consultant_of(cast.zhou)
    assert queries.names(session, [lin, zhou, lin]) == {lin: "林静", zhou: "周倩"}
    assert queries.names(session, []) == {}
