"""The site's file of boundaries, of the setting or of the instance; read once for each of its states."""

from functools import lru_cache
from pathlib import Path

from flask import current_app

from lms.capacity.map import Ring, read_boundaries
from lms.errors import Refused

#: A larger file would make the first page wait; boundaries for a map of this size need far less.
LARGEST = 30_000_000
#: In the folder of the instance; it holds where the setting names no other.
FILE = "boundaries.geojson"


def boundaries() -> dict[str, list[Ring]] | None:
    """Outlines by P-code, or None where neither the setting BOUNDARIES nor the instance has a file.

    Raises:
        Refused: `map.file`, `map.size`, `map.text`, and those of `read_boundaries`.
    """
    name = current_app.config.get("BOUNDARIES", "")
    path = Path(name or Path(current_app.instance_path) / FILE)
    if not name and not path.exists():
        return None
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
