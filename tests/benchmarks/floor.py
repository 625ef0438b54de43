"""The least that the requests of an attempt cost with Flask, SQLAlchemy and gunicorn: a site that does nothing.

Served by `attempts.py` beside the real one, in the same run. Each request reads its signed cookie, asks the
database one question, and answers with a page of the usual size; each form that is sent besides checks a token of
the usual kind, writes one row and commits. No question is drawn, none is marked, nothing is escaped.
"""

import os
from typing import Any

import sqlalchemy as sa
from flask import Flask, redirect, session, url_for
from flask_wtf import CSRFProtect
from flask_wtf.csrf import generate_csrf
from gunicorn.app.base import BaseApplication

from lms.db.reading import only_reading
from lms.db.sqlite import prepare_sqlite

#: Bytes of the page with twenty questions.
PAGE = "x" * 24_000
METADATA = sa.MetaData()
ROWS = sa.Table(
    "floor",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("text", sa.Text, nullable=False),
)


def create_app(url: str) -> Flask:
    """The site: the addresses that `attempts.attempt` asks for."""
    app = Flask(__name__)
    app.secret_key = "for the benchmark alone"
    CSRFProtect(app)
    engine = sa.create_engine(url)
    if engine.dialect.name == "sqlite":
        prepare_sqlite(engine)
    METADATA.create_all(engine)
    ask = sa.select(ROWS).where(ROWS.c.id == sa.bindparam("key"))
    write = sa.insert(ROWS)

    def page() -> str:
        session.get("token")
        with only_reading(), engine.connect() as connection:
            connection.execute(ask, {"key": 1}).all()
        return f'<input name="csrf_token" type="hidden" value="{generate_csrf()}">passed{PAGE}'

    @app.get("/assessments/twenty")
    def intro() -> str:
        return page()

    @app.get("/attempts")
    def attempt() -> str:
        return page()

    def kept() -> Any:
        session.get("token")
        with engine.begin() as connection:
            connection.execute(ask, {"key": 1}).all()
            connection.execute(write, {"text": "an answer"})
        return redirect(url_for("attempt"), code=303)

    app.post("/assessments/twenty/start", endpoint="start")(kept)
    app.post("/attempts", endpoint="answer")(kept)
    engine.dispose()
    return app


class Server(BaseApplication):
    """gunicorn as `lms serve` sets it up."""

    def __init__(self, app: Flask, port: int) -> None:
        self.site, self.port = app, port
        super().__init__()

    def load_config(self) -> None:
        for key, value in {
            "bind": f"127.0.0.1:{self.port}",
            "workers": min(os.cpu_count() or 1, 4),
            "threads": 4,
            "worker_class": "gthread",
            "loglevel": "warning",
        }.items():
            self.cfg.set(key, value)

    def load(self) -> Flask:
        return self.site


if __name__ == "__main__":
    Server(create_app(os.environ["FLOOR_URL"]), int(os.environ["FLOOR_PORT"])).run()
