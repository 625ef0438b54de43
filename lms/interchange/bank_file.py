"""The project's own YAML, which keeps everything of a question: the format of question banks."""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import replace
from typing import Any

import yaml

from lms.content.reader import plain_value
from lms.interchange.bank_tags import is_key, key_of
from lms.interchange.from_bank import from_spec
from lms.interchange.limits import refuse_many_questions
from lms.interchange.markup import not_carried
from lms.interchange.picture_texts import Files, no_files
from lms.interchange.pictures import fault_of, kept_name
from lms.interchange.questions import (
    ExchangedQuestion,
    Skipped,
    UnreadableFile,
    UnusableQuestion,
)
from lms.interchange.questions import pictures_of as held_pictures
from lms.interchange.source_text import fault_in
from lms.interchange.to_bank import NEEDED, to_spec, told_with_place
from lms.interchange.yaml_pieces import read_pieces
from lms.scoring import check_question
from lms.scoring.pictures import held_in, names_in

#: What a question says that comes from elsewhere and was never placed in a course. The keys tell
#: the author what is to be filled in.
UNPLACED = {
    "competency": "to-be-placed",
    "level": "awareness",
    "difficulty": 2,
    "lesson": "to-be-placed",
}
Spec = Mapping[str, Any]
#: libyaml where the wheel brings it: ten times as fast, the same text.
_FastDumper: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


def read_bank_file(
    text: str, files: Files = no_files
) -> tuple[list[ExchangedQuestion], list[Skipped]]:
    """Return the questions of a bank and what was left out, each in file order.

    Texts are shown in the language of the bank. Each question keeps its whole spec; a picture whose file is there
    gets the name there under which the site keeps it.

    Args:
        files: gives the bytes of a picture by its name.

    Raises:
        UnreadableFile: no YAML, no bank, or more than 20,000 questions.
    """
    value, lines, faults = read_pieces(text)
    if value is None or not isinstance(value, Mapping) or "questions" not in value:
        said = f"line {faults[0][0]}: {faults[0][2]}" if faults else "no list of questions is in it"
        raise UnreadableFile(f"the YAML is no question bank: {said}")
    listed = value["questions"]
    if not isinstance(listed, list):
        raise UnreadableFile("the YAML is no question bank: questions is not a list")
    refuse_many_questions(len(listed))
    language = value.get("language") if isinstance(value.get("language"), str) else "en"
    questions: list[ExchangedQuestion] = []
    skipped: list[Skipped] = []
    starts = [lines.get(("questions", at), 1) for at in range(len(listed))]
    for at, (spec, start) in enumerate(zip(listed, starts, strict=True)):
        end = starts[at + 1] if at + 1 < len(starts) else None
        inside = [said for line, _, said in faults if line >= start and (end is None or line < end)]
        try:
            if inside:
                raise UnusableQuestion("; ".join(dict.fromkeys(inside)))
            question, lost = _question(spec, str(language), start, files)
            questions.append(question)
            skipped += [Skipped(start, question.name, reason, False) for reason in lost]
        except UnusableQuestion as fault:
            skipped.append(Skipped(start, _name(spec), str(fault)))
    skipped = [
        *(
            Skipped(line, "", said, False)
            for line, _, said in faults
            if line < min(starts, default=1)
        ),
        *skipped,
    ]
    return questions, skipped


def _question(
    spec: Any, language: str, line: int, files: Files
) -> tuple[ExchangedQuestion, list[str]]:
    if not isinstance(spec, Mapping):
        raise UnusableQuestion("a question is a mapping of fields")
    faults = [told_with_place(fault) for fault in check_question(spec)]
    faults += [f"{name} is missing" for name in NEEDED if spec.get(name) in (None, "")]
    if faults:
        raise UnusableQuestion("; ".join(dict.fromkeys(faults)))
    named, contents, lost = _with_pictures(spec, files)
    question, _ = from_spec(named, language=language, files=contents.get)
    return replace(question, line=line), lost


def _with_pictures(spec: Spec, files: Files) -> tuple[Spec, dict[str, bytes], list[str]]:
    """Return a spec that names pictures as the site keeps them, their bytes by these names, and what was told."""
    lost: list[str] = []
    contents: dict[str, bytes] = {}
    kept: dict[str, str] = {}
    for name in names_in(spec):
        content = files(name)
        fault = fault_of(content) if content is not None else None
        if fault:
            lost.append(f"{not_carried('img', name)}: {fault}")
        elif content is not None:
            kept[name] = kept_name(content)
            contents[kept[name]] = content
    if not kept:
        return spec, contents, lost
    named = deepcopy(dict(spec))
    for part in held_in(named):
        part["image"]["file"] = kept.get(part["image"]["file"], part["image"]["file"])
    return named, contents, lost


def _name(spec: Any) -> str:
    """Return the key of a question that could not be read."""
    key = spec.get("key") if isinstance(spec, Mapping) else None
    return key[:80] if isinstance(key, str) and not fault_in(key) else ""


def write_bank_file(
    questions: Sequence[ExchangedQuestion], *, title: str, language: str, key: str | None
) -> tuple[str, dict[str, bytes], list[Skipped]]:
    """Return the questions as a bank, its pictures by name, and what was left out, in order.

    Args:
        title: of the bank, in its language; empty: the key.
        key: of the bank; None: made of the title.
    """
    written: list[Spec] = []
    left_out: list[Skipped] = []
    pictures: dict[str, bytes] = {}
    used: set[str] = set()
    for question in questions:
        spec, lost = to_spec(question, language=language, defaults=UNPLACED)
        if spec is None:
            left_out.append(Skipped(question.line, question.name, "; ".join(lost)))
            continue
        if question.spec is None:
            spec["key"] = _free(spec["key"], used)
            lost += [
                f"it names no {name}: {UNPLACED[name]} stands there"
                for name in NEEDED
                if not any(tag.startswith(f"{name}:") for tag in question.tags)
            ]
        used.add(spec["key"])
        written.append(spec)
        pictures |= {
            one.name if question.spec is not None else kept_name(one.content): one.content
            for one in held_pictures(question)
        }
        left_out += [Skipped(question.line, question.name, reason, False) for reason in lost]
    bank_key = key if key and is_key(key) else key_of(key, title or "questions")
    head = {"key": bank_key, "language": language, "title": {language: title or bank_key}}
    return _dumped(head | {"questions": written}), pictures, left_out


def _free(key: str, used: set[str]) -> str:
    """Return the key, or with a number behind it where another question has it."""
    if key not in used:
        return key
    at = 2
    while f"{key}-{at}" in used:
        at += 1
    return f"{key}-{at}"


class _Dumper(_FastDumper):
    """Writes texts so that our strict reader of YAML 1.2 reads them as texts, and no references."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    is_other = plain_value(text) != text or text != text.strip() or "\n" in text
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, '"' if is_other else None)


_Dumper.add_representer(str, _text)


def _dumped(bank: Spec) -> str:
    return yaml.dump(bank, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=100)
