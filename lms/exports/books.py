"""A whole course as one finished document, in one of its languages: what printers of books receive."""

import unicodedata
from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from babel import Locale, UnknownLocaleError
from flask import current_app
from flask_babel import force_locale, format_date, ngettext
from flask_babel import gettext as _

from lms.assessments.words import RUBRIC_LEVELS
from lms.content.courses import Course, Lesson, is_reviewed
from lms.content.figures import RIGHT_TO_LEFT
from lms.content.library import Library, render_lesson
from lms.content.markdown import Html, render_text
from lms.content.rubrics import RUBRIC_LEVELS as LEVELS_IN_ORDER
from lms.content.sources import Roots, shipped_roots
from lms.content.texts import pick
from lms.courses.library import framework, library
from lms.exports import words
from lms.learning.words import BOXES
from lms.plugins import (
    BookCheck,
    BookCriterion,
    BookLesson,
    BookOption,
    BookPicture,
    BookSource,
    BookTerm,
    CourseBook,
)
from lms.scoring import question_type
from lms.scoring.presentation import Image, Label
from lms.web.language import LANGUAGE_NAMES
from lms.web.questions import answer_word

MEDIA_TYPES = {
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".gif": "image/gif",
    ".webp": "image/webp",
    ".svg": "image/svg+xml",
}


def course_book(course: Course, language: str, *, made_at: datetime) -> CourseBook:
    """A course of the library as a book; `language` is one of the course's.

    Raises:
        KeyError: the course is not there in that language.
    """
    if language not in course.languages:
        raise KeyError(language)
    # Content is read once a process: the same folders and files give the same book.
    return _book(
        _roots=current_app.extensions["lms.content-roots"],
        _content_hash=course.content_hash,
        course_key=course.key,
        language=language,
        made_at=made_at,
        site_name=current_app.config["SITE_NAME"],
        address=current_app.config["PUBLIC_URL"].rstrip("/"),
    )


@lru_cache(maxsize=64)
def _book(
    *,
    _roots: Roots,
    _content_hash: str,
    course_key: str,
    language: str,
    made_at: datetime,
    site_name: str,
    address: str,
) -> CourseBook:
    with force_locale(language if _locale(language) else "en"):
        return _Binding(library(), library().courses[course_key], language).book(
            made_at, site_name, address
        )


def language_name(code: str) -> str:
    """A language by its own name; its code where nobody knows it."""
    locale = _locale(code)
    return LANGUAGE_NAMES.get(code) or (locale.get_display_name() if locale else None) or code


def _alphabetical(text: str) -> str:
    """What a text is sorted by: accents and vowel signs do not count."""
    parts = unicodedata.normalize("NFD", text.casefold())
    return "".join(part for part in parts if not unicodedata.combining(part))


def _locale(code: str) -> Locale | None:
    try:
        return Locale.parse(code, sep="-")
    except (UnknownLocaleError, ValueError):
        return None


class _Binding:
    """Puts a book together, and notes which pictures it needs."""

    def __init__(self, held: Library, course: Course, language: str) -> None:
        self.library = held
        self.course = course
        self.language = language
        self.pictures: dict[str, BookPicture] = {}

    def text(self, texts: Mapping[str, str] | None) -> str:
        return pick(texts or {}, self.language, self.course.language)[0]

    def book(self, made_at: datetime, site_name: str, address: str) -> CourseBook:
        course = self.course
        shipped = any(course.folder.is_relative_to(root) for root in shipped_roots().curricula)
        lessons = tuple(self.lesson(course.lesson(key, self.language)) for key in course.lessons)
        return CourseBook(
            title=self.text(course.title),
            language=self.language,
            site_name=site_name,
            made_at=made_at,
            key=course.key,
            code=course.code,
            version=course.version,
            content_hash=course.content_hash,
            language_name=language_name(self.language),
            right_to_left=self.language.split("-")[0] in RIGHT_TO_LEFT,
            words={code: str(word) for code, word in words.BOOK.items()},
            cover=self.cover(made_at.date()),
            warnings=self.warnings(),
            summary=self.text(course.summary),
            audience=self.text(course.audience),
            objectives=tuple(self.text(one) for one in course.objectives),
            competencies=self.competencies(),
            lessons=lessons,
            scenario=render_text(self.text(course.scenario)) if course.scenario else "",
            task=render_text(self.text(course.practical_task)) if course.practical_task else "",
            rubric=self.rubric(),
            terms=self.terms(),
            sources=tuple(
                BookSource(key, one.title, one.organisation or "", one.year or "", one.url or "")
                for key, one in course.sources.items()
            ),
            pictures=tuple(self.pictures.values()),
            author=words.CONTRIBUTORS if shipped else site_name,
            licence=self.licence(site_name, shipped=shipped),
            origin=self.origin(site_name, address),
            accessibility=_(
                "Text with headings, a table of contents with links, and a description of each picture."
                " Nothing depends on colour, sound or movement."
            ),
        )

    def cover(self, on: date) -> tuple[str, ...]:
        hours, lessons = self.course.hours, len(self.course.lessons)
        length = " · ".join(
            (
                ngettext("%(num)s hour", "%(num)s hours", hours),
                ngettext("%(num)s lesson", "%(num)s lessons", lessons),
            )
        )
        return (format_date(on, "d MMMM y"), length)

    def warnings(self) -> tuple[str, ...]:
        course, told = self.course, []
        translation = course.translations.get(self.language)
        if translation is None:
            return ()
        translated = [course.texts[key].get(self.language) for key in course.lessons]
        if not is_reviewed(translation.review):
            told.append(str(words.REVIEWS.get(translation.review, translation.review)))
        elif not all(lesson.is_reviewed for lesson in translated if lesson):
            told.append(_("Some lessons have not been reviewed by a native speaker yet."))
        if course.is_behind(self.language):
            told.append(_("The original is newer."))
        return tuple(told)

    def competencies(self) -> tuple[str, ...]:
        levels = {level.key: self.text(level.title) for level in framework().levels}
        known = self.library.competencies
        return tuple(
            f"{self.text(known[one.key].title)} ({levels.get(one.level, one.level)})"
            for one in self.course.competencies
            if one.key in known
        )

    def lesson(self, lesson: Lesson) -> BookLesson:
        rendered = render_lesson(
            self.library,
            self.course,
            lesson,
            image_url=lambda name: self.picture(name, lesson.language),
            box_titles={kind: str(title) for kind, title in BOXES.items()},
        )
        parts: list[str | BookCheck] = []
        for part in rendered.parts:
            if isinstance(part, Html):
                parts.append(part.html)
            elif part.question_key in self.library.questions:
                parts.append(self.check(self.library.questions[part.question_key].spec))
        return BookLesson(
            key=lesson.key,
            title=lesson.title,
            language=lesson.language,
            duration=ngettext("%(num)s minute", "%(num)s minutes", lesson.minutes),
            parts=tuple(parts),
            unverified=lesson.head.unverified,
        )

    def picture(self, name: str, language: str) -> str:
        """The name in the book of a file in `media/`; empty where there is none."""
        path = self.course.media(name)
        if path is None:
            return ""
        # A lesson that is not translated shows its drawings in its own language.
        placed = name if language == self.language else f"{language}-{name}"
        if placed not in self.pictures:
            drawing = self.course.figure(name, language)
            content = path.read_bytes() if drawing is None else drawing.encode()
            self.pictures[placed] = BookPicture(placed, MEDIA_TYPES[path.suffix.lower()], content)
        return placed

    def check(self, spec: Mapping[str, Any]) -> BookCheck:
        """A check as it is asked on paper, of any type of question."""
        kind = question_type(spec["type"])
        shown = kind.present(spec, {}, None)
        right = set(kind.keyed_choices(spec))
        chosen = [one for one in shown.controls if one.kind in ("radio", "checkbox")]
        if len(chosen) == len(shown.controls) == 1:
            options = tuple(
                BookOption(self.word(one.label), one.value in right, *self.image(one.image))
                for one in chosen[0].choices
            )
            answers: tuple[tuple[str, str], ...] = ()
        else:
            response = kind.right_answer(spec)
            lines = kind.review(spec, {}, response, kind.mark(spec, response))
            told = [(line.text, line.wanted) for line in lines if line.wanted is not None]
            options = ()
            answers = tuple(
                ("" if label == "answer" else self.word(label), self.word(wanted))
                for label, wanted in told
            )
        return BookCheck(
            spec["key"],
            self.text(spec["text"]),
            options,
            all(one.kind == "radio" for one in chosen),
            answers,
            self.text(spec.get("explanation")),
            *self.image(shown.image),
        )

    def word(self, label: Label) -> str:
        return str(answer_word(label)) if isinstance(label, str) else self.text(label)

    def image(self, image: Image | None) -> tuple[str, str]:
        name = self.picture(image.file, self.language) if image else ""
        return (name, self.text(image.alt)) if image and name else ("", "")

    def rubric(self) -> tuple[BookCriterion, ...]:
        found = self.library.rubrics.get(self.course.rubric or "")
        return tuple(
            BookCriterion(
                self.text(one.text),
                tuple(
                    (str(RUBRIC_LEVELS[level]), self.text(one.levels[level]))
                    for level in LEVELS_IN_ORDER
                ),
            )
            for one in (found.criteria if found else ())
        )

    def terms(self) -> tuple[BookTerm, ...]:
        """The key terms of all lessons, each once, in the order of the alphabet."""
        found = {
            term.key: BookTerm(term.key, self.text(term.term), self.text(term.meaning))
            for key in self.course.lessons
            for term in self.library.key_terms(self.course.lesson(key, self.language))
        }
        return tuple(sorted(found.values(), key=lambda one: _alphabetical(one.term)))

    def licence(self, site_name: str, *, shipped: bool) -> tuple[str, ...]:
        if not shipped:
            return (
                _(
                    "The files of this course name no licence: ask %(site)s before you share it.",
                    site=site_name,
                ),
            )
        return (
            _(
                "Copyright 2026 %(contributors)s. Licensed under the Creative Commons"
                " Attribution-ShareAlike 4.0 International Public License (CC BY-SA 4.0),"
                " %(address)s",
                contributors=words.CONTRIBUTORS,
                address=words.LICENCE_ADDRESS,
            ),
            _(
                "You may share and adapt this book, also commercially, if you give credit to"
                " “%(contributors)s”, name the licence, say what you changed, and share what you made"
                " under the same licence. Works that a lesson quotes or names as a source belong to"
                " their owners.",
                contributors=words.CONTRIBUTORS,
            ),
        )

    def origin(self, site_name: str, address: str) -> tuple[str, ...]:
        course = self.course
        told = [
            _(
                "Made by %(site)s from the files of the course %(key)s, version %(version)s.",
                site=site_name,
                key=course.key,
                version=course.version,
            )
        ]
        if address:
            told.append(
                _("The course on the site: %(address)s", address=f"{address}/courses/{course.key}")
            )
        told.append(_("SHA-256 of the files: %(hash)s", hash=course.content_hash))
        return tuple(told)
