"""Marks as they are handed in: one's own, the supervisor's, what guests say, and the manager's, which count."""

from collections.abc import Callable
from http import HTTPStatus

from flask import flash, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from clubsales.actor import Actor
from clubsales.auth.guard import current_actor, requires
from clubsales.auth.permissions import Permission
from clubsales.clock import Instant, now
from clubsales.consultants.assessment import assessing, keeping, showing
from clubsales.consultants.assessment.blueprint import bp
from clubsales.consultants.assessment.flow import Giver, Status
from clubsales.consultants.assessment.forms import Typed, read_marks
from clubsales.consultants.assessment.queries import AssessmentView
from clubsales.db import db, transact
from clubsales.errors import Refused
from clubsales.i18n import gettext as _
from clubsales.i18n import refusal_text

Hand = Callable[[Session], object]


@bp.post("/assessments/<public_id>/self")
@requires(Permission.PAY_SEE_OWN)
def assess_self(public_id: str) -> ResponseReturnValue:
    """Say oneself how it went."""
    actor, at = current_actor(), now()
    assessment = showing.visible(public_id)
    typed = typed_by(assessment, Giver.SELF, actor)

    def hand(session: Session) -> None:
        assessing.self_assess(
            session, public_id=public_id, marks=typed.marks, words=typed.words, actor=actor, at=at
        )

    said = _("Your self-assessment is handed in. You can change it until the manager has marked.")
    return _handed_in(assessment, typed, hand, said, actor=actor, at=at)


@bp.post("/assessments/<public_id>/marks")
@requires(Permission.ASSESS)
def mark(public_id: str) -> ResponseReturnValue:
    """The supervisor's marks."""
    actor, at = current_actor(), now()
    assessment = showing.led(public_id, actor)
    typed = typed_by(assessment, Giver.SUPERVISOR, actor)

    def hand(session: Session) -> None:
        assessing.mark(session, public_id=public_id, marks=typed.marks, words=typed.words, actor=actor, at=at)

    said = _("Your marks are handed in. The manager's are the ones that count.")
    return _handed_in(assessment, typed, hand, said, actor=actor, at=at)


@bp.post("/assessments/<public_id>/review")
@requires(Permission.ASSESS)
def review(public_id: str) -> ResponseReturnValue:
    """The manager's marks, which count; after an objection, his second look."""
    actor, at = current_actor(), now()
    assessment = showing.led(public_id, actor)
    typed = typed_by(assessment, Giver.MANAGER, actor)
    again = assessment.status is Status.OBJECTED
    step = assessing.reconfirm if again else assessing.review

    def hand(session: Session) -> None:
        step(
            session,
            public_id=public_id,
            marks=typed.marks,
            bonus=typed.bonus,
            behaviour=typed.behaviour,
            words=typed.words,
            actor=actor,
            at=at,
        )

    said = _("The marks are saved. Look at the score, then send it.")
    if again:
        said = _("Answered and confirmed. It waits for the general manager now.")
    return _handed_in(assessment, typed, hand, said, may_say_nothing=True, actor=actor, at=at)


@bp.post("/assessments/<public_id>/silent")
@requires(Permission.ASSESS)
def silent(public_id: str) -> ResponseReturnValue:
    """Go on where the person said nothing until the last day."""
    actor, at = current_actor(), now()
    showing.led(public_id, actor)
    transact(
        lambda s: assessing.reconfirm(
            s, public_id=public_id, marks=None, bonus=None, behaviour=None, words="", actor=actor, at=at
        )
    )
    flash(_("Confirmed without an answer. It waits for the general manager now."), "success")
    return showing.shown(public_id)


@bp.post("/assessments/<public_id>/guests")
@requires(Permission.ASSESS)
def hear_guests(public_id: str) -> ResponseReturnValue:
    """What guests say, by the hand of whoever asked them."""
    actor, at = current_actor(), now()
    assessment = showing.led(public_id, actor)
    typed = typed_by(assessment, Giver.CUSTOMER, actor)

    def hand(session: Session) -> None:
        assessing.hear(
            session,
            public_id=public_id,
            giver=Giver.CUSTOMER,
            marks=typed.marks,
            words=typed.words,
            actor=actor,
            at=at,
        )

    said = _("What the guests say is noted.")
    return _handed_in(assessment, typed, hand, said, actor=actor, at=at)


def typed_by(assessment: AssessmentView, giver: Giver, actor: Actor) -> Typed:
    """The form of marks that was sent, as a giver is asked for them."""
    return read_marks(
        request.form,
        assessment.items,
        giver,
        policy=keeping.policy_of(db.session, actor.club, assessment.start),
    )


def _handed_in(
    assessment: AssessmentView,
    typed: Typed,
    hand: Hand,
    said: str,
    *,
    may_say_nothing: bool = False,
    actor: Actor,
    at: Instant,
) -> ResponseReturnValue:
    """Hand in what was typed; where that cannot be, the page with the form as it was typed, and why."""
    refused = ""
    if typed.says_nothing and not may_say_nothing:
        refused = _("Nothing is filled in yet. Give a mark, or say in words how it went.")
    elif not typed.errors:
        try:
            transact(hand)
        except Refused as refusal:
            refused = refusal_text(refusal.refusal)
        else:
            flash(said, "success")
            return showing.shown(assessment.public_id)
    page = showing.page(assessment, actor, at, typed, refused=refused)
    return page, HTTPStatus.UNPROCESSABLE_ENTITY
