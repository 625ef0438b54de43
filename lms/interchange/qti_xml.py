"""Names in QTI: version 3 writes ``qti-choice-interaction`` for the ``choiceInteraction`` of 2.

Elements and attributes are looked up by a name that both share: small letters, without the prefix
and without hyphens.
"""

import re
from collections.abc import Iterator

from lms.interchange.safe_xml import Element, local_name

#: Versions by what their namespaces hold.
NAMESPACES = {
    "imsqtiasi_v3p0": "qti3",
    "imsqti_v2p2": "qti22",
    "imsqti_v2p1": "qti21",
    "imsqti_v2p0": "qti20",
    "imsqti_item_v2p0": "qti20",
}
CAPITAL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def shared(name: str) -> str:
    """Return the name that all versions share.

    >>> {shared("qti-choice-interaction"), shared("choiceInteraction")}
    {'choiceinteraction'}
    """
    return name.lower().removeprefix("qti-").replace("-", "")


def kind(element: Element) -> str:
    """Return the shared name of an element; empty for what is no element."""
    return shared(local_name(element))


def attribute(element: Element, name: str) -> str:
    """Return an attribute by its shared name, stripped; empty where there is none."""
    for written, value in element.attrib.items():
        if shared(str(written).rpartition("}")[2]) == name:
            return str(value).strip()
    return ""


def inside(element: Element, *names: str) -> Iterator[Element]:
    """Yield the elements inside of these shared names, in document order."""
    for found in element.iterdescendants():
        if kind(found) in names:
            yield found


def first(element: Element, *names: str) -> Element | None:
    """Return the first element inside of these shared names, or None."""
    return next(inside(element, *names), None)


def parts(element: Element, *names: str) -> list[Element]:
    """Return the child elements of these shared names."""
    return [child for child in element if kind(child) in names]


def version(root: Element) -> str:
    """Return which QTI an item is written in: ``qti3``, ``qti22``, ``qti21``, ``qti20``."""
    tag = root.tag if isinstance(root.tag, str) else ""
    for namespace, name in NAMESPACES.items():
        if namespace in tag:
            return name
    return "qti3" if local_name(root).startswith("qti-") else "qti21"


def written(name: str, release: int) -> str:
    """Return an element's name, given as QTI 2 has it, as a release writes it.

    >>> written("choiceInteraction", 3)
    'qti-choice-interaction'
    """
    return name if release == 2 else "qti-" + written_attribute(name, 3)


def written_attribute(name: str, release: int) -> str:
    """Return an attribute's name, given as QTI 2 has it, as a release writes it."""
    return name if release == 2 else CAPITAL.sub("-", name).lower()
