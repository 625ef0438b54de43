"""Figures of a course in each language: a hand-written SVG, and its labels in `figures.yaml`.

The SVG speaks the course's original language and is a picture by itself. `figure_svg` puts the
labels of another language in their places; for one that is read from right to left it mirrors the
drawing and leaves the letters as they are.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from lxml import etree
from pydantic import Field

from lms.content.problems import Problem
from lms.content.reader import Document, read_document
from lms.content.shape import Key, Line, Many, Model, shaped
from lms.content.texts import Texts

FILE = "figures.yaml"
RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ps", "ur"})
SVG = "{http://www.w3.org/2000/svg}"
XML_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
#: What browsers take where nothing is said: the size of letters, and lines as multiples of it.
FONT_SIZE, LINE_HEIGHT = 16.0, 1.25
#: Arabic letters look smaller than Latin ones of the same size.
LARGER = 1.1
OPPOSITE = {"start": "end", "end": "start"}


class Figure(Model):
    """An SVG of `media/` in the languages other than the course's own.

    `labels` are by the `id` of the `<text>` that they stand for; a line end begins a new line.
    `mirrored` is False for what lies as it lies in the world: a map, a scale.
    """

    file: Line
    mirrored: bool = True
    title: Texts
    description: Texts
    labels: dict[Key, Texts] = Field(default_factory=dict)


class FiguresFile(Model):
    """What stands in `figures.yaml`."""

    figures: Many[Figure]


def read_figures(folder: Path) -> tuple[dict[str, Figure], Document, list[Problem]]:
    """Read the figures of a course's folder by file name: none where there is no `figures.yaml`.

    A faulty file is left out: its pictures are shown in the original language.
    """
    path = folder / FILE
    if not path.is_file():
        return {}, Document(path), []
    document = read_document(path)
    problems = list(document.problems)
    file, faults = shaped(FiguresFile, document)
    problems += faults
    found: dict[str, Figure] = {}
    for at, figure in enumerate(file.figures if file else ()):
        if figure.file in found:
            message = f"file: {figure.file} is named twice; keep one"
            problems.append(document.problem(("figures", at, "file"), "key.twice", message))
        found.setdefault(figure.file, figure)
    return found, document, problems


def figure_svg(path: Path, figure: Figure | None, language: str) -> str:
    """Return the SVG of a file as a reader of that language sees it.

    Without a `figure`, or where it has no title in that language, the file is returned as it is;
    so is one that `figure_problems` finds unsound.
    """
    raw = path.read_bytes()
    root = _parsed(raw) if figure is not None and language in figure.title else None
    if figure is None or root is None or len(_numbers(root.get("viewBox"))) != 4:
        return raw.decode("utf-8", "replace")
    for name, texts in (("title", figure.title), ("desc", figure.description)):
        element = root.find(f"{SVG}{name}")
        if element is not None and language in texts:
            element.text = texts[language]
    for element in root.iter(f"{SVG}text"):
        texts = figure.labels.get(element.get("id", ""), Texts())
        if language in texts:
            _write(element, texts[language].split("\n"))
    root.set(XML_LANGUAGE, language)
    if language in RIGHT_TO_LEFT:
        _turn(root, figure.mirrored)
    return str(etree.tostring(root, encoding="unicode"))


def label_texts(path: Path) -> dict[str, str]:
    """Return the labels of an SVG file in its own language, by id, lines parted by line ends."""
    root = _parsed(path.read_bytes())
    texts = root.iter(f"{SVG}text") if root is not None else ()
    return {element.get("id", ""): "\n".join(_lines(element)) for element in texts}


def figure_problems(
    figures: Mapping[str, Figure], document: Document, media: Path, languages: tuple[str, ...]
) -> Iterator[Problem]:
    """Yield what is wrong between `figures.yaml` and the files; `languages`: original first."""
    for at, (name, figure) in enumerate(figures.items()):
        where = ("figures", at)
        path = media / name
        if path.suffix != ".svg" or not path.is_file() or path.parent != media:
            message = f"file: there is no drawing media/{name}; expected the name of an SVG there"
            yield document.problem((*where, "file"), "figure.no-file", message)
            continue
        root = _parsed(path.read_bytes())
        if root is None:
            message = "the drawing is no well-formed XML; open it in a browser, which says where"
            yield Problem(path, 1, "figure.unreadable", message)
            continue
        yield from _drawing_problems(root, figure, path)
        written = {element.get("id") for element in root.iter(f"{SVG}text")}
        for key in figure.labels:
            if key not in written:
                message = f'labels: {name} has no <text id="{key}">'
                yield document.problem((*where, "labels", key), "figure.label-unknown", message)
        for language in languages[1:]:
            for key, texts in (
                ("title", figure.title),
                ("description", figure.description),
                *figure.labels.items(),
            ):
                if language not in texts:
                    message = f"{name}: {key} is lacking in {language}; the course is there in it"
                    yield document.problem(where, "figure.not-translated", message)


def _drawing_problems(root: Any, figure: Figure, path: Path) -> Iterator[Problem]:
    if len(_numbers(root.get("viewBox"))) != 4:
        message = 'the drawing has no size; give it one, such as viewBox="0 0 340 400"'
        yield Problem(path, 1, "figure.no-size", message)
    for name in ("title", "desc"):
        element = root.find(f"{SVG}{name}")
        if element is None or not (element.text or "").strip():
            message = f"the drawing has no <{name}>; say there what is to be seen"
            yield Problem(path, 1, "figure.not-described", message)
    for element in root.iter(f"{SVG}text"):
        shown = " ".join(_lines(element))
        if any(letter.isalpha() for letter in shown) and element.get("id") not in figure.labels:
            message = f"the text {shown[:40]!r} has no label in {FILE}, so nobody can translate it"
            yield Problem(path, element.sourceline or 1, "figure.text-without-label", message)
        if element.get("transform") is not None:
            message = f"the text {shown[:40]!r} is transformed; place it by x and y"
            yield Problem(path, element.sourceline or 1, "figure.text-transformed", message)


def _parsed(raw: bytes) -> Any:
    """The root of a drawing, or None where it is no XML."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True
    )
    try:
        return etree.fromstring(raw, parser)
    except etree.XMLSyntaxError:
        return None


def _numbers(written: str | None) -> list[float]:
    """The numbers of an attribute; none where it holds anything else."""
    try:
        return [float(part) for part in (written or "").replace(",", " ").split()]
    except ValueError:
        return []


def _number(element: Any, name: str, otherwise: float = 0.0) -> float:
    return next(iter(_numbers(element.get(name))), otherwise)


def _lines(element: Any) -> list[str]:
    lines = [part.text or "" for part in element.iter(f"{SVG}tspan")]
    return lines or [element.text or ""]


def _write(element: Any, lines: list[str]) -> None:
    """Put lines in the place of a text, their middle as high as it was."""
    spans = list(element.iter(f"{SVG}tspan"))
    step = _font_size(element) * LINE_HEIGHT
    if len(spans) > 1:
        step = _number(spans[1], "dy", step)
    for span in spans:
        element.remove(span)
    element.text = lines[0] if len(lines) == 1 else None
    higher = (max(len(spans), 1) - len(lines)) * step / 2
    element.set("y", f"{_number(element, 'y') + higher:g}")
    for at, line in enumerate(lines if len(lines) > 1 else ()):
        span = etree.SubElement(element, f"{SVG}tspan", x=element.get("x", "0"))
        if at:
            span.set("dy", f"{step:g}")
        span.text = line


def _turn(root: Any, mirrored: bool) -> None:
    """Have a drawing read from right to left; letters are never mirrored."""
    for element in root.iter(f"{SVG}text"):
        anchor = _inherited(element, "text-anchor", "start")
        element.set("direction", "rtl")
        if any(letter.isalpha() for letter in "".join(element.itertext())):
            element.set("font-size", f"{_font_size(element) * LARGER:g}")
        if mirrored:
            element.set("transform", f"matrix(-1 0 0 1 {2 * _number(element, 'x'):g} 0)")
        else:
            # The start of a line is on its right now; the label stays on the side where it was.
            anchor = OPPOSITE.get(anchor, anchor)
        element.set("text-anchor", anchor)
    if mirrored:
        left, _top, width, _height = _numbers(root.get("viewBox"))
        drawing = etree.Element(f"{SVG}g", transform=f"matrix(-1 0 0 1 {2 * left + width:g} 0)")
        drawing.extend([child for child in root if child.tag not in (f"{SVG}title", f"{SVG}desc")])
        root.append(drawing)


def _font_size(element: Any) -> float:
    return next(iter(_numbers(_inherited(element, "font-size", ""))), FONT_SIZE)


def _inherited(element: Any, name: str, otherwise: str) -> str:
    at = element
    while at is not None:
        if at.get(name) is not None:
            return str(at.get(name))
        at = at.getparent()
    return otherwise
