"""Lines of a history about money: sales, receipts, refunds."""

from dataclasses import replace

from sqlalchemy.orm import Session

from clubsales.actor import ActorKind, system_actor
from clubsales.auth.operations import account_of
from clubsales.leads.people import operations as people
from clubsales.membership.payments.rules import Method
from clubsales.membership.sales import online, refunds
from clubsales.membership.sales import operations as sales
from clubsales.membership.sales.operations import Approver
from clubsales.membership.sales.rules import SaleKind
from clubsales.office.replay.lines import Line
from clubsales.office.replay.run import Run


def open_sale(run: Run, session: Session, line: Line) -> None:
    """A card is sold by somebody."""
    seller = run.staff[line["consultant"]]
    approver = run.staff[line["discount_approved_by"]] if line["discount_approved_by"] else None
    person_id = None
    if line["phone"]:
        person_id = people.find_or_add(session, e164=line["phone"], name="", actor=seller, at=line.at)
    run.sales[line["sale"]] = sales.open_sale(
        session,
        card_type_id=run.card_types[line["card_type"]],
        price=run.money(line["price"]),
        kind=SaleKind(line["kind"]),
        person_id=person_id,
        reception_id=run.guests[line["guest"]] if line["guest"] else None,
        consultant_id=seller.consultant_id,
        discount_approved_by=(
            Approver(account_id=account_of(approver), roles=approver.roles) if approver else None
        ),
        actor=seller,
        at=line.at,
    )


def buy_online(run: Run, session: Session, line: Line) -> None:
    """A card is bought by its holder, with nobody's help."""
    buyer = system_actor(run.here)
    person_id = people.find_or_add(session, e164=line["phone"], name="", actor=buyer, at=line.at)
    run.sales[line["sale"]] = sales.open_sale(
        session,
        card_type_id=run.card_types[line["card_type"]],
        price=run.money(line["price"]),
        kind=SaleKind.NEW,
        person_id=person_id,
        reception_id=None,
        consultant_id=None,
        discount_approved_by=None,
        actor=replace(buyer, kind=ActorKind.GUEST),
        at=line.at,
    )


def receive_money(run: Run, session: Session, line: Line) -> None:
    """Money comes."""
    taker = run.staff[line["taken_by"]] if line["taken_by"] else system_actor(run.here)
    sale_id = run.sale(line["sale"])
    sales.book_receipt(
        session,
        sale_id=sale_id,
        amount=run.money(line["amount"]),
        method=Method(line["method"]),
        taken_by=taker.consultant_id,
        event_id=line["event_id"],
        paid_at=line["paid_at"],
        actor=taker,
        at=line.at,
    )


def refund_money(run: Run, session: Session, line: Line) -> None:
    """Money goes back."""
    by = run.staff[line["by"]]
    refunds.refund(
        session,
        sale_id=run.sale(line["sale"]),
        amount=run.money(line["amount"]),
        event_id=line["event_id"],
        is_back=True,
        actor=by,
        at=line.at,
    )


def make_payment_link(run: Run, session: Session, line: Line) -> None:
    """A link to pay with."""
    by = run.staff[line["by"]]
    online.start_online_payment(session, sale_id=run.sale(line["sale"]), actor=by, at=line.at)
