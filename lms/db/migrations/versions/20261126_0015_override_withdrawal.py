"""Why an override was withdrawn."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("assessment_overrides", sa.Column("withdrawn_reason", sa.Text()))


def downgrade() -> None:
    op.drop_column("assessment_overrides", "withdrawn_reason")
