"""The one blueprint of the desk, the board and guests."""

from flask import Blueprint

bp = Blueprint("reception", __name__)
