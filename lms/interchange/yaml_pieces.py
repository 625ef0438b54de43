"""A question bank in YAML whose syntax is broken somewhere, read question by question."""

import re
from typing import Any

from lms.content.reader import Fault, Where, read_yaml
from lms.interchange.limits import refuse_many_questions

QUESTIONS = re.compile(r"^questions:[ \t]*(?:#.*)?$")
FIRST = re.compile(r"^( *)-(?: |$)")
KEY = re.compile(r"^[ -]*key:[ \t]*[\"']?([^\s\"'#,{}]{1,200})", re.M)
Read = tuple[Any, dict[Where, int], list[Fault]]


def read_pieces(text: str) -> Read:
    """Return what `lms.content.reader.read_yaml` does, also where one question breaks the file.

    Such a question stands in the list with its key alone, if that can be told, and a fault on one
    of its lines. Where the questions cannot be told apart, what `read_yaml` says stands.

    Raises:
        UnreadableFile: more than 20,000 questions.
    """
    whole = read_yaml(text)
    if whole[0] is not None:
        return whole
    lines = text.split("\n")
    at = next((number for number, line in enumerate(lines) if QUESTIONS.match(line)), None)
    if at is None:
        return whole
    pieces, rest = _apart(lines, at + 1)
    refuse_many_questions(len(pieces))
    head, _, faults = read_yaml("\n".join([*lines[:at], *rest]))
    if not isinstance(head, dict) or not pieces:
        return whole
    questions: list[Any] = []
    places: dict[Where, int] = {}
    faults = [fault for fault in faults if fault[0] <= at]
    for start, piece in pieces:
        value, _, found = read_yaml("\n".join(["questions:", *piece]))
        listed = value.get("questions") if isinstance(value, dict) else None
        places[("questions", len(questions))] = start + 1
        if isinstance(listed, list) and len(listed) == 1:
            questions.append(listed[0])
        else:
            key = KEY.search("\n".join(piece))
            questions.append({"key": key[1]} if key else None)
            found = found or [(2, "yaml.syntax", "cannot be read as YAML")]
        last = start + len(piece)
        faults += [(min(start + max(line - 1, 1), last), code, said) for line, code, said in found]
    return head | {"questions": questions}, places, faults


def _apart(lines: list[str], start: int) -> tuple[list[tuple[int, list[str]]], list[str]]:
    """Return the lines of each question with the place of its first, and the lines behind them."""
    first = next(
        (line for line in lines[start:] if line.strip(" \t#") and line.strip()[0] != "#"), ""
    )
    begins = FIRST.match(first)
    if begins is None:
        return [], []
    indent = begins[1]
    pieces: list[tuple[int, list[str]]] = []
    for number in range(start, len(lines)):
        line = lines[number]
        if line.startswith((f"{indent}- ", f"{indent}-\t")) or line == f"{indent}-":
            pieces.append((number, [line]))
        elif pieces and line[:1] not in ("", " ", "\t", "#", "-", "}", "]", '"', "'"):
            return pieces, lines[number:]
        elif pieces:
            pieces[-1][1].append(line)
    return pieces, []
