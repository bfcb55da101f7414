"""What the card pages show, as plain values."""

from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from clubsales.errors import Refusal
from clubsales.membership.cards.queries import CardView, PrintedCodeView
from clubsales.membership.cards.rules import CardStatus

TONES = {
    CardStatus.PENDING: "soon",
    CardStatus.ACTIVE: "fine",
    CardStatus.FROZEN: "info",
    CardStatus.CANCELLED: "now",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class MovingCodeView:
    """The code on the member's phone; seconds of its step, and until it changes."""

    svg: Markup
    seconds: int
    left: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberCard:
    """A card as its member sees it; `refusal` is why it does not open today, `code` is None then."""

    card: CardView
    today: date
    refusal: Refusal | None
    sentence: str
    code: MovingCodeView | None

    @property
    def days_left(self) -> int | None:
        return self.card.days_left(self.today)


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffCard:
    """A card as staff see it."""

    card: CardView
    today: date
    sentence: str  # why it does not open today; empty when it does
    codes: list[PrintedCodeView]
    link: str
    link_svg: Markup
    may_change: bool

    @property
    def days_left(self) -> int | None:
        return self.card.days_left(self.today)

    @property
    def printed(self) -> PrintedCodeView | None:
        """The printed code in use."""
        return next((code for code in self.codes if code.revoked_at is None), None)
