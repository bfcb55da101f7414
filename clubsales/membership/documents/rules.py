"""Papers and their way by mail: what there is, when it is tried again, where it may be sent. Pure."""

import re
from datetime import timedelta
from enum import StrEnum

from clubsales.clock import Instant
from clubsales.errors import Decision, allow, refuse

MOST_TRIES = 6
FIRST_WAIT = timedelta(minutes=1)
LONGEST_ADDRESS = 254
ADDRESS = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\"]+\.[^@\s.,;<>\"]{2,}")
CONTRACT = "contract"


class DocumentRefused(StrEnum):
    NO_FONTS = "document.no_fonts"
    FAILED = "document.failed"
    ADDRESS = "document.address"
    NOT_MADE = "document.not_made"


class PaperState(StrEnum):
    """Where the paper of a signed contract stands."""

    MADE = "made"
    MAKING = "making"
    LATE = "late"  # it failed, and is tried again by itself
    GIVEN_UP = "given_up"
    NO_FONTS = "no_fonts"


class MailState(StrEnum):
    """What became of a mail."""

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"


def state_of_paper(*, is_made: bool, with_fonts: bool, failures: int, most: int) -> PaperState:
    """Where a paper stands that failed so many times; after `most` nobody tries any more."""
    if is_made:
        return PaperState.MADE
    if not with_fonts:
        return PaperState.NO_FONTS
    if failures >= most:
        return PaperState.GIVEN_UP
    return PaperState.LATE if failures else PaperState.MAKING


def may_be_address(text: str) -> Decision:
    """One plain address."""
    fine = len(text) <= LONGEST_ADDRESS and ADDRESS.fullmatch(text) is not None
    return allow() if fine else refuse(DocumentRefused.ADDRESS)


def is_due(asked_at: Instant, tries: int, at: Instant) -> bool:
    """A mail that failed waits one minute, then two, four and so on, counted from when it was asked for."""
    waits: int = 2**tries - 1
    return at >= asked_at + FIRST_WAIT * waits


def after_failure(tries: int) -> MailState:
    """Where a mail stands that has failed so many times."""
    return MailState.WAITING if tries < MOST_TRIES else MailState.FAILED
