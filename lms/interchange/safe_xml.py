"""XML from strangers: no entities, no document type, no network, bounded in depth and size."""

import re
from collections.abc import Iterator
from typing import Any, TypeAlias

from lxml import etree

from lms.interchange.questions import UnreadableFile

#: lxml brings no types.
Element: TypeAlias = Any
#: What the parser adds to its sentence: the name that it gives to every text.
MESSAGE_END = re.compile(r" \(<string>, line [0-9]+\)$")

#: What the parser says of the most frequent slips, in plain words.
PLAINLY = {
    "xmlParseEntityRef: no name": "a sign & by itself is written &amp;",
    "StartTag: invalid element name": "a sign < by itself is written &lt;",
}


def parsed(data: bytes) -> Element:
    """Return the root of an XML document.

    Raises:
        UnreadableFile: not well-formed, or with a document type that declares something.
    """
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_pis=True,
        remove_comments=True,
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, LookupError, ValueError) as error:
        raise UnreadableFile(f"the XML cannot be read: {_said(error)}") from error
    if root is None:
        raise UnreadableFile("the XML cannot be read: nothing is in it")
    refuse_document_type(root)
    return root


def refuse_document_type(root: Element) -> None:
    """Refuse a document type that names a file or declares entities: a way in for both.

    Raises:
        UnreadableFile: there is one.
    """
    document = root.getroottree().docinfo
    declared = document.internalDTD
    if declared is None:
        return
    if declared.external_id or declared.system_url or any(True for _ in declared.iterentities()):
        raise UnreadableFile(
            "the XML has a document type with entities or another file, which is refused; "
            "take the <!DOCTYPE out"
        )


def _said(error: Exception) -> str:
    message = str(error).split("\n")[0]
    for said, plainly in PLAINLY.items():
        message = message.replace(said, plainly)
    return MESSAGE_END.sub("", message)[:200] or "it is not well-formed"


def local_name(element: Element) -> str:
    """Return the name of an element without its namespace; empty for what is no element."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def children(element: Element, name: str = "") -> Iterator[Element]:
    """Yield the child elements, those of one local name where it is given."""
    for child in element:
        found = local_name(child)
        if found and (not name or found == name):
            yield child


def child(element: Element, name: str) -> Element | None:
    """Return the first child of a local name, or None."""
    return next(children(element, name), None)


def text_of(element: Element | None) -> str:
    """Return all text inside an element, one after the other; empty for None."""
    return "" if element is None else "".join(element.itertext())


def line_of(element: Element) -> int:
    """Return the line on which an element begins, from 1."""
    return int(element.sourceline or 1)
