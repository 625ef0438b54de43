"""What gives a question bank away: where right options stand, how long they are, what is not said."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from lms.content.banks import AnyQuestion, Bank
from lms.content.guards.codes import warning
from lms.content.problems import Problem
from lms.content.questions import MultipleChoiceQuestion, SingleChoiceQuestion, TrueFalseQuestion
from lms.content.reader import Document, Where

#: Fewer assessment questions, and people who try again meet the same ones.
FEWEST_QUESTIONS = 18
#: Of the single-choice questions. By chance alone one in four or less has the longest right.
LARGEST_SHARE = 0.4
#: Shorter by a tenth is seen at a glance; a letter less is not.
SHORTER = 0.9
#: Fewer questions, and a share or a spread says nothing.
FEW_CHOICES = 10
#: So many true-false questions with one answer are a pattern that people see.
FEW_STATEMENTS = 4
#: Upper 5 % points of chi-square by degrees of freedom (NIST/SEMATECH e-Handbook, 1.3.6.7.4).
CHI_SQUARE_5_PERCENT = {
    1: 3.841,
    2: 5.991,
    3: 7.815,
    4: 9.488,
    5: 11.070,
    6: 12.592,
    7: 14.067,
}
ALL_OR_NONE = re.compile(
    r"\b(?:all|none|both|neither)\s+(?:of\s+)?(?:the\s+)?(?:above|below|these|answers)\b"
    r"|\b(?:a\s+and\s+b|a,\s*b\s+and\s+c)\b"
    r"|\b(?:toutes?|tous|aucune?)\s+(?:les|des|de\s+ces)?\s*"
    r"(?:réponses?|propositions?|options?|ci-dessus|précédente?s?)"
    r"|(?:جميع|كل|لا شيء من|لا شيء مما|ليس أي من|لا أحد من)\s*(?:ما\s+)?"
    r"(?:سبق|ذُ?كر|الإجابات|الخيارات|ما ورد|أعلاه)",
    re.IGNORECASE,
)


def few_questions(bank: Bank, document: Document) -> Iterator[Problem]:
    """Warn of a bank with fewer questions for assessments than a quiz needs to differ each time."""
    number = sum(question.use == "assessment" for question in bank.questions)
    if number < FEWEST_QUESTIONS:
        count = "1 question" if number == 1 else f"{number} questions"
        found = f"{count} for the assessment; at least {FEWEST_QUESTIONS} are expected"
        line = document.line(("questions",))
        yield warning(document.path, line, "bank.few-questions", found)


def length_bias(bank: Bank, document: Document) -> Iterator[Problem]:
    """Warn where the length of options gives the right one away, in any language of the bank.

    The right option is the longest only where it is so alone, and the shortest where it is so by a
    tenth. Counted are the single-choice questions that have all options in the language; ten or
    more are needed.
    """
    choices = _single_choices(bank)
    languages = {language for question in choices for language in question.text}
    for language in sorted(languages):
        longest: list[bool] = []
        shortest: list[bool] = []
        for question in choices:
            if not all(language in option.text for option in question.options):
                continue
            right = [len(one.text[language]) for one in question.options if one.correct]
            wrong = [len(one.text[language]) for one in question.options if not one.correct]
            if len(right) == 1 and wrong:
                longest.append(right[0] > max(wrong))
                shortest.append(right[0] < SHORTER * min(wrong))
        for code, hits in (("bank.longest-right", longest), ("bank.shortest-right", shortest)):
            if len(hits) >= FEW_CHOICES and sum(hits) > LARGEST_SHARE * len(hits):
                which = code.removeprefix("bank.").removesuffix("-right")
                found = (
                    f"in {language} the right option is the {which} in {sum(hits)} of {len(hits)} "
                    f"single-choice questions; at most {LARGEST_SHARE:.0%} are expected"
                )
                yield warning(document.path, document.line(("questions",)), code, found)


def uneven_keys(bank: Bank, document: Document) -> Iterator[Problem]:
    """Warn where right options stand too often in one place, or all statements have one answer.

    Pearson's chi-square for places: each place is expected as often as chance would have it with
    the numbers of options that the questions have; warned is beyond the 5 % point. Ten
    single-choice questions or more are needed.

    Source: Koehler & Larntz (1980), An empirical investigation of goodness-of-fit statistics for
    sparse multinomials, Journal of the American Statistical Association 75, 336-344: good for ten
    cases or more where their square is ten times the number of classes.
    """
    choices = _single_choices(bank)
    line = document.line(("questions",))
    statistic, freedom, places = key_spread(choices)
    point = CHI_SQUARE_5_PERCENT.get(freedom)
    if len(choices) >= FEW_CHOICES and point is not None and statistic > point:
        told = ", ".join(f"{place + 1}: {places[place]}" for place in sorted(places))
        found = (
            f"places of the right option in {len(choices)} single-choice questions ({told}) are "
            f"uneven: chi-square {statistic:.1f}, 5 % point {point:.1f}"
        )
        yield warning(document.path, line, "bank.keys-uneven", found)
    answers = [
        question.answer
        for _where, question in bank.with_places()
        if isinstance(question, TrueFalseQuestion)
    ]
    if len(answers) >= FEW_STATEMENTS and len(set(answers)) == 1:
        found = f"all {len(answers)} true-false questions have the answer {str(answers[0]).lower()}"
        yield warning(document.path, line, "bank.same-answer", found)


def key_spread(choices: Sequence[SingleChoiceQuestion]) -> tuple[float, int, Counter[int]]:
    """Return chi-square, its degrees of freedom, and how often the right option has each place.

    Places count from 0. Without questions all is 0.
    """
    places: Counter[int] = Counter()
    expected: Counter[int] = Counter()
    for question in choices:
        for place, option in enumerate(question.options):
            expected[place] += 1 / len(question.options)  # type: ignore[assignment]
            places[place] += option.correct
    statistic = sum((places[at] - expected[at]) ** 2 / expected[at] for at in expected)
    return statistic, max(0, len(expected) - 1), places


def all_or_none(bank: Bank, document: Document) -> Iterator[Problem]:
    """Warn of "all of the above" and its kin, in English, French and Arabic."""
    for where, question, options in _options(bank):
        for at, option in enumerate(options):
            for language, text in option.text.items():
                if ALL_OR_NONE.search(text):
                    found = f"{question.key}: the option {text!r} is about the other options"
                    line = document.line((*where, "options", at, "text", language))
                    yield warning(document.path, line, "bank.all-or-none", found)


def unexplained_options(bank: Bank, document: Document) -> Iterator[Problem]:
    """Warn of options of a choice that do not say why they are right or wrong."""
    for where, question, options in _options(bank):
        for at, option in enumerate(options):
            if option.explanation is None:
                found = f"{question.key}: option {option.key} has no explanation"
                line = document.line((*where, "options", at))
                yield warning(document.path, line, "bank.option-unexplained", found)


def _single_choices(bank: Bank) -> list[SingleChoiceQuestion]:
    return [
        question
        for _where, question in bank.with_places()
        if isinstance(question, SingleChoiceQuestion)
    ]


def _options(bank: Bank) -> Iterator[tuple[Where, AnyQuestion, Sequence[Any]]]:
    for where, question in bank.with_places():
        if isinstance(question, SingleChoiceQuestion | MultipleChoiceQuestion):
            yield where, question, question.options
