"""Which kinds of file are taken as an answer, and whether bytes are what their name says. Pure.

A kind is known by its ending. Its bytes are looked at by the signatures that the formats publish (PDF: ISO
32000-2, 7.5.2; pictures: `lms.interchange.pictures`; ZIP: APPNOTE 4.3.7; Office: ECMA-376
part 2; OpenDocument: part 2, 3.3; sound and film by the registrations of their media types). What is not listed is
not taken: a marker opens these files on a work computer, so programs, pages with scripts, archives and documents
with macros stay outside, whatever the author of a question allowed.
"""

import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass

from lms.interchange import pictures

#: Directory entry of a macro project in an old Office file, as such files write names.
_OLE_MACROS = "_VBA_PROJECT".encode("utf-16-le")
#: A document of an office suite has some dozens of parts.
MOST_PARTS = 5000


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file: the media type under which it is given out, and a look at its bytes."""

    media_type: str
    holds: Callable[[bytes], bool]
    #: Whether a file of this kind carries a program; asked only of bytes that are of the kind.
    dangerous: Callable[[bytes], bool] = lambda content: False


def _starts(*signatures: bytes, at: int = 0) -> Callable[[bytes], bool]:
    def holds(content: bytes) -> bool:
        return any(content[at : at + len(one)] == one for one in signatures)

    return holds


def _riff(form: bytes) -> Callable[[bytes], bool]:
    return lambda content: content[:4] == b"RIFF" and content[8:12] == form


def _is_pdf(content: bytes) -> bool:
    # Readers take a PDF whose header stands within the first 1024 bytes.
    return b"%PDF-" in content[:1024] and not _is_page(content)


def _is_text(content: bytes) -> bool:
    """Whether it is text, in Unicode or one byte for each sign, and neither a page nor a script."""
    try:
        if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
            text = content.decode("utf-16")
        else:
            text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        # Older editors write one byte for each sign; what is no text gives itself away below.
        text = content.decode("latin-1")
    if any(ord(sign) < 32 and sign not in "\t\n\r\f" for sign in text):
        return False
    return not text.startswith("#!") and not _is_page(text[:2048].encode())


def _is_page(content: bytes) -> bool:
    start = content[:1024].lstrip().lower()
    return start.startswith((b"<!doctype", b"<html", b"<script", b"<svg", b"<?xml", b"<?php"))


def _names(content: bytes) -> list[str] | None:
    """The names in a zip archive, whose parts are not unpacked; None when it is none."""
    if content[:4] != b"PK\x03\x04":
        return None
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return None
    return names if len(names) <= MOST_PARTS else None


def _office(folder: str) -> Callable[[bytes], bool]:
    def holds(content: bytes) -> bool:
        names = _names(content)
        return (
            names is not None
            and "[Content_Types].xml" in names
            and any(name.startswith(f"{folder}/") for name in names)
        )

    return holds


def _has_macros(content: bytes) -> bool:
    names = _names(content) or []
    return any(
        name.lower().endswith(("vbaproject.bin", ".exe", ".dll", ".js", ".vbs", ".jar"))
        or name.startswith(("Basic/", "Scripts/"))
        for name in names
    )


def _open_document(media_type: str) -> Callable[[bytes], bool]:
    # Its first part is called mimetype, is not compressed, and holds the type.
    written = b"mimetype" + media_type.encode()
    return lambda content: content[30 : 30 + len(written)] == written and bool(_names(content))


_ODF = "application/vnd.oasis.opendocument."
_OOXML = "application/vnd.openxmlformats-officedocument."


def _picture(kind: pictures.Kind) -> Kind:
    return Kind(kind.media_type, kind.holds)


_JPEG = _picture(pictures.JPEG)
_TEXT = Kind("text/plain", _is_text)


def _old_office(media_type: str) -> Kind:
    return Kind(
        media_type,
        _starts(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
        lambda content: _OLE_MACROS in content,
    )


#: The kinds that are taken, by ending.
KINDS: dict[str, Kind] = {
    "pdf": Kind("application/pdf", _is_pdf),
    "txt": _TEXT,
    "md": _TEXT,
    "csv": Kind("text/csv", _is_text),
    "jpg": _JPEG,
    "jpeg": _JPEG,
    "png": _picture(pictures.PNG),
    "gif": _picture(pictures.GIF),
    "webp": _picture(pictures.WEBP),
    "heic": Kind("image/heic", _starts(b"ftypheic", b"ftypheix", b"ftypmif1", at=4)),
    "docx": Kind(f"{_OOXML}wordprocessingml.document", _office("word"), _has_macros),
    "xlsx": Kind(f"{_OOXML}spreadsheetml.sheet", _office("xl"), _has_macros),
    "pptx": Kind(f"{_OOXML}presentationml.presentation", _office("ppt"), _has_macros),
    "odt": Kind(f"{_ODF}text", _open_document(f"{_ODF}text"), _has_macros),
    "ods": Kind(f"{_ODF}spreadsheet", _open_document(f"{_ODF}spreadsheet"), _has_macros),
    "odp": Kind(f"{_ODF}presentation", _open_document(f"{_ODF}presentation"), _has_macros),
    "doc": _old_office("application/msword"),
    "xls": _old_office("application/vnd.ms-excel"),
    "ppt": _old_office("application/vnd.ms-powerpoint"),
    "rtf": Kind("application/rtf", _starts(b"{\\rtf")),
    "mp3": Kind("audio/mpeg", _starts(b"ID3", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2")),
    "m4a": Kind("audio/mp4", _starts(b"ftyp", at=4)),
    "wav": Kind("audio/wav", _riff(b"WAVE")),
    "ogg": Kind("audio/ogg", _starts(b"OggS")),
    "mp4": Kind("video/mp4", _starts(b"ftyp", at=4)),
    "webm": Kind("video/webm", _starts(b"\x1a\x45\xdf\xa3")),
}


def ending_of(name: str) -> str:
    """The ending of a file's name in small letters, empty without one.

    >>> ending_of("Plan of Lumeya.PDF"), ending_of("plan")
    ('pdf', '')
    """
    return name.rpartition(".")[2].casefold() if "." in name else ""


def clean_name(given: str) -> str:
    """A file's name without folders and without signs that nobody sees; 255 characters at most, ending kept.

    A name may hold a sign that turns the writing round, so that ``exe.pdf`` reads as something else: it goes.

    >>> clean_name("C:\\\\Users\\\\amina\\\\plan.pdf"), clean_name("../x/ .. ")
    ('plan.pdf', '..')
    """
    last = given.replace("\\", "/").rpartition("/")[2]
    name = "".join(sign for sign in last if sign.isprintable()).strip()
    if len(name) <= 255:
        return name
    ending = f".{ending_of(name)}" if ending_of(name) and len(ending_of(name)) <= 10 else ""
    return name[: 255 - len(ending)] + ending


def fault_of(name: str, content: bytes) -> str | None:
    """Why a file is not taken: None when it is.

    Returns:
        ``answer.file-kind``: no kind that is taken; ``answer.file-content``: the bytes are not what the ending
        says; ``answer.file-program``: it carries a program; ``answer.file-empty``.
    """
    kind = KINDS.get(ending_of(name))
    if kind is None:
        return "answer.file-kind"
    if not content:
        return "answer.file-empty"
    if not kind.holds(content):
        return "answer.file-content"
    return "answer.file-program" if kind.dangerous(content) else None
