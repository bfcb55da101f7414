"""The last guards: append-only ledgers, and migrations that equal the models."""

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from clubsales.db import db, migrations
from tests.builders import Cast

APPEND_ONLY = (
    "audit_event",
    "audit_seal",
    "audit_seal_event",
    "policy_version",
    "posting",
    "touch",
    "assignment",
    "check_in",
    "checklist_version",
    "checklist_acknowledgement",
    "target",
    "pass_showing",
    "contact",
    "till_count",
    "day_form",
    "contested_guest",
    *(
        "closed_month",
        "team_move",
        "pay_term",
        "target_acknowledgement",
        "goal",
        "commission_plan",
        "standing",
        "award",
    ),
    *("assessment_sheet", "assessment_mark", "assessment_step"),
    *("statement", "statement_item", "statement_line", "statement_answer", "month_approval", "month_figure"),
    *("card_price", "card_grant", "card_value", "card_session", "sale_line", "approval"),
    *("contract_correction", "document", "statement_payout"),
)


def test_migrations_equal_the_models(session: Session) -> None:
    assert migrations.compare_metadata() == []


@pytest.mark.parametrize("table", APPEND_ONLY)
@pytest.mark.parametrize("verb", ["UPDATE", "DELETE"])
def test_ledger_has_a_trigger_against_change(session: Session, table: str, verb: str) -> None:
    if session.get_bind().dialect.name == "sqlite":
        triggers = session.execute(
            sa.text("SELECT sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :table"),
            {"table": table},
        ).scalars()
        assert any(f"BEFORE {verb}" in sql and "RAISE(ABORT" in sql for sql in triggers)
    else:
        definitions = session.execute(
            sa.text("SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE tgrelid = CAST(:table AS regclass)"),
            {"table": table},
        ).scalars()
        assert any(verb in definition and "refuse_change" in definition for definition in definitions)


@pytest.mark.parametrize("statement", ["UPDATE audit_event SET tag = 'x'", "DELETE FROM audit_event"])
def test_audit_cannot_be_changed_by_hand(session: Session, cast: Cast, statement: str) -> None:
    with pytest.raises(DBAPIError, match="append-only"):
        session.execute(sa.text(statement))


def test_no_guarded_row_changes_its_id_by_its_second_name(sqlite_app: Flask) -> None:
    """`UPDATE OF` a list of columns lets SQLite's `rowid` through: such a table has a guard of its own for that."""
    with sqlite_app.app_context():
        triggers = db.session.execute(
            sa.text(
                "SELECT tbl_name, sql FROM sqlite_master WHERE type = 'trigger' AND sql LIKE '%append-only%'"
            )
        ).all()
    listed = {table for table, sql in triggers if "BEFORE UPDATE OF " in sql}
    assert "touch" in listed
    assert listed - {table for table, sql in triggers if "WHEN NEW.id <> OLD.id" in sql} == set()
