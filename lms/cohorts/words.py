"""Refusals in words."""

from flask_babel import lazy_gettext as _l

REFUSALS = {
    "cohort.title": _l("Give the cohort a title of %(most)s characters at most."),
    "cohort.order": _l("The cohort ends on %(ends_on)s, before it starts on %(starts_on)s."),
    "cohort.trainer": _l(
        "The trainer does not manage assessments in this organisation; choose somebody who does."
    ),
    "cohort.closed": _l("The cohort is closed: its members stay as they are."),
}
