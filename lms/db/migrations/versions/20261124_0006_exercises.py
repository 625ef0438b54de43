"""Exercises."""

import sqlalchemy as sa
from alembic import op

import lms.db.types

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "calendar_feeds",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("made_at", lms.db.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", lms.db.types.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_calendar_feeds_user_id_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_feeds")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_calendar_feeds_token_hash")),
    )
    op.create_index(op.f("ix_calendar_feeds_user_id"), "calendar_feeds", ["user_id"], unique=False)
    op.create_table(
        "exercises",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("once_key", sa.Text(), nullable=False),
        sa.Column("uid", sa.Text(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("titles", sa.JSON(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("template_key", sa.Text(), nullable=False),
        sa.Column("template", sa.JSON(), nullable=False),
        sa.Column("host_id", sa.Uuid(), nullable=False),
        sa.Column("starts_at", lms.db.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("ends_at", lms.db.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("venue", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("lead_evaluator_id", sa.Uuid(), nullable=True),
        sa.Column("made_at", lms.db.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", sa.Uuid(), nullable=True),
        sa.Column("changed_at", lms.db.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("started_at", lms.db.types.UtcDateTime(timezone=True), nullable=True),
        sa.Column("finished_at", lms.db.types.UtcDateTime(timezone=True), nullable=True),
        sa.Column("closed_at", lms.db.types.UtcDateTime(timezone=True), nullable=True),
        sa.Column("cancelled_at", lms.db.types.UtcDateTime(timezone=True), nullable=True),
        sa.Column("cancel_reason", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(state = 'closed') = (closed_at IS NOT NULL)", name=op.f("ck_exercises_closed")
        ),
        sa.CheckConstraint(
            "state IN ('planned', 'running', 'evaluating', 'closed', 'cancelled')",
            name=op.f("ck_exercises_state"),
        ),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_exercises_order")),
        sa.ForeignKeyConstraint(
            ["host_id"], ["organisations.id"], name=op.f("fk_exercises_host_id_organisations")
        ),
        sa.ForeignKeyConstraint(
            ["lead_evaluator_id"], ["users.id"], name=op.f("fk_exercises_lead_evaluator_id_users")
        ),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["users.id"], name=op.f("fk_exercises_made_by_id_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exercises")),
        sa.UniqueConstraint("once_key", name=op.f("uq_exercises_once_key")),
        sa.UniqueConstraint("uid", name=op.f("uq_exercises_uid")),
    )
    op.create_index(op.f("ix_exercises_host_id"), "exercises", ["host_id"], unique=False)
    op.create_index(op.f("ix_exercises_starts_at"), "exercises", ["starts_at"], unique=False)
    op.create_table(
        "corrective_actions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("once_key", sa.Text(), nullable=False),
        sa.Column("exercise_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("done_at", lms.db.types.UtcDateTime(timezone=True), nullable=True),
        sa.Column("drop_reason", sa.Text(), nullable=False),
        sa.Column("made_at", lms.db.types.UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(state = 'done') = (done_at IS NOT NULL)", name=op.f("ck_corrective_actions_done")
        ),
        sa.CheckConstraint(
            "state IN ('open', 'done', 'dropped')", name=op.f("ck_corrective_actions_state")
        ),
        sa.ForeignKeyConstraint(
            ["exercise_id"],
            ["exercises.id"],
            name=op.f("fk_corrective_actions_exercise_id_exercises"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_corrective_actions_organisation_id_organisations"),
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["users.id"], name=op.f("fk_corrective_actions_owner_id_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_corrective_actions")),
        sa.UniqueConstraint("once_key", name=op.f("uq_corrective_actions_once_key")),
    )
    op.create_index(
        op.f("ix_corrective_actions_exercise_id"),
        "corrective_actions",
        ["exercise_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_corrective_actions_organisation_id"),
        "corrective_actions",
        ["organisation_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_corrective_actions_owner_id"), "corrective_actions", ["owner_id"], unique=False
    )
    op.create_index(
        op.f("ix_corrective_actions_state_due_on"),
        "corrective_actions",
        ["state", "due_on"],
        unique=False,
    )
    op.create_table(
        "exercise_evaluators",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("exercise_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("belongs", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["exercise_id"],
            ["exercises.id"],
            name=op.f("fk_exercise_evaluators_exercise_id_exercises"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_exercise_evaluators_organisation_id_organisations"),
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_exercise_evaluators_user_id_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exercise_evaluators")),
        sa.UniqueConstraint(
            "exercise_id", "user_id", name=op.f("uq_exercise_evaluators_exercise_id_user_id")
        ),
    )
    op.create_index(
        op.f("ix_exercise_evaluators_organisation_id"),
        "exercise_evaluators",
        ["organisation_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_exercise_evaluators_user_id"), "exercise_evaluators", ["user_id"], unique=False
    )
    op.create_table(
        "exercise_injects",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("exercise_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("offset_minutes", sa.Integer(), nullable=False),
        sa.Column("sender", sa.JSON(), nullable=False),
        sa.Column("recipient", sa.JSON(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("expected", sa.JSON(), nullable=False),
        sa.Column("delivered_at", lms.db.types.UtcDateTime(timezone=True), nullable=True),
        sa.Column("delivered_by_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("offset_minutes >= 0", name=op.f("ck_exercise_injects_offset")),
        sa.ForeignKeyConstraint(
            ["delivered_by_id"],
            ["users.id"],
            name=op.f("fk_exercise_injects_delivered_by_id_users"),
        ),
        sa.ForeignKeyConstraint(
            ["exercise_id"],
            ["exercises.id"],
            name=op.f("fk_exercise_injects_exercise_id_exercises"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exercise_injects")),
        sa.UniqueConstraint("exercise_id", "key", name=op.f("uq_exercise_injects_exercise_id_key")),
    )
    op.create_table(
        "exercise_log",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("once_key", sa.Text(), nullable=False),
        sa.Column("exercise_id", sa.Uuid(), nullable=False),
        sa.Column("at", lms.db.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_exercise_log_by_id_users")),
        sa.ForeignKeyConstraint(
            ["exercise_id"], ["exercises.id"], name=op.f("fk_exercise_log_exercise_id_exercises")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exercise_log")),
        sa.UniqueConstraint("once_key", name=op.f("uq_exercise_log_once_key")),
    )
    op.create_index(
        op.f("ix_exercise_log_exercise_id"), "exercise_log", ["exercise_id"], unique=False
    )
    op.create_table(
        "exercise_objectives",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("exercise_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("titles", sa.JSON(), nullable=False),
        sa.Column("competencies", sa.JSON(), nullable=False),
        sa.Column("anchors", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["exercise_id"],
            ["exercises.id"],
            name=op.f("fk_exercise_objectives_exercise_id_exercises"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exercise_objectives")),
        sa.UniqueConstraint(
            "exercise_id", "key", name=op.f("uq_exercise_objectives_exercise_id_key")
        ),
    )
    op.create_table(
        "exercise_organisations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("exercise_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("evaluated", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["exercise_id"],
            ["exercises.id"],
            name=op.f("fk_exercise_organisations_exercise_id_exercises"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_exercise_organisations_organisation_id_organisations"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exercise_organisations")),
        sa.UniqueConstraint(
            "exercise_id",
            "organisation_id",
            name=op.f("uq_exercise_organisations_exercise_id_organisation_id"),
        ),
    )
    op.create_index(
        op.f("ix_exercise_organisations_organisation_id"),
        "exercise_organisations",
        ["organisation_id"],
        unique=False,
    )
    op.create_table(
        "exercise_participants",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("exercise_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_at", lms.db.types.UtcDateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "answer IN ('invited', 'accepted', 'declined')",
            name=op.f("ck_exercise_participants_answer"),
        ),
        sa.CheckConstraint(
            "role IN ('player', 'leading-player', 'controller', 'observer', 'planner')",
            name=op.f("ck_exercise_participants_role"),
        ),
        sa.ForeignKeyConstraint(
            ["exercise_id"],
            ["exercises.id"],
            name=op.f("fk_exercise_participants_exercise_id_exercises"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_exercise_participants_organisation_id_organisations"),
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_exercise_participants_user_id_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exercise_participants")),
        sa.UniqueConstraint(
            "exercise_id", "user_id", name=op.f("uq_exercise_participants_exercise_id_user_id")
        ),
    )
    op.create_index(
        op.f("ix_exercise_participants_organisation_id"),
        "exercise_participants",
        ["organisation_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_exercise_participants_user_id"), "exercise_participants", ["user_id"], unique=False
    )
    op.create_table(
        "exercise_ratings",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("objective_id", sa.Uuid(), nullable=False),
        sa.Column("evaluator_id", sa.Uuid(), nullable=False),
        sa.Column("rating", sa.Text(), nullable=False),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.Column("at", lms.db.types.UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "rating IN ('P', 'S', 'M', 'U', 'N/O')", name=op.f("ck_exercise_ratings_rating")
        ),
        sa.ForeignKeyConstraint(
            ["evaluator_id"],
            ["exercise_evaluators.id"],
            name=op.f("fk_exercise_ratings_evaluator_id_exercise_evaluators"),
        ),
        sa.ForeignKeyConstraint(
            ["objective_id"],
            ["exercise_objectives.id"],
            name=op.f("fk_exercise_ratings_objective_id_exercise_objectives"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exercise_ratings")),
        sa.UniqueConstraint(
            "objective_id",
            "evaluator_id",
            name=op.f("uq_exercise_ratings_objective_id_evaluator_id"),
        ),
    )
    op.create_index(
        op.f("ix_exercise_ratings_evaluator_id"), "exercise_ratings", ["evaluator_id"], unique=False
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_exercise_ratings_evaluator_id"), table_name="exercise_ratings")
    op.drop_table("exercise_ratings")
    op.drop_index(
        op.f("ix_exercise_participants_organisation_id"), table_name="exercise_participants"
    )
    op.drop_index(op.f("ix_exercise_participants_user_id"), table_name="exercise_participants")
    op.drop_table("exercise_participants")
    op.drop_index(
        op.f("ix_exercise_organisations_organisation_id"), table_name="exercise_organisations"
    )
    op.drop_table("exercise_organisations")
    op.drop_table("exercise_objectives")
    op.drop_index(op.f("ix_exercise_log_exercise_id"), table_name="exercise_log")
    op.drop_table("exercise_log")
    op.drop_table("exercise_injects")
    op.drop_index(op.f("ix_exercise_evaluators_organisation_id"), table_name="exercise_evaluators")
    op.drop_index(op.f("ix_exercise_evaluators_user_id"), table_name="exercise_evaluators")
    op.drop_table("exercise_evaluators")
    op.drop_index(op.f("ix_corrective_actions_exercise_id"), table_name="corrective_actions")
    op.drop_index(op.f("ix_corrective_actions_organisation_id"), table_name="corrective_actions")
    op.drop_index(op.f("ix_corrective_actions_owner_id"), table_name="corrective_actions")
    op.drop_index(op.f("ix_corrective_actions_state_due_on"), table_name="corrective_actions")
    op.drop_table("corrective_actions")
    op.drop_index(op.f("ix_exercises_host_id"), table_name="exercises")
    op.drop_index(op.f("ix_exercises_starts_at"), table_name="exercises")
    op.drop_table("exercises")
    op.drop_index(op.f("ix_calendar_feeds_user_id"), table_name="calendar_feeds")
    op.drop_table("calendar_feeds")
