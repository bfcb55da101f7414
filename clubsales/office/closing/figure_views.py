"""The table of a month's figures: what each one spent, what benefits he gets."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from http import HTTPStatus

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from clubsales.actor import Actor
from clubsales.auth.guard import current_actor, requires
from clubsales.auth.permissions import Permission
from clubsales.clock import local_day, month_of, next_month, now
from clubsales.consultants.credits import closing
from clubsales.consultants.fields import AMOUNT, LEFT_OUT
from clubsales.consultants.profiles import queries as profiles
from clubsales.consultants.profiles.queries import ConsultantView
from clubsales.consultants.statements import figures as figures_
from clubsales.consultants.statements.entered import LARGEST_MAJOR, LONGEST_NOTE, FigureKind
from clubsales.consultants.statements.figures import FigureView
from clubsales.consultants.statements.texts import BONUSES, FIGURES
from clubsales.consultants.targets.forms import month_typed
from clubsales.db import db, transact
from clubsales.errors import NotFound, Refused
from clubsales.i18n import format_month, refusal_text
from clubsales.i18n import gettext as _
from clubsales.money import Currency, MalformedAmount, Money
from clubsales.office.closing.views import bp
from clubsales.typed import one_line
from clubsales.web import render

__all__ = ["bp"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """A field of somebody: what stands in it, and what was entered before."""

    kind: FigureKind
    name: str
    text: str
    note: str
    amount: Money | None
    before: Sequence[FigureView]
    error: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A person's fields."""

    person: ConsultantView
    fields: tuple[Typed, ...]


@bp.get("/months/figures")
@requires(Permission.PAY_FIGURES)
def figures() -> ResponseReturnValue:
    """Expenses and benefits of a month, as they were entered."""
    actor = current_actor()
    return _page(actor, _month(request.args.get("month", ""), actor))


@bp.post("/months/figures")
@requires(Permission.PAY_FIGURES)
def save_figures() -> ResponseReturnValue:
    """Enter a month's figures; an empty field leaves what was entered."""
    actor, at = current_actor(), now()
    month = _month(request.form.get("month", ""), actor)
    lines = _lines(actor, month, request.form)
    if any(field.error for line in lines for field in line.fields):
        return _page(actor, month, lines), HTTPStatus.UNPROCESSABLE_ENTITY

    def work(session: Session) -> None:
        for line in lines:
            for field in line.fields:
                if field.amount is not None:
                    figures_.set_figure(
                        session,
                        consultant_id=line.person.id,
                        month=month,
                        kind=field.kind,
                        amount=field.amount,
                        note=field.note,
                        actor=actor,
                        at=at,
                    )

    try:
        transact(work)
    except Refused as refused:
        return _page(actor, month, lines, refusal_text(refused.refusal)), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(_("The figures are kept."), "success")
    return redirect(url_for(".figures", month=f"{month:%Y-%m}"), HTTPStatus.SEE_OTHER)


def _month(text: str, actor: Actor) -> date:
    """The month asked for, else the earliest open one; raises NotFound for what is no month."""
    if not text:
        last = closing.closed_through(db.session, actor.club.id)
        return next_month(last) if last else month_of(local_day(now(), actor.club.zone))
    month = month_typed(text)
    if month is None:
        raise NotFound
    return month


def _lines(actor: Actor, month: date, form: Mapping[str, str] | None) -> list[Line]:
    entered = figures_.figures_of(db.session, actor.club.id, month)
    last_day = next_month(month) - timedelta(days=1)
    people = {
        each.id: each
        for day in (month, last_day)
        for each in profiles.all_in_club(db.session, actor.club.id, on_day=day)
    }
    return [
        Line(
            person,
            tuple(
                _typed(person, kind, entered.get(person.id, {}).get(kind, []), form, actor.club.currency)
                for kind in FigureKind
            ),
        )
        for person in sorted(people.values(), key=lambda each: (each.code, each.name, each.id))
    ]


def _typed(
    person: ConsultantView,
    kind: FigureKind,
    before: Sequence[FigureView],
    form: Mapping[str, str] | None,
    currency: Currency,
) -> Typed:
    name = f"{kind.value}-{person.public_id}"
    now_entered = before[0] if before else None
    if form is None:
        text = str(now_entered.amount) if now_entered else ""
        note = now_entered.note if now_entered else ""
        return Typed(kind=kind, name=name, text=text, note=note, amount=None, before=before)
    typed, note = form.get(name, ""), one_line(form.get(f"note-{name}", ""), LONGEST_NOTE)
    text = unicodedata.normalize("NFKC", typed).translate(LEFT_OUT).strip()
    amount, error = None, ""
    if text:
        try:
            if not (text.isascii() and AMOUNT.fullmatch(text)):
                raise MalformedAmount(text)
            amount = Money.parse(text, currency)
        except MalformedAmount:
            error = _("Enter an amount such as 3980 or 3980.00.")
        if amount is not None and amount.major > LARGEST_MAJOR:
            amount, error = None, _("This amount has too many digits. Check it.")
    return Typed(kind=kind, name=name, text=typed, note=note, amount=amount, before=before, error=error)


def _page(actor: Actor, month: date, lines: Sequence[Line] | None = None, refusal: str = "") -> str:
    closed = closing.closed_through(db.session, actor.club.id)
    return render(
        "office/closing/figures.html",
        month=month,
        month_name=format_month,
        month_before=month_of(month - timedelta(days=1)),
        month_after=next_month(month),
        is_closed=closed is not None and month <= closed,
        lines=lines if lines is not None else _lines(actor, month, None),
        kinds=FIGURES,
        bonuses=BONUSES,
        currency=actor.club.currency,
        longest_note=LONGEST_NOTE,
        refusal=refusal,
    )
