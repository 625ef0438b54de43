"""Where content lies: what ships, then the site's own folders, then what plugins add."""

from collections.abc import Iterable
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple


class Roots(NamedTuple):
    """Folders in the order in which they are read; a later one adds to an earlier one.

    A folder of `curricula` holds course folders and perhaps `glossary.yaml`; one of `assessments`
    holds `frameworks/`, `banks/`, `assessments/`, `exercises/`, `surveys/`, `rubrics/`,
    `methodology/`, `indicators/`, each of them optional.
    """

    curricula: tuple[Path, ...]
    assessments: tuple[Path, ...]


def shipped_roots() -> Roots:
    """Return the folders that are installed with the product."""
    return Roots((_installed("lms_curricula"),), (_installed("lms_assessments"),))


def content_roots(
    curricula: Iterable[Path | str] = (),
    assessments: Iterable[Path | str] = (),
    more: Iterable[Path | str] = (),
) -> Roots:
    """Return all folders of a site.

    Args:
        curricula: the site's own folders with courses.
        assessments: the site's own folders with banks, frameworks and so on.
        more: folders that may each hold `curricula/` and `assessments/`, as plugins bring them.
    """
    shipped, own = shipped_roots(), roots_in(*more)
    return Roots(
        (*shipped.curricula, *map(Path, curricula), *own.curricula),
        (*shipped.assessments, *map(Path, assessments), *own.assessments),
    )


def roots_in(*folders: Path | str) -> Roots:
    """Return the `curricula/` and `assessments/` that lie in the given folders."""
    places = [Path(folder) for folder in folders]
    return Roots(
        tuple(place / "curricula" for place in places if (place / "curricula").is_dir()),
        tuple(place / "assessments" for place in places if (place / "assessments").is_dir()),
    )


def _installed(name: str) -> Path:
    return Path(str(files(name)))
