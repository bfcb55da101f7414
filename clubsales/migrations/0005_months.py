"""Months that are closed: plans, statements, rankings and awards, assessment, reviews, wider targets.

A closed month takes no posting any more, by trigger. Who was in which team before is where he is now.
"""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

import clubsales.db

revision = "0005"
down_revision = "0004"
branch_labels = ()
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
APPEND_ONLY = (
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
)
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


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


def keep_approved() -> None:
    """An approved assessment is what somebody was paid by: nothing of it changes."""
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER assessment_kept_{verb.lower()} BEFORE {verb} ON assessment "
                "WHEN OLD.status = 'approved' BEGIN SELECT RAISE(ABORT, 'assessment is append-only'); END"
            )
        return
    op.execute(
        "CREATE TRIGGER assessment_kept BEFORE UPDATE OR DELETE ON assessment FOR EACH ROW "
        "WHEN (OLD.status = 'approved') EXECUTE FUNCTION refuse_change()"
    )


def close_months() -> None:
    """Refuse a posting in a closed month. It is an integrity error: whoever was slower looks again and takes the next."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE TRIGGER posting_open_month BEFORE INSERT ON posting "
            "WHEN EXISTS (SELECT 1 FROM closed_month "
            "WHERE closed_month.club_id = NEW.club_id AND closed_month.month = NEW.month) "
            "BEGIN SELECT RAISE(ABORT, 'month is closed'); END"
        )
        return
    op.execute(
        "CREATE FUNCTION refuse_closed_month() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "IF EXISTS (SELECT 1 FROM closed_month WHERE club_id = NEW.club_id AND month = NEW.month) THEN "
        "RAISE EXCEPTION 'month is closed' USING ERRCODE = 'integrity_constraint_violation'; "
        "END IF; RETURN NEW; END $$"
    )
    op.execute(
        "CREATE TRIGGER posting_open_month BEFORE INSERT ON posting "
        "FOR EACH ROW EXECUTE FUNCTION refuse_closed_month()"
    )


def write_teams() -> None:
    """Where everybody is now counts for the months before."""
    connection = op.get_bind()
    consultant = sa.table("consultant", sa.column("id"), sa.column("team_id"))
    move = sa.table(
        "team_move",
        sa.column("consultant_id"),
        sa.column("team_id"),
        sa.column("at", clubsales.db.UtcDateTime()),
    )
    rows = [
        {"consultant_id": row.id, "team_id": row.team_id, "at": LONG_AGO}
        for row in connection.execute(sa.select(consultant))
    ]
    if rows:
        connection.execute(sa.insert(move), rows)


def upgrade() -> None:
    op.create_table(
        "assessment_sheet",
        sa.Column("id", KEY, nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("club_id", KEY, nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("sequence", KEY, nullable=False),
        sa.Column("document", JSON, nullable=False),
        sa.Column("published_at", clubsales.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("published_by", KEY, nullable=True),
        sa.ForeignKeyConstraint(["club_id"], ["club.id"], name=op.f("fk_assessment_sheet_club_id_club")),
        sa.ForeignKeyConstraint(
            ["published_by"], ["account.id"], name=op.f("fk_assessment_sheet_published_by_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment_sheet")),
        sa.UniqueConstraint(
            "club_id", "valid_from", "sequence", name=op.f("uq_assessment_sheet_club_id_valid_from_sequence")
        ),
        sa.UniqueConstraint("public_id", name=op.f("uq_assessment_sheet_public_id")),
    )
    op.create_table(
        "closed_month",
        sa.Column("club_id", KEY, nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("following", sa.Date(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("overridden", JSON, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("closed_at", clubsales.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("closed_by", KEY, nullable=True),
        sa.ForeignKeyConstraint(
            ["closed_by"], ["account.id"], name=op.f("fk_closed_month_closed_by_account")
        ),
        sa.ForeignKeyConstraint(["club_id"], ["club.id"], name=op.f("fk_closed_month_club_id_club")),
        sa.PrimaryKeyConstraint("club_id", "month", name=op.f("pk_closed_month")),
    )
    op.create_table(
        "club_holiday",
        sa.Column("club_id", KEY, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("is_worked", sa.Boolean(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(["club_id"], ["club.id"], name=op.f("fk_club_holiday_club_id_club")),
        sa.PrimaryKeyConstraint("club_id", "day", name=op.f("pk_club_holiday")),
    )
    op.create_table(
        "commission_plan",
        sa.Column("id", KEY, nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("club_id", KEY, nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=True),
        sa.Column("level", KEY, nullable=True),
        sa.Column("probation", sa.Boolean(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("sequence", KEY, nullable=False),
        sa.Column("document", JSON, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("published_at", clubsales.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("published_by", KEY, nullable=True),
        sa.CheckConstraint(
            "kind IN ('inside', 'outside', 'supervisor')", name=op.f("ck_commission_plan_kind")
        ),
        sa.ForeignKeyConstraint(["club_id"], ["club.id"], name=op.f("fk_commission_plan_club_id_club")),
        sa.ForeignKeyConstraint(
            ["published_by"], ["account.id"], name=op.f("fk_commission_plan_published_by_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commission_plan")),
        sa.UniqueConstraint(
            "club_id", "valid_from", "sequence", name=op.f("uq_commission_plan_club_id_valid_from_sequence")
        ),
        sa.UniqueConstraint("public_id", name=op.f("uq_commission_plan_public_id")),
    )
    op.create_table(
        "commission_plan_draft",
        sa.Column("id", KEY, nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("club_id", KEY, nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=True),
        sa.Column("level", KEY, nullable=True),
        sa.Column("probation", sa.Boolean(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("document", JSON, nullable=False),
        sa.Column("created_at", clubsales.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("created_by", KEY, nullable=True),
        sa.Column("version", KEY, nullable=False),
        sa.CheckConstraint(
            "kind IN ('inside', 'outside', 'supervisor')", name=op.f("ck_commission_plan_draft_kind")
        ),
        sa.ForeignKeyConstraint(["club_id"], ["club.id"], name=op.f("fk_commission_plan_draft_club_id_club")),
        sa.ForeignKeyConstraint(
            ["created_by"], ["account.id"], name=op.f("fk_commission_plan_draft_created_by_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commission_plan_draft")),
        sa.UniqueConstraint("public_id", name=op.f("uq_commission_plan_draft_public_id")),
    )
    op.create_index(
        op.f("ix_commission_plan_draft_club_id"), "commission_plan_draft", ["club_id"], unique=False
    )
    op.create_table(
        "month_approval",
        sa.Column("id", KEY, nullable=False),
        sa.Column("club_id", KEY, nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("account_id", KEY, nullable=False),
        sa.Column("at", clubsales.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_month_approval_account_id_account")
        ),
        sa.ForeignKeyConstraint(["club_id"], ["club.id"], name=op.f("fk_month_approval_club_id_club")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_month_approval")),
        sa.UniqueConstraint(
            "club_id", "month", "role", "digest", name=op.f("uq_month_approval_club_id_month_role_digest")
        ),
    )
    op.create_table(
        "assessment",
        sa.Column("id", KEY, nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("club_id", KEY, nullable=False),
        sa.Column("consultant_id", KEY, nullable=False),
        sa.Column("period", sa.String(length=8), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("sheet_id", KEY, nullable=True),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("results", KEY, nullable=True),
        sa.Column("ability", KEY, nullable=True),
        sa.Column("attitude", KEY, nullable=True),
        sa.Column("score", KEY, nullable=True),
        sa.Column("behaviour_bp", KEY, nullable=True),
        sa.Column("issued_at", clubsales.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("sent_at", clubsales.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("approved_at", clubsales.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("approved_by", KEY, nullable=True),
        sa.Column("policy_version_id", KEY, nullable=False),
        sa.Column("version", KEY, nullable=False),
        sa.CheckConstraint(
            "(status = 'approved') = (approved_at IS NOT NULL)", name=op.f("ck_assessment_approved_at")
        ),
        sa.CheckConstraint("period IN ('month', 'quarter', 'year')", name=op.f("ck_assessment_period")),
        sa.CheckConstraint(
            "status IN ('issued', 'self_assessed', 'assessed', 'reviewed', 'sent', 'objected', 'confirmed', 'approved')",
            name=op.f("ck_assessment_status"),
        ),
        sa.CheckConstraint("ability BETWEEN 0 AND 10000", name=op.f("ck_assessment_ability")),
        sa.CheckConstraint("attitude BETWEEN 0 AND 10000", name=op.f("ck_assessment_attitude")),
        sa.CheckConstraint("results BETWEEN 0 AND 10000", name=op.f("ck_assessment_results")),
        sa.ForeignKeyConstraint(
            ["approved_by"], ["account.id"], name=op.f("fk_assessment_approved_by_account")
        ),
        sa.ForeignKeyConstraint(["club_id"], ["club.id"], name=op.f("fk_assessment_club_id_club")),
        sa.ForeignKeyConstraint(
            ["consultant_id"], ["consultant.id"], name=op.f("fk_assessment_consultant_id_consultant")
        ),
        sa.ForeignKeyConstraint(
            ["policy_version_id"],
            ["policy_version.id"],
            name=op.f("fk_assessment_policy_version_id_policy_version"),
        ),
        sa.ForeignKeyConstraint(
            ["sheet_id"], ["assessment_sheet.id"], name=op.f("fk_assessment_sheet_id_assessment_sheet")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment")),
        sa.UniqueConstraint(
            "consultant_id", "period", "month", name=op.f("uq_assessment_consultant_id_period_month")
        ),
        sa.UniqueConstraint("public_id", name=op.f("uq_assessment_public_id")),
    )
    op.create_index("ix_assessment_club_month", "assessment", ["club_id", "month"], unique=False)
    op.create_table(
        "award",
        sa.Column("id", KEY, nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("club_id", KEY, nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("consultant_id", KEY, nullable=False),
        sa.Column("team_id", KEY, nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("amount_minor", KEY, nullable=False),
        sa.Column("run", KEY, nullable=False),
        sa.Column("reason", JSON, nullable=False),
        sa.Column("policy_version_id", KEY, nullable=False),
        sa.Column("given_at", clubsales.db.UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('department_top', 'team_streak', 'department_streak', 'outside_top', 'quarter_team', 'year_best')",
            name=op.f("ck_award_kind"),
        ),
        sa.CheckConstraint("amount_minor >= 0", name=op.f("ck_award_amount")),
        sa.ForeignKeyConstraint(["club_id"], ["club.id"], name=op.f("fk_award_club_id_club")),
        sa.ForeignKeyConstraint(
            ["consultant_id"], ["consultant.id"], name=op.f("fk_award_consultant_id_consultant")
        ),
        sa.ForeignKeyConstraint(
            ["policy_version_id"],
            ["policy_version.id"],
            name=op.f("fk_award_policy_version_id_policy_version"),
        ),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_award_team_id_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_award")),
        sa.UniqueConstraint("public_id", name=op.f("uq_award_public_id")),
    )
    op.create_index("ix_award_club_month", "award", ["club_id", "month"], unique=False)
    op.create_index("ix_award_consultant", "award", ["consultant_id", "month"], unique=False)
    op.create_table(
        "goal",
        sa.Column("id", KEY, nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("club_id", KEY, nullable=False),
        sa.Column("scope", sa.String(length=10), nullable=False),
        sa.Column("team_id", KEY, nullable=True),
        sa.Column("consultant_id", KEY, nullable=True),
        sa.Column("period", sa.String(length=8), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("value", KEY, nullable=False),
        sa.Column("result", KEY, nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("sequence", KEY, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("issued_at", clubsales.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("issued_by", KEY, nullable=True),
        sa.CheckConstraint(
            "(scope = 'consultant') = (consultant_id IS NOT NULL)", name=op.f("ck_goal_consultant")
        ),
        sa.CheckConstraint("(scope = 'team') = (team_id IS NOT NULL)", name=op.f("ck_goal_team")),
        sa.CheckConstraint(
            "kind IN ('sales', 'customers', 'satisfaction', 'profit', 'collections')",
            name=op.f("ck_goal_kind"),
        ),
        sa.CheckConstraint("period IN ('year', 'quarter', 'month', 'week')", name=op.f("ck_goal_period")),
        sa.CheckConstraint("scope IN ('club', 'team', 'consultant')", name=op.f("ck_goal_scope")),
        sa.CheckConstraint("value >= 0", name=op.f("ck_goal_value")),
        sa.ForeignKeyConstraint(["club_id"], ["club.id"], name=op.f("fk_goal_club_id_club")),
        sa.ForeignKeyConstraint(
            ["consultant_id"], ["consultant.id"], name=op.f("fk_goal_consultant_id_consultant")
        ),
        sa.ForeignKeyConstraint(["issued_by"], ["account.id"], name=op.f("fk_goal_issued_by_account")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_goal_team_id_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_goal")),
        sa.UniqueConstraint("public_id", name=op.f("uq_goal_public_id")),
    )
    op.create_index("ix_goal_club_period", "goal", ["club_id", "starts_on", "period"], unique=False)
    op.create_table(
        "month_figure",
        sa.Column("id", KEY, nullable=False),
        sa.Column("club_id", KEY, nullable=False),
        sa.Column("consultant_id", KEY, nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("sequence", KEY, nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("amount_minor", KEY, nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("at", clubsales.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("account_id", KEY, nullable=True),
        sa.CheckConstraint("kind IN ('expense', 'benefit')", name=op.f("ck_month_figure_kind")),
        sa.CheckConstraint("amount_minor >= 0", name=op.f("ck_month_figure_amount")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_month_figure_account_id_account")
        ),
        sa.ForeignKeyConstraint(["club_id"], ["club.id"], name=op.f("fk_month_figure_club_id_club")),
        sa.ForeignKeyConstraint(
            ["consultant_id"], ["consultant.id"], name=op.f("fk_month_figure_consultant_id_consultant")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_month_figure")),
        sa.UniqueConstraint(
            "consultant_id",
            "month",
            "kind",
            "sequence",
            name=op.f("uq_month_figure_consultant_id_month_kind_sequence"),
        ),
    )
    op.create_index("ix_month_figure_club_month", "month_figure", ["club_id", "month"], unique=False)
    op.create_table(
        "pay_term",
        sa.Column("id", KEY, nullable=False),
        sa.Column("consultant_id", KEY, nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("sequence", KEY, nullable=False),
        sa.Column("level", KEY, nullable=False),
        sa.Column("is_promotion", sa.Boolean(), nullable=False),
        sa.Column("base_minor", KEY, nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("probation_until", sa.Date(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_at", clubsales.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("decided_by", KEY, nullable=True),
        sa.CheckConstraint("base_minor >= 0", name=op.f("ck_pay_term_base")),
        sa.ForeignKeyConstraint(
            ["consultant_id"], ["consultant.id"], name=op.f("fk_pay_term_consultant_id_consultant")
        ),
        sa.ForeignKeyConstraint(["decided_by"], ["account.id"], name=op.f("fk_pay_term_decided_by_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pay_term")),
        sa.UniqueConstraint(
            "consultant_id",
            "valid_from",
            "sequence",
            name=op.f("uq_pay_term_consultant_id_valid_from_sequence"),
        ),
    )
    op.create_table(
        "review",
        sa.Column("id", KEY, nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("club_id", KEY, nullable=False),
        sa.Column("consultant_id", KEY, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("rule", sa.String(length=12), nullable=False),
        sa.Column("month", sa.Date(), nullable=True),
        sa.Column("reason", JSON, nullable=False),
        sa.Column("facts", JSON, nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("lowest_minor", KEY, nullable=True),
        sa.Column("highest_minor", KEY, nullable=True),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("decision", sa.String(length=20), nullable=False),
        sa.Column("amount_minor", KEY, nullable=True),
        sa.Column("level", KEY, nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("decision_words", sa.Text(), nullable=False),
        sa.Column("opened_at", clubsales.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("opened_by", KEY, nullable=True),
        sa.Column("decided_at", clubsales.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("decided_by", KEY, nullable=True),
        sa.Column("acknowledged_at", clubsales.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("policy_version_id", KEY, nullable=False),
        sa.Column("version", KEY, nullable=False),
        sa.CheckConstraint("(status = 'open') = (decided_at IS NULL)", name=op.f("ck_review_decided_at")),
        sa.CheckConstraint(
            "kind IN ('pay_rise', 'missed_target', 'low_score', 'promotion', 'fine', 'warning', 'expense')",
            name=op.f("ck_review_kind"),
        ),
        sa.CheckConstraint("status IN ('open', 'decided', 'dismissed')", name=op.f("ck_review_status")),
        sa.CheckConstraint("amount_minor >= 0", name=op.f("ck_review_amount")),
        sa.ForeignKeyConstraint(["club_id"], ["club.id"], name=op.f("fk_review_club_id_club")),
        sa.ForeignKeyConstraint(
            ["consultant_id"], ["consultant.id"], name=op.f("fk_review_consultant_id_consultant")
        ),
        sa.ForeignKeyConstraint(["decided_by"], ["account.id"], name=op.f("fk_review_decided_by_account")),
        sa.ForeignKeyConstraint(["opened_by"], ["account.id"], name=op.f("fk_review_opened_by_account")),
        sa.ForeignKeyConstraint(
            ["policy_version_id"],
            ["policy_version.id"],
            name=op.f("fk_review_policy_version_id_policy_version"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review")),
        sa.UniqueConstraint("public_id", name=op.f("uq_review_public_id")),
    )
    op.create_index("ix_review_club_status", "review", ["club_id", "status", "opened_at"], unique=False)
    op.create_index("ix_review_consultant", "review", ["consultant_id", "opened_at"], unique=False)
    op.create_index(
        "uq_review_of_month",
        "review",
        ["consultant_id", "month", "kind"],
        unique=True,
        postgresql_where=sa.text("month IS NOT NULL"),
        sqlite_where=sa.text("month IS NOT NULL"),
    )
    op.create_table(
        "standing",
        sa.Column("id", KEY, nullable=False),
        sa.Column("club_id", KEY, nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("consultant_id", KEY, nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("team_id", KEY, nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("credit_minor", KEY, nullable=False),
        sa.Column("target_minor", KEY, nullable=True),
        sa.Column("sales_count", KEY, nullable=False),
        sa.Column("rank", KEY, nullable=False),
        sa.Column("team_rank", KEY, nullable=True),
        sa.Column("is_top", sa.Boolean(), nullable=False),
        sa.Column("is_team_top", sa.Boolean(), nullable=False),
        sa.Column("top_run", KEY, nullable=False),
        sa.Column("team_run", KEY, nullable=False),
        sa.Column("missed_run", KEY, nullable=False),
        sa.Column("level_run", KEY, nullable=False),
        sa.ForeignKeyConstraint(["club_id"], ["club.id"], name=op.f("fk_standing_club_id_club")),
        sa.ForeignKeyConstraint(
            ["consultant_id"], ["consultant.id"], name=op.f("fk_standing_consultant_id_consultant")
        ),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_standing_team_id_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_standing")),
        sa.UniqueConstraint(
            "club_id", "month", "consultant_id", name=op.f("uq_standing_club_id_month_consultant_id")
        ),
    )
    op.create_index("ix_standing_consultant", "standing", ["consultant_id", "month"], unique=False)
    op.create_table(
        "statement",
        sa.Column("id", KEY, nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("club_id", KEY, nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("consultant_id", KEY, nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("credit_minor", KEY, nullable=False),
        sa.Column("brought_minor", KEY, nullable=False),
        sa.Column("rate_bp", KEY, nullable=False),
        sa.Column("commission_minor", KEY, nullable=False),
        sa.Column("paid_bp", KEY, nullable=False),
        sa.Column("commission_paid_minor", KEY, nullable=False),
        sa.Column("awards_minor", KEY, nullable=False),
        sa.Column("base_minor", KEY, nullable=False),
        sa.Column("pay_minor", KEY, nullable=False),
        sa.Column("carried_minor", KEY, nullable=False),
        sa.Column("score", KEY, nullable=True),
        sa.Column("plan_id", KEY, nullable=True),
        sa.Column("policy_version_id", KEY, nullable=False),
        sa.Column("document", JSON, nullable=False),
        sa.Column("frozen_at", clubsales.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["club_id"], ["club.id"], name=op.f("fk_statement_club_id_club")),
        sa.ForeignKeyConstraint(
            ["consultant_id"], ["consultant.id"], name=op.f("fk_statement_consultant_id_consultant")
        ),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["commission_plan.id"], name=op.f("fk_statement_plan_id_commission_plan")
        ),
        sa.ForeignKeyConstraint(
            ["policy_version_id"],
            ["policy_version.id"],
            name=op.f("fk_statement_policy_version_id_policy_version"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statement")),
        sa.UniqueConstraint(
            "club_id", "month", "consultant_id", name=op.f("uq_statement_club_id_month_consultant_id")
        ),
        sa.UniqueConstraint("public_id", name=op.f("uq_statement_public_id")),
    )
    op.create_index("ix_statement_consultant", "statement", ["consultant_id", "month"], unique=False)
    op.create_table(
        "target_acknowledgement",
        sa.Column("id", KEY, nullable=False),
        sa.Column("club_id", KEY, nullable=False),
        sa.Column("consultant_id", KEY, nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("sequence", KEY, nullable=False),
        sa.Column("at", clubsales.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["club_id"], ["club.id"], name=op.f("fk_target_acknowledgement_club_id_club")
        ),
        sa.ForeignKeyConstraint(
            ["consultant_id"],
            ["consultant.id"],
            name=op.f("fk_target_acknowledgement_consultant_id_consultant"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_target_acknowledgement")),
        sa.UniqueConstraint(
            "consultant_id",
            "month",
            "sequence",
            name=op.f("uq_target_acknowledgement_consultant_id_month_sequence"),
        ),
    )
    op.create_table(
        "team_move",
        sa.Column("id", KEY, nullable=False),
        sa.Column("consultant_id", KEY, nullable=False),
        sa.Column("team_id", KEY, nullable=True),
        sa.Column("at", clubsales.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["consultant_id"], ["consultant.id"], name=op.f("fk_team_move_consultant_id_consultant")
        ),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_team_move_team_id_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_team_move")),
    )
    op.create_index("ix_team_move_consultant", "team_move", ["consultant_id", "at"], unique=False)
    op.create_table(
        "assessment_mark",
        sa.Column("id", KEY, nullable=False),
        sa.Column("assessment_id", KEY, nullable=False),
        sa.Column("source", sa.String(length=10), nullable=False),
        sa.Column("item", sa.String(length=30), nullable=False),
        sa.Column("points", KEY, nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("facts", JSON, nullable=False),
        sa.Column("at", clubsales.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("account_id", KEY, nullable=True),
        sa.CheckConstraint(
            "source IN ('data', 'self', 'peer', 'supervisor', 'manager', 'customer')",
            name=op.f("ck_assessment_mark_source"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_assessment_mark_account_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["assessment_id"], ["assessment.id"], name=op.f("fk_assessment_mark_assessment_id_assessment")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment_mark")),
    )
    op.create_index("ix_assessment_mark_assessment", "assessment_mark", ["assessment_id", "id"], unique=False)
    op.create_table(
        "assessment_step",
        sa.Column("id", KEY, nullable=False),
        sa.Column("assessment_id", KEY, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("at", clubsales.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("account_id", KEY, nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_assessment_step_account_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["assessment_id"], ["assessment.id"], name=op.f("fk_assessment_step_assessment_id_assessment")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment_step")),
    )
    op.create_index("ix_assessment_step_assessment", "assessment_step", ["assessment_id", "id"], unique=False)
    op.create_table(
        "statement_answer",
        sa.Column("id", KEY, nullable=False),
        sa.Column("statement_id", KEY, nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("at", clubsales.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("account_id", KEY, nullable=True),
        sa.CheckConstraint(
            "kind IN ('acknowledged', 'objected', 'confirmed')", name=op.f("ck_statement_answer_kind")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_statement_answer_account_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["statement_id"], ["statement.id"], name=op.f("fk_statement_answer_statement_id_statement")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statement_answer")),
    )
    op.create_index("ix_statement_answer_statement", "statement_answer", ["statement_id", "id"], unique=False)
    op.create_table(
        "statement_item",
        sa.Column("id", KEY, nullable=False),
        sa.Column("statement_id", KEY, nullable=False),
        sa.Column("position", KEY, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("amount_minor", KEY, nullable=False),
        sa.Column("rule", sa.String(length=12), nullable=False),
        sa.Column("reason", JSON, nullable=False),
        sa.ForeignKeyConstraint(
            ["statement_id"], ["statement.id"], name=op.f("fk_statement_item_statement_id_statement")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statement_item")),
        sa.UniqueConstraint("statement_id", "position", name=op.f("uq_statement_item_statement_id_position")),
    )
    op.create_table(
        "training_plan",
        sa.Column("id", KEY, nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("club_id", KEY, nullable=False),
        sa.Column("consultant_id", KEY, nullable=False),
        sa.Column("assessment_id", KEY, nullable=False),
        sa.Column("aim", sa.Text(), nullable=False),
        sa.Column("steps", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("made_at", clubsales.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("made_by", KEY, nullable=True),
        sa.Column("done_at", clubsales.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["assessment_id"], ["assessment.id"], name=op.f("fk_training_plan_assessment_id_assessment")
        ),
        sa.ForeignKeyConstraint(["club_id"], ["club.id"], name=op.f("fk_training_plan_club_id_club")),
        sa.ForeignKeyConstraint(
            ["consultant_id"], ["consultant.id"], name=op.f("fk_training_plan_consultant_id_consultant")
        ),
        sa.ForeignKeyConstraint(["made_by"], ["account.id"], name=op.f("fk_training_plan_made_by_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training_plan")),
        sa.UniqueConstraint("public_id", name=op.f("uq_training_plan_public_id")),
    )
    op.create_index(op.f("ix_training_plan_assessment_id"), "training_plan", ["assessment_id"], unique=False)
    op.create_index("ix_training_plan_consultant", "training_plan", ["consultant_id", "due_on"], unique=False)
    op.create_table(
        "statement_line",
        sa.Column("id", KEY, nullable=False),
        sa.Column("statement_id", KEY, nullable=False),
        sa.Column("posting_id", KEY, nullable=True),
        sa.Column("credit_minor", KEY, nullable=False),
        sa.Column("rate_bp", KEY, nullable=False),
        sa.Column("factor_bp", KEY, nullable=False),
        sa.Column("commission_minor", KEY, nullable=False),
        sa.Column("payable_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["posting_id"], ["posting.id"], name=op.f("fk_statement_line_posting_id_posting")
        ),
        sa.ForeignKeyConstraint(
            ["statement_id"], ["statement.id"], name=op.f("fk_statement_line_statement_id_statement")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statement_line")),
    )
    op.create_index("ix_statement_line_posting", "statement_line", ["posting_id"], unique=False)
    op.create_index("ix_statement_line_statement", "statement_line", ["statement_id", "id"], unique=False)
    op.add_column(
        "consultant", sa.Column("code", sa.String(length=40), server_default=sa.text("''"), nullable=False)
    )
    op.create_index(
        "uq_consultant_code",
        "consultant",
        ["club_id", "code"],
        unique=True,
        postgresql_where=sa.text("code <> ''"),
        sqlite_where=sa.text("code <> ''"),
    )
    op.add_column(
        "card_type", sa.Column("set_up_fee_minor", KEY, server_default=sa.text("0"), nullable=False)
    )
    op.add_column("card_type", sa.Column("referral_minor", KEY, nullable=True))
    op.add_column(
        "credit_basis", sa.Column("rebated_minor", KEY, server_default=sa.text("0"), nullable=False)
    )
    op.add_column("sale", sa.Column("set_up_fee_minor", KEY, server_default=sa.text("0"), nullable=False))
    op.add_column("target", sa.Column("reason", sa.Text(), server_default=sa.text("('')"), nullable=False))
    write_teams()
    for table in APPEND_ONLY:
        make_append_only(table)
    keep_approved()
    close_months()


def downgrade() -> None:
    raise NotImplementedError("what was recorded is not thrown away")
