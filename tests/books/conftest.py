"""A site without a database: books are made of files alone."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from lms.app import create_app

SAMPLES = Path(__file__).parents[1] / "samples"


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """A site that never opens its database."""
    folder = tmp_path_factory.mktemp("site")
    return create_app(
        {
            "DATABASE_URL": f"sqlite:///{folder / 'none.sqlite'}",
            "INSTANCE": str(folder),
            "SECRET_KEY": "for tests alone",
            "PUBLIC_URL": "https://baraza.example",
            "CURRICULA_DIRS": (str(SAMPLES / "curricula"),),
            "ASSESSMENTS_DIRS": (str(SAMPLES / "assessments"),),
        }
    )


@pytest.fixture
def site(built: Flask) -> Iterator[Flask]:
    """That site, and its context for as long as one test runs."""
    with built.app_context():
        yield built
