"""Leads in full: details of persons, households, merges, sources, scripts, hand-overs, who looked at whom."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

import clubsales.db
from clubsales.leads.people.rules import search_keys

revision = "0003"
down_revision = "0002"
branch_labels = ()
depends_on = None

AT_ONCE = 5_000
# Records that a merge moves to another person: whose they are may change, nothing else.
OF_A_PERSON: dict[str, tuple[str, ...]] = {
    "touch": ("id", "club_id", "kind", "consultant_id", "reception_id", "at", "local_day", "signals"),
    "pass_showing": ("id", "pass_id", "reception_id", "at", "answer"),
    "contact": (
        *("id", "public_id", "club_id", "consultant_id", "channel", "outcome"),
        *("contacted_at", "at", "local_day", "corrects_id", "outside_hours", "aim_met"),
    ),
    "disclosure": (
        "id",
        "club_id",
        "kind",
        "account_id",
        "phone_digest",
        "last_digits",
        "how_many",
        "at",
        "local_day",
    ),
}
# Records in which a guest may be named: that alone can be taken away.
NAMING_A_GUEST: dict[str, tuple[str, ...]] = {
    "contested_guest": ("id", "public_id", "club_id", "reception_id", "consultant_id", "raised_by", "at"),
    "assignment": (
        *("id", "club_id", "reception_id", "at", "consultant_id", "basis", "rule", "skipped"),
        *("queue_before", "queue_after", "policy_version_id", "decided_by", "moved"),
    ),
}


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


def guard_what_people_wrote() -> None:
    """Notes go when a person is made anonymous, and his name where a decision tells it; nothing is ever rewritten."""
    if op.get_bind().dialect.name == "sqlite":
        otherwise = "json_remove(NEW.reason, '$.facts.guest') IS NOT json_remove(OLD.reason, '$.facts.guest')"
        refuse = "BEGIN SELECT RAISE(ABORT, '{} is append-only'); END"
    else:
        otherwise = "(NEW.reason #- '{facts,guest}') IS DISTINCT FROM (OLD.reason #- '{facts,guest}')"
        refuse = "EXECUTE FUNCTION refuse_change()"
    for table, column, changes in (
        ("contact", "note", "NEW.note <> ''"),
        ("contested_guest", "note", "NEW.note <> ''"),
        ("assignment", "reason", otherwise),
    ):
        op.execute(
            f"CREATE TRIGGER {table}_{column} BEFORE UPDATE OF {column} ON {table} FOR EACH ROW "
            f"WHEN ({changes}) {refuse.format(table)}"
        )


def write_search_keys() -> None:
    """What is there already can be found: names by how they sound, phones by their last digits."""
    connection = op.get_bind()
    person = sa.table(
        "person", *(sa.column(name) for name in ("id", "name", "name_key", "pinyin", "initials"))
    )
    phone = sa.table("person_phone", *(sa.column(name) for name in ("id", "e164", "reversed")))
    named = connection.execute(sa.select(person.c.id, person.c.name).where(person.c.name != "")).all()
    for start in range(0, len(named), AT_ONCE):
        connection.execute(
            sa.update(person)
            .where(person.c.id == sa.bindparam("of"))
            .values(
                name_key=sa.bindparam("key"), pinyin=sa.bindparam("sound"), initials=sa.bindparam("letters")
            ),
            [_keys(row.id, row.name) for row in named[start : start + AT_ONCE]],
        )
    phones = connection.execute(sa.select(phone.c.id, phone.c.e164)).all()
    for start in range(0, len(phones), AT_ONCE):
        connection.execute(
            sa.update(phone).where(phone.c.id == sa.bindparam("of")).values(reversed=sa.bindparam("digits")),
            [
                {"of": row.id, "digits": row.e164.removeprefix("+")[::-1]}
                for row in phones[start : start + AT_ONCE]
            ],
        )


def _keys(person_id: int, name: str) -> dict[str, object]:
    keys = search_keys(name)
    return {"of": person_id, "key": keys.name_key, "sound": keys.pinyin, "letters": keys.initials}


def upgrade() -> None:
    op.create_table(
        "household",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("made_at", clubsales.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_household_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_household")),
        sa.UniqueConstraint("public_id", name=op.f("uq_household_public_id")),
    )
    op.create_index(op.f("ix_household_organisation_id"), "household", ["organisation_id"], unique=False)
    op.create_table(
        "disclosure",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("club_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("phone_digest", sa.String(length=64), nullable=True),
        sa.Column("last_digits", sa.String(length=4), nullable=False),
        sa.Column("how_many", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("at", clubsales.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("local_day", sa.Date(), nullable=False),
        sa.CheckConstraint("kind IN ('probe', 'view', 'reveal', 'export')", name=op.f("ck_disclosure_kind")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_disclosure_account_id_account")
        ),
        sa.ForeignKeyConstraint(["club_id"], ["club.id"], name=op.f("fk_disclosure_club_id_club")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_disclosure_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disclosure")),
    )
    op.create_index("ix_disclosure_account", "disclosure", ["account_id", "kind", "local_day"], unique=False)
    op.create_index("ix_disclosure_club", "disclosure", ["club_id", "at"], unique=False)
    op.create_index("ix_disclosure_person", "disclosure", ["person_id", "at"], unique=False)
    op.create_index(
        "uq_disclosure_person",
        "disclosure",
        ["account_id", "kind", "person_id", "local_day"],
        unique=True,
        postgresql_where=sa.text("person_id IS NOT NULL"),
        sqlite_where=sa.text("person_id IS NOT NULL"),
    )
    op.create_index(
        "uq_disclosure_phone",
        "disclosure",
        ["account_id", "kind", "phone_digest", "local_day"],
        unique=True,
        postgresql_where=sa.text("phone_digest IS NOT NULL"),
        sqlite_where=sa.text("phone_digest IS NOT NULL"),
    )
    op.create_table(
        "household_member",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("household_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("relation", sa.String(length=10), nullable=False),
        sa.Column("added_at", clubsales.db.UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "relation IN ('adult', 'spouse', 'child', 'parent', 'other')",
            name=op.f("ck_household_member_relation"),
        ),
        sa.ForeignKeyConstraint(
            ["household_id"], ["household.id"], name=op.f("fk_household_member_household_id_household")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_household_member_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_household_member")),
        sa.UniqueConstraint("person_id", name=op.f("uq_household_member_person_id")),
    )
    op.create_index(
        op.f("ix_household_member_household_id"), "household_member", ["household_id"], unique=False
    )
    op.create_table(
        "lead_source",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("club_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("is_kind", sa.Boolean(), nullable=False),
        sa.Column("under_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("made_at", clubsales.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("retired_at", clubsales.db.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["club_id"], ["club.id"], name=op.f("fk_lead_source_club_id_club")),
        sa.ForeignKeyConstraint(
            ["under_id"], ["lead_source.id"], name=op.f("fk_lead_source_under_id_lead_source")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lead_source")),
        sa.UniqueConstraint("public_id", name=op.f("uq_lead_source_public_id")),
    )
    op.create_index("ix_lead_source_club", "lead_source", ["club_id", "kind"], unique=False)
    op.create_index(
        "uq_lead_source_kind",
        "lead_source",
        ["club_id", "kind"],
        unique=True,
        postgresql_where=sa.text("is_kind"),
        sqlite_where=sa.text("is_kind"),
    )
    op.create_table(
        "person_match",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("first_person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("second_person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("score", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "evidence",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            nullable=False,
        ),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("found_at", clubsales.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("decided_at", clubsales.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint("status IN ('open', 'different', 'merged')", name=op.f("ck_person_match_status")),
        sa.CheckConstraint("first_person_id < second_person_id", name=op.f("ck_person_match_order")),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["account.id"], name=op.f("fk_person_match_decided_by_account")
        ),
        sa.ForeignKeyConstraint(
            ["first_person_id"], ["person.id"], name=op.f("fk_person_match_first_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_person_match_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["second_person_id"], ["person.id"], name=op.f("fk_person_match_second_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_match")),
        sa.UniqueConstraint(
            "first_person_id",
            "second_person_id",
            name=op.f("uq_person_match_first_person_id_second_person_id"),
        ),
        sa.UniqueConstraint("public_id", name=op.f("uq_person_match_public_id")),
    )
    op.create_index(
        "ix_person_match_open", "person_match", ["organisation_id", "status", "score"], unique=False
    )
    op.create_index("ix_person_match_second", "person_match", ["second_person_id"], unique=False)
    op.create_table(
        "person_merge",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kept_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("merged_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "fields",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            nullable=False,
        ),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("merged_at", clubsales.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("merged_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("undone_at", clubsales.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("undone_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["kept_id"], ["person.id"], name=op.f("fk_person_merge_kept_id_person")),
        sa.ForeignKeyConstraint(
            ["merged_by"], ["account.id"], name=op.f("fk_person_merge_merged_by_account")
        ),
        sa.ForeignKeyConstraint(["merged_id"], ["person.id"], name=op.f("fk_person_merge_merged_id_person")),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_person_merge_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["undone_by"], ["account.id"], name=op.f("fk_person_merge_undone_by_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_merge")),
        sa.UniqueConstraint("public_id", name=op.f("uq_person_merge_public_id")),
    )
    op.create_index("ix_person_merge_kept", "person_merge", ["kept_id"], unique=False)
    op.create_index(
        op.f("ix_person_merge_organisation_id"), "person_merge", ["organisation_id"], unique=False
    )
    op.create_index(
        "uq_person_merge_live",
        "person_merge",
        ["merged_id"],
        unique=True,
        postgresql_where=sa.text("undone_at IS NULL"),
        sqlite_where=sa.text("undone_at IS NULL"),
    )
    op.create_table(
        "saved_filter",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("club_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("query", sa.String(length=500), nullable=False),
        sa.Column("made_at", clubsales.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_saved_filter_account_id_account")
        ),
        sa.ForeignKeyConstraint(["club_id"], ["club.id"], name=op.f("fk_saved_filter_club_id_club")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_filter")),
        sa.UniqueConstraint(
            "club_id", "account_id", "name", name=op.f("uq_saved_filter_club_id_account_id_name")
        ),
        sa.UniqueConstraint("public_id", name=op.f("uq_saved_filter_public_id")),
    )
    op.create_table(
        "script",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("club_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("situation", sa.String(length=20), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("changed_at", clubsales.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("retired_at", clubsales.db.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["club_id"], ["club.id"], name=op.f("fk_script_club_id_club")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_script")),
        sa.UniqueConstraint("public_id", name=op.f("uq_script_public_id")),
    )
    op.create_index("ix_script_club", "script", ["club_id", "situation", "position"], unique=False)
    op.create_table(
        "person_merge_move",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("merge_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("table_name", sa.String(length=63), nullable=False),
        sa.Column("column_name", sa.String(length=63), nullable=False),
        sa.Column("row_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("was", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["merge_id"], ["person_merge.id"], name=op.f("fk_person_merge_move_merge_id_person_merge")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_merge_move")),
    )
    op.create_index(op.f("ix_person_merge_move_merge_id"), "person_merge_move", ["merge_id"], unique=False)
    op.create_table(
        "merged_lead",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("merge_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("club_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("lead", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.ForeignKeyConstraint(
            ["merge_id"], ["person_merge.id"], name=op.f("fk_merged_lead_merge_id_person_merge")
        ),
        sa.ForeignKeyConstraint(["club_id"], ["club.id"], name=op.f("fk_merged_lead_club_id_club")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_merged_lead")),
        sa.UniqueConstraint("public_id", name=op.f("uq_merged_lead_public_id")),
    )
    op.create_index(op.f("ix_merged_lead_merge_id"), "merged_lead", ["merge_id"], unique=False)
    op.create_table(
        "match_cursor",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("event_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_match_cursor")),
    )
    op.create_table(
        "hand_over",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("club_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("from_consultant_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "to_consultants",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            nullable=False,
        ),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("made_at", clubsales.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("dealt_at", clubsales.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("undone_at", clubsales.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("undone_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint("ends_on IS NULL OR ends_on > starts_on", name=op.f("ck_hand_over_days")),
        sa.ForeignKeyConstraint(["club_id"], ["club.id"], name=op.f("fk_hand_over_club_id_club")),
        sa.ForeignKeyConstraint(
            ["from_consultant_id"], ["consultant.id"], name=op.f("fk_hand_over_from_consultant_id_consultant")
        ),
        sa.ForeignKeyConstraint(["made_by"], ["account.id"], name=op.f("fk_hand_over_made_by_account")),
        sa.ForeignKeyConstraint(["undone_by"], ["account.id"], name=op.f("fk_hand_over_undone_by_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hand_over")),
        sa.UniqueConstraint("public_id", name=op.f("uq_hand_over_public_id")),
    )
    op.create_index("ix_hand_over_club", "hand_over", ["club_id", "starts_on"], unique=False)
    op.create_table(
        "handed_lead",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("hand_over_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("consultant_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("from_claim_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("claim_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "follow_ups",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            nullable=False,
        ),
        sa.Column("returned_claim_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("kept_because", sa.String(length=20), nullable=True),
        sa.ForeignKeyConstraint(["claim_id"], ["claim.id"], name=op.f("fk_handed_lead_claim_id_claim")),
        sa.ForeignKeyConstraint(
            ["consultant_id"], ["consultant.id"], name=op.f("fk_handed_lead_consultant_id_consultant")
        ),
        sa.ForeignKeyConstraint(
            ["from_claim_id"], ["claim.id"], name=op.f("fk_handed_lead_from_claim_id_claim")
        ),
        sa.ForeignKeyConstraint(
            ["hand_over_id"], ["hand_over.id"], name=op.f("fk_handed_lead_hand_over_id_hand_over")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_handed_lead_person_id_person")),
        sa.ForeignKeyConstraint(
            ["returned_claim_id"], ["claim.id"], name=op.f("fk_handed_lead_returned_claim_id_claim")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handed_lead")),
        sa.UniqueConstraint("hand_over_id", "person_id", name=op.f("uq_handed_lead_hand_over_id_person_id")),
    )
    op.create_index(op.f("ix_handed_lead_hand_over_id"), "handed_lead", ["hand_over_id"], unique=False)
    op.create_index("ix_handed_lead_person", "handed_lead", ["person_id"], unique=False)
    op.add_column(
        "appointment",
        sa.Column("missed_because", sa.String(length=20), server_default=sa.text("''"), nullable=False),
    )
    op.add_column(
        "appointment",
        sa.Column("outcome", sa.String(length=12), server_default=sa.text("''"), nullable=False),
    )
    op.add_column(
        "appointment", sa.Column("reminded_at", clubsales.db.UtcDateTime(timezone=True), nullable=True)
    )
    op.add_column(
        "appointment",
        sa.Column(
            "reminded_by",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            sa.ForeignKey("account.id", name="fk_appointment_reminded_by_account"),
            nullable=True,
        ),
        inline_references=True,
    )
    op.add_column("claim", sa.Column("basis", sa.String(length=12), server_default="pool", nullable=False))
    op.add_column(
        "claim",
        sa.Column(
            "given_by",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            sa.ForeignKey("account.id", name="fk_claim_given_by_account"),
            nullable=True,
        ),
        inline_references=True,
    )
    op.add_column("claim", sa.Column("warned_at", clubsales.db.UtcDateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_claim_running",
        "claim",
        ["consultant_id", "until"],
        unique=False,
        postgresql_where=sa.text("ended_at IS NULL"),
        sqlite_where=sa.text("ended_at IS NULL"),
    )
    op.add_column(
        "contact",
        sa.Column(
            "corrects_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            sa.ForeignKey("contact.id", name="fk_contact_corrects_id_contact"),
            nullable=True,
        ),
        inline_references=True,
    )
    op.create_index("uq_contact_corrects", "contact", ["corrects_id"], unique=True)
    op.add_column(
        "contact", sa.Column("outside_hours", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    op.add_column("contact", sa.Column("aim_met", sa.Boolean(), nullable=True))
    op.add_column("follow_up", sa.Column("channel", sa.String(length=10), nullable=True))
    op.add_column(
        "lead",
        sa.Column(
            "source_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            sa.ForeignKey("lead_source.id", name="fk_lead_source_id_lead_source"),
            nullable=True,
        ),
        inline_references=True,
    )
    op.add_column(
        "lead",
        sa.Column(
            "referred_by_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            sa.ForeignKey("person.id", name="fk_lead_referred_by_id_person"),
            nullable=True,
        ),
        inline_references=True,
    )
    op.add_column("lead", sa.Column("urgency", sa.String(length=12), nullable=True))
    op.add_column(
        "lead", sa.Column("budget", sa.String(length=100), server_default=sa.text("''"), nullable=False)
    )
    op.add_column(
        "lead", sa.Column("decides", sa.String(length=200), server_default=sa.text("''"), nullable=False)
    )
    op.add_column("lead", sa.Column("lost_at", clubsales.db.UtcDateTime(timezone=True), nullable=True))
    op.add_column("lead", sa.Column("lost_reason", sa.String(length=20), nullable=True))
    # A list goes on after a lead, so each of its orders ends with the lead itself.
    op.drop_index("ix_lead_club_captured", "lead")
    for name, columns, condition in (
        ("ix_lead_club_captured", ("club_id", "captured_at", "id"), None),
        ("ix_lead_captured_by", ("captured_by", "captured_at", "id"), None),
        ("ix_lead_grade", ("club_id", "grade", "captured_at", "id"), None),
        ("ix_lead_source", ("club_id", "source", "captured_at", "id"), None),
        ("ix_lead_source_id", ("source_id", "captured_at", "id"), "source_id IS NOT NULL"),
        (
            "ix_lead_open",
            ("club_id", "grade", "captured_at", "id"),
            "converted_at IS NULL AND lost_at IS NULL",
        ),
        ("ix_lead_bought", ("club_id", "captured_at", "id"), "converted_at IS NOT NULL"),
        ("ix_lead_lost", ("club_id", "captured_at", "id"), "lost_at IS NOT NULL"),
        ("ix_lead_referred_by", ("referred_by_id",), None),
    ):
        only = sa.text(condition) if condition else None
        op.create_index(name, "lead", columns, unique=False, postgresql_where=only, sqlite_where=only)
    op.create_index(
        "ix_follow_up_planned",
        "follow_up",
        ["club_id", "person_id", "due_on"],
        unique=False,
        postgresql_where=sa.text("ended_at IS NULL"),
        sqlite_where=sa.text("ended_at IS NULL"),
    )
    op.add_column(
        "person",
        sa.Column("name_key", clubsales.db.searched(120), server_default=sa.text("''"), nullable=False),
    )
    op.add_column(
        "person",
        sa.Column("pinyin", clubsales.db.searched(400), server_default=sa.text("''"), nullable=False),
    )
    op.add_column(
        "person",
        sa.Column("initials", clubsales.db.searched(60), server_default=sa.text("''"), nullable=False),
    )
    op.add_column(
        "person", sa.Column("wechat", sa.String(length=64), server_default=sa.text("''"), nullable=False)
    )
    op.add_column(
        "person",
        sa.Column("wechat_key", clubsales.db.searched(64), server_default=sa.text("''"), nullable=False),
    )
    op.add_column(
        "person", sa.Column("email", sa.String(length=254), server_default=sa.text("''"), nullable=False)
    )
    op.add_column(
        "person", sa.Column("address", sa.String(length=300), server_default=sa.text("''"), nullable=False)
    )
    op.add_column(
        "person", sa.Column("do_not_call_at", clubsales.db.UtcDateTime(timezone=True), nullable=True)
    )
    op.add_column(
        "person", sa.Column("anonymised_at", clubsales.db.UtcDateTime(timezone=True), nullable=True)
    )
    op.add_column(
        "person",
        sa.Column(
            "merged_into_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            sa.ForeignKey("person.id", name="fk_person_merged_into_id_person"),
            nullable=True,
        ),
        inline_references=True,
    )
    op.drop_index(op.f("ix_person_organisation_name"), table_name="person")
    op.create_index("ix_person_birthday", "person", ["organisation_id", "birthday"], unique=False)
    op.create_index("ix_person_initials", "person", ["organisation_id", "initials"], unique=False)
    op.create_index("ix_person_merged_into", "person", ["merged_into_id"], unique=False)
    op.create_index("ix_person_name_key", "person", ["organisation_id", "name_key"], unique=False)
    op.create_index("ix_person_pinyin", "person", ["organisation_id", "pinyin"], unique=False)
    op.create_index("ix_person_wechat_key", "person", ["organisation_id", "wechat_key"], unique=False)
    op.add_column(
        "person_phone",
        sa.Column("reversed", clubsales.db.searched(20), server_default=sa.text("''"), nullable=False),
    )
    op.add_column(
        "person_phone", sa.Column("label", sa.String(length=10), server_default=sa.text("''"), nullable=False)
    )
    op.create_index("ix_person_phone_reversed", "person_phone", ["organisation_id", "reversed"], unique=False)
    for guarded in (OF_A_PERSON, NAMING_A_GUEST):
        for append_only, written in guarded.items():
            guard(append_only, written)
    guard_what_people_wrote()
    write_search_keys()


def downgrade() -> None:
    raise NotImplementedError("what was recorded is not thrown away")
