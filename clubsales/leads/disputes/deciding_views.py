"""Settling, ruling, deciding an appeal: the split, what it does in money, then the decision."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from clubsales.actor import Actor
from clubsales.auth.guard import current_actor, requires
from clubsales.auth.permissions import Permission
from clubsales.clock import Instant, local_day, now
from clubsales.consultants.credits.rules import Share
from clubsales.consultants.profiles import queries as profiles
from clubsales.consultants.profiles.queries import ConsultantView
from clubsales.db import db
from clubsales.errors import Refusal, Refused
from clubsales.i18n import gettext as _
from clubsales.i18n import refusal_text
from clubsales.ids import ConsultantID
from clubsales.leads.disputes import casefile, deciding, precedents
from clubsales.leads.disputes.blueprint import bp, once
from clubsales.leads.disputes.casefile import CaseFile
from clubsales.leads.disputes.forms import SHARE, DecisionForm, SplitError, choose_from, percent, split_of
from clubsales.leads.disputes.judging_rules import (
    Conduct,
    Wish,
    may_rule,
    may_rule_appeal,
    may_settle,
)
from clubsales.leads.disputes.moves import AS_PROPOSED
from clubsales.leads.disputes.pages import WORDS, Effect, effects
from clubsales.leads.disputes.rules import (
    DisputeRefused,
    Status,
    StepKind,
    named,
)
from clubsales.web import render

AS_RULES_SAY, UPHOLD, SHOW, DO_IT = STEPS = ("confirm", "uphold", "show", "do")
AT_REASON = frozenset({DisputeRefused.REASON, DisputeRefused.WORDS_LONG})
AT_NOTE = frozenset({DisputeRefused.CONDUCT})
OPERATIONS: Mapping[StepKind, Callable[..., None]] = {
    StepKind.SETTLED: deciding.settle,
    StepKind.RULED: deciding.rule,
    StepKind.APPEAL_RULED: deciding.rule_appeal,
}
ENDPOINTS = {
    StepKind.SETTLED: "disputes.settle",
    StepKind.RULED: "disputes.rule",
    StepKind.APPEAL_RULED: "disputes.appeal_ruling",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """What was ruled and why, beside what the rules had proposed."""

    by: str
    words: str
    effects: list[Effect]

    @property
    def is_as_proposed(self) -> bool:
        return not any(each.changes for each in self.effects)


# Where a decision is posted the form stands too, for whoever had to type the password again or loads the page again.
@bp.get("/disputes/<public_id>/settle")
@bp.get("/disputes/<public_id>/rule")
@bp.get("/disputes/<public_id>/appeal-ruling")
@bp.get("/disputes/<public_id>/decide")
@requires(Permission.DISPUTE_RULE, fresh_password=True)
def decide(public_id: str) -> ResponseReturnValue:
    """The form of a decision; who may not decide hears why."""
    actor, at = current_actor(), now()
    case = casefile.read(db.session, actor, public_id, at)
    kind = _kind(case, actor, at)
    form = DecisionForm(formdata=None)
    return _page(case, kind, form, actor, typed=_as_proposed(case))


@bp.post("/disputes/<public_id>/settle")
@requires(Permission.DISPUTE_RULE, fresh_password=True)
def settle(public_id: str) -> ResponseReturnValue:
    """A supervisor settles it; it stands unless a party objects in time."""
    policy = casefile.policy_of(db.session, current_actor(), now())
    done = (
        _("Settled. Both sides are told; it stands if nobody objects in time.")
        if policy.supervisor_quiet_hours
        else _("Settled. It stands, and both sides are told.")
    )
    return _decide(public_id, StepKind.SETTLED, done)


@bp.post("/disputes/<public_id>/rule")
@requires(Permission.DISPUTE_RULE, fresh_password=True)
def rule(public_id: str) -> ResponseReturnValue:
    """Whoever has the last word in the club rules."""
    return _decide(public_id, StepKind.RULED, _("Ruled. The credit is posted, and everybody is told."))


@bp.post("/disputes/<public_id>/appeal-ruling")
@requires(Permission.DISPUTE_RULE, fresh_password=True)
def appeal_ruling(public_id: str) -> ResponseReturnValue:
    """Whoever stands above decides the appeal."""
    done = _("Decided. This is final; the credit is posted, and everybody is told.")
    return _decide(public_id, StepKind.APPEAL_RULED, done)


def _decide(public_id: str, kind: StepKind, done: str) -> ResponseReturnValue:
    """Show what the split does; with the button below that, do it. As the rules say needs no split.

    Without a step it is the form again, as it was filled in.
    """
    actor, at, form = current_actor(), now(), DecisionForm()
    case = casefile.read(db.session, actor, public_id, at)
    people = _people(actor)
    parties = {each.consultant.public_id: each.consultant.id for each in case.sides}
    choose_from(form, [(each.consultant.public_id, each.consultant.name) for each in case.sides])
    step, typed = request.form.get("step", ""), request.form.to_dict()
    if not form.is_valid():
        return _page(case, kind, form, actor, typed=typed), HTTPStatus.UNPROCESSABLE_ENTITY
    if step not in STEPS or (step == UPHOLD and kind is not StepKind.APPEAL_RULED):
        return _page(case, kind, form, actor, typed=typed)
    shares: tuple[Share, ...] | None = None
    if step not in (AS_RULES_SAY, UPHOLD):
        try:
            shares = _split(typed, case, people)
        except SplitError as wrong:
            form.refuse(str(wrong))
            return _page(case, kind, form, actor, typed=typed), HTTPStatus.UNPROCESSABLE_ENTITY
    about, note = parties.get(form.conduct_of.data or ""), form.conduct_note.data or ""
    if bool(note) != (about is not None):  # half a note would be lost, or be about nobody
        form.conduct_note.errors = (refusal_text(Refusal(DisputeRefused.CONDUCT)),)
        return _page(case, kind, form, actor, typed=typed), HTTPStatus.UNPROCESSABLE_ENTITY
    conduct = Conduct(consultant_id=about, note=note) if about is not None else None
    reason = form.reason.data or ""
    try:
        if step == SHOW:
            _check(case, kind, shares, reason, people, actor, at)
            return _page(case, kind, form, actor, typed=typed, shares=shares)
        _do(public_id, kind, form, shares, reason, conduct, actor, at, upholds=step == UPHOLD)
    except Refused as refused:
        return _refused(refused, case, kind, form, actor, typed), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(done, "success")
    return redirect(url_for("disputes.show", public_id=public_id), HTTPStatus.SEE_OTHER)


def _do(
    public_id: str,
    kind: StepKind,
    form: DecisionForm,
    shares: tuple[Share, ...] | None,
    reason: str,
    conduct: Conduct | None,
    actor: Actor,
    at: Instant,
    *,
    upholds: bool,
) -> None:
    """Decide; the same form sent twice decides once."""
    operation = partial(deciding.rule_appeal, upholds=True) if upholds else OPERATIONS[kind]

    def work(session: Session) -> str:
        operation(
            session,
            public_id=public_id,
            shares=shares,
            reason=reason,
            conduct=conduct,
            actor=actor,
            at=at,
        )
        return public_id

    inputs = {
        kind.value: public_id,
        "upholds": upholds,
        "shares": None if shares is None else [(each.consultant_id, each.basis_points) for each in shares],
        "reason": reason,
        "conduct": None if conduct is None else [conduct.consultant_id, conduct.note],
    }
    once(form.submission_key.data, inputs, actor, at, work)


def _refused(
    refused: Refused,
    case: CaseFile,
    kind: StepKind,
    form: DecisionForm,
    actor: Actor,
    typed: Mapping[str, str],
) -> str:
    """What is about the form stands in it; that somebody may not is answered as everywhere."""
    code, sentence = refused.refusal.code, refusal_text(refused.refusal)
    if code in AT_REASON:
        form.reason.errors = (sentence,)
    elif code in AT_NOTE:
        form.conduct_note.errors = (sentence,)
    elif code is DisputeRefused.SHARES:
        form.refuse(sentence)
    else:
        raise refused
    return _page(case, kind, form, actor, typed=typed)


def _check(
    case: CaseFile,
    kind: StepKind,
    shares: tuple[Share, ...] | None,
    reason: str,
    people: list[ConsultantView],
    actor: Actor,
    at: Instant,
) -> None:
    """Whether it would be refused, before it is shown. Raises Refused."""
    sellers = frozenset(each.id for each in people)
    wish = Wish(shares=None if shares is None else named(shares), reason=reason, sellers=sellers)
    _may(case, kind, wish, actor, at)


def _kind(case: CaseFile, actor: Actor, at: Instant) -> StepKind:
    """What the reader would decide now. Raises Refused with why he may not."""
    if case.status is Status.APPEALED:
        kind = StepKind.APPEAL_RULED
    elif case.moves.settle and not case.moves.rule:
        kind = StepKind.SETTLED
    else:
        kind = StepKind.RULED
    _may(case, kind, AS_PROPOSED, actor, at)
    return kind


def _may(case: CaseFile, kind: StepKind, wish: Wish, actor: Actor, at: Instant) -> None:
    facts = case.facts
    if kind is StepKind.SETTLED:
        may_settle(facts, actor, wish, at).or_raise()
    elif kind is StepKind.RULED:
        may_rule(facts, actor, wish, case.policy, at).or_raise()
    else:
        may_rule_appeal(facts, actor, wish, case.policy).or_raise()


def _people(actor: Actor) -> list[ConsultantView]:
    """Who may have a share, by name."""
    return [each for each in profiles.all_in_club(db.session, actor.club.id) if each.kind is not None]


def _split(typed: Mapping[str, str], case: CaseFile, people: list[ConsultantView]) -> tuple[Share, ...]:
    """The split as it was typed, in the form's order: the odd cent goes where the form showed it. Raises SplitError."""
    sides = [each.consultant for each in case.sides]
    sellers = {each.public_id: each.id for each in (*sides, *people) if each.kind is not None}
    return split_of(typed, sellers, {each.public_id: each.name for each in sides if each.kind is None})


def _as_proposed(case: CaseFile) -> dict[str, str]:
    """What the rules proposed, as it would be typed."""
    return {f"{SHARE}{side.consultant.public_id}": percent(side.proposed.basis_points) for side in case.sides}


def _page(
    case: CaseFile,
    kind: StepKind,
    form: DecisionForm,
    actor: Actor,
    *,
    typed: Mapping[str, str],
    shares: tuple[Share, ...] | None = None,
) -> str:
    """The form, and with `shares` what they would do."""
    everybody = {each.id: each for each in profiles.all_in_club(db.session, actor.club.id)}
    sides: set[ConsultantID] = {each.consultant.id for each in case.sides}
    choose_from(form, [(each.consultant.public_id, each.consultant.name) for each in case.sides])
    quiet = case.policy.supervisor_quiet_hours
    return render(
        "leads/disputes/decide.html",
        case=case,
        kind=kind,
        form=form,
        typed=typed,
        others=[each for each in _people(actor) if each.id not in sides],
        address=url_for(ENDPOINTS[kind], public_id=case.public_id),
        effects=None if shares is None else effects(case, shares, everybody),
        proposed=effects(case, case.view.proposal.shares, everybody),
        ruled=_ruling(case, everybody) if kind is StepKind.APPEAL_RULED else None,
        quiet_hours=quiet,
        precedents=precedents.similar(db.session, actor.club.id, case.view),
        today=local_day(now(), actor.club.zone),
        **WORDS,
    )


def _ruling(case: CaseFile, people: Mapping[ConsultantID, ConsultantView]) -> Ruling | None:
    """The ruling that an appeal is against."""
    step = next((each for each in reversed(case.view.steps) if each.kind is StepKind.RULED), None)
    if step is None or step.shares is None:
        return None
    return Ruling(by=step.by, words=step.words, effects=effects(case, step.shares, people))
