"""The card page's code lives as long as the club's policy says."""

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from clubsales import policies
from clubsales.clock import local_day, now
from clubsales.membership.cards import queries as cards
from clubsales.membership.cards.tokens import SHOWN_AHEAD
from clubsales.membership.payments.rules import Method
from clubsales.membership.sales import operations as sales
from clubsales.membership.sales.rules import SaleKind
from tests.builders import Cast, consultant_of


def test_code_lives_as_long_as_the_policy_says(client: FlaskClient, session: Session, cast: Cast) -> None:
    policies.publish(
        session,
        changes={"check_in": {"code_seconds": 30}},
        valid_from=local_day(now(), cast.club.zone),
        actor=cast.manager,
        at=now(),
    )
    sale_id = sales.open_sale(
        session,
        card_type_id=cast.annual.id,
        price=None,
        kind=SaleKind.NEW,
        consultant_id=consultant_of(cast.lin),
        actor=cast.lin,
        at=now(),
    )
    sales.book_receipt(
        session,
        sale_id=sale_id,
        amount=cast.annual.price,
        method=Method.CASH,
        actor=cast.desk,
        at=now(),
    )
    session.commit()
    card = cards.of_sale(session, sale_id)
    assert card is not None
    answer = client.get(f"/card/{card.link_token}/code").get_json()
    assert answer["seconds"] == 30
    assert 0 < answer["left"] <= 30 + SHOWN_AHEAD
