"""The one blueprint of leave."""

from flask import Blueprint

bp = Blueprint("leave", __name__)
