"""The Flask application of the house: what is asked again and again with the same answer is worked out once."""

import time
from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from uuid import UUID

from flask import Flask, Request, Response, has_request_context, request, session
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from flask.typing import ResponseReturnValue
from itsdangerous import BadSignature, URLSafeTimedSerializer

from lms.db.at_once import again

#: Addresses, and cookies, that a process remembers: a megabyte or two.
MOST_KEPT = 4096
#: Values of which equal ones are written alike in an address; `True` would equal 1.
_PLAIN = (str, UUID, int)


class Sessions(SecureCookieSessionInterface):
    """Signed cookies, as Flask has them; one that was found genuine is not taken apart again.

    A person brings the same cookie with every request of a day.
    """

    def __init__(self) -> None:
        self._serializers: dict[Any, URLSafeTimedSerializer] = {}

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        """As Flask's, made once for each secret key."""
        keys = (app.secret_key, *(app.config["SECRET_KEY_FALLBACKS"] or ()))
        if keys not in self._serializers:
            made = super().get_signing_serializer(app)
            if made is None:
                return None
            self._serializers[keys] = made
        return self._serializers[keys]

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """As Flask's: empty without a cookie, with a forged one, and with one that is too old."""
        serializer = self.get_signing_serializer(app)
        if serializer is None:
            return None
        cookie = request.cookies.get(self.get_cookie_name(app))
        if not cookie:
            return self.session_class()
        try:
            held, signed_at = _genuine(serializer, cookie)
        except BadSignature:
            return self.session_class()
        age = int(time.time()) - signed_at
        if not 0 <= age <= int(app.permanent_session_lifetime.total_seconds()):
            return self.session_class()
        return self.session_class(
            # What waits to be shown is a list, to which a request may add: it gets one of its own.
            {name: [*value] if isinstance(value, list) else value for name, value in held.items()}
        )

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """As Flask's, which looks up all that it would write into a cookie before it sees that none is sent."""
        if session and not self.should_set_cookie(app, session):
            if session.accessed:
                response.vary.add("Cookie")
            return
        super().save_session(app, session, response)


@lru_cache(MOST_KEPT)
def _genuine(serializer: URLSafeTimedSerializer, cookie: str) -> tuple[Mapping[str, Any], int]:
    """What a cookie holds and when it was signed, in seconds; raises `BadSignature`, which is not remembered."""
    held, signed_at = serializer.loads(cookie, return_timestamp=True)
    return held, int(signed_at.timestamp())


class Site(Flask):
    """A Flask application that remembers the addresses it has made: a page holds two dozen, most of them alike."""

    session_interface = Sessions()

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self._made = lru_cache(MOST_KEPT)(self._make)

    def dispatch_request(self) -> ResponseReturnValue:
        """As Flask's; a request that met another one which did the same at the same moment is answered anew."""
        return again(super().dispatch_request, between=self._as_it_came)

    def _as_it_came(self) -> None:
        """Let what was uploaded be read once more, and the session hold what the cookie does: no message twice."""
        for _name, file in request.files.items(multi=True):
            file.stream.seek(0)
        came: Mapping[str, Any] = self.session_interface.open_session(self, request) or {}
        session.clear()
        session.update(came)

    def url_for(self, /, endpoint: str, **values: Any) -> str:
        """As Flask's."""
        if not has_request_context() or self.url_default_functions:
            # What is put into addresses for each request is not known here.
            return super().url_for(endpoint, **values)
        if endpoint.startswith(".") and request.blueprint:
            endpoint = request.blueprint + endpoint
        anchor = values.pop("_anchor", None)
        for name, value in values.items():
            if name.startswith("_") or type(value) not in _PLAIN:
                return super().url_for(endpoint, _anchor=anchor, **values)
        return self._made(request.script_root, endpoint, anchor, *values.items())

    def _make(self, _root: str, endpoint: str, anchor: Any, *values: tuple[str, Any]) -> str:
        return super().url_for(endpoint, _anchor=anchor, **dict(values))
