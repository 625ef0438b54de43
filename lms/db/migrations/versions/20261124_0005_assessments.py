"""Assessments."""

import sqlalchemy as sa
from alembic import op

import lms.db.types

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "attempts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("assessment_key", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("assessment", sa.JSON(), nullable=False),
        sa.Column("questions", sa.JSON(), nullable=False),
        sa.Column("seed", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("started_at", lms.db.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("deadline", lms.db.types.UtcDateTime(timezone=True), nullable=True),
        sa.Column("submitted_at", lms.db.types.UtcDateTime(timezone=True), nullable=True),
        sa.Column("closed_by_site", sa.Boolean(), nullable=False),
        sa.Column("percent", lms.db.types.Exact(), nullable=True),
        sa.Column("passed", sa.Boolean(), nullable=True),
        sa.Column("marks", sa.JSON(), nullable=False),
        sa.CheckConstraint(
            "(state = 'submitted') = (submitted_at IS NOT NULL)", name=op.f("ck_attempts_submitted")
        ),
        sa.CheckConstraint("state IN ('in-progress', 'submitted')", name=op.f("ck_attempts_state")),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_attempts_organisation_id_organisations"),
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_attempts_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempts")),
        sa.UniqueConstraint(
            "user_id",
            "assessment_key",
            "number",
            name=op.f("uq_attempts_user_id_assessment_key_number"),
        ),
    )
    op.create_index(
        op.f("ix_attempts_assessment_key"), "attempts", ["assessment_key"], unique=False
    )
    op.create_index(
        op.f("ix_attempts_organisation_id"), "attempts", ["organisation_id"], unique=False
    )
    op.create_table(
        "practical_observations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("once_key", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("observer_id", sa.Uuid(), nullable=False),
        sa.Column("observer_organisation_id", sa.Uuid(), nullable=True),
        sa.Column("rubric", sa.JSON(), nullable=False),
        sa.Column("ratings", sa.JSON(), nullable=False),
        sa.Column("competencies", sa.JSON(), nullable=False),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.Column("observed_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", lms.db.types.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["observer_id"], ["users.id"], name=op.f("fk_practical_observations_observer_id_users")
        ),
        sa.ForeignKeyConstraint(
            ["observer_organisation_id"],
            ["organisations.id"],
            name=op.f("fk_practical_observations_observer_organisation_id_organisations"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_practical_observations_organisation_id_organisations"),
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_practical_observations_user_id_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_practical_observations")),
        sa.UniqueConstraint("once_key", name=op.f("uq_practical_observations_once_key")),
    )
    op.create_index(
        op.f("ix_practical_observations_organisation_id"),
        "practical_observations",
        ["organisation_id"],
        unique=False,
    )
    op.create_table(
        "responses",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("attempt_id", sa.Uuid(), nullable=False),
        sa.Column("question_key", sa.Text(), nullable=False),
        sa.Column("response", sa.JSON(), nullable=True),
        sa.Column("saved_at", lms.db.types.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["attempts.id"], name=op.f("fk_responses_attempt_id_attempts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_responses")),
        sa.UniqueConstraint(
            "attempt_id", "question_key", name=op.f("uq_responses_attempt_id_question_key")
        ),
    )


def downgrade() -> None:
    op.drop_table("responses")
    op.drop_index(
        op.f("ix_practical_observations_organisation_id"), table_name="practical_observations"
    )
    op.drop_table("practical_observations")
    op.drop_index(op.f("ix_attempts_assessment_key"), table_name="attempts")
    op.drop_index(op.f("ix_attempts_organisation_id"), table_name="attempts")
    op.drop_table("attempts")
