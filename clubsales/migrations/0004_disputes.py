"""Disputes; and what a guest has not said is in no index."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = ()
depends_on = None

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


def upgrade() -> None:
    for name, (table, columns, only) in NARROWED.items():
        op.drop_index(name, table)
        op.create_index(
            name, table, columns, postgresql_where=sa.text(only), sqlite_where=sa.text(only)
        )
