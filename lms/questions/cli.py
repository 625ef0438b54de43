"""`lms questions`: banks in and out of files, from the server's console."""

import json
import os
import secrets
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NoReturn

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy.exc import OperationalError, ProgrammingError

from lms import clock
from lms.courses.library import library
from lms.db import db
from lms.errors import Refused
from lms.interchange import FORMATS, Skipped, UnreadableFile, known_format, skipped_to_json, to_json
from lms.interchange.limits import MOST_BYTES, MOST_PICTURE_BYTES
from lms.interchange.picture_texts import Files, no_files
from lms.questions import conversion, operations, pictures, queries, rules
from lms.questions.conversion import Reading
from lms.questions.rules import Plan
from lms.web.refusals import sentence

STREAM = "-"
#: More questions than this that lose the same share a line.
MOST_LINES = 3
WRITTEN = ", ".join(one.name for one in FORMATS.values() if one.writes)

questions = AppGroup("questions", help="Question banks: list, import, export.")


@questions.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_banks(as_json: bool) -> None:
    """List the banks with how many questions each asks, by type."""
    rows = queries.banks()
    if as_json:
        told = [
            {"key": row.key, "titles": dict(row.titles), "questions": dict(row.counts)}
            for row in rows
        ]
        click.echo(json.dumps(told, ensure_ascii=False, indent=1))
        return
    for row in rows:
        origin = "files of the content" if row.in_a_file else "kept by the site"
        own = f", {row.own} of them the site's own" if row.in_a_file and row.own else ""
        click.echo(f"{row.key}: {_count(row.total, 'question')} ({origin}{own})")
        if row.counts:
            click.echo(f"    {_by_type(row.counts)}")
    if not rows:
        click.echo("There is no bank yet; 'lms questions import FILE --to BANK' makes one.")


class _WrongUse(click.UsageError):
    exit_code = rules.NOTHING


class _Command(click.Command):
    """A command whose usage errors end with 1: with 2 it says that something was left out."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        as_json = self.name == "import" and "--json" in args
        try:
            return super().parse_args(ctx, args)
        except click.UsageError as error:
            raise _unusable(error.format_message(), ctx, as_json) from error


def _unusable(message: str, ctx: click.Context, as_json: bool = False) -> click.UsageError:
    """Return a usage error that says what did not happen and ends with 1."""
    reason = f"{message[:1].lower()}{message[1:]}".rstrip(".")
    if as_json:
        _print_json([], [Skipped(0, "", reason)])
    verb = "read" if ctx.command.name == "import" else "written"
    return _WrongUse(f"Nothing could be {verb}: {reason}.", ctx)


@questions.command("import", cls=_Command)
@click.argument("file", metavar="FILE")
@click.option(
    "--to",
    "bank",
    metavar="BANK",
    help="Key of the bank; made if new. Only --dry-run does without.",
)
@click.option(
    "--format", "format_name", help=f"One of {', '.join(FORMATS)}; told by the file without it."
)
@click.option("--language", help="Language of the texts; that of the bank without it.")
@click.option("--competency", help="For questions that name none, such as gov-01.")
@click.option("--level", type=click.Choice(conversion.LEVELS), help="For questions that name none.")
@click.option("--title", default="", help="Title of a new bank; its key without it.")
@click.option(
    "--replace",
    is_flag=True,
    help="Let questions stand in the place of those that have their key in the content's files.",
)
@click.option("--dry-run", is_flag=True, help="Read and check, write nothing.")
@click.option(
    "--json", "as_json", is_flag=True, help="Print questions and what was left out as JSON."
)
def import_questions(
    file: str,
    bank: str | None,
    format_name: str | None,
    language: str | None,
    competency: str | None,
    level: str | None,
    title: str,
    replace: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Take the questions of FILE into a bank; "-" reads standard input.

    A question that the bank has already is left as it is, a changed one becomes its next version, nothing is
    deleted.
    Whatever cannot be kept is listed by line, and one broken question never stops the others.

    Exit status: 0 everything, 1 nothing could be read (wrong use among it), 2 something was left out.

    \b
    Examples:
      lms questions import meetings.gift --to meetings --competency gov-01 --level awareness
      lms questions import moodle.xml --to flood-drill --language fr --dry-run
      lms questions import moodle.xml --dry-run --json
      lms questions import items.zip --to police --json > read.json
      lms questions export meetings --format gift -o - | lms questions import - --to copy --format gift
    """
    if bank is None and not dry_run:
        missing = "missing option '--to' (or '--dry-run', which needs no bank)"
        raise _unusable(missing, click.get_current_context(), as_json)
    try:
        rules.check_competency(competency, library().competencies)
        bank_key = rules.bank_key_of(bank) if bank is not None else ""
    except Refused as refused:
        if as_json:
            _print_json([], [Skipped(0, "", sentence(refused).rstrip("."))])
        raise
    language = language or _language_of(bank_key)
    name = "" if file == STREAM else Path(file).name
    try:
        reading = conversion.read_file(
            _bytes_of(file),
            name=name,
            format=format_name,
            language=language,
            competency=competency,
            level=level,
            files=_beside(file),
        )
    except UnreadableFile as fault:
        if as_json:
            _print_json([], [Skipped(0, "", str(fault))])
        else:
            click.echo(f"Nothing could be read from {file}: {fault}.", err=True)
        sys.exit(rules.NOTHING)
    if dry_run:
        plan = _plan(bank_key, reading, language, replace)
    else:
        plan = operations.take_in(
            bank_key,
            reading,
            title=title or bank or "",
            language=language,
            file_name=name or "standard input",
            replace=replace,
            by=None,
            at=clock.now(),
        )
        db.session.commit()
    left_out = rules.told_apart(rules.left_out_of(reading.skipped, plan), reading.found)
    if as_json:
        _print_json([to_json(question) for question in reading.found], left_out)
    else:
        _print_summary(file, bank_key, reading, plan, left_out, dry_run)
    sys.exit(rules.exit_status(len(reading.found), len(left_out)))


def _language_of(bank_key: str) -> str:
    try:
        found = queries.language_of(bank_key)
    except (OperationalError, ProgrammingError):
        # No database yet: a file can be looked at all the same.
        db.session.rollback()
        found = None
    return found or str(current_app.config["LANGUAGE"])


def _plan(bank_key: str, reading: Reading, language: str, replace: bool) -> Plan:
    try:
        return operations.plan(bank_key, reading, language=language, replace=replace)
    except (OperationalError, ProgrammingError):
        db.session.rollback()
        return Plan(new=reading.incoming)


def _bytes_of(file: str) -> bytes:
    """The bytes of a file or of standard input; one more than is read shows that it is too large."""
    if file == STREAM:
        return sys.stdin.buffer.read(MOST_BYTES + 1)
    try:
        with open(file, "rb") as opened:
            return opened.read(MOST_BYTES + 1)
    except OSError as error:
        raise UnreadableFile(str(error.strerror or error).lower()) from error


def _beside(file: str) -> Files:
    """What gives the bytes of a picture that lies beside a file, or in its folder `media`; never one elsewhere."""
    if file == STREAM:
        return no_files
    folder = Path(file).parent

    def bytes_of(name: str) -> bytes | None:
        if Path(name).name != name:
            return None
        for path in (folder / "media" / name, folder / name):
            try:
                with path.open("rb") as opened:
                    return opened.read(MOST_PICTURE_BYTES + 1)
            except OSError:
                continue
        return None

    return bytes_of


def _print_json(found: list[Any], left_out: Iterable[Skipped]) -> None:
    told = {"questions": found, "skipped": [skipped_to_json(one) for one in left_out]}
    click.echo(json.dumps(told, ensure_ascii=False, indent=1))


def _count(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


def _by_type(counts: Any) -> str:
    ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    return ", ".join(f"{kind} {count}" for kind, count in ordered)


def _print_summary(
    file: str,
    bank_key: str,
    reading: Reading,
    plan: Plan,
    left_out: list[Skipped],
    dry_run: bool,
) -> None:
    title = FORMATS[reading.format].title
    click.echo(f"{_count(len(reading.found), 'question')} read from {file} ({title})")
    if reading.found:
        click.echo(f"    {_by_type(Counter(question.type for question in reading.found))}")
    counts = f"{len(plan.new)} new, {len(plan.changed)} changed, {len(plan.same)} the same"
    click.echo(f"Bank {bank_key}: {counts}" if bank_key else f"In an empty bank: {counts}")
    for one in plan.changed:
        lost = (plan.narrowed or {}).get(one.key)
        more = f"; its next version has no text in {', '.join(lost)}" if lost else ""
        click.echo(f"    changed: {one.key}{more}")
    coming = [one.spec for one in (*plan.new, *plan.changed)]
    if unplaced := conversion.unplaced(coming):
        click.echo(
            f"Without a competency: {_count(unplaced, 'question')}, marked but no evidence of anything; "
            "--competency gives one."
        )
    if unknown := rules.unknown_competencies(coming, library().competencies):
        click.echo(f"No framework has the competency {', '.join(unknown)}.")
    if left_out:
        click.echo("Left out:")
        for skipped in left_out:
            click.echo(f"    {_line(skipped)}")
    if dry_run:
        click.echo("Nothing was written (--dry-run).")


def _line(skipped: Skipped) -> str:
    place = f"line {skipped.line}: " if skipped.line else ""
    name = f"{skipped.name!r}: " if skipped.name else ""
    kept = "" if skipped.whole else " (the question is kept without it)"
    return f"{place}{name}{skipped.reason}{kept}"


@questions.command("export", cls=_Command)
@click.argument("bank")
@click.option("--format", "format_name", required=True, help=f"One of {WRITTEN}.")
@click.option(
    "-o",
    "--output",
    default=STREAM,
    show_default=True,
    metavar="FILE",
    help='"-": standard output.',
)
@click.option("--language", help="In which texts are written where a format carries one language.")
@click.option("--question", metavar="KEY", help="Write this question alone.")
@click.option("--force", is_flag=True, help="Overwrite FILE if it is there.")
def export_questions(
    bank: str,
    format_name: str,
    output: str,
    language: str | None,
    question: str | None,
    force: bool,
) -> None:
    """Write the questions of a bank into a file, as they are asked now.

    What the format cannot carry is listed on standard error. The project's own YAML carries everything; its
    pictures where FILE ends with .zip, otherwise their names.
    QTI is a package (.zip); where one question is written into a FILE that ends with .xml, it is an item.

    Exit status: 0 everything, 1 nothing was written (wrong use among it), 2 something was left out.

    \b
    Examples:
      lms questions export meetings --format moodle_xml -o meetings.xml
      lms questions export crisis-response --format qti3 --language fr -o crisis.zip
      lms questions export meetings --format qti22 --question mtg-quorum -o quorum.xml
      lms questions export meetings --format yaml -o meetings.zip
      lms questions export meetings --format yaml -o - | less
    """
    bank_key = rules.bank_key_of(bank)
    to_stream = output == STREAM
    chosen = language or queries.language_of(bank_key)
    if chosen is None:
        _refuse(f"there is no bank {bank_key}; 'lms questions list' shows those there are")
    if not to_stream and os.path.lexists(output) and not force:
        _refuse(f"{output} is there already; --force overwrites it")
    specs = queries.questions_of(bank_key)
    if not specs:
        _refuse(f"the bank {bank_key} has no question")
    if question is not None:
        specs = [spec for spec in specs if spec["key"] == question]
        if not specs:
            _refuse(f"the bank {bank_key} has no question {question}")
    titles = queries.titles_of(bank_key)
    title = titles.get(chosen) or next(iter(titles.values()))
    try:
        written = conversion.write_file(
            specs,
            format=format_name,
            title=title,
            language=chosen,
            key=bank_key,
            as_item=Path(output).suffix.lower() == ".xml",
            files=pictures.files_of(bank_key, specs),
            with_pictures=Path(output).suffix.lower() == ".zip",
        )
    except UnreadableFile as fault:
        _refuse(str(fault))
    for line in _left_out(written.left_out):
        click.echo(line, err=True)
    if not written.carried:
        _refuse(f"{FORMATS[known_format(format_name)].title} carries none of the questions")
    if to_stream:
        click.echo(written.content, nl=False)
    else:
        write_whole(Path(output), written.content)
        click.echo(f"{output}: {written.carried} of {_count(written.total, 'question')}")
    sys.exit(rules.exit_status(written.carried, len(written.left_out)))


def _left_out(skipped: Iterable[Skipped]) -> Iterable[str]:
    """Yield a line for each reason that few questions share, and one with all names where many do."""
    sharing: dict[tuple[str, bool], list[str]] = {}
    for one in skipped:
        sharing.setdefault((one.reason, one.whole), []).append(one.name)
    for (reason, whole), names in sharing.items():
        kept = "" if whole else " (the question is there without it)"
        if len(names) > MOST_LINES and not whole:
            quoted = ", ".join(repr(name) for name in names)
            yield f"left out of {len(names)} questions: {reason}: {quoted}"
        else:
            yield from (
                f"left out: {f'{name!r}: ' if name else ''}{reason}{kept}" for name in names
            )


def _refuse(reason: str) -> NoReturn:
    click.echo(f"Nothing was written: {reason}.", err=True)
    sys.exit(rules.NOTHING)


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that nobody ever sees half of it: beside its place, then moved there."""
    beside = path.with_name(f".{path.name}.{secrets.token_hex(6)}")
    try:
        beside.write_bytes(content)
        os.replace(beside, path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        _refuse(f"{path}: {str(error.strerror or error).lower()}")
