"""A number, right within a tolerance or a range, perhaps with its unit."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from lms.scoring.presentation import Control, Presentation, ReviewLine, Texts, asked
from lms.scoring.question import (
    UNANSWERED,
    Mark,
    Response,
    Spec,
    SpecProblem,
    Submitted,
    UnusableAnswer,
    credit_of,
    credit_problems,
    decimal_of,
    marked,
    one_answer,
    plain_number,
    text_problems,
)
from lms.scoring.types.number_reading import (
    LONGEST,
    read_numbers,
    split_unit,
    without_words,
    written_number,
)
from lms.scoring.types.open import WithoutOptions


@dataclass(frozen=True)
class _Answer:
    """A range of numbers, limits included, and what it earns, 0 to 1."""

    low: Fraction
    high: Fraction
    credit: Fraction
    #: As the author wrote it, for the review.
    written: str
    #: A number inside, for `right_answer`.
    inside: Decimal
    feedback: Texts | None = None

    def holds(self, number: Fraction) -> bool:
        return self.low <= number <= self.high


class Numeric(WithoutOptions):
    """Full mark when |number − value| ≤ tolerance, the limits included; otherwise nothing.

    Instead of one value there may be `answers`, each a value with a tolerance or a range from `low`
    to `high`, and its `credit`; the one with the highest credit that holds the number counts.

    Numbers are decimals, never floats. Comma or point before the fraction, digits of any script
    (٠١٢, ۰۱۲), groups of three set off by spaces, apostrophes, points or commas, and the
    question's own unit after the number are understood. Where one mark stands before exactly three
    digits (``1,500``), the answer may mean 1.5 or 1500; both readings are kept, and the answer is
    right when either is.

    With `units`, a unit is typed with the number, and the number is taken times its factor; the
    values are in the unit whose factor is 1. A unit that none of them is, or none at all where
    `unit_required`, costs the part `unit_penalty` of what the number earned (default 1, all of it);
    the number is then taken as it stands.

    Worked: 2000 m asked for, `m` with factor 1, `km` with 1000, a penalty of 0.25. ``2 km`` earns
    1, ``2000`` and ``2000 kg`` earn 0.75, ``2`` earns 0.

    Field ``answer``. Response ``{"number": "12.5"}``, with a second reading under ``also`` and,
    where the question has units, the one typed under ``unit``. Detail: ``number``; ``value`` and
    ``tolerance``, or ``answer``, the place of the answer that held the number (None: none); and
    with units ``unit`` (None: none typed) and ``unit_right``.
    """

    name = "numeric"
    marked_by_hand = False
    asks = True

    def check(self, spec: Spec) -> list[SpecProblem]:
        """Return faults in value and tolerance (0 or more) or answers, unit and units."""
        found: list[SpecProblem] = []
        if spec.get("answers") is None:
            found += _value_problems(spec, ())
        elif spec.get("value") is not None:
            message = "give either value or answers"
            found.append(SpecProblem(("value",), "question.value-and-answers", message))
        else:
            found += _answers_problems(spec["answers"])
        if spec.get("unit") is not None:
            found += text_problems(spec["unit"], ("unit",))
        return found + _unit_problems(spec)

    def parse(self, spec: Spec, submitted: Submitted) -> Response | None:
        """Return the number. Raises `UnusableAnswer` as `read_numbers` does."""
        typed = one_answer(submitted)
        if typed is None:
            return None
        unit = None
        if spec.get("units"):
            if len(typed) > LONGEST:
                raise UnusableAnswer("answer.too-long", typed)
            number, unit = split_unit(typed, list(_factors(spec)))
        else:
            number = without_words(typed, (spec.get("unit") or {}).values())
        readings = read_numbers(number)
        response = {"number": written_number(readings[0], len(readings) == 1)}
        if len(readings) > 1:
            response["also"] = written_number(readings[1], False)
        if unit is not None:
            response["unit"] = unit
        return response

    def mark(self, spec: Spec, response: Response | None) -> Mark:
        """Mark by the formula above."""
        if response is None:
            return UNANSWERED
        factor, kept, unit_detail = _unit_of(spec, response)
        readings = [Decimal(response[part]) for part in ("number", "also") if part in response]
        answers = _answers(spec)
        place, number = None, _nearest(readings, answers, factor)
        for at in sorted(range(len(answers)), key=lambda at: -answers[at].credit):
            inside = [one for one in readings if answers[at].holds(Fraction(one) * factor)]
            if inside:
                place, number = at, inside[0]
                break
        earned = Fraction(0) if place is None else answers[place].credit * kept
        detail: dict[str, Any] = {"number": plain_number(number)}
        if spec.get("answers") is None:
            detail["value"] = str(Decimal(spec["value"]))
            detail["tolerance"] = str(Decimal(spec.get("tolerance", "0")))
        else:
            detail["answer"] = place
        return marked(earned, detail | unit_detail)

    def order(self, spec: Spec, seed: int | str, shuffle: bool) -> dict[str, Any]:
        """Return an empty mapping: there is nothing to arrange."""
        return {}

    def right_answer(self, spec: Spec) -> Response:
        """Return the value, or the first number with full credit, as a response."""
        best = next(answer for answer in _answers(spec) if answer.credit == 1)
        response = {"number": written_number(best.inside, True)}
        if spec.get("units"):
            response["unit"] = next(name for name, factor in _factors(spec).items() if factor == 1)
        return response

    def present(
        self, spec: Spec, order: Mapping[str, Any], response: Response | None
    ) -> Presentation:
        """Return a field for a number, with the unit after it where the question gives it."""
        return asked(
            spec,
            Control(
                "number",
                "answer",
                values=(_typed(response),) if response else (),
                unit=spec.get("unit"),
                hint="number-with-unit" if spec.get("units") else "number",
                max_length=LONGEST,
            ),
        )

    def review(
        self, spec: Spec, order: Mapping[str, Any], response: Response | None, mark: Mark
    ) -> tuple[ReviewLine, ...]:
        """Return one line: the number given, and those with full credit."""
        place = mark.detail.get("answer")
        answers = _answers(spec)
        held = answers[place] if isinstance(place, int) and place < len(answers) else None
        return (
            ReviewLine(
                "answer",
                chosen=response is not None,
                right=mark.right,
                credit=mark.share,
                feedback=held.feedback if held else None,
                given=_typed(response) if response else None,
                wanted=_wanted(spec),
            ),
        )

    def formula_of(self, spec: Spec) -> str:
        """Return ``numeric``, or ``numeric.units`` where a unit takes part in the mark."""
        return "numeric.units" if spec.get("units") else self.name

    def guess_share(self, spec: Spec) -> Fraction:
        """Return 0: nobody hits a number blindly."""
        return Fraction(0)


def _answers(spec: Spec) -> list[_Answer]:
    """What earns something, in the order of the bank."""
    if spec.get("answers") is None:
        return [_answer(spec, Fraction(1))]
    return [_answer(answer, credit_of(answer, default="1")) for answer in spec["answers"]]


def _answer(written: Mapping[str, Any], credit: Fraction) -> _Answer:
    feedback = written.get("feedback")
    if written.get("low") is not None:
        low, high = Decimal(written["low"]), Decimal(written["high"])
        shown = f"{plain_number(low)} – {plain_number(high)}"
        return _Answer(Fraction(low), Fraction(high), credit, shown, low, feedback)
    value, tolerance = Decimal(written["value"]), Decimal(written.get("tolerance") or "0")
    shown = plain_number(value) + (f" ± {plain_number(tolerance)}" if tolerance else "")
    middle, reach = Fraction(value), Fraction(tolerance)
    return _Answer(middle - reach, middle + reach, credit, shown, value, feedback)


def _nearest(readings: list[Decimal], answers: list[_Answer], factor: Fraction) -> Decimal:
    """The reading that a learner is shown when no answer holds one: the one that came nearest."""

    def distance(reading: Decimal) -> Fraction:
        number = Fraction(reading) * factor
        return min(max(answer.low - number, number - answer.high) for answer in answers)

    return min(readings, key=distance)


def _factors(spec: Spec) -> dict[str, Fraction]:
    """The factor of each unit by each of its names."""
    return {
        name: Fraction(Decimal(unit["factor"]))
        for unit in spec.get("units") or ()
        for name in unit["names"]
    }


def _unit_of(spec: Spec, response: Response) -> tuple[Fraction, Fraction, dict[str, Any]]:
    """The factor of the unit typed, the part of the mark that is kept, and what detail says."""
    if not spec.get("units"):
        return Fraction(1), Fraction(1), {}
    factors, typed = _factors(spec), response.get("unit")
    factor = factors.get(typed) if typed is not None else None
    if factor is None and typed is not None:
        alike = {value for name, value in factors.items() if name.casefold() == typed.casefold()}
        factor = alike.pop() if len(alike) == 1 else None
    right = factor is not None or (typed is None and not spec.get("unit_required"))
    lost = Fraction(0) if right else credit_of(spec, "unit_penalty", "1")
    return factor or Fraction(1), 1 - lost, {"unit": typed, "unit_right": right}


def _typed(response: Response) -> str:
    return " ".join(part for part in (response["number"], response.get("unit")) if part)


def _wanted(spec: Spec) -> Texts | str:
    written = "; ".join(answer.written for answer in _answers(spec) if answer.credit == 1)
    if spec.get("unit"):
        return {language: f"{written} {unit}" for language, unit in spec["unit"].items()}
    if spec.get("units"):
        return f"{written} {next(name for name, one in _factors(spec).items() if one == 1)}"
    return written


def _value_problems(holder: Mapping[str, Any], where: tuple[str | int, ...]) -> list[SpecProblem]:
    found: list[SpecProblem] = []
    if decimal_of(holder.get("value")) is None:
        message = 'value is a number in quotes, such as "12.5"'
        found.append(SpecProblem((*where, "value"), "question.bad-value", message))
    tolerance = decimal_of(holder.get("tolerance", "0"))
    if tolerance is None or tolerance < 0:
        message = 'tolerance is a number in quotes, "0" or more'
        found.append(SpecProblem((*where, "tolerance"), "question.bad-tolerance", message))
    return found


def _answers_problems(answers: Any) -> list[SpecProblem]:
    if not isinstance(answers, list) or not answers:
        message = "answers are a list of values or ranges"
        return [SpecProblem(("answers",), "question.no-answers", message)]
    found: list[SpecProblem] = []
    for at, answer in enumerate(answers):
        where = ("answers", at)
        if not isinstance(answer, dict):
            message = "an answer is a mapping with value and tolerance, or with low and high"
            found.append(SpecProblem(where, "question.bad-value", message))
            continue
        if answer.get("low") is None and answer.get("high") is None:
            found += _value_problems(answer, where)
        else:
            low, high = decimal_of(answer.get("low")), decimal_of(answer.get("high"))
            if low is None or high is None or low > high or answer.get("value") is not None:
                message = "a range has low and high in quotes, low first, and no value"
                found.append(SpecProblem((*where, "low"), "question.bad-range", message))
        found += credit_problems(answer, where)
        if answer.get("feedback") is not None:
            found += text_problems(answer["feedback"], (*where, "feedback"))
    if not found and all(credit_of(answer, default="1") < 1 for answer in answers):
        message = 'one answer at least has the credit "1"'
        found.append(SpecProblem(("answers",), "question.no-full-credit", message))
    return found


def _unit_problems(spec: Spec) -> list[SpecProblem]:
    found = list(credit_problems(spec, (), "unit_penalty"))
    if not isinstance(spec.get("unit_required") or False, bool):
        message = "unit_required is true or false"
        found.append(SpecProblem(("unit_required",), "question.bad-units", message))
    units = spec.get("units")
    if units is None:
        if spec.get("unit_required") or spec.get("unit_penalty") is not None:
            message = "say in units which units there are"
            found.append(SpecProblem(("unit_required",), "question.bad-units", message))
        return found
    if spec.get("unit") is not None:
        message = "give either unit, which is shown, or units, which are typed"
        found.append(SpecProblem(("unit",), "question.unit-and-units", message))
    if not isinstance(units, list) or not units:
        message = "units are a list of names and factors"
        return [*found, SpecProblem(("units",), "question.bad-units", message)]
    faults: list[SpecProblem] = []
    names: set[str] = set()
    for at, unit in enumerate(units):
        where = ("units", at)
        listed = unit.get("names") if isinstance(unit, dict) else None
        if (
            not isinstance(listed, list)
            or not listed
            or not all(isinstance(name, str) and name.strip() for name in listed)
        ):
            message = "a unit is a mapping with a list of names and a factor"
            faults.append(SpecProblem(where, "question.bad-units", message))
            continue
        factor = decimal_of(unit.get("factor"))
        if factor is None or factor <= 0:
            message = 'factor is a number in quotes above 0, such as "1000"'
            faults.append(SpecProblem((*where, "factor"), "question.bad-factor", message))
        for name in listed:
            if name in names or name != name.strip() or any(sign.isdigit() for sign in name[:1]):
                message = f"{name!r}: each name once, not beginning with a digit, no outer spaces"
                faults.append(SpecProblem((*where, "names"), "question.unit-name", message))
            names.add(name)
    if not faults and all(Decimal(unit["factor"]) != 1 for unit in units):
        message = 'the unit in which the values are written has the factor "1"'
        faults.append(SpecProblem(("units",), "question.no-base-unit", message))
    return found + faults
