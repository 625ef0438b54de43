"""An assessment: what is drawn from which banks, and under which rules it is sat."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from lms.content.courses import Domain, Level
from lms.content.problems import Problem, has_errors
from lms.content.reader import Document, read_document
from lms.content.shape import Key, Line, Many, Model, Named, Number, shaped
from lms.content.texts import Texts
from lms.scoring import TYPES
from lms.scoring.types.file_upload import FILES_A_PAGE

#: In a bank, and never drawn.
NEVER_DRAWN = frozenset({"description"})


def _drawn_type(name: str) -> str:
    known = [kind for kind in TYPES if kind not in NEVER_DRAWN]
    if name not in known:
        raise PydanticCustomError(
            "literal_error", "expected {expected}", {"expected": f"one of {', '.join(known)}"}
        )
    return name


#: A type that attempts draw, of those that ship or that a plugin brings.
QuestionTypeName = Annotated[str, AfterValidator(_drawn_type)]
Percent = Annotated[Number, Field(ge=0, le=100)]


def _aware(text: str) -> str:
    """A moment with its zone, as text that fits JSON."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise PydanticCustomError(
            "literal_error",
            "expected {expected}",
            {"expected": "a moment with its zone in quotes, such as '2026-03-02T09:00+02:00'"},
        )
    return text


#: A moment in ISO 8601, with its offset from UTC.
Moment = Annotated[str, AfterValidator(_aware)]
#: none; marks: the marks alone; all: marks, right answers, explanations.
Shown = Literal["none", "marks", "all"]


class Review(Model):
    """What somebody may see of an attempt, and when."""

    #: all: a question may be checked while the attempt goes on; it then stays as it was answered.
    during: Literal["none", "all"] = "none"
    right_after: Shown = "all"
    #: From `closes_at` on; without it nothing closes, and `right_after` holds.
    after_close: Shown = "all"


class Draw(Model):
    """`count` questions of a bank, of those that are left and that pass the filters.

    With ``type: scenario_set`` it counts sets; sets are drawn by no other draw.
    """

    bank: Key
    count: Annotated[int, Field(ge=1, le=200)]
    competency: Key | None = None
    level: Level | None = None
    type: QuestionTypeName | None = None
    tag: Line | None = None
    #: Key of one of the assessment's sections; None: outside them.
    section: Key | None = None

    @property
    def rule(self) -> dict[str, Any]:
        """The draw as `lms.scoring.draw_questions` takes it."""
        return self.model_dump()


class Section(Model):
    """A part of an assessment with a heading of its own, and perhaps a word on how to do it."""

    key: Key
    title: Texts
    text: Texts | None = None


class Assessment(Named):
    """The rules of an assessment. Percent from 0 to 100, times in minutes."""

    #: The course whose knowledge it asks for, or the domain that it covers; one of the two.
    course: Key | None = None
    domain: Domain | None = None
    title: Texts
    #: course: the course's own quiz; baseline and end: what people know before and after it.
    role: Literal["course", "baseline", "end"] = "course"
    #: The assessment that the same people sit before or after this one; one of the two is the baseline. What was
    #: gained between them is reported.
    paired_with: Key | None = None
    pass_mark: Percent
    #: Percent that each of these competencies must reach as well.
    competency_pass_marks: dict[Key, Percent] | None = None
    #: None: open from the start, and for ever.
    opens_at: Moment | None = None
    closes_at: Moment | None = None
    #: None: no limit.
    time_limit_minutes: Annotated[int, Field(ge=1, le=600)] | None = None
    #: When time is up: submit: the site hands in what was saved; grace: it may still be handed in, with what was
    #: saved, for `grace_minutes`, and is abandoned after them; abandon: what was not handed in counts for nothing.
    time_up: Literal["submit", "grace", "abandon"] = "submit"
    grace_minutes: Annotated[int, Field(ge=1, le=1440)] | None = None
    #: None: as many as one likes.
    attempts_allowed: Annotated[int, Field(ge=1, le=100)] | None = None
    #: Between the end of one attempt and the start of the next.
    delay_minutes: Annotated[int, Field(ge=0, le=100_000)] = 0
    grading: Literal["best", "last", "first", "average"] = "best"
    #: none; marks: the marks alone; after_submit: right answers and explanations too. `review` says it finer.
    feedback: Literal["none", "marks", "after_submit"] = "after_submit"
    review: Review | None = None
    #: all on one page, a page for each section, or one question at a time.
    layout: Literal["all", "section", "one"] = "all"
    #: forward: a page that was left does not open again.
    navigation: Literal["free", "forward"] = "free"
    #: supervised: begun only with the code of a sitting that a supervisor holds.
    access: Literal["open", "supervised"] = "open"
    #: What each hint that was asked for costs of its question's mark, 0 to 1.
    hint_penalty: Annotated[Number, Field(ge=0, le=1)] | None = None
    #: Whoever marks by hand does not see whose answer it is, until the whole attempt is marked.
    anonymous_marking: bool = False
    shuffle_questions: bool = True
    shuffle_options: bool = True
    #: Shown in the order in which draws first name them.
    sections: Many[Section] | None = None
    draws: Annotated[Many[Draw], Field(min_length=1)]

    @property
    def questions_drawn(self) -> int:
        """How many questions an attempt has, a scenario set counted as one."""
        return sum(draw.count for draw in self.draws)

    @property
    def blueprint(self) -> dict[tuple[str, str], int]:
        """How many questions are drawn by competency and level; draws without either are left out."""
        found: Counter[tuple[str, str]] = Counter()
        for draw in self.draws:
            if draw.competency is not None and draw.level is not None:
                found[draw.competency, draw.level] += draw.count
        return dict(found)


def read_assessment(path: Path) -> tuple[Assessment | None, Document, list[Problem]]:
    """Read an assessment: it or None, its document, and all problems."""
    document = read_document(path)
    assessment, faults = shaped(Assessment, document, lambda made: "en")
    problems = [*document.problems, *faults]
    if assessment is not None:
        problems += _section_problems(assessment, document)
        problems += _time_problems(assessment, document)
        problems += _file_problems(assessment, document)
        problems += _scope_problems(assessment, document)
    return (None if has_errors(problems) else assessment), document, problems


def _scope_problems(assessment: Assessment, document: Document) -> Iterator[Problem]:
    """Of a course or of a domain; and what covers a domain says how many questions of what it asks."""
    if (assessment.course is None) == (assessment.domain is None):
        message = (
            "course: write course for the assessment of a course, or domain for one of a domain"
        )
        yield document.problem((), "assessment.scope", message)
    if assessment.domain is None:
        return
    if assessment.role == "course":
        message = "role: an assessment of a domain is its baseline or its end"
        yield document.problem(("domain",), "assessment.domain-role", message)
    for at, draw in enumerate(assessment.draws):
        if draw.competency is None or draw.level is None:
            message = (
                f"draws.{at}: in an assessment of a domain each draw names competency and level"
            )
            yield document.problem(("draws", at), "assessment.blueprint", message)


def _file_problems(assessment: Assessment, document: Document) -> Iterator[Problem]:
    """Questions for files that stand on one page: what a browser sends at once has a limit."""
    if assessment.layout == "one":
        return
    on_page: Counter[str | None] = Counter()
    for at, draw in enumerate(assessment.draws):
        if draw.type != "file_upload":
            continue
        section = draw.section if assessment.layout == "section" else None
        before = on_page[section]
        on_page[section] += draw.count
        if before <= FILES_A_PAGE < on_page[section]:
            where = f"the section {section}" if section else "one page"
            message = (
                f"draws.{at}.count: more than {FILES_A_PAGE} questions of the type file_upload on {where}, "
                "and a page takes no more files at once: draw fewer, or write layout: one"
            )
            yield document.problem(("draws", at, "count"), "assessment.too-many-files", message)


def _time_problems(assessment: Assessment, document: Document) -> Iterator[Problem]:
    opens, closes = assessment.opens_at, assessment.closes_at
    if opens and closes and datetime.fromisoformat(opens) >= datetime.fromisoformat(closes):
        message = "closes_at: it closes before it opens, or at the same moment"
        yield document.problem(("closes_at",), "assessment.closes-first", message)
    if assessment.time_up != "submit" and not (assessment.time_limit_minutes or closes):
        message = f"time_up: {assessment.time_up} needs a time_limit_minutes or a closes_at"
        yield document.problem(("time_up",), "assessment.no-time", message)
    if (assessment.time_up == "grace") != (assessment.grace_minutes is not None):
        message = "grace_minutes: it goes with time_up: grace, and only with it"
        yield document.problem(("grace_minutes",), "assessment.grace", message)
    if assessment.navigation == "forward" and assessment.layout == "all":
        message = "navigation: forward needs several pages; write layout: one or layout: section"
        yield document.problem(("navigation",), "assessment.one-page", message)
    if assessment.layout == "section" and not assessment.sections:
        message = "layout: section needs sections"
        yield document.problem(("layout",), "assessment.no-sections", message)
    drawn = {draw.competency for draw in assessment.draws}
    for competency in assessment.competency_pass_marks or {}:
        if None not in drawn and competency not in drawn:
            message = f"competency_pass_marks: no draw is for {competency}"
            yield document.problem(
                ("competency_pass_marks", competency), "assessment.competency-not-drawn", message
            )


def _section_problems(assessment: Assessment, document: Document) -> Iterator[Problem]:
    known: set[str] = set()
    for at, section in enumerate(assessment.sections or ()):
        if section.key in known:
            message = f"sections.{at}.key: {section.key} is taken by a section before"
            yield document.problem(("sections", at, "key"), "key.twice", message)
        known.add(section.key)
    named = {draw.section for draw in assessment.draws}
    for at, draw in enumerate(assessment.draws):
        if draw.section is not None and draw.section not in known:
            message = f"draws.{at}.section: there is no section {draw.section}; list it in sections"
            yield document.problem(("draws", at, "section"), "assessment.section-unknown", message)
    for at, section in enumerate(assessment.sections or ()):
        if section.key not in named:
            message = f"sections.{at}: no draw is for the section {section.key}"
            yield document.problem(("sections", at), "assessment.section-empty", message)
