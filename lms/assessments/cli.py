"""`lms assessments`: the item analysis of an assessment, of everybody on the site."""

import json
from typing import Any
from uuid import UUID

import click
from flask.cli import AppGroup

from lms.accounts.scope import everywhere
from lms.assessments import analysis_pages, analysis_rows, queries
from lms.assessments.analysis_pages import Line, Report
from lms.assessments.analysis_rows import FIRST, WHICH, Filters
from lms.cohorts.models import Cohort
from lms.db import db
from lms.settings import LANGUAGES
from lms.web.language import in_language

assessments = AppGroup(
    "assessments", help="Assessments and what their attempts say of the questions."
)


@assessments.command("analyse")
@click.argument("key")
@click.option("--language", type=click.Choice(LANGUAGES), help="Only attempts begun in it.")
@click.option("--cohort", type=click.UUID, help="Only members of the cohort with this id.")
@click.option(
    "--attempt",
    "which",
    type=click.Choice(WHICH),
    default=FIRST,
    show_default=True,
    help="Which attempt of a person counts.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def analyse(key: str, language: str | None, cohort: UUID | None, which: str, as_json: bool) -> None:
    """Say which questions of an assessment to look at, and how reliable its marks are.

    Exits with 1 where there is no such assessment or cohort, or fewer than five people have a marked attempt.

    \b
    Examples:
      lms assessments analyse crisis-response
      lms assessments analyse crisis-response --language fr --json
    """
    if (
        cohort is not None
        and db.session.scalar(everywhere(Cohort.id).where(Cohort.id == cohort)) is None
    ):
        raise click.ClickException(f"there is no cohort {cohort}")
    sat = analysis_rows.read(
        key, Filters(which=which, language=language, cohort_id=cohort), whole_site=True
    )
    if not sat.persons and queries.assessment(key) is None:
        raise click.ClickException(f"there is no assessment {key}")
    if not sat.shown:
        raise click.ClickException(
            f"{len(sat.persons)} people have a marked attempt; figures are shown from "
            f"{analysis_rows.LEAST_SHOWN} on"
        )
    report = analysis_pages.report_of(key, sat)
    if as_json:
        click.echo(json.dumps(told(key, report), ensure_ascii=False, indent=1))
    else:
        _print(key, report)


def told(key: str, report: Report) -> dict[str, Any]:
    """The analysis as plain values. Shares are 0 to 1, correlations −1 to 1; null where a figure means nothing."""
    whole = report.analysis.whole
    return {
        "assessment": key,
        "persons": whole.n,
        "attempts": report.sat.attempts,
        "guard": whole.guard,
        "mean": whole.mean,
        "sd": whole.sd,
        "alpha": whole.alpha,
        "right_or_wrong": whole.right_or_wrong,
        "reliability": whole.reliability,
        "sem": whole.sem,
        "pass_mark": whole.pass_mark,
        "passed": whole.passed,
        "k2": whole.k2,
        "share_near_pass": whole.share_near_pass,
        "guess": None if report.guess is None else float(report.guess) / 100,
        "questions": [_told(line) for line in report.lines],
        "dropped": list(report.sat.dropped),
    }


def _told(line: Line) -> dict[str, Any]:
    figures = line.figures
    plain = {
        name: getattr(figures, name)
        for name in (
            "n",
            "facility",
            "guess",
            "discrimination",
            "point_biserial",
            "upper_lower",
            "intended_weight",
            "effective_weight",
            "alpha_if_deleted",
            "difficulty",
            "difficulty_error",
            "infit",
            "outfit",
            "guard",
        )
    }
    options = figures.options.options if figures.options else ()
    return {
        "key": figures.id,
        "type": line.spec["type"],
        **plain,
        "options": [
            {
                "option": one.option,
                "right": one.right,
                "count": one.count,
                "share": one.share,
                "mean_total": one.mean_total,
                "point_biserial": one.point_biserial,
                "words": list(one.words),
            }
            for one in options
        ],
        "languages": [
            {
                "language": one.focal,
                "compared_with": one.reference,
                "delta": one.delta,
                "standard_error": one.standard_error,
                "category": one.category,
            }
            for one in figures.dif
        ],
        "flags": [{"code": one.code, "sentence": one.sentence} for one in line.flags],
    }


def _print(key: str, report: Report) -> None:
    whole = report.analysis.whole
    click.echo(f"{key}: {whole.n} people, {report.sat.attempts} attempts")
    click.echo(
        f"mean {_share(whole.mean)}, reliability {_number(whole.reliability)}, "
        f"standard error {_share(whole.sem)}, by guessing {_share(_guess(report))}"
    )
    click.echo(
        f"{'question':<14}{'n':>6}{'solved':>8}{'rest r':>8}{'total r':>9}{'best-last':>11}  flags"
    )
    for line in report.lines:
        figures = line.figures
        click.echo(
            f"{figures.id:<14}{figures.n:>6}{_share(figures.facility):>8}"
            f"{_number(figures.discrimination):>8}{_number(figures.point_biserial):>9}"
            f"{_share(figures.upper_lower):>11}  {_tags(line)}"
        )
    for line in report.lines:
        for one in line.flags:
            if one.kind:
                click.echo(
                    f"{line.figures.id} ({in_language(line.spec['text'])[:60]}): {one.sentence}"
                )


def _tags(line: Line) -> str:
    # How many people there are stands in the line already.
    return ", ".join(one.tag for one in line.flags if one.code != "item.few")


def _guess(report: Report) -> float | None:
    return None if report.guess is None else float(report.guess) / 100


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value * 100:.0f}"


def _number(value: float | None) -> str:
    return "–" if value is None else f"{float(value):.2f}"
