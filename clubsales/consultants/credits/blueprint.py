"""The one blueprint of the ledger's pages."""

from flask import Blueprint

from clubsales.consultants.credits.texts import sold_name

bp = Blueprint("credits", __name__)
bp.add_app_template_global(sold_name, "sold_name")
