"""Question banks kept by the site: banks, versions of their questions, files that wait for a yes."""

import sqlalchemy as sa
from alembic import op

import lms.db.types

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

OPEN = sa.text("ended_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "question_banks",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("titles", sa.JSON(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("made_at", lms.db.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["by_id"], ["users.id"], name=op.f("fk_question_banks_by_id_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question_banks")),
        sa.UniqueConstraint("key", name=op.f("uq_question_banks_key")),
    )
    op.create_table(
        "bank_questions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("bank_key", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("spec", sa.JSON(), nullable=False),
        sa.Column("content_hash", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("competency", sa.Text(), nullable=True),
        sa.Column("sought", sa.Text(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("file_format", sa.Text(), nullable=False),
        sa.Column("made_at", lms.db.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("ended_at", lms.db.types.UtcDateTime(timezone=True), nullable=True),
        sa.Column("ended_by_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("number >= 1", name=op.f("ck_bank_questions_number")),
        sa.ForeignKeyConstraint(
            ["bank_key"],
            ["question_banks.key"],
            name=op.f("fk_bank_questions_bank_key_question_banks"),
        ),
        sa.ForeignKeyConstraint(
            ["by_id"], ["users.id"], name=op.f("fk_bank_questions_by_id_users")
        ),
        sa.ForeignKeyConstraint(
            ["ended_by_id"], ["users.id"], name=op.f("fk_bank_questions_ended_by_id_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_questions")),
        sa.UniqueConstraint(
            "bank_key", "key", "number", name=op.f("uq_bank_questions_bank_key_key_number")
        ),
    )
    op.create_index(
        "ix_bank_questions_one_open",
        "bank_questions",
        ["bank_key", "key"],
        unique=True,
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )
    op.create_table(
        "bank_uploads",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("bank_key", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("file_format", sa.Text(), nullable=False),
        sa.Column("defaults", sa.JSON(), nullable=False),
        sa.Column("made_at", lms.db.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("taken_at", lms.db.types.UtcDateTime(timezone=True), nullable=True),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_bank_uploads_by_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_uploads")),
    )
    with op.batch_alter_table("bank_uploads", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_bank_uploads_by_id"), ["by_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("bank_uploads", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_bank_uploads_by_id"))
    op.drop_table("bank_uploads")
    op.drop_index("ix_bank_questions_one_open", table_name="bank_questions")
    op.drop_table("bank_questions")
    op.drop_table("question_banks")
