"""A card type as everybody reads it."""

from dataclasses import dataclass

from clubsales.errors import Allowed, Decision
from clubsales.ids import CardTypeID, ClubID
from clubsales.membership.catalogue.rules import CardKind, CardTerms, Window, may_sell_online
from clubsales.money import Currency, Money


@dataclass(frozen=True, slots=True, kw_only=True)
class CardTypeView:
    """Something on the price list, at the prices of a day. No price: sold at any price."""

    id: CardTypeID
    public_id: str
    club_id: ClubID
    code: str
    name: str
    name_en: str
    description: str
    description_en: str
    kind: CardKind
    currency: Currency
    price: Money | None
    floor_price: Money | None
    days: int | None
    visits: int | None
    no_discount: bool
    all_clubs: bool
    on_sale: bool
    online: bool  # the manager wants it on the club's own page
    position: int
    set_up_fee: Money  # part of the price
    referral: Money | None  # for a colleague who brought the buyer; none: the plan's
    renewal_price: Money | None  # for whoever renews; none: the price
    are_sessions: bool  # its visits are coached
    value: Money | None  # stored value it is loaded with; none: the price
    people_max: int
    quota: int | None  # how many there are; none: no limit
    quota_taken: int
    deposit: Money | None  # to reserve one; none: the policy's
    facilities: tuple[str, ...]  # codes; none: every hall
    windows: tuple[Window, ...]  # none: at any hour
    terms: CardTerms
    is_promoted: bool = False  # an offer of the day may make it cheaper: the promotions are worth reading

    @property
    def quota_left(self) -> int | None:
        """How many may still be sold; None: as many as are asked for."""
        return None if self.quota is None else self.quota - self.quota_taken

    @property
    def is_offered_online(self) -> bool:
        """Whether it stands on the club's own page: wanted there, on sale at all, and not limited.

        A place of a limited offer is reserved or sold at the desk (RSV-01): nobody holds it by an order he never pays.
        """
        is_limited = self.quota is not None
        return self.online and self.on_sale and not is_limited and isinstance(self.may_be_online, Allowed)

    @property
    def may_be_online(self) -> Decision:
        """Whether it can be sold with nobody beside the buyer."""
        return may_sell_online(kind=self.kind, price=self.price)

    def name_in(self, language: str) -> str:
        """The name in a language; the first name where there is no other."""
        return self.name_en if language.startswith("en") and self.name_en else self.name

    def description_in(self, language: str) -> str:
        """The description in a language."""
        english = language.startswith("en") and self.description_en
        return self.description_en if english else self.description
