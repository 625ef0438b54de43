"""A small course as a finished book, for tests of what prints it."""

from datetime import UTC, datetime

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

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
DRAWING = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 50"><title>A well</title>'
    '<g text-anchor="end"><text x="90" y="20" direction="rtl">بئر</text></g>'
    '<text x="10" y="40">Seal</text></svg>'
)
LESSON = (
    '<p>Water comes from <a href="#term-rain" class="term" rel="noopener noreferrer">rain</a>'
    ' <a href="#source-WELL" class="source" rel="noopener noreferrer">[WELL]</a>, see'
    ' <a href="#h-a-second-part">below</a> and <a href="#term-gone">what is gone</a>.'
    '<sup class="footnote-ref"><a href="#fn1" id="fnref1">[1]</a></sup></p>'
    '<h2 id="h-a-second-part">A second part</h2>'
    '<table><thead><tr><th scope="col">part</th><th scope="col" class="end">lasts</th></tr></thead>'
    "<tbody><tr><td>seal</td><td>6 months</td></tr></tbody></table>"
    '<div class="task"><p class="box-title">Try this</p><p>Look.<br>Twice.</p></div>'
    '<p><img src="well.svg" alt="A well" loading="lazy"></p>'
)
NOTES = (
    '<hr class="footnotes-sep"><section class="footnotes"><ol class="footnotes-list">'
    '<li id="fn1" class="footnote-item"><p>A note. <a href="#fnref1" class="footnote-backref">'
    "\u21a9\ufe0e</a></p></li></ol></section>"
)
WORDS = {
    "about": "About this course",
    "answer": "Answer",
    "answers": "Answers to the checks",
    "audience": "For whom",
    "back": "Back to the text",
    "check": "Check your understanding",
    "competencies": "Competencies",
    "contents": "Contents",
    "directions": "Show it to your trainer.",
    "lesson_language": "This lesson is not translated yet.",
    "licence": "Licence and origin",
    "objectives": "After the course you can",
    "rubric": "What is looked at",
    "scenario": "Scenario for discussion",
    "several": "Several answers may be right.",
    "sources": "Sources",
    "task": "Practical task",
    "terms": "Key terms",
    "unverified": "Not yet checked against a primary source",
    "version": "Version",
}


def make_book(language="en", **changes):
    """A book of two lessons with every kind of part; `changes` are its fields."""
    choice = BookCheck(
        "c1",
        "What fills a well?",
        (BookOption("Song", False), BookOption("Rain", True)),
        True,
        (),
        "Rain does.",
    )
    number = BookCheck("c2", "How many?", (), True, (("", "13 litres"),), "Count them.")
    values = {
        "title": "Safe wells",
        "language": language,
        "site_name": "Baraza",
        "made_at": AT,
        "key": "safe-wells",
        "code": "C90",
        "version": "2026.1",
        "content_hash": "ab" * 32,
        "language_name": "English",
        "right_to_left": language == "ar",
        "words": WORDS,
        "cover": ("2 March 2026", "2 hours · 2 lessons"),
        "warnings": ("Machine-drafted, awaiting a native reviewer.",),
        "summary": "Who looks after a well.",
        "audience": "Ward committees",
        "objectives": ("Draw up a list",),
        "competencies": ("Care of wells (Practitioner)",),
        "lessons": (
            BookLesson(
                "01-water",
                "Where water comes from",
                language,
                "5 minutes",
                (LESSON, choice, "<p>After the check.</p>" + NOTES),
            ),
            BookLesson(
                "02-rope", "The rope", "en", "5 minutes", ("<p>Pull.</p>", number), ("So.",)
            ),
        ),
        "scenario": "<h2>A dry day</h2><p>What now?</p>",
        "task": "<p>Draw water.</p>",
        "rubric": (BookCriterion("The rope", (("not yet", "not seen"), ("meets", "tried"))),),
        "terms": (BookTerm("rain", "rain", "water from above"),),
        "sources": (
            BookSource("WELL", "The book of wells", "", "2020", "https://example.org/a?b=1&c=2"),
        ),
        "pictures": (BookPicture("well.svg", "image/svg+xml", DRAWING.encode()),),
        "author": "the Baraza contributors",
        "licence": ("Licensed, https://creativecommons.org/licenses/by-sa/4.0/",),
        "origin": ("Made by Baraza.",),
        "accessibility": "Text with headings.",
    }
    return CourseBook(**values | changes)
