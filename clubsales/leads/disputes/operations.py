"""Use cases of the parties: a case is opened, argued, objected to, appealed, withdrawn.

While a case runs the sale's credit is held. Deciding it is in `deciding`.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales import audit
from clubsales.actor import Actor
from clubsales.clock import Instant, local_day
from clubsales.consultants.credits import operations as credits_
from clubsales.consultants.credits import queries as credit_queries
from clubsales.consultants.profiles import queries as profiles
from clubsales.db import insert_row
from clubsales.errors import Reason, refuse
from clubsales.ids import ConsultantID, SaleID
from clubsales.leads.disputes import papers as papers_
from clubsales.leads.disputes import queries
from clubsales.leads.disputes.acting import Act, listed, lock_sale, locked, post, step, told
from clubsales.leads.disputes.events import (
    DisputeAppealed,
    DisputeOpened,
    DisputeWithdrawn,
    SettlementObjected,
    StatementMade,
)
from clubsales.leads.disputes.models import DisputeAttachmentRow, DisputeRow, DisputeStepRow
from clubsales.leads.disputes.papers import Paper
from clubsales.leads.disputes.rules import (
    LONGEST_WORDS,
    RULE,
    DisputePolicy,
    DisputeRefused,
    Status,
    StepKind,
    largest,
    may_appeal,
    may_object,
    may_open,
    may_say,
    may_state,
    may_withdraw,
    sides_of,
)
from clubsales.leads.disputes.standing import opening_of
from clubsales.leads.disputes.tables import ATTACHMENT
from clubsales.policies import policy_on
from clubsales.typed import free_text


def open_dispute(
    session: Session,
    *,
    sale_id: SaleID,
    consultant_id: ConsultantID,
    words: str = "",
    anew: bool = False,
    actor: Actor,
    at: Instant,
) -> str:
    """Somebody says that a sale's credit is his: it is held until the case ends. Returns the case's public id.

    `anew`: also by a party of a case that was decided, as a history may tell.
    Raises NotFound and Refused(DisputeRefused.NOT_PAID, WINDOW, NO_TOUCH, OPEN, DECIDED, WORDS_LONG).
    """
    club, today = actor.club, local_day(at, actor.club.zone)
    policy = policy_on(session, club, today)
    rules = policy.read("dispute", DisputePolicy)
    opener = profiles.get(session, club.id, consultant_id)
    line = queries.of_sale(session, club.id, sale_id)
    facts = opening_of(session, club, sale_id, opener, line, today)
    may_open(facts, rules, anew=anew).or_raise()
    said = free_text(words)
    may_say(said, LONGEST_WORDS).or_raise()
    stored = credit_queries.stored_head(session, club.id, sale_id)
    if stored is None:
        refuse(DisputeRefused.NOT_PAID).or_raise()
    shares = stored.head.shares
    holder = largest(shares)
    row = DisputeRow(
        club_id=club.id,
        sale_id=sale_id,
        opened_by=consultant_id,
        opened_at=at,
        opened_day=today,
        proposal={
            "shares": listed(shares),
            "rule": stored.rule,
            "reason": dict(stored.reason),
            "working": [dict(step) for step in stored.working],
        },
        rule=stored.rule,
        sides=sides_of(opener.kind, None if holder is None else profiles.get(session, club.id, holder).kind),
        policy_version_id=policy.version_id,
    )
    # Who opens a second case at the same moment is stopped by the index, and hears of the first.
    insert_row(session, row)
    reason = Reason(RULE, "dispute.opened", {"by": opener.name})
    credits_.hold(session, sale_id=sale_id, reference=row.public_id, reason=reason, actor=actor, at=at)
    event = DisputeOpened(sale_id, row.id, consultant_id, told(shares), policy.version_id)
    audit.record(session, event, actor=actor, at=at)
    act = Act(
        row=row,
        view=queries.by_id(session, club.id, row.id),
        policy=rules,
        policy_version_id=policy.version_id,
        actor=actor,
        at=at,
    )
    step(session, act, StepKind.OPENED, consultant_id=consultant_id, words=said)
    return row.public_id


def state(
    session: Session,
    *,
    public_id: str,
    words: str,
    papers: Sequence[Paper] = (),
    actor: Actor,
    at: Instant,
) -> str:
    """A party says how it was, with pictures and papers. Returns the step's public id.

    Raises NotFound and Refused(DisputeRefused.NOT_OPEN, NOT_PARTY, NO_WORDS, WORDS_LONG, PaperRefused).
    """
    act = locked(session, public_id, actor, at)
    said = free_text(words)
    may_state(act.view.case, actor.consultant_id, at, says=bool(said or papers)).or_raise()
    may_say(said, LONGEST_WORDS).or_raise()
    said_in = step(session, act, StepKind.STATEMENT, words=said)
    kept = _attach(session, act, said_in, papers)
    event = StatementMade(act.row.id, said_in.id, actor.consultant_id, kept)
    audit.record(session, event, actor=actor, at=at)
    return said_in.public_id


def withdraw(session: Session, *, public_id: str, words: str = "", actor: Actor, at: Instant) -> None:
    """Whoever opened a case lets it be: the credit stands as before.

    Raises NotFound and Refused(DisputeRefused.UNDER_APPEAL, NOT_OPEN, NOT_OPENER, WORDS_LONG).
    """
    act = locked(session, public_id, actor, at)
    may_withdraw(act.view.case, actor.consultant_id, at).or_raise()
    said = free_text(words)
    may_say(said, LONGEST_WORDS).or_raise()
    reason = Reason(RULE, "dispute.withdrawn", {"by": act.view.opener})
    act.row.status, act.row.stands_at = Status.WITHDRAWN.value, None
    act.row.policy_version_id = act.policy_version_id
    post(session, act, None, reason)
    event = DisputeWithdrawn(act.row.sale_id, act.row.id, actor.consultant_id, reason.code)
    audit.record(session, event, actor=actor, at=at)
    step(session, act, StepKind.WITHDRAWN, words=said)


def object_to(session: Session, *, public_id: str, words: str = "", actor: Actor, at: Instant) -> None:
    """A party does not agree with a settlement: from now on only the final role decides.

    Raises NotFound and Refused(DisputeRefused.NOT_SETTLED, OBJECTION_LATE, NOT_PARTY, WORDS_LONG).
    """
    act = locked(session, public_id, actor, at)
    may_object(act.view.case, actor.consultant_id, at).or_raise()
    said = free_text(words)
    may_say(said, LONGEST_WORDS).or_raise()
    act.row.status, act.row.stands_at, act.row.objected_at = Status.OPEN.value, None, at
    audit.record(session, SettlementObjected(act.row.id, actor.consultant_id), actor=actor, at=at)
    step(session, act, StepKind.OBJECTED, words=said)


def appeal(session: Session, *, public_id: str, words: str = "", actor: Actor, at: Instant) -> None:
    """A party does not agree with a ruling: the credit is held again until somebody above has decided (DSP-11).

    Raises NotFound and Refused(DisputeRefused.UNDER_APPEAL, NOT_RULED, FINAL, NOT_PARTY, APPEAL_LATE, WORDS_LONG).
    """
    act = locked(session, public_id, actor, at)
    may_appeal(act.view.case, actor.consultant_id, local_day(at, actor.club.zone), at).or_raise()
    said = free_text(words)
    may_say(said, LONGEST_WORDS).or_raise()
    act.row.status, act.row.appealed_at = Status.APPEALED.value, at
    lock_sale(session, act.row.sale_id)
    sale_id = SaleID(act.row.sale_id)
    reason = Reason(RULE, "dispute.appealed", {"by": actor.name})
    credits_.hold(session, sale_id=sale_id, reference=public_id, reason=reason, actor=actor, at=at)
    event = DisputeAppealed(act.row.sale_id, act.row.id, actor.consultant_id)
    audit.record(session, event, actor=actor, at=at)
    step(session, act, StepKind.APPEALED, words=said)


def _attach(session: Session, act: Act, said_in: DisputeStepRow, added: Sequence[Paper]) -> list[str]:
    """Keep papers beside a step; returns their public ids. Raises Refused(PaperRefused)."""
    if not added:
        return []
    already = session.execute(
        sa.select(sa.func.count()).where(ATTACHMENT.c.dispute_id == act.row.id)
    ).scalar_one()
    papers_.may_add(added, already).or_raise()
    kept = []
    for paper in added:
        attachment = DisputeAttachmentRow(
            dispute_id=act.row.id,
            step_id=said_in.id,
            name=papers_.kept_name(paper),
            media_type=paper.media_type or "",
            size=len(paper.content),
            digest=paper.digest,
            content=paper.content,
        )
        insert_row(session, attachment)
        kept.append(attachment.public_id)
    return kept
