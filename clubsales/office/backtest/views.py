"""The pages of back-tests: what they found, how far they are, and asking for one."""

from http import HTTPStatus
from math import ceil
from typing import Any

from flask import Blueprint, Response, current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from clubsales import leader, spreadsheet
from clubsales.actor import Actor
from clubsales.auth.guard import current_actor, requires
from clubsales.auth.permissions import Permission
from clubsales.clock import local_day, now
from clubsales.consultants.profiles import queries as profiles
from clubsales.db import db, transact
from clubsales.errors import Refused
from clubsales.i18n import gettext as _
from clubsales.i18n import language_tag, refusal_text
from clubsales.idempotency import once
from clubsales.office.backtest import operations, pages, queries, texts
from clubsales.office.backtest.forms import BackTestForm, By
from clubsales.office.backtest.pages import Floor
from clubsales.office.backtest.queries import BackTestView
from clubsales.office.backtest.reading import values_in
from clubsales.office.backtest.rules import SETTINGS
from clubsales.policies import policy_on
from clubsales.policy_documents import PolicyError
from clubsales.settings import Settings
from clubsales.web import not_modified, render

bp = Blueprint("backtest", __name__)


@bp.get("/back-tests")
@requires(Permission.BACK_TEST)
def index() -> ResponseReturnValue:
    """What was tried, the latest first."""
    club = current_actor().club
    tests = queries.latest(db.session, club.id)
    return render(
        "office/backtest/index.html",
        tests=[(test, pages.setting_lines(test)) for test in tests],
        nobody_works=any(test.is_running for test in tests) and not _somebody_works(),
    )


@bp.get("/back-tests/new")
@requires(Permission.BACK_TEST)
def new() -> ResponseReturnValue:
    """Choose days and settings."""
    return _form_page(BackTestForm(), current_actor())


@bp.post("/back-tests/new")
@requires(Permission.BACK_TEST)
def ask() -> ResponseReturnValue:
    """Have it done by the worker."""
    actor, at, form = current_actor(), now(), BackTestForm()
    if not form.is_valid():
        return _form_page(form, actor), HTTPStatus.UNPROCESSABLE_ENTITY
    first, last = form.days(local_day(at, actor.club.zone))
    changes = form.changes()

    def work(session: Session) -> str:
        return once(
            session,
            key=str(form.submission_key.data),
            inputs={"first": first, "last": last, "changes": changes},
            actor=actor,
            at=at,
            work=lambda: operations.ask(
                session, first_day=first, last_day=last, changes=changes, actor=actor, at=at
            ),
        )

    try:
        public_id = transact(work)
    except PolicyError:
        form.refuse(_("One of these values does not fit. Type another one."))
    except Refused as refused:
        form.refuse(refusal_text(refused.refusal))
    else:
        return redirect(url_for(".show", public_id=public_id))
    return _form_page(form, actor), HTTPStatus.UNPROCESSABLE_ENTITY


@bp.get("/back-tests/<public_id>")
@requires(Permission.BACK_TEST)
def show(public_id: str) -> ResponseReturnValue:
    """How far it is; then which sales would change hands, by whom, how much."""
    club = current_actor().club
    g.zone = club.zone
    test = queries.by_public_id(db.session, club.id, public_id)
    common = {"test": test, "settings": pages.setting_lines(test)}
    if test.found is None:
        problem = None if test.problem is None else str(texts.PROBLEMS[test.problem.value])
        return render(
            "office/backtest/running.html",
            problem=problem,
            etag=_etag(test),
            nobody_works=test.is_running and not _somebody_works(),
            **common,
        )
    floor = _floor(current_actor())
    who = floor.id_of(request.args.get("who", ""))
    sales = pages.sales_of(test.found, who)
    page, last_page = _page_of(len(sales))
    shown = sales[(page - 1) * pages.SHOWN : page * pages.SHOWN]
    apart = [each.sale_id for each in test.found.apart[: pages.SHOWN]]
    names = queries.sale_names(db.session, club.id, {*apart, *(sale.sale_id for sale in shown)})
    return render(
        "office/backtest/found.html",
        found=test.found,
        moved=floor.money(test.found.moved),
        before=floor.money(test.found.before),
        after=floor.money(test.found.after),
        changed=len(test.found.changed),
        people=pages.person_lines(test.found, floor),
        lines=pages.sale_lines(shown, names, floor),
        apart=pages.apart_counts(test.found),
        apart_lines=pages.apart_lines(test.found, names),
        who=None if who is None else (request.args["who"], floor.name(who)),
        page=page,
        last_page=last_page,
        language=language_tag(),
        **common,
    )


@bp.get("/back-tests/<public_id>/live")
@requires(Permission.BACK_TEST)
def live(public_id: str) -> ResponseReturnValue:
    """How far it is, again; once it is finished the page is loaded anew."""
    test = queries.progress_of(db.session, current_actor().club.id, public_id)
    if not test.is_running:
        return "", {"HX-Redirect": url_for(".show", public_id=public_id)}
    etag = _etag(test)
    unchanged = not_modified(etag)
    if unchanged is not None:
        return unchanged
    return render("office/backtest/_progress.html", test=test), {"ETag": f'"{etag}"'}


@bp.get("/back-tests/<public_id>.csv")
@requires(Permission.BACK_TEST)
def export_csv(public_id: str) -> ResponseReturnValue:
    """Every sale that would change hands, holder by holder, as a table for a spreadsheet; no guest."""
    actor = current_actor()
    test = queries.by_public_id(db.session, actor.club.id, public_id)
    if test.found is None:
        return redirect(url_for(".show", public_id=public_id))
    names = queries.sale_names(db.session, actor.club.id, [sale.sale_id for sale in test.found.changed])
    name = f"back-test-{test.first_day.isoformat()}-{test.last_day.isoformat()}.csv"
    return Response(
        spreadsheet.written(pages.rows(test.found, names, _floor(actor))),
        mimetype="text/csv",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _form_page(form: BackTestForm, actor: Actor) -> str:
    today = local_day(now(), actor.club.zone)
    document = policy_on(db.session, actor.club, today).document
    form.explain({name: values_in([dict(document)], name)[0] for name in SETTINGS})
    return render("office/backtest/new.html", form=form, today=today, by_days=By.DAYS.value)


def _floor(actor: Actor) -> Floor:
    return Floor(profiles.all_in_club(db.session, actor.club.id), actor.club.currency)


def _page_of(count: int) -> tuple[int, int]:
    """The page asked for and the last one; what cannot be read is the first."""
    last = max(1, ceil(count / pages.SHOWN))
    asked: Any = request.args.get("page", "1")
    return min(max(int(asked), 1), last) if asked.isdecimal() and len(asked) < 6 else 1, last


def _etag(test: BackTestView) -> str:
    return f"back-test-{test.done}-{test.total}-{test.finished_at is None}-{language_tag()}"


def _somebody_works() -> bool:
    """Whether some process runs the jobs."""
    settings: Settings = current_app.extensions["clubsales_settings"]
    return settings.run_jobs or leader.is_held(db.engine, settings.data_folder)
