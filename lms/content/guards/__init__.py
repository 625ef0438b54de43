"""What a reader would feel, measured: warnings beside the faults of `lms.content.check`.

A fault keeps a file out of the library; a warning says that it is read with trouble, or that a bank
gives its answers away. Each guard is a function that yields warnings; `warnings_of` runs them all.
"""

from collections.abc import Iterator
from typing import Any

from lms.content.guards import (
    acronyms,
    citations,
    coverage,
    length,
    questions,
    references,
    terms,
    translations,
)
from lms.content.guards.prose import Read, read_lessons
from lms.content.library import Library, Reading, course_of
from lms.content.problems import Problem
from lms.content.shape import texts_of

#: Kinds whose texts are read by people and stand in one YAML file.
KINDS = ("courses", "banks", "assessments", "rubrics", "exercises", "surveys", "frameworks")


def warnings_of(reading: Reading, library: Library) -> Iterator[Problem]:
    """Yield the warnings of every guard about everything that was read, in no order."""
    shapes = references.shapes_of(references.codes_of(library))
    lessons = {course.code: len(course.lessons) for course in library.courses.values()}
    finders: dict[str, terms.TermFinder] = {}
    for key, course in library.courses.items():
        document = reading.documents["courses", key]
        reads = read_lessons(course)
        for read in reads:
            measures = length.measure(read)
            yield from length.lesson_length(measures)
            yield from length.sentence_length(read, measures)
            yield from length.readability(measures)
            yield from acronyms.unexplained_acronyms(read)
            yield from citations.uncited_facts(read)
            yield from citations.uncited_sources(read, _citations_of_original(read, reads))
            yield from references.dead_references(read, shapes, lessons)
            yield from translations.unmarked_lesson(read)
            yield from terms.absent_terms(read, library.glossary)
        for language in course.languages:
            finder = finders.setdefault(language, terms.TermFinder(library.glossary, language))
            own = [read for read in reads if read.lesson.language == language]
            yield from terms.unlinked_terms(own, library.glossary, finder)
        bank = library.banks.get(key)
        yield from citations.unused_sources(course, document, bank)
        yield from coverage.course_coverage(course, document, bank)
    yield from _bank_warnings(reading, library)
    for key, assessment in library.assessments.items():
        yield from coverage.draws(assessment, reading.documents["assessments", key], library)
    for kind in KINDS:
        for key, value in reading.of(kind).items():
            yield from _text_warnings(value, reading.documents[kind, key], library)
    for path, glossary in reading.of("glossaries").items():
        yield from _text_warnings(glossary, reading.documents["glossaries", path], library)


def measures_of(library: Library) -> tuple[length.LessonMeasures, ...]:
    """Return every lesson in numbers, by course, language and order."""
    return tuple(
        length.measure(read) for course in library.courses.values() for read in read_lessons(course)
    )


def _bank_warnings(reading: Reading, library: Library) -> Iterator[Problem]:
    for key, bank in library.banks.items():
        document = reading.documents["banks", key]
        for guard in (
            questions.few_questions,
            questions.length_bias,
            questions.uneven_keys,
            questions.all_or_none,
            questions.unexplained_options,
        ):
            yield from guard(bank, document)
        if key in library.courses:
            yield from coverage.undeclared_competencies(library.courses[key], document, bank)


def _text_warnings(value: Any, document: Any, library: Library) -> Iterator[Problem]:
    marked = translations.marks_of(value, course_of(value, library))
    original = getattr(value, "language", "en")
    texts = [(where, text) for where, text in texts_of(value) if where[0] != "figures"]
    yield from length.text_sentences(texts, document)
    yield from translations.unmarked_texts(texts, document, original, marked)


def _citations_of_original(read: Read, reads: tuple[Read, ...]) -> frozenset[str]:
    if read.is_original:
        return frozenset()
    same = [one for one in reads if one.is_original and one.lesson.key == read.lesson.key]
    return citations.citations_of(same[0].blocks) if same else frozenset()
