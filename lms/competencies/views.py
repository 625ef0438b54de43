"""My record, another's profile, and the framework."""

from uuid import UUID

from flask import Blueprint, abort, render_template

from lms import clock
from lms.accounts import queries as accounts
from lms.accounts.models import User
from lms.accounts.rules import Permission
from lms.accounts.session import current_user, requires
from lms.assessments import observations
from lms.competencies import queries, words

bp = Blueprint("competencies", __name__, template_folder="templates", url_prefix="/record")


@bp.get("/")
def record() -> str:
    return _profile_page(current_user(), own=True)


@bp.get("/people/<uuid:key>")
@requires(Permission.SEE_RESULTS)
def profile(key: UUID) -> str:
    user = accounts.person(key, Permission.SEE_RESULTS)
    if user is None:
        abort(404)
    return _profile_page(user, own=user.id == current_user().id)


def _profile_page(user: User, *, own: bool) -> str:
    lines = queries.profile(user, clock.today())
    gaps = sorted((line for line in lines if line.gap), key=lambda line: -line.gap)
    return render_template(
        "competencies/profile.html",
        person=user,
        own=own,
        lines=lines,
        suggestion=next(
            ((line, courses[0]) for line in gaps if (courses := queries.courses_for(line.key))),
            None,
        ),
        levels=queries.level_titles(),
        missing=words.MISSING,
        to_sign=observations.to_sign(user) if own else [],
    )


@bp.get("/framework")
def framework() -> str:
    return render_template(
        "competencies/framework.html",
        framework=queries.framework(),
        courses_for=queries.courses_for,
    )
