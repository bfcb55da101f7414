"""The pages of the roster."""

from flask import Blueprint

bp = Blueprint("roster", __name__)
