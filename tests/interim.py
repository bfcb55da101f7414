from flask import Flask
from clubsales import web
from clubsales.db import db, migrations, prepare_engine
import clubsales.models


def create_app(settings):
    app = Flask(
        "clubsales",
        root_path=str(web.PACKAGE),
        template_folder=str(web.TEMPLATES),
        static_folder=str(web.STATIC),
    )
    url = settings.database_url.replace("postgresql://", "postgresql+psycopg://")
    app.config.update(
        SECRET_KEY="x",
        TESTING=True,
        SQLALCHEMY_ENGINES={"default": url},
        ALEMBIC={"script_location": str(web.PACKAGE / "migrations")},
    )
    app.extensions["clubsales_settings"] = settings
    db.init_app(app)
    with app.app_context():
        prepare_engine(db.engine)
    migrations.init_app(app)
    return app
