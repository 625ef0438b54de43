"""States and refusals in words."""

from flask_babel import lazy_gettext as _l

from lms.certificates.rules import State

STATES = {
    State.VALID: _l("valid"),
    State.EXPIRED: _l("expired"),
    State.REVOKED: _l("revoked"),
    State.SUPERSEDED: _l("superseded"),
}
REFUSALS = {
    "certificate.incomplete": _l(
        "%(name)s has not completed the course yet: every lesson done and the assessment passed."
    ),
    "certificate.own": _l("You cannot issue a certificate to yourself; ask a colleague."),
    "certificate.reason": _l("Say why the certificate is revoked."),
    "certificate.ended": _l("This certificate was revoked or superseded before."),
}
