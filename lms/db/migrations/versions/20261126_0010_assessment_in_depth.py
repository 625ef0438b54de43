"""Assessment in depth: cohorts, sittings, overrides, hand marks, regrades, cut scores, and more states of attempts."""

import sqlalchemy as sa
from alembic import op

import lms.db.types

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

STATES = "state IN ('in-progress', 'submitted', 'marked', 'abandoned', 'voided')"
HANDED_IN = (
    "CASE state WHEN 'submitted' THEN submitted_at IS NOT NULL"
    " WHEN 'marked' THEN submitted_at IS NOT NULL"
    " WHEN 'voided' THEN void_reason <> ''"
    " ELSE submitted_at IS NULL END"
)
ONE_IN_PROGRESS = sa.text("state = 'in-progress'")


def upgrade() -> None:
    op.create_table(
        "cohorts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("once_key", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("course_key", sa.Text(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("trainer_id", sa.Uuid(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("made_at", lms.db.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("closed_at", lms.db.types.UtcDateTime(timezone=True), nullable=True),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_cohorts_days")),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_cohorts_organisation_id_organisations"),
        ),
        sa.ForeignKeyConstraint(
            ["trainer_id"], ["users.id"], name=op.f("fk_cohorts_trainer_id_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cohorts")),
        sa.UniqueConstraint("once_key", name=op.f("uq_cohorts_once_key")),
    )
    with op.batch_alter_table("cohorts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_cohorts_course_key"), ["course_key"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_cohorts_organisation_id"), ["organisation_id"], unique=False
        )

    op.create_table(
        "cut_score_rounds",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("assessment_key", sa.Text(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("questions", sa.JSON(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("made_at", lms.db.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("closed_at", lms.db.types.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["by_id"], ["users.id"], name=op.f("fk_cut_score_rounds_by_id_users")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_cut_score_rounds_organisation_id_organisations"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cut_score_rounds")),
    )
    with op.batch_alter_table("cut_score_rounds", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_cut_score_rounds_assessment_key"), ["assessment_key"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_cut_score_rounds_organisation_id"), ["organisation_id"], unique=False
        )

    op.create_table(
        "regrades",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("once_key", sa.Text(), nullable=False),
        sa.Column("assessment_key", sa.Text(), nullable=False),
        sa.Column("question_key", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("spec", sa.JSON(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("at", lms.db.types.UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('new-key', 'full-credit', 'drop')", name=op.f("ck_regrades_kind")
        ),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_regrades_reason")),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_regrades_by_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_regrades")),
        sa.UniqueConstraint("once_key", name=op.f("uq_regrades_once_key")),
    )
    with op.batch_alter_table("regrades", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_regrades_assessment_key"), ["assessment_key"], unique=False
        )

    op.create_table(
        "sittings",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("assessment_key", sa.Text(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("supervisor_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("opens_at", lms.db.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("closes_at", lms.db.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_sittings_organisation_id_organisations"),
        ),
        sa.ForeignKeyConstraint(
            ["supervisor_id"], ["users.id"], name=op.f("fk_sittings_supervisor_id_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sittings")),
        sa.UniqueConstraint("code", name=op.f("uq_sittings_code")),
    )
    with op.batch_alter_table("sittings", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_sittings_assessment_key"), ["assessment_key"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_sittings_organisation_id"), ["organisation_id"], unique=False
        )

    op.create_table(
        "assessment_overrides",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("once_key", sa.Text(), nullable=False),
        sa.Column("assessment_key", sa.Text(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("cohort_id", sa.Uuid(), nullable=True),
        sa.Column("extra_minutes", sa.Integer(), nullable=False),
        sa.Column("extra_attempts", sa.Integer(), nullable=False),
        sa.Column("opens_at", lms.db.types.UtcDateTime(timezone=True), nullable=True),
        sa.Column("closes_at", lms.db.types.UtcDateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("made_at", lms.db.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", lms.db.types.UtcDateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_assessment_overrides_reason")),
        sa.CheckConstraint(
            "(user_id IS NULL) <> (cohort_id IS NULL)", name=op.f("ck_assessment_overrides_whom")
        ),
        sa.CheckConstraint(
            "extra_minutes >= 0 AND extra_attempts >= 0", name=op.f("ck_assessment_overrides_extra")
        ),
        sa.ForeignKeyConstraint(
            ["by_id"], ["users.id"], name=op.f("fk_assessment_overrides_by_id_users")
        ),
        sa.ForeignKeyConstraint(
            ["cohort_id"], ["cohorts.id"], name=op.f("fk_assessment_overrides_cohort_id_cohorts")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_assessment_overrides_organisation_id_organisations"),
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_assessment_overrides_user_id_users")
        ),
        sa.ForeignKeyConstraint(
            ["withdrawn_by_id"],
            ["users.id"],
            name=op.f("fk_assessment_overrides_withdrawn_by_id_users"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment_overrides")),
        sa.UniqueConstraint("once_key", name=op.f("uq_assessment_overrides_once_key")),
    )
    with op.batch_alter_table("assessment_overrides", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_assessment_overrides_assessment_key"), ["assessment_key"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_assessment_overrides_cohort_id"), ["cohort_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_assessment_overrides_organisation_id"), ["organisation_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_assessment_overrides_user_id"), ["user_id"], unique=False
        )

    op.create_table(
        "cohort_members",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("cohort_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("joined_at", lms.db.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("left_at", lms.db.types.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["cohort_id"], ["cohorts.id"], name=op.f("fk_cohort_members_cohort_id_cohorts")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_cohort_members_user_id_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cohort_members")),
        sa.UniqueConstraint(
            "cohort_id", "user_id", name=op.f("uq_cohort_members_cohort_id_user_id")
        ),
    )
    with op.batch_alter_table("cohort_members", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_cohort_members_user_id"), ["user_id"], unique=False)

    op.create_table(
        "cut_score_judgements",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("judge_id", sa.Uuid(), nullable=False),
        sa.Column("question_key", sa.Text(), nullable=False),
        sa.Column("estimate", sa.Integer(), nullable=False),
        sa.Column("saved_at", lms.db.types.UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "estimate BETWEEN 0 AND 100", name=op.f("ck_cut_score_judgements_estimate")
        ),
        sa.ForeignKeyConstraint(
            ["judge_id"], ["users.id"], name=op.f("fk_cut_score_judgements_judge_id_users")
        ),
        sa.ForeignKeyConstraint(
            ["round_id"],
            ["cut_score_rounds.id"],
            name=op.f("fk_cut_score_judgements_round_id_cut_score_rounds"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cut_score_judgements")),
        sa.UniqueConstraint(
            "round_id",
            "judge_id",
            "question_key",
            name=op.f("uq_cut_score_judgements_round_id_judge_id_question_key"),
        ),
    )
    op.create_table(
        "answer_files",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("attempt_id", sa.Uuid(), nullable=False),
        sa.Column("question_key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("uploaded_at", lms.db.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["attempts.id"], name=op.f("fk_answer_files_attempt_id_attempts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer_files")),
        sa.UniqueConstraint(
            "attempt_id",
            "question_key",
            "sha256",
            name=op.f("uq_answer_files_attempt_id_question_key_sha256"),
        ),
    )
    op.create_table(
        "hand_marks",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("attempt_id", sa.Uuid(), nullable=False),
        sa.Column("question_key", sa.Text(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("marker_id", sa.Uuid(), nullable=False),
        sa.Column("ratings", sa.JSON(), nullable=False),
        sa.Column("share", lms.db.types.Exact(), nullable=False),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.Column("marked_at", lms.db.types.UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("share BETWEEN 0 AND 1000000", name=op.f("ck_hand_marks_share")),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["attempts.id"], name=op.f("fk_hand_marks_attempt_id_attempts")
        ),
        sa.ForeignKeyConstraint(
            ["marker_id"], ["users.id"], name=op.f("fk_hand_marks_marker_id_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hand_marks")),
        sa.UniqueConstraint(
            "attempt_id",
            "question_key",
            "round",
            "marker_id",
            name=op.f("uq_hand_marks_attempt_id_question_key_round_marker_id"),
        ),
    )
    with op.batch_alter_table("hand_marks", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_hand_marks_marker_id"), ["marker_id"], unique=False)

    op.create_table(
        "regrade_changes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("regrade_id", sa.Uuid(), nullable=False),
        sa.Column("attempt_id", sa.Uuid(), nullable=False),
        sa.Column("percent_before", lms.db.types.Exact(), nullable=False),
        sa.Column("percent_after", lms.db.types.Exact(), nullable=False),
        sa.Column("passed_before", sa.Boolean(), nullable=False),
        sa.Column("passed_after", sa.Boolean(), nullable=False),
        sa.Column("mark_before", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["attempts.id"], name=op.f("fk_regrade_changes_attempt_id_attempts")
        ),
        sa.ForeignKeyConstraint(
            ["regrade_id"], ["regrades.id"], name=op.f("fk_regrade_changes_regrade_id_regrades")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_regrade_changes")),
        sa.UniqueConstraint(
            "regrade_id", "attempt_id", name=op.f("uq_regrade_changes_regrade_id_attempt_id")
        ),
    )
    with op.batch_alter_table("regrade_changes", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_regrade_changes_attempt_id"), ["attempt_id"], unique=False
        )

    with op.batch_alter_table("attempts") as batch:
        batch.drop_constraint(op.f("ck_attempts_state"), type_="check")
        batch.drop_constraint(op.f("ck_attempts_submitted"), type_="check")
        batch.drop_index(op.f("ix_attempts_assessment_key"))
        batch.add_column(sa.Column("language", sa.Text(), nullable=False, server_default=""))
        batch.add_column(sa.Column("marked_at", lms.db.types.UtcDateTime(timezone=True)))
        batch.add_column(sa.Column("furthest", sa.Integer(), nullable=False, server_default="0"))
        batch.add_column(sa.Column("paper_code", sa.Text()))
        batch.add_column(sa.Column("sitting_id", sa.Uuid()))
        batch.add_column(sa.Column("void_reason", sa.Text(), nullable=False, server_default=""))
        batch.add_column(sa.Column("voided_by_id", sa.Uuid()))
        batch.add_column(sa.Column("dropped", sa.JSON(), nullable=False, server_default="[]"))
    # What was submitted before was marked at once: no question waited for a hand.
    op.execute(
        "UPDATE attempts SET state = 'marked', marked_at = submitted_at WHERE state = 'submitted'"
    )
    with op.batch_alter_table("attempts") as batch:
        batch.create_check_constraint(op.f("ck_attempts_state"), STATES)
        batch.create_check_constraint(op.f("ck_attempts_submitted"), HANDED_IN)
        batch.create_unique_constraint(op.f("uq_attempts_paper_code"), ["paper_code"])
        batch.create_foreign_key(
            op.f("fk_attempts_sitting_id_sittings"), "sittings", ["sitting_id"], ["id"]
        )
        batch.create_foreign_key(
            op.f("fk_attempts_voided_by_id_users"), "users", ["voided_by_id"], ["id"]
        )
    op.create_index("ix_attempts_assessment_key_state", "attempts", ["assessment_key", "state"])
    op.create_index(
        "ix_attempts_one_in_progress",
        "attempts",
        ["user_id", "assessment_key"],
        unique=True,
        sqlite_where=ONE_IN_PROGRESS,
        postgresql_where=ONE_IN_PROGRESS,
    )
    with op.batch_alter_table("responses") as batch:
        batch.add_column(sa.Column("checked_at", lms.db.types.UtcDateTime(timezone=True)))
        batch.add_column(sa.Column("hints_shown", sa.Integer(), nullable=False, server_default="0"))
    with op.batch_alter_table("practical_observations") as batch:
        batch.add_column(sa.Column("countersigned_at", lms.db.types.UtcDateTime(timezone=True)))
        batch.add_column(sa.Column("agreed", sa.Boolean()))
        batch.add_column(sa.Column("person_remark", sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    with op.batch_alter_table("responses") as batch:
        batch.drop_column("hints_shown")
        batch.drop_column("checked_at")
    with op.batch_alter_table("practical_observations") as batch:
        batch.drop_column("person_remark")
        batch.drop_column("agreed")
        batch.drop_column("countersigned_at")
    op.drop_index("ix_attempts_one_in_progress", table_name="attempts")
    op.drop_index("ix_attempts_assessment_key_state", table_name="attempts")
    with op.batch_alter_table("attempts") as batch:
        batch.drop_constraint(op.f("fk_attempts_voided_by_id_users"), type_="foreignkey")
        batch.drop_constraint(op.f("fk_attempts_sitting_id_sittings"), type_="foreignkey")
        batch.drop_constraint(op.f("uq_attempts_paper_code"), type_="unique")
        batch.drop_constraint(op.f("ck_attempts_state"), type_="check")
        batch.drop_constraint(op.f("ck_attempts_submitted"), type_="check")
    # The states that the earlier schema did not know: what was handed in is submitted, all else is in progress.
    op.execute(
        "UPDATE attempts SET state = CASE WHEN submitted_at IS NULL THEN 'in-progress' ELSE 'submitted' END"
    )
    with op.batch_alter_table("attempts") as batch:
        for name in (
            "dropped",
            "voided_by_id",
            "void_reason",
            "sitting_id",
            "paper_code",
            "furthest",
            "marked_at",
            "language",
        ):
            batch.drop_column(name)
        batch.create_check_constraint(
            op.f("ck_attempts_state"), "state IN ('in-progress', 'submitted')"
        )
        batch.create_check_constraint(
            op.f("ck_attempts_submitted"), "(state = 'submitted') = (submitted_at IS NOT NULL)"
        )
        batch.create_index(op.f("ix_attempts_assessment_key"), ["assessment_key"])
    with op.batch_alter_table("regrade_changes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_regrade_changes_attempt_id"))

    op.drop_table("regrade_changes")
    with op.batch_alter_table("hand_marks", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_hand_marks_marker_id"))

    op.drop_table("hand_marks")
    op.drop_table("answer_files")
    op.drop_table("cut_score_judgements")
    with op.batch_alter_table("cohort_members", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_cohort_members_user_id"))

    op.drop_table("cohort_members")
    with op.batch_alter_table("assessment_overrides", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_assessment_overrides_user_id"))
        batch_op.drop_index(batch_op.f("ix_assessment_overrides_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_assessment_overrides_cohort_id"))
        batch_op.drop_index(batch_op.f("ix_assessment_overrides_assessment_key"))

    op.drop_table("assessment_overrides")
    with op.batch_alter_table("sittings", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sittings_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_sittings_assessment_key"))

    op.drop_table("sittings")
    with op.batch_alter_table("regrades", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_regrades_assessment_key"))

    op.drop_table("regrades")
    with op.batch_alter_table("cut_score_rounds", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_cut_score_rounds_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_cut_score_rounds_assessment_key"))

    op.drop_table("cut_score_rounds")
    with op.batch_alter_table("cohorts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_cohorts_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_cohorts_course_key"))

    op.drop_table("cohorts")
