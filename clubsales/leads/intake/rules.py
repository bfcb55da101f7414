"""Where leads come from, and how warm they are."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from clubsales.actor import Role
from clubsales.errors import refuse
from clubsales.ids import ConsultantID
from clubsales.typed import free_text

LONGEST_INTEREST = 200
LONGEST_NOTE = 4_000


class Source(StrEnum):
    """LED-01 to LED-10."""

    WALK_IN = "walk_in"
    PHONE = "phone"
    ONLINE = "online"
    FLYER = "flyer"
    SWEEP = "sweep"
    REFERRAL = "referral"
    EVENT = "event"


class Grade(StrEnum):
    """Intention, from A (buys now) to D (some day) (LED-06, LED-07)."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"


class LeadRefused(StrEnum):
    TEXT_TOO_LONG = "lead.text_too_long"


def clean_text(text: str, longest: int) -> str:
    """A note as it is kept; raises Refused(LeadRefused.TEXT_TOO_LONG)."""
    kept = free_text(text)
    if len(kept) > longest:
        refuse(LeadRefused.TEXT_TOO_LONG, longest=longest).or_raise()
    return kept


@dataclass(frozen=True, slots=True)
class PrivacyPolicy:
    """Section `privacy`, as far as this version decides by it: how many digits of a phone everybody sees."""

    mask: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneFacts:
    """Who wants to see a lead's phone, and what he has to do with the lead."""

    viewer_id: ConsultantID | None
    viewer_roles: frozenset[Role]
    captured_by: ConsultantID | None
    held_by: ConsultantID | None
    received_today_by: frozenset[ConsultantID]


SEES_EVERY_PHONE = frozenset(
    {
        Role.SUPERVISOR,
        Role.CLUB_MANAGER,
        Role.SALES_DIRECTOR,
        Role.GENERAL_MANAGER,
        Role.DEPUTY_GM,
        Role.SALES_ADMIN,
        Role.OWNER,
    }
)


def sees_phone(facts: PhoneFacts) -> bool:
    """Managers see every phone, a consultant those he captured, holds or receives today, others see it masked
    (AMB-44)."""
    if not facts.viewer_roles.isdisjoint(SEES_EVERY_PHONE):
        return True
    if facts.viewer_id is None:
        return False
    return facts.viewer_id in {facts.captured_by, facts.held_by, *facts.received_today_by}
