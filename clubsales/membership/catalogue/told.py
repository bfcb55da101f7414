"""The terms of a card in sentences, each with its rule: what a buyer reads before he pays and what he signs (CRD-07). Pure."""

from clubsales.errors import Reason
from clubsales.membership.catalogue.rules import CardKind
from clubsales.membership.catalogue.terms import CardTerms, StartRule
from clubsales.money import Currency, Money

PERCENT_BP = 100


def told(
    terms: CardTerms,
    *,
    kind: CardKind,
    by_visits: bool,
    currency: Currency,
    cooling_off_days: int,
    by_contract: bool = False,
) -> tuple[Reason, ...]:
    """When it begins, freezing, transfer, renewal and what a refund would come to, in this order; of goods nothing.

    `by_visits`: what was used is counted in visits; `by_contract`: the cooling-off days count from its signing.
    """
    if kind is CardKind.GOODS:
        return ()
    refund = refund_told(
        terms,
        kind=kind,
        by_visits=by_visits,
        currency=currency,
        cooling_off_days=cooling_off_days,
        by_contract=by_contract,
    )
    if kind is CardKind.STORED_VALUE:
        return (*_transfer(terms, currency), *refund)
    return (
        *_start(terms),
        *_freeze(terms, currency),
        *_transfer(terms, currency),
        *_renewal(terms),
        *refund,
        *_reissue(terms, currency),
    )


def refund_told(
    terms: CardTerms,
    *,
    kind: CardKind,
    by_visits: bool,
    currency: Currency,
    cooling_off_days: int,
    by_contract: bool = False,
) -> tuple[Reason, ...]:
    """What a refund would come to: the calculator in words, shown before the sale and signed with it."""
    said = []
    if cooling_off_days:
        counted_from = {"days": cooling_off_days}
        said.append(
            Reason("RFD-03", "terms.cooling_off_signed", counted_from)
            if by_contract
            else Reason("RFD-03", "terms.cooling_off_paid", counted_from)
        )
    if not terms.refund_allowed:
        return (*said, Reason("RFD-03", "terms.refund_no"))
    said.append(_used(terms, kind, by_visits, currency))
    if terms.refund_fee_minor:
        said.append(Reason("RFD-03", "terms.refund_fee", {"fee": Money(terms.refund_fee_minor, currency)}))
    if terms.refund_fee_bp:
        said.append(Reason("RFD-03", "terms.refund_share", {"percent": _percent(terms.refund_fee_bp)}))
    return tuple(said)


def _used(terms: CardTerms, kind: CardKind, by_visits: bool, currency: Currency) -> Reason:
    if kind is CardKind.STORED_VALUE:
        return Reason("RFD-03", "terms.refund_value")
    if terms.used_at_single_minor is None:
        return Reason("RFD-03", "terms.refund_visits" if by_visits else "terms.refund_days")
    return Reason(
        "RFD-03",
        "terms.refund_visits_single" if by_visits else "terms.refund_days_single",
        {"single": Money(terms.used_at_single_minor, currency)},
    )


def _start(terms: CardTerms) -> tuple[Reason, ...]:
    if terms.start_rule is StartRule.PAYMENT:
        return (Reason("CRD-07", "terms.starts_paid"),)
    by_use = terms.start_rule is StartRule.FIRST_USE
    first = Reason("CRD-07", "terms.starts_used" if by_use else "terms.starts_chosen")
    if not terms.start_within_days:
        return (first,)
    return (first, Reason("CRD-07", "terms.starts_within", {"days": terms.start_within_days}))


def _freeze(terms: CardTerms, currency: Currency) -> tuple[Reason, ...]:
    if not terms.freeze_allowed:
        return (Reason("CRD-03", "terms.freeze_no"),)
    said = [Reason("CRD-03", "terms.freeze_yes")]
    if terms.freeze_times_max:
        said.append(Reason("CRD-03", "terms.freeze_times", {"times": terms.freeze_times_max}))
    if terms.freeze_days_min:
        said.append(Reason("CRD-03", "terms.freeze_shortest", {"days": terms.freeze_days_min}))
    if terms.freeze_days_max:
        said.append(Reason("CRD-03", "terms.freeze_longest", {"days": terms.freeze_days_max}))
    if terms.freeze_fee_minor:
        said.append(Reason("CRD-03", "terms.freeze_fee", {"fee": Money(terms.freeze_fee_minor, currency)}))
    return tuple(said)


def _transfer(terms: CardTerms, currency: Currency) -> tuple[Reason, ...]:
    if not terms.transfer_allowed:
        return (Reason("CRD-03", "terms.transfer_no"),)
    said = [Reason("CRD-03", "terms.transfer_yes")]
    if terms.transfers_max:
        said.append(Reason("CRD-03", "terms.transfer_times", {"times": terms.transfers_max}))
    if terms.transfer_fee_minor:
        fee = Money(terms.transfer_fee_minor, currency)
        said.append(Reason("CRD-03", "terms.transfer_fee", {"fee": fee}))
    elif terms.transfer_fee_bp:
        said.append(Reason("CRD-03", "terms.transfer_share", {"percent": _percent(terms.transfer_fee_bp)}))
    return tuple(said)


def _renewal(terms: CardTerms) -> tuple[Reason, ...]:
    if not terms.renewal_within_days:
        return ()
    return (Reason("CRD-07", "terms.renewal_within", {"days": terms.renewal_within_days}),)


def _reissue(terms: CardTerms, currency: Currency) -> tuple[Reason, ...]:
    if not terms.reissue_fee_minor:
        return ()
    return (Reason("CRD-03", "terms.reissue_fee", {"fee": Money(terms.reissue_fee_minor, currency)}),)


def _percent(basis_points: int) -> str:
    return f"{basis_points / PERCENT_BP:g}"
