"""Plays history lines through the operations the screens use."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, time
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from clubsales import clubs, policies
from clubsales.actor import Actor, ActorKind, Club, Role, system_actor
from clubsales.clock import Instant
from clubsales.consultants.profiles import operations as profiles
from clubsales.consultants.profiles.rules import Kind
from clubsales.consultants.roster import operations as roster
from clubsales.consultants.shifts.rules import Override, Status
from clubsales.consultants.targets import operations as targets
from clubsales.errors import Refused, refuse
from clubsales.frontdesk.posts import operations as posts
from clubsales.frontdesk.reception import operations as reception
from clubsales.frontdesk.reception.rules import Outcome
from clubsales.ids import AccountID, CardTypeID, ConsultantID, PersonID, ReceptionID, SaleID
from clubsales.leads.appointments import operations as appointments
from clubsales.leads.claims import operations as claims
from clubsales.leads.claims import queries as claim_queries
from clubsales.leads.claims.rules import ClaimRefused, next_end
from clubsales.leads.followups import operations as followups
from clubsales.leads.followups.rules import Channel, ContactOutcome
from clubsales.leads.intake import operations as intake
from clubsales.leads.intake.rules import Source
from clubsales.leads.passes import operations as passes
from clubsales.leads.passes.rules import PassKind
from clubsales.leads.people import operations as people
from clubsales.leads.people import queries as person_queries
from clubsales.leads.touches.rules import Signal, SignalKind
from clubsales.membership.catalogue import operations as catalogue
from clubsales.membership.catalogue.rules import CardKind
from clubsales.membership.payments.rules import Method
from clubsales.membership.sales import online, refunds
from clubsales.membership.sales import operations as sales
from clubsales.membership.sales.operations import Approver
from clubsales.membership.sales.rules import SaleKind
from clubsales.money import CNY, Currency, Money
from clubsales.office.replay.lines import Line
from clubsales.office.staff import operations as staff


class ReplayRefused(StrEnum):
    UNKNOWN_SALE = "sale.unknown"


BEFORE_EVERYTHING = date(1970, 1, 1)
MAY_BE_TOLD = (Role.SUPERVISOR, Role.CLUB_MANAGER)  # of a guest for somebody off duty (SHF-07)


@dataclass(slots=True)
class Player:
    """The state of a run: which code stands for what. `policy` is the whole document it runs under."""

    policy: policies.Document
    club: Club | None = None
    staff: dict[str, Actor] = field(default_factory=dict)
    card_types: dict[str, CardTypeID] = field(default_factory=dict)
    guests: dict[str, ReceptionID] = field(default_factory=dict)
    sales: dict[str, SaleID] = field(default_factory=dict)
    passes: dict[tuple[str, str], str] = field(
        default_factory=dict
    )  # our code of a pass, by kind and the file's
    claimed: dict[PersonID, str] = field(default_factory=dict)  # the phones of leads that were claimed
    next_claim_ends: Instant | None = None  # known without asking before each line; never too late

    def play(self, session: Session, line: Line) -> None:
        """Run one line in the caller's transaction. Raises Refused where the rules say no."""
        PLAYS[line.type](self, session, line)
        # A response clock runs on with a shift that opens; whatever else happens only puts an end off.
        if self.policy["claims"]["response_minutes"] and self.claimed and line.type == "shift_opened":
            self.next_claim_ends = claim_queries.next_end_in_club(session, self.here)

    def play_due(self, session: Session, at: Instant) -> None:
        """Do in the caller's transaction what is due by then: claims that end."""
        if self.next_claim_ends is not None and self.next_claim_ends <= at:
            claims.expire_due(session, at)
            self.next_claim_ends = claim_queries.next_end_in_club(session, self.here)

    @property
    def here(self) -> Club:
        """The club of the history: its first line."""
        if self.club is None:
            raise LookupError("the club line comes first")
        return self.club

    def money(self, text: str) -> Money:
        return Money.parse(text, self.here.currency)

    def consultant(self, code: str | None) -> ConsultantID | None:
        """A staff member's profile; every one has one."""
        return self.staff[code].consultant_id if code is not None else None

    def sale(self, code: str) -> SaleID:
        """A sale that exists; raises Refused for one that was refused."""
        if code not in self.sales:
            refuse(ReplayRefused.UNKNOWN_SALE, sale=code).or_raise()
        return self.sales[code]

    def _override(self, line: Line) -> Override | None:
        if line["override_by"] is None:
            return None
        by = self.staff[line["override_by"]]
        return Override(account_id=account_of(by), roles=by.roles, reason=line["reason"] or "")

    def open_club(self, session: Session, line: Line) -> None:
        opens, closes = line["business_hours"] or (time(9), time(22))
        organisation_id = clubs.found_organisation(session, name=line["name"], at=line.at)
        club = clubs.open_club(
            session,
            organisation_id=organisation_id,
            code=line["code"],
            name=line["name"],
            timezone=(line["timezone"] or ZoneInfo("Asia/Shanghai")).key,
            currency=Currency(line["currency"] or CNY),
            opens=opens,
            closes=closes,
            at=line.at,
        )
        policies.install(
            session, document=self.policy, valid_from=BEFORE_EVERYTHING, actor=system_actor(club), at=line.at
        )
        self.club = club

    def hire(self, session: Session, line: Line) -> None:
        role = Role(line["role"])
        hired = staff.hire(
            session,
            username=f"replay-{len(self.staff) + 1}",
            name=line["name"],
            role=role,
            kind=Kind(line["kind"]) if line["kind"] else None,
            team=line["team"],
            level=line["level"] or 1,
            actor=system_actor(self.here),
            at=line.at,
        )
        self.staff[line["code"]] = Actor(
            kind=ActorKind.STAFF,
            club=self.here,
            account_id=hired.account_id,
            consultant_id=hired.consultant_id,
            roles=frozenset({role}),
            name=line["name"],
        )

    def change_team(self, session: Session, line: Line) -> None:
        consultant_id = self.consultant(line["staff"])
        assert consultant_id is not None
        profiles.change_team(
            session, consultant_id=consultant_id, team=line["team"], actor=system_actor(self.here), at=line.at
        )

    def list_card_type(self, session: Session, line: Line) -> None:
        self.card_types[line["code"]] = catalogue.add_card_type(
            session,
            code=line["code"],
            name=line["name"],
            kind=CardKind(line["kind"]),
            price=self.money(line["price"]) if line["price"] else None,
            # Without a price it may be sold at any: there is no floor.
            floor_price=self.money(line["floor_price"]) if line["price"] and line["floor_price"] else None,
            days=line["days"],
            visits=line["visits"],
            no_discount=bool(line["no_discount"]),
            actor=system_actor(self.here),
            at=line.at,
        )

    def open_shift(self, session: Session, line: Line) -> None:
        by = self.staff[line["by"]]
        posts.open_shift(
            session,
            consultant_id=_own(by),
            checklist=None,
            actor=by,
            at=line.at,
        )

    def close_shift(self, session: Session, line: Line) -> None:
        by = self.staff[line["by"]]
        posts.close_shift(
            session,
            consultant_id=_own(by),
            acknowledged_by=self.consultant(line["acknowledged_by"]),
            override=self._override(line),
            actor=by,
            at=line.at,
        )

    def change_status(self, session: Session, line: Line) -> None:
        by = self.staff[line["by"]]
        posts.change_status(
            session,
            consultant_id=_own(by),
            status=Status(line["status"]),
            override=self._override(line),
            recorded=True,
            actor=by,
            at=line.at,
        )

    def capture_lead(self, session: Session, line: Line) -> None:
        by = self.staff[line["by"]]
        person_id = people.find_or_add(session, e164=line["phone"], name=line["name"], actor=by, at=line.at)
        intake.capture(session, person_id=person_id, source=Source(line["source"]), actor=by, at=line.at)

    def set_target(self, session: Session, line: Line) -> None:
        targets.set_target(
            session,
            consultant_id=_own(self.staff[line["staff"]]),
            month=line["month"],
            amount=self.money(line["amount"]),
            actor=system_actor(self.here),
            at=line.at,
        )

    def plan_shift(self, session: Session, line: Line) -> None:
        with suppress(Refused):  # a roster decides nothing here, and the format knows no refusal of it
            roster.plan(
                session,
                consultant_id=_own(self.staff[line["staff"]]),
                day=line["date"],
                shift=line["shift"],
                actor=system_actor(self.here),
                at=line.at,
            )

    def claim_lead(self, session: Session, line: Line) -> None:
        by = self.staff[line["by"]]
        person = person_queries.by_phone(session, self.here.organisation_id, line["phone"])
        if person is None:
            refuse(ClaimRefused.UNKNOWN).or_raise()
        claims.claim(session, person_id=person.id, consultant_id=_own(by), actor=by, at=line.at)
        self.claimed[person.id] = line["phone"]
        held = claim_queries.running(session, self.here.id, person.id)
        if held is not None:
            clock = claim_queries.clocks_of(session, self.here, [held])[held.id]
            ends = next_end(clock, self.here.zone)
            if ends is not None:
                self.next_claim_ends = min(ends, self.next_claim_ends or ends)

    def log_contact(self, session: Session, line: Line) -> None:
        by = self.staff[line["by"]]
        followups.log_contact(
            session,
            # A club's past may hold calls to people it never wrote down.
            person_id=people.find_or_add(session, e164=line["phone"], name="", actor=by, at=line.at),
            consultant_id=_own(by),
            channel=Channel(line["channel"]),
            outcome=ContactOutcome(line["outcome"]),
            contacted_at=line["contacted_at"],
            actor=by,
            at=line.at,
        )

    def make_appointment(self, session: Session, line: Line) -> None:
        consultant = self.staff[line["consultant"]]
        by = self.staff[line["by"]] if line["by"] else consultant
        told = self.staff[line["reported_to"]] if line["reported_to"] else None
        appointments.make(
            session,
            consultant_id=_own(consultant),
            person_id=people.find_or_add(
                session, e164=line["phone"], name=line["name"] or "", actor=by, at=line.at
            ),
            due_at=line["due_at"],
            # Told to anybody else, nobody with authority knows (SHF-07).
            reported_to=account_of(told) if told is not None and told.has_role(*MAY_BE_TOLD) else None,
            whenever=True,
            actor=by,
            at=line.at,
        )

    def issue_trial_pass(self, session: Session, line: Line) -> None:
        self.passes["trial_pass", line["code"]] = passes.issue(
            session,
            kind=PassKind.TRIAL_PASS,
            consultant_id=self.consultant(line["consultant"]),
            valid_until=line["valid_until"],
            actor=system_actor(self.here),
            at=line.at,
        ).code

    def issue_gift_coupon(self, session: Session, line: Line) -> None:
        self.passes["gift_coupon", line["code"]] = passes.issue(
            session,
            kind=PassKind.GIFT_COUPON,
            consultant_id=None,
            actor=system_actor(self.here),
            at=line.at,
        ).code

    def receive_guest(self, session: Session, line: Line) -> None:
        signals = [
            Signal(kind, consultant_id)
            for kind, name in ((SignalKind.BUSINESS_CARD, "business_card"), (SignalKind.NAME, "asks_for"))
            if (consultant_id := self.consultant(line[name])) is not None
        ]
        arrival = reception.arrive(
            session,
            e164=line["phone"],
            name=line["name"] or "",
            signals=signals,
            passes=[self.passes[kind, line[kind]] for kind in ("trial_pass", "gift_coupon") if line[kind]],
            came_with=self.guests[line["came_with"]] if line["came_with"] else None,
            actor=system_actor(self.here),
            at=line.at,
        )
        self.guests[line["guest"]] = arrival.reception_id

    def authorise_off_duty(self, session: Session, line: Line) -> None:
        consultant_id = self.consultant(line["consultant"])
        assert consultant_id is not None
        reception.authorise_off_duty(
            session,
            consultant_id=consultant_id,
            reception_id=self.guests[line["guest"]] if line["guest"] else None,
            actor=self.staff[line["by"]],
            at=line.at,
        )

    def see_out(self, session: Session, line: Line) -> None:
        reception.see_out(
            session,
            reception_id=self.guests[line["guest"]],
            outcome=Outcome.LEFT,
            actor=system_actor(self.here),
            at=line.at,
        )

    def try_reception(self, session: Session, line: Line) -> None:
        by = self.staff[line["by"]]
        reception.try_reception(
            session,
            consultant_id=_own(by),
            reception_id=self.guests[line["guest"]],
            actor=by,
            at=line.at,
        )

    def open_sale(self, session: Session, line: Line) -> None:
        seller = self.staff[line["consultant"]]
        approver = self.staff[line["discount_approved_by"]] if line["discount_approved_by"] else None
        person_id = None
        if line["phone"]:
            person_id = people.find_or_add(session, e164=line["phone"], name="", actor=seller, at=line.at)
        self.sales[line["sale"]] = sales.open_sale(
            session,
            card_type_id=self.card_types[line["card_type"]],
            price=self.money(line["price"]),
            kind=SaleKind(line["kind"]),
            person_id=person_id,
            reception_id=self.guests[line["guest"]] if line["guest"] else None,
            consultant_id=seller.consultant_id,
            discount_approved_by=(
                Approver(account_id=account_of(approver), roles=approver.roles) if approver else None
            ),
            actor=seller,
            at=line.at,
        )

    def buy_online(self, session: Session, line: Line) -> None:
        buyer = system_actor(self.here)
        person_id = people.find_or_add(session, e164=line["phone"], name="", actor=buyer, at=line.at)
        self.sales[line["sale"]] = sales.open_sale(
            session,
            card_type_id=self.card_types[line["card_type"]],
            price=self.money(line["price"]),
            kind=SaleKind.NEW,
            person_id=person_id,
            reception_id=None,
            consultant_id=None,
            discount_approved_by=None,
            actor=replace(buyer, kind=ActorKind.GUEST),
            at=line.at,
        )

    def receive_money(self, session: Session, line: Line) -> None:
        taker = self.staff[line["taken_by"]] if line["taken_by"] else system_actor(self.here)
        sale_id = self.sale(line["sale"])
        sales.book_receipt(
            session,
            sale_id=sale_id,
            amount=self.money(line["amount"]),
            method=Method(line["method"]),
            taken_by=taker.consultant_id,
            event_id=line["event_id"],
            paid_at=line["paid_at"],
            actor=taker,
            at=line.at,
        )

    def refund_money(self, session: Session, line: Line) -> None:
        by = self.staff[line["by"]]
        refunds.refund(
            session,
            sale_id=self.sale(line["sale"]),
            amount=self.money(line["amount"]),
            event_id=line["event_id"],
            is_back=True,
            actor=by,
            at=line.at,
        )

    def make_payment_link(self, session: Session, line: Line) -> None:
        by = self.staff[line["by"]]
        online.start_online_payment(session, sale_id=self.sale(line["sale"]), actor=by, at=line.at)


def account_of(actor: Actor) -> AccountID:
    """Everybody of a history has an account."""
    assert actor.account_id is not None
    return actor.account_id


def _own(actor: Actor) -> ConsultantID:
    assert actor.consultant_id is not None
    return actor.consultant_id


PLAYS: Mapping[str, Callable[[Player, Session, Line], Any]] = {
    "club": Player.open_club,
    "staff": Player.hire,
    "team_changed": Player.change_team,
    "card_type": Player.list_card_type,
    "shift_opened": Player.open_shift,
    "shift_closed": Player.close_shift,
    "status_changed": Player.change_status,
    "target": Player.set_target,
    "roster": Player.plan_shift,
    "lead_captured": Player.capture_lead,
    "lead_claimed": Player.claim_lead,
    "follow_up": Player.log_contact,
    "appointment_made": Player.make_appointment,
    "trial_pass_issued": Player.issue_trial_pass,
    "gift_coupon_issued": Player.issue_gift_coupon,
    "guest_arrived": Player.receive_guest,
    "off_duty_authorised": Player.authorise_off_duty,
    "guest_seen_out": Player.see_out,
    "reception_tried": Player.try_reception,
    "sale_opened": Player.open_sale,
    "receipt": Player.receive_money,
    "refund": Player.refund_money,
    "payment_link_made": Player.make_payment_link,
    "self_purchase": Player.buy_online,
}


def at_offset(at: Instant, zone: ZoneInfo) -> str:
    """An instant as replay prints it: with the club's offset."""
    return at.astimezone(zone).isoformat()
