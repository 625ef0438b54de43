"""What a course says of other files: competencies, terms, sources, checks, images, translations."""

import re
from collections.abc import Iterator

from lms.content.courses import IMAGE_SUFFIXES, Course, Lesson
from lms.content.figures import figure_problems, read_figures
from lms.content.lesson_body import BodyFindings, look_into
from lms.content.library import Library
from lms.content.problems import Problem
from lms.content.reader import LARGEST_BYTES, Document

#: What makes an SVG more than a picture.
ACTIVE_SVG = re.compile(rb"<script|<foreignObject|\son\w+\s*=|javascript:|<!ENTITY", re.IGNORECASE)


def course_problems(course: Course, document: Document, library: Library) -> Iterator[Problem]:
    """Yield every problem of a course with what is around it."""
    yield from _references(course, document, library)
    shown: set[str] = set()
    for key in course.lessons:
        originals: list[str] = []
        for language in course.languages:
            lesson = course.texts[key].get(language)
            if lesson is None:
                continue
            found = look_into(lesson.body, lesson.path, lesson.body_line)
            yield from _lesson_problems(lesson, found, course, library)
            checks = [question for question, _ in found.checks]
            if language == course.language:
                originals = checks
                shown.update(checks)
            elif checks != originals:
                message = (
                    f"the checks are {', '.join(checks) or 'none'}; "
                    f"expected those of the original, {', '.join(originals) or 'none'}"
                )
                yield Problem(lesson.path, lesson.body_line, "lesson.checks-differ", message)
    bank = library.banks.get(course.key)
    for question in bank.questions if bank else ():
        if question.use == "check" and question.key not in shown:
            message = f"the check {question.key} of the bank stands in no lesson"
            yield document.problem(("lessons",), "course.check-unused", message, "warning")
    for field in ("scenario", "practical_task"):
        for language, text in (getattr(course, field) or {}).items():
            line = document.line((field, language))
            yield from look_into(text, document.path, line).problems
    yield from _folder_problems(course, document)


def _references(course: Course, document: Document, library: Library) -> Iterator[Problem]:
    for at, competency in enumerate(course.competencies):
        if competency.key not in library.competencies:
            message = f"no framework has the competency {competency.key}"
            where = ("competencies", at, "key")
            yield document.problem(where, "competency.unknown", message)
    if course.assessment is not None:
        assessment = library.assessments.get(course.assessment)
        if assessment is None:
            message = f"assessment: there is no assessment {course.assessment}"
            yield document.problem(("assessment",), "course.assessment-unknown", message)
        elif assessment.course != course.key:
            message = f"assessment: {assessment.key} belongs to the course {assessment.course}"
            yield document.problem(("assessment",), "course.assessment-of-another", message)
    if course.rubric is not None and course.rubric not in library.rubrics:
        message = f"rubric: there is no rubric {course.rubric}"
        yield document.problem(("rubric",), "course.rubric-unknown", message)


def _lesson_problems(
    lesson: Lesson, found: BodyFindings, course: Course, library: Library
) -> Iterator[Problem]:
    head = lesson.head
    yield from found.problems
    for at, key in enumerate(head.key_terms):
        if key not in library.glossary:
            message = f"key_terms: the glossary has no term {key}"
            yield lesson.document.problem(("key_terms", at), "lesson.term-unknown", message)
    for at, key in enumerate(head.sources):
        if key not in course.sources:
            message = f"sources: course.yaml has no source {key}"
            yield lesson.document.problem(("sources", at), "lesson.source-unknown", message)
    for key, line in found.citations:
        if key in course.sources:
            if key not in head.sources:
                message = f"[{key}] is cited; list it under sources in the head"
                yield Problem(lesson.path, line, "lesson.source-not-listed", message)
        elif "-" in key or any(letter.isdigit() for letter in key):
            message = f"[{key}] is cited; course.yaml has no such source"
            yield Problem(lesson.path, line, "lesson.source-unknown", message)
    for key, line in found.checks:
        question = library.questions.get(key)
        if question is None:
            message = f"no bank has the question {key}"
            yield Problem(lesson.path, line, "lesson.check-unknown", message)
        elif question.use != "check":
            message = f"{key} is for assessments; expected a question with use: check"
            yield Problem(lesson.path, line, "lesson.check-use", message)
    for name, line in found.images:
        if course.media(name) is None:
            message = f"there is no image media/{name}"
            yield Problem(lesson.path, line, "lesson.no-image", message)


def _folder_problems(course: Course, document: Document) -> Iterator[Problem]:
    lessons = {f"{key}.md" for key in course.lessons}
    for path in sorted(course.folder.iterdir()):
        if not path.is_dir() or path.name == "media" or path.name.startswith((".", "_")):
            continue
        if path.name not in course.languages:
            message = f"the folder {path.name} is not named under translations"
            yield document.problem(("translations",), "course.language-not-named", message)
            continue
        for file in sorted(path.glob("*.md")):
            if file.name not in lessons:
                message = "course.yaml does not list this lesson; nobody will see it"
                yield Problem(file, 1, "course.lesson-not-listed", message)
    for path in sorted((course.folder / "media").glob("*")):
        if path.suffix.lower() not in IMAGE_SUFFIXES:
            message = f"not an image that lessons can show; expected {', '.join(IMAGE_KINDS)}"
            yield Problem(path, 1, "media.kind", message)
        elif path.stat().st_size > LARGEST_BYTES:
            message = f"larger than {LARGEST_BYTES // 1024} KiB; make it smaller for slow links"
            yield Problem(path, 1, "media.too-large", message)
        elif path.suffix.lower() == ".svg" and ACTIVE_SVG.search(path.read_bytes()):
            message = "the picture holds script; take it out"
            yield Problem(path, 1, "media.active", message)
    figures, figures_document, _ = read_figures(course.folder)
    yield from figure_problems(figures, figures_document, course.folder / "media", course.languages)


IMAGE_KINDS = sorted(IMAGE_SUFFIXES)
