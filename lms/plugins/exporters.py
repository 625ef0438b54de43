"""The exporter protocol: a finished document in, a file out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from lms.plugins.documents import Document

#: Told how far the rendering is, 0 to 100; may raise to stop it.
Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Artifact:
    """A finished file."""

    filename: str
    media_type: str
    content: bytes


def font_folder() -> Path:
    """The folder of the fonts that ship: `Amiri-Regular.ttf` and `Amiri-Bold.ttf`, Latin and Arabic."""
    return Path(__file__).parent / "fonts"


class ExportFailed(Exception):
    """The exporter could not make the file; the text says why, for the person who wanted it."""


@dataclass(frozen=True, slots=True)
class Option:
    """One choice that an exporter offers: `choices` maps each allowed value to its label."""

    name: str
    label: str
    choices: Mapping[str, str]
    default: str


@runtime_checkable
class Exporter(Protocol):
    """Turns one kind of document into a file.

    The same document and options give the same bytes: no clock, no random, no network.
    """

    #: Unique, kebab-case, permanent.
    name: str
    #: Shown to people, by language; `en` is required.
    title: Mapping[str, str]
    #: The kind of document taken.
    accepts: type[Document]
    media_type: str
    extension: str
    options: tuple[Option, ...]

    def render(
        self, document: Any, options: Mapping[str, str], progress: Progress | None = None
    ) -> Artifact:
        """Return the file.

        Raises:
            ExportFailed: with a sentence for people.
        """
