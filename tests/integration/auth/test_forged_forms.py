"""No door takes a form that no page of ours has sent."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing.converters import NumberConverter

EXEMPT = {"webhooks.stripe"}  # a provider signs what it sends


def posting(app: Flask) -> Iterator[tuple[str, str]]:
    """Every POST door and an address of it."""
    with app.test_request_context():
        adapter = app.url_map.bind("localhost")
        for rule in app.url_map.iter_rules():
            if "POST" in (rule.methods or ()):
                parts = {
                    name: 1 if isinstance(rule._converters[name], NumberConverter) else "a2b3c4d5e6f7"
                    for name in rule.arguments
                }
                yield rule.endpoint, adapter.build(rule.endpoint, parts)


@pytest.mark.parametrize("token", [None, "not-a-token"])
def test_a_form_without_our_token_is_refused_at_every_door(
    app: Flask, client: FlaskClient, token: str | None
) -> None:
    doors = dict(posting(app))
    assert len(doors) > 40
    data = {} if token is None else {"csrf_token": token}
    answers = {
        endpoint: client.post(address, data=data, headers={"Accept": "application/json"})
        for endpoint, address in doors.items()
    }
    refused = {
        endpoint
        for endpoint, answer in answers.items()
        if answer.status_code == 400 and answer.json is not None and answer.json["code"] == "csrf"
    }
    assert set(doors) - refused == EXEMPT
