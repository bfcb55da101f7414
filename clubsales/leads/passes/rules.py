"""What a pass is worth when a guest shows it: whose guest it makes him, and that it counts once (FLY-03, FLY-04)."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from clubsales.actor import Role
from clubsales.clock import Instant
from clubsales.errors import Decision, allow, refuse
from clubsales.ids import ConsultantID, PersonID
from clubsales.leads.touches.rules import Signal, SignalKind

LONGEST_CODE = 40
LENGTH_OF_OURS = 8  # letters of a code we draw
MOST_AT_ONCE = 50  # passes handed out by one press: what fits on a few sheets
LONGEST_VALIDITY = timedelta(days=366)
PREFIX = "clubsales:pass:"
_SCANNED = re.compile(rf"\s*{PREFIX}(.*)", re.IGNORECASE | re.DOTALL)


class PassKind(StrEnum):
    """What a guest may bring along."""

    TRIAL_PASS = "trial_pass"  # noqa: S105  a guest pass, not a secret
    GIFT_COUPON = "gift_coupon"
    BUSINESS_CARD = "business_card"


class Answer(StrEnum):
    """What a showing was worth."""

    COUNTS = "counts"
    SHOWN_BEFORE = "shown_before"
    EXPIRED = "expired"
    REVOKED = "revoked"
    MEMBER = "member"  # only new guests are designated by what they show


class PassState(StrEnum):
    """Where a pass stands today, for lists."""

    UNUSED = "unused"
    IN_USE = "in_use"  # a business card
    SHOWN = "shown"
    EXPIRED = "expired"
    REVOKED = "revoked"


class PassRefused(StrEnum):
    UNKNOWN = "pass.unknown"
    CODE_INVALID = "pass.code_invalid"
    CODE_TAKEN = "pass.code_taken"
    CARD_LIVE = "pass.card_live"
    NAMES_NOBODY = "pass.names_nobody"
    NO_CONSULTANT = "pass.no_consultant"
    NOT_OWN = "pass.not_own"
    COUNT = "pass.count"
    VALIDITY = "pass.validity"


@dataclass(frozen=True, slots=True, kw_only=True)
class GuestPass:
    """A pass as the rules see it. `valid_until` is inclusive; `shown_first_*` is the guest it counts for."""

    kind: PassKind
    consultant_id: ConsultantID | None
    valid_until: date | None
    revoked_at: Instant | None
    shown_first_at: Instant | None
    shown_first_person_id: PersonID | None

    def state(self, today: date) -> PassState:
        """Where it stands on a club-local day."""
        if self.revoked_at is not None:
            return PassState.REVOKED
        if self.kind is PassKind.BUSINESS_CARD:
            return PassState.EXPIRED if self.is_over(today) else PassState.IN_USE
        if self.shown_first_at is not None:
            return PassState.SHOWN
        return PassState.EXPIRED if self.is_over(today) else PassState.UNUSED

    def is_over(self, day: date) -> bool:
        return self.valid_until is not None and day > self.valid_until


@dataclass(frozen=True, slots=True)
class Worth:
    """What a showing is worth. A good pass gives a signal, which is evidence; of a member it makes nobody's guest."""

    answer: Answer
    signal: Signal | None


def worth(shown: GuestPass, *, person_id: PersonID | None, is_member: bool, day: date) -> Worth:
    """What a pass is worth to this guest on a club-local day (OWN-03, OWN-06, AMB-05, AMB-68).

    Trial passes and coupons count for the first guest who shows them; without a person, any later guest is another.
    A business card counts for everybody. A member may be that first guest, and it makes him nobody's.
    """
    answer = _answer(shown, person_id, day)
    if answer is not Answer.COUNTS:
        return Worth(answer, None)
    signal = Signal(SIGNALS[shown.kind], shown.consultant_id)
    return Worth(Answer.MEMBER if is_member else answer, signal)


SIGNALS = {
    PassKind.TRIAL_PASS: SignalKind.TRIAL_PASS,
    PassKind.GIFT_COUPON: SignalKind.GIFT_COUPON,
    PassKind.BUSINESS_CARD: SignalKind.BUSINESS_CARD,
}


def _answer(shown: GuestPass, person_id: PersonID | None, day: date) -> Answer:
    if shown.revoked_at is not None:
        return Answer.REVOKED
    if shown.is_over(day):
        return Answer.EXPIRED
    if shown.kind is PassKind.BUSINESS_CARD or shown.shown_first_at is None:
        return Answer.COUNTS
    is_first_guest = person_id is not None and person_id == shown.shown_first_person_id
    return Answer.COUNTS if is_first_guest else Answer.SHOWN_BEFORE


def clean_code(text: str) -> str | None:
    """A code as it is stored: in small letters, without blanks; None for what can be no code."""
    code = "".join(unicodedata.normalize("NFKC", text).lower().split())
    if not 0 < len(code) <= LONGEST_CODE or any(unicodedata.category(c)[0] == "C" for c in code):
        return None
    return code


def code_of(scanned: str) -> str | None:
    """The code in what a scanner read; None when it is no pass of ours."""
    found = _SCANNED.fullmatch(scanned)
    return clean_code(found[1]) if found else None


def scannable(code: str) -> str:
    """What the QR of a pass says; read back by `code_of`."""
    return PREFIX + code


def readable_code(code: str) -> str:
    """A code of ours in groups of four; a given one as it is."""
    return f"{code[:4]} {code[4:]}" if len(code) == LENGTH_OF_OURS else code


def may_carry(kind: PassKind, consultant_id: ConsultantID | None) -> Decision:
    """A gift coupon names nobody (FLY-04), a business card somebody; a trial pass may be blank (AMB-68)."""
    if kind is PassKind.GIFT_COUPON and consultant_id is not None:
        return refuse(PassRefused.NAMES_NOBODY)
    if kind is PassKind.BUSINESS_CARD and consultant_id is None:
        return refuse(PassRefused.NO_CONSULTANT)
    return allow()


OVERSEES = frozenset({Role.SUPERVISOR, Role.CLUB_MANAGER})


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOutFacts:
    """Somebody wants passes to hand out. `today` is the club-local day."""

    kind: PassKind
    is_own: bool
    roles: frozenset[Role]
    count: int
    valid_until: date | None
    today: date


def may_hand_out(facts: HandOutFacts) -> Decision:
    """Everybody issues his own, who leads the team anybody's; a coupon is nobody's, its door says who issues it."""
    decision = may_change(kind=facts.kind, is_own=facts.is_own, roles=facts.roles)
    if decision != allow():
        return decision
    if not 1 <= facts.count <= MOST_AT_ONCE:
        return refuse(PassRefused.COUNT, most=MOST_AT_ONCE)
    latest = facts.today + LONGEST_VALIDITY
    if facts.valid_until is not None and not facts.today <= facts.valid_until <= latest:
        return refuse(PassRefused.VALIDITY, latest=latest)
    return allow()


def may_change(*, kind: PassKind, is_own: bool, roles: frozenset[Role]) -> Decision:
    """Whose business a pass is: its consultant's, the team's leaders'; a coupon is whoever's door it came through."""
    if kind is PassKind.GIFT_COUPON or is_own or not roles.isdisjoint(OVERSEES):
        return allow()
    return refuse(PassRefused.NOT_OWN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """Whose passes somebody sees: a code is worth a guest, so colleagues do not read each other's."""

    consultant_id: ConsultantID | None
    coupons: bool  # he issues them
    everything: bool

    def sees(self, shown: GuestPass) -> bool:
        if self.everything or (self.coupons and shown.kind is PassKind.GIFT_COUPON):
            return True
        return self.consultant_id is not None and shown.consultant_id == self.consultant_id


LOOKS_OVER = OVERSEES | {
    Role.SALES_DIRECTOR,
    Role.GENERAL_MANAGER,
    Role.DEPUTY_GM,
    Role.SALES_ADMIN,
    Role.OWNER,
}


def sight_of(*, consultant_id: ConsultantID | None, roles: frozenset[Role], issues_coupons: bool) -> Sight:
    """Everybody sees his own, who issues coupons those, who looks over the sales everything."""
    return Sight(
        consultant_id=consultant_id, coupons=issues_coupons, everything=not roles.isdisjoint(LOOKS_OVER)
    )
