"""The picture of a text: which one it shows, where it stands, and its bytes."""

import base64
import binascii
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from urllib.parse import unquote_to_bytes

from lxml import etree

from lms.interchange.limits import MOST_PICTURE_BYTES
from lms.interchange.markup import (
    LINES,
    MARKDOWN_PICTURE,
    PARAGRAPHS,
    file_name,
    fragment,
    html_of,
    not_carried,
)
from lms.interchange.pictures import fault_of
from lms.interchange.questions import ExchangedQuestion, Picture, Rich
from lms.interchange.safe_xml import Element, local_name
from lms.interchange.source_text import fault_in, stripped

#: The bytes of a picture by the address at which a text names it; None where there is none such.
Files = Callable[[str], bytes | None]
#: Pictures of one text that are looked at; one is shown, and the others are told by their names.
MOST_LOOKED_AT = 50
#: Where a line begins and ends, beside what markup knows.
EDGES = PARAGRAPHS | LINES | {"br", "td", "th", "body", "prompt", "simplechoice", "itembody"}


def no_files(address: str) -> bytes | None:
    """Stand in for the files of a format that brings none."""
    return None


@dataclass(frozen=True, slots=True)
class Seen:
    """A picture as a text names it."""

    source: str
    alt: str
    within: bool
    element: Element | None = None


def seen_in(root: Element) -> list[Seen]:
    """Return the pictures of a tree in order, with whether words of the same line stand on both sides."""
    found: list[tuple[Element, bool]] = []
    within: set[int] = set()
    said = False
    waiting: list[int] = []
    for event, element in etree.iterwalk(root, events=("start", "end", "comment", "pi")):
        name = local_name(element).lower().removeprefix("qti-").replace("-", "")
        if event in ("start", "end") and name in EDGES:
            said, waiting = False, []
        if event == "start" and name == "img":
            waiting += [len(found)] if said else []
            found.append((element, said))
        text = element.text if event == "start" else element.tail if element is not root else ""
        if text and stripped(text):
            said = True
            within.update(waiting)
            waiting = []
    return [
        Seen(
            str(element.get("src") or "").strip(),
            " ".join(str(element.get("alt") or "").split()),
            at in within,
            element,
        )
        for at, (element, _) in enumerate(found)
    ]


def _named_in(text: Rich) -> list[Seen]:
    if text.format == "plain":
        return []
    if text.format == "markdown":
        return [
            Seen(found[2], found[1].strip(), False)
            for found in MARKDOWN_PICTURE.finditer(text.text)
        ]
    if "<" not in text.text:
        return []
    root = fragment(html_of(text))
    return [] if root is None else seen_in(root)


def picture_of(text: Rich, files: Files, lost: list[str]) -> Picture | None:
    """Return the picture of a text, the first where it shows several; the text stays as it is.

    Args:
        lost: gets a sentence for each other picture and each fault. Of a picture before the first whose bytes are
            not there whoever turns the text into plain text tells.
    """
    return first_of(_named_in(text), files, lost)


def first_of(named: Sequence[Seen], files: Files, lost: list[str]) -> Picture | None:
    """Return the first of several pictures that is there and is taken; see `picture_of`."""
    taken: Picture | None = None
    for seen in named[:MOST_LOOKED_AT]:
        if taken is None:
            taken = _opened(seen, files, lost)
        elif seen.source != taken.source:
            why = "another one stands in the same text, and a question shows one"
            lost.append(f"{not_carried('img', seen.source)}: {why}")
    return taken


def _opened(seen: Seen, files: Files, lost: list[str]) -> Picture | None:
    """Return a picture whose bytes are there and are taken; tell of it where they are not taken."""
    said = not_carried("img", seen.source)
    try:
        content = inline(seen.source) if is_inline(seen.source) else files(seen.source)
    except ValueError as broken:
        lost.append(f"{said}: {broken}")
        return None
    if content is None:
        return None
    fault = fault_of(content) or fault_in(seen.alt)
    if fault:
        lost.append(f"{said}: {fault}")
        return None
    name = file_name(seen.source)
    if not seen.alt:
        lost.append(alt_missing(name))
    if seen.within:
        lost.append(f"the place of {called(name)} within a sentence: it is shown with the text")
    return Picture(content, seen.alt, name, seen.source, seen.within)


def with_inline(question: ExchangedQuestion, lost: list[str]) -> ExchangedQuestion:
    """Return a question with the pictures that its texts hold as ``data:`` addresses: of formats without files."""
    texts = (question.text, *(option.text for option in question.options))
    if not any("data:" in text.text for text in texts):
        return question
    options = tuple(
        replace(one, picture=picture_of(one.text, no_files, lost)) for one in question.options
    )
    return replace(question, picture=picture_of(question.text, no_files, lost), options=options)


def called(name: str) -> str:
    """Return what a picture is called in a sentence."""
    return f"a picture {name[:100]!r}" if name else "a picture"


def alt_missing(name: str) -> str:
    """Return what is said of a picture without a text for whoever does not see it."""
    return f"the alternative text of {called(name)}: the file has none; write it on the question's page"


def is_inline(address: str) -> bool:
    """Whether an address holds the picture itself (``data:``)."""
    return address[:5].lower() == "data:"


def inline(address: str) -> bytes:
    """Return the bytes that a ``data:`` address holds.

    Raises:
        ValueError: they are not base64, or there is no comma; the message is for people.
    """
    head, comma, body = address.partition(",")
    if not comma:
        raise ValueError("its data address holds no data")
    if head.lower().rstrip().endswith(";base64"):
        return from_base64(body.replace("%2B", "+").replace("%2F", "/").replace("%3D", "="))
    return unquote_to_bytes(body)


def from_base64(written: str) -> bytes:
    """Return what base64 stands for, whatever its line ends.

    Raises:
        ValueError: it is none, or far larger than a picture may be; the message is for people.
    """
    if len(written) > MOST_PICTURE_BYTES * 2:
        raise ValueError("it is larger than 1 MiB")
    try:
        return base64.b64decode("".join(written.split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise ValueError("its base64 is broken") from error


def stand_in(picture: Picture | None, otherwise: str) -> str:
    """Return the words for a text that is a picture alone: what it shows, else something neutral; or nothing."""
    return (picture.alt or otherwise) if picture is not None else ""
