"""The one blueprint of papers, and how a PDF is answered."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import structlog
from flask import Blueprint, Response

from clubsales.db import db
from clubsales.errors import refuse
from clubsales.membership.documents.rules import DocumentRefused
from clubsales.papers.render import NoFonts, PaperFailed, render_pdf

bp = Blueprint("documents", __name__)
log: structlog.stdlib.BoundLogger = structlog.get_logger("clubsales")


@dataclass(frozen=True, slots=True)
class PaperLink:
    """The way to a paper."""

    label: str
    url: str


def pdf_answer(content: bytes, name: str) -> Response:
    """A PDF that the browser shows, and keeps by this name."""
    answer = Response(content, mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return answer


def made_now(template: str, data: Mapping[str, Any]) -> bytes:
    """A PDF made while one waits. Raises Refused(DocumentRefused.NO_FONTS, FAILED)."""
    db.session.close()  # a paper takes its time: no transaction waits for it
    try:
        return render_pdf(template, data)
    except NoFonts:
        refuse(DocumentRefused.NO_FONTS).or_raise()
    except PaperFailed as failure:
        log.error("paper failed", reason=failure.reason)
        refuse(DocumentRefused.FAILED).or_raise()
