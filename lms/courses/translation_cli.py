"""`lms i18n`: how far the content is translated, for whoever translates and reviews it."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

import click
from flask import current_app
from flask.cli import AppGroup

from lms.content.library import library_of, read_roots
from lms.content.sources import Roots
from lms.content.translation_status import TranslationStatus, translation_status
from lms.settings import LANGUAGES

i18n = AppGroup("i18n", help="Translations of the content: what is there, missing, stale.")


@i18n.command("status", with_appcontext=True)
@click.option("--language", type=click.Choice(LANGUAGES), help="This language alone.")
@click.option("--each", is_flag=True, help="Name every missing text with its file and line.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, with every missing text.")
def show_status(language: str | None, each: bool, as_json: bool) -> None:
    """List courses, banks, assessments, rubrics, exercises, surveys, frameworks and glossaries.

    For each language: how many texts are translated, and whether the translation is stale (the
    original has another version than of_version says), not reviewed, or ready. A lesson counts as one
    text. A bank, an assessment and a rubric are as old and as reviewed as their course says.
    """
    roots: Roots = current_app.extensions["lms.content-roots"]
    reading = read_roots(roots.curricula, roots.assessments)
    languages = (language,) if language else LANGUAGES
    found = translation_status(reading, library_of(reading), languages)
    if as_json:
        told = {
            "translations": [_as_json(one) for one in found],
            "totals": [_total(code, found) for code in languages if _of(code, found)],
        }
        click.echo(json.dumps(told, ensure_ascii=False, indent=1))
        return
    width = max((len(one.key) for one in found), default=0)
    for code in languages:
        for one in _of(code, found):
            click.echo(_row(one, width))
            for missing in one.missing if each else ():
                click.echo(f"    {missing.path}:{missing.line}: {missing.place}")
    for code in languages:
        if _of(code, found):
            click.echo(_total_line(_total(code, found)))


def _row(one: TranslationStatus, width: int) -> str:
    count = f"{one.translated} of {one.texts}"
    stale = f" (of {one.of_version}, now {one.version})" if one.is_stale else ""
    return f"{one.language}  {one.kind:<10} {one.key:<{width}}  {count:>12}  {one.state}{stale}"


def _of(language: str, found: Iterable[TranslationStatus]) -> list[TranslationStatus]:
    return [one for one in found if one.language == language]


def _total(language: str, found: Sequence[TranslationStatus]) -> dict[str, Any]:
    own = _of(language, found)
    return {
        "language": language,
        "files": len(own),
        "complete": sum(not one.missing for one in own),
        "texts": sum(one.texts for one in own),
        "translated": sum(one.translated for one in own),
        "missing": sum(len(one.missing) for one in own),
        "stale": sum(one.is_stale for one in own),
        "not_reviewed": sum(bool(one.translated) and not one.is_reviewed for one in own),
    }


def _total_line(total: dict[str, Any]) -> str:
    return (
        "{language}: {translated} of {texts} texts translated, {missing} missing; {complete} of {files} "
        "complete, {stale} stale, {not_reviewed} not reviewed"
    ).format(**total)


def _as_json(one: TranslationStatus) -> dict[str, Any]:
    return {
        "kind": one.kind,
        "key": one.key,
        "language": one.language,
        "file": str(one.path),
        "state": one.state,
        "texts": one.texts,
        "translated": one.translated,
        "missing": [
            {"file": str(missing.path), "line": missing.line, "place": missing.place}
            for missing in one.missing
        ],
        "stale": one.is_stale,
        "reviewed": one.is_reviewed,
        "review": one.review,
        "version": one.version,
        "of_version": one.of_version,
    }
