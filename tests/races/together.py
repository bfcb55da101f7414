"""Several people at the same moment: each in a thread, a context and a connection of his own."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

from flask import Flask
from sqlalchemy.orm import Session

from clubsales.db import db, transact

T = TypeVar("T")


def together(app: Flask, *works: Callable[[Session], T]) -> list[T | Exception]:
    """Run each work in a transaction of its own, all started at once; what each gave or raised, in order."""
    start = Barrier(len(works))

    def run(work: Callable[[Session], T]) -> T | Exception:
        with app.app_context():
            db.session.connection()  # connected before the start, so that all meet at the work itself
            db.session.rollback()
            start.wait(timeout=30)
            try:
                return transact(work)
            except Exception as raised:
                return raised

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))
