"""A picture of a question, for whoever meets the question in an assessment."""

from flask import Response, abort

from lms.assessments import pictures
from lms.assessments.views import bp
from lms.questions.pictures import response_of


@bp.get("/pictures/<name>")
def picture(name: str) -> Response:
    """The picture itself; that it is not there and that one may not see it are the same answer."""
    found = response_of(name) if pictures.may_see(name) else None
    if found is None:
        abort(404)
    return found
