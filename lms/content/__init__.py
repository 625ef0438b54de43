"""Content files into frozen values: courses, banks, assessments, frameworks and the rest.

Reading collects every problem with file and line, never stops at the first, prints nothing and
touches no database. `load_library` reads all folders of a site, `check` looks at what they say of
one another, `inspect` warns besides of what a reader would feel, `render_lesson` turns a lesson into
safe HTML.
"""

from lms.content.assessments import Assessment, Draw, read_assessment
from lms.content.banks import AnyQuestion, Bank, read_bank
from lms.content.check import check
from lms.content.courses import Course, Lesson, read_course
from lms.content.exercise_templates import (
    ExerciseTemplate,
    Inject,
    Objective,
    read_exercise_template,
)
from lms.content.frameworks import Competency, Domain, Framework, read_framework
from lms.content.glossary import Term, read_glossary
from lms.content.inspection import Inspection, inspect
from lms.content.library import Library, load_library, render_lesson
from lms.content.markdown import Check, Heading, Html, Rendered, render, render_text
from lms.content.methodologies import MethodologyFile, read_methodology
from lms.content.problems import Problem
from lms.content.rubrics import Criterion, Rubric, read_rubric
from lms.content.sources import Roots, content_roots, roots_in, shipped_roots
from lms.content.surveys import Survey, SurveyItem, read_survey
from lms.content.texts import Texts, pick

__all__ = [
    "AnyQuestion",
    "Assessment",
    "Bank",
    "Check",
    "Competency",
    "Course",
    "Criterion",
    "Domain",
    "Draw",
    "ExerciseTemplate",
    "Framework",
    "Heading",
    "Html",
    "Inject",
    "Inspection",
    "Lesson",
    "Library",
    "MethodologyFile",
    "Objective",
    "Problem",
    "Rendered",
    "Roots",
    "Rubric",
    "Survey",
    "SurveyItem",
    "Term",
    "Texts",
    "check",
    "content_roots",
    "inspect",
    "load_library",
    "pick",
    "read_assessment",
    "read_bank",
    "read_course",
    "read_exercise_template",
    "read_framework",
    "read_glossary",
    "read_methodology",
    "read_rubric",
    "read_survey",
    "render",
    "render_lesson",
    "render_text",
    "roots_in",
    "shipped_roots",
]
