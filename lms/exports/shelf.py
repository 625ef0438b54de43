"""Finished books as files in the instance folder, each made at the first wish and anew when its course changes.

What lies there can be made again at any time: it is no part of a backup.
"""

import hashlib
import os
import shutil
import tempfile
import threading
from collections.abc import Mapping
from pathlib import Path

from lms import __version__
from lms.plugins import Artifact, CourseBook, Exporter

#: A class that opens a course at once asks for the same file twenty times: one of them makes it.
_making = threading.Lock()


def edition(exporter: Exporter, book: CourseBook, options: Mapping[str, str]) -> str:
    """What tells one file from another: 64 hexadecimal digits over all that goes into it."""
    said = (__version__, exporter.name, sorted(options.items()), book)
    return hashlib.sha256(repr(said).encode()).hexdigest()


def from_shelf(
    folder: Path, exporter: Exporter, book: CourseBook, options: Mapping[str, str]
) -> Artifact:
    """The file of a book, from the folder or made and put there in the place of its older editions.

    Raises:
        ExportFailed: the exporter could not make it.
    """
    chosen = "-".join((book.language, exporter.name, *(options[name] for name in sorted(options))))
    shelf = folder / book.key / chosen
    place = shelf / edition(exporter, book, options)
    kept = _kept(place, exporter)
    if kept is not None:
        return kept
    with _making:
        kept = _kept(place, exporter)
        if kept is None:
            kept = exporter.render(book, options)
            _keep(place, kept)
    return kept


def _kept(place: Path, exporter: Exporter) -> Artifact | None:
    if not place.is_dir():
        return None
    for path in place.iterdir():
        try:
            return Artifact(path.name, exporter.media_type, path.read_bytes())
        except FileNotFoundError:
            # Another process put a newer edition in its place.
            return None
    return None


def _keep(place: Path, made: Artifact) -> None:
    """Put a file there whole: who looks at the same moment finds all of it or nothing."""
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=place.parent, prefix=".") as written:
            ready = Path(written) / "ready"
            ready.mkdir()
            (ready / made.filename).write_bytes(made.content)
            if not place.exists():
                os.rename(ready, place)
        for older in place.parent.iterdir():
            if older != place and not older.name.startswith("."):
                shutil.rmtree(older, ignore_errors=True)
    except OSError:
        # A folder that cannot be written to costs time at the next wish, and no reader a book.
        return
