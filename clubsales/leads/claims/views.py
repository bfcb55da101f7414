"""The pages of claims."""

from flask import Blueprint

bp = Blueprint("claims", __name__)
