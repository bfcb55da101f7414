"""The ledger of deposits, and a sale's reservation for pages that lie below this package."""

from datetime import timedelta

from flask import request
from flask.typing import ResponseReturnValue

from clubsales.auth.guard import current_actor, requires
from clubsales.auth.permissions import Permission
from clubsales.clock import local_day, month_of, next_month, now
from clubsales.consultants.targets.asking import month_asked
from clubsales.db import db
from clubsales.i18n import format_month
from clubsales.ids import SaleID
from clubsales.membership import texts as words
from clubsales.membership.reservations import queries
from clubsales.membership.reservations.blueprint import bp
from clubsales.membership.reservations.words import shared_words
from clubsales.web import render


@bp.get("/reservations/ledger")
@requires(Permission.LEDGER_SEE)
def ledger() -> ResponseReturnValue:
    """Every deposit by its number, and what is remarked beside it (RCV-01)."""
    actor = current_actor()
    present = month_of(local_day(now(), actor.club.zone))
    month = min(month_asked(actor, request.args), present)
    following = next_month(month)
    return render(
        "membership/reservations/ledger.html",
        lines=queries.ledger(db.session, actor.club, month),
        month=month,
        month_name=format_month,
        before=month_of(month - timedelta(days=1)),
        following=following if following <= present else None,
        methods=words.METHODS,
        **shared_words(),
    )


@bp.app_template_global("reservation_of_sale")
def reservation_of_sale(sale_id: SaleID) -> queries.ReservationView | None:
    """The reservation a sale came from, if any, for pages of sales."""
    return queries.of_sale(db.session, current_actor().club.id, sale_id)
