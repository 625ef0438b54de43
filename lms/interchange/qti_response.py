"""What an answer to a QTI item earns, as shares of a mark."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from lms.interchange.amounts import plain, rounded, shortened
from lms.interchange.parts import ROUNDING
from lms.interchange.qti_declared import Declaration
from lms.interchange.qti_rules import Marking, Test, UnknownRules, read_rules
from lms.interchange.qti_xml import attribute, kind, parts
from lms.interchange.questions import UnusableQuestion
from lms.interchange.safe_xml import Element

#: Standard templates by name, without what Common Cartridges write in front, and whether the mapping decides.
TEMPLATES = {"match_correct": False, "match_basic": False, "match": False, "map_response": True}
OTHERS_EARN = "what any other answer earns"
OTHERS_COST = "what any other answer costs"


@dataclass(frozen=True)
class Rules:
    """How responses are marked.

    Args:
        uses_mapping: a mapping decides where there is one; otherwise the correct answer does. For
            responses of which `markings` says nothing.
        markings: by response, where the item has rules of its own.
        exact: only all responses together earn anything.
        notes: what of the rules is not carried exactly.
    """

    uses_mapping: bool
    markings: dict[str, Marking] = field(default_factory=dict)
    exact: bool = False
    notes: tuple[str, ...] = ()

    def marking(self, declared: Declaration) -> Marking:
        """Return how a response is marked."""
        by_mapping = bool(declared.entries) and (self.uses_mapping or not declared.correct)
        usual = Marking("mapping" if by_mapping else "correct")
        return self.markings.get(declared.identifier, usual)


def rules(item: Element, declared: dict[str, Declaration]) -> Rules:
    """Return how an item marks; without any rules the declared answers decide.

    Raises:
        UnusableQuestion: a template that is not supported.
    """
    processing = next(iter(parts(item, "responseprocessing")), None)
    if processing is None:
        return Rules(uses_mapping=True)
    template = attribute(processing, "template").rpartition("/")[2].removesuffix(".xml").lower()
    if template:
        name = template.removeprefix("cc2_")
        if name not in TEMPLATES:
            raise UnusableQuestion(f"not supported: the response processing {template}")
        return Rules(uses_mapping=TEMPLATES[name])
    try:
        found = read_rules(processing, declared)
    except UnknownRules as unknown:
        names = {kind(element) for element in processing.iter() if kind(element)}
        note = f"its own rules of marking ({unknown}); the declared answers decide"
        return Rules("mapresponse" in names or "correct" not in names, notes=(note,))
    left = [
        f"the response {one.identifier} earns nothing in the item; here it counts"
        for one in declared.values()
        if found.markings and one.identifier not in found.markings
    ]
    notes = tuple(dict.fromkeys([*found.notes, *left]))
    return Rules(True, found.markings, found.exact, notes)


def points(declared: Declaration, marking: Marking) -> Fraction:
    """Return the most that a response of one value can earn."""
    if marking.by == "mapping":
        return marking.factor * Fraction(max(declared.mapped.values()))
    if marking.by == "rules":
        return marking.factor * Fraction(max(score for _, score in marking.scores))
    return marking.factor


def single_fractions(
    declared: Declaration, keys: Sequence[str], marking: Marking, lost: list[str]
) -> list[Decimal]:
    """Return what each of the answers of a single choice earns: the best one the whole mark.

    Raises:
        UnusableQuestion: nothing is right.
    """
    _told_of_unknown(declared, keys, marking, lost)
    if marking.by == "mapping":
        default = declared.bounded(declared.default)
        earned = [declared.mapped.get(key, default) for key in keys]
    elif marking.by == "correct":
        earned = [Decimal(1) if key in declared.correct else marking.otherwise for key in keys]
    else:
        earned = [_earned(key, declared, marking) for key in keys]
    best = max(earned, default=Decimal(0))
    if best <= 0:
        raise UnusableQuestion("no right answer is declared")
    return [within(value / best, lost) for value in earned]


def _earned(key: str, declared: Declaration, marking: Marking) -> Decimal:
    for test, score in marking.scores:
        if key in declared.correct if test.kind == "correct" else _fits(key, test):
            return score
    return marking.otherwise


def _fits(key: str, test: Test) -> bool:
    wanted = test.text
    if not test.case_sensitive:
        key, wanted = key.casefold(), wanted.casefold()
    return wanted in key if test.part else wanted == key


def several_fractions(
    declared: Declaration, keys: Sequence[str], marking: Marking, lost: list[str]
) -> list[Decimal]:
    """Return what each of the options of a multiple choice earns: the right ones the whole mark.

    Raises:
        UnusableQuestion: nothing is right.
    """
    _told_of_unknown(declared, keys, marking, lost)
    if marking.by != "mapping":
        right = [key in declared.correct for key in keys]
        if not any(right):
            raise UnusableQuestion("no right answer is declared")
        told_of_others(marking.otherwise, lost)
        return [rounded(Decimal(int(is_right)) / sum(right)) for is_right in right]
    mapped = {entry.key: entry.value for entry in declared.entries}
    earned = [mapped.get(key, declared.default) for key in keys]
    whole = sum((value for value in earned if value > 0), Decimal(0))
    if not whole:
        raise UnusableQuestion("no right answer is declared")
    # Thirds written to seven places make one.
    is_one = abs(whole - 1) < ROUNDING * len(keys)
    if declared.upper is not None and whole - declared.upper > ROUNDING * len(keys):
        most = f"{plain(declared.upper)} of {plain(whole)}"
        lost.append(f"the limit of {most} on what its options earn together")
    if declared.lower is not None and declared.lower < 0:
        lost.append("a mark below nothing for the whole answer")
    return [within(value / (Decimal(1) if is_one else whole), lost) for value in earned]


def _told_of_unknown(
    declared: Declaration, keys: Sequence[str], marking: Marking, lost: list[str]
) -> None:
    """Tell which declared answers name no option."""
    by_mapping = marking.by == "mapping"
    named = [entry.key for entry in declared.entries] if by_mapping else declared.correct
    lost += [
        f"the declared answer {shortened(key)!r}, which names no option"
        for key in dict.fromkeys(named)
        if key not in keys
    ]


def told_of_others(earned: Decimal, lost: list[str]) -> None:
    """Tell what any other answer earns, where it is not nothing."""
    if earned:
        lost.append(OTHERS_EARN if earned > 0 else OTHERS_COST)


def within(value: Decimal, lost: list[str]) -> Decimal:
    """Return a share between −1 and 1, and tell where it was less."""
    if value < -1:
        lost.append(f"a weight of {plain(rounded(value * 100))} %, which became −100 %")
    return rounded(min(max(value, Decimal(-1)), Decimal(1)))
