"""What the rules of a QTI item say that an answer earns, as far as a question here can say it.

The rules are read strictly: where one step of them is not understood whole, none of them counts and
the reason is told. Source: *IMS Question & Test Interoperability, Information Model*, versions 2.1
and 3.0, sections on response processing and expressions.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Literal

from lms.interchange.amounts import number, plain
from lms.interchange.qti_declared import Declaration
from lms.interchange.qti_xml import attribute, kind
from lms.interchange.questions import UnusableQuestion
from lms.interchange.safe_xml import Element, local_name, text_of
from lms.interchange.source_text import stripped

#: The outcome that is the mark.
SCORE = "SCORE"
#: More than any number is rounded to.
MOST_FIGURES = 20
BRANCHES = ("responseif", "responseelseif", "responseelse")
OPEN_LIMIT = "a limit of its range is not right itself; here it is"


class UnknownRules(Exception):
    """Rules that say more than is read here; the message names the step."""


@dataclass(frozen=True)
class Test:
    """What a rule looks for in a response.

    Args:
        kind: ``correct``: the declared answer; ``range``: a number from `low` to `high`; ``text``.
        part: the text may stand anywhere in the answer.
    """

    response: str
    kind: Literal["correct", "range", "text"]
    low: Decimal = Decimal(0)
    high: Decimal = Decimal(0)
    text: str = ""
    case_sensitive: bool = True
    part: bool = False


@dataclass(frozen=True)
class Marking:
    """How one response is marked.

    Args:
        by: its mapping, its correct answer, or `scores`.
        scores: what is looked for, in order, and what it earns.
        otherwise: what any other answer earns, as a share of `factor`.
        factor: by which everything counts.
    """

    by: Literal["mapping", "correct", "rules"]
    scores: tuple[tuple[Test, Decimal], ...] = ()
    otherwise: Decimal = Decimal(0)
    factor: Fraction = Fraction(1)


Terms = list[tuple[str, Marking]]


@dataclass
class Found:
    """What the rules say.

    Args:
        markings: of each response that is marked.
        exact: only all responses together earn anything.
        notes: sentences on what is read nearly, not exactly.
    """

    markings: dict[str, Marking] = field(default_factory=dict)
    exact: bool = False
    notes: list[str] = field(default_factory=list)


def read_rules(processing: Element, declared: Mapping[str, Declaration]) -> Found:
    """Return how the responses of an item are marked.

    Raises:
        UnknownRules: something in them is not understood.
    """
    reader = _Reader(processing, declared)
    try:
        reader.take(processing)
    except (UnusableQuestion, RecursionError) as fault:
        raise UnknownRules(str(fault)) from fault
    terms = reader.terms.get(SCORE, [])
    reader.found.markings = dict(terms)
    if len(reader.found.markings) < len(terms):
        raise UnknownRules("a response is marked twice")
    if not terms and any(one.correct or one.entries for one in declared.values()):
        raise UnknownRules(f"they set no {SCORE}")
    return reader.found


class _Reader:
    """Goes through the rules; knows at each step of what each outcome is made."""

    def __init__(self, processing: Element, declared: Mapping[str, Declaration]) -> None:
        self.declared = declared
        self.terms: dict[str, Terms] = {}
        self.found = Found()
        self.scoring = _scoring(processing, declared)

    def take(self, rules: Element) -> None:
        for rule in rules:
            name = kind(rule)
            if not name:
                continue
            if name == "responseprocessingfragment":
                self.take(rule)
            elif name not in ("setoutcomevalue", "responsecondition", "lookupoutcomevalue"):
                raise UnknownRules(local_name(rule))
            elif any(self._sets_score(one) for one in rule.iter()):
                if name == "responsecondition":
                    self.condition(rule)
                elif name == "setoutcomevalue":
                    self.assign(rule)
                else:
                    raise UnknownRules(local_name(rule))

    def _sets_score(self, element: Element) -> bool:
        setters = ("setoutcomevalue", "lookupoutcomevalue")
        return kind(element) in setters and attribute(element, "identifier") in self.scoring

    def assign(self, rule: Element) -> None:
        terms, constant = self.value(rule)
        if constant:
            raise UnknownRules("a mark that every answer gets")
        self.terms[attribute(rule, "identifier")] = terms

    def value(self, setter: Element) -> tuple[Terms, Fraction]:
        inner = _operands(setter)
        if len(inner) != 1:
            raise UnknownRules(local_name(setter))
        return self.expression(inner[0])

    def expression(self, element: Element) -> tuple[Terms, Fraction]:
        """Return the responses of which a number is made, and what is added to them."""
        name, inner = kind(element), _operands(element)
        if name == "basevalue":
            return [], Fraction(number(stripped(text_of(element))))
        if name == "mapresponse":
            identifier = attribute(element, "identifier")
            if identifier not in self.declared or not self.declared[identifier].entries:
                raise UnknownRules(f"{local_name(element)} without a mapping")
            return [(identifier, Marking("mapping"))], Fraction(0)
        if name == "variable" and attribute(element, "identifier") in self.scoring:
            return list(self.terms.get(attribute(element, "identifier"), [])), Fraction(0)
        if name == "integertofloat" and len(inner) == 1:
            return self.expression(inner[0])
        if name == "sum" and inner:
            made = [self.expression(one) for one in inner]
            added = sum((constant for _, constant in made), Fraction(0))
            return [term for terms, _ in made for term in terms], added
        if name in ("product", "divide") and len(inner) == 2:
            return self.scaled(name, *map(self.expression, inner))
        if name == "max" and len(inner) == 2:
            # Nothing is ever marked below zero here either.
            made = [self.expression(one) for one in inner]
            if ([], Fraction(0)) in made:
                return next(one for one in made if one != ([], Fraction(0)))
        raise UnknownRules(local_name(element))

    def scaled(
        self, name: str, left: tuple[Terms, Fraction], right: tuple[Terms, Fraction]
    ) -> tuple[Terms, Fraction]:
        if name == "product" and not left[0]:
            left, right = right, left
        terms, constant = left
        by = right[1]
        if right[0] or by <= 0:
            raise UnknownRules(name)
        by = 1 / by if name == "divide" else by
        return [
            (one, replace(marking, factor=marking.factor * by)) for one, marking in terms
        ], constant * by

    def condition(self, rule: Element) -> None:
        outcomes = {attribute(one, "identifier") for one in rule.iter() if self._sets_score(one)}
        if len(outcomes) > 1:
            raise UnknownRules("a condition that sets several outcomes")
        outcome = outcomes.pop()
        before = self.terms.get(outcome, [])
        scores: list[tuple[list[Test], Fraction]] = []
        otherwise, mapped = Fraction(0), None
        for test, setter in _straightened([self.branch(one) for one in _branches(rule)]):
            terms, constant = (before, Fraction(0)) if setter is None else self.value(setter)
            if terms != before:
                if test is not None or scores or constant:
                    raise UnknownRules("a mapping that counts for some answers only")
                mapped = terms
            elif test is None:
                otherwise = constant
            elif kind(test) == "isnull":
                if constant:
                    raise UnknownRules("a mark for no answer")
            else:
                scores.append((self.tests(test), constant))
        if mapped is not None:
            self.terms[outcome] = mapped
        elif scores:
            self.terms[outcome] = [*before, *self.marked(scores, otherwise)]
        elif otherwise:
            raise UnknownRules("a mark that every answer gets")

    def branch(self, branch: Element) -> tuple[Element | None, Element | None]:
        """Return the test of a branch, None for the last resort, and what sets the mark there."""
        inner = _operands(branch)
        test = None if kind(branch) == "responseelse" else inner[0] if inner else None
        if kind(branch) != "responseelse" and test is None:
            raise UnknownRules(local_name(branch))
        setters = [one for one in inner if self._sets_score(one)]
        if len(setters) > 1 or sum(self._sets_score(one) for one in branch.iter()) > len(setters):
            raise UnknownRules("conditions inside conditions")
        return test, setters[0] if setters else None

    def marked(self, scores: Sequence[tuple[list[Test], Fraction]], otherwise: Fraction) -> Terms:
        first, points = scores[0]
        responses = list(dict.fromkeys(test.response for tests, _ in scores for test in tests))
        if len(responses) > 1:
            # Only ``and`` gives tests of several responses.
            if len(scores) > 1 or otherwise or any(one.kind != "correct" for one in first):
                raise UnknownRules("several responses in one condition")
            self.found.exact = True
            return [(one, Marking("correct", factor=points)) for one in responses]
        if len(scores) == 1 and len(first) == 1 and first[0].kind == "correct" and points > 0:
            share = _decimal(otherwise / points)
            return [(responses[0], Marking("correct", otherwise=share, factor=points))]
        flat = tuple((test, _decimal(score)) for tests, score in scores for test in tests)
        return [(responses[0], Marking("rules", flat, _decimal(otherwise)))]

    def tests(self, test: Element) -> list[Test]:
        """Return the answers of which a test accepts any; for several responses, wants them all."""
        name, inner = kind(test), _operands(test)
        if name == "or" and inner:
            found = [one for child in inner for one in self.tests(child)]
            if len({one.response for one in found}) > 1:
                raise UnknownRules("several responses in one condition")
            return found
        if name == "and":
            inner = [one for one in inner if not _asks_for_an_answer(one)]
            if len(inner) == 1:
                return self.tests(inner[0])
            if len(inner) == 2 and {kind(one) for one in inner} <= {"gte", "lte", "gt", "lt"}:
                return [self.range(*inner)]
            found = [one for child in inner for one in self.tests(child)]
            if len({one.response for one in found}) == len(found) == len(inner) > 1:
                return found
            raise UnknownRules(local_name(test))
        if name in ("match", "equal", "equalrounded", "stringmatch"):
            return [self.comparison(test)]
        raise UnknownRules(local_name(test))

    def operands(self, test: Element) -> tuple[Declaration, Element, bool]:
        """Return the response of a comparison, the other side, and whether the response is first."""
        inner = _operands(test)
        at = next((at for at, one in enumerate(inner) if kind(one) == "variable"), None)
        if len(inner) != 2 or at is None:
            raise UnknownRules(local_name(test))
        other, identifier = inner[1 - at], attribute(inner[at], "identifier")
        is_own = kind(other) == "correct" and attribute(other, "identifier") == identifier
        if identifier not in self.declared or not (is_own or kind(other) == "basevalue"):
            raise UnknownRules(local_name(test))
        return self.declared[identifier], other, at == 0

    def wanted(self, test: Element) -> tuple[Declaration, str]:
        """Return the response of a comparison and the one value with which it is compared."""
        declared, other, _ = self.operands(test)
        if declared.cardinality != "single":
            raise UnknownRules(f"{local_name(test)} of several values")
        if kind(other) == "basevalue":
            return declared, stripped(text_of(other))
        if len(declared.correct) != 1:
            raise UnknownRules(f"{local_name(test)} without a declared answer")
        return declared, declared.correct[0]

    def range(self, *limits: Element) -> Test:
        """Return the range that two limits make."""
        found: dict[str, Decimal] = {}
        responses = set()
        for limit in limits:
            declared, written = self.wanted(limit)
            _, _, is_first = self.operands(limit)
            responses.add(declared.identifier)
            is_low = kind(limit).startswith("g") == is_first
            found["low" if is_low else "high"] = number(written)
            if not kind(limit).endswith("e"):
                self.found.notes.append(OPEN_LIMIT)
        if len(found) < 2 or len(responses) > 1 or found["low"] > found["high"]:
            raise UnknownRules("a range without two limits")
        return Test(responses.pop(), "range", found["low"], found["high"])

    def comparison(self, test: Element) -> Test:
        name = kind(test)
        if name == "match" and kind(self.operands(test)[1]) == "correct":
            return Test(self.operands(test)[0].identifier, "correct")
        declared, written = self.wanted(test)
        is_number = declared.base_type in ("integer", "float")
        if name in ("equal", "equalrounded") or (name == "match" and is_number):
            if not is_number:
                raise UnknownRules(local_name(test))
            low, high = self.limits(test, number(written))
            return Test(declared.identifier, "range", low, high)
        if is_number:
            raise UnknownRules(local_name(test))
        part = attribute(test, "substring").lower() in ("true", "1")
        if part and not self.operands(test)[2]:
            raise UnknownRules(local_name(test))
        sensitive = attribute(test, "casesensitive").lower() not in ("false", "0")
        return Test(declared.identifier, "text", text=written, case_sensitive=sensitive, part=part)

    def limits(self, test: Element, value: Decimal) -> tuple[Decimal, Decimal]:
        """Return the least and the largest number that a comparison takes for the value."""
        if kind(test) == "equalrounded":
            return self.rounded(test, value)
        mode = attribute(test, "tolerancemode").lower() or "exact"
        written = attribute(test, "tolerance").replace(",", " ").split()
        if kind(test) == "match" or mode == "exact":
            return value, value
        if mode not in ("absolute", "relative") or not 1 <= len(written) <= 2:
            raise UnknownRules(f"{local_name(test)} with the tolerance mode {mode[:40]!r}")
        below, above = (abs(number(one)) for one in (written[0], written[-1]))
        if mode == "relative":
            # In per cent of the value.
            below, above = value * below / 100, value * above / 100
        names = ("includelowerbound", "includeupperbound")
        if (below or above) and any(
            attribute(test, one).lower() in ("false", "0") for one in names
        ):
            self.found.notes.append(OPEN_LIMIT)
        low, high = sorted((value - below, value + above))
        return low, high

    def rounded(self, test: Element, value: Decimal) -> tuple[Decimal, Decimal]:
        written = attribute(test, "figures")
        figures = int(written) if written.isdecimal() and len(written) < 4 else MOST_FIGURES + 1
        by_places = attribute(test, "roundingmode").lower() == "decimalplaces"
        if figures > MOST_FIGURES or (not by_places and not (figures and value)):
            raise UnknownRules(local_name(test))
        exponent = -figures if by_places else value.adjusted() - figures + 1
        step = Decimal(1).scaleb(exponent)
        middle = (value / step).quantize(Decimal(1), ROUND_HALF_UP) * step
        what = "decimal places" if by_places else "significant figures"
        self.found.notes.append(
            f"an answer is rounded to {figures} {what} first; here "
            f"{plain(middle)} give or take {plain(step / 2)} is right"
        )
        return middle - step / 2, middle + step / 2


def _scoring(processing: Element, declared: Mapping[str, Declaration]) -> frozenset[str]:
    """Return the outcomes of which the mark is made, the mark among them."""
    uses: dict[str, set[str]] = {}
    for setter in processing.iter():
        if kind(setter) == "setoutcomevalue":
            named = {
                attribute(one, "identifier") for one in setter.iter() if kind(one) == "variable"
            }
            uses.setdefault(attribute(setter, "identifier"), set()).update(named - set(declared))
    scoring, waiting = {SCORE}, [SCORE]
    while waiting:
        new = uses.get(waiting.pop(), set()) - scoring
        scoring |= new
        waiting += new
    return frozenset(scoring)


def _branches(rule: Element) -> Iterator[Element]:
    for branch in _operands(rule):
        if kind(branch) not in BRANCHES:
            raise UnknownRules(local_name(branch))
        yield branch


def _straightened(
    branches: list[tuple[Element | None, Element | None]],
) -> list[tuple[Element | None, Element | None]]:
    """Return the branches, with *if not so: a, else b* turned into *if so: b, else a*."""
    test = branches[0][0] if branches else None
    is_turned = test is not None and kind(test) == "not" and len(_operands(test)) == 1
    if test is None or not is_turned or len(branches) > 2:
        return branches
    if len(branches) == 2 and branches[1][0] is not None:
        return branches
    otherwise = branches[1][1] if len(branches) == 2 else None
    return [(_operands(test)[0], otherwise), (None, branches[0][1])]


def _asks_for_an_answer(test: Element) -> bool:
    """Whether a test says only that something was answered."""
    inner = _operands(test)
    return kind(test) == "not" and len(inner) == 1 and kind(inner[0]) == "isnull"


def _operands(element: Element) -> list[Element]:
    return [one for one in element if kind(one)]


def _decimal(value: Fraction) -> Decimal:
    return Decimal(value.numerator) / Decimal(value.denominator)
