"""Lines of a history about leads: captured, claimed, spoken to, booked, given a pass."""

from sqlalchemy.orm import Session

from clubsales.actor import Role, system_actor
from clubsales.auth.operations import account_of
from clubsales.errors import refuse
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
from clubsales.office.replay.lines import Line
from clubsales.office.replay.run import Run, own

MAY_BE_TOLD = (Role.SUPERVISOR, Role.CLUB_MANAGER)  # of a guest for somebody off duty (SHF-07)


def capture_lead(run: Run, session: Session, line: Line) -> None:
    """A lead, or one touch more on the first one."""
    by = run.staff[line["by"]]
    person_id = people.find_or_add(session, e164=line["phone"], name=line["name"], actor=by, at=line.at)
    intake.capture(session, person_id=person_id, source=Source(line["source"]), actor=by, at=line.at)


def claim_lead(run: Run, session: Session, line: Line) -> None:
    """Somebody claims a lead; raises Refused for a phone nobody knows."""
    by = run.staff[line["by"]]
    person = person_queries.by_phone(session, run.here.organisation_id, line["phone"])
    if person is None:
        refuse(ClaimRefused.UNKNOWN).or_raise()
    claims.claim(session, person_id=person.id, consultant_id=own(by), actor=by, at=line.at)
    run.claimed[person.id] = line["phone"]
    held = claim_queries.running(session, run.here.id, person.id)
    if held is not None:
        clock = claim_queries.clocks_of(session, run.here, [held])[held.id]
        ends = next_end(clock, run.here.zone)
        if ends is not None:
            run.next_claim_ends = min(ends, run.next_claim_ends or ends)


def log_contact(run: Run, session: Session, line: Line) -> None:
    """A call, a message, a meeting, as it was written down."""
    by = run.staff[line["by"]]
    followups.log_contact(
        session,
        # A club's past may hold calls to people it never wrote down.
        person_id=people.find_or_add(session, e164=line["phone"], name="", actor=by, at=line.at),
        consultant_id=own(by),
        channel=Channel(line["channel"]),
        outcome=ContactOutcome(line["outcome"]),
        contacted_at=line["contacted_at"],
        actor=by,
        at=line.at,
    )


def make_appointment(run: Run, session: Session, line: Line) -> None:
    """A guest says when he comes, and to whom."""
    consultant = run.staff[line["consultant"]]
    by = run.staff[line["by"]] if line["by"] else consultant
    told = run.staff[line["reported_to"]] if line["reported_to"] else None
    appointments.make(
        session,
        consultant_id=own(consultant),
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


def issue_trial_pass(run: Run, session: Session, line: Line) -> None:
    """A pass a consultant hands out."""
    run.passes["trial_pass", line["code"]] = passes.issue(
        session,
        kind=PassKind.TRIAL_PASS,
        consultant_id=run.consultant(line["consultant"]),
        valid_until=line["valid_until"],
        actor=system_actor(run.here),
        at=line.at,
    ).code


def issue_gift_coupon(run: Run, session: Session, line: Line) -> None:
    """A coupon that names nobody."""
    run.passes["gift_coupon", line["code"]] = passes.issue(
        session,
        kind=PassKind.GIFT_COUPON,
        consultant_id=None,
        actor=system_actor(run.here),
        at=line.at,
    ).code
