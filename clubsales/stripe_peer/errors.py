"""Errors of the API, worded and coded as Stripe words and codes them."""

from collections.abc import Mapping
from typing import Any


class ApiError(Exception):
    """An answer that is an error object.

    `validation` marks a request refused before anything began: its answer is not kept for its idempotency key.
    """

    def __init__(
        self,
        message: str,
        *,
        status: int = 400,
        type_: str = "invalid_request_error",
        code: str | None = None,
        param: str | None = None,
        validation: bool = False,
        extra: Mapping[str, Any] | None = None,
    ) -> None:
        """Describe the error; `param` is the full name of the parameter as sent."""
        super().__init__(message)
        self.status = status
        self.validation = validation
        self.code = code
        error: dict[str, Any] = {"message": message, "type": type_}
        if code is not None:
            error["code"] = code
            error["doc_url"] = f"https://stripe.com/docs/error-codes/{code.replace('_', '-')}"
        if param is not None:
            error["param"] = param
        error.update(extra or {})
        self.body: dict[str, Any] = {"error": error}


def missing(param: str) -> ApiError:
    """A required parameter was not sent."""
    return ApiError(
        f"Missing required param: {param}.", code="parameter_missing", param=param, validation=True
    )


def unknown(param: str) -> ApiError:
    """A parameter that the API does not have."""
    return ApiError(
        f"Received unknown parameter: {param}", code="parameter_unknown", param=param, validation=True
    )


def not_simulated(param: str) -> ApiError:
    """A parameter that Stripe has and this peer does not: said aloud, never swallowed."""
    return ApiError(
        f"This peer does not simulate the parameter {param}.",
        code="peer_not_simulated",
        param=param,
        validation=True,
    )


def invalid(param: str, message: str, code: str | None = None) -> ApiError:
    """A parameter with a value that cannot be used."""
    return ApiError(message, code=code, param=param, validation=True)


def no_such(kind: str, identifier: str, param: str) -> ApiError:
    """The object named does not exist."""
    return ApiError(
        f"No such {kind}: '{identifier}'", status=404, code="resource_missing", param=param, validation=True
    )
