"""A question as JSON, as `lms questions import --json` prints it; `docs/questions.md` defines it."""

from collections.abc import Iterator
from hashlib import sha256
from typing import Any

from lms.interchange.amounts import json_number, rounded
from lms.interchange.pictures import kind_of, size_of
from lms.interchange.questions import (
    Answer,
    ExchangedQuestion,
    Gap,
    Option,
    Picture,
    Rich,
    Skipped,
)

Json = dict[str, Any]


def to_json(question: ExchangedQuestion) -> Json:
    """Return a question as plain values that can be written as JSON.

    Always: ``type``, ``name``, ``text``, ``text_format``, ``category``, ``id``, ``tags``, ``line``,
    ``general_feedback``; then what the type needs; then, only where the file says something,
    the further fields of `docs/questions.md`.
    """
    shown: Json = {
        "type": question.type,
        "name": question.name,
        "text": question.text.text,
        "text_format": question.text.format,
        "category": None if question.category is None else list(question.category),
        "id": question.id,
        "tags": list(question.tags),
        "line": question.line,
        "general_feedback": _text(question.general_feedback),
    }
    return shown | _parts(question) | _further(question) | _image(question.picture)


def skipped_to_json(skipped: Skipped) -> Json:
    """Return what was left out as ``line``, ``name`` and ``reason``.

    The line is null where a whole file is meant.
    """
    return {"line": skipped.line or None, "name": skipped.name, "reason": skipped.reason}


def _parts(question: ExchangedQuestion) -> Json:
    match question.type:
        case "single_choice" | "multiple_choice":
            return {"options": [_option(option) for option in question.options]}
        case "true_false":
            return {
                "correct": question.correct,
                "feedback_right": _text(question.feedback_right),
                "feedback_wrong": _text(question.feedback_wrong),
            }
        case "numeric" | "short_text":
            is_number = question.type == "numeric"
            return {"answers": [_answer(answer, is_number) for answer in question.answers]}
        case "matching":
            return {"pairs": [[pair.left.text, pair.right.text] for pair in question.pairs]}
        case "ordering":
            return {"items": [item.text for item in question.items]}
        case "cloze":
            return {"gaps": [_gap(gap) for gap in question.gaps]}
    if question.children:
        return {"questions": [to_json(child) for child in question.children]}
    return {}


def _option(option: Option) -> Json:
    return {
        "text": option.text.text,
        "text_format": option.text.format,
        "fraction": json_number(rounded(option.fraction)),
        "feedback": _text(option.feedback),
    } | _image(option.picture)


def _image(picture: Picture | None) -> Json:
    """Return ``image``, where there is a picture: its name, what it shows, and what it is."""
    if picture is None:
        return {}
    kind, size = kind_of(picture.content), size_of(picture.content)
    told = {
        "file": picture.name,
        "alt": picture.alt or None,
        "media_type": kind.media_type if kind else None,
        "size_bytes": len(picture.content),
        "width": size[0] if size else None,
        "height": size[1] if size else None,
        "sha256": sha256(picture.content).hexdigest(),
    }
    return {"image": told}


def _answer(answer: Answer, is_number: bool) -> Json:
    weighed = {
        "fraction": json_number(rounded(answer.fraction)),
        "feedback": _text(answer.feedback),
    }
    if not is_number:
        return {"text": answer.text, **weighed}
    value = answer.text if answer.value is None else json_number(answer.value)
    return {"value": value, "tolerance": json_number(answer.tolerance), **weighed}


def _gap(gap: Gap) -> Json:
    shown: Json = {"kind": gap.kind, "weight": json_number(gap.weight)}
    if gap.kind == "choice":
        shown["options"] = [_option(option) for option in gap.options]
    else:
        shown["answers"] = [_answer(answer, gap.kind == "number") for answer in gap.answers]
    if gap.case_sensitive:
        shown["case_sensitive"] = True
    return shown


def _further(question: ExchangedQuestion) -> Json:
    further: Json = {}
    if question.type != "true_false":
        for part in ("feedback_right", "feedback_partly", "feedback_wrong"):
            further[part] = _text(getattr(question, part))
    further["hints"] = [hint.text for hint in question.hints]
    further["units"] = [
        {"name": unit.name, "multiplier": json_number(unit.multiplier)} for unit in question.units
    ]
    further["unit_required"] = question.unit_required
    further["unit_penalty"] = json_number(question.unit_penalty) if question.unit_penalty else None
    further["case_sensitive"] = question.case_sensitive
    further["grading"] = question.grading
    further["min_words"] = question.min_words
    further["max_words"] = question.max_words
    further["attachments"] = question.attachments
    further["grader_info"] = _text(question.grader_info)
    further["response_template"] = _text(question.response_template)
    further["formats"] = formats(question)
    shown = {name: value for name, value in further.items() if value}
    if question.penalty is not None:
        shown["penalty"] = json_number(question.penalty)
    if question.weight != 1:
        shown["weight"] = json_number(question.weight)
    return shown


def formats(question: ExchangedQuestion) -> dict[str, str]:
    """Return the format of each text whose format is neither told elsewhere nor to be expected.

    Expected are the format of the question's text, and plain text for right sides. Keys are paths,
    such as ``general_feedback``, ``options.0.feedback`` or ``pairs.2.left``.
    """
    expected = question.text.format
    return {
        path: text.format
        for path, text in _texts(question)
        if text is not None
        and text.text
        and text.format != ("plain" if path.endswith(".right") else expected)
    }


def longest_text(question: ExchangedQuestion) -> int:
    """Return how many characters the longest text of a question has."""
    options = (*question.options, *(option for gap in question.gaps for option in gap.options))
    answers = (*question.answers, *(answer for gap in question.gaps for answer in gap.answers))
    texts = [question.text, *(option.text for option in options)]
    texts += [text for _, text in _texts(question) if text is not None]
    return max(
        len(question.name),
        *(len(text.text) for text in texts),
        *(len(answer.text or "") for answer in answers),
    )


def _texts(question: ExchangedQuestion) -> Iterator[tuple[str, Rich | None]]:
    yield "general_feedback", question.general_feedback
    for part in ("feedback_right", "feedback_partly", "feedback_wrong"):
        yield part, getattr(question, part)
    yield "grader_info", question.grader_info
    yield "response_template", question.response_template
    for at, option in enumerate(question.options):
        yield f"options.{at}.feedback", option.feedback
    for at, answer in enumerate(question.answers):
        yield f"answers.{at}.feedback", answer.feedback
    for at, pair in enumerate(question.pairs):
        yield f"pairs.{at}.left", pair.left
        yield f"pairs.{at}.right", pair.right
    for at, text in enumerate(question.items):
        yield f"items.{at}", text
    for at, text in enumerate(question.hints):
        yield f"hints.{at}", text
    for at, gap in enumerate(question.gaps):
        for place, option in enumerate(gap.options):
            yield f"gaps.{at}.options.{place}.feedback", option.feedback
        for place, answer in enumerate(gap.answers):
            yield f"gaps.{at}.answers.{place}.feedback", answer.feedback


def _text(text: Rich | None) -> str | None:
    return text.text if text is not None and text.text else None
