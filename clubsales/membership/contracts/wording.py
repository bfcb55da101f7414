"""The whole text of a contract, in its buyer's language: the same for whoever reads, signs and prints it.

It is made of parts; each has a title and some of: facts (label, value), a table, clauses (sentence, rule).
"""

from collections.abc import Iterator, Sequence
from typing import Any

from flask_babel import force_locale
from sqlalchemy.orm import Session

from clubsales.actor import Club
from clubsales.clock import local_day
from clubsales.i18n import format_local_date, format_money, ngettext, reason_text
from clubsales.i18n import gettext as _
from clubsales.leads.people.rules import readable_phone
from clubsales.membership.amounts import in_words
from clubsales.membership.approvals import queries as approvals
from clubsales.membership.approvals.texts import ROLE_NAMES
from clubsales.membership.catalogue.rules import CardKind
from clubsales.membership.catalogue.told import told
from clubsales.membership.contracts import beside, opening, texts
from clubsales.membership.contracts.queries import ContractView
from clubsales.membership.contracts.rules import BLANK, ContractPolicy, CoolingOffPolicy, Field
from clubsales.membership.sales.lines import LineView, lines_of
from clubsales.policies import Policy

Part = dict[str, Any]


def text_of(session: Session, contract: ContractView, *, club: Club, policy: Policy) -> dict[str, Any]:
    """A contract's text; everything in it is words, nothing is left to be looked up."""
    lines = lines_of(session, contract.sale_id)
    with force_locale(contract.language):
        return {
            "language": contract.language,
            "title": _("Membership contract"),
            "club": club.name,
            "parts": [
                _buyer(contract),
                _bought(contract, lines),
                _payment(session, contract),
                *_terms(session, lines, contract, policy),
                _promises(contract),
                _beside(contract),
                _closing(session, contract, club, policy),
            ],
        }


def papers_in_words(value: str) -> str:
    """Which identity papers were shown; "/" stays."""
    shown = [str(texts.PAPERS[each]) for each in value.split(",") if each in texts.PAPERS]
    return " · ".join(shown) or BLANK


def phone_in_words(value: str) -> str:
    """A phone as people read it; what is none stays as it is."""
    return readable_phone(value) if value.startswith("+") else value


def _part(
    title: str,
    *,
    facts: Sequence[tuple[str, str]] = (),
    columns: Sequence[tuple[str, str]] = (),
    rows: Sequence[Sequence[str]] = (),
    clauses: Sequence[tuple[str, str]] = (),
) -> Part:
    return {
        "title": title,
        "facts": [list(fact) for fact in facts],
        "columns": [list(column) for column in columns],
        "rows": [list(row) for row in rows],
        "clauses": [list(clause) for clause in clauses],
    }


def _buyer(contract: ContractView) -> Part:
    form = contract.form
    shown = {
        Field.PHONE: phone_in_words(form["phone"]),
        Field.PAPERS: papers_in_words(form["papers"]),
    }
    asked = (Field.BUYER, Field.PHONE, Field.PAPERS, Field.ADDRESS, Field.EMAIL, Field.EMERGENCY)
    return _part(
        _("The buyer"), facts=[(str(texts.FIELDS[each]), shown.get(each, form[each])) for each in asked]
    )


def _bought(contract: ContractView, lines: Sequence[LineView]) -> Part:
    return _part(
        _("What is bought"),
        columns=[
            (_("Product"), "wide"),
            (_("What it grants"), "wide"),
            (_("Quantity"), "end"),
            (_("Price"), "end"),
        ],
        rows=[_row(line, contract.language) for line in lines],
        facts=[
            (_("Price in all"), format_money(contract.price)),
            (_("In words"), in_words(contract.price, contract.language)),
        ],
    )


def _row(line: LineView, language: str) -> list[str]:
    if line.is_gift:
        price = _("Free gift")
    elif line.part_of is not None:
        price = _("Part of the package")
    else:
        price = format_money(line.price)
    return [line.title_in(language), " · ".join(_grants(line)) or BLANK, str(line.quantity), price]


def _grants(line: LineView) -> Iterator[str]:
    if line.value is not None:
        yield format_money(line.value)
    if line.visits is not None and line.are_sessions:
        yield ngettext("%(num)s session", "%(num)s sessions", line.visits)
    elif line.visits is not None:
        yield ngettext("%(num)s visit", "%(num)s visits", line.visits)
    if line.days is not None:
        yield ngettext("%(num)s day", "%(num)s days", line.days)
    if line.extra_visits and line.are_sessions:
        yield ngettext(
            "%(num)s session more by an offer", "%(num)s sessions more by an offer", line.extra_visits
        )
    elif line.extra_visits:
        yield ngettext("%(num)s visit more by an offer", "%(num)s visits more by an offer", line.extra_visits)
    if line.extra_days:
        yield ngettext("%(num)s day more by an offer", "%(num)s days more by an offer", line.extra_days)


def _payment(session: Session, contract: ContractView) -> Part:
    plan = beside.plan_of_sale(session, contract.sale_id)
    facts = [(str(texts.FIELDS["payment"]), contract.form["payment"])]
    if contract.starts_on is not None:
        facts.append((_("First day chosen"), format_local_date(contract.starts_on)))
    return _part(
        _("Payment"),
        facts=facts,
        columns=[(_("Due on"), "wide"), (_("Amount"), "end")] if plan else [],
        rows=[[format_local_date(due_on), format_money(amount)] for due_on, amount in plan],
    )


def _terms(
    session: Session, lines: Sequence[LineView], contract: ContractView, policy: Policy
) -> Iterator[Part]:
    """The terms of each card, once where several have the same; of a card also what it opens."""
    days = policy.read("refund", CoolingOffPolicy).cooling_off_days
    doors = opening.by_line(session, contract)
    said: list[tuple[object, ...]] = []
    for line in lines:
        reasons = told(
            line.terms,
            kind=line.kind,
            by_visits=line.visits is not None,
            currency=contract.price.currency,
            cooling_off_days=days,
            by_contract=True,
        )
        opens = doors.get(line.line, ())
        if not reasons or (reasons, opens) in said or line.kind is CardKind.PACKAGE:
            continue
        said.append((reasons, opens))
        yield _part(
            _("Terms of “%(card)s”", card=line.title_in(contract.language)),
            clauses=[*opens, *((reason_text(reason), reason.rule) for reason in reasons)],
        )


def _promises(contract: ContractView) -> Part:
    if not contract.promises:
        return _part(_("Promises"), clauses=[(_("Nothing was promised beyond this contract."), "CTR-06")])
    return _part(
        _("Promises"),
        columns=[(_("Kind"), ""), (_("What was promised"), "wide"), (_("Until"), "end")],
        rows=[
            [
                str(texts.PROMISES[promise.kind.value]),
                promise.text,
                format_local_date(promise.due_on) if promise.due_on else BLANK,
            ]
            for promise in contract.promises
        ],
    )


def _beside(contract: ContractView) -> Part:
    asked = (Field.SUPPLEMENT, Field.REMARKS)
    return _part(_("Agreed beside"), facts=[(str(texts.FIELDS[each]), contract.form[each]) for each in asked])


def _closing(session: Session, contract: ContractView, club: Club, policy: Policy) -> Part:
    copies = policy.read("contract", ContractPolicy).copies
    clauses = []
    if copies:
        clauses.append(
            (
                ngettext(
                    "This contract is made out in %(num)s copy.",
                    "This contract is made out in %(num)s copies.",
                    copies,
                ),
                "CTR-07",
            )
        )
    clauses.append((_("A field struck with “/” was left empty on purpose."), "CTR-06"))
    for each in beside.corrections_of(session, contract.id):
        clauses.append(
            (
                _(
                    "Corrected on %(day)s: %(field)s, before: %(old)s",
                    day=format_local_date(local_day(each.at, club.zone)),
                    field=texts.FIELDS[each.change.field],
                    old=as_read(each.change.field, each.change.old),
                ),
                "CTR-03",
            )
        )
    given = approvals.answers(session, "contract", contract.id, contract.round)
    return _part(
        _("How it was made"),
        facts=[
            *((str(ROLE_NAMES[each.role]), each.name) for each in given),
            (_("Consultant"), contract.consultant_name or BLANK),
        ],
        clauses=clauses,
    )


def as_read(field: str, value: str) -> str:
    """What stands in a field, as people read it."""
    if field == Field.PAPERS.value:
        return papers_in_words(value)
    return phone_in_words(value) if field == Field.PHONE.value else value
