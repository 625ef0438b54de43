"""Files of questions into what a bank keeps, and a bank into a file. Bytes and values; no database.

The formats are `lms.interchange`'s. What is added here: the form in which a bank keeps a question (the one that
`lms.content.questions` gives those of its files, so that the same question has the same hash wherever it came
from), and what may be missing: a question from elsewhere need not say which competency it asks for.
"""

import json
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace
from typing import Any, get_args

from pydantic import TypeAdapter, ValidationError

from lms.content.courses import Level
from lms.content.questions import AnyQuestion, Question
from lms.content.shape import digest, plain
from lms.interchange import (
    FORMATS,
    ExchangedQuestion,
    Rich,
    Skipped,
    UnreadableFile,
    from_spec,
    known_format,
    read_questions,
    to_spec,
    write_questions,
)
from lms.interchange.bank_tags import no_explanation
from lms.interchange.bank_zip import name_alone
from lms.interchange.markup import told_of
from lms.interchange.picture_texts import Files, no_files
from lms.interchange.pictures import kept_name
from lms.interchange.questions import in_file, pictures_of
from lms.interchange.scenarios import apart, join_scenarios
from lms.questions.titles import USE, as_known_elsewhere, title_kept
from lms.scoring import fold
from lms.scoring.pictures import held_in, is_kept, names_in

Spec = dict[str, Any]

#: What a question of the files must say, and one from elsewhere may leave open.
PLACES = ("competency", "level", "difficulty", "lesson")
#: Stands in a file where a question leaves a place open; read, it means just that.
UNPLACED = "to-be-placed"
#: Holds a place open while the question is looked at; never kept.
_HELD: Mapping[str, Any] = {
    "competency": UNPLACED,
    "level": "awareness",
    "difficulty": 2,
    "lesson": UNPLACED,
}
#: For `to_spec`, which wants an answer to each: values that no file can give.
_OPEN: Mapping[str, Any] = {
    "competency": UNPLACED,
    "level": UNPLACED,
    "difficulty": -1,
    "lesson": UNPLACED,
}
_QUESTION: TypeAdapter[AnyQuestion] = TypeAdapter(Question)
LEVELS: tuple[str, ...] = get_args(Level)
#: Marks one option, whichever is chosen, by its credit: as another program marks a single choice with several
#: right options.
_BY_CREDIT = "situational_judgement"


@dataclass(frozen=True, slots=True)
class Incoming:
    """A question of a file, as a bank would keep it.

    Args:
        spec: complete but for the places that it leaves open.
        content_hash: SHA-256 over the spec.
        line, name: where it begins in its file, and what it is called there.
        place: of that file in its package, from 1; 0 where there is no package.
    """

    spec: Spec
    content_hash: str
    line: int
    name: str
    place: int = 0

    @property
    def key(self) -> str:
        """The question's key."""
        return str(self.spec["key"])


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file holds: its questions as they stand there, those that a bank can keep, and what was left out.

    `skipped` is in file order; one with `whole` false names a part that its question lost. `pictures` are the
    bytes of those that the questions show, by the names under which the site keeps them.
    """

    format: str
    found: tuple[ExchangedQuestion, ...]
    incoming: tuple[Incoming, ...]
    skipped: tuple[Skipped, ...]
    pictures: Mapping[str, bytes] = field(default_factory=dict, repr=False)


def read_file(
    data: bytes,
    *,
    name: str,
    format: str | None = None,
    language: str = "en",
    competency: str | None = None,
    level: str | None = None,
    files: Files = no_files,
) -> Reading:
    """Read a file of questions.

    Args:
        name: of the file, for its extension.
        format: one of `lms.interchange.FORMATS`; None: told by the file.
        language: of its texts, where the format does not say.
        competency, level: of questions that name none; None: they stay without.
        files: gives the bytes of a picture that lies beside the file, by its name.

    Raises:
        UnreadableFile: nothing can be read, for a reason that concerns the whole file; no question is in it.
    """
    result = read_questions(data, name=name, format=format, files=files)
    if not result.questions and not result.skipped:
        raise UnreadableFile(f"no question is in it (read as {FORMATS[result.format].title})")
    given = {"competency": competency, "level": level}
    defaults = {**_OPEN, "use": USE, **{key: value for key, value in given.items() if value}}
    specs: list[Spec] = []
    origins: dict[str, ExchangedQuestion] = {}
    skipped = list(result.skipped)
    said: dict[tuple[int, int], list[str]] = {}
    for one in skipped:
        said.setdefault(one.order, []).append(one.reason)
    told = {order: told_of(reasons) for order, reasons in said.items()}
    for question in result.questions:
        spec, reasons = _converted(question, language, defaults)
        if spec is not None:
            spec["key"] = _free(str(spec["key"]), origins)
            origins[spec["key"]] = question
            specs.append(spec)
        skipped += [
            Skipped(question.line, question.name, reason, spec is None, question.place)
            for reason in (in_file(question.file, one) for one in reasons)
            # The reader may have told already that a picture is not carried, and why.
            if reason not in told.get((question.place, question.line), ())
        ]
    incoming: list[Incoming] = []
    for spec in join_scenarios(specs):
        origin = origins[spec["key"]]
        kept, faults = settled(spec)
        if kept is not None:
            incoming.append(Incoming(kept, hash_of(kept), origin.line, origin.name, origin.place))
        skipped += [
            Skipped(origin.line, origin.name, in_file(origin.file, fault), place=origin.place)
            for fault in faults
        ]
    skipped.sort(key=lambda one: one.order)
    pictures = {
        kept_name(one.content): one.content
        for question in result.questions
        for one in pictures_of(question)
    }
    return Reading(result.format, result.questions, tuple(incoming), tuple(skipped), pictures)


def _converted(
    question: ExchangedQuestion, language: str, defaults: Mapping[str, Any]
) -> tuple[Spec | None, list[str]]:
    """Return a question in a form that a bank knows, or None, and what of it was left out."""
    spec, reasons = to_spec(question, language=language, defaults=defaults)
    if spec is None and sum(option.fraction == 1 for option in question.options) > 1:
        spec, reasons = to_spec(
            _by_credit(question, language), language=language, defaults=defaults
        )
    if spec is not None and question.spec is None:
        reasons = [*reasons, *title_kept(question, spec, language)]
    if spec is not None and question.spec is not None:
        reasons = [*reasons, *_pictures_named(question)]
    return spec, reasons


def _pictures_named(question: ExchangedQuestion) -> list[str]:
    """Return a sentence for each picture of which our own YAML has the name alone."""
    there = {one.name for one in pictures_of(question)}
    return [name_alone(name) for name in names_in(question.spec or {}) if name not in there]


def _by_credit(question: ExchangedQuestion, language: str) -> ExchangedQuestion:
    """A single choice with several right options, as the type of a bank that allows it."""
    if question.type != "single_choice":
        return question
    # That type gives a reason for each option.
    none = Rich(no_explanation(language))
    said = [replace(option, feedback=option.feedback or none) for option in question.options]
    return replace(question, options=tuple(said), tags=(*question.tags, f"type:{_BY_CREDIT}"))


def settled(spec: Mapping[str, Any]) -> tuple[Spec | None, list[str]]:
    """Return a question in the one form in which banks keep it, or None with the faults in its shape.

    The same question in another order of fields, or with fields written out that say nothing, comes out the same.

    Args:
        spec: without faults of marking, as `to_spec` gives it.
    """
    held = _each(spec, _with_places_held)
    try:
        model = _QUESTION.validate_python(held)
    except ValidationError as error:
        return None, list(dict.fromkeys(_fault(one) for one in error.errors(include_url=False)))
    return _with_places_open(plain(model), spec), []


def _fault(error: Any) -> str:
    # The tag of a union's member is no field that an author wrote.
    place = ".".join(str(part) for part in error["loc"] if "[" not in str(part))
    message = str(error["msg"])
    return f"{place}: {message[:1].lower()}{message[1:]}" if place else message


def _is_open(spec: Mapping[str, Any], name: str) -> bool:
    return spec.get(name) in (None, "", UNPLACED, -1)


def _with_places_held(spec: Spec) -> Spec:
    return {**spec, **{name: _HELD[name] for name in PLACES if _is_open(spec, name)}}


def _with_places_open(made: Spec, spec: Mapping[str, Any]) -> Spec:
    """Take out again what only held a place, of a set's questions too."""
    kept = {
        name: value for name, value in made.items() if not (name in PLACES and _is_open(spec, name))
    }
    children = spec.get("questions")
    if made.get("type") == "scenario_set" and isinstance(children, list | tuple):
        pairs = zip(made["questions"], children, strict=True)
        kept["questions"] = [_with_places_open(one, child) for one, child in pairs]
    return kept


def _each(spec: Mapping[str, Any], change: Any) -> Spec:
    """Change a question and, of a scenario set, each of its questions."""
    made: Spec = change(dict(spec))
    children = made.get("questions")
    if made.get("type") == "scenario_set" and isinstance(children, list | tuple):
        made["questions"] = [
            change(dict(child)) if isinstance(child, Mapping) else child for child in children
        ]
    return made


def _free(key: str, used: Container[str]) -> str:
    """Return the key, or with a number behind it where a question before has it: names need not be unique."""
    if key not in used:
        return key
    number = 2
    while f"{key}-{number}" in used:
        number += 1
    return f"{key}-{number}"


def hash_of(spec: Mapping[str, Any]) -> str:
    """Return the SHA-256 of a question, as `AnyQuestion.content_hash` computes it."""
    return digest(json.dumps(spec, sort_keys=True, ensure_ascii=False).encode())


def words_of(spec: Mapping[str, Any]) -> str:
    """Return what a search looks through: key, texts in every language and tags, folded."""
    texts = [spec, *spec.get("questions", ())]
    words = [word for one in texts for word in (one["key"], *one["text"].values())]
    text = " ".join([*words, *(spec.get("tags") or ())])
    # Of plain ASCII nothing but the case is folded; a bank of ten thousand questions is written twice as fast.
    return " ".join(text.lower().split()) if text.isascii() else fold(text)


def languages_of(spec: Mapping[str, Any]) -> list[str]:
    """Return the languages of a question's text, in the order in which they were written."""
    return list(spec["text"])


def keys_of(spec: Mapping[str, Any]) -> Iterator[str]:
    """Yield the key of a question and, of a scenario set, those of its questions."""
    yield str(spec["key"])
    yield from (str(child["key"]) for child in spec.get("questions", ()))


@dataclass(frozen=True, slots=True)
class Writing:
    """A file that was written, and what it lacks.

    Args:
        total: how many questions there were to write; a scenario that the format takes apart counts with each of
            its questions.
    """

    content: bytes
    extension: str
    media_type: str
    left_out: tuple[Skipped, ...]
    total: int

    @property
    def carried(self) -> int:
        """How many of the questions are in the file."""
        return self.total - sum(one.whole for one in self.left_out)


def write_file(
    specs: Iterable[Mapping[str, Any]],
    *,
    format: str,
    title: str,
    language: str,
    key: str,
    as_item: bool = False,
    files: Files = no_files,
    with_pictures: bool = True,
) -> Writing:
    """Return questions of a bank as a file, with what it lacks.

    Args:
        format: one of `lms.interchange.FORMATS` that can be written.
        title, key: of the bank.
        language: in which texts are written where the format carries one alone.
        as_item: one question of QTI as an item by itself, instead of a package.
        files: gives the bytes of a picture by the name that a question has for it.
        with_pictures: YAML with pictures becomes a zip with them; otherwise it stays a text, which names them.

    Raises:
        UnreadableFile: there is no such format to write, or no single item to be made.
    """
    whole = known_format(format) == "yaml"
    told = (_each(spec, _with_places_told) if whole else spec for spec in specs)
    questions = [
        as_known_elsewhere(from_spec(spec, language=language, files=files)[0]) for spec in told
    ]
    made = write_questions(
        questions,
        format=format,
        title=title,
        language=language,
        key=key,
        as_item=as_item,
        with_pictures=with_pictures,
    )
    total = len(questions) if whole else len(list(apart(questions)))
    left_out = list(made.left_out)
    if whole:
        left_out += [
            Skipped(question.line, question.name, reason, False)
            for question in questions
            for reason in _pictures_named(question)
        ]
    return Writing(made.content, made.extension, made.media_type, tuple(left_out), total)


def _with_places_told(spec: Spec) -> Spec:
    return {**spec, **{name: UNPLACED for name in PLACES if _is_open(spec, name)}}


def unplaced(specs: Sequence[Mapping[str, Any]]) -> int:
    """Return how many questions name no competency: they are marked and give no evidence."""
    return sum(
        not one.get("competency")
        for spec in specs
        for one in (spec.get("questions") or (spec,))
        if one.get("type") != "description"
    )


def as_exported(
    specs: Sequence[Spec], *, format: str, language: str, files: Files = no_files
) -> dict[str, str]:
    """Return with which hash each question would come back from an export, by key.

    So that a file which was exported, and changed in two places, changes two questions: those that come back as
    they went out are the same, even where the format could not carry everything.

    Args:
        files: gives the bytes of a picture by the name that a question has for it.
    """
    if not FORMATS[format].writes or not specs:
        return {}
    if format == "yaml":
        # It keeps everything; a picture of a course comes back under the name that the site gives it.
        return {str(spec["key"]): hash_of(_with_kept_names(spec, files)) for spec in specs}
    try:
        written = write_file(
            specs, format=format, title="", language=language, key="bank", files=files
        )
        read = read_file(written.content, name="", format=format, language=language)
    except UnreadableFile:
        # The format carries none of them.
        return {}
    return {one.key: one.content_hash for one in read.incoming}


def _with_kept_names(spec: Spec, files: Files) -> Spec:
    if all(is_kept(name) for name in names_in(spec)):
        return spec
    named = deepcopy(spec)
    for part in held_in(named):
        content = files(part["image"]["file"])
        if content is not None:
            part["image"]["file"] = kept_name(content)
    return named
