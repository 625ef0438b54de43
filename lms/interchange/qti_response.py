"""What an answer to a QTI item earns: declarations and rules, as far as the standard templates go."""

from dataclasses import dataclass, field
from decimal import Decimal

from lms.interchange.amounts import number, rounded, trimmed
from lms.interchange.limits import MOST_PARTS
from lms.interchange.parts import ROUNDING
from lms.interchange.qti_xml import attribute, first, inside, kind, parts
from lms.interchange.questions import UnusableQuestion
from lms.interchange.safe_xml import Element, text_of
from lms.interchange.source_text import stripped

#: Rules made of nothing else say what the declared answers say already.
HARMLESS = frozenset(
    {
        *("responseprocessing", "responsecondition", "responseif", "responseelse"),
        *("responseelseif", "match", "variable", "correct", "mapresponse", "setoutcomevalue"),
        *("basevalue", "sum", "divide", "product", "isnull", "not", "equal", "equalrounded"),
        *("and", "or", "gt", "gte", "lt", "lte", "stringmatch", "integerdivide", "max", "min"),
    }
)


@dataclass(frozen=True)
class Entry:
    """An entry of a mapping: what an answer earns, and whether capitals count."""

    key: str
    value: Decimal
    case_sensitive: bool


@dataclass(frozen=True)
class NumberRule:
    """A number that a rule looks for: None for the declared one; what it earns, None if unsaid."""

    value: Decimal | None
    tolerance: Decimal
    score: Decimal | None


@dataclass(frozen=True)
class Declaration:
    """A response as an item declares it."""

    identifier: str
    cardinality: str
    base_type: str
    correct: tuple[str, ...] = ()
    entries: tuple[Entry, ...] = ()
    default: Decimal = Decimal(0)

    @property
    def mapped(self) -> dict[str, Decimal]:
        """What each answer earns by the mapping."""
        return {entry.key: entry.value for entry in self.entries}


@dataclass(frozen=True)
class Rules:
    """How responses are marked.

    Args:
        uses_mapping: a mapping decides where there is one; otherwise the correct answer does.
        numbers: the numbers that rules of the item's own look for, by response.
        foreign: names of elements that say more than what is read here.
    """

    uses_mapping: bool
    numbers: dict[str, list[NumberRule]] = field(default_factory=dict)
    foreign: tuple[str, ...] = ()

    def takes_mapping(self, declared: Declaration) -> bool:
        """Whether a response is marked by its mapping."""
        return bool(declared.entries) and (self.uses_mapping or not declared.correct)


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
    default = attribute(mapping, "defaultvalue") if mapping is not None else ""
    return Declaration(
        identifier=attribute(element, "identifier"),
        cardinality=attribute(element, "cardinality") or "single",
        base_type=attribute(element, "basetype") or "identifier",
        correct=tuple(value for value in values if value),
        entries=tuple(entries),
        default=number(default) if default else Decimal(0),
    )


def _entry(element: Element) -> Entry:
    return Entry(
        attribute(element, "mapkey"),
        number(attribute(element, "mappedvalue")),
        attribute(element, "casesensitive").lower() in ("true", "1"),
    )


def rules(item: Element) -> Rules:
    """Return how an item marks; without any rules the declared answers decide."""
    processing = next(iter(parts(item, "responseprocessing")), None)
    if processing is None:
        return Rules(uses_mapping=True)
    template = attribute(processing, "template").rpartition("/")[2].removesuffix(".xml").lower()
    if template:
        known = {"match_correct": False, "map_response": True}
        name = template.removeprefix("cc2_").replace("match_basic", "match_correct")
        if name not in known and template != "cc2_match":
            raise UnusableQuestion(f"not supported: the response processing {template}")
        return Rules(uses_mapping=known.get(name, False))
    names = {kind(element) for element in processing.iter() if kind(element)}
    return Rules(
        uses_mapping="mapresponse" in names or "correct" not in names,
        numbers=_numbers(processing),
        foreign=tuple(sorted(names - HARMLESS)),
    )


def _numbers(processing: Element) -> dict[str, list[NumberRule]]:
    """Return the comparisons with a tolerance, each with the score of its branch."""
    found: dict[str, list[NumberRule]] = {}
    for branch in inside(processing, "responseif", "responseelseif"):
        for equal in inside(branch, "equal"):
            variable = first(equal, "variable")
            if variable is None:
                continue
            value = first(equal, "basevalue")
            tolerance = attribute(equal, "tolerance").split()
            rule = NumberRule(
                value=None if value is None else trimmed(number(stripped(text_of(value)))),
                tolerance=trimmed(number(tolerance[0])) if tolerance else Decimal(0),
                score=_score(branch),
            )
            found.setdefault(attribute(variable, "identifier"), []).append(rule)
    return found


def _score(branch: Element) -> Decimal | None:
    for outcome in parts(branch, "setoutcomevalue"):
        value = first(outcome, "basevalue")
        if attribute(outcome, "identifier").startswith("SCORE") and value is not None:
            return number(stripped(text_of(value)))
    return None


def single_fractions(declared: Declaration, keys: list[str], by_mapping: bool) -> list[Decimal]:
    """Return what each of the answers of a single choice earns: the best one the whole mark.

    Raises:
        UnusableQuestion: nothing is right.
    """
    if not by_mapping:
        earned = [Decimal(int(key in declared.correct)) for key in keys]
    else:
        earned = [declared.mapped.get(key, declared.default) for key in keys]
    best = max(earned, default=Decimal(0))
    if best <= 0:
        raise UnusableQuestion("no right answer is declared")
    return [_within(value / best) for value in earned]


def several_fractions(declared: Declaration, keys: list[str], by_mapping: bool) -> list[Decimal]:
    """Return what each of the options of a multiple choice earns: the right ones the whole mark.

    Raises:
        UnusableQuestion: nothing is right.
    """
    if not by_mapping:
        right = [key in declared.correct for key in keys]
        if not any(right):
            raise UnusableQuestion("no right answer is declared")
        return [rounded(Decimal(int(is_right)) / sum(right)) for is_right in right]
    earned = [declared.mapped.get(key, declared.default) for key in keys]
    whole = sum((value for value in earned if value > 0), Decimal(0))
    if not whole:
        raise UnusableQuestion("no right answer is declared")
    # Thirds written to seven places make one.
    whole = Decimal(1) if abs(whole - 1) < ROUNDING * len(keys) else whole
    return [_within(value / whole) for value in earned]


def _within(value: Decimal) -> Decimal:
    return rounded(min(max(value, Decimal(-1)), Decimal(1)))
