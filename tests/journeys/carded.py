"""Cards that are used by hand or shared: one with value, one with coached sessions, one for a family."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from clubsales.clock import Instant
from clubsales.ids import PersonID, SaleID
from clubsales.membership.cards import family, operations, queries
from tests.builders import Cast, yuan
from tests.cards import a_line


@dataclass(frozen=True)
class Carded:
    """Public ids of cards; what was taken from them, and who shares one, by id."""

    value_card: str
    value_move: str
    session_card: str
    session_move: str
    family_card: str
    sharer: str
    sharer_link: str


def hold_cards(
    session: Session, cast: Cast, sale_id: SaleID, holder: PersonID, other: PersonID, *, at: Instant
) -> Carded:
    """All of them came with one sale."""
    kinds: tuple[dict[str, object], ...] = (
        {"name": "储值卡", "kind": "stored_value", "days": None, "value_minor": 120_000},
        {"name": "私教课", "kind": "visits", "days": None, "visits": 20, "are_sessions": True},
        {"name": "家庭卡", "people_max": 4},
    )
    made = []
    for number, line in enumerate(kinds, start=2):
        card_id = operations.prepare(
            session,
            sale_id=sale_id,
            line=a_line(cast.annual, line=number, paid_minor=0, **line),
            person_id=holder,
            is_paid=True,
            actor=cast.desk,
            at=at,
        )
        card = queries.by_id(session, card_id) if card_id is not None else None
        assert card is not None
        made.append(card)
    value, coached, shared = made
    paid = operations.use_value(
        session, card_id=value.id, amount=yuan("35"), what="餐饮", key="first", actor=cast.desk, at=at
    )
    taken = operations.take_visits(
        session, card_id=coached.id, what="私教", key="first", actor=cast.desk, at=at
    )
    operations.add_person(session, card=shared.public_id, person_id=other, actor=cast.desk, at=at)
    session.flush()
    (sharer,) = family.sharers(session, shared.id)
    return Carded(
        value_card=value.public_id,
        value_move=str(paid.id),
        session_card=coached.public_id,
        session_move=str(taken.id),
        family_card=shared.public_id,
        sharer=str(sharer.id),
        sharer_link=sharer.link_token,
    )
