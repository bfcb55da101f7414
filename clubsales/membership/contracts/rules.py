"""A contract's form, its corrections, its number and who may sign it (CTR-01 to CTR-11, EX-01). Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from clubsales.errors import Decision, allow, refuse
from clubsales.ids import AccountID
from clubsales.money import Currency, Money

BLANK = "/"  # stands in an optional field that was left empty (CTR-06)
SIGNED = "contract:signed"  # left in the outbox: {"club": id, "contract": id}
SERIES = "contract"
MOST_PROMISES = 12
LONGEST_PROMISE = 200
LONGEST_PLACE = 60
LONGEST_REASON = 500
HOLDERS = ("customer", "company", "consultant", "finance")  # of the copies, in this order (CTR-07)


class ContractRefused(StrEnum):
    MISSING = "contract.missing"
    NOT_OPEN = "contract.not_open"
    NOTHING_CHANGED = "contract.nothing_changed"
    NOT_SUBMITTED = "contract.not_submitted"
    NOT_APPROVED = "contract.not_approved"
    NOT_SIGNED = "contract.not_signed"
    ABSENT = "contract.absent"
    CHANGED = "contract.changed"
    SALE_OVER = "contract.sale_over"
    EXISTS = "contract.exists"
    FEE = "contract.fee"
    REASON = "contract.reason"
    PLACE = "contract.place"
    PROMISES_NOT_SHOWN = "contract.promises_not_shown"
    PROMISE = "contract.promise"


class ContractState(StrEnum):
    """Where a form stands on its way to the archive."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    SIGNED = "signed"
    ARCHIVED = "archived"
    VOID = "void"


OPEN = frozenset({ContractState.DRAFT, ContractState.SUBMITTED, ContractState.APPROVED})
KEPT = frozenset({ContractState.SIGNED, ContractState.ARCHIVED})


class Field(StrEnum):
    """What is filled in. Everything else of a contract is copied from its sale."""

    BUYER = "buyer"
    PHONE = "phone"
    PAPERS = "papers"  # which identity papers were shown, never their numbers (CTR-05)
    PAYMENT = "payment"  # how and until when it is paid (RCV-06)
    ADDRESS = "address"
    EMAIL = "email"
    EMERGENCY = "emergency"
    SUPPLEMENT = "supplement"  # agreed beside the main text (CTR-06)
    REMARKS = "remarks"


REQUIRED = (Field.BUYER, Field.PHONE, Field.PAPERS, Field.PAYMENT)
PROMISES = "promises"
LANGUAGE = "language"


class Paper(StrEnum):
    """Identity papers that a buyer may show."""

    ID_CARD = "id_card"
    HOUSEHOLD_BOOK = "household_book"
    RESIDENCE_PERMIT = "residence_permit"
    PASSPORT = "passport"
    TRAVEL_PERMIT = "travel_permit"


class PromiseKind(StrEnum):
    """What was promised beside the card."""

    GIFT = "gift"
    FEE = "fee"
    FREEZE = "freeze"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractPolicy:
    """Section `contract`: whose word is needed, how many copies there are, and how numbers look (AMB-58, AMB-60)."""

    approvals: Sequence[str]
    copies: int
    number: str


@dataclass(frozen=True, slots=True)
class CorrectionPolicy:
    """Of section `penalties`: corrections allowed (0: any number), and what one more costs, from and to (AMB-59)."""

    contract_corrections_allowed: int
    contract_correction_fine: Sequence[str]

    def fine(self, currency: Currency) -> tuple[Money, Money]:
        """The lowest and the highest fine; the lowest is proposed."""
        lowest, highest = (Money.parse(amount, currency) for amount in self.contract_correction_fine)
        return lowest, highest


@dataclass(frozen=True, slots=True)
class CoolingOffPolicy:
    """Of section `refund`: days after signing in which an unused card goes back whole; 0: none."""

    cooling_off_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """Something promised to the buyer, and until when; no day: with the card."""

    kind: PromiseKind
    text: str
    due_on: date | None = None

    def stored(self) -> dict[str, Any]:
        """The promise as JSON."""
        return {
            "kind": self.kind.value,
            "text": self.text,
            "due_on": self.due_on.isoformat() if self.due_on else None,
        }

    @classmethod
    def restored(cls, stored: Mapping[str, Any]) -> "Promise":
        """A promise as it was stored."""
        due_on = stored["due_on"]
        return cls(
            kind=PromiseKind(stored["kind"]),
            text=stored["text"],
            due_on=date.fromisoformat(due_on) if due_on else None,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """A form as somebody filled it in; a field that is not there is empty."""

    fields: Mapping[Field, str]
    promises: Sequence[Promise] = ()
    language: str = "zh_Hans"

    def document(self) -> dict[str, Any]:
        """The form as it is stored: no field is blank, an empty one is struck with "/" (CTR-06)."""
        return {
            **{field.value: self.fields.get(field, "").strip() or BLANK for field in Field},
            PROMISES: [promise.stored() for promise in self.promises],
        }


@dataclass(frozen=True, slots=True)
class Change:
    """A field that was changed, as the log keeps it."""

    field: str
    old: str
    new: str


def is_empty(value: str) -> bool:
    """Whether nothing was said in a field."""
    return value.strip() in ("", BLANK)


def may_fill(filled: Filled) -> Decision:
    """Required fields say something; promises are few and in words (EX-01)."""
    missing = [field.value for field in REQUIRED if is_empty(filled.fields.get(field, ""))]
    if missing:
        return refuse(ContractRefused.MISSING, fields=missing)
    if len(filled.promises) > MOST_PROMISES or any(
        is_empty(promise.text) or len(promise.text) > LONGEST_PROMISE for promise in filled.promises
    ):
        return refuse(ContractRefused.PROMISE, most=MOST_PROMISES, longest=LONGEST_PROMISE)
    return allow()


def changes(document: Mapping[str, Any], language: str, filled: Filled) -> list[Change]:
    """What differs from the form as it was: each field is one correction (AMB-59), the list of promises is one."""
    new = filled.document()
    found = [
        Change(field.value, document.get(field.value, BLANK), new[field.value])
        for field in Field
        if document.get(field.value, BLANK) != new[field.value]
    ]
    if document.get(PROMISES, []) != new[PROMISES]:
        found.append(Change(PROMISES, _told(document.get(PROMISES, [])), _told(new[PROMISES])))
    if language != filled.language:
        found.append(Change(LANGUAGE, language, filled.language))
    return found


def _told(promises: Sequence[Mapping[str, Any]]) -> str:
    return "; ".join(promise["text"] for promise in promises) or BLANK


def needs_new_form(corrections: int, policy: CorrectionPolicy) -> bool:
    """Corrected more often than allowed: the form is written anew and a fine is proposed (CTR-03, AMB-59)."""
    allowed = policy.contract_corrections_allowed
    return allowed > 0 and corrections > allowed


def may_change(state: ContractState) -> Decision:
    """Signed, it never changes; void, it is nothing any more."""
    return allow() if state in OPEN else refuse(ContractRefused.NOT_OPEN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Signing:
    """What is known when somebody wants to sign. `shown` is the digest of the text that he read."""

    state: ContractState
    sale_is_over: bool
    present: AccountID | None
    consultant_account: AccountID | None  # who has to be there; None: whoever of the staff is
    promises: int
    promises_shown: bool
    shown: str
    text: str


def may_sign(signing: Signing) -> Decision:
    """Approved by everybody, with the consultant beside the buyer, and nothing else than what he read (CTR-02, CTR-04)."""
    if signing.state in KEPT or signing.state is ContractState.VOID:
        return refuse(ContractRefused.NOT_OPEN)
    if signing.state is not ContractState.APPROVED:
        return refuse(ContractRefused.NOT_APPROVED)
    if signing.sale_is_over:
        return refuse(ContractRefused.SALE_OVER)
    if signing.present is None or signing.consultant_account not in (None, signing.present):
        return refuse(ContractRefused.ABSENT)
    if signing.promises and not signing.promises_shown:
        return refuse(ContractRefused.PROMISES_NOT_SHOWN)
    if signing.shown != signing.text:
        return refuse(ContractRefused.CHANGED)
    return allow()


def may_archive(state: ContractState, place: str) -> Decision:
    """What is signed goes to the archive, to a place that somebody finds again (CTR-07, CTR-08)."""
    if state not in KEPT:
        return refuse(ContractRefused.NOT_SIGNED)
    if not place or len(place) > LONGEST_PLACE:
        return refuse(ContractRefused.PLACE, longest=LONGEST_PLACE)
    return allow()


def may_void(state: ContractState, reason: str) -> Decision:
    """A form that was not signed may be given up; it says why."""
    if state not in OPEN:
        return refuse(ContractRefused.NOT_OPEN)
    if not reason or len(reason) > LONGEST_REASON:
        return refuse(ContractRefused.REASON, longest=LONGEST_REASON)
    return allow()


def number_of(pattern: str, *, club: str, month: str, sequence: int) -> str:
    """SZ01-202603-00017: a contract's number by the policy's pattern (CTR-11, AMB-60)."""
    return pattern.format(club=club, yyyymm=month, seq=sequence)


def cooling_off_until(signed_on: date, policy: CoolingOffPolicy) -> date | None:
    """The last club-local day on which an unused card goes back whole; the day of signing is not counted."""
    return signed_on + timedelta(days=policy.cooling_off_days) if policy.cooling_off_days else None


def holders_of(copies: int) -> tuple[str, ...]:
    """Who gets a copy: the customer, the company, and of more than two the consultant and finance in turn."""
    return tuple(HOLDERS[min(place, len(HOLDERS) - 1)] for place in range(copies))
