"""The questions of an attempt as pages need them: asked, with their hints; reviewed, with what the mark says."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

from lms.assessments.answers import Answer
from lms.assessments.models import Attempt
from lms.assessments.own import OwnAttempt
from lms.assessments.rules import Outcome, Question, Rules, mark_question, spec_for_marking
from lms.scoring import Mark, question_type
from lms.scoring.presentation import Presentation, ReviewLine, image_of


class Shown(NamedTuple):
    """A question on a page.

    Args:
        number: from 1, through the whole attempt.
        presentation: of a question that is reviewed, its picture alone.
        formula: permanent code of how it is marked, for `words.FORMULAS`; empty where it is reviewed.
        hints: the hints asked for so far; `more_hints` how many are left.
        lines: what its review says; empty where it is only asked.
        mark: kept or, for a question checked during the attempt, worked out now; None where there is none to show.
        checked: it was checked during the attempt and stays as it is.
        scenario: of a scenario set, at its first question on the page.
    """

    key: str
    number: int
    spec: Mapping[str, Any]
    presentation: Presentation
    response: dict[str, Any] | None
    formula: str = ""
    hints: tuple[Mapping[str, str], ...] = ()
    more_hints: int = 0
    lines: tuple[ReviewLine, ...] = ()
    mark: Mark | None = None
    checked: bool = False
    scenario: Mapping[str, Any] | None = None
    dropped: bool = False


def asked(attempt: Attempt | OwnAttempt, places: Sequence[int]) -> list[Shown]:
    """The questions at these places, as the attempt asks them."""
    rows = {row.question_key: row for row in attempt.responses}
    found = []
    for place, scenario in with_scenarios(attempt.questions, places):
        question = attempt.questions[place]
        row = rows.get(question["spec"]["key"])
        shown = asked_question(question, place, row, attempt.assessment)
        found.append(shown._replace(scenario=scenario))
    return found


def asked_question(question: Question, place: int, row: Answer | None, held: Rules) -> Shown:
    """One question with its answer; `held`: the rules of the attempt."""
    spec = question["spec"]
    kind = question_type(spec["type"])
    response = row.response if row else None
    hints = tuple(spec.get("hints") or ())
    given = row.hints_shown if row else 0
    checked = row is not None and row.checked_at is not None
    # After a regrade a question may be marked by a key of another type that reads the same answers.
    marked_by = spec_for_marking(question)
    by = question_type(marked_by["type"])
    # As it will be kept, hints included: the result says nothing else.
    mark = mark_question(question, response, held, hints=given) if checked else None
    return Shown(
        key=spec["key"],
        number=place + 1,
        spec=spec,
        presentation=kind.present(spec, question["order"], response),
        response=response,
        formula=kind.formula_of(spec),
        hints=hints[:given],
        more_hints=len(hints) - given,
        lines=by.review(marked_by, question["order"], response, mark) if mark else (),
        mark=mark,
        checked=checked,
    )


def marks_of(attempt: Attempt | OwnAttempt) -> dict[str, Mark]:
    """The mark of each question by its key: the one kept, or worked out where none is."""
    given, found = attempt.given(), {}
    for question in attempt.questions:
        key, marked_by = question["spec"]["key"], spec_for_marking(question)
        kept = attempt.marks.get(key)
        found[key] = (
            Mark.of_plain(kept)
            if kept
            else question_type(marked_by["type"]).mark(marked_by, given.get(key))
        )
    return found


def reviewed_question(
    question: Question,
    place: int,
    response: dict[str, Any] | None,
    mark: Mark,
    *,
    dropped: bool = False,
) -> Shown:
    """One question word for word as it was shown, with its answer and what its mark says.

    After a regrade the lines tell the right answer that holds now.
    """
    spec, marked_by = question["spec"], spec_for_marking(question)
    by = question_type(marked_by["type"])
    return Shown(
        key=spec["key"],
        number=place + 1,
        spec=spec,
        # Nothing is filled in any more.
        presentation=Presentation((), image_of(spec)),
        response=response,
        lines=by.review(marked_by, question["order"], response, mark),
        mark=mark,
        dropped=dropped,
    )


@dataclass(frozen=True, slots=True)
class CompetencyLine:
    """What a result says of a competency.

    Args:
        percent: of its mark, 0 to 100, two places, rounded down as beside any pass mark; None where no question
            about it is left.
        least: its own pass mark; None without one.
        right: of `questions`, how many were right in every part.
    """

    title: str
    percent: Decimal | None
    least: Decimal | None
    right: int
    questions: int

    @property
    def missed(self) -> bool:
        return self.percent is not None and self.least is not None and self.percent < self.least


def by_competency(
    attempt: Attempt | OwnAttempt, worth: Outcome, titles: Mapping[str, str]
) -> list[CompetencyLine]:
    """The competencies of a marked attempt by the shares that their pass marks go by, in the order asked."""
    rights: dict[str, list[bool]] = {}
    for one in attempt.questions:
        name, key = one["spec"].get("competency"), one["spec"]["key"]
        if name and key not in attempt.dropped:
            rights.setdefault(name, []).append(worth.marks[key].plain["right"])
    pass_marks = attempt.assessment.get("competency_pass_marks") or {}
    return [
        CompetencyLine(
            titles.get(name, name),
            _percent_down(worth.competencies.get(name)),
            Decimal(pass_marks[name]) if name in pass_marks else None,
            sum(rights.get(name, ())),
            len(rights.get(name, ())),
        )
        for name in dict.fromkeys([*rights, *pass_marks])
    ]


def _percent_down(share: Decimal | None) -> Decimal | None:
    return None if share is None else Decimal(int(share * 10_000)).scaleb(-2)


def with_scenarios(
    questions: Sequence[Question], places: Iterable[int]
) -> Iterator[tuple[int, Mapping[str, Any] | None]]:
    """Each of these places with its scenario, at the first of the questions that share it; else None."""
    previous: str | None = None
    for place in places:
        scenario = questions[place]["spec"].get("scenario")
        key = scenario["key"] if scenario else None
        yield place, scenario if key is not None and key != previous else None
        previous = key
