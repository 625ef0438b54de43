"""Supervisors' records that a person applied a competency at work."""

import sqlalchemy as sa
from alembic import op

import lms.db.types

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

TABLE = "work_confirmations"
INDEXED = ("user_id", "organisation_id", "supervisor_id")


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("once_key", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("supervisor_id", sa.Uuid(), nullable=False),
        sa.Column("supervisor_organisation_id", sa.Uuid(), nullable=True),
        sa.Column("competency", sa.Text(), nullable=False),
        sa.Column("observed_on", sa.Date(), nullable=False),
        sa.Column("seen", sa.Text(), nullable=False),
        sa.Column("work_record", sa.Text(), nullable=False),
        sa.Column("recorded_at", lms.db.types.UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("seen <> ''", name=op.f("ck_work_confirmations_seen")),
        sa.CheckConstraint("user_id <> supervisor_id", name=op.f("ck_work_confirmations_other")),
        *(
            sa.ForeignKeyConstraint(
                [column], [f"{table}.id"], name=op.f(f"fk_{TABLE}_{column}_{table}")
            )
            for column, table in (
                ("user_id", "users"),
                ("organisation_id", "organisations"),
                ("supervisor_id", "users"),
                ("supervisor_organisation_id", "organisations"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_confirmations")),
        sa.UniqueConstraint("once_key", name=op.f("uq_work_confirmations_once_key")),
    )
    with op.batch_alter_table(TABLE, schema=None) as batch:
        for column in INDEXED:
            batch.create_index(op.f(f"ix_{TABLE}_{column}"), [column], unique=False)


def downgrade() -> None:
    op.drop_table(TABLE)
