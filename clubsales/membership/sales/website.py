"""Buying on the club's own page, with nobody's help (RCV-08, AMB-13).

Who the typed phone belongs to is told to nobody: the same happens for whoever is known here and whoever is not.
"""

from datetime import timedelta

from sqlalchemy.orm import Session

from clubsales import audit, outbox
from clubsales.actor import Actor
from clubsales.clock import Instant, local_day
from clubsales.errors import refuse
from clubsales.ids import CardTypeID, ClubID, PersonID, SaleID
from clubsales.leads.intake import operations as intake
from clubsales.leads.intake import queries as leads
from clubsales.leads.intake.rules import Source
from clubsales.leads.people import operations as people
from clubsales.leads.touches import operations as touches
from clubsales.leads.touches.rules import TouchKind
from clubsales.membership.catalogue import queries as catalogue
from clubsales.membership.catalogue.rules import CatalogueRefused
from clubsales.membership.members import queries as members
from clubsales.membership.payments import queries as payments
from clubsales.membership.payments.rules import SESSION_LIFE, PaymentStatus
from clubsales.membership.sales import operations, queries
from clubsales.membership.sales.events import WebsiteOrderLapsed
from clubsales.membership.sales.online import StartedPayment
from clubsales.membership.sales.rules import ORDERED, SaleKind

LAPSES_AFTER = SESSION_LIFE + timedelta(
    minutes=10
)  # by then the provider's page is closed, and we have heard of it
ASKED_AGAIN = timedelta(hours=6)  # a slow method: the page is done, the money may still come


def order(
    session: Session,
    *,
    card_type_id: CardTypeID,
    e164: str,
    name: str,
    line: str,
    actor: Actor,
    at: Instant,
) -> StartedPayment:
    """Open a sale nobody made, at what anybody may sell it at today, and the link it is paid by. No price is asked.

    Whoever has this phone is a lead, or touched his lead again; `line` is added to the lead's note. A member without
    a lead stays one. An order is never continued by another: its link is only its own buyer's.
    Raises NotFound and Refused(CatalogueRefused.NOT_ONLINE, PersonRefused.NAME_TOO_LONG).
    """
    club = actor.club
    card_type = catalogue.get(session, club.id, card_type_id, day=local_day(at, club.zone))
    if not card_type.is_offered_online:
        refuse(CatalogueRefused.NOT_ONLINE).or_raise()
    person_id = people.find_or_add(session, e164=e164, name=name, actor=actor, at=at)
    is_lead = leads.of_person(session, club.id, person_id) is not None
    if is_lead or not members.is_member(session, club.organisation_id, person_id):
        lead_id = intake.capture(
            session,
            person_id=person_id,
            source=Source.ONLINE,
            interest=card_type.name,
            consent=True,
            with_touch=False,
            actor=actor,
            at=at,
        )
        intake.add_to_note(session, lead_id=lead_id, line=line)
    touches.record(session, kind=TouchKind.ORDER, person_id=person_id, consultant_id=None, actor=actor, at=at)
    sale_id = operations.open_sale(
        session,
        card_type_id=card_type.id,
        price=None,
        kind=SaleKind.NEW,
        person_id=person_id,
        consultant_id=None,
        actor=actor,
        at=at,
    )
    outbox.enqueue(session, ORDERED, {"club": club.id, "sale": sale_id}, at=at, due_at=at + LAPSES_AFTER)
    return operations.start_online_payment(session, sale_id=sale_id, actor=actor, at=at)


def lapse(session: Session, *, sale_id: SaleID, actor: Actor, at: Instant) -> bool:
    """Write down that an order was not paid; says whether it lapsed now. Money that comes later is booked all the same.

    While the provider may still send money, it is looked at again later. Raises NotFound.
    """
    sale = queries.get(session, actor.club.id, sale_id)
    if sale.first_receipt_at is not None:
        return False
    if any(each.status is PaymentStatus.STARTED for each in payments.of_sale(session, sale_id)):
        again = {"club": actor.club.id, "sale": sale_id}
        outbox.enqueue(session, ORDERED, again, at=at, due_at=at + ASKED_AGAIN)
        return False
    audit.record(session, WebsiteOrderLapsed(sale_id), actor=actor, at=at)
    return True


def bought_since(session: Session, club_id: ClubID, person_id: PersonID, since: Instant) -> bool:
    """Whether a person has paid anything here since then."""
    return any(
        sale.first_receipt_at is not None and since <= sale.first_receipt_at
        for sale in queries.of_person(session, club_id, person_id)
    )
