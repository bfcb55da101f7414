"""What health says."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class DatabaseHealth:
    """Whether the database answers, and which schema revision it is at."""

    answers: bool
    backend: str
    revision: str | None


def database_health(session: Session) -> DatabaseHealth:
    """Ask the database; never raises."""
    backend = session.get_bind().dialect.name
    try:
        revision = session.execute(sa.text("SELECT version_num FROM alembic_version")).scalar_one_or_none()
    except sa.exc.SQLAlchemyError:
        return DatabaseHealth(False, backend, None)
    return DatabaseHealth(True, backend, revision)
