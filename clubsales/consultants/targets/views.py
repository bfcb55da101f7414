"""The pages of targets."""

from flask import Blueprint

bp = Blueprint("targets", __name__)
