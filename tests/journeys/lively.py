"""A club in the middle of its day: guests, leads, sales in every state, cards, scans. Made by the operations."""

from dataclasses import asdict, dataclass
from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.actor import Actor, ActorKind
from clubsales.auth import devices, first_manager
from clubsales.auth import queries as accounts
from clubsales.auth.rules import DevicePurpose
from clubsales.clock import Instant, local_day, month_of
from clubsales.consultants.awards import queries as awards
from clubsales.consultants.profiles import queries as profiles
from clubsales.consultants.roster import feeds, swaps
from clubsales.consultants.roster import operations as roster
from clubsales.frontdesk.posts import dayforms, handovers
from clubsales.frontdesk.posts import operations as posts
from clubsales.frontdesk.reception import operations as reception
from clubsales.ids import PersonID
from clubsales.leads.appointments import operations as appointments
from clubsales.leads.appointments import queries as booked
from clubsales.leads.claims import operations as claims
from clubsales.leads.followups import operations as followups
from clubsales.leads.followups import queries as planned
from clubsales.leads.followups.rules import Channel, ContactOutcome
from clubsales.leads.handovers import operations as leads_handed
from clubsales.leads.intake import operations as intake
from clubsales.leads.intake import queries as leads
from clubsales.leads.intake.rules import Grade, Source
from clubsales.leads.lists import operations as lists
from clubsales.leads.lists import queries as saved_lists
from clubsales.leads.lists.rules import ListFilter, View
from clubsales.leads.passes import operations as passes
from clubsales.leads.passes.rules import PassKind
from clubsales.leads.people import operations as people
from clubsales.leads.sources import operations as sources
from clubsales.leads.sources import queries as club_sources
from clubsales.membership.cards import operations as cards
from clubsales.membership.cards import queries as card_queries
from clubsales.membership.catalogue import operations as catalogue
from clubsales.membership.payments.rules import Method
from clubsales.membership.reservations.models import ReservationRow
from clubsales.membership.sales import online, operations, queries, refunds, website
from clubsales.membership.sales.models import SaleRow
from clubsales.membership.sales.operations import Buyer, Seller, Sold
from clubsales.membership.sales.queries import SaleView
from clubsales.membership.sales.rules import SaleKind
from tests.builders import Cast, consultant_of, yuan
from tests.cards import a_door, moving_code, printed_code, scan_at
from tests.journeys.argued import quarrel
from tests.journeys.carded import hold_cards
from tests.journeys.cared_for import care
from tests.journeys.contracted import contract
from tests.journeys.expected import expect
from tests.journeys.judged import judge
from tests.journeys.paid import pay
from tests.journeys.priced import price
from tests.journeys.reserved import reserve
from tests.journeys.settled import settle
from tests.journeys.tried import try_rules
from tests.journeys.twice import stand_twice

LONG_NAME = "Maximiliane Konstantinopolskaja-Wolfeschlegelsteinhausen"


@dataclass(frozen=True)
class Lively:
    """The public ids and tokens of what there is."""

    guest: str  # with Lin
    waiting: str
    consultant: str  # Lin
    free: str  # Ma, on post without a guest
    lead: str
    free_lead: str
    held_lead: str  # Lin's
    follow_up: str  # Lin's
    saved_filter: str  # Lin's
    contact: str  # Lin's, of today
    staff: str  # Lin's account
    colleague: str  # the supervisor's account, who is not on shift
    card_type: str  # on the club's own page
    offline_card_type: str
    website_link: str  # of an order on that page
    device: str
    open_sale: str
    pay_link: str
    paid_sale: str
    receipt_token: str
    card: str
    card_link: str
    serial: str
    part_paid_sale: str
    refunded_sale: str
    moving_code: str
    first_manager: str
    leave: str  # Zhou's request, which waits for the director
    running_leave: str  # the finance clerk's, until tomorrow
    away: str  # a day on which the general manager is absent
    notice: str
    roster_day: str  # the day after tomorrow
    roster_shift: str  # Lin's of that day
    copied_week: str  # three weeks after hers
    copied_at: str
    asked_swap: str
    agreed_swap: str
    calendar: str
    appointment: str  # Lin's, tomorrow
    kept_appointment: str  # Lin's, the guest is here
    missed_appointment: str  # Lin's, yesterday
    trial_pass: str  # Lin's
    coupon: str
    handover: str  # Zhou's to Lin, not taken yet; Ma's is taken
    day_form: str  # the supervisor's, who worked for some minutes
    hand_over: str  # of Zhou's leads to Ma
    plan: str  # for inside consultants, from next month on
    plan_draft: str
    case: str  # about Lin, open
    decided_case: str  # about Lin, not read yet
    back_test: str
    waiting_back_test: str
    double: str  # stands in the files twice, as a person
    double_of: str
    doubled_lead: str  # his, held by Lin
    housemate: str
    merge: str  # of two others
    statement: str  # Lin's of last month, not answered
    other_statement: str  # Ma's
    objected_statement: str  # Zhou's
    award: str  # Ma's of last month
    this_month: str
    last_month: str
    club: str
    own_source: str  # a mall where flyers are handed out
    arguable_sale: str  # Lin's, of a guest of Zhou's
    open_case: str  # Zhou opened it over a sale of Lin's; so the next ones
    paper: str  # of the open case
    settled_case: str
    ruled_case: str
    appealed_case: str
    assessment: str  # Lin's of February, issued; what is marked, sent and so on are others
    marked_assessment: str
    sent_assessment: str
    silent_assessment: str
    confirmed_assessment: str
    objected_assessment: str
    quarter_assessment: str
    training_plan: str
    asked_reservation: str  # Lin's, and so the next ones, by their state
    approved_reservation: str
    refused_reservation: str
    held_reservation: str
    deposit_sale: str  # its sale
    deposit_link: str  # and what opens its papers
    withdrawing_reservation: str
    paid_out_reservation: str  # is to be paid out
    lapsed_reservation: str
    overdue_sale: str
    value_card: str
    value_move: str
    session_card: str
    session_move: str
    family_card: str
    sharer: str
    sharer_link: str
    package: str
    limited_card_type: str
    price_to_come: str  # the day of one of its prices
    hall: str
    promotion: str
    asked_discount: str  # Lin's, and so the next ones
    allowed_discount: str
    refused_discount: str
    quiet_card: str  # nothing is being done with it
    quiet_link: str
    asked_service: str
    asked_card: str
    asked_link: str
    stuck_service: str
    stuck_card: str
    open_fee: str
    fee_card: str
    fee_link: str
    asked_return: str
    asked_return_link: str
    approved_return: str
    paid_return: str
    bare_sale: str  # Lin's, without a contract's form; the contracts are hers too, by their state
    draft_contract: str
    submitted_contract: str
    approved_contract: str
    shown_text: str  # digest of the approved one's
    signed_contract: str
    contract_link: str  # of the signed one's buyer


def enliven(session: Session, cast: Cast, *, at: Instant) -> Lively:
    """Fill the club up to `at`."""
    early = at - timedelta(minutes=50)
    for minute, who in enumerate((cast.lin, cast.zhou, cast.ma)):
        posts.open_shift(
            session,
            consultant_id=consultant_of(who),
            checklist=None,
            actor=who,
            at=early + timedelta(minutes=minute),
        )
    handover, day_form = hand_over(session, cast, at=early + timedelta(minutes=5))
    chen = person(session, cast, "陈晨", 1, at=early)
    guests = [
        reception.arrive(
            session, e164=phone, name=name, signals=(), came_with=None, actor=cast.desk, at=at
        ).public_id
        for name, phone in (("陈晨", number(1)), (LONG_NAME, number(2)), ("", None))
    ]
    lead = intake.capture(
        session,
        person_id=chen,
        source=Source.PHONE,
        interest="游泳，下班后",
        grade=Grade.A,
        note="两个孩子，想要周末课",
        consent=True,
        actor=cast.lin,
        at=early,
    )
    for place in range(3, 11):
        other = person(session, cast, LONG_NAME if place == 5 else f"客人{place}", place, at=early)
        intake.capture(session, person_id=other, source=Source.ONLINE, actor=cast.lin, at=early)
    free_lead, held_lead, follow_up, contact = follow_up_leads(session, cast, at=early)
    seller = Seller(id=consultant_of(cast.lin), name="林静")
    twice = stand_twice(session, cast, at=early)
    paid = sold(session, cast, Buyer(person_id=chen), seller, at=early)
    towel = person(session, cast, "退款客人", 12, at=early)
    refunded = sold(session, cast, Buyer(person_id=towel), seller, at=early)
    refunds.refund(
        session, sale_id=refunded.sale_id, amount=None, reason="买错了", actor=cast.manager, at=early
    )
    waiting_for_money = an_open_sale(session, cast, person(session, cast, LONG_NAME, 13, at=early), at=at)
    link = online.start_online_payment(session, sale_id=waiting_for_money.id, actor=cast.lin, at=at)
    part = an_open_sale(session, cast, person(session, cast, "分期客人", 14, at=early), at=early)
    operations.book_receipt(
        session,
        sale_id=part.id,
        amount=yuan("1000.00"),
        method=Method.CARD,
        terminal_reference="POS-0042",
        actor=cast.desk,
        at=at,
    )
    card = card_queries.of_sale(session, paid.sale_id)
    assert card is not None
    serial = cards.issue_printed_code(session, card=card.public_id, actor=cast.desk, at=at)
    scan_at(session, a_door(cast.club, 1), printed_code(card, serial), at)
    carded = hold_cards(session, cast, paid.sale_id, chen, towel, at=early)
    scan_at(session, a_door(cast.club, 1), "NONSENSE", at)
    appointment = appointments.make(
        session,
        consultant_id=consultant_of(cast.lin),
        person_id=chen,
        due_at=at + timedelta(days=1),
        note="想看泳池",
        actor=cast.lin,
        at=at,
    )
    handed_out = [
        passes.issue(session, kind=kind, consultant_id=whose, actor=cast.supervisor, at=at).public_id
        for kind, whose in (
            (PassKind.TRIAL_PASS, consultant_of(cast.lin)),
            (PassKind.GIFT_COUPON, None),
        )
    ]
    device = devices.enrol_device(
        session, name="前厅平板", purpose=DevicePurpose.TABLET, actor=cast.manager, at=early
    )
    settled = settle(session, cast, at=early)
    back_test, waiting_back_test = try_rules(session, cast, at=at)
    expected = expect(session, cast, guest=guests[0], person_id=chen, at=at)
    view = queries.get(session, cast.club.id, paid.sale_id)
    accounts_of_staff = {one.name: one.public_id for one in accounts.staff(session, club=cast.club)}
    quarrels = quarrel(session, cast, at=early)
    judged = judge(session, cast, at=early)
    roster_day = local_day(at, cast.club.zone) + timedelta(days=2)
    roster_shift, asked_swap, agreed_swap = a_roster(session, cast, roster_day, at=early)
    copied_week = a_copy(session, cast, roster_day, at=early)
    paid_for = pay(session, cast, at=early)
    reserved = reserve(session, cast, at=early)
    deposit = session.execute(
        sa.select(SaleRow.public_id, SaleRow.guest_token)
        .join(ReservationRow, ReservationRow.sale_id == SaleRow.id)
        .where(ReservationRow.public_id == reserved.held)
    ).one()
    priced = price(session, cast, at=at)
    cared_for = care(session, cast, at=early)
    contracted = contract(session, cast, at=early)
    return Lively(
        guest=guests[0],
        waiting=guests[2],
        consultant=profiles.get(session, cast.club.id, consultant_of(cast.lin)).public_id,
        free=profiles.get(session, cast.club.id, consultant_of(cast.ma)).public_id,
        lead=leads.public_id_of(session, lead),
        free_lead=free_lead,
        held_lead=held_lead,
        follow_up=follow_up,
        saved_filter=a_saved_filter(session, cast, at=early),
        contact=contact,
        staff=accounts_of_staff["林静"],
        colleague=accounts_of_staff["孙主管"],
        card_type=cast.annual.public_id,
        offline_card_type=cast.visits.public_id,
        website_link=an_order(session, cast, at=early),
        device=device.public_id,
        open_sale=waiting_for_money.public_id,
        pay_link=link.link_token,
        paid_sale=paid.sale,
        receipt_token=view.guest_token,
        card=card.public_id,
        card_link=card.link_token,
        serial=serial,
        part_paid_sale=part.public_id,
        refunded_sale=refunded.sale,
        moving_code=moving_code(card, at),
        first_manager=first_manager.make_first_manager_link(session, at=at),
        leave=settled.leave,
        running_leave=settled.running_leave,
        away=settled.away,
        notice=settled.notice,
        plan=settled.plan,
        plan_draft=settled.plan_draft,
        case=settled.case,
        decided_case=settled.decided_case,
        roster_day=roster_day.isoformat(),
        roster_shift=roster_shift,
        copied_week=copied_week,
        copied_at=early.isoformat(),
        asked_swap=asked_swap,
        agreed_swap=agreed_swap,
        calendar=feeds.make_feed(session, actor=cast.lin, at=at),
        appointment=next(
            line.public_id
            for line in booked.of_person(session, cast.club.organisation_id, cast.club.id, chen).lines
            if line.id == appointment
        ),
        **asdict(carded),
        **asdict(priced),
        **asdict(cared_for),
        kept_appointment=expected.kept,
        missed_appointment=expected.missed,
        trial_pass=handed_out[0],
        coupon=handed_out[1],
        handover=handover,
        day_form=day_form,
        hand_over=handed_leads(session, cast, at=early),
        back_test=back_test,
        waiting_back_test=waiting_back_test,
        double=twice.first,
        double_of=twice.second,
        doubled_lead=twice.lead,
        housemate=twice.housemate,
        merge=twice.merge,
        statement=paid_for.statement,
        other_statement=paid_for.other_statement,
        objected_statement=paid_for.objected_statement,
        this_month=f"{local_day(at, cast.club.zone):%Y-%m}",
        last_month=f"{month_of(local_day(at, cast.club.zone)) - timedelta(days=1):%Y-%m}",
        award=awards.awards_of_person(session, cast.club.id, consultant_of(cast.ma))[0].public_id,
        club=cast.club.public_id,
        own_source=a_source(session, cast, at=early),
        arguable_sale=quarrels.arguable_sale,
        open_case=quarrels.open_case,
        paper=quarrels.paper,
        settled_case=quarrels.settled_case,
        ruled_case=quarrels.ruled_case,
        appealed_case=quarrels.appealed_case,
        assessment=judged.assessment,
        marked_assessment=judged.marked_assessment,
        sent_assessment=judged.sent_assessment,
        silent_assessment=judged.silent_assessment,
        confirmed_assessment=judged.confirmed_assessment,
        objected_assessment=judged.objected_assessment,
        quarter_assessment=judged.quarter_assessment,
        training_plan=judged.training_plan,
        asked_reservation=reserved.asked,
        approved_reservation=reserved.approved,
        refused_reservation=reserved.refused,
        held_reservation=reserved.held,
        deposit_sale=deposit.public_id,
        deposit_link=deposit.guest_token,
        withdrawing_reservation=reserved.withdrawing,
        paid_out_reservation=reserved.paying_out,
        lapsed_reservation=reserved.lapsed,
        overdue_sale=reserved.overdue_sale,
        bare_sale=contracted.bare_sale,
        draft_contract=contracted.draft,
        submitted_contract=contracted.submitted,
        approved_contract=contracted.approved,
        shown_text=contracted.shown,
        signed_contract=contracted.signed,
        contract_link=contracted.guest_token,
    )


def an_order(session: Session, cast: Cast, *, at: Instant) -> str:
    """The annual card stands on the club's own page, and a stranger has chosen it; the token of his link."""
    catalogue.sell_online(session, card_type_id=cast.annual.id, actor=cast.manager, at=at)
    started = website.order(
        session,
        card_type_id=cast.annual.id,
        e164="+8613900139012",
        name=LONG_NAME,
        line="Website: chose the annual card",
        actor=Actor(kind=ActorKind.GUEST, club=cast.club, name="website"),
        at=at,
    )
    return started.link_token


def a_source(session: Session, cast: Cast, *, at: Instant) -> str:
    """A source of the club's own with a sub-source, and one below each of two other kinds."""
    for kind, name in ((Source.FLYER, "万象城"), (Source.ONLINE, "公众号"), (Source.EVENT, LONG_NAME)):
        sources.add(session, kind=kind, name=name, actor=cast.manager, at=at)
    flyers = next(each for each in club_sources.of_club(session, cast.club.id) if each.kind is Source.FLYER)
    mall = flyers.own[0].public_id
    sources.add(session, kind=Source.FLYER, name="东门", under=mall, actor=cast.manager, at=at)
    return mall


def a_roster(session: Session, cast: Cast, day: date, *, at: Instant) -> tuple[str, str, str]:
    """Three early shifts of Lin's: one she keeps, one she asks Zhou to take, one Zhou would take."""
    for each in range(3):
        roster.plan(
            session,
            consultant_id=consultant_of(cast.lin),
            day=day + timedelta(days=each),
            shift="early",
            actor=cast.supervisor,
            at=at,
        )
    kept, *given = (
        each.public_id
        for each in swaps.coming_entries(session, cast.club.id, after=at, last=day + timedelta(days=2))
    )
    for entry in given:
        roster.ask_swap(
            session,
            entry=entry,
            with_consultant=consultant_of(cast.zhou),
            note="孩子生病",
            actor=cast.lin,
            at=at,
        )
    agreed, asked = (swap.public_id for swap in swaps.latest(session, cast.club.id))
    roster.answer_swap(session, public_id=agreed, agrees=True, actor=cast.zhou, at=at)
    return kept, asked, agreed


def a_copy(session: Session, cast: Cast, day: date, *, at: Instant) -> str:
    """Lin's week copied three weeks ahead; its Monday."""
    monday = day - timedelta(days=day.weekday())
    target = monday + timedelta(weeks=3)
    lin = consultant_of(cast.lin)
    roster.copy_week(
        session, from_monday=monday, to_monday=target, people={lin}, actor=cast.supervisor, at=at
    )
    return target.isoformat()


def hand_over(session: Session, cast: Cast, *, at: Instant) -> tuple[str, str]:
    """A handover that waits and a day form, by public id; and a handover taken, with which Ma may go."""
    lin = consultant_of(cast.lin)
    taken = handovers.offer_handover(session, to=lin, note="两位六点再来", actor=cast.ma, at=at)
    handovers.acknowledge_handover(session, public_id=taken, actor=cast.lin, at=at)
    waiting = handovers.offer_handover(session, to=lin, note="", actor=cast.zhou, at=at)
    supervisor = consultant_of(cast.supervisor)
    shift_id = posts.open_shift(
        session, consultant_id=supervisor, checklist=None, actor=cast.supervisor, at=at
    )
    posts.close_shift(
        session,
        consultant_id=supervisor,
        acknowledged_by=lin,
        actor=cast.supervisor,
        at=at + timedelta(minutes=5),
    )
    return waiting, dayforms.of_shift(session, cast.club, shift_id).public_id


def handed_leads(session: Session, cast: Cast, *, at: Instant) -> str:
    """A hand-over of Zhou's leads, two with long names; and another of Lin's, planned and called off."""
    zhou, ma = consultant_of(cast.zhou), consultant_of(cast.ma)
    for place, name in ((17, LONG_NAME), (18, "转交")):
        handed = person(session, cast, name, place, at=at)
        intake.capture(session, person_id=handed, source=Source.PHONE, actor=cast.desk, at=at)
        claims.claim(session, person_id=handed, consultant_id=zhou, actor=cast.zhou, at=at)
    today = local_day(at, cast.club.zone)
    made, planned_one = (
        leads_handed.hand_over(
            session,
            from_consultant=giver,
            to_consultants=[ma],
            starts_on=first,
            ends_on=first + timedelta(days=5),
            reason="年假",
            actor=cast.manager,
            at=at,
        )
        for giver, first in ((zhou, today), (consultant_of(cast.lin), today + timedelta(days=9)))
    )
    leads_handed.undo(session, public_id=planned_one, actor=cast.manager, at=at)
    return made


def follow_up_leads(session: Session, cast: Cast, *, at: Instant) -> tuple[str, str, str, str]:
    """A lead nobody holds, one Lin holds and has called, and what she does next with it; by public id."""
    free, held = (person(session, cast, name, place, at=at) for name, place in (("空闲", 15), ("跟进", 16)))
    made = [
        intake.capture(session, person_id=one, source=Source.PHONE, actor=cast.desk, at=at)
        for one in (free, held)
    ]
    lin = consultant_of(cast.lin)
    claims.claim(session, person_id=held, consultant_id=lin, actor=cast.lin, at=at)
    followups.log_contact(
        session,
        person_id=held,
        consultant_id=lin,
        channel=Channel.CALL,
        outcome=ContactOutcome.ANSWERED,
        note="周末想来游泳",
        next_on=local_day(at, cast.club.zone),
        next_what="约参观",
        actor=cast.lin,
        at=at,
    )
    (step,) = planned.open_of_person(session, cast.club.id, held)
    (contact,) = planned.contacts_of(session, cast.club.id, held)
    return (
        leads.public_id_of(session, made[0]),
        leads.public_id_of(session, made[1]),
        step.public_id,
        contact.public_id,
    )


def number(place: int) -> str:
    """A phone of one's own."""
    return f"+861380013{place:04d}"


def person(session: Session, cast: Cast, name: str, place: int, *, at: Instant) -> PersonID:
    """Somebody with a phone."""
    return people.find_or_add(session, e164=number(place), name=name, actor=cast.desk, at=at)


def sold(session: Session, cast: Cast, buyer: Buyer, seller: Seller, *, at: Instant) -> Sold:
    """An annual card for cash."""
    return operations.sell_for_cash(
        session,
        card_type=cast.annual,
        price=None,
        kind=SaleKind.NEW,
        buyer=buyer,
        seller=seller,
        actor=cast.desk,
        at=at,
    )


def an_open_sale(session: Session, cast: Cast, buyer: PersonID, *, at: Instant) -> SaleView:
    """An annual card nobody has paid yet."""
    sale_id = operations.open_sale(
        session,
        card_type_id=cast.annual.id,
        price=None,
        kind=SaleKind.NEW,
        person_id=buyer,
        consultant_id=consultant_of(cast.lin),
        actor=cast.lin,
        at=at,
    )
    return queries.get(session, cast.club.id, sale_id)


def a_saved_filter(session: Session, cast: Cast, *, at: Instant) -> str:
    """Lin's list of keen guests."""
    lists.save_filter(
        session, name="意向 A", chosen=ListFilter(view=View.ALL, grade="A"), actor=cast.lin, at=at
    )
    return saved_lists.saved_of(session, cast.lin)[0].public_id
