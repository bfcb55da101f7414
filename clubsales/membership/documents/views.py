"""Papers for staff: receipts, deposit receipts, statements of cards, and the paper of a signed contract with its mails."""

from dataclasses import dataclass

from flask import current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from clubsales.auth.guard import current_actor, requires
from clubsales.auth.permissions import Permission, may
from clubsales.clock import local_day, now
from clubsales.db import db, transact
from clubsales.errors import refuse
from clubsales.i18n import gettext as _
from clubsales.i18n import language_tag
from clubsales.ids import ContractID
from clubsales.membership.amounts import in_words
from clubsales.membership.cards import queries as cards
from clubsales.membership.contracts import queries as contracts
from clubsales.membership.contracts.rules import BLANK
from clubsales.membership.documents import guest_views, operations, queries, receipts, statements, texts
from clubsales.membership.documents.blueprint import PaperLink, bp, made_now, pdf_answer
from clubsales.membership.documents.queries import MailView
from clubsales.membership.documents.rules import DocumentRefused, PaperState
from clubsales.membership.sales import queries as sales
from clubsales.membership.sales.pages import public_address
from clubsales.membership.sales.queries import SaleView
from clubsales.money import Money
from clubsales.settings import Settings
from clubsales.typed import one_line
from clubsales.web import render

__all__ = ["bp"]
MORE_DOORS = (guest_views,)  # on the same blueprint


@dataclass(frozen=True, slots=True, kw_only=True)
class Mails:
    """What became of a contract's paper: its link, its mails, and whether mails are sent at all."""

    link: str  # of the buyer's page
    paper: PaperState
    is_set_up: bool
    may_send: bool
    address: str
    mails: list[MailView]
    said_of_paper = texts.PAPERS
    states = texts.MAIL_STATES
    tones = texts.MAIL_TONES


@bp.get("/sales/<public_id>/receipt.pdf")
@requires(Permission.SALE_SEE)
def receipt_pdf(public_id: str) -> ResponseReturnValue:
    """A sale's receipt as a paper, with the amount in words."""
    club = current_actor().club
    sale = sales.by_public_id(db.session, club.id, public_id)
    data = receipts.receipt_of(db.session, sale, club).data()
    return pdf_answer(made_now("statement", data), f"receipt-{sale.public_id}")


@bp.get("/sales/<public_id>/deposit")
@requires(Permission.SALE_SEE)
def deposit(public_id: str) -> ResponseReturnValue:
    """The receipt of a deposit, to be printed."""
    club = current_actor().club
    sale = sales.by_public_id(db.session, club.id, public_id)
    return render(
        "membership/documents/paper.html",
        paper=receipts.deposit_receipt_of(db.session, sale, club),
        back_url=url_for("sales.show", public_id=public_id),
        back_label=_("Sale"),
        pdf_url=url_for(".deposit_pdf", public_id=public_id),
    )


@bp.get("/sales/<public_id>/deposit.pdf")
@requires(Permission.SALE_SEE)
def deposit_pdf(public_id: str) -> ResponseReturnValue:
    """The same as a PDF."""
    club = current_actor().club
    sale = sales.by_public_id(db.session, club.id, public_id)
    data = receipts.deposit_receipt_of(db.session, sale, club).data()
    return pdf_answer(made_now("statement", data), f"deposit-{sale.public_id}")


@bp.get("/cards/<public_id>/statement")
@requires(Permission.CARD_SEE)
def card_statement(public_id: str) -> ResponseReturnValue:
    """A card's statement, to be printed."""
    club = current_actor().club
    card = cards.by_public_id(db.session, club, public_id)
    return render(
        "membership/documents/paper.html",
        paper=statements.statement_of(db.session, card, club, local_day(now(), club.zone)),
        back_url=url_for("cards.show", public_id=public_id),
        back_label=_("Card"),
        pdf_url=url_for(".card_statement_pdf", public_id=public_id),
    )


@bp.get("/cards/<public_id>/statement.pdf")
@requires(Permission.CARD_SEE)
def card_statement_pdf(public_id: str) -> ResponseReturnValue:
    """The same as a PDF."""
    club = current_actor().club
    card = cards.by_public_id(db.session, club, public_id)
    data = statements.statement_of(db.session, card, club, local_day(now(), club.zone)).data()
    return pdf_answer(made_now("statement", data), f"card-{card.public_id}")


@bp.get("/contracts/<public_id>/contract.pdf")
@requires(Permission.SALE_SEE)
def contract_pdf(public_id: str) -> ResponseReturnValue:
    """The paper of a signed contract, as the worker made it."""
    club = current_actor().club
    contract = contracts.by_public_id(db.session, club.id, public_id)
    document = queries.of_contract(db.session, contract.id)
    if document is None:
        refuse(DocumentRefused.NOT_MADE).or_raise()
    return pdf_answer(queries.content_of(db.session, document.id), contract.public_id)


@bp.post("/contracts/<public_id>/paper")
@requires(Permission.CONTRACT_FILL)
def make_again(public_id: str) -> ResponseReturnValue:
    """Have a paper made that failed."""
    actor, at = current_actor(), now()
    contract = contracts.by_public_id(db.session, actor.club.id, public_id)
    transact(lambda s: operations.make_again(s, contract_id=contract.id, actor=actor, at=at))
    flash(_("The paper is made now. Reload the page in a moment."), "success")
    return redirect(url_for("contracts.show", public_id=public_id))


@bp.post("/contracts/<public_id>/mail")
@requires(Permission.CONTRACT_FILL)
def send_contract(public_id: str) -> ResponseReturnValue:
    """Send the paper to an address."""
    actor, at = current_actor(), now()
    contract = contracts.by_public_id(db.session, actor.club.id, public_id)
    document = queries.of_contract(db.session, contract.id)
    if document is None:
        refuse(DocumentRefused.NOT_MADE).or_raise()
    address = one_line(request.form.get("address", ""))
    transact(lambda s: operations.ask_mail(s, document_id=document.id, address=address, actor=actor, at=at))
    flash(_("The contract is on its way to %(address)s.", address=address), "success")
    return redirect(url_for("contracts.show", public_id=public_id))


@bp.app_template_global("papers_of_sale")
def papers_of_sale(sale: SaleView) -> list[PaperLink]:
    """The papers there are of a sale, for staff."""
    found = [PaperLink(_("As a PDF"), url_for("documents.receipt_pdf", public_id=sale.public_id))]
    if receipts.has_deposit(db.session, sale):
        found.append(PaperLink(_("Deposit receipt"), url_for("documents.deposit", public_id=sale.public_id)))
    return found


@bp.app_template_global("papers_of_contract")
def papers_of_contract(contract_id: ContractID) -> list[PaperLink]:
    """The papers there are of a contract."""
    document = queries.of_contract(db.session, contract_id)
    if document is None:
        return []
    contract = contracts.get(db.session, document.club_id, contract_id)
    return [PaperLink(_("As a PDF"), url_for("documents.contract_pdf", public_id=contract.public_id))]


@bp.app_template_global("mails_of_contract")
def mails_of_contract(contract_id: ContractID) -> Mails:
    """Where a signed contract's paper stands on its way to the buyer."""
    actor = current_actor()
    settings: Settings = current_app.extensions["clubsales_settings"]
    contract = contracts.get(db.session, actor.club.id, contract_id)
    document = queries.of_contract(db.session, contract_id)
    email = contract.form["email"]
    return Mails(
        link=public_address(url_for("documents.my_contract", guest_token=contract.guest_token)),
        paper=queries.paper_state(db.session, contract_id),
        is_set_up=settings.sends_mail,
        may_send=may(actor, Permission.CONTRACT_FILL),
        address="" if email == BLANK else email,
        mails=queries.mails_of(db.session, document.id) if document is not None else [],
    )


@bp.app_template_global("amount_in_words")
def amount_in_words(amount: Money) -> str:
    """An amount in words, in the reader's language."""
    return in_words(amount, language_tag())
