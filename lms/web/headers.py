"""Security headers on every answer, and a nonce for the one script of a page."""

import secrets
from collections.abc import Collection

from flask import Flask, Response, g

#: Headers of every answer, unless a view has set its own.
_ALWAYS = (
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "same-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(self), geolocation=(), microphone=()"),
)


def init_app(app: Flask) -> None:
    """Make a nonce before each request and set the headers after it."""

    @app.before_request
    def nonce() -> None:
        g.nonce = secrets.token_urlsafe(16)

    @app.after_request
    def headers(response: Response) -> Response:
        there = {name.lower() for name, _value in response.headers}
        policy = (
            f"default-src 'none'; script-src 'nonce-{getattr(g, 'nonce', '')}'; style-src 'self'; "
            "img-src 'self' data:; connect-src 'self'; font-src 'self'; form-action 'self'; "
            "base-uri 'none'; frame-ancestors 'none'; manifest-src 'self'; worker-src 'self'"
        )
        _give(response, there, "Content-Security-Policy", policy)
        for name, value in _ALWAYS:
            _give(response, there, name, value)
        if response.mimetype == "text/html":
            _give(response, there, "Cache-Control", "private, no-store")
        return response


def _give(response: Response, there: Collection[str], name: str, value: str) -> None:
    """Set a header that a view has not set itself."""
    if name.lower() not in there:
        response.headers.add(name, value)
