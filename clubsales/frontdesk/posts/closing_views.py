"""Closing a shift: guests, handover, takings, checklist, the day's form."""

from collections.abc import Sequence
from http import HTTPStatus

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from clubsales.actor import Actor
from clubsales.auth.guard import current_actor, current_device, requires
from clubsales.auth.operations import account_of
from clubsales.auth.permissions import Permission
from clubsales.auth.rules import DevicePurpose
from clubsales.clock import Instant, local_time, now
from clubsales.consultants.checklists import queries as checklists
from clubsales.consultants.checklists.rules import Occasion
from clubsales.consultants.shifts import queries as shifts
from clubsales.consultants.shifts.queries import ShiftView
from clubsales.db import db, transact
from clubsales.errors import Refused
from clubsales.frontdesk import texts as floor_texts
from clubsales.frontdesk.posts import dayforms, handovers, operations, queries
from clubsales.frontdesk.posts.blueprint import bp
from clubsales.frontdesk.posts.dayforms import Closing
from clubsales.frontdesk.posts.forms import ClosingForm, HandoverForm
from clubsales.frontdesk.posts.queries import own_id
from clubsales.frontdesk.reception import queries as guests
from clubsales.frontdesk.reception.board_views import endings
from clubsales.frontdesk.reception.rules import Status as GuestStatus
from clubsales.frontdesk.takings import operations as takings
from clubsales.frontdesk.takings.rules import CountLine, TakingsRefused
from clubsales.i18n import format_local_time, format_money, language_tag, listed
from clubsales.i18n import gettext as _
from clubsales.membership import texts as money_texts


@bp.get("/floor/closing")
@requires(Permission.FLOOR_WORK)
def closing() -> ResponseReturnValue:
    """Close my shift: guests, handover, takings, checklist, the day's form."""
    actor, at = current_actor(), now()
    shift = shifts.open_shift_of(db.session, own_id(actor))
    if shift is None:
        flash(_("Your shift is closed already."), "info")
        return redirect(url_for(".floor"))
    return closing_page(ClosingForm(actor.club.currency), HandoverForm(), shift, actor, at)


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
        page = closing_page(form, HandoverForm(formdata=None), shift, actor, at)
        return page, HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        passed_on = transact(lambda s: _close(s, form, actor, at))
    except Refused as refused:
        if refused.refusal.code is not TakingsRefused.EXPLANATION:
            raise
        lines = takings.compare(db.session, counted=form.counted, actor=actor, at=at)
        transact(lambda s: takings.note_difference(s, lines=lines, actor=actor, at=at))
        page = closing_page(form, HandoverForm(formdata=None), shift, actor, at, lines=lines)
        return page, HTTPStatus.UNPROCESSABLE_ENTITY
    flash(_("Your shift is closed. Have a good rest."), "success")
    if passed_on:
        flash(_("The guest offered to you has passed on. It counted as your turn."), "info")
    filled = dayforms.of_shift(db.session, actor.club, shift.id)
    return redirect(url_for("posts.day_form", public_id=filled.public_id))


def _close(session: Session, form: ClosingForm, actor: Actor, at: Instant) -> bool:
    return operations.close_shift(
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


def closing_page(
    form: ClosingForm,
    handover_form: HandoverForm,
    shift: ShiftView,
    actor: Actor,
    at: Instant,
    *,
    lines: Sequence[CountLine] = (),
) -> str:
    """The page as the two forms stand. `lines`: what was counted and does not agree."""
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
        **endings(),
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
