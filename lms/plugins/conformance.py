"""check_exporter(): what every exporter passes, ours and others'."""

from collections.abc import Mapping
from typing import Any

from lms.plugins.exporters import Artifact, Exporter


def check_exporter(
    exporter: Exporter, document: Any, options: Mapping[str, str] | None = None
) -> Artifact:
    """Render twice and check the contract; return the file.

    Raises:
        AssertionError: naming what the exporter breaks.
    """
    if not isinstance(exporter, Exporter):
        raise AssertionError("it lacks something of the Exporter protocol")
    if not isinstance(document, exporter.accepts):
        raise AssertionError(f"it accepts {exporter.accepts.__name__}")
    if not exporter.title.get("en"):
        raise AssertionError("its title has no English words")
    chosen = {option.name: option.default for option in exporter.options} | dict(options or {})
    for option in exporter.options:
        if option.default not in option.choices:
            raise AssertionError(f"the default of option {option.name} is not among its choices")
    first, second = exporter.render(document, chosen), exporter.render(document, chosen)
    if first != second:
        raise AssertionError("the same document gives different files")
    if not first.content or first.media_type != exporter.media_type:
        raise AssertionError("the file is empty or of another media type")
    if not first.filename.endswith(f".{exporter.extension}") or "/" in first.filename:
        raise AssertionError(
            f"the file name {first.filename!r} is no plain .{exporter.extension} name"
        )
    return first
