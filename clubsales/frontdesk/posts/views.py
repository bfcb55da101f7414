"""My floor: the briefing and the checklist, the shift, the status, the handover, the closing."""

from collections.abc import Sequence
from http import HTTPStatus

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from clubsales.actor import Actor, ActorKind
from clubsales.auth.guard import current_actor, current_device, requires
from clubsales.auth.operations import account_of
from clubsales.auth.permissions import Permission, may
from clubsales.auth.rules import DevicePurpose
from clubsales.auth.sign_in import confirm_pin
from clubsales.clock import Instant, local_time, now
from clubsales.consultants.checklists import queries as checklists
from clubsales.consultants.checklists.rules import Occasion
from clubsales.consultants.profiles import queries as profiles
from clubsales.consultants.profiles.queries import ConsultantView
from clubsales.consultants.shifts import queries as shifts
from clubsales.consultants.shifts.queries import ShiftView
from clubsales.consultants.shifts.rules import Override, ShiftRefused, Status
from clubsales.db import db, transact
from clubsales.errors import Refusal, Refused, refuse
from clubsales.frontdesk import texts as floor_texts
from clubsales.frontdesk.posts import dayforms, dayplans, form_views, handovers, operations, queries, texts
from clubsales.frontdesk.posts.beginning import beginning
from clubsales.frontdesk.posts.blueprint import bp
from clubsales.frontdesk.posts.dayforms import Closing
from clubsales.frontdesk.posts.forms import (
    CLOSE,
    ClosingForm,
    HandoverForm,
    OpeningForm,
    PlanForm,
    ReleaseForm,
    StatusForm,
)
from clubsales.frontdesk.posts.queries import own_id
from clubsales.frontdesk.posts.rules import PostRefused
from clubsales.frontdesk.reception import queries as guests
from clubsales.frontdesk.reception.board_views import board_context, live
from clubsales.frontdesk.reception.rules import Status as GuestStatus
from clubsales.frontdesk.takings import operations as takings
from clubsales.frontdesk.takings.rules import CountLine, TakingsRefused
from clubsales.i18n import format_local_time, format_money, language_tag, listed
from clubsales.i18n import gettext as _
from clubsales.membership import texts as money_texts
from clubsales.web import back_url, limiter, render_piece

__all__ = ["bp", "form_views"]
PIN_TRIES = "30 per minute"


@bp.get("/floor")
@requires(Permission.FLOOR_WORK)
def floor() -> ResponseReturnValue:
    """My floor; before the shift, the briefing and the opening checklist of `?shift=`, where none is planned."""
    form = OpeningForm()
    form.shift.data = request.args.get("shift", "")[:20]
    return _floor(form, current_actor(), now())


@bp.get("/floor/live")
@requires(Permission.FLOOR_WORK)
def floor_live() -> ResponseReturnValue:
    """What moves on my floor, a fragment; 304 while nothing has changed."""
    actor, at = current_actor(), now()
    return live("frontdesk/posts/_floor.html", actor, at, me=own_id(actor), offered=_offered(actor))


@bp.post("/floor/shift")
@requires(Permission.FLOOR_WORK)
def open_shift() -> ResponseReturnValue:
    """Go on post with the checklist done; stand in the queue."""
    actor, at = current_actor(), now()
    form = OpeningForm()
    form.ask(beginning(db.session, own_id(actor), actor, at, chosen=form.shift.data).checklist)
    if not form.is_valid():
        return _floor(form, actor, at), HTTPStatus.UNPROCESSABLE_ENTITY
    transact(
        lambda s: operations.open_shift(
            s,
            consultant_id=own_id(actor),
            checklist=form.ticked,
            number=form.version,
            shift=form.shift.data or None,
            plan=form.plan,
            actor=actor,
            at=at,
        )
    )
    flash(_("You are on post."), "success")
    return redirect(url_for(".floor"))


@bp.post("/floor/plan")
@requires(Permission.FLOOR_WORK)
def set_plan() -> ResponseReturnValue:
    """What I set out to do today (RPT-02)."""
    actor, at = current_actor(), now()
    form = PlanForm()
    if not form.is_valid():
        for messages in form.errors.values():
            flash(str(messages[0]), "error")
        return redirect(url_for(".floor"))
    plan = form.plan
    if plan is not None:
        transact(lambda s: dayplans.set_plan(s, consultant_id=own_id(actor), plan=plan, actor=actor, at=at))
        flash(_("Today's plan is set."), "success")
    return redirect(url_for(".floor"))


@bp.post("/floor/status")
@requires(Permission.FLOOR_WORK)
def change_status() -> ResponseReturnValue:
    """On post, at a meal, in a meeting, away."""
    actor, at = current_actor(), now()
    form = StatusForm()
    if not form.is_valid():
        flash(_("Choose one of the buttons."), "error")
        return redirect(url_for(".floor"))
    transact(
        lambda s: operations.change_status(
            s, consultant_id=own_id(actor), status=Status(form.status.data), actor=actor, at=at
        )
    )
    return redirect(url_for(".floor"))


@bp.get("/floor/closing")
@requires(Permission.FLOOR_WORK)
def closing() -> ResponseReturnValue:
    """Close my shift: guests, handover, takings, checklist, the day's form."""
    actor, at = current_actor(), now()
    shift = shifts.open_shift_of(db.session, own_id(actor))
    if shift is None:
        flash(_("Your shift is closed already."), "info")
        return redirect(url_for(".floor"))
    return _closing(ClosingForm(actor.club.currency), HandoverForm(), shift, actor, at)


@bp.get("/floor/closing/live")
@requires(Permission.FLOOR_WORK)
def closing_live() -> ResponseReturnValue:
    """Whether my handover is taken, a fragment; once it is, the page is drawn again."""
    actor = current_actor()
    shift = shifts.open_shift_of(db.session, own_id(actor))
    handover = handovers.of_shift(db.session, actor.club.id, shift.id) if shift is not None else None
    if handover is None or handover.acknowledged_at is not None:
        return "", {"HX-Redirect": url_for(".closing")}
    return render_piece("frontdesk/posts/_waiting_for_relief.html", handover=handover)


@bp.post("/floor/closing")
@requires(Permission.FLOOR_WORK)
def close_shift() -> ResponseReturnValue:
    """Go off post and out of the queue; the form is filled and shown."""
    actor, at = current_actor(), now()
    form = ClosingForm(actor.club.currency)
    shift = shifts.open_shift_of(db.session, own_id(actor))
    if shift is None:
        flash(_("Your shift is closed already."), "info")
        return redirect(url_for(".floor"))
    form.ask(checklists.current(db.session, actor.club.id, Occasion.CLOSING, shift.checklist_shift))
    if not form.is_valid():
        page = _closing(form, HandoverForm(formdata=None), shift, actor, at)
        return page, HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        transact(lambda s: _close(s, form, actor, at))
    except Refused as refused:
        if refused.refusal.code is not TakingsRefused.EXPLANATION:
            raise
        lines = takings.compare(db.session, counted=form.counted, actor=actor, at=at)
        transact(lambda s: takings.note_difference(s, lines=lines, actor=actor, at=at))
        page = _closing(form, HandoverForm(formdata=None), shift, actor, at, lines=lines)
        return page, HTTPStatus.UNPROCESSABLE_ENTITY
    flash(_("Your shift is closed. Have a good rest."), "success")
    filled = dayforms.of_shift(db.session, actor.club, shift.id)
    return redirect(url_for("posts.day_form", public_id=filled.public_id))


@bp.post("/floor/handover")
@requires(Permission.FLOOR_WORK)
def offer_handover() -> ResponseReturnValue:
    """Offer my shift with its note to a colleague on post."""
    actor, at = current_actor(), now()
    form = HandoverForm()
    shift = shifts.open_shift_of(db.session, own_id(actor))
    if shift is None:
        refuse(ShiftRefused.NOT_OPEN).or_raise()
    if not form.is_valid():
        page = _closing(ClosingForm(actor.club.currency, formdata=None), form, shift, actor, at)
        return page, HTTPStatus.UNPROCESSABLE_ENTITY
    relief = profiles.by_public_id(db.session, actor.club.id, form.to.data)
    transact(
        lambda s: handovers.offer_handover(
            s, to=relief.id, note=form.handover_note.data or "", actor=actor, at=at
        )
    )
    return redirect(url_for(".closing"))


@bp.post("/floor/handover/withdraw")
@requires(Permission.FLOOR_WORK)
def withdraw_handover() -> ResponseReturnValue:
    """Take my offer back, to offer it to somebody else."""
    actor, at = current_actor(), now()
    transact(lambda s: handovers.withdraw_handover(s, actor=actor, at=at))
    return redirect(url_for(".closing"))


@bp.post("/floor/handover/<public_id>/take")
@requires(Permission.FLOOR_WORK)
def take_over(public_id: str) -> ResponseReturnValue:
    """I have read my colleague's handover and take over."""
    actor, at = current_actor(), now()
    taken = transact(lambda s: handovers.acknowledge_handover(s, public_id=public_id, actor=actor, at=at))
    flash(_("You have taken over from %(name)s.", name=taken.from_name), "success")
    return redirect(url_for(".floor"))


@bp.post("/floor/handover/<public_id>/pin")
@limiter.limit(PIN_TRIES)
@requires(Permission.FLOOR_WORK)
def take_over_by_pin(public_id: str) -> ResponseReturnValue:
    """The relief takes over on my tablet, with a PIN of his own; a wrong one counts."""
    actor, at = current_actor(), now()
    refusal = transact(lambda s: _take_by_pin(s, public_id, request.form.get("pin", ""), actor, at))
    if refusal is not None:
        refusal.or_raise()
    return redirect(url_for(".closing"))


@bp.post("/floor/<public_id>/release")
@requires(Permission.SHIFT_OVERRIDE)
def release(public_id: str) -> ResponseReturnValue:
    """Let somebody leave the post although nobody stays, with a reason."""
    actor, at = current_actor(), now()
    form = ReleaseForm()
    if not form.is_valid():
        for message in (*form.into.errors, *form.reason.errors):
            flash(str(message), "error")
        return redirect(back_url())
    person = profiles.by_public_id(db.session, actor.club.id, public_id)
    transact(lambda s: _release(s, form, person, actor, at))
    flash(_("%(name)s may leave the post.", name=person.name), "success")
    return redirect(back_url())


def _close(session: Session, form: ClosingForm, actor: Actor, at: Instant) -> None:
    operations.close_shift(
        session,
        consultant_id=own_id(actor),
        closing_checklist=form.ticked,
        number=form.version,
        form=Closing(
            counted=form.counted, explanation=form.explanation.data or "", note=form.note.data or ""
        ),
        actor=actor,
        at=at,
    )


def _take_by_pin(session: Session, public_id: str, pin: str, actor: Actor, at: Instant) -> Refusal | None:
    """A wrong PIN is counted although it is refused, so the refusal is handed back and raised after the commit."""
    handover = handovers.by_public_id(session, actor.club.id, public_id)
    if handover.from_consultant_id != actor.consultant_id:
        return refuse(PostRefused.NOT_FOR_YOU)
    device = current_device()
    if device is None or device.purpose is not DevicePurpose.TABLET:
        return refuse(PostRefused.NO_TABLET)
    person = profiles.get(session, actor.club.id, handover.to_consultant_id)
    wrong = confirm_pin(session, device=device, account_id=person.account_id, pin=pin, at=at)
    if wrong is not None:
        return wrong
    relief = Actor(
        kind=ActorKind.STAFF,
        club=actor.club,
        account_id=person.account_id,
        consultant_id=person.id,
        device_id=device.id,
        name=person.name,
    )
    handovers.acknowledge_handover(session, public_id=public_id, by_pin=True, actor=relief, at=at)
    return None


def _release(session: Session, form: ReleaseForm, person: ConsultantView, actor: Actor, at: Instant) -> None:
    if actor.account_id is None:
        refuse(ShiftRefused.OVERRIDE).or_raise()
    override = Override(actor.account_id, actor.roles, form.reason.data or "")
    if form.into.data == CLOSE:
        operations.close_shift(session, consultant_id=person.id, override=override, actor=actor, at=at)
    else:
        operations.change_status(
            session,
            consultant_id=person.id,
            status=Status(form.into.data),
            override=override,
            actor=actor,
            at=at,
        )


class _Offered:
    """What waits for me to be acknowledged, looked up only when the page is really drawn."""

    def __init__(self, actor: Actor) -> None:
        self._actor = actor

    def __call__(self) -> list[handovers.HandoverView]:
        return handovers.offered_to(db.session, self._actor.club.id, own_id(self._actor))


def _offered(actor: Actor) -> _Offered:
    return _Offered(actor)


def _places(actor: Actor) -> list[tuple[str, str]]:
    """Where else a consultant works: endpoint and label."""
    everywhere = (
        (Permission.ROSTER_SEE, "roster.week", _("Roster")),
        (Permission.ROSTER_SEE, "leave.mine", _("Leave")),
        (Permission.APPOINTMENT_MAKE, "appointments.index", _("Appointments")),
        (Permission.PASS_ISSUE, "passes.index", _("Passes")),
        (Permission.FAIRNESS_SEE, "fairness.report", _("Fairness")),
        (Permission.TAKINGS_COUNT, "takings.index", _("Takings count")),
        (Permission.DAY_SEE, "posts.day_forms", _("Everybody's day forms")),
    )
    return [(endpoint, label) for permission, endpoint, label in everywhere if may(actor, permission)]


def _floor(form: OpeningForm, actor: Actor, at: Instant) -> str:
    page = queries.my_floor(db.session, actor, at, chosen=form.shift.data)
    if page.briefing is not None:
        begins = page.briefing.beginning
        form.ask(begins.checklist)
        form.number.data, form.shift.data = str(begins.checklist.number), begins.shift
        form.show(page.briefing.plan)
    plan_form = PlanForm(formdata=None)
    if page.today is not None:
        plan_form.show(page.today.plan)
    return render_template(
        "frontdesk/posts/floor.html",
        page=page,
        form=form,
        plan_form=plan_form,
        me=own_id(actor),
        offered=_offered(actor),
        local_hour=local_time(at, actor.club.zone).hour,
        at=at,
        language=language_tag(),
        shift_names=texts.SHIFTS,
        places=_places(actor),
        **board_context(actor, at),
    )


def _closing(
    form: ClosingForm,
    handover_form: HandoverForm,
    shift: ShiftView,
    actor: Actor,
    at: Instant,
    *,
    lines: Sequence[CountLine] = (),
) -> str:
    club = actor.club
    within_hours = club.is_business_time(local_time(at, club.zone))
    checklist = checklists.current(db.session, club.id, Occasion.CLOSING, shift.checklist_shift)
    form.ask(checklist)
    handover = handovers.of_shift(db.session, club.id, shift.id)
    reliefs = queries.reliefs(db.session, actor)
    handover_form.offer(reliefs)
    if not handover_form.handover_note.raw_data:
        handover_form.handover_note.data = _prefilled(shift, actor, at)
    device = current_device()
    to_count = dayforms.to_count(db.session, club, account_of(actor), at)
    return render_template(
        "frontdesk/posts/closing.html",
        form=form,
        handover_form=handover_form,
        shift=shift,
        within_hours=within_hours,
        checklist=checklist,
        is_new=not checklists.has_read(db.session, shift.consultant_id, checklist),
        handover=handover,
        reliefs=reliefs,
        on_tablet=device is not None and device.purpose is DevicePurpose.TABLET,
        guests=guests.guests_of(db.session, club.id, shift.consultant_id),
        numbers=dayforms.numbers_of(db.session, club, shift, at),
        count_fields=[form.field_of(method) for method in to_count],
        lines=lines,
        language=language_tag(),
        methods=money_texts.METHODS,
        bases=floor_texts.BASES,
        outcomes=floor_texts.OUTCOMES,
        may_see_out=may(actor, Permission.GUEST_SEE_OUT),
    )


def _prefilled(shift: ShiftView, actor: Actor, at: Instant) -> str:
    """The handover note as the program would write it, in the writer's language."""
    present = guests.present(db.session, actor.club.id)
    waiting = [each.name or _("a guest") for each in present if each.status is GuestStatus.WAITING]
    found = queries.left_over(db.session, actor.club, shift, waiting, at)
    notes = [
        _("Waiting: %(names)s", names=listed(found.waiting)) if found.waiting else _("Nobody is waiting."),
        *(
            _("Comes at %(time)s: %(name)s", time=format_local_time(each.due_at), name=each.person_name)
            for each in found.appointments
        ),
        *(
            _(
                "To collect: %(name)s, %(title)s, %(amount)s",
                name=sale.buyer or _("a guest"),
                title=sale.title_in(language_tag()),
                amount=format_money(sale.balance.outstanding),
            )
            for sale in found.to_collect
        ),
    ]
    return "\n".join(notes)
