"""Papers as data of their templates, in the language of whoever gets them."""

from typing import Any

from flask_babel import force_locale

from clubsales.actor import Club
from clubsales.i18n import LANGUAGE_TAGS
from clubsales.i18n import gettext as _
from clubsales.membership.contracts.queries import ContractView
from clubsales.membership.signature import as_svg


def contract_paper(contract: ContractView, club: Club) -> dict[str, Any]:
    """A signed contract as data of the template `contract`."""
    assert contract.signed_at is not None
    signed_at = f"{contract.signed_at.astimezone(club.zone):%Y-%m-%d %H:%M:%S}"
    with force_locale(contract.language):
        return {
            "language": LANGUAGE_TAGS.get(contract.language, "zh")[:2],
            "title": contract.text["title"],
            "club": contract.text["club"],
            "number": contract.number,
            "parts": contract.text["parts"],
            "signature": as_svg(contract.signature),
            "signed_by": _("Buyer: %(name)s", name=contract.buyer),
            "witness": contract.witness_name,
            "signed_for": _("For %(club)s, present while it was signed", club=club.name),
            "signed": [[_("Signed on"), signed_at], [_("Digest"), contract.digest]],
            "footer": _(
                "Contract %(number)s · digest (SHA-256) over text, signature and time: %(digest)s",
                number=contract.number or "",
                digest=contract.digest[:16],
            ),
            "page": _("Page {page} of {pages}"),
        }
