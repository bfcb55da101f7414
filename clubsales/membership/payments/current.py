"""The payment provider of the running app."""

from typing import cast

from flask import current_app

from clubsales.membership.payments.gateways import Gateway, gateway_for

NAME = "clubsales_gateway"


def current_gateway() -> Gateway:
    """The provider that the settings name, made once per app."""
    if NAME not in current_app.extensions:
        current_app.extensions[NAME] = gateway_for(current_app.extensions["clubsales_settings"])
    return cast("Gateway", current_app.extensions[NAME])
