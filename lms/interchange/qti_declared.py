"""The responses that a QTI item declares: right answers, and what each answer earns."""

from dataclasses import dataclass
from decimal import Decimal

from lms.interchange.amounts import number
from lms.interchange.limits import MOST_PARTS
from lms.interchange.qti_xml import attribute, first, inside, parts
from lms.interchange.questions import UnusableQuestion
from lms.interchange.safe_xml import Element, text_of
from lms.interchange.source_text import stripped


@dataclass(frozen=True)
class Entry:
    """An entry of a mapping: what an answer earns, and whether capitals count."""

    key: str
    value: Decimal
    case_sensitive: bool


@dataclass(frozen=True)
class Declaration:
    """A response as an item declares it.

    Args:
        default: what an answer earns that is not in the mapping.
        lower, upper: between which the sum of a mapping stays; None where it is not limited.
    """

    identifier: str
    cardinality: str
    base_type: str
    correct: tuple[str, ...] = ()
    entries: tuple[Entry, ...] = ()
    default: Decimal = Decimal(0)
    lower: Decimal | None = None
    upper: Decimal | None = None

    @property
    def mapped(self) -> dict[str, Decimal]:
        """What each answer earns by the mapping."""
        return {entry.key: self.bounded(entry.value) for entry in self.entries}

    def bounded(self, value: Decimal) -> Decimal:
        """Return what is left of a value between the limits of the mapping."""
        value = value if self.upper is None else min(value, self.upper)
        # A limit below is for the sum: what one wrong option takes from a right one stays.
        is_sum = self.cardinality != "single"
        return value if self.lower is None or is_sum else max(value, self.lower)


def declarations(item: Element) -> dict[str, Declaration]:
    """Return the declared responses of an item by identifier.

    Raises:
        UnusableQuestion: a mapping that holds no numbers.
    """
    found = {}
    for element in parts(item, "responsedeclaration"):
        declared = _declaration(element)
        found[declared.identifier] = declared
    return found


def _declaration(element: Element) -> Declaration:
    correct, mapping = first(element, "correctresponse"), first(element, "mapping")
    values = [] if correct is None else [stripped(text_of(one)) for one in inside(correct, "value")]
    entries = [] if mapping is None else [_entry(one) for one in inside(mapping, "mapentry")]
    if len(values) > MOST_PARTS or len(entries) > MOST_PARTS:
        raise UnusableQuestion(f"more than {MOST_PARTS} answers")
    return Declaration(
        identifier=attribute(element, "identifier"),
        cardinality=attribute(element, "cardinality") or "single",
        base_type=attribute(element, "basetype") or "identifier",
        correct=tuple(value for value in values if value),
        entries=tuple(entries),
        default=_limit(mapping, "defaultvalue") or Decimal(0),
        lower=_limit(mapping, "lowerbound"),
        upper=_limit(mapping, "upperbound"),
    )


def _limit(mapping: Element | None, name: str) -> Decimal | None:
    written = attribute(mapping, name) if mapping is not None else ""
    return number(written) if written else None


def _entry(element: Element) -> Entry:
    return Entry(
        attribute(element, "mapkey"),
        number(attribute(element, "mappedvalue")),
        # Capitals count where nothing is said: the default of every version.
        attribute(element, "casesensitive").lower() not in ("false", "0"),
    )
