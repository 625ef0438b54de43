"""The project's own YAML with its pictures: a zip of ``bank.yaml`` and ``media/``, or a file beside them."""

import posixpath
from collections.abc import Mapping, Sequence
from functools import cache

from lms.interchange.archive import Archive, packed
from lms.interchange.bank_file import read_bank_file
from lms.interchange.picture_texts import Files
from lms.interchange.questions import ExchangedQuestion, Skipped, UnreadableFile, pictures_of
from lms.interchange.source_text import decoded

BANK = "bank.yaml"
MEDIA = "media"
ENDINGS = (".yaml", ".yml")


def bank_in(names: Sequence[str]) -> str | None:
    """Return which file of a zip is the bank: the YAML in the outermost folder, ``bank.yaml`` before others."""
    found = [one for one in names if one.lower().endswith(ENDINGS)]
    return min(
        found, key=lambda one: (one.count("/"), posixpath.basename(one) != BANK), default=None
    )


def read_bank(data: bytes, files: Files) -> tuple[list[ExchangedQuestion], list[Skipped]]:
    """Return the questions of a bank, as a text or as a zip with its pictures, and what was left out.

    Args:
        files: gives the bytes of a picture that lies beside a text, by its name.

    Raises:
        UnreadableFile: as `read_bank_file`; a dangerous zip, or one without a bank.
    """
    if not data.startswith(b"PK"):
        return read_bank_file(decoded(data), files)
    archive = Archive(data)
    bank = bank_in(archive.names)
    if bank is None:
        raise UnreadableFile(f"the zip file holds no question bank ({BANK})")
    folder = posixpath.dirname(bank)

    @cache
    def zipped(name: str) -> bytes | None:
        inside = archive.read(posixpath.join(folder, MEDIA, name))
        return inside if inside is not None else archive.read(posixpath.join(folder, name))

    return read_bank_file(decoded(archive.read(bank) or b""), zipped)


def zipped_bank(text: str, pictures: Mapping[str, bytes]) -> bytes:
    """Return a bank with its pictures as a zip.

    Args:
        pictures: by the names that the text has for them.
    """
    files = {f"{MEDIA}/{name}": content for name, content in pictures.items()}
    return packed({BANK: text.encode()} | files)


def names_alone(questions: Sequence[ExchangedQuestion]) -> list[Skipped]:
    """Return what is said where a bank is written as a text: it names pictures and does not hold them."""
    return [
        Skipped(question.line, question.name, said, False)
        for question in questions
        for said in dict.fromkeys(name_alone(one.name) for one in pictures_of(question))
    ]


def name_alone(name: str) -> str:
    """Return what is said of a picture whose name travels without its file."""
    return f"a picture {name!r}: its name is kept, the file is not carried"
