"""The feature's sentences: roles, kinds, refusals."""

from flask_babel import lazy_gettext as _l

from lms.accounts.rules import OrganisationKind, Role

ROLE_NAMES = {
    Role.LEARNER: _l("learner"),
    Role.TRAINER: _l("trainer"),
    Role.EVALUATOR: _l("evaluator"),
    Role.LIAISON_OFFICER: _l("liaison officer"),
    Role.PROGRAMME_MANAGER: _l("programme manager"),
    Role.ADMINISTRATOR: _l("administrator"),
}
KIND_NAMES = {
    OrganisationKind.LOCAL_GOVERNMENT: _l("local government"),
    OrganisationKind.PEACE_OPERATION: _l("peace operation"),
    OrganisationKind.UN_AGENCY: _l("UN agency"),
    OrganisationKind.NATIONAL_AUTHORITY: _l("national authority"),
    OrganisationKind.CIVIL_SOCIETY: _l("civil society"),
    OrganisationKind.TRAINING_INSTITUTION: _l("training institution"),
}
REFUSALS = {
    "password.short": _l(
        "Choose a password of at least %(least)s characters; a short sentence is good."
    ),
    "password.name": _l("Choose a password that is not your sign-in name."),
    "password.wrong": _l("The present password is not right."),
    "name.form": _l("A sign-in name has 3 to 60 letters, digits, dots, dashes or underscores."),
    "name.taken": _l("The sign-in name %(name)s is taken; choose another."),
    "organisation.code-taken": _l("The code %(code)s is taken by another organisation."),
    "post.key-taken": _l("There is a post with the key %(key)s already."),
    "incumbency.order": _l("The last day (%(ends_on)s) lies before the first (%(starts_on)s)."),
    "incumbency.earlier": _l("Somebody took up this post on %(day)s; choose a later day."),
    "requirements.past": _l(
        "%(day)s is over: choose today or a later day. What the post asked for until now stays as it was."
    ),
    "requirements.reason": _l("Say why the post needs something else."),
    "requirements.same": _l("On %(day)s the post asks for just that already."),
    "requirements.line": _l(
        "Line %(number)s, '%(line)s': write a competency's key once and a level from 1 to 4."
    ),
    "invitation.unknown": _l("This invitation does not exist or was withdrawn. Ask for a new one."),
    "invitation.used": _l("This invitation was used already. Sign in with the name you chose."),
    "invitation.expired": _l("This invitation has expired. Ask for a new one."),
    "code.wrong": _l(
        "Sign-in name or code is not right, or the code was used or is older than a day."
    ),
    "sign-in.wait": _l("Too many wrong tries. Wait %(seconds)s seconds and try again."),
    "membership.own": _l(
        "You cannot end your own role as administrator; ask another administrator."
    ),
}


def role_name(role: str) -> str:
    """A role in the reader's language."""
    return str(ROLE_NAMES[Role(role)])


def kind_name(kind: str) -> str:
    """A kind of organisation in the reader's language."""
    return str(KIND_NAMES[OrganisationKind(kind)])
