"""Lessons into safe HTML: the one markdown-it set-up, cleaned by nh3 in the end.

Raw HTML never passes: it is shown as the text it is, and `lms.content.lesson_body` reports it. What
remains of tags and attributes comes from this module alone, and nh3 has the last word.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.anchors import anchors_plugin
from mdit_py_plugins.container import container_plugin
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.footnote import footnote_plugin

#: Rises when the same text may give other HTML; part of the key of whoever keeps HTML.
RENDERER_VERSION = 2
BOXES = ("note", "warning", "task", "example", "remember")
CHECK = "check"
SAFE_LINK = re.compile(r"(https://|mailto:)[^\s\\]+|#[\w-]+")
IMAGE = re.compile(r"(?:\.\./)?media/([A-Za-z0-9][A-Za-z0-9._-]*)")
#: Tables with so many columns are too wide for a phone: there a row stands as a card, its cells with their heads.
WIDE = 3
CITATION = re.compile(r"\[([A-Z][A-Z0-9]*(?:-[A-Z0-9]+)*)((?:[ ,][^\[\]]*)?)\]")
ALIGNMENT = {
    "text-align:left": "start",
    "text-align:right": "end",
    "text-align:center": "centre",
}
TAGS = {
    *("a", "aside", "blockquote", "br", "code", "dd", "del", "div", "dl", "dt", "em", "h2", "h3"),
    *("h4", "h5", "h6", "hr", "img", "li", "ol", "p", "pre", "s", "section", "strong", "sup"),
    *("table", "tbody", "td", "th", "thead", "tr", "ul"),
}
ATTRIBUTES = {
    "*": {"class", "id"},
    "a": {"href", "title"},
    "img": {"src", "alt", "title", "loading"},
    "ol": {"start"},
    "td": {"data-label"},
    "th": {"scope"},
}


@dataclass(frozen=True, slots=True)
class Html:
    """A stretch of a lesson, safe to be put into a page as it is."""

    html: str


@dataclass(frozen=True, slots=True)
class Check:
    """A check for understanding that stands at this place of the lesson."""

    question_key: str


@dataclass(frozen=True, slots=True)
class Heading:
    """An entry of the contents: level 2 or 3, the id in the page, the plain text."""

    level: int
    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Rendered:
    """A lesson as parts in order, and its contents."""

    parts: tuple[Html | Check, ...]
    contents: tuple[Heading, ...]


@cache
def parser(*, finds_html: bool = False) -> MarkdownIt:
    """Return the one markdown-it set-up: CommonMark, tables, footnotes, definitions, boxes.

    With `finds_html` raw HTML becomes tokens of its own, to be reported; never render those.
    Made once: to make one takes as long as to read a short text with it.
    """
    md = MarkdownIt("commonmark", {"html": finds_html, "typographer": False})
    md.enable(["table", "strikethrough"])
    md.use(footnote_plugin).use(deflist_plugin)
    md.use(anchors_plugin, min_level=2, max_level=3, slug_func=heading_id)
    for box in BOXES:
        md.use(container_plugin, name=box)
    md.add_render_rule("th_open", _aligned_cell)
    md.add_render_rule("td_open", _aligned_cell)
    # Links are judged in one place, below: here a refused one would turn into plain text.
    md.validateLink = lambda url: True  # type: ignore[method-assign]
    return md


def heading_id(text: str) -> str:
    """Return the id of a heading: prefixed, so that it can never pass for an id of the page.

    >>> heading_id("Who pays, who decides?")
    'h-who-pays-who-decides'
    """
    return "h-" + re.sub(r"[\W_]+", "-", text.casefold()).strip("-")


def render(
    body: str,
    *,
    image_url: Callable[[str], str],
    terms: Mapping[str, Sequence[str]] | None = None,
    sources: Collection[str] = (),
    box_titles: Mapping[str, str] | None = None,
) -> Rendered:
    """Turn the body of a lesson into parts and contents.

    Args:
        body: markdown.
        image_url: gives the address of an image by its file name in the course's `media/`.
        terms: wordings by glossary key, in the language of the body; the first occurrence of each
            becomes a link to ``#term-KEY``.
        sources: keys that become links to ``#source-KEY`` where they are cited, as ``[KEY]`` or
            ``[KEY s. 12]``.
        box_titles: a title by kind of box (note, warning, task, example, remember), to stand at
            its top; a kind without one has none.
    """
    md = parser()
    environment: dict[str, Any] = {}
    tokens = md.parse(body, environment)
    _secure(tokens, image_url)
    _label_cells(tokens)
    _link_citations(tokens, frozenset(sources))
    _link_terms(tokens, {key: tuple(words) for key, words in (terms or {}).items()})
    tokens = list(_with_box_titles(tokens, box_titles or {}))
    parts: list[Html | Check] = []
    start = 0
    for at, token in enumerate(tokens):
        if is_check(token):
            _add_html(parts, md, tokens[start:at], environment)
            parts.append(Check(token.content.strip()))
            start = at + 1
    _add_html(parts, md, tokens[start:], environment)
    return Rendered(tuple(parts), tuple(contents_of(tokens)))


def render_text(text: str) -> str:
    """Turn a markdown text without images and checks, such as a scenario, into safe HTML."""
    rendered = render(text, image_url=lambda name: "")
    return "\n".join(part.html for part in rendered.parts if isinstance(part, Html))


def contents_of(tokens: Sequence[Token]) -> Iterator[Heading]:
    """Yield the headings of levels 2 and 3 in order."""
    for at, token in enumerate(tokens):
        if token.type == "heading_open" and token.tag in ("h2", "h3"):
            text = "".join(plain_text(tokens[at + 1].children or ()))
            yield Heading(int(token.tag[1]), str(token.attrGet("id") or ""), text.strip())


def plain_text(tokens: Sequence[Token]) -> Iterator[str]:
    """Yield the text of inline tokens without marks."""
    for token in tokens:
        if token.type in ("text", "code_inline"):
            yield token.content
        elif token.type in ("softbreak", "hardbreak"):
            yield " "
        elif token.children:
            yield from plain_text(token.children)


def is_check(token: Token) -> bool:
    """Whether a token is a check for understanding that stands on its own."""
    return token.type == "fence" and token.info.strip() == CHECK and token.level == 0


def _add_html(
    parts: list[Html | Check], md: MarkdownIt, tokens: list[Token], environment: dict[str, Any]
) -> None:
    kept = [
        token for token in tokens if not (token.type == "fence" and token.info.strip() == CHECK)
    ]
    html = clean(md.renderer.render(kept, md.options, environment)).strip()
    if html:
        parts.append(Html(html))


def clean(html: str) -> str:
    """Return HTML with nothing left but the tags and attributes that lessons have."""
    return nh3.clean(
        html,
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes={"https", "mailto"},
        link_rel="noopener noreferrer",
        strip_comments=True,
    )


def _secure(tokens: Sequence[Token], image_url: Callable[[str], str]) -> None:
    """Take the address off links that are not safe, and give images that of their file."""
    for token in tokens:
        if token.type == "link_open" and not SAFE_LINK.fullmatch(str(token.attrGet("href") or "")):
            token.attrs.pop("href", None)
        elif token.type == "image":
            found = IMAGE.fullmatch(str(token.attrGet("src") or ""))
            token.attrSet("src", image_url(found[1]) if found else "")
            token.attrSet("loading", "lazy")
        if token.children:
            _secure(token.children, image_url)


def _label_cells(tokens: Sequence[Token]) -> None:
    """Give the cells of wide tables, but for the first of each row, the words that head their column."""
    for at, token in enumerate(tokens):
        if token.type != "table_open":
            continue
        end = next(place for place in range(at, len(tokens)) if tokens[place].type == "table_close")
        heads = [
            " ".join("".join(plain_text(tokens[place + 1].children or ())).split())
            for place in range(at, end)
            if tokens[place].type == "th_open"
        ]
        if len(heads) < WIDE:
            continue
        token.attrSet("class", "stack")
        cells = [one for one in tokens[at:end] if one.type == "td_open"]
        for number, cell in enumerate(cells):
            column = number % len(heads)
            if column and heads[column]:
                cell.attrSet("data-label", heads[column])


def _link_citations(tokens: Sequence[Token], known: frozenset[str]) -> None:
    def linked(text: str) -> list[Token]:
        made: list[Token] = []
        end = 0
        for found in CITATION.finditer(text):
            if found[1] in known:
                made += _text(text[end : found.start()])
                made += _link("source", f"#source-{found[1]}", found[0])
                end = found.end()
        return [*made, *_text(text[end:])]

    for token in tokens:
        if token.type == "inline":
            token.children = _replace_text(token.children or [], linked)


def term_pattern(wordings: Sequence[str]) -> re.Pattern[str]:
    """Return what finds a term in a text by any of its wordings, at least one, or its plural in s."""
    words = "|".join(re.escape(word) for word in wordings)
    return re.compile(rf"(?<!\w)(?:{words})s?(?!\w)", re.IGNORECASE)


def _link_terms(tokens: Sequence[Token], wordings: dict[str, tuple[str, ...]]) -> None:
    waiting = {key: term_pattern(words) for key, words in wordings.items() if words}

    def linked(text: str) -> list[Token]:
        hits = [(pattern.search(text), key) for key, pattern in waiting.items()]
        found = [(hit.start(), -hit.end(), hit, key) for hit, key in hits if hit]
        if not found:
            return _text(text)
        # The first in the text; of two that begin there, the longer one.
        _, _, hit, key = min(found, key=lambda one: one[:2])
        del waiting[key]
        link = _link("term", f"#term-{key}", hit[0])
        return [*_text(text[: hit.start()]), *link, *linked(text[hit.end() :])]

    for at, token in enumerate(tokens):
        in_heading = at and tokens[at - 1].type == "heading_open"
        if token.type == "inline" and not in_heading:
            token.children = _replace_text(token.children or [], linked)


def _replace_text(tokens: list[Token], change: Callable[[str], list[Token]]) -> list[Token]:
    """Put something else in the place of each text that does not stand inside a link."""
    made: list[Token] = []
    links = 0
    for token in tokens:
        links += {"link_open": 1, "link_close": -1}.get(token.type, 0)
        made += change(token.content) if token.type == "text" and not links else [token]
    return made


def _text(content: str) -> list[Token]:
    return [Token("text", "", 0, content=content)] if content else []


def _link(kind: str, address: str, content: str) -> list[Token]:
    opening = Token("link_open", "a", 1, attrs={"href": address, "class": kind})
    return [opening, *_text(content), Token("link_close", "a", -1)]


def _with_box_titles(tokens: Sequence[Token], titles: Mapping[str, str]) -> Iterator[Token]:
    for token in tokens:
        yield token
        kind = token.type.removeprefix("container_").removesuffix("_open")
        if token.type == f"container_{kind}_open" and titles.get(kind):
            yield Token("paragraph_open", "p", 1, attrs={"class": "box-title"}, block=True)
            children = _text(titles[kind])
            yield Token("inline", "", 0, content=titles[kind], children=children, block=True)
            yield Token("paragraph_close", "p", -1, block=True)


def _aligned_cell(
    self: Any, tokens: Sequence[Token], index: int, options: Any, environment: Any
) -> str:
    # As a style attribute the alignment would be refused by the page's own policy.
    token = tokens[index]
    style = token.attrs.pop("style", None)
    if style in ALIGNMENT:
        token.attrJoin("class", ALIGNMENT[str(style)])
    if token.tag == "th":
        token.attrSet("scope", "col")
    return str(self.renderToken(tokens, index, options, environment))
