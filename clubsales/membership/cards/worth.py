"""What is used and unused of the money that stands behind a card (RFD-03): for upgrades, refunds and legal caps.

What was paid first is used first, and what was given for nothing is used last. The day on which it is asked counts as
unused: whatever ends a card ends it as of that day.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy.orm import Session

from clubsales.errors import NotFound, Reason
from clubsales.ids import CardID
from clubsales.membership.cards import grants, queries
from clubsales.membership.cards.entitlement import Entitlement, Freeze, Grant, as_planned, days_left, fold
from clubsales.membership.cards.keeping import Kept
from clubsales.membership.cards.rules import CardStatus
from clubsales.membership.catalogue.terms import CardTerms
from clubsales.money import Currency, Money

RULE = "RFD-03"


class Unit(StrEnum):
    """What a card's money was paid for."""

    DAY = "day"
    VISIT = "visit"
    VALUE = "value"


@dataclass(frozen=True, slots=True, kw_only=True)
class WorthFacts:
    """A card as its money is reckoned. `left` is days, visits or value not used yet; `is_over`: nothing can be used."""

    grants: Sequence[Grant]
    unit: Unit
    left: int
    is_over: bool
    currency: Currency
    terms: CardTerms


@dataclass(frozen=True, slots=True, kw_only=True)
class Worth:
    """The money behind a card, in minor units: paid and not given back, used, unused; and what it is by unit."""

    currency: Currency
    unit: Unit
    paid_minor: int
    used_minor: int
    unused_minor: int
    used: int  # days, visits or value
    left: int  # of what was paid for
    free_left: int  # of what was given for nothing
    each_minor: int | None  # what one day or visit counts
    reasons: tuple[Reason, ...]

    @property
    def paid(self) -> Money:
        return Money(self.paid_minor, self.currency)

    @property
    def used_money(self) -> Money:
        return Money(self.used_minor, self.currency)

    @property
    def unused(self) -> Money:
        return Money(self.unused_minor, self.currency)


@dataclass(slots=True)
class Layer:
    """So much of something for so much money."""

    amount: int
    paid_minor: int
    given: int  # as it was given, before anything was taken back


def worth(facts: WorthFacts) -> Worth:
    """What of a card's money is used and unused, by its terms."""
    layers, free = _layers(facts)
    paid = max(0, sum(grant.paid_minor for grant in facts.grants))
    bought = sum(layer.amount for layer in layers)
    left_free = 0 if facts.is_over else min(free, facts.left)
    left = 0 if facts.is_over else min(bought, facts.left - left_free)
    used = bought - left
    single = facts.terms.used_at_single_minor
    if single is not None and facts.unit is not Unit.VALUE:
        unused = 0 if facts.is_over else max(0, paid - used * single)
        each: int | None = single
        reason = Reason(RULE, "card.worth_single", {"used": used, "each": Money(single, facts.currency)})
    else:
        unused = min(paid, _unused_of(layers, left))
        each = None if facts.unit is Unit.VALUE or not bought else paid // bought
        reason = _by_share(facts.unit, used, left)
    if facts.is_over:
        reason = Reason(RULE, "card.worth_over")
    reasons = [reason]
    if left_free:
        reasons.append(Reason(RULE, "card.worth_free", {"free": left_free}))
    return Worth(
        currency=facts.currency,
        unit=facts.unit,
        paid_minor=paid,
        used_minor=paid - unused,
        unused_minor=unused,
        used=used,
        left=left,
        free_left=left_free,
        each_minor=each,
        reasons=tuple(reasons),
    )


def _by_share(unit: Unit, used: int, left: int) -> Reason:
    match unit:
        case Unit.DAY:
            return Reason(RULE, "card.worth_day", {"used": used, "left": left})
        case Unit.VISIT:
            return Reason(RULE, "card.worth_visit", {"used": used, "left": left})
        case Unit.VALUE:
            return Reason(RULE, "card.worth_value")


def of_card(session: Session, card_id: CardID, *, today: date) -> Worth:
    """What of a card's money is unused on a local day of its club. Raises NotFound."""
    card = queries.by_id(session, card_id)
    if card is None:
        raise NotFound
    given = [each.grant for each in grants.of_card(session, card_id)]
    freezes = [each.freeze for each in grants.freezes_of(session, card_id)]
    return worth(
        _facts(
            given,
            freezes,
            status=card.status,
            visits_left=card.visits_left,
            value_left=card.value_left_minor,
            currency=card.currency,
            terms=card.card_terms,
            today=today,
        )
    )


def of_kept(kept: Kept) -> Worth:
    """What of a locked card's money is unused today."""
    return worth(
        _facts(
            kept.given,
            kept.freezes,
            status=CardStatus(kept.row.status),
            visits_left=kept.row.visits_left,
            value_left=kept.row.value_left_minor,
            currency=Currency(kept.row.currency),
            terms=kept.terms,
            today=kept.today,
        )
    )


def _facts(
    given: Sequence[Grant],
    freezes: Sequence[Freeze],
    *,
    status: CardStatus,
    visits_left: int | None,
    value_left: int | None,
    currency: Currency,
    terms: CardTerms,
    today: date,
) -> WorthFacts:
    freezes = as_planned(freezes, today)
    entitlement = fold(given, freezes)
    stands = next((each for each in freezes if each.ran_again_on is None), None)
    unit, left = _measured(entitlement, stands, visits_left, value_left, today)
    counted_to = today if stands is None else stands.first_day  # a card that stands loses no days
    over = entitlement.valid_until is not None and entitlement.valid_until < counted_to
    return WorthFacts(
        grants=given,
        unit=unit,
        left=left,
        is_over=over or status is CardStatus.CANCELLED,
        currency=currency,
        terms=terms,
    )


def _measured(
    entitlement: Entitlement, freeze: Freeze | None, visits: int | None, value: int | None, today: date
) -> tuple[Unit, int]:
    """Value before visits, visits before days: what was sold by the piece is used by the piece."""
    if value is not None:
        return Unit.VALUE, value
    if visits is not None:
        return Unit.VISIT, visits
    return Unit.DAY, days_left(entitlement, freeze, today) or 0


def _layers(facts: WorthFacts) -> tuple[list[Layer], int]:
    """What was paid for, oldest first, and how much there is for nothing; what was taken back is gone from the end."""
    layers: list[Layer] = []
    free = 0
    for grant in facts.grants:
        amount = _amount(grant, facts.unit)
        if amount > 0 and grant.paid_minor > 0:
            layers.append(Layer(amount, grant.paid_minor, amount))
        elif amount > 0:
            free += amount
        elif amount < 0:
            from_free = min(free, -amount) if not grant.paid_minor else 0
            free -= from_free
            _take(layers, -amount - from_free)
    return layers, free


def _take(layers: list[Layer], amount: int) -> None:
    for layer in reversed(layers):
        taken = min(amount, layer.amount)
        layer.amount -= taken
        amount -= taken


def _unused_of(layers: Sequence[Layer], left: int) -> int:
    """The money of what is left, newest layers first; the parts of a layer are alike."""
    unused = 0
    for layer in reversed(layers):
        part = min(left, layer.amount)
        unused += layer.paid_minor * part // layer.given
        left -= part
    return unused


def _amount(grant: Grant, unit: Unit) -> int:
    match unit:
        case Unit.DAY:
            return grant.days or 0
        case Unit.VISIT:
            return grant.visits or 0
        case Unit.VALUE:
            return grant.value_minor or 0
