"""The seam: what a plugin author imports, and the manager that finds plugins.

A plugin is a package with hook implementations in its `__init__.py`, declared under the entry point group
``lms.plugins``. It receives finished, frozen documents; never a session, a request or a clock.
"""

from typing import TYPE_CHECKING

from lms.plugins.documents import (
    BookCheck,
    BookCriterion,
    BookLesson,
    BookOption,
    BookPicture,
    BookSource,
    BookTerm,
    CapacityReport,
    CertificateDocument,
    CertifiedCompetency,
    Column,
    CourseBook,
    Document,
    ReportedValue,
    Table,
)
from lms.plugins.exporters import (
    Artifact,
    Exporter,
    ExportFailed,
    Option,
    Progress,
    font_folder,
)
from lms.plugins.hookspecs import hookimpl, hookspec

if TYPE_CHECKING:
    from flask import Flask

__all__ = [
    "Artifact",
    "BookCheck",
    "BookCriterion",
    "BookLesson",
    "BookOption",
    "BookPicture",
    "BookSource",
    "BookTerm",
    "CapacityReport",
    "CertificateDocument",
    "CertifiedCompetency",
    "Column",
    "CourseBook",
    "Document",
    "ExportFailed",
    "Exporter",
    "Option",
    "Progress",
    "ReportedValue",
    "Table",
    "font_folder",
    "hookimpl",
    "hookspec",
]


def init_app(app: "Flask") -> None:
    """Find and load the site's plugins; one that fails is kept with its reason and takes nothing else down."""
    from lms.plugins.manager import PluginManager

    manager = PluginManager(disabled=app.config["PLUGINS_DISABLED"])
    manager.load_entry_points()
    app.extensions["lms.plugins"] = manager
