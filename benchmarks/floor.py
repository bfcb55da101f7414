"""The floor: what Flask and SQLAlchemy Core cost with nothing of ours in between.

One request is one indexed SELECT, one INSERT and one COMMIT, the statements made once.
"""

import os
from datetime import UTC, datetime

import sqlalchemy as sa
from flask import Flask, jsonify, request
from flask.typing import ResponseReturnValue

ITEMS = 2_000
metadata = sa.MetaData()
item = sa.Table(
    "item",
    metadata,
    sa.Column("id", sa.BigInteger, primary_key=True),
    sa.Column("key", sa.String(12), nullable=False, unique=True),
    sa.Column("name", sa.String(60), nullable=False),
)
visit = sa.Table(
    "visit",
    metadata,
    sa.Column("id", sa.BigInteger, primary_key=True),
    sa.Column("item_id", sa.BigInteger, sa.ForeignKey("item.id"), nullable=False),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False),
)
FIND = sa.select(item.c.id, item.c.name).where(item.c.key == sa.bindparam("key"))
ADD = sa.insert(visit)


def create_floor(database_url: str) -> Flask:
    """The application on a database that `fill` has made ready."""
    app = Flask(__name__)
    engine = sa.create_engine(database_url, pool_size=10, max_overflow=5)

    @app.post("/visit")
    def add_visit() -> ResponseReturnValue:
        key = request.get_json()["key"]
        with engine.begin() as connection:
            found = connection.execute(FIND, {"key": key}).one()
            connection.execute(ADD, {"item_id": found.id, "at": datetime.now(UTC)})
        return jsonify(admitted=True, name=found.name)

    return app


def fill(database_url: str) -> None:
    """Make the tables and what is looked up in them."""
    engine = sa.create_engine(database_url)
    metadata.create_all(engine)
    with engine.begin() as connection:
        rows = [{"key": key_of(number), "name": f"item {number}"} for number in range(ITEMS)]
        connection.execute(sa.insert(item), rows)
    engine.dispose()


def key_of(number: int) -> str:
    """What an item is looked up by."""
    return f"key{number % ITEMS:09d}"


def served() -> Flask:
    """For gunicorn: `benchmarks.floor:served()`."""
    return create_floor(os.environ["BENCH_FLOOR_DATABASE_URL"])
