"""The one blueprint of the roster, and how often its public door may be tried from one address."""

from flask import Blueprint

bp = Blueprint("roster", __name__)
FEED_TRIES = "60 per minute"
