"""The one blueprint of services on cards, and the words its pages share."""

from flask import Blueprint

from clubsales.membership.services import texts

bp = Blueprint("services", __name__)
WORDS = {"kinds": texts.KINDS, "notes": texts.NOTES, "states": texts.STATES, "tones": texts.TONES}
