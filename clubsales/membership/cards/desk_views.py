"""What the desk does with a card beside its codes: takes value and sessions, gives days, says who shares it."""

from http import HTTPStatus

import sqlalchemy as sa
from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from clubsales import qr
from clubsales.auth.guard import current_actor, requires
from clubsales.auth.permissions import Permission
from clubsales.clock import local_day, now
from clubsales.db import db, transact
from clubsales.errors import NotFound, Refused
from clubsales.i18n import format_money, language_tag, listed
from clubsales.i18n import gettext as _
from clubsales.leads.disclosures.views import note_probe
from clubsales.leads.people import queries as people
from clubsales.membership.cards import family, operations, queries, values
from clubsales.membership.cards.blueprint import bp
from clubsales.membership.cards.forms import ExtendForm, ShareForm, UseForm, ValueForm, VisitsForm
from clubsales.membership.cards.pages import TONES
from clubsales.membership.cards.queries import CardView
from clubsales.membership.cards.texts import VALUE_MOVES

SHOWN_MOVES = 30
facility = sa.table(
    "facility",
    *(sa.column(name, sa.String) for name in ("code", "name", "name_en")),
    *(sa.column(name, sa.BigInteger) for name in ("club_id", "position")),
)


@bp.get("/cards/<public_id>/use")
@requires(Permission.CARD_USE)
def use_page(public_id: str) -> ResponseReturnValue:
    """Take value or a session from a card, and what was taken before."""
    card = queries.by_public_id(db.session, current_actor().club, public_id)
    return _use_page(card, _use_form(card))


@bp.post("/cards/<public_id>/value")
@requires(Permission.CARD_USE)
def use_value(public_id: str) -> ResponseReturnValue:
    """Take stored value."""
    actor, at = current_actor(), now()
    card = queries.by_public_id(db.session, actor.club, public_id)
    form = ValueForm(card.currency)
    if not form.is_valid():
        return _use_page(card, form), HTTPStatus.UNPROCESSABLE_ENTITY
    amount = form.amount.money
    assert amount is not None

    def work(session: Session) -> values.ValueMove:
        return operations.use_value(
            session,
            card_id=card.id,
            amount=amount,
            what=form.what.data or "",
            key=_key(form),
            actor=actor,
            at=at,
        )

    try:
        move = transact(work)
    except Refused as refused:
        form.put_beside(form.amount, refused)
        return _use_page(card, form), HTTPStatus.UNPROCESSABLE_ENTITY
    told = _("%(amount)s taken; %(left)s left.", amount=format_money(amount), left=format_money(move.left))
    flash(told, "success")
    return redirect(url_for(".use_page", public_id=public_id))


@bp.post("/cards/<public_id>/value/<int:move_id>/undo")
@requires(Permission.CARD_USE)
def undo_value(public_id: str, move_id: int) -> ResponseReturnValue:
    """Put back what was taken by mistake."""
    actor = current_actor()
    card = queries.by_public_id(db.session, actor.club, public_id)
    move = transact(
        lambda s: operations.undo_value(s, card_id=card.id, move_id=move_id, actor=actor, at=now())
    )
    flash(_("Put back; %(left)s left.", left=format_money(move.left)), "success")
    return redirect(url_for(".use_page", public_id=public_id))


@bp.post("/cards/<public_id>/visits")
@requires(Permission.CARD_USE)
def take_visits(public_id: str) -> ResponseReturnValue:
    """Take visits or coached sessions by hand."""
    actor, at = current_actor(), now()
    card = queries.by_public_id(db.session, actor.club, public_id)
    form = _visits_form(card)
    if not form.is_valid():
        return _use_page(card, form), HTTPStatus.UNPROCESSABLE_ENTITY

    def work(session: Session) -> values.VisitMove:
        return operations.take_visits(
            session,
            card_id=card.id,
            visits=form.visits.data or 1,
            what=form.what.data or "",
            key=_key(form),
            actor=actor,
            at=at,
        )

    try:
        transact(work)
    except Refused as refused:
        form.put_beside(form.visits, refused)
        return _use_page(card, form), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(_("Taken off the card."), "success")
    return redirect(url_for(".use_page", public_id=public_id))


@bp.post("/cards/<public_id>/visits/<int:move_id>/undo")
@requires(Permission.CARD_USE)
def undo_visits(public_id: str, move_id: int) -> ResponseReturnValue:
    """Give back visits that were taken by mistake."""
    actor = current_actor()
    card = queries.by_public_id(db.session, actor.club, public_id)
    transact(lambda s: operations.undo_visits(s, card_id=card.id, move_id=move_id, actor=actor, at=now()))
    flash(_("Given back to the card."), "success")
    return redirect(url_for(".use_page", public_id=public_id))


@bp.get("/cards/<public_id>/extend")
@requires(Permission.CARD_GRANT)
def extend_page(public_id: str) -> ResponseReturnValue:
    """Give a card days or visits for nothing."""
    return _extend_page(_own(public_id), ExtendForm())


@bp.post("/cards/<public_id>/extend")
@requires(Permission.CARD_GRANT)
def extend(public_id: str) -> ResponseReturnValue:
    """Give them."""
    card, form = _own(public_id), ExtendForm()
    if not form.is_valid():
        return _extend_page(card, form), HTTPStatus.UNPROCESSABLE_ENTITY
    days, visits, reason = form.days.data or 0, form.visits.data or 0, form.reason.data or ""
    try:
        transact(
            lambda s: operations.extend(
                s,
                card=public_id,
                days=days,
                visits=visits,
                reason=reason,
                actor=current_actor(),
                at=now(),
            )
        )
    except Refused as refused:
        form.put_beside(form.visits if visits and not days else form.days, refused)
        return _extend_page(card, form), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(_("Given, with your reason in the card's history."), "success")
    return redirect(url_for(".show", public_id=public_id))


@bp.get("/cards/<public_id>/people")
@requires(Permission.CARD_SERVICE)
def people_page(public_id: str) -> ResponseReturnValue:
    """Who shares a family card, each with a link of his own."""
    return _people_page(_own(public_id), ShareForm())


@bp.post("/cards/<public_id>/people")
@requires(Permission.CARD_SERVICE)
def add_person(public_id: str) -> ResponseReturnValue:
    """Let somebody share the card: somebody the club knows by phone."""
    actor, at = current_actor(), now()
    card, form = _own(public_id), ShareForm()
    if not form.is_valid():
        return _people_page(card, form), HTTPStatus.UNPROCESSABLE_ENTITY
    e164 = form.phone.e164 or ""
    person = people.by_phone(db.session, actor.club.organisation_id, e164)
    note_probe(e164, actor, at)
    if person is None:
        form.phone.errors = (_("Nobody is known by this phone. Receive them at the desk first."),)
        return _people_page(card, form), HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        transact(lambda s: operations.add_person(s, card=public_id, person_id=person.id, actor=actor, at=at))
    except Refused as refused:
        form.put_beside(form.phone, refused)
        return _people_page(card, form), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(_("%(name)s shares the card now. Let them scan their link.", name=person.name), "success")
    return redirect(url_for(".people_page", public_id=public_id))


@bp.post("/cards/<public_id>/people/<int:sharer_id>/remove")
@requires(Permission.CARD_SERVICE)
def remove_person(public_id: str, sharer_id: int) -> ResponseReturnValue:
    """Let somebody share it no longer."""
    transact(
        lambda s: operations.remove_person(
            s, card=public_id, sharer_id=sharer_id, actor=current_actor(), at=now()
        )
    )
    flash(_("Their link opens nothing any more."), "success")
    return redirect(url_for(".people_page", public_id=public_id))


def public_address(path: str) -> str:
    """An address that works on somebody else's phone."""
    base: str = current_app.extensions["clubsales_settings"].public_url or request.host_url
    return base.rstrip("/") + path


def halls_of(session: Session, card: CardView) -> str:
    """The halls a card is for, in the reader's language; empty: all of them."""
    if not card.facilities:
        return ""
    english = language_tag().startswith("en")
    rows = session.execute(
        sa.select(facility.c.name, facility.c.name_en)
        .where(facility.c.club_id == card.club_id, facility.c.code.in_(card.facilities))
        .order_by(facility.c.position)
    )
    return listed([row.name_en if english and row.name_en else row.name for row in rows])


def _own(public_id: str) -> CardView:
    """A card of this club; raises NotFound for another's, though it may open here."""
    club = current_actor().club
    card = queries.by_public_id(db.session, club, public_id)
    if card.club_id != club.id:
        raise NotFound
    return card


def _key(form: UseForm) -> str:
    return f"form:{form.submission_key.data}"[:64]


def _use_form(card: CardView) -> UseForm:
    return ValueForm(card.currency) if card.value_left_minor is not None else _visits_form(card)


def _visits_form(card: CardView) -> VisitsForm:
    form = VisitsForm(card.currency)
    if card.are_sessions:
        form.visits.label.text = _("How many sessions are taken")
    return form


def _use_page(card: CardView, form: UseForm) -> str:
    return render_template(
        "membership/cards/use.html",
        card=card,
        form=form,
        tones=TONES,
        value_moves=values.value_moves(db.session, card.id, limit=SHOWN_MOVES),
        visit_moves=values.visit_moves(db.session, card.id, limit=SHOWN_MOVES),
        move_words=VALUE_MOVES,
    )


def _extend_page(card: CardView, form: ExtendForm) -> str:
    today = local_day(now(), current_actor().club.zone)
    if card.are_sessions:
        form.visits.label.text = _("Sessions given")
    return render_template(
        "membership/cards/extend.html", card=card, form=form, tones=TONES, days_left=card.days_left(today)
    )


def _people_page(card: CardView, form: ShareForm) -> str:
    shown = [
        (sharer, link, qr.svg(link))
        for sharer in family.sharers(db.session, card.id)
        for link in [public_address(url_for(".my_card", link_token=sharer.link_token))]
    ]
    return render_template("membership/cards/people.html", card=card, form=form, shown=shown)
