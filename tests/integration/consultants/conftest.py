from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from tests.builders import Cast
from tests.integration.consultants.books import Books


@pytest.fixture
def books(session: Session, cast: Cast) -> Iterator[Books]:
    """A ledger whose invariants hold after whatever a test did."""
    ledger = Books(session, cast)
    yield ledger
    assert ledger.faults() == []
