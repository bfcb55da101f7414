"""Disputes, back-tests, credit that is held; and what a guest has not said is in no index."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

import clubsales.db

revision = "0004"
down_revision = "0003"
branch_labels = ()
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
AT_ONCE = 5_000
# Index -> table, columns, and which rows it keeps from now on.
NARROWED: dict[str, tuple[str, list[str], str]] = {
    **{
        f"ix_person_{key}": ("person", ["organisation_id", key], f"{key} <> ''")
        for key in ("name_key", "pinyin", "initials", "wechat_key")
    },
    "ix_person_birthday": ("person", ["organisation_id", "birthday"], "birthday IS NOT NULL"),
    "ix_person_merged_into": ("person", ["merged_into_id"], "merged_into_id IS NOT NULL"),
    "ix_lead_referred_by": ("lead", ["referred_by_id"], "referred_by_id IS NOT NULL"),
}
# What was said and decided stays; words and papers can be taken away, never rewritten.
GUARDED: dict[str, tuple[str, ...]] = {
    "touch": ("id", "club_id", "kind", "consultant_id", "reception_id", "at", "local_day", "signals", "turn"),
    "dispute_step": (
        *("id", "public_id", "dispute_id", "kind", "at", "account_id", "consultant_id", "shares", "confirms"),
        "conduct_of",
    ),
    "dispute_attachment": (*("id", "public_id", "dispute_id", "step_id", "media_type", "size", "digest"),),
}
ONLY_EMPTIED = (
    ("dispute_step", "words", "NEW.words <> ''"),
    ("dispute_step", "conduct_note", "NEW.conduct_note <> ''"),
    ("dispute_attachment", "name", "NEW.name <> ''"),
    ("dispute_attachment", "content", "NEW.content IS NOT NULL"),
)


def guard(table: str, columns: tuple[str, ...]) -> None:
    """Refuse DELETE, and UPDATE of these columns, on either database."""
    written = ", ".join(columns)
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


def guard_words() -> None:
    """Words and papers go when a person is made anonymous; nothing is rewritten."""
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for table, column, changes in ONLY_EMPTIED:
        refuse = (
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            if is_sqlite
            else "EXECUTE FUNCTION refuse_change()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_{column} BEFORE UPDATE OF {column} ON {table} FOR EACH ROW "
            f"WHEN ({changes}) {refuse}"
        )


def write_turns() -> None:
    """Visits of the past say how their guest came to him who received him, as the ledger of turns has it."""
    connection = op.get_bind()
    touch = sa.table(
        "touch",
        *(sa.column(name) for name in ("reception_id", "consultant_id", "kind")),
        sa.column("at", clubsales.db.UtcDateTime()),
        sa.column("turn", JSON),
    )
    turns = list(_turns(connection))
    statement = (
        sa.update(touch)
        .where(
            touch.c.kind == "visit",
            touch.c.reception_id == sa.bindparam("of"),
            touch.c.consultant_id == sa.bindparam("who"),
            # Who was asked first received him later; a later turn writes over an earlier one.
            touch.c.at >= sa.bindparam("then", type_=clubsales.db.UtcDateTime()),
        )
        .values(turn=sa.bindparam("how", type_=JSON))
    )
    for start in range(0, len(turns), AT_ONCE):
        connection.execute(statement, turns[start : start + AT_ONCE])


def _turns(connection: sa.Connection) -> Iterator[dict[str, Any]]:
    assignment = sa.table(
        "assignment",
        *(sa.column(name) for name in ("id", "reception_id", "consultant_id", "basis", "rule")),
        sa.column("at", clubsales.db.UtcDateTime()),
        sa.column("skipped", JSON),
        sa.column("queue_before", JSON),
    )
    rows = connection.execute(
        sa.select(assignment)
        .where(assignment.c.consultant_id.is_not(None), assignment.c.basis != "returned")
        .order_by(assignment.c.id)
    )
    for row in rows:
        queue = list(row.queue_before)
        yield {
            "of": row.reception_id,
            "who": row.consultant_id,
            "then": row.at,
            "how": {
                "basis": row.basis,
                "rule": row.rule,
                "position": queue.index(row.consultant_id) + 1 if row.consultant_id in queue else None,
                "of": len(queue),
                "skipped": [
                    {"consultant": skip["consultant"], "reason": skip["reason"]} for skip in row.skipped
                ],
            },
        }


def upgrade() -> None:
    op.create_table(
        "back_test",
        sa.Column("id", KEY, nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("club_id", KEY, nullable=False),
        sa.Column("asked_by", KEY, nullable=True),
        sa.Column("asked_at", clubsales.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("changes", JSON, nullable=False),
        sa.Column("done", KEY, nullable=False),
        sa.Column("total", KEY, nullable=True),
        sa.Column("started_at", clubsales.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("finished_at", clubsales.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("problem", sa.String(length=200), nullable=False),
        sa.Column("result", JSON, nullable=True),
        sa.CheckConstraint("last_day >= first_day", name=op.f("ck_back_test_days")),
        sa.ForeignKeyConstraint(["asked_by"], ["account.id"], name=op.f("fk_back_test_asked_by_account")),
        sa.ForeignKeyConstraint(["club_id"], ["club.id"], name=op.f("fk_back_test_club_id_club")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_back_test")),
        sa.UniqueConstraint("public_id", name=op.f("uq_back_test_public_id")),
    )
    op.create_index("ix_back_test_club", "back_test", ["club_id", "asked_at"], unique=False)
    op.create_index(
        "ix_back_test_unfinished",
        "back_test",
        ["id"],
        unique=False,
        postgresql_where=sa.text("finished_at IS NULL"),
        sqlite_where=sa.text("finished_at IS NULL"),
    )
    op.create_table(
        "dispute",
        sa.Column("id", KEY, nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("club_id", KEY, nullable=False),
        sa.Column("sale_id", KEY, nullable=False),
        sa.Column("opened_by", KEY, nullable=False),
        sa.Column("opened_at", clubsales.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("opened_day", sa.Date(), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("proposal", JSON, nullable=False),
        sa.Column("rule", sa.String(length=12), nullable=False),
        sa.Column("sides", sa.String(length=20), nullable=False),
        sa.Column("stands_at", clubsales.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("objected_at", clubsales.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("ruled_by", KEY, nullable=True),
        sa.Column("decided_at", clubsales.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("appeal_until", sa.Date(), nullable=True),
        sa.Column("appealed_at", clubsales.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("shares", JSON, nullable=True),
        sa.Column("policy_version_id", KEY, nullable=False),
        sa.Column("version", KEY, nullable=False),
        sa.CheckConstraint(
            "(status = 'settled') = (stands_at IS NOT NULL)", name=op.f("ck_dispute_stands_at")
        ),
        sa.CheckConstraint(
            "status IN ('open', 'settled', 'appealed', 'decided', 'withdrawn')",
            name=op.f("ck_dispute_status"),
        ),
        sa.ForeignKeyConstraint(["club_id"], ["club.id"], name=op.f("fk_dispute_club_id_club")),
        sa.ForeignKeyConstraint(
            ["opened_by"], ["consultant.id"], name=op.f("fk_dispute_opened_by_consultant")
        ),
        sa.ForeignKeyConstraint(
            ["policy_version_id"],
            ["policy_version.id"],
            name=op.f("fk_dispute_policy_version_id_policy_version"),
        ),
        sa.ForeignKeyConstraint(["ruled_by"], ["account.id"], name=op.f("fk_dispute_ruled_by_account")),
        sa.ForeignKeyConstraint(["sale_id"], ["sale.id"], name=op.f("fk_dispute_sale_id_sale")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dispute")),
        sa.UniqueConstraint("public_id", name=op.f("uq_dispute_public_id")),
    )
    op.create_index("ix_dispute_docket", "dispute", ["club_id", "status", "opened_at"], unique=False)
    op.create_index(op.f("ix_dispute_opened_by"), "dispute", ["opened_by"], unique=False)
    op.create_index("ix_dispute_sale", "dispute", ["sale_id"], unique=False)
    op.create_index("ix_dispute_similar", "dispute", ["club_id", "rule", "decided_at"], unique=False)
    op.create_index(
        "uq_dispute_running",
        "dispute",
        ["sale_id"],
        unique=True,
        postgresql_where=sa.text("status IN ('open', 'settled', 'appealed')"),
        sqlite_where=sa.text("status IN ('open', 'settled', 'appealed')"),
    )
    op.create_table(
        "dispute_step",
        sa.Column("id", KEY, nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("dispute_id", KEY, nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("at", clubsales.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("account_id", KEY, nullable=True),
        sa.Column("consultant_id", KEY, nullable=True),
        sa.Column("shares", JSON, nullable=True),
        sa.Column("confirms", sa.Boolean(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("conduct_of", KEY, nullable=True),
        sa.Column("conduct_note", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('opened', 'statement', 'settled', 'objected', 'stood', 'ruled', 'appealed', 'appeal_ruled', 'withdrawn')",
            name=op.f("ck_dispute_step_kind"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_dispute_step_account_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["conduct_of"], ["consultant.id"], name=op.f("fk_dispute_step_conduct_of_consultant")
        ),
        sa.ForeignKeyConstraint(
            ["consultant_id"], ["consultant.id"], name=op.f("fk_dispute_step_consultant_id_consultant")
        ),
        sa.ForeignKeyConstraint(
            ["dispute_id"], ["dispute.id"], name=op.f("fk_dispute_step_dispute_id_dispute")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dispute_step")),
        sa.UniqueConstraint("public_id", name=op.f("uq_dispute_step_public_id")),
    )
    op.create_index("ix_dispute_step_dispute", "dispute_step", ["dispute_id", "id"], unique=False)
    op.create_table(
        "dispute_attachment",
        sa.Column("id", KEY, nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("dispute_id", KEY, nullable=False),
        sa.Column("step_id", KEY, nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("media_type", sa.String(length=40), nullable=False),
        sa.Column("size", KEY, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["dispute_id"], ["dispute.id"], name=op.f("fk_dispute_attachment_dispute_id_dispute")
        ),
        sa.ForeignKeyConstraint(
            ["step_id"], ["dispute_step.id"], name=op.f("fk_dispute_attachment_step_id_dispute_step")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dispute_attachment")),
        sa.UniqueConstraint("public_id", name=op.f("uq_dispute_attachment_public_id")),
    )
    op.create_index(
        op.f("ix_dispute_attachment_dispute_id"), "dispute_attachment", ["dispute_id"], unique=False
    )
    op.create_index(op.f("ix_dispute_attachment_step_id"), "dispute_attachment", ["step_id"], unique=False)
    op.create_table(
        "dispute_news",
        sa.Column("id", KEY, nullable=False),
        sa.Column("dispute_id", KEY, nullable=False),
        sa.Column("step_id", KEY, nullable=False),
        sa.Column("account_id", KEY, nullable=False),
        sa.Column("told_at", clubsales.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("read_at", clubsales.db.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_dispute_news_account_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["dispute_id"], ["dispute.id"], name=op.f("fk_dispute_news_dispute_id_dispute")
        ),
        sa.ForeignKeyConstraint(
            ["step_id"], ["dispute_step.id"], name=op.f("fk_dispute_news_step_id_dispute_step")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dispute_news")),
        sa.UniqueConstraint("step_id", "account_id", name=op.f("uq_dispute_news_step_id_account_id")),
    )
    op.create_index(op.f("ix_dispute_news_dispute_id"), "dispute_news", ["dispute_id"], unique=False)
    op.create_index(
        "ix_dispute_news_unread",
        "dispute_news",
        ["account_id"],
        unique=False,
        postgresql_where=sa.text("read_at IS NULL"),
        sqlite_where=sa.text("read_at IS NULL"),
    )
    op.create_index(
        "ix_dispute_news_untold",
        "dispute_news",
        ["id"],
        unique=False,
        postgresql_where=sa.text("told_at IS NULL"),
        sqlite_where=sa.text("told_at IS NULL"),
    )
    op.add_column("card_type", sa.Column("online", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("credit_basis", sa.Column("working", JSON, server_default="[]", nullable=False))
    op.add_column("credit_basis", sa.Column("held", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("touch", sa.Column("turn", JSON, nullable=True))
    of_enquiries = sa.text("kind = 'enquiry'")
    op.create_index(
        "ix_touch_enquiry",
        "touch",
        ["club_id", "at"],
        postgresql_where=of_enquiries,
        sqlite_where=of_enquiries,
    )
    for name, column, table in (
        ("ix_guest_pass_shown_to", "shown_first_person_id", "guest_pass"),
        ("ix_pass_showing_person", "person_id", "pass_showing"),
    ):
        only = sa.text(f"{column} IS NOT NULL")
        op.create_index(name, table, [column], postgresql_where=only, sqlite_where=only)
    for name, (table, columns, some) in NARROWED.items():
        op.drop_index(name, table)
        op.create_index(name, table, columns, postgresql_where=sa.text(some), sqlite_where=sa.text(some))
    write_turns()
    for append_only, written in GUARDED.items():
        guard(append_only, written)
    guard_words()


def downgrade() -> None:
    raise NotImplementedError("what was recorded is not thrown away")
