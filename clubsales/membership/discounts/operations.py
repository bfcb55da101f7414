"""Ask for a price silently, answer it, use the answer once."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales import audit, outbox
from clubsales.actor import Actor
from clubsales.auth import queries as accounts
from clubsales.clock import Instant, local_day
from clubsales.db import for_update
from clubsales.errors import NotFound, refuse
from clubsales.ids import AccountID, CardTypeID, DiscountRequestID, PersonID, ReceptionID, SaleID
from clubsales.membership.catalogue import queries as catalogue
from clubsales.membership.catalogue.offers import offer_for
from clubsales.membership.catalogue.queries import CardTypeView
from clubsales.membership.catalogue.rules import CatalogueRefused, DiscountPolicy, PriceFacts
from clubsales.membership.discounts import queries
from clubsales.membership.discounts.events import (
    DiscountApproved,
    DiscountAsked,
    DiscountTurnedDown,
    DiscountUsed,
    DiscountWithdrawn,
)
from clubsales.membership.discounts.models import DiscountRequestRow
from clubsales.membership.discounts.rules import (
    AnswerFacts,
    Approver,
    DiscountRefused,
    RequestPolicy,
    State,
    UseFacts,
    may_answer,
    may_ask,
    may_grant,
    may_use,
    standing,
)
from clubsales.money import Currency, Money
from clubsales.policies import policy_on

ASKED = "discount:asked"


def ask(
    session: Session,
    *,
    card_type: CardTypeView,
    price: Money,
    reason: str,
    sale_kind: str,
    offered_as: str = "",
    person_id: PersonID | None = None,
    reception_id: ReceptionID | None = None,
    actor: Actor,
    at: Instant,
) -> str:
    """Ask for a price that the seller may not give himself; returns the public id. The caller read the card type today.

    `offered_as`: the kind of sale whose offers hold, where it is another: who renews too late pays as for a new card.
    What the same person still waits for, for the same card, he asks for no longer. The same price, reason and guest
    again is the same request. Raises NotFound, Refused(CatalogueRefused.NOT_ON_SALE) and Refused(DiscountRefused.NO_LIST_PRICE,
    NOT_NEEDED, REASON, NOBODY).
    """
    asker = _account(actor)
    if not card_type.on_sale:
        refuse(CatalogueRefused.NOT_ON_SALE, name=card_type.name).or_raise()
    day = local_day(at, actor.club.zone)
    policy = policy_on(session, actor.club, day)
    discounts = policy.read("discount", DiscountPolicy)
    promotions = catalogue.promotions_on(session, actor.club.id, day)
    prices = PriceFacts(
        price=price,
        list_price=card_type.price,
        floor_price=card_type.floor_price,
        no_discount=card_type.no_discount,
        seller_roles=actor.roles,
        offered=offer_for(card_type, offered_as or sale_kind, promotions).price,
    )
    may_ask(prices, discounts, reason=reason).or_raise()
    assert card_type.price is not None
    everybody = queries.deciders(session, actor.club)
    if not queries.who_reaches(everybody, prices, discounts, but=asker):
        refuse(DiscountRefused.NOBODY, price=price).or_raise()
    for waiting in _waiting_of(session, asker, card_type.id, at):
        same = (waiting.price_minor, waiting.reason, waiting.person_id, waiting.reception_id)
        if same == (price.minor, reason, person_id, reception_id):
            return waiting.public_id
        _withdraw(session, waiting, actor=actor, at=at)
    row = DiscountRequestRow(
        club_id=actor.club.id,
        card_type_id=card_type.id,
        person_id=person_id,
        reception_id=reception_id,
        sale_kind=sale_kind,
        currency=card_type.currency,
        list_price_minor=card_type.price.minor,
        price_minor=price.minor,
        reason=reason,
        state=State.ASKED.value,
        asked_at=at,
        asked_by=asker,
        expires_at=policy.read("discount", RequestPolicy).until(at),
        policy_version_id=policy.version_id,
    )
    session.add(row)
    session.flush()
    event = DiscountAsked(
        DiscountRequestID(row.id),
        card_type.id,
        audit.money_fact(card_type.price),
        audit.money_fact(price),
    )
    audit.record(session, event, actor=actor, at=at)
    outbox.enqueue(session, ASKED, {"request": row.id}, at=at)
    return row.public_id


def approve(
    session: Session, *, request_public_id: str, granted: Money, answer: str = "", actor: Actor, at: Instant
) -> None:
    """Allow a price within one's own authority, which may be another than the one asked for (PRC-04, EX-02).

    The same answer by the same person again changes nothing. Raises NotFound, Refused(DiscountRefused.OWN, ANSWERED,
    WITHDRAWN, LAPSED, PRICE_ABOVE, AUTHORITY, NOBODY).
    """
    row = _locked(session, request_public_id, actor)
    if (row.state, row.answered_by, row.granted_minor) == (
        State.APPROVED.value,
        actor.account_id,
        granted.minor,
    ):
        return
    day = local_day(at, actor.club.zone)
    policy = policy_on(session, actor.club, day)
    discounts = policy.read("discount", DiscountPolicy)
    request = queries.by_public_id(session, actor, request_public_id)
    card_type = catalogue.get(session, actor.club.id, request.card_type_id, day=day)
    prices = request.prices(granted, card_type.floor_price, approver_roles=actor.roles)
    able = queries.who_reaches(queries.deciders(session, actor.club), prices, discounts, but=request.asked_by)
    if not able:
        refuse(DiscountRefused.NOBODY, price=granted).or_raise()
    facts = AnswerFacts(
        state=State(row.state),
        expires_at=row.expires_at,
        is_own=row.asked_by == actor.account_id,
        answered_by=request.answerer,
        able=tuple(each.name for each in able),
        prices=prices,
    )
    may_grant(facts, discounts, at).or_raise()
    row.state, row.granted_minor = State.APPROVED.value, granted.minor
    row.answered_at, row.answered_by, row.answer = at, actor.account_id, answer
    row.usable_until = policy.read("discount", RequestPolicy).until(at)
    session.flush()
    event = DiscountApproved(request.id, audit.money_fact(request.price), audit.money_fact(granted))
    audit.record(session, event, actor=actor, at=at)


def turn_down(session: Session, *, request_public_id: str, answer: str, actor: Actor, at: Instant) -> None:
    """Refuse a price, with a reason. The same answer by the same person again changes nothing.

    Raises NotFound, Refused(DiscountRefused.OWN, ANSWERED, WITHDRAWN, LAPSED, REASON).
    """
    row = _locked(session, request_public_id, actor)
    if (row.state, row.answered_by) == (State.REFUSED.value, actor.account_id):
        return
    request = queries.by_public_id(session, actor, request_public_id)
    facts = AnswerFacts(
        state=State(row.state),
        expires_at=row.expires_at,
        is_own=row.asked_by == actor.account_id,
        answered_by=request.answerer,
        prices=request.prices(request.price, None),
    )
    may_answer(facts, at).or_raise()
    if not answer:
        refuse(DiscountRefused.REASON).or_raise()
    row.state, row.answer = State.REFUSED.value, answer
    row.answered_at, row.answered_by = at, actor.account_id
    session.flush()
    audit.record(session, DiscountTurnedDown(request.id, audit.money_fact(request.price)), actor=actor, at=at)


def withdraw(session: Session, *, request_public_id: str, actor: Actor, at: Instant) -> None:
    """Ask no longer, and give up an answer that was not used; only whoever asked. Twice is once.

    Raises NotFound and Refused(DiscountRefused.USED).
    """
    row = _locked(session, request_public_id, actor)
    if row.asked_by != actor.account_id:
        raise NotFound
    if row.state == State.USED.value:
        refuse(DiscountRefused.USED).or_raise()
    if row.state in (State.ASKED.value, State.APPROVED.value):
        _withdraw(session, row, actor=actor, at=at)


def use(
    session: Session,
    *,
    request_public_id: str,
    card_type_id: CardTypeID,
    price: Money,
    person_id: PersonID | None = None,
    reception_id: ReceptionID | None = None,
    actor: Actor,
    at: Instant,
) -> tuple[DiscountRequestID, Approver]:
    """Who stands behind a price that was granted to this seller for this card and guest; its row stays locked.

    A request made before anybody knew who buys holds for any buyer. Call `mark_used` once the sale is written.
    Raises NotFound, Refused(DiscountRefused.NOT_YOURS, USED, LAPSED, NOT_APPROVED, OTHER_CARD, OTHER_GUEST, BELOW_GRANTED).
    """
    row = _locked(session, request_public_id, actor)
    granted = None if row.granted_minor is None else Money(row.granted_minor, Currency(row.currency))
    facts = UseFacts(
        standing=standing(State(row.state), row.expires_at, row.usable_until, at),
        is_own=row.asked_by == actor.account_id,
        is_same_card=row.card_type_id == card_type_id,
        is_same_guest=_is_same_guest(row, person_id, reception_id),
        granted=granted,
        price=price,
    )
    may_use(facts).or_raise()
    assert row.answered_by is not None
    answered_by = AccountID(row.answered_by)
    roles = accounts.roles_in(session, account_id=answered_by, club_id=actor.club.id)
    return DiscountRequestID(row.id), Approver(account_id=answered_by, roles=roles)


def mark_used(
    session: Session, *, request_id: DiscountRequestID, sale_id: SaleID, actor: Actor, at: Instant
) -> None:
    """A sale has used the answer, which nobody can use again. Raises Refused(DiscountRefused.USED)."""
    used = session.execute(
        sa.update(DiscountRequestRow)
        .where(DiscountRequestRow.id == request_id, DiscountRequestRow.state == State.APPROVED.value)
        .values(state=State.USED.value, sale_id=sale_id, version=DiscountRequestRow.version + 1)
        .returning(DiscountRequestRow.id)
        .execution_options(synchronize_session=False)
    ).scalar_one_or_none()
    if used is None:
        refuse(DiscountRefused.USED).or_raise()
    audit.record(session, DiscountUsed(request_id, sale_id), actor=actor, at=at)


def _is_same_guest(
    row: DiscountRequestRow, person_id: PersonID | None, reception_id: ReceptionID | None
) -> bool:
    if row.person_id is not None and person_id is not None:
        return row.person_id == person_id
    if row.reception_id is not None:
        return row.reception_id == reception_id
    return row.person_id is None


def _waiting_of(
    session: Session, asker: AccountID, card_type_id: CardTypeID, at: Instant
) -> list[DiscountRequestRow]:
    return list(
        session.scalars(
            for_update(
                sa.select(DiscountRequestRow)
                .where(
                    DiscountRequestRow.asked_by == asker,
                    DiscountRequestRow.card_type_id == card_type_id,
                    DiscountRequestRow.state == State.ASKED.value,
                    DiscountRequestRow.expires_at > at,
                )
                .order_by(DiscountRequestRow.id)
            ).execution_options(populate_existing=True)
        )
    )


def _withdraw(session: Session, row: DiscountRequestRow, *, actor: Actor, at: Instant) -> None:
    row.state = State.WITHDRAWN.value
    session.flush()
    audit.record(session, DiscountWithdrawn(DiscountRequestID(row.id)), actor=actor, at=at)


def _locked(session: Session, public_id: str, actor: Actor) -> DiscountRequestRow:
    row: DiscountRequestRow | None = session.scalars(
        for_update(
            sa.select(DiscountRequestRow).where(
                DiscountRequestRow.public_id == public_id, DiscountRequestRow.club_id == actor.club.id
            )
        ).execution_options(populate_existing=True)
    ).one_or_none()
    if row is None:
        raise NotFound
    return row


def _account(actor: Actor) -> AccountID:
    if actor.account_id is None:
        raise NotFound
    return actor.account_id
