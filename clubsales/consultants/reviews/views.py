"""The pages of cases about people: proposed, decided, acknowledged; nobody but those concerned sees one."""

from http import HTTPStatus

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from clubsales.actor import Actor
from clubsales.auth.guard import current_actor, requires
from clubsales.auth.permissions import Permission, may
from clubsales.clock import Instant, local_day, now
from clubsales.consultants.profiles import queries as profiles
from clubsales.consultants.profiles.queries import ConsultantView
from clubsales.consultants.reviews import deciding, pages, proposing, queries, texts
from clubsales.consultants.reviews.blueprint import bp
from clubsales.consultants.reviews.catalogue import Offence
from clubsales.consultants.reviews.choices import first_days
from clubsales.consultants.reviews.forms import AnswerForm, DismissForm, ProposalForm, VerdictForm
from clubsales.consultants.reviews.proposing import Proposal
from clubsales.consultants.reviews.queries import ReviewView
from clubsales.consultants.reviews.rules import Kind, Status
from clubsales.db import db, transact
from clubsales.errors import NotFound, Refused
from clubsales.i18n import format_month, refusal_text
from clubsales.i18n import gettext as _
from clubsales.typed import free_text
from clubsales.web import render

__all__ = ["bp"]

WORDS = {
    "kinds": texts.KINDS,
    "statuses": texts.STATUSES,
    "tones": texts.TONES,
    "choices": texts.CHOICES,
    "follows": texts.FOLLOWS,
    "offences": texts.OFFENCES,
    "rules": texts.RULES,
}


@bp.get("/reviews")
@requires(Permission.REVIEW_PROPOSE)
def index() -> ResponseReturnValue:
    """What waits for a decision and what was decided, by kind; whoever only proposes sees what he proposed."""
    actor, at = current_actor(), now()
    is_open = request.args.get("view") != "decided"
    kind = _kind_asked()
    found = pages.docket(db.session, actor, is_open=is_open, kind=kind)
    return render(
        "consultants/reviews/index.html",
        docket=found,
        is_open=is_open,
        kind=kind,
        now=at,
        tone_of_age=pages.tone_of_age,
        decides=may(actor, Permission.REVIEW_DECIDE),
        month_name=format_month,
        **WORDS,
    )


@bp.get("/reviews/mine")
@requires(Permission.PAY_SEE_OWN)
def mine() -> ResponseReturnValue:
    """The cases about oneself."""
    actor = current_actor()
    cases = (
        queries.of_consultant(db.session, actor.club.id, actor.consultant_id)
        if actor.consultant_id is not None
        else []
    )
    return render("consultants/reviews/mine.html", cases=cases, month_name=format_month, **WORDS)


@bp.get("/reviews/new")
@requires(Permission.REVIEW_PROPOSE)
def new() -> ResponseReturnValue:
    """Propose a fine, a warning or a special promotion."""
    actor = current_actor()
    people = _people(actor)
    asked = request.args.get("about", "")
    about = asked if any(each.public_id == asked for each in people) else None
    return _new_page(
        ProposalForm(formdata=None, people=people, currency=actor.club.currency, consultant=about)
    )


@bp.post("/reviews")
@requires(Permission.REVIEW_PROPOSE)
def propose() -> ResponseReturnValue:
    """Open the case."""
    actor, at = current_actor(), now()
    people = _people(actor)
    form = ProposalForm(people=people, currency=actor.club.currency)
    if not form.is_valid():
        return _new_page(form), HTTPStatus.UNPROCESSABLE_ENTITY
    kind = Kind(form.kind.data)
    proposal = Proposal(
        kind=kind,
        consultant_id=next(each.id for each in people if each.public_id == form.consultant.data),
        words=free_text(form.words.data),
        offence=None if kind is Kind.PROMOTION else Offence(form.offence.data),
        happened_on=None if kind is Kind.PROMOTION else form.happened_on.data,
        amount=form.fine,
    )
    public_id = transact(lambda s: proposing.propose(s, proposal, actor=actor, at=at))
    flash(_("The case is open. Somebody else decides it."), "success")
    return redirect(url_for("reviews.show", public_id=public_id), HTTPStatus.SEE_OTHER)


@bp.get("/reviews/<public_id>")
@requires(Permission.PAY_SEE_OWN)
def show(public_id: str) -> ResponseReturnValue:
    """A case: its evidence, its rule in words, what may be decided, what was."""
    actor, at = current_actor(), now()
    return _page(pages.seen_case(db.session, actor, public_id), actor, at)


@bp.post("/reviews/<public_id>/decide")
@requires(Permission.REVIEW_DECIDE)
def decide(public_id: str) -> ResponseReturnValue:
    """Decide it, with a reason."""
    actor, at = current_actor(), now()
    case = pages.seen_case(db.session, actor, public_id)
    form = _verdict_form(case, actor, at)
    if not form.is_valid():
        return _page(case, actor, at, verdict=form), HTTPStatus.UNPROCESSABLE_ENTITY
    verdict = form.verdict(case.facts.get("next_level"))
    try:
        transact(lambda s: deciding.decide(s, public_id=public_id, verdict=verdict, actor=actor, at=at))
    except Refused as refused:
        # What was typed stays where it can be mended; any other refusal is about the case itself.
        field = form.asked_by(refused.refusal.code)
        if field is None:
            raise
        field.errors = (refusal_text(refused.refusal),)
        return _page(case, actor, at, verdict=form), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(_("Decided. %(name)s reads it under My cases.", name=case.name), "success")
    return redirect(url_for("reviews.show", public_id=public_id), HTTPStatus.SEE_OTHER)


@bp.post("/reviews/<public_id>/dismiss")
@requires(Permission.REVIEW_DECIDE)
def dismiss(public_id: str) -> ResponseReturnValue:
    """There is nothing in it."""
    actor, at, form = current_actor(), now(), DismissForm(prefix="dismiss")
    case = pages.seen_case(db.session, actor, public_id)
    if not form.is_valid():
        return _page(case, actor, at, dismissal=form), HTTPStatus.UNPROCESSABLE_ENTITY
    words = free_text(form.words.data)
    transact(lambda s: deciding.dismiss(s, public_id=public_id, words=words, actor=actor, at=at))
    flash(_("Dismissed."), "success")
    return redirect(url_for("reviews.show", public_id=public_id), HTTPStatus.SEE_OTHER)


@bp.post("/reviews/<public_id>/acknowledge")
@requires(Permission.PAY_SEE_OWN)
def acknowledge(public_id: str) -> ResponseReturnValue:
    """I have read it."""
    actor, at, form = current_actor(), now(), AnswerForm(prefix="answer")
    case = pages.seen_case(db.session, actor, public_id)
    if not form.is_valid():
        return _page(case, actor, at, answer=form), HTTPStatus.UNPROCESSABLE_ENTITY
    answer = free_text(form.answer.data)
    transact(lambda s: deciding.acknowledge(s, public_id=public_id, answer=answer, actor=actor, at=at))
    flash(_("Acknowledged. Your answer stays with the case."), "success")
    return redirect(url_for("reviews.show", public_id=public_id), HTTPStatus.SEE_OTHER)


def _kind_asked() -> Kind | None:
    text = request.args.get("kind", "")
    if not text:
        return None
    try:
        return Kind(text)
    except ValueError:
        raise NotFound from None


def _people(actor: Actor) -> list[ConsultantView]:
    """Everybody who works here today, but oneself."""
    today = local_day(now(), actor.club.zone)
    return [
        each
        for each in profiles.all_in_club(db.session, actor.club.id, on_day=today)
        if each.account_id != actor.account_id
    ]


def _new_page(form: ProposalForm) -> str:
    return render("consultants/reviews/new.html", form=form, **WORDS)


def _verdict_form(case: ReviewView, actor: Actor, at: Instant, **values: object) -> VerdictForm:
    today = local_day(at, actor.club.zone)
    terms = deciding.terms_of(db.session, case.consultant_id, today, actor)
    days = first_days(deciding.earliest_month(db.session, actor, today), today)
    return VerdictForm(case=case, currency=actor.club.currency, level=terms.level, days=days, **values)


def _page(
    case: ReviewView,
    actor: Actor,
    at: Instant,
    *,
    verdict: VerdictForm | None = None,
    dismissal: DismissForm | None = None,
    answer: AnswerForm | None = None,
) -> str:
    is_mine = case.account_id == actor.account_id
    decides = may(actor, Permission.REVIEW_DECIDE)
    today = local_day(at, actor.club.zone)
    is_waiting = decides and not is_mine and case.status is Status.OPEN
    is_above = is_waiting and deciding.is_above(db.session, case, actor, today)
    may_now = is_waiting and not is_above
    return render(
        "consultants/reviews/show.html",
        case=case,
        is_mine=is_mine,
        decides=decides,
        proposes=may(actor, Permission.REVIEW_PROPOSE),
        may_decide=may_now,
        is_above=is_above,
        terms=deciding.terms_of(db.session, case.consultant_id, today, actor) if may_now else None,
        verdict=(verdict or _verdict_form(case, actor, at, formdata=None)) if may_now else None,
        months=pages.months_of(case, actor.club.currency),
        money_of=lambda name: pages.money_fact(case, name, actor.club.currency),
        day_of=lambda name: pages.day_fact(case, name),
        month_name=format_month,
        dismissal=dismissal or DismissForm(formdata=None, prefix="dismiss"),
        answer=answer or AnswerForm(formdata=None, prefix="answer"),
        **WORDS,
    )
