"""Texts of Moodle XML: the element, its format, what stands in it."""

from lxml import etree

from lms.interchange.questions import Rich, TextFormat, UnusableQuestion
from lms.interchange.safe_xml import Element, child, children, text_of
from lms.interchange.source_text import LINE_END, fault_in, stripped

#: Formats by the names of the files; ``wiki_like`` has not been shown by Moodle since version 1.
FORMATS: dict[str, TextFormat] = {
    "html": "html",
    "moodle_auto_format": "moodle",
    "plain_text": "plain",
    "markdown": "markdown",
    "wiki_like": "plain",
}
FORMAT_NAMES = {
    "html": "html",
    "moodle": "moodle_auto_format",
    "plain": "plain_text",
    "markdown": "markdown",
}


def text_in(element: Element | None) -> str:
    """Return the text of an element: that of its ``<text>``, else its own; stripped.

    Markup that was not escaped is put back as it was written.
    """
    if element is None:
        return ""
    holder = child(element, "text")
    if holder is None:
        return stripped(LINE_END.sub("\n", element.text or ""))
    if any(True for _ in children(holder)):
        parts = [holder.text or ""]
        parts += [etree.tostring(part, encoding="unicode") for part in holder]
        return stripped(LINE_END.sub("\n", "".join(parts)))
    return stripped(LINE_END.sub("\n", text_of(holder)))


def rich(element: Element | None, otherwise: str, lost: list[str]) -> Rich:
    """Return the text of an element with its format, or the other one where it names none.

    Raises:
        UnusableQuestion: it holds a character that is not allowed.
    """
    text = text_in(element)
    named = (element.get("format") or "").strip() if element is not None else ""
    form = FORMATS.get(named, "html") if named else otherwise
    if named == "wiki_like" and text:
        lost.append("the wiki markup, which stays as plain text")
    fault = fault_in(text)
    if fault:
        raise UnusableQuestion(fault)
    return Rich(text, form)  # type: ignore[arg-type]


def optional(element: Element | None, otherwise: str, lost: list[str]) -> Rich | None:
    """Return the text of an element as `rich` does; None where there is none."""
    text = rich(element, otherwise, lost)
    return text if text.text else None
