"""Publishing: a version of each course whose files changed."""

from datetime import datetime

from lms.accounts.models import User
from lms.audit.operations import record as audit
from lms.content.courses import Course
from lms.courses.library import library
from lms.courses.models import CourseVersion
from lms.courses.queries import current_version
from lms.db import db


def publish_all(*, by: User | None, at: datetime) -> list[CourseVersion]:
    """Publish every course of the library that has changed since; return the new versions."""
    published = []
    for course in library().courses.values():
        known = current_version(course.key)
        if known is None or known.content_hash != course.content_hash:
            published.append(publish(course, by=by, at=at))
    return published


def publish(course: Course, *, by: User | None, at: datetime) -> CourseVersion:
    """Store a version of a course: titles, lessons in order, and the hash of its files."""
    known = db.session.scalar(
        db.select(CourseVersion).where(
            CourseVersion.course_key == course.key,
            CourseVersion.content_hash == course.content_hash,
        )
    )
    if known is not None:
        # Back to files that were published before: that version is the current one again.
        known.published_at = at
        return known
    version = CourseVersion(
        course_key=course.key,
        version=course.version,
        content_hash=course.content_hash,
        titles=dict(course.title),
        lessons=[
            {
                "key": key,
                "titles": {code: lesson.title for code, lesson in course.texts[key].items()},
                "minutes": course.texts[key][course.language].minutes,
            }
            for key in course.lessons
        ],
        completion=course.completion,
        published_at=at,
    )
    db.session.add(version)
    db.session.flush()
    audit(by, "course.published", version, at=at, changes={"course": course.key})
    return version
