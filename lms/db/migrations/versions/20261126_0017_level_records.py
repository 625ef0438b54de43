"""What levels ask for that people record of one another: partner surveys, coaching, improvements."""

import sqlalchemy as sa
from alembic import op

import lms.db.types

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

TABLE, USES = "level_records", "level_record_uses"
COACHING = sa.text("kind = 'coaching' AND withdrawn_at IS NULL")
CHECKS = {
    "kind": "kind IN ('survey', 'coaching', 'improvement')",
    "days": "ends_on >= starts_on",
    "coaching": "(kind = 'coaching') = (coachee_id IS NOT NULL)",
    "other": "coachee_id <> user_id",
    "survey": "(kind = 'survey') = (mean IS NOT NULL)",
    "answered": "(kind = 'survey') = (answered IS NOT NULL)",
    "mean": "mean BETWEEN 100 AND 500",
    "enough": "answered >= 5",
    "confirmed": "confirmed_by_id <> user_id",
    "withdrawn": "withdrawn_at IS NULL OR withdrawn_reason <> ''",
}
REFERENCES = {
    "user_id": "users",
    "organisation_id": "organisations",
    "coachee_id": "users",
    "coachee_organisation_id": "organisations",
    "partner_id": "organisations",
    "recorded_by_id": "users",
    "confirmed_by_id": "users",
    "confirming_organisation_id": "organisations",
    "withdrawn_by_id": "users",
}
INDEXED = ("user_id", "organisation_id", "coachee_id", "coachee_organisation_id")


def upgrade() -> None:
    moment = lms.db.types.UtcDateTime(timezone=True)
    op.create_table(
        TABLE,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("once_key", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("competency", sa.Text(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("described", sa.Text(), nullable=False),
        sa.Column("coachee_id", sa.Uuid(), nullable=True),
        sa.Column("coachee_organisation_id", sa.Uuid(), nullable=True),
        sa.Column("partner_id", sa.Uuid(), nullable=True),
        sa.Column("survey_key", sa.Text(), nullable=False),
        sa.Column("item_key", sa.Text(), nullable=False),
        sa.Column("answered", sa.Integer(), nullable=True),
        sa.Column("mean", lms.db.types.Exact(2), nullable=True),
        sa.Column("recorded_at", moment, nullable=False),
        sa.Column("recorded_by_id", sa.Uuid(), nullable=False),
        sa.Column("confirmed_at", moment, nullable=True),
        sa.Column("confirmed_by_id", sa.Uuid(), nullable=True),
        sa.Column("confirming_organisation_id", sa.Uuid(), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("minutes", sa.Text(), nullable=False),
        sa.Column("withdrawn_at", moment, nullable=True),
        sa.Column("withdrawn_by_id", sa.Uuid(), nullable=True),
        sa.Column("withdrawn_reason", sa.Text(), nullable=False),
        *(
            sa.CheckConstraint(condition, name=op.f(f"ck_{TABLE}_{name}"))
            for name, condition in CHECKS.items()
        ),
        *(
            sa.ForeignKeyConstraint(
                [column], [f"{table}.id"], name=op.f(f"fk_{TABLE}_{column}_{table}")
            )
            for column, table in REFERENCES.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{TABLE}")),
        sa.UniqueConstraint("once_key", name=op.f(f"uq_{TABLE}_once_key")),
    )
    for column in INDEXED:
        op.create_index(op.f(f"ix_{TABLE}_{column}"), TABLE, [column], unique=False)
    op.create_index(
        "uq_level_records_coaching",
        TABLE,
        ["user_id", "coachee_id", "competency"],
        unique=True,
        sqlite_where=COACHING,
        postgresql_where=COACHING,
    )
    op.create_table(
        USES,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["record_id"], [f"{TABLE}.id"], name=op.f(f"fk_{USES}_record_id_{TABLE}")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f(f"fk_{USES}_organisation_id_organisations"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{USES}")),
        sa.UniqueConstraint(
            "record_id", "organisation_id", name=op.f(f"uq_{USES}_record_id_organisation_id")
        ),
    )
    op.create_index(op.f(f"ix_{USES}_organisation_id"), USES, ["organisation_id"], unique=False)


def downgrade() -> None:
    op.drop_table(USES)
    op.drop_table(TABLE)
