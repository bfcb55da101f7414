"""The doors of the post."""

from flask import Blueprint

bp = Blueprint("posts", __name__)
