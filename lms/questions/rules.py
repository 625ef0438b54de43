"""What becomes of each question that a file brings, and which questions assessments may draw. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from lms.errors import Refused
from lms.interchange import ExchangedQuestion, Skipped
from lms.interchange.bank_tags import is_key, key_of
from lms.questions.conversion import Incoming, keys_of
from lms.scoring.scenarios import is_drawn, is_set

Spec = Mapping[str, Any]

#: How long a file waits for a yes.
UPLOAD_KEPT = timedelta(days=1)
#: Exit status of the commands: everything; nothing could be read or written; something was left out.
COMPLETE, NOTHING, LEFT_OUT = 0, 1, 2
#: Begins the reason why a question that was read is not taken into the bank.
NOT_TAKEN = "not taken into the bank"
#: Fields of a draw that a question must match, where the draw sets them.
FILTERS = ("competency", "level", "type")
#: Why a question is left out: its key belongs to one of a file, or to one inside or around a scenario set.
TAKEN = "key is taken by a question of the content's files; the command can replace it (--replace)"
TAKEN_INSIDE = "key is taken by another question of the bank, inside a scenario set or beside one"


@dataclass(frozen=True, slots=True)
class Present:
    """A question that a bank has.

    Args:
        hashes: its own, and the one with which it comes back from an export in the format at hand.
        languages: of its text.
        in_a_file: it stands in a file of the content, not in the database.
        inner: keys of the questions of a scenario set.
    """

    hashes: frozenset[str]
    languages: tuple[str, ...]
    in_a_file: bool
    inner: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """What a file would do to a bank, each part in the order of the file.

    Args:
        new: in the bank for the first time.
        changed: the next version of a question.
        same: as the bank has it, or as an export gave it; nothing is done.
        left_out: those whose key belongs to something that may not be replaced, with the reason.
        narrowed: of those changed, the languages that the question had and the file does not bring, by key.
    """

    new: tuple[Incoming, ...] = ()
    changed: tuple[Incoming, ...] = ()
    same: tuple[Incoming, ...] = ()
    left_out: tuple[tuple[Incoming, str], ...] = ()
    narrowed: Mapping[str, tuple[str, ...]] | None = None


def plan_of(incoming: Iterable[Incoming], present: Mapping[str, Present], *, replace: bool) -> Plan:
    """Decide what becomes of each question of a file.

    Args:
        present: the bank's questions as they are asked now, by key.
        replace: a question of the content's files may get a next version here, which is asked in its place.
    """
    new: list[Incoming] = []
    changed: list[Incoming] = []
    same: list[Incoming] = []
    left_out: list[tuple[Incoming, str]] = []
    narrowed: dict[str, tuple[str, ...]] = {}
    outer = set(present)
    inner = {child: key for key, one in present.items() for child in one.inner}
    for one in incoming:
        key, *children = keys_of(one.spec)
        known = present.get(key)
        clash = (
            key in inner
            or len(set(children)) < len(children)
            or any(child in outer or inner.get(child, key) != key for child in (*children,))
        )
        if known is not None and one.content_hash in known.hashes:
            same.append(one)
        elif known is not None and known.in_a_file and not replace:
            left_out.append((one, TAKEN))
        elif clash:
            left_out.append((one, TAKEN_INSIDE))
        else:
            (new if known is None else changed).append(one)
            lost = (
                [name for name in known.languages if name not in one.spec["text"]] if known else []
            )
            if lost:
                narrowed[key] = tuple(lost)
            outer.add(key)
            inner.update(dict.fromkeys(children, key))
    return Plan(tuple(new), tuple(changed), tuple(same), tuple(left_out), narrowed)


def bank_key_of(written: str) -> str:
    """Return the key of a bank as somebody wrote it: small letters and digits, words joined by hyphens.

    Raises:
        Refused: `bank.key`, when nothing is written.
    """
    if not written.strip():
        raise Refused("bank.key")
    return written if is_key(written) else key_of(written, "")


def check_competency(key: str | None, known: Iterable[str]) -> None:
    """Refuse a competency that no framework has.

    Raises:
        Refused: `competency.unknown` with the `key`.
    """
    if key and key not in set(known):
        raise Refused("competency.unknown", key=key)


def is_taken_by(spec: Spec, bank_key: str, draw: Mapping[str, Any]) -> bool:
    """Whether a draw of an assessment chooses among questions like this one, as `lms.scoring.draw` does."""
    if draw["bank"] != bank_key or not is_drawn(spec):
        return False
    if is_set(spec) and draw.get("type") is None:
        return False
    if any(draw.get(name) not in (None, spec.get(name)) for name in FILTERS):
        return False
    return draw.get("tag") is None or draw["tag"] in (spec.get("tags") or ())


def kept_apart(
    banks: Mapping[str, Sequence[dict[str, Any]]], own: Mapping[str, frozenset[str]]
) -> dict[str, list[dict[str, Any]]]:
    """Return the banks with every key used once, since an attempt knows a question by its key alone.

    Keys of the content's files are unique by themselves. Where a question of the site has the key of one in
    another of these banks, its key becomes ``<bank>.<key>``; so do the keys inside a scenario set.

    Args:
        own: keys of the site's own questions by bank.
    """
    counts: dict[str, int] = {}
    for specs in banks.values():
        for spec in specs:
            for key in keys_of(spec):
                counts[key] = counts.get(key, 0) + 1
    return {
        bank: [
            _renamed(spec, bank)
            if spec["key"] in own.get(bank, ()) and any(counts[key] > 1 for key in keys_of(spec))
            else spec
            for spec in specs
        ]
        for bank, specs in banks.items()
    }


def _renamed(spec: Spec, bank: str) -> dict[str, Any]:
    made = {**spec, "key": f"{bank}.{spec['key']}"}
    if is_set(spec):
        made["questions"] = [_renamed(child, bank) for child in spec["questions"]]
    return made


@dataclass(frozen=True, slots=True)
class PicturePlace:
    """A place of a question where a picture may stand.

    Args:
        code: of the place: ``text``, or steps such as ``options.1`` and ``questions.0.options.2``.
        question: key of the question of a set to which it belongs; empty of the question itself.
        option: key of the option; empty of the text.
        text: in each language, of what the picture stands with.
        image: the picture that is there, as the spec has it, or None.
    """

    code: str
    question: str
    option: str
    text: Mapping[str, str]
    image: Mapping[str, Any] | None


def picture_places(spec: Spec) -> list[PicturePlace]:
    """Return the places of a question where pictures may stand, in the order in which they are shown."""
    found = _places_in(spec, "", "")
    for at, child in enumerate(spec.get("questions") or ()):
        found += _places_in(child, f"questions.{at}.", str(child["key"]))
    return found


def _places_in(spec: Spec, before: str, question: str) -> list[PicturePlace]:
    text = PicturePlace(f"{before}text", question, "", spec["text"], spec.get("image"))
    return [text] + [
        PicturePlace(
            f"{before}options.{at}", question, str(one["key"]), one["text"], one.get("image")
        )
        for at, one in enumerate(spec.get("options") or ())
    ]


def with_picture(spec: Spec, code: str, image: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return a question with this picture in a place, or without the one that is there.

    Args:
        code: of the place.
        image: ``{file, alt}``.

    Raises:
        Refused: `picture.no-place`: the question has no such place.
    """
    if code not in {place.code for place in picture_places(spec)}:
        raise Refused("picture.no-place")
    made = deepcopy(dict(spec))
    part: Any = made
    for step in code.removesuffix("text").strip(".").split("."):
        part = part[int(step) if step.isdecimal() else step] if step else part
    part.pop("image", None)
    if image is not None:
        part["image"] = dict(image)
    return made


def exit_status(carried: int, left_out: int) -> int:
    """Return the exit status of an import or export.

    Args:
        carried: questions that could be read from the file, or written into it.
        left_out: questions and parts of questions that could not.
    """
    if not carried:
        return NOTHING
    return LEFT_OUT if left_out else COMPLETE


def left_out_of(skipped: Iterable[Skipped], plan: Plan) -> list[Skipped]:
    """Return everything of a file that a bank does not take, in the order of the file."""
    taken = [Skipped(one.line, one.name, reason, place=one.place) for one, reason in plan.left_out]
    return sorted([*skipped, *taken], key=lambda one: one.order)


def told_apart(skipped: Iterable[Skipped], found: Iterable[ExchangedQuestion]) -> list[Skipped]:
    """Return what was left out so that its reasons say whether a question that was read is missing.

    Args:
        found: the questions of the file. One of them may be left out by the bank all the same.
    """
    read = {(one.place, one.line, one.name) for one in found}
    return [
        replace(one, reason=f"{NOT_TAKEN}: {one.reason}")
        if one.whole and (*one.order, one.name) in read
        else one
        for one in skipped
    ]


def unknown_competencies(specs: Iterable[Spec], known: Iterable[str]) -> list[str]:
    """Return the competencies that questions name and no framework has, sorted."""
    named = {spec.get("competency") for spec in specs} - {None, *known}
    return sorted(str(key) for key in named)


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What one question lost, with every reason; `whole`: the question itself is missing."""

    line: int
    name: str
    whole: bool
    reasons: tuple[str, ...]


def by_question(skipped: Iterable[Skipped]) -> list[LeftOut]:
    """Return what was left out, one entry for each question that lost something, in order."""
    found: dict[tuple[int, str, bool], list[str]] = {}
    for one in skipped:
        found.setdefault((one.line, one.name, one.whole), []).append(one.reason)
    return [LeftOut(*place, tuple(reasons)) for place, reasons in found.items()]
