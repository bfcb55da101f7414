"""The pages of the ledger: my credit, everybody's month, and whose the credit of a sale is."""

import re
from datetime import date, timedelta

from flask import Response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from clubsales import spreadsheet
from clubsales.actor import Actor
from clubsales.auth.guard import current_actor, requires
from clubsales.auth.permissions import Permission, may
from clubsales.clock import local_day, month_of, next_month, now
from clubsales.consultants.credits import pages, rebate_views, story, texts
from clubsales.consultants.credits.blueprint import bp
from clubsales.consultants.credits.pages import MonthPage
from clubsales.consultants.credits.queries import SaleCredit
from clubsales.consultants.profiles import queries as profiles
from clubsales.consultants.profiles.queries import ConsultantView
from clubsales.db import db
from clubsales.errors import NotFound
from clubsales.i18n import format_local_date, format_local_time, format_month, reason_text
from clubsales.i18n import gettext as _
from clubsales.ids import ConsultantID, SaleID
from clubsales.web import render

__all__ = ["bp", "rebate_views"]

MONTH = re.compile(r"(20\d{2})-(0[1-9]|1[0-2])", re.ASCII)


@bp.get("/credit")
@requires(Permission.CREDIT_SEE_OWN)
def mine() -> ResponseReturnValue:
    """My credit of a month, line by line, each with its reason."""
    actor = current_actor()
    me = profiles.get(db.session, actor.club.id, actor.consultant_id) if actor.consultant_id else None
    if me is None or (me.kind is None and may(actor, Permission.CREDIT_SEE_ALL)):
        return redirect(url_for("credits.everybody"))
    month = _month(actor)
    page = pages.month_of_consultant(db.session, actor.club, me, month, before=request.args.get("before", ""))
    return _month_page(page, month, actor, me, is_mine=True)


@bp.get("/credit/everybody")
@requires(Permission.CREDIT_SEE_ALL)
def everybody() -> ResponseReturnValue:
    """Everybody's credit of a month."""
    actor = current_actor()
    month = _month(actor)
    return render(
        "consultants/credits/everybody.html",
        page=pages.month_of_club(db.session, actor.club, month),
        me=actor.consultant_id,
        **_about(month, actor),
    )


@bp.get("/credit/month.csv")
@requires(Permission.CREDIT_SEE_ALL)
def export_csv() -> ResponseReturnValue:
    """A month's postings as a table for a spreadsheet; who bought is not in it."""
    actor = current_actor()
    month = _month(actor)
    heading = (
        *(
            _("Day"),
            _("Time"),
            _("Sale number"),
            _("Card"),
            _("Consultant"),
            _("Amount"),
            _("Posted because of"),
            _("Rule"),
        ),
        _("Reason"),
    )
    rows = (
        (
            format_local_date(line.at),
            format_local_time(line.at),
            line.sold.public_id,
            texts.sold_name(line.sold),
            line.name or _("The house"),
            line.amount.major,
            str(texts.CAUSES[line.cause]),
            line.rule,
            reason_text(line.reason),
        )
        for line in pages.month_lines(db.session, actor.club.id, month)
    )
    return Response(
        spreadsheet.written((heading, *rows)),
        mimetype="text/csv",
        headers={"Content-Disposition": f'attachment; filename="credit-{month:%Y-%m}.csv"'},
    )


@bp.get("/credit/house")
@requires(Permission.CREDIT_SEE_ALL)
def of_house() -> ResponseReturnValue:
    """What was nobody's in a month, line by line."""
    actor = current_actor()
    month = _month(actor)
    page = pages.month_of_house(db.session, actor.club, month, before=request.args.get("before", ""))
    return _month_page(page, month, actor, None)


@bp.get("/credit/<public_id>")
@requires(Permission.CREDIT_SEE_ALL)
def of_consultant(public_id: str) -> ResponseReturnValue:
    """A consultant's credit of a month, as he sees it himself."""
    actor = current_actor()
    consultant = profiles.by_public_id(db.session, actor.club.id, public_id)
    month = _month(actor)
    page = pages.month_of_consultant(
        db.session, actor.club, consultant, month, before=request.args.get("before", "")
    )
    return _month_page(page, month, actor, consultant)


@bp.get("/credit/sales/<public_id>")
@requires(Permission.SALE_SEE)
def of_sale(public_id: str) -> ResponseReturnValue:
    """Whose the credit of a sale is, how the rules came to it, and every line of its ledger."""
    actor = current_actor()
    return render(
        "consultants/credits/sale.html",
        page=story.of_sale(db.session, actor, public_id),
        may_rebate=may(actor, Permission.REFUND_MAKE),
        causes=texts.CAUSES,
        tones=texts.TONES,
        bases=texts.BASES,
    )


@bp.app_template_global("credit_page")
def credit_page() -> str:
    """Where whoever is here reads of credit: everybody's, else his own; empty for who sees none."""
    actor = current_actor()
    if may(actor, Permission.CREDIT_SEE_OWN):
        return url_for("credits.mine")
    return url_for("credits.everybody") if may(actor, Permission.CREDIT_SEE_ALL) else ""


@bp.app_template_global("ledger_page")
def ledger_page(sale_id: SaleID, public_id: str, seller: ConsultantID | None, credit: SaleCredit) -> str:
    """Where whoever is here reads the ledger of a sale; empty for who has nothing to do with its credit."""
    sees = story.may_read(db.session, current_actor(), sale_id=sale_id, seller=seller, credit=credit)
    return url_for("credits.of_sale", public_id=public_id) if sees else ""


def _month(actor: Actor) -> date:
    """The month asked for, else the present one; raises NotFound for what is no month."""
    asked = request.args.get("month", "")
    if not asked:
        return month_of(local_day(now(), actor.club.zone))
    found = MONTH.fullmatch(asked)
    if found is None:
        raise NotFound
    return date(int(found[1]), int(found[2]), 1)


def _about(month: date, actor: Actor) -> dict[str, object]:
    """The month and its neighbours; what is still to come is not offered."""
    today = local_day(now(), actor.club.zone)
    return {
        "month": month,
        "month_name": format_month,
        "month_before": month_of(month - timedelta(days=1)),
        "month_after": next_month(month) if next_month(month) <= today else None,
        "is_present": month == month_of(today),
        "reads_cases": may(actor, Permission.DISPUTE_SEE),
    }


def _month_page(
    page: MonthPage, month: date, actor: Actor, whose: ConsultantView | None, *, is_mine: bool = False
) -> str:
    return render(
        "consultants/credits/month.html",
        page=page,
        whose=whose,
        is_mine=is_mine,
        before=request.args.get("before", ""),
        sees_all=may(actor, Permission.CREDIT_SEE_ALL),
        causes=texts.CAUSES,
        tones=texts.TONES,
        **_about(month, actor),
    )
