"""For a WSGI server of your own: `gunicorn wsgi:app`."""

from clubsales.server import create_served
from clubsales.settings import Settings

app = create_served(Settings.from_env()).wsgi
