"""The pages of passes: what is handed out, shown large for a guest's phone, printed, withdrawn."""

from dataclasses import dataclass
from datetime import date
from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from sqlalchemy.orm import Session

from clubsales import idempotency, qr
from clubsales.actor import Actor
from clubsales.auth.guard import current_actor, requires
from clubsales.auth.permissions import Permission, may
from clubsales.clock import Instant, local_day, now
from clubsales.consultants.profiles import queries as profiles
from clubsales.db import db, transact
from clubsales.errors import NotFound, allow
from clubsales.i18n import gettext as _
from clubsales.ids import ConsultantID
from clubsales.leads.passes import operations, queries, texts
from clubsales.leads.passes.forms import NOBODY, CouponForm, HandOutForm, TrialPassForm
from clubsales.leads.passes.queries import PassLine, PassView
from clubsales.leads.passes.rules import (
    OVERSEES,
    PassKind,
    PassState,
    Sight,
    may_change,
    readable_code,
    scannable,
    sight_of,
)

bp = Blueprint("passes", __name__)
PAGE = 50  # passes on one page
PERSONAL = frozenset({PassKind.TRIAL_PASS, PassKind.BUSINESS_CARD})
COUPONS = frozenset({PassKind.GIFT_COUPON})


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A pass to be printed: its code as people read it, and as a scanner does."""

    line: PassLine
    code: str
    svg: Markup


@bp.get("/passes")
@requires(Permission.LEAD_SEE)
def index() -> ResponseReturnValue:
    """What is out, and new ones to hand out."""
    return _index(current_actor(), now())


@bp.post("/passes/trial")
@requires(Permission.PASS_ISSUE)
def issue_trial() -> ResponseReturnValue:
    """Issue trial passes: one's own, or for whom one leads."""
    actor, at = current_actor(), now()
    form = TrialPassForm()
    if not form.is_valid():
        return _index(actor, at, trial=form), HTTPStatus.UNPROCESSABLE_ENTITY
    consultant_id = _named(actor, form.consultant.data)
    return _to_hand_out(_issue(form, PassKind.TRIAL_PASS, consultant_id, actor, at), form)


@bp.post("/passes/coupons")
@requires(Permission.COUPON_ISSUE)
def issue_coupons() -> ResponseReturnValue:
    """Issue gift coupons of the club."""
    actor, at = current_actor(), now()
    form = CouponForm()
    if not form.is_valid():
        return _index(actor, at, coupons=form), HTTPStatus.UNPROCESSABLE_ENTITY
    return _to_hand_out(_issue(form, PassKind.GIFT_COUPON, None, actor, at), form)


@bp.post("/passes/card")
@requires(Permission.PASS_ISSUE)
def issue_card() -> ResponseReturnValue:
    """My business card: made once, then the one in use."""
    actor, at = current_actor(), now()

    def issue(session: Session) -> PassView:
        if actor.consultant_id is None:
            raise NotFound
        return operations.issue(
            session, kind=PassKind.BUSINESS_CARD, consultant_id=actor.consultant_id, actor=actor, at=at
        )

    return redirect(url_for(".show", public_id=transact(issue).public_id))


@bp.get("/passes/<public_id>")
@requires(Permission.LEAD_SEE)
def show(public_id: str) -> ResponseReturnValue:
    """A pass, large enough to be photographed, and what became of it."""
    actor, at = current_actor(), now()
    line = _line(actor, public_id)
    door = Permission.COUPON_ISSUE if line.kind is PassKind.GIFT_COUPON else Permission.PASS_ISSUE
    is_own = line.consultant_id is not None and line.consultant_id == actor.consultant_id
    allowed = may_change(kind=line.kind, is_own=is_own, roles=actor.roles) == allow()
    return render_template(
        "leads/passes/show.html",
        line=line,
        code=readable_code(line.code),
        svg=qr.svg(scannable(line.code)),
        state=line.state(local_day(at, actor.club.zone)),
        showings=queries.showings(db.session, line.id),
        may_change=may(actor, door) and allowed,
        kinds=texts.KINDS,
        states=texts.STATES,
    )


@bp.get("/passes/<public_id>/printed")
@requires(Permission.LEAD_SEE)
def printed(public_id: str) -> ResponseReturnValue:
    """One pass on paper."""
    actor = current_actor()
    return _printed(actor, _line(actor, public_id), together=False)


@bp.get("/passes/<public_id>/sheet")
@requires(Permission.LEAD_SEE)
def sheet(public_id: str) -> ResponseReturnValue:
    """All passes of one press on paper, as far as nobody has shown them."""
    actor = current_actor()
    return _printed(actor, _line(actor, public_id), together=True)


@bp.post("/passes/<public_id>/revoke")
@requires(Permission.PASS_ISSUE)
def revoke(public_id: str) -> ResponseReturnValue:
    """Withdraw a trial pass or a business card."""
    return _revoke(public_id, PERSONAL)


@bp.post("/passes/<public_id>/revoke-coupon")
@requires(Permission.COUPON_ISSUE)
def revoke_coupon(public_id: str) -> ResponseReturnValue:
    """Withdraw a gift coupon."""
    return _revoke(public_id, COUPONS)


def _revoke(public_id: str, among: frozenset[PassKind]) -> ResponseReturnValue:
    actor, at = current_actor(), now()
    transact(lambda s: operations.revoke(s, public_id=public_id, among=among, actor=actor, at=at))
    flash(_("Withdrawn. Whoever shows it from now on is received like anybody."), "success")
    return redirect(url_for(".show", public_id=public_id))


def _issue(
    form: HandOutForm, kind: PassKind, consultant_id: ConsultantID | None, actor: Actor, at: Instant
) -> str:
    """Issue them once per press; the public id of the first."""

    def issue(session: Session) -> str:
        issued = operations.issue_many(
            session,
            kind=kind,
            consultant_id=consultant_id,
            count=form.count.data or 0,
            valid_until=form.valid_until(local_day(at, actor.club.zone)),
            actor=actor,
            at=at,
        )
        return issued[0].public_id

    return transact(
        lambda session: idempotency.once(
            session,
            key=form.submission_key.data or "",
            inputs={"kind": kind.value, **form.inputs()},
            actor=actor,
            at=at,
            work=lambda: issue(session),
        )
    )


def _to_hand_out(public_id: str, form: HandOutForm) -> ResponseReturnValue:
    """One is shown to the guest, several are printed."""
    return redirect(url_for(".show" if form.count.data == 1 else ".sheet", public_id=public_id))


def _named(actor: Actor, chosen: str | None) -> ConsultantID | None:
    """In whose name; nothing chosen is one's own. Raises NotFound."""
    if chosen == NOBODY:
        return None
    if chosen:
        return profiles.by_public_id(db.session, actor.club.id, chosen).id
    return actor.consultant_id


def _index(
    actor: Actor, at: Instant, *, trial: TrialPassForm | None = None, coupons: CouponForm | None = None
) -> str:
    club, today = actor.club, local_day(at, actor.club.zone)
    sight = _sight(actor)
    has_own = _sells(actor)
    mine = has_own and (not sight.everything or request.args.get("whose") == "mine")
    state = next((state for state in PassState if state == request.args.get("state")), None)
    page = _asked_page()
    found = queries.lines(
        db.session,
        club.id,
        sight,
        today=today,
        state=state,
        mine=mine,
        limit=PAGE + 1,
        offset=(page - 1) * PAGE,
    )
    trial = trial or TrialPassForm()
    _offer(trial, actor, today)
    return render_template(
        "leads/passes/index.html",
        lines=found[:PAGE],
        page=page,
        more=len(found) > PAGE,
        state=state,
        mine=mine,
        has_own=has_own,
        sees_all=sight.everything,
        today=today,
        trial=trial if may(actor, Permission.PASS_ISSUE) else None,
        coupons=(coupons or CouponForm()) if may(actor, Permission.COUPON_ISSUE) else None,
        chooses=not actor.roles.isdisjoint(OVERSEES),
        card=(
            queries.live_card(db.session, club.id, actor.consultant_id)
            if has_own and actor.consultant_id is not None
            else None
        ),
        kinds=texts.KINDS,
        states=texts.STATES,
        readable_code=readable_code,
    )


def _offer(form: TrialPassForm, actor: Actor, today: date) -> None:
    sellers = [
        consultant
        for consultant in profiles.all_in_club(db.session, actor.club.id, on_day=today)
        if consultant.kind is not None
    ]
    form.offer(sellers)


def _printed(actor: Actor, line: PassLine, *, together: bool) -> str:
    lines = queries.issued_with(db.session, actor.club.id, line) if together else [line]
    return render_template(
        "leads/passes/printed.html",
        line=line,
        papers=[
            Paper(line=one, code=readable_code(one.code), svg=qr.svg(scannable(one.code))) for one in lines
        ],
        club=actor.club,
        kinds=texts.KINDS,
        states=texts.STATES,
    )


def _sells(actor: Actor) -> bool:
    """He hands out passes in his own name."""
    if actor.consultant_id is None or not may(actor, Permission.PASS_ISSUE):
        return False
    return profiles.get(db.session, actor.club.id, actor.consultant_id).kind is not None


def _line(actor: Actor, public_id: str) -> PassLine:
    return queries.line(db.session, actor.club.id, _sight(actor), public_id)


def _sight(actor: Actor) -> Sight:
    return sight_of(
        consultant_id=actor.consultant_id,
        roles=actor.roles,
        issues_coupons=may(actor, Permission.COUPON_ISSUE),
    )


def _asked_page() -> int:
    asked = request.args.get("page", "")
    return int(asked) if asked.isdecimal() and asked.isascii() and 0 < len(asked) < 6 and int(asked) else 1
