"""The figures that ship: small, described, in three languages, used, and large enough for a phone."""

import math
import re
from collections.abc import Iterator
from typing import Any

import pytest
from lxml import etree
from reportlab.pdfbase.pdfmetrics import registerFont, stringWidth
from reportlab.pdfbase.ttfonts import TTFont

from lms.content import read_course, shipped_roots
from lms.content.figures import label_texts
from lms.plugins import font_folder

SVG = "{http://www.w3.org/2000/svg}"
LANGUAGES = ("en", "fr", "ar")
LARGEST_BYTES = 8_000
#: A phone of 360 pixels leaves this much to a picture; letters have at least 12 pixels there.
PHONE, SMALLEST_LETTERS = 328, 12
#: Faces differ in width: a label leaves this share of its own width free.
ROOM = 0.02
CONTRAST = 4.5

COURSES = {
    folder.parent.name: read_course(folder.parent)[0]
    for root in shipped_roots().curricula
    for folder in sorted(root.glob("*/course.yaml"))
}
FIGURES = [(key, name) for key, course in COURSES.items() for name in course.figures]
EACH = pytest.mark.parametrize(("key", "name"), FIGURES, ids=[name for _, name in FIGURES])
IN_EACH_LANGUAGE = pytest.mark.parametrize("language", LANGUAGES)

for face in ("NotoSans-Regular", "NotoSans-Bold", "Amiri-Regular", "Amiri-Bold"):
    registerFont(TTFont(f"Figures-{face}", str(font_folder() / f"{face}.ttf")))


def root_of(key: str, name: str, language: str) -> Any:
    svg = COURSES[key].figure(name, language)
    assert svg is not None
    return etree.fromstring(svg.encode())


def inherited(element: Any, name: str) -> str:
    while element is not None and element.get(name) is None:
        element = element.getparent()
    return "" if element is None else str(element.get(name))


def lines_of(text: Any) -> list[tuple[str, float]]:
    """The lines of a text and the height of each one's foot."""
    at, lines = float(text.get("y")), []
    for part in text.findall(f"{SVG}tspan") or [text]:
        at += float(part.get("dy", 0))
        lines.append((part.text, at))
    return lines


def boxes(root: Any) -> Iterator[tuple[float, float, float, float, str, bool]]:
    """Left, top, right, bottom, fill and roundness of what may lie behind a label."""
    for shape in root.iter(f"{SVG}rect", f"{SVG}circle"):
        if shape.tag == f"{SVG}circle":
            x, y, r = (float(shape.get(name)) for name in ("cx", "cy", "r"))
            yield x - r, y - r, x + r, y + r, inherited(shape, "fill"), True
        else:
            x, y, width, height = (
                float(shape.get(name, 0)) for name in ("x", "y", "width", "height")
            )
            yield x, y, x + width, y + height, inherited(shape, "fill"), False


def inside(corner: tuple[float, float], box: tuple[float, float, float, float, str, bool]) -> bool:
    """Whether a corner lies in a box; of a circle, whether it lies within its line."""
    (x, y), (left, top, right, bottom, _fill, is_round) = corner, box
    if not is_round:
        return left <= x <= right and top <= y <= bottom
    return math.hypot(x - (left + right) / 2, y - (top + bottom) / 2) <= (right - left) / 2


def luminance(colour: str) -> float:
    """Relative luminance after WCAG 2.2 of #rgb or #rrggbb."""
    digits = colour.lstrip("#")
    digits = "".join(one * 2 for one in digits) if len(digits) == 3 else digits
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_each_course_has_a_figure_and_each_drawing_its_labels():
    assert len(COURSES) == 16
    assert [key for key, course in COURSES.items() if not course.figures] == []
    for course in COURSES.values():
        assert {path.name for path in (course.folder / "media").glob("*.svg")} == set(
            course.figures
        )


@EACH
@IN_EACH_LANGUAGE
def test_a_figure_is_small_titled_and_described(key, name, language):
    svg = COURSES[key].figure(name, language)
    assert len(svg.encode()) < LARGEST_BYTES
    root = etree.fromstring(svg.encode())
    assert root.get("{http://www.w3.org/XML/1998/namespace}lang") == language
    title, description = (root.findtext(f"{SVG}{part}") for part in ("title", "desc"))
    assert 0 < len(title) < 80
    assert len(description) > len(title)
    assert not re.search(r"<style|<script|<image|<use|\sstyle=|\sclass=|href", svg)


@EACH
def test_each_label_is_there_in_three_languages(key, name):
    figure = COURSES[key].figures[name]
    original = label_texts(COURSES[key].folder / "media" / name)
    words = {one for one, text in original.items() if any(map(str.isalpha, text))}
    assert words == set(figure.labels)
    for texts in (figure.title, figure.description, *figure.labels.values()):
        assert set(texts) == {"fr", "ar"}
        assert re.search("[\u0600-\u06ff]", texts["ar"])
        assert not re.search("[\u0600-\u06ff]", texts["fr"])


@EACH
def test_a_figure_stands_in_its_course_described_in_the_lesson_s_language(key, name):
    course = COURSES[key]
    image = re.compile(rf"^!\[(.+)\]\(media/{re.escape(name)}\)$", re.MULTILINE)
    shown = [
        (lesson.language, found[1])
        for texts in course.texts.values()
        for lesson in texts.values()
        if (found := image.search(lesson.body))
    ]
    assert course.language in dict(shown)
    for language, description in shown:
        assert description == root_of(key, name, language).findtext(f"{SVG}desc")


@EACH
@IN_EACH_LANGUAGE
def test_letters_are_large_enough_on_a_phone(key, name, language):
    root = root_of(key, name, language)
    scale = PHONE / float(root.get("viewBox").split()[2])
    sizes = {float(inherited(text, "font-size")) * scale for text in root.iter(f"{SVG}text")}
    assert min(sizes) >= SMALLEST_LETTERS


@EACH
@IN_EACH_LANGUAGE
def test_no_label_runs_out_of_its_box_and_each_stands_out_from_it(key, name, language):
    root = root_of(key, name, language)
    shapes = list(boxes(root))
    frame = shapes[0]
    for left, top, right, bottom, *_more in shapes:
        assert frame[0] - 1 <= left < right <= frame[2] + 1
        assert frame[1] - 1 <= top < bottom <= frame[3] + 1
    for text in root.iter(f"{SVG}text"):
        size, anchor = float(inherited(text, "font-size")), inherited(text, "text-anchor")
        weight = "Bold" if inherited(text, "font-weight") == "bold" else "Regular"
        x, lines = float(text.get("x")), lines_of(text)
        family = "Amiri" if re.search("[\u0600-\u06ff]", "".join(text.itertext())) else "NotoSans"
        widths = [
            stringWidth(line, f"Figures-{family}-{weight}", size) * (1 + ROOM) for line, _ in lines
        ]
        share = {"start": 0, "middle": 0.5, "end": 1}[anchor]
        centre = x + max(widths) * (0.5 - share)
        middle = (lines[0][1] + lines[-1][1]) / 2 - 0.3 * size
        around = min(
            (one for one in shapes if one[0] <= centre <= one[2] and one[1] <= middle <= one[3]),
            key=lambda one: (one[2] - one[0]) * (one[3] - one[1]),
        )
        for (line, foot), width in zip(lines, widths, strict=True):
            start, end = x - width * share, x + width * (1 - share)
            corners = [(a, b) for a in (start, end) for b in (foot - 0.7 * size, foot + 0.2 * size)]
            assert all(inside(corner, around) for corner in corners), (name, language, line)
        light, dark = sorted(map(luminance, (around[4], inherited(text, "fill"))), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= CONTRAST, (name, language, text.get("id"))
