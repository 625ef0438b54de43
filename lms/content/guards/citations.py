"""Facts that want a source, and sources that nothing cites."""

import re
from collections.abc import Iterator

from lms.content.banks import Bank
from lms.content.courses import Course
from lms.content.guards.codes import warning
from lms.content.guards.prose import Block, Read, blocks_of
from lms.content.problems import Problem
from lms.content.reader import Document

#: A number before one of these is an amount and no year.
UNITS = r"lit(?:re|er)s?|m\b|km|kg|people|personnes|families|familles|\$|€|USD|EUR|%|لتر|شخص|أسرة|متر|كيلو"
#: What a reader could look up, and so wants to know where: a year, a resolution, an article of a law.
FACT = re.compile(
    r"(?<![\w:/.,-])(?:1[89]\d\d|20[0-4]\d)(?![\w:/])(?![.,-]\d)(?!\s*(?:" + UNITS + "))"
    r"|\b(?:resolutions?|articles?|sections?|principles?|résolutions?|principes?)\s\d+"
    r"|(?:القرار|المادة|المبدأ)\s\d+",
    re.IGNORECASE,
)


def uncited_facts(read: Read) -> Iterator[Problem]:
    """Warn of a year, a resolution or an article of a law with no source beside it.

    Beside it is the same paragraph, the same table or list, or the paragraph before that. A fact
    that is cited at another place of the lesson may be said again without its source.
    """
    facts = [
        (block, found, is_cited)
        for block, is_cited in _with_citation(read.blocks)
        if block.kind != "heading"
        for found in FACT.finditer(block.text)
    ]
    cited = {found[0].casefold() for _block, found, is_cited in facts if is_cited}
    for block, found, is_cited in facts:
        if not is_cited and found[0].casefold() not in cited:
            message = f"{found[0]} has no source beside it"
            line = block.line_of(found.start())
            yield warning(read.lesson.path, line, "citation.none", message)


def _with_citation(blocks: tuple[Block, ...]) -> Iterator[tuple[Block, bool]]:
    groups: set[int] = set()
    before: Block | None = None
    for block in blocks:
        begins = block.group and (before is None or before.group != block.group)
        if block.citations or (begins and before is not None and before.citations):
            groups.add(block.group)
        before = block
    for block in blocks:
        yield block, bool(block.citations) or (block.group > 0 and block.group in groups)


def uncited_sources(read: Read, originals: frozenset[str]) -> Iterator[Problem]:
    """Warn of sources in the head that the text does not cite, and of what a translation lost.

    Args:
        originals: keys that the lesson cites in the course's own language.
    """
    cited = citations_of(read.blocks)
    lesson = read.lesson
    for at, key in enumerate(lesson.head.sources):
        if key not in cited:
            line = lesson.document.line(("sources", at))
            found = f"sources: {key} is listed, and the text does not cite it"
            yield warning(lesson.path, line, "citation.not-used", found)
    for key in sorted(originals - cited):
        found = f"the original cites [{key}], the translation does not"
        yield warning(lesson.path, lesson.body_line, "citation.lost", found)


def unused_sources(course: Course, document: Document, bank: Bank | None) -> Iterator[Problem]:
    """Warn of sources in course.yaml that no lesson, question or other text of the course cites."""
    used = {
        key
        for versions in course.texts.values()
        for lesson in versions.values()
        for key in lesson.head.sources
    }
    if bank is not None:
        used.update(one.source for _where, one in bank.with_places() if one.source)
    for texts in (course.scenario, course.practical_task):
        for text in (texts or {}).values():
            used |= citations_of(blocks_of(text))
    for key in course.sources:
        if key not in used:
            line = document.line(("sources", key))
            found = f"sources: nothing cites {key}"
            yield warning(document.path, line, "citation.unused-source", found)


def citations_of(blocks: tuple[Block, ...]) -> frozenset[str]:
    """Return the keys that blocks cite."""
    return frozenset(key for block in blocks for key in block.citations)
