"""Refusals, states and data sets in words."""

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
