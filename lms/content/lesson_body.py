"""What stands in the body of a lesson, with lines: faults, citations, checks and images."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from markdown_it.token import Token

from lms.content.markdown import BOXES, CHECK, CITATION, IMAGE, SAFE_LINK, is_check, parser
from lms.content.problems import Problem

#: What a line must hold for raw HTML to be possible at all; spares most lessons a second parse.
MAY_BE_HTML = re.compile(r"<[A-Za-z/!?]")
UNKNOWN_BOX = re.compile(r"^:{3,}\s*(\S*)")


@dataclass(frozen=True)
class BodyFindings:
    """What a body refers to: pairs of a key or file name and its line, in order."""

    problems: tuple[Problem, ...]
    citations: tuple[tuple[str, int], ...]
    checks: tuple[tuple[str, int], ...]
    images: tuple[tuple[str, int], ...]


def look_into(body: str, path: Path, first_line: int = 1) -> BodyFindings:
    """Return what stands in a markdown body whose first line has that number in its file."""
    reading = _Reading(path, first_line)
    if MAY_BE_HTML.search(body):
        for token, line in _with_lines(parser(finds_html=True).parse(body), first_line):
            if token.type in ("html_block", "html_inline"):
                shown = token.content.strip().split("\n")[0][:40]
                reading.fault(line, "markdown.html", f"raw HTML {shown!r}; write markdown instead")
    for token, line in _with_lines(parser().parse(body), first_line):
        reading.take(token, line)
    return BodyFindings(
        tuple(reading.problems),
        tuple(reading.citations),
        tuple(reading.checks),
        tuple(reading.images),
    )


class _Reading:
    def __init__(self, path: Path, first_line: int) -> None:
        self.path = path
        self.problems: list[Problem] = []
        self.citations: list[tuple[str, int]] = []
        self.checks: list[tuple[str, int]] = []
        self.images: list[tuple[str, int]] = []

    def fault(self, line: int, code: str, message: str) -> None:
        self.problems.append(Problem(self.path, line, code, message))

    def take(self, token: Token, line: int) -> None:
        if token.type == "heading_open" and token.tag == "h1":
            message = "a heading of level 1; headings in a lesson begin at ##"
            self.fault(line, "markdown.heading", message)
        elif token.type == "fence" and token.info.strip() == CHECK:
            self._check(token, line)
        elif token.type == "text":
            self._text(token.content, line)
        elif token.type == "link_open":
            self._link(str(token.attrGet("href") or ""), line)
        elif token.type == "image":
            self._image(token, line)

    def _check(self, token: Token, line: int) -> None:
        key = token.content.strip()
        if not is_check(token):
            message = "a check stands on its own, not inside a list, box or quotation"
            self.fault(line, "markdown.check-inside", message)
        elif len(key.split()) != 1:
            message = "expected one question key in a check"
            self.fault(line, "markdown.check-key", message)
        else:
            self.checks.append((key, line + 1))

    def _text(self, text: str, line: int) -> None:
        self.citations += [(found[1], line) for found in CITATION.finditer(text)]
        box = UNKNOWN_BOX.match(text)
        if box:
            message = f"box {box[1] or 'without an opening'!r}; expected ::: and {', '.join(BOXES)}"
            self.fault(line, "markdown.box", message)

    def _link(self, address: str, line: int) -> None:
        if not SAFE_LINK.fullmatch(address):
            message = f"link to {address[:60]!r}; expected https://, mailto: or #heading"
            self.fault(line, "markdown.link", message)

    def _image(self, token: Token, line: int) -> None:
        address = str(token.attrGet("src") or "")
        found = IMAGE.fullmatch(address)
        if found is None:
            message = f"image {address[:60]!r}; expected a file of the course, media/NAME"
            self.fault(line, "markdown.image", message)
        else:
            self.images.append((found[1], line))
        if not token.content.strip():
            message = "the image has no description; write one between the square brackets"
            self.fault(line, "markdown.image-not-described", message)


def _with_lines(tokens: Sequence[Token], first_line: int) -> Iterator[tuple[Token, int]]:
    """Yield every token, those inside others too, with the line on which it begins."""
    line = first_line
    for token in tokens:
        if token.map:
            line = first_line + token.map[0]
        yield token, line
        inner = line
        for child in token.children or ():
            yield child, inner
            if child.type in ("softbreak", "hardbreak"):
                inner += 1
            elif child.type == "html_inline":
                inner += child.content.count("\n")
