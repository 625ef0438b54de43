"""A whole course as a book: PDF for paper, EPUB for phones and readers."""

from lms.plugins import hookimpl

from .epub import CourseEpub
from .pdf import CoursePdf


@hookimpl
def lms_exporters():
    return [CoursePdf(), CourseEpub()]
