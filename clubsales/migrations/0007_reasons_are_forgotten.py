"""Why a form was answered so, and why a card was given something, can be taken away; a copy of the papers shown goes."""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = ()
depends_on = None

# What was answered and given stays; its reason can be taken away, never rewritten.
GUARDED: dict[str, tuple[str, ...]] = {
    "approval": (
        *("id", "club_id", "form", "form_id", "round", "step", "role", "approved", "at", "by", "device_id"),
        "policy_version_id",
    ),
    "card_grant": (
        *("id", "card_id", "sequence", "kind", "days", "visits", "value_minor", "paid_minor", "starts_on"),
        *("sale_id", "granted_at", "granted_by"),
    ),
    "sale_line": (
        *("id", "sale_id", "line", "part_of", "card_type_id", "name", "name_en", "kind", "quantity"),
        *("list_price_minor", "price_minor", "set_up_fee_minor", "is_gift", "promotion_id", "days", "visits"),
        *("value_minor", "terms"),
    ),
}
REASON = {"approval": "reason", "card_grant": "reason", "sale_line": "gift_reason"}

# Guarded before by lists of columns.
GUARDED_BEFORE = (
    *("touch", "pass_showing", "contact", "disclosure", "contested_guest", "assignment"),
    *("dispute_step", "dispute_attachment", "contract"),
)


def guard(table: str, columns: tuple[str, ...]) -> None:
    """Refuse DELETE, and UPDATE of these columns, on either database."""
    written = ", ".join(f'"{column}"' for column in columns)
    if op.get_bind().dialect.name == "sqlite":
        for verb, event in (("update", f"UPDATE OF {written}"), ("delete", "DELETE")):
            op.execute(f"DROP TRIGGER IF EXISTS {table}_no_{verb}")
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb} BEFORE {event} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
        return
    op.execute(f"DROP TRIGGER IF EXISTS {table}_append_only ON {table}")
    op.execute(
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OF {written} OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )


def guard_reason(table: str) -> None:
    """Reasons go when a person is made anonymous; nothing is rewritten."""
    refuse = (
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        if op.get_bind().dialect.name == "sqlite"
        else "EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        f"CREATE TRIGGER {table}_reason BEFORE UPDATE OF {REASON[table]} ON {table} FOR EACH ROW "
        f"WHEN (NEW.{REASON[table]} <> '') {refuse}"
    )


def guard_ids() -> None:
    """SQLite knows a row's id by a second name, `rowid`, that no list of columns catches."""
    if op.get_bind().dialect.name == "sqlite":
        for table in (*GUARDED_BEFORE, *GUARDED):
            op.execute(
                f"CREATE TRIGGER {table}_id BEFORE UPDATE ON {table} WHEN NEW.id <> OLD.id "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )


def upgrade() -> None:
    for append_only, written in GUARDED.items():
        guard(append_only, written)
        guard_reason(append_only)
    guard_ids()
    op.drop_column("contract", "identity_seen")  # a second copy of what the form says, too short for it


def downgrade() -> None:
    raise NotImplementedError("what was recorded is not thrown away")
