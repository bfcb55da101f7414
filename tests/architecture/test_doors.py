"""Every door says who may open it, and means it."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from clubsales.auth.guard import Door, permission_of

OPEN_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


def doors(app: Flask) -> list[tuple[Rule, Door | None]]:
    return [
        (rule, permission_of(app.view_functions[rule.endpoint]))
        for rule in app.url_map.iter_rules()
        if rule.endpoint != "static"
    ]


def guarded(app: Flask) -> list[tuple[str, str]]:
    """Method and address of every door that is not public, its parts filled with anything."""
    found = []
    with app.test_request_context("/"):
        for rule, door in doors(app):
            if door is None or door.public_because:
                continue
            values = {name: _anything(rule, name) for name in rule.arguments}
            built = rule.build(values, append_unknown=False)
            assert built is not None, rule
            found += [(method, built[1]) for method in OPEN_METHODS if method in (rule.methods or ())]
    return found


def _anything(rule: Rule, name: str) -> object:
    return {"IntegerConverter": 1, "UnicodeConverter": "a2b3c4d5e6f7"}.get(
        type(rule._converters[name]).__name__, "a2b3c4d5e6f7"
    )


def test_every_door_says_who_may_open_it(app: Flask) -> None:
    assert len(doors(app)) > 10
    silent = [f"{rule.endpoint} {rule.rule}" for rule, door in doors(app) if door is None]
    assert silent == []


def test_every_public_door_says_why(app: Flask) -> None:
    for rule, door in doors(app):
        if door is not None and door.public_because:
            assert door.permission is None
            assert len(door.public_because.split()) >= 2, rule.endpoint


def test_no_door_of_a_library_is_open(app: Flask) -> None:
    """Flask-Security and Flask-Login bring views of their own; none of them is registered."""
    for rule, _door in doors(app):
        module = app.view_functions[rule.endpoint].__module__
        assert module.startswith("clubsales."), f"{rule.rule} is {module}"


@pytest.mark.parametrize("speaks", ["text/html", "application/json"])
def test_nobody_opens_a_guarded_door_without_signing_in(app: Flask, client: FlaskClient, speaks: str) -> None:
    app.config["WTF_CSRF_ENABLED"] = False  # so that the guard answers, not the form's token
    try:
        for method, address in guarded(app):
            response = client.open(address, method=method, headers={"Accept": speaks})
            if speaks == "application/json":
                assert response.status_code == 401, f"{method} {address}"
                assert response.get_json()["code"] == "unauthorized"
            else:
                assert response.status_code == 303, f"{method} {address}"
                assert response.headers["Location"].split("?")[0] == "/sign-in"
    finally:
        app.config["WTF_CSRF_ENABLED"] = True


def test_no_form_is_taken_without_its_token(app: Flask, client: FlaskClient) -> None:
    for method, address in guarded(app):
        if method != "GET":
            assert client.open(address, method=method).status_code == 400, f"{method} {address}"
