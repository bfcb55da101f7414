"""The words all pages of reservations share."""

from clubsales.i18n import language_tag
from clubsales.membership.approvals.texts import ROLE_NAMES
from clubsales.membership.reservations import texts


def shared_words() -> dict[str, object]:
    """The words all these pages share."""
    return {
        "states": texts.STATES,
        "tones": texts.TONES,
        "role_names": ROLE_NAMES,
        "copy_holders": texts.COPY_HOLDERS,
        "language": language_tag(),
    }
