"""Pictures from strangers: what one is by its bytes, how large it unfolds, whether it is taken. Pure.

A picture is known by its bytes and never by its name. The signatures and the places of width and height are those
that the formats publish: PNG (W3C recommendation, 5.2 and 11.2.2), JPEG (ITU-T T.81, annex B), GIF (CompuServe
GIF89a, 17 and 18), WebP (RFC 9649, 2.4 to 2.7), SVG (W3C, SVG 2). Nothing is unpacked: how many points a picture
has stands at its beginning.

An SVG is a page by itself. It is taken where it is nothing but a drawing: elements of a short list, no script, no
style that fetches anything, no address outside it. What draws one part many times over (``use``, ``pattern``) is
not on the list: ten lines of it can keep a phone busy for an hour.
"""

import re
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256
from typing import Any

from lms.interchange.limits import (
    MEBIBYTE,
    MOST_PICTURE_BYTES,
    MOST_PIXELS,
    MOST_PIXELS_ALONG,
)
from lms.interchange.questions import UnreadableFile
from lms.interchange.safe_xml import Element, local_name, parsed

#: Width and height in points; None where a drawing names none.
Size = tuple[int, int] | None
NO_PICTURE = "it is no picture that is taken here: PNG, JPEG, GIF, WebP or SVG"
DAMAGED = "it is damaged: its width and height cannot be read"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of picture: the ending of its names, its media type, and a look at its bytes."""

    ending: str
    media_type: str
    holds: Callable[[bytes], bool]


def _starts(*signatures: bytes) -> Callable[[bytes], bool]:
    return lambda content: content.startswith(signatures)


def _is_svg(content: bytes) -> bool:
    start = content[:1024].removeprefix(b"\xef\xbb\xbf").lstrip()
    return (
        start.startswith(b"<") and re.search(rb"<(?:[\w-]+:)?svg[\s>]", content[:4096]) is not None
    )


PNG = Kind("png", "image/png", _starts(b"\x89PNG\r\n\x1a\n"))
JPEG = Kind("jpg", "image/jpeg", _starts(b"\xff\xd8\xff"))
GIF = Kind("gif", "image/gif", _starts(b"GIF87a", b"GIF89a"))
WEBP = Kind(
    "webp", "image/webp", lambda content: content[:4] == b"RIFF" and content[8:12] == b"WEBP"
)
SVG = Kind("svg", "image/svg+xml", _is_svg)
KINDS = (PNG, JPEG, GIF, WEBP, SVG)


def kind_of(content: bytes) -> Kind | None:
    """Return the kind of a picture by its bytes; None where it is none that is taken."""
    return next((kind for kind in KINDS if kind.holds(content)), None)


def kept_name(content: bytes) -> str:
    """Return the name under which the site keeps a picture: the SHA-256 of its bytes and its ending.

    Args:
        content: without a fault (`fault_of`).
    """
    kind = kind_of(content)
    return f"{sha256(content).hexdigest()}.{kind.ending if kind else 'bin'}"


def size_of(content: bytes) -> Size:
    """Return width and height in points, as its beginning says; None where it does not say.

    >>> size_of(b"GIF89a\\x03\\x00\\x02\\x00")
    (3, 2)
    """
    kind = kind_of(content)
    try:
        if kind is PNG:
            return struct.unpack(">II", content[16:24]) if content[12:16] == b"IHDR" else None
        if kind is GIF:
            return struct.unpack("<HH", content[6:10])
        if kind is WEBP:
            return _size_of_webp(content)
        return _size_of_jpeg(content) if kind is JPEG else None
    except (struct.error, IndexError):
        return None


def _size_of_jpeg(content: bytes) -> Size:
    """Return what the frame header says; it stands behind segments of which each tells its length."""
    at = 2
    while content[at] == 0xFF:
        marker = content[at + 1]
        if marker == 0xFF:
            at += 1
        elif 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", content[at + 5 : at + 9])
            return width, height
        elif marker == 0x01 or 0xD0 <= marker <= 0xD9:
            at += 2
        else:
            at += 2 + max(int.from_bytes(content[at + 2 : at + 4], "big"), 2)
    return None


def _size_of_webp(content: bytes) -> Size:
    form = content[12:16]
    if form == b"VP8X":
        width = int.from_bytes(content[24:27], "little") + 1
        return width, int.from_bytes(content[27:30], "little") + 1
    if form == b"VP8L" and content[20] == 0x2F:
        bits = int.from_bytes(content[21:25], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if form == b"VP8 ":
        width, height = struct.unpack("<HH", content[26:30])
        return width & 0x3FFF, height & 0x3FFF
    return None


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a picture is not taken.

    Args:
        code: for pages, which say it in the reader's language.
        said: the end of a sentence in English, for lists of what was left out.
        values: what stands in the page's sentence.
    """

    code: str
    said: str
    values: Mapping[str, Any] = field(default_factory=dict)


def fault_of(content: bytes) -> str | None:
    """Return why a picture is not taken, as the end of a sentence in English; None where it is."""
    found = fault_in_picture(content)
    return found.said if found is not None else None


def fault_in_picture(content: bytes) -> Fault | None:
    """Return why a picture is not taken; None where it is.

    Codes: ``picture.empty``, ``picture.large``, ``picture.kind``, ``picture.damaged``, ``picture.points`` and
    ``picture.drawing``.
    """
    limit = MOST_PICTURE_BYTES // MEBIBYTE
    if not content:
        return Fault("picture.empty", "its file is empty")
    if len(content) > MOST_PICTURE_BYTES:
        said = f"it is larger than {limit} MiB, which is the most that a picture may have"
        return Fault("picture.large", said, {"limit": limit})
    kind = kind_of(content)
    if kind is None:
        return Fault("picture.kind", NO_PICTURE)
    if kind is SVG:
        drawn = _fault_of_drawing(content)
        return Fault("picture.drawing", drawn, {"why": drawn}) if drawn else None
    size = size_of(content)
    if size is None or 0 in size:
        return Fault("picture.damaged", DAMAGED)
    if max(size) > MOST_PIXELS_ALONG or size[0] * size[1] > MOST_PIXELS:
        width, height = size
        said = (
            f"it is {width:,} by {height:,} points large; a picture may have {MOST_PIXELS_ALONG:,} "
            f"along a side and {MOST_PIXELS:,} altogether"
        )
        values = {"width": width, "height": height, "most": MOST_PIXELS_ALONG}
        return Fault("picture.points", said, values)
    return None


_SVG = "http://www.w3.org/2000/svg"
#: Elements of a drawing that stands still and fetches nothing.
_DRAWN = frozenset(
    {
        *("svg", "g", "defs", "title", "desc", "metadata", "style", "switch", "a"),
        *("path", "rect", "circle", "ellipse", "line", "polyline", "polygon"),
        *("text", "tspan", "textPath", "linearGradient", "radialGradient", "stop", "clipPath"),
    }
)
#: What drawing programs write beside the drawing; no browser looks at it.
_NOTES = (
    "http://www.inkscape.org/",
    "http://sodipodi.sourceforge.net/",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "http://creativecommons.org/",
    "http://web.resource.org/cc/",
    "http://purl.org/dc/",
)
_MOST_ELEMENTS = 5_000
#: An address outside the drawing, in an attribute or a style; a backslash could hide one.
_FETCHES = re.compile(r"url\(\s*[\"']?\s*(?!#)|@import|javascript:|data:|expression\(|\\", re.I)


@lru_cache(maxsize=4)
def _fault_of_drawing(content: bytes) -> str | None:
    try:
        root = parsed(content)
    except UnreadableFile as broken:
        return f"the drawing cannot be read: {broken}"
    if root.getroottree().docinfo.internalDTD is not None:
        return "the drawing has a document type; take the <!DOCTYPE out"
    if local_name(root) != "svg":
        return NO_PICTURE
    for count, element in enumerate(root.iter(), start=1):
        if count > _MOST_ELEMENTS:
            return f"the drawing has more than {_MOST_ELEMENTS:,} parts"
        fault = _fault_in_part(element)
        if fault:
            return fault
    return None


def _fault_in_part(element: Element) -> str | None:
    if not isinstance(element.tag, str):
        return "the drawing holds an entity"
    namespace, name = element.tag.rpartition("}")[0].removeprefix("{"), local_name(element)
    if namespace.startswith(_NOTES):
        return None
    if namespace not in ("", _SVG) or name not in _DRAWN:
        return f"the drawing holds <{name[:40]}>, which a picture of a question may not"
    for written, value in element.attrib.items():
        attribute = str(written).rpartition("}")[2].lower()
        is_address = attribute in ("href", "src") and not str(value).strip().startswith("#")
        if attribute.startswith("on") or is_address or _FETCHES.search(str(value)):
            return f"the drawing holds {attribute[:40]}=…, which runs or fetches something"
    if name == "style" and _FETCHES.search("".join(element.itertext())):
        return "the drawing holds a style that fetches something"
    return None
