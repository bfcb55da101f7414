"""The one blueprint of contracts, and the words its pages share."""

from flask import Blueprint

from clubsales.i18n import language_tag
from clubsales.membership.approvals.texts import ROLE_NAMES
from clubsales.membership.contracts import texts, wording

bp = Blueprint("contracts", __name__)


def shared_words() -> dict[str, object]:
    """The words all these pages share."""
    return {
        "states": texts.STATES,
        "tones": texts.TONES,
        "fields": texts.FIELDS,
        "papers": texts.PAPERS,
        "promise_kinds": texts.PROMISES,
        "holders": texts.HOLDERS,
        "role_names": ROLE_NAMES,
        "language": language_tag(),
        "as_read": wording.as_read,
    }
