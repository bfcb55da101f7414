"""No door takes a form that no page of ours has sent."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

EXEMPT = {"webhooks.stripe"}  # a provider signs what it sends


def posting(app: Flask) -> Iterator[tuple[str, str]]:
    """Every POST door and an address of it."""
    with app.test_request_context():
        adapter = app.url_map.bind("localhost")
        for rule in app.url_map.iter_rules():
            if "POST" in (rule.methods or ()):
                yield (
                    rule.endpoint,
                    adapter.build(rule.endpoint, dict.fromkeys(rule.arguments, "a2b3c4d5e6f7")),
                )


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
