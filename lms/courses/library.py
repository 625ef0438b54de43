"""The site's content, read once at start, and what other features ask of it."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from flask import Flask, current_app

from lms.content.frameworks import Framework
from lms.content.library import Library, load_library
from lms.content.sources import Roots, content_roots
from lms.web.language import in_language, language


@lru_cache(maxsize=8)
def _read(roots: Roots) -> Library:
    """Content is frozen and shared: sites on the same folders in one process read it once."""
    return load_library(roots.curricula, roots.assessments)


def roots_of(app: Flask) -> Roots:
    """The folders of a site: what ships, its own, what plugins bring."""
    return content_roots(
        app.config["CURRICULA_DIRS"],
        app.config["ASSESSMENTS_DIRS"],
        app.extensions["lms.plugins"].content_roots,
    )


def init_app(app: Flask) -> None:
    """Remember the folders; they are read at the first question."""
    app.extensions["lms.content-roots"] = roots_of(app)


def library() -> Library:
    """The site's content; a faulty file is left out and does not stop the others."""
    return _read(current_app.extensions["lms.content-roots"])


def framework() -> Framework:
    """The competency framework: the first that was read."""
    return next(iter(library().frameworks.values()))


def competency_titles() -> dict[str, str]:
    """Titles of all competencies by key, in the reader's language and the framework's order."""
    return dict(_titles(current_app.extensions["lms.content-roots"], language()))


@lru_cache(maxsize=32)
def _titles(roots: Roots, _language: str) -> dict[str, str]:
    return {key: in_language(one.title) for key, one in _read(roots).competencies.items()}


def competency_title(key: str) -> str:
    """The title of a competency in the reader's language; its key when no framework has it."""
    found = library().competencies.get(key)
    return key if found is None else in_language(found.title)


def competency_texts() -> dict[str, Mapping[str, str]]:
    """Titles of all competencies by key, in every language."""
    return {key: one.title for key, one in library().competencies.items()}


def assessment_rules(key: str) -> dict[str, Any] | None:
    """The rules of an assessment as plain values, or None; what stands in them is shared and stays as it is."""
    found = _rules(current_app.extensions["lms.content-roots"], key)
    return None if found is None else dict(found)


@lru_cache(maxsize=256)
def _rules(roots: Roots, key: str) -> dict[str, Any] | None:
    found = _read(roots).assessments.get(key)
    return None if found is None else plain(found)


def plain(model: Any) -> dict[str, Any]:
    """A content model as plain values that fit JSON, without what is empty."""
    return model.model_dump(mode="json", by_alias=True, exclude_none=True)
