"""What is missing, in words."""

from flask_babel import lazy_gettext as _l

from lms.competencies.rules import Missing

MISSING = {
    Missing.ASSESSMENT: _l("an assessment of a linked course with 80 of 100 or more"),
    Missing.PRACTICAL_OBSERVATION: _l("a practical task, observed, that meets every criterion"),
    Missing.EXERCISE_LEAD: _l("a joint exercise in a leading role, rated P or S, within 24 months"),
    Missing.COACHING: _l(
        "two people coached and an improvement used by others (not recorded here yet)"
    ),
}
