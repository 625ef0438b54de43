"""What posts ask for, from which day until which: what they ask for today, from the day each was made."""

from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op
from uuid_utils.compat import uuid7

import lms.db.types

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

TABLE = "post_requirements"
IN_FORCE = sa.text("valid_until IS NULL OR valid_until > valid_from")
AT_ONCE = 1000


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("post_id", sa.Uuid(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("requirements", sa.JSON(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("recorded_at", lms.db.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "valid_until IS NULL OR valid_until >= valid_from", name=op.f(f"ck_{TABLE}_order")
        ),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name=op.f(f"fk_{TABLE}_post_id_posts")),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["users.id"], name=op.f(f"fk_{TABLE}_recorded_by_id_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{TABLE}")),
    )
    op.create_index(op.f(f"ix_{TABLE}_post_id"), TABLE, ["post_id"], unique=False)
    op.create_index(
        "uq_post_requirements_day",
        TABLE,
        ["post_id", "valid_from"],
        unique=True,
        sqlite_where=IN_FORCE,
        postgresql_where=IN_FORCE,
    )
    _carry_over()
    with op.batch_alter_table("posts", schema=None) as batch:
        batch.drop_column("requirements")


def _carry_over() -> None:
    """Nothing told from when on a post asked for what it asks for today: it is taken to have done so always."""
    bind = op.get_bind()
    posts = sa.table(
        "posts",
        sa.column("id", sa.Uuid()),
        sa.column("requirements", sa.JSON()),
        sa.column("made_at", lms.db.types.UtcDateTime()),
    )
    asked = sa.table(
        TABLE,
        sa.column("id", sa.Uuid()),
        sa.column("post_id", sa.Uuid()),
        sa.column("valid_from", sa.Date()),
        sa.column("requirements", sa.JSON()),
        sa.column("reason", sa.Text()),
        sa.column("recorded_at", lms.db.types.UtcDateTime()),
    )
    rows: list[dict[str, Any]] = [
        {
            "id": uuid7(),
            "post_id": key,
            "valid_from": made_at.astimezone(UTC).date(),
            "requirements": requirements or {},
            "reason": "",
            "recorded_at": made_at,
        }
        for key, requirements, made_at in bind.execute(sa.select(posts))
    ]
    for start in range(0, len(rows), AT_ONCE):
        bind.execute(sa.insert(asked), rows[start : start + AT_ONCE])


def downgrade() -> None:
    with op.batch_alter_table("posts", schema=None) as batch:
        batch.add_column(
            sa.Column("requirements", sa.JSON(), nullable=False, server_default=sa.text("'{}'"))
        )
    bind = op.get_bind()
    today = datetime.now(UTC).date()
    rows = bind.execute(
        sa.text(f"SELECT post_id, valid_from, valid_until, requirements FROM {TABLE}").columns(
            sa.column("post_id", sa.Uuid()),
            sa.column("valid_from", sa.Date()),
            sa.column("valid_until", sa.Date()),
            sa.column("requirements", sa.JSON()),
        )
    )
    posts = sa.table("posts", sa.column("id", sa.Uuid()), sa.column("requirements", sa.JSON()))
    for key, first, end, requirements in rows.all():
        if _in_force(first, end, today):
            bind.execute(
                sa.update(posts).where(posts.c.id == key).values(requirements=requirements)
            )
    with op.batch_alter_table("posts", schema=None) as batch:
        batch.alter_column("requirements", server_default=None)
    op.drop_table(TABLE)


def _in_force(first: date, end: date | None, today: date) -> bool:
    return first <= today and (end is None or end > today)
