"""Marking and item statistics: plain values in, plain values out, standard library only.

A question is a *spec* (`lms.scoring.question`), its type knows how to read, mark and arrange it
(`lms.scoring.types`); an attempt's questions are drawn (`draw`), its marks become a percent and a
grade (`grade`); ratings of exercises are valued (`rubric`); finished attempts tell which questions
are worth keeping (`items`).
"""

from lms.scoring.draw import draw_questions
from lms.scoring.folding import fold
from lms.scoring.grade import GRADING, by_competency, grade_of, passed, total
from lms.scoring.items import (
    Reliability,
    cronbach_alpha,
    discrimination,
    discrimination_word,
    facility,
    facility_word,
    guard_of,
    kr20,
)
from lms.scoring.question import (
    UNANSWERED,
    Mark,
    QuestionType,
    SpecProblem,
    UnusableAnswer,
)
from lms.scoring.rubric import RATING_VALUES, Agreement, Rating, agreement, objective_value
from lms.scoring.types import TYPES, check_question, question_type
from lms.scoring.types.matching import right_sides

__all__ = [
    "GRADING",
    "RATING_VALUES",
    "TYPES",
    "UNANSWERED",
    "Agreement",
    "Mark",
    "QuestionType",
    "Rating",
    "Reliability",
    "SpecProblem",
    "UnusableAnswer",
    "agreement",
    "by_competency",
    "check_question",
    "cronbach_alpha",
    "discrimination",
    "discrimination_word",
    "draw_questions",
    "facility",
    "facility_word",
    "fold",
    "grade_of",
    "guard_of",
    "kr20",
    "objective_value",
    "passed",
    "question_type",
    "right_sides",
    "total",
]
