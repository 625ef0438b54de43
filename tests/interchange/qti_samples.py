"""Items of QTI in the words of release 2, and the same in those of release 3."""

import re
from io import BytesIO
from zipfile import ZipFile

XMLNS = {
    "qti20": "http://www.imsglobal.org/xsd/imsqti_v2p0",
    "qti21": "http://www.imsglobal.org/xsd/imsqti_v2p1",
    "qti22": "http://www.imsglobal.org/xsd/imsqti_v2p2",
    "qti3": "http://www.imsglobal.org/xsd/imsqtiasi_v3p0",
}
#: Elements of QTI itself; all others are XHTML and keep their names.
OWN = re.compile(
    r"(</?)(assessmentItem|itemBody|prompt|value|mapping|mapEntry|variable|correct|equal|match|sum|"
    r"baseValue|gap|gapText|\w*(?:Interaction|Choice|Set|Declaration|Response|Processing|Feedback|"
    r"Block|Condition|If|Else|Value|Inline)(?:If)?)(?=[\s/>])"
)
ATTRIBUTE = re.compile(r" ([a-z]+[A-Z][A-Za-z]*)=")


def kebab(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", name).lower()


def item(body: str, *declared: str, version: str = "qti21", rules: str = "", more: str = "") -> str:
    """An item; `rules` is the name of a template or the rules themselves."""
    processing = rules
    if rules and not rules.startswith("<"):
        processing = f'<responseProcessing template="http://example.org/rptemplates/{rules}"/>'
    text = (
        f'<assessmentItem xmlns="{XMLNS[version]}" identifier="item-1" title="Title" '
        f'adaptive="false" timeDependent="false">{"".join(declared)}'
        f"<itemBody>{body}</itemBody>{processing}{more}</assessmentItem>"
    )
    if version != "qti3":
        return text
    text = OWN.sub(lambda found: f"{found[1]}qti-{kebab(found[2])}", text)
    return ATTRIBUTE.sub(lambda found: f" {kebab(found[1])}=", text)


def declared(
    *correct: str,
    cardinality: str = "single",
    base: str = "identifier",
    name: str = "RESPONSE",
    mapping: str = "",
) -> str:
    values = "".join(f"<value>{value}</value>" for value in correct)
    right = f"<correctResponse>{values}</correctResponse>" if values else ""
    return (
        f'<responseDeclaration identifier="{name}" cardinality="{cardinality}" '
        f'baseType="{base}">{right}{mapping}</responseDeclaration>'
    )


def mapping(**entries: str) -> str:
    found = "".join(
        f'<mapEntry mapKey="{key}" mappedValue="{value}"/>' for key, value in entries.items()
    )
    return f'<mapping defaultValue="0">{found}</mapping>'


def choices(*texts: str, most: str = "1", name: str = "choiceInteraction", prompt: str = "") -> str:
    inside = "".join(
        f'<simpleChoice identifier="{chr(65 + at)}">{text}</simpleChoice>'
        for at, text in enumerate(texts)
    )
    said = f"<prompt>{prompt}</prompt>" if prompt else ""
    return f'<{name} responseIdentifier="RESPONSE" maxChoices="{most}">{said}{inside}</{name}>'


def package(items: dict[str, str], manifest: str | None = None) -> bytes:
    """A zip of items by name, with a manifest that names them in their order."""
    resources = "".join(
        f'<resource identifier="r{at}" type="imsqti_item_xmlv2p1" href="{name}"/>'
        for at, name in enumerate(items)
    )
    whole = f"<manifest><resources>{resources}</resources></manifest>"
    buffer = BytesIO()
    with ZipFile(buffer, "w") as archive:
        archive.writestr("imsmanifest.xml", whole if manifest is None else manifest)
        for name, text in items.items():
            archive.writestr(name, text)
    return buffer.getvalue()
