"""Refusals and kinds of evidence in words."""

from flask_babel import lazy_gettext as _l

KIND_NAMES = {
    "assessment": _l("assessment"),
    "practical-observation": _l("practical observation"),
    "work-confirmation": _l("supervisor's confirmation"),
    "exercise-evaluation": _l("exercise evaluation"),
    "exchange": _l("exchange"),
    "partnership-record": _l("partnership record"),
    "survey": _l("survey"),
    "coaching": _l("coaching"),
    "improvement": _l("improvement"),
}
REFUSALS = {
    "evidence.subject": _l("Evidence is about one competency or one indicator (%(once_key)s)."),
    "evidence.person": _l("Evidence about a competency needs a person (%(once_key)s)."),
    "evidence.range": _l("A share lies between 0 and 1; found %(value)s (%(once_key)s)."),
    "evidence.ended": _l("This piece of evidence was superseded or withdrawn before."),
    "evidence.reason": _l("Say why the evidence is withdrawn."),
}
