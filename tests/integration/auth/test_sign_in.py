"""Signing in by password and by PIN, lock-outs, devices, sessions."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.actor import Actor, Club, Role
from clubsales.audit import AuditEvent
from clubsales.auth import devices, operations, queries, sessions
from clubsales.auth.lookup import EnrolledDevice, SignedIn, enrolled_device, signed_in
from clubsales.auth.models import AuthSession
from clubsales.auth.rules import AuthRefused, DevicePurpose, EndReason, Via
from clubsales.auth.sign_in import (
    SignInOutcome,
    confirm_password,
    sign_in_with_password,
    sign_in_with_pin,
)
from clubsales.clock import Instant
from clubsales.errors import NotFound, Refused
from tests.builders import MORNING, PASSWORD, PIN, Cast
from tests.integration.auth.support import account, account_id_of, let_in
from tests.statements import statements

MINUTE = timedelta(minutes=1)


def refused(outcome: SignInOutcome) -> str | None:
    return outcome.refusal.code.value if outcome.refusal else None


def by_password(
    session: Session,
    username: str = "linjing",
    password: str = PASSWORD,
    *,
    device: EnrolledDevice | None = None,
    at: Instant = MORNING,
) -> SignInOutcome:
    return sign_in_with_password(session, username=username, password=password, device=device, at=at)


def a_tablet(
    session: Session, manager: Actor, purpose: DevicePurpose = DevicePurpose.TABLET
) -> tuple[EnrolledDevice, str]:
    """An enrolled device and its cookie."""
    enrolment = devices.enrol_device(session, name="前台平板", purpose=purpose, actor=manager, at=MORNING)
    found = enrolled_device(session, token=enrolment.token)
    assert found is not None
    return found, enrolment.token


def by_pin(
    session: Session, device: EnrolledDevice, who: Actor, pin: str = PIN, *, at: Instant = MORNING
) -> SignInOutcome:
    public_id = account(session, who).public_id
    return sign_in_with_pin(session, device=device, account_public_id=public_id, pin=pin, at=at)


def whose(
    session: Session, outcome: SignInOutcome, *, device_token: str | None = None, at: Instant = MORNING
) -> SignedIn | None:
    assert outcome.token is not None
    return signed_in(session, token=outcome.token, device_token=device_token, at=at)


def test_password_opens_a_session_with_roles_and_profile(session: Session, cast: Cast) -> None:
    let_in(session, cast.lin)
    found = whose(session, by_password(session, " LinJing "))
    assert found is not None
    assert found.actor == cast.lin
    assert found.via is Via.PASSWORD
    assert found.has_fresh_password(MORNING)


def test_lookup_is_one_statement_whatever_the_number_of_roles(session: Session, cast: Cast) -> None:
    let_in(session, cast.lin)
    operations.grant_role(
        session,
        account_id=account_id_of(cast.lin),
        role=Role.SUPERVISOR,
        club=cast.club,
        actor=cast.manager,
        at=MORNING,
    )
    outcome = by_password(session)
    session.flush()
    with statements() as sent:
        found = whose(session, outcome)
    assert found is not None
    assert found.actor.roles == {Role.CONSULTANT, Role.SUPERVISOR}
    assert len(sent) == 1


@pytest.mark.parametrize(
    ("username", "password"),
    [
        ("linjing", "wrong-password"),
        ("nobody-here", PASSWORD),
        ("", PASSWORD),
        ("x" * 10_000, PASSWORD),
        ("lin\x00jing", PASSWORD),
        ("linjing' OR 1=1 --", PASSWORD),
        ("linjing", ""),
        ("linjing", "x" * 10_000),
        ("linjing", "nul\x00byte-password"),
        ("linjing", PASSWORD + "\x00"),
        ("\ud800", PASSWORD),
    ],
)
def test_wrong_or_hostile_sign_in_gets_the_one_answer(
    session: Session, cast: Cast, username: str, password: str
) -> None:
    let_in(session, cast.lin)
    outcome = by_password(session, username, password)
    assert outcome.token is None
    assert refused(outcome) == AuthRefused.WRONG_SIGN_IN


def test_account_without_password_cannot_sign_in_with_any(session: Session, cast: Cast) -> None:
    for password in ("", "nobody has this password"):
        assert refused(by_password(session, "linjing", password)) == AuthRefused.WRONG_SIGN_IN


def test_deactivated_account_gets_the_same_answer_as_a_wrong_password(session: Session, cast: Cast) -> None:
    let_in(session, cast.lin)
    operations.deactivate(session, account_id=account_id_of(cast.lin), actor=cast.manager, at=MORNING)
    assert refused(by_password(session)) == AuthRefused.WRONG_SIGN_IN


def test_account_without_role_is_told_so(session: Session, cast: Cast) -> None:
    let_in(session, cast.lin)
    operations.end_role(
        session,
        account_id=account_id_of(cast.lin),
        role=Role.CONSULTANT,
        club=cast.club,
        actor=cast.manager,
        at=MORNING,
    )
    assert refused(by_password(session)) == AuthRefused.NO_CLUB


def test_fifth_wrong_password_locks_even_the_right_one_for_five_minutes(session: Session, cast: Cast) -> None:
    let_in(session, cast.lin)
    answers = [refused(by_password(session, password="wrong")) for _ in range(5)]
    assert answers == [AuthRefused.WRONG_SIGN_IN] * 4 + [AuthRefused.LOCKED]
    outcome = by_password(session, at=MORNING + 4 * MINUTE)
    assert refused(outcome) == AuthRefused.LOCKED
    assert outcome.refusal is not None
    assert outcome.refusal.facts == {"minutes": 1}
    assert by_password(session, at=MORNING + 5 * MINUTE).token is not None


def test_second_lock_lasts_longer_and_the_right_password_forgets_all(session: Session, cast: Cast) -> None:
    let_in(session, cast.lin)
    for _ in range(5):
        by_password(session, password="wrong")
    for _ in range(5):
        by_password(session, password="wrong", at=MORNING + 5 * MINUTE)
    assert refused(by_password(session, at=MORNING + 14 * MINUTE)) == AuthRefused.LOCKED
    assert by_password(session, at=MORNING + 15 * MINUTE).token is not None
    row = account(session, cast.lin)
    assert (row.failed_passwords, row.locks, row.locked_until_at) == (0, 0, None)


def test_lock_at_the_way_in_is_recorded_as_nobodys_act_and_throws_nobody_out(
    session: Session, cast: Cast
) -> None:
    let_in(session, cast.lin)
    before = by_password(session)
    for _ in range(5):
        by_password(session, password="wrong")
    assert whose(session, before) is not None
    events = session.scalars(
        sa.select(AuditEvent).where(AuditEvent.tag == "account:sign_in_failed").order_by(AuditEvent.id)
    ).all()
    assert [event.facts["locked"] for event in events] == [False] * 4 + [True]
    assert {(event.account_id, event.actor_kind) for event in events} == {(None, "guest")}


def test_pin_opens_the_tablets_club_only_and_no_fresh_password(session: Session, cast: Cast) -> None:
    let_in(session, cast.lin)
    tablet, token = a_tablet(session, cast.manager)
    found = whose(session, by_pin(session, tablet, cast.lin), device_token=token)
    assert found is not None
    assert found.actor.club == cast.club
    assert found.actor.device_id == tablet.id
    assert found.via is Via.PIN
    assert not found.has_fresh_password(MORNING)


def test_pin_typed_with_a_chinese_keyboard_is_the_same_pin(session: Session, cast: Cast) -> None:
    let_in(session, cast.lin)
    tablet, _token = a_tablet(session, cast.manager)
    assert by_pin(session, tablet, cast.lin, "４８２６").token is not None


@pytest.mark.parametrize("pin", ["", "0000", "٤٨٢٦", "4826 ", "48\x0026", "4" * 10_000, "४८२६"])
def test_wrong_or_hostile_pin_is_refused(session: Session, cast: Cast, pin: str) -> None:
    let_in(session, cast.lin)
    tablet, _token = a_tablet(session, cast.manager)
    outcome = by_pin(session, tablet, cast.lin, pin)
    assert refused(outcome) == AuthRefused.WRONG_PIN
    assert outcome.refusal is not None
    assert outcome.refusal.facts == {"left": 4}


def test_fifth_wrong_pin_locks_it_until_the_password(session: Session, cast: Cast) -> None:
    let_in(session, cast.lin)
    tablet, _token = a_tablet(session, cast.manager)
    answers = [refused(by_pin(session, tablet, cast.lin, "0000")) for _ in range(5)]
    assert answers == [AuthRefused.WRONG_PIN] * 4 + [AuthRefused.PIN_LOCKED]
    much_later = MORNING + timedelta(days=30)
    assert refused(by_pin(session, tablet, cast.lin, at=much_later)) == AuthRefused.PIN_LOCKED
    assert by_password(session, device=tablet, at=much_later).token is not None
    assert by_pin(session, tablet, cast.lin, at=much_later).token is not None


def test_right_pin_forgets_the_wrong_ones(session: Session, cast: Cast) -> None:
    let_in(session, cast.lin)
    tablet, _token = a_tablet(session, cast.manager)
    for _ in range(4):
        by_pin(session, tablet, cast.lin, "0000")
    assert by_pin(session, tablet, cast.lin).token is not None
    assert refused(by_pin(session, tablet, cast.lin, "0000")) == AuthRefused.WRONG_PIN


@pytest.mark.parametrize("public_id", ["", "x" * 5000, "abc\x00", "a2b3c4d5e6f7", "' OR 1=1"])
def test_unknown_face_is_not_there(session: Session, cast: Cast, public_id: str) -> None:
    tablet, _token = a_tablet(session, cast.manager)
    with pytest.raises(NotFound):
        sign_in_with_pin(session, device=tablet, account_public_id=public_id, pin=PIN, at=MORNING)


def test_another_clubs_tablet_knows_neither_face_nor_pin(session: Session, cast: Cast) -> None:
    let_in(session, cast.lin, cast.other_manager)
    abroad, _token = a_tablet(session, cast.other_manager)
    assert [face.name for face in queries.faces(session, club=cast.foreign_club)] == ["别家经理"]
    with pytest.raises(NotFound):
        by_pin(session, abroad, cast.lin)


def test_another_clubs_tablet_refuses_the_right_password(session: Session, cast: Cast) -> None:
    let_in(session, cast.lin)
    abroad, _token = a_tablet(session, cast.other_manager)
    outcome = by_password(session, device=abroad)
    assert outcome.token is None
    assert refused(outcome) == AuthRefused.OTHER_CLUBS_DEVICE


def test_nobody_signs_in_on_a_scanner(session: Session, cast: Cast) -> None:
    let_in(session, cast.lin)
    scanner, _token = a_tablet(session, cast.manager, DevicePurpose.SCANNER)
    assert refused(by_pin(session, scanner, cast.lin)) == AuthRefused.DEVICE_CANNOT_SIGN_IN


def test_session_of_a_tablet_is_worth_nothing_elsewhere(session: Session, cast: Cast) -> None:
    """A copied session cookie without the device's own cookie opens nothing."""
    let_in(session, cast.lin)
    tablet, token = a_tablet(session, cast.manager)
    _second, second_token = a_tablet(session, cast.manager)
    outcome = by_pin(session, tablet, cast.lin)
    assert whose(session, outcome, device_token=token) is not None
    assert whose(session, outcome, device_token=None) is None
    assert whose(session, outcome, device_token=second_token) is None


def test_tablet_session_ends_idle_and_being_seen_keeps_it(session: Session, cast: Cast) -> None:
    let_in(session, cast.lin)
    tablet, token = a_tablet(session, cast.manager)
    outcome = by_pin(session, tablet, cast.lin)
    at_14 = whose(session, outcome, device_token=token, at=MORNING + 14 * MINUTE)
    assert at_14 is not None
    assert whose(session, outcome, device_token=token, at=MORNING + 15 * MINUTE) is None
    sessions.see(session, session_id=at_14.session_id, at=MORNING + 14 * MINUTE)
    assert whose(session, outcome, device_token=token, at=MORNING + 28 * MINUTE) is not None


def test_own_phones_session_stays_all_day_and_no_longer(session: Session, cast: Cast) -> None:
    let_in(session, cast.lin)
    outcome = by_password(session)
    assert whose(session, outcome, at=MORNING + timedelta(hours=15, minutes=59)) is not None
    assert whose(session, outcome, at=MORNING + timedelta(hours=16)) is None


def test_revoked_device_is_no_device_and_its_sessions_end(session: Session, cast: Cast) -> None:
    let_in(session, cast.lin)
    tablet, token = a_tablet(session, cast.manager)
    outcome = by_pin(session, tablet, cast.lin)
    for _ in range(2):
        devices.revoke_device(session, public_id=tablet.public_id, actor=cast.manager, at=MORNING)
    assert enrolled_device(session, token=token) is None
    assert whose(session, outcome, device_token=token) is None
    ended = session.scalars(sa.select(AuthSession.end_reason).where(AuthSession.device_id == tablet.id)).all()
    assert ended == [EndReason.DEVICE_REVOKED]


@pytest.mark.parametrize("public_id", ["", "x" * 5000, "abc\x00", "a2b3c4d5e6f7"])
def test_unknown_device_is_not_there(session: Session, cast: Cast, public_id: str) -> None:
    with pytest.raises(NotFound):
        devices.revoke_device(session, public_id=public_id, actor=cast.manager, at=MORNING)


def test_another_clubs_device_is_not_there(session: Session, cast: Cast) -> None:
    tablet, token = a_tablet(session, cast.manager)
    with pytest.raises(NotFound):
        devices.revoke_device(session, public_id=tablet.public_id, actor=cast.other_manager, at=MORNING)
    assert enrolled_device(session, token=token) is not None
    assert queries.devices(session, club=cast.foreign_club) == []


def test_enrolling_a_browser_again_revokes_what_it_was(session: Session, cast: Cast) -> None:
    tablet, token = a_tablet(session, cast.manager)
    devices.enrol_device(
        session,
        name="新名字",
        purpose=DevicePurpose.SCANNER,
        actor=cast.manager,
        replaces=tablet,
        at=MORNING + MINUTE,
    )
    assert enrolled_device(session, token=token) is None
    lines = queries.devices(session, club=cast.club)
    assert [(line.name, line.revoked_at is None) for line in lines] == [("新名字", True), ("前台平板", False)]


def test_database_refuses_a_pin_session_without_a_device(session: Session, cast: Cast) -> None:
    with pytest.raises(sa.exc.IntegrityError, match="pin_needs_device"), session.begin_nested():
        session.execute(
            sa.insert(AuthSession).values(
                token_hash="x",
                account_id=cast.lin.account_id,
                club_id=cast.club.id,
                via="pin",
                created_at=MORNING,
                last_seen_at=MORNING,
                expires_at=MORNING,
            )
        )


def made_owner(session: Session, cast: Cast) -> None:
    operations.grant_role(
        session,
        account_id=account_id_of(cast.director),
        role=Role.OWNER,
        club=None,
        actor=cast.manager,
        at=MORNING,
    )


def chosen(session: Session, signed: SignedIn, club: Club) -> Club:
    return sessions.choose_club(
        session,
        session_id=signed.session_id,
        club_public_id=club.public_id,
        actor=signed.actor,
        at=MORNING,
    )


def test_owner_chooses_among_his_clubs_and_returns_to_the_last(session: Session, cast: Cast) -> None:
    let_in(session, cast.director)
    made_owner(session, cast)
    outcome = by_password(session, "heqiang")
    assert outcome.clubs == 2
    first = whose(session, outcome)
    assert first is not None
    assert first.actor.club == cast.club
    chosen(session, first, cast.other_club)
    moved = whose(session, outcome)
    assert moved is not None
    assert moved.actor.club == cast.other_club
    assert moved.actor.roles == {Role.OWNER}
    assert moved.actor.consultant_id is None
    again = whose(session, by_password(session, "heqiang", at=MORNING + MINUTE))
    assert again is not None
    assert again.actor.club == cast.other_club


def test_club_without_a_role_cannot_be_chosen(session: Session, cast: Cast) -> None:
    let_in(session, cast.lin)
    signed = whose(session, by_password(session))
    assert signed is not None
    for club in (cast.other_club, cast.foreign_club):
        with pytest.raises(NotFound):
            chosen(session, signed, club)


def test_shared_tablet_stays_in_its_club(session: Session, cast: Cast) -> None:
    let_in(session, cast.director)
    made_owner(session, cast)
    tablet, token = a_tablet(session, cast.manager)
    signed = whose(session, by_pin(session, tablet, cast.director), device_token=token)
    assert signed is not None
    with pytest.raises(Refused) as refusal:
        chosen(session, signed, cast.other_club)
    assert refusal.value.code == AuthRefused.CLUB_IS_FIXED


def test_password_typed_again_makes_a_pin_session_fresh(session: Session, cast: Cast) -> None:
    let_in(session, cast.finance)
    tablet, token = a_tablet(session, cast.manager)
    outcome = by_pin(session, tablet, cast.finance)
    signed = whose(session, outcome, device_token=token)
    assert signed is not None

    def confirmed(password: str) -> str | None:
        refusal = confirm_password(
            session, session_id=signed.session_id, password=password, actor=signed.actor, at=MORNING
        )
        return refusal.code.value if refusal else None

    assert confirmed("wrong") == AuthRefused.WRONG_PASSWORD
    assert confirmed(PASSWORD) is None
    fresh = whose(session, outcome, device_token=token)
    assert fresh is not None
    assert fresh.has_fresh_password(MORNING)
    assert [confirmed("wrong") for _ in range(5)][-1] == AuthRefused.LOCKED
    assert whose(session, outcome, device_token=token) is None


def test_switching_staff_ends_the_session_before(session: Session, cast: Cast) -> None:
    let_in(session, cast.lin, cast.zhou)
    tablet, token = a_tablet(session, cast.manager)
    lin = by_pin(session, tablet, cast.lin)
    before = whose(session, lin, device_token=token)
    zhou = sign_in_with_pin(
        session,
        device=tablet,
        account_public_id=account(session, cast.zhou).public_id,
        pin=PIN,
        replaces=before,
        at=MORNING,
    )
    assert whose(session, lin, device_token=token) is None
    present = whose(session, zhou, device_token=token)
    assert present is not None
    assert present.actor.name == "周倩"
