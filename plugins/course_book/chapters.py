"""The chapters of a book as XHTML, the same for paper and for readers: what stands where, and every link in it.

A chapter is a file of the EPUB and a stretch of the PDF. Links within a chapter are `#id`, those to another
`KEY.xhtml#id`; pictures are `pictures/NAME`. Ids are plain letters and digits, so that they fit both.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from lxml import etree, html
from markupsafe import Markup

from lms.plugins import BookCheck, BookLesson, CourseBook

from ..pdf.rendering import direction

#: How options are told apart, by language; Latin capitals elsewhere.
LETTERS = {"ar": "أبجدهوزحطي"}
LATIN = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#: What is drawn instead of an arrow that few fonts have.
BACK = re.compile("\u21a9\ufe0e?")
ADDRESS = re.compile(r"https://[^\s<>\"]+[^\s<>\".,;:)]")


@dataclass(frozen=True, slots=True)
class Chapter:
    """One chapter. `body` is a `<section>` that begins with the title as `<h1>`; it is the caller's to change.

    `headings` are those of level 2 in order: id and text. `kind` is what it is in the EPUB's vocabulary.
    """

    key: str
    title: str
    language: str
    right_to_left: bool
    kind: str
    body: Any
    headings: tuple[tuple[str, str], ...]


def chapters(book: CourseBook) -> tuple[Chapter, ...]:
    """The chapters in order, without cover and contents; what the course does not have is left out."""
    return tuple(_Chapters(book).all())


def lesson_key(book: CourseBook, lesson: BookLesson) -> str:
    """The key of a lesson's chapter."""
    return f"lesson-{book.lessons.index(lesson) + 1:02}"


def texts_of(element: Any) -> str:
    """The text of an element, spaces made one."""
    return " ".join("".join(element.itertext()).split())


class _Chapters:
    def __init__(self, book: CourseBook) -> None:
        self.book = book
        self.words = book.words
        self.language = book.language
        checks = [
            (part.key, lesson_key(book, lesson))
            for lesson in book.lessons
            for part in lesson.parts
            if isinstance(part, BookCheck)
        ]
        #: By key of a check: its number in the book and the chapter where it is asked.
        self.checks = {key: (at, place) for at, (key, place) in enumerate(checks, start=1)}

    def all(self) -> Iterator[Chapter]:
        book, words = self.book, self.words
        yield self.chapter("about", words["about"], "preface", self.about())
        for at, lesson in enumerate(book.lessons, start=1):
            yield self.chapter(
                lesson_key(book, lesson),
                f"{at}. {lesson.title}",
                "chapter",
                self.lesson(lesson),
                lesson.language,
            )
        for key, text, made in (
            ("scenario", book.scenario, self.scenario),
            ("task", book.task, self.task),
        ):
            if text:
                yield self.chapter(key, words[key], "chapter", made())
        if self.checks:
            yield self.chapter("answers", words["answers"], "answers", self.answers())
        if book.terms:
            yield self.chapter("terms", words["terms"], "glossary", self.terms())
        if book.sources:
            yield self.chapter("sources", words["sources"], "bibliography", self.sources())
        yield self.chapter("licence", words["licence"], "copyright-page", self.licence())

    def chapter(
        self, key: str, title: str, kind: str, body: Markup, language: str | None = None
    ) -> Chapter:
        language = language or self.language
        section = html.fragment_fromstring(
            Markup("<h1>{}</h1>{}").format(title, body), create_parent="section"
        )
        headings = _with_plain_ids(section)
        here = {one.get("id") for one in section.iter() if one.get("id")}
        for link in section.iter("a"):
            self._settle(link, here)
            if link.get("class") == "footnote-backref":
                link.text = BACK.sub("\u2191", link.text or "")
                link.set("aria-label", self.words["back"])
        for picture in section.iter("img"):
            picture.attrib.pop("loading", None)
            picture.set("src", f"pictures/{picture.get('src')}")
            picture.set("alt", picture.get("alt") or "")
            around = picture.getparent()
            if around.tag == "p" and not texts_of(around):
                around.set("class", "picture")
        _without_empty(section)
        own_way = self.book.right_to_left if language == self.language else language == "ar"
        return Chapter(key, title, language, own_way, kind, section, tuple(headings))

    def _settle(self, link: Any, here: set[str]) -> None:
        """Have a link lead somewhere: to its chapter, out of the book, or be no link."""
        link.attrib.pop("rel", None)
        address = link.get("href", "")
        if not address.startswith("#"):
            return
        target = address[1:]
        kind, _dash, key = target.partition("-")
        if target in here:
            return
        if kind == "term" and any(one.key == key for one in self.book.terms):
            link.set("href", f"terms.xhtml#{target}")
        elif kind == "source" and any(one.key == key for one in self.book.sources):
            link.set("href", f"sources.xhtml#{target}")
        else:
            del link.attrib["href"]

    def about(self) -> Markup:
        book, words = self.book, self.words
        parts = [
            self.paragraph(book.summary, "summary"),
            self.heading(words["objectives"]),
            self.items(book.objectives),
            self.heading(words["audience"]),
            self.paragraph(book.audience),
        ]
        if book.competencies:
            parts += [self.heading(words["competencies"]), self.items(book.competencies)]
        return Markup("").join(parts)

    def lesson(self, lesson: BookLesson) -> Markup:
        parts = [self.paragraph(lesson.duration, "quiet")]
        if lesson.language != self.language:
            parts.append(self.paragraph(self.words["lesson_language"], "warning-line"))
        parts += [
            # The document's HTML is safe: it comes from the one place that makes lessons.
            self.check(part) if isinstance(part, BookCheck) else Markup(part)
            for part in lesson.parts
        ]
        if lesson.unverified:
            parts += [self.heading(self.words["unverified"]), self.items(lesson.unverified)]
        return Markup("").join(parts)

    def check(self, check: BookCheck) -> Markup:
        number, _place = self.checks[check.key]
        parts = [
            Markup('<p class="box-title"><a href="answers.xhtml#answer-{}">{} {}</a></p>').format(
                number, self.words["check"], number
            ),
            self.paragraph(check.text, "question"),
            self.picture(check.picture, check.picture_text),
        ]
        if check.options and not check.single:
            parts.append(self.paragraph(self.words["several"], "quiet"))
        for letter, option in zip(self.letters(), check.options, strict=False):
            text = self.paragraph(f"{letter}. {option.text}", "option")
            parts += [text, self.picture(option.picture, option.picture_text)]
        if not check.options:
            parts += [
                self.paragraph(f"{label or self.words['answer']} ____________", "option")
                for label, _answer in check.answers
            ]
        return Markup('<div class="check" id="check-{}">{}</div>').format(
            number, Markup("").join(parts)
        )

    def letters(self) -> str:
        return LETTERS.get(self.language.split("-")[0], LATIN)

    def answers(self) -> Markup:
        parts = []
        for lesson in self.book.lessons:
            asked = [part for part in lesson.parts if isinstance(part, BookCheck)]
            if asked:
                parts.append(self.heading(lesson.title))
            parts += [self.answer(check) for check in asked]
        return Markup("").join(parts)

    def answer(self, check: BookCheck) -> Markup:
        number, place = self.checks[check.key]
        if check.options:
            right = "; ".join(
                f"{letter}. {option.text}"
                for letter, option in zip(self.letters(), check.options, strict=False)
                if option.right
            )
        else:
            right = "; ".join(
                f"{label} – {answer}" if label else answer for label, answer in check.answers
            )
        return Markup(
            '<p class="asked" id="answer-{}"><a href="{}.xhtml#check-{}">{} {}</a></p>'
            '<p class="answer" dir="{}"><strong>{}</strong></p>{}'
        ).format(
            number,
            place,
            number,
            self.words["check"],
            number,
            direction(right, self.language),
            right,
            self.paragraph(check.explanation, "explanation") if check.explanation else "",
        )

    def scenario(self) -> Markup:
        return Markup(self.book.scenario)

    def task(self) -> Markup:
        parts = [Markup(self.book.task)]
        if self.book.rubric:
            parts += [
                self.heading(self.words["rubric"]),
                self.paragraph(self.words["directions"], "quiet"),
            ]
        for criterion in self.book.rubric:
            levels = Markup("").join(
                Markup("<li><strong>{}</strong> – {}</li>").format(name, text)
                for name, text in criterion.levels
            )
            parts.append(Markup("<h3>{}</h3><ul>{}</ul>").format(criterion.text, levels))
        return Markup("").join(parts)

    def terms(self) -> Markup:
        return Markup("<dl>{}</dl>").format(
            Markup("").join(
                Markup('<dt id="term-{}">{}</dt><dd>{}</dd>').format(
                    term.key, term.term, term.meaning
                )
                for term in self.book.terms
            )
        )

    def sources(self) -> Markup:
        parts = []
        for source in self.book.sources:
            told = ", ".join(
                text for text in (source.title, source.organisation, source.year) if text
            )
            address = Markup(' <a href="{}">{}</a>').format(source.url, source.url)
            parts.append(
                Markup(
                    '<p class="source" id="source-{}" dir="{}"><strong>{}</strong> {}{}</p>'
                ).format(
                    source.key,
                    direction(source.title, self.language),
                    source.key,
                    told,
                    address if source.url else "",
                )
            )
        return Markup("").join(parts)

    def licence(self) -> Markup:
        return Markup("").join(
            self.paragraph(text, "licence", _linked)
            for text in (*self.book.licence, *self.book.origin)
        )

    def heading(self, text: str) -> Markup:
        return Markup("<h2>{}</h2>").format(text)

    def paragraph(
        self, text: str, style: str = "", made: Callable[[str], Markup] | None = None
    ) -> Markup:
        """A paragraph in the direction of its own script: what is not translated keeps its order."""
        return Markup('<p{} dir="{}">{}</p>').format(
            Markup(' class="{}"').format(style) if style else "",
            direction(text, self.language),
            made(text) if made else text,
        )

    def items(self, texts: tuple[str, ...]) -> Markup:
        return Markup("<ul>{}</ul>").format(
            Markup("").join(Markup("<li>{}</li>").format(text) for text in texts)
        )

    def picture(self, name: str, text: str) -> Markup:
        return Markup('<p><img src="{}" alt="{}"></p>').format(name, text) if name else Markup("")


def _linked(text: str) -> Markup:
    """A text with its addresses as links."""
    made, end = Markup(""), 0
    for found in ADDRESS.finditer(text):
        made += text[end : found.start()] + Markup('<a href="{}">{}</a>').format(found[0], found[0])
        end = found.end()
    return made + text[end:]


def _with_plain_ids(section: Any) -> list[tuple[str, str]]:
    """Number the headings, have links follow, and return those of level 2: id and text."""
    found: list[tuple[str, str]] = []
    renamed: dict[str, str] = {}
    for at, heading in enumerate(section.iter("h2", "h3"), start=1):
        plain = f"part-{at}"
        if heading.get("id"):
            renamed[heading.get("id")] = plain
        heading.set("id", plain)
        if heading.tag == "h2":
            found.append((plain, texts_of(heading)))
    _follow(section, renamed)
    return found


def _follow(section: Any, renamed: Mapping[str, str]) -> None:
    for link in section.iter("a"):
        target = unquote(link.get("href", ""))
        if target[:1] == "#" and target[1:] in renamed:
            link.set("href", f"#{renamed[target[1:]]}")


def _without_empty(section: Any) -> None:
    """Leave out what would be a rule before the notes: the notes have their own style."""
    for rule in section.findall(".//hr[@class='footnotes-sep']"):
        rule.getparent().remove(rule)


def written(element: Any) -> str:
    """An element as XHTML."""
    return str(etree.tostring(element, encoding="unicode", method="xml"))
