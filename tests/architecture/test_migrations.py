"""The history of the schema: one line, up and down and up again, and equal to the models at its end."""

import json
import lzma
import re
import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime
from json import dumps
from pathlib import Path
from typing import Any
from uuid import UUID

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask_migrate import downgrade, upgrade
from sqlalchemy import JSON, Boolean, Date, DateTime, Engine, MetaData, Uuid, func, select
from sqlalchemy.types import TypeEngine

from lms.app import MIGRATIONS
from lms.assessments.frozen import digest_of
from lms.db import Base
from lms.db import db as database


def test_there_is_one_line_of_history():
    revisions = list(ScriptDirectory(str(MIGRATIONS)).walk_revisions())

    assert len(ScriptDirectory(str(MIGRATIONS)).get_heads()) == 1
    assert all(not isinstance(one.down_revision, tuple) for one in revisions)


def test_the_newest_state_is_that_of_the_models(db):
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        differences = compare_metadata(context, Base.metadata)

    assert differences == []


def test_down_to_nothing_and_up_again(db):
    db.session.remove()
    downgrade(revision="base")
    upgrade()

    with db.engine.connect() as connection:
        assert MigrationContext.configure(connection).get_current_revision() is not None


#: The demo's year, thinned out, as the last state that people had: what a site upgrades from.
STATE = Path(__file__).parent / "data" / "state-0009.sqlite.xz"


def _typed(kind: TypeEngine, value: object) -> object:
    """A value as SQLite keeps it, as the column type of another database takes it."""
    if value is None:
        return None
    if isinstance(kind, Boolean):
        return bool(value)
    if isinstance(kind, Uuid):
        return UUID(value)
    if isinstance(kind, JSON):
        return json.loads(value)
    if isinstance(kind, DateTime):
        return datetime.fromisoformat(value).replace(tzinfo=UTC)
    if isinstance(kind, Date):
        return date.fromisoformat(value)
    return value


def _load_state(folder: Path, engine: Engine) -> dict[str, int]:
    """Fill an empty database that stands at the state's revision; return how many rows each table has."""
    path = folder / "state.sqlite"
    path.write_bytes(lzma.decompress(STATE.read_bytes()))
    tables = MetaData()
    tables.reflect(engine)
    counts = {}
    with closing(sqlite3.connect(path)) as old, engine.begin() as new:
        old.row_factory = sqlite3.Row
        for table in tables.sorted_tables:
            if table.name == "alembic_version":
                continue
            parent = next((c.name for c in table.c if c.name == "parent_id"), None)
            order = " ORDER BY length(path)" if parent else ""
            rows = [
                {column.name: _typed(column.type, row[column.name]) for column in table.c}
                for row in old.execute(f"SELECT * FROM {table.name}{order}")
            ]
            if rows:
                new.execute(table.insert(), rows)
            counts[table.name] = len(rows)
    return counts


def _at_the_last_state(db, tmp_path):
    """Bring the database to the last state that people had, with its data; returns rows by table."""
    db.session.remove()
    downgrade(revision="base")
    upgrade(revision="0009")
    return _load_state(tmp_path, db.engine)


def test_the_last_state_with_data_comes_up_whole(db, tmp_path):
    counts = _at_the_last_state(db, tmp_path)

    upgrade()

    assert sum(counts.values()) > 1000
    tables = MetaData()
    tables.reflect(db.engine)
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []
        for name, count in counts.items():
            kept = connection.scalar(select(func.count()).select_from(tables.tables[name]))
            assert kept == count, name


def test_what_posts_asked_for_is_carried_over_from_the_day_each_was_made(db, tmp_path):
    _at_the_last_state(db, tmp_path)
    upgrade(revision="0015")
    before = _rows(db.engine, "posts")

    upgrade(revision="0017")

    asked = {row["post_id"]: row for row in _rows(db.engine, "post_requirements")}
    assert len(before) == len(asked) > 10
    for post in before:
        row = asked[post["id"]]
        assert row["requirements"] == post["requirements"]
        assert (row["valid_from"], row["valid_until"]) == (post["made_at"].date(), None)
    downgrade(revision="0015")
    after = {row["id"]: row["requirements"] for row in _rows(db.engine, "posts")}
    assert after == {row["id"]: row["requirements"] for row in before}


def test_questions_of_attempts_stay_word_for_word_when_each_wording_is_kept_once(db, tmp_path):
    _at_the_last_state(db, tmp_path)
    upgrade(revision="0018")
    before = {row["id"]: row["questions"] for row in _rows(db.engine, "attempts")}

    upgrade(revision="0019")

    specs = {row["digest"]: row["spec"] for row in _rows(db.engine, "frozen_questions")}
    asked = {row["id"]: row["asked"] for row in _rows(db.engine, "attempts")}
    # Each once, of so many.
    assert len({dumps(one["spec"]) for held in before.values() for one in held}) == len(specs) > 10
    assert sum(map(len, before.values())) > 3 * len(specs)
    for key, held in before.items():
        assert [specs[one["of"]] for one in asked[key]] == [one["spec"] for one in held]
        assert [digest_of(one["spec"]) for one in held] == [one["of"] for one in asked[key]]
        assert [one["order"] for one in asked[key]] == [one["order"] for one in held]
    downgrade(revision="0018")
    assert {row["id"]: row["questions"] for row in _rows(db.engine, "attempts")} == before


def _rows(engine: Engine, table: str) -> list[Any]:
    tables = MetaData()
    tables.reflect(engine, only=[table], resolve_fks=False)
    with engine.connect() as connection:
        return list(connection.execute(select(tables.tables[table])).mappings())


def test_pages_show_what_came_up_from_the_last_state(app, login, tmp_path):
    with app.app_context():
        downgrade(revision="base")
        upgrade(revision="0009")
        _load_state(tmp_path, database.engine)
        upgrade()
    trainer = login("trainer")

    results = trainer.get("/assessments/results")
    attempt = re.search(r"/assessments/attempts/[0-9a-f-]+/result", results.get_data(as_text=True))

    assert attempt is not None
    assert trainer.get(attempt[0]).status_code == 200
    for address in ("/record/", "/exercises/", "/certificates/", "/capacity/", "/people/"):
        assert trainer.get(address).status_code == 200, address
