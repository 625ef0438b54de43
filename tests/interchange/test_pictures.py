"""What a picture is by its bytes, and which are taken."""

import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from factories.pictures import GATE, WELL, make_gif, make_png, make_svg
from lms.interchange.limits import MOST_PICTURE_BYTES
from lms.interchange.pictures import (
    KINDS,
    fault_in_picture,
    fault_of,
    kept_name,
    kind_of,
    size_of,
)
from lms.scoring.pictures import is_kept

JPEG = (
    b"\xff\xd8\xff\xe0\x00\x04ab\xff\xff\xc0\x00\x0b\x08"
    + struct.pack(">HH", 20, 30)
    + b"\x01\x01\x11\x00"
)
WEBP_LOSSY = b"RIFF\x00\x00\x00\x00WEBPVP8 \x00\x00\x00\x00\x00\x00\x00\x9d\x01\x2a" + struct.pack(
    "<HH", 30, 20
)
WEBP_LOSSLESS = b"RIFF\x00\x00\x00\x00WEBPVP8L\x00\x00\x00\x00\x2f" + struct.pack(
    "<I", 29 | 19 << 14
)
WEBP_LARGE = (
    b"RIFF\x00\x00\x00\x00WEBPVP8X\x0a\x00\x00\x00\x00\x00\x00\x00"
    + b"\x1d\x00\x00"
    + b"\x13\x00\x00"
)


@pytest.mark.parametrize(
    ("content", "media_type", "size"),
    [
        (make_png(30, 20), "image/png", (30, 20)),
        (JPEG, "image/jpeg", (30, 20)),
        (make_gif(30, 20), "image/gif", (30, 20)),
        (WEBP_LOSSY, "image/webp", (30, 20)),
        (WEBP_LOSSLESS, "image/webp", (30, 20)),
        (WEBP_LARGE, "image/webp", (30, 20)),
        (make_svg(), "image/svg+xml", None),
    ],
)
def test_a_picture_is_known_by_its_bytes(content, media_type, size):
    assert kind_of(content).media_type == media_type
    assert size_of(content) == size
    assert fault_of(content) is None
    assert is_kept(kept_name(content))


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "picture.empty"),
        (b"%PDF-1.7", "picture.kind"),
        (b"<html><svg></svg></html>", "picture.drawing"),
        (b"\x89PNG\r\n\x1a\n", "picture.damaged"),
        (make_gif(0, 4), "picture.damaged"),
        (make_gif(8_001, 1), "picture.points"),
        (make_gif(7_000, 7_000), "picture.points"),
        (WELL + b"\0" * MOST_PICTURE_BYTES, "picture.large"),
        (JPEG[:8], "picture.damaged"),
    ],
)
def test_what_is_none_or_too_large_is_refused(content, code):
    fault = fault_in_picture(content)

    # What begins like a page is no drawing either.
    assert fault.code in (code, "picture.kind")
    assert fault.said


def test_a_refusal_names_the_limit():
    assert "1 MiB" in fault_of(WELL + b"\0" * MOST_PICTURE_BYTES)
    assert "8,000" in fault_of(make_gif(8_001, 1))


@pytest.mark.parametrize(
    "inside",
    [
        "<script>alert(1)</script>",
        "<foreignObject><p xmlns='http://www.w3.org/1999/xhtml'>x</p></foreignObject>",
        "<image href='https://example.org/a.png'/>",
        "<use href='#a'/>",
        "<a href='javascript:alert(1)'><path d='M0 0'/></a>",
        "<path d='M0 0' onclick='alert(1)'/>",
        "<path d='M0 0' fill='url(https://example.org/x)'/>",
        "<path d='M0 0' style='fill: url( \"http://example.org/x#a\")'/>",
        "<style>@import 'https://example.org/a.css';</style>",
        "<style>path { fill: u\\72l(http://example.org) }</style>",
        "<animate attributeName='href' values='javascript:alert(1)'/>",
        "<p xmlns='http://www.w3.org/1999/xhtml'>x</p>",
        "<x:script xmlns:x='http://www.w3.org/2000/svg'>alert(1)</x:script>",
        "<linearGradient id='a' xmlns:l='http://www.w3.org/1999/xlink' l:href='http://example.org/#a'/>",
        "<path d='M0 0'",
    ],
)
def test_a_drawing_that_is_more_than_a_drawing_is_refused(inside):
    assert fault_in_picture(make_svg(inside)).code == "picture.drawing"


def test_a_drawing_with_a_document_type_or_an_entity_is_refused():
    bomb = b'<!DOCTYPE svg [<!ENTITY a "x"><!ENTITY b "&a;&a;">]>' + make_svg("<text>&b;</text>")
    plain = b'<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "svg11.dtd">' + make_svg()

    assert fault_in_picture(bomb).code == "picture.drawing"
    assert "DOCTYPE" in fault_of(plain)


def test_a_drawing_of_a_drawing_program_is_taken():
    notes = (
        '<sodipodi:namedview xmlns:sodipodi="http://sodipodi.sourceforge.net/DTD/sodipodi-0.dtd" id="n"/>'
        "<defs><linearGradient id='g'><stop offset='0' stop-color='#123'/></linearGradient></defs>"
        "<style>.a { fill: url(#g) }</style><path class='a' d='M0 0h1' style='stroke:none'/>"
    )

    assert fault_of(make_svg(notes)) is None


@settings(deadline=None)
@given(
    start=st.sampled_from([b"", WELL, GATE, JPEG, WEBP_LOSSY, WEBP_LARGE, make_gif(), make_svg()]),
    data=st.data(),
)
def test_any_bytes_are_a_picture_or_are_refused(start, data):
    cut = start[: data.draw(st.integers(0, len(start)))]
    content = cut + data.draw(st.binary(max_size=40))

    if fault_of(content) is None:
        assert kind_of(content) in KINDS
        assert is_kept(kept_name(content))
    size_of(content)
