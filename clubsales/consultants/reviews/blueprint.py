"""The one blueprint of cases."""

from flask import Blueprint

bp = Blueprint("reviews", __name__)
