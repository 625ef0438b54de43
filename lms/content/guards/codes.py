"""What is warned of: a permanent code for each warning, and what to do about it."""

from pathlib import Path

from lms.content.problems import Problem

#: By code: the remedy, as it is told with every warning of that code.
REMEDIES = {
    "lesson.short": "say more about each point, or make it a part of another lesson",
    "lesson.long": "cut what the objective does not need, or make two lessons of it",
    "sentence.long": "make two of it",
    "sentence.mean": "make two of the longest",
    "readability.hard": "use shorter words and sentences",
    "acronym.unexplained": "write it in full at its first use, with the letters in brackets",
    "citation.none": "cite the source as [KEY], or take the statement out",
    "citation.not-used": "cite it where the text uses it, or take it out of the head",
    "citation.unused-source": "cite it in a lesson or a question, or take it out of sources",
    "citation.lost": "cite it at the same place as the original",
    "translation.unmarked": "say who looked at it, or that nobody has, under review",
    "reference.dead": "write what is there, or take the reference out",
    "term.not-linked": "add it to key_terms in the head",
    "term.not-in-text": "use the glossary's wording in the text, or take it out of key_terms",
    "bank.few-questions": "write more questions with use: assessment",
    "bank.longest-right": "shorten right options, or make wrong ones as long",
    "bank.shortest-right": "lengthen right options, or make wrong ones as short",
    "bank.keys-uneven": "put right options into other places",
    "bank.same-answer": "turn some of the statements round",
    "bank.all-or-none": "write a real option in its place",
    "bank.option-unexplained": "say why it is right, or what is wrong with it, under explanation",
    "coverage.few-questions": "write questions for it, or take it out of the course's competencies",
    "coverage.level": "write questions at that level, or declare a lower one",
    "coverage.undeclared": "declare it in course.yaml, or give the question another competency",
    "coverage.not-drawn": "add a draw for it, or take it out of the course's competencies",
    "coverage.small-pool": "write more questions, or draw fewer",
    "accepted.unused": "take it out",
}


def warning(path: Path, line: int, code: str, found: str) -> Problem:
    """Return a warning with the remedy of its code.

    Raises:
        KeyError: there is no such code.
    """
    return Problem(path, line, code, found, "warning", REMEDIES[code])
