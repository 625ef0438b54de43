"""Errors in words: a refusal is a 409 with its sentence, and no page shows a trace."""

import logging
from typing import Any

from flask import Flask, render_template, request
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from lms.db import db
from lms.errors import Refused
from lms.web.language import number_text
from lms.web.refusals import sentence

log = logging.getLogger(__name__)
MEBIBYTE = 1024 * 1024


def _page(status: int, title: str, text: str) -> tuple[str, int]:
    return render_template("web/error.html", status=status, title=title, text=text), status


def init_app(app: Flask) -> None:
    """Register the handlers."""

    @app.errorhandler(Refused)
    def refused(error: Refused) -> Any:
        db.session.rollback()
        log.info("refused: %s at %s %s", error.code, request.method, request.path)
        return _page(409, _("Not possible now"), sentence(error))

    @app.errorhandler(CSRFError)
    def csrf(_error: CSRFError) -> Any:
        return _page(
            400,
            _("The form has expired"),
            _("Nothing was changed. Go back, load the page again and send the form once more."),
        )

    @app.errorhandler(HTTPException)
    def http(error: HTTPException) -> Any:
        words = {
            400: (_("The request was not understood"), _("Go back and check what was entered.")),
            403: (
                _("This page is not for your role"),
                _("Ask an administrator of your organisation if you need it."),
            ),
            404: (
                _("There is no such page"),
                _("It may belong to another organisation, or the address may be mistyped."),
            ),
            405: (
                _("This address does not work that way"),
                _("Go back and use the page's buttons."),
            ),
            413: (
                _("That is too large"),
                _(
                    "Nothing of it was kept. Go back and send smaller files, fewer at once, or a shorter text: "
                    "together they may have %(limit)s MB.",
                    limit=number_text((request.max_content_length or 0) // MEBIBYTE),
                ),
            ),
            429: (_("Too many tries"), _("Wait a moment and try again.")),
        }
        code = error.code or 500
        if code < 400 or error.response is not None:
            return error
        title, text = words.get(code, (_("Something went wrong"), _("Nothing was changed.")))
        return _page(code, title, text)

    @app.errorhandler(500)
    def fault(error: Any) -> Any:
        log.error("fault at %s %s", request.method, request.path)
        db.session.rollback()
        return _page(
            500,
            _("Something went wrong on our side"),
            _("Nothing was changed. It has been written to the log; try again later."),
        )
