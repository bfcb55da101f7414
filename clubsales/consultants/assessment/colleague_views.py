"""What colleagues say of somebody, for a quarter or a year (ASM-14)."""

from datetime import date
from http import HTTPStatus

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from clubsales.actor import Actor
from clubsales.auth.guard import current_actor, requires
from clubsales.auth.permissions import Permission
from clubsales.clock import now
from clubsales.consultants.assessment import assessing, queries
from clubsales.consultants.assessment.blueprint import bp
from clubsales.consultants.assessment.flow import BEING_MARKED, Giver, asked_of
from clubsales.consultants.assessment.forms import Typed
from clubsales.consultants.assessment.marking_views import typed_by
from clubsales.consultants.assessment.periods import Period
from clubsales.consultants.assessment.queries import AssessmentView
from clubsales.consultants.assessment.words import words
from clubsales.db import db, transact
from clubsales.errors import NotFound, Refused
from clubsales.i18n import gettext as _
from clubsales.i18n import refusal_text
from clubsales.web import render


@bp.get("/assessments/<public_id>/colleague")
@requires(Permission.PAY_SEE_OWN)
def colleague(public_id: str) -> ResponseReturnValue:
    """What a colleague is asked about somebody: the items, and nothing that others said."""
    actor = current_actor()
    return _page(_peer(public_id, actor), actor)


@bp.post("/assessments/<public_id>/colleague")
@requires(Permission.PAY_SEE_OWN)
def hear_colleague(public_id: str) -> ResponseReturnValue:
    """What a colleague says."""
    actor, at = current_actor(), now()
    assessment = _peer(public_id, actor)
    typed = typed_by(assessment, Giver.PEER, actor)
    if typed.errors:
        return _page(assessment, actor, typed), HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        transact(
            lambda s: assessing.hear(
                s, public_id=public_id, giver=Giver.PEER, marks=typed.marks, words="", actor=actor, at=at
            )
        )
    except Refused as refusal:
        page = _page(assessment, actor, typed, refused=refusal_text(refusal.refusal))
        return page, HTTPStatus.UNPROCESSABLE_ENTITY
    flash(_("Thank you. Only the average of all colleagues is shown to anybody."), "success")
    return redirect(url_for("assessment.mine"), HTTPStatus.SEE_OTHER)


def peers_asked(session: Session, actor: Actor, today: date) -> list[AssessmentView]:
    """Quarters and years of colleagues about whom one may be heard now (ASM-14)."""
    return [
        each
        for each in queries.unfinished(session, actor.club.id)
        if each.period is not Period.MONTH
        and each.status in BEING_MARKED
        and each.stand.last_day <= today
        and each.account_id != actor.account_id
    ]


def _peer(public_id: str, actor: Actor) -> AssessmentView:
    """A colleague's, as far as one is asked; raises NotFound for a month, and for one's own."""
    assessment = queries.by_public_id(db.session, actor.club.id, public_id)
    if (
        assessment.period is Period.MONTH
        or assessment.account_id == actor.account_id
        or actor.consultant_id is None
    ):
        raise NotFound
    return assessment


def _page(assessment: AssessmentView, actor: Actor, typed: Typed | None = None, *, refused: str = "") -> str:
    mine = {
        each.item: each.mark
        for each in queries.given(db.session, assessment.id)
        if each.giver is Giver.PEER and each.account_id == actor.account_id
    }
    return render(
        "consultants/assessment/colleague.html",
        assessment=assessment,
        asked=asked_of(Giver.PEER, assessment.items),
        mine=mine,
        typed=typed,
        refused=refused,
        is_open=assessment.status in BEING_MARKED,
        **words(),
    )
