"""Out of a bank into a file: a spec (`lms.scoring.question`) as an exchanged question."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from lms.content.texts import pick
from lms.interchange.amounts import rounded, trimmed
from lms.interchange.bank_parts import our_cost, our_gain
from lms.interchange.bank_tags import DISGUISED, NO_EXPLANATION, told
from lms.interchange.gift_read import category_path
from lms.interchange.markup import not_carried
from lms.interchange.picture_texts import Files, no_files
from lms.interchange.pictures import fault_of
from lms.interchange.questions import (
    Answer,
    ExchangedQuestion,
    Gap,
    Option,
    Pair,
    Picture,
    Rich,
    Unit,
)
from lms.interchange.source_text import beginning_of, stripped

Spec = Mapping[str, Any]
#: Fields that travel as tags, in this order.
AS_TAGS = ("competency", "level", "difficulty", "lesson", "use", "source")
#: Fields that other formats have no place for, and what is said of them.
UNSAID = {
    "points": "its points",
    "criteria": "the marking criteria",
    "markers": "how many people mark it",
}


def from_spec(
    spec: Spec, *, language: str, files: Files = no_files
) -> tuple[ExchangedQuestion, list[str]]:
    """Return a question of a bank as it travels, and what of it other formats do not carry.

    The question keeps the whole spec, which the project's own YAML writes. What is lost elsewhere
    stands in the question too, and `write_questions` tells of it where it applies: whoever writes a
    file need not look at the second value.

    Args:
        spec: of a bank, without faults; of a type that a plugin brings only key and text travel.
        language: the one in which the texts travel; where a text is not in it, the next best.
        files: gives the bytes of a picture by the name that the spec has for it.
    """
    reader = _Reader(language, files)
    question = _question(spec, reader)
    others = sorted(reader.languages - {language})
    losses = list(reader.losses)
    if others:
        losses.append(f"the texts in {', '.join(others)}: one language travels in a file")
    losses = list(dict.fromkeys(losses))
    return replace(question, spec=spec, losses=tuple(losses)), losses


class _Reader:
    """Texts of one language; remembers which others there are, and what is lost."""

    def __init__(self, language: str, files: Files) -> None:
        self.language = language
        self.files = files
        self.languages: set[str] = set()
        self.losses: list[str] = []

    def rich(self, texts: Mapping[str, str]) -> Rich:
        self.languages |= set(texts)
        return Rich(stripped(pick(texts, self.language)[0]), "plain")

    def optional(self, texts: Mapping[str, str] | None) -> Rich | None:
        return self.rich(texts) if texts else None

    def picture(self, holder: Spec) -> Picture | None:
        """Return the picture of a question or an option; tell of it where its bytes are not there."""
        image = holder.get("image")
        if not image:
            return None
        content = self.files(image["file"])
        if content is None or fault_of(content):
            self.losses.append(not_carried("img", image["file"]))
            return None
        alt = self.rich(image["alt"]).text if image.get("alt") else ""
        return Picture(content, " ".join(alt.split()), image["file"])


def _question(spec: Spec, reader: _Reader) -> ExchangedQuestion:
    kind = str(spec["type"])
    text = reader.rich(spec["text"])
    fields, tags = told(spec.get("tags") or ())
    reader.losses += [words for name, words in UNSAID.items() if spec.get(name)]
    explained = spec.get("explanation")
    if explained and all(said in NO_EXPLANATION.values() for said in explained.values()):
        explained = None
    if spec.get("general_feedback"):
        if explained:
            reader.losses.append("the general feedback beside the explanation")
        explained = explained or spec["general_feedback"]
    penalty = fields.get("penalty")
    return ExchangedQuestion(
        type=DISGUISED.get(kind, kind),
        name=beginning_of(text),
        text=text,
        category=category_path(fields.get("category", "")),
        id=fields.get("id") or spec["key"],
        tags=(*_field_tags(spec, kind), *tags),
        general_feedback=reader.optional(explained),
        hints=tuple(reader.rich(hint) for hint in spec.get("hints") or ()),
        penalty=Decimal(penalty) if penalty else None,
        weight=trimmed(Decimal(spec.get("weight") or "1")),
        picture=reader.picture(spec),
        **_feedback(spec, reader),
        **_parts(kind, spec, reader),
    )


def _field_tags(spec: Spec, kind: str) -> Iterator[str]:
    for name in AS_TAGS:
        if spec.get(name) and not (name == "use" and kind in ("description", "scenario_set")):
            yield f"{name}:{spec[name]}"
    if kind in DISGUISED:
        yield f"type:{kind}"
    if kind == "file_upload":
        yield "accept:" + " ".join(spec["accept"])
        yield f"max-bytes:{spec['max_bytes']}"


def _feedback(spec: Spec, reader: _Reader) -> dict[str, Any]:
    names = ("feedback_right", "feedback_partly", "feedback_wrong")
    said = {name: reader.optional(spec.get(name)) for name in names}
    if spec["type"] == "true_false":
        by_truth = {truth: spec.get(f"feedback_{str(truth).lower()}") for truth in (True, False)}
        if any(by_truth.values()):
            if any(said.values()):
                reader.losses.append("the feedback by result, beside that for true and false")
            right = bool(spec["answer"])
            said["feedback_right"] = reader.optional(by_truth[right])
            said["feedback_wrong"] = reader.optional(by_truth[not right])
    return said


def _parts(kind: str, spec: Spec, reader: _Reader) -> dict[str, Any]:
    match kind:
        case "single_choice" | "situational_judgement":
            return {"options": _credited(spec["options"], reader)}
        case "multiple_choice":
            return {"options": _weighted(spec, reader)} | _grading(spec)
        case "true_false":
            return {"correct": bool(spec["answer"])}
        case "numeric":
            return {"answers": _numbers(spec, reader), **_units(spec, reader)}
        case "short_text":
            sensitive = bool(spec.get("case_sensitive"))
            return {"answers": _words(spec, reader), "case_sensitive": sensitive}
        case "matching":
            pairs = [
                Pair(reader.rich(pair["left"]), reader.rich(pair["right"]))
                for pair in spec["pairs"]
            ]
            wrong = [Pair(Rich(""), reader.rich(one)) for one in spec.get("distractors") or ()]
            return {"pairs": (*pairs, *wrong)} | _grading(spec)
        case "ordering":
            return {
                "items": tuple(reader.rich(item["text"]) for item in spec["items"]),
            } | _grading(spec)
        case "cloze":
            return {"gaps": tuple(_gap(gap, reader) for gap in spec["gaps"])} | _grading(spec)
        case "essay":
            return {"min_words": spec.get("min_words"), "max_words": spec.get("max_words")}
        case "file_upload":
            return {"attachments": 1}
        case "scenario_set":
            asked = (
                from_spec(one, language=reader.language, files=reader.files)[0]
                for one in spec["questions"]
            )
            return {"children": tuple(asked)}
    return {}


def _option(option: Spec, fraction: Decimal, reader: _Reader) -> Option:
    text, feedback = reader.rich(option["text"]), reader.optional(option.get("explanation"))
    return Option(text, rounded(fraction), feedback, reader.picture(option))


def _credited(options: Sequence[Spec], reader: _Reader) -> tuple[Option, ...]:
    return tuple(
        _option(one, Decimal(1 if one.get("correct") else one.get("credit") or 0), reader)
        for one in options
    )


def _grading(spec: Spec) -> dict[str, Any]:
    return {"grading": "exact"} if spec.get("grading") == "exact" else {}


def _weighted(spec: Spec, reader: _Reader) -> tuple[Option, ...]:
    options: Sequence[Spec] = spec["options"]
    if any(option.get("weight") is not None for option in options):
        return tuple(_option(one, Decimal(one.get("weight") or 0), reader) for one in options)
    right = sum(bool(option.get("correct")) for option in options)
    gain = our_gain(right)
    # Where only the whole counts, a wrong option costs nothing more than that.
    is_exact = spec.get("grading") == "exact"
    cost = Decimal(0) if is_exact else our_cost(right, len(options) - right)
    return tuple(_option(one, gain if one.get("correct") else cost, reader) for one in options)


def _numbers(spec: Spec, reader: _Reader) -> tuple[Answer, ...]:
    return tuple(_number(answer, reader) for answer in spec.get("answers") or [spec])


def _number(answer: Spec, reader: _Reader) -> Answer:
    if answer.get("low") is not None:
        low, high = Decimal(answer["low"]), Decimal(answer["high"])
        value, tolerance = (low + high) / 2, (high - low) / 2
    else:
        value, tolerance = Decimal(answer["value"]), Decimal(answer.get("tolerance") or 0)
    return Answer(
        value=trimmed(value),
        tolerance=trimmed(tolerance),
        fraction=_credit(answer),
        feedback=reader.optional(answer.get("feedback")),
    )


def _credit(answer: Spec) -> Decimal:
    written = answer.get("credit")
    return Decimal(1) if written is None else rounded(Decimal(written))


def _words(spec: Spec, reader: _Reader) -> tuple[Answer, ...]:
    accepted: Mapping[str, Sequence[str]] = spec.get("accepted") or {}
    reader.languages |= set(accepted)
    chosen = _language_of(accepted, reader.language)
    words = [Answer(text=stripped(text).replace("*", "\\*")) for text in accepted.get(chosen, ())]
    for answer in spec.get("answers") or ():
        text, feedback = reader.rich(answer["text"]), reader.optional(answer.get("feedback"))
        words.append(Answer(text=text.text, fraction=_credit(answer), feedback=feedback))
    return tuple(words)


def _language_of(by_language: Mapping[str, Any], language: str) -> str:
    return pick({name: name for name in by_language}, language)[0]


def _units(spec: Spec, reader: _Reader) -> dict[str, Any]:
    if spec.get("unit"):
        return {"units": (Unit(reader.rich(spec["unit"]).text),)}
    if not spec.get("units"):
        return {}
    units = []
    for unit in spec["units"]:
        multiplier = (1 / Decimal(unit["factor"])).quantize(Decimal("1e-20"))
        if multiplier * Decimal(unit["factor"]) != 1:
            reader.losses.append(f"the exact factor of the unit {unit['names'][0]!r}")
        units += [Unit(name, trimmed(multiplier)) for name in unit["names"]]
    # Elsewhere the first unit is the one in which the answers stand.
    units.sort(key=lambda unit: unit.multiplier != 1)
    return {
        "units": tuple(units),
        "unit_required": bool(spec.get("unit_required")),
        "unit_penalty": trimmed(Decimal(spec.get("unit_penalty") or "1")),
    }


def _gap(gap: Spec, reader: _Reader) -> Gap:
    weight = trimmed(Decimal(gap.get("weight") or "1"))
    if gap["kind"] == "choice":
        options = _credited(gap["options"], reader)
        reader.losses += [
            not_carried("img", one.picture.name) for one in options if one.picture is not None
        ]
        options = tuple(replace(one, picture=None) for one in options)
        return Gap("choice", options=options, weight=weight)
    if gap["kind"] == "number":
        if gap.get("unit") or gap.get("units"):
            reader.losses.append("the unit of a gap")
        return Gap("number", answers=_numbers(gap, reader), weight=weight)
    sensitive = bool(gap.get("case_sensitive"))
    return Gap("text", answers=_words(gap, reader), weight=weight, case_sensitive=sensitive)
