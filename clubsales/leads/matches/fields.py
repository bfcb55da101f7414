"""Where each field of a merged person comes from, and how it goes back: the provenance of a merge."""

from collections.abc import Mapping
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.db import table_of
from clubsales.ids import PersonID
from clubsales.leads.matches.rows import packed, unpacked
from clubsales.leads.people.details import put_last
from clubsales.leads.people.models import PersonPhoneRow, PersonRow
from clubsales.leads.people.rules import search_keys, wechat_key

PERSON, PHONE = table_of(PersonRow), table_of(PersonPhoneRow)
Side = Literal["kept", "merged"]
FIELDS = ("name", "birthday", "wechat", "email", "address")
PHONE_FIELD = "phone"  # which phone stands first


def choose(kept: Any, merged: Any, chosen: Mapping[str, Side]) -> dict[str, Any]:
    """Where each field comes from, and what the kept person had before: the provenance of the merge."""
    origins: dict[str, Any] = {}
    for name in FIELDS:
        mine, theirs = getattr(kept, name), getattr(merged, name)
        if mine == theirs:
            continue
        side: Side = "merged" if not mine else chosen.get(name, "kept")
        if side == "merged" and not theirs:
            side = "kept"
        origins[name] = {"from": side}
        if side == "merged":
            origins[name] |= {"was": packed(mine), "now": packed(theirs)}
    mine, theirs = kept.do_not_call_at, merged.do_not_call_at
    if theirs is not None and (mine is None or theirs < mine):
        origins["do_not_call_at"] = {"from": "merged", "was": packed(mine), "now": packed(theirs)}
    if chosen.get(PHONE_FIELD) == "merged":
        origins[PHONE_FIELD] = {"from": "merged"}
    return origins


def write(session: Session, kept_id: PersonID, origins: Mapping[str, Any]) -> None:
    taken = [name for name, origin in origins.items() if "now" in origin]
    if not taken:
        return
    values = {name: _value(name, origins[name]["now"]) for name in taken}
    session.execute(sa.update(PERSON).where(PERSON.c.id == kept_id).values({**values, **_keys(values)}))


def _value(name: str, stored: Any) -> Any:
    """A person's field from what a merge remembers of it."""
    return unpacked(PERSON.c[name], stored)


def _keys(values: Mapping[str, Any]) -> dict[str, str]:
    """What a person is found by, where these fields change it."""
    keys: dict[str, str] = {}
    if "name" in values:
        found = search_keys(values["name"])
        keys |= {"name_key": found.name_key, "pinyin": found.pinyin, "initials": found.initials}
    if "wechat" in values:
        keys["wechat_key"] = wechat_key(values["wechat"])
    return keys


def join_phones(
    session: Session, kept_id: PersonID, merged_id: PersonID, origins: Mapping[str, Any]
) -> list[str]:
    """All phones of both; the kept person's come first unless the other one's were chosen. Returns those that came."""
    phones = session.execute(
        sa.select(PHONE.c.id, PHONE.c.person_id, PHONE.c.e164)
        .where(PHONE.c.person_id.in_((kept_id, merged_id)))
        .order_by(PHONE.c.id)
    ).all()
    mine = [phone.id for phone in phones if phone.person_id == kept_id]
    theirs = [phone.id for phone in phones if phone.person_id == merged_id]
    session.execute(sa.update(PHONE).where(PHONE.c.id.in_(theirs)).values(person_id=kept_id))
    ahead, behind = (theirs, mine) if PHONE_FIELD in origins else (mine, theirs)
    if ahead and behind and min(behind) < min(ahead):
        put_last(session, behind)
    return [phone.e164 for phone in phones if phone.person_id == merged_id]


def part_phones(session: Session, kept_id: PersonID, merged_id: PersonID, came: list[str]) -> None:
    """The phones that came go back, as far as they still are the kept person's."""
    session.execute(
        sa.update(PHONE)
        .where(PHONE.c.person_id == kept_id, PHONE.c.e164.in_(came))
        .values(person_id=merged_id)
    )


def unchanged(row: Any, origins: Mapping[str, Any]) -> list[str]:
    """The fields that came from the merged person and have not been written since."""
    return [
        name
        for name, origin in origins.items()
        if "now" in origin and getattr(row, name) == _value(name, origin["now"])
    ]


def take_up(
    later: Mapping[str, Any], merged: Any, undone: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """An earlier merge is undone: what the later one remembers then, and what the earlier one still gives back.

    Where the later one wrote over what came by the earlier one, it remembers what was before both. Where the later
    `merged` person says the same and the kept one said nothing himself, it came from him as well, and stays.
    """
    remembers, gives_back = dict(later), dict(undone)
    for name, origin in undone.items():
        if "now" not in origin:
            continue
        theirs = later.get(name, {})
        if "now" in theirs:
            if theirs["was"] == origin["now"]:
                remembers[name] = {**theirs, "was": origin["was"]}
            del gives_back[name]
        elif name in FIELDS and not origin["was"] and packed(getattr(merged, name)) == origin["now"]:
            remembers[name] = origin
            del gives_back[name]
    return remembers, gives_back


def write_back(session: Session, row: Any, origins: Mapping[str, Any]) -> None:
    """What the kept person had before, in each field that nobody has written since."""
    values = {name: _value(name, origins[name]["was"]) for name in unchanged(row, origins)}
    if values:
        session.execute(sa.update(PERSON).where(PERSON.c.id == row.id).values({**values, **_keys(values)}))
