"""The wordings of questions, each kept once, in the place of a copy in every attempt."""

from collections.abc import Iterator
from hashlib import sha256
from typing import Any

import orjson
import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

TABLE = "frozen_questions"
AT_ONCE = 200

attempts = sa.table("attempts", sa.column("id", sa.Uuid()), sa.column("asked", sa.JSON()))
frozen = sa.table(TABLE, sa.column("digest", sa.Text()), sa.column("spec", sa.JSON()))


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("spec", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f(f"pk_{TABLE}")),
    )
    op.execute("ALTER TABLE attempts RENAME COLUMN questions TO asked")
    bind = op.get_bind()
    written: set[str] = set()
    for rows in _rows(bind):
        new: dict[str, Any] = {}
        changed = []
        for key, questions in rows:
            kept = []
            for one in questions:
                spec = one.pop("spec")
                digest = sha256(orjson.dumps(spec)).hexdigest()[:32]
                if digest not in written:
                    new[digest] = spec
                kept.append({"of": digest, "key": spec["key"], **one})
            changed.append({"this": key, "asked": kept})
        if new:
            bind.execute(sa.insert(frozen), [{"digest": k, "spec": new[k]} for k in new])
            written |= new.keys()
        _write(bind, changed)


def downgrade() -> None:
    bind = op.get_bind()
    for rows in _rows(bind):
        digests = {one["of"] for _key, questions in rows for one in questions}
        asked = sa.select(frozen.c.digest, frozen.c.spec).where(frozen.c.digest.in_(digests))
        specs = {row.digest: row.spec for row in bind.execute(asked)}
        changed = []
        for key, questions in rows:
            whole = [
                {"spec": specs[one.pop("of")], **{k: v for k, v in one.items() if k != "key"}}
                for one in questions
            ]
            changed.append({"this": key, "asked": whole})
        _write(bind, changed)
    op.execute("ALTER TABLE attempts RENAME COLUMN asked TO questions")
    op.drop_table(TABLE)


def _rows(bind: sa.Connection) -> Iterator[list[tuple[Any, list[dict[str, Any]]]]]:
    """All attempts with their questions, some at a time."""
    last = None
    while True:
        asked = sa.select(attempts.c.id, attempts.c.asked).order_by(attempts.c.id)
        if last is not None:
            asked = asked.where(attempts.c.id > last)
        rows = bind.execute(asked.limit(AT_ONCE)).all()
        if not rows:
            return
        last = rows[-1][0]
        yield [(key, questions) for key, questions in rows]


def _write(bind: sa.Connection, changed: list[dict[str, Any]]) -> None:
    statement = sa.update(attempts).where(attempts.c.id == sa.bindparam("this"))
    bind.execute(statement.values(asked=sa.bindparam("asked")), changed)
