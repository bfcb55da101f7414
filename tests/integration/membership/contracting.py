"""What tests of contracts begin with."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from clubsales import policies
from clubsales.actor import Actor
from clubsales.ids import SaleID
from clubsales.membership.contracts import operations, queries, signing
from clubsales.membership.contracts.digest import digest_of_text
from clubsales.membership.contracts.queries import ContractView
from clubsales.membership.contracts.rules import Field, Filled, Promise
from clubsales.membership.sales import operations as sales
from clubsales.membership.sales.rules import SaleKind
from tests.builders import Cast, consultant_of, local

DRAWN = "M40 100L120 60L200 140M220 100L300 90"
FORM: Mapping[Field, str] = {
    Field.BUYER: "陈晨",
    Field.PHONE: "+8613800138000",
    Field.PAPERS: "id_card",
    Field.PAYMENT: "签约时一次付清",
}


def filled(*promises: Promise, language: str = "zh_Hans", **changes: str) -> Filled:
    """A form; what is changed is named by its field."""
    return Filled(
        fields={**FORM, **{Field(name): value for name, value in changes.items()}},
        promises=promises,
        language=language,
    )


def a_sale(session: Session, cast: Cast, **changes: Any) -> SaleID:
    """An annual card sold by Lin, not paid yet."""
    values: dict[str, Any] = {
        "card_type_id": cast.annual.id,
        "price": None,
        "kind": SaleKind.NEW,
        "person_id": None,
        "reception_id": None,
        "consultant_id": consultant_of(cast.lin),
        "actor": cast.lin,
        "at": local(10),
        **changes,
    }
    return sales.open_sale(session, **values)


def a_form(session: Session, cast: Cast, **changes: Any) -> str:
    """A form that Lin filled in for a new sale."""
    return operations.fill(
        session,
        sale_id=a_sale(session, cast),
        filled=filled(**changes),
        actor=cast.lin,
        at=local(10),
    )


def an_approved_form(session: Session, cast: Cast, form: Filled | None = None, **sale: Any) -> str:
    """A form that finance, the supervisor and the manager approved."""
    public_id = operations.fill(
        session,
        sale_id=a_sale(session, cast, **sale),
        filled=form or filled(),
        actor=cast.lin,
        at=local(10),
    )
    operations.submit(session, public_id=public_id, actor=cast.lin, at=local(10))
    approve(session, public_id, cast.finance, cast.supervisor, cast.manager)
    return public_id


def approve(session: Session, public_id: str, *people: Actor) -> None:
    for person in people:
        operations.answer(
            session, public_id=public_id, approved=True, reason="", actor=person, at=local(10, 30)
        )


def worded(view: ContractView) -> dict[str, Any]:
    """A short text in place of the whole one."""
    return {"buyer": view.buyer, "language": view.language}


def sign(session: Session, cast: Cast, public_id: str, **changes: Any) -> str:
    view = queries.by_public_id(session, cast.club.id, public_id)
    values: dict[str, Any] = {
        "signature": DRAWN,
        "present": cast.lin.account_id,
        "shown": digest_of_text(worded(view)),
        "promises_shown": True,
        "worded": worded,
        "actor": cast.lin,
        "at": local(11),
        **changes,
    }
    return signing.sign(session, public_id=public_id, **values)


def settings(session: Session, cast: Cast, **changes: Any) -> None:
    at = local(8)
    policies.publish(session, changes=changes, valid_from=at.date(), actor=cast.system, at=at)
