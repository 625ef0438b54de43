"""Tables as CSV and XLSX."""

from lms.plugins import hookimpl

from .render import TableCsv, TableXlsx


@hookimpl
def lms_exporters():
    return [TableCsv(), TableXlsx()]
