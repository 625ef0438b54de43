"""What would give somebody the next level: courses, their practical tasks, joint exercises that are planned."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import defer, selectinload

from lms.accounts.rules import Permission
from lms.accounts.scope import scoped
from lms.competencies.rules import Missing, Standing
from lms.content.courses import Course
from lms.content.exercise_templates import ExerciseTemplate
from lms.content.rubrics import Rubric
from lms.courses.library import library
from lms.courses.queries import current_versions
from lms.db import db
from lms.exercises.models import Exercise
from lms.exercises.rules import State

#: Planned exercises that a page looks through; beyond these, the list of exercises is the place to look.
MOST_EXERCISES = 60


@dataclass(frozen=True, slots=True)
class NextStep:
    """What is missing, and where it can be had; each list may be empty.

    What people do for one another (a confirmation, a survey, coaching, an improvement) has none: pages say how it
    is recorded.
    """

    missing: Missing
    courses: Sequence[Course] = ()
    #: Practical tasks of those courses, by course key.
    tasks: Mapping[str, Rubric] = field(default_factory=dict)
    exercises: Sequence[Exercise] = ()
    templates: Sequence[ExerciseTemplate] = ()


@dataclass(frozen=True, slots=True)
class Offers:
    """What there is, by competency: read once for a page."""

    courses: Mapping[str, Sequence[Course]]
    templates: Mapping[str, Sequence[ExerciseTemplate]]
    exercises: Mapping[str, Sequence[Exercise]]

    def steps(self, competency: str, where: Standing) -> dict[Missing, NextStep]:
        """What would give each thing that is missing for the next level in a competency."""
        return {missing: self.step(competency, missing) for missing in where.missing}

    def step(self, competency: str, missing: Missing) -> NextStep:
        """What would give one thing that is missing in a competency."""
        courses = self.courses.get(competency, ())
        if missing is Missing.ASSESSMENT:
            return NextStep(missing, [one for one in courses if one.assessment] or courses)
        if missing is Missing.PRACTICAL_OBSERVATION:
            rubrics = library().rubrics
            tasks = {
                one.key: rubrics[one.rubric]
                for one in courses
                if one.rubric is not None and one.rubric in rubrics
            }
            return NextStep(missing, [one for one in courses if one.key in tasks], tasks)
        if missing is Missing.EXERCISE_LEAD:
            return NextStep(
                missing,
                exercises=self.exercises.get(competency, ()),
                templates=self.templates.get(competency, ()),
            )
        return NextStep(missing)


def offers(at: datetime) -> Offers:
    """Published courses, those that are chiefly for a competency first; exercises that the viewer may see."""
    published = current_versions()
    courses: dict[str, list[tuple[bool, Course]]] = defaultdict(list)
    for course in library().courses.values():
        if course.key in published:
            for one in course.competencies:
                courses[one.key].append((not one.main, course))
    templates: dict[str, list[ExerciseTemplate]] = defaultdict(list)
    for template in library().templates.values():
        for key in {key for one in template.objectives for key in one.competencies}:
            templates[key].append(template)
    exercises: dict[str, list[Exercise]] = defaultdict(list)
    for exercise in _planned(at):
        for key in {key for one in exercise.objectives for key in one.competencies}:
            exercises[key].append(exercise)
    ordered = {
        key: [course for _, course in sorted(found, key=lambda pair: pair[0])]
        for key, found in courses.items()
    }
    return Offers(ordered, templates, exercises)


def _planned(at: datetime) -> list[Exercise]:
    statement = (
        scoped(Exercise, Permission.BELONG)
        .where(Exercise.state == State.PLANNED.value, Exercise.starts_at >= at)
        .options(defer(Exercise.template), selectinload(Exercise.objectives))
        .order_by(Exercise.starts_at, Exercise.id)
        .limit(MOST_EXERCISES)
    )
    return list(db.session.scalars(statement))
