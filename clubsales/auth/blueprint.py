"""The one blueprint of accounts, and how often its doors may be tried from one address."""

from flask import Blueprint

bp = Blueprint("auth", __name__)
PASSWORD_TRIES = "10 per minute; 60 per hour"  # noqa: S105  a rate
PIN_TRIES = "30 per minute"
