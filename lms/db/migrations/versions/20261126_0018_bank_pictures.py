"""Pictures of the questions of banks, and which attempts hold which of them."""

import sqlalchemy as sa
from alembic import op

import lms.db.types

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "bank_pictures",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("made_at", lms.db.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("size_bytes >= 1", name=op.f("ck_bank_pictures_size_bytes")),
        sa.CheckConstraint("width >= 1 AND height >= 1", name=op.f("ck_bank_pictures_size")),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_bank_pictures_by_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_pictures")),
        sa.UniqueConstraint("sha256", name=op.f("uq_bank_pictures_sha256")),
    )
    op.create_table(
        "attempt_pictures",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("attempt_id", sa.Uuid(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["attempts.id"], name=op.f("fk_attempt_pictures_attempt_id_attempts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempt_pictures")),
        sa.UniqueConstraint(
            "sha256", "attempt_id", name=op.f("uq_attempt_pictures_sha256_attempt_id")
        ),
    )
    with op.batch_alter_table("attempt_pictures", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_attempt_pictures_attempt_id"), ["attempt_id"], unique=False
        )


def downgrade() -> None:
    with op.batch_alter_table("attempt_pictures", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_attempt_pictures_attempt_id"))
    op.drop_table("attempt_pictures")
    op.drop_table("bank_pictures")
