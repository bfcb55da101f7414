"""What the card pages show, as plain values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from babel.dates import get_day_names
from flask_babel import get_locale
from markupsafe import Markup

from clubsales.errors import Refusal
from clubsales.leads.touches.activity import Activity
from clubsales.membership.cards.family import Sharer
from clubsales.membership.cards.grants import FreezeView, GrantView
from clubsales.membership.cards.queries import CardView, PrintedCodeView
from clubsales.membership.cards.rules import CardStatus
from clubsales.membership.cards.worth import Worth
from clubsales.money import Money

TONES = {
    CardStatus.PENDING: "soon",
    CardStatus.ACTIVE: "fine",
    CardStatus.FROZEN: "info",
    CardStatus.CANCELLED: "now",
}


def hours_of(card: CardView) -> list[str]:
    """The hours in which a card opens, in the reader's words; none: any."""
    names = get_day_names("abbreviated", locale=get_locale())
    return [f"{_days(window.days, names)} {window.from_:%H:%M}–{window.to:%H:%M}" for window in card.windows]


def _days(days: Sequence[int], names: Mapping[int, str]) -> str:
    shown = sorted(days)
    follow = len(shown) > 2 and shown[-1] - shown[0] == len(shown) - 1
    if follow:
        return f"{names[shown[0] - 1]}–{names[shown[-1] - 1]}"
    return "/".join(names[day - 1] for day in shown)


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
    sharer: Sharer | None = None  # whose page it is, when it is not the holder's
    halls: str = ""

    @property
    def hours(self) -> list[str]:
        """The hours it opens at, line by line; none: any."""
        return hours_of(self.card)

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
    may_use: bool
    may_share: bool
    may_grant: bool
    may_refund: bool
    sharers: list[Sharer]
    given: list[GrantView]
    freezes: list[FreezeView]
    worth: Worth
    follows: CardView | None
    goes_on: CardView | None
    halls: str
    activity: Activity | None  # none: it opens no door

    @property
    def hours(self) -> list[str]:
        """The hours it opens at, line by line; none: any."""
        return hours_of(self.card)

    def money(self, minor: int) -> Money:
        """An amount in the card's currency."""
        return Money(minor, self.card.currency)

    @property
    def is_alive(self) -> bool:
        """Paid, and not ended."""
        return self.card.status in (CardStatus.ACTIVE, CardStatus.FROZEN)

    @property
    def freeze_fee(self) -> Money | None:
        """What a freeze costs; None: nothing."""
        fee = self.card.card_terms.freeze_fee_minor
        return Money(fee, self.card.currency) if fee else None

    @property
    def days_left(self) -> int | None:
        return self.card.days_left(self.today)

    @property
    def printed(self) -> PrintedCodeView | None:
        """The printed code in use."""
        return next((code for code in self.codes if code.revoked_at is None), None)
