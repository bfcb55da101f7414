"""Plays history lines through the operations the screens use."""

from collections.abc import Callable, Mapping
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from clubsales.clock import Instant
from clubsales.leads.claims import operations as claims
from clubsales.leads.claims import queries as claim_queries
from clubsales.office.replay import disputing, founding, paying, prospecting, selling, working
from clubsales.office.replay.lines import Line
from clubsales.office.replay.run import Run

PLAYS: Mapping[str, Callable[[Run, Session, Line], None]] = {
    "club": founding.open_club,
    "staff": founding.hire,
    "team_changed": founding.change_team,
    "card_type": founding.list_card_type,
    "shift_opened": working.open_shift,
    "shift_closed": working.close_shift,
    "status_changed": working.change_status,
    "target": founding.set_target,
    "roster": founding.plan_shift,
    "lead_captured": prospecting.capture_lead,
    "lead_claimed": prospecting.claim_lead,
    "follow_up": prospecting.log_contact,
    "appointment_made": prospecting.make_appointment,
    "trial_pass_issued": prospecting.issue_trial_pass,
    "gift_coupon_issued": prospecting.issue_gift_coupon,
    "guest_arrived": working.receive_guest,
    "off_duty_authorised": working.authorise_off_duty,
    "guest_seen_out": working.see_out,
    "reception_tried": working.try_reception,
    "sale_opened": selling.open_sale,
    "receipt": selling.receive_money,
    "refund": selling.refund_money,
    "payment_link_made": selling.make_payment_link,
    "self_purchase": selling.buy_online,
    "dispute_opened": disputing.open_dispute,
    "dispute_ruled": disputing.rule,
    "assessment": paying.assess,
    "month_closed": paying.close_month,
}


class Player(Run):
    """A run that goes on."""

    __slots__ = ()

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


def at_offset(at: Instant, zone: ZoneInfo) -> str:
    """An instant as replay prints it: with the club's offset."""
    return at.astimezone(zone).isoformat()
