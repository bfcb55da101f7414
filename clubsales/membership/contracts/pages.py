"""What the pages of contracts show: plain values, made once per request."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from clubsales.actor import Actor
from clubsales.auth.permissions import Permission, may
from clubsales.clock import Instant
from clubsales.i18n import LOCALES, choose_locale, format_local_date, format_money, listed
from clubsales.i18n import gettext as _
from clubsales.ids import PolicyVersionID
from clubsales.leads.people import queries as people
from clubsales.membership.approvals import queries as approvals
from clubsales.membership.approvals.queries import ChainView, GivenAnswer, Standing
from clubsales.membership.contracts import beside, wording
from clubsales.membership.contracts.beside import CopyView, CorrectionView, PromiseView
from clubsales.membership.contracts.digest import digest_of_text
from clubsales.membership.contracts.queries import ContractView
from clubsales.membership.contracts.rules import (
    BLANK,
    KEPT,
    OPEN,
    ContractState,
    CorrectionPolicy,
    Promise,
    PromiseKind,
)
from clubsales.membership.contracts.waiting import chain_of, policy_at
from clubsales.membership.sales.lines import lines_of
from clubsales.membership.sales.queries import SaleView
from clubsales.policies import policy_version


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractSheet:
    """A contract for staff: its text, where it stands, whose turn it is, and what may be done next."""

    contract: ContractView
    text: dict[str, Any]
    shown: str  # the digest of that text
    chain: ChainView
    corrections: Sequence[CorrectionView]
    corrections_allowed: int
    promises: Sequence[PromiseView]
    copies: Sequence[CopyView]
    may_change: bool
    may_submit: bool
    may_answer: bool
    may_sign: bool
    may_archive: bool
    may_keep: bool


def sheet(session: Session, contract: ContractView, actor: Actor, at: Instant) -> ContractSheet:
    """Everything the page of a contract shows."""
    policy = policy_at(session, actor, at)
    state = contract.state
    fills = may(actor, Permission.CONTRACT_FILL)
    is_kept = state in KEPT
    text = (
        dict(contract.text) if is_kept else wording.text_of(session, contract, club=actor.club, policy=policy)
    )
    given = approvals.answers(session, "contract", contract.id, contract.round)
    chain = chain_of(
        Standing(session, actor.club),
        contract,
        policy_version(session, _handed_in_under(contract, given)) if contract.submitted_at else policy,
        given,
        beside.correctors(session, [contract.id]).get(contract.id, ()),
    )
    return ContractSheet(
        contract=contract,
        text=text,
        shown=digest_of_text(text),
        chain=chain,
        corrections=beside.corrections_of(session, contract.id),
        corrections_allowed=policy.read("penalties", CorrectionPolicy).contract_corrections_allowed,
        promises=beside.promises_of(session, contract.id),
        copies=beside.copies_of(session, contract.id),
        may_change=fills and state in OPEN,
        may_submit=fills and state is ContractState.DRAFT,
        may_answer=state is ContractState.SUBMITTED
        and chain.waits_for(actor)
        and may(actor, Permission.FORM_APPROVE),
        may_sign=fills and state is ContractState.APPROVED and not contract.is_over,
        may_archive=is_kept and may(actor, Permission.CONTRACT_ARCHIVE),
        may_keep=is_kept and may(actor, Permission.CARD_SERVICE),
    )


def _handed_in_under(contract: ContractView, given: Sequence[GivenAnswer]) -> PolicyVersionID:
    """Whose chain was asked; the contract itself may be signed under a later version."""
    return given[0].policy_version_id if given else contract.policy_version_id


def first_values(session: Session, sale: SaleView, actor: Actor) -> dict[str, Any]:
    """What a form for a sale begins with: what is known of the buyer, and how it is paid.

    The contract is in the reader's language until another is chosen, for what is filled in for him is, too.
    """
    values: dict[str, Any] = {"buyer": sale.buyer, "language": choose_locale()}
    if sale.person_id is not None:
        details = people.details_of(session, actor.club.organisation_id, sale.person_id)
        phones = people.phones_of(session, sale.person_id)
        values |= {
            "phone": phones[0].readable if phones else "",
            "email": details.email,
            "address": details.address,
        }
    plan = beside.plan_of_sale(session, sale.id)
    values["payment"] = (
        listed(f"{format_local_date(due_on)} {format_money(amount)}" for due_on, amount in plan)
        if plan
        else _("In full when it is signed")
    )
    return values


def first_promises(session: Session, sale: SaleView, language: str) -> list[Promise]:
    """Gifts of the sale are promised."""
    return [
        Promise(kind=PromiseKind.GIFT, text=line.title_in(language))
        for line in lines_of(session, sale.id)
        if line.is_gift
    ]


def values_of(contract: ContractView) -> dict[str, Any]:
    """What a form shows that is changed; a field struck with "/" is empty again."""
    plain = {
        name: "" if value == BLANK else value
        for name, value in contract.form.items()
        if isinstance(value, str)
    }
    papers = plain["papers"].split(",") if plain["papers"] else []
    return {
        **plain,
        "phone": wording.phone_in_words(plain["phone"]),
        "papers": papers,
        "language": contract.language if contract.language in LOCALES else "zh_Hans",
    }


def corrections_left(session: Session, contract: ContractView, actor: Actor, at: Instant) -> int | None:
    """How many more fields may be corrected before the form has to be written anew; None: any number."""
    allowed = policy_at(session, actor, at).read("penalties", CorrectionPolicy).contract_corrections_allowed
    if not allowed:
        return None
    return max(0, allowed - len(beside.corrections_of(session, contract.id)))


def is_here(actor: Actor, contract: ContractView, today: date) -> bool:
    """Whether the person signed in is the one who has to be there."""
    wanted = contract.who_must_be_there(today)
    return actor.account_id is not None and wanted in (None, actor.account_id)
