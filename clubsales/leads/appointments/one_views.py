"""The pages of one appointment: what can be done with it before, and what became of it afterwards."""

from collections.abc import Mapping
from http import HTTPStatus

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from clubsales import policies
from clubsales.actor import Actor
from clubsales.answers import back_url
from clubsales.auth import queries as auth
from clubsales.auth.guard import current_actor, requires
from clubsales.auth.permissions import Permission, may
from clubsales.auth.queries import StaffLine
from clubsales.clock import Instant, local_day, local_time, now
from clubsales.consultants.profiles import queries as profiles
from clubsales.consultants.profiles.queries import ConsultantView
from clubsales.db import db, transact
from clubsales.errors import allow
from clubsales.i18n import gettext as _
from clubsales.leads.appointments import operations, outcomes, pages, queries, texts
from clubsales.leads.appointments.blueprint import bp
from clubsales.leads.appointments.forms import (
    CancelForm,
    MissedForm,
    OutcomeForm,
    ReassignForm,
    ReportForm,
    WhenForm,
)
from clubsales.leads.appointments.rules import AppointmentOutcome, MissedBecause, PhonePolicy, takes_reports


@bp.get("/appointments/<public_id>")
@requires(Permission.LEAD_SEE)
def show(public_id: str) -> ResponseReturnValue:
    """An appointment, and what can be done with it."""
    return _show(public_id)


@bp.post("/appointments/<public_id>/move")
@requires(Permission.APPOINTMENT_MAKE)
def move(public_id: str) -> ResponseReturnValue:
    """Another time."""
    actor, at = current_actor(), now()
    form = WhenForm()
    if not form.is_valid():
        return _show(public_id, when=form), HTTPStatus.UNPROCESSABLE_ENTITY
    due_at = form.due_at(actor.club.zone)
    transact(lambda s: operations.move(s, public_id=public_id, due_at=due_at, actor=actor, at=at))
    flash(_("The guest is expected at the new time."), "success")
    return redirect(url_for(".show", public_id=public_id))


@bp.post("/appointments/<public_id>/report")
@requires(Permission.APPOINTMENT_MAKE)
def report(public_id: str) -> ResponseReturnValue:
    """Tell a supervisor or the manager that the guest comes while the consultant is off duty."""
    actor, at = current_actor(), now()
    form = ReportForm()
    if not form.is_valid():
        return _show(public_id, report_form=form), HTTPStatus.UNPROCESSABLE_ENTITY
    to = auth.account_id_of(db.session, club=actor.club, public_id=form.to.data)
    transact(lambda s: operations.report(s, public_id=public_id, to=to, actor=actor, at=at))
    flash(_("Reported. The guest is yours even while you are off duty."), "success")
    return redirect(url_for(".show", public_id=public_id))


@bp.post("/appointments/<public_id>/cancel")
@requires(Permission.APPOINTMENT_MAKE)
def cancel(public_id: str) -> ResponseReturnValue:
    """The guest does not come after all."""
    actor, at = current_actor(), now()
    form = CancelForm()
    if not form.is_valid():
        return _show(public_id, cancel_form=form), HTTPStatus.UNPROCESSABLE_ENTITY
    reason = form.reason.data or ""
    transact(lambda s: operations.cancel(s, public_id=public_id, reason=reason, actor=actor, at=at))
    flash(_("The appointment is cancelled."), "success")
    return redirect(url_for(".show", public_id=public_id))


@bp.post("/appointments/<public_id>/outcome")
@requires(Permission.APPOINTMENT_MAKE)
def conclude(public_id: str) -> ResponseReturnValue:
    """What came of the visit, in one tap; who comes again is booked at once, or gets a next step."""
    actor, at = current_actor(), now()
    form = OutcomeForm()
    if not form.is_valid():
        return _show(public_id), HTTPStatus.UNPROCESSABLE_ENTITY
    outcome, next_at = AppointmentOutcome(form.outcome.data), None
    if form.has_next_time:
        when = WhenForm()
        if not when.is_valid():
            return _show(public_id, again=when), HTTPStatus.UNPROCESSABLE_ENTITY
        next_at = when.due_at(actor.club.zone)
    transact(
        lambda s: outcomes.conclude(
            s, public_id=public_id, outcome=outcome, next_at=next_at, actor=actor, at=at
        )
    )
    return _after(public_id, outcome, has_next_time=form.has_next_time, actor=actor)


@bp.post("/appointments/<public_id>/missed")
@requires(Permission.APPOINTMENT_MAKE)
def explain(public_id: str) -> ResponseReturnValue:
    """Why the guest did not come."""
    actor, at = current_actor(), now()
    form = MissedForm()
    if not form.is_valid():
        return _show(public_id), HTTPStatus.UNPROCESSABLE_ENTITY
    because = MissedBecause(form.because.data)
    transact(lambda s: outcomes.explain(s, public_id=public_id, because=because, actor=actor, at=at))
    flash(_("Noted. The guest can be booked again here at any time."), "success")
    return redirect(url_for(".show", public_id=public_id))


@bp.post("/appointments/<public_id>/reassign")
@requires(Permission.APPOINTMENT_MAKE)
def reassign(public_id: str) -> ResponseReturnValue:
    """Another consultant receives the guest."""
    actor, at = current_actor(), now()
    form = ReassignForm()
    if not form.is_valid():
        return _show(public_id, reassign_form=form), HTTPStatus.UNPROCESSABLE_ENTITY
    to = profiles.by_public_id(db.session, actor.club.id, form.consultant.data)
    transact(lambda s: outcomes.reassign(s, public_id=public_id, consultant_id=to.id, actor=actor, at=at))
    flash(_("%(name)s receives the guest now. Tell the guest.", name=to.name), "success")
    return redirect(url_for(".show", public_id=public_id))


@bp.post("/appointments/<public_id>/reminded")
@requires(Permission.APPOINTMENT_MAKE)
def remind(public_id: str) -> ResponseReturnValue:
    """The guest was reminded."""
    actor, at = current_actor(), now()
    transact(lambda s: outcomes.remind(s, public_id=public_id, actor=actor, at=at))
    flash(_("Noted: the guest was reminded."), "success")
    return redirect(back_url())


def _after(
    public_id: str, outcome: AppointmentOutcome, *, has_next_time: bool, actor: Actor
) -> ResponseReturnValue:
    """Where it goes on: a guest without a next time needs a next step (TEL-05), one who is lost a reason."""
    line = queries.line(db.session, actor.club.id, public_id)
    lead = line.lead_public_id
    if outcome is AppointmentOutcome.BE_BACK and has_next_time:
        flash(_("The guest is booked again."), "success")
        return redirect(url_for(".index"))
    if outcome is AppointmentOutcome.BE_BACK and lead and _plans(actor):
        flash(_("Saved. Write down what was said, and the next step with its day."), "success")
        return redirect(url_for("followups.contact", public_id=lead))
    if outcome is AppointmentOutcome.LOST and lead and may(actor, Permission.LEAD_CAPTURE):
        flash(_("Saved. If the guest is lost for good, choose the reason here."), "success")
        return redirect(url_for("intake.show", public_id=lead))
    flash(_("The outcome is saved."), "success")
    return redirect(back_url())


def _plans(actor: Actor) -> bool:
    return actor.consultant_id is not None and may(actor, Permission.FOLLOW_UP)


def _show(
    public_id: str,
    *,
    when: WhenForm | None = None,
    report_form: ReportForm | None = None,
    cancel_form: CancelForm | None = None,
    again: WhenForm | None = None,
    reassign_form: ReassignForm | None = None,
) -> str:
    actor, at = current_actor(), now()
    line = queries.line(db.session, actor.club.id, public_id)
    tells = report_form or ReportForm()
    tells.offer(leaders(actor))
    today = local_day(at, actor.club.zone)
    makes = may(actor, Permission.APPOINTMENT_MAKE)
    hands_on = reassign_form or ReassignForm()
    hands_on.offer([one for one in sellers(actor, at) if one.id != line.consultant_id])
    return render_template(
        "leads/appointments/show.html",
        line=line,
        may_make=makes,
        may_change=makes and operations.may_be_changed_by(line, actor) == allow(),
        may_conclude=makes and outcomes.may_be_concluded_by(line, actor),
        may_explain=makes and outcomes.may_be_explained_by(line, actor, at),
        may_plan=makes and _plans(actor),
        outcomes=texts.OUTCOMES,
        missed_words=texts.MISSED,
        when=when or WhenForm(day=line.local_day),
        report_form=tells,
        cancel_form=cancel_form or CancelForm(),
        again=again,
        again_form=again or WhenForm(formdata=None, day=None, time=None),
        reassign_form=hands_on,
        usual=f"{local_time(line.due_at, actor.club.zone):%H:%M}",
        day_chips=pages.day_chips(today),
        time_chips=pages.time_chips(actor.club),
        mask=mask(actor, at),
    )


def leaders(actor: Actor) -> list[StaffLine]:
    """Whom an off-duty consultant tells (SHF-07)."""
    return [
        one
        for one in auth.staff(db.session, club=actor.club)
        if one.active and takes_reports(one.roles) and one.id != actor.account_id
    ]


def sellers(actor: Actor, at: Instant) -> list[ConsultantView]:
    """Who receives guests."""
    today = local_day(at, actor.club.zone)
    return [
        one for one in profiles.all_in_club(db.session, actor.club.id, on_day=today) if one.kind is not None
    ]


def mask(actor: Actor, at: Instant) -> Mapping[str, int]:
    """How much of a phone everybody sees, by the club's policy."""
    policy = policies.policy_on(db.session, actor.club, local_day(at, actor.club.zone))
    return policy.read("privacy", PhonePolicy).mask
