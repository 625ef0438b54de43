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
FREQUENCIES = {
    "month": _l("each month"),
    "quarter": _l("each quarter"),
    "half-year": _l("each half-year"),
    "year": _l("each year"),
}
STATISTICS = {
    "share": _l("share of 100"),
    "median": _l("median"),
    "mean": _l("mean of the answers, 1 to 5"),
    "agree": _l("share of 100 who agree"),
    "change": _l("mean change"),
    "count": _l("number"),
}
#: A target with its value and unit filled in.
TARGETS = {
    "at_least": _l("at least %(value)s"),
    "at_most": _l("at most %(value)s"),
}
UNITS = {
    "percent": _l("%(value)s %%"),
    "hours": _l("%(value)s hours"),
    "days": _l("%(value)s days"),
    "minutes": _l("%(value)s minutes"),
    "number": _l("%(value)s"),
    "points": _l("%(value)s points"),
    "score-1-5": _l("%(value)s of 5"),
    "working-hours": _l("%(value)s working hours"),
    "working-days": _l("%(value)s working days"),
    "clock-hours": _l("%(value)s hours"),
}
#: Classes of messages and reports.
CLASSES = {
    "routine": _l("routine"),
    "urgent": _l("urgent"),
    "emergency": _l("emergency"),
    "ordinary": _l("ordinary"),
    "operations-based": _l("operations-based exercises"),
}
RISING = _l("and above the round before")
A_YEAR = _l("in a year")
BEFORE_END = _l("%(months)s months before the mission ends")
