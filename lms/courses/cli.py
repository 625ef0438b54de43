"""`lms content`: begin a course, check the files, publish what changed."""

import json
import sys
from pathlib import Path
from typing import Any

import click
from flask import current_app
from flask.cli import AppGroup

from lms import clock
from lms.content.guards import measures_of
from lms.content.guards.length import LessonMeasures
from lms.content.inspection import inspect
from lms.content.library import load_library
from lms.content.problems import Problem
from lms.content.skeleton import NewCourse, is_key, key_for, next_code, skeleton
from lms.content.sources import Roots, roots_in
from lms.courses import operations
from lms.db import db
from lms.settings import PREFIX

content = AppGroup(
    "content", help="Begin, check and publish courses, banks, templates and methodologies."
)


@content.command("check", with_appcontext=True)
@click.argument("folder", required=False, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--no-warnings", is_flag=True, help="Faults alone.")
def check_content(folder: Path | None, as_json: bool, no_warnings: bool) -> None:
    """Print faults and warnings as 'file:line: what is wrong, and what to do'.

    A fault does not work: what cannot be read is left out of the site. A warning says what a reader
    would feel: a lesson that is long or hard to read, letters that nobody explains, a fact without a
    source, a bank whose answers can be guessed. docs/writing-a-course.md says what each code means, and
    how to accept a warning.

    FOLDER holds curricula/ and assessments/, which are checked together with what the site has. Without it the
    site's own content is checked.

    Exit status: 0 with no fault, whatever the warnings; 1 with a fault.
    """
    found = inspect(_roots_with(folder))
    warnings = () if no_warnings else found.warnings
    if as_json:
        told = {
            "faults": [_as_json(one) for one in found.faults],
            "warnings": [_as_json(one) for one in warnings],
            "accepted": len(found.accepted),
        }
        click.echo(json.dumps(told, ensure_ascii=False, indent=1))
    else:
        for problem in sorted((*found.faults, *warnings)):
            click.echo(str(problem))
        click.echo(
            _counts(len(found.faults), len(warnings), len(found.accepted)), err=bool(found.faults)
        )
    sys.exit(1 if found.faults else 0)


@content.command("measure", with_appcontext=True)
@click.argument("folder", required=False, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def measure_content(folder: Path | None, as_json: bool) -> None:
    """Print every lesson in numbers: words, mean and longest sentence, readability and its band.

    FOLDER is as for 'lms content check', which warns of what is out of bounds. A language without a
    published formula has no readability here.
    """
    found = measures_of(load_library(*_roots_with(folder)))
    if as_json:
        told = [_measures_as_json(one) for one in found]
        click.echo(json.dumps(told, ensure_ascii=False, indent=1))
        return
    click.echo(" words   mean  longest  readability")
    for one in found:
        longest = len(one.longest.words) if one.longest else 0
        ease = "" if one.ease is None else f"{one.ease:.0f} {one.band}"
        click.echo(
            f"{one.words:>6} {one.mean_sentence:>6.1f} {longest:>8}  {ease:<20} {one.lesson.path}"
        )


@content.group("new")
def new() -> None:
    """Write the files with which something begins."""


@new.command("course", with_appcontext=True)
@click.argument("name")
@click.option(
    "--into",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("."),
    help="Folder that holds curricula/ and assessments/, or shall hold them; without it the current one.",
)
@click.option("--title", help="Title in English; made of the name without it.")
def new_course(name: str, folder: Path, title: str | None) -> None:
    """Write the skeleton of a course: course.yaml, a lesson, a bank, an assessment and a rubric.

    NAME becomes the course's key and folder: small letters and digits, words joined by hyphens, such
    as safe-wells. It passes 'lms content check' without a fault; nothing that exists is written over.
    """
    if not is_key(name):
        nearest = key_for(name)
        remedy = f"try {nearest}" if nearest else "such as safe-wells"
        raise click.ClickException(
            f"{name}: expected small letters and digits, words joined by hyphens; {remedy}"
        )
    made = _new_course(name, title or name.replace("-", " ").capitalize(), folder)
    files = skeleton(made)
    for path in files:
        if (folder / path).exists():
            raise click.ClickException(f"{folder / path}: it exists already; choose another name")
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
        click.echo(f"written: {folder / path}")
    click.echo(_what_next(made, folder))


@content.command("publish", with_appcontext=True)
def publish_content() -> None:
    """Publish every course whose files changed; people who are enrolled keep their version."""
    published = operations.publish_all(by=None, at=clock.now())
    db.session.commit()
    for version in published:
        click.echo(f"{version.course_key} {version.version}: {len(version.lessons)} lessons")
    if not published:
        click.echo("nothing has changed")


def _roots_with(folder: Path | None) -> Roots:
    roots: Roots = current_app.extensions["lms.content-roots"]
    if folder is None:
        return roots
    if not folder.is_dir():
        raise click.ClickException(f"{folder}: there is no such folder")
    more = roots_in(folder)
    if not (more.curricula or more.assessments):
        raise click.ClickException(
            f"{folder}: expected a folder with curricula/ or assessments/ in it"
        )
    if {one.resolve() for one in more.curricula} & {one.resolve() for one in roots.curricula}:
        return roots
    return Roots((*roots.curricula, *more.curricula), (*roots.assessments, *more.assessments))


def _as_json(problem: Problem) -> dict[str, Any]:
    return {
        "file": str(problem.path),
        "line": problem.line,
        "code": problem.code,
        "message": problem.message,
        "remedy": problem.remedy,
    }


def _measures_as_json(one: LessonMeasures) -> dict[str, Any]:
    return {
        "file": str(one.lesson.path),
        "language": one.lesson.language,
        "words": one.words,
        "mean_sentence": round(one.mean_sentence, 2),
        "longest_sentence": len(one.longest.words) if one.longest else 0,
        "longest_sentence_line": one.longest.line if one.longest else None,
        "readability": None if one.ease is None else round(one.ease, 1),
        "band": one.band,
    }


def _counts(faults: int, warnings: int, accepted: int) -> str:
    told = f"{_number(faults, 'fault')}, {_number(warnings, 'warning')}"
    if not (faults or warnings):
        told = "no faults"
    return f"{told}; {_number(accepted, 'warning')} accepted in the files" if accepted else told


def _number(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _new_course(name: str, title: str, folder: Path) -> NewCourse:
    # What lies in the folder counts, though the site may not read it yet.
    has_content = bool(roots_in(folder).curricula or roots_in(folder).assessments)
    known = load_library(*_roots_with(folder if has_content else None))
    if name in known.courses:
        raise click.ClickException(
            f"{name}: there is a course of this name in {known.courses[name].folder}; choose another"
        )
    framework = next(iter(known.frameworks.values()), None)
    if framework is None:
        raise click.ClickException(
            "there is no competency framework; write one first, see assessments/README.md"
        )
    domain, competency = next(framework.competencies())
    return NewCourse(
        key=name,
        title=title,
        code=next_code([course.code for course in known.courses.values()]),
        competency=competency.key,
        domain=domain.key,
        version=f"{clock.now().year}.1",
    )


def _what_next(new: NewCourse, folder: Path) -> str:
    served = current_app.extensions["lms.content-roots"].curricula
    steps = [
        f"In curricula/{new.key}/course.yaml say what the course is for, and whose competencies it "
        f"builds; {new.competency} is only an example.",
        "Write the lesson: 600 to 1,200 words. Add others, and list them under lessons.",
        f"Write questions in assessments/banks/{new.key}.yaml: at least 18 for the assessment.",
        f"lms content check {folder} tells what is wrong, and what a reader would feel.",
    ]
    if (folder / "curricula").resolve() not in {root.resolve() for root in served}:
        steps.append(
            f"Let the site read it: {PREFIX}CURRICULA_DIRS={folder / 'curricula'} "
            f"{PREFIX}ASSESSMENTS_DIRS={folder / 'assessments'}"
        )
    steps.append("lms content publish opens it to learners.")
    told = [f"  {at}. {step}" for at, step in enumerate(steps, 1)]
    return "\n".join(
        ["", "What to do next (docs/writing-a-course.md walks through an example):", *told]
    )
