"""The one-time link of an empty installation."""

from dataclasses import replace
from datetime import time, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales import policies
from clubsales.actor import Role
from clubsales.auth import queries
from clubsales.auth.first_manager import (
    NewClub,
    make_first_manager_link,
    may_redeem,
    redeem_first_manager_link,
)
from clubsales.auth.models import Account
from clubsales.auth.rules import AuthRefused
from clubsales.auth.sign_in import sign_in_with_password
from clubsales.errors import NotFound, Refused
from clubsales.money import CNY
from tests.builders import MORNING, PASSWORD, PIN, Cast

NEW_CLUB = NewClub(
    organisation_name="阳光健身",
    club_code="SZ01",
    club_name="阳光店",
    timezone="Asia/Shanghai",
    currency=CNY,
    opens=time(9),
    closes=time(22),
    manager_name="吴经理",
    username="wujingli",
    password=PASSWORD,
    pin=PIN,
)


def test_link_makes_a_club_whose_manager_signs_in(session: Session) -> None:
    token = make_first_manager_link(session, at=MORNING)
    account_id, club = redeem_first_manager_link(session, token=token, new_club=NEW_CLUB, at=MORNING)
    assert queries.roles_in(session, account_id=account_id, club_id=club.id) == {
        Role.CLUB_MANAGER,
        Role.OWNER,
    }
    assert policies.club_has_policy(session, club.id)
    outcome = sign_in_with_password(session, username="wujingli", password=PASSWORD, device=None, at=MORNING)
    assert outcome.token is not None


def test_link_works_once(session: Session) -> None:
    token = make_first_manager_link(session, at=MORNING)
    redeem_first_manager_link(session, token=token, new_club=NEW_CLUB, at=MORNING)
    assert not may_redeem(session, token=token, at=MORNING)
    with pytest.raises(Refused) as refusal:
        redeem_first_manager_link(session, token=token, new_club=NEW_CLUB, at=MORNING)
    assert refusal.value.code == AuthRefused.LINK_USED


def test_link_expires_and_a_new_one_replaces_it(session: Session) -> None:
    first = make_first_manager_link(session, at=MORNING)
    second = make_first_manager_link(session, at=MORNING + timedelta(hours=1))
    assert not may_redeem(session, token=first, at=MORNING + timedelta(hours=1))
    assert may_redeem(session, token=second, at=MORNING + timedelta(days=7))
    assert not may_redeem(session, token=second, at=MORNING + timedelta(days=8))


def test_link_is_worth_nothing_once_there_are_accounts(session: Session, cast: Cast) -> None:
    token = make_first_manager_link(session, at=MORNING)
    with pytest.raises(Refused) as refusal:
        redeem_first_manager_link(session, token=token, new_club=NEW_CLUB, at=MORNING)
    assert refusal.value.code == AuthRefused.LINK_USED


def test_unknown_link_is_not_there(session: Session) -> None:
    with pytest.raises(NotFound):
        redeem_first_manager_link(session, token="nothing", new_club=NEW_CLUB, at=MORNING)


def test_refused_manager_leaves_the_link_good(session: Session) -> None:
    token = make_first_manager_link(session, at=MORNING)
    with pytest.raises(Refused), session.begin_nested():
        redeem_first_manager_link(session, token=token, new_club=replace(NEW_CLUB, pin="1234"), at=MORNING)
    assert session.scalar(sa.select(sa.func.count()).select_from(Account)) == 0
    assert may_redeem(session, token=token, at=MORNING)
