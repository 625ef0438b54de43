"""Elements of QTI items, in the names of release 2 or 3."""

from base64 import b64encode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from lxml import etree

from lms.interchange.amounts import plain
from lms.interchange.markup import is_spaces, xhtml
from lms.interchange.pictures import kept_name, kind_of
from lms.interchange.qti_xml import written, written_attribute
from lms.interchange.questions import Picture, Rich
from lms.interchange.safe_xml import Element

#: What the text of an item may hold; other elements are taken out, and their content stays.
TEXT_ELEMENTS = frozenset(
    {
        *("p", "div", "span", "br", "b", "i", "em", "strong", "code", "sub", "sup", "ul", "ol"),
        *("li", "table", "thead", "tbody", "tfoot", "tr", "td", "th", "caption", "pre", "hr"),
        *("blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "a", "q", "small", "tt", "dl", "dt"),
        *("dd", "cite", "kbd", "samp", "var"),
    }
)
TEXT_ATTRIBUTES = frozenset({"href", "colspan", "rowspan"})
PICTURES = frozenset({"img", "object", "video", "audio", "iframe", "embed", "svg", "math"})
SILENT = frozenset({"script", "style"})


class Items(dict[str, str]):
    """A name and attributes of an element, both as release 2 writes them."""

    def __init__(self, name: str, **attributes: str) -> None:
        super().__init__(attributes)
        self.name = name

    def __or__(self, other: "Items") -> "Items":  # type: ignore[override]
        return Items(self.name, **{**self, **other})


@dataclass(frozen=True)
class Parts:
    """What a type of question makes of an item.

    Args:
        declarations: of the responses.
        body: what stands in the item's body, in order.
        template: the standard rules, ``match_correct`` or ``map_response``, where they say it all.
        scoring: rules of the item's own that set SCORE, where there are some.
        shown: the response by whose value feedback on an option is shown, or nothing.
        outcomes: further numbers that the rules set.
    """

    declarations: Sequence[Element] = ()
    body: Sequence[Element] = ()
    template: str = ""
    scoring: Sequence[Element] = ()
    shown: str = ""
    shown_cardinality: str = "single"
    outcomes: Sequence[str] = field(default=())


class Builder:
    """Makes elements in the names of a release, 2 or 3; tells what texts lose.

    Args:
        templates: the address under which the standard rules of marking lie.
        inline: pictures stand in the item itself, which has no package around it.
    """

    def __init__(
        self, release: int, templates: str, lost: list[str], *, inline: bool = False
    ) -> None:
        self.release = release
        self.templates = templates
        self.lost = lost
        self.inline = inline
        #: Pictures of the item by their names in the package.
        self.pictures: dict[str, bytes] = {}

    def element(self, items: Items, text: str = "") -> Element:
        """Return an element with a text, or none."""
        named = {written_attribute(name, self.release): value for name, value in items.items()}
        made = etree.Element(written(items.name, self.release), named)
        made.text = text or None
        return made

    def under(self, parent: Element, items: Items, text: str = "") -> Element:
        """Return an element that was put at the end of another."""
        made = self.element(items, text)
        parent.append(made)
        return made

    def picture(self, parent: Element, picture: Picture | None) -> None:
        """Put a picture at the end of an element, where there is one."""
        if picture is None:
            return
        kind, name = kind_of(picture.content), f"media/{kept_name(picture.content)}"
        if self.inline:
            media_type = kind.media_type if kind else "application/octet-stream"
            source = f"data:{media_type};base64,{b64encode(picture.content).decode()}"
        else:
            self.pictures[name] = picture.content
            # Items lie in a folder beside it.
            source = f"../{name}"
        etree.SubElement(parent, "img", src=source, alt=picture.alt)

    def content(self, parent: Element, text: Rich, picture: Picture | None = None) -> Element:
        """Put a text into an element, as XHTML that QTI knows; return the element.

        Args:
            picture: of the text, which `picture` puts beside it.
        """
        holder = xhtml(text)
        for element in list(holder.iterdescendants()):
            self._allow(element, picture)
        parent.text = holder.text
        parent.extend(list(holder))
        return parent

    def _allow(self, element: Element, picture: Picture | None) -> None:
        if element.tag in TEXT_ELEMENTS:
            kept = {"class"} if is_spaces(element) else TEXT_ATTRIBUTES
            for name in set(element.attrib) - kept:
                del element.attrib[name]
            return
        if element.tag == "img" and picture is not None and element.get("src") == picture.source:
            element.text = f"[{picture.alt}]" if picture.within and picture.alt else None
        elif element.tag in PICTURES:
            self.lost.append(f"a picture, film or formula ({element.tag}): it is not carried")
            element.text = f"[{element.get('alt')}]" if element.get("alt") else element.text
        if element.tag in SILENT:
            element.text = None
        _unwrap(element)

    def declaration(
        self,
        identifier: str,
        cardinality: str,
        base_type: str,
        correct: Sequence[str],
        mapping: Sequence[tuple[str, Decimal]] = (),
        *,
        bounded: bool = False,
        case_sensitive: bool | None = None,
    ) -> Element:
        """Return the declaration of a response.

        Args:
            bounded: what a mapping gives stays between 0 and 1.
            case_sensitive: said of every entry, where it is not None.
        """
        made = self.element(
            Items(
                "responseDeclaration",
                identifier=identifier,
                cardinality=cardinality,
                baseType=base_type,
            )
        )
        if correct:
            right = self.under(made, Items("correctResponse"))
            for value in correct:
                self.under(right, Items("value"), value)
        if mapping:
            bounds = {"lowerBound": "0", "upperBound": "1"} if bounded else {}
            holder = self.under(made, Items("mapping", **bounds, defaultValue="0"))
            for key, share in mapping:
                entry = Items("mapEntry", mapKey=key, mappedValue=plain(share))
                if case_sensitive is not None:
                    entry |= Items("", caseSensitive=str(case_sensitive).lower())
                self.under(holder, entry)
        return made

    def outcomes(self, parts: Parts, *, general: bool, result: bool) -> Iterator[Element]:
        """Yield the declarations of the outcomes that the rules set or feedback asks for."""
        for name in (["SCORE"] if parts.declarations else []) + list(parts.outcomes):
            yield self._outcome(name, "float", default="0")
        if parts.shown:
            yield self._outcome("FEEDBACK", "identifier", cardinality=parts.shown_cardinality)
        if result:
            yield self._outcome("RESULT", "identifier")
        if general:
            # Shown always: its outcome has that value from the beginning.
            yield self._outcome("GENERAL", "identifier", default="general")

    def _outcome(
        self, name: str, base_type: str, *, default: str = "", cardinality: str = "single"
    ) -> Element:
        made = self.element(
            Items(
                "outcomeDeclaration", identifier=name, cardinality=cardinality, baseType=base_type
            )
        )
        if default:
            holder = self.under(made, Items("defaultValue"))
            self.under(holder, Items("value"), default)
        return made

    def processing(self, parts: Parts, *, result: bool) -> Element:
        """Return the rules: a standard template where nothing more is to be done."""
        if parts.template and not parts.shown and not result:
            return self.element(
                Items("responseProcessing", template=self.templates + parts.template)
            )
        made = self.element(Items("responseProcessing"))
        for rule in parts.scoring or self._standard(parts.template):
            made.append(rule)
        if parts.shown:
            shown = self.under(made, Items("setOutcomeValue", identifier="FEEDBACK"))
            self.under(shown, Items("variable", identifier=parts.shown))
        if result:
            made.append(self._result())
        return made

    def _standard(self, template: str) -> list[Element]:
        if template == "map_response":
            score = self.element(Items("setOutcomeValue", identifier="SCORE"))
            self.under(score, Items("mapResponse", identifier="RESPONSE"))
            return [score]
        rule = self.element(Items("responseCondition"))
        right = self.under(rule, Items("responseIf"))
        match = self.under(right, Items("match"))
        self.under(match, Items("variable", identifier="RESPONSE"))
        self.under(match, Items("correct", identifier="RESPONSE"))
        self.set_number(right, "SCORE", Decimal(1))
        self.set_number(self.under(rule, Items("responseElse")), "SCORE", Decimal(0))
        return [rule]

    def set_number(self, parent: Element, outcome: str, value: Decimal) -> None:
        """Put a rule into a branch that sets an outcome."""
        rule = self.under(parent, Items("setOutcomeValue", identifier=outcome))
        self.under(rule, Items("baseValue", baseType="float"), plain(value))

    def _result(self) -> Element:
        rule = self.element(Items("responseCondition"))
        for branch, name, least in (
            ("responseIf", "right", ("gte", "1")),
            ("responseElseIf", "partly", ("gt", "0")),
            ("responseElse", "wrong", None),
        ):
            made = self.under(rule, Items(branch))
            if least:
                test = self.under(made, Items(least[0]))
                self.under(test, Items("variable", identifier="SCORE"))
                self.under(test, Items("baseValue", baseType="float"), least[1])
            outcome = self.under(made, Items("setOutcomeValue", identifier="RESULT"))
            self.under(outcome, Items("baseValue", baseType="identifier"), name)
        return rule

    def modal(self, outcome: str, name: str, text: Rich) -> Element:
        """Return feedback that is shown where an outcome has that name as its value."""
        items = Items("modalFeedback", outcomeIdentifier=outcome, identifier=name, showHide="show")
        made = self.element(items)
        if self.release == 2:
            return self.content(made, text)
        self.content(self.under(made, Items("contentBody")), text)
        return made


def _unwrap(element: Element) -> None:
    """Take an element out, and leave what it holds in its place."""
    parent = element.getparent()
    at = parent.index(element)
    before = element.getprevious()
    inner, tail = element.text or "", element.tail or ""
    children = list(element)
    if children:
        children[-1].tail = (children[-1].tail or "") + tail
    else:
        inner += tail
    if before is not None:
        before.tail = (before.tail or "") + inner
    else:
        parent.text = (parent.text or "") + inner
    element.tail = None
    parent.remove(element)
    for place, child in enumerate(children):
        parent.insert(at + place, child)
