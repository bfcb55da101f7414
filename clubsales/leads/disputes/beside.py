"""What other parts' pages show of disputes: functions their templates call."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from clubsales.actor import Actor
from clubsales.auth.guard import actor_or_none, current_actor
from clubsales.auth.permissions import Permission, may
from clubsales.db import db
from clubsales.ids import ClubID, SaleID
from clubsales.leads.disputes import docket, news, queries, texts
from clubsales.leads.disputes.argued import SALE
from clubsales.leads.disputes.blueprint import bp
from clubsales.leads.disputes.queries import DisputeLine
from clubsales.leads.disputes.words import STATES, TONES

NEWS_READ, NEWS_SHOWN = 20, 2  # on a page of somebody's own day; the docket has all of them
RECEPTION = sa.table(
    "reception",
    *(sa.column(name, sa.BigInteger) for name in ("id", "club_id")),
    sa.column("public_id", sa.String),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Doors:
    """The cases of some sales, and whether the reader may argue over one."""

    cases: dict[SaleID, DisputeLine]
    may_open: bool
    states = STATES
    tones = TONES


@dataclass(frozen=True, slots=True, kw_only=True)
class GuestsSale:
    """A sale made at a guest's stay."""

    id: SaleID
    public_id: str
    title: str
    title_en: str

    def title_in(self, language: str) -> str:
        """What was sold, in a language."""
        return self.title_en if language.startswith("en") and self.title_en else self.title


@bp.app_template_global("disputes_of_sales")
def disputes_of_sales(sale_ids: Sequence[SaleID]) -> Doors | None:
    """Which of these sales are argued over; None for who sees no disputes. One statement."""
    actor = current_actor()
    if not may(actor, Permission.DISPUTE_SEE):
        return None
    found = queries.of_sales(db.session, actor.club.id, sale_ids) if sale_ids else {}
    return Doors(cases=found, may_open=_sells(actor))


@bp.app_template_global("sales_of_guest")
def sales_of_guest(reception: str) -> list[GuestsSale]:
    """The paid sales of a guest's stay, for whoever may argue over them; one statement."""
    actor = current_actor()
    if not may(actor, Permission.DISPUTE_SEE):
        return []
    return _at_reception(actor.club.id, reception)


@bp.app_template_global("disputes_for_me")
def disputes_for_me() -> dict[str, object] | None:
    """The latest of each case and what waits for one's word; None where there is nothing. Two statements."""
    actor = actor_or_none()
    if actor is None or actor.account_id is None or not may(actor, Permission.DISPUTE_SEE):
        return None
    latest = {
        each.dispute_public_id: each for each in reversed(news.unread(db.session, actor, limit=NEWS_READ))
    }
    unread = sorted(latest.values(), key=lambda each: each.at, reverse=True)[:NEWS_SHOWN]
    unanswered = docket.unanswered(db.session, actor) if actor.consultant_id is not None else []
    if not unread and not unanswered:
        return None
    return {"unread": unread, "unanswered": unanswered, "news": texts.NEWS}


def _sells(actor: Actor) -> bool:
    return actor.consultant_id is not None and may(actor, Permission.DISPUTE_OPEN)


def _at_reception(club_id: ClubID, reception: str) -> list[GuestsSale]:
    rows = db.session.execute(
        sa.select(SALE.c.id, SALE.c.public_id, SALE.c.card_type_name, SALE.c.card_type_name_en)
        .join_from(SALE, RECEPTION, RECEPTION.c.id == SALE.c.reception_id)
        .where(
            RECEPTION.c.club_id == club_id,
            RECEPTION.c.public_id == reception,
            SALE.c.first_receipt_at.is_not(None),
        )
        .order_by(SALE.c.id)
    )
    return [
        GuestsSale(
            id=SaleID(row.id),
            public_id=row.public_id,
            title=row.card_type_name,
            title_en=row.card_type_name_en,
        )
        for row in rows
    ]
