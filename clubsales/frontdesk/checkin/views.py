"""The check-in screen and the door scanners ask."""

from dataclasses import dataclass
from datetime import date
from uuid import uuid4

from flask import Blueprint, Response, current_app, jsonify, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import get_locale

from clubsales.auth.guard import current_actor, current_club, requires
from clubsales.auth.permissions import Permission, may
from clubsales.clock import now
from clubsales.db import db, transact
from clubsales.frontdesk.checkin import operations, queries
from clubsales.frontdesk.checkin.operations import ScanAnswer
from clubsales.frontdesk.checkin.texts import WORDS
from clubsales.i18n import refusal_text
from clubsales.membership.cards.queries import CardView
from clubsales.membership.cards.tokens import CardKeys
from clubsales.web import not_modified, render_piece

bp = Blueprint("checkin", __name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerPage:
    """The answer as the screen says it."""

    admitted: bool
    repeated: bool
    sentence: str  # why not; empty for a yes
    card: CardView | None
    days_left: int | None
    visits_left: int | None
    valid_until: date | None
    may_see_card: bool


@bp.get("/check-in")
@requires(Permission.CHECK_IN)
def scan_page() -> ResponseReturnValue:
    """Check-in: camera, hand scanner or typing; the last scans below."""
    return _page(None)


@bp.post("/check-in/scan")
@requires(Permission.CHECK_IN)
def scan() -> ResponseReturnValue:
    """Answer a scan: JSON for the scanner, the page again for a browser without scripts."""
    code, nonce = _submitted()
    answer = transact(
        lambda s: operations.scan(s, code=code, nonce=nonce, keys=_keys(), actor=current_actor(), at=now())
    )
    page = _answer_page(answer)
    if not request.is_json:
        return _page(page)
    html = render_piece("frontdesk/checkin/_answer.html", answer=page)
    return jsonify(
        admitted=page.admitted,
        code=answer.code,
        message=page.sentence,
        repeated=page.repeated,
        visits_left=page.visits_left,
        days_left=page.days_left,
        html=html,
    )


@bp.get("/check-in/last")
@requires(Permission.CHECK_IN)
def last_scans() -> ResponseReturnValue:
    """The last scans, for the page to refresh by itself; 304 when there was none since."""
    club = current_club()
    mark = _mark(queries.last_scan_id(db.session, club))
    unchanged = not_modified(mark)
    if unchanged is not None:
        return unchanged
    answer: Response = make_response(
        render_template(
            "frontdesk/checkin/_last.html", scans=queries.last_scans(db.session, club), words=WORDS
        )
    )
    answer.set_etag(mark)
    return answer


def _submitted() -> tuple[str, str]:
    """Code and nonce as sent. A form without scripts has no nonce: it gets one, its own reload is a new scan."""
    if not request.is_json:
        return request.form.get("code", ""), uuid4().hex
    sent = request.get_json(silent=True)
    fields = sent if isinstance(sent, dict) else {}
    code, nonce = fields.get("code"), fields.get("nonce")
    return code if isinstance(code, str) else "", nonce if isinstance(nonce, str) else ""


def _page(answer: AnswerPage | None) -> ResponseReturnValue:
    club = current_club()
    return render_template(
        "frontdesk/checkin/scan.html",
        answer=answer,
        scans=queries.last_scans(db.session, club),
        mark=_mark(queries.last_scan_id(db.session, club)),
        visits=queries.visits_today(db.session, club, at=now()),
        may_see_card=may(current_actor(), Permission.CARD_SEE),
        words=WORDS,
    )


def _answer_page(answer: ScanAnswer) -> AnswerPage:
    card = answer.card
    here = card is not None and card.opens(current_club())
    return AnswerPage(
        admitted=answer.admitted,
        repeated=answer.repeated,
        sentence=refusal_text(answer.refusal) if answer.refusal else "",
        card=card,
        days_left=card.days_left(answer.today) if card else None,
        visits_left=card.visits_left if card else None,
        valid_until=card.valid_until if card else None,
        may_see_card=here and may(current_actor(), Permission.CARD_SEE),
    )


def _mark(last_id: int | None) -> str:
    """The version of the list: its newest scan, and the language it is told in."""
    return f"{last_id or 0}-{get_locale()}"


def _keys() -> CardKeys:
    return CardKeys.from_settings(current_app.extensions["clubsales_settings"])
