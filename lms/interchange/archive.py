"""Zip files from strangers: bounded, no way out of the folder, no links; and zip files of our own."""

import stat
import zipfile
import zlib
from collections.abc import Mapping
from io import BytesIO

from lms.interchange.limits import MEBIBYTE, MOST_MEMBERS, MOST_UNPACKED_BYTES
from lms.interchange.questions import UnreadableFile

#: The same content gives the same bytes: no clock enters. The first moment that a zip can name.
MOMENT = (1980, 1, 1, 0, 0, 0)
CHUNK = 64 * 1024


class Archive:
    """The files of a zip by name, read when they are asked for.

    Raises:
        UnreadableFile: no zip, more than 2,000 files, more than 64 MiB unpacked, encrypted, or a
            name that leads out of the folder, is absolute or a link.
    """

    def __init__(self, data: bytes) -> None:
        try:
            self._zip = zipfile.ZipFile(BytesIO(data))
            members = self._zip.infolist()
        except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
            raise UnreadableFile(f"the zip file cannot be read: {error}") from error
        if len(members) > MOST_MEMBERS:
            raise UnreadableFile(f"the zip file holds more than {MOST_MEMBERS:,} files")
        if sum(member.file_size for member in members) > MOST_UNPACKED_BYTES:
            raise UnreadableFile(_too_large())
        self._left = MOST_UNPACKED_BYTES
        for member in members:
            _refuse_name(member)
        self._members = {member.filename: member for member in members if not member.is_dir()}

    @property
    def names(self) -> list[str]:
        """The names of all files, in the order of the zip."""
        return list(self._members)

    def read(self, name: str) -> bytes | None:
        """Return the content of a file, or None where it is not there.

        Raises:
            UnreadableFile: it is broken, or unpacks to more than its zip says.
        """
        member = self._members.get(name)
        if member is None:
            return None
        parts = []
        try:
            with self._zip.open(member) as file:
                while part := file.read(CHUNK):
                    # What a zip says of its sizes may be false: count what comes out.
                    self._left -= len(part)
                    if self._left < 0:
                        raise UnreadableFile(_too_large())
                    parts.append(part)
        except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, OSError) as error:
            raise UnreadableFile(f"the file {name!r} in the zip cannot be read") from error
        except (NotImplementedError, ValueError) as error:
            raise UnreadableFile(f"the file {name!r} is packed in an unknown way") from error
        return b"".join(parts)


def _too_large() -> str:
    return f"the zip file unpacks to more than {MOST_UNPACKED_BYTES // MEBIBYTE} MiB"


def _refuse_name(member: zipfile.ZipInfo) -> None:
    name = member.orig_filename
    parts = name.replace("\\", "/").split("/")
    if ".." in parts or name.startswith(("/", "\\")) or ":" in parts[0] or "\x00" in name:
        raise UnreadableFile(f"the zip file holds a path that leads out of it: {name[:80]!r}")
    if stat.S_ISLNK(member.external_attr >> 16):
        raise UnreadableFile(f"the zip file holds a link: {name[:80]!r}")
    if member.flag_bits & 0x1:
        raise UnreadableFile("the zip file is encrypted")


def packed(files: Mapping[str, bytes]) -> bytes:
    """Return a zip of files by name, in their order; the same files give the same bytes."""
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            member = zipfile.ZipInfo(name, MOMENT)
            member.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(member, content)
    return buffer.getvalue()
