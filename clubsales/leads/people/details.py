"""How a person is reached: phones, WeChat, e-mail, address. Each change is told by the audit, its content is not."""

from dataclasses import asdict

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales import audit
from clubsales.actor import Actor
from clubsales.clock import Instant
from clubsales.db import table_of
from clubsales.errors import NotFound, refuse
from clubsales.ids import PersonID
from clubsales.leads.people import queries
from clubsales.leads.people.events import (
    PersonDetailsChanged,
    PersonPhoneAdded,
    PersonPhoneFirst,
    PersonPhoneRemoved,
)
from clubsales.leads.people.models import PersonPhoneRow, PersonRow
from clubsales.leads.people.rules import (
    MOST_PHONES,
    Details,
    PersonRefused,
    PhoneLabel,
    clean_details,
    reversed_digits,
    wechat_key,
)

PERSON, PHONE = table_of(PersonRow), table_of(PersonPhoneRow)
LOCK = sa.select(PERSON.c.id).where(PERSON.c.id == sa.bindparam("person_id")).with_for_update(key_share=True)


def change(session: Session, *, person_id: PersonID, details: Details, actor: Actor, at: Instant) -> None:
    """Write what is known; an empty detail is taken back. The same again changes nothing.

    Raises NotFound and Refused(PersonRefused.ANONYMOUS, DETAIL_TOO_LONG, EMAIL).
    """
    person_id = queries.get(session, actor.club.organisation_id, person_id).id
    queries.still_known(session, person_id)
    wanted = asdict(clean_details(details))
    known = asdict(queries.details_of(session, actor.club.organisation_id, person_id))
    changed = {field: value for field, value in wanted.items() if known[field] != value}
    if not changed:
        return
    keys = {"wechat_key": wechat_key(changed["wechat"])} if "wechat" in changed else {}
    session.execute(sa.update(PERSON).where(PERSON.c.id == person_id).values(**changed, **keys))
    audit.record(session, PersonDetailsChanged(person_id, sorted(changed)), actor=actor, at=at)


def add_phone(
    session: Session, *, person_id: PersonID, e164: str, label: PhoneLabel, actor: Actor, at: Instant
) -> None:
    """Another phone of a person; one that he has already only gets the label.

    Raises NotFound and Refused(PersonRefused.ANONYMOUS, PHONE_TAKEN, PHONES_MANY).
    """
    organisation_id = actor.club.organisation_id
    phones = _locked(session, person_id, actor)
    mine = next((phone for phone in phones if phone.e164 == e164), None)
    if mine is not None:
        session.execute(sa.update(PHONE).where(PHONE.c.id == mine.id).values(label=label.value))
        return
    if queries.by_phone(session, organisation_id, e164) is not None:
        refuse(PersonRefused.PHONE_TAKEN).or_raise()
    if len(phones) >= MOST_PHONES:
        refuse(PersonRefused.PHONES_MANY, most=MOST_PHONES).or_raise()
    new = {
        "organisation_id": organisation_id,
        "person_id": person_id,
        "e164": e164,
        "reversed": reversed_digits(e164),
        "label": label.value,
    }
    phone_id = session.execute(sa.insert(PHONE).values(new).returning(PHONE.c.id)).scalar_one()
    audit.record(session, PersonPhoneAdded(person_id, phone_id, label.value), actor=actor, at=at)


def remove_phone(session: Session, *, person_id: PersonID, e164: str, actor: Actor, at: Instant) -> None:
    """Take back a phone that is not the person's; nothing when it is gone already.

    The last one stays: without it nobody would know him again. Raises NotFound and
    Refused(PersonRefused.PHONE_LAST).
    """
    phones = _locked(session, person_id, actor)
    goes = next((phone for phone in phones if phone.e164 == e164), None)
    if goes is None:
        return
    if len(phones) == 1:
        refuse(PersonRefused.PHONE_LAST).or_raise()
    session.execute(sa.delete(PHONE).where(PHONE.c.id == goes.id))
    audit.record(session, PersonPhoneRemoved(person_id, goes.id), actor=actor, at=at)


def show_first(session: Session, *, person_id: PersonID, e164: str, actor: Actor, at: Instant) -> None:
    """From now on this phone stands first wherever the person is shown; raises NotFound."""
    phones = _locked(session, person_id, actor)
    first = next((phone for phone in phones if phone.e164 == e164), None)
    if first is None:
        raise NotFound
    before = [phone.id for phone in phones if phone.id < first.id]
    if before:
        put_last(session, before)
        audit.record(session, PersonPhoneFirst(person_id, first.id), actor=actor, at=at)


def put_last(session: Session, phone_ids: list[int]) -> None:
    """These phones come after all others, in the order they had: the first one known is the one shown."""
    rows = session.execute(sa.select(PHONE).where(PHONE.c.id.in_(phone_ids)).order_by(PHONE.c.id)).all()
    session.execute(sa.delete(PHONE).where(PHONE.c.id.in_(phone_ids)))
    for row in rows:
        again = {name: value for name, value in row._mapping.items() if name != "id"}
        session.execute(sa.insert(PHONE).values(again))


def _locked(session: Session, person_id: PersonID, actor: Actor) -> list[queries.PhoneView]:
    """A person's phones; whoever changes them does it alone. Raises NotFound and Refused."""
    session.execute(LOCK, {"person_id": person_id})
    queries.get(session, actor.club.organisation_id, person_id)
    queries.still_known(session, person_id)
    return queries.phones_of(session, person_id)
