"""Texts with markup into plain text and into XHTML.

A bank's texts are plain. What emphasis, lists, links and small figures say is kept in the signs that
people use for it; what a text cannot hold at all (pictures, formulas, films) is told.
"""

import re
from collections.abc import Iterable
from html import escape
from mimetypes import guess_type
from typing import Literal
from urllib.parse import unquote

from lxml import etree

from lms.content.markdown import render_text
from lms.interchange.questions import Picture, Rich
from lms.interchange.safe_xml import local_name
from lms.interchange.source_text import TAG, stripped

#: Blocks that stand apart, and blocks that merely begin a line.
PARAGRAPHS = frozenset(
    {
        *("p", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "pre", "blockquote", "section"),
        *("article", "ul", "ol", "table", "dl"),
    }
)
LINES = frozenset({"div", "li", "tr", "dt", "dd"})
EMPHASIS = {"b": "**", "strong": "**", "i": "*", "em": "*", "code": "`", "tt": "`"}
#: Elements whose content is no text, and what is said of them.
LOST = {
    "img": "a picture",
    "object": "a picture or film",
    "video": "a film",
    "audio": "a sound",
    "iframe": "an embedded page",
    "embed": "an embedded page",
    "svg": "a drawing",
    "math": "a formula in MathML",
    "script": "a script",
    "style": "a style sheet",
}
SILENT = frozenset({"script", "style", "svg"})
RAISED = {
    "sup": str.maketrans("0123456789+-=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿ"),
    "sub": str.maketrans("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎"),
}
SPACE = re.compile(r"[ \t\n\r\f]+")
NOT_CARRIED = "it is not carried"
#: Moodle writes this in front of the files that come with a question.
MOODLE_FILE = "@@PLUGINFILE@@/"
#: ``![alternative text](address "title")``.
MARKDOWN_PICTURE = re.compile(r"!\[([^\]\n]{0,500})\]\(\s*<?([^\s()<>]{1,500})>?[^()\n]{0,500}\)")
ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#x[0-9a-fA-F]{1,6}|[a-zA-Z]{2,31});")
#: Stand for breaks and for space that counts, while other space is collapsed.
SPACES = re.compile(" {2,}")
#: Spaces of a plain text that HTML would lose: several together, or at an end of a line.
COUNTING = re.compile(r" {2,}|^ | $|(?<=\n) | (?=\n)")
SPACES_CLASS = "spaces"
NO_BREAK = "\u00a0"
BREAK, LINE, PARAGRAPH, INDENT = "\ufdd7", "\ufdd8", "\ufdd9", "\ufdda"
BREAKS = re.compile(f"[ {BREAK}{LINE}{PARAGRAPH}]*[{BREAK}{LINE}{PARAGRAPH}][ ]*")


def not_carried(tag: str, name: str) -> str:
    """Return what is said of a picture, film or the like that stays behind.

    Args:
        tag: of the element in HTML.
        name: of its file, or nothing.
    """
    what = LOST.get(tag, "a file")
    name = unquote(name.removeprefix(MOODLE_FILE)) if name[:5].lower() != "data:" else ""
    return f"{what} {name[:100]!r}: {NOT_CARRIED}" if name else f"{what}: {NOT_CARRIED}"


def told_of(lost: Iterable[str]) -> set[str]:
    """Return what was said so far, and of what was said with a reason also what is said without one."""
    known = set(lost)
    for said in list(known):
        what, mark, _ = said.partition(f"{NOT_CARRIED}: ")
        if mark:
            known.add(what + NOT_CARRIED)
    return known


def file_name(address: str) -> str:
    """Return the name of a file without folders; empty of a picture that is written into its text.

    >>> file_name("@@PLUGINFILE@@/maps/my%20well.png")
    'my well.png'
    """
    if address[:5].lower() == "data:":
        return ""
    last = unquote(address).replace("\\", "/").rpartition("/")[2]
    return "".join(sign for sign in last if sign.isprintable())[:200]


def tag_of_file(name: str) -> str:
    """Return the element in which HTML shows a file, told by its name; empty for other kinds.

    >>> [tag_of_file(name) for name in ("well.png", "well.mp3", "well.pdf")]
    ['img', 'audio', '']
    """
    kind = (guess_type(name)[0] or "").partition("/")[0]
    return {"image": "img", "audio": "audio", "video": "video"}.get(kind, "")


def plain_text(text: Rich, lost: list[str], picture: Picture | None = None) -> str:
    """Return a text without markup.

    Args:
        lost: gets a sentence for each thing that plain text cannot hold.
        picture: of the text, which is kept beside it; within a sentence its alternative text stands in its place.
    """
    if text.format == "plain":
        return text.text
    if text.format == "markdown":
        kept = picture.source if picture is not None else ""
        lost += [
            not_carried("img", found[2])
            for found in MARKDOWN_PICTURE.finditer(text.text)
            if found[2] != kept
        ]
        return MARKDOWN_PICTURE.sub(
            lambda found: f"[{found[1]}]" if found[1] and found[2] != kept else "", text.text
        )
    if text.format == "moodle":
        if not TAG.search(text.text):
            return text.text
        return _plain(text.text.replace("\n", "<br>"), lost, picture)
    return _plain(text.text, lost, picture)


def _plain(html: str, lost: list[str], picture: Picture | None) -> str:
    if not TAG.search(html) and not ENTITY.search(html):
        return stripped(SPACE.sub(" ", html))
    root = fragment(html)
    if root is None:
        return ""
    writer = _Writer(lost, picture)
    for event, element in etree.iterwalk(root, events=("start", "end", "comment")):
        writer.take(event, element)
    text = SPACES.sub(" ", "".join(writer.parts))
    text = stripped(BREAKS.sub(_line_ends, text).replace(INDENT, " "))
    return _unwrapped(text) if writer.emphasised else text


def _line_ends(breaks: "re.Match[str]") -> str:
    return "\n\n" if PARAGRAPH in breaks[0] or breaks[0].count(BREAK) > 1 else "\n"


def _unwrapped(text: str) -> str:
    """Return a text without emphasis that embraces it whole: that is taste, and says nothing."""
    for sign in ("**", "*"):
        inside = text[len(sign) : -len(sign)]
        if text.startswith(sign) and text.endswith(sign) and inside and "*" not in inside:
            return stripped(inside)
    return text


class _Writer:
    """Collects plain text from the elements of a fragment as they open and close."""

    def __init__(self, lost: list[str], picture: Picture | None) -> None:
        self.lost = lost
        self.picture = picture
        self.emphasised = False
        self.parts: list[str] = []
        self.pre = 0
        self.spaces = 0
        self.silent = 0
        self.lists: list[int | None] = []
        self.opened: list[int] = []

    def take(self, event: Literal["start", "end", "comment"], element: "etree._Element") -> None:
        if event in ("start", "end") and is_spaces(element):
            self.spaces += 1 if event == "start" else -1
        if event == "start":
            self.start(element)
            self.say(element.text or "")
        else:
            if event == "end":
                self.end(element)
            self.say(element.tail or "")

    def say(self, text: str) -> None:
        if text and not self.silent:
            if self.spaces:
                self.parts.append(text.replace(NO_BREAK, INDENT).replace(" ", INDENT))
                return
            kept = text.replace("\n", BREAK).replace(" ", INDENT)
            self.parts.append(kept if self.pre else SPACE.sub(" ", text))

    def start(self, element: "etree._Element") -> None:
        tag = element.tag
        self.opened.append(len(self.parts))
        kept = self.picture
        if tag == "img" and kept is not None and (element.get("src") or "").strip() == kept.source:
            # Named again, it is the same picture, and shown once.
            if kept.within and kept.alt:
                self.say(f"[{kept.alt}]")
        elif tag in LOST:
            self.lost.append(not_carried(tag, element.get("src") or element.get("data") or ""))
            if tag == "img" and element.get("alt"):
                self.say(f"[{element.get('alt')}]")
        self.silent += tag in SILENT
        self.part(BREAK if tag == "br" else self.apart(tag))
        self.emphasised = self.emphasised or tag in EMPHASIS
        if tag == "pre":
            self.pre += 1
        elif tag in ("ul", "ol"):
            self.lists.append(0 if tag == "ol" else None)
        elif tag == "li":
            self.parts.append(self.bullet())
        elif tag in ("td", "th") and element.getprevious() is not None:
            self.parts.append(" | ")

    def bullet(self) -> str:
        count = self.lists[-1] if self.lists else None
        if count is None:
            return "- "
        self.lists[-1] = count + 1
        return f"{count + 1}. "

    def end(self, element: "etree._Element") -> None:
        tag, since = element.tag, self.opened.pop()
        inside = "".join(self.parts[since:])
        if tag in EMPHASIS and stripped(inside) and not self.pre and not BREAKS.search(inside):
            lead = inside[: len(inside) - len(inside.lstrip())]
            trail = inside[len(inside.rstrip()) :]
            self.parts[since:] = [lead, EMPHASIS[tag], stripped(inside), EMPHASIS[tag], trail]
        elif tag in RAISED and stripped(inside):
            raised = inside.translate(RAISED[tag])
            known = all(ord(sign) in RAISED[tag] for sign in inside)
            mark = "^" if tag == "sup" else "_"
            self.parts[since:] = [raised if known else f"{mark}({stripped(inside)})"]
        elif tag == "a":
            self.parts.append(_address(element, stripped(inside)))
        self.silent -= tag in SILENT
        self.pre -= tag == "pre"
        if tag in ("ul", "ol") and self.lists:
            self.lists.pop()
        self.part(self.apart(tag))

    def apart(self, tag: str) -> str:
        """What stands before and behind an element; a list in a list stands close."""
        if tag in PARAGRAPHS:
            return LINE if tag in ("ul", "ol") and self.lists else PARAGRAPH
        return LINE if tag in LINES else ""

    def part(self, sign: str) -> None:
        if sign and not self.silent:
            self.parts.append(sign)


def _address(link: "etree._Element", shown: str) -> str:
    address = link.get("href", "")
    is_told = not address.startswith(("http://", "https://")) or address == shown
    return "" if is_told else f" ({address})"


def is_spaces(element: "etree._Element") -> bool:
    """Whether an element holds spaces that count, as `html_of` writes them."""
    return local_name(element) == "span" and element.get("class") == SPACES_CLASS


def fragment(html: str) -> "etree._Element | None":
    """Return the body of a stretch of HTML, however broken it is; None when nothing is in it."""
    parser = etree.HTMLParser(
        no_network=True, remove_pis=True, remove_comments=False, encoding="utf-8"
    )
    try:
        root = etree.fromstring(f"<body>{html}</body>".encode("utf-8", "replace"), parser)
    except (etree.XMLSyntaxError, ValueError):
        return None
    return root if root is None else root.find("body")


def html_of(text: Rich) -> str:
    """Return a text as HTML, whatever its format.

    Line breaks of a plain text become ``<br>``, and spaces that HTML would take for one stay as they are: as
    spaces that do not break, so that other programs show them, and marked, so that they come back as spaces.
    """
    if text.format == "plain":
        html = COUNTING.sub(lambda run: marked_spaces(len(run[0])), escape(text.text, quote=False))
        return html.replace("\n", "<br>")
    if text.format == "moodle":
        known = TAG.search(text.text) or ENTITY.search(text.text)
        return (text.text if known else escape(text.text, quote=False)).replace("\n", "<br>")
    return text.text if text.format == "html" else render_text(text.text)


def marked_spaces(count: int) -> str:
    """Return spaces that HTML shows, marked so that they come back as the spaces that they are."""
    return f'<span class="{SPACES_CLASS}">{NO_BREAK * count}</span>'


def xhtml(text: Rich) -> "etree._Element":
    """Return a text as a ``<div>`` of XHTML without namespace, whatever its format (see `html_of`)."""
    html = html_of(text)
    holder = etree.Element("div")
    body = fragment(html) if html else None
    if body is not None:
        for element in list(body.iter()):
            if not isinstance(element.tag, str):
                _drop(element)
        holder.text = body.text
        holder.extend(list(body))
    return holder


def _drop(element: "etree._Element") -> None:
    """Take a comment out, and leave the text that follows it."""
    before, parent = element.getprevious(), element.getparent()
    if before is not None:
        before.tail = (before.tail or "") + (element.tail or "")
    else:
        parent.text = (parent.text or "") + (element.tail or "")
    parent.remove(element)
