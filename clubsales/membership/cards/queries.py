"""Reading cards: for the member, for staff, and for a door."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.actor import Club
from clubsales.clock import Instant
from clubsales.clubs import ClubRow
from clubsales.errors import Decision, NotFound
from clubsales.ids import AccountID, CardID, CardTypeID, ClubID, OrganisationID, PersonID, SaleID
from clubsales.membership.cards.entry import EntryFacts, may_enter
from clubsales.membership.cards.models import CardCodeRow, CardRow
from clubsales.membership.cards.rules import CardStatus, days_left
from clubsales.membership.catalogue.terms import CardTerms, StartRule, Window, windows_of
from clubsales.money import Currency, Money

NO_CURRENCY = Currency("")
# Plain tables: without entities to load, the mapper stays out of the way.
CARD, CODE, CLUB = (cast("sa.Table", row.__table__) for row in (CardRow, CardCodeRow, ClubRow))
# The holder's name for the screen: known by table name, as the database knows it.
person = sa.table("person", sa.column("id", sa.BigInteger), sa.column("name", sa.String))
sale = sa.table("sale", sa.column("id", sa.BigInteger), sa.column("opened_by", sa.BigInteger))


@dataclass(frozen=True, slots=True, kw_only=True)
class CardView:
    """A card as pages show it."""

    id: CardID
    public_id: str
    link_token: str
    sale_id: SaleID
    person_id: PersonID | None
    holder: str
    name: str
    name_en: str
    kind: str
    status: CardStatus
    days: int | None
    valid_from: date | None
    valid_until: date | None
    visits_total: int | None
    visits_left: int | None
    all_clubs: bool
    club_id: ClubID
    club_name: str
    organisation_id: OrganisationID
    card_type_id: CardTypeID | None = None
    currency: Currency = NO_CURRENCY
    value_total_minor: int | None = None
    value_left_minor: int | None = None
    are_sessions: bool = False
    people_max: int = 1
    start_rule: StartRule = StartRule.PAYMENT
    start_by: date | None = None
    facilities: tuple[str, ...] = ()
    windows: tuple[Window, ...] = ()
    terms: Mapping[str, Any] = field(default_factory=dict)
    follows_card_id: CardID | None = None
    ended_on: date | None = None
    ended_as: str = ""
    frozen_on: date | None = None

    @property
    def card_terms(self) -> CardTerms:
        """The terms it was sold under."""
        return CardTerms.from_json(self.terms)

    @property
    def value_left(self) -> Money | None:
        """Stored value not used yet; None for a card that holds none."""
        return None if self.value_left_minor is None else Money(self.value_left_minor, self.currency)

    @property
    def is_by_hand(self) -> bool:
        """Whether what it gives is taken by hand only: it opens no door."""
        return self.are_sessions or self.value_total_minor is not None

    @property
    def waits_for_use(self) -> bool:
        """Paid, and begins when it is used first."""
        return self.status is CardStatus.ACTIVE and self.valid_from is None

    def name_in(self, language: str) -> str:
        """The card's name in a language of ours."""
        return self.name_en if language.startswith("en") and self.name_en else self.name

    def opens(self, club: Club) -> bool:
        """Whether it is good for this club at all."""
        return self.club_id == club.id or (self.all_clubs and self.organisation_id == club.organisation_id)

    def entry(
        self,
        club: Club,
        today: date,
        *,
        moment: datetime | None = None,
        hall: str = "",
        visit_needed: bool = True,
    ) -> Decision:
        """Whether the card opens this club's door today; with `moment` (the club's own time), at this hour, at a hall's door."""
        return may_enter(
            EntryFacts(
                status=self.status,
                valid_from=self.valid_from,
                valid_until=self.valid_until,
                visits_left=self.visits_left,
                opens_here=self.opens(club),
                home_club=self.club_name,
                today=today,
                moment=moment,
                windows=self.windows,
                hall=hall,
                halls=self.facilities,
                are_sessions=self.are_sessions,
                holds_value=self.value_total_minor is not None,
                visit_needed=visit_needed,
            )
        )

    @property
    def may_grow(self) -> bool:
        """Whether it counts days or visits, of which more can be given."""
        return self.days is not None or self.visits_total is not None

    def days_left(self, today: date) -> int | None:
        """Days it still opens, today included once it has begun; None without a term. A frozen card keeps what it had."""
        day = today if self.frozen_on is None else min(self.frozen_on, today)
        return days_left(self.valid_until, day, valid_from=self.valid_from)


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedCodeView:
    """A printed code of a card."""

    serial: str
    issued_at: Instant
    issued_by: AccountID | None
    revoked_at: Instant | None


CARD_COLUMNS = (
    CARD.c.id.label("id"),
    CARD.c.public_id.label("public_id"),
    CARD.c.link_token.label("link_token"),
    CARD.c.sale_id.label("sale_id"),
    CARD.c.person_id.label("person_id"),
    sa.func.coalesce(person.c.name, "").label("holder"),
    CARD.c.name.label("name"),
    CARD.c.name_en.label("name_en"),
    CARD.c.kind.label("kind"),
    CARD.c.status.label("status"),
    CARD.c.days.label("days"),
    CARD.c.valid_from.label("valid_from"),
    CARD.c.valid_until.label("valid_until"),
    CARD.c.visits_total.label("visits_total"),
    CARD.c.visits_left.label("visits_left"),
    CARD.c.all_clubs.label("all_clubs"),
    CARD.c.club_id.label("club_id"),
    CLUB.c.name.label("club_name"),
    CLUB.c.organisation_id.label("organisation_id"),
    CARD.c.card_type_id.label("card_type_id"),
    CARD.c.currency.label("currency"),
    CARD.c.value_total_minor.label("value_total_minor"),
    CARD.c.value_left_minor.label("value_left_minor"),
    CARD.c.are_sessions.label("are_sessions"),
    CARD.c.people_max.label("people_max"),
    CARD.c.start_rule.label("start_rule"),
    CARD.c.start_by.label("start_by"),
    CARD.c.facilities.label("facilities"),
    CARD.c.windows.label("windows"),
    CARD.c.terms.label("terms"),
    CARD.c.follows_card_id.label("follows_card_id"),
    CARD.c.ended_on.label("ended_on"),
    CARD.c.ended_as.label("ended_as"),
    CARD.c.frozen_on.label("frozen_on"),
)


def cards_select() -> sa.Select[Any]:
    """Every card with its holder and club; columns are CardView's fields."""
    columns: list[sa.ColumnElement[Any]] = list(CARD_COLUMNS)
    return (
        sa.select(*columns)
        .select_from(CARD)
        .join(CLUB, CLUB.c.id == CARD.c.club_id)
        .outerjoin(person, person.c.id == CARD.c.person_id)
    )


def door_select() -> sa.Select[Any]:
    """The card of a code, for a door to add its own columns to: takes `card` (public id) and `serial` ("" = none).

    Beside CardView's columns: `code_live`, whether that serial is a code of this card and not revoked.
    """
    return (
        cards_select()
        .add_columns(sa.and_(CODE.c.id.is_not(None), CODE.c.revoked_at.is_(None)).label("code_live"))
        .outerjoin(
            CODE,
            sa.and_(CODE.c.card_id == CARD.c.id, CODE.c.serial == sa.bindparam("serial")),
        )
        .where(CARD.c.public_id == sa.bindparam("card"))
    )


def to_card(row: Mapping[Any, Any]) -> CardView:
    """A row of `cards_select` as a value."""
    return CardView(
        id=CardID(row["id"]),
        public_id=row["public_id"],
        link_token=row["link_token"],
        sale_id=SaleID(row["sale_id"]),
        person_id=row["person_id"],
        holder=row["holder"],
        name=row["name"],
        name_en=row["name_en"],
        kind=row["kind"],
        status=CardStatus(row["status"]),
        days=row["days"],
        valid_from=row["valid_from"],
        valid_until=row["valid_until"],
        visits_total=row["visits_total"],
        visits_left=row["visits_left"],
        all_clubs=row["all_clubs"],
        club_id=ClubID(row["club_id"]),
        club_name=row["club_name"],
        organisation_id=OrganisationID(row["organisation_id"]),
        card_type_id=row["card_type_id"],
        currency=Currency(row["currency"]),
        value_total_minor=row["value_total_minor"],
        value_left_minor=row["value_left_minor"],
        are_sessions=row["are_sessions"],
        people_max=row["people_max"],
        start_rule=StartRule(row["start_rule"]),
        start_by=row["start_by"],
        facilities=tuple(row["facilities"]),
        windows=windows_of(row["windows"]),
        terms=row["terms"],
        follows_card_id=row["follows_card_id"],
        ended_on=row["ended_on"],
        ended_as=row["ended_as"],
        frozen_on=row["frozen_on"],
    )


def by_link_token(session: Session, link_token: str) -> CardView:
    """The card whose unguessable link this is; raises NotFound."""
    if not is_plain(link_token):
        raise NotFound
    return _one(session, cards_select().where(CARD.c.link_token == link_token))


def by_public_id(session: Session, club: Club, public_id: str) -> CardView:
    """A card that staff of this club may see: its own, or one of the organisation that opens it; raises NotFound."""
    if not is_plain(public_id):
        raise NotFound
    card = _one(session, cards_select().where(CARD.c.public_id == public_id))
    if not card.opens(club):
        raise NotFound
    return card


def by_id(session: Session, card_id: CardID) -> CardView | None:
    """The card, whichever club's."""
    row = session.execute(cards_select().where(CARD.c.id == card_id)).mappings().one_or_none()
    return None if row is None else to_card(row)


def all_of_sale(session: Session, sale_id: SaleID) -> list[CardView]:
    """The cards a sale made, by line; what became of one of them stands behind it."""
    rows = session.execute(cards_select().where(CARD.c.sale_id == sale_id).order_by(CARD.c.line)).mappings()
    return [to_card(row) for row in rows]


def of_sale(session: Session, sale_id: SaleID) -> CardView | None:
    """The first card a sale made, if it made any."""
    return next(iter(all_of_sale(session, sale_id)), None)


def following(session: Session, card_id: CardID) -> CardView | None:
    """What the card went on as."""
    row = session.execute(cards_select().where(CARD.c.follows_card_id == card_id)).mappings().first()
    return None if row is None else to_card(row)


def of_person(session: Session, club: Club, person_id: PersonID) -> list[CardView]:
    """A person's cards that open this club, the newest first."""
    rows = session.execute(
        cards_select()
        .where(
            CARD.c.person_id == person_id,
            sa.or_(
                CARD.c.club_id == club.id,
                sa.and_(CARD.c.all_clubs, CLUB.c.organisation_id == club.organisation_id),
            ),
        )
        .order_by(CARD.c.valid_from.desc(), CARD.c.sale_id.desc())
    ).mappings()
    return [to_card(row) for row in rows]


def printed_codes(session: Session, card_id: CardID) -> list[PrintedCodeView]:
    """A card's printed codes, the newest first."""
    rows = session.execute(
        sa.select(CODE.c.serial, CODE.c.issued_at, CODE.c.issued_by, CODE.c.revoked_at)
        .where(CODE.c.card_id == card_id)
        .order_by(CODE.c.issued_at.desc(), CODE.c.id.desc())
    )
    return [
        PrintedCodeView(
            serial=row.serial,
            issued_at=row.issued_at,
            issued_by=None if row.issued_by is None else AccountID(row.issued_by),
            revoked_at=row.revoked_at,
        )
        for row in rows
    ]


def is_self_purchase(session: Session, sale_id: SaleID) -> bool:
    """Whether a card was bought on the club's own page: then nobody has seen that its buyer is its holder."""
    return session.execute(
        sa.select(sa.exists().where(sale.c.id == sale_id, sale.c.opened_by.is_(None)))
    ).scalar_one()


def is_plain(name: str) -> bool:
    """Letters, digits, hyphen and underscore: PostgreSQL refuses to compare with some other characters."""
    return name.isascii() and name.replace("-", "").replace("_", "").isalnum()


def _one(session: Session, statement: sa.Select[Any]) -> CardView:
    row = session.execute(statement).mappings().one_or_none()
    if row is None:
        raise NotFound
    return to_card(row)
