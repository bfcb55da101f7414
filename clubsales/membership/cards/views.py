"""My card for the member, and the card's page for staff."""

from dataclasses import replace
from http import HTTPStatus

from flask import current_app, flash, g, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from clubsales import clubs, policies, qr
from clubsales.actor import Club
from clubsales.auth.guard import current_actor, current_club, public, requires
from clubsales.auth.permissions import Permission, may
from clubsales.clock import Instant, local_day, now
from clubsales.db import db, transact
from clubsales.errors import NotFound, Refusal, Refused, refuse
from clubsales.i18n import gettext as _
from clubsales.i18n import refusal_text
from clubsales.leads.disclosures.views import note_probe
from clubsales.leads.people import queries as people
from clubsales.leads.touches import activity
from clubsales.membership.cards import family, grants, operations, queries, worth
from clubsales.membership.cards.blueprint import bp
from clubsales.membership.cards.desk_views import halls_of, public_address
from clubsales.membership.cards.ending import EndedAs
from clubsales.membership.cards.family import Sharer
from clubsales.membership.cards.forms import FindForm, FreezeForm
from clubsales.membership.cards.pages import TONES, MemberCard, MovingCodeView, StaffCard
from clubsales.membership.cards.queries import CardView
from clubsales.membership.cards.rules import CardRefused, CardStatus, CodePolicy
from clubsales.membership.cards.texts import ENDS, GRANT_KINDS
from clubsales.membership.cards.tokens import CardKeys, code_to_show, make_printed_code, step_seconds

__all__ = ["bp"]


@bp.get("/card/<link_token>")
@public("the link is unguessable and is the member's key to the card; it shows this card only")
def my_card(link_token: str) -> ResponseReturnValue:
    """My card: the moving code, or why there is none. A card that was upgraded leads to the better one."""
    page = _member_card(link_token, now())
    if page.card.ended_as == EndedAs.UPGRADED:
        better = queries.following(db.session, page.card.id)
        if better is not None and page.sharer is None:
            return redirect(url_for(".my_card", link_token=better.link_token))
    return render_template(
        "membership/cards/my_card.html",
        page=page,
        link_token=link_token,
        tones=TONES,
        language_url=url_for("auth.choose_locale"),
    )


@bp.get("/card/<link_token>/code")
@public("the link is unguessable; the phone asks for the next code of this card")
def my_code(link_token: str) -> ResponseReturnValue:
    """The code of this moment. Raises Refused with the card's reason when it does not open."""
    page = _member_card(link_token, now())
    if page.refusal is not None:
        raise Refused(page.refusal)
    assert page.code is not None
    return jsonify(svg=page.code.svg, seconds=page.code.seconds, left=page.code.left)


@bp.get("/cards")
@requires(Permission.CARD_SEE)
def find() -> ResponseReturnValue:
    """Find a member's cards by phone."""
    asked = "phone" in request.args
    form = FindForm(request.args if asked else None)
    found = asked and form.is_valid()
    page = render_template(
        "membership/cards/find.html",
        form=form,
        found=found,
        cards=_cards_of_phone(form.e164) if found else [],
        today=local_day(now(), current_actor().club.zone),
        tones=TONES,
    )
    if found:
        note_probe(form.e164, current_actor(), now())
    return page, HTTPStatus.UNPROCESSABLE_ENTITY if asked and not found else HTTPStatus.OK


@bp.get("/cards/<public_id>")
@requires(Permission.CARD_SEE)
def show(public_id: str) -> ResponseReturnValue:
    """A card for staff: what it opens, its link for the member's phone, its printed code."""
    return _staff_card(public_id, FreezeForm())


def _staff_card(public_id: str, form: FreezeForm) -> str:
    actor, at = current_actor(), now()
    card = queries.by_public_id(db.session, actor.club, public_id)
    today = local_day(at, actor.club.zone)
    entry = card.entry(actor.club, today)
    link = public_address(url_for(".my_card", link_token=card.link_token))
    is_ours = card.club_id == actor.club.id
    follows = None if card.follows_card_id is None else queries.by_id(db.session, card.follows_card_id)
    page = StaffCard(
        card=card,
        today=today,
        sentence=refusal_text(entry) if isinstance(entry, Refusal) else "",
        codes=queries.printed_codes(db.session, card.id),
        link=link,
        link_svg=qr.svg(link),
        may_change=is_ours and may(actor, Permission.CARD_CODE),
        may_use=may(actor, Permission.CARD_USE),
        may_share=is_ours and may(actor, Permission.CARD_SERVICE),
        may_grant=is_ours and card.may_grow and may(actor, Permission.CARD_GRANT),
        may_refund=is_ours
        and card.status in (CardStatus.ACTIVE, CardStatus.FROZEN)
        and may(actor, Permission.REFUND_ASK),
        sharers=family.sharers(db.session, card.id),
        given=grants.of_card(db.session, card.id),
        freezes=grants.freezes_of(db.session, card.id),
        worth=worth.of_card(db.session, card.id, today=today),
        follows=follows,
        goes_on=queries.following(db.session, card.id),
        halls=halls_of(db.session, card),
        activity=None if card.is_by_hand else activity.of_card(db.session, actor.club, card.id, at),
    )
    return render_template(
        "membership/cards/card.html", page=page, tones=TONES, form=form, grant_kinds=GRANT_KINDS, ends=ENDS
    )


@bp.post("/cards/<public_id>/codes")
@requires(Permission.CARD_CODE)
def issue_code(public_id: str) -> ResponseReturnValue:
    """Make a printed code and go to the paper; the one before it stops working."""
    serial = transact(
        lambda s: operations.issue_printed_code(s, card=public_id, actor=current_actor(), at=now())
    )
    return redirect(url_for(".printed", public_id=public_id, serial=serial))


@bp.get("/cards/<public_id>/codes/<serial>")
@requires(Permission.CARD_CODE)
def printed(public_id: str, serial: str) -> ResponseReturnValue:
    """The paper with a printed code that is still in use."""
    card = queries.by_public_id(db.session, current_club(), public_id)
    live = [code for code in queries.printed_codes(db.session, card.id) if code.revoked_at is None]
    if serial not in {code.serial for code in live}:
        raise NotFound
    text = make_printed_code(card.public_id, serial=serial, key=_keys().private(card.organisation_id))
    return render_template("membership/cards/printed.html", card=card, svg=qr.svg(text))


@bp.post("/cards/<public_id>/codes/revoke")
@requires(Permission.CARD_CODE)
def revoke_code(public_id: str) -> ResponseReturnValue:
    """Make the printed code worthless."""
    transact(lambda s: operations.revoke_printed_code(s, card=public_id, actor=current_actor(), at=now()))
    flash(_("The printed code no longer opens anything."), "success")
    return redirect(url_for(".show", public_id=public_id))


@bp.post("/cards/<public_id>/link")
@requires(Permission.CARD_CODE)
def renew_link(public_id: str) -> ResponseReturnValue:
    """Give the card a new link."""
    transact(lambda s: operations.renew_link(s, card=public_id, actor=current_actor(), at=now()))
    flash(_("The old link no longer works. Let the member scan the new one below."), "success")
    return redirect(url_for(".show", public_id=public_id))


@bp.post("/cards/<public_id>/freeze")
@requires(Permission.CARD_CODE)
def freeze(public_id: str) -> ResponseReturnValue:
    """Stop the card for a while."""
    form = FreezeForm()
    if not form.is_valid():
        return _staff_card(public_id, form), HTTPStatus.UNPROCESSABLE_ENTITY
    actor, until = current_actor(), form.last_day.data

    def work(session: Session) -> None:
        card = queries.by_public_id(session, actor.club, public_id)
        if card.card_terms.freeze_fee_minor:
            refuse(CardRefused.FREEZE_FEE).or_raise()
        operations.freeze(session, card=public_id, last_day=until, actor=actor, at=now())

    transact(work)
    flash(_("The card is frozen. Its days wait until the freeze ends."), "success")
    return redirect(url_for(".show", public_id=public_id))


@bp.post("/cards/<public_id>/unfreeze")
@requires(Permission.CARD_CODE)
def unfreeze(public_id: str) -> ResponseReturnValue:
    """Let a frozen card run again."""
    transact(lambda s: operations.unfreeze(s, card=public_id, actor=current_actor(), at=now()))
    flash(_("The card is active again. The frozen days were added at its end."), "success")
    return redirect(url_for(".show", public_id=public_id))


def _member_card(link_token: str, at: Instant) -> MemberCard:
    sharer = family.by_link_token(db.session, link_token) if queries.is_plain(link_token) else None
    card = queries.by_link_token(db.session, link_token) if sharer is None else _shared(sharer)
    club = clubs.get(db.session, card.club_id)
    g.zone = club.zone
    today = local_day(at, club.zone)
    entry = card.entry(club, today, moment=at.astimezone(club.zone))
    refusal = entry if isinstance(entry, Refusal) else None
    hides_holder = sharer is None and queries.is_self_purchase(db.session, card.sale_id)
    return MemberCard(
        card=replace(card, holder="") if hides_holder else card,
        today=today,
        refusal=refusal,
        sentence=refusal_text(refusal) if refusal else "",
        code=None
        if refusal
        else _moving_code(card, sharer.code_name if sharer else card.public_id, club, at),
        sharer=sharer,
        halls=halls_of(db.session, card),
    )


def _shared(sharer: Sharer) -> CardView:
    """The card as whoever shares it sees it: under his own name."""
    card = queries.by_id(db.session, sharer.card_id)
    assert card is not None
    return replace(card, holder=sharer.name)


def _moving_code(card: CardView, name: str, club: Club, at: Instant) -> MovingCodeView:
    policy = policies.policy_on(db.session, club, local_day(at, club.zone)).read("check_in", CodePolicy)
    shown = code_to_show(
        name,
        seconds=step_seconds(policy.code_seconds),
        at=at,
        key=_keys().private(card.organisation_id),
    )
    return MovingCodeView(svg=qr.svg(shown.text), seconds=shown.seconds, left=shown.seconds_left)


def _cards_of_phone(e164: str) -> list[CardView]:
    club = current_club()
    person = people.by_phone(db.session, club.organisation_id, e164)
    return queries.of_person(db.session, club, person.id) if person else []


def _keys() -> CardKeys:
    return CardKeys.from_settings(current_app.extensions["clubsales_settings"])
