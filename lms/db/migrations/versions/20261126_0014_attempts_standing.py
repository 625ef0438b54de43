"""An index that holds all that the next attempt asks of those before."""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_attempts_standing",
        "attempts",
        ["user_id", "assessment_key", "number", "state", "submitted_at"],
    )


def downgrade() -> None:
    op.drop_index("ix_attempts_standing", table_name="attempts")
