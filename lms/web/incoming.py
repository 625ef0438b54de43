"""What comes in with a request, before any view sees it: unusable characters, page numbers out of range."""

from flask import Flask, abort, request

#: A list is not turned further than this; a number beyond it is somebody's slip, and no database's concern.
LAST_PAGE = 10_000


def page_number() -> int:
    """The page of a list that the address asks for: 1 to 10,000, and 1 where it is no number."""
    return min(max(1, request.args.get("page", 1, type=int)), LAST_PAGE)


def init_app(app: Flask) -> None:
    """Refuse a NUL character in an address or a form with 400: PostgreSQL cannot hold one in a text."""

    @app.before_request
    def refuse_nul() -> None:
        for values in (request.args, request.form):
            for name, given in values.lists():
                if "\x00" in "".join((name, *given)):
                    abort(400)
