"""What is typed into an item of QTI: which texts and numbers are right, and what they earn."""

from decimal import Decimal

from lms.interchange.amounts import number, trimmed
from lms.interchange.qti_declared import Declaration
from lms.interchange.qti_response import Rules, single_fractions, told_of_others, within
from lms.interchange.qti_rules import Marking, Test
from lms.interchange.questions import Answer, UnusableQuestion
from lms.interchange.source_text import fault_in


def words(declared: Declaration, rules: Rules, lost: list[str]) -> tuple[tuple[Answer, ...], bool]:
    """Return the texts that an entry takes, and whether capitals count.

    Raises:
        UnusableQuestion: nothing is right, or a character that is not allowed.
    """
    marking = rules.marking(declared)
    if marking.by == "rules":
        found = [(_looked_for(test, declared), score) for test, score in marking.scores]
        sensitive = [test.case_sensitive for test, score in marking.scores if score]
        told_of_others(marking.otherwise, lost)
        best = max(score for _, score in found)
        shares = [within(score / best, lost) for _, score in found] if best > 0 else []
    elif marking.by == "mapping":
        keys = [entry.key for entry in declared.entries]
        found = [(_as_written(entry.key), entry.value) for entry in declared.entries]
        sensitive = [entry.case_sensitive for entry in declared.entries]
        told_of_others(declared.default, lost)
        shares = single_fractions(declared, keys, marking, lost)
    else:
        found = [(_as_written(key), Decimal(1)) for key in declared.correct]
        sensitive = [True]
        told_of_others(marking.otherwise, lost)
        shares = single_fractions(declared, declared.correct, marking, lost)
    if not shares:
        raise UnusableQuestion("no right answer is declared")
    if len(set(sensitive)) > 1:
        lost.append("capitals count in some of its answers; here they count in all")
    answers = [
        Answer(text=text, fraction=share)
        for (text, _), share in zip(found, shares, strict=True)
        if text
    ]
    if any(not text and earned > 0 for text, earned in found):
        lost.append("what an empty answer earns")
    fault = fault_in("".join(text for text, _ in found))
    if fault:
        raise UnusableQuestion(fault)
    return tuple(answers), any(sensitive)


def _as_written(key: str) -> str:
    """Return a text in which a star is a star; elsewhere it would stand for any text."""
    return key.replace("*", "\\*")


def _looked_for(test: Test, declared: Declaration) -> str:
    if test.kind == "correct":
        return _as_written(declared.correct[0]) if declared.correct else ""
    text = _as_written(test.text)
    return f"*{text}*" if test.part and text else text


def numbers(declared: Declaration, rules: Rules, lost: list[str]) -> tuple[Answer, ...]:
    """Return the numbers that an entry takes.

    Raises:
        UnusableQuestion: nothing is right, or no number.
    """
    marking = rules.marking(declared)
    right = [trimmed(number(value)) for value in declared.correct]
    if marking.by == "rules":
        answers = _by_rules(marking, right, lost)
    elif marking.by == "mapping":
        keys = [entry.key for entry in declared.entries]
        shares = single_fractions(declared, keys, marking, lost)
        answers = [
            Answer(value=trimmed(number(key)), fraction=share)
            for key, share in zip(keys, shares, strict=True)
        ]
    else:
        answers = [Answer(value=value) for value in right]
    told_of_others(declared.default if marking.by == "mapping" else marking.otherwise, lost)
    if not any(answer.fraction > 0 for answer in answers):
        raise UnusableQuestion("no right answer is declared")
    return tuple(answers)


def _by_rules(marking: Marking, right: list[Decimal], lost: list[str]) -> list[Answer]:
    """Return the numbers that the rules of an item look for."""
    best = max(score for _, score in marking.scores)
    if best <= 0:
        return []
    answers = []
    for test, score in marking.scores:
        share = within(score / best, lost)
        if test.kind == "range":
            middle, margin = (test.low + test.high) / 2, (test.high - test.low) / 2
            answers.append(Answer(value=trimmed(middle), tolerance=trimmed(margin), fraction=share))
        else:
            answers += [Answer(value=value, fraction=share) for value in right]
    return answers
