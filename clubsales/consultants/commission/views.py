"""The pages of commission plans: what pays whom, writing a plan, its examples, trying it on the past, publishing it."""

from datetime import date, timedelta
from http import HTTPStatus

from flask import Blueprint, Response, flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from clubsales import spreadsheet
from clubsales.actor import Actor
from clubsales.auth.guard import current_actor, requires
from clubsales.auth.permissions import Permission
from clubsales.clock import local_day, month_of, next_month, now
from clubsales.consultants.commission import operations, pages, plans
from clubsales.consultants.commission.choosing import Scope
from clubsales.consultants.commission.forms import PlanForm, PublishForm, typed_of
from clubsales.consultants.commission.operations import Written
from clubsales.consultants.commission.pages import OwnPlan
from clubsales.consultants.commission.plans import DraftView
from clubsales.consultants.commission.queries import plans_of_month
from clubsales.consultants.commission.rules import Plan
from clubsales.consultants.commission.trying import Tried, try_plan
from clubsales.consultants.credits.closing import closed_through
from clubsales.db import db, transact
from clubsales.errors import NotFound, Refused
from clubsales.i18n import format_month, refusal_text
from clubsales.i18n import gettext as _
from clubsales.web import render

bp = Blueprint("commission", __name__)
MONTHS_AHEAD = 12


@bp.get("/commission-plans")
@requires(Permission.PLAN_EDIT)
def index() -> ResponseReturnValue:
    """What pays whom this month, every plan there was, and what is being written."""
    actor = current_actor()
    g.zone = actor.club.zone
    month = _this_month(actor)
    in_force = plans_of_month(db.session, actor.club, month)
    paid = [(each, each.chosen(in_force)) for each in plans.people_paid(db.session, actor.club, month)]
    return render(
        "consultants/commission/index.html",
        paid=paid,
        published=plans.published_plans(db.session, actor.club),
        drafts=plans.drafts(db.session, actor.club),
        in_force={each.plan_id for each in in_force.published},
        otherwise=pages.terms(in_force.of_policy, actor.club.currency),
        scope_words=pages.scope_words,
        month_name=format_month,
        month=month,
    )


@bp.get("/commission-plans/new")
@requires(Permission.PLAN_EDIT)
def new() -> ResponseReturnValue:
    """Write a plan, beginning with a published one, else with what pays most people now."""
    actor = current_actor()
    beginning = request.args.get("from", "")
    if beginning:
        found = plans.published_plan(db.session, actor.club, beginning)
        written = Written(
            name=found.name, scope=found.scope, valid_from=_earliest_whole(actor), plan=found.plan
        )
    else:
        in_force = plans_of_month(db.session, actor.club, _this_month(actor))
        widest = in_force.widest
        written = Written(
            name="",
            scope=widest.scope if widest else Scope(),
            valid_from=_earliest_whole(actor),
            plan=widest.plan if widest else in_force.of_policy,
        )
    return _editor(actor, _form(actor, written), written.plan)


@bp.post("/commission-plans/new")
@requires(Permission.PLAN_EDIT)
def start() -> ResponseReturnValue:
    """Keep a new draft."""
    actor, at = current_actor(), now()
    form = _form(actor)
    if not form.is_valid():
        return _editor(actor, form), HTTPStatus.UNPROCESSABLE_ENTITY
    written = form.written
    public_id = transact(lambda s: operations.start_draft(s, written=written, actor=actor, at=at))
    flash(_("The draft is kept. It pays nobody until it is published."), "success")
    return redirect(url_for(".draft", public_id=public_id), HTTPStatus.SEE_OTHER)


@bp.get("/commission-plans/examples")
@requires(Permission.PLAN_EDIT)
def examples() -> ResponseReturnValue:
    """What the plan that is being typed would pay."""
    actor = current_actor()
    form = PlanForm(actor.club.currency, _months(actor), formdata=request.args, meta={"csrf": False})
    form.is_valid()
    about_pay = [each for each in form if each.errors and each.name not in ("name", "valid_from")]
    lines = [] if about_pay else pages.example_lines(form.plan, actor.club.currency)
    return render("consultants/commission/_examples.html", lines=lines)


@bp.get("/commission-plans/drafts/<public_id>")
@requires(Permission.PLAN_EDIT)
def draft(public_id: str) -> ResponseReturnValue:
    """A draft, to go on writing; once published, the plan it became."""
    actor = current_actor()
    found = plans.draft_or_none(db.session, actor.club, public_id)
    if found is None:
        return _what_became(actor, public_id)
    return _editor(actor, _form(actor, _written(found), found.version), found.plan, found)


@bp.post("/commission-plans/drafts/<public_id>")
@requires(Permission.PLAN_EDIT)
def change(public_id: str) -> ResponseReturnValue:
    """Keep what was changed in a draft."""
    actor = current_actor()
    found = plans.draft(db.session, actor.club, public_id)
    form = _form(actor)
    if not form.is_valid():
        return _editor(actor, form, None, found), HTTPStatus.UNPROCESSABLE_ENTITY
    written = form.written
    transact(
        lambda s: operations.change_draft(
            s, public_id=public_id, version=_number(form.version.data), written=written, actor=actor
        )
    )
    flash(_("The draft is kept. It pays nobody until it is published."), "success")
    return redirect(url_for(".draft", public_id=public_id), HTTPStatus.SEE_OTHER)


@bp.post("/commission-plans/drafts/<public_id>/discard")
@requires(Permission.PLAN_EDIT)
def discard(public_id: str) -> ResponseReturnValue:
    """Throw a draft away."""
    actor, at = current_actor(), now()
    version = _number(request.form.get("version"))
    transact(lambda s: operations.discard_draft(s, public_id=public_id, version=version, actor=actor, at=at))
    flash(_("The draft is thrown away."), "success")
    return redirect(url_for(".index"), HTTPStatus.SEE_OTHER)


@bp.get("/commission-plans/drafts/<public_id>/back-test")
@requires(Permission.PLAN_EDIT)
def back_test(public_id: str) -> ResponseReturnValue:
    """What the draft would have paid in the last twelve months, and how to publish it."""
    actor = current_actor()
    found = plans.draft_or_none(db.session, actor.club, public_id)
    if found is None:
        return _what_became(actor, public_id)
    return _tried_page(actor, found, PublishForm(formdata=None, version=str(found.version)))


@bp.get("/commission-plans/drafts/<public_id>/back-test.csv")
@requires(Permission.PLAN_EDIT)
def back_test_csv(public_id: str) -> ResponseReturnValue:
    """The same as a table, each person and month."""
    actor = current_actor()
    tried = _tried(actor, plans.draft(db.session, actor.club, public_id))
    name = "back-test-of-a-plan.csv"
    return Response(
        spreadsheet.written(pages.rows(tried, actor.club.currency)),
        mimetype="text/csv",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@bp.post("/commission-plans/drafts/<public_id>/publish")
@requires(Permission.PLAN_EDIT, fresh_password=True)
def publish(public_id: str) -> ResponseReturnValue:
    """Let a draft pay."""
    actor, at = current_actor(), now()
    found = plans.draft(db.session, actor.club, public_id)
    form = PublishForm()
    if not form.is_valid():
        return _tried_page(actor, found, form), HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        published = transact(
            lambda s: operations.publish(
                s,
                public_id=public_id,
                version=_number(form.version.data),
                reason=form.reason.data or "",
                also_begun=form.also_begun.data,
                actor=actor,
                at=at,
            )
        )
    except Refused as refused:
        form.reason.errors = (refusal_text(refused.refusal),)
        return _tried_page(actor, found, form), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(
        _("The plan is published. It pays from %(month)s on.", month=format_month(found.valid_from)),
        "success",
    )
    return redirect(url_for(".show", public_id=published), HTTPStatus.SEE_OTHER)


@bp.get("/commission-plans/<public_id>")
@requires(Permission.PLAN_EDIT)
def show(public_id: str) -> ResponseReturnValue:
    """A published plan: what it says, what it pays, whom now, and the others to compare it with."""
    actor = current_actor()
    g.zone = actor.club.zone
    found = plans.published_plan(db.session, actor.club, public_id)
    month = max(_this_month(actor), found.valid_from)
    in_force = plans_of_month(db.session, actor.club, month)
    paid = [
        each
        for each in plans.people_paid(db.session, actor.club, month)
        if each.chosen(in_force).plan_id == found.id
    ]
    others = [each for each in plans.published_plans(db.session, actor.club) if each.id != found.id]
    other = next((each for each in others if each.public_id == request.args.get("with")), None)
    return render(
        "consultants/commission/show.html",
        plan=found,
        scope=pages.scope_words(found.scope),
        terms=pages.terms(found.plan, actor.club.currency),
        lines=pages.example_lines(found.plan, actor.club.currency),
        paid=paid,
        others=others,
        other=other,
        compared=pages.compared(found.plan, other.plan, actor.club.currency) if other else [],
        month_name=format_month,
        month=month,
    )


def _what_became(actor: Actor, public_id: str) -> ResponseReturnValue:
    """To the plan that a draft became; raises NotFound where it became none."""
    published = plans.published_plan(db.session, actor.club, public_id)
    flash(
        _("This draft was published. This is the plan; to change it, start a draft for a later month."),
        "info",
    )
    return redirect(url_for(".show", public_id=published.public_id), HTTPStatus.SEE_OTHER)


@bp.get("/my-plan")
@requires(Permission.PAY_SEE_OWN)
def mine() -> ResponseReturnValue:
    """The plan that pays whoever asks, this month and where another one follows."""
    actor = current_actor()
    month = _this_month(actor)
    found: list[OwnPlan] = []
    for each in (month, next_month(month)):
        in_force = plans_of_month(db.session, actor.club, each)
        people = plans.people_paid(db.session, actor.club, each)
        me = next((one for one in people if one.id == actor.consultant_id), None)
        if me is None:
            continue
        chosen = me.chosen(in_force)
        if not found or found[-1].chosen != chosen:
            found.append(pages.own_plan(each, me, chosen, actor.club.currency))
    return render("consultants/commission/mine.html", plans=found, month_name=format_month)


def _tried(actor: Actor, found: DraftView) -> Tried:
    return try_plan(db.session, actor.club, found.plan, found.scope, before=_this_month(actor))


def _tried_page(actor: Actor, found: DraftView, form: PublishForm) -> str:
    g.zone = actor.club.zone
    tried, currency = _tried(actor, found), actor.club.currency
    return render(
        "consultants/commission/tried.html",
        draft=found,
        scope=pages.scope_words(found.scope),
        form=form,
        has_begun=found.valid_from <= _this_month(actor),
        people=pages.person_lines(tried, currency),
        months=pages.month_lines(tried, currency),
        total=pages.total_line(tried, currency),
        month_name=format_month,
    )


def _editor(actor: Actor, form: PlanForm, plan: Plan | None = None, found: DraftView | None = None) -> str:
    """The editor; of what was typed wrongly there are no examples."""
    return render(
        "consultants/commission/edit.html",
        form=form,
        draft=found,
        lines=[] if plan is None else pages.example_lines(plan, actor.club.currency),
        currency=actor.club.currency,
    )


def _form(actor: Actor, written: Written | None = None, version: int = 0) -> PlanForm:
    """The form with a plan in it, or with what was sent."""
    months = _months(actor)
    if written is None:
        return PlanForm(actor.club.currency, months)
    months.setdefault(written.valid_from.isoformat(), format_month(written.valid_from))
    return PlanForm(
        actor.club.currency,
        months,
        formdata=None,
        version=str(version),
        **typed_of(written, actor.club.currency),
    )


def _written(found: DraftView) -> Written:
    return Written(name=found.name, scope=found.scope, valid_from=found.valid_from, plan=found.plan)


def _months(actor: Actor) -> dict[str, str]:
    """The months a plan may begin with: the last one where it is open, this one, and a year ahead."""
    last = closed_through(db.session, actor.club.id)
    month = month_of(_this_month(actor) - timedelta(days=1))
    found: dict[str, str] = {}
    for _step in range(MONTHS_AHEAD + 2):
        if last is None or month > last:
            found[month.isoformat()] = format_month(month)
        month = next_month(month)
    return found


def _earliest_whole(actor: Actor) -> date:
    """The first month that has not begun."""
    return next_month(_this_month(actor))


def _this_month(actor: Actor) -> date:
    return month_of(local_day(now(), actor.club.zone))


def _number(text: str | None) -> int:
    """The version a form was drawn with; raises NotFound for what is no number."""
    if text is None or not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise NotFound
    return int(text)
