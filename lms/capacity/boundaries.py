"""The site's file of boundaries, read once for each of its states."""

from functools import lru_cache
from pathlib import Path

from flask import current_app

from lms.capacity.map import Ring, read_boundaries
from lms.errors import Refused

#: A larger file would make the first page wait; boundaries for a map of this size need far less.
LARGEST = 30_000_000


def boundaries() -> dict[str, list[Ring]] | None:
    """Outlines by P-code, or None where the setting BOUNDARIES names no file.

    Raises:
        Refused: `map.file`, `map.size`, `map.text`, and those of `read_boundaries`.
    """
    name = current_app.config.get("BOUNDARIES", "")
    if not name:
        return None
    path = Path(name)
    try:
        about = path.stat()
    except OSError:
        raise Refused("map.file", path=str(path)) from None
    if about.st_size > LARGEST:
        raise Refused("map.size", path=str(path))
    return _read(str(path), about.st_mtime_ns, about.st_size)


@lru_cache(maxsize=2)
def _read(name: str, changed: int, size: int) -> dict[str, list[Ring]]:
    try:
        text = Path(name).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        raise Refused("map.text", path=name) from None
    return read_boundaries(text)
