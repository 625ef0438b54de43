"""Every hook on one page, each with its contract."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import pluggy

if TYPE_CHECKING:
    from lms.plugins.exporters import Exporter
    from lms.scoring import QuestionType

hookspec = pluggy.HookspecMarker("lms")
hookimpl = pluggy.HookimplMarker("lms")


@hookspec
def lms_exporters() -> "Iterable[Exporter]":  # type: ignore[empty-body]
    """Exporters to offer. Asked once, at start. Names are unique; the second of a name is left out and named."""


@hookspec
def lms_question_types() -> "Iterable[QuestionType]":  # type: ignore[empty-body]
    """Question types to offer beside those that ship; see `lms.scoring.QuestionType` for what each must do.

    Asked once, at start, before any content is read. A name that is taken leaves the plugin out, with the reason;
    `lms.scoring.conformance.check_question_type` is the test that every type passes.
    """


@hookspec
def lms_content_roots() -> Iterable[Path]:  # type: ignore[empty-body]
    """Folders with more content: each may hold `curricula/` and `assessments/`. Asked once, at start."""
