"""Which versions are published."""

from lms.courses.models import CourseVersion
from lms.db import db


def current_version(course_key: str) -> CourseVersion | None:
    """The newest published version of a course, or None."""
    statement = (
        db.select(CourseVersion)
        .where(CourseVersion.course_key == course_key)
        .order_by(CourseVersion.published_at.desc(), CourseVersion.id.desc())
        .limit(1)
    )
    return db.session.scalar(statement)


def current_versions() -> dict[str, CourseVersion]:
    """The newest published version of every course, by course key."""
    statement = db.select(CourseVersion).order_by(CourseVersion.published_at, CourseVersion.id)
    return {version.course_key: version for version in db.session.scalars(statement)}
