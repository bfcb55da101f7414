"""The pages of the fairness report."""

from flask import Blueprint

bp = Blueprint("fairness", __name__)
