"""Reading what was sent: nested form fields in, values or a precise error out."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias
from urllib.parse import urlsplit

from stripe import RequestOptions

from clubsales.stripe_peer.errors import ApiError, invalid, missing, not_simulated, unknown

Node: TypeAlias = "str | dict[str, Node]"
_FIELD = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])*)")
_INTEGER = re.compile(r"[+-]?[0-9]{1,18}")
_DEEPEST = 8


def decode(fields: Iterable[tuple[str, str]]) -> dict[str, Node]:
    """Turn `a[b][0]=c` into nested mappings; a list is a mapping from its positions.

    Raises ApiError for a name that is malformed, too deep, or used both for a value and for a group.
    """
    tree: dict[str, Node] = {}
    for name, value in fields:
        match = _FIELD.fullmatch(name)
        if match is None:
            raise invalid(name, f"Invalid request: the parameter name {name} is malformed.")
        path = [match[1], *re.findall(r"\[([^\[\]]*)\]", match[2])]
        if len(path) > _DEEPEST:
            raise invalid(name, f"Invalid request: the parameter {match[1]} is nested too deeply.")
        _put(tree, path, value, name)
    return tree


def _put(tree: dict[str, Node], path: list[str], value: str, name: str) -> None:
    here = tree
    for step in path[:-1]:
        below = here.setdefault(step or str(len(here)), {})
        if isinstance(below, str):
            raise invalid(name, f"Invalid request: {name} is used both as a value and as a group.")
        here = below
    last = path[-1] or str(len(here))
    if isinstance(here.get(last), dict):
        raise invalid(name, f"Invalid request: {name} is used both as a value and as a group.")
    here[last] = value


class Parameters:
    """One level of what was sent; knows its full name, so that an error can name the field."""

    def __init__(self, tree: Mapping[str, Node], path: str = "") -> None:
        """Wrap a decoded level; `path` is the name of the level itself, empty at the top."""
        self._tree = tree
        self._path = path

    def __contains__(self, key: str) -> bool:
        return key in self._tree

    def name(self, key: str) -> str:
        """The full name of a field of this level."""
        return f"{self._path}[{key}]" if self._path else key

    def only(self, *keys: str, of: type[Any] | None = None) -> None:
        """Raise ApiError for any field but these.

        `of` is the SDK's own description of the level: a field found there is real, only not simulated.
        """
        real = set(of.__annotations__) - set(RequestOptions.__annotations__) if of is not None else set()
        for key in self._tree:
            if key not in keys:
                raise not_simulated(self.name(key)) if key in real else unknown(self.name(key))

    def text(self, key: str, *, longest: int = 5000) -> str | None:
        """A string, or None when it was not sent."""
        value = self._tree.get(key)
        if value is None:
            return None
        name = self.name(key)
        if not isinstance(value, str):
            raise invalid(name, "Invalid string: a group was sent where a string was expected")
        if value == "":
            message = (
                f"You passed an empty string for '{name}'. We assume empty values are an attempt to unset a "
                f"parameter; however '{name}' cannot be unset. You should remove '{name}' from your request or "
                "supply a non-empty value."
            )
            raise invalid(name, message, "parameter_invalid_empty")
        if len(value) > longest:
            shown = f"{value[:12]}...{value[-12:]}"
            raise invalid(name, f"Invalid string: {shown}; must be at most {longest} characters")
        return value

    def required_text(self, key: str, *, longest: int = 5000) -> str:
        """A string that must be there."""
        value = self.text(key, longest=longest)
        if value is None:
            raise missing(self.name(key))
        return value

    def integer(self, key: str, *, least: int | None = None) -> int | None:
        """A whole number, or None when it was not sent."""
        text = self.text(key)
        if text is None:
            return None
        name = self.name(key)
        if _INTEGER.fullmatch(text) is None:
            raise invalid(name, f"Invalid integer: {text}", "parameter_invalid_integer")
        number = int(text)
        if least is not None and number < least:
            kind = "positive" if least == 1 else "non-negative"
            raise invalid(name, f"Invalid {kind} integer", "parameter_invalid_integer")
        return number

    def boolean(self, key: str) -> bool | None:
        """True or false, or None when it was not sent."""
        text = self.text(key)
        if text is None:
            return None
        if text not in ("true", "false"):
            raise invalid(self.name(key), f"Invalid boolean: {text}")
        return text == "true"

    def choice(self, key: str, options: Iterable[str]) -> str | None:
        """One of the options, or None when it was not sent."""
        text = self.text(key)
        listed = list(options)
        if text is not None and text not in listed:
            *others, last = listed
            allowed = f"{', '.join(others)}, or {last}" if others else last
            raise invalid(self.name(key), f"Invalid {self.name(key)}: must be one of {allowed}")
        return text

    def url(self, key: str) -> str | None:
        """An absolute web address, or None when it was not sent."""
        text = self.text(key)
        if text is None:
            return None
        parts = urlsplit(text)
        if parts.scheme not in ("http", "https") or not parts.netloc:
            raise invalid(self.name(key), "Not a valid URL", "url_invalid")
        return text

    def group(self, key: str) -> "Parameters":
        """The level below; empty when it was not sent."""
        value = self._tree.get(key, {})
        if isinstance(value, str):
            raise invalid(self.name(key), "Invalid object")
        return Parameters(value, self.name(key))

    def groups(self, key: str) -> list["Parameters"]:
        """A list of levels, in the order of their positions."""
        level = self.group(key)
        return [level.group(position) for position in level.positions()]

    def texts(self, key: str) -> list[str]:
        """A list of strings, in the order of their positions."""
        level = self.group(key)
        return [level.required_text(position) for position in level.positions()]

    def positions(self) -> list[str]:
        """The positions of a list, in order."""
        if not all(position.isascii() and position.isdigit() for position in self._tree):
            raise invalid(self._path, "Invalid array")
        return sorted(self._tree, key=int)

    def metadata(self, key: str = "metadata") -> dict[str, str]:
        """Free key-value pairs within Stripe's limits; an empty value leaves its key out."""
        if self._tree.get(key) == "":
            return {}
        level = self.group(key)
        pairs: dict[str, str] = {}
        for field, value in level._tree.items():
            if not isinstance(value, str):
                raise invalid(level.name(field), "Metadata values must be strings")
            if len(field) > 40:
                raise invalid(level.name(field), "Metadata keys can have up to 40 characters")
            if len(value) > 500:
                message = (
                    "Metadata values can have up to 500 characters, but you passed in a value that is "
                    f"{len(value)} characters."
                )
                raise invalid(level.name(field), message)
            if value:
                pairs[field] = value
        if len(pairs) > 50:
            raise invalid(level._path, "You can have up to 50 keys in your metadata hash")
        return pairs


def currency_of(parameters: Parameters, key: str, supported: Iterable[str]) -> str:
    """A currency that can be charged, in lower case."""
    text = parameters.required_text(key).lower()
    listed = sorted(supported)
    if text not in listed:
        message = f"Invalid currency: {text}. Stripe currently supports these currencies: {', '.join(listed)}"
        raise ApiError(message, param=parameters.name(key), validation=True)
    return text
