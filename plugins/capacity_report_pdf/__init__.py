"""Capacity reports as PDF."""

from lms.plugins import hookimpl

from .render import CapacityReportPdf


@hookimpl
def lms_exporters():
    return [CapacityReportPdf()]
