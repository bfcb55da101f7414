"""The floor: roster, leave, checklists, passes, appointments, offers, handovers, counts."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

import clubsales.db

revision = "0002"
down_revision = "0001"
branch_labels = ()
depends_on = None

APPEND_ONLY = (
    "checklist_version",
    "checklist_acknowledgement",
    "target",
    "pass_showing",
    "contact",
    "till_count",
    "day_form",
    "contested_guest",
)
# Nobody works two shifts, or asks for two leaves, at a time: table, when a row counts, its first and last moment.
NO_OVERLAP = (
    (
        "roster_entry",
        "{row}withdrawn_at IS NULL",
        "starts_at",
        "ends_at",
        "tstzrange(starts_at, ends_at)",
        "<",
    ),
    (
        "leave_request",
        "{row}status IN ('filed', 'approved')",
        "first_day",
        "last_day",
        "daterange(first_day, last_day, '[]')",
        "<=",
    ),
)


def make_append_only(table: str) -> None:
    """Refuse UPDATE and DELETE on a table, on either database."""
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("update", "delete"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb} BEFORE {verb.upper()} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
        return
    op.execute(
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )


def forbid_overlap(table: str, counts: str, first: str, last: str, span: str, before: str) -> None:
    """One consultant's rows that count never overlap, on either database.

    The consultant is compared as a range of one, so that PostgreSQL needs no extension for it.
    """
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("INSERT", "UPDATE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_overlap_{verb.lower()} BEFORE {verb} ON {table} "
                f"WHEN {counts.format(row='NEW.')} AND EXISTS (SELECT 1 FROM {table} other "
                f"WHERE other.consultant_id = NEW.consultant_id AND other.id IS NOT NEW.id "
                f"AND {counts.format(row='other.')} "
                f"AND other.{first} {before} NEW.{last} AND NEW.{first} {before} other.{last}) "
                f"BEGIN SELECT RAISE(ABORT, '{table} overlaps'); END"
            )
        return
    op.execute(
        f"ALTER TABLE {table} ADD CONSTRAINT ex_{table}_overlap EXCLUDE USING gist "
        f"(int8range(consultant_id, consultant_id, '[]') WITH &&, {span} WITH &&) "
        f"WHERE ({counts.format(row='')})"
    )


def allow_screens() -> None:
    """A device may be a big screen. SQLite cannot alter a check, so its text is replaced where it is kept."""
    bind = op.get_bind()
    if bind.dialect.name == "sqlite":
        version = bind.exec_driver_sql("PRAGMA schema_version").scalar_one()
        bind.exec_driver_sql("PRAGMA writable_schema = ON")
        bind.exec_driver_sql(
            "UPDATE sqlite_master SET sql = replace(sql, ?, ?) WHERE type = 'table' AND name = 'device'",
            ("'turnstile')", "'turnstile', 'screen')"),
        )
        bind.exec_driver_sql(f"PRAGMA schema_version = {version + 1}")
        bind.exec_driver_sql("PRAGMA writable_schema = OFF")
        return
    op.drop_constraint(op.f("ck_device_purpose"), "device", type_="check")
    op.create_check_constraint(
        op.f("ck_device_purpose"), "device", "purpose IN ('tablet', 'scanner', 'turnstile', 'screen')"
    )


def upgrade() -> None:
    op.create_table(
        "alert_cursor",
        sa.Column(
            "club_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("assignment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["club_id"], ["club.id"], name=op.f("fk_alert_cursor_club_id_club")),
        sa.PrimaryKeyConstraint("club_id", name=op.f("pk_alert_cursor")),
    )
    op.create_table(
        "authority_away",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("club_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("marked_at", clubsales.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("marked_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("ended_at", clubsales.db.UtcDateTime(timezone=True), nullable=True),
        sa.CheckConstraint("last_day >= first_day", name=op.f("ck_authority_away_span")),
        sa.ForeignKeyConstraint(["club_id"], ["club.id"], name=op.f("fk_authority_away_club_id_club")),
        sa.ForeignKeyConstraint(
            ["marked_by"], ["account.id"], name=op.f("fk_authority_away_marked_by_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_authority_away")),
        sa.UniqueConstraint("public_id", name=op.f("uq_authority_away_public_id")),
    )
    op.create_index(op.f("ix_authority_away_club_id"), "authority_away", ["club_id"], unique=False)
    op.create_table(
        "checklist_version",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("club_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("occasion", sa.String(length=10), nullable=False),
        sa.Column("shift", sa.String(length=20), nullable=False),
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("items", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("published_at", clubsales.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("published_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint("occasion IN ('opening', 'closing')", name=op.f("ck_checklist_version_occasion")),
        sa.CheckConstraint("number > 1", name=op.f("ck_checklist_version_number")),
        sa.ForeignKeyConstraint(["club_id"], ["club.id"], name=op.f("fk_checklist_version_club_id_club")),
        sa.ForeignKeyConstraint(
            ["published_by"], ["account.id"], name=op.f("fk_checklist_version_published_by_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checklist_version")),
        sa.UniqueConstraint(
            "club_id",
            "occasion",
            "shift",
            "number",
            name=op.f("uq_checklist_version_club_id_occasion_shift_number"),
        ),
    )
    op.create_table(
        "notice",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("club_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("written_at", clubsales.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("written_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("withdrawn_at", clubsales.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint("last_day >= first_day", name=op.f("ck_notice_span")),
        sa.ForeignKeyConstraint(["club_id"], ["club.id"], name=op.f("fk_notice_club_id_club")),
        sa.ForeignKeyConstraint(
            ["withdrawn_by"], ["account.id"], name=op.f("fk_notice_withdrawn_by_account")
        ),
        sa.ForeignKeyConstraint(["written_by"], ["account.id"], name=op.f("fk_notice_written_by_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint("public_id", name=op.f("uq_notice_public_id")),
    )
    op.create_index("ix_notice_club_last_day", "notice", ["club_id", "last_day"], unique=False)
    op.create_table(
        "push_subscription",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("club_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("endpoint", sa.String(length=1000), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("secret", sa.String(length=100), nullable=False),
        sa.Column("made_at", clubsales.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("ended_at", clubsales.db.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_push_subscription_account_id_account")
        ),
        sa.ForeignKeyConstraint(["club_id"], ["club.id"], name=op.f("fk_push_subscription_club_id_club")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_push_subscription")),
        sa.UniqueConstraint("endpoint", name=op.f("uq_push_subscription_endpoint")),
    )
    op.create_index(
        op.f("ix_push_subscription_account_id"), "push_subscription", ["account_id"], unique=False
    )
    op.create_table(
        "notice_read",
        sa.Column("notice_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", clubsales.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_notice_read_account_id_account")
        ),
        sa.ForeignKeyConstraint(["notice_id"], ["notice.id"], name=op.f("fk_notice_read_notice_id_notice")),
        sa.PrimaryKeyConstraint("notice_id", "account_id", name=op.f("pk_notice_read")),
    )
    op.create_table(
        "calendar_feed",
        sa.Column("consultant_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("token", sa.String(length=64), nullable=False),
        sa.Column("made_at", clubsales.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["consultant_id"], ["consultant.id"], name=op.f("fk_calendar_feed_consultant_id_consultant")
        ),
        sa.PrimaryKeyConstraint("consultant_id", name=op.f("pk_calendar_feed")),
        sa.UniqueConstraint("token", name=op.f("uq_calendar_feed_token")),
    )
    op.create_table(
        "checklist_acknowledgement",
        sa.Column("consultant_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("occasion", sa.String(length=10), nullable=False),
        sa.Column("shift", sa.String(length=20), nullable=False),
        sa.Column(
            "number",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("at", clubsales.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["consultant_id"],
            ["consultant.id"],
            name=op.f("fk_checklist_acknowledgement_consultant_id_consultant"),
        ),
        sa.PrimaryKeyConstraint(
            "consultant_id", "occasion", "shift", "number", name=op.f("pk_checklist_acknowledgement")
        ),
    )
    op.create_table(
        "claim",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("club_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("consultant_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("claimed_at", clubsales.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("claimed_day", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("first_contact_at", clubsales.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("ended_at", clubsales.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("ended_day", sa.Date(), nullable=True),
        sa.Column("end_reason", sa.String(length=12), nullable=True),
        sa.Column("policy_version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("ended_at IS NULL OR end_reason IS NOT NULL", name=op.f("ck_claim_ended")),
        sa.ForeignKeyConstraint(["club_id"], ["club.id"], name=op.f("fk_claim_club_id_club")),
        sa.ForeignKeyConstraint(
            ["consultant_id"], ["consultant.id"], name=op.f("fk_claim_consultant_id_consultant")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_claim_person_id_person")),
        sa.ForeignKeyConstraint(
            ["policy_version_id"],
            ["policy_version.id"],
            name=op.f("fk_claim_policy_version_id_policy_version"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim")),
        sa.UniqueConstraint("public_id", name=op.f("uq_claim_public_id")),
    )
    op.create_index("ix_claim_holder", "claim", ["consultant_id", "claimed_day"], unique=False)
    op.create_index("ix_claim_person", "claim", ["club_id", "person_id", "claimed_at"], unique=False)
    op.create_index(
        "uq_claim_live",
        "claim",
        ["club_id", "person_id"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
        sqlite_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "contact",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("club_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("consultant_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("outcome", sa.String(length=15), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("contacted_at", clubsales.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("at", clubsales.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("local_day", sa.Date(), nullable=False),
        sa.CheckConstraint("contacted_at <= at", name=op.f("ck_contact_contacted_at")),
        sa.ForeignKeyConstraint(["club_id"], ["club.id"], name=op.f("fk_contact_club_id_club")),
        sa.ForeignKeyConstraint(
            ["consultant_id"], ["consultant.id"], name=op.f("fk_contact_consultant_id_consultant")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_contact_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact")),
        sa.UniqueConstraint("public_id", name=op.f("uq_contact_public_id")),
    )
    op.create_index("ix_contact_consultant", "contact", ["consultant_id", "at"], unique=False)
    op.create_index("ix_contact_person", "contact", ["club_id", "person_id", "at"], unique=False)
    op.create_table(
        "day_plan",
        sa.Column("consultant_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("local_day", sa.Date(), nullable=False),
        sa.Column("club_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("calls", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("visits", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("flyers", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sales", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("set_at", clubsales.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["club_id"], ["club.id"], name=op.f("fk_day_plan_club_id_club")),
        sa.ForeignKeyConstraint(
            ["consultant_id"], ["consultant.id"], name=op.f("fk_day_plan_consultant_id_consultant")
        ),
        sa.PrimaryKeyConstraint("consultant_id", "local_day", name=op.f("pk_day_plan")),
    )
    op.create_table(
        "leave_request",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("club_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("consultant_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("from_noon", sa.Boolean(), nullable=False),
        sa.Column("until_noon", sa.Boolean(), nullable=False),
        sa.Column("half_days", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("filed_at", clubsales.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("filed_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("decided_at", clubsales.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("decided_as", sa.String(length=20), nullable=True),
        sa.Column("decision_note", sa.Text(), nullable=False),
        sa.Column("policy_version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint(
            "kind IN ('annual', 'personal', 'sick', 'day_swap', 'other')", name=op.f("ck_leave_request_kind")
        ),
        sa.CheckConstraint(
            "status IN ('filed', 'approved', 'refused', 'withdrawn')", name=op.f("ck_leave_request_status")
        ),
        sa.CheckConstraint("half_days > 0", name=op.f("ck_leave_request_half_days")),
        sa.CheckConstraint("last_day >= first_day", name=op.f("ck_leave_request_span")),
        sa.ForeignKeyConstraint(["club_id"], ["club.id"], name=op.f("fk_leave_request_club_id_club")),
        sa.ForeignKeyConstraint(
            ["consultant_id"], ["consultant.id"], name=op.f("fk_leave_request_consultant_id_consultant")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["account.id"], name=op.f("fk_leave_request_decided_by_account")
        ),
        sa.ForeignKeyConstraint(["filed_by"], ["account.id"], name=op.f("fk_leave_request_filed_by_account")),
        sa.ForeignKeyConstraint(
            ["policy_version_id"],
            ["policy_version.id"],
            name=op.f("fk_leave_request_policy_version_id_policy_version"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_leave_request")),
        sa.UniqueConstraint("public_id", name=op.f("uq_leave_request_public_id")),
    )
    op.create_index("ix_leave_request_club_status", "leave_request", ["club_id", "status"], unique=False)
    op.create_index(
        "ix_leave_request_consultant_day", "leave_request", ["consultant_id", "first_day"], unique=False
    )
    op.create_table(
        "roster_entry",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("club_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("consultant_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("local_day", sa.Date(), nullable=False),
        sa.Column("shift", sa.String(length=20), nullable=False),
        sa.Column("starts_at", clubsales.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("ends_at", clubsales.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("made_at", clubsales.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("withdrawn_at", clubsales.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("withdrawn_why", sa.String(length=10), nullable=True),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_roster_entry_span")),
        sa.CheckConstraint(
            "withdrawn_at IS NULL OR withdrawn_why IS NOT NULL", name=op.f("ck_roster_entry_withdrawn")
        ),
        sa.ForeignKeyConstraint(["club_id"], ["club.id"], name=op.f("fk_roster_entry_club_id_club")),
        sa.ForeignKeyConstraint(
            ["consultant_id"], ["consultant.id"], name=op.f("fk_roster_entry_consultant_id_consultant")
        ),
        sa.ForeignKeyConstraint(["made_by"], ["account.id"], name=op.f("fk_roster_entry_made_by_account")),
        sa.ForeignKeyConstraint(
            ["withdrawn_by"], ["account.id"], name=op.f("fk_roster_entry_withdrawn_by_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roster_entry")),
        sa.UniqueConstraint("public_id", name=op.f("uq_roster_entry_public_id")),
    )
    op.create_index("ix_roster_entry_club_day", "roster_entry", ["club_id", "local_day"], unique=False)
    op.create_index(
        "ix_roster_entry_consultant_day", "roster_entry", ["consultant_id", "local_day"], unique=False
    )
    op.create_table(
        "target",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("club_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("consultant_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("sequence", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("amount_minor", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("issued_at", clubsales.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("issued_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint("amount_minor >= 0", name=op.f("ck_target_amount")),
        sa.ForeignKeyConstraint(["club_id"], ["club.id"], name=op.f("fk_target_club_id_club")),
        sa.ForeignKeyConstraint(
            ["consultant_id"], ["consultant.id"], name=op.f("fk_target_consultant_id_consultant")
        ),
        sa.ForeignKeyConstraint(["issued_by"], ["account.id"], name=op.f("fk_target_issued_by_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_target")),
        sa.UniqueConstraint(
            "consultant_id", "month", "sequence", name=op.f("uq_target_consultant_id_month_sequence")
        ),
    )
    op.create_index("ix_target_club_month", "target", ["club_id", "month"], unique=False)
    op.create_table(
        "appointment",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("club_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("consultant_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("due_at", clubsales.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("local_day", sa.Date(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("made_at", clubsales.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("reported_to", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("reported_at", clubsales.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("reception_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("ended_at", clubsales.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("cancelled_because", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "status IN ('booked', 'kept', 'no_show', 'cancelled')", name=op.f("ck_appointment_status")
        ),
        sa.ForeignKeyConstraint(["club_id"], ["club.id"], name=op.f("fk_appointment_club_id_club")),
        sa.ForeignKeyConstraint(
            ["consultant_id"], ["consultant.id"], name=op.f("fk_appointment_consultant_id_consultant")
        ),
        sa.ForeignKeyConstraint(["made_by"], ["account.id"], name=op.f("fk_appointment_made_by_account")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_appointment_person_id_person")),
        sa.ForeignKeyConstraint(
            ["reception_id"], ["reception.id"], name=op.f("fk_appointment_reception_id_reception")
        ),
        sa.ForeignKeyConstraint(
            ["reported_to"], ["account.id"], name=op.f("fk_appointment_reported_to_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointment")),
        sa.UniqueConstraint("public_id", name=op.f("uq_appointment_public_id")),
    )
    op.create_index("ix_appointment_club_day", "appointment", ["club_id", "local_day"], unique=False)
    op.create_index(
        "ix_appointment_consultant_day", "appointment", ["consultant_id", "local_day"], unique=False
    )
    op.create_index("ix_appointment_person_day", "appointment", ["person_id", "local_day"], unique=False)
    op.create_index(op.f("ix_appointment_reception_id"), "appointment", ["reception_id"], unique=False)
    op.create_index(
        "uq_appointment_booked",
        "appointment",
        ["person_id", "consultant_id", "local_day"],
        unique=True,
        postgresql_where=sa.text("status = 'booked'"),
        sqlite_where=sa.text("status = 'booked'"),
    )
    op.create_table(
        "contested_guest",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("club_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reception_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("consultant_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("raised_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("at", clubsales.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["club_id"], ["club.id"], name=op.f("fk_contested_guest_club_id_club")),
        sa.ForeignKeyConstraint(
            ["consultant_id"], ["consultant.id"], name=op.f("fk_contested_guest_consultant_id_consultant")
        ),
        sa.ForeignKeyConstraint(
            ["raised_by"], ["account.id"], name=op.f("fk_contested_guest_raised_by_account")
        ),
        sa.ForeignKeyConstraint(
            ["reception_id"], ["reception.id"], name=op.f("fk_contested_guest_reception_id_reception")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contested_guest")),
        sa.UniqueConstraint("public_id", name=op.f("uq_contested_guest_public_id")),
        sa.UniqueConstraint(
            "reception_id", "consultant_id", name=op.f("uq_contested_guest_reception_id_consultant_id")
        ),
    )
    op.create_index(op.f("ix_contested_guest_club_id"), "contested_guest", ["club_id"], unique=False)
    op.create_table(
        "follow_up",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("club_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("consultant_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("what", sa.String(length=200), nullable=False),
        sa.Column("made_at", clubsales.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("ended_at", clubsales.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("end_reason", sa.String(length=12), nullable=True),
        sa.Column("contact_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint("ended_at IS NULL OR end_reason IS NOT NULL", name=op.f("ck_follow_up_ended")),
        sa.ForeignKeyConstraint(["club_id"], ["club.id"], name=op.f("fk_follow_up_club_id_club")),
        sa.ForeignKeyConstraint(
            ["consultant_id"], ["consultant.id"], name=op.f("fk_follow_up_consultant_id_consultant")
        ),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_follow_up_contact_id_contact")),
        sa.ForeignKeyConstraint(["made_by"], ["account.id"], name=op.f("fk_follow_up_made_by_account")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_follow_up_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow_up")),
        sa.UniqueConstraint("public_id", name=op.f("uq_follow_up_public_id")),
    )
    op.create_index(
        "ix_follow_up_open",
        "follow_up",
        ["consultant_id", "due_on"],
        unique=False,
        postgresql_where=sa.text("ended_at IS NULL"),
        sqlite_where=sa.text("ended_at IS NULL"),
    )
    op.create_index("ix_follow_up_person", "follow_up", ["club_id", "person_id"], unique=False)
    op.create_table(
        "guest_pass",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("club_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=15), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("consultant_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("issued_at", clubsales.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("issued_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("shown_first_at", clubsales.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column(
            "shown_first_reception_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column(
            "shown_first_person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("revoked_at", clubsales.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("revoked_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint(
            "kind <> 'business_card' OR consultant_id IS NOT NULL", name=op.f("ck_guest_pass_card")
        ),
        sa.CheckConstraint(
            "kind <> 'gift_coupon' OR consultant_id IS NULL", name=op.f("ck_guest_pass_coupon")
        ),
        sa.CheckConstraint(
            "kind IN ('trial_pass', 'gift_coupon', 'business_card')", name=op.f("ck_guest_pass_kind")
        ),
        sa.ForeignKeyConstraint(["club_id"], ["club.id"], name=op.f("fk_guest_pass_club_id_club")),
        sa.ForeignKeyConstraint(
            ["consultant_id"], ["consultant.id"], name=op.f("fk_guest_pass_consultant_id_consultant")
        ),
        sa.ForeignKeyConstraint(["issued_by"], ["account.id"], name=op.f("fk_guest_pass_issued_by_account")),
        sa.ForeignKeyConstraint(
            ["revoked_by"], ["account.id"], name=op.f("fk_guest_pass_revoked_by_account")
        ),
        sa.ForeignKeyConstraint(
            ["shown_first_person_id"], ["person.id"], name=op.f("fk_guest_pass_shown_first_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["shown_first_reception_id"],
            ["reception.id"],
            name=op.f("fk_guest_pass_shown_first_reception_id_reception"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guest_pass")),
        sa.UniqueConstraint("club_id", "code", name=op.f("uq_guest_pass_club_id_code")),
        sa.UniqueConstraint("public_id", name=op.f("uq_guest_pass_public_id")),
    )
    op.create_index("ix_guest_pass_consultant", "guest_pass", ["consultant_id", "issued_at"], unique=False)
    op.create_index(
        "uq_guest_pass_live_card",
        "guest_pass",
        ["consultant_id"],
        unique=True,
        postgresql_where=sa.text("kind = 'business_card' AND revoked_at IS NULL"),
        sqlite_where=sa.text("kind = 'business_card' AND revoked_at IS NULL"),
    )
    op.create_table(
        "roster_swap",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("club_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("asked_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("with_consultant_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("other_entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("asked_at", clubsales.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("answered_at", clubsales.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("decided_at", clubsales.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("decision_note", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "status IN ('asked', 'agreed', 'declined', 'approved', 'refused', 'withdrawn')",
            name=op.f("ck_roster_swap_status"),
        ),
        sa.ForeignKeyConstraint(
            ["asked_by"], ["consultant.id"], name=op.f("fk_roster_swap_asked_by_consultant")
        ),
        sa.ForeignKeyConstraint(["club_id"], ["club.id"], name=op.f("fk_roster_swap_club_id_club")),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["account.id"], name=op.f("fk_roster_swap_decided_by_account")
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["roster_entry.id"], name=op.f("fk_roster_swap_entry_id_roster_entry")
        ),
        sa.ForeignKeyConstraint(
            ["other_entry_id"], ["roster_entry.id"], name=op.f("fk_roster_swap_other_entry_id_roster_entry")
        ),
        sa.ForeignKeyConstraint(
            ["with_consultant_id"],
            ["consultant.id"],
            name=op.f("fk_roster_swap_with_consultant_id_consultant"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roster_swap")),
        sa.UniqueConstraint("public_id", name=op.f("uq_roster_swap_public_id")),
    )
    op.create_index("ix_roster_swap_club_status", "roster_swap", ["club_id", "status"], unique=False)
    op.create_index(
        op.f("ix_roster_swap_with_consultant_id"), "roster_swap", ["with_consultant_id"], unique=False
    )
    op.create_index(
        "uq_roster_swap_live",
        "roster_swap",
        ["entry_id"],
        unique=True,
        postgresql_where=sa.text("status IN ('asked', 'agreed')"),
        sqlite_where=sa.text("status IN ('asked', 'agreed')"),
    )
    op.create_table(
        "handover",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("club_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("shift_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("to_consultant_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("offered_at", clubsales.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("acknowledged_at", clubsales.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", clubsales.db.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["club_id"], ["club.id"], name=op.f("fk_handover_club_id_club")),
        sa.ForeignKeyConstraint(["shift_id"], ["shift.id"], name=op.f("fk_handover_shift_id_shift")),
        sa.ForeignKeyConstraint(
            ["to_consultant_id"], ["consultant.id"], name=op.f("fk_handover_to_consultant_id_consultant")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handover")),
        sa.UniqueConstraint("public_id", name=op.f("uq_handover_public_id")),
    )
    op.create_index(op.f("ix_handover_to_consultant_id"), "handover", ["to_consultant_id"], unique=False)
    op.create_index(
        "uq_handover_live",
        "handover",
        ["shift_id"],
        unique=True,
        postgresql_where=sa.text("withdrawn_at IS NULL"),
        sqlite_where=sa.text("withdrawn_at IS NULL"),
    )
    op.create_table(
        "pass_showing",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("pass_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reception_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("at", clubsales.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.String(length=15), nullable=False),
        sa.ForeignKeyConstraint(
            ["pass_id"], ["guest_pass.id"], name=op.f("fk_pass_showing_pass_id_guest_pass")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_pass_showing_person_id_person")),
        sa.ForeignKeyConstraint(
            ["reception_id"], ["reception.id"], name=op.f("fk_pass_showing_reception_id_reception")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pass_showing")),
    )
    op.create_index(op.f("ix_pass_showing_pass_id"), "pass_showing", ["pass_id"], unique=False)
    op.create_index(op.f("ix_pass_showing_reception_id"), "pass_showing", ["reception_id"], unique=False)
    op.create_table(
        "till_count",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("club_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("shift_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("since_at", clubsales.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("counted_at", clubsales.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("lines", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("explanation", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_till_count_account_id_account")
        ),
        sa.ForeignKeyConstraint(["club_id"], ["club.id"], name=op.f("fk_till_count_club_id_club")),
        sa.ForeignKeyConstraint(["shift_id"], ["shift.id"], name=op.f("fk_till_count_shift_id_shift")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_till_count")),
        sa.UniqueConstraint("public_id", name=op.f("uq_till_count_public_id")),
    )
    op.create_index("ix_till_count_account", "till_count", ["account_id", "counted_at"], unique=False)
    op.create_index("ix_till_count_club", "till_count", ["club_id", "counted_at"], unique=False)
    op.create_table(
        "day_form",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("club_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("consultant_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("shift_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("local_day", sa.Date(), nullable=False),
        sa.Column("filled_at", clubsales.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("numbers", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("till_count_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["club_id"], ["club.id"], name=op.f("fk_day_form_club_id_club")),
        sa.ForeignKeyConstraint(
            ["consultant_id"], ["consultant.id"], name=op.f("fk_day_form_consultant_id_consultant")
        ),
        sa.ForeignKeyConstraint(["shift_id"], ["shift.id"], name=op.f("fk_day_form_shift_id_shift")),
        sa.ForeignKeyConstraint(
            ["till_count_id"], ["till_count.id"], name=op.f("fk_day_form_till_count_id_till_count")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_day_form")),
        sa.UniqueConstraint("public_id", name=op.f("uq_day_form_public_id")),
        sa.UniqueConstraint("shift_id", name=op.f("uq_day_form_shift_id")),
    )
    op.create_index("ix_day_form_club_day", "day_form", ["club_id", "local_day"], unique=False)
    op.add_column(
        "assignment",
        sa.Column("moved", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True),
    )
    op.add_column("person", sa.Column("birthday", sa.Date(), nullable=True))
    op.add_column(
        "reception", sa.Column("offered_until", clubsales.db.UtcDateTime(timezone=True), nullable=True)
    )
    op.add_column(
        "reception", sa.Column("accepted_at", clubsales.db.UtcDateTime(timezone=True), nullable=True)
    )
    op.add_column(
        "reception",
        sa.Column(
            "passed_by",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            nullable=False,
            server_default="[]",
        ),
    )
    op.add_column(
        "reception",
        sa.Column("waits_for_designated", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.add_column("reception", sa.Column("toured", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("reception", sa.Column("joined", sa.Boolean(), nullable=False, server_default=sa.false()))
    # Until now a guest's company was only kept when he joined it.
    op.execute("UPDATE reception SET joined = came_with_id IS NOT NULL")
    op.drop_index("uq_reception_open", table_name="reception")
    op.create_index(
        "uq_reception_open",
        "reception",
        ["consultant_id"],
        unique=True,
        postgresql_where=sa.text("status = 'open' AND NOT joined"),
        sqlite_where=sa.text("status = 'open' AND NOT joined"),
    )
    op.add_column(
        "shift",
        sa.Column("late_minutes", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
    )
    op.add_column(
        "shift",
        sa.Column(
            "roster_entry_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            sa.ForeignKey("roster_entry.id", name="fk_shift_roster_entry_id_roster_entry"),
            nullable=True,
        ),
        inline_references=True,
    )
    allow_screens()
    for table in APPEND_ONLY:
        make_append_only(table)
    for guard in NO_OVERLAP:
        forbid_overlap(*guard)


def downgrade() -> None:
    raise NotImplementedError("what was recorded is not thrown away")
