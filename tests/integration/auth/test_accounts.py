"""Accounts and roles, as operations on a real database."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.actor import Role
from clubsales.audit import AuditEvent
from clubsales.auth import operations, queries
from clubsales.auth.lookup import signed_in
from clubsales.auth.models import Account, RoleGrant
from clubsales.auth.rules import AuthRefused
from clubsales.auth.sign_in import sign_in_with_password
from clubsales.errors import NotFound, Refused
from tests.builders import MORNING, PASSWORD, Cast
from tests.integration.auth.support import account, account_id_of, let_in

LATER = MORNING + timedelta(minutes=1)


def token_of(session: Session, username: str) -> str:
    outcome = sign_in_with_password(session, username=username, password=PASSWORD, device=None, at=MORNING)
    assert outcome.token is not None
    return outcome.token


def is_in(session: Session, token: str) -> bool:
    return signed_in(session, token=token, device_token=None, at=LATER) is not None


@pytest.mark.parametrize(
    ("changes", "refused"),
    [
        ({"username": "LinJing"}, AuthRefused.USERNAME_TAKEN),
        ({"username": "a b"}, AuthRefused.USERNAME_SHAPE),
        ({"username": "x" * 10_000}, AuthRefused.USERNAME_SHAPE),
        ({"username": "nul\x00"}, AuthRefused.USERNAME_SHAPE),
        ({"password": "short"}, AuthRefused.PASSWORD_SHORT),
        ({"pin": "1234"}, AuthRefused.PIN_TRIVIAL),
        ({"pin": "١٢٣٤"}, AuthRefused.PIN_SHAPE),
    ],
)
def test_bad_account_is_refused(
    session: Session, cast: Cast, changes: dict[str, str], refused: AuthRefused
) -> None:
    values = {"username": "newcomer", "name": "新人", **changes}
    with pytest.raises(Refused) as refusal:
        operations.create_account(
            session, organisation_id=cast.club.organisation_id, actor=cast.manager, at=MORNING, **values
        )
    assert refusal.value.code == refused


def test_username_is_unique_across_organisations(session: Session, cast: Cast) -> None:
    with pytest.raises(Refused) as refusal:
        operations.create_account(
            session,
            organisation_id=cast.foreign_club.organisation_id,
            username="linjing",
            name="别的林静",
            actor=cast.other_manager,
            at=MORNING,
        )
    assert refusal.value.code == AuthRefused.USERNAME_TAKEN


def test_email_is_taken_once_whatever_its_case(session: Session, cast: Cast) -> None:
    def newcomer(username: str, email: str) -> None:
        operations.create_account(
            session,
            organisation_id=cast.club.organisation_id,
            username=username,
            name=username,
            email=email,
            actor=cast.manager,
            at=MORNING,
        )

    newcomer("newcomer", "New@club.example")
    with pytest.raises(Refused) as refusal:
        newcomer("second", " new@club.example")
    assert refusal.value.code == AuthRefused.EMAIL_TAKEN


def test_secrets_are_not_stored_as_typed(session: Session, cast: Cast) -> None:
    let_in(session, cast.lin)
    row = account(session, cast.lin)
    assert row.password is not None
    assert row.password.startswith("$argon2id$")
    assert row.pin_hash is not None
    assert row.pin_hash.startswith("$argon2id$")


def test_role_is_held_once(session: Session, cast: Cast) -> None:
    with pytest.raises(Refused) as refusal:
        operations.grant_role(
            session,
            account_id=account_id_of(cast.lin),
            role=Role.CONSULTANT,
            club=cast.club,
            actor=cast.manager,
            at=MORNING,
        )
    assert refusal.value.code == AuthRefused.ROLE_HELD


@pytest.mark.parametrize("everywhere", [False, True])
def test_database_refuses_a_second_live_grant(session: Session, cast: Cast, everywhere: bool) -> None:
    """The index is the last guard, also where the club is NULL."""
    values = {
        "account_id": account_id_of(cast.lin),
        "role": Role.SUPERVISOR.value,
        "club_id": None if everywhere else cast.club.id,
        "granted_at": MORNING,
    }
    session.execute(sa.insert(RoleGrant).values(values))
    with pytest.raises(sa.exc.IntegrityError), session.begin_nested():
        session.execute(sa.insert(RoleGrant).values(values))
    session.execute(sa.update(RoleGrant).where(RoleGrant.role == "supervisor").values(ended_at=MORNING))
    session.execute(sa.insert(RoleGrant).values(values))


def test_role_can_be_given_again_after_it_ended(session: Session, cast: Cast) -> None:
    who = account_id_of(cast.lin)
    for change in (operations.end_role, operations.grant_role):
        change(
            session,
            account_id=who,
            role=Role.CONSULTANT,
            club=cast.club,
            actor=cast.manager,
            at=MORNING,
        )
    assert queries.roles_in(session, account_id=who, club_id=cast.club.id) == {Role.CONSULTANT}


def test_another_organisations_account_and_club_are_not_there(session: Session, cast: Cast) -> None:
    with pytest.raises(NotFound):
        operations.set_pin(
            session, account_id=account_id_of(cast.lin), pin="4826", actor=cast.other_manager, at=MORNING
        )
    with pytest.raises(NotFound):
        operations.grant_role(
            session,
            account_id=account_id_of(cast.lin),
            role=Role.OWNER,
            club=cast.foreign_club,
            actor=cast.manager,
            at=MORNING,
        )


def test_grant_for_all_clubs_covers_its_own_organisation_only(session: Session, cast: Cast) -> None:
    operations.grant_role(
        session,
        account_id=account_id_of(cast.director),
        role=Role.OWNER,
        club=None,
        actor=cast.manager,
        at=MORNING,
    )
    clubs = queries.clubs_of(session, account_id_of(cast.director))
    assert [club.code for club in clubs] == ["SZ01", "SZ02"]
    there = {line.username for line in queries.staff(session, club=cast.other_club)}
    abroad = {line.username for line in queries.staff(session, club=cast.foreign_club)}
    assert "heqiang" in there
    assert "heqiang" not in abroad


@pytest.mark.parametrize("change", ["grant", "end", "password", "pin", "deactivate"])
def test_change_of_role_password_or_pin_ends_every_session(session: Session, cast: Cast, change: str) -> None:
    let_in(session, cast.lin, cast.zhou)
    mine = [token_of(session, "linjing"), token_of(session, "linjing")]
    others = token_of(session, "zhouqian")
    who = account_id_of(cast.lin)
    by = {"account_id": who, "actor": cast.manager, "at": MORNING}
    changes = {
        "grant": lambda: operations.grant_role(session, role=Role.SUPERVISOR, club=cast.club, **by),
        "end": lambda: operations.end_role(session, role=Role.CONSULTANT, club=cast.club, **by),
        "password": lambda: operations.set_password(session, password="another-long-word", **by),
        "pin": lambda: operations.set_pin(session, pin="730518", **by),
        "deactivate": lambda: operations.deactivate(session, **by),
    }
    assert all(is_in(session, token) for token in mine)
    changes[change]()
    assert not any(is_in(session, token) for token in mine)
    assert is_in(session, others)


def test_every_change_leaves_a_trace_without_secrets(session: Session, cast: Cast) -> None:
    let_in(session, cast.lin)
    operations.deactivate(session, account_id=account_id_of(cast.lin), actor=cast.manager, at=MORNING)
    events = session.scalars(
        sa.select(AuditEvent)
        .where(AuditEvent.subject_kind == "account", AuditEvent.subject_id == cast.lin.account_id)
        .order_by(AuditEvent.id)
    ).all()
    assert [event.tag for event in events] == [
        "account:created",
        "account:role_granted",
        "account:password_set",
        "account:pin_set",
        "account:deactivated",
    ]
    assert events[-1].account_id == cast.manager.account_id
    assert not any(PASSWORD in str(event.facts) or "林静" in str(event.facts) for event in events)


def test_account_table_has_no_row_of_a_refused_account(session: Session, cast: Cast) -> None:
    before = session.scalar(sa.select(sa.func.count()).select_from(Account))
    with pytest.raises(Refused), session.begin_nested():
        operations.create_account(
            session,
            organisation_id=cast.club.organisation_id,
            username="newcomer",
            name="新人",
            pin="0000",
            actor=cast.manager,
            at=MORNING,
        )
    assert session.scalar(sa.select(sa.func.count()).select_from(Account)) == before
