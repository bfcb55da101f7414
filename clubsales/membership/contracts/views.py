"""Contracts: the form, its approvals, the text that is read and signed, and what is kept afterwards."""

from dataclasses import dataclass
from http import HTTPStatus

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from clubsales.actor import Actor
from clubsales.auth.guard import current_actor, requires
from clubsales.auth.permissions import Permission, may
from clubsales.clock import now
from clubsales.db import db, transact
from clubsales.errors import Refused
from clubsales.i18n import gettext as _
from clubsales.i18n import language_tag
from clubsales.membership.contracts import (
    operations,
    pages,
    queries,
    register_views,
    signing,
    signing_views,
    waiting,
)
from clubsales.membership.contracts.blueprint import bp, shared_words
from clubsales.membership.contracts.forms import ContractForm
from clubsales.membership.contracts.queries import ContractView
from clubsales.membership.contracts.rules import ContractRefused, ContractState
from clubsales.membership.sales import queries as sales
from clubsales.membership.sales.blueprint import once
from clubsales.membership.sales.queries import SaleView
from clubsales.web import render

__all__ = ["bp"]
MORE_DOORS = (signing_views, register_views)  # on the same blueprint


@bp.get("/contracts")
@requires(Permission.SALE_SEE)
def index() -> ResponseReturnValue:
    """The forms that are not signed yet; what waits for the reader first."""
    actor, at = current_actor(), now()
    return render(
        "membership/contracts/index.html", forms=waiting.waiting(db.session, actor, at), **shared_words()
    )


@bp.get("/contracts/new/<sale_public_id>")
@requires(Permission.CONTRACT_FILL)
def new(sale_public_id: str) -> ResponseReturnValue:
    """The form for a sale, with what is known filled in; the one there is, where there is one."""
    actor = current_actor()
    sale = sales.by_public_id(db.session, actor.club.id, sale_public_id)
    known = queries.of_sale(db.session, sale.id)
    if known is not None:
        return redirect(url_for(".show", public_id=known.public_id))
    form = ContractForm(
        actor.club.currency,
        formdata=None,
        promises=pages.first_promises(db.session, sale, language_tag()),
        **pages.first_values(db.session, sale, actor),
    )
    return _form_page(form, sale, None)


@bp.post("/contracts/new/<sale_public_id>")
@requires(Permission.CONTRACT_FILL)
def fill(sale_public_id: str) -> ResponseReturnValue:
    """Keep the form."""
    actor, at = current_actor(), now()
    sale = sales.by_public_id(db.session, actor.club.id, sale_public_id)
    form = ContractForm(actor.club.currency)
    if not form.is_valid():
        return _form_page(form, sale, None), HTTPStatus.UNPROCESSABLE_ENTITY

    def work(session: Session) -> str:
        return operations.fill(session, sale_id=sale.id, filled=form.filled, actor=actor, at=at)

    try:
        public_id = once(
            form.submission_key.data, {"contract of": sale_public_id, **form.inputs()}, actor, at, work
        )
    except Refused as refused:
        form.put_beside(form.payment, refused, {ContractRefused.MISSING, ContractRefused.PROMISE})
        return _form_page(form, sale, None), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(
        _("The form is kept. Hand it in when it is right: from then on every change is a correction."),
        "success",
    )
    return redirect(url_for(".show", public_id=public_id))


@bp.get("/contracts/<public_id>")
@requires(Permission.SALE_SEE)
def show(public_id: str) -> ResponseReturnValue:
    """A contract: what it says, who has approved it, what is next, what became of it."""
    actor, at = current_actor(), now()
    contract = queries.by_public_id(db.session, actor.club.id, public_id)
    return render(
        "membership/contracts/show.html", page=pages.sheet(db.session, contract, actor, at), **shared_words()
    )


@bp.get("/contracts/<public_id>/edit")
@requires(Permission.CONTRACT_FILL)
def edit(public_id: str) -> ResponseReturnValue:
    """The form again, to change it."""
    actor = current_actor()
    contract = queries.by_public_id(db.session, actor.club.id, public_id)
    form = ContractForm(
        actor.club.currency, formdata=None, promises=contract.promises, **pages.values_of(contract)
    )
    return _form_page(form, _sale(contract, actor), contract)


@bp.post("/contracts/<public_id>/edit")
@requires(Permission.CONTRACT_FILL)
def change(public_id: str) -> ResponseReturnValue:
    """Keep what was changed; once it was handed in, each field is a correction."""
    actor, at = current_actor(), now()
    contract = queries.by_public_id(db.session, actor.club.id, public_id)
    form = ContractForm(actor.club.currency)
    if not form.is_valid():
        return _form_page(form, _sale(contract, actor), contract), HTTPStatus.UNPROCESSABLE_ENTITY

    def work(session: Session) -> str:
        return operations.change(
            session, public_id=public_id, filled=form.filled, actor=actor, at=at
        ).public_id

    try:
        kept = once(form.submission_key.data, {"contract": public_id, **form.inputs()}, actor, at, work)
    except Refused as refused:
        form.put_beside(
            form.buyer,
            refused,
            {ContractRefused.MISSING, ContractRefused.PROMISE, ContractRefused.NOTHING_CHANGED},
        )
        return _form_page(form, _sale(contract, actor), contract), HTTPStatus.UNPROCESSABLE_ENTITY
    _say_changed(contract, kept)
    return redirect(url_for(".show", public_id=kept))


@bp.post("/contracts/<public_id>/submit")
@requires(Permission.CONTRACT_FILL)
def submit(public_id: str) -> ResponseReturnValue:
    """Hand the form in."""
    actor, at = current_actor(), now()
    transact(lambda s: operations.submit(s, public_id=public_id, actor=actor, at=at))
    flash(_("The form is handed in. Everybody who has to approve it finds it in the list."), "success")
    return redirect(url_for(".show", public_id=public_id))


@bp.post("/contracts/<public_id>/answer")
@requires(Permission.FORM_APPROVE)
def answer(public_id: str) -> ResponseReturnValue:
    """Say yes or no at one's step."""
    actor, at = current_actor(), now()
    approved, reason = request.form.get("answer") == "approve", request.form.get("reason", "")
    transact(
        lambda s: operations.answer(
            s, public_id=public_id, approved=approved, reason=reason, actor=actor, at=at
        )
    )
    flash(_("Your answer is noted."), "success")
    return redirect(url_for(".show", public_id=public_id))


@bp.post("/contracts/<public_id>/void")
@requires(Permission.CONTRACT_FILL)
def void(public_id: str) -> ResponseReturnValue:
    """Give the form up."""
    actor, at = current_actor(), now()
    reason = request.form.get("reason", "")
    transact(lambda s: operations.void(s, public_id=public_id, reason=reason, actor=actor, at=at))
    flash(_("The form is void. A new one can be written for this sale."), "success")
    return redirect(url_for(".show", public_id=public_id))


@bp.post("/contracts/<public_id>/archive")
@requires(Permission.CONTRACT_ARCHIVE)
def archive(public_id: str) -> ResponseReturnValue:
    """Note where the company's copy lies."""
    actor, at = current_actor(), now()
    place = request.form.get("place", "")
    transact(lambda s: signing.archive(s, public_id=public_id, place=place, actor=actor, at=at))
    flash(_("The contract is in the archive."), "success")
    return redirect(url_for(".show", public_id=public_id))


@bp.post("/contracts/<public_id>/promises/<int:position>")
@requires(Permission.CARD_SERVICE)
def keep_promise(public_id: str, position: int) -> ResponseReturnValue:
    """Note that a promise was kept."""
    actor, at = current_actor(), now()
    transact(lambda s: signing.keep_promise(s, public_id=public_id, position=position, actor=actor, at=at))
    flash(_("The promise is kept."), "success")
    return redirect(url_for(".show", public_id=public_id))


@bp.post("/contracts/<public_id>/copies/<int:copy>")
@requires(Permission.CARD_SERVICE)
def hand_copy(public_id: str, copy: int) -> ResponseReturnValue:
    """Note that a copy was handed over."""
    actor, at = current_actor(), now()
    transact(lambda s: signing.hand_copy(s, public_id=public_id, copy=copy, actor=actor, at=at))
    flash(_("The copy is handed over."), "success")
    return redirect(url_for(".show", public_id=public_id))


@dataclass(frozen=True, slots=True)
class SalesDoor:
    """The contract of a sale, or whether the reader may fill in its form."""

    contract: ContractView | None
    may_fill: bool


@bp.app_template_global("contract_of_sale")
def contract_of_sale(sale: SaleView) -> SalesDoor:
    """For the page of a sale; one statement."""
    found = queries.of_sale(db.session, sale.id)
    is_over = sale.closed_at is not None or (bool(sale.balance.refunded) and not sale.balance.kept)
    return SalesDoor(
        found, not is_over and not sale.is_fee and may(current_actor(), Permission.CONTRACT_FILL)
    )


def _sale(contract: ContractView, actor: Actor) -> SaleView:
    return sales.get(db.session, actor.club.id, contract.sale_id)


def _say_changed(before: ContractView, kept: str) -> None:
    """What a change has brought with it."""
    if kept != before.public_id:
        flash(
            _(
                "That was one correction too many: the old form is void, a fine is proposed to the manager, and this is "
                "the new form. Hand it in when it is right."
            ),
            "warning",
        )
    elif before.state is ContractState.DRAFT and before.submitted_at is None:
        flash(_("The form is kept."), "success")
    else:
        flash(_("The correction is noted, and the form goes round for approval again."), "success")


def _form_page(form: ContractForm, sale: SaleView, contract: ContractView | None) -> str:
    actor, at = current_actor(), now()
    return render(
        "membership/contracts/form.html",
        form=form,
        sale=sale,
        contract=contract,
        counts=contract is not None and contract.submitted_at is not None,
        limit=pages.corrections_left(db.session, contract, actor, at) if contract is not None else None,
        **shared_words(),
    )
