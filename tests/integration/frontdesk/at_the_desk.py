"""The desk and its people, signed in on the morning of the ninth of March."""

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from clubsales import policies
from clubsales.actor import Actor
from clubsales.clock import Instant
from clubsales.frontdesk.posts import operations as posts
from clubsales.frontdesk.reception import operations as reception
from clubsales.frontdesk.reception import queries
from clubsales.frontdesk.reception.models import ReceptionRow
from clubsales.frontdesk.reception.queries import ReceptionView
from clubsales.leads.passes import operations as passes
from clubsales.leads.passes.queries import PassView
from clubsales.leads.passes.rules import PassKind
from tests.builders import Cast, consultant_of, local
from tests.integration.auth.support import Browser, let_in

AT = local(10, 20)
ENGLISH = {"Accept-Language": "en"}


def on_shift(session: Session, *actors: Actor) -> None:
    for minute, actor in enumerate(actors):
        posts.open_shift(
            session,
            consultant_id=consultant_of(actor),
            checklist=None,
            actor=actor,
            at=local(9, minute),
        )
    session.commit()


def signed_in(session: Session, app: Flask, actor: Actor, username: str) -> Browser:
    let_in(session, actor, at=AT)
    browser = Browser(app.test_client(), dict(ENGLISH))
    assert browser.sign_in(username).status_code == 303
    return browser


def arrives(session: Session, cast: Cast, at: Instant = AT, **values: object) -> ReceptionView:
    values = {"e164": None, "name": "", **values}
    arrival = reception.arrive(session, actor=cast.desk, at=at, **values)  # type: ignore[arg-type]
    session.commit()
    return queries.get(session, cast.club.id, arrival.reception_id)


def last_guest(session: Session) -> ReceptionRow:
    session.expire_all()
    return session.scalars(sa.select(ReceptionRow).order_by(ReceptionRow.id.desc()).limit(1)).one()


def a_pass(session: Session, cast: Cast, kind: PassKind = PassKind.TRIAL_PASS, **values: object) -> PassView:
    owner = None if kind is PassKind.GIFT_COUPON else consultant_of(cast.zhou)
    made = passes.issue(
        session,
        kind=kind,
        consultant_id=owner,
        actor=cast.zhou,
        at=local(9),
        **values,  # type: ignore[arg-type]
    )
    session.commit()
    return made


def public_id_of(session: Session, cast: Cast, who: Actor) -> str:
    row = session.execute(
        sa.text("SELECT public_id FROM consultant WHERE id = :id"), {"id": consultant_of(who)}
    ).one()
    return str(row.public_id)


def offers(session: Session, cast: Cast, seconds: int = 60) -> None:
    policies.publish(
        session,
        changes={"rotation": {"accept_seconds": seconds}},
        valid_from=local(8).date(),
        actor=cast.manager,
        at=local(8),
    )
    session.commit()
