"""What a turn is decided on, read and put to the rules; nothing is written here."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from clubsales import policies
from clubsales.actor import Actor
from clubsales.clock import Instant, local_day
from clubsales.consultants.profiles import queries as profiles
from clubsales.frontdesk.reception import queries
from clubsales.frontdesk.reception.rules import (
    DESIGNATE,
    DESIGNATES_MEMBERS,
    Company,
    CouponPolicy,
    Designation,
    GuestFacts,
    OwnedLeadPolicy,
    who_receives,
)
from clubsales.frontdesk.rotation import queries as rotation
from clubsales.frontdesk.rotation.queries import Floor
from clubsales.frontdesk.rotation.rules import ProxyPolicy, RotationPolicy, Turn
from clubsales.ids import ConsultantID, PolicyVersionID
from clubsales.leads.touches.rules import DesignationPolicy, Signal, SignalKind, designated_by
from clubsales.prepared import Answer


@dataclass(frozen=True, slots=True, kw_only=True)
class FloorPolicy:
    """What turns are decided by on a club-local day.

    `coupon_resets_lead`: a lead somebody holds makes no guest with a gift coupon his (AMB-06).
    """

    version_id: PolicyVersionID
    rotation: RotationPolicy
    proxy: ProxyPolicy
    precedence: tuple[str, ...]
    owned_lead_designates: bool = False
    coupon_resets_lead: bool = True


def floor_policy(session: Session, actor: Actor, at: Instant, *, asked: Answer | None = None) -> FloorPolicy:
    """The policy of the club-local day, as turns need it; `asked` is it, if asked for already."""
    answer = asked or policies.ask_policy_on(session, actor.club, local_day(at, actor.club.zone))
    policy = policies.policy_of(session, answer)
    owned_lead = policy.read("designation", OwnedLeadPolicy).owned_lead == DESIGNATE
    return FloorPolicy(
        version_id=policy.version_id,
        rotation=policy.read("rotation", RotationPolicy),
        proxy=policy.read("proxy", ProxyPolicy),
        precedence=policy.read("designation", DesignationPolicy).precedence,
        owned_lead_designates=owned_lead,
        coupon_resets_lead=not owned_lead or policy.read("gift_coupon", CouponPolicy).resets_tracking,
    )


def floor_now(session: Session, actor: Actor, policy: FloorPolicy, at: Instant) -> Floor:
    """The floor, with those barred for overdue follow-ups on this club-local day."""
    return rotation.floor(session, actor.club, policy.rotation, local_day(at, actor.club.zone))


def designation_of(
    session: Session,
    actor: Actor,
    floor: Floor,
    policy: FloorPolicy,
    *,
    signals: Sequence[Signal],
    is_member: bool,
    announced: Collection[ConsultantID] = (),
) -> Designation | None:
    """Whose guest the signals make him; a member is designated by an appointment only. Raises NotFound.

    `announced` are those whose appointment with him a supervisor or manager knew beforehand (SHF-07).
    """
    counting = tuple(s for s in signals if not is_member or s.kind in DESIGNATES_MEMBERS)
    signal = designated_by(counting, policy.precedence)
    if signal is None or signal.consultant_id is None:
        return None
    seat = floor.on_shift.get(signal.consultant_id)
    name = seat.name if seat is not None else profiles.get(session, actor.club.id, signal.consultant_id).name
    return Designation(
        consultant_id=signal.consultant_id,
        name=name,
        signal=signal.kind.value,
        comes_off_duty=(
            seat is None
            and signal.kind is SignalKind.APPOINTMENT
            and signal.consultant_id in announced
            and not queries.has_guest(session, actor.club.id, signal.consultant_id)
        ),
    )


def decided(
    floor: Floor,
    policy: FloorPolicy,
    designation: Designation | None,
    company: Company | None,
    *,
    passed_by: Collection[ConsultantID] = (),
    waits_for_designated: bool = False,
) -> Turn:
    """Who takes the guest."""
    facts = GuestFacts(
        queue=floor.queue,
        on_shift=floor.on_shift,
        designation=designation,
        company=company,
        passed_by=frozenset(passed_by),
        waits_for_designated=waits_for_designated,
    )
    return who_receives(facts, rotation=policy.rotation, proxy=policy.proxy)
