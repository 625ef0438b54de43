"""Downloading a course as a file."""

from pathlib import Path

from flask import Blueprint, Response, abort, current_app, flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from lms.errors import Refused
from lms.exports import documents, operations, queries, shelf
from lms.plugins import ExportFailed

bp = Blueprint("books", __name__, url_prefix="/courses")
#: Below the instance folder.
FOLDER = "books"


@bp.get("/<key>/book/<language>.<extension>")
def course(key: str, language: str, extension: str) -> AnyResponse:
    """A published course as a file, for anybody who may read it: `?paper=a4` asks for larger pages."""
    offered = {one.extension: one for one in queries.exporters(documents.COURSE_BOOK).values()}
    exporter = offered.get(extension)
    if exporter is None:
        abort(404)
    try:
        book = documents.published_book(key, language)
    except Refused:
        abort(404)
    options = operations.check_options(exporter, request.args.to_dict())
    etag = shelf.edition(exporter, book, options)
    if etag in request.if_none_match:
        return Response(status=304)
    try:
        made = shelf.from_shelf(Path(current_app.instance_path) / FOLDER, exporter, book, options)
    except ExportFailed as failed:
        flash(_("The file could not be made: %(reason)s", reason=str(failed)), "wrong")
        return redirect(url_for("learning.course", key=key), code=303)
    response = Response(made.content, mimetype=made.media_type)
    response.set_etag(etag)
    # The address stays when the course changes, so a browser asks each time; an answer without a file is short.
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers.set("Content-Disposition", "attachment", filename=made.filename)
    return response
