"""Papers on the buyer's own phone: the contract, the receipts, the card's statement."""

from flask import g, render_template, url_for
from flask.typing import ResponseReturnValue

from clubsales import clubs
from clubsales.actor import Club
from clubsales.auth.guard import public
from clubsales.clock import local_day, now
from clubsales.db import db
from clubsales.errors import NotFound
from clubsales.i18n import gettext as _
from clubsales.ids import ContractID
from clubsales.membership.cards import queries as cards
from clubsales.membership.cards.queries import CardView
from clubsales.membership.contracts import queries as contracts
from clubsales.membership.contracts.rules import KEPT
from clubsales.membership.documents import queries, receipts, statements
from clubsales.membership.documents.blueprint import PaperLink, bp, made_now, pdf_answer
from clubsales.membership.documents.rules import CONTRACT, PaperState
from clubsales.membership.sales import queries as sales
from clubsales.membership.sales.pages import without_name
from clubsales.membership.sales.queries import SaleView
from clubsales.web import limiter

OF_SALE = "the link is unguessable and was given to the buyer; it shows papers of this purchase only"
OF_CARD = "the link is unguessable and is the member's key to the card; it shows this card only"
OF_PAPER = "the link is unguessable and was sent to the buyer; it shows this paper only"
PAPERS = "20 per minute"  # a PDF made while one waits costs a fifth of a second


@bp.get("/receipt/<guest_token>/contract")
@public(OF_SALE)
def my_contract(guest_token: str) -> ResponseReturnValue:
    """The signed contract of a purchase: its text, its signature, and the paper to keep."""
    sale, _club = _sale(guest_token)
    contract = contracts.of_sale(db.session, sale.id)
    if contract is None or contract.state not in KEPT:
        raise NotFound
    document = queries.of_contract(db.session, contract.id)
    return render_template(
        "membership/documents/my_contract.html",
        contract=contract,
        pdf_url=url_for(".by_link", link_token=document.link_token) if document else "",
        is_being_made=queries.paper_state(db.session, contract.id) is PaperState.MAKING,
        receipt_url=url_for("pay.receipt", guest_token=guest_token),
        language_url=url_for("auth.choose_locale"),
    )


@bp.get("/papers/<link_token>/contract.pdf")
@public(OF_PAPER)
def by_link(link_token: str) -> ResponseReturnValue:
    """The paper of a signed contract."""
    document = queries.by_link_token(db.session, link_token)
    if document.kind != CONTRACT:
        raise NotFound
    contract = contracts.get(db.session, document.club_id, ContractID(document.subject_id))
    return pdf_answer(queries.content_of(db.session, document.id), contract.public_id)


@bp.get("/receipt/<guest_token>/receipt.pdf")
@limiter.limit(PAPERS)
@public(OF_SALE)
def my_receipt_pdf(guest_token: str) -> ResponseReturnValue:
    """The receipt as a PDF."""
    sale, club = _sale(guest_token)
    data = receipts.receipt_of(db.session, sale, club).data()
    return pdf_answer(made_now("statement", data), f"receipt-{sale.public_id}")


@bp.get("/receipt/<guest_token>/deposit")
@public(OF_SALE)
def my_deposit(guest_token: str) -> ResponseReturnValue:
    """The receipt of a deposit."""
    sale, club = _sale(guest_token)
    return render_template(
        "membership/documents/my_paper.html",
        paper=receipts.deposit_receipt_of(db.session, sale, club),
        back_url=url_for("pay.receipt", guest_token=guest_token),
        pdf_url=url_for(".my_deposit_pdf", guest_token=guest_token),
        language_url=url_for("auth.choose_locale"),
    )


@bp.get("/receipt/<guest_token>/deposit.pdf")
@limiter.limit(PAPERS)
@public(OF_SALE)
def my_deposit_pdf(guest_token: str) -> ResponseReturnValue:
    """The same as a PDF."""
    sale, club = _sale(guest_token)
    data = receipts.deposit_receipt_of(db.session, sale, club).data()
    return pdf_answer(made_now("statement", data), f"deposit-{sale.public_id}")


@bp.get("/card/<link_token>/statement")
@public(OF_CARD)
def my_statement(link_token: str) -> ResponseReturnValue:
    """What was given to my card, what was used, and what is left."""
    card, club = _card(link_token)
    return render_template(
        "membership/documents/my_paper.html",
        paper=statements.statement_of(db.session, card, club, local_day(now(), club.zone)),
        back_url=url_for("cards.my_card", link_token=link_token),
        pdf_url=url_for(".my_statement_pdf", link_token=link_token),
        language_url=url_for("auth.choose_locale"),
    )


@bp.get("/card/<link_token>/statement.pdf")
@limiter.limit(PAPERS)
@public(OF_CARD)
def my_statement_pdf(link_token: str) -> ResponseReturnValue:
    """The same as a PDF."""
    card, club = _card(link_token)
    data = statements.statement_of(db.session, card, club, local_day(now(), club.zone)).data()
    return pdf_answer(made_now("statement", data), f"card-{card.public_id}")


@bp.app_template_global("my_papers")
def my_papers(sale: SaleView) -> list[PaperLink]:
    """The papers of a purchase, for its buyer."""
    found = [PaperLink(_("As a PDF"), url_for("documents.my_receipt_pdf", guest_token=sale.guest_token))]
    if receipts.has_deposit(db.session, sale):
        url = url_for("documents.my_deposit", guest_token=sale.guest_token)
        found.append(PaperLink(_("Deposit receipt"), url))
    contract = contracts.of_sale(db.session, sale.id)
    if contract is not None and contract.state in KEPT:
        url = url_for("documents.my_contract", guest_token=sale.guest_token)
        found.append(PaperLink(_("Contract"), url))
    return found


def _sale(guest_token: str) -> tuple[SaleView, Club]:
    sale = sales.by_guest_token(db.session, guest_token)
    club = clubs.get(db.session, sale.club_id)
    g.zone = club.zone
    return without_name(sale), club


def _card(link_token: str) -> tuple[CardView, Club]:
    card = cards.by_link_token(db.session, link_token)
    club = clubs.get(db.session, card.club_id)
    g.zone = club.zone
    return card, club
