"""Runs migrations on the site's own engine; see `lms.db.sqlite` for why foreign keys are off around it."""

from alembic import context
from flask import current_app

config = context.config


def run() -> None:
    handle = current_app.extensions["migrate"].db
    given = config.attributes.get("connection")
    if given is not None:
        migrate(given, handle.metadata)
        return
    with handle.engine.connect() as connection:
        migrate(connection, handle.metadata)


def migrate(connection, metadata) -> None:
    sqlite = connection.dialect.name == "sqlite"
    raw = connection.connection.dbapi_connection
    if sqlite:
        raw.execute("PRAGMA foreign_keys=OFF")  # before BEGIN; inside it does nothing
    context.configure(
        connection=connection,
        target_metadata=metadata,
        **current_app.extensions["migrate"].configure_args,
    )
    with context.begin_transaction():
        context.run_migrations()
        if sqlite and (broken := connection.exec_driver_sql("PRAGMA foreign_key_check").all()):
            raise RuntimeError(f"rows without a parent: {broken}")
    if sqlite:
        raw.execute("PRAGMA foreign_keys=ON")


run()
