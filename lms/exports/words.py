"""Refusals, states, data sets and the headings of printed courses in words."""

from flask_babel import lazy_gettext as _l

REFUSALS = {
    "exporter.unknown": _l("There is no exporter %(name)s; there are: %(known)s."),
    "exporter.option": _l("Option %(name)s: %(value)s is not allowed; choose among %(allowed)s."),
    "export.no-run": _l(
        "There is no stored index run for %(organisation)s yet; compute the index first."
    ),
    "export.no-organisation": _l(
        "There is no organisation with the code %(code)s that you may export."
    ),
    "export.no-certificate": _l("There is no certificate %(code)s that you may export."),
    "export.dataset": _l("There is no data set %(name)s; there are: %(known)s."),
    "export.no-course": _l("There is no published course %(course)s."),
    "export.no-language": _l(
        "The course %(course)s is not there in %(language)s; it is there in: %(known)s."
    ),
    "export.document": _l("The exporter %(name)s takes another kind of document."),
}
JOB_STATES = {
    "waiting": _l("waiting"),
    "running": _l("running"),
    "done": _l("finished"),
    "failed": _l("failed"),
    "cancelled": _l("stopped"),
}
PLUGIN_STATES = {"active": _l("active"), "disabled": _l("disabled"), "failed": _l("failed")}
DATASETS = {
    "evidence": _l("Evidence"),
    "learning": _l("Course progress"),
    "index": _l("Capacity index, newest run"),
    "posts": _l("Posts and their holders"),
    "certificates": _l("Certificates"),
}
#: Who wrote what ships, as the licence names them, and where that licence is read.
CONTRIBUTORS = "the Baraza contributors"
LICENCE_ADDRESS = "https://creativecommons.org/licenses/by-sa/4.0/"
#: What files say of a translation's review, as readers are told.
REVIEWS = {
    "machine-drafted, awaiting a native reviewer": _l(
        "Machine-drafted, awaiting a native reviewer."
    ),
}
#: Headings and labels of a printed course; `lms.plugins.CourseBook` names the codes.
BOOK = {
    "about": _l("About this course"),
    "answer": _l("Answer"),
    "answers": _l("Answers to the checks"),
    "audience": _l("For whom"),
    "back": _l("Back to the text"),
    "check": _l("Check your understanding"),
    "competencies": _l("Competencies"),
    "contents": _l("Contents"),
    "directions": _l("Show it to your trainer, who observes it against the rubric."),
    "lesson_language": _l("This lesson is not translated yet."),
    "licence": _l("Licence and origin"),
    "objectives": _l("After the course you can"),
    "rubric": _l("What is looked at"),
    "scenario": _l("Scenario for discussion"),
    "several": _l("Several answers may be right."),
    "sources": _l("Sources"),
    "task": _l("Practical task"),
    "terms": _l("Key terms"),
    "unverified": _l("Not yet checked against a primary source"),
    "version": _l("Version"),
}
