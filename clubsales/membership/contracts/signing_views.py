"""Signing at the tablet: the buyer reads, the consultant is there, both of them see the same text."""

from http import HTTPStatus

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from clubsales.actor import Actor
from clubsales.auth.guard import current_actor, current_device, requires
from clubsales.auth.permissions import Permission
from clubsales.auth.rules import DevicePurpose
from clubsales.auth.sign_in import confirm_pin
from clubsales.clock import Instant, local_day, now
from clubsales.db import db, transact
from clubsales.errors import Refusal, Refused, refuse
from clubsales.i18n import gettext as _
from clubsales.i18n import refusal_text
from clubsales.ids import AccountID
from clubsales.membership.contracts import pages, queries, signing, wording
from clubsales.membership.contracts.blueprint import bp, shared_words
from clubsales.membership.contracts.forms import SignForm
from clubsales.membership.contracts.queries import ContractView
from clubsales.membership.contracts.rules import ContractRefused
from clubsales.membership.sales.blueprint import once
from clubsales.policies import policy_on
from clubsales.web import limiter, render

PIN_TRIES = "30 per minute"


@bp.get("/contracts/<public_id>/sign")
@requires(Permission.CONTRACT_FILL)
def sign_page(public_id: str) -> ResponseReturnValue:
    """The whole text, the promises, and the box to sign in: for the buyer's eyes."""
    actor, at = current_actor(), now()
    contract = queries.by_public_id(db.session, actor.club.id, public_id)
    sheet = pages.sheet(db.session, contract, actor, at)
    if not sheet.may_sign:
        return redirect(url_for(".show", public_id=public_id))
    return _page(sheet, SignForm(actor.club.currency, formdata=None), actor, at)


def _page(
    sheet: pages.ContractSheet, form: SignForm, actor: Actor, at: Instant, refused: Refused | None = None
) -> str:
    """The page; refused, with the signature as it was drawn, as long as it stands below the text it was drawn for."""
    device = current_device()
    return render(
        "membership/contracts/sign.html",
        page=sheet,
        form=form,
        drawn=form.signature.data if form.shown.data == sheet.shown else "",
        refused=None if refused is None else refusal_text(refused.refusal),
        is_here=pages.is_here(actor, sheet.contract, local_day(at, actor.club.zone)),
        takes_pin=device is not None and device.purpose is DevicePurpose.TABLET,
        **shared_words(),
    )


@bp.post("/contracts/<public_id>/sign")
@limiter.limit(PIN_TRIES)
@requires(Permission.CONTRACT_FILL)
def sign(public_id: str) -> ResponseReturnValue:
    """Sign. A wrong PIN counts, so it is looked at in a transaction of its own."""
    actor, at = current_actor(), now()
    contract = queries.by_public_id(db.session, actor.club.id, public_id)
    form = SignForm(actor.club.currency)
    if not form.is_valid():
        return redirect(url_for(".sign_page", public_id=public_id), HTTPStatus.SEE_OTHER)
    shown, strokes = form.shown.data or "", form.signature.data or ""
    promises_shown = request.form.get("promises_shown") == "1"

    def work(session: Session) -> str:
        policy = policy_on(session, actor.club, local_day(at, actor.club.zone))
        return signing.sign(
            session,
            public_id=public_id,
            signature=strokes,
            present=present,
            shown=shown,
            promises_shown=promises_shown,
            worded=lambda view: wording.text_of(session, view, club=actor.club, policy=policy),
            actor=actor,
            at=at,
        )

    try:
        present, refusal = _present(contract, actor, at)
        if refusal is not None:
            refusal.or_raise()
        number = once(form.submission_key.data, {"sign": public_id, "shown": shown}, actor, at, work)
    except Refused as refused:
        sheet = pages.sheet(db.session, queries.by_public_id(db.session, actor.club.id, public_id), actor, at)
        if not sheet.may_sign:
            raise
        return _page(sheet, form, actor, at, refused), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(_("Signed: contract %(number)s. The paper is being made.", number=number), "success")
    return redirect(url_for(".show", public_id=public_id))


def _present(contract: ContractView, actor: Actor, at: Instant) -> tuple[AccountID | None, Refusal | None]:
    """Who of the staff is there: whoever is signed in and ticks it, or the consultant by his PIN (CTR-04)."""
    wanted = contract.who_must_be_there(local_day(at, actor.club.zone))
    if pages.is_here(actor, contract, local_day(at, actor.club.zone)):
        return (actor.account_id if request.form.get("present") == "1" else None), None
    pin = request.form.get("pin", "")
    if not pin or wanted is None:
        return None, refuse(ContractRefused.ABSENT)
    wrong = transact(lambda s: confirm_pin(s, device=current_device(), account_id=wanted, pin=pin, at=at))
    return (None, wrong) if wrong is not None else (wanted, None)
