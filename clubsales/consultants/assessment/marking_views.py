"""One assessment: what it says, the marks of whoever is asked, the person's answer, the approval."""

from datetime import date
from http import HTTPStatus

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from clubsales.actor import Actor
from clubsales.auth.guard import current_actor, requires, requires_sign_in
from clubsales.auth.permissions import Permission, may
from clubsales.clock import Instant, local_day, now
from clubsales.consultants.assessment import assessing, holding, keeping, operations, pages, queries, training
from clubsales.consultants.assessment.blueprint import bp
from clubsales.consultants.assessment.flow import BEING_MARKED, HEADS, Giver, Status, asked_of
from clubsales.consultants.assessment.forms import TrainingForm, Typed, WordsForm, read_marks
from clubsales.consultants.assessment.marking import MOST_BONUS
from clubsales.consultants.assessment.periods import Period
from clubsales.consultants.assessment.queries import AssessmentView
from clubsales.consultants.assessment.rules import POINT
from clubsales.consultants.assessment.words import words
from clubsales.db import db, transact
from clubsales.errors import NotFound, Refused
from clubsales.i18n import gettext as _
from clubsales.i18n import refusal_text
from clubsales.web import render


@bp.get("/assessments/<public_id>")
@requires_sign_in
def show(public_id: str) -> ResponseReturnValue:
    """An assessment: for the person, for whoever leads him, for whoever approves."""
    return _page(_visible(public_id), current_actor(), now())


@bp.post("/assessments/<public_id>/self")
@requires(Permission.PAY_SEE_OWN)
def assess_self(public_id: str) -> ResponseReturnValue:
    """Say oneself how it went."""
    actor, at = current_actor(), now()
    assessment = _visible(public_id)
    typed = _typed(assessment, Giver.SELF, actor)
    if typed.says_nothing:
        return _page(assessment, actor, at, typed, refused=_said_nothing()), HTTPStatus.UNPROCESSABLE_ENTITY
    if typed.errors:
        return _page(assessment, actor, at, typed), HTTPStatus.UNPROCESSABLE_ENTITY
    transact(
        lambda s: assessing.self_assess(
            s, public_id=public_id, marks=typed.marks, words=typed.words, actor=actor, at=at
        )
    )
    flash(_("Your self-assessment is handed in. You can change it until the manager has marked."), "success")
    return _shown(public_id)


@bp.post("/assessments/<public_id>/marks")
@requires(Permission.ASSESS)
def mark(public_id: str) -> ResponseReturnValue:
    """The supervisor's marks."""
    actor, at = current_actor(), now()
    assessment = _led(public_id, actor)
    typed = _typed(assessment, Giver.SUPERVISOR, actor)
    if typed.says_nothing:
        return _page(assessment, actor, at, typed, refused=_said_nothing()), HTTPStatus.UNPROCESSABLE_ENTITY
    if typed.errors:
        return _page(assessment, actor, at, typed), HTTPStatus.UNPROCESSABLE_ENTITY
    transact(
        lambda s: assessing.mark(
            s, public_id=public_id, marks=typed.marks, words=typed.words, actor=actor, at=at
        )
    )
    flash(_("Your marks are handed in. The manager's are the ones that count."), "success")
    return _shown(public_id)


@bp.post("/assessments/<public_id>/review")
@requires(Permission.ASSESS)
def review(public_id: str) -> ResponseReturnValue:
    """The manager's marks, which count; after an objection, his second look."""
    actor, at = current_actor(), now()
    assessment = _led(public_id, actor)
    typed = _typed(assessment, Giver.MANAGER, actor)
    if typed.errors:
        return _page(assessment, actor, at, typed), HTTPStatus.UNPROCESSABLE_ENTITY
    again = assessment.status is Status.OBJECTED
    step = assessing.reconfirm if again else assessing.review
    try:
        transact(
            lambda s: step(
                s,
                public_id=public_id,
                marks=typed.marks,
                bonus=typed.bonus,
                behaviour=typed.behaviour,
                words=typed.words,
                actor=actor,
                at=at,
            )
        )
    except Refused as refused:
        page = _page(assessment, actor, at, typed, refused=refusal_text(refused.refusal))
        return page, HTTPStatus.UNPROCESSABLE_ENTITY
    if again:
        flash(_("Answered and confirmed. It waits for the general manager now."), "success")
    else:
        flash(_("The marks are saved. Look at the score, then send it."), "success")
    return _shown(public_id)


@bp.post("/assessments/<public_id>/silent")
@requires(Permission.ASSESS)
def silent(public_id: str) -> ResponseReturnValue:
    """Go on where the person said nothing until the last day."""
    actor, at = current_actor(), now()
    _led(public_id, actor)
    transact(
        lambda s: assessing.reconfirm(
            s, public_id=public_id, marks=None, bonus=None, behaviour=None, words="", actor=actor, at=at
        )
    )
    flash(_("Confirmed without an answer. It waits for the general manager now."), "success")
    return _shown(public_id)


@bp.post("/assessments/<public_id>/send")
@requires(Permission.ASSESS)
def send(public_id: str) -> ResponseReturnValue:
    """Send the summary to the person."""
    actor, at = current_actor(), now()
    _led(public_id, actor)
    transact(lambda s: operations.send(s, public_id=public_id, actor=actor, at=at))
    flash(_("Sent. The person confirms it or objects."), "success")
    return _shown(public_id)


@bp.post("/assessments/<public_id>/confirm")
@requires(Permission.PAY_SEE_OWN)
def confirm(public_id: str) -> ResponseReturnValue:
    """Agree with one's summary."""
    actor, at = current_actor(), now()
    transact(lambda s: operations.confirm(s, public_id=public_id, actor=actor, at=at))
    flash(_("Confirmed. It takes effect when the general manager approves it."), "success")
    return _shown(public_id)


@bp.post("/assessments/<public_id>/object")
@requires(Permission.PAY_SEE_OWN)
def object_to(public_id: str) -> ResponseReturnValue:
    """Object to one's summary, in words."""
    actor, at, form = current_actor(), now(), WordsForm()
    assessment = _visible(public_id)
    if not form.is_valid():
        return _page(assessment, actor, at), HTTPStatus.UNPROCESSABLE_ENTITY
    transact(lambda s: operations.object_to(s, public_id=public_id, words=form.text, actor=actor, at=at))
    flash(_("Your objection is with the manager, who looks again and answers."), "success")
    return _shown(public_id)


@bp.post("/assessments/<public_id>/approve")
@requires(Permission.ASSESSMENT_APPROVE)
def approve(public_id: str) -> ResponseReturnValue:
    """Make an assessment effective."""
    actor, at = current_actor(), now()
    transact(lambda s: operations.approve(s, public_id=public_id, actor=actor, at=at))
    flash(_("Approved: it is in effect and stays as it is."), "success")
    return _shown(public_id)


@bp.get("/assessments/<public_id>/colleague")
@requires(Permission.PAY_SEE_OWN)
def colleague(public_id: str) -> ResponseReturnValue:
    """What a colleague is asked about somebody: the items, and nothing that others said."""
    actor = current_actor()
    return _colleague_page(_peer(public_id, actor), actor)


@bp.post("/assessments/<public_id>/colleague")
@requires(Permission.PAY_SEE_OWN)
def hear_colleague(public_id: str) -> ResponseReturnValue:
    """What a colleague says."""
    actor, at = current_actor(), now()
    assessment = _peer(public_id, actor)
    typed = _typed(assessment, Giver.PEER, actor)
    if typed.errors:
        return _colleague_page(assessment, actor, typed), HTTPStatus.UNPROCESSABLE_ENTITY
    transact(
        lambda s: assessing.hear(
            s, public_id=public_id, giver=Giver.PEER, marks=typed.marks, words="", actor=actor, at=at
        )
    )
    flash(_("Thank you. Only the average of all colleagues is shown to anybody."), "success")
    return redirect(url_for("assessment.mine"), HTTPStatus.SEE_OTHER)


@bp.post("/assessments/<public_id>/guests")
@requires(Permission.ASSESS)
def hear_guests(public_id: str) -> ResponseReturnValue:
    """What guests say, by the hand of whoever asked them."""
    actor, at = current_actor(), now()
    assessment = _led(public_id, actor)
    typed = _typed(assessment, Giver.CUSTOMER, actor)
    if typed.errors:
        return _page(assessment, actor, at, typed), HTTPStatus.UNPROCESSABLE_ENTITY
    transact(
        lambda s: assessing.hear(
            s,
            public_id=public_id,
            giver=Giver.CUSTOMER,
            marks=typed.marks,
            words=typed.words,
            actor=actor,
            at=at,
        )
    )
    flash(_("What the guests say is noted."), "success")
    return _shown(public_id)


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


def _visible(public_id: str) -> AssessmentView:
    """One's own or of somebody one leads; raises NotFound for any other."""
    actor = current_actor()
    assessment = queries.by_public_id(db.session, actor.club.id, public_id)
    if assessment.account_id == actor.account_id and may(actor, Permission.PAY_SEE_OWN):
        return assessment
    if may(actor, Permission.ASSESS) and holding.leads(db.session, actor, assessment):
        return assessment
    raise NotFound


def _led(public_id: str, actor: Actor) -> AssessmentView:
    """Of somebody the actor leads; raises NotFound for any other. One's own is refused by the rules."""
    assessment = queries.by_public_id(db.session, actor.club.id, public_id)
    if not holding.leads(db.session, actor, assessment):
        raise NotFound
    return assessment


def _said_nothing() -> str:
    return _("Nothing is filled in yet. Give a mark, or say in words how it went.")


def _typed(assessment: AssessmentView, giver: Giver, actor: Actor) -> Typed:
    return read_marks(
        request.form,
        assessment.items,
        giver,
        policy=keeping.policy_of(db.session, actor.club, assessment.start),
    )


def _page(
    assessment: AssessmentView, actor: Actor, at: Instant, typed: Typed | None = None, *, refused: str = ""
) -> str:
    today = local_day(at, actor.club.zone)
    page = pages.page_of(db.session, assessment, actor, at)
    policy = keeping.policy_of(db.session, actor.club, assessment.start)
    is_own = assessment.account_id == actor.account_id
    leads = may(actor, Permission.ASSESS) and not is_own
    is_head = leads and not actor.roles.isdisjoint(HEADS)
    is_over = assessment.stand.last_day <= today
    open_now = is_over and assessment.status in BEING_MARKED
    giver = None
    if is_own and open_now:
        giver = Giver.SELF
    elif is_head and is_over and assessment.status in (*BEING_MARKED, Status.REVIEWED, Status.OBJECTED):
        giver = Giver.MANAGER
    elif leads and not is_head and open_now:
        giver = Giver.SUPERVISOR
    return render(
        "consultants/assessment/show.html",
        page=page,
        assessment=assessment,
        steps=[step for step in queries.steps(db.session, assessment.id) if page.sees_marks or is_own],
        plans=training.of_assessment(db.session, actor.club.id, assessment.id),
        policy=policy,
        behaviour_line=pages.behaviour_line(page, policy),
        giver=giver,
        asked=asked_of(giver, assessment.items) if giver else [],
        guests_asked=asked_of(Giver.CUSTOMER, assessment.items)
        if leads and open_now and assessment.period is not Period.MONTH
        else [],
        typed=typed,
        refused=refused,
        is_own=is_own,
        leads=leads,
        is_head=is_head,
        is_over=is_over,
        may_answer=is_own and assessment.status is Status.SENT,
        may_send=is_head and assessment.status is Status.REVIEWED,
        may_end_silence=is_head and assessment.status is Status.SENT and today > page.deadlines.confirm_by,
        may_approve=not is_own
        and assessment.status is Status.CONFIRMED
        and may(actor, Permission.ASSESSMENT_APPROVE),
        plan_form=TrainingForm(formdata=None) if leads and assessment.score is not None else None,
        is_poor=assessment.score is not None and assessment.score < training.POOR * POINT,
        poor=training.POOR,
        most_bonus=MOST_BONUS // 100,
        today=today,
        **words(),
    )


def _colleague_page(assessment: AssessmentView, actor: Actor, typed: Typed | None = None) -> str:
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
        is_open=assessment.status in BEING_MARKED,
        **words(),
    )


def _shown(public_id: str) -> ResponseReturnValue:
    return redirect(url_for("assessment.show", public_id=public_id), HTTPStatus.SEE_OTHER)
