"""Reading GIFT, the text format of Moodle, with the meaning that Moodle's own import gives it.

Source: Moodle's documentation *GIFT format* and the behaviour of its import (version 4). Where it
loses something without a word, this reader refuses the question instead: several answer blocks,
braces that do not pair, a number that is none.
"""

import re
from collections.abc import Iterator
from decimal import Decimal

from lms.interchange.amounts import fraction_of_percent, number, shortened, trimmed
from lms.interchange.limits import MOST_PARTS, refuse_many_questions
from lms.interchange.questions import (
    GAP,
    TEXT_FORMATS,
    Answer,
    ExchangedQuestion,
    Option,
    Pair,
    Rich,
    Skipped,
    TextFormat,
    UnusableQuestion,
)
from lms.interchange.source_text import BLANK, beginning_of, fault_in, stripped

#: Escaped signs stand as characters that no text may hold until the question is taken apart.
MARKS = {
    "~": "\ufdd0",
    "=": "\ufdd1",
    "#": "\ufdd2",
    "{": "\ufdd3",
    "}": "\ufdd4",
    ":": "\ufdd5",
    "n": "\ufdd6",
    "\\": "\\",
}
SIGNS = str.maketrans({mark: "\n" if sign == "n" else sign for sign, mark in MARKS.items()})
ESCAPE = re.compile(r"\\([~=#{}:n\\])")
WEIGHT = re.compile(r"%(-{0,2}[0-9]{1,20}(?:\.[0-9]{0,20})?)%")
FORMAT = re.compile(r"\[(" + "|".join(TEXT_FORMATS) + r")\]")
ID = re.compile(r"\[id:((?:\\\]|[^\]\x00-\x1f\x7f]){1,500})\]")
TAG = re.compile(r"\[tag:((?:\\\]|[^\]<>`\x00-\x1f\x7f]){1,500})\]")
#: One slash parts a path; two stand for a slash in a name.
PATH_SIGN = re.compile(r"(?<!/)/(?!/)")
#: How answers of Moodle's cloze begin, such as ``{1:SHORTANSWER:=water}``.
EMBEDDED = re.compile(r"[0-9]{0,6}:[A-Z_]{2,20}:")
BRACE = re.compile(r"(?<!\\)[{}]")
#: Stands where a blank line cut answers in two.
CUT = "\ufdd7"
#: Answers that were never closed reach no further.
MOST_LINES = 2_000
CATEGORY = "$CATEGORY:"
TRUE_FALSE = {"T": True, "TRUE": True, "F": False, "FALSE": False}

Category = tuple[str, ...] | None
Line = tuple[int, str]
Parts = dict[str, object]


def read_gift(text: str) -> tuple[list[ExchangedQuestion], list[Skipped]]:
    """Return the questions of a GIFT file and what was left out, each in file order.

    Args:
        text: as `lms.interchange.source_text.decoded` gives it.

    Raises:
        UnreadableFile: more than 20,000 questions.
    """
    questions: list[ExchangedQuestion] = []
    skipped: list[Skipped] = []
    category: Category = None
    for block in whole_blocks(text):
        comments = [line for _, line in block if _is_comment(line)]
        lines = [(at, line) for at, line in block if not _is_comment(line)]
        if lines and stripped(lines[0][1]).startswith(CATEGORY):
            named = _unescaped(stripped(lines[0][1]).removeprefix(CATEGORY))
            category, fault = category_path(named), fault_in(named)
            if fault:
                told = f"a sign of the category, which became �: {fault}"
                skipped.append(Skipped(lines[0][0], "", told, False))
            lines = lines[1:]
        if not lines:
            continue
        written = "\n".join(line for _, line in lines)
        try:
            question = _question(written, "\n".join(comments), lines[0][0], category)
            questions.append(question)
        except UnusableQuestion as fault:
            skipped.append(Skipped(lines[0][0], _name_of(written), str(fault)))
        refuse_many_questions(len(questions) + len(skipped))
    return questions, skipped


def whole_blocks(text: str) -> Iterator[list[Line]]:
    """Yield the blocks, with what a blank line within the answers cut off put back.

    Moodle takes the rest of such a question for another one; so that no answer becomes a question,
    the rest stays with its beginning, which is then refused as a whole.
    """
    held: list[Line] = []
    is_open = False
    for block in blocks(text):
        if is_open and len(held) < MOST_LINES and _looks_like_answers(block):
            held.append((held[-1][0] + 1, CUT))
            held += block
        else:
            if held:
                yield held
            held, is_open = list(block), False
        braces = [
            sign
            for _, line in block
            if not _is_comment(line) and not stripped(line).startswith(CATEGORY)
            for sign in BRACE.findall(line)
        ]
        is_open = braces[-1] == "{" if braces else is_open
    if held:
        yield held


def _looks_like_answers(block: list[Line]) -> bool:
    first = next((line for _, line in block if not _is_comment(line)), "")
    return stripped(first).startswith(("=", "~", "#", "}"))


def blocks(text: str) -> Iterator[list[Line]]:
    """Yield the stretches between blank lines, each line with its number.

    A category begins a stretch of its own, also right below a question or another category: in
    Moodle it would be part of that question's text.
    """
    block: list[Line] = []
    for at, line in enumerate(text.split("\n"), start=1):
        if stripped(line):
            begins = stripped(line).startswith(CATEGORY)
            if begins and any(not _is_comment(before) for _, before in block):
                yield block
                block = []
            block.append((at, line))
        elif block:
            yield block
            block = []
    if block:
        yield block


def category_path(written: str) -> Category:
    """Return the parts of a category's path, or None where nothing is written.

    A sign that nothing can hold becomes �.

    >>> category_path("$course$/top/Water // sanitation")
    ('$course$', 'top', 'Water / sanitation')
    """
    parts = [
        part.replace("//", "/").strip() for part in PATH_SIGN.split(fault_free(written.strip()))
    ]
    return tuple(part for part in parts if part) or None


def _is_comment(line: str) -> bool:
    return line.lstrip(BLANK).startswith("//")


def _question(written: str, comments: str, line: int, category: Category) -> ExchangedQuestion:
    if CUT in written.split("\n"):
        raise UnusableQuestion("a blank line stands between { and }; it ends a question")
    fault = fault_in(written) or fault_in(comments)
    if fault:
        raise UnusableQuestion(fault)
    text = stripped(ESCAPE.sub(lambda found: MARKS[found[1]], written))
    title, text = _title(text)
    before, answers, after = _taken_apart(text)
    if answers is None:
        asked, general = before, ""
    else:
        answers, general = _general_feedback(answers)
        asked = before + GAP + after if after else before
    question_text = rich(asked, "moodle")
    if not question_text.text:
        raise UnusableQuestion("the question has no text")
    form = question_text.format
    found_id = ID.search(comments)
    tags = tuple(_bracketed(found) for found in TAG.findall(comments))
    kind, parts = _kind(answers, form)
    return ExchangedQuestion(
        type=kind,
        name=title or beginning_of(question_text) or "Question",
        text=question_text,
        line=line,
        category=category,
        id=_bracketed(found_id[1]) or None if found_id else None,
        tags=tuple(tag for tag in tags if tag),
        general_feedback=optional(general, form),
        **parts,  # type: ignore[arg-type]
    )


def _title(text: str) -> tuple[str, str]:
    """Return the title, or nothing, and the text behind it."""
    if not text.startswith("::"):
        return "", text
    title, closed, rest = text[2:].partition("::")
    if not closed:
        return "", text[2:]
    return " ".join(_restored(title).split()), stripped(rest)


def _taken_apart(text: str) -> tuple[str, str | None, str]:
    """Return what stands before, between and behind the braces; None between where there are none.

    Raises:
        UnusableQuestion: braces that do not pair, or several pairs.
    """
    opened, closed = text.count("{"), text.count("}")
    if not opened and not closed:
        return text, None, ""
    if not closed:
        raise UnusableQuestion("the answers begin with { and do not end with }")
    if not opened:
        raise UnusableQuestion("} without {; a brace of the text itself is written \\}")
    start, end = text.index("{"), text.index("}")
    if opened > 1 or closed > 1 or end < start:
        raise UnusableQuestion(
            "more than one pair of braces; a brace of the text itself is written \\{ or \\}, and "
            "a blank line parts two questions"
        )
    return text[:start], stripped(text[start + 1 : end]), text[end + 1 :]


def _general_feedback(answers: str) -> tuple[str, str]:
    at = answers.rfind("####")
    return (answers, "") if at < 0 else (stripped(answers[:at]), answers[at + 4 :])


def _kind(answers: str | None, form: TextFormat) -> tuple[str, Parts]:
    """Return the type that the answers make, in the order in which Moodle asks, and its parts."""
    if answers is None:
        return "description", {}
    if not answers:
        return "essay", {}
    if EMBEDDED.match(answers):
        raise UnusableQuestion("embedded answers, which are no part of GIFT; take Moodle XML")
    if answers.startswith("#"):
        return "numeric", {"answers": _numbers(answers[1:], form)}
    if "~" in answers:
        options = _options(answers, form)
        return ("single_choice" if "=" in answers else "multiple_choice"), {"options": options}
    if "=" in answers and "->" in answers:
        return "matching", {"pairs": _pairs(answers, form)}
    word = stripped(answers.split("#", 1)[0])
    if word in TRUE_FALSE:
        # Feedback of the wrong answer comes first, whatever the right one is.
        _, wrong, right = [*answers.split("#", 2), "", ""][:3]
        feedback = {
            "feedback_wrong": optional(wrong, form),
            "feedback_right": optional(right, form),
        }
        return "true_false", {"correct": TRUE_FALSE[word], **feedback}
    return "short_text", {"answers": _words(answers, form)}


def _options(answers: str, form: TextFormat) -> tuple[Option, ...]:
    options = []
    for part in _parts(answers.replace("=", "~="), "~"):
        right = part.startswith("=")
        fraction, rest = _weighed(part[1:] if right else part, Decimal(int(right)))
        text, feedback = _with_feedback(rest, form)
        if text.text or feedback:
            options.append(Option(text, fraction, feedback))
    if len(options) < 2:
        raise UnusableQuestion("a choice needs two options or more")
    if all(option.fraction <= 0 for option in options):
        raise UnusableQuestion("no option is right")
    if any(not option.text.text for option in options):
        raise UnusableQuestion("an option has feedback and no text")
    return tuple(options)


def _pairs(answers: str, form: TextFormat) -> tuple[Pair, ...]:
    pairs = []
    for part in _parts(answers, "="):
        left, arrow, right = part.partition("->")
        if not arrow:
            raise UnusableQuestion(f"-> is missing in the pair {shortened(_restored(part))!r}")
        pair = Pair(rich(left, form), Rich(stripped(_restored(right)), "plain"))
        if not pair.right.text:
            raise UnusableQuestion(f"nothing stands after -> in {shortened(_restored(part))!r}")
        pairs.append(pair)
    if len(pairs) < 2:
        raise UnusableQuestion("matching needs two pairs or more")
    return tuple(pairs)


def _words(answers: str, form: TextFormat) -> tuple[Answer, ...]:
    found = []
    for part in _parts(answers, "="):
        fraction, rest = _weighed(part, Decimal(1))
        text, feedback = _with_feedback(rest, form)
        if not text.text:
            raise UnusableQuestion("an answer is empty")
        found.append(Answer(text=text.text, fraction=fraction, feedback=feedback))
    if all(answer.fraction <= 0 for answer in found):
        raise UnusableQuestion("no answer is right")
    return tuple(found)


def _numbers(answers: str, form: TextFormat) -> tuple[Answer, ...]:
    answers, tilde, wrong = answers.partition("~")
    found = []
    for part in _parts(answers, "="):
        fraction, rest = _weighed(part, Decimal(1))
        text, feedback = _with_feedback(rest, form)
        if text.text == "*":
            found.append(Answer(text="*", fraction=fraction, feedback=feedback))
        else:
            value, tolerance = numeric_range(text.text)
            answer = Answer(value=value, tolerance=tolerance, fraction=fraction, feedback=feedback)
            found.append(answer)
    if all(answer.fraction <= 0 for answer in found):
        raise UnusableQuestion("no number is given as the right answer")
    feedback = _with_feedback(wrong, form)[1]
    if tilde and feedback:
        found.append(Answer(text="*", fraction=Decimal(0), feedback=feedback))
    return tuple(found)


def numeric_range(written: str) -> tuple[Decimal, Decimal]:
    """Return value and tolerance of ``3``, ``3:0.5`` or ``1..5``.

    >>> numeric_range("1..5")
    (Decimal('3'), Decimal('2'))

    Raises:
        UnusableQuestion: not numbers, a tolerance below 0, or a range that runs backwards.
    """
    if written.find("..") > 0:
        low, _, high = written.partition("..")
        least, most = number(low), number(high)
        if most < least:
            raise UnusableQuestion(f"the range {shortened(written)} runs backwards")
        return trimmed((least + most) / 2), trimmed((most - least) / 2)
    value, _, tolerance = written.partition(":") if written.find(":") > 0 else (written, "", "")
    margin = number(tolerance) if tolerance.strip() else Decimal(0)
    if margin < 0:
        raise UnusableQuestion(f"the tolerance {shortened(tolerance.strip())} is less than 0")
    return trimmed(number(value)), trimmed(margin)


def _parts(answers: str, sign: str) -> list[str]:
    """Return the answers between signs, stripped; an empty first one is no answer."""
    parts = [stripped(part) for part in answers.split(sign)]
    parts = parts[1:] if not parts[0] else parts
    if len(parts) > MOST_PARTS:
        raise UnusableQuestion(f"more than {MOST_PARTS} answers")
    return parts


def _weighed(part: str, otherwise: Decimal) -> tuple[Decimal, str]:
    """Return the weight of an answer as a fraction, and the rest of the answer."""
    found = WEIGHT.match(part)
    if not found:
        return otherwise, part
    return fraction_of_percent(found[1]), part[found.end() :]


def _with_feedback(part: str, form: TextFormat) -> tuple[Rich, Rich | None]:
    text, _, feedback = part.partition("#")
    return rich(stripped(text), form), optional(feedback, form)


def rich(written: str, otherwise: TextFormat) -> Rich:
    """Return a text with the format that stands in front of it in brackets, or the other one."""
    form = FORMAT.match(written)
    if form:
        return Rich(stripped(_restored(written[form.end() :])), form[1])  # type: ignore[arg-type]
    return Rich(stripped(_restored(written)), otherwise)


def optional(written: str, otherwise: TextFormat) -> Rich | None:
    """Return a text as `rich` does; None where nothing is written."""
    found = rich(stripped(written), otherwise)
    return found if found.text else None


def _restored(text: str) -> str:
    return text.translate(SIGNS)


def _unescaped(text: str) -> str:
    return _restored(ESCAPE.sub(lambda found: MARKS[found[1]], text))


def _bracketed(text: str) -> str:
    return text.replace("\\]", "]").strip()


def _name_of(written: str) -> str:
    """Return the title or the beginning of a question that could not be read."""
    title, text = _title(stripped(ESCAPE.sub(lambda found: MARKS[found[1]], written[:4_000])))
    name = title or beginning_of(rich(text.partition("{")[0], "moodle"))
    return fault_free(name or beginning_of(Rich(_restored(text))))


def fault_free(name: str) -> str:
    """Return a name without characters that cannot be shown."""
    return "".join("�" if fault_in(sign) else sign for sign in name) if fault_in(name) else name
