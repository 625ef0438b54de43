"""The history of the schema: one line, up and down and up again, and equal to the models at its end."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask_migrate import downgrade, upgrade

from lms.app import MIGRATIONS
from lms.db import Base


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
