"""Exchanges."""

import sqlalchemy as sa
from alembic import op

import lms.db.types

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def _guard() -> None:
    """Let the database itself refuse to edit or delete a movement, whoever asks."""
    if op.get_bind().dialect.name == "sqlite":
        for deed in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER stock_movements_no_{deed.lower()} BEFORE {deed} ON stock_movements "
                "BEGIN SELECT RAISE(ABORT, 'stock_movements is append-only'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION stock_append_only() RETURNS trigger AS $$ "
        "BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$ LANGUAGE plpgsql"
    )
    op.execute(
        "CREATE TRIGGER stock_movements_append_only BEFORE UPDATE OR DELETE ON stock_movements "
        "FOR EACH ROW EXECUTE FUNCTION stock_append_only()"
    )


def upgrade() -> None:
    op.create_table(
        "resource_types",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("titles", sa.JSON(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("units", sa.JSON(), nullable=False),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "kind = 'consumable' OR places = 0", name=op.f("ck_resource_types_whole")
        ),
        sa.CheckConstraint("kind IN ('consumable', 'asset')", name=op.f("ck_resource_types_kind")),
        sa.CheckConstraint("places BETWEEN 0 AND 3", name=op.f("ck_resource_types_places")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_resource_types")),
        sa.UniqueConstraint("key", name=op.f("uq_resource_types_key")),
    )
    op.create_table(
        "exchange_offers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("once_key", sa.Text(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("resource_type_id", sa.Uuid(), nullable=False),
        sa.Column("quantity", lms.db.types.Exact(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("made_at", lms.db.types.UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state IN ('open', 'closed')", name=op.f("ck_exchange_offers_state")),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_exchange_offers_quantity")),
        sa.CheckConstraint("until_on >= from_on", name=op.f("ck_exchange_offers_days")),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_exchange_offers_organisation_id_organisations"),
        ),
        sa.ForeignKeyConstraint(
            ["resource_type_id"],
            ["resource_types.id"],
            name=op.f("fk_exchange_offers_resource_type_id_resource_types"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exchange_offers")),
        sa.UniqueConstraint("once_key", name=op.f("uq_exchange_offers_once_key")),
    )
    op.create_index(
        op.f("ix_exchange_offers_organisation_id"),
        "exchange_offers",
        ["organisation_id"],
        unique=False,
    )
    op.create_table(
        "exchange_requests",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("once_key", sa.Text(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("resource_type_id", sa.Uuid(), nullable=False),
        sa.Column("quantity", lms.db.types.Exact(), nullable=False),
        sa.Column("needed_by", sa.Date(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("made_at", lms.db.types.UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state IN ('open', 'closed')", name=op.f("ck_exchange_requests_state")),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_exchange_requests_quantity")),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_exchange_requests_organisation_id_organisations"),
        ),
        sa.ForeignKeyConstraint(
            ["resource_type_id"],
            ["resource_types.id"],
            name=op.f("fk_exchange_requests_resource_type_id_resource_types"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exchange_requests")),
        sa.UniqueConstraint("once_key", name=op.f("uq_exchange_requests_once_key")),
    )
    op.create_index(
        op.f("ix_exchange_requests_organisation_id"),
        "exchange_requests",
        ["organisation_id"],
        unique=False,
    )
    op.create_table(
        "exchanges",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("once_key", sa.Text(), nullable=False),
        sa.Column("giver_id", sa.Uuid(), nullable=False),
        sa.Column("receiver_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("dispatch_by", sa.Date(), nullable=False),
        sa.Column("return_by", sa.Date(), nullable=True),
        sa.Column("offer_id", sa.Uuid(), nullable=True),
        sa.Column("request_id", sa.Uuid(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("made_at", lms.db.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("closed_at", lms.db.types.UtcDateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(kind = 'loan') = (return_by IS NOT NULL)", name=op.f("ck_exchanges_loan")
        ),
        sa.CheckConstraint(
            "(state = 'closed') = (closed_at IS NOT NULL)", name=op.f("ck_exchanges_closed")
        ),
        sa.CheckConstraint("kind IN ('loan', 'donation')", name=op.f("ck_exchanges_kind")),
        sa.CheckConstraint(
            "state IN ('proposed', 'agreed', 'dispatched', 'received', 'returning', 'returned', 'consumed', 'closed', 'cancelled')",
            name=op.f("ck_exchanges_state"),
        ),
        sa.CheckConstraint("giver_id <> receiver_id", name=op.f("ck_exchanges_sides")),
        sa.CheckConstraint(
            "return_by IS NULL OR return_by > dispatch_by", name=op.f("ck_exchanges_days")
        ),
        sa.ForeignKeyConstraint(
            ["giver_id"], ["organisations.id"], name=op.f("fk_exchanges_giver_id_organisations")
        ),
        sa.ForeignKeyConstraint(
            ["offer_id"], ["exchange_offers.id"], name=op.f("fk_exchanges_offer_id_exchange_offers")
        ),
        sa.ForeignKeyConstraint(
            ["receiver_id"],
            ["organisations.id"],
            name=op.f("fk_exchanges_receiver_id_organisations"),
        ),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["exchange_requests.id"],
            name=op.f("fk_exchanges_request_id_exchange_requests"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exchanges")),
        sa.UniqueConstraint("once_key", name=op.f("uq_exchanges_once_key")),
    )
    op.create_index(op.f("ix_exchanges_giver_id"), "exchanges", ["giver_id"], unique=False)
    op.create_index(op.f("ix_exchanges_offer_id"), "exchanges", ["offer_id"], unique=False)
    op.create_index(op.f("ix_exchanges_receiver_id"), "exchanges", ["receiver_id"], unique=False)
    op.create_index(op.f("ix_exchanges_request_id"), "exchanges", ["request_id"], unique=False)
    op.create_index(op.f("ix_exchanges_state"), "exchanges", ["state"], unique=False)
    op.create_table(
        "exchange_confirmations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("exchange_id", sa.Uuid(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("side", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("at", lms.db.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "side IN ('giver', 'receiver')", name=op.f("ck_exchange_confirmations_side")
        ),
        sa.CheckConstraint(
            "step IN ('agree', 'dispatch', 'receive', 'write-off', 'consume', 'send-back', 'take-back', 'write-off-back', 'close', 'cancel')",
            name=op.f("ck_exchange_confirmations_step"),
        ),
        sa.ForeignKeyConstraint(
            ["exchange_id"],
            ["exchanges.id"],
            name=op.f("fk_exchange_confirmations_exchange_id_exchanges"),
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_exchange_confirmations_user_id_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exchange_confirmations")),
        sa.UniqueConstraint(
            "exchange_id",
            "step",
            "side",
            name=op.f("uq_exchange_confirmations_exchange_id_step_side"),
        ),
    )
    op.create_table(
        "exchange_lines",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("exchange_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("resource_type_id", sa.Uuid(), nullable=False),
        sa.Column("quantity", lms.db.types.Exact(), nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_exchange_lines_quantity")),
        sa.ForeignKeyConstraint(
            ["exchange_id"], ["exchanges.id"], name=op.f("fk_exchange_lines_exchange_id_exchanges")
        ),
        sa.ForeignKeyConstraint(
            ["resource_type_id"],
            ["resource_types.id"],
            name=op.f("fk_exchange_lines_resource_type_id_resource_types"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exchange_lines")),
        sa.UniqueConstraint(
            "exchange_id",
            "resource_type_id",
            name=op.f("uq_exchange_lines_exchange_id_resource_type_id"),
        ),
    )
    op.create_table(
        "stock_accounts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("resource_type_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("line_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "(kind = 'in-transit') = (line_id IS NOT NULL)", name=op.f("ck_stock_accounts_line")
        ),
        sa.CheckConstraint(
            "(kind = 'organisation') = (organisation_id IS NOT NULL)",
            name=op.f("ck_stock_accounts_owner"),
        ),
        sa.CheckConstraint(
            "kind IN ('organisation', 'in-transit', 'opening', 'consumed', 'lost')",
            name=op.f("ck_stock_accounts_kind"),
        ),
        sa.ForeignKeyConstraint(
            ["line_id"],
            ["exchange_lines.id"],
            name=op.f("fk_stock_accounts_line_id_exchange_lines"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_stock_accounts_organisation_id_organisations"),
        ),
        sa.ForeignKeyConstraint(
            ["resource_type_id"],
            ["resource_types.id"],
            name=op.f("fk_stock_accounts_resource_type_id_resource_types"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_accounts")),
        sa.UniqueConstraint("code", name=op.f("uq_stock_accounts_code")),
    )
    op.create_index(
        op.f("ix_stock_accounts_organisation_id"),
        "stock_accounts",
        ["organisation_id"],
        unique=False,
    )
    op.create_table(
        "stock_movements",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("once_key", sa.Text(), nullable=False),
        sa.Column("resource_type_id", sa.Uuid(), nullable=False),
        sa.Column("from_account_id", sa.Uuid(), nullable=False),
        sa.Column("to_account_id", sa.Uuid(), nullable=False),
        sa.Column("quantity", lms.db.types.Exact(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("line_id", sa.Uuid(), nullable=True),
        sa.Column("at", lms.db.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "reason IN ('opening', 'use', 'loss', 'dispatch', 'receipt', 'loss-on-way', 'consumption', 'loss-on-loan', 'send-back', 'take-back', 'loss-on-way-back')",
            name=op.f("ck_stock_movements_reason"),
        ),
        sa.CheckConstraint(
            "from_account_id <> to_account_id", name=op.f("ck_stock_movements_accounts")
        ),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_stock_movements_quantity")),
        sa.ForeignKeyConstraint(
            ["by_id"], ["users.id"], name=op.f("fk_stock_movements_by_id_users")
        ),
        sa.ForeignKeyConstraint(
            ["from_account_id"],
            ["stock_accounts.id"],
            name=op.f("fk_stock_movements_from_account_id_stock_accounts"),
        ),
        sa.ForeignKeyConstraint(
            ["line_id"],
            ["exchange_lines.id"],
            name=op.f("fk_stock_movements_line_id_exchange_lines"),
        ),
        sa.ForeignKeyConstraint(
            ["resource_type_id"],
            ["resource_types.id"],
            name=op.f("fk_stock_movements_resource_type_id_resource_types"),
        ),
        sa.ForeignKeyConstraint(
            ["to_account_id"],
            ["stock_accounts.id"],
            name=op.f("fk_stock_movements_to_account_id_stock_accounts"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_movements")),
        sa.UniqueConstraint("once_key", name=op.f("uq_stock_movements_once_key")),
    )
    op.create_index(
        op.f("ix_stock_movements_from_account_id"),
        "stock_movements",
        ["from_account_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_stock_movements_line_id"), "stock_movements", ["line_id"], unique=False
    )
    op.create_index(
        op.f("ix_stock_movements_to_account_id"), "stock_movements", ["to_account_id"], unique=False
    )
    _guard()


def downgrade() -> None:
    op.drop_index(op.f("ix_stock_movements_from_account_id"), table_name="stock_movements")
    op.drop_index(op.f("ix_stock_movements_line_id"), table_name="stock_movements")
    op.drop_index(op.f("ix_stock_movements_to_account_id"), table_name="stock_movements")
    op.drop_table("stock_movements")
    op.drop_index(op.f("ix_stock_accounts_organisation_id"), table_name="stock_accounts")
    op.drop_table("stock_accounts")
    op.drop_table("exchange_lines")
    op.drop_table("exchange_confirmations")
    op.drop_index(op.f("ix_exchanges_giver_id"), table_name="exchanges")
    op.drop_index(op.f("ix_exchanges_offer_id"), table_name="exchanges")
    op.drop_index(op.f("ix_exchanges_receiver_id"), table_name="exchanges")
    op.drop_index(op.f("ix_exchanges_request_id"), table_name="exchanges")
    op.drop_index(op.f("ix_exchanges_state"), table_name="exchanges")
    op.drop_table("exchanges")
    op.drop_index(op.f("ix_exchange_requests_organisation_id"), table_name="exchange_requests")
    op.drop_table("exchange_requests")
    op.drop_index(op.f("ix_exchange_offers_organisation_id"), table_name="exchange_offers")
    op.drop_table("exchange_offers")
    op.drop_table("resource_types")
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION stock_append_only()")
