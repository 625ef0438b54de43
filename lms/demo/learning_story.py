"""Courses, attempts and observed tasks of the demo's year."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from random import Random
from typing import Any

from lms.accounts.models import User
from lms.accounts.scope import everywhere
from lms.assessments import answering, observing
from lms.assessments import operations as assessments
from lms.assessments.queries import assessment, banks_of, rubric
from lms.certificates import operations as certificates
from lms.certificates.models import Certificate
from lms.courses.library import library
from lms.db import db
from lms.errors import Refused
from lms.learning import operations as learning
from lms.scoring import filled_in, question_type


def right_fields(question: Mapping[str, Any]) -> dict[str, list[str]]:
    """What a form of an attempt's question would send if it was filled in rightly."""
    spec = question["spec"]
    kind = question_type(spec["type"])
    return filled_in(kind.present(spec, question["order"], kind.right_answer(spec)))


def answers_of(attempt: Any, knows: float, chance: Random) -> dict[str, dict[str, list[str]]]:
    """What somebody who knows that share of the answers would send; the others are guessed or left open."""
    given = {}
    for one in attempt.questions:
        spec = one["spec"]
        right = right_fields(one)
        if chance.random() < knows:
            given[spec["key"]] = right
        elif spec["type"] == "single_choice":
            wrong = [option["key"] for option in spec["options"] if not option.get("correct")]
            given[spec["key"]] = {"answer": [chance.choice(wrong)]}
        elif spec["type"] == "true_false":
            given[spec["key"]] = {"answer": ["false" if right["answer"] == ["true"] else "true"]}
    return given


def take_course(user: User, course_key: str, *, lessons: float, at: datetime) -> datetime:
    """Enrol and do a share of the lessons, one every other day; return when the last was done."""
    enrolment = learning.enrol(user, course_key, by=user, at=at)
    keys = enrolment.version.lesson_keys
    for key in keys[: round(len(keys) * lessons)]:
        at += timedelta(days=2)
        learning.mark_done(enrolment, key, at=at)
    return at


def sit(user: User, course_key: str, *, knows: float, chance: Random, at: datetime) -> bool:
    """Sit the course's assessment once; whether it was passed."""
    course = library().courses[course_key]
    rules = assessment(course.assessment or "")
    if rules is None:
        return False
    attempt = assessments.start_attempt(
        user,
        rules,
        banks_of(rules),
        at=at,
        seed=f"{user.sign_in_name}:{course_key}:{at:%Y%m%d}",
        language=user.language,
    )
    at += timedelta(minutes=12)
    answering.save_answers(attempt, answers_of(attempt, knows, chance), at=at)
    assessments.submit_attempt(attempt, at=at)
    return bool(attempt.passed)


def observe(
    user: User,
    course_key: str,
    observer: User,
    *,
    meets: bool,
    chance: Random,
    at: datetime,
    again: str = "",
) -> None:
    """Let a practical task be observed: every criterion met, or one of them only partly.

    `again` tells one observation of the same task from another.
    """
    course = library().courses[course_key]
    found = rubric(course.rubric) if course.rubric else None
    if found is None:
        return
    criteria = [criterion["key"] for criterion in found["criteria"]]
    ratings = dict.fromkeys(criteria, "meets")
    if not meets:
        ratings[chance.choice(criteria)] = "partly"
    observing.record_observation(
        user,
        found,
        ratings,
        competencies=[one.key for one in course.competencies],
        observed_on=at.date(),
        remark="",
        request_key=f"demo:{user.sign_in_name}:{course_key}{again}",
        by=observer,
        at=at,
    )


def award(user: User, course_key: str, by: User, *, at: datetime) -> bool:
    """Issue the certificate where the course is completed; whether it was."""
    enrolment = learning.enrolment_of(user, course_key)
    if enrolment is None:
        return False
    try:
        certificates.award(enrolment, language=user.language, by=by, at=at)
    except Refused:
        return False
    return True


def revoke_one(by: User, *, at: datetime) -> None:
    """Revoke the certificate that was issued first, for the demo to show what its page then says."""
    first = db.session.scalars(everywhere(Certificate).order_by(Certificate.id)).first()
    if first is not None:
        certificates.revoke(
            first, reason="Issued to the wrong person of the same name", by=by, at=at
        )
