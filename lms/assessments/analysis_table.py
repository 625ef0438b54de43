"""The table of item analysis as a file for a spreadsheet."""

import csv
from io import StringIO

from flask_babel import gettext as _

from lms.assessments.analysis_pages import Line, Report
from lms.interchange.sheet_cells import defused
from lms.web.language import in_language

#: Digits after the point: more would be noise.
PLACES = 4


def written(report: Report) -> bytes:
    """The questions with their figures as CSV: UTF-8 with a mark that Excel knows, commas, CRLF (RFC 4180).

    Shares and correlations are numbers with a point, negative ones too; no text can become a formula.
    """
    buffer = StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow([defused(str(title)) for title in _titles()])
    for line in report.lines:
        writer.writerow([_cell(value) for value in _row(line)])
    return buffer.getvalue().encode("utf-8-sig")


def _titles() -> list[str]:
    return [
        _("Key"),
        _("Question"),
        _("Kind"),
        _("Competency"),
        _("People"),
        _("Solved, 0 to 1"),
        _("By guessing, 0 to 1"),
        _("Correlation with the rest"),
        _("Point-biserial"),
        _("Best less last"),
        _("Weight meant, 0 to 1"),
        _("Weight real, 0 to 1"),
        _("Alpha without it"),
        _("Rasch difficulty"),
        _("Its standard error"),
        _("Infit"),
        _("Outfit"),
        _("To look at"),
    ]


def _row(line: Line) -> list[str | float | int | None]:
    figures, spec = line.figures, line.spec
    return [
        figures.id,
        in_language(spec["text"]),
        spec["type"],
        spec.get("competency") or "",
        figures.n,
        figures.facility,
        figures.guess,
        figures.discrimination,
        figures.point_biserial,
        figures.upper_lower,
        figures.intended_weight,
        figures.effective_weight,
        figures.alpha_if_deleted,
        figures.difficulty,
        figures.difficulty_error,
        figures.infit,
        figures.outfit,
        " ".join(one.sentence for one in line.flags),
    ]


def _cell(value: str | float | None) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return defused(value)
    if isinstance(value, int):
        return str(value)
    # Rounding may leave a minus before nothing.
    return f"{round(value, PLACES) + 0.0:.{PLACES}f}"
