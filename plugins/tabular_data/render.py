"""Tables that are safe to open in a spreadsheet: no cell becomes a formula, numbers stay numbers."""

import csv
import io
import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import xlsxwriter

from lms.plugins import Artifact, Column, ExportFailed, Option, Progress, Table

#: What a spreadsheet may take for the beginning of a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")
#: The longest text that a cell of a sheet holds.
LONGEST = 32_767


def safe_text(text: str) -> str:
    """A text that no spreadsheet runs: an apostrophe before whatever could begin a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text


def file_name(title: str, at: datetime, extension: str) -> str:
    """A plain file name from the title and the day."""
    word = re.sub(r"[^A-Za-z0-9]+", "-", title).strip("-").lower() or "table"
    return f"{word}-{at:%Y-%m-%d}.{extension}"


def as_text(column: Column, value: Any) -> Any:
    """The value; in a column of text a code of digits is text."""
    return str(value) if column.kind == "text" and type(value) is int else value


class TableCsv:
    """RFC 4180 with a byte order mark, so that accents and Arabic survive the spreadsheet."""

    name = "table-csv"
    title: Mapping[str, str] = {"en": "Table (CSV)", "fr": "Tableau (CSV)", "ar": "جدول (CSV)"}
    accepts = Table
    media_type = "text/csv"
    extension = "csv"
    options: tuple[Option, ...] = (
        Option(
            "delimiter",
            "What parts the cells",
            {"comma": "comma", "semicolon": "semicolon"},
            "comma",
        ),
    )

    def render(
        self, document: Any, options: Mapping[str, str], progress: Progress | None = None
    ) -> Artifact:
        """Write the table; see `lms.plugins.Exporter`."""
        written = io.StringIO(newline="")
        delimiter = ";" if options.get("delimiter") == "semicolon" else ","
        writer = csv.writer(written, delimiter=delimiter, lineterminator="\r\n")
        writer.writerow([safe_text(column.label) for column in document.columns])
        for number, row in enumerate(document.rows):
            pairs = zip(document.columns, row, strict=True)
            writer.writerow([self.cell(as_text(column, value)) for column, value in pairs])
            if progress and number % 1000 == 0:
                progress(100 * number // max(1, len(document.rows)))
        if progress:
            progress(100)
        return Artifact(
            file_name(document.title, document.made_at, self.extension),
            self.media_type,
            written.getvalue().encode("utf-8-sig"),
        )

    def cell(self, value: Any) -> str:
        """A cell as text; numbers, negative ones too, stay numbers."""
        if value is None:
            return ""
        if isinstance(value, str):
            return safe_text(value)
        if isinstance(value, Decimal):
            return format(value.normalize(), "f")
        return str(value)


class TableXlsx:
    """A sheet with a bold head; right to left in Arabic; no text becomes a formula or a link."""

    name = "table-xlsx"
    title: Mapping[str, str] = {"en": "Table (XLSX)", "fr": "Tableau (XLSX)", "ar": "جدول (XLSX)"}
    accepts = Table
    media_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    extension = "xlsx"
    options: tuple[Option, ...] = ()

    def render(
        self, document: Any, options: Mapping[str, str], progress: Progress | None = None
    ) -> Artifact:
        """Write the sheet; see `lms.plugins.Exporter`."""
        written = io.BytesIO()
        # Closed whatever happens: rows wait in a temporary file.
        with xlsxwriter.Workbook(
            written,
            {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False},
        ) as book:
            book.set_properties(
                {"title": document.title, "created": document.made_at.replace(tzinfo=None)}
            )
            sheet = book.add_worksheet("Baraza")
            if document.language == "ar":
                sheet.right_to_left()
            bold = book.add_format({"bold": True})
            days = book.add_format({"num_format": "yyyy-mm-dd"})
            sheet.set_column(0, max(0, len(document.columns) - 1), 22)
            for column, head in enumerate(document.columns):
                sheet.write_string(0, column, head.label, bold)
            for number, row in enumerate(document.rows, start=1):
                for column, head in enumerate(document.columns):
                    value = as_text(head, row[column])
                    if value is None:
                        continue
                    if isinstance(value, date):
                        sheet.write_datetime(
                            number, column, datetime(value.year, value.month, value.day), days
                        )
                    elif isinstance(value, int | float | Decimal):
                        sheet.write_number(number, column, value)
                    elif len(value) > LONGEST:
                        raise ExportFailed(
                            f"Row {number}, {head.label}: the text is too long for a sheet."
                        )
                    else:
                        sheet.write_string(number, column, value)
                if progress and number % 1000 == 0:
                    progress(100 * number // max(1, len(document.rows)))
        if progress:
            progress(100)
        return Artifact(
            file_name(document.title, document.made_at, self.extension),
            self.media_type,
            written.getvalue(),
        )
