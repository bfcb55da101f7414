"""Every link in templates and code leads to a door that is there."""

import re
from pathlib import Path

from flask import Flask

from clubsales import web

LINK = re.compile(r"""url_for\(\s*["']([a-z_]+(?:\.[a-z_]+)?|\.[a-z_]+)["']""")


def test_every_link_names_an_endpoint(sqlite_app: Flask) -> None:
    endpoints = {rule.endpoint for rule in sqlite_app.url_map.iter_rules()}
    files = [*web.TEMPLATES.rglob("*.html"), *(Path(web.PACKAGE)).rglob("*.py")]
    # The Stripe peer is an app of its own.
    files = [file for file in files if "stripe_peer" not in file.parts]
    missing = {
        f"{file.name}: {name}"
        for file in files
        for name in LINK.findall(file.read_text("utf-8"))
        if not name.startswith(".") and name not in endpoints
    }
    assert missing == set()
