"""What an index run was computed from, and all that the engine printed of it."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

SAME_RUN = ["methodology_hash", "evidence_hash", "as_of", "seed", "draws"]


def upgrade() -> None:
    with op.batch_alter_table("index_runs", schema=None) as batch:
        batch.add_column(sa.Column("header", sa.JSON(), nullable=False, server_default="{}"))
        batch.drop_constraint("repeated", type_="unique")
        batch.create_unique_constraint("repeated", [*SAME_RUN, "algorithm"])
    op.create_table(
        "index_inputs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["run_id"], ["index_runs.id"], name=op.f("fk_index_inputs_run_id_index_runs")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_index_inputs")),
        sa.UniqueConstraint("run_id", name=op.f("uq_index_inputs_run_id")),
    )


def downgrade() -> None:
    op.drop_table("index_inputs")
    with op.batch_alter_table("index_runs", schema=None) as batch:
        batch.drop_constraint("repeated", type_="unique")
        batch.create_unique_constraint("repeated", SAME_RUN)
        batch.drop_column("header")
