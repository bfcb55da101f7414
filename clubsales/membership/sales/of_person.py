"""What a person bought, for pages about the person that lie below this package: a function their templates call."""

from typing import Any

from clubsales.auth.guard import current_actor
from clubsales.auth.permissions import Permission, may
from clubsales.db import db
from clubsales.ids import PersonID
from clubsales.membership.sales import queries
from clubsales.membership.sales.blueprint import WORDS, bp


@bp.app_template_global("sales_of_person")
def sales_of_person(person_id: PersonID) -> dict[str, Any] | None:
    """A person's sales in the reader's club, the latest first, and their words; None for who sees no sales."""
    actor = current_actor()
    if not may(actor, Permission.SALE_SEE):
        return None
    return {"sales": queries.of_person(db.session, actor.club.id, person_id), **WORDS}
