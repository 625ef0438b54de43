"""Evidence."""

import sqlalchemy as sa
from alembic import op

import lms.db.types

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TABLES = ("evidence", "evidence_ends")


def _guard_ledger() -> None:
    """Let the database itself refuse to change or delete what was recorded."""
    if op.get_bind().dialect.name == "sqlite":
        for table in TABLES:
            for deed in ("UPDATE", "DELETE"):
                op.execute(
                    f"CREATE TRIGGER {table}_no_{deed.lower()} BEFORE {deed} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
                )
        return
    op.execute(
        "CREATE FUNCTION evidence_append_only() RETURNS trigger AS $$ "
        "BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$ LANGUAGE plpgsql"
    )
    for table in TABLES:
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION evidence_append_only()"
        )


def upgrade() -> None:
    op.create_table(
        "evidence",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("once_key", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("competency", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("indicator", sa.Text(), nullable=False),
        sa.Column("value", lms.db.types.Exact(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("numerator", lms.db.types.Exact(), nullable=True),
        sa.Column("denominator", lms.db.types.Exact(), nullable=True),
        sa.Column("observed_on", sa.Date(), nullable=False),
        sa.Column("group_key", sa.Text(), nullable=False),
        sa.Column("leading", sa.Boolean(), nullable=False),
        sa.Column("record_kind", sa.Text(), nullable=False),
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("assessor_organisation_id", sa.Uuid(), nullable=True),
        sa.Column("recorded_at", lms.db.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "(competency = '') <> (indicator = '')", name=op.f("ck_evidence_subject")
        ),
        sa.CheckConstraint(
            "competency = '' OR user_id IS NOT NULL", name=op.f("ck_evidence_person")
        ),
        sa.ForeignKeyConstraint(
            ["assessor_organisation_id"],
            ["organisations.id"],
            name=op.f("fk_evidence_assessor_organisation_id_organisations"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_evidence_organisation_id_organisations"),
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["users.id"], name=op.f("fk_evidence_recorded_by_id_users")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_evidence_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence")),
        sa.UniqueConstraint("once_key", name=op.f("uq_evidence_once_key")),
    )
    op.create_index(
        op.f("ix_evidence_organisation_id_indicator_observed_on"),
        "evidence",
        ["organisation_id", "indicator", "observed_on"],
        unique=False,
    )
    op.create_index(
        op.f("ix_evidence_record_kind_record_id"),
        "evidence",
        ["record_kind", "record_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_evidence_user_id_competency_observed_on"),
        "evidence",
        ["user_id", "competency", "observed_on"],
        unique=False,
    )
    op.create_table(
        "evidence_ends",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("evidence_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("successor_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", lms.db.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "kind = 'withdrawn' OR successor_id IS NOT NULL",
            name=op.f("ck_evidence_ends_successor"),
        ),
        sa.CheckConstraint(
            "kind IN ('superseded', 'withdrawn')", name=op.f("ck_evidence_ends_kind")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_evidence_ends_by_id_users")),
        sa.ForeignKeyConstraint(
            ["evidence_id"], ["evidence.id"], name=op.f("fk_evidence_ends_evidence_id_evidence")
        ),
        sa.ForeignKeyConstraint(
            ["successor_id"], ["evidence.id"], name=op.f("fk_evidence_ends_successor_id_evidence")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence_ends")),
        sa.UniqueConstraint("evidence_id", name=op.f("uq_evidence_ends_evidence_id")),
    )
    _guard_ledger()


def downgrade() -> None:
    op.drop_table("evidence_ends")
    op.drop_index(op.f("ix_evidence_organisation_id_indicator_observed_on"), table_name="evidence")
    op.drop_index(op.f("ix_evidence_record_kind_record_id"), table_name="evidence")
    op.drop_index(op.f("ix_evidence_user_id_competency_observed_on"), table_name="evidence")
    op.drop_table("evidence")
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION evidence_append_only()")
