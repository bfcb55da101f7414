"""The statement of a card: what was given to it, what stood still, what was used, and what is left."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.actor import Club
from clubsales.clock import local_day
from clubsales.db import UtcDateTime, table_of
from clubsales.i18n import format_local_date, format_money, language_tag, ngettext
from clubsales.i18n import gettext as _
from clubsales.membership.cards import grants
from clubsales.membership.cards.models import CardSessionRow, CardValueRow
from clubsales.membership.cards.queries import CardView
from clubsales.membership.cards.rules import CardStatus
from clubsales.membership.documents.paper import Column, Paper, Table
from clubsales.membership.documents.texts import GRANTS, VALUES
from clubsales.money import Money

VALUE, SESSION = table_of(CardValueRow), table_of(CardSessionRow)
# The door's own table lies above this package, so it is known by its name.
CHECK_IN = sa.table(
    "check_in",
    sa.column("id", sa.BigInteger),
    sa.column("card_id", sa.BigInteger),
    sa.column("at", UtcDateTime()),
    sa.column("visit", sa.Boolean),
)
MOST_LINES = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of the statement."""

    day: date
    what: str
    change: str
    note: str


def statement_of(session: Session, card: CardView, club: Club, today: date) -> Paper:
    """A card's statement on a club-local day, the earliest line first; of very many the latest."""
    lines = sorted(_lines(session, card, club), key=lambda line: line.day)
    left_out = max(0, len(lines) - MOST_LINES)
    return Paper(
        title=_("Statement of the card"),
        club=club.name,
        facts=list(_facts(card, today)),
        tables=[
            Table(
                title=_("Everything that was given and used"),
                columns=[
                    Column(_("Date")),
                    Column(_("What was done with the card")),
                    Column(_("Note"), wide=True),
                    Column(_("Given or used"), end=True),
                ],
                rows=[
                    [format_local_date(line.day), line.what, line.note, line.change]
                    for line in lines[left_out:]
                ],
            )
        ],
        notes=[ngettext("%(num)s earlier line is left out.", "%(num)s earlier lines are left out.", left_out)]
        if left_out
        else [],
    )


def _facts(card: CardView, today: date) -> Iterator[tuple[str, str]]:
    yield _("Card"), card.name_in(language_tag())
    if card.holder:
        yield _("Card holder"), card.holder
    yield _("Number"), card.public_id
    yield _("As of"), format_local_date(today)
    if card.status is not CardStatus.CANCELLED:
        if card.valid_from is not None:
            yield _("Valid from"), format_local_date(card.valid_from)
        if card.valid_until is not None:
            yield _("Valid until"), format_local_date(card.valid_until)
        if card.visits_left is not None:
            yield _("Sessions left") if card.are_sessions else _("Visits left"), str(card.visits_left)
        if card.value_left is not None:
            yield _("Value left"), format_money(card.value_left)
    elif card.ended_on is not None:
        yield _("Ended on"), format_local_date(card.ended_on)


def _lines(session: Session, card: CardView, club: Club) -> Iterator[Line]:
    yield from _given(session, card, club)
    yield from _frozen(session, card)
    yield from _visited(session, card, club)
    yield from _by_hand(session, card, club)
    yield from _spent(session, card, club)


def _given(session: Session, card: CardView, club: Club) -> Iterator[Line]:
    for each in grants.of_card(session, card.id):
        parts = []
        if each.grant.value_minor:
            parts.append(format_money(Money(each.grant.value_minor, card.currency)))
        if each.grant.visits:
            parts.append(_pieces(card, each.grant.visits))
        if each.grant.days:
            days = each.grant.days
            parts.append(_signed(days, ngettext("%(num)s day", "%(num)s days", abs(days))))
        if not parts:
            continue
        yield Line(
            day=local_day(each.granted_at, club.zone),
            what=str(GRANTS[each.grant.kind.value]),
            change=" · ".join(parts),
            note=each.reason,
        )


def _frozen(session: Session, card: CardView) -> Iterator[Line]:
    for each in grants.freezes_of(session, card.id):
        over = each.freeze.ran_again_on
        yield Line(
            day=each.freeze.first_day,
            what=_("Freeze"),
            change=ngettext("%(num)s day", "%(num)s days", each.freeze.days) if over else "",
            note=each.reason,
        )


def _pieces(card: CardView, number: int) -> str:
    """So many visits or sessions."""
    if card.are_sessions:
        return _signed(number, ngettext("%(num)s session", "%(num)s sessions", abs(number)))
    return _signed(number, ngettext("%(num)s visit", "%(num)s visits", abs(number)))


def _signed(number: int, words: str) -> str:
    """What was taken away: one taken is one in words, too."""
    return f"-{words}" if number < 0 else words


def _visited(session: Session, card: CardView, club: Club) -> Iterator[Line]:
    rows = session.scalars(
        sa.select(CHECK_IN.c.at)
        .where(CHECK_IN.c.card_id == card.id, CHECK_IN.c.visit)
        .order_by(CHECK_IN.c.at.desc())
        .limit(MOST_LINES + 1)
    )
    counts = card.visits_total is not None
    for at in rows:
        yield Line(
            day=local_day(at, club.zone),
            what=_("Visit"),
            change=_pieces(card, -1) if counts else "",
            note=f"{at.astimezone(club.zone):%H:%M}",
        )


def _by_hand(session: Session, card: CardView, club: Club) -> Iterator[Line]:
    for row in session.execute(sa.select(SESSION).where(SESSION.c.card_id == card.id).order_by(SESSION.c.id)):
        yield Line(
            day=local_day(row.at, club.zone),
            what=_("Given back") if row.visits > 0 else _("Taken at the desk"),
            change=_pieces(card, row.visits),
            note=row.what,
        )


def _spent(session: Session, card: CardView, club: Club) -> Iterator[Line]:
    """Value that was spent or came back; what was loaded stands among what was given."""
    statement = sa.select(VALUE).where(VALUE.c.card_id == card.id, VALUE.c.kind != "load")
    for row in session.execute(statement.order_by(VALUE.c.id)):
        yield Line(
            day=local_day(row.at, club.zone),
            what=str(VALUES[row.kind]),
            change=format_money(Money(row.amount_minor, card.currency)),
            note=row.what,
        )
