"""Use cases of those who decide: a case is settled, ruled, ruled on appeal; a settlement stands when time is over."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy.orm import Session

from clubsales import audit, clubs
from clubsales.actor import Actor, system_actor
from clubsales.clock import Instant, local_day
from clubsales.consultants.credits.rules import Share
from clubsales.consultants.profiles import queries as profiles
from clubsales.errors import Reason
from clubsales.leads.disputes import queries
from clubsales.leads.disputes.acting import Act, listed, locked, post, step, told
from clubsales.leads.disputes.events import DisputeDecided, SettlementStood
from clubsales.leads.disputes.judges import judges_of
from clubsales.leads.disputes.judging_rules import (
    Conduct,
    Wish,
    may_note_conduct,
    may_rule,
    may_rule_appeal,
    may_settle,
)
from clubsales.leads.disputes.rules import (
    RULE,
    Case,
    Status,
    StepKind,
    appeal_until,
    named,
)
from clubsales.typed import free_text

AT_ONCE = 200


def settle(
    session: Session,
    *,
    public_id: str,
    shares: Sequence[Share] | None,
    reason: str,
    conduct: Conduct | None = None,
    at_once: bool = False,
    actor: Actor,
    at: Instant,
) -> None:
    """A supervisor settles a case; it stands when nobody has objected in time (none: at once), and then it is final.

    No shares: as the rules proposed. `at_once`: nobody is left to object, as in a history.
    Raises NotFound and Refused(DisputeRefused.IS_SETTLED, UNDER_APPEAL, NOT_OPEN, PARTY, ROLE, OBJECTED, REASON, SHARES,
    WORDS_LONG, CONDUCT).
    """
    act = locked(session, public_id, actor, at)
    wish = _wish(session, act, shares, reason)
    may_settle(act.view.case, actor, wish, at).or_raise()
    stands_at = at if at_once else act.policy.stands_at(at)
    code = "dispute.settled" if wish.shares is not None else "dispute.settled_confirmed"
    waits = stands_at > at
    row = act.row
    row.status = Status.SETTLED.value if waits else Status.DECIDED.value
    row.stands_at = stands_at if waits else None
    row.decided_at, row.appeal_until = None if waits else at, None
    _decide(session, act, StepKind.SETTLED, wish, conduct, code)
    if not waits:
        post(session, act, _ruled(act, wish), _reason(session, code, actor.name, wish.shares))


def rule(
    session: Session,
    *,
    public_id: str,
    shares: Sequence[Share] | None,
    reason: str,
    conduct: Conduct | None = None,
    by_the_book: bool = False,
    actor: Actor,
    at: Instant,
) -> None:
    """Whoever holds the final role says whose the credit is; it is posted at once, and may be appealed against.

    No shares: as the rules proposed; anything else needs a reason. `by_the_book`: nobody stands in, as in a history.
    Raises NotFound and Refused(DisputeRefused.IS_SETTLED, UNDER_APPEAL, NOT_OPEN, PARTY, ROLE, OWN_SETTLEMENT, REASON,
    SHARES, WORDS_LONG, CONDUCT).
    """
    act = locked(session, public_id, actor, at)
    wish = _wish(session, act, shares, reason)
    case = act.view.case if by_the_book else _with_judges(session, act)
    may_rule(case, actor, wish, act.policy, at).or_raise()
    code = "dispute.ruled" if wish.shares is not None else "dispute.confirmed"
    row = act.row
    row.status, row.decided_at = Status.DECIDED.value, at
    row.appeal_until = appeal_until(local_day(at, actor.club.zone))
    _decide(session, act, StepKind.RULED, wish, conduct, code)
    post(session, act, _ruled(act, wish), _reason(session, code, actor.name, wish.shares))


def rule_appeal(
    session: Session,
    *,
    public_id: str,
    shares: Sequence[Share] | None,
    reason: str,
    conduct: Conduct | None = None,
    upholds: bool = False,
    actor: Actor,
    at: Instant,
) -> None:
    """The last word on a case, by somebody who has not ruled in it. No shares: as the rules proposed at first.

    `upholds`: the ruling stands, whatever the shares.

    Raises NotFound and Refused(DisputeRefused.NOT_APPEALED, PARTY, ROLE, OWN_RULING, REASON, SHARES, WORDS_LONG,
    CONDUCT).
    """
    act = locked(session, public_id, actor, at)
    wish = _wish(session, act, shares, reason)
    if upholds:
        wish = replace(wish, shares=act.view.ruled_shares, upholds=True)
    may_rule_appeal(_with_judges(session, act), actor, wish, act.policy).or_raise()
    code = "dispute.appeal_ruled" if wish.shares is not None else "dispute.appeal_confirmed"
    if wish.upholds:
        code = "dispute.appeal_upheld"
    row = act.row
    row.status, row.decided_at, row.appeal_until = Status.DECIDED.value, at, None
    _decide(session, act, StepKind.APPEAL_RULED, wish, conduct, code)
    post(session, act, _ruled(act, wish), _reason(session, code, actor.name, wish.shares))


def stand_due(session: Session, at: Instant) -> int:
    """Let the settlements stand that nobody objected to in time. Returns how many."""
    stood = 0
    for club_id, public_id in queries.due(session, at, AT_ONCE):
        stood += _let_stand(session, public_id, system_actor(clubs.get(session, club_id)), at)
    return stood


def _let_stand(session: Session, public_id: str, actor: Actor, at: Instant) -> bool:
    act = locked(session, public_id, actor, at)
    row, view = act.row, act.view
    if row.status != Status.SETTLED or row.stands_at is None or row.stands_at > at:
        return False  # somebody was faster
    # It is over since then, however late anybody looks: a month that ends meanwhile is nobody's loss.
    act = replace(act, at=row.stands_at)
    settled = [each for each in view.steps if each.kind is StepKind.SETTLED][-1]
    shares = None if settled.confirms else settled.shares
    row.status, row.stands_at, row.decided_at = Status.DECIDED.value, None, act.at
    code = "dispute.settled" if shares is not None else "dispute.settled_confirmed"
    post(session, act, shares, _reason(session, code, settled.by, shares))
    event = SettlementStood(row.sale_id, row.id, code, told(shares or view.proposal.shares))
    audit.record(session, event, actor=actor, at=at)
    step(session, act, StepKind.STOOD)
    return True


def _with_judges(session: Session, act: Act) -> Case:
    return replace(act.view.case, judges=judges_of(session, act.actor.club))


def _wish(session: Session, act: Act, shares: Sequence[Share] | None, reason: str) -> Wish:
    said = free_text(reason)
    if shares is None:
        return Wish(shares=None, reason=said)
    sellers = frozenset(
        each.id for each in profiles.all_in_club(session, act.actor.club.id) if each.kind is not None
    )
    return Wish(shares=named(shares), reason=said, sellers=sellers)


def _ruled(act: Act, wish: Wish) -> Sequence[Share] | None:
    """What to post: as it stands, where what stands is what the rules proposed."""
    if wish.shares is None and act.view.appealed_at is not None:
        return act.view.proposal.shares
    return wish.shares


def _decide(
    session: Session, act: Act, kind: StepKind, wish: Wish, conduct: Conduct | None, code: str
) -> None:
    """Write down who decided what; the row's status is set already."""
    note = (
        None
        if conduct is None
        else Conduct(consultant_id=conduct.consultant_id, note=free_text(conduct.note))
    )
    may_note_conduct(act.view.case, wish, note).or_raise()
    shares = wish.shares if wish.shares is not None else act.view.proposal.shares
    row, actor = act.row, act.actor
    row.ruled_by, row.shares, row.policy_version_id = actor.account_id, listed(shares), act.policy_version_id
    event = DisputeDecided(
        sale_id=row.sale_id,
        dispute_id=row.id,
        step=kind.value,
        reason=code,
        shares=told(shares),
        conduct_of=None if note is None else note.consultant_id,
        stands_at=row.stands_at,
        appeal_until=row.appeal_until,
        policy_version_id=act.policy_version_id,
    )
    audit.record(session, event, actor=actor, at=act.at)
    step(session, act, kind, shares=shares, confirms=wish.shares is None, words=wish.reason, conduct=note)


def _reason(session: Session, code: str, by: str, shares: Sequence[Share] | None) -> Reason:
    """Why the credit stands as it does; a split is told by names, what the rules proposed is what it was.

    The words of whoever decided stay with the case: a ledger keeps them for ever, a case can forget them.
    """
    if shares is None:
        return Reason(RULE, code, {"by": by})
    names = profiles.names(session, [each.consultant_id for each in shares if each.consultant_id is not None])
    split = [
        f"{names.get(share.consultant_id, '')} {share.basis_points / 100:g} %"
        for share in shares
        if share.consultant_id is not None
    ]
    return Reason(RULE, code, {"by": by, "split": split})
