"""Courses and learning."""

import sqlalchemy as sa
from alembic import op

import lms.db.types

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "course_versions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("course_key", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("content_hash", sa.Text(), nullable=False),
        sa.Column("titles", sa.JSON(), nullable=False),
        sa.Column("lessons", sa.JSON(), nullable=False),
        sa.Column("completion", sa.Text(), nullable=False),
        sa.Column("published_at", lms.db.types.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_course_versions")),
        sa.UniqueConstraint(
            "course_key", "content_hash", name=op.f("uq_course_versions_course_key_content_hash")
        ),
    )
    op.create_index(
        op.f("ix_course_versions_course_key"), "course_versions", ["course_key"], unique=False
    )
    op.create_table(
        "enrolments",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("course_key", sa.Text(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("enrolled_at", lms.db.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("completed_at", lms.db.types.UtcDateTime(timezone=True), nullable=True),
        sa.Column("passed_at", lms.db.types.UtcDateTime(timezone=True), nullable=True),
        sa.Column("last_lesson", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_enrolments_organisation_id_organisations"),
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_enrolments_user_id_users")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["course_versions.id"],
            name=op.f("fk_enrolments_version_id_course_versions"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enrolments")),
        sa.UniqueConstraint("user_id", "course_key", name=op.f("uq_enrolments_user_id_course_key")),
    )
    op.create_index(
        op.f("ix_enrolments_organisation_id"), "enrolments", ["organisation_id"], unique=False
    )
    op.create_table(
        "lessons_done",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("lesson_key", sa.Text(), nullable=False),
        sa.Column("at", lms.db.types.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["enrolment_id"],
            ["enrolments.id"],
            name=op.f("fk_lessons_done_enrolment_id_enrolments"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lessons_done")),
        sa.UniqueConstraint(
            "enrolment_id", "lesson_key", name=op.f("uq_lessons_done_enrolment_id_lesson_key")
        ),
    )


def downgrade() -> None:
    op.drop_table("lessons_done")
    op.drop_index(op.f("ix_enrolments_organisation_id"), table_name="enrolments")
    op.drop_table("enrolments")
    op.drop_index(op.f("ix_course_versions_course_key"), table_name="course_versions")
    op.drop_table("course_versions")
