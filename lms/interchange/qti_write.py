"""Writing QTI 3.0, 2.2 and 2.1: a package with one item for each question, or one item."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from lxml import etree

from lms.interchange.archive import packed
from lms.interchange.limits import MOST_MEMBERS
from lms.interchange.parts import shown_unit, unsaid_parts
from lms.interchange.qti_build import Builder, Items
from lms.interchange.qti_read import FILE_UPLOAD
from lms.interchange.qti_write_types import WRITERS, Parts, is_upload
from lms.interchange.questions import (
    ExchangedQuestion,
    Rich,
    Skipped,
    UnreadableFile,
    UnusableQuestion,
)
from lms.interchange.safe_xml import Element
from lms.interchange.source_text import fault_in

IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,79}")
XSI = "http://www.w3.org/2001/XMLSchema-instance"


@dataclass(frozen=True)
class Release:
    """What the files of a release of QTI say of themselves.

    Args:
        names: 2 or 3: in whose names elements are written.
        schema: the name and the version of its packages.
        templates: where the standard rules of marking lie.
        item, package: namespaces.
        item_schema, package_schema: where the schemas lie, for programs that look them up.
    """

    names: int
    schema: tuple[str, str]
    resource: str
    templates: str
    item: str
    item_schema: str
    package: str
    package_schema: str


def _second(point: int) -> Release:
    """Return release 2.1 or 2.2, which differ in their addresses alone."""
    xsd = f"http://www.imsglobal.org/xsd/qti/qtiv2p{point}/"
    return Release(
        names=2,
        schema=(f"QTIv2.{point} Package", "1.0.0"),
        resource=f"imsqti_item_xmlv2p{point}",
        templates=f"http://www.imsglobal.org/question/qti_v2p{point}/rptemplates/",
        item=f"http://www.imsglobal.org/xsd/imsqti_v2p{point}",
        item_schema=f"{xsd}imsqti_v2p{point}.xsd",
        package="http://www.imsglobal.org/xsd/imscp_v1p1",
        package_schema=f"{xsd}qtiv2p{point}_imscpv1p2_v1p0.xsd",
    )


#: By the name of the format.
RELEASES = {
    "qti21": _second(1),
    "qti22": _second(2),
    "qti3": Release(
        names=3,
        schema=("QTI Package", "3.0.0"),
        resource="imsqti_item_xmlv3p0",
        templates="https://purl.imsglobal.org/spec/qti/v3p0/rptemplates/",
        item="http://www.imsglobal.org/xsd/imsqtiasi_v3p0",
        item_schema="https://purl.imsglobal.org/spec/qti/v3p0/schema/xsd/imsqti_asiv3p0_v1p0.xsd",
        package="http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1",
        package_schema=(
            "https://purl.imsglobal.org/spec/qti/v3p0/schema/xsd/imsqtiv3p0_imscpv1p2_v1p0.xsd"
        ),
    ),
}
LOM = "http://ltsc.ieee.org/xsd/LOM"
SAID = frozenset({"category", "id", "tags", "general_feedback", "picture"})
BY_RESULT = SAID | {"feedback_right", "feedback_partly", "feedback_wrong"}
SAID_BY_TYPE = {
    "single_choice": BY_RESULT | {"option_feedback"},
    "multiple_choice": BY_RESULT | {"option_feedback", "grading"},
    "true_false": SAID | {"feedback_right", "feedback_wrong"},
    "numeric": BY_RESULT | {"shown_unit"},
    "short_text": BY_RESULT | {"case_sensitive"},
    "matching": BY_RESULT | {"grading"},
    "ordering": BY_RESULT | {"grading"},
    "cloze": BY_RESULT | {"grading"},
    "essay": SAID | {"grader_info"},
    "description": SAID,
}


def write_qti(
    questions: Sequence[ExchangedQuestion], *, title: str, release: Release
) -> tuple[bytes, list[Skipped]]:
    """Return the questions as a package, and what was left out, in order."""
    files: dict[str, bytes] = {}
    resources: list[Element] = []
    left_out: list[Skipped] = []
    used: set[str] = set()
    for question in questions:
        lost: list[str] = []
        try:
            identifier = _identifier(question, used)
            content, pictures = _item(question, identifier, release, lost)
            if len({*files, *pictures}) >= MOST_MEMBERS - 1:
                raise UnusableQuestion(f"a package holds at most {MOST_MEMBERS:,} files")
        except UnusableQuestion as fault:
            left_out.append(Skipped(question.line, question.name, str(fault)))
            continue
        used.add(identifier)
        left_out += [Skipped(question.line, question.name, reason, False) for reason in lost]
        href = f"items/{identifier}.xml"
        files |= {href: content} | pictures
        resources.append(_resource(question, identifier, [href, *pictures], release))
    manifest = _manifest(title, resources, release)
    return packed({"imsmanifest.xml": manifest} | files), left_out


def write_qti_item(question: ExchangedQuestion, *, release: Release) -> tuple[bytes, list[Skipped]]:
    """Return one question as an item by itself, and what was left out.

    Raises:
        UnreadableFile: the question cannot be written.
    """
    lost: list[str] = []
    identifier = _identifier(question, set())
    try:
        content, _ = _item(question, identifier, release, lost, inline=True)
    except UnusableQuestion as fault:
        raise UnreadableFile(f"{question.name!r}: {fault}") from fault
    # An upload says by itself what it is.
    words = [word for word in _keywords(question, identifier) if word != FILE_UPLOAD]
    if words:
        lost.append(f"its keywords, which stand in a package alone: {', '.join(words)}")
    return content, [Skipped(question.line, question.name, reason, False) for reason in lost]


def _keywords(question: ExchangedQuestion, identifier: str) -> list[str]:
    """Return what the manifest of a package says of an item."""
    words = list(question.tags)
    if question.category:
        path = "/".join(part.replace("/", "//") for part in question.category)
        words.append(f"category:{path}")
    if question.id and question.id != identifier:
        words.append(f"id:{question.id}")
    unit = shown_unit(question)
    words += [f"unit:{unit}"] if unit else []
    return list(dict.fromkeys(words))


def _identifier(question: ExchangedQuestion, used: set[str]) -> str:
    """Return an identifier that QTI allows: the id where it is one, else one of our own."""
    wanted = question.id or ""
    if IDENTIFIER.fullmatch(wanted) and wanted not in used:
        return wanted
    for at in range(len(used) + 1, len(used) * 2 + 3):
        if f"item-{at}" not in used:
            return f"item-{at}"
    raise AssertionError("more identifiers were tried than are used")


def _item(
    question: ExchangedQuestion,
    identifier: str,
    release: Release,
    lost: list[str],
    *,
    inline: bool = False,
) -> tuple[bytes, dict[str, bytes]]:
    """Return an item, and its pictures by their names in a package.

    Args:
        inline: the item stands by itself and holds its pictures.
    """
    write = WRITERS.get(question.type)
    if write is None:
        raise UnusableQuestion(f"QTI has no questions of the type {question.type}")
    if not question.text.text:
        raise UnusableQuestion("the question has no text")
    said = SAID_BY_TYPE[question.type] | ({"attachments"} if is_upload(question) else set())
    lost += unsaid_parts(question, said)
    build = Builder(release.names, release.templates, lost, inline=inline)
    parts: Parts = write(question, build)
    named = Items("assessmentItem", identifier=identifier, title=question.name)
    root = build.element(named | Items("", adaptive="false", timeDependent="false"))
    for declaration in parts.declarations:
        root.append(declaration)
    general = _said(question.general_feedback)
    by_result = any(
        map(_said, (question.feedback_right, question.feedback_partly, question.feedback_wrong))
    )
    shows_result = by_result and question.type not in ("true_false", "essay", "description")
    for outcome in build.outcomes(parts, general=general is not None, result=shows_result):
        root.append(outcome)
    body = build.under(root, Items("itemBody"))
    for element in parts.body:
        body.append(element)
    if question.picture is not None:
        build.picture(_below_text(body), question.picture)
    if parts.template or parts.scoring:
        root.append(build.processing(parts, result=shows_result))
    blocks = [("GENERAL", "general", general)]
    if shows_result:
        blocks += [
            ("RESULT", "right", _said(question.feedback_right)),
            ("RESULT", "partly", _said(question.feedback_partly)),
            ("RESULT", "wrong", _said(question.feedback_wrong)),
        ]
    for outcome_name, name, text in blocks:
        if text is not None:
            root.append(build.modal(outcome_name, name, text))
    _refuse_faults(root)
    return _serialised(root, release.item, release.item_schema), build.pictures


def _below_text(body: Element) -> Element:
    """Return a new block behind the first one, which is what is asked."""
    block = etree.Element("div")
    body.insert(1, block)
    return block


def _said(text: Rich | None) -> Rich | None:
    return text if text is not None and text.text else None


def _refuse_faults(root: Element) -> None:
    for element in root.iter():
        texts = [element.text or "", element.tail or "", *element.attrib.values()]
        fault = fault_in("".join(texts))
        if fault:
            raise UnusableQuestion(fault)


def _resource(
    question: ExchangedQuestion, identifier: str, hrefs: Sequence[str], release: Release
) -> Element:
    """Return what the manifest says of an item: its own file first, then its pictures."""
    resource = etree.Element(
        "resource", identifier=f"res-{identifier}", type=release.resource, href=hrefs[0]
    )
    words = _keywords(question, identifier)
    if words:
        metadata = etree.SubElement(resource, "metadata")
        lom = etree.SubElement(metadata, f"{{{LOM}}}lom", nsmap={"lom": LOM})
        general = etree.SubElement(lom, f"{{{LOM}}}general")
        for word in words:
            keyword = etree.SubElement(general, f"{{{LOM}}}keyword")
            etree.SubElement(keyword, f"{{{LOM}}}string").text = word
    for href in hrefs:
        etree.SubElement(resource, "file", href=href)
    return resource


def _manifest(title: str, resources: Sequence[Element], release: Release) -> bytes:
    root = etree.Element("manifest", identifier="manifest-1")
    metadata = etree.SubElement(root, "metadata")
    schema, version = release.schema
    etree.SubElement(metadata, "schema").text = schema
    etree.SubElement(metadata, "schemaversion").text = version
    if title and not fault_in(title):
        lom = etree.SubElement(metadata, f"{{{LOM}}}lom", nsmap={"lom": LOM})
        general = etree.SubElement(lom, f"{{{LOM}}}general")
        named = etree.SubElement(general, f"{{{LOM}}}title")
        etree.SubElement(named, f"{{{LOM}}}string").text = title
    etree.SubElement(root, "organizations")
    holder = etree.SubElement(root, "resources")
    holder.extend(resources)
    return _serialised(root, release.package, release.package_schema)


def _serialised(root: Element, namespace: str, schema: str) -> bytes:
    """Return the document, with the namespace as the default one of all that has none.

    The namespace is put into the text: renaming each element of a tree takes quadratic time.
    """
    text: str = etree.tostring(root, encoding="unicode")
    opening = f"<{root.tag}"
    declared = (
        f'{opening} xmlns="{namespace}" xmlns:xsi="{XSI}" xsi:schemaLocation="{namespace} {schema}"'
    )
    whole = declared + text.removeprefix(opening)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{whole}\n'.encode()
