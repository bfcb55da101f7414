"""The one blueprint of clubs and their staff."""

from flask import Blueprint

bp = Blueprint("staff", __name__)
