"""check_question_type(): what every question type passes, ours and others'."""

import json
from collections.abc import Mapping, Sequence
from copy import deepcopy
from decimal import Decimal
from fractions import Fraction
from typing import Any

from lms.scoring.presentation import (
    CONTROL_KINDS,
    Control,
    Presentation,
    ReviewLine,
    Text,
    filled_in,
)
from lms.scoring.question import Mark, QuestionType, Response, Spec, UnusableAnswer
from lms.scoring.registry import NEEDED, Registry
from lms.scoring.types import TYPES, check_question

#: Sent to every field in turn: no option, no number, no file, and far too long.
NONSENSE = ("no such option", "\u200f٣ ,5 x", "{]", "x" * 30_000)
SEEDS = (0, 1, "attempt")


def check_question_type(kind: QuestionType, sample_specs: Sequence[Spec]) -> None:
    """Hold a type against the contract of `QuestionType`, with well-written questions of it.

    Give a question for each way in which the type can be written.

    Raises:
        AssertionError: naming the question by its key and what the type breaks.
    """
    lacking = [part for part in NEEDED if not hasattr(kind, part)]
    if lacking:
        raise AssertionError(f"it lacks {', '.join(lacking)} of the QuestionType protocol")
    if not isinstance(kind.name, str) or not kind.name.isidentifier():
        raise AssertionError(f"its name {kind.name!r} is no word of letters and underscores")
    if not sample_specs:
        raise AssertionError("give at least one question of this type")
    kind.check({})  # An author's half-written question has problems, and raises nothing.
    types = Registry([*(known for known in TYPES.values() if known.name != kind.name), kind])
    for spec in sample_specs:
        _check_spec(kind, deepcopy(dict(spec)), types)


def _check_spec(kind: QuestionType, spec: dict[str, Any], types: Mapping[str, Any]) -> None:
    def demand(holds: bool, message: str) -> None:
        if not holds:
            raise AssertionError(f"{kind.name}, question {spec.get('key')}: {message}")

    before = deepcopy(spec)
    demand(spec.get("type") == kind.name, "its type is another")
    demand(not check_question(spec, types), f"faults: {check_question(spec, types)}")
    demand(_is_plain(spec), "it cannot be written as JSON")
    for seed in SEEDS:
        for shuffle in (True, False):
            order = kind.order(spec, seed, shuffle)
            demand(kind.order(spec, seed, shuffle) == order, "the same seed gives two orders")
            demand(_is_plain(order), "its order is not plain JSON")
    formula = kind.formula_of(spec)
    demand(formula.split(".")[0] == kind.name, f"the formula {formula!r} does not name the type")
    guess = kind.guess_share(spec)
    demand(guess is None or (isinstance(guess, Fraction) and 0 <= guess <= 1), f"guess: {guess}")
    demand(guess is None or (kind.asks and not kind.marked_by_hand), "there is nothing to guess")
    _check_unanswered(kind, spec, demand)
    _check_right_answer(kind, spec, demand)
    for order in ({}, kind.order(spec, "attempt", True)):
        for response in (None, kind.right_answer(spec) if kind.asks else None):
            _check_shown(kind, spec, order, response, demand)
    _check_nonsense(kind, spec, demand)
    demand(spec == before, "a function has changed the spec")


def _check_unanswered(kind: QuestionType, spec: Spec, demand: Any) -> None:
    demand(kind.parse(spec, {}) is None, "an empty form is an answer")
    blank = {control.field: ["", " "] for control in kind.present(spec, {}, None).controls}
    demand(kind.parse(spec, blank) is None, "a blank form is an answer")
    nothing = kind.mark(spec, None)
    demand(
        (nothing.share, nothing.right, nothing.pending) == (Decimal(0), False, False),
        "no answer is worth something, or waits for a marker",
    )
    demand(kind.choices_made(spec, None) in ((), None), "without an answer, options are chosen")


def _check_right_answer(kind: QuestionType, spec: Spec, demand: Any) -> None:
    right = kind.right_answer(spec)
    demand(_is_plain(right), "the right answer is not plain JSON")
    if not kind.asks:
        demand(right == {}, "nothing is asked, and there is a right answer")
        return
    mark = kind.mark(spec, right)
    _check_mark(mark, demand)
    demand(mark.pending == kind.marked_by_hand, "pending and marked_by_hand do not agree")
    demand(
        kind.marked_by_hand or (mark.right and mark.share == 1),
        "the right answer does not earn the full mark",
    )
    sent = filled_in(kind.present(spec, {}, right))
    demand(
        kind.parse(spec, sent) is not None and kind.mark(spec, kind.parse(spec, sent)) == mark,
        "what is filled in is not what was answered",
    )
    made, keyed, texts = (
        kind.choices_made(spec, right),
        kind.keyed_choices(spec),
        kind.choice_texts(spec),
    )
    if made is None:
        demand(not keyed and not texts, "there are options, and choices_made says there are none")
    else:
        demand(set(made) <= set(keyed), "the right answer chooses what is not keyed")
        demand(set(keyed) <= set(texts), "a right option has no text")
        demand(all(texts.values()), "an option has no text")


def _check_shown(
    kind: QuestionType,
    spec: Spec,
    order: Mapping[str, Any],
    response: Response | None,
    demand: Any,
) -> None:
    shown = kind.present(spec, order, response)
    demand(isinstance(shown, Presentation), "present gives no Presentation")
    demand(any(isinstance(part, Text) for part in shown.parts), "it shows no text")
    demand(bool(shown.controls) == kind.asks, "controls and asks do not agree")
    fields = [control.field for control in shown.controls]
    demand(len(set(fields)) == len(fields), "two controls have one field")
    for control in shown.controls:
        _check_control(control, demand)
        demand(response is not None or not control.values, "unanswered, and filled in")
    mark = kind.mark(spec, response)
    lines = kind.review(spec, order, response, mark)
    demand(
        isinstance(lines, tuple) and all(isinstance(line, ReviewLine) for line in lines),
        "review gives no tuple of ReviewLine",
    )
    demand(bool(lines) == kind.asks, "a review says nothing, or something of what is not asked")


def _check_control(control: Control, demand: Any) -> None:
    demand(control.kind in CONTROL_KINDS, f"no control is a {control.kind!r}")
    # A colon parts a question's key from the field on a page with several questions.
    demand(bool(control.field) and ":" not in control.field, f"field {control.field!r}")
    choosing = control.kind in ("radio", "checkbox", "select")
    demand(bool(control.choices) == choosing, f"choices of {control.field}")
    offered = {choice.value for choice in control.choices}
    demand(len(offered) == len(control.choices), f"{control.field} offers a value twice")
    demand(not choosing or set(control.values) <= offered, f"{control.field} holds a foreign value")
    demand(control.kind == "checkbox" or len(control.values) <= 1, f"{control.field} holds several")


def _check_nonsense(kind: QuestionType, spec: Spec, demand: Any) -> None:
    for control in kind.present(spec, {}, None).controls:
        for sent in NONSENSE:
            try:
                response = kind.parse(spec, {control.field: [sent]})
            except UnusableAnswer as refusal:
                demand(refusal.code.startswith("answer."), f"refused with {refusal.code}")
                continue
            demand(_is_plain(response), "a response is not plain JSON")
            _check_mark(kind.mark(spec, response), demand)


def _check_mark(mark: Mark, demand: Any) -> None:
    demand(isinstance(mark, Mark) and mark.right == (mark.share == 1), "right, and share is not 1")
    detail = dict(mark.detail)
    demand(_is_plain(detail), "a mark's detail is not plain JSON")


def _is_plain(value: Any) -> bool:
    try:
        return bool(json.loads(json.dumps(value)) == value)
    except (TypeError, ValueError):
        return False
