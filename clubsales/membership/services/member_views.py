"""What a member asks by the card's own page: the club takes it up, or says why not."""

from datetime import date
from http import HTTPStatus
from typing import Any

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from clubsales import clubs, idempotency
from clubsales.actor import Actor, ActorKind, Club
from clubsales.auth.guard import public
from clubsales.clock import local_day, now
from clubsales.db import db, transact
from clubsales.errors import NotFound
from clubsales.i18n import gettext as _
from clubsales.i18n import language_tag
from clubsales.membership.cards import queries as cards
from clubsales.membership.cards.queries import CardView
from clubsales.membership.cards.rules import ServiceKind
from clubsales.membership.services import operations, queries
from clubsales.membership.services.blueprint import WORDS, bp
from clubsales.membership.services.forms import AskedForm
from clubsales.membership.services.queries import ServiceView
from clubsales.membership.services.rules import MEMBERS, offered
from clubsales.web import limiter

WHY_PUBLIC = "the link is unguessable and is the member's key to the card; what is asked, the club answers"
FROM_ONE_ADDRESS = "10 per minute; 60 per day"


@bp.get("/card/<link_token>/services")
@public(WHY_PUBLIC)
def of_member(link_token: str) -> ResponseReturnValue:
    """What a member can ask for his card, and what became of what he asked."""
    card, club = _card(link_token)
    return _page(card, club, None, AskedForm(club.currency))


@bp.get("/card/<link_token>/services/<kind>")
@public(WHY_PUBLIC)
def member_form(link_token: str, kind: str) -> ResponseReturnValue:
    """The form of one of them."""
    card, club = _card(link_token)
    return _page(card, club, _kind(card, club, kind), AskedForm(club.currency))


@bp.post("/card/<link_token>/services/<kind>")
@public(WHY_PUBLIC)
@limiter.limit(FROM_ONE_ADDRESS)
def member_asks(link_token: str, kind: str) -> ResponseReturnValue:
    """Ask the club for it."""
    card, club = _card(link_token)
    chosen, at, form = _kind(card, club, kind), now(), AskedForm(club.currency)
    if not form.is_valid():
        return _page(card, club, chosen, form), HTTPStatus.UNPROCESSABLE_ENTITY
    actor = Actor(kind=ActorKind.GUEST, club=club, name="card")
    facts: dict[str, Any] = {}
    if chosen is ServiceKind.FREEZE and form.last_day.data:
        facts["last_day"] = form.last_day.data.isoformat()
    if chosen is ServiceKind.TRANSFER:
        facts |= {"phone": form.phone.data or "", "name": form.name.data or ""}
    inputs = {"card": card.public_id, "kind": kind, **facts, "reason": form.reason.data}
    transact(
        lambda s: idempotency.once(
            s,
            key=form.submission_key.data or "",
            inputs=inputs,
            actor=actor,
            at=at,
            work=lambda: operations.ask(
                s, card=card, kind=chosen, reason=form.reason.data or "", facts=facts, actor=actor, at=at
            ),
        )
    )
    flash(_("The club has your request and answers it."), "success")
    return redirect(url_for(".of_member", link_token=link_token))


@bp.post("/card/<link_token>/services/<service>/withdraw")
@public(WHY_PUBLIC)
@limiter.limit(FROM_ONE_ADDRESS)
def member_withdraws(link_token: str, service: str) -> ResponseReturnValue:
    """Take back what was asked here and is not paid."""
    card, club = _card(link_token)
    actor = Actor(kind=ActorKind.GUEST, club=club, name="card")
    transact(lambda s: operations.withdraw_own(s, card=card, service=service, actor=actor, at=now()))
    flash(_("The request is withdrawn. The card stays as it is."), "success")
    return redirect(url_for(".of_member", link_token=link_token))


def asked_day(asked: ServiceView) -> date | None:
    """Until when the member wants a freeze."""
    said = asked.facts.get("last_day")
    return None if not said else date.fromisoformat(said)


def _card(link_token: str) -> tuple[CardView, Club]:
    card = cards.by_link_token(db.session, link_token)
    club = clubs.get(db.session, card.club_id)
    g.zone = club.zone
    return card, club


def _kinds(card: CardView, club: Club) -> list[ServiceKind]:
    today = local_day(now(), club.zone)
    found = offered(card.status, card.card_terms, valid_until=card.valid_until, today=today)
    return [kind for kind in found if kind in MEMBERS]


def _kind(card: CardView, club: Club, kind: str) -> ServiceKind:
    found = next((each for each in _kinds(card, club) if each.value == kind), None)
    if found is None:
        raise NotFound
    return found


def _page(card: CardView, club: Club, kind: ServiceKind | None, form: AskedForm) -> str:
    waiting = queries.waiting_of_card(db.session, card.id)
    refund = queries.refund_waits(db.session, card.id)
    busy = waiting is not None or refund
    return render_template(
        "membership/services/member.html",
        card=card,
        kind=kind,
        form=form,
        waiting=waiting,
        refund_waits=refund,
        offered=[]
        if busy
        else [(each, queries.fee_for(db.session, card, each)) for each in _kinds(card, club)],
        to_pay=queries.to_pay_by_link(db.session, waiting, now()) if waiting else [],
        past=[each for each in queries.of_card(db.session, card.id) if each != waiting],
        language=language_tag(),
        language_url=url_for("auth.choose_locale"),
        **WORDS,
    )
