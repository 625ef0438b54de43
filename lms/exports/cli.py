"""`lms export`, `lms plugins`, `lms jobs`, and `lms content print`."""

import json
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from flask import current_app
from flask.cli import AppGroup, with_appcontext
from flask_babel import force_locale

from lms import clock
from lms.accounts.credentials import find_by_sign_in_name
from lms.accounts.scope import acting_as
from lms.accounts.session import viewer_of
from lms.courses.cli import content
from lms.courses.library import library
from lms.exports import documents, operations, queries
from lms.exports.books import course_book
from lms.exports.words import DATASETS
from lms.jobs import worker
from lms.plugins import Exporter, ExportFailed
from lms.settings import LANGUAGES

_PARAMETERS: dict[str, list[click.Option]] = {
    documents.CAPACITY_REPORT: [
        click.Option(["--organisation"], required=True, help="Code of the organisation.")
    ],
    documents.CERTIFICATE: [
        click.Option(["--code"], required=True, help="Code on the certificate, without dashes.")
    ],
    documents.COURSE_BOOK: [
        click.Option(["--course"], required=True, help="Key of a published course.")
    ],
    documents.TABLE: [
        click.Option(["--dataset"], required=True, type=click.Choice(sorted(DATASETS))),
        click.Option(
            ["--organisation"], default="", help="Code; without it, all that may be seen."
        ),
    ],
}


class ExportGroup(AppGroup):
    """One command for each exporter of the site."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        with _site(ctx):
            return sorted(queries.exporters())

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        with _site(ctx):
            exporter = queries.exporters().get(name)
        return _command(exporter) if exporter else None


def _site(ctx: click.Context) -> Any:
    from flask.cli import ScriptInfo

    return ctx.ensure_object(ScriptInfo).load_app().app_context()


def _command(exporter: Exporter) -> click.Command:
    kind = documents.kind_for(exporter.accepts)
    options = [
        *_PARAMETERS.get(kind, []),
        *(
            click.Option(
                [f"--{option.name}"],
                type=click.Choice(sorted(option.choices)),
                default=option.default,
                show_default=True,
                help=option.label,
            )
            for option in exporter.options
        ),
        click.Option(["--language"], type=click.Choice(LANGUAGES), default="en", show_default=True),
        click.Option(
            ["--as", "sign_in_name"],
            required=True,
            help="Sign-in name of who asks: the file holds what they may see.",
        ),
        click.Option(["-o", "--output"], type=click.Path(path_type=Path), help="File to write."),
    ]
    return click.Command(
        exporter.name,
        params=list(options),
        callback=with_appcontext(_runner(exporter, kind)),
        help=f"{exporter.title['en']} (.{exporter.extension}).",
    )


def _runner(exporter: Exporter, kind: str) -> Any:
    def run(sign_in_name: str, language: str, output: Path | None, **given: str) -> None:
        user = find_by_sign_in_name(sign_in_name)
        if user is None:
            raise click.ClickException(f"nobody has the sign-in name {sign_in_name}")
        names = {option.name for option in exporter.options}
        options = operations.check_options(
            exporter, {name: value for name, value in given.items() if name in names}
        )
        with acting_as(viewer_of(user)), force_locale(language):
            if kind == documents.CAPACITY_REPORT:
                document: Any = documents.capacity_report(given["organisation"], clock.now())
            elif kind == documents.CERTIFICATE:
                document = documents.certificate(given["code"])
            elif kind == documents.COURSE_BOOK:
                document = documents.published_book(given["course"], language)
            else:
                document = documents.table(given["dataset"], given["organisation"], clock.now())
        with click.progressbar(length=100, label=exporter.name, file=sys.stderr) as bar:
            try:
                artifact = exporter.render(
                    document, options, lambda percent: bar.update(percent - bar.pos)
                )
            except ExportFailed as error:
                raise click.ClickException(str(error)) from error
            bar.update(100 - bar.pos)
        path = output or Path(artifact.filename)
        path.write_bytes(artifact.content)
        click.echo(path)

    return run


export = ExportGroup(
    "export", help="Make a file with one of the exporters; each has its own --help."
)


@content.command("print", with_appcontext=True)
@click.argument("course")
@click.option("--language", default="", help="One of the course's; without it, its original one.")
@click.option("--format", "extension", default="pdf", show_default=True, help="pdf or epub.")
@click.option("--paper", type=click.Choice(("a5", "a4")), help="Size of the PDF's pages: a5 or a4.")
@click.option(
    "--date",
    "on",
    type=click.DateTime(("%Y-%m-%d",)),
    help="Date on the cover, such as 2026-03-02; without it, today. The same date gives the same file.",
)
@click.option("-o", "--output", type=click.Path(path_type=Path), help="File to write.")
def print_course(
    course: str,
    language: str,
    extension: str,
    paper: str | None,
    on: datetime | None,
    output: Path | None,
) -> None:
    """Print a course of the content folders, published or not, as a PDF or an EPUB.

    COURSE is its key or its code, such as crisis-response or C11. Needs no database.
    """
    courses = library().courses
    found = courses.get(course) or next(
        (one for one in courses.values() if one.code == course), None
    )
    if found is None:
        known = ", ".join(sorted(courses))
        raise click.ClickException(
            f"there is no course {course}; there are: {known}. "
            "One that is missing has a fault: 'lms content check' names it"
        )
    language = language or found.language
    if language not in found.languages:
        known = ", ".join(found.languages)
        raise click.ClickException(
            f"{found.key} is not there in {language}; it is there in: {known}"
        )
    offered = {one.extension: one for one in queries.exporters(documents.COURSE_BOOK).values()}
    if extension not in offered:
        known = ", ".join(sorted(offered)) or "none; 'lms plugins' says why"
        raise click.ClickException(f"no plugin writes courses as {extension}; formats: {known}")
    exporter = offered[extension]
    if paper and "paper" not in {option.name for option in exporter.options}:
        raise click.ClickException(
            f"a file of the format {extension} has no paper size; leave it out"
        )
    day = on or clock.now()
    book = course_book(found, language, made_at=datetime(day.year, day.month, day.day, tzinfo=UTC))
    try:
        made = exporter.render(
            book, operations.check_options(exporter, {"paper": paper} if paper else {})
        )
    except ExportFailed as error:
        raise click.ClickException(str(error)) from error
    path = output or Path(made.filename)
    try:
        path.write_bytes(made.content)
    except OSError as error:
        raise click.ClickException(f"{path}: {error.strerror}; choose another file") from error
    click.echo(path)


@click.command("plugins")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@with_appcontext
def show_plugins(as_json: bool) -> None:
    """List plugins with their state, why one failed, and the exporters on offer."""
    found = queries.plugins()
    if as_json:
        told = [
            {
                "name": p.name,
                "module": p.module,
                "version": p.version,
                "state": p.state,
                "reason": p.reason,
            }
            for p in found
        ]
        click.echo(
            json.dumps({"plugins": told, "exporters": sorted(queries.exporters())}, indent=1)
        )
        return
    for plugin in found:
        click.echo(f"{plugin.name} {plugin.version}  {plugin.state}  {plugin.module}")
        if plugin.reason:
            click.echo(f"    {plugin.reason}")
    for name, exporter in queries.exporters().items():
        click.echo(f"exporter {name}: {exporter.title['en']}")


jobs = AppGroup("jobs", help="Work for later: exports, attempts whose time is up.")


@jobs.command("work")
@click.option("--until-idle", is_flag=True, help="Stop when nothing is due.")
@with_appcontext
def work(until_idle: bool) -> None:
    """Run jobs until stopped with Ctrl-C; several workers may run at once."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    if until_idle:
        click.echo(f"{worker.run_until_idle(app)} jobs")
        return
    stop = threading.Event()
    try:
        worker.run_forever(app, stop)
    except KeyboardInterrupt:
        stop.set()
