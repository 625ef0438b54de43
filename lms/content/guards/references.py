"""References to what is not there: courses, lessons, exercises, competencies, headings."""

import re
from collections.abc import Iterator, Mapping
from itertools import groupby

from lms.content.guards.codes import warning
from lms.content.guards.prose import Read
from lms.content.library import Library
from lms.content.markdown import contents_of, parser
from lms.content.problems import Problem

#: "lesson 3" of a course, in the languages of the product.
LESSON = re.compile(r"\b(?:lesson|leçon)\s(\d{1,2})\b|(?<!\w)الدرس\s(\d{1,2})\b", re.IGNORECASE)
CODE = re.compile(r"(?<![\w/.-])([A-Z]{1,10}-?)(\d{1,3})(?![\w/-])(?!\.\d)")
HEADING_LINK = re.compile(r"\]\(#(h-[^)\s]*)\)")


def codes_of(library: Library) -> frozenset[str]:
    """Return the codes by which texts speak of courses, exercises, competencies and survey items."""
    return frozenset(
        [
            *(course.code for course in library.courses.values()),
            *(template.code for template in library.templates.values()),
            *(key.upper() for key in library.competencies),
            *(item.key.upper() for survey in library.surveys.values() for item in survey.items),
        ]
    )


def shapes_of(codes: frozenset[str]) -> Mapping[tuple[str, int], frozenset[str]]:
    """Return codes by their shape: the letters before the number, and how many digits it has."""
    found = sorted((_shape(match), code) for code in codes if (match := CODE.fullmatch(code)))
    return {
        shape: frozenset(code for _shape, code in members)
        for shape, members in groupby(found, key=lambda one: one[0])
    }


def dead_references(
    read: Read, shapes: Mapping[tuple[str, int], frozenset[str]], lessons: Mapping[str, int]
) -> Iterator[Problem]:
    """Warn of codes, lesson numbers and headings that a lesson speaks of and that are not there.

    Args:
        shapes: as `shapes_of` gives them; a code of a shape that no known code has is no reference.
        lessons: how many lessons each course has, by its code.
    """
    path = read.lesson.path
    for block in read.blocks:
        if not (CODE.search(block.text) or LESSON.search(block.text)):
            continue
        for sentence in block.sentences:
            for found in CODE.finditer(sentence.text):
                known = shapes.get(_shape(found))
                if known is not None and found[0] not in known:
                    message = f"there is no {found[0]}"
                    yield warning(path, sentence.line, "reference.dead", message)
            for found in LESSON.finditer(sentence.text):
                number = int(found[1] or found[2])
                named = [code for code in lessons if code in sentence.text] or [read.course.code]
                if not any(1 <= number <= lessons[code] for code in named):
                    message = f"{named[0]} has no lesson {number}"
                    yield warning(path, sentence.line, "reference.dead", message)
    yield from _dead_links(read)


def _dead_links(read: Read) -> Iterator[Problem]:
    body = read.lesson.body
    if not HEADING_LINK.search(body):
        return
    ids = {heading.id for heading in contents_of(parser().parse(body))}
    for found in HEADING_LINK.finditer(body):
        if found[1] not in ids:
            line = read.lesson.body_line + body.count("\n", 0, found.start())
            message = f"no heading of this lesson is #{found[1]}"
            yield warning(read.lesson.path, line, "reference.dead", message)


def _shape(found: re.Match[str]) -> tuple[str, int]:
    return found[1], len(found[2])
