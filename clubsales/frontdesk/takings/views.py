"""The pages of takings."""

from flask import Blueprint

bp = Blueprint("takings", __name__)
