"""The one blueprint of assessment."""

from flask import Blueprint

bp = Blueprint("assessment", __name__)
