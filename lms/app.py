"""create_app: settings, database, features, plugins, in that order."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Flask, Response
from flask_compress import Compress
from flask_migrate import Migrate
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

import lms.web
from lms import (
    accounts,
    admin,
    assessments,
    capacity,
    certificates,
    cohorts,
    competencies,
    courses,
    evidence,
    exchanges,
    exercises,
    exports,
    home,
    learning,
    level_records,
    plugins,
    questions,
    settings,
)
from lms.db import db
from lms.db.json_text import json_text, json_value
from lms.db.postgresql import prepare_postgresql
from lms.db.reading import watch_writes
from lms.db.sqlite import prepare_sqlite
from lms.web.site import Site

FEATURES = (
    accounts,
    home,
    evidence,
    courses,
    questions,
    cohorts,
    learning,
    assessments,
    exercises,
    exchanges,
    competencies,
    level_records,
    capacity,
    certificates,
    exports,
    admin,
)
MIGRATIONS = Path(__file__).parent / "db" / "migrations"


def create_app(given: Mapping[str, Any] | None = None) -> Flask:
    """Build the site. `given` overrides settings by name; other keys go to Flask's configuration.

    Raises:
        SettingsError: one or more settings are wrong.
    """
    given = dict(given or {})
    values = settings.read_settings({k: v for k, v in given.items() if k in settings.BY_NAME})
    instance = Path(values["INSTANCE"].value).resolve()
    app = Site(
        "lms",
        instance_path=str(instance),
        static_folder=str(Path(lms.web.__file__).parent / "static"),
        template_folder=str(Path(lms.web.__file__).parent / "templates"),
    )
    app.config.update({name: value.value for name, value in values.items()})
    app.extensions["lms.settings"] = values
    _configure(app, instance)
    app.config.update({k: v for k, v in given.items() if k not in settings.BY_NAME})
    _trust_proxies(app)
    _open_database(app)
    Compress(app)
    app.after_request(_close_later)
    CSRFProtect(app)
    lms.web.init_app(app)
    plugins.init_app(app)
    for feature in FEATURES:
        feature.init_app(app)
    return app


def _trust_proxies(app: Flask) -> None:
    """Take from the proxies in front who asked and by which address; from anybody else it could be made up."""
    count = app.config["PROXIES"]
    if count:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=count, x_proto=count, x_host=count
        )


def _configure(app: Flask, instance: Path) -> None:
    public = app.config["PUBLIC_URL"]
    app.config.update(
        SECRET_KEY=app.config["SECRET_KEY"] or settings.secret_key(instance),
        SQLALCHEMY_DATABASE_URI=_database_url(app.config["DATABASE_URL"], instance),
        SESSION_COOKIE_SECURE=public.startswith("https://"),
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_NAME="baraza",
        PERMANENT_SESSION_LIFETIME=timedelta(days=30),
        MAX_CONTENT_LENGTH=8 * 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=2 * 1024 * 1024,
        # A form may hold hours of work: its token lives as long as the sign-in.
        WTF_CSRF_TIME_LIMIT=None,
        COMPRESS_ALGORITHM=["br", "gzip"],
        COMPRESS_BR_LEVEL=4,
        SEND_FILE_MAX_AGE_DEFAULT=3600,
        # The session says itself when it wants to be sent again: once a day, not with each page.
        SESSION_REFRESH_EACH_REQUEST=False,
    )


def _close_later(response: Response) -> Response:
    """Close a streamed file with its answer: compression wraps it and would forget."""
    if response.direct_passthrough and hasattr(response.response, "close"):
        response.call_on_close(response.response.close)
    return response


def _database_url(url: str, instance: Path) -> str:
    if not url:
        instance.mkdir(parents=True, exist_ok=True)
        return f"sqlite:///{instance / 'baraza.sqlite'}"
    # Plain postgresql:// means psycopg 3, whatever the driver's default.
    return url.replace("postgresql://", "postgresql+psycopg://", 1)


def _open_database(app: Flask) -> None:
    app.config.setdefault(
        "SQLALCHEMY_ENGINE_OPTIONS",
        {
            "json_serializer": json_text,
            "json_deserializer": json_value,
            # The connection used last comes next: what it and its server hold in memory is still at hand there.
            "pool_use_lifo": True,
        },
    )
    db.init_app(app)
    Migrate(
        app,
        db,
        directory=str(MIGRATIONS),
        render_as_batch=True,
        compare_type=True,
        transactional_ddl=True,
    )
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            prepare_sqlite(db.engine)
        else:
            prepare_postgresql(db.engine)
        watch_writes(db.engine)
