"""The pages of leave."""

from http import HTTPStatus

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from clubsales.actor import Actor, Role
from clubsales.auth.guard import current_actor, requires, requires_sign_in
from clubsales.auth.permissions import Permission, may
from clubsales.clock import Instant, local_day, now
from clubsales.consultants.leave import form_views, operations, queries
from clubsales.consultants.leave.blueprint import bp
from clubsales.consultants.leave.forms import AwayForm, DecisionForm, LeaveForm, short_day
from clubsales.consultants.leave.lines import Line, authority_of, decided_line, line_of, who, why, words
from clubsales.consultants.leave.rules import (
    MAY_MARK_AWAY,
    DecideFacts,
    LeavePolicy,
    as_days,
    may_decide,
    may_file,
)
from clubsales.db import db, transact
from clubsales.errors import Allowed, NotFound, Refusal, Refused
from clubsales.i18n import gettext as _
from clubsales.i18n import refusal_text
from clubsales.ids import ConsultantID
from clubsales.policies import policy_on
from clubsales.typed import free_text
from clubsales.web import render, render_piece

__all__ = ["bp", "form_views"]

APPROVE = "approve"


@bp.get("/leave")
@requires_sign_in
def mine() -> ResponseReturnValue:
    """My leave: ask for some, and what became of it."""
    actor, at = current_actor(), now()
    form = LeaveForm(today=local_day(at, actor.club.zone), formdata=None)
    return _my_page(actor, form, at)


@bp.get("/leave/estimate")
@requires_sign_in
def estimate() -> ResponseReturnValue:
    """What the form would cost as it stands, and who would decide it."""
    actor, at = current_actor(), now()
    form = LeaveForm(today=local_day(at, actor.club.zone), formdata=request.args, meta={"csrf": False})
    if not form.is_valid():
        errors = [str(error) for field in form for error in field.errors]
        return render_piece("consultants/leave/_estimate.html", refused=errors[0], costs=None)
    return _estimate_piece(actor, form, at)


@bp.post("/leave")
@requires_sign_in
def file() -> ResponseReturnValue:
    """Ask for leave."""
    actor, at, consultant_id = current_actor(), now(), _profile(current_actor())
    form = LeaveForm(today=local_day(at, actor.club.zone))
    if not form.is_valid():
        return _my_page(actor, form, at), HTTPStatus.UNPROCESSABLE_ENTITY
    span = form.span
    leave_id = transact(
        lambda s: operations.file(
            s,
            consultant_id=consultant_id,
            kind=form.chosen_kind,
            first_day=span.first_day,
            last_day=span.last_day,
            from_noon=span.from_noon,
            until_noon=span.until_noon,
            reason=free_text(form.reason.data),
            actor=actor,
            at=at,
        )
    )
    filed = next(each for each in queries.of_consultant(db.session, consultant_id) if each.id == leave_id)
    flash(
        _(
            "Your request is filed (working days: %(days)s). It waits for: %(who)s.",
            days=filed.days,
            who=who(authority_of(actor, filed, at)),
        ),
        "success",
    )
    return redirect(url_for("leave.mine"), HTTPStatus.SEE_OTHER)


@bp.post("/leave/<public_id>/withdraw")
@requires_sign_in
def withdraw(public_id: str) -> ResponseReturnValue:
    """Take one's own request back."""
    actor, at = current_actor(), now()
    transact(lambda s: operations.withdraw(s, public_id=public_id, actor=actor, at=at))
    flash(
        _(
            "Withdrawn. Shifts freed for this leave do not come back by themselves: ask for them to be planned."
        ),
        "success",
    )
    return redirect(url_for("leave.mine"), HTTPStatus.SEE_OTHER)


@bp.get("/leave/inbox")
@requires(Permission.LEAVE_DECIDE)
def inbox() -> ResponseReturnValue:
    """What is mine to decide, what I may decide in somebody's place, what waits for others, what was decided."""
    actor, at = current_actor(), now()
    today = local_day(at, actor.club.zone)
    to_decide: list[Line] = []
    decidable: list[Line] = []
    with_others: list[Line] = []
    for leave in queries.waiting(db.session, actor.club.id):
        authority = authority_of(actor, leave, at)
        decision = may_decide(
            DecideFacts(
                status=leave.status,
                authority=authority,
                decider_roles=actor.roles,
                is_own=leave.account_id == actor.account_id,
                approve=True,
                note="",
            )
        )
        line = Line(leave, why(authority), who(authority))
        if not isinstance(decision, Allowed):
            with_others.append(line)
        elif authority.is_first_for(actor.roles):
            to_decide.append(line)
        else:
            decidable.append(line)
    return render(
        "consultants/leave/inbox.html",
        to_decide=to_decide,
        decidable=decidable,
        with_others=with_others,
        decided=[decided_line(actor, leave, at) for leave in queries.decided(db.session, actor.club.id)],
        away=queries.away_on(db.session, actor.club.id, Role.GENERAL_MANAGER, today),
        may_see_away=may(actor, Permission.STAFF_MANAGE),
        **words(),
    )


@bp.post("/leave/<public_id>/decide")
@requires(Permission.LEAVE_DECIDE)
def decide(public_id: str) -> ResponseReturnValue:
    """Approve a request, or refuse it and say why."""
    actor, at, form = current_actor(), now(), DecisionForm()
    if not form.is_valid():
        abort(HTTPStatus.BAD_REQUEST)
    approve = form.answer.data == APPROVE
    note = free_text(form.note.data)
    transact(
        lambda s: operations.decide(s, public_id=public_id, approve=approve, note=note, actor=actor, at=at)
    )
    leave = queries.by_public_id(db.session, actor.club.id, public_id)
    if approve:
        said = _(
            "Approved: %(name)s is off (working days: %(days)s), and the planned shifts are freed.",
            name=leave.name,
            days=leave.days,
        )
    else:
        said = _("Refused. %(name)s can read the reason under My leave.", name=leave.name)
    flash(said, "success")
    return redirect(url_for("leave.inbox"), HTTPStatus.SEE_OTHER)


@bp.get("/leave/away")
@requires(Permission.STAFF_MANAGE)
def away() -> ResponseReturnValue:
    """When the general manager is absent, so that the deputy decides."""
    return _away_page(current_actor(), AwayForm(formdata=None))


@bp.post("/leave/away")
@requires(Permission.STAFF_MANAGE)
def mark_away() -> ResponseReturnValue:
    """Mark the general manager absent."""
    actor, at, form = current_actor(), now(), AwayForm()
    if not form.is_valid():
        return _away_page(actor, form), HTTPStatus.UNPROCESSABLE_ENTITY
    transact(
        lambda s: operations.mark_away(
            s, first_day=form.first_day.data, last_day=form.last_day.data, actor=actor, at=at
        )
    )
    flash(_("Marked absent. On these days the deputy decides for the general manager."), "success")
    return redirect(url_for("leave.away"), HTTPStatus.SEE_OTHER)


@bp.post("/leave/away/<public_id>/end")
@requires(Permission.STAFF_MANAGE)
def end_away(public_id: str) -> ResponseReturnValue:
    """The general manager is back."""
    actor, at = current_actor(), now()
    transact(lambda s: operations.end_away(s, public_id=public_id, actor=actor, at=at))
    flash(_("The absence is removed. The general manager decides again."), "success")
    return redirect(url_for("leave.away"), HTTPStatus.SEE_OTHER)


def _profile(actor: Actor) -> ConsultantID:
    if actor.consultant_id is None:
        raise NotFound
    return actor.consultant_id


def _my_page(actor: Actor, form: LeaveForm, at: Instant) -> str:
    today = local_day(at, actor.club.zone)
    mine = queries.of_consultant(db.session, actor.consultant_id) if actor.consultant_id else []
    return render(
        "consultants/leave/mine.html",
        form=form,
        has_profile=actor.consultant_id is not None,
        lines=[line_of(actor, leave, at) for leave in mine],
        notice_days=policy_on(db.session, actor.club, today).read("leave", LeavePolicy).notice_days,
        may_decide=may(actor, Permission.LEAVE_DECIDE),
        **words(),
    )


def _estimate_piece(actor: Actor, form: LeaveForm, at: Instant) -> str:
    consultant_id, span = _profile(actor), form.span
    today = local_day(at, actor.club.zone)
    try:
        costs = operations.estimate(db.session, consultant_id=consultant_id, span=span, actor=actor, at=at)
    except Refused as refused:
        sentence = refusal_text(refused.refusal)
        return render_piece("consultants/leave/_estimate.html", refused=sentence, costs=None)
    decision = may_file(
        span,
        form.chosen_kind,
        halves=costs.halves,
        reason=free_text(form.reason.data),
        today=today,
        notice_days=policy_on(db.session, actor.club, today).read("leave", LeavePolicy).notice_days,
    )
    return render_piece(
        "consultants/leave/_estimate.html",
        refused=refusal_text(decision) if isinstance(decision, Refusal) else "",
        costs=as_days(costs.halves),
        why=why(costs.authority),
        who=who(costs.authority),
        span=span,
        short_day=short_day,
    )


def _away_page(actor: Actor, form: AwayForm) -> str:
    today = local_day(now(), actor.club.zone)
    return render(
        "consultants/leave/away.html",
        form=form,
        today=today,
        may_mark=not actor.roles.isdisjoint(MAY_MARK_AWAY),
        marked=queries.away_from(db.session, actor.club.id, Role.GENERAL_MANAGER, today),
    )
