"""The one blueprint of leads, and how often its public form may be sent from one address."""

from flask import Blueprint

bp = Blueprint("intake", __name__)
ENQUIRIES = "5 per minute; 30 per day"
