"""Sales that Zhou and Lin argue over: one nobody has opened a case on yet, and a case in every state."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.clock import Instant
from clubsales.consultants.credits.rules import Share
from clubsales.ids import SaleID
from clubsales.leads.disputes import deciding, operations
from clubsales.leads.disputes.papers import Paper
from clubsales.leads.disputes.tables import ATTACHMENT
from clubsales.leads.followups import operations as followups
from clubsales.leads.followups.rules import Channel, ContactOutcome
from clubsales.leads.intake import operations as intake
from clubsales.leads.intake.rules import Source
from clubsales.leads.people import operations as people
from clubsales.membership.sales import operations as sales
from clubsales.membership.sales.operations import Buyer, Seller
from clubsales.membership.sales.rules import SaleKind
from tests.builders import Cast, consultant_of

LONG_NAME = "Maximiliane Konstantinopolskaja-Wolfeschlegelsteinhausen"
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de000000"
    "0c49444154789c63506848000001c40101c79954ad0000000049454e44ae426082"
)


@dataclass(frozen=True)
class Quarrels:
    """By public id. Zhou opened all the cases; Lin is the other side."""

    arguable_sale: str
    open_case: str
    paper: str  # of the open case
    settled_case: str
    ruled_case: str
    appealed_case: str


def quarrel(session: Session, cast: Cast, *, at: Instant) -> Quarrels:
    """Five guests whom Zhou captured and called, and who bought from Lin."""
    free, *argued = (_a_sale(session, cast, place, at=at) for place in range(5))
    cases = [
        operations.open_dispute(
            session,
            sale_id=sale_id,
            consultant_id=consultant_of(cast.zhou),
            words="我先联系的客人",
            actor=cast.zhou,
            at=at,
        )
        for _public_id, sale_id in argued
    ]
    open_case, settled, ruled, appealed = cases
    operations.state(
        session,
        public_id=open_case,
        words="聊天记录见图\n第二天他自己来的",
        papers=[Paper("聊天记录.png", PNG), Paper("承诺书.pdf", b"%PDF-1.7\n")],
        actor=cast.zhou,
        at=at,
    )
    half = (Share(consultant_of(cast.lin), 5000), Share(consultant_of(cast.zhou), 5000))
    reason = "两人都接待过"
    deciding.settle(session, public_id=settled, shares=half, reason=reason, actor=cast.supervisor, at=at)
    for each in (ruled, appealed):
        deciding.rule(session, public_id=each, shares=half, reason=reason, actor=cast.manager, at=at)
    operations.appeal(session, public_id=appealed, words="款是我收的", actor=cast.lin, at=at)
    paper = session.scalars(sa.select(ATTACHMENT.c.public_id).order_by(ATTACHMENT.c.id)).first()
    assert paper is not None
    return Quarrels(
        arguable_sale=free[0],
        open_case=open_case,
        paper=paper,
        settled_case=settled,
        ruled_case=ruled,
        appealed_case=appealed,
    )


def _a_sale(session: Session, cast: Cast, place: int, *, at: Instant) -> tuple[str, SaleID]:
    name = LONG_NAME if place == 1 else f"争单{place}"
    person_id = people.find_or_add(session, e164=f"+8613700137{place:03d}", name=name, actor=cast.zhou, at=at)
    intake.capture(session, person_id=person_id, source=Source.PHONE, actor=cast.zhou, at=at)
    followups.log_contact(
        session,
        person_id=person_id,
        consultant_id=consultant_of(cast.zhou),
        channel=Channel.CALL,
        outcome=ContactOutcome.ANSWERED,
        note="说周末来",
        actor=cast.zhou,
        at=at,
    )
    sold = sales.sell_for_cash(
        session,
        card_type=cast.annual,
        price=None,
        kind=SaleKind.NEW,
        buyer=Buyer(person_id=person_id),
        seller=Seller(id=consultant_of(cast.lin), name="林静"),
        actor=cast.desk,
        at=at,
    )
    return sold.sale, sold.sale_id
