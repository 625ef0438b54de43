"""Refusals, completion rules and the titles of boxes."""

from flask_babel import lazy_gettext as _l

REFUSALS = {
    "course.unpublished": _l("The course %(course)s is not published; ask the administrator."),
    "enrolment.nowhere": _l(
        "To take a course you need an organisation to belong to; ask an administrator."
    ),
    "lesson.unknown": _l("The course has no lesson %(lesson)s."),
}
COMPLETION = {
    "all-lessons": _l("The course is complete when every lesson is marked as done."),
    "all-lessons-and-assessment": _l(
        "The course is complete when every lesson is marked as done and the assessment is passed."
    ),
}
BOXES = {
    "task": _l("Try this"),
    "remember": _l("Remember"),
    "warning": _l("Take care"),
    "example": _l("Example"),
}
DOMAINS = {
    "gov": _l("Governance"),
    "sec": _l("Security"),
    "cri": _l("Crisis response"),
    "coo": _l("Coordination"),
}
