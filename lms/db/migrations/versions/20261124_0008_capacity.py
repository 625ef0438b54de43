"""Capacity."""

import sqlalchemy as sa
from alembic import op

import lms.db.types

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "index_runs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("methodology_key", sa.Text(), nullable=False),
        sa.Column("methodology_version", sa.Text(), nullable=False),
        sa.Column("methodology_hash", sa.Text(), nullable=False),
        sa.Column("methodology", sa.JSON(), nullable=False),
        sa.Column("evidence_hash", sa.Text(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("seed", sa.Text(), nullable=False),
        sa.Column("draws", sa.Integer(), nullable=False),
        sa.Column("algorithm", sa.Text(), nullable=False),
        sa.Column("problems", sa.JSON(), nullable=False),
        sa.Column("unknown_error", sa.JSON(), nullable=False),
        sa.Column("computed_at", lms.db.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("computed_by_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["computed_by_id"], ["users.id"], name=op.f("fk_index_runs_computed_by_id_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_index_runs")),
        sa.UniqueConstraint(
            "methodology_hash", "evidence_hash", "as_of", "seed", "draws", name="repeated"
        ),
    )
    op.create_index(
        op.f("ix_index_runs_methodology_key_as_of"),
        "index_runs",
        ["methodology_key", "as_of"],
        unique=False,
    )
    op.create_table(
        "index_values",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("value", sa.Double(), nullable=True),
        sa.Column("low", sa.Double(), nullable=True),
        sa.Column("high", sa.Double(), nullable=True),
        sa.Column("coverage", sa.Double(), nullable=True),
        sa.Column("band", sa.Text(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=True),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("sources", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_index_values_organisation_id_organisations"),
        ),
        sa.ForeignKeyConstraint(
            ["run_id"], ["index_runs.id"], name=op.f("fk_index_values_run_id_index_runs")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_index_values")),
        sa.UniqueConstraint(
            "run_id", "organisation_id", name=op.f("uq_index_values_run_id_organisation_id")
        ),
    )
    op.create_index(
        op.f("ix_index_values_organisation_id"), "index_values", ["organisation_id"], unique=False
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_index_values_organisation_id"), table_name="index_values")
    op.drop_table("index_values")
    op.drop_index(op.f("ix_index_runs_methodology_key_as_of"), table_name="index_runs")
    op.drop_table("index_runs")
