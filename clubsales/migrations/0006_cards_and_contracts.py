"""Cards, contracts and the till: wider catalogue, sales of several lines, grants, reservations, contracts, papers.

A sale may make several cards now, so the card table is made anew on SQLite, which cannot drop a constraint. What was sold
before is one line and one grant each.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

import clubsales.db

revision = "0006"
down_revision = "0005"
branch_labels = ()
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
APPEND_ONLY = (
    *("card_price", "card_grant", "card_value", "card_session", "sale_line", "approval"),
    *("contract_correction", "document", "statement_payout"),
)
# Of a signed contract only its archiving may still be written.
SIGNED = (
    "sale_id, form, round, language, signature, signed_at, signed_with, number, month, sequence, text, digest, "
    "cooling_off_until"
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


def keep_for_good() -> None:
    """A signed contract stays as it was signed; card types and contracts are archived, never deleted."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            f"CREATE TRIGGER contract_kept BEFORE UPDATE OF {SIGNED} ON contract "
            "WHEN OLD.state IN ('signed', 'archived') BEGIN SELECT RAISE(ABORT, 'contract is append-only'); END"
        )
        for table in ("contract", "card_type"):
            op.execute(
                f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
        return
    op.execute(
        f"CREATE TRIGGER contract_kept BEFORE UPDATE OF {SIGNED} ON contract FOR EACH ROW "
        "WHEN (OLD.state IN ('signed', 'archived')) EXECUTE FUNCTION refuse_change()"
    )
    for table in ("contract", "card_type"):
        op.execute(
            f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )


def limit_places() -> None:
    """A limited offer is never oversold."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE TRIGGER card_type_quota BEFORE UPDATE OF quota, quota_taken ON card_type "
            "WHEN NEW.quota_taken < 0 OR (NEW.quota IS NOT NULL AND NEW.quota_taken > NEW.quota) "
            "BEGIN SELECT RAISE(ABORT, 'quota'); END"
        )
        return
    op.create_check_constraint(
        op.f("ck_card_type_quota"),
        "card_type",
        "quota_taken >= 0 AND (quota IS NULL OR quota_taken <= quota)",
    )


def widen_cards() -> None:
    if op.get_bind().dialect.name == "sqlite":
        _make_cards_anew()
        return
    op.add_column("card", sa.Column("line", KEY, server_default=sa.text("1"), nullable=False))
    op.add_column("card", sa.Column("card_type_id", KEY, nullable=True))
    op.add_column(
        "card", sa.Column("currency", sa.String(length=3), server_default=sa.text("('')"), nullable=False)
    )
    op.add_column("card", sa.Column("value_total_minor", KEY, nullable=True))
    op.add_column("card", sa.Column("value_left_minor", KEY, nullable=True))
    op.add_column("card", sa.Column("are_sessions", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("card", sa.Column("people_max", KEY, server_default=sa.text("1"), nullable=False))
    op.add_column(
        "card",
        sa.Column("start_rule", sa.String(length=12), server_default=sa.text("'payment'"), nullable=False),
    )
    op.add_column("card", sa.Column("start_by", sa.Date(), nullable=True))
    op.add_column("card", sa.Column("facilities", JSON, server_default=sa.text("'[]'"), nullable=False))
    op.add_column("card", sa.Column("windows", JSON, server_default=sa.text("'[]'"), nullable=False))
    op.add_column("card", sa.Column("terms", JSON, server_default=sa.text("'{}'"), nullable=False))
    op.add_column("card", sa.Column("follows_card_id", KEY, nullable=True))
    op.add_column("card", sa.Column("ended_on", sa.Date(), nullable=True))
    op.add_column(
        "card", sa.Column("ended_as", sa.String(length=12), server_default=sa.text("('')"), nullable=False)
    )
    op.drop_constraint(op.f("uq_card_sale_id"), "card", type_="unique")
    op.create_index(op.f("ix_card_follows_card_id"), "card", ["follows_card_id"], unique=False)
    op.create_unique_constraint(op.f("uq_card_sale_id_line"), "card", ["sale_id", "line"])
    op.create_foreign_key(
        op.f("fk_card_card_type_id_card_type"), "card", "card_type", ["card_type_id"], ["id"]
    )
    op.create_foreign_key(op.f("fk_card_follows_card_id_card"), "card", "card", ["follows_card_id"], ["id"])
    op.create_check_constraint(
        op.f("ck_card_value"),
        "card",
        "value_left_minor IS NULL OR (value_left_minor >= 0 AND value_left_minor <= value_total_minor)",
    )


def _make_cards_anew() -> None:
    """Put the rows aside, make the table again and bring them back: whoever refers to them finds them at the end."""
    connection = op.get_bind()
    old = [column["name"] for column in sa.inspect(connection).get_columns("card")]
    names = ", ".join(old)
    op.execute("PRAGMA defer_foreign_keys = ON")
    op.execute("CREATE TEMPORARY TABLE card_aside AS SELECT * FROM card")
    op.execute("DROP TABLE card")
    op.create_table(
        "card",
        sa.Column("id", KEY, nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("link_token", sa.String(length=43), nullable=False),
        sa.Column("club_id", KEY, nullable=False),
        sa.Column("sale_id", KEY, nullable=False),
        sa.Column("line", KEY, server_default=sa.text("1"), nullable=False),
        sa.Column("person_id", KEY, nullable=True),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("name_en", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("days", KEY, nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("visits_total", KEY, nullable=True),
        sa.Column("visits_left", KEY, nullable=True),
        sa.Column("all_clubs", sa.Boolean(), nullable=False),
        sa.Column("frozen_on", sa.Date(), nullable=True),
        sa.Column("card_type_id", KEY, nullable=True),
        sa.Column("currency", sa.String(length=3), server_default=sa.text("('')"), nullable=False),
        sa.Column("value_total_minor", KEY, nullable=True),
        sa.Column("value_left_minor", KEY, nullable=True),
        sa.Column("are_sessions", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("people_max", KEY, server_default=sa.text("1"), nullable=False),
        sa.Column("start_rule", sa.String(length=12), server_default=sa.text("'payment'"), nullable=False),
        sa.Column("start_by", sa.Date(), nullable=True),
        sa.Column("facilities", JSON, server_default=sa.text("'[]'"), nullable=False),
        sa.Column("windows", JSON, server_default=sa.text("'[]'"), nullable=False),
        sa.Column("terms", JSON, server_default=sa.text("'{}'"), nullable=False),
        sa.Column("follows_card_id", KEY, nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("ended_as", sa.String(length=12), server_default=sa.text("('')"), nullable=False),
        sa.CheckConstraint(
            "status IN ('pending', 'active', 'frozen', 'cancelled')", name=op.f("ck_card_status")
        ),
        sa.CheckConstraint(
            "value_left_minor IS NULL OR (value_left_minor >= 0 AND value_left_minor <= value_total_minor)",
            name=op.f("ck_card_value"),
        ),
        sa.CheckConstraint(
            "visits_left IS NULL OR (visits_left >= 0 AND visits_left <= visits_total)",
            name=op.f("ck_card_visits"),
        ),
        sa.ForeignKeyConstraint(
            ["card_type_id"], ["card_type.id"], name=op.f("fk_card_card_type_id_card_type")
        ),
        sa.ForeignKeyConstraint(["club_id"], ["club.id"], name=op.f("fk_card_club_id_club")),
        sa.ForeignKeyConstraint(["follows_card_id"], ["card.id"], name=op.f("fk_card_follows_card_id_card")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_card_person_id_person")),
        sa.ForeignKeyConstraint(["sale_id"], ["sale.id"], name=op.f("fk_card_sale_id_sale")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_card")),
        sa.UniqueConstraint("link_token", name=op.f("uq_card_link_token")),
        sa.UniqueConstraint("public_id", name=op.f("uq_card_public_id")),
        sa.UniqueConstraint("sale_id", "line", name=op.f("uq_card_sale_id_line")),
    )
    op.create_index(op.f("ix_card_follows_card_id"), "card", ["follows_card_id"], unique=False)
    op.create_index(op.f("ix_card_person_id"), "card", ["person_id"], unique=False)
    op.execute(f"INSERT INTO card ({names}) SELECT {names} FROM card_aside")
    op.execute("DROP TABLE card_aside")


def widen_sales() -> None:
    op.add_column(
        "device", sa.Column("hall", sa.String(length=20), server_default=sa.text("('')"), nullable=False)
    )
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "ALTER TABLE sale ADD COLUMN for_card_id INTEGER CONSTRAINT fk_sale_for_card_id_card REFERENCES card (id)"
        )
    else:
        op.add_column("sale", sa.Column("for_card_id", KEY, nullable=True))
        op.create_foreign_key("fk_sale_for_card_id_card", "sale", "card", ["for_card_id"], ["id"])
    op.create_index(op.f("ix_sale_for_card_id"), "sale", ["for_card_id"], unique=False)
    op.add_column(
        "card_type", sa.Column("are_sessions", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    op.add_column("card_type", sa.Column("value_minor", KEY, nullable=True))
    op.add_column("card_type", sa.Column("people_max", KEY, server_default=sa.text("1"), nullable=False))
    op.add_column("card_type", sa.Column("quota", KEY, nullable=True))
    op.add_column("card_type", sa.Column("quota_taken", KEY, server_default=sa.text("0"), nullable=False))
    op.add_column("card_type", sa.Column("deposit_minor", KEY, nullable=True))
    op.add_column("card_type", sa.Column("renewal_price_minor", KEY, nullable=True))
    op.add_column("card_type", sa.Column("facilities", JSON, server_default=sa.text("'[]'"), nullable=False))
    op.add_column("card_type", sa.Column("windows", JSON, server_default=sa.text("'[]'"), nullable=False))
    op.add_column("card_type", sa.Column("terms", JSON, server_default=sa.text("'{}'"), nullable=False))
    op.add_column("payment", sa.Column("is_deposit", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("sale", sa.Column("is_fee", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("sale", sa.Column("trade_in_minor", KEY, server_default=sa.text("0"), nullable=False))
    op.add_column("sale", sa.Column("starts_on", sa.Date(), nullable=True))
    op.add_column("sale", sa.Column("closed_at", clubsales.db.UtcDateTime(timezone=True), nullable=True))
    op.add_column(
        "sale", sa.Column("closed_as", sa.String(length=12), server_default=sa.text("('')"), nullable=False)
    )


def write_what_was_sold() -> None:
    """Every sale so far is one line, every card that was paid one grant and, where it stands still, one freeze."""
    op.execute(
        "UPDATE card SET card_type_id = (SELECT card_type_id FROM sale WHERE sale.id = card.sale_id), "
        "currency = (SELECT currency FROM sale WHERE sale.id = card.sale_id)"
    )
    op.execute(
        "INSERT INTO sale_line (sale_id, line, card_type_id, name, name_en, kind, quantity, list_price_minor, "
        "price_minor, set_up_fee_minor, is_gift, gift_reason, days, visits, terms) "
        "SELECT sale.id, 1, sale.card_type_id, sale.card_type_name, sale.card_type_name_en, card_type.kind, 1, "
        "sale.list_price_minor, sale.price_minor, sale.set_up_fee_minor, false, '', "
        "coalesce(card.days, card_type.days), coalesce(card.visits_total, card_type.visits), '{}' "
        "FROM sale JOIN card_type ON card_type.id = sale.card_type_id LEFT JOIN card ON card.sale_id = sale.id"
    )
    op.execute(
        "INSERT INTO card_grant (card_id, sequence, kind, days, visits, paid_minor, starts_on, sale_id, reason, granted_at) "
        "SELECT card.id, 1, 'sale', card.days, card.visits_total, sale.price_minor, card.valid_from, sale.id, '', "
        "coalesce(sale.paid_at, sale.opened_at) FROM card JOIN sale ON sale.id = card.sale_id "
        "WHERE card.valid_from IS NOT NULL"
    )
    longer = (
        "CAST(julianday(card.valid_until) - julianday(card.valid_from) AS INTEGER) + 1 - card.days"
        if op.get_bind().dialect.name == "sqlite"
        else "card.valid_until - card.valid_from + 1 - card.days"
    )
    op.execute(
        "INSERT INTO card_freeze (card_id, first_day, reason, frozen_at) "
        "SELECT card.id, card.frozen_on, '', coalesce(sale.paid_at, sale.opened_at) "
        "FROM card JOIN sale ON sale.id = card.sale_id WHERE card.status = 'frozen' AND card.frozen_on IS NOT NULL"
    )
    op.execute(  # days given back by freezes that are over
        "INSERT INTO card_grant (card_id, sequence, kind, days, paid_minor, reason, granted_at) "
        f"SELECT card.id, 2, 'extension', {longer}, 0, '', coalesce(sale.paid_at, sale.opened_at) "
        "FROM card JOIN sale ON sale.id = card.sale_id "
        f"WHERE card.days IS NOT NULL AND card.valid_from IS NOT NULL AND {longer} <> 0"
    )


def upgrade() -> None:
    widen_cards()
    op.create_table(
        "facility",
        sa.Column("id", KEY, nullable=False),
        sa.Column("club_id", KEY, nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("name_en", sa.String(length=40), nullable=False),
        sa.Column("position", KEY, nullable=False),
        sa.Column("archived_at", clubsales.db.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["club_id"], ["club.id"], name=op.f("fk_facility_club_id_club")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_facility")),
        sa.UniqueConstraint("club_id", "code", name=op.f("uq_facility_club_id_code")),
    )
    op.create_table(
        "number_series",
        sa.Column("id", KEY, nullable=False),
        sa.Column("club_id", KEY, nullable=False),
        sa.Column("series", sa.String(length=20), nullable=False),
        sa.Column("period", sa.String(length=6), nullable=False),
        sa.Column("last", KEY, nullable=False),
        sa.ForeignKeyConstraint(["club_id"], ["club.id"], name=op.f("fk_number_series_club_id_club")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_number_series")),
        sa.UniqueConstraint(
            "club_id", "series", "period", name=op.f("uq_number_series_club_id_series_period")
        ),
    )
    op.create_table(
        "paper_copy",
        sa.Column("id", KEY, nullable=False),
        sa.Column("club_id", KEY, nullable=False),
        sa.Column("form", sa.String(length=12), nullable=False),
        sa.Column("form_id", KEY, nullable=False),
        sa.Column("copy", KEY, nullable=False),
        sa.Column("holder", sa.String(length=12), nullable=False),
        sa.Column("handed_at", clubsales.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("handed_by", KEY, nullable=True),
        sa.Column("back_at", clubsales.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("back_by", KEY, nullable=True),
        sa.CheckConstraint("form IN ('reservation', 'contract')", name=op.f("ck_paper_copy_form")),
        sa.ForeignKeyConstraint(["back_by"], ["account.id"], name=op.f("fk_paper_copy_back_by_account")),
        sa.ForeignKeyConstraint(["club_id"], ["club.id"], name=op.f("fk_paper_copy_club_id_club")),
        sa.ForeignKeyConstraint(["handed_by"], ["account.id"], name=op.f("fk_paper_copy_handed_by_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_copy")),
        sa.UniqueConstraint("form", "form_id", "copy", name=op.f("uq_paper_copy_form_form_id_copy")),
    )
    op.create_table(
        "approval",
        sa.Column("id", KEY, nullable=False),
        sa.Column("club_id", KEY, nullable=False),
        sa.Column("form", sa.String(length=12), nullable=False),
        sa.Column("form_id", KEY, nullable=False),
        sa.Column("round", KEY, nullable=False),
        sa.Column("step", KEY, nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("approved", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", clubsales.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("by", KEY, nullable=False),
        sa.Column("device_id", KEY, nullable=True),
        sa.Column("policy_version_id", KEY, nullable=False),
        sa.CheckConstraint("form IN ('reservation', 'contract', 'refund')", name=op.f("ck_approval_form")),
        sa.ForeignKeyConstraint(["by"], ["account.id"], name=op.f("fk_approval_by_account")),
        sa.ForeignKeyConstraint(["club_id"], ["club.id"], name=op.f("fk_approval_club_id_club")),
        sa.ForeignKeyConstraint(["device_id"], ["device.id"], name=op.f("fk_approval_device_id_device")),
        sa.ForeignKeyConstraint(
            ["policy_version_id"],
            ["policy_version.id"],
            name=op.f("fk_approval_policy_version_id_policy_version"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval")),
        sa.UniqueConstraint(
            "form", "form_id", "round", "step", name=op.f("uq_approval_form_form_id_round_step")
        ),
    )
    op.create_table(
        "card_price",
        sa.Column("id", KEY, nullable=False),
        sa.Column("card_type_id", KEY, nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("sequence", KEY, nullable=False),
        sa.Column("price_minor", KEY, nullable=True),
        sa.Column("floor_price_minor", KEY, nullable=True),
        sa.Column("renewal_price_minor", KEY, nullable=True),
        sa.Column("written_at", clubsales.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("written_by", KEY, nullable=True),
        sa.CheckConstraint(
            "floor_price_minor IS NULL OR floor_price_minor <= price_minor",
            name=op.f("ck_card_price_floor_price"),
        ),
        sa.CheckConstraint("price_minor IS NULL OR price_minor >= 0", name=op.f("ck_card_price_price")),
        sa.ForeignKeyConstraint(
            ["card_type_id"], ["card_type.id"], name=op.f("fk_card_price_card_type_id_card_type")
        ),
        sa.ForeignKeyConstraint(
            ["written_by"], ["account.id"], name=op.f("fk_card_price_written_by_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_card_price")),
        sa.UniqueConstraint(
            "card_type_id",
            "valid_from",
            "sequence",
            name=op.f("uq_card_price_card_type_id_valid_from_sequence"),
        ),
    )
    op.create_table(
        "package_item",
        sa.Column("id", KEY, nullable=False),
        sa.Column("package_id", KEY, nullable=False),
        sa.Column("card_type_id", KEY, nullable=False),
        sa.Column("quantity", KEY, nullable=False),
        sa.Column("position", KEY, nullable=False),
        sa.CheckConstraint("package_id <> card_type_id", name=op.f("ck_package_item_not_itself")),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_package_item_quantity")),
        sa.ForeignKeyConstraint(
            ["card_type_id"], ["card_type.id"], name=op.f("fk_package_item_card_type_id_card_type")
        ),
        sa.ForeignKeyConstraint(
            ["package_id"], ["card_type.id"], name=op.f("fk_package_item_package_id_card_type")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_package_item")),
        sa.UniqueConstraint(
            "package_id", "card_type_id", name=op.f("uq_package_item_package_id_card_type_id")
        ),
    )
    op.create_table(
        "promotion",
        sa.Column("id", KEY, nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("club_id", KEY, nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("name_en", sa.String(length=80), nullable=False),
        sa.Column("card_type_id", KEY, nullable=True),
        sa.Column("sale_kinds", JSON, nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("price_minor", KEY, nullable=True),
        sa.Column("discount_bp", KEY, nullable=True),
        sa.Column("extra_days", KEY, nullable=False),
        sa.Column("extra_visits", KEY, nullable=False),
        sa.Column("gift_card_type_id", KEY, nullable=True),
        sa.Column("written_at", clubsales.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("written_by", KEY, nullable=True),
        sa.Column("withdrawn_at", clubsales.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by", KEY, nullable=True),
        sa.CheckConstraint(
            "discount_bp IS NULL OR (discount_bp > 0 AND discount_bp <= 10000)",
            name=op.f("ck_promotion_discount"),
        ),
        sa.CheckConstraint("first_day <= last_day", name=op.f("ck_promotion_days")),
        sa.ForeignKeyConstraint(
            ["card_type_id"], ["card_type.id"], name=op.f("fk_promotion_card_type_id_card_type")
        ),
        sa.ForeignKeyConstraint(["club_id"], ["club.id"], name=op.f("fk_promotion_club_id_club")),
        sa.ForeignKeyConstraint(
            ["gift_card_type_id"], ["card_type.id"], name=op.f("fk_promotion_gift_card_type_id_card_type")
        ),
        sa.ForeignKeyConstraint(
            ["withdrawn_by"], ["account.id"], name=op.f("fk_promotion_withdrawn_by_account")
        ),
        sa.ForeignKeyConstraint(["written_by"], ["account.id"], name=op.f("fk_promotion_written_by_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_promotion")),
        sa.UniqueConstraint("public_id", name=op.f("uq_promotion_public_id")),
    )
    op.create_index("ix_promotion_club", "promotion", ["club_id", "last_day"], unique=False)
    op.create_table(
        "statement_payout",
        sa.Column("id", KEY, nullable=False),
        sa.Column("statement_id", KEY, nullable=False),
        sa.Column("sequence", KEY, nullable=False),
        sa.Column("amount_minor", KEY, nullable=False),
        sa.Column("paid_on", sa.Date(), nullable=False),
        sa.Column("reference", sa.String(length=80), nullable=False),
        sa.Column("recorded_at", clubsales.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", KEY, nullable=True),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_statement_payout_amount")),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["account.id"], name=op.f("fk_statement_payout_recorded_by_account")
        ),
        sa.ForeignKeyConstraint(
            ["statement_id"], ["statement.id"], name=op.f("fk_statement_payout_statement_id_statement")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statement_payout")),
        sa.UniqueConstraint(
            "statement_id", "sequence", name=op.f("uq_statement_payout_statement_id_sequence")
        ),
    )
    op.create_table(
        "contract",
        sa.Column("id", KEY, nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("club_id", KEY, nullable=False),
        sa.Column("sale_id", KEY, nullable=False),
        sa.Column("consultant_id", KEY, nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("form", JSON, nullable=False),
        sa.Column("round", KEY, nullable=False),
        sa.Column("rewrites_id", KEY, nullable=True),
        sa.Column("filled_at", clubsales.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("filled_by", KEY, nullable=True),
        sa.Column("submitted_at", clubsales.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("signed_at", clubsales.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("signed_with", KEY, nullable=True),
        sa.Column("signature", sa.Text(), nullable=False),
        sa.Column("number", sa.String(length=60), nullable=True),
        sa.Column("month", sa.String(length=6), nullable=True),
        sa.Column("sequence", KEY, nullable=True),
        sa.Column("text", JSON, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("cooling_off_until", sa.Date(), nullable=True),
        sa.Column("archived_at", clubsales.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("archived_by", KEY, nullable=True),
        sa.Column("archive_place", sa.String(length=60), nullable=False),
        sa.Column("identity_seen", sa.String(length=60), nullable=False),
        sa.Column("void_reason", sa.Text(), nullable=False),
        sa.Column("policy_version_id", KEY, nullable=False),
        sa.Column("version", KEY, nullable=False),
        sa.CheckConstraint(
            "state IN ('draft', 'submitted', 'approved', 'signed', 'archived', 'void')",
            name=op.f("ck_contract_state"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('signed', 'archived') OR (number IS NOT NULL AND digest <> '')",
            name=op.f("ck_contract_signed"),
        ),
        sa.ForeignKeyConstraint(
            ["archived_by"], ["account.id"], name=op.f("fk_contract_archived_by_account")
        ),
        sa.ForeignKeyConstraint(["club_id"], ["club.id"], name=op.f("fk_contract_club_id_club")),
        sa.ForeignKeyConstraint(
            ["consultant_id"], ["consultant.id"], name=op.f("fk_contract_consultant_id_consultant")
        ),
        sa.ForeignKeyConstraint(["filled_by"], ["account.id"], name=op.f("fk_contract_filled_by_account")),
        sa.ForeignKeyConstraint(
            ["policy_version_id"],
            ["policy_version.id"],
            name=op.f("fk_contract_policy_version_id_policy_version"),
        ),
        sa.ForeignKeyConstraint(
            ["rewrites_id"], ["contract.id"], name=op.f("fk_contract_rewrites_id_contract")
        ),
        sa.ForeignKeyConstraint(["sale_id"], ["sale.id"], name=op.f("fk_contract_sale_id_sale")),
        sa.ForeignKeyConstraint(
            ["signed_with"], ["account.id"], name=op.f("fk_contract_signed_with_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contract")),
        sa.UniqueConstraint("club_id", "month", "sequence", name=op.f("uq_contract_club_id_month_sequence")),
        sa.UniqueConstraint("club_id", "number", name=op.f("uq_contract_club_id_number")),
        sa.UniqueConstraint("public_id", name=op.f("uq_contract_public_id")),
    )
    op.create_index("ix_contract_club", "contract", ["club_id", "state"], unique=False)
    op.create_index(op.f("ix_contract_consultant_id"), "contract", ["consultant_id"], unique=False)
    op.create_index(
        "uq_contract_live",
        "contract",
        ["sale_id"],
        unique=True,
        postgresql_where=sa.text("state <> 'void'"),
        sqlite_where=sa.text("state <> 'void'"),
    )
    op.create_table(
        "discount_request",
        sa.Column("id", KEY, nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("club_id", KEY, nullable=False),
        sa.Column("card_type_id", KEY, nullable=False),
        sa.Column("person_id", KEY, nullable=True),
        sa.Column("reception_id", KEY, nullable=True),
        sa.Column("sale_kind", sa.String(length=10), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("list_price_minor", KEY, nullable=False),
        sa.Column("price_minor", KEY, nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("asked_at", clubsales.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("asked_by", KEY, nullable=False),
        sa.Column("expires_at", clubsales.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("answered_at", clubsales.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("answered_by", KEY, nullable=True),
        sa.Column("granted_minor", KEY, nullable=True),
        sa.Column("answer", sa.String(length=300), nullable=False),
        sa.Column("usable_until", clubsales.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("sale_id", KEY, nullable=True),
        sa.Column("policy_version_id", KEY, nullable=False),
        sa.Column("version", KEY, nullable=False),
        sa.CheckConstraint(
            "state IN ('asked', 'approved', 'refused', 'withdrawn', 'used')",
            name=op.f("ck_discount_request_state"),
        ),
        sa.ForeignKeyConstraint(
            ["answered_by"], ["account.id"], name=op.f("fk_discount_request_answered_by_account")
        ),
        sa.ForeignKeyConstraint(
            ["asked_by"], ["account.id"], name=op.f("fk_discount_request_asked_by_account")
        ),
        sa.ForeignKeyConstraint(
            ["card_type_id"], ["card_type.id"], name=op.f("fk_discount_request_card_type_id_card_type")
        ),
        sa.ForeignKeyConstraint(["club_id"], ["club.id"], name=op.f("fk_discount_request_club_id_club")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_discount_request_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["policy_version_id"],
            ["policy_version.id"],
            name=op.f("fk_discount_request_policy_version_id_policy_version"),
        ),
        sa.ForeignKeyConstraint(
            ["reception_id"], ["reception.id"], name=op.f("fk_discount_request_reception_id_reception")
        ),
        sa.ForeignKeyConstraint(["sale_id"], ["sale.id"], name=op.f("fk_discount_request_sale_id_sale")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_discount_request")),
        sa.UniqueConstraint("public_id", name=op.f("uq_discount_request_public_id")),
        sa.UniqueConstraint("sale_id", name=op.f("uq_discount_request_sale_id")),
    )
    op.create_index(op.f("ix_discount_request_asked_by"), "discount_request", ["asked_by"], unique=False)
    op.create_index(
        "ix_discount_request_club", "discount_request", ["club_id", "state", "expires_at"], unique=False
    )
    op.create_table(
        "document",
        sa.Column("id", KEY, nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("link_token", sa.String(length=43), nullable=False),
        sa.Column("club_id", KEY, nullable=False),
        sa.Column("sale_id", KEY, nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("subject_id", KEY, nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", clubsales.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["club_id"], ["club.id"], name=op.f("fk_document_club_id_club")),
        sa.ForeignKeyConstraint(["sale_id"], ["sale.id"], name=op.f("fk_document_sale_id_sale")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document")),
        sa.UniqueConstraint(
            "kind", "subject_id", "language", name=op.f("uq_document_kind_subject_id_language")
        ),
        sa.UniqueConstraint("link_token", name=op.f("uq_document_link_token")),
        sa.UniqueConstraint("public_id", name=op.f("uq_document_public_id")),
    )
    op.create_index(op.f("ix_document_sale_id"), "document", ["sale_id"], unique=False)
    op.create_table(
        "instalment",
        sa.Column("id", KEY, nullable=False),
        sa.Column("club_id", KEY, nullable=False),
        sa.Column("sale_id", KEY, nullable=False),
        sa.Column("plan", KEY, nullable=False),
        sa.Column("position", KEY, nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("amount_minor", KEY, nullable=False),
        sa.Column("agreed_at", clubsales.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("agreed_by", KEY, nullable=True),
        sa.Column("superseded_at", clubsales.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("reminded_at", clubsales.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("confirmed_at", clubsales.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("confirmed_by", KEY, nullable=True),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_instalment_amount")),
        sa.ForeignKeyConstraint(["agreed_by"], ["account.id"], name=op.f("fk_instalment_agreed_by_account")),
        sa.ForeignKeyConstraint(["club_id"], ["club.id"], name=op.f("fk_instalment_club_id_club")),
        sa.ForeignKeyConstraint(
            ["confirmed_by"], ["account.id"], name=op.f("fk_instalment_confirmed_by_account")
        ),
        sa.ForeignKeyConstraint(["sale_id"], ["sale.id"], name=op.f("fk_instalment_sale_id_sale")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_instalment")),
        sa.UniqueConstraint("sale_id", "plan", "position", name=op.f("uq_instalment_sale_id_plan_position")),
    )
    op.create_index("ix_instalment_due", "instalment", ["club_id", "due_on"], unique=False)
    op.create_table(
        "reservation",
        sa.Column("id", KEY, nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("club_id", KEY, nullable=False),
        sa.Column("sale_id", KEY, nullable=False),
        sa.Column("card_type_id", KEY, nullable=False),
        sa.Column("consultant_id", KEY, nullable=True),
        sa.Column("state", sa.String(length=11), nullable=False),
        sa.Column("round", KEY, nullable=False),
        sa.Column("takes_place", sa.Boolean(), nullable=False),
        sa.Column("number", KEY, nullable=True),
        sa.Column("deposit_minor", KEY, nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("charges_shown", sa.Boolean(), nullable=False),
        sa.Column("filed_at", clubsales.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("filed_by", KEY, nullable=True),
        sa.Column("held_at", clubsales.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("lapsed_at", clubsales.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("consented_at", clubsales.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("consented_by", KEY, nullable=True),
        sa.Column("payout_from", sa.Date(), nullable=True),
        sa.Column("papers_back", sa.Boolean(), nullable=False),
        sa.Column("signature", sa.Text(), nullable=False),
        sa.Column("ended_at", clubsales.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("ended_by", KEY, nullable=True),
        sa.Column("end_reason", sa.Text(), nullable=False),
        sa.Column("policy_version_id", KEY, nullable=False),
        sa.Column("version", KEY, nullable=False),
        sa.CheckConstraint(
            "state IN ('asked', 'approved', 'refused', 'held', 'lapsed', 'withdrawing', 'withdrawn', 'forfeited', 'sold')",
            name=op.f("ck_reservation_state"),
        ),
        sa.ForeignKeyConstraint(
            ["card_type_id"], ["card_type.id"], name=op.f("fk_reservation_card_type_id_card_type")
        ),
        sa.ForeignKeyConstraint(["club_id"], ["club.id"], name=op.f("fk_reservation_club_id_club")),
        sa.ForeignKeyConstraint(
            ["consented_by"], ["account.id"], name=op.f("fk_reservation_consented_by_account")
        ),
        sa.ForeignKeyConstraint(
            ["consultant_id"], ["consultant.id"], name=op.f("fk_reservation_consultant_id_consultant")
        ),
        sa.ForeignKeyConstraint(["ended_by"], ["account.id"], name=op.f("fk_reservation_ended_by_account")),
        sa.ForeignKeyConstraint(["filed_by"], ["account.id"], name=op.f("fk_reservation_filed_by_account")),
        sa.ForeignKeyConstraint(
            ["policy_version_id"],
            ["policy_version.id"],
            name=op.f("fk_reservation_policy_version_id_policy_version"),
        ),
        sa.ForeignKeyConstraint(["sale_id"], ["sale.id"], name=op.f("fk_reservation_sale_id_sale")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reservation")),
        sa.UniqueConstraint("club_id", "number", name=op.f("uq_reservation_club_id_number")),
        sa.UniqueConstraint("public_id", name=op.f("uq_reservation_public_id")),
        sa.UniqueConstraint("sale_id", name=op.f("uq_reservation_sale_id")),
    )
    op.create_index("ix_reservation_club", "reservation", ["club_id", "state", "valid_until"], unique=False)
    op.create_table(
        "sale_line",
        sa.Column("id", KEY, nullable=False),
        sa.Column("sale_id", KEY, nullable=False),
        sa.Column("line", KEY, nullable=False),
        sa.Column("part_of", KEY, nullable=True),
        sa.Column("card_type_id", KEY, nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("name_en", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("quantity", KEY, nullable=False),
        sa.Column("list_price_minor", KEY, nullable=True),
        sa.Column("price_minor", KEY, nullable=False),
        sa.Column("set_up_fee_minor", KEY, nullable=False),
        sa.Column("is_gift", sa.Boolean(), nullable=False),
        sa.Column("gift_reason", sa.String(length=200), nullable=False),
        sa.Column("promotion_id", KEY, nullable=True),
        sa.Column("days", KEY, nullable=True),
        sa.Column("visits", KEY, nullable=True),
        sa.Column("value_minor", KEY, nullable=True),
        sa.Column("terms", JSON, nullable=False),
        sa.CheckConstraint(
            "price_minor >= 0 AND (NOT is_gift OR price_minor = 0)", name=op.f("ck_sale_line_price")
        ),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_sale_line_quantity")),
        sa.ForeignKeyConstraint(
            ["card_type_id"], ["card_type.id"], name=op.f("fk_sale_line_card_type_id_card_type")
        ),
        sa.ForeignKeyConstraint(
            ["promotion_id"], ["promotion.id"], name=op.f("fk_sale_line_promotion_id_promotion")
        ),
        sa.ForeignKeyConstraint(["sale_id"], ["sale.id"], name=op.f("fk_sale_line_sale_id_sale")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sale_line")),
        sa.UniqueConstraint("sale_id", "line", name=op.f("uq_sale_line_sale_id_line")),
    )
    op.create_index(op.f("ix_sale_line_card_type_id"), "sale_line", ["card_type_id"], unique=False)
    op.create_table(
        "card_freeze",
        sa.Column("id", KEY, nullable=False),
        sa.Column("card_id", KEY, nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.Column("ran_again_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("frozen_at", clubsales.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("frozen_by", KEY, nullable=True),
        sa.CheckConstraint(
            "ran_again_on IS NULL OR ran_again_on >= first_day", name=op.f("ck_card_freeze_days")
        ),
        sa.ForeignKeyConstraint(["card_id"], ["card.id"], name=op.f("fk_card_freeze_card_id_card")),
        sa.ForeignKeyConstraint(["frozen_by"], ["account.id"], name=op.f("fk_card_freeze_frozen_by_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_card_freeze")),
    )
    op.create_index(op.f("ix_card_freeze_card_id"), "card_freeze", ["card_id"], unique=False)
    op.create_index(
        "uq_card_freeze_open",
        "card_freeze",
        ["card_id"],
        unique=True,
        postgresql_where=sa.text("ran_again_on IS NULL"),
        sqlite_where=sa.text("ran_again_on IS NULL"),
    )
    op.create_table(
        "card_grant",
        sa.Column("id", KEY, nullable=False),
        sa.Column("card_id", KEY, nullable=False),
        sa.Column("sequence", KEY, nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("days", KEY, nullable=True),
        sa.Column("visits", KEY, nullable=True),
        sa.Column("value_minor", KEY, nullable=True),
        sa.Column("paid_minor", KEY, nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("sale_id", KEY, nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("granted_at", clubsales.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("granted_by", KEY, nullable=True),
        sa.CheckConstraint(
            "kind IN ('sale', 'renewal', 'upgrade', 'transfer', 'extension', 'promotion', 'gift', 'correction', 'end')",
            name=op.f("ck_card_grant_kind"),
        ),
        sa.ForeignKeyConstraint(["card_id"], ["card.id"], name=op.f("fk_card_grant_card_id_card")),
        sa.ForeignKeyConstraint(
            ["granted_by"], ["account.id"], name=op.f("fk_card_grant_granted_by_account")
        ),
        sa.ForeignKeyConstraint(["sale_id"], ["sale.id"], name=op.f("fk_card_grant_sale_id_sale")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_card_grant")),
        sa.UniqueConstraint("card_id", "sequence", name=op.f("uq_card_grant_card_id_sequence")),
    )
    op.create_index(op.f("ix_card_grant_sale_id"), "card_grant", ["sale_id"], unique=False)
    op.create_table(
        "card_person",
        sa.Column("id", KEY, nullable=False),
        sa.Column("card_id", KEY, nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("code_name", sa.String(length=12), nullable=False),
        sa.Column("link_token", sa.String(length=43), nullable=False),
        sa.Column("added_at", clubsales.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("added_by", KEY, nullable=True),
        sa.Column("removed_at", clubsales.db.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["added_by"], ["account.id"], name=op.f("fk_card_person_added_by_account")),
        sa.ForeignKeyConstraint(["card_id"], ["card.id"], name=op.f("fk_card_person_card_id_card")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_card_person_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_card_person")),
        sa.UniqueConstraint("code_name", name=op.f("uq_card_person_code_name")),
        sa.UniqueConstraint("link_token", name=op.f("uq_card_person_link_token")),
    )
    op.create_index(op.f("ix_card_person_person_id"), "card_person", ["person_id"], unique=False)
    op.create_index(
        "uq_card_person_live",
        "card_person",
        ["card_id", "person_id"],
        unique=True,
        postgresql_where=sa.text("removed_at IS NULL"),
        sqlite_where=sa.text("removed_at IS NULL"),
    )
    op.create_table(
        "card_service",
        sa.Column("id", KEY, nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("club_id", KEY, nullable=False),
        sa.Column("card_id", KEY, nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("facts", JSON, nullable=False),
        sa.Column("fee_minor", KEY, nullable=False),
        sa.Column("sale_id", KEY, nullable=True),
        sa.Column("fee_sale_id", KEY, nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("asked_at", clubsales.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("asked_by", KEY, nullable=True),
        sa.Column("answered_at", clubsales.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("answered_by", KEY, nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("done_at", clubsales.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("version", KEY, nullable=False),
        sa.CheckConstraint(
            "kind IN ('freeze', 'unfreeze', 'transfer', 'extension', 'reissue', 'upgrade', 'renewal', 'refund')",
            name=op.f("ck_card_service_kind"),
        ),
        sa.CheckConstraint(
            "state IN ('asked', 'to_pay', 'done', 'refused', 'withdrawn')", name=op.f("ck_card_service_state")
        ),
        sa.ForeignKeyConstraint(
            ["answered_by"], ["account.id"], name=op.f("fk_card_service_answered_by_account")
        ),
        sa.ForeignKeyConstraint(["asked_by"], ["account.id"], name=op.f("fk_card_service_asked_by_account")),
        sa.ForeignKeyConstraint(["card_id"], ["card.id"], name=op.f("fk_card_service_card_id_card")),
        sa.ForeignKeyConstraint(["club_id"], ["club.id"], name=op.f("fk_card_service_club_id_club")),
        sa.ForeignKeyConstraint(["sale_id"], ["sale.id"], name=op.f("fk_card_service_sale_id_sale")),
        sa.ForeignKeyConstraint(["fee_sale_id"], ["sale.id"], name=op.f("fk_card_service_fee_sale_id_sale")),
        sa.UniqueConstraint("fee_sale_id", name=op.f("uq_card_service_fee_sale_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_card_service")),
        sa.UniqueConstraint("public_id", name=op.f("uq_card_service_public_id")),
        sa.UniqueConstraint("sale_id", name=op.f("uq_card_service_sale_id")),
    )
    op.create_index(op.f("ix_card_service_card_id"), "card_service", ["card_id"], unique=False)
    op.create_index("ix_card_service_club", "card_service", ["club_id", "state"], unique=False)
    op.create_table(
        "card_session",
        sa.Column("id", KEY, nullable=False),
        sa.Column("card_id", KEY, nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("visits", KEY, nullable=False),
        sa.Column("what", sa.String(length=120), nullable=False),
        sa.Column("undoes_id", KEY, nullable=True),
        sa.Column("at", clubsales.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("by", KEY, nullable=True),
        sa.CheckConstraint("visits <> 0", name=op.f("ck_card_session_visits")),
        sa.ForeignKeyConstraint(["by"], ["account.id"], name=op.f("fk_card_session_by_account")),
        sa.ForeignKeyConstraint(["card_id"], ["card.id"], name=op.f("fk_card_session_card_id_card")),
        sa.ForeignKeyConstraint(
            ["undoes_id"], ["card_session.id"], name=op.f("fk_card_session_undoes_id_card_session")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_card_session")),
        sa.UniqueConstraint("card_id", "key", name=op.f("uq_card_session_card_id_key")),
        sa.UniqueConstraint("undoes_id", name=op.f("uq_card_session_undoes_id")),
    )
    op.create_table(
        "card_value",
        sa.Column("id", KEY, nullable=False),
        sa.Column("card_id", KEY, nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=6), nullable=False),
        sa.Column("amount_minor", KEY, nullable=False),
        sa.Column("left_minor", KEY, nullable=False),
        sa.Column("what", sa.String(length=120), nullable=False),
        sa.Column("undoes_id", KEY, nullable=True),
        sa.Column("at", clubsales.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("by", KEY, nullable=True),
        sa.CheckConstraint("kind IN ('load', 'use', 'undo', 'end')", name=op.f("ck_card_value_kind")),
        sa.CheckConstraint("amount_minor <> 0", name=op.f("ck_card_value_amount")),
        sa.CheckConstraint("left_minor >= 0", name=op.f("ck_card_value_left")),
        sa.ForeignKeyConstraint(["by"], ["account.id"], name=op.f("fk_card_value_by_account")),
        sa.ForeignKeyConstraint(["card_id"], ["card.id"], name=op.f("fk_card_value_card_id_card")),
        sa.ForeignKeyConstraint(
            ["undoes_id"], ["card_value.id"], name=op.f("fk_card_value_undoes_id_card_value")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_card_value")),
        sa.UniqueConstraint("card_id", "key", name=op.f("uq_card_value_card_id_key")),
        sa.UniqueConstraint("undoes_id", name=op.f("uq_card_value_undoes_id")),
    )
    op.create_table(
        "contract_correction",
        sa.Column("id", KEY, nullable=False),
        sa.Column("contract_id", KEY, nullable=False),
        sa.Column("sequence", KEY, nullable=False),
        sa.Column("field", sa.String(length=40), nullable=False),
        sa.Column("old", sa.Text(), nullable=False),
        sa.Column("new", sa.Text(), nullable=False),
        sa.Column("at", clubsales.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("by", KEY, nullable=True),
        sa.ForeignKeyConstraint(["by"], ["account.id"], name=op.f("fk_contract_correction_by_account")),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_contract_correction_contract_id_contract")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contract_correction")),
        sa.UniqueConstraint(
            "contract_id", "sequence", name=op.f("uq_contract_correction_contract_id_sequence")
        ),
    )
    op.create_table(
        "contract_promise",
        sa.Column("id", KEY, nullable=False),
        sa.Column("contract_id", KEY, nullable=False),
        sa.Column("position", KEY, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("text", sa.String(length=200), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("kept_at", clubsales.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("kept_by", KEY, nullable=True),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_contract_promise_contract_id_contract")
        ),
        sa.ForeignKeyConstraint(
            ["kept_by"], ["account.id"], name=op.f("fk_contract_promise_kept_by_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contract_promise")),
        sa.UniqueConstraint("contract_id", "position", name=op.f("uq_contract_promise_contract_id_position")),
    )
    op.create_table(
        "mail",
        sa.Column("id", KEY, nullable=False),
        sa.Column("club_id", KEY, nullable=False),
        sa.Column("document_id", KEY, nullable=False),
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("tries", KEY, nullable=False),
        sa.Column("failure", sa.Text(), nullable=False),
        sa.Column("asked_at", clubsales.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("sent_at", clubsales.db.UtcDateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('waiting', 'sent', 'failed')", name=op.f("ck_mail_state")),
        sa.ForeignKeyConstraint(["club_id"], ["club.id"], name=op.f("fk_mail_club_id_club")),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_mail_document_id_document")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail")),
        sa.UniqueConstraint("document_id", "address", name=op.f("uq_mail_document_id_address")),
    )
    op.create_table(
        "refund_request",
        sa.Column("id", KEY, nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("club_id", KEY, nullable=False),
        sa.Column("sale_id", KEY, nullable=False),
        sa.Column("card_id", KEY, nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("basis", sa.String(length=12), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("amount_minor", KEY, nullable=False),
        sa.Column("reckoning", JSON, nullable=False),
        sa.Column("ends_card", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("asked_at", clubsales.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("asked_by", KEY, nullable=True),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("answered_at", clubsales.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("answered_by", KEY, nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("paid_at", clubsales.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("paid_by", KEY, nullable=True),
        sa.Column("policy_version_id", KEY, nullable=False),
        sa.Column("version", KEY, nullable=False),
        sa.CheckConstraint(
            "basis IN ('cooling_off', 'terms', 'goodwill')", name=op.f("ck_refund_request_basis")
        ),
        sa.CheckConstraint(
            "state IN ('asked', 'approved', 'refused', 'paid', 'withdrawn')",
            name=op.f("ck_refund_request_state"),
        ),
        sa.CheckConstraint("amount_minor >= 0", name=op.f("ck_refund_request_amount")),
        sa.ForeignKeyConstraint(
            ["answered_by"], ["account.id"], name=op.f("fk_refund_request_answered_by_account")
        ),
        sa.ForeignKeyConstraint(
            ["asked_by"], ["account.id"], name=op.f("fk_refund_request_asked_by_account")
        ),
        sa.ForeignKeyConstraint(["card_id"], ["card.id"], name=op.f("fk_refund_request_card_id_card")),
        sa.ForeignKeyConstraint(["club_id"], ["club.id"], name=op.f("fk_refund_request_club_id_club")),
        sa.ForeignKeyConstraint(["paid_by"], ["account.id"], name=op.f("fk_refund_request_paid_by_account")),
        sa.ForeignKeyConstraint(
            ["policy_version_id"],
            ["policy_version.id"],
            name=op.f("fk_refund_request_policy_version_id_policy_version"),
        ),
        sa.ForeignKeyConstraint(["sale_id"], ["sale.id"], name=op.f("fk_refund_request_sale_id_sale")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refund_request")),
        sa.UniqueConstraint("public_id", name=op.f("uq_refund_request_public_id")),
    )
    op.create_index(op.f("ix_refund_request_card_id"), "refund_request", ["card_id"], unique=False)
    op.create_index("ix_refund_request_club", "refund_request", ["club_id", "state"], unique=False)
    op.create_index(op.f("ix_refund_request_sale_id"), "refund_request", ["sale_id"], unique=False)
    widen_sales()
    write_what_was_sold()
    for table in APPEND_ONLY:
        make_append_only(table)
    keep_for_good()
    limit_places()


def downgrade() -> None:
    raise NotImplementedError("what was recorded is not thrown away")
