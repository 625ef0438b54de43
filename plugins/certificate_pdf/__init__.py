"""Certificates as PDF."""

from lms.plugins import hookimpl

from .render import CertificatePdf


@hookimpl
def lms_exporters():
    return [CertificatePdf()]
