"""Money back for a card: reckoned before anybody, asked at the desk or by the member, answered, paid out."""

from http import HTTPStatus

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from clubsales import clubs, idempotency
from clubsales.actor import Actor, ActorKind, Club
from clubsales.auth.guard import current_actor, public, requires
from clubsales.auth.permissions import Permission, may
from clubsales.clock import local_day, now
from clubsales.db import db, transact
from clubsales.errors import NotFound, Refused
from clubsales.i18n import gettext as _
from clubsales.i18n import language_tag
from clubsales.ids import RefundID
from clubsales.membership.approvals import queries as approvals
from clubsales.membership.approvals.texts import ROLE_NAMES
from clubsales.membership.cards import queries as cards
from clubsales.membership.cards.queries import CardView
from clubsales.membership.payments.current import current_gateway
from clubsales.membership.payments.rules import RefundStatus
from clubsales.membership.returns import operations, queries, quotes, texts
from clubsales.membership.returns.forms import AnswerForm, AskForm, MemberForm
from clubsales.membership.returns.rules import ReturnRefused, ReturnState
from clubsales.membership.sales import provider
from clubsales.membership.texts import METHODS, REFUND_STATES
from clubsales.web import limiter

bp = Blueprint("returns", __name__)
WORDS = {
    "states": texts.STATES,
    "tones": texts.TONES,
    "bases": texts.BASES,
    "units": texts.UNITS,
    "methods": METHODS,
    "refund_states": REFUND_STATES,
    "refund_tones": {"started": "soon", "succeeded": "fine", "failed": "now"},
}
MOST_CLOSED = 50
FROM_ONE_ADDRESS = "10 per minute; 60 per day"
AT_AMOUNT = frozenset(
    {ReturnRefused.AMOUNT, ReturnRefused.ABOVE_KEPT, ReturnRefused.NOTHING, ReturnRefused.KEEPS}
)


@bp.get("/returns")
@requires(Permission.LEDGER_SEE)
def index() -> ResponseReturnValue:
    """What was asked back and waits, by the day it is due; and what became of the rest."""
    club = current_actor().club
    return render_template(
        "membership/returns/index.html",
        waiting=queries.open_in_club(db.session, club.id),
        today=local_day(now(), club.zone),
        closed=queries.closed_in_club(db.session, club.id, most=MOST_CLOSED),
        language=language_tag(),
        **WORDS,
    )


@bp.get("/cards/<public_id>/refund")
@requires(Permission.REFUND_ASK)
def ask_page(public_id: str) -> ResponseReturnValue:
    """What would go back of a card today, step by step, and the form to ask for it."""
    actor = current_actor()
    return _ask_page(public_id, AskForm(actor.club.currency), actor)


@bp.post("/cards/<public_id>/refund")
@requires(Permission.REFUND_ASK)
def ask(public_id: str) -> ResponseReturnValue:
    """Ask for it."""
    actor, at = current_actor(), now()
    form = AskForm(actor.club.currency)
    if not form.is_valid():
        return _ask_page(public_id, form, actor), HTTPStatus.UNPROCESSABLE_ENTITY

    def work(session: Session) -> str:
        return operations.ask(
            session,
            card=_own_card(session, actor.club, public_id),
            amount=form.amount.money,
            units=form.units.data if form.value.money is None else form.value.money.minor,
            keeps_card=form.keeps_card.data,
            reason=form.reason.data or "",
            actor=actor,
            at=at,
        )

    inputs = {"card": public_id, **form.inputs()}
    try:
        asked = transact(
            lambda s: idempotency.once(
                s, key=form.submission_key.data or "", inputs=inputs, actor=actor, at=at, work=lambda: work(s)
            )
        )
    except Refused as refused:
        form.put_beside(form.amount, refused, AT_AMOUNT)
        return _ask_page(public_id, form, actor), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(_("The request is written down. Whoever answers it is shown below."), "success")
    return redirect(url_for(".show", public_id=asked))


@bp.get("/returns/<public_id>")
@requires(Permission.CARD_SEE)
def show(public_id: str) -> ResponseReturnValue:
    """A request: what was reckoned, who said what, what is to be done."""
    actor = current_actor()
    return _request_page(public_id, AnswerForm(actor.club.currency), actor)


@bp.post("/returns/<public_id>/answer")
@requires(Permission.FORM_APPROVE)
def answer(public_id: str) -> ResponseReturnValue:
    """Say yes or no."""
    actor, at = current_actor(), now()
    form = AnswerForm(actor.club.currency)
    if not form.is_valid():
        return _request_page(public_id, form, actor), HTTPStatus.UNPROCESSABLE_ENTITY
    state = transact(
        lambda s: operations.answer(
            s,
            request=public_id,
            approved=request.form.get("verdict") == "yes",
            reason=form.reason.data or "",
            actor=actor,
            at=at,
        )
    )
    flash(str(texts.STATES[state.value]), "success")
    return redirect(url_for(".show", public_id=public_id))


@bp.post("/returns/<public_id>/withdraw")
@requires(Permission.REFUND_ASK)
def withdraw(public_id: str) -> ResponseReturnValue:
    """Take the request back."""
    transact(lambda s: operations.withdraw(s, request=public_id, actor=current_actor(), at=now()))
    flash(_("The request is withdrawn. The card stays as it is."), "success")
    return redirect(url_for(".show", public_id=public_id))


@bp.post("/returns/<public_id>/payout")
@requires(Permission.REFUND_MAKE, fresh_password=True)
def pay_out(public_id: str) -> ResponseReturnValue:
    """Pay it out: cash at once, online parts through the provider."""
    actor, at = current_actor(), now()
    form = AnswerForm(actor.club.currency)
    if not form.is_valid():
        return _request_page(public_id, form, actor), HTTPStatus.UNPROCESSABLE_ENTITY
    to_send: list[RefundID] = []

    def work(session: Session) -> str:
        parts = operations.pay_out(session, request=public_id, actor=actor, at=at)
        to_send[:] = [part.refund_id for part in parts]
        return public_id

    transact(
        lambda s: idempotency.once(
            s,
            key=form.submission_key.data or "",
            inputs={"request": public_id},
            actor=actor,
            at=at,
            work=lambda: work(s),
        )
    )
    unsent = provider.send_refunds(current_gateway(), at=at, refund_ids=to_send)
    paid = queries.by_public_id(db.session, actor.club.id, public_id)
    states = {each.status for each in queries.gone_back(db.session, paid, actor.club.id)}
    if unsent:
        flash(
            _("The payment provider does not answer. The refund is noted and sent as soon as it does."),
            "warning",
        )
    elif RefundStatus.FAILED in states:
        flash(_("The payment provider refuses a part of it. What to do stands below."), "error")
    elif RefundStatus.STARTED in states:
        flash(_("The refund is on its way. It counts as soon as the provider confirms it."), "info")
    else:
        flash(_("The money went back, by the way it came."), "success")
    return redirect(url_for(".show", public_id=public_id))


@bp.get("/card/<link_token>/refund")
@public("the link is unguessable and is the member's key to the card")
def member_page(link_token: str) -> ResponseReturnValue:
    """What the member would get back today, and the form to ask for it."""
    card, club = _members(link_token)
    return _member_page(card, club, MemberForm(club.currency))


@bp.post("/card/<link_token>/refund")
@public("the link is unguessable and is the member's key to the card; the club answers what is asked")
@limiter.limit(FROM_ONE_ADDRESS)
def member_asks(link_token: str) -> ResponseReturnValue:
    """The member asks; the club answers."""
    (card, club), at = _members(link_token), now()
    form = MemberForm(club.currency)
    if not form.is_valid():
        return _member_page(card, club, form), HTTPStatus.UNPROCESSABLE_ENTITY
    actor = Actor(kind=ActorKind.GUEST, club=club, name="card")
    inputs = {"card": card.public_id, "reason": form.reason.data}

    def work(session: Session) -> str:
        return operations.ask(session, card=card, reason=form.reason.data or "", actor=actor, at=at)

    transact(
        lambda s: idempotency.once(
            s, key=form.submission_key.data or "", inputs=inputs, actor=actor, at=at, work=lambda: work(s)
        )
    )
    flash(_("The club has your request and answers it."), "success")
    return redirect(url_for(".member_page", link_token=link_token))


@bp.post("/card/<link_token>/refund/<public_id>/withdraw")
@public(
    "the link is unguessable and is the member's key to the card; only what was asked by it is taken back"
)
@limiter.limit(FROM_ONE_ADDRESS)
def member_withdraws(link_token: str, public_id: str) -> ResponseReturnValue:
    """The member takes the request back before its money went out."""
    card, club = _members(link_token)
    actor = Actor(kind=ActorKind.GUEST, club=club, name="card")
    transact(lambda s: operations.withdraw_own(s, card=card, request=public_id, actor=actor, at=now()))
    flash(_("The request is withdrawn. The card stays as it is."), "success")
    return redirect(url_for(".member_page", link_token=link_token))


def _members(link_token: str) -> tuple[CardView, Club]:
    """The card its link shows, and its club, by whose clock the page is read."""
    card = cards.by_link_token(db.session, link_token)
    club = clubs.get(db.session, card.club_id)
    g.zone = club.zone
    return card, club


def _own_card(session: Session, club: Club, public_id: str) -> CardView:
    """A card of this club: another's money is another's."""
    card = cards.by_public_id(session, club, public_id)
    if card.club_id != club.id:
        raise NotFound
    return card


def _ask_page(public_id: str, form: AskForm, actor: Actor) -> str:
    card = _own_card(db.session, actor.club, public_id)
    return render_template(
        "membership/returns/ask.html",
        card=card,
        quote=quotes.quote(db.session, actor.club, card, now()),
        waiting=queries.open_of_card(db.session, card.id),
        form=form,
        language=language_tag(),
        **WORDS,
    )


def _request_page(public_id: str, form: AnswerForm, actor: Actor) -> str:
    asked = queries.by_public_id(db.session, actor.club.id, public_id)
    chain = queries.chain_of(db.session, approvals.Standing(db.session, actor.club), actor.club, asked)
    return render_template(
        "membership/returns/request.html",
        asked=asked,
        is_overdue=asked.is_overdue(local_day(now(), actor.club.zone)),
        chain=chain,
        gone_back=queries.gone_back(db.session, asked, actor.club.id),
        roles=ROLE_NAMES,
        form=form,
        may_answer=asked.state is ReturnState.ASKED and chain.waits_for(actor),
        may_pay=asked.state is ReturnState.APPROVED and may(actor, Permission.REFUND_MAKE),
        may_withdraw=asked.state in (ReturnState.ASKED, ReturnState.APPROVED)
        and may(actor, Permission.REFUND_ASK),
        language=language_tag(),
        **WORDS,
    )


def _member_page(card: CardView, club: Club, form: MemberForm) -> str:
    return render_template(
        "membership/returns/member.html",
        card=card,
        quote=quotes.quote(db.session, club, card, now()),
        asked=queries.of_card(db.session, card.id),
        form=form,
        language=language_tag(),
        language_url=url_for("auth.choose_locale"),
        **WORDS,
    )
