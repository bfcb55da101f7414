import pytest

from clubsales.actor import Role
from clubsales.errors import Refused
from clubsales.ids import ConsultantID
from clubsales.leads import texts
from clubsales.leads.intake.rules import LeadRefused, PhoneFacts, clean_text, sees_phone
from clubsales.leads.people.rules import PersonRefused

ME, OTHER = ConsultantID(1), ConsultantID(2)


@pytest.mark.parametrize(
    ("role", "viewer", "captured_by", "received_today_by", "sees"),
    [
        (Role.CONSULTANT, ME, ME, frozenset(), True),
        (Role.CONSULTANT, ME, OTHER, frozenset(), False),
        (Role.CONSULTANT, ME, OTHER, frozenset({ME}), True),
        (Role.CONSULTANT, ME, OTHER, frozenset({OTHER}), False),
        (Role.CONSULTANT, None, None, frozenset(), False),
        (Role.RECEPTIONIST, ME, OTHER, frozenset(), False),
        (Role.SUPERVISOR, ME, OTHER, frozenset(), True),
        (Role.CLUB_MANAGER, None, OTHER, frozenset(), True),
    ],
)
def test_who_sees_a_phone(
    role: Role,
    viewer: ConsultantID | None,
    captured_by: ConsultantID | None,
    received_today_by: frozenset[ConsultantID],
    sees: bool,
) -> None:
    facts = PhoneFacts(
        viewer_id=viewer,
        viewer_roles=frozenset({role}),
        captured_by=captured_by,
        held_by=None,
        received_today_by=received_today_by,
    )
    assert sees_phone(facts) is sees


@pytest.mark.parametrize(("viewer", "sees"), [(ME, True), (OTHER, False), (None, False)])
def test_who_holds_a_lead_sees_its_phone(viewer: ConsultantID | None, sees: bool) -> None:
    facts = PhoneFacts(
        viewer_id=viewer,
        viewer_roles=frozenset({Role.CONSULTANT}),
        captured_by=None,
        held_by=ME,
        received_today_by=frozenset(),
    )
    assert sees_phone(facts) is sees


def test_notes_keep_their_lines_and_lose_control_characters() -> None:
    assert clean_text(" a\nb\tc\x00\x1b ", 10) == "a\nb\tc"


def test_a_note_without_end_is_refused() -> None:
    with pytest.raises(Refused) as refused:
        clean_text("a" * 11, 10)
    assert refused.value.code == "lead.text_too_long"


def test_every_refusal_has_a_sentence() -> None:
    codes = {code.value for codes in (LeadRefused, PersonRefused) for code in codes}
    assert set(texts.REFUSALS) == codes
