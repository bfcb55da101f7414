"""Statements: one of them, everybody's of a month, a year's; as paper and table; what is said to them."""

from collections.abc import Callable
from datetime import date
from functools import partial
from http import HTTPStatus
from itertools import groupby

import structlog
from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from clubsales import idempotency
from clubsales.actor import Actor
from clubsales.auth.guard import current_actor, requires
from clubsales.auth.permissions import Permission, may
from clubsales.clock import local_day, month_of, now
from clubsales.consultants.credits import closing
from clubsales.consultants.credits import texts as credit_texts
from clubsales.consultants.profiles.queries import ConsultantView
from clubsales.consultants.statements import line_queries, operations, pages, printing, queries, told, words
from clubsales.consultants.statements.answers import AnswerKind
from clubsales.consultants.statements.blueprint import bp, month_asked, myself, readable
from clubsales.consultants.statements.forms import WordsForm
from clubsales.consultants.statements.frozen import StatementView
from clubsales.consultants.statements.payable import state_of
from clubsales.consultants.statements.payouts import payouts_of
from clubsales.consultants.statements.restored import plan_in
from clubsales.consultants.statements.rules import percent, points
from clubsales.consultants.statements.texts import ANSWERS, ITEMS, STATE_TONES, STATES
from clubsales.consultants.statements.words import PrintRefused
from clubsales.db import db, transact
from clubsales.errors import NotFound, refuse
from clubsales.i18n import format_month
from clubsales.i18n import gettext as _
from clubsales.money import Money
from clubsales.papers.render import NoFonts, PaperFailed, fonts_are_there, render_pdf
from clubsales.spreadsheet import XLSX
from clubsales.web import render

log: structlog.stdlib.BoundLogger = structlog.get_logger("clubsales")
Doing = Callable[..., None]
MOST_LINKED = 40


@bp.get("/money/statements")
@requires(Permission.PAY_SEE_OWN)
def history() -> ResponseReturnValue:
    """All my statements, year by year."""
    actor = current_actor()
    me = myself(actor)
    found = queries.statements_of_person(db.session, actor.club.id, me.id) if me else []
    years = [(year, list(each)) for year, each in groupby(found, key=lambda view: view.month.year)]
    return render("consultants/statements/history.html", years=years, **_words())


@bp.get("/money/statements/year.csv")
@requires(Permission.PAY_SEE_OWN)
def year_csv() -> ResponseReturnValue:
    """What each of my statements of a year is made of, for a spreadsheet."""
    actor = current_actor()
    year = request.args.get("year", "")
    me = myself(actor)
    if me is None or not (year.isascii() and year.isdigit() and len(year) == 4):
        raise NotFound
    found = [
        view
        for view in queries.statements_of_person(db.session, actor.club.id, me.id)
        if view.month.year == int(year)
    ]
    return _file(printing.year_table(found), "text/csv", f"money-{year}.csv")


@bp.get("/money/everybody")
@requires(Permission.PAY_SEE_ALL)
def everybody() -> ResponseReturnValue:
    """Everybody's statements of a closed month, and what was said to them."""
    actor = current_actor()
    closed = closing.closed_months(db.session, actor.club.id, limit=24)
    month = month_asked(request.args.get("month", "")) or (closed[0].month if closed else None)
    found = queries.statements_of_month(db.session, actor.club.id, month) if month else []
    return render(
        "consultants/statements/everybody.html",
        month=month,
        months=[each.month for each in closed],
        statements=sorted(found, key=_is_answered),
        **_words(),
    )


@bp.get("/money/statements/<public_id>")
@requires(Permission.PAY_SEE_OWN)
def show(public_id: str) -> ResponseReturnValue:
    """A statement: what it is made of, every line, what came late, what was said to it."""
    actor = current_actor()
    return _page(actor, readable(actor, public_id))


@bp.get("/money/statements/<public_id>/statement.pdf")
@requires(Permission.PAY_SEE_OWN)
def pdf(public_id: str) -> ResponseReturnValue:
    """The statement as a paper."""
    actor = current_actor()
    statement = readable(actor, public_id)
    lines = told.all_of(db.session, statement.id, statement.pay.currency, limit=printing.LINES_ON_PAPER + 1)
    data = printing.paper(statement, lines, club=actor.club, digest=_digest(actor, statement))
    db.session.close()  # a paper takes its time: no transaction waits for it
    try:
        made = render_pdf("statement", data)
    except NoFonts:
        refuse(PrintRefused.NO_FONTS).or_raise()
    except PaperFailed as failure:
        log.error("paper failed", reason=failure.reason)
        refuse(PrintRefused.FAILED).or_raise()
    return _file(made, "application/pdf", _name(statement, "pdf"))


@bp.get("/money/statements/<public_id>/statement.xlsx")
@requires(Permission.PAY_SEE_OWN)
def xlsx(public_id: str) -> ResponseReturnValue:
    """The statement and all its lines as a workbook."""
    actor = current_actor()
    statement = readable(actor, public_id)
    lines = told.all_of(db.session, statement.id, statement.pay.currency)
    return _file(printing.book(statement, lines, actor.club), XLSX, _name(statement, "xlsx"))


@bp.get("/money/statements/<public_id>/lines.csv")
@requires(Permission.PAY_SEE_OWN)
def lines_csv(public_id: str) -> ResponseReturnValue:
    """All lines of the statement for a spreadsheet."""
    actor = current_actor()
    statement = readable(actor, public_id)
    lines = told.all_of(db.session, statement.id, statement.pay.currency)
    return _file(printing.table(statement, lines, actor.club), "text/csv", _name(statement, "csv"))


@bp.post("/money/statements/<public_id>/acknowledge")
@requires(Permission.PAY_SEE_OWN)
def acknowledge(public_id: str) -> ResponseReturnValue:
    """I have read it and agree."""
    return _answered(public_id, operations.acknowledge, _("Thank you: the statement is acknowledged."))


@bp.post("/money/statements/<public_id>/object")
@requires(Permission.PAY_SEE_OWN)
def object_to(public_id: str) -> ResponseReturnValue:
    """I do not agree, and why."""
    return _with_words(
        public_id, operations.object_to, _("Your objection is on record. The manager answers it here.")
    )


@bp.post("/money/statements/<public_id>/confirm")
@requires(Permission.REVIEW_DECIDE)
def confirm(public_id: str) -> ResponseReturnValue:
    """Answer an objection."""
    return _with_words(public_id, operations.confirm, _("The objection is answered."))


def of_month(actor: Actor, whose: ConsultantView, month: date) -> str | None:
    """The address of somebody's statement of a month."""
    found = queries.statements_of_person(db.session, actor.club.id, whose.id)
    return next((view.public_id for view in found if view.month == month), None)


def _with_words(public_id: str, doing: Doing, done: str) -> ResponseReturnValue:
    form = WordsForm()
    if not form.is_valid():
        actor = current_actor()
        return _page(actor, readable(actor, public_id), form), HTTPStatus.UNPROCESSABLE_ENTITY
    return _answered(public_id, partial(doing, words=form.words.data or ""), done)


def _answered(public_id: str, doing: Doing, done: str) -> ResponseReturnValue:
    """Once for the form's key: sent twice, it is one answer."""
    actor, at = current_actor(), now()
    readable(actor, public_id)  # to whoever may not read it, it is not there
    key = idempotency.key_of(request.form.get("submission_key"))
    inputs = {"statement": public_id, "door": request.endpoint, "words": request.form.get("words", "")}

    def work(session: Session) -> str:
        def answer() -> str:
            doing(session, public_id=public_id, actor=actor, at=at)
            return public_id

        return idempotency.once(session, key=key, inputs=inputs, actor=actor, at=at, work=answer)

    transact(work)
    flash(done, "success")
    return redirect(url_for("statements.show", public_id=public_id), HTTPStatus.SEE_OTHER)


def _page(actor: Actor, statement: StatementView, form: WordsForm | None = None) -> str:
    typed = request.args.get("page", "1")
    number = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 7 else 1
    today = local_day(now(), actor.club.zone)
    is_mine = statement.account_id == actor.account_id
    last = statement.standing_answer
    return render(
        "consultants/statements/statement.html",
        statement=statement,
        lines=told.page_of(db.session, statement.id, statement.pay.currency, number=number),
        plan=plan_in(statement.document),
        earlier=pages.linked(db.session, line_queries.earlier_months_of(db.session, statement)[:MOST_LINKED]),
        late=pages.linked(db.session, line_queries.late_postings_of(db.session, statement)[:MOST_LINKED]),
        payouts=payouts_of(db.session, statement) if statement.paid else [],
        leave_here=line_queries.deducted_here(db.session, statement),
        leave_later=line_queries.deducted_later(db.session, statement),
        state_of=partial(
            state_of, today=today, closed_on=statement.closed_on, paid_through=statement.paid_through
        ),
        digest=_digest(actor, statement),
        is_mine=is_mine,
        may_acknowledge=is_mine and (last is None or last.kind is AnswerKind.CONFIRMED),
        may_object=is_mine and last is None and today <= statement.answer_by,
        may_confirm=not is_mine
        and last is not None
        and last.kind is AnswerKind.OBJECTED
        and may(actor, Permission.REVIEW_DECIDE),
        form=form or WordsForm(formdata=None),
        sees_all=may(actor, Permission.PAY_SEE_ALL),
        sees_sales=may(actor, Permission.SALE_SEE),
        has_fonts=fonts_are_there(),
        causes=credit_texts.CAUSES,
        tones=credit_texts.TONES,
        points=points,
        amount=lambda minor: Money(minor, statement.pay.currency),
        **_words(),
    )


def _words() -> dict[str, object]:
    return {
        "month_name": format_month,
        "percent": percent,
        "items": ITEMS,
        "answers": ANSWERS,
        "answer_tones": words.ANSWER_TONES,
        "states": STATES,
        "state_tones": STATE_TONES,
    }


def _digest(actor: Actor, statement: StatementView) -> str:
    closed = closing.closed_month(db.session, actor.club.id, month_of(statement.month))
    return closed.digest if closed else ""


def _is_answered(view: StatementView) -> int:
    """Objections first, then whoever has not said anything, then the rest."""
    last = view.standing_answer
    if last is None:
        return 1
    return 0 if last.kind is AnswerKind.OBJECTED else 2


def _name(statement: StatementView, ending: str) -> str:
    return f"statement-{statement.month:%Y-%m}-{statement.public_id}.{ending}"


def _file(content: str | bytes, kind: str, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, mimetype=kind, headers=headers)
