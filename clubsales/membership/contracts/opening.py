"""Which doors what was sold opens, to whom and when, in the words of its contract: read from the cards, which are copies."""

from collections.abc import Iterator, Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.i18n import gettext as _
from clubsales.i18n import ngettext
from clubsales.membership.cards import queries as cards
from clubsales.membership.cards.pages import hours_of
from clubsales.membership.cards.queries import CardView
from clubsales.membership.catalogue import facilities
from clubsales.membership.catalogue.facilities import FacilityView
from clubsales.membership.catalogue.rules import CardKind
from clubsales.membership.contracts.queries import ContractView

Clause = tuple[str, str]  # a sentence, and its rule
COMMAS = {True: ("、", "；"), False: (", ", "; ")}  # in Chinese or not; within a list and between lists


def by_line(session: Session, contract: ContractView) -> Mapping[int, tuple[Clause, ...]]:
    """What each card of the sale opens, by its line; in the language that is forced."""
    made = [
        card
        for card in cards.all_of_sale(session, contract.sale_id)
        if CardKind(card.kind) is not CardKind.STORED_VALUE
    ]
    limited = any(card.facilities for card in made)
    halls = facilities.of_club(session, contract.club_id, archived=True) if limited else []
    places = sa.select(cards.CARD.c.id, cards.CARD.c.line).where(cards.CARD.c.sale_id == contract.sale_id)
    line_of = {row.id: row.line for row in session.execute(places)}
    return {line_of[card.id]: tuple(_clauses(card, halls, contract.language)) for card in made}


def _clauses(card: CardView, halls: Sequence[FacilityView], language: str) -> Iterator[Clause]:
    comma, semicolon = COMMAS[language.startswith("zh")]
    if card.facilities:
        names = comma.join(hall.name_in(language) for hall in halls if hall.code in card.facilities)
        yield _("It opens these halls: %(halls)s.", halls=names), "CRD-01"
    elif not card.are_sessions:
        yield _("It opens every hall of the club."), "CRD-01"
    if card.windows:
        hours = semicolon.join(hours_of(card))
        yield _("It opens at these hours only: %(hours)s.", hours=hours), "CRD-03"
    elif not card.are_sessions:
        yield _("It opens at any hour the club is open."), "CRD-03"
    if card.people_max > 1:
        shared = ngettext(
            "Up to %(num)s person shares it, each with a link of their own.",
            "Up to %(num)s people share it, each with a link of their own.",
            card.people_max,
        )
        yield shared, "CRD-03"
    if card.all_clubs:
        yield _("It opens every club of the brand."), "CRD-01"
