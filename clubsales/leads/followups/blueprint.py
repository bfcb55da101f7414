"""The doors of follow-ups are spread over a few modules."""

from flask import Blueprint

bp = Blueprint("followups", __name__)
