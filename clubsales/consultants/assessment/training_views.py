"""Training plans: for whom one is due, what was agreed, what came of it (ASM-22)."""

from datetime import timedelta
from http import HTTPStatus

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from clubsales.actor import Actor
from clubsales.auth.guard import current_actor, requires
from clubsales.auth.permissions import Permission
from clubsales.clock import local_day, month_of, now
from clubsales.consultants.assessment import holding, queries, training
from clubsales.consultants.assessment.blueprint import bp
from clubsales.consultants.assessment.forms import OutcomeForm, TrainingForm
from clubsales.consultants.assessment.words import words
from clubsales.db import db, transact
from clubsales.errors import NotFound
from clubsales.i18n import gettext as _
from clubsales.typed import free_text, one_line
from clubsales.web import render

LOOKED_BACK = timedelta(days=186)
THRESHOLDS = (50, 60, 70, 80)


@bp.get("/assessments/training")
@requires(Permission.ASSESS)
def training_list() -> ResponseReturnValue:
    """Who should have a plan, and the plans there are."""
    return _page(current_actor(), OutcomeForm(formdata=None))


@bp.post("/assessments/<public_id>/training")
@requires(Permission.ASSESS)
def plan_training(public_id: str) -> ResponseReturnValue:
    """Agree on a training plan."""
    actor, at, form = current_actor(), now(), TrainingForm()
    assessment = queries.by_public_id(db.session, actor.club.id, public_id)
    if not holding.leads(db.session, actor, assessment):
        raise NotFound
    if not form.is_valid():
        page = render("consultants/assessment/plan.html", assessment=assessment, plan_form=form, **words())
        return page, HTTPStatus.UNPROCESSABLE_ENTITY
    transact(
        lambda s: training.plan(
            s,
            public_id=public_id,
            aim=one_line(form.aim.data),
            steps=free_text(form.steps.data),
            due_on=form.due_on.data,
            actor=actor,
            at=at,
        )
    )
    flash(_("The training plan is made. %(name)s sees it.", name=assessment.name), "success")
    return redirect(url_for("assessment.show", public_id=public_id), HTTPStatus.SEE_OTHER)


@bp.post("/assessments/training/<public_id>/done")
@requires(Permission.ASSESS)
def finish_training(public_id: str) -> ResponseReturnValue:
    """Write down what came of a plan."""
    actor, at, form = current_actor(), now(), OutcomeForm()
    plan = training.by_public_id(db.session, actor.club.id, public_id)
    if not holding.leads_team(db.session, actor, plan.team):
        raise NotFound
    if not form.is_valid():
        return _page(actor, form), HTTPStatus.UNPROCESSABLE_ENTITY
    transact(
        lambda s: training.finish(
            s, public_id=public_id, outcome=free_text(form.outcome.data), actor=actor, at=at
        )
    )
    flash(_("The outcome is written down."), "success")
    return redirect(url_for("assessment.training_list"), HTTPStatus.SEE_OTHER)


def _page(actor: Actor, form: OutcomeForm) -> str:
    today = local_day(now(), actor.club.zone)
    asked = request.args.get("below", "")
    below = int(asked) if asked in {str(each) for each in THRESHOLDS} else training.POOR
    since = month_of(today - LOOKED_BACK)
    return render(
        "consultants/assessment/training.html",
        below=below,
        thresholds=THRESHOLDS,
        poor=[
            each
            for each in training.poor(db.session, actor.club.id, below=below, since=since)
            if holding.leads(db.session, actor, each) and each.account_id != actor.account_id
        ],
        plans=[
            each
            for each in training.plans(db.session, actor.club.id)
            if holding.leads_team(db.session, actor, each.team)
        ],
        form=form,
        today=today,
        **words(),
    )
