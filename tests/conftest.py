"""The fixtures that everybody knows: app, client, db, login, at."""

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import upgrade

from lms.app import create_app
from lms.db import db as handle

SAMPLES = Path(__file__).parent / "samples"
SETTINGS = {
    # A small course in two languages stands beside what ships.
    "CURRICULA_DIRS": (str(SAMPLES / "curricula"),),
    "ASSESSMENTS_DIRS": (str(SAMPLES / "assessments"),),
    "TESTING": True,
    "WTF_CSRF_ENABLED": False,
    "SECRET_KEY": "for tests alone",
    "PUBLIC_URL": "http://localhost",
}
POSTGRES = os.environ.get("BARAZA_TEST_DATABASE_URL", "")


def build(database_url: str, instance: Path, **more: object) -> Flask:
    """A site on a database."""
    return create_app({"DATABASE_URL": database_url, "INSTANCE": str(instance), **SETTINGS, **more})


def close(app: Flask) -> None:
    """Let go of every connection, so that nothing is left open."""
    with app.app_context():
        handle.session.remove()
        handle.engine.dispose()


def _postgres(statement: str) -> None:
    import psycopg

    with psycopg.connect(POSTGRES, autocommit=True) as connection:
        connection.execute(statement)


def _postgres_url(name: str) -> str:
    return POSTGRES.rsplit("/", 1)[0].replace("postgresql://", "postgresql+psycopg://") + f"/{name}"


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An empty database at the newest state, made once: a file, or the name of a template database."""
    folder = tmp_path_factory.mktemp("migrated")
    if POSTGRES:
        name = f"migrated_{uuid4().hex[:12]}"
        _postgres(f"CREATE DATABASE {name}")
        app = build(_postgres_url(name), folder)
    else:
        name = str(folder / "migrated.sqlite")
        app = build(f"sqlite:///{name}", folder)
    with app.app_context():
        upgrade()
    close(app)
    if not POSTGRES:
        # One file without a side file, so that a copy is whole.
        connection = sqlite3.connect(name)
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()
    yield name
    if POSTGRES:
        _postgres(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def database_url(migrated: str, tmp_path: Path) -> Iterator[str]:
    """A fresh copy of the migrated database."""
    if not POSTGRES:
        path = tmp_path / "test.sqlite"
        shutil.copyfile(migrated, path)
        yield f"sqlite:///{path}"
        return
    name = f"t_{uuid4().hex[:16]}"
    _postgres(f"CREATE DATABASE {name} TEMPLATE {migrated}")
    yield _postgres_url(name)
    _postgres(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def app(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    """The site on a fresh database."""
    app = build(database_url, tmp_path)
    yield app
    close(app)


@pytest.fixture(autouse=True)
def _push_request_context() -> None:
    """pytest-flask would keep one context, and its `g`, for the whole test."""


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser that nobody has signed in with; not `with`: that keeps the last context open."""
    return app.test_client()


@pytest.fixture
def db(app: Flask) -> Iterator[object]:
    """The database handle inside an application context, for operations and queries."""
    with app.app_context():
        yield handle


@pytest.fixture
def at() -> datetime:
    """A fixed moment."""
    return datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


@pytest.fixture
def login(app: Flask) -> Callable[[str], FlaskClient]:
    """A browser in which the person with that sign-in name is signed in."""
    from lms import clock
    from lms.accounts.credentials import find_by_sign_in_name
    from lms.accounts.models import SignIn
    from lms.accounts.rules import digest

    def sign_in(sign_in_name: str) -> FlaskClient:
        token = uuid4().hex
        with app.app_context():
            user = find_by_sign_in_name(sign_in_name)
            assert user is not None, f"nobody is called {sign_in_name}"
            handle.session.add(SignIn(token_hash=digest(token), user=user, started_at=clock.now()))
            handle.session.commit()
        browser = app.test_client()
        with browser.session_transaction() as cookie:
            cookie["token"] = token
            cookie["language"] = "en"
        return browser

    return sign_in
