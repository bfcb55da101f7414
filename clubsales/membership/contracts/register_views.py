"""The register of contracts: on the page, and as a table to take along."""

from datetime import date

from babel.dates import format_skeleton
from flask import Response, request
from flask.typing import ResponseReturnValue
from flask_babel import get_locale

from clubsales.actor import Actor
from clubsales.auth.guard import current_actor, requires
from clubsales.auth.permissions import Permission, may
from clubsales.clock import local_day, now
from clubsales.db import db
from clubsales.i18n import gettext as _
from clubsales.i18n import language_tag
from clubsales.ids import ConsultantID
from clubsales.membership.contracts import texts
from clubsales.membership.contracts.blueprint import bp, shared_words
from clubsales.membership.contracts.queries import signed_day
from clubsales.membership.contracts.register import Entry, Period, Register, Span, register
from clubsales.spreadsheet import XLSX, Cell, Sheet, workbook
from clubsales.web import render

NOBODY = ConsultantID(0)


@bp.get("/contracts/register")
@requires(Permission.SALE_SEE)
def register_page() -> ResponseReturnValue:
    """Contracts of a month, quarter or year and how they are performed: the club's, or one's own."""
    actor = current_actor()
    found = _register(actor)
    today = local_day(now(), actor.club.zone)
    return render(
        "membership/contracts/register.html",
        register=found,
        spans=texts.SPANS,
        span_name=span_name,
        after=found.period.after if found.period.until <= today else None,
        sees_all=may(actor, Permission.LEDGER_SEE),
        **shared_words(),
    )


@bp.get("/contracts/register.xlsx")
@requires(Permission.LEDGER_SEE)
def register_table() -> ResponseReturnValue:
    """The same as a workbook."""
    actor = current_actor()
    found = _register(actor)
    made = workbook(
        [
            Sheet(
                name=_("Contracts"),
                heading=(
                    *(_("Number"), _("Signed on"), _("Buyer"), _("Product"), _("Consultant"), _("Price")),
                    *(_("Received"), _("Refunded"), _("Still open"), _("Next due"), _("Promises open")),
                    *(_("Cooling-off until"), _("Archive")),
                ),
                rows=[_cells(entry, actor) for entry in found.entries],
                widths=(20, 12, 16, 24, 14, 12, 12, 12, 12, 12, 10, 14, 20),
            )
        ]
    )
    answer = Response(made, mimetype=XLSX)
    name = f"contracts-{found.period.first.isoformat()}-{found.period.span.value}.xlsx"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def span_name(period: Period) -> str:
    """A period as people write it."""
    skeleton = {Span.MONTH: "yMMMM", Span.QUARTER: "yQQQ", Span.YEAR: "y"}[period.span]
    return format_skeleton(skeleton, period.first, locale=get_locale())


def _register(actor: Actor) -> Register:
    today = local_day(now(), actor.club.zone)
    try:
        span = Span(request.args.get("span", ""))
    except ValueError:
        span = Span.MONTH
    try:
        day = min(date.fromisoformat(request.args.get("from", "")), today)
    except ValueError:
        day = today
    mine = None if may(actor, Permission.LEDGER_SEE) else actor.consultant_id or NOBODY
    return register(
        db.session,
        actor.club,
        Period.around(max(day, date(2000, 1, 1)), span),
        today=today,
        consultant_id=mine,
    )


def _cells(entry: Entry, actor: Actor) -> list[Cell]:
    contract = entry.contract
    return [
        contract.number or "",
        signed_day(contract, actor.club),
        contract.buyer,
        contract.title_in(language_tag()),
        contract.consultant_name,
        contract.price.major,
        contract.received.major,
        contract.refunded.major,
        entry.owed.major,
        entry.due_on,
        entry.promises_open,
        contract.cooling_off_until,
        contract.archive_place,
    ]
