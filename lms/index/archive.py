"""A zip that is the same for the same members, and a reader that a hostile one cannot harm."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from io import BytesIO

#: The oldest time that a zip can hold: the same whenever it is made.
MADE = (1980, 1, 1, 0, 0, 0)
#: Plain file, readable by all, writable by its owner.
MODE = 0o100644 << 16
#: Bytes packed, and unpacked in all, above which nothing is read: a million observations take half.
MOST_PACKED, MOST_UNPACKED = 64 << 20, 256 << 20
#: Central headers above which an archive is not even listed.
MOST_ENTRIES = 1000
ENTRY = b"PK\x01\x02"
#: What the standard library raises for archives that are none, damaged, or packed some other way.
DAMAGED = (
    zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, RuntimeError, ValueError,
)  # fmt: skip


class ArchiveError(ValueError):
    """An archive that is not read, with the reason in a sentence."""


def pack(members: Mapping[str, bytes]) -> bytes:
    """The members as a zip, in their order, with fixed times and modes."""
    held = BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name, content in members.items():
            entry = zipfile.ZipInfo(name, MADE)
            entry.create_system, entry.external_attr = 3, MODE
            archive.writestr(entry, content, zipfile.ZIP_DEFLATED, 6)
    return held.getvalue()


def unpack(data: bytes, names: Sequence[str]) -> dict[str, bytes]:
    """The members of a zip by name: exactly these names, each once.

    Nothing is written anywhere. Sizes are bounded before and while reading, whatever the archive
    says of itself.

    Raises:
        ArchiveError: no zip, damaged, encrypted, too large, or other names.
    """
    if len(data) > MOST_PACKED:
        raise ArchiveError(f"the bundle has {len(data)} bytes; at most {MOST_PACKED} are read")
    if data.count(ENTRY) > MOST_ENTRIES:
        raise ArchiveError(f"the bundle lists more than {MOST_ENTRIES} members")
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            entries = archive.infolist()
            _check(entries, names)
            return {entry.filename: _content(archive, entry) for entry in entries}
    except ArchiveError:
        raise
    except DAMAGED as error:
        raise ArchiveError(f"the bundle is no zip that can be read: {error}") from None


def _check(entries: Sequence[zipfile.ZipInfo], names: Sequence[str]) -> None:
    found = [entry.orig_filename for entry in entries]
    for name in found:
        if name not in names:
            raise ArchiveError(f"the bundle holds {name!r}, which is none of {', '.join(names)}")
        if found.count(name) > 1:
            raise ArchiveError(f"the bundle holds {name} twice")
    for name in names:
        if name not in found:
            raise ArchiveError(f"the bundle lacks {name}")
    for entry in entries:
        if entry.flag_bits & 0x1:
            raise ArchiveError(f"{entry.filename} is encrypted; bundles are not")
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise ArchiveError(f"{entry.filename} is packed by method {entry.compress_type}")
    size = sum(entry.file_size for entry in entries)
    if size > MOST_UNPACKED:
        raise ArchiveError(f"the bundle unpacks to {size} bytes; at most {MOST_UNPACKED} are read")


def _content(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    with archive.open(entry) as member:
        content = member.read(entry.file_size + 1)
    if len(content) != entry.file_size:
        raise ArchiveError(f"{entry.filename} is not as long as the bundle says")
    return content
