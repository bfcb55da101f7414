"""My money: the month so far, what one sale more would bring, what is payable when."""

from datetime import date, timedelta
from functools import partial

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from wtforms.fields.choices import SelectChoice

from clubsales.actor import Actor
from clubsales.auth.guard import current_actor, requires
from clubsales.auth.permissions import Permission, may
from clubsales.clock import Instant, local_day, month_of, next_month, now
from clubsales.consultants.credits import closing
from clubsales.consultants.profiles import queries as profiles
from clubsales.consultants.profiles.queries import ConsultantView
from clubsales.consultants.reviews import queries as reviews
from clubsales.consultants.statements import list_views, pages, price_list, statement_views, words
from clubsales.consultants.statements.blueprint import bp, month_asked, myself, open_month
from clubsales.consultants.statements.forms import OneMoreForm
from clubsales.consultants.statements.pages import MyMoney, MyMonth, Tried
from clubsales.consultants.statements.payable import state_of
from clubsales.consultants.statements.price_list import Priced
from clubsales.consultants.statements.rules import percent
from clubsales.consultants.statements.texts import ANSWERS, ITEMS, STATE_TONES, STATES
from clubsales.db import db
from clubsales.errors import NotFound
from clubsales.i18n import format_money, format_month, language_tag
from clubsales.i18n import gettext as _
from clubsales.web import render

__all__ = ["bp", "list_views", "statement_views"]

DUE_SHOWN = 8
STATEMENTS_SHOWN = 6


@bp.get("/money")
@requires(Permission.PAY_SEE_OWN)
def mine() -> ResponseReturnValue:
    """My money; for whoever is paid nothing here and sees everybody's, theirs."""
    actor, at = current_actor(), now()
    me = myself(actor)
    if me is None:
        if may(actor, Permission.PAY_SEE_ALL):
            return redirect(url_for("statements.everybody"))
        return render("consultants/statements/nothing.html")
    return _page(actor, me, at, is_mine=True)


@bp.get("/money/of/<public_id>")
@requires(Permission.PAY_SEE_ALL)
def of_consultant(public_id: str) -> ResponseReturnValue:
    """Somebody's money, as he sees it himself."""
    actor = current_actor()
    whose = profiles.by_public_id(db.session, actor.club.id, public_id)
    return _page(actor, whose, now(), is_mine=whose.id == actor.consultant_id)


def _page(actor: Actor, whose: ConsultantView, at: Instant, *, is_mine: bool) -> ResponseReturnValue:
    running = open_month(actor, at)
    month = month_asked(request.args.get("month", "")) or running
    if month > running:
        raise NotFound
    closed_through = closing.closed_through(db.session, actor.club.id)
    if closed_through is not None and month <= closed_through:
        return _statement_of(actor, whose, month)
    mine = pages.my_money(db.session, actor.club, whose, month, at=at)
    cards = price_list.on_sale(db.session, actor.club.id, local_day(at, actor.club.zone))
    form, tried = _tried(mine, cards)
    before = month_of(month - timedelta(days=1))
    return render(
        "consultants/statements/mine.html",
        page=mine,
        whose=whose,
        about=reviews.about(db.session, actor.club.id, whose.id) if is_mine else None,
        is_mine=is_mine,
        due=pages.shortened(mine.due, DUE_SHOWN),
        statements=mine.statements[:STATEMENTS_SHOWN],
        month_name=format_month,
        month_before=before if closed_through is None or before > closed_through else None,
        month_after=next_month(month) if next_month(month) <= running else None,
        is_running=month == running,
        is_over=next_month(month) <= local_day(at, actor.club.zone),
        next_tier=_next_tier(mine.present) if mine.present else "",
        form=form,
        tried=tried,
        sentence=words.one_more_sentence(tried) if tried else "",
        steps=words.one_more_steps(tried) if tried else (),
        percent=percent,
        items=ITEMS,
        answers=ANSWERS,
        answer_tones=words.ANSWER_TONES,
        states=STATES,
        state_tones=STATE_TONES,
        state_of=partial(state_of, today=local_day(at, actor.club.zone)),
        sees_sales=may(actor, Permission.SALE_SEE),
        sees_all=may(actor, Permission.PAY_SEE_ALL),
        reads_cases=may(actor, Permission.DISPUTE_SEE),
    )


def _statement_of(actor: Actor, whose: ConsultantView, month: date) -> ResponseReturnValue:
    """A closed month is read in its statement."""
    found = statement_views.of_month(actor, whose, month)
    if found is None:
        raise NotFound
    return redirect(url_for("statements.show", public_id=found))


def _tried(mine: MyMoney, cards: list[Priced]) -> tuple[OneMoreForm | None, Tried | None]:
    """The form of one sale more, and what it says to what was typed; nothing for whoever earns no commission."""
    if mine.present is None or not mine.present.plan.tiers:
        return None, None
    language = language_tag()
    form = OneMoreForm(currency=mine.present.safe.currency, formdata=request.args)
    by_id = {each.public_id: each for each in cards}
    form.card.choices = [SelectChoice("", _("An amount"))] + [
        SelectChoice(each.public_id, words.priced(each.name_in(language), each.price)) for each in cards
    ]
    if not ({"card", "amount"} & request.args.keys()) or not form.is_valid():
        return form, None
    card = by_id.get(form.card.data or "")
    amount = form.amount.money or (card.price if card else None)
    if not amount:
        form.amount.errors = (_("Choose what is sold, or enter an amount above zero."),)
        return form, None
    if card and card.price and amount > card.price:
        form.amount.errors = (
            _("The list price is %(price)s: your part is no more than that.", price=format_money(card.price)),
        )
        return form, None
    return form, pages.try_one(mine.present, card, amount, renewal=bool(form.renewal.data))


def _next_tier(present: MyMonth) -> str:
    rate_bp = present.found.reckoning.rate_bp
    if present.next_tier is None:
        return ""
    return words.next_tier_sentence(present.plan, present.next_tier, rate_bp, present.safe.currency)
