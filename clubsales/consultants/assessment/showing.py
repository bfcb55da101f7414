"""The page of one assessment, and who may open it."""

from http import HTTPStatus

from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from clubsales.actor import Actor
from clubsales.auth.guard import current_actor
from clubsales.auth.permissions import Permission, may
from clubsales.clock import Instant, local_day
from clubsales.consultants.assessment import holding, keeping, pages, queries, training
from clubsales.consultants.assessment.flow import BEING_MARKED, HEADS, Giver, Status, asked_of
from clubsales.consultants.assessment.forms import TrainingForm, Typed
from clubsales.consultants.assessment.marking import MOST_BONUS
from clubsales.consultants.assessment.periods import Period
from clubsales.consultants.assessment.queries import AssessmentView
from clubsales.consultants.assessment.rules import POINT
from clubsales.consultants.assessment.words import words
from clubsales.consultants.credits import closing
from clubsales.db import db
from clubsales.errors import NotFound
from clubsales.web import render


def visible(public_id: str) -> AssessmentView:
    """One's own or of somebody one leads; raises NotFound for any other."""
    actor = current_actor()
    assessment = queries.by_public_id(db.session, actor.club.id, public_id)
    if assessment.account_id == actor.account_id and may(actor, Permission.PAY_SEE_OWN):
        return assessment
    if may(actor, Permission.ASSESS) and holding.leads(db.session, actor, assessment):
        return assessment
    raise NotFound


def led(public_id: str, actor: Actor) -> AssessmentView:
    """Of somebody the actor leads; raises NotFound for any other. One's own is refused by the rules."""
    assessment = queries.by_public_id(db.session, actor.club.id, public_id)
    if not holding.leads(db.session, actor, assessment):
        raise NotFound
    return assessment


def page(
    assessment: AssessmentView, actor: Actor, at: Instant, typed: Typed | None = None, *, refused: str = ""
) -> str:
    """The page, with the form of whoever is to give marks now: as typed, where it was not taken."""
    today = local_day(at, actor.club.zone)
    found = pages.page_of(db.session, assessment, actor, at)
    policy = keeping.policy_of(db.session, actor.club, assessment.start)
    is_own = assessment.account_id == actor.account_id
    leads = may(actor, Permission.ASSESS) and not is_own
    is_head = leads and not actor.roles.isdisjoint(HEADS)
    is_over = assessment.stand.last_day <= today
    left_open = holding.is_left_open(assessment, closing.closed_through(db.session, actor.club.id))
    open_now = is_over and assessment.status in BEING_MARKED
    giver = None
    if left_open:
        pass  # the month is paid: nobody is asked any more
    elif is_own and open_now:
        giver = Giver.SELF
    elif is_head and is_over and assessment.status in (*BEING_MARKED, Status.REVIEWED, Status.OBJECTED):
        giver = Giver.MANAGER
    elif leads and not is_head and open_now:
        giver = Giver.SUPERVISOR
    return render(
        "consultants/assessment/show.html",
        page=found,
        assessment=assessment,
        steps=[step for step in queries.steps(db.session, assessment.id) if found.sees_marks or is_own],
        plans=training.of_assessment(db.session, actor.club.id, assessment.id),
        policy=policy,
        behaviour_line=pages.behaviour_line(found, policy),
        giver=giver,
        asked=asked_of(giver, assessment.items) if giver else [],
        guests_asked=asked_of(Giver.CUSTOMER, assessment.items)
        if leads and open_now and assessment.period is not Period.MONTH
        else [],
        typed=typed if typed is None or typed.giver is not Giver.CUSTOMER else None,
        said_by_guests=typed if typed is not None and typed.giver is Giver.CUSTOMER else None,
        refused=refused,
        is_own=is_own,
        leads=leads,
        is_head=is_head,
        is_over=is_over,
        left_open=left_open,
        may_answer=not left_open and is_own and assessment.status is Status.SENT,
        may_send=not left_open and is_head and assessment.status is Status.REVIEWED,
        may_end_silence=not left_open
        and is_head
        and assessment.status is Status.SENT
        and today > found.deadlines.confirm_by,
        may_approve=not left_open
        and not is_own
        and assessment.status is Status.CONFIRMED
        and may(actor, Permission.ASSESSMENT_APPROVE),
        plan_form=TrainingForm(formdata=None) if leads and assessment.score is not None else None,
        is_poor=assessment.score is not None and assessment.score < training.POOR * POINT,
        poor=training.POOR,
        most_bonus=MOST_BONUS // 100,
        today=today,
        **words(),
    )


def shown(public_id: str) -> ResponseReturnValue:
    """Back to the page after something was done."""
    return redirect(url_for("assessment.show", public_id=public_id), HTTPStatus.SEE_OTHER)
