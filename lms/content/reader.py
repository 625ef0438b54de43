"""Files into plain values: strict YAML and the head of a page, with the line of every part.

YAML is read as version 1.2 has it (core schema): ``yes`` and ``2026-03-02`` are texts, ``1e3`` is a
number. Anchors, references, tags, doubled keys and keys that are no text are refused.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from lms.content.problems import Problem, Severity

Where = tuple[str | int, ...]
#: A place in a text: line from 1, code, message.
Fault = tuple[int, str, str]

LARGEST_BYTES = 256 * 1024
DEEPEST = 40
NULLS = frozenset({"", "~", "null", "Null", "NULL"})
TRUE = frozenset({"true", "True", "TRUE"})
FALSE = frozenset({"false", "False", "FALSE"})
INTEGER = re.compile(r"[-+]?[0-9]{1,30}|0o[0-7]{1,30}|0x[0-9a-fA-F]{1,30}")
FLOAT = re.compile(
    r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]{1,3})?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)"
)
#: What YAML does not print, and what databases and other programs stumble over.
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
FOREIGN_LINE_END = re.compile("\r\n?|[\x85\u2028\u2029]")
#: libyaml where the wheel brings it: ten times as fast, the same events.
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class Document:
    """What a file holds: `value` is None where it could not be read; `lines` by path of keys."""

    path: Path
    value: Any = None
    lines: Mapping[Where, int] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()

    def line(self, where: Where) -> int:
        """Return the line of a place, or of the nearest thing around it that exists.

        Parts that lead nowhere are passed over, as the name of a variant in a pydantic location.
        """
        found: Where = ()
        for part in where:
            if (*found, part) in self.lines:
                found = (*found, part)
        return self.lines.get(found, 1)

    def problem(
        self, where: Where, code: str, message: str, severity: Severity = "error"
    ) -> Problem:
        """Return a problem at a place in this file."""
        return Problem(self.path, self.line(where), code, message, severity)


@dataclass(frozen=True)
class Page:
    """A file with a YAML head: its head, its body, and the line on which the body begins."""

    head: Document
    body: str = ""
    body_line: int = 1


def read_text(path: Path) -> tuple[str | None, list[Problem]]:
    """Return the text of a file with LF line ends, or None, and what is wrong with it."""
    try:
        with path.open("rb") as file:
            raw = file.read(LARGEST_BYTES + 1)
    except OSError as error:
        reason = error.strerror or "it cannot be opened"
        return None, [Problem(path, 1, "file.unreadable", f"cannot read the file: {reason}")]
    if len(raw) > LARGEST_BYTES:
        limit = LARGEST_BYTES // 1024
        message = f"the file is larger than {limit} KiB; split it"
        return None, [Problem(path, 1, "file.too-large", message)]
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        message = f"byte 0x{raw[error.start]:02x} is not UTF-8; save the file as UTF-8"
        return None, [Problem(path, line, "file.not-utf-8", message)]
    problems = []
    foreign = FOREIGN_LINE_END.search(text)
    if foreign:
        line = text.count("\n", 0, foreign.start()) + 1
        message = f"line end {foreign[0]!r}; expected LF alone"
        problems.append(Problem(path, line, "file.line-end", message, "warning"))
        text = FOREIGN_LINE_END.sub("\n", text)
    return text, problems


def read_document(path: Path) -> Document:
    """Read a YAML file; problems are in the document, and nothing is raised."""
    text, problems = read_text(path)
    if text is None:
        return Document(path, problems=tuple(problems))
    return _document(path, text, problems)


def read_page(path: Path) -> Page:
    """Read a markdown file with a YAML head between two lines of three hyphens."""
    text, problems = read_text(path)
    if text is None:
        return Page(Document(path, problems=tuple(problems)))
    lines = text.split("\n")
    closing = next((at for at in range(1, len(lines)) if lines[at].rstrip() == "---"), None)
    if lines[0].rstrip() != "---" or closing is None:
        message = "no head; expected YAML between two lines of three hyphens at the top of the file"
        problems.append(Problem(path, 1, "page.no-head", message))
        return Page(Document(path, problems=tuple(problems)), text)
    # The first line stays, empty, so that lines count as they do in the file.
    head = _document(path, "\n".join(["", *lines[1:closing]]), problems)
    return Page(head, "\n".join(lines[closing + 1 :]), closing + 2)


def _document(path: Path, text: str, problems: list[Problem]) -> Document:
    value, lines, faults = read_yaml(text)
    problems = problems + [Problem(path, *fault) for fault in faults]
    if value is None and not faults:
        problems.append(Problem(path, 1, "yaml.empty", "nothing is written here"))
    return Document(path, value, lines, tuple(problems))


def read_yaml(text: str) -> tuple[Any, dict[Where, int], list[Fault]]:
    """Return plain values, the line of each path of keys, and faults; never raises.

    After a fault of syntax the value is None. Other faults are collected, and the value holds what
    could be read, with None in the faulty places.
    """
    faults = [
        (text.count("\n", 0, found.start()) + 1, "yaml.character", _character_message(found[0]))
        for found in FORBIDDEN.finditer(text)
    ]
    if faults:
        return None, {(): 1}, faults
    builder = _Builder()
    try:
        for event in yaml.parse(text, Loader=_Loader):
            builder.take(event)
    except _Stop:
        return None, builder.lines, builder.faults
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        said = getattr(error, "problem", None) or "cannot be read as YAML"
        builder.faults.append((mark.line + 1 if mark else 1, "yaml.syntax", f"YAML: {said}"))
        return None, builder.lines, builder.faults
    except (ValueError, OverflowError) as error:
        # An escape beyond Unicode, such as "\UFFFFFFFF", is met with these in the Python parser.
        builder.faults.append((1, "yaml.syntax", f"YAML: {error}"))
        return None, builder.lines, builder.faults
    return builder.value, builder.lines, builder.faults


def _character_message(character: str) -> str:
    return f"character U+{ord(character):04X} is not allowed"


class _Stop(Exception):
    """Reading on would be of no use."""


class _Builder:
    """Builds values out of parser events with a stack of its own, so depth cannot harm it."""

    def __init__(self) -> None:
        self.value: Any = None
        self.lines: dict[Where, int] = {(): 1}
        self.faults: list[Fault] = []
        self._open: list[_Collection] = []
        self._documents = 0

    def take(self, event: yaml.Event) -> None:
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                self._stop(line, "yaml.several-documents", "expected one document in a file")
        elif isinstance(event, yaml.AliasEvent):
            within = any(one.anchor == event.anchor for one in self._open)
            said = f"a cycle, inside &{event.anchor} itself; " if within else ""
            message = f"*{event.anchor}: {said}write it out; no references"
            self._fault(line, "yaml.reference", message)
            self._place(None, line)
        elif isinstance(event, yaml.ScalarEvent):
            self._refuse_anchor(event, line)
            self._place(self._scalar(event, line), line, key=event)
        elif isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            self._refuse_anchor(event, line)
            self._refuse_tag(event, line)
            self._begin(isinstance(event, yaml.MappingStartEvent), line, event.anchor)
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            self._open.pop()

    def _begin(self, is_mapping: bool, line: int, anchor: str | None) -> None:
        if len(self._open) >= DEEPEST:
            self._stop(line, "yaml.too-deep", f"nested more than {DEEPEST} levels deep")
        value: Any = {} if is_mapping else []
        path = self._place(value, line)
        self._open.append(_Collection(value, path, anchor))

    def _place(self, value: Any, line: int, key: yaml.ScalarEvent | None = None) -> Where:
        """Put a value where the parser stands; return its path."""
        if not self._open:
            self.value = value
            self.lines[()] = line
            return ()
        parent = self._open[-1]
        if isinstance(parent.value, list):
            path: Where = (*parent.path, len(parent.value))
            parent.value.append(value)
            self.lines.setdefault(path, line)
            return path
        if not parent.awaits_value:
            parent.awaits_value = True
            parent.key = self._key(parent, value, line, key)
            return (*parent.path, "?")
        parent.awaits_value = False
        if parent.key is None:
            # Its key was refused: what stands under it is read for its faults, and dropped.
            return (*parent.path, "?")
        parent.value[parent.key] = value
        return (*parent.path, parent.key)

    def _key(
        self, parent: "_Collection", value: Any, line: int, key: yaml.ScalarEvent | None
    ) -> str | None:
        if key is None or not isinstance(value, str):
            shown = key.value[:40] if key else "a list or mapping"
            message = f"{shown!r} as a key: expected a text; put it in quotes"
            self._fault(line, "yaml.key-not-text", message)
            return None
        if value in parent.value:
            self._fault(line, "yaml.duplicate-key", f"{value} is given twice; keep one")
            return None
        self.lines[(*parent.path, value)] = line
        return value

    def _scalar(self, event: yaml.ScalarEvent, line: int) -> Any:
        # "!" alone is what quotes amount to.
        if event.tag not in (None, "!", "tag:yaml.org,2002:str"):
            self._refuse_tag(event, line)
            return None
        found = FORBIDDEN.search(event.value)
        if found:
            self._fault(line, "yaml.character", _character_message(found[0]))
            return None
        return plain_value(event.value) if event.implicit[0] else event.value

    def _refuse_tag(self, event: Any, line: int) -> None:
        if event.tag is not None:
            self._fault(line, "yaml.tag", f"{event.tag}: no tags; put a text in quotes instead")

    def _refuse_anchor(self, event: Any, line: int) -> None:
        if event.anchor is not None:
            message = f"&{event.anchor}: write it out; no anchors"
            self._fault(line, "yaml.anchor", message)

    def _fault(self, line: int, code: str, message: str) -> None:
        self.faults.append((line, code, message))

    def _stop(self, line: int, code: str, message: str) -> None:
        self._fault(line, code, message)
        raise _Stop


@dataclass
class _Collection:
    value: Any
    path: Where
    anchor: str | None = None
    awaits_value: bool = False
    key: str | None = None


def plain_value(written: str) -> str | int | float | bool | None:
    """Return what an unquoted word stands for: the core schema of YAML 1.2, section 10.3.2.

    >>> [plain_value(word) for word in ("yes", "true", "~", "010", "1e3", ".5", "2026-03-02")]
    ['yes', True, None, 10, 1000.0, 0.5, '2026-03-02']
    """
    if written in NULLS:
        return None
    if written in TRUE or written in FALSE:
        return written in TRUE
    if INTEGER.fullmatch(written):
        base = {"0o": 8, "0x": 16}.get(written[:2], 10)
        return int(written[2:] if base != 10 else written, base)
    if FLOAT.fullmatch(written):
        return float(written.replace(".", "", 1) if written[-1] in "fFnN" else written)
    return written


def walk(value: Any, where: Where = ()) -> Iterator[tuple[Where, Any]]:
    """Yield every part of plain values with its path, outside in."""
    yield where, value
    if isinstance(value, Mapping):
        for key, child in value.items():
            yield from walk(child, (*where, key))
    elif isinstance(value, list | tuple):
        for at, child in enumerate(value):
            yield from walk(child, (*where, at))
