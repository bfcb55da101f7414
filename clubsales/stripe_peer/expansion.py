"""Expanding ids into the objects they name, where the request asks for it."""

from collections.abc import Iterable
from typing import Final

from clubsales.stripe_peer import checkout, objects
from clubsales.stripe_peer.errors import ApiError
from clubsales.stripe_peer.store import ApiObject
from clubsales.stripe_peer.work import Work

_DEEPEST: Final = 4
_NAMED: Final = {
    ("checkout.session", "payment_intent"): "payment_intent",
    ("payment_intent", "latest_charge"): "charge",
    ("charge", "payment_intent"): "payment_intent",
    ("refund", "charge"): "charge",
    ("refund", "payment_intent"): "payment_intent",
}


def expand(work: Work, thing: ApiObject, paths: Iterable[str]) -> ApiObject:
    """Replace ids along each dotted path; raises ApiError for what cannot be expanded."""
    for path in paths:
        steps = path.split(".")
        if len(steps) > _DEEPEST:
            raise ApiError(
                "You cannot expand more than 4 levels of a property.", param="expand", validation=True
            )
        _follow(work, thing, steps, path)
    return thing


def _follow(work: Work, thing: ApiObject, steps: list[str], path: str) -> None:
    step, *rest = steps
    kind = thing["object"]
    if kind == "list":
        if step != "data":
            raise _cannot(path)
        for member in thing["data"]:
            if rest:
                _follow(work, member, rest, path)
        return
    if step not in thing or thing[step] is None or isinstance(thing[step], str):
        thing[step] = _named(work, thing, step, path)
    if rest and thing[step] is not None:
        _follow(work, thing[step], rest, path)


def _named(work: Work, thing: ApiObject, step: str, path: str) -> ApiObject | None:
    kind = thing["object"]
    if (kind, step) == ("checkout.session", "line_items"):
        url = f"/v1/checkout/sessions/{thing['id']}/line_items"
        return objects.list_of(checkout.line_items(work, thing["id"]), url)
    if (kind, step) == ("charge", "refunds"):
        refunds = [each for each in work.transaction.newest("refund") if each["charge"] == thing["id"]]
        return objects.list_of(refunds, f"/v1/charges/{thing['id']}/refunds")
    named = _NAMED.get((kind, step))
    if named is None:
        raise _cannot(path)
    if thing[step] is None:
        return None
    return work.fetch(named, thing[step])


def _cannot(path: str) -> ApiError:
    return ApiError(f"This property cannot be expanded ({path}).", param="expand", validation=True)
