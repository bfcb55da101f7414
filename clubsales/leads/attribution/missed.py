"""Why a guest's follow-up records do not count: said to whoever wrote them. Pure."""

from collections.abc import Sequence
from datetime import date

from clubsales.clock import Instant
from clubsales.leads.attribution.rules import Missed, MissedBy
from clubsales.leads.followups.rules import ContactOutcome, FollowUpPolicy, Record, is_effective

# What a guest takes part in, whatever a club goes by.
REACHED = frozenset({ContactOutcome.ANSWERED, ContactOutcome.REPLIED, ContactOutcome.MET})


def near_miss(
    records: Sequence[Record], *, arrived_at: Instant, arrived_on: date, policy: FollowUpPolicy
) -> Missed:
    """Why none of these records counts: the last one that reached the guest, else the last attempt."""
    before = [
        one
        for one in records
        if one.at < arrived_at and (one.corrected_at is None or one.corrected_at >= arrived_at)
    ]
    reached = [one for one in before if is_effective(one.outcome, policy)]
    if reached:
        days = (arrived_on - reached[-1].day).days
        return Missed(name=reached[-1].name, by=MissedBy.TOO_OLD, days=days, limit=policy.valid_days)
    spoken = [one for one in before if one.outcome in REACHED]
    if spoken:
        return Missed(name=spoken[-1].name, by=MissedBy.NOT_COUNTED)
    if before:
        return Missed(name=before[-1].name, by=MissedBy.NOT_REACHED)
    later = [one for one in records if one.at >= arrived_at]
    return Missed(name=(later or records)[-1].name, by=MissedBy.TOO_LATE if later else MissedBy.NOT_REACHED)
