"""Evidence in memory: what attribution is decided on, without a database."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from clubsales.clock import Instant, local_day
from clubsales.ids import ConsultantID, PersonID, ReceptionID, TouchID
from clubsales.leads.attribution.cases import Case, Records, Settings
from clubsales.leads.attribution.rules import AttributionPolicy
from clubsales.leads.followups.rules import Channel, ContactOutcome, FollowUpPolicy, Record
from clubsales.leads.touches.rules import Passed, Signal, SignalKind, TurnTaken, Visit

SHANGHAI = ZoneInfo("Asia/Shanghai")
A, B, X, Y = ConsultantID(1), ConsultantID(2), ConsultantID(3), ConsultantID(4)
NAMES = {A: "林静", B: "周倩", X: "马超", Y: "郭芳"}
GUEST, FRIEND = PersonID(7), PersonID(8)
VISIT, EARLIER, OF_FRIEND = ReceptionID(70), ReceptionID(60), ReceptionID(65)
COUPON = Signal(SignalKind.GIFT_COUPON, None)


def at(day: int, hour: int = 10, minute: int = 0, *, zone: ZoneInfo = SHANGHAI) -> Instant:
    """A time in March 2026."""
    return datetime(2026, 3, day, hour, minute, tzinfo=zone)


def settings(
    *,
    precedence: Sequence[str] = ("appointment", "trial_pass", "business_card", "name"),
    valid_days: int = 15,
    **shares: object,
) -> Settings:
    """The default settings, with some changed."""
    effective = ("answered", "replied", "met")
    return Settings(
        shares=AttributionPolicy(**shares),  # type: ignore[arg-type]
        precedence=tuple(precedence),
        follow_up=FollowUpPolicy(valid_days=valid_days, effective_outcomes=effective),
    )


def case(**changes: object) -> Case:
    """The guest pays on the tenth to B, who received him."""
    values: dict[str, object] = {
        "person_id": GUEST,
        "reception_id": VISIT,
        "seller": B,
        "taken_by": None,
        "self_purchase": False,
        "buyer_is_member": False,
        "paid_at": at(10, 11),
        **changes,
    }
    return Case(**values)  # type: ignore[arg-type]


def turn(position: int = 2, *, skipped: int = 1, basis: str = "rotation") -> TurnTaken:
    """A place in the queue of three, past some at a meal."""
    passed = tuple(Passed(ConsultantID(90 + number), "meal") for number in range(skipped))
    return TurnTaken(basis=basis, rule="ROT-01", position=position, of=3, skipped=passed)


def visit(
    when: Instant,
    *signals: Signal,
    reception: ReceptionID | None = VISIT,
    by: ConsultantID | None = B,
    taken: TurnTaken | None = None,
    zone: ZoneInfo = SHANGHAI,
) -> Visit:
    """A guest comes."""
    return Visit(
        id=TouchID(int(when.timestamp())),
        reception_id=reception,
        consultant_id=by,
        at=when,
        day=local_day(when, zone),
        signals=signals,
        turn=taken,
    )


def record(
    when: Instant,
    *,
    by: ConsultantID = X,
    outcome: ContactOutcome = ContactOutcome.ANSWERED,
    channel: Channel = Channel.CALL,
) -> Record:
    """An outside consultant's contact."""
    return Record(
        consultant_id=by,
        name=NAMES[by],
        channel=channel,
        outcome=outcome,
        at=when,
        day=local_day(when, SHANGHAI),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class InMemory:
    """Evidence about one guest and the friend he came with."""

    came: tuple[Visit, ...] = ()
    written: tuple[Record, ...] = ()
    of_friend: tuple[Record, ...] = ()
    held_by: ConsultantID | None = None
    stood_in: ConsultantID | None = None
    came_with_friend: bool = False
    brought: bool = False

    def sells(self, consultant_id: ConsultantID) -> bool:
        return consultant_id in NAMES

    def visits(
        self, person_id: PersonID | None, reception_id: ReceptionID | None, day: date
    ) -> Sequence[Visit]:
        return [
            one
            for one in self.came
            if one.day <= day and (person_id is not None or one.reception_id == reception_id)
        ]

    def records(self, person_id: PersonID, reception_id: ReceptionID | None) -> Records:
        written = self.written if person_id == GUEST else self.of_friend
        arrived = [one for one in self.came if reception_id is not None and one.reception_id == reception_id]
        if not arrived:
            return Records(written=written)
        return Records(written=written, arrived_at=arrived[0].at, arrived_on=arrived[0].day)

    def holder(self, person_id: PersonID, at: Instant) -> ConsultantID | None:
        return self.held_by

    def proxy(self, reception_id: ReceptionID) -> ConsultantID | None:
        return self.stood_in

    def came_with(self, reception_id: ReceptionID) -> tuple[ReceptionID, PersonID] | None:
        return (OF_FRIEND, FRIEND) if self.came_with_friend else None

    def brought_a_friend(self, reception_id: ReceptionID) -> bool:
        return self.brought

    def names(self, ids: Collection[ConsultantID]) -> Mapping[ConsultantID, str]:
        return NAMES
