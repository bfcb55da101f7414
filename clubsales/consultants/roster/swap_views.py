"""Swaps: asking a colleague, answering, and the supervisor's word."""

from collections.abc import Sequence
from datetime import timedelta
from http import HTTPStatus

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from clubsales.actor import Actor
from clubsales.auth.guard import current_actor, requires
from clubsales.auth.permissions import Permission, may
from clubsales.clock import local_day, now
from clubsales.consultants.profiles import queries as profiles
from clubsales.consultants.roster import operations, queries, swaps
from clubsales.consultants.roster.blueprint import bp
from clubsales.consultants.roster.exchange import SwapStatus
from clubsales.consultants.roster.forms import note_of
from clubsales.consultants.roster.rules import worked_part
from clubsales.consultants.roster.swaps import EntryView, SwapView
from clubsales.consultants.roster.words import words
from clubsales.db import db, transact
from clubsales.errors import NotFound
from clubsales.i18n import gettext as _
from clubsales.ids import ConsultantID
from clubsales.web import render

OFFERED_DAYS = timedelta(days=21)  # how far ahead a colleague's shifts are offered for one's own


@bp.get("/roster/swaps")
@requires(Permission.ROSTER_SEE)
def swap_list() -> ResponseReturnValue:
    """What waits for one's word, what one has asked for, and what became of it."""
    actor, at = current_actor(), now()
    may_make = may(actor, Permission.ROSTER_MAKE)
    found = swaps.latest(db.session, actor.club.id, of=None if may_make else actor.consultant_id)
    if not may_make and actor.consultant_id is None:
        found = []
    live = [swap for swap in found if swap.is_live(at)]
    waiting = [swap for swap in live if waits_for(swap, actor)]
    return render(
        "consultants/roster/swaps.html",
        waiting=waiting,
        others=[swap for swap in live if swap not in waiting],
        past=[swap for swap in found if swap not in live],
        me=actor.consultant_id,
        may_make=may_make,
        at=at,
        **words(),
    )


@bp.get("/roster/shifts/<public_id>/swap")
@requires(Permission.ROSTER_SEE)
def ask_page(public_id: str) -> ResponseReturnValue:
    """Choose a colleague for a shift of one's own; with `?with=`, what he gives for it."""
    actor, at = current_actor(), now()
    entry = swaps.entry_of(db.session, actor.club.id, public_id)
    if entry.consultant_id != actor.consultant_id:
        raise NotFound
    day = entry.entry.day
    colleagues = [
        person
        for person in profiles.all_in_club(db.session, actor.club.id, on_day=day)
        if person.kind is not None and person.id != actor.consultant_id
    ]
    wanted = request.args.get("with", "")
    chosen = next((person for person in colleagues if person.public_id == wanted), None)
    last = max(day, local_day(at, actor.club.zone)) + OFFERED_DAYS
    coming = swaps.coming_entries(db.session, actor.club.id, after=at, last=last)
    resting = _resting(entry, actor)
    away = {person.id for person in colleagues if person.id in resting}
    takes, offers = _ways(entry, chosen.id, coming) if chosen and chosen.id not in away else (False, [])
    same_day = {each.consultant_id: each.entry for each in coming if each.entry.day == day}
    return render(
        "consultants/roster/ask.html",
        entry=entry,
        has_begun=entry.entry.span.starts_at <= at,
        colleagues=sorted(colleagues, key=lambda one: (one.id in away, one.id in same_day)),
        chosen=chosen,
        same_day=same_day,
        away=away,
        takes=takes,
        offers=offers,
        **words(),
    )


def _resting(entry: EntryView, actor: Actor) -> set[ConsultantID]:
    """Whoever has leave that touches the shift."""
    day, span = entry.entry.day, entry.entry.span
    off = queries.days_off(db.session, actor.club.id, day, day)
    return {consultant_id for (consultant_id, _day), taken in off.items() if worked_part(span, taken) != span}


def _ways(
    entry: EntryView, colleague: ConsultantID, coming: Sequence[EntryView]
) -> tuple[bool, list[EntryView]]:
    """Whether a colleague could take a shift and give nothing, and which of his he could give for it.

    Nobody works twice at a time afterwards, and shifts of the same hours are nothing to swap.
    """
    span = entry.entry.span
    mine = [each.entry.span for each in coming if each.consultant_id == entry.consultant_id and each != entry]
    theirs = [each for each in coming if each.consultant_id == colleague]
    in_the_way = [each for each in theirs if each.entry.span.meets(span)]
    offers = [
        each
        for each in theirs
        if each.entry.span != span
        and in_the_way in ([], [each])
        and not any(other.meets(each.entry.span) for other in mine)
    ]
    return not in_the_way, offers


@bp.post("/roster/shifts/<public_id>/swap")
@requires(Permission.ROSTER_SEE)
def ask(public_id: str) -> ResponseReturnValue:
    """Ask the colleague."""
    actor, at = current_actor(), now()
    colleague = profiles.by_public_id(db.session, actor.club.id, request.form.get("colleague", ""))
    transact(
        lambda s: operations.ask_swap(
            s,
            entry=public_id,
            with_consultant=colleague.id,
            for_entry=request.form.get("for_entry") or None,
            note=note_of(request.form.get("note")),
            actor=actor,
            at=at,
        )
    )
    flash(
        _(
            "%(name)s was asked. Until a supervisor approves it, the shift stays yours.",
            name=colleague.name,
        ),
        "success",
    )
    return redirect(url_for("roster.swap_list"), HTTPStatus.SEE_OTHER)


@bp.post("/roster/swaps/<public_id>/answer")
@requires(Permission.ROSTER_SEE)
def answer(public_id: str) -> ResponseReturnValue:
    """Say yes or no to a colleague."""
    agrees = request.form.get("agrees") == "yes"
    transact(
        lambda s: operations.answer_swap(
            s, public_id=public_id, agrees=agrees, actor=current_actor(), at=now()
        )
    )
    flash(
        _("You agreed. A supervisor has the last word; until then the plan stays.")
        if agrees
        else _("You declined. The plan stays as it is."),
        "success",
    )
    return redirect(url_for("roster.swap_list"), HTTPStatus.SEE_OTHER)


@bp.post("/roster/swaps/<public_id>/decide")
@requires(Permission.ROSTER_MAKE)
def decide(public_id: str) -> ResponseReturnValue:
    """Approve, and the shifts change hands; or refuse, with a note."""
    approve = request.form.get("decision") == "approve"
    transact(
        lambda s: operations.decide_swap(
            s,
            public_id=public_id,
            approve=approve,
            note=note_of(request.form.get("note")),
            actor=current_actor(),
            at=now(),
        )
    )
    flash(
        _("Approved: the shifts have changed hands.") if approve else _("Refused: the plan stays."),
        "success",
    )
    return redirect(url_for("roster.swap_list"), HTTPStatus.SEE_OTHER)


@bp.post("/roster/swaps/<public_id>/withdraw")
@requires(Permission.ROSTER_SEE)
def withdraw(public_id: str) -> ResponseReturnValue:
    """Take one's own question back."""
    transact(lambda s: operations.withdraw_swap(s, public_id=public_id, actor=current_actor(), at=now()))
    flash(_("Withdrawn: the shift stays yours."), "success")
    return redirect(url_for("roster.swap_list"), HTTPStatus.SEE_OTHER)


def waits_for(swap: SwapView, actor: Actor) -> bool:
    """Whether this person has the next word: the colleague who was asked, then a supervisor it is not about."""
    mine = actor.consultant_id
    if swap.status is SwapStatus.ASKED:
        return mine is not None and swap.with_consultant_id == mine
    return may(actor, Permission.ROSTER_MAKE) and not (mine is not None and swap.concerns(mine))
