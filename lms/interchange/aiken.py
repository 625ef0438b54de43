"""Aiken, the plainest format: a question, options with letters, and a line that names the answer.

Source: Moodle's documentation *Aiken format* and the behaviour of its import. A question may run
over several lines here, where Moodle takes the last of them alone.
"""

import re
from collections.abc import Sequence
from decimal import Decimal

from lms.interchange.gift_read import fault_free
from lms.interchange.limits import MOST_PARTS, refuse_many_questions
from lms.interchange.parts import unsaid_parts
from lms.interchange.questions import (
    ExchangedQuestion,
    Option,
    Rich,
    Skipped,
    UnusableQuestion,
)
from lms.interchange.source_text import beginning_of, fault_in, stripped

OPTION = re.compile(r"([A-Z])[.)][ \t]*(.*)", re.S)
ANSWER = re.compile(r"ANSWER[ \t]*:[ \t]*(.*)", re.I | re.S)
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


class _Question:
    """A question as far as it has been read."""

    def __init__(self, line: int) -> None:
        self.line = line
        self.asked: list[str] = []
        self.options: list[tuple[str, str]] = []
        self.gap = False
        self.answered = 0

    @property
    def text(self) -> str:
        return "\n".join(self.asked)


def read_aiken(text: str) -> tuple[list[ExchangedQuestion], list[Skipped]]:
    """Return the questions of an Aiken file and what was left out, each in file order.

    Raises:
        UnreadableFile: more than 20,000 questions.
    """
    questions: list[ExchangedQuestion] = []
    skipped: list[Skipped] = []
    current: _Question | None = None

    def close(answer: str | None) -> None:
        nonlocal current
        if current is None:
            return
        try:
            questions.append(_finished(current, answer))
        except UnusableQuestion as fault:
            skipped.append(Skipped(current.line, _name(current), str(fault)))
        current = None
        refuse_many_questions(len(questions) + len(skipped))

    for at, raw in enumerate(text.split("\n"), start=1):
        line = stripped(raw)
        if not line:
            if current is not None:
                current.gap = True
            continue
        answer, option = ANSWER.fullmatch(line), OPTION.fullmatch(line)
        if answer:
            current = current or _Question(at)
            current.answered = at
            close(stripped(answer[1]))
        elif option and _is_option(option[1], current):
            current = current or _Question(at)
            current.options.append((option[1], stripped(option[2])))
            current.gap = False
        else:
            if current is not None and (current.options or current.gap):
                close(None)
            current = current or _Question(at)
            current.asked.append(line)
    close(None)
    return questions, skipped


def _is_option(letter: str, current: _Question | None) -> bool:
    """Whether a line with a letter in front is an option and not the beginning of a question.

    Options begin with A, and only a question has them: ``U.S. law`` is no option U.
    """
    return letter == "A" if current is None or not current.options else True


def _finished(found: _Question, answer: str | None) -> ExchangedQuestion:
    fault = fault_in(found.text) or fault_in("".join(text for _, text in found.options))
    if fault:
        raise UnusableQuestion(fault)
    if not found.asked:
        raise UnusableQuestion("no question stands before the options or the ANSWER line")
    if answer is None:
        raise UnusableQuestion("the line ANSWER: is missing")
    if len(found.options) < 2:
        raise UnusableQuestion("a choice needs two options or more, such as A. and B.")
    if len(found.options) > MOST_PARTS:
        raise UnusableQuestion(f"more than {MOST_PARTS} options")
    letters = [letter for letter, _ in found.options]
    twice = next((letter for letter in letters if letters.count(letter) > 1), None)
    if twice:
        raise UnusableQuestion(f"two options have the letter {twice}")
    if any(not text for _, text in found.options):
        raise UnusableQuestion("an option has no text")
    right = answer.upper().rstrip(".)")
    if right not in letters:
        raise UnusableQuestion(
            f"line {found.answered}: ANSWER: {answer[:20]!r} is not one of {', '.join(letters)}; "
            "Aiken has one right answer"
        )
    text = Rich(found.text, "plain")
    return ExchangedQuestion(
        type="single_choice",
        name=beginning_of(text),
        text=text,
        line=found.line,
        options=tuple(
            Option(Rich(said, "plain"), Decimal(int(letter == right)))
            for letter, said in found.options
        ),
    )


def _name(found: _Question) -> str:
    return fault_free(beginning_of(Rich(found.text, "plain")))


def write_aiken(questions: Sequence[ExchangedQuestion]) -> tuple[str, list[Skipped]]:
    """Return the questions as Aiken, and what was left out, in order: all but single choices."""
    written: list[str] = []
    left_out: list[Skipped] = []
    for question in questions:
        try:
            text = _written(question)
        except UnusableQuestion as fault:
            left_out.append(Skipped(question.line, question.name, str(fault)))
            continue
        lost = [*unsaid_parts(question, ())]
        if question.name != beginning_of(question.text):
            lost.append("its name: this format has no place for it")
        left_out += [Skipped(question.line, question.name, reason, False) for reason in lost]
        written.append(text)
    return "\n".join(written), left_out


def _written(question: ExchangedQuestion) -> str:
    options = question.options
    if question.type != "single_choice":
        raise UnusableQuestion(f"Aiken has no questions of the type {question.type}")
    if sorted(option.fraction for option in options) != [Decimal(0)] * (len(options) - 1) + [1]:
        raise UnusableQuestion("Aiken has single choices with one right option and no part marks")
    if not 2 <= len(options) <= len(LETTERS):
        raise UnusableQuestion(f"Aiken has 2 to {len(LETTERS)} options")
    texts = [question.text, *(option.text for option in options)]
    if any(text.format not in ("plain", "moodle") for text in texts):
        raise UnusableQuestion("Aiken has plain text alone, without markup")
    asked = question.text.text.split("\n")
    if not all(stripped(line) == line and line for line in asked):
        raise UnusableQuestion("Aiken has no blank lines and no indents")
    if any(ANSWER.fullmatch(line) or OPTION.fullmatch(line) for line in asked):
        raise UnusableQuestion("a line of the question looks like an option or an answer of Aiken")
    if any("\n" in option.text.text or not option.text.text for option in options):
        raise UnusableQuestion("an option of Aiken is one line")
    right = next(at for at, option in enumerate(options) if option.fraction == 1)
    lines = [
        *asked,
        *(f"{LETTERS[at]}. {option.text.text}" for at, option in enumerate(options)),
        f"ANSWER: {LETTERS[right]}",
    ]
    text = "\n".join(lines) + "\n"
    fault = fault_in(text)
    if fault:
        raise UnusableQuestion(fault)
    return text
