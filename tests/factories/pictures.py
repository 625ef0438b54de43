"""Small pictures, whole and otherwise."""

import struct
import zlib

from lms.interchange.pictures import kept_name


def make_png(
    width: int = 4, height: int = 3, colour: tuple[int, int, int] = (200, 30, 30)
) -> bytes:
    """A picture of one colour."""
    rows = b"".join(b"\0" + bytes(colour) * width for _ in range(height))
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = [(b"IHDR", head), (b"IDAT", zlib.compress(rows)), (b"IEND", b"")]
    chunks = (
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in parts
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def make_gif(width: int = 2, height: int = 2) -> bytes:
    """The beginning of a picture, which is all that is looked at."""
    return b"GIF89a" + struct.pack("<HH", width, height) + b"\x00\x00\x00;"


def make_svg(inside: str = '<path d="M0 0h4v4z"/>', attributes: str = "") -> bytes:
    """A drawing."""
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 4" {attributes}>{inside}</svg>'.encode()


WELL, GATE = make_png(), make_png(5, 5, (30, 30, 200))
WELL_NAME, GATE_NAME = kept_name(WELL), kept_name(GATE)
FILES = {WELL_NAME: WELL, GATE_NAME: GATE}
